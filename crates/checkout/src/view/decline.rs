//! Why a payment was declined, in terms a payer can act on.
//!
//! Fewer reasons than the gateway knows: what a payer must not be told apart (suspected fraud, a lost or stolen
//! card) is [`Decline::Refused`] here, as issuers do not say so either. Meanings follow gopay.md §9.1.

/// A reason that has a text and an advice in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decline {
    InsufficientFunds,
    CardExpired,
    WrongCvc,
    WrongPin,
    LimitExceeded,
    CardBlocked,
    IssuerUnavailable,
    ThreeDSecureFailed,
    AccountProblem,
    CardNotSupported,
    RegionNotSupported,
    /// Refused by the issuer with no reason, or with one the payer is not told.
    Refused,
    TechnicalProblem,
    Duplicate,
    /// The payer's bank or wallet said no, which says little.
    AccountRefused,
}

impl Decline {
    pub const ALL: [Self; 15] = [
        Self::InsufficientFunds,
        Self::CardExpired,
        Self::WrongCvc,
        Self::WrongPin,
        Self::LimitExceeded,
        Self::CardBlocked,
        Self::IssuerUnavailable,
        Self::ThreeDSecureFailed,
        Self::AccountProblem,
        Self::CardNotSupported,
        Self::RegionNotSupported,
        Self::Refused,
        Self::TechnicalProblem,
        Self::Duplicate,
        Self::AccountRefused,
    ];

    /// The key of the sentence that says what happened; its attribute `advice` says what to do.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::InsufficientFunds => "decline-insufficient-funds",
            Self::CardExpired => "decline-card-expired",
            Self::WrongCvc => "decline-wrong-cvc",
            Self::WrongPin => "decline-wrong-pin",
            Self::LimitExceeded => "decline-limit-exceeded",
            Self::CardBlocked => "decline-card-blocked",
            Self::IssuerUnavailable => "decline-issuer-unavailable",
            Self::ThreeDSecureFailed => "decline-three-d-secure-failed",
            Self::AccountProblem => "decline-account-problem",
            Self::CardNotSupported => "decline-card-not-supported",
            Self::RegionNotSupported => "decline-region-not-supported",
            Self::Refused => "decline-refused",
            Self::TechnicalProblem => "decline-technical-problem",
            Self::Duplicate => "decline-duplicate",
            Self::AccountRefused => "decline-account-refused",
        }
    }

    pub(crate) fn advice_key(self) -> String {
        format!("{}.advice", self.key())
    }
}
