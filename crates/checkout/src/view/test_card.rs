//! Published test cards, offered in the sandbox only, and what each of them does.

use domain::DeclineReason;

/// What a test card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestEffect {
    Approved,
    Challenge,
    AuthenticationRefused,
    AnswerLost,
    QuestionLost,
    Declined(DeclineReason),
}

impl TestEffect {
    pub(crate) const fn key(&self) -> &'static str {
        match self {
            Self::Approved => "sandbox-effect-approved",
            Self::Challenge => "sandbox-effect-challenge",
            Self::AuthenticationRefused => "sandbox-effect-authentication-refused",
            Self::AnswerLost => "sandbox-effect-answer-lost",
            Self::QuestionLost => "sandbox-effect-question-lost",
            Self::Declined(reason) => declined(*reason),
        }
    }
}

/// The issuer's own reason, which a payer is not always told.
const fn declined(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::InsufficientFunds => "sandbox-effect-insufficient-funds",
        DeclineReason::CardExpired => "sandbox-effect-card-expired",
        DeclineReason::WrongCvc => "sandbox-effect-wrong-cvc",
        DeclineReason::LimitExceeded => "sandbox-effect-limit-exceeded",
        DeclineReason::CardBlocked => "sandbox-effect-card-blocked",
        DeclineReason::LostOrStolen => "sandbox-effect-lost-or-stolen",
        DeclineReason::IssuerUnavailable => "sandbox-effect-issuer-unavailable",
        DeclineReason::AccountProblem => "sandbox-effect-account-problem",
        DeclineReason::CardNotSupported => "sandbox-effect-card-not-supported",
        DeclineReason::RegionNotSupported => "sandbox-effect-region-not-supported",
        DeclineReason::SuspectedFraud => "sandbox-effect-suspected-fraud",
        DeclineReason::Duplicate => "sandbox-effect-duplicate",
        DeclineReason::TechnicalProblem => "sandbox-effect-technical-problem",
        DeclineReason::ThreeDSecureFailed => "sandbox-effect-authentication-refused",
        // No card is declined for what only a terminal can find out.
        DeclineReason::Refused
        | DeclineReason::WrongPin
        | DeclineReason::PinRequired
        | DeclineReason::PinTriesExceeded
        | DeclineReason::ChipRequired => "sandbox-effect-refused",
    }
}

/// A published test card, offered in the sandbox. Never a real one.
#[derive(Clone, Debug)]
pub struct TestCard {
    /// Digits only.
    pub number: String,
    pub effect: TestEffect,
}

impl TestCard {
    pub(crate) fn grouped(&self) -> String {
        let digits: Vec<char> = self.number.chars().collect();
        digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn last_four(&self) -> &str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }

    pub(super) const fn is_declined(&self) -> bool {
        matches!(self.effect, TestEffect::Declined(_))
    }
}
