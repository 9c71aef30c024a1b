//! Why a card was not accepted, in the field's terms. Doors, simulator and hosts translate to and from this list.

use serde::{Deserialize, Serialize};

/// A reason of the issuer, the acquirer or the authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// The issuer refused and gave no reason.
    Refused,
    InsufficientFunds,
    CardExpired,
    WrongCvc,
    WrongPin,
    PinTriesExceeded,
    LimitExceeded,
    CardBlocked,
    LostOrStolen,
    IssuerUnavailable,
    ThreeDSecureFailed,
    AccountProblem,
    CardNotSupported,
    RegionNotSupported,
    SuspectedFraud,
    Duplicate,
    TechnicalProblem,
    /// The same card will do with its PIN.
    PinRequired,
    /// The same card will do when it is inserted.
    ChipRequired,
}

impl DeclineReason {
    pub const ALL: [Self; 19] = [
        Self::Refused,
        Self::InsufficientFunds,
        Self::CardExpired,
        Self::WrongCvc,
        Self::WrongPin,
        Self::PinTriesExceeded,
        Self::LimitExceeded,
        Self::CardBlocked,
        Self::LostOrStolen,
        Self::IssuerUnavailable,
        Self::ThreeDSecureFailed,
        Self::AccountProblem,
        Self::CardNotSupported,
        Self::RegionNotSupported,
        Self::SuspectedFraud,
        Self::Duplicate,
        Self::TechnicalProblem,
        Self::PinRequired,
        Self::ChipRequired,
    ];

    /// The name used in the database, the sandbox API and the logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::InsufficientFunds => "insufficient_funds",
            Self::CardExpired => "card_expired",
            Self::WrongCvc => "wrong_cvc",
            Self::WrongPin => "wrong_pin",
            Self::PinTriesExceeded => "pin_tries_exceeded",
            Self::LimitExceeded => "limit_exceeded",
            Self::CardBlocked => "card_blocked",
            Self::LostOrStolen => "lost_or_stolen",
            Self::IssuerUnavailable => "issuer_unavailable",
            Self::ThreeDSecureFailed => "three_d_secure_failed",
            Self::AccountProblem => "account_problem",
            Self::CardNotSupported => "card_not_supported",
            Self::RegionNotSupported => "region_not_supported",
            Self::SuspectedFraud => "suspected_fraud",
            Self::Duplicate => "duplicate",
            Self::TechnicalProblem => "technical_problem",
            Self::PinRequired => "pin_required",
            Self::ChipRequired => "chip_required",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}
