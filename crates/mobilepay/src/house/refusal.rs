//! Why something was not done, as the interface says it: one table (mobilepay.md §9).

use domain::{PosRefusal, Refusal};
use gateway::points_of_sale::PosError;

use crate::fault::Problem;
use crate::reply::Refused;

/// What was tried: the same refusal has another code where something else was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doing {
    Asking,
    Start,
    Ready,
    Capture,
    Cancel,
    Refund,
    CaptureRefund,
    CancelRefund,
}

pub(super) fn refused(doing: Doing, error: PosError) -> Refused {
    let problem = match error {
        PosError::PaymentUnknown if doing == Doing::Refund => Problem::RefundPaymentUnknown,
        PosError::PaymentUnknown => Problem::PaymentUnknown,
        PosError::PosUnknown if doing == Doing::Start => Problem::StartPosUnknown,
        PosError::PosUnknown => Problem::PosUnknown,
        PosError::NoPos => Problem::TerminalWithoutPos,
        PosError::HasPos => Problem::TerminalHasPos,
        PosError::BeaconTaken => Problem::BeaconTaken,
        PosError::StoreUnknown => Problem::TerminalStoreUnknown,
        PosError::StoreInactive => Problem::StoreInactive,
        PosError::PaymentActive => Problem::PaymentActive,
        PosError::RefundUnknown if doing == Doing::CaptureRefund => Problem::CaptureRefundUnknown,
        PosError::RefundUnknown => Problem::RefundUnknown,
        PosError::RefundOver if doing == Doing::CancelRefund => Problem::RefundNotCancellable,
        PosError::RefundOver => Problem::RefundNotReserved,
        PosError::CapturedDifferently => Problem::CapturedDifferently,
        PosError::Refused(refusal) => by_the_rules(doing, refusal),
        // What is not given back is not reserved any more either.
        PosError::Declined if doing == Doing::CaptureRefund => Problem::RefundNotDone,
        PosError::Declined => Problem::NotDone,
        PosError::Unresolved => Problem::OutcomeUnknown,
        PosError::Overloaded => return Refused::Overloaded,
        PosError::Internal(cause) => {
            tracing::error!(cause, "a request failed");
            return Refused::Internal;
        }
    };
    problem.into()
}

/// The domain's refusals.
const fn by_the_rules(doing: Doing, refusal: Refusal) -> Problem {
    match (doing, refusal) {
        (_, Refusal::AmountNotPositive) => Problem::Amount,
        (Doing::Ready, Refusal::PointOfSale(PosRefusal::AmountDiffers)) => Problem::ReadyDiffers,
        (Doing::Ready, _) => Problem::NotPrepared,
        (Doing::Capture, Refusal::AmountTooLarge) => Problem::CaptureTooHigh,
        (Doing::Capture, Refusal::PartialCaptureNotAllowed) => Problem::PartialCapture,
        (Doing::Capture, _) => Problem::NotReserved,
        (Doing::Refund, Refusal::PointOfSale(PosRefusal::OtherCurrency)) => Problem::RefundCurrency,
        (Doing::Refund, Refusal::PointOfSale(PosRefusal::TooManyPromised)) => Problem::TooManyRefunds,
        (Doing::Refund, Refusal::RefundWindowOver) => Problem::RefundTooLate,
        (Doing::Refund, Refusal::AmountTooLarge) => Problem::RefundTooHigh,
        (Doing::Refund, _) => Problem::NotCaptured,
        (Doing::CaptureRefund, _) => Problem::RefundNotReserved,
        (Doing::CancelRefund, _) => Problem::RefundNotCancellable,
        (Doing::Cancel | Doing::Asking | Doing::Start, _) => Problem::NotCancellable,
    }
}
