//! A little world for the door: tills, payments and refunds in memory, by the rules that the real ones follow.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{BeaconId, Currency, Guid, Minor, Money, Timestamp};
use futures_util::{StreamExt, stream};
use gateway::phone::{
    Activity, AtPos, CheckedIn, PaymentView, Phone, PhoneChange, PhoneError, PhoneNumber, PosView, RefundView,
};
use parking_lot::Mutex;
use phone::{Changes, Phones};
use tokio::sync::broadcast;

#[derive(Clone)]
struct Taken {
    pos: Guid,
    payment: PaymentView,
    customer: Option<PhoneNumber>,
    refunds: Vec<RefundView>,
}

#[derive(Default)]
struct State {
    now: i64,
    next: u8,
    tills: Vec<PosView>,
    checked_in: HashMap<Guid, (PhoneNumber, Timestamp)>,
    payments: Vec<Taken>,
}

pub(crate) struct World {
    state: Mutex<State>,
    told: broadcast::Sender<PhoneNumber>,
}

const ACTIVE: [&str; 4] = ["Prepared", "Initiated", "Paired", "IssuedToUser"];

impl State {
    fn tick(&mut self) -> Timestamp {
        self.now += 1_000;
        Timestamp::from_millis(self.now)
    }

    fn guid(&mut self) -> Guid {
        self.next += 1;
        Guid::random([self.next; 16])
    }

    fn till(&self, beacon: &BeaconId) -> Result<PosView, PhoneError> {
        self.tills.iter().find(|till| till.beacon == *beacon).cloned().ok_or(PhoneError::UnknownBeacon)
    }

    fn active(&mut self, pos: Guid) -> Option<&mut Taken> {
        self.payments.iter_mut().find(|it| it.pos == pos && ACTIVE.contains(&it.payment.status))
    }

    /// Moves the till's active payment on; the check-in ends with it.
    fn finish(&mut self, pos: Guid, status: &'static str) {
        let now = self.tick();
        self.checked_in.remove(&pos);
        if let Some(taken) = self.active(pos) {
            taken.payment.status = status;
            taken.payment.changed_at = now;
            taken.payment.expires_at = None;
        }
    }
}

impl World {
    pub(crate) fn new() -> Arc<Self> {
        let world = Self { state: Mutex::default(), told: broadcast::channel(64).0 };
        // Tuesday, 2 June 2026, late in the morning.
        world.state.lock().now = 1_780_394_400_000;
        for (brand, store, city, name) in [
            ("Bio Lumen", "Bio Lumen Aarhus", "Aarhus C", "Till 1"),
            ("Bio Lumen", "Bio Lumen Aarhus", "Aarhus C", "Sweets and popcorn"),
            ("Kino Saaristo", "Kino Saaristo Turku", "Turku", "Lippukassa 2"),
        ] {
            let mut state = world.state.lock();
            let (beacon, pos) = (state.guid(), state.guid());
            state.tills.push(PosView {
                beacon: BeaconId::Guid(beacon),
                pos,
                name: name.to_owned(),
                store_name: store.to_owned(),
                store_city: city.to_owned(),
                brand_name: brand.to_owned(),
                require_payment_before_checkin: false,
            });
        }
        Arc::new(world)
    }

    pub(crate) fn beacon(&self, till: usize) -> BeaconId {
        self.state.lock().tills[till].beacon.clone()
    }

    fn tell(&self, phone: Option<PhoneNumber>) {
        if let Some(phone) = phone {
            let _ = self.told.send(phone);
        }
    }

    /// The shop asks for an amount; without one it only prepares.
    pub(crate) fn ask(&self, till: usize, amount: Option<i64>) {
        let mut state = self.state.lock();
        let (now, id) = (state.tick(), state.guid());
        let pos = state.tills[till].pos;
        let customer = state.checked_in.get(&pos).map(|(phone, _)| *phone);
        let currency = if till == 2 { Currency::EUR } else { Currency::DKK };
        let amount = amount.map(|amount| Money::new(Minor::new(amount), currency));
        let status = match (amount, customer) {
            (None, None) => "Prepared",
            (None, Some(_)) => "Paired",
            (Some(_), None) => "Initiated",
            (Some(_), Some(_)) => "IssuedToUser",
        };
        let expires_at = Some(Timestamp::from_millis(now.millis() + 600_000));
        if let Some(taken) = state.active(pos) {
            taken.payment = PaymentView { status, amount, changed_at: now, ..taken.payment.clone() };
        } else {
            let order_id = "A-1042".to_owned();
            let payment = PaymentView {
                id,
                order_id,
                status,
                amount,
                captured: None,
                created_at: now,
                changed_at: now,
                expires_at,
            };
            state.payments.push(Taken { pos, payment, customer, refunds: vec![] });
        }
        drop(state);
        self.tell(customer);
    }

    pub(crate) fn end(&self, till: usize, status: &'static str) {
        let mut state = self.state.lock();
        let pos = state.tills[till].pos;
        let customer = state.active(pos).and_then(|taken| taken.customer);
        state.finish(pos, status);
        drop(state);
        self.tell(customer);
    }

    /// Captures what was approved last.
    pub(crate) fn capture(&self) {
        let mut state = self.state.lock();
        let now = state.tick();
        let taken =
            state.payments.iter_mut().rev().find(|it| it.payment.status == "Reserved").expect("approved");
        taken.payment.status = "Captured";
        taken.payment.captured = taken.payment.amount;
        taken.payment.changed_at = now;
        let customer = taken.customer;
        drop(state);
        self.tell(customer);
    }

    /// Gives back some of what was captured last.
    pub(crate) fn refund(&self, amount: i64) {
        let mut state = self.state.lock();
        let (now, id) = (state.tick(), state.guid());
        let taken =
            state.payments.iter_mut().rev().find(|it| it.payment.status == "Captured").expect("captured");
        let currency = taken.payment.amount.expect("an amount").currency;
        let amount = Money::new(Minor::new(amount), currency);
        let payment = taken.payment.id;
        taken.refunds.push(RefundView {
            id,
            payment,
            status: "Captured",
            amount,
            created_at: now,
            changed_at: now,
        });
        let customer = taken.customer;
        drop(state);
        self.tell(customer);
    }
}

#[async_trait]
impl Phones for World {
    async fn check_in(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        let mut state = self.state.lock();
        let pos = state.till(beacon)?.pos;
        let now = state.tick();
        if let Some(taken) = state.active(pos) {
            if taken.customer.is_some_and(|other| other != phone) {
                return Err(PhoneError::OtherCustomer);
            }
            taken.customer = Some(phone);
            taken.payment.status = if taken.payment.amount.is_some() { "IssuedToUser" } else { "Paired" };
            taken.payment.changed_at = now;
        }
        state.checked_in.retain(|_, (other, _)| *other != phone);
        state.checked_in.insert(pos, (phone, now));
        drop(state);
        self.tell(Some(phone));
        Ok(())
    }

    async fn accept(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        let mut state = self.state.lock();
        let pos = state.till(beacon)?.pos;
        if state.checked_in.get(&pos).is_none_or(|(here, _)| *here != phone) {
            return Err(PhoneError::NotCheckedIn);
        }
        if state.active(pos).is_none_or(|taken| taken.payment.status != "IssuedToUser") {
            return Err(PhoneError::NothingToPay);
        }
        let customer = phone.customer().ok_or(PhoneError::UnknownCustomer)?;
        let status = match customer {
            it if it.age < 18 => "RejectedByMobilePayDueToAgeRestrictions",
            it if it.fail_reservation => "CancelledByMobilePay",
            _ => "Reserved",
        };
        state.finish(pos, status);
        drop(state);
        self.tell(Some(phone));
        Ok(())
    }

    async fn cancel(&self, beacon: &BeaconId, _phone: Option<PhoneNumber>) -> Result<(), PhoneError> {
        let mut state = self.state.lock();
        let pos = state.till(beacon)?.pos;
        let customer = state.active(pos).ok_or(PhoneError::NotCancellable)?.customer;
        state.finish(pos, "CancelledByUser");
        drop(state);
        self.tell(customer);
        Ok(())
    }

    async fn leave(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        let mut state = self.state.lock();
        let pos = state.till(beacon)?.pos;
        state.finish(pos, "CancelledByUser");
        drop(state);
        self.tell(Some(phone));
        Ok(())
    }

    async fn at(&self, beacon: &BeaconId) -> Result<AtPos, PhoneError> {
        let mut state = self.state.lock();
        let pos = state.till(beacon)?;
        let checked_in = state.checked_in.get(&pos.pos).map(|(phone, _)| *phone);
        let payment = state.active(pos.pos).map(|taken| taken.payment.clone());
        Ok(AtPos { pos, checked_in, payment })
    }

    async fn phone(&self, number: PhoneNumber) -> Result<Phone, PhoneError> {
        let mut state = self.state.lock();
        let here = state.checked_in.iter().find(|(_, (phone, _))| *phone == number);
        let here = here.map(|(pos, (_, since))| (*pos, *since));
        let till =
            |state: &State, pos| state.tills.iter().find(|till| till.pos == pos).cloned().expect("a till");
        let check_in = here.map(|(pos, since)| CheckedIn {
            pos: till(&state, pos),
            since,
            payment: state.active(pos).map(|taken| taken.payment.clone()),
        });
        let mut activity = Vec::new();
        for taken in state.payments.iter().filter(|taken| taken.customer == Some(number)) {
            let pos = till(&state, taken.pos);
            let refunds = taken.refunds.iter().cloned().map(|refund| Activity::Refund(pos.clone(), refund));
            activity.extend(refunds);
            activity.push(Activity::Payment(pos, taken.payment.clone()));
        }
        activity.sort_by_key(|entry| match entry {
            Activity::Payment(_, payment) => -payment.changed_at.millis(),
            Activity::Refund(_, refund) => -refund.changed_at.millis(),
        });
        Ok(Phone { number, check_in, activity })
    }

    async fn points_of_sale(&self, search: &str) -> Result<Vec<PosView>, PhoneError> {
        let state = self.state.lock();
        let tills =
            state.tills.iter().filter(|till| till.store_name.contains(search) || till.name.contains(search));
        Ok(tills.cloned().collect())
    }

    fn changes(&self) -> Changes {
        let told = self.told.subscribe();
        stream::unfold(told, |mut told| async move {
            match told.recv().await {
                Ok(phone) => Some((PhoneChange::Of(phone), told)),
                Err(broadcast::error::RecvError::Lagged(_)) => Some((PhoneChange::All, told)),
                Err(broadcast::error::RecvError::Closed) => None,
            }
        })
        .boxed()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.state.lock().now)
    }
}
