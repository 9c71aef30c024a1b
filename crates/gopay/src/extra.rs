//! What this door remembers of a create request, in its own words: what is echoed (§5.1), and the items.
//!
//! Deliberately absent: what must not be kept or is never asked for again, such as tokens of cards.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Kept with the payment; every member may be absent, so that an older record can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Extra {
    pub(crate) payer: Payer,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) items: Vec<Item>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) additional_params: Vec<AdditionalParam>,
    /// The language as it was sent, in lower case; absent when it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lang: Option<String>,
}

impl Extra {
    /// Reads what was kept. A record that cannot be read costs the echo, not the payment.
    pub(crate) fn of(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|error| {
            tracing::error!(%error, "the door's record of a payment is unreadable");
            Self::default()
        })
    }
}

/// The echoed part of the payer (§5.2), in the order of the answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Payer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_payment_instruments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_payment_instrument: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_swifts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_swift: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) allowed_bnpl_types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_bnpl_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) contact: Option<Contact>,
}

/// Who the payer is (§5.3). Every member is optional.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct Contact {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) city: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) street: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) postal_code: Option<String>,
    /// ISO 3166-1 alpha-3
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) country_code: Option<String>,
}

/// A row of the order (§5.6). The amount is the row's, not the piece's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Item {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) amount: i64,
    pub(crate) count: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) vat_rate: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ean: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) product_url: Option<String>,
}

/// Something the merchant wants to get back with the payment (§5.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct AdditionalParam {
    pub(crate) name: String,
    pub(crate) value: String,
}
