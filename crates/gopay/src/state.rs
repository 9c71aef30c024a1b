//! GoPay's words for where a payment is, and for why (§7, §9). These tables are the only place that knows
//! them.

use std::borrow::Cow;

use domain::{
    Channel, CloseReason, DeclineReason, Evidence, Method, MoneyState, Payment, RecurrenceRefusal, Refusal,
    Stage,
};
use gateway::RecurrenceError;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Code;

/// The state of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum State {
    Created,
    PaymentMethodChosen,
    Paid,
    Authorized,
    Canceled,
    Timeouted,
    Refunded,
    PartiallyRefunded,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::PaymentMethodChosen => "PAYMENT_METHOD_CHOSEN",
            Self::Paid => "PAID",
            Self::Authorized => "AUTHORIZED",
            Self::Canceled => "CANCELED",
            Self::Timeouted => "TIMEOUTED",
            Self::Refunded => "REFUNDED",
            Self::PartiallyRefunded => "PARTIALLY_REFUNDED",
        }
    }

    /// Whether reaching this state is told to the merchant (§11).
    pub(crate) const fn is_announced(self) -> bool {
        !matches!(self, Self::Created | Self::PaymentMethodChosen)
    }
}

/// The table: money, stage and refunds on one side, GoPay's state on the other.
pub(crate) fn of(payment: &Payment) -> State {
    match payment.money {
        MoneyState::Open if payment.stage == Stage::Created => State::Created,
        MoneyState::Open => State::PaymentMethodChosen,
        MoneyState::Authorized => State::Authorized,
        MoneyState::Captured if payment.refunded.get() == 0 => State::Paid,
        MoneyState::Captured if payment.refunded == payment.captured => State::Refunded,
        MoneyState::Captured => State::PartiallyRefunded,
        MoneyState::Closed(CloseReason::Expired) => State::Timeouted,
        MoneyState::Closed(_) => State::Canceled,
    }
}

/// Sub-states that go with money that has come; any other says why none has.
const OF_PAID: [u16; 6] = [3001, 3002, 5001, 5045, 5046, 5047];

/// The sub-state, where it says something (§5.1, §9.1). The provider's own number says more than our state does.
pub(crate) fn sub_state(payment: &Payment) -> Option<Cow<'static, str>> {
    let state = of(payment);
    let remark = payment.remarked().filter(|code| match state {
        State::Created | State::Refunded | State::PartiallyRefunded => false,
        State::Paid | State::Authorized => OF_PAID.contains(code),
        State::PaymentMethodChosen | State::Canceled | State::Timeouted => true,
    });
    remark.map(|code| format!("_{code}").into()).or_else(|| usual(payment, state).map(Cow::Borrowed))
}

fn usual(payment: &Payment, state: State) -> Option<&'static str> {
    let method = payment.method();
    let transfer = matches!(method, Some(Method::BankTransfer { .. }));
    match payment.money {
        MoneyState::Open => match (method, payment.evidence, payment.last_decline) {
            (None, ..) => None,
            (Some(_), Some(_), _) if transfer => Some("_3003"),
            (Some(_), Some(_), _) => Some("_101"),
            (Some(_), None, Some(reason)) => Some(declined(reason, transfer)),
            (Some(Method::BankTransfer { channel: Channel::Offline, .. }), None, None) => Some("_102"),
            (Some(_), None, None) => Some("_101"),
        },
        MoneyState::Captured if transfer && state == State::Paid => Some(match payment.evidence {
            Some(Evidence::Statement) => "_3002",
            Some(Evidence::Advice | Evidence::Unconfirmed) | None => "_3001",
        }),
        MoneyState::Authorized | MoneyState::Captured => None,
        MoneyState::Closed(reason) => match reason {
            CloseReason::Declined(reason) => Some(declined(reason, transfer)),
            CloseReason::CancelledByPayer => Some("_5037"),
            CloseReason::CancelledByMerchant | CloseReason::Voided => Some("_5043"),
            CloseReason::Expired => Some("_5024"),
            // What ends so is never this door's.
            CloseReason::CancelledByOperator
            | CloseReason::DeviceFault
            | CloseReason::DeviceLost
            | CloseReason::Reversed
            | CloseReason::TooYoung
            | CloseReason::Withdrawn
            | CloseReason::HoldExpired => None,
        },
    }
}

/// A bank that refuses a transfer says less than an issuer.
const fn declined(reason: DeclineReason, transfer: bool) -> &'static str {
    match reason {
        DeclineReason::TechnicalProblem if transfer => "_5031",
        _ if transfer => "_5042",
        reason => by_card(reason),
    }
}

const fn by_card(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::LimitExceeded => "_5002",
        DeclineReason::Refused | DeclineReason::IssuerUnavailable => "_5003",
        DeclineReason::SuspectedFraud => "_5004",
        DeclineReason::CardBlocked | DeclineReason::PinTriesExceeded => "_5005",
        DeclineReason::InsufficientFunds => "_5006",
        DeclineReason::CardExpired => "_5007",
        DeclineReason::WrongCvc | DeclineReason::WrongPin | DeclineReason::PinRequired => "_5008",
        DeclineReason::ThreeDSecureFailed => "_5009",
        DeclineReason::AccountProblem => "_5010",
        DeclineReason::CardNotSupported | DeclineReason::ChipRequired => "_5036",
        DeclineReason::RegionNotSupported => "_5035",
        DeclineReason::LostOrStolen => "_5039",
        DeclineReason::Duplicate => "_5041",
        DeclineReason::TechnicalProblem => "_5022",
    }
}

/// The state of a preauthorisation (§7); absent for other payments.
pub(crate) fn preauthorization(payment: &Payment) -> Option<&'static str> {
    payment.is_preauthorised().then_some(match payment.money {
        MoneyState::Open => "REQUESTED",
        MoneyState::Authorized => "AUTHORIZED",
        MoneyState::Captured => "CAPTURED",
        MoneyState::Closed(_) => "CANCELED",
    })
}

/// An operation on a payment, as far as its errors differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Refund,
    Capture,
    Void,
}

/// What the domain's refusals are called here (§6.3, §6.7, §6.8). `None` stands for a wrong `amount`.
pub(crate) const fn refused(operation: Operation, refusal: Refusal) -> Option<Code> {
    match (operation, refusal) {
        (_, Refusal::AmountNotPositive) => None,
        (Operation::Refund, Refusal::AlreadyRefunded | Refusal::Busy) => Some(Code::PAYMENT_WRONG_STATE),
        (Operation::Refund | Operation::Capture, Refusal::AmountTooLarge) => {
            Some(Code::PAYMENT_REFUND_WRONG_AMOUNT)
        }
        (Operation::Refund, _) => Some(Code::PAYMENT_REFUND_NOT_SUPPORTED),
        (Operation::Capture, Refusal::AlreadyCaptured) => Some(Code::PAYMENT_CAPTURE_DONE),
        (Operation::Capture, _) => Some(Code::PAYMENT_CAPTURE_FAILED),
        (Operation::Void, Refusal::AlreadyVoided) => Some(Code::PAYMENT_AUTH_VOID_DONE),
        (Operation::Void, _) => Some(Code::PAYMENT_AUTH_VOID_FAILED),
    }
}

/// What is said when nothing was done with a recurrence (§6.5, §6.6).
pub(crate) const fn recurrence_refused(why: &RecurrenceError) -> Option<Code> {
    Some(match why {
        RecurrenceError::Absent | RecurrenceError::Refused(RecurrenceRefusal::NotOnDemand) => {
            Code::PAYMENT_RECURRENCE_NOT_SUPPORTED
        }
        RecurrenceError::NotStarted | RecurrenceError::Refused(RecurrenceRefusal::NotDue) => {
            Code::PAYMENT_RECURRENCE_FAILED
        }
        RecurrenceError::Refused(RecurrenceRefusal::Stopped) => Code::PAYMENT_RECURRENCE_STOPPED,
        RecurrenceError::Refused(RecurrenceRefusal::Over | RecurrenceRefusal::TooMany) => {
            Code::PAYMENT_RECURRENCE_LIMIT_EXCEEDED
        }
        RecurrenceError::Gateway(_) => return None,
    })
}

/// What it is called when the acquirer would not do it, or when there is no such payment (§8).
pub(crate) const fn failed(operation: Operation) -> Code {
    match operation {
        Operation::Refund => Code::PAYMENT_REFUND_FAILED,
        Operation::Capture => Code::PAYMENT_CAPTURE_FAILED,
        Operation::Void => Code::PAYMENT_AUTH_VOID_FAILED,
    }
}
