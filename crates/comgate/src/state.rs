//! What a payment is called here: the one table (comgate.md §6, §7).

use domain::{CloseReason, DeclineReason, MoneyState, Payment};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) status: &'static str,
    pub(crate) reason: Option<&'static str>,
    /// It was paid and then cancelled.
    pub(crate) reversed: bool,
}

/// Money that is only held is still on its way: the terminal has not completed it.
pub(crate) fn of(payment: &Payment) -> State {
    let plain = |status| State { status, reason: None, reversed: false };
    match payment.money {
        MoneyState::Open | MoneyState::Authorized => plain("PENDING"),
        MoneyState::Captured => plain("PAID"),
        MoneyState::Closed(CloseReason::Reversed) => State { reversed: true, ..plain("CANCELLED") },
        MoneyState::Closed(reason) => State { reason: Some(why(reason)), ..plain("CANCELLED") },
    }
}

const fn why(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Declined(reason) => declined(reason),
        CloseReason::CancelledByPayer => "CANCELLED_BY_CUSTOMER",
        CloseReason::CancelledByOperator | CloseReason::CancelledByMerchant | CloseReason::Voided => {
            "CANCELLED_BY_OPERATOR"
        }
        CloseReason::Expired => "TIMEOUT",
        CloseReason::DeviceLost | CloseReason::HoldExpired => "COMMUNICATION_ERROR",
        CloseReason::DeviceFault => "TERMINAL_UNAVAILABLE",
        CloseReason::Reversed | CloseReason::TooYoung | CloseReason::Withdrawn => "OTHER",
    }
}

const fn declined(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::InsufficientFunds => "INSUFFICIENT_FUNDS",
        DeclineReason::CardExpired => "CARD_EXPIRED",
        DeclineReason::CardBlocked | DeclineReason::LostOrStolen => "CARD_BLOCKED",
        DeclineReason::CardNotSupported | DeclineReason::RegionNotSupported => "CARD_NOT_SUPPORTED",
        DeclineReason::LimitExceeded => "LIMIT_EXCEEDED",
        DeclineReason::WrongPin | DeclineReason::PinRequired => "WRONG_PIN",
        DeclineReason::PinTriesExceeded => "PIN_TRIES_EXCEEDED",
        DeclineReason::IssuerUnavailable => "COMMUNICATION_ERROR",
        DeclineReason::TechnicalProblem => "OTHER",
        _ => "DECLINED",
    }
}

/// The reason a tester means by one of this door's words.
pub(crate) fn reason_of(word: &str) -> Option<DeclineReason> {
    DeclineReason::ALL.into_iter().find(|reason| declined(*reason) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        let closes = [
            CloseReason::CancelledByPayer,
            CloseReason::CancelledByOperator,
            CloseReason::CancelledByMerchant,
            CloseReason::Expired,
            CloseReason::Voided,
            CloseReason::HoldExpired,
            CloseReason::DeviceLost,
            CloseReason::DeviceFault,
        ];
        let all = closes.into_iter().chain(DeclineReason::ALL.into_iter().map(CloseReason::Declined));
        let table: Vec<String> = all.map(|reason| format!("{reason:?}: {}", why(reason))).collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
