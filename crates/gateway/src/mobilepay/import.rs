//! Merchants, stores and terminals as a fixture file has them (docs/fixtures.md).
//!
//! A file may be imported again: what a merchant has been given since stays, unless the file says otherwise. A token
//! in the file is hashed on the way in; a merchant whose file names none keeps the one it has.

use std::collections::HashSet;
use std::fmt;

use domain::{
    BeaconId, BeaconType, Brand, Currency, Guid, Issuing, MerchantId, MobilePayMerchant, MobilePayStore,
    MobilePayTerminal, ShopId, Timestamp, TokenOnFile,
};
use serde::Deserialize;
use store::{Record, RecordKind};

use super::MobilePayBook;
use crate::gateway::Gateway;
use crate::import::{Fixtures, ImportError, record};

/// A token is at least as hard to guess as a good password.
const SHORTEST_TOKEN: usize = 16;
const LONGEST_TOKEN: usize = 512;
const LONGEST_BIO_CODE: usize = 64;
const LONGEST_NAME: usize = 36;
const BRAND_PREFIXES: [&str; 3] = ["POSDK", "POSFI", "MPPOS"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MobilePayMerchantFixture {
    pub id: i64,
    pub bio_code: String,
    pub merchant: MerchantId,
    pub name: String,
    #[serde(default)]
    pub vat_number: Option<String>,
    #[serde(default = "danish")]
    pub currency: Currency,
    pub brands: Vec<Brand>,
    /// The token that is out there already.
    #[serde(default)]
    pub token: Option<String>,
    /// Makes the present token void, so that a new one can be issued.
    #[serde(default)]
    pub forget_token: bool,
    #[serde(default)]
    pub issuing: IssuingFixture,
    #[serde(default)]
    pub issuing_networks: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuingFixture {
    #[default]
    Closed,
    Once,
    Until(jiff::Timestamp),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MobilePayStoreFixture {
    pub id: i64,
    pub guid: Guid,
    pub merchant: i64,
    pub shop: ShopId,
    pub brand: String,
    pub location: String,
    pub name: String,
    #[serde(default)]
    pub street: String,
    #[serde(default)]
    pub zip_code: String,
    #[serde(default)]
    pub city: String,
    #[serde(default = "yes")]
    pub active: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MobilePayTerminalFixture {
    pub id: i64,
    pub merchant: i64,
    pub terminal_id: String,
    pub store: i64,
    pub name: String,
    #[serde(default)]
    pub beacon: Option<BeaconId>,
    #[serde(default = "by_qr")]
    pub beacon_types: Vec<BeaconType>,
    #[serde(default)]
    pub require_payment_before_checkin: bool,
    #[serde(default)]
    pub callback_alias: Option<String>,
    #[serde(default)]
    pub minimum_age: Option<u8>,
}

fn danish() -> Currency {
    Currency::DKK
}

fn yes() -> bool {
    true
}

fn by_qr() -> Vec<BeaconType> {
    vec![BeaconType::Qr]
}

impl fmt::Debug for MobilePayMerchantFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MobilePayMerchantFixture({})", self.id)
    }
}

/// The records a file stands for; each is looked at beside what is known and what came before it in the file.
pub(crate) fn records(gateway: &Gateway, fixtures: &Fixtures) -> Result<Vec<Record>, ImportError> {
    let mut book = gateway.directory().mobilepay().clone();
    let mut records = Vec::new();
    for fixture in &fixtures.mobilepay_merchants {
        let merchant = fixture.merchant(gateway, &book, fixtures);
        let merchant = merchant.map_err(|what| wrong("merchant", &fixture.bio_code, what))?;
        records.push(record(RecordKind::MobilePayMerchant, merchant.id, merchant.merchant, &merchant)?);
        book.put_merchant(merchant);
    }
    for fixture in &fixtures.mobilepay_stores {
        let (owner, store) =
            fixture.store(gateway, &book, fixtures).map_err(|what| wrong("store", fixture.guid, what))?;
        records.push(record(RecordKind::MobilePayStore, store.id, owner, &store)?);
        book.put_store(store);
    }
    for fixture in &fixtures.mobilepay_terminals {
        let (owner, terminal) =
            fixture.terminal(&book).map_err(|what| wrong("terminal", &fixture.terminal_id, what))?;
        records.push(record(RecordKind::MobilePayTerminal, terminal.id, owner, &terminal)?);
        book.put_terminal(terminal);
    }
    Ok(records)
}

fn wrong(kind: &str, name: impl fmt::Display, what: &str) -> ImportError {
    ImportError::Record(format!("MobilePay {kind} {name}: {what}"))
}

/// Refuses with the first sentence whose condition does not hold.
fn held(rules: &[(bool, &'static str)]) -> Result<(), &'static str> {
    rules.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, sentence)| Err(sentence))
}

fn is_plain(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

impl MobilePayMerchantFixture {
    fn merchant(
        &self,
        gateway: &Gateway,
        book: &MobilePayBook,
        fixtures: &Fixtures,
    ) -> Result<MobilePayMerchant, &'static str> {
        let known_here = fixtures.merchants.iter().any(|merchant| merchant.id == self.merchant);
        let taken = book.merchant_by_bio_code(&self.bio_code).is_some_and(|other| other.id != self.id);
        let is_network = |network: &String| {
            network.parse::<ipnet::IpNet>().is_ok() || network.parse::<std::net::IpAddr>().is_ok()
        };
        let mut brands = HashSet::new();
        held(&[
            (self.id > 0, "its id is not positive"),
            (is_plain(&self.bio_code, LONGEST_BIO_CODE), "a bioCode has 1 to 64 characters"),
            (self.bio_code.trim() == self.bio_code, "a bioCode does not begin or end with white space"),
            (!taken, "another merchant has this bioCode"),
            (
                known_here || gateway.directory().merchant(self.merchant).is_some(),
                "its merchant is not known",
            ),
            (self.vat_number.as_deref().is_none_or(is_vat_number), "a VAT number is DK and eight digits"),
            ([Currency::DKK, Currency::EUR].contains(&self.currency), "its currency is neither DKK nor EUR"),
            (
                self.brands.iter().all(|brand| is_brand(&brand.id)),
                "a brand is POSDK, POSFI or MPPOS and five characters",
            ),
            (self.brands.iter().all(|brand| brands.insert(&brand.id)), "a brand is there twice"),
            (
                self.token.as_deref().is_none_or(is_token),
                "a token has 16 to 512 characters without white space",
            ),
            (!(self.forget_token && self.token.is_some()), "forget_token goes without a token"),
            (self.issuing_networks.iter().all(is_network), "an entry of issuing_networks is no network"),
        ])?;
        let now = gateway.clock().now();
        let known = book.merchant(self.id);
        let former = known.and_then(|merchant| merchant.token.clone());
        let token = self.token_on_file(gateway, former.clone(), now);
        let generation = known.map_or(0, |merchant| merchant.generation);
        Ok(MobilePayMerchant {
            id: self.id,
            bio_code: self.bio_code.clone(),
            merchant: self.merchant,
            name: self.name.clone(),
            vat_number: self.vat_number.clone(),
            currency: self.currency,
            brands: self.brands.clone(),
            generation: if token == former { generation } else { generation.saturating_add(1) },
            token,
            issuing: match self.issuing {
                IssuingFixture::Closed => Issuing::Closed,
                IssuingFixture::Once => Issuing::Once,
                IssuingFixture::Until(end) => Issuing::Until(Timestamp::from_millis(end.as_millisecond())),
            },
            issuing_networks: self.issuing_networks.clone(),
            created_at: known.map_or(now, |merchant| merchant.created_at),
            changed_at: now,
        })
    }

    fn token_on_file(
        &self,
        gateway: &Gateway,
        former: Option<TokenOnFile>,
        now: Timestamp,
    ) -> Option<TokenOnFile> {
        match &self.token {
            None => former.filter(|_| !self.forget_token),
            Some(token) => {
                let given = gateway.mobilepay_token_on_file(self.id, token, now);
                former.filter(|former| former.hash == given.hash).or(Some(given))
            }
        }
    }
}

fn is_vat_number(text: &str) -> bool {
    text.strip_prefix("DK")
        .is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn is_brand(id: &str) -> bool {
    let rest = BRAND_PREFIXES.iter().find_map(|prefix| id.strip_prefix(prefix));
    rest.is_some_and(|rest| rest.len() == 5 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_token(token: &str) -> bool {
    (SHORTEST_TOKEN..=LONGEST_TOKEN).contains(&token.len())
        && !token.chars().any(|c| c.is_whitespace() || c.is_control())
}

impl MobilePayStoreFixture {
    fn store(
        &self,
        gateway: &Gateway,
        book: &MobilePayBook,
        fixtures: &Fixtures,
    ) -> Result<(MerchantId, MobilePayStore), &'static str> {
        let merchant = book.merchant(self.merchant).ok_or("its merchant is not known")?;
        let shop = fixtures.shops.iter().find(|shop| shop.id == self.shop).map(|shop| shop.merchant);
        let shop = shop.or_else(|| gateway.directory().shop(self.shop).map(|shop| shop.merchant));
        let others = || book.stores.values().filter(|other| other.id != self.id);
        let same_place = others().any(|other| other.brand == self.brand && other.location == self.location);
        held(&[
            (self.id > 0, "its id is not positive"),
            (shop == Some(merchant.merchant), "its shop is not one of its merchant's"),
            (merchant.brand(&self.brand).is_some(), "its brand is not one of its merchant's"),
            (self.location.chars().count() == 5, "a location has five characters"),
            (!others().any(|other| other.guid == self.guid), "another store has this guid"),
            (!same_place, "another store has this brand and location"),
        ])?;
        let store = MobilePayStore {
            id: self.id,
            guid: self.guid,
            merchant: self.merchant,
            shop: self.shop,
            brand: self.brand.clone(),
            location: self.location.clone(),
            name: self.name.clone(),
            street: self.street.clone(),
            zip_code: self.zip_code.clone(),
            city: self.city.clone(),
            active: self.active,
        };
        Ok((merchant.merchant, store))
    }
}

impl MobilePayTerminalFixture {
    fn terminal(&self, book: &MobilePayBook) -> Result<(MerchantId, MobilePayTerminal), &'static str> {
        let merchant = book.merchant(self.merchant).ok_or("its merchant is not known")?;
        let taken = book.terminal_of(self.merchant, &self.terminal_id).is_some_and(|it| it.id != self.id);
        let stores_merchant = book.store(self.store).map(|store| store.merchant);
        held(&[
            (self.id > 0, "its id is not positive"),
            (is_plain(&self.terminal_id, LONGEST_NAME), "a terminal_id has 1 to 36 characters"),
            (self.terminal_id.trim() == self.terminal_id, "a terminal_id has no white space around it"),
            (!taken, "another terminal of the merchant has this terminal_id"),
            (stores_merchant == Some(self.merchant), "its store is not one of its merchant's"),
            (is_plain(&self.name, LONGEST_NAME), "a name has 1 to 36 characters"),
            (!self.beacon_types.is_empty(), "it has no beacon_types"),
        ])?;
        let terminal = MobilePayTerminal {
            id: self.id,
            merchant: self.merchant,
            terminal_id: self.terminal_id.clone(),
            store: self.store,
            name: self.name.clone(),
            beacon: self.beacon.clone(),
            beacon_types: self.beacon_types.clone(),
            require_payment_before_checkin: self.require_payment_before_checkin,
            callback_alias: self.callback_alias.clone(),
            minimum_age: self.minimum_age,
        };
        Ok((merchant.merchant, terminal))
    }
}
