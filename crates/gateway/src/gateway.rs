//! The gateway: what every door calls, and the things it holds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use acquirer::{Acquirer, Simulator};
use domain::{ClientId, Door, Payment, PaymentId, ShopId, Span, TerminalId};
use parking_lot::RwLock;
use store::Store;
use tokio::sync::{Semaphore, watch};

use crate::challenges::Challenges;
use crate::clock::{Clock, SandboxClock, SystemClock};
use crate::directory::{Directory, secret_hash};
use crate::eet::{Authority, SigningKeys};
use crate::error::Error;
use crate::guids::Guids;
use crate::idempotency::RequestKey;
use crate::ids::Ids;
use crate::keyring::{Key, Keyring, Purpose};
use crate::locks::Locks;
use crate::outbox::{MOST_ATTEMPTS, Outbox, PAUSES};
use crate::payouts::Paid;
use crate::people::People;
use crate::points_of_sale::Counters;
use crate::recurrences::LocalCalendar;
use crate::terminals::{Hub, Node, Presses, hello_to};
use crate::tokens::{Access, Scope, Tokens};
use crate::vault::Vault;

/// What a door says to its merchant about a change: the address to call, or nothing.
pub type Announce = fn(before: &Payment, after: &Payment) -> Option<String>;

/// What an operator may set otherwise (gopay.md §19).
#[derive(Debug, Clone)]
pub struct Tuning {
    /// How long an access token is good, and how much longer a late one is let through.
    pub token_life: Span,
    pub token_grace: Span,
    /// How often a notification is tried, and the pause after the nth failed attempt; the last one repeats.
    pub attempts: u16,
    pub pauses: Vec<Span>,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            token_life: Span::from_secs(1_800),
            token_grace: Span::from_secs(60),
            attempts: MOST_ATTEMPTS,
            pauses: PAUSES.to_vec(),
        }
    }
}

/// How many charges that a merchant has asked for are made side by side; more wait for recovery's next round.
const CHARGES_AT_A_TIME: usize = 64;

/// A store that needs longer than this for nothing is not ready for anything.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The parts a gateway is put together from.
pub struct Parts {
    pub store: Arc<dyn Store>,
    pub acquirer: Arc<dyn Acquirer>,
    pub keyring: Keyring,
    pub announcers: HashMap<Door, Announce>,
    pub outbox: Outbox,
    /// Present in a sandbox only.
    pub sandbox: Option<SandboxParts>,
    pub tuning: Tuning,
}

/// What only a sandbox has.
#[derive(Clone)]
pub struct SandboxParts {
    pub clock: Arc<SandboxClock>,
    pub simulator: Arc<Simulator>,
}

pub struct Gateway {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) acquirer: Arc<dyn Acquirer>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) announcers: HashMap<Door, Announce>,
    pub(crate) outbox: Outbox,
    pub(crate) sandbox: Option<SandboxParts>,
    pub(crate) tuning: Tuning,
    pub(crate) locks: Locks,
    pub(crate) ids: Ids,
    pub(crate) challenges: Challenges,
    pub(crate) fingerprints: Key,
    pub(crate) hub: Arc<Hub>,
    pub(crate) node: Node,
    /// The buttons of the simulated terminals on this node.
    pub(crate) presses: Presses,
    /// Counts how often a sandbox's clock was moved; whoever waits for time listens.
    pub(crate) clock_moved: watch::Sender<u64>,
    pub(crate) clock_steps: tokio::sync::Mutex<()>,
    directory: RwLock<Arc<Directory>>,
    pub(crate) vault: Vault,
    pub(crate) calendar: LocalCalendar,
    pub(crate) paid: Paid,
    pub(crate) eet: Authority,
    pub(crate) signing_keys: SigningKeys,
    /// Charges that were asked for and are under way beside the requests.
    pub(crate) charging: Arc<Semaphore>,
    pub(crate) tokens: Tokens,
    pub(crate) people: People,
    pub(crate) names: Key,
    pub(crate) register_secrets: Key,
    pub(crate) mobilepay_tokens: Key,
    pub(crate) guids: Guids,
    pub(crate) counters: Counters,
    client_secrets: Key,
    request_keys: Key,
}

impl Gateway {
    /// Puts a gateway together and reads its directory. Workers are started separately.
    pub async fn open(parts: Parts) -> Result<Arc<Self>, Error> {
        let directory = Directory::load(parts.store.as_ref()).await?;
        let clock: Arc<dyn Clock> = match &parts.sandbox {
            Some(sandbox) => Arc::clone(&sandbox.clock) as Arc<dyn Clock>,
            None => Arc::new(SystemClock),
        };
        Ok(Arc::new(Self {
            store: parts.store,
            acquirer: parts.acquirer,
            clock,
            announcers: parts.announcers,
            outbox: parts.outbox,
            sandbox: parts.sandbox,
            tuning: parts.tuning,
            locks: Locks::new(),
            ids: Ids::default(),
            challenges: Challenges::default(),
            hub: Arc::default(),
            node: Node::default(),
            presses: Presses::default(),
            clock_moved: watch::channel(0).0,
            clock_steps: tokio::sync::Mutex::default(),
            fingerprints: parts.keyring.key(Purpose::CardFingerprints),
            directory: RwLock::new(Arc::new(directory)),
            vault: Vault::new(parts.keyring.key(Purpose::Vault)),
            calendar: LocalCalendar::prague(),
            paid: Paid::default(),
            eet: Authority::new(parts.keyring.key(Purpose::EetAuthority)),
            signing_keys: SigningKeys::new(parts.keyring.key(Purpose::EetKeys)),
            charging: Arc::new(Semaphore::new(CHARGES_AT_A_TIME)),
            tokens: Tokens::new(&parts.keyring),
            people: People::new(&parts.keyring)?,
            names: parts.keyring.key(Purpose::PaymentNames),
            register_secrets: parts.keyring.key(Purpose::RegisterSecrets),
            counters: Counters::default(),
            guids: Guids::new(parts.keyring.key(Purpose::Guids)),
            mobilepay_tokens: parts.keyring.key(Purpose::MobilePayTokens),
            client_secrets: parts.keyring.key(Purpose::ClientSecrets),
            request_keys: parts.keyring.key(Purpose::RequestKeys),
        }))
    }

    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    #[must_use]
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read())
    }

    /// Reads the directory anew, after an import here or on another node.
    pub async fn reload_directory(&self) -> Result<(), Error> {
        let directory = Directory::load(self.store.as_ref()).await?;
        *self.directory.write() = Arc::new(directory);
        self.signing_keys.forget();
        self.vault.refresh(self.store.as_ref()).await
    }

    /// How long an access token is good.
    #[must_use]
    pub fn token_life(&self) -> Span {
        self.tuning.token_life
    }

    /// A new access token for a client that knows its secret.
    #[must_use]
    pub fn log_in(&self, client: ClientId, secret: &str, scope: Scope) -> Option<String> {
        if !self.directory().authenticate(&self.client_secrets, client, secret) {
            return None;
        }
        let expires_at = self.clock.now().plus(self.tuning.token_life);
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).ok()?;
        Some(self.tokens.issue(Access { client, scope, expires_at }, u64::from_be_bytes(nonce)))
    }

    /// What a token allows, if it is one of ours, still good, and its client still exists.
    #[must_use]
    pub fn access(&self, token: &str) -> Option<Access> {
        let access = self.tokens.check(token, self.clock.now(), self.tuning.token_grace)?;
        self.directory().client(access.client).map(|_| access)
    }

    /// The path segment that stands for a payment in the address of its page.
    #[must_use]
    pub fn page_token(&self, payment: PaymentId) -> String {
        self.tokens.page_token(payment)
    }

    #[must_use]
    pub fn page_payment(&self, token: &str) -> Option<PaymentId> {
        self.tokens.page_payment(token)
    }

    #[must_use]
    pub fn request_key(&self, client: ClientId, key: &str, operation: &str, body: &[u8]) -> RequestKey {
        RequestKey::new(&self.request_keys, client, key, operation, body)
    }

    #[must_use]
    pub fn secret_hash(&self, client: ClientId, secret: &str) -> domain::SecretHash {
        secret_hash(&self.client_secrets, client, secret)
    }

    pub(crate) fn client_secrets(&self) -> &Key {
        &self.client_secrets
    }

    #[must_use]
    pub fn device_key_hash(&self, terminal: TerminalId, secret: &str) -> domain::SecretHash {
        hello_to(&self.client_secrets, terminal, secret)
    }

    /// What a device calls one of its requests. No header can hold such a key.
    pub(crate) fn device_request_key(&self, terminal: TerminalId, request: &str, body: &[u8]) -> RequestKey {
        let key = format!("\0terminal\0{request}");
        self.request_key(ClientId::new(terminal.get()), &key, "start", body)
    }

    /// A payment, whoever's it is: for the payer's page and the operator.
    pub async fn payment(&self, id: PaymentId) -> Result<Option<Payment>, Error> {
        Ok(self.store.payment(id).await?)
    }

    /// A payment of one of the client's own shops. Somebody else's payment does not exist.
    pub async fn payment_of(&self, client: ClientId, id: PaymentId) -> Result<Payment, Error> {
        let payment = self.store.payment(id).await?.ok_or(Error::NotFound)?;
        if self.owns(client, payment.terms.shop) { Ok(payment) } else { Err(Error::NotFound) }
    }

    fn owns(&self, client: ClientId, shop: ShopId) -> bool {
        self.directory().shop_of(client, shop).is_some()
    }

    /// The refunds of a payment, oldest first.
    pub async fn refunds(&self, id: PaymentId) -> Result<Vec<domain::Refund>, Error> {
        let events = self.store.events(id).await?;
        Ok(domain::refunds(events.iter().map(|recorded| (recorded.at, &recorded.event))))
    }

    /// The store takes changes: the node may take requests.
    pub async fn is_ready(&self) -> bool {
        matches!(tokio::time::timeout(READY_WITHIN, self.store.ready()).await, Ok(Ok(())))
    }

    pub async fn close(&self) {
        self.leave().await;
        self.store.close().await;
    }
}
