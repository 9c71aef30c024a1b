//! A gateway with an acquirer and a courier that can be told to misbehave.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use acquirer::{
    Acquirer, Authentication, Authorisation, FollowUp, Issuer, Presentation, Reference, Reply, Verdict,
};
use async_trait::async_trait;
use domain::{
    CaptureMode, CardData, Currency, Door, Expiry, FeeSchedule, Minor, Money, Pan, Payment, PaymentId,
    ShopId, Span, Terms, Windows,
};
use gateway::{
    Announce, Courier, Fixtures, Gateway, Keyring, Outbox, Parts, SandboxClock, SandboxParts, Simulator,
};
use parking_lot::Mutex;
use serde_json::json;
use store::Store;
use tokio::sync::{Notify, Semaphore};

use crate::meddled::Meddled;

/// Far longer than anything here takes; a test that waits so long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
const SHOP: ShopId = ShopId::new(8_123_456_789);

/// The simulator, with accidents.
#[derive(Default)]
pub(crate) struct Wild {
    pub(crate) simulator: Arc<Simulator>,
    /// An inquiry about one of these ends in a panic.
    pub(crate) panics: Mutex<HashSet<PaymentId>>,
    pub(crate) authenticated: AtomicBool,
    pub(crate) authorised: AtomicUsize,
    pub(crate) refunded: AtomicUsize,
    /// Refunds get no answer, until they are let go.
    pub(crate) refunds_hang: AtomicBool,
    pub(crate) let_go: Notify,
}

#[async_trait]
impl Acquirer for Wild {
    fn issuer(&self, pan: &Pan) -> Issuer {
        self.simulator.issuer(pan)
    }

    async fn authenticate(&self, card: &CardData, money: Money) -> Authentication {
        self.authenticated.store(true, Ordering::SeqCst);
        self.simulator.authenticate(card, money).await
    }

    async fn authorise(&self, request: Authorisation<'_>) -> Reply {
        self.authorised.fetch_add(1, Ordering::SeqCst);
        self.simulator.authorise(request).await
    }

    async fn capture(&self, request: FollowUp) -> Reply {
        self.simulator.capture(request).await
    }

    async fn void(&self, request: FollowUp) -> Reply {
        self.simulator.void(request).await
    }

    async fn refund(&self, request: FollowUp) -> Reply {
        self.refunded.fetch_add(1, Ordering::SeqCst);
        let let_go = self.let_go.notified();
        if self.refunds_hang.load(Ordering::SeqCst) {
            let_go.await;
        }
        self.simulator.refund(request).await
    }

    async fn present(&self, request: Presentation<'_>) -> Verdict {
        self.simulator.present(request).await
    }

    async fn inquire(&self, reference: Reference) -> Reply {
        let panics = self.panics.lock().contains(&reference.payment);
        assert!(!panics, "an accident");
        self.simulator.inquire(reference).await
    }

    async fn reverse(&self, reference: Reference) -> Reply {
        self.simulator.reverse(reference).await
    }
}

/// Delivers as the address says: `panic`, `hang` somewhere in it, or at once.
pub(crate) struct Calls {
    pub(crate) delivered: Mutex<Vec<String>>,
    pub(crate) begun: AtomicUsize,
    running: AtomicUsize,
    pub(crate) most: AtomicUsize,
    /// Where those that hang wait.
    pub(crate) gate: Semaphore,
}

impl Default for Calls {
    fn default() -> Self {
        let (delivered, begun, running, most) = Default::default();
        Self { delivered, begun, running, most, gate: Semaphore::new(0) }
    }
}

#[async_trait]
impl Courier for Calls {
    async fn call(&self, url: &str) -> Result<u16, String> {
        assert!(!url.contains("panic"), "an accident");
        self.begun.fetch_add(1, Ordering::SeqCst);
        let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(running, Ordering::SeqCst);
        if url.contains("hang") {
            // Each permit lets one through.
            self.gate.acquire().await.map_err(|error| error.to_string())?.forget();
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        self.delivered.lock().push(url.to_owned());
        Ok(200)
    }
}

pub(crate) struct House {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) store: Arc<Meddled>,
    pub(crate) acquirer: Arc<Wild>,
    pub(crate) calls: Arc<Calls>,
    pub(crate) clock: Arc<SandboxClock>,
}

fn announce(before: &Payment, after: &Payment) -> Option<String> {
    let changed = before.money != after.money;
    after.terms.notification_url.clone().filter(|_| changed)
}

impl House {
    pub(crate) async fn at(location: &str, acquirer: Arc<Wild>) -> Self {
        let clock = Arc::new(SandboxClock::default());
        let calls = Arc::new(Calls::default());
        let sandbox = SandboxParts { clock: Arc::clone(&clock), simulator: Arc::clone(&acquirer.simulator) };
        let store = Arc::new(Meddled::new(store::open(location, 4_096).await.unwrap()));
        let parts = Parts {
            store: Arc::clone(&store) as Arc<dyn Store>,
            acquirer: Arc::clone(&acquirer) as Arc<dyn Acquirer>,
            keyring: Keyring::parse(&"07".repeat(32)).unwrap(),
            announcers: HashMap::from([(Door::GoPay, announce as Announce)]),
            outbox: Outbox::new(Arc::clone(&calls) as Arc<dyn Courier>),
            sandbox: Some(sandbox),
            tuning: gateway::Tuning::default(),
        };
        let gateway = Gateway::open(parts).await.unwrap();
        let fixtures: Fixtures = serde_json::from_value(json!({
            "merchants": [{"id": 1, "name": "Shop"}],
            "shops": [{"id": SHOP, "merchant": 1, "name": "Shop", "active": true, "currencies": ["CZK"],
                       "language": "cs"}],
        }))
        .unwrap();
        gateway.import(&fixtures).await.unwrap();
        Self { gateway, store, acquirer, calls, clock }
    }

    pub(crate) async fn sqlite(folder: &Path) -> Self {
        let file = folder.join("till.db");
        Self::at(file.to_str().unwrap(), Arc::new(Wild::default())).await
    }

    pub(crate) async fn payment(&self, notification_url: &str) -> Payment {
        let terms = Terms {
            door: Door::GoPay,
            shop: SHOP,
            amount: Money::new(Minor::new(10_000), Currency::CZK),
            capture: CaptureMode::Automatic,
            order_number: "1".to_owned(),
            description: None,
            language: "cs".to_owned(),
            return_url: None,
            notification_url: Some(notification_url.to_owned()),
            card_allowed: true,
            other_methods: domain::OtherMethods::None,
            preselected: None,
            windows: Windows::default(),
            fee: FeeSchedule::default(),
            terminal: None,
            on_file: domain::OnFile::default(),
            eet: None,
            extra: String::new(),
        };
        self.gateway.create(terms, None).await.unwrap()
    }

    /// A payment whose authorisation got no answer.
    pub(crate) async fn pending(&self, card_number: &str) -> PaymentId {
        let payment = self.payment("http://shop.example/").await;
        self.gateway.pay_by_card(payment.id, card(card_number), None).await.unwrap();
        let payment = self.gateway.payment(payment.id).await.unwrap().unwrap();
        assert!(payment.pending.is_some());
        payment.id
    }

    pub(crate) async fn paid(&self, notification_url: &str) -> PaymentId {
        let payment = self.payment(notification_url).await;
        self.gateway.pay_by_card(payment.id, card("4444444444444448"), None).await.unwrap();
        payment.id
    }

    pub(crate) async fn found(&self, id: PaymentId) -> Payment {
        self.gateway.payment(id).await.unwrap().unwrap()
    }

    /// Time passes, and nobody has looked yet.
    pub(crate) fn later(&self, by: Span) {
        self.clock.set_ahead(self.clock.ahead_after(by));
    }

    /// Wakes what is due; how many could be.
    pub(crate) async fn wake(&self) -> u64 {
        let woken = tokio::time::timeout(PATIENCE, self.gateway.run_due()).await;
        woken.unwrap_or_else(|_| panic!("it never ends")).unwrap()
    }

    /// Waits until the courier's record says so.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Calls) -> bool) {
        let waiting = async {
            while !holds(&self.calls) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
    }
}

pub(crate) fn card(number: &str) -> CardData {
    CardData { pan: Pan::parse(number).unwrap(), expiry: Expiry::new(2030, 12).unwrap(), cvc: None }
}
