//! All 35 operations in one table: 27 meanings, some of which two methods share (mobilepay.md §6).
//!
//! What an operation is called on the wire, what it takes, and which type it answers with is said here and nowhere
//! else; routing, the help page and docs/mobilepay.md are read from it. What an operation does is said by the engine.

use crate::fault::Problem;
use crate::inputs::Inputs;
use crate::types::{self, ResponseType};

/// What a point of sale may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    QrCode,
    Start,
    StartByPosId,
    Prepare,
    Ready,
    Status,
    Details,
    Capture,
    Cancel,
    Payments,
    RetrieveByState,
    RetrieveByTerminal,
    RetrieveByPosId,
    CreateRefund,
    RefundDetails,
    Refunds,
    CaptureRefund,
    CancelRefund,
    Token,
    ResetToken,
    CreatePos,
    DeletePos,
    TerminalInformation,
    Stores,
    Store,
    CheckInByPosId,
    CheckInByTerminal,
}

/// Which methods an operation answers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Methods {
    Get,
    GetOrPost,
    GetOrDelete,
}

impl Methods {
    /// As the `Allow` header has it.
    #[must_use]
    pub const fn allow(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::GetOrPost => "GET, POST",
            Self::GetOrDelete => "GET, DELETE",
        }
    }

    #[must_use]
    pub fn allows(self, method: &str) -> bool {
        self.allow().split(", ").any(|known| known == method)
    }
}

/// What shows who is asking (§4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credentials {
    /// `bioCode` and `accessToken`.
    Full,
    /// `bioCode` alone: a first token is asked for.
    BioCode,
    /// `bioCode` and `previousAccessToken`.
    Previous,
}

/// One input beside the credentials.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    /// What is said when it is missing; nothing when it may be.
    pub missing: Option<Problem>,
}

/// The root element and namespace that the original names for a body; any root is read.
#[derive(Debug, Clone, Copy)]
pub struct BodyType {
    pub root: &'static str,
    pub namespace: &'static str,
}

/// Everything the wire knows of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    pub operation: Operation,
    /// Below `/api/pos/`, as the original spells it; matched in any case.
    pub path: &'static str,
    pub methods: Methods,
    /// Whether it changes anything, however it is asked for (§11).
    pub changes: bool,
    pub credentials: Credentials,
    /// In the original's order.
    pub parameters: &'static [Parameter],
    pub body: Option<BodyType>,
    pub answer: &'static ResponseType,
    pub summary: &'static str,
}

impl Operation {
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        // The table is in the order of the variants, which a test holds.
        OPERATIONS.get(self as usize).unwrap_or(&STATUS)
    }

    /// What is missing of what is required, all of it.
    #[must_use]
    pub fn missing(self, inputs: &Inputs) -> Vec<Problem> {
        let missing = |parameter: &Parameter| {
            if inputs.get(parameter.name).is_some() { None } else { parameter.missing }
        };
        self.spec().parameters.iter().filter_map(missing).collect()
    }
}

const fn needed(name: &'static str, missing: Problem) -> Parameter {
    Parameter { name, missing: Some(missing) }
}

const fn optional(name: &'static str) -> Parameter {
    Parameter { name, missing: None }
}

const AMOUNT: Parameter = needed("amount", Problem::AmountMissing);
const ANY_AMOUNT: Parameter = optional("amount");
const CURRENCY: Parameter = optional("currencyCode");
const ORDER: Parameter = needed("orderId", Problem::OrderIdMissing);
const ANY_ORDER: Parameter = optional("orderId");
const PAYMENT: Parameter = needed("paymentId", Problem::PaymentIdMissing);
const POS: Parameter = needed("posId", Problem::PosIdMissing);
const REFUND: Parameter = needed("refundId", Problem::RefundIdMissing);
const REFUND_ORDER: Parameter = needed("refundOrderId", Problem::RefundOrderIdMissing);
const STATE: Parameter = needed("state", Problem::StateMissing);
const ANY_STATE: Parameter = optional("state");
const ANY_PAYMENT_STATE: Parameter = optional("paymentState");
const STORE: Parameter = needed("storeId", Problem::StoreIdMissing);
const TERMINAL: Parameter = needed("terminalId", Problem::TerminalIdMissing);

const fn vm(root: &'static str) -> Option<BodyType> {
    Some(BodyType { root, namespace: types::NS_VM })
}

const fn model(root: &'static str) -> Option<BodyType> {
    Some(BodyType { root, namespace: types::NS_MODELS })
}

const STATUS: Spec = read(
    Operation::Status,
    "payment/status",
    &[PAYMENT],
    &types::PAYMENT_STATUS,
    "Tells the state of a payment; the one to poll.",
);

const fn read(
    operation: Operation,
    path: &'static str,
    parameters: &'static [Parameter],
    answer: &'static ResponseType,
    summary: &'static str,
) -> Spec {
    let (methods, credentials) = (Methods::Get, Credentials::Full);
    Spec { operation, path, methods, changes: false, credentials, parameters, body: None, answer, summary }
}

const fn change(
    operation: Operation,
    path: &'static str,
    parameters: &'static [Parameter],
    answer: &'static ResponseType,
    summary: &'static str,
) -> Spec {
    Spec { changes: true, ..read(operation, path, parameters, answer, summary) }
}

const fn posted(spec: Spec, body: Option<BodyType>) -> Spec {
    Spec { methods: Methods::GetOrPost, body, ..spec }
}

const fn shown(spec: Spec, credentials: Credentials) -> Spec {
    Spec { credentials, ..spec }
}

use Operation as Op;

/// In the order of [`Operation`]'s variants.
pub static OPERATIONS: [Spec; 27] = [
    read(
        Op::QrCode,
        "terminal/qrcode",
        &[TERMINAL],
        &types::QR_CODE,
        "Tells where the picture of the terminal's QR code is.",
    ),
    posted(
        change(
            Op::Start,
            "payment/start",
            &[ORDER, AMOUNT, TERMINAL, CURRENCY],
            &types::PAYMENT_START,
            "Starts a payment at a terminal's point of sale.",
        ),
        vm("PosStartPaymentViewModel"),
    ),
    posted(
        change(
            Op::StartByPosId,
            "payment/start/byPosId",
            &[ORDER, AMOUNT, POS, CURRENCY],
            &types::PAYMENT_START,
            "Starts a payment at a point of sale.",
        ),
        vm("PosStartPaymentByPosIdViewModel"),
    ),
    posted(
        change(
            Op::Prepare,
            "payment/prepare",
            &[ORDER, TERMINAL],
            &types::PAYMENT_START,
            "Prepares a payment whose amount is not known yet.",
        ),
        model("QueriesPaymentPrepare"),
    ),
    posted(
        change(
            Op::Ready,
            "payment/ready",
            &[ORDER, AMOUNT, TERMINAL, CURRENCY, PAYMENT],
            &types::PAYMENT_READY,
            "Gives a prepared payment its amount, so that the customer can approve it.",
        ),
        model("QueriesPaymentReady"),
    ),
    STATUS,
    read(
        Op::Details,
        "payment/details",
        &[PAYMENT],
        &types::PAYMENT_DETAILS,
        "Tells everything about a payment.",
    ),
    change(
        Op::Capture,
        "payment/capture",
        &[PAYMENT, ANY_AMOUNT],
        &types::PAYMENT,
        "Captures a reserved payment, without an amount all of it.",
    ),
    change(
        Op::Cancel,
        "payment/cancel",
        &[PAYMENT],
        &types::PAYMENT,
        "Cancels a payment that has not been captured.",
    ),
    read(
        Op::Payments,
        "payments",
        &[ANY_STATE, ANY_ORDER, needed("terminalId", Problem::PaymentFilterMissing)],
        &types::PAYMENTS_IDS,
        "Lists a terminal's open payments, or those in a given state.",
    ),
    read(
        Op::RetrieveByState,
        "payment/id/retrieve/bystate",
        &[ORDER, STATE],
        &types::PAYMENT_RETRIEVE,
        "Finds a captured payment by its order.",
    ),
    read(
        Op::RetrieveByTerminal,
        "payment/id/retrieve/byterminal",
        &[ORDER, TERMINAL, ANY_PAYMENT_STATE],
        &types::PAYMENT_RETRIEVE,
        "Finds a payment by its order and terminal.",
    ),
    read(
        Op::RetrieveByPosId,
        "payment/id/retrieve/byposId",
        &[ANY_PAYMENT_STATE, ORDER, POS],
        &types::PAYMENT_RETRIEVE,
        "Finds a payment by its order and point of sale.",
    ),
    posted(
        change(
            Op::CreateRefund,
            "refund/create",
            &[AMOUNT, CURRENCY, PAYMENT, REFUND_ORDER],
            &types::REFUND_CREATE,
            "Reserves a refund of a captured payment.",
        ),
        model("QueryRefundCreate"),
    ),
    read(
        Op::RefundDetails,
        "refund/details",
        &[REFUND],
        &types::REFUND_DETAILS,
        "Tells everything about a refund.",
    ),
    read(
        Op::Refunds,
        "refunds",
        &[needed("paymentId", Problem::RefundFilterMissing)],
        &types::REFUNDS_IDS,
        "Lists a payment's refunds.",
    ),
    change(
        Op::CaptureRefund,
        "refund/capture",
        &[REFUND],
        &types::REFUND,
        "Captures a reserved refund: the money goes back.",
    ),
    change(
        Op::CancelRefund,
        "refund/cancel",
        &[REFUND],
        &types::REFUND,
        "Cancels a refund that has not been captured.",
    ),
    posted(
        shown(
            change(
                Op::Token,
                "manage/token",
                &[],
                &types::MANAGE,
                "Makes the merchant's first access token.",
            ),
            Credentials::BioCode,
        ),
        vm("PosCinemaViewModel"),
    ),
    shown(
        change(
            Op::ResetToken,
            "manage/token/reset",
            &[],
            &types::MANAGE,
            "Exchanges the access token for a new one.",
        ),
        Credentials::Previous,
    ),
    posted(
        change(
            Op::CreatePos,
            "manage/create",
            &[TERMINAL],
            &types::MANAGE,
            "Makes a terminal's point of sale.",
        ),
        vm("PosTerminalViewModel"),
    ),
    Spec {
        methods: Methods::GetOrDelete,
        ..change(
            Op::DeletePos,
            "manage/delete",
            &[TERMINAL],
            &types::MANAGE,
            "Deletes a terminal's point of sale.",
        )
    },
    read(
        Op::TerminalInformation,
        "manage/terminal/information",
        &[TERMINAL],
        &types::INFORMATION,
        "Describes a terminal's point of sale.",
    ),
    read(Op::Stores, "manage/stores", &[], &types::STORES_IDS, "Lists the merchant's stores."),
    read(Op::Store, "manage/store", &[STORE], &types::STORE, "Describes a store."),
    read(
        Op::CheckInByPosId,
        "manage/checkInStatus/byposId",
        &[POS],
        &types::CHECK_IN,
        "Tells whether a customer is checked in at a point of sale.",
    ),
    read(
        Op::CheckInByTerminal,
        "manage/checkInStatus/byterminalId",
        &[TERMINAL],
        &types::CHECK_IN,
        "Tells whether a customer is checked in at a terminal.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_35_operations_each_in_its_place() {
        for (place, spec) in OPERATIONS.iter().enumerate() {
            assert_eq!(spec.operation as usize, place, "{}", spec.path);
            assert_eq!(spec.operation.spec().path, spec.path);
            assert_eq!(spec.body.is_some(), spec.methods == Methods::GetOrPost, "{}", spec.path);
        }
        let ways: usize = OPERATIONS.iter().map(|spec| spec.methods.allow().split(", ").count()).sum();
        assert_eq!(ways, 35);
    }
}
