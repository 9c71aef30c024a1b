//! Ways of paying. What differs between them is a table here: how long the payer has, whether the amount can be
//! held, whether it can be given back.
//!
//! Deliberately absent: the names that protocols have for them.

use serde::{Deserialize, Serialize};

use crate::{Bank, BankCode, CaptureMode, Currency, Span, Terms, Windows};

/// Whether the payer confirms at the bank's own page now, or sends a payment order later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Online,
    Offline,
}

/// Providers that confirm a payment by themselves and about whom nothing else has to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum External {
    ClickToPay,
    MobilePayment,
    PremiumSms,
    Paysafecard,
    Bitcoin,
    Twisto,
    SkipPay,
}

/// A way of paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    Card,
    GooglePay,
    ApplePay,
    BankTransfer { bank: BankCode, channel: Channel },
    GoPayWallet,
    PayPal,
    External(External),
}

/// A way of paying, without the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    Card,
    BankTransfer,
    GooglePay,
    ApplePay,
    GoPayWallet,
    PayPal,
    External(External),
}

impl MethodKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 13] = [
        Self::Card,
        Self::BankTransfer,
        Self::GooglePay,
        Self::ApplePay,
        Self::External(External::ClickToPay),
        Self::GoPayWallet,
        Self::PayPal,
        Self::External(External::Twisto),
        Self::External(External::SkipPay),
        Self::External(External::MobilePayment),
        Self::External(External::PremiumSms),
        Self::External(External::Paysafecard),
        Self::External(External::Bitcoin),
    ];

    /// The name used in addresses and forms.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::BankTransfer => "bank_transfer",
            Self::GooglePay => "google_pay",
            Self::ApplePay => "apple_pay",
            Self::GoPayWallet => "gopay_wallet",
            Self::PayPal => "paypal",
            Self::External(External::ClickToPay) => "click_to_pay",
            Self::External(External::MobilePayment) => "mobile_payment",
            Self::External(External::PremiumSms) => "premium_sms",
            Self::External(External::Paysafecard) => "paysafecard",
            Self::External(External::Bitcoin) => "bitcoin",
            Self::External(External::Twisto) => "twisto",
            Self::External(External::SkipPay) => "skip_pay",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The method itself, where nothing else has to be known.
    #[must_use]
    pub const fn method(self) -> Option<Method> {
        Some(match self {
            Self::BankTransfer => return None,
            Self::Card => Method::Card,
            Self::GooglePay => Method::GooglePay,
            Self::ApplePay => Method::ApplePay,
            Self::GoPayWallet => Method::GoPayWallet,
            Self::PayPal => Method::PayPal,
            Self::External(external) => Method::External(external),
        })
    }

    /// Whether it can be paid with in this currency.
    #[must_use]
    pub fn takes(self, currency: Currency) -> bool {
        let some: &[Currency] = match self {
            Self::Card
            | Self::GooglePay
            | Self::ApplePay
            | Self::PayPal
            | Self::External(External::ClickToPay) => return true,
            Self::BankTransfer => return Bank::of(currency).next().is_some(),
            Self::GoPayWallet | Self::External(External::Bitcoin) => &[Currency::CZK, Currency::EUR],
            Self::External(External::Paysafecard) => &[Currency::CZK, Currency::EUR, Currency::PLN],
            Self::External(
                External::MobilePayment | External::PremiumSms | External::Twisto | External::SkipPay,
            ) => &[Currency::CZK],
        };
        some.contains(&currency)
    }

    /// Whether an amount can be held for the merchant before it is taken.
    #[must_use]
    pub const fn can_hold(self) -> bool {
        matches!(self, Self::Card | Self::GooglePay | Self::ApplePay)
    }
}

impl Method {
    #[must_use]
    pub const fn kind(self) -> MethodKind {
        match self {
            Self::Card => MethodKind::Card,
            Self::GooglePay => MethodKind::GooglePay,
            Self::ApplePay => MethodKind::ApplePay,
            Self::BankTransfer { .. } => MethodKind::BankTransfer,
            Self::GoPayWallet => MethodKind::GoPayWallet,
            Self::PayPal => MethodKind::PayPal,
            Self::External(external) => MethodKind::External(external),
        }
    }

    /// Whether a card pays in the end, typed in or kept in a telephone.
    #[must_use]
    pub const fn is_by_card(self) -> bool {
        self.kind().can_hold()
    }

    /// Whether money paid this way can be given back the same way (gopay.md §6.3).
    #[must_use]
    pub const fn is_refundable(self) -> bool {
        match self {
            Self::Card | Self::GooglePay | Self::ApplePay | Self::BankTransfer { .. } | Self::GoPayWallet => {
                true
            }
            Self::PayPal | Self::External(_) => false,
        }
    }

    /// How long the payer has from choosing it (gopay.md §7).
    #[must_use]
    pub const fn window(self, windows: &Windows) -> Span {
        match self {
            Self::Card | Self::GooglePay | Self::ApplePay => windows.card_ms,
            Self::BankTransfer { channel: Channel::Online, .. } => windows.online_ms,
            Self::BankTransfer { channel: Channel::Offline, .. } => windows.offline_ms,
            Self::GoPayWallet | Self::PayPal | Self::External(_) => windows.other_ms,
        }
    }
}

/// What the payer may use besides a card, which [`Terms::card_allowed`] is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherMethods {
    #[default]
    None,
    /// Everything that takes the currency.
    Any,
    /// These kinds; and these banks, or every bank when none is named.
    Only { kinds: Vec<MethodKind>, banks: Vec<BankCode> },
}

/// What the payer is offered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preselected {
    pub kind: MethodKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<BankCode>,
}

impl Terms {
    /// Whether this kind may be offered.
    #[must_use]
    pub fn allows_kind(&self, kind: MethodKind) -> bool {
        if self.capture == CaptureMode::Manual && !kind.can_hold() {
            return false;
        }
        let allowed = match (&self.other_methods, kind) {
            (_, MethodKind::Card) => self.card_allowed,
            (OtherMethods::None, _) => false,
            (OtherMethods::Any, _) => true,
            (OtherMethods::Only { kinds, .. }, kind) => kinds.contains(&kind),
        };
        allowed && kind.takes(self.amount.currency)
    }

    /// The banks that may be offered, in order.
    pub fn banks(&self) -> impl Iterator<Item = &'static Bank> + '_ {
        Bank::of(self.amount.currency)
            .filter(|bank| self.allows_kind(MethodKind::BankTransfer) && self.allows_bank(bank))
    }

    fn allows_bank(&self, bank: &Bank) -> bool {
        match &self.other_methods {
            OtherMethods::Only { banks, .. } => {
                banks.is_empty() || banks.iter().any(|allowed| allowed.as_str() == bank.code)
            }
            OtherMethods::None | OtherMethods::Any => true,
        }
    }

    /// Whether the payment may be paid this way.
    #[must_use]
    pub fn allows(&self, method: Method) -> bool {
        match method {
            Method::BankTransfer { bank, channel } => self
                .banks()
                .any(|known| known.code == bank.as_str() && (known.online || channel == Channel::Offline)),
            other => self.allows_kind(other.kind()),
        }
    }
}
