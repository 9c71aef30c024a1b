//! The store that answers and keeps nothing.

use async_trait::async_trait;
use domain::{
    Account, CaptureMode, Client, ClientId, Currency, Door, Event, FeeSchedule, Merchant, MerchantId, Minor,
    Money, NotificationId, OnFile, OtherMethods, Payment, PaymentId, SecretHash, Shop, ShopId, ShopSettings, Terms, Timestamp,
    Windows,
};
use store::{
    AccountEntry, Attempt, Balance, Change, Claim, ClaimScope, CommitError, Document, DocumentKind,
    EntryCursor, Notification, Order, Record, RecordKind, Recorded, RecordedEntry, Signal, Store, StoreError,
};
use tokio::sync::broadcast;

pub const MERCHANT: MerchantId = MerchantId::new(1);
pub const SHOP: ShopId = ShopId::new(8_123_456_789);
pub const CLIENT: ClientId = ClientId::new(1_061_399_163);
/// The one payment there is.
pub const PAYMENT: PaymentId = PaymentId::FIRST;

/// See the module.
#[derive(Debug, Default)]
pub struct VoidStore {
    /// Without it there is no client.
    pub secret: Option<SecretHash>,
}

fn record(kind: RecordKind, id: i64, body: serde_json::Result<String>) -> Record {
    Record { kind, id, merchant: MERCHANT, body: body.expect("a record") }
}

fn shop() -> Shop {
    Shop {
        id: SHOP,
        merchant: MERCHANT,
        name: "Shop".to_owned(),
        active: true,
        currencies: vec![Currency::CZK, Currency::EUR],
        language: "cs".to_owned(),
        settings: ShopSettings::default(),
    }
}

fn payment() -> Payment {
    let terms = Terms {
        door: Door::GoPay,
        shop: SHOP,
        amount: Money::new(Minor::new(10_000), Currency::CZK),
        capture: CaptureMode::Manual,
        order_number: "1".to_owned(),
        description: None,
        language: "cs".to_owned(),
        return_url: None,
        notification_url: None,
        card_allowed: true,
        other_methods: OtherMethods::None,
        preselected: None,
        windows: Windows::default(),
        fee: FeeSchedule::default(),
        terminal: None,
        on_file: OnFile::default(),
        eet: None,
        extra: "{}".to_owned(),
    };
    let now = Timestamp::default();
    domain::evolve(domain::open(PAYMENT, terms.into(), now), &Event::Created, now)
}

#[async_trait]
impl Store for VoidStore {
    async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, StoreError> {
        Ok((id == PAYMENT).then(payment))
    }

    async fn payments(&self, ids: &[PaymentId]) -> Result<Vec<Payment>, StoreError> {
        Ok(ids.iter().filter(|id| **id == PAYMENT).map(|_| payment()).collect())
    }

    async fn events(&self, _: PaymentId) -> Result<Vec<Recorded>, StoreError> {
        Ok(vec![])
    }

    async fn entries(&self, _: PaymentId) -> Result<Vec<RecordedEntry>, StoreError> {
        Ok(vec![])
    }

    async fn claim(&self, _: ClaimScope, _: &[u8]) -> Result<Option<Claim>, StoreError> {
        Ok(None)
    }

    async fn due_payments(&self, _: Timestamp, _: u32) -> Result<Vec<PaymentId>, StoreError> {
        Ok(vec![])
    }

    async fn notifications(&self, _: PaymentId) -> Result<Vec<Notification>, StoreError> {
        Ok(vec![])
    }

    async fn notification(&self, _: NotificationId) -> Result<Option<Notification>, StoreError> {
        Ok(None)
    }

    async fn attempts(&self, _: PaymentId) -> Result<Vec<Attempt>, StoreError> {
        Ok(vec![])
    }

    async fn lease_deliveries(
        &self,
        _: Timestamp,
        _: Timestamp,
        _: u32,
        _: &[String],
    ) -> Result<Vec<(PaymentId, String)>, StoreError> {
        Ok(vec![])
    }

    async fn records(&self, kind: RecordKind) -> Result<Vec<Record>, StoreError> {
        Ok(match (kind, &self.secret) {
            (RecordKind::Merchant, _) => {
                let merchant = Merchant { id: MERCHANT, name: "Merchant".to_owned(), client_id: None, address: None };
                vec![record(kind, MERCHANT.get(), serde_json::to_string(&merchant))]
            }
            (RecordKind::Shop, _) => vec![record(kind, SHOP.get(), serde_json::to_string(&shop()))],
            (RecordKind::Client, Some(secret)) => {
                let client = Client { id: CLIENT, merchant: MERCHANT, secret: secret.clone() };
                vec![record(kind, CLIENT.get(), serde_json::to_string(&client))]
            }
            _ => vec![],
        })
    }

    async fn setting(&self, _: &str) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    async fn balances(&self) -> Result<Vec<Balance>, StoreError> {
        Ok(vec![])
    }

    async fn account_entries(
        &self,
        _: Account,
        _: Currency,
        _: Timestamp,
        _: Timestamp,
        _: Option<EntryCursor>,
        _: u32,
    ) -> Result<Vec<AccountEntry>, StoreError> {
        Ok(vec![])
    }

    async fn balance_at(&self, _: Account, _: Currency, _: Timestamp) -> Result<Minor, StoreError> {
        Ok(Minor::ZERO)
    }

    async fn document(&self, _: DocumentKind, _: i64) -> Result<Option<Document>, StoreError> {
        Ok(None)
    }

    async fn documents_of(
        &self,
        _: DocumentKind,
        _: i64,
        _: Option<i64>,
        _: Order,
        _: u32,
    ) -> Result<Vec<Document>, StoreError> {
        Ok(vec![])
    }

    async fn due_documents(
        &self,
        _: DocumentKind,
        _: Timestamp,
        _: u32,
    ) -> Result<Vec<Document>, StoreError> {
        Ok(vec![])
    }

    fn signals(&self) -> broadcast::Receiver<Signal> {
        broadcast::channel(1).1
    }

    async fn allocate_ids(&self, _: u32) -> Result<PaymentId, StoreError> {
        Ok(PaymentId::new(PAYMENT.get() + 1))
    }

    async fn commit(&self, _: Change) -> Result<(), CommitError> {
        Ok(())
    }

    async fn prune_claims(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn reset(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn close(&self) {}
}
