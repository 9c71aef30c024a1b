//! A node: its data taken, its keys loaded, its gateway put together. What serves and what only looks
//! (import, verify) begin the same way.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{ClientId, Door, Span};
use gateway::{
    Announce, CLOCK_SETTING, Fixtures, Gateway, Outbox, Parts, SandboxClock, SandboxParts, Scope, Simulator,
};
use store::Store;

use crate::config::{AcquirerKind, Config};
use crate::courier::HttpCourier;
use crate::error::StartError;
use crate::folder::{self, Held};
use crate::keyring;

/// The demo shop's GoID, and the credentials that the provider's own documents print.
pub const DEMO_SHOP: i64 = 8_123_456_789;
pub const DEMO_CLIENT: ClientId = ClientId::new(1_061_399_163);
pub const DEMO_SECRET: &str = "stDTmVXF";

/// The demo cash register's login, as the provider's own documents show it.
pub const DEMO_REGISTER: &str = "123456";
pub const DEMO_REGISTER_SECRET: &str = "gx4q8OV3TJt6noJnfhjqJKyX3z6Ych0y";

/// What the demo cinemas' point of sale says of itself.
pub const DEMO_BIO_CODE: &str = "DEMO";
pub const DEMO_ACCESS_TOKEN: &str = "demo-access-token-of-the-demo-cinemas";
/// The same for the other one.
const OTHER_BIO_CODE: &str = "DEMO-2";
const OTHER_ACCESS_TOKEN: &str = "demo-access-token-of-the-other-cinema";

/// The demo merchant's people for GP tom's API, and the program that asks for their tokens.
pub const DEMO_PROGRAM: &str = "pos-demo";
pub const DEMO_PROGRAM_SECRET: &str = "demo-secret";
pub const DEMO_PERSON: &str = "till@example.com";
pub const DEMO_PASSWORD: &str = "demo-password";

/// Everything there is in an empty sandbox, as a file to import.
const DEMO: &str = include_str!("demo.json");

/// An opened node. Nothing runs in it yet.
pub struct Node {
    pub gateway: Arc<Gateway>,
    /// Given back last.
    _held: Held,
}

impl Node {
    /// Takes the data, brings them up to date and reads what is needed. A sandbox that knows nobody gets
    /// the demo merchant.
    pub async fn open(config: &Config) -> Result<Self, StartError> {
        let held = folder::take(config)?;
        let database = config.database();
        let store = store::open(&database.location(), config.queue.into())
            .await
            .map_err(|error| StartError::failed(format!("cannot open the database {database}"), error))?;
        let gateway = gateway(config, Arc::clone(&store)).await;
        let gateway = match gateway {
            Ok(gateway) => gateway,
            Err(error) => {
                store.close().await;
                return Err(error);
            }
        };
        if !config.production && gateway.directory().is_empty() {
            seed(&gateway).await?;
        }
        Ok(Self { gateway, _held: held })
    }

    /// Whether somebody could log in with the secret that everybody knows.
    #[must_use]
    pub fn knows_the_demo_secret(&self) -> bool {
        self.gateway.log_in(DEMO_CLIENT, DEMO_SECRET, Scope::All).is_some()
    }

    /// The same for the demo cash register.
    #[must_use]
    pub fn knows_the_demo_register(&self) -> bool {
        self.gateway.register_login(DEMO_REGISTER, DEMO_REGISTER_SECRET).is_some()
    }

    /// The same for the demo cinemas.
    #[must_use]
    pub fn knows_the_demo_cinemas(&self) -> bool {
        let known = [(DEMO_BIO_CODE, DEMO_ACCESS_TOKEN), (OTHER_BIO_CODE, OTHER_ACCESS_TOKEN)];
        known.iter().any(|(code, token)| self.gateway.mobilepay_merchant(code, token).is_some())
    }

    /// The same for the demo merchant's people. Their passwords are looked at by nobody without the program.
    #[must_use]
    pub fn knows_the_demo_person(&self) -> bool {
        let program = self.gateway.oauth_client(DEMO_PROGRAM, DEMO_PROGRAM_SECRET);
        program.is_some() && self.gateway.person_named(DEMO_PERSON).is_some()
    }

    /// Whether anybody could log in with something that everybody knows.
    #[must_use]
    pub fn knows_a_demo_secret(&self) -> bool {
        self.knows_the_demo_secret()
            || self.knows_the_demo_register()
            || self.knows_the_demo_person()
            || self.knows_the_demo_cinemas()
    }

    /// Writes what is queued and closes the database.
    pub async fn close(self) {
        self.gateway.close().await;
    }
}

async fn gateway(config: &Config, store: Arc<dyn Store>) -> Result<Arc<Gateway>, StartError> {
    let keyring = keyring::load(config, store.as_ref()).await?;
    let simulator = match config.acquirer {
        AcquirerKind::Simulator => Arc::new(Simulator::declining(config.decline_suffix.0)),
    };
    let sandbox = if config.production {
        None
    } else {
        let clock = Arc::new(SandboxClock::ahead(clock_ahead(store.as_ref()).await?));
        Some(SandboxParts { clock, simulator: Arc::clone(&simulator) })
    };
    let parts = Parts {
        store,
        acquirer: simulator,
        keyring,
        announcers: HashMap::from([(Door::GoPay, gopay::announce as Announce)]),
        outbox: Outbox::new(Arc::new(HttpCourier::new(config)?)),
        sandbox,
        tuning: config.tuning(),
    };
    Gateway::open(parts).await.map_err(|error| StartError::failed("cannot read the directory", error))
}

/// How far the clock was ahead when it was last moved: time does not go back at a restart.
async fn clock_ahead(store: &dyn Store) -> Result<Span, StartError> {
    let found = store.setting(CLOCK_SETTING).await;
    let text = found.map_err(|error| StartError::failed("cannot read the database", error))?;
    Ok(text.and_then(|text| text.parse().ok()).map(Span::from_millis).unwrap_or_default())
}

async fn seed(gateway: &Gateway) -> Result<(), StartError> {
    let failed = |error: &dyn std::fmt::Display| StartError::failed("cannot make the demo merchant", error);
    let fixtures: Fixtures = serde_json::from_str(DEMO).map_err(|error| failed(&error))?;
    gateway.import(&fixtures).await.map_err(|error| failed(&error))?;
    Ok(())
}
