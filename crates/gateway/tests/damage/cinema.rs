//! A cinema with points of sale, and customers with phones; nothing runs beside what is asked for.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::{BeaconId, Currency, Minor, MobilePayTerminal, Money, Payment, Span};
use gateway::phone::PhoneNumber;
use gateway::points_of_sale::{NewPosPayment, PointOfSale, PosError, PosRefund, PosState};
use gateway::{Fixtures, Operation};
use serde_json::json;

use crate::house::House;

pub(crate) const MERCHANT: i64 = 1;
const TERMINALS: i64 = 16;
const SHOP: i64 = 8_000_000_001;
pub(crate) const INACTIVITY: Span = Span::from_secs(600);

pub(crate) struct Cinema {
    pub(crate) house: House,
    _folder: tempfile::TempDir,
}

impl Cinema {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let house = House::sqlite(folder.path()).await;
        let terminals: Vec<_> = (1..=TERMINALS)
            .map(|id| {
                json!({"id": id, "merchant": 1, "terminal_id": id.to_string(), "store": 1, "name": "Kasse",
                "require_payment_before_checkin": id == TERMINALS})
            })
            .collect();
        let fixtures: Fixtures = serde_json::from_value(json!({
            "merchants": [{"id": 2, "name": "Biograferne"}],
            "shops": [{"id": SHOP, "merchant": 2, "name": "Grand", "active": true, "currencies": ["DKK"],
                       "language": "da"}],
            "mobilepay_merchants": [{"id": MERCHANT, "bio_code": "BIO-1", "merchant": 2, "name": "Grand",
                "brands": [{"id": "POSDK12345", "name": "Biograferne"}]}],
            "mobilepay_stores": [{"id": 1, "guid": "7f3f2c60-5b52-4d0b-8d3c-0d4f4a3f1e01", "merchant": 1,
                "shop": SHOP, "brand": "POSDK12345", "location": "00001", "name": "Grand"}],
            "mobilepay_terminals": terminals,
        }))
        .unwrap();
        house.gateway.import(&fixtures).await.unwrap();
        Self { house, _folder: folder }
    }

    pub(crate) fn terminal(&self, number: i64) -> Arc<MobilePayTerminal> {
        Arc::clone(self.house.gateway.directory().mobilepay().terminal(number).unwrap())
    }

    /// The one terminal that lets nobody check in before there is a payment.
    pub(crate) fn vending_machine(&self) -> Arc<MobilePayTerminal> {
        self.terminal(TERMINALS)
    }

    pub(crate) async fn pos(&self, terminal: &MobilePayTerminal) -> PointOfSale {
        self.house.gateway.create_point_of_sale(terminal).await.unwrap()
    }

    pub(crate) async fn try_start(&self, pos: &PointOfSale, order: &str) -> Result<Payment, PosError> {
        let amount = Some(crowns(95));
        let new = NewPosPayment { order: order.to_owned(), amount, inactivity: INACTIVITY };
        self.house.gateway.start_at_pos(pos, new).await
    }

    pub(crate) async fn start(&self, pos: &PointOfSale, order: &str) -> Payment {
        self.try_start(pos, order).await.unwrap()
    }

    /// A payment as it is, without time being applied.
    pub(crate) async fn state(&self, payment: &Payment) -> PosState {
        PosState::of(&self.house.found(payment.id).await)
    }

    pub(crate) async fn check_in(&self, beacon: &BeaconId, phone: PhoneNumber) {
        self.house.gateway.phone_check_in(beacon, phone).await.unwrap();
    }

    /// Started, approved and captured.
    pub(crate) async fn captured(&self, pos: &PointOfSale, order: &str) -> Payment {
        let gateway = &self.house.gateway;
        let payment = self.start(pos, order).await;
        self.check_in(&pos.beacon, astrid()).await;
        gateway.phone_accept(&pos.beacon, astrid()).await.unwrap();
        gateway.capture_at_pos(self.house.found(payment.id).await, None).await.unwrap()
    }

    /// A payment whose approval is on its way and will turn out never to have arrived.
    pub(crate) async fn approval_lost(&self, pos: &PointOfSale, order: &str) -> Payment {
        let payment = self.start(pos, order).await;
        self.check_in(&pos.beacon, astrid()).await;
        self.lose(&payment, Operation::Authorise);
        self.house.gateway.phone_accept(&pos.beacon, astrid()).await.unwrap();
        let payment = self.house.found(payment.id).await;
        assert!(payment.pending.is_some());
        payment
    }

    /// The acquirer never hears of the next operation of this kind.
    pub(crate) fn lose(&self, payment: &Payment, operation: Operation) {
        let simulator = &self.house.acquirer.simulator;
        assert!(simulator.script(payment.id, operation, gateway::Fault::QuestionLost));
    }

    /// A refund that is reserved.
    pub(crate) async fn refund(&self, payment: &Payment, order: &str) -> PosRefund {
        let gateway = &self.house.gateway;
        let seen = self.house.found(payment.id).await;
        let guid = gateway.promise_refund(seen, crowns(1), order).await.unwrap();
        gateway.pos_refund(MERCHANT, guid).await.unwrap().0
    }

    pub(crate) fn refunds_asked_for(&self) -> usize {
        self.house.acquirer.refunded.load(Ordering::SeqCst)
    }
}

pub(crate) const fn crowns(amount: i64) -> Money {
    Money::new(Minor::new(amount * 100), Currency::DKK)
}

pub(crate) fn astrid() -> PhoneNumber {
    "+4520031801".parse().unwrap()
}

pub(crate) fn bo() -> PhoneNumber {
    "+4520031802".parse().unwrap()
}
