//! A gateway to fuzz against: the real one, over a store that answers and keeps nothing.
//!
//! There is one shop, one client and one payment, preauthorised and not paid yet, so that refunds and captures are
//! read to the end and then refused. Every commit succeeds and is forgotten: one input cannot change what the next
//! one meets, and memory does not grow.

mod void;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use domain::ClientId;
use gateway::{Courier, Gateway, Keyring, Outbox, Parts, SandboxClock, SandboxParts, Scope, Simulator};
use tokio::runtime::{Builder, Runtime};

pub use void::{CLIENT, PAYMENT, SHOP, VoidStore};

/// What the one client is known by.
pub const SECRET: &str = "secret";

/// The thread that everything runs on.
pub static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().enable_time().build().expect("a runtime"));

/// The gateway, always with the same keys.
pub static GATEWAY: LazyLock<Arc<Gateway>> = LazyLock::new(|| {
    let keyring = Keyring::parse(&"07".repeat(32)).expect("a keyring");
    let simulator = Arc::new(Simulator::new());
    let parts = |store| Parts {
        store,
        acquirer: Arc::clone(&simulator) as Arc<dyn gateway::Acquirer>,
        keyring: keyring.clone(),
        announcers: HashMap::new(),
        outbox: Outbox::new(Arc::new(Nobody)),
        sandbox: Some(SandboxParts {
            clock: Arc::new(SandboxClock::default()),
            simulator: Arc::clone(&simulator),
        }),
    };
    RUNTIME.block_on(async {
        // The first one only knows how to hash the client's secret.
        let hasher = Gateway::open(parts(Arc::new(VoidStore::default()))).await.expect("a gateway");
        let secret = hasher.secret_hash(CLIENT, SECRET);
        Gateway::open(parts(Arc::new(VoidStore { secret: Some(secret) }))).await.expect("a gateway")
    })
});

/// A token that may do everything.
#[must_use]
pub fn token() -> String {
    GATEWAY.log_in(ClientId::new(CLIENT.get()), SECRET, Scope::All).expect("a token")
}

struct Nobody;

#[async_trait]
impl Courier for Nobody {
    async fn call(&self, _: &str) -> Result<u16, String> {
        Err("nobody is called while fuzzing".to_owned())
    }
}
