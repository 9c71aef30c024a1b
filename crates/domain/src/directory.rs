//! Who may be paid and who may ask: merchants, their shops, and the machines that speak for them.
//!
//! A directory is small, changes seldom, and is held in memory by every node. A secret is kept as a keyed
//! hash; the key is not in the database.

use serde::{Deserialize, Serialize};

use crate::{
    ClientId, Currency, EetSettings, MerchantId, Minor, PayoutPlan, RefundRules, ShopId, Span, Tid, Windows,
};

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
    /// What registers of this merchant call their company, when they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// For receipts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Address {
    pub street: String,
    pub house: String,
    pub city: String,
    pub zip: String,
    pub country: String,
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
    /// Refuses what recordings show that the real gateway has refused at times: odd order numbers, empty lists of
    /// items, unknown languages.
    pub strict_create: bool,
    pub items_sum: ItemsSum,
    /// Refunds are accepted at once and made a little later.
    pub refund_async: bool,
    pub preauthorisation: bool,
    pub recurrence: bool,
    pub partial_capture: bool,
    pub windows: Windows,
    pub refunds: RefundRules,
    pub fee: FeeSchedule,
    pub payouts: PayoutPlan,
    pub eet: EetSettings,
}

impl Default for ShopSettings {
    fn default() -> Self {
        Self {
            strict_create: false,
            items_sum: ItemsSum::default(),
            refund_async: false,
            preauthorisation: true,
            recurrence: true,
            partial_capture: true,
            windows: Windows::default(),
            refunds: RefundRules { window: Span::from_days(180), partial_after: Span::from_hours(0) },
            fee: FeeSchedule::default(),
            payouts: PayoutPlan::default(),
            eet: EetSettings::default(),
        }
    }
}

/// What the items of an order may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemsSum {
    /// Anything.
    Off,
    /// The amount, or less.
    #[default]
    NotGreater,
    /// The amount.
    Equal,
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

/// A cash register's login: it stands for one terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterLogin {
    pub id: i64,
    pub name: String,
    pub merchant: MerchantId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<Tid>,
    pub secret: SecretHash,
    /// Addresses and networks it may come from; none means the server's own machine.
    #[serde(default)]
    pub networks: Vec<String>,
    /// May end payments by simulation.
    #[serde(default)]
    pub test: bool,
    /// How long a customer may take to present a card, in seconds; without it as long as the terminal's setting says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_timeout_s: Option<u16>,
}

/// A program that may ask for tokens on behalf of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthClient {
    pub id: i64,
    /// What it calls itself.
    pub name: String,
    /// Whose people it serves; without one everybody's, as a vendor's own program does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantId>,
    pub secret: SecretHash,
    pub grants: Vec<Grant>,
}

/// How a token may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    Password,
    RefreshToken,
}

/// Somebody who logs in with a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: i64,
    pub user_name: String,
    pub merchant: MerchantId,
    pub password: PasswordHash,
    /// The terminals this person may use.
    pub terminals: Vec<Tid>,
    /// May use every terminal of the merchant, and names one in every call.
    pub master: bool,
    pub active: bool,
}

/// A password's argon2id hash in its usual text form.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
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
