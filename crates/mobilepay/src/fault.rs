//! What can be wrong with a request, in one table: the sentence, the v10 code and the v10 status (mobilepay.md §3, §9).
//!
//! No sentence repeats what was sent. By default every one of them comes with status 200; the setting
//! `error_status_mode = "mapped"` uses the status of the table.

use std::fmt;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $status:literal, $code:expr, $text:literal;)*) => {
        /// One thing that is wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Problem {
            $($(#[$doc])* $name,)*
        }

        impl Problem {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The sentence, without the code.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The code that MobilePay's own interface has for it.
            #[must_use]
            pub const fn code(self) -> Option<u16> {
                match self { $(Self::$name => $code,)* }
            }

            /// The status that MobilePay's own interface answers with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

problems! {
    // Who is asking.
    BioCodeMissing = 400, None, "bioCode is required";
    AccessTokenMissing = 400, None, "accessToken is required";
    PreviousAccessTokenMissing = 400, None, "previousAccessToken is required";
    Credentials = 401, None, "Invalid bioCode or accessToken";
    /// The same for an unknown merchant, a closed issuing and a token that exists.
    NoTokenIssued = 401, None, "An access token cannot be created for this bioCode";
    // What was sent.
    Body = 400, None, "The request body cannot be read";
    Query = 400, None, "The query has too many parameters";
    AmountMissing = 400, Some(1102), "amount is required";
    Amount = 400, Some(1102), "Invalid amount";
    /// `&currencyCode` that an HTML page turned into a currency sign.
    AmountWithCurrencySign = 400, Some(1102),
        "Invalid amount: it holds the rest of &currencyCode, write the ampersand as &amp; in HTML";
    Currency = 400, Some(1102), "Invalid currencyCode: DKK or EUR is expected";
    OrderIdMissing = 400, Some(1113), "orderId is required";
    OrderId = 400, Some(1113), "Invalid orderId: 1 to 36 characters are expected";
    RefundOrderIdMissing = 400, Some(1114), "refundOrderId is required";
    RefundOrderId = 400, Some(1114), "Invalid refundOrderId: 1 to 36 characters are expected";
    PaymentIdMissing = 400, None, "paymentId is required";
    PosIdMissing = 400, None, "posId is required";
    RefundIdMissing = 400, None, "refundId is required";
    StoreIdMissing = 400, None, "storeId is required";
    TerminalIdMissing = 400, None, "terminalId is required";
    PaymentFilterMissing = 400, Some(1109), "terminalId is required";
    RefundFilterMissing = 400, Some(1110), "paymentId is required";
    StateMissing = 400, None, "state is required";
    State = 400, None, "Invalid state: the name of a payment state is expected";
    StateNotCaptured = 400, None, "Only payments in state Captured can be retrieved by state";
    // What is not there.
    PaymentUnknown = 404, None, "Payment not found";
    PosUnknown = 404, None, "Point of sale not found";
    StoreUnknown = 404, None, "Store not found";
    TerminalUnknown = 404, None, "Terminal not found";
    RefundUnknown = 404, None, "Refund not found";
    CaptureRefundUnknown = 404, Some(1004), "Refund not found";
    TerminalWithoutPos = 409, None, "Terminal has no point of sale; create it first";
    StartPosUnknown = 409, Some(1000), "Point of sale not found";
    RefundPaymentUnknown = 409, Some(1001), "Payment not found";
    TerminalStoreUnknown = 409, Some(1002), "Store not found";
    // What cannot be done now.
    TerminalHasPos = 409, Some(1200), "Terminal already has a point of sale; delete it first";
    BeaconTaken = 409, Some(1202), "Another point of sale has this beacon";
    StoreInactive = 409, Some(1204), "The store is not activated";
    NotCancellable = 409, Some(1300), "The payment cannot be cancelled in this state";
    PaymentActive = 409, Some(1301), "A payment is already active on this point of sale";
    NotPrepared = 409, Some(1303), "The payment must be prepared before it is made ready";
    ReadyDiffers = 409, Some(1303), "The payment was prepared for another order or terminal, or is ready with another amount";
    NotReserved = 409, Some(1304), "The payment must be reserved to be captured";
    CaptureTooHigh = 409, Some(1305), "The amount is higher than what is reserved";
    CapturedDifferently = 409, Some(1307), "The payment is captured with another amount";
    PartialCapture = 409, Some(1308), "This payment can only be captured in full";
    RefundNotReserved = 409, Some(1351), "The refund must be reserved to be captured";
    RefundNotCancellable = 409, Some(1352), "The refund cannot be cancelled in this state";
    NotCaptured = 409, Some(1354), "Only a captured payment can be refunded";
    RefundCurrency = 409, Some(1365), "The refund's currency differs from the payment's";
    RefundTooLate = 409, Some(1366), "The payment was captured too long ago to be refunded";
    RefundTooHigh = 409, Some(1367), "The refunds would be more than what was captured";
    TooManyRefunds = 409, None, "Too many refunds of this payment are reserved; capture or cancel one of them first";
    // What could not be found out, or not be done, without anybody's fault.
    NotDone = 500, Some(2000), "The money could not be moved; nothing has changed";
    RefundNotDone = 500, Some(2000), "The money could not be given back; the refund is cancelled";
    OutcomeUnknown = 500, Some(2000), "What came of it is not known yet; ask for the state in a moment";
}

/// As it stands in `errors`: the sentence, and the code in parentheses.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())?;
        match self.code() {
            Some(code) => write!(f, " ({code})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_one_status_and_every_sentence_is_plain() {
        for problem in Problem::ALL {
            let twins =
                Problem::ALL.iter().filter(|other| other.code().is_some() && other.code() == problem.code());
            for twin in twins {
                assert_eq!(twin.status(), problem.status(), "{problem} {twin}");
            }
            assert!(!problem.text().ends_with('.') && problem.text().is_ascii(), "{problem}");
        }
        assert_eq!(
            Problem::PaymentActive.to_string(),
            "A payment is already active on this point of sale (1301)"
        );
        assert_eq!(Problem::PaymentUnknown.to_string(), "Payment not found");
    }
}
