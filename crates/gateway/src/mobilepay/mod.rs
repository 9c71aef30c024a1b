//! MobilePay's merchants, stores and terminals: who they are, what opens the door for them, how they are written down.
//!
//! All three are records of the directory. A merchant has at most one token, kept as a keyed hash; making one takes a
//! claim on the merchant's next generation, so that of two requests at once, on whatever node, one is too late.
//!
//! Deliberately absent: points of sale, check-ins and payments, which are not the operator's.

mod import;
mod tokens;

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Guid, MobilePayMerchant, MobilePayStore, MobilePayTerminal};

pub(crate) use import::records;
pub use import::{IssuingFixture, MobilePayMerchantFixture, MobilePayStoreFixture, MobilePayTerminalFixture};

/// Everybody the door knows. Part of the directory.
#[derive(Debug, Clone, Default)]
pub struct MobilePayBook {
    merchants: HashMap<i64, Arc<MobilePayMerchant>>,
    bio_codes: HashMap<String, i64>,
    stores: HashMap<i64, Arc<MobilePayStore>>,
    guids: HashMap<Guid, i64>,
    terminals: HashMap<i64, Arc<MobilePayTerminal>>,
    /// By merchant, then by the merchant's own name.
    names: HashMap<i64, HashMap<String, i64>>,
}

impl MobilePayBook {
    pub(crate) fn new(
        merchants: Vec<MobilePayMerchant>,
        stores: Vec<MobilePayStore>,
        terminals: Vec<MobilePayTerminal>,
    ) -> Self {
        let mut book = Self::default();
        merchants.into_iter().for_each(|merchant| book.put_merchant(merchant));
        stores.into_iter().for_each(|store| book.put_store(store));
        terminals.into_iter().for_each(|terminal| book.put_terminal(terminal));
        book
    }

    fn put_merchant(&mut self, merchant: MobilePayMerchant) {
        if let Some(former) = self.merchants.get(&merchant.id) {
            self.bio_codes.remove(&former.bio_code);
        }
        self.bio_codes.insert(merchant.bio_code.clone(), merchant.id);
        self.merchants.insert(merchant.id, Arc::new(merchant));
    }

    fn put_store(&mut self, store: MobilePayStore) {
        if let Some(former) = self.stores.get(&store.id) {
            self.guids.remove(&former.guid);
        }
        self.guids.insert(store.guid, store.id);
        self.stores.insert(store.id, Arc::new(store));
    }

    fn put_terminal(&mut self, terminal: MobilePayTerminal) {
        if let Some(former) = self.terminals.get(&terminal.id)
            && let Some(names) = self.names.get_mut(&former.merchant)
        {
            names.remove(&former.terminal_id);
        }
        self.names.entry(terminal.merchant).or_default().insert(terminal.terminal_id.clone(), terminal.id);
        self.terminals.insert(terminal.id, Arc::new(terminal));
    }

    #[must_use]
    pub fn merchant(&self, id: i64) -> Option<&Arc<MobilePayMerchant>> {
        self.merchants.get(&id)
    }

    #[must_use]
    pub fn merchant_by_bio_code(&self, bio_code: &str) -> Option<&Arc<MobilePayMerchant>> {
        self.merchant(*self.bio_codes.get(bio_code)?)
    }

    #[must_use]
    pub fn store(&self, id: i64) -> Option<&Arc<MobilePayStore>> {
        self.stores.get(&id)
    }

    /// The merchant's store with this GUID. Somebody else's store is no store.
    #[must_use]
    pub fn store_of(&self, merchant: i64, guid: Guid) -> Option<&Arc<MobilePayStore>> {
        self.store(*self.guids.get(&guid)?).filter(|store| store.merchant == merchant)
    }

    /// The merchant's stores, oldest record first.
    #[must_use]
    pub fn stores_of(&self, merchant: i64) -> Vec<Arc<MobilePayStore>> {
        let own = self.stores.values().filter(|store| store.merchant == merchant);
        let mut own: Vec<_> = own.cloned().collect();
        own.sort_by_key(|store| store.id);
        own
    }

    #[must_use]
    pub fn terminal(&self, id: i64) -> Option<&Arc<MobilePayTerminal>> {
        self.terminals.get(&id)
    }

    /// The merchant's terminal of this name. Somebody else's terminal is no terminal.
    #[must_use]
    pub fn terminal_of(&self, merchant: i64, terminal_id: &str) -> Option<&Arc<MobilePayTerminal>> {
        self.terminal(*self.names.get(&merchant)?.get(terminal_id)?)
    }

    /// Every terminal, in no order.
    pub fn terminals(&self) -> impl Iterator<Item = &Arc<MobilePayTerminal>> {
        self.terminals.values()
    }
}
