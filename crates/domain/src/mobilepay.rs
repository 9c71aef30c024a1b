//! Who may ask through MobilePay's door, and where its payments are taken: the operator's records (mobilepay.md §8.1).
//!
//! Merchants, brands, stores and terminals are written by the operator and read by the door. Points of sale, check-ins
//! and refunds come and go with requests and are not here. What was given out to be secret is kept as a keyed hash.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::guid::Guid;
use crate::{Currency, MerchantId, SecretHash, ShopId, Timestamp};

/// A merchant as the door knows it: by its bioCode, compared exactly (§4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MobilePayMerchant {
    /// The record's number, and the parent of what is the merchant's.
    pub id: i64,
    pub bio_code: String,
    pub merchant: MerchantId,
    pub name: String,
    /// `DK` and eight digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_number: Option<String>,
    /// When a request names none.
    pub currency: Currency,
    pub brands: Vec<Brand>,
    /// The one token there is; without one a new one may be issued while issuing is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenOnFile>,
    #[serde(default)]
    pub issuing: Issuing,
    /// Networks that a first token may be asked for from; none means anywhere.
    #[serde(default)]
    pub issuing_networks: Vec<String>,
    /// Counts the tokens there have been, so that of two changes at once one is too late.
    #[serde(default)]
    pub generation: u32,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
}

impl MobilePayMerchant {
    /// Whether a token may be made now.
    #[must_use]
    pub fn may_issue(&self, now: Timestamp) -> bool {
        let open = match self.issuing {
            Issuing::Closed => false,
            Issuing::Once => true,
            Issuing::Until(end) => now < end,
        };
        open && self.token.is_none()
    }

    #[must_use]
    pub fn brand(&self, id: &str) -> Option<&Brand> {
        self.brands.iter().find(|brand| brand.id == id)
    }
}

/// Whether a token may be asked for with nothing but the bioCode (§11). Opened by the operator only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Issuing {
    #[default]
    Closed,
    /// For one token.
    Once,
    /// While the merchant has no token, until then.
    Until(Timestamp),
}

/// What is kept of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenOnFile {
    pub hash: SecretHash,
    /// Its last four characters, for the operator to tell tokens apart.
    pub hint: String,
    pub since: Timestamp,
}

/// A chain's name over its stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    /// `POSDK`, `POSFI` or `MPPOS` and five characters.
    pub id: String,
    pub name: String,
}

/// A store of a brand; brand and location identify it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MobilePayStore {
    /// The record's number.
    pub id: i64,
    /// What the door calls it.
    pub guid: Guid,
    /// The number of the [`MobilePayMerchant`].
    pub merchant: i64,
    /// Whose money a payment taken here is.
    pub shop: ShopId,
    pub brand: String,
    /// Five characters.
    pub location: String,
    pub name: String,
    pub street: String,
    pub zip_code: String,
    pub city: String,
    /// A store that is not active takes no new payments.
    pub active: bool,
}

/// A cash register's place in a store, from which a point of sale is made (§8.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MobilePayTerminal {
    /// The record's number, and the claim on the one point of sale it may have.
    pub id: i64,
    /// The number of the [`MobilePayMerchant`].
    pub merchant: i64,
    /// The merchant's own name for it, unique within the merchant.
    pub terminal_id: String,
    /// The number of the [`MobilePayStore`].
    pub store: i64,
    /// Shown to the customer; at most 36 characters.
    pub name: String,
    /// On the printed sticker; without one the first point of sale gets a fresh one that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beacon: Option<BeaconId>,
    pub beacon_types: Vec<BeaconType>,
    pub require_payment_before_checkin: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_alias: Option<String>,
    /// In years; younger customers are rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_age: Option<u8>,
}

/// How a customer's phone may find a point of sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BeaconType {
    #[serde(rename = "QR")]
    Qr,
    #[serde(rename = "NFC")]
    Nfc,
    Bluetooth,
}

impl BeaconType {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qr => "QR",
            Self::Nfc => "NFC",
            Self::Bluetooth => "Bluetooth",
        }
    }
}

/// What a phone reads at a point of sale: a GUID, or the 15 digits of a device (§5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BeaconId {
    Guid(Guid),
    Device(String),
}

/// The text is neither a GUID nor 15 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a beacon is a GUID or 15 digits")]
pub struct NotABeacon;

impl FromStr for BeaconId {
    type Err = NotABeacon;

    fn from_str(text: &str) -> Result<Self, NotABeacon> {
        if text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Device(text.to_owned()));
        }
        text.parse().map(Self::Guid).map_err(|_| NotABeacon)
    }
}

impl fmt::Display for BeaconId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guid(guid) => guid.fmt(f),
            Self::Device(digits) => f.write_str(digits),
        }
    }
}

impl TryFrom<String> for BeaconId {
    type Error = NotABeacon;

    fn try_from(text: String) -> Result<Self, NotABeacon> {
        text.parse()
    }
}

impl From<BeaconId> for String {
    fn from(beacon: BeaconId) -> Self {
        beacon.to_string()
    }
}
