//! Who may be paid and who may ask, in memory. Read on every request, replaced as a whole when it changes.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Client, ClientId, Merchant, MerchantId, SecretHash, Shop, ShopId, Terminal, TerminalId, Tid};
use serde::de::DeserializeOwned;
use store::{Record, RecordKind, Store, StoreError};
use subtle::ConstantTimeEq;

use crate::keyring::{Key, hex};
use crate::logins::RegisterLogins;
use crate::mobilepay::MobilePayBook;
use crate::people::Register;

#[derive(Debug, Default)]
pub struct Directory {
    merchants: HashMap<MerchantId, Merchant>,
    shops: HashMap<ShopId, Arc<Shop>>,
    clients: HashMap<ClientId, Client>,
    people: Register,
    register_logins: RegisterLogins,
    terminals: HashMap<TerminalId, Arc<Terminal>>,
    tids: HashMap<Tid, TerminalId>,
    mobilepay: MobilePayBook,
}

impl Directory {
    pub(crate) async fn load(store: &dyn Store) -> Result<Self, StoreError> {
        let merchants: Vec<Merchant> = parsed(&store.records(RecordKind::Merchant).await?)?;
        let shops: Vec<Shop> = parsed(&store.records(RecordKind::Shop).await?)?;
        let clients: Vec<Client> = parsed(&store.records(RecordKind::Client).await?)?;
        let logins = parsed(&store.records(RecordKind::ComgateLogin).await?)?;
        let programs = parsed(&store.records(RecordKind::GpTomClient).await?)?;
        let people = parsed(&store.records(RecordKind::GpTomUser).await?)?;
        let terminals: Vec<Terminal> = parsed(&store.records(RecordKind::Terminal).await?)?;
        let mobilepay = MobilePayBook::new(
            parsed(&store.records(RecordKind::MobilePayMerchant).await?)?,
            parsed(&store.records(RecordKind::MobilePayStore).await?)?,
            parsed(&store.records(RecordKind::MobilePayTerminal).await?)?,
        );
        Ok(Self {
            mobilepay,
            people: Register::new(programs, people),
            register_logins: RegisterLogins::new(logins),
            tids: terminals.iter().map(|terminal| (terminal.tid.clone(), terminal.id)).collect(),
            terminals: terminals.into_iter().map(|terminal| (terminal.id, Arc::new(terminal))).collect(),
            merchants: merchants.into_iter().map(|merchant| (merchant.id, merchant)).collect(),
            shops: shops.into_iter().map(|shop| (shop.id, Arc::new(shop))).collect(),
            clients: clients.into_iter().map(|client| (client.id, client)).collect(),
        })
    }

    #[must_use]
    pub fn merchant(&self, id: MerchantId) -> Option<&Merchant> {
        self.merchants.get(&id)
    }

    #[must_use]
    pub fn shop(&self, id: ShopId) -> Option<&Arc<Shop>> {
        self.shops.get(&id)
    }

    #[must_use]
    pub(crate) fn register_logins(&self) -> &RegisterLogins {
        &self.register_logins
    }

    #[must_use]
    pub(crate) fn people(&self) -> &Register {
        &self.people
    }

    /// All shops, in no order.
    pub fn shops(&self) -> impl Iterator<Item = &Arc<Shop>> {
        self.shops.values()
    }

    /// Those who ask through MobilePay's door.
    #[must_use]
    pub fn mobilepay(&self) -> &MobilePayBook {
        &self.mobilepay
    }

    #[must_use]
    pub fn client(&self, id: ClientId) -> Option<&Client> {
        self.clients.get(&id)
    }

    #[must_use]
    pub fn terminal(&self, id: TerminalId) -> Option<&Arc<Terminal>> {
        self.terminals.get(&id)
    }

    #[must_use]
    pub fn terminal_by_tid(&self, tid: &Tid) -> Option<&Arc<Terminal>> {
        self.terminal(*self.tids.get(tid)?)
    }

    /// Every terminal, in no order.
    pub fn terminals(&self) -> impl Iterator<Item = &Arc<Terminal>> {
        self.terminals.values()
    }

    /// The shop if it belongs to the client's merchant. Somebody else's shop is no shop.
    #[must_use]
    pub fn shop_of(&self, client: ClientId, shop: ShopId) -> Option<&Arc<Shop>> {
        let client = self.client(client)?;
        self.shop(shop).filter(|shop| shop.merchant == client.merchant)
    }

    /// All shops of the client's merchant, in no order.
    #[must_use]
    pub fn shops_of(&self, client: ClientId) -> Vec<Arc<Shop>> {
        let merchant = self.client(client).map(|client| client.merchant);
        self.shops.values().filter(|shop| Some(shop.merchant) == merchant).cloned().collect()
    }

    /// The client's shop when it has exactly one.
    #[must_use]
    pub fn only_shop_of(&self, client: ClientId) -> Option<&Arc<Shop>> {
        let merchant = self.client(client)?.merchant;
        let mut shops = self.shops.values().filter(|shop| shop.merchant == merchant);
        shops.next().filter(|_| shops.next().is_none())
    }

    /// Whether the secret is the client's. Takes as long for an unknown client as for a wrong secret.
    #[must_use]
    pub(crate) fn authenticate(&self, key: &Key, client: ClientId, secret: &str) -> bool {
        let nobody = SecretHash("0".repeat(64));
        let expected = self.clients.get(&client).map_or(&nobody, |client| &client.secret);
        let given = secret_hash(key, client, secret);
        bool::from(expected.0.as_bytes().ct_eq(given.0.as_bytes()))
    }

    /// The terminal if the secret is its own. Takes as long for an unknown one as for a wrong secret.
    #[must_use]
    pub(crate) fn admit_device(&self, key: &Key, tid: &Tid, secret: &str) -> Option<Arc<Terminal>> {
        let nobody = SecretHash("0".repeat(64));
        let terminal = self.terminal_by_tid(tid);
        let expected = terminal.map_or(&nobody, |terminal| &terminal.device_key);
        let id = terminal.map_or(TerminalId::new(0), |terminal| terminal.id);
        let given = device_key_hash(key, id, secret);
        let right = bool::from(expected.0.as_bytes().ct_eq(given.0.as_bytes()));
        terminal.filter(|_| right).cloned()
    }

    /// True when nobody is known yet: a new database.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.merchants.is_empty()
    }
}

/// The hash of a client's secret, bound to the client.
pub(crate) fn secret_hash(key: &Key, client: ClientId, secret: &str) -> SecretHash {
    SecretHash(hex(&key.mac(&[&client.get().to_be_bytes(), secret.as_bytes()])))
}

/// The hash of a terminal's device key, bound to the terminal.
pub(crate) fn device_key_hash(key: &Key, terminal: TerminalId, secret: &str) -> SecretHash {
    SecretHash(hex(&key.mac(&[b"terminal", &terminal.get().to_be_bytes(), secret.as_bytes()])))
}

fn parsed<T: DeserializeOwned>(records: &[Record]) -> Result<Vec<T>, StoreError> {
    records
        .iter()
        .map(|record| {
            serde_json::from_str(&record.body)
                .map_err(|error| StoreError::Corrupt { place: "records", cause: error.to_string() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::{Keyring, Purpose};

    #[test]
    fn a_secret_opens_for_its_own_client_only_and_is_not_kept() {
        let key = Keyring::parse(&"07".repeat(32)).unwrap().key(Purpose::ClientSecrets);
        let (one, other, nobody) = (ClientId::new(1), ClientId::new(2), ClientId::new(3));
        let merchant = MerchantId::new(9);
        let client = |id| Client { id, merchant, secret: secret_hash(&key, id, "s3cret") };
        let clients = HashMap::from([(one, client(one)), (other, client(other))]);
        let directory = Directory { clients, ..Directory::default() };
        for (id, secret, opens) in
            [(one, "s3cret", true), (one, "s3cres", false), (one, "", false), (nobody, "s3cret", false)]
        {
            assert_eq!(directory.authenticate(&key, id, secret), opens, "{id} {secret}");
        }
        let (kept, same) = (&directory.clients[&one].secret.0, &directory.clients[&other].secret.0);
        assert_ne!(kept, same, "equal secrets look different");
        assert!(kept.len() == 64 && !kept.contains("s3cret"));
    }
}
