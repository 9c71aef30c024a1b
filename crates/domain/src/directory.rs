//! Who may be paid and who may ask: merchants, their shops, and the machines that speak for them.
//!
//! A directory is small, changes seldom, and is held in memory by every node. A secret is kept as a keyed
//! hash; the key is not in the database.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Currency, MerchantId, Minor, RefundRules, ShopId, Span, Windows};

/// Which merchant's protocol a payment came through, and so whose words describe it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Door {
    GoPay,
    Comgate,
    GpTom,
    MobilePay,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merchant {
    pub id: MerchantId,
    pub name: String,
}

/// A shop, with what it has agreed with its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    pub id: ShopId,
    pub merchant: MerchantId,
    /// Shown to the payer.
    pub name: String,
    /// A shop that is not active takes no new payments; what it has can still be refunded.
    pub active: bool,
    pub currencies: Vec<Currency>,
    /// Language of the payment page when the payment names none, two lower-case letters.
    pub language: String,
    #[serde(default)]
    pub settings: ShopSettings,
}

/// The knobs of one shop. Every one has a default that suits a new shop (gopay.md §19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShopSettings {
    pub preauthorisation: bool,
    pub partial_capture: bool,
    pub windows: Windows,
    pub refunds: RefundRules,
    pub fee: FeeSchedule,
}

impl Default for ShopSettings {
    fn default() -> Self {
        Self {
            preauthorisation: true,
            partial_capture: true,
            windows: Windows::default(),
            refunds: RefundRules { window: Span::from_days(180), partial_after: Span::from_hours(0) },
            fee: FeeSchedule::default(),
        }
    }
}

/// What the provider keeps of each captured payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FeeSchedule {
    /// Hundredths of a per cent of the captured amount, rounded half up.
    pub basis_points: u16,
    /// Minor units added to each capture.
    pub fixed_minor: u32,
}

impl FeeSchedule {
    /// The fee of a capture; never more than the capture itself.
    #[must_use]
    pub fn of(&self, captured: Minor) -> Minor {
        let share =
            captured.get().saturating_mul(i64::from(self.basis_points)).saturating_add(5_000) / 10_000;
        Minor::new(share.saturating_add(i64::from(self.fixed_minor)).min(captured.get()))
    }

    #[must_use]
    pub fn is_free(&self) -> bool {
        *self == Self::default()
    }
}

/// A machine credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    pub id: ClientId,
    pub merchant: MerchantId,
    pub secret: SecretHash,
}

/// A secret's keyed hash, 32 bytes in hexadecimal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(pub String);

impl std::fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretHash(…)")
    }
}
