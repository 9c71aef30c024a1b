//! GP tom's numbers and their names (gptom.md §8): tables, and nothing that decides.

use domain::DeclineReason;

/// What became of a transaction, as a cash register is told (§8.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Success,
    Failed,
    NotFound,
    Declined,
    AlreadyVoided,
    NotAllowed,
}

impl Outcome {
    pub(crate) const fn number(self) -> i32 {
        match self {
            Self::Success => 0,
            Self::Failed => -1,
            Self::NotFound => -3,
            Self::Declined => -4,
            Self::AlreadyVoided => -5,
            Self::NotAllowed => -8,
        }
    }
}

/// A numbered error (§8.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ErrorCode {
    pub(crate) number: u16,
    pub(crate) name: &'static str,
    pub(crate) message: &'static str,
}

macro_rules! errors {
    ($($number:literal $name:ident $message:literal)*) => {
        impl ErrorCode {
            $(pub(crate) const $name: Self =
                Self { number: $number, name: stringify!($name), message: $message };)*

            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

errors! {
    8 INVALID_CLIENT "The client ID is not the company's."
    38 TRANSACTION_ALREADY_COMPLETED "A cancellation of this transaction is already under way."
    42 PAYMENT_DECLINED "The payment was declined."
    43 PIN_CANCELLED "The customer cancelled."
    44 PAYMENT_ALREADY_CANCELLED "The payment has been cancelled already."
    45 PAYMENT_CANCELLATION_EXPIRED "The payment is too old to be cancelled."
    47 TRANSACTION_NOT_ALLOWED "The operation is not allowed."
    48 BATCH_DECLINED "The batch could not be closed."
    50 TID_NOT_ACTIVE "The terminal is not active."
    55 WRONG_PARAMETER "A parameter is wrong."
    65 TRANSACTION_TIMEOUT "The terminal did not finish in time."
    96 REQUEST_CANCELLED "The request was cancelled."
    98 TRANSACTION_ID_INVALID "There is no such transaction."
    104 TECHNICAL_FAULT "The host could not process the transaction."
}

impl ErrorCode {
    /// Platform digit 1 (the app), a dash, and the code in three digits.
    pub(crate) fn text(self) -> String {
        format!("1-{:03}", self.number)
    }
}

/// The host's answer for a reason: its response code, and the name registers know it by (§8.4).
pub(crate) fn refusal(reason: DeclineReason) -> (u16, &'static str) {
    let code = host_code(reason);
    (code, host_name(code))
}

const fn host_code(reason: DeclineReason) -> u16 {
    match reason {
        DeclineReason::Refused => 50,
        DeclineReason::InsufficientFunds => 76,
        DeclineReason::CardExpired => 51,
        DeclineReason::WrongCvc => 64,
        DeclineReason::WrongPin => 201,
        DeclineReason::PinTriesExceeded => 52,
        DeclineReason::LimitExceeded => 81,
        DeclineReason::CardBlocked => 58,
        DeclineReason::LostOrStolen => 57,
        DeclineReason::IssuerUnavailable => 53,
        DeclineReason::ThreeDSecureFailed => 66,
        DeclineReason::AccountProblem => 59,
        DeclineReason::CardNotSupported => 105,
        DeclineReason::RegionNotSupported => 85,
        DeclineReason::SuspectedFraud => 86,
        DeclineReason::Duplicate => 78,
        DeclineReason::TechnicalProblem => 54,
        DeclineReason::PinRequired => 96,
        DeclineReason::ChipRequired => 61,
    }
}

/// A row of the vendor's table: host response codes from, to, and the name of the refusal. What is in no row is
/// `unknown`.
const HOST_CODES: &[(u16, u16, &str)] = &[
    (0, 2, "approved"),
    (3, 4, "approvedRequiredIdentification"),
    (5, 10, "approved"),
    (50, 50, "declined"),
    (51, 51, "expiredCard"),
    (52, 52, "pinTriesExceeded"),
    (53, 53, "callService"),
    (54, 54, "technicalIssue"),
    (55, 56, "invalidRequest"),
    (57, 57, "captureCard"),
    (58, 59, "declinedProblemWithCard"),
    (60, 60, "technicalIssue"),
    (61, 61, "declinedProblemWithCard"),
    (62, 63, "technicalIssue"),
    (64, 64, "invalidData"),
    (65, 65, "invalidRequest"),
    (66, 66, "declined"),
    (67, 67, "callService"),
    (68, 71, "technicalIssue"),
    (72, 72, "declinedProblemWithCard"),
    (73, 74, "technicalIssue"),
    (75, 75, "invalidData"),
    (76, 76, "insufficientFunds"),
    (77, 77, "usageLimitReached"),
    (78, 78, "duplicateTransaction"),
    (79, 80, "usageLimitReached"),
    (81, 81, "amountLimitExceeded"),
    (82, 82, "usageLimitReached"),
    (83, 83, "amountLimitExceeded"),
    (84, 84, "declinedProblemWithCard"),
    (85, 85, "transactionIsNotSupported"),
    (86, 86, "callForAuthorization"),
    (87, 87, "usageLimitReached"),
    (88, 88, "callForAuthorization"),
    (89, 89, "declinedProblemWithCard"),
    (90, 91, "technicalIssue"),
    (92, 92, "declinedLowAmount"),
    (93, 93, "declinedProblemWithCard"),
    (94, 94, "insufficientFunds"),
    (95, 95, "amountLimitExceeded"),
    (96, 96, "pinRequired"),
    (97, 97, "invalidData"),
    (98, 98, "technicalIssue"),
    (99, 99, "declinedProblemWithCard"),
    (100, 100, "technicalIssue"),
    (101, 101, "callForAuthorization"),
    (102, 102, "callService"),
    (103, 104, "technicalIssue"),
    (105, 105, "cardNotSupported"),
    (106, 106, "amountLimitExceeded"),
    (107, 107, "usageLimitReached"),
    (108, 108, "technicalIssue"),
    (109, 109, "declinedLowAmount"),
    (110, 110, "usageLimitReached"),
    (111, 111, "declinedProblemWithCard"),
    (112, 112, "amountLimitExceeded"),
    (113, 113, "technicalIssue"),
    (115, 115, "callService"),
    (120, 122, "callService"),
    (130, 134, "declinedProblemWithCard"),
    (150, 150, "callService"),
    (200, 200, "technicalIssue"),
    (201, 201, "invalidPin"),
    (202, 202, "declinedLowAmount"),
    (203, 203, "technicalIssueOfTerminal"),
    (204, 204, "amountLimitExceeded"),
    (205, 206, "declinedProblemWithCard"),
    (207, 207, "callService"),
    (208, 208, "invalidData"),
    (209, 209, "technicalIssueOfTerminal"),
    (251, 251, "declinedProblemWithCard"),
    (400, 400, "declinedProblemWithCard"),
    (401, 403, "technicalIssue"),
    (404, 407, "declinedProblemWithCard"),
    (408, 408, "declined"),
    (800, 800, "invalidFormat"),
    (801, 801, "technicalIssue"),
    (802, 802, "technicalIssueOfTerminal"),
    (809, 809, "technicalIssueOfTerminal"),
    (810, 810, "technicalIssue"),
    (811, 811, "callService"),
    (820, 821, "callService"),
    (870, 870, "delivered"),
    (871, 871, "stored"),
    (877, 878, "technicalIssueOfTerminal"),
    (880, 880, "noMoreData"),
    (881, 881, "moreDataExists"),
    (898, 898, "callService"),
    (899, 899, "technicalIssue"),
    (900, 912, "captureCard"),
    (950, 950, "technicalIssueOfTerminal"),
    (951, 951, "invalidSupervisorCard"),
    (952, 954, "approved"),
];

/// The name of a host response code.
pub(crate) fn host_name(code: u16) -> &'static str {
    HOST_CODES
        .iter()
        .find(|(from, to, _)| (*from..=*to).contains(&code))
        .map_or("unknown", |(_, _, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_refusal_that_registers_know() {
        let table: Vec<String> = DeclineReason::ALL
            .into_iter()
            .map(|reason| {
                let (code, name) = refusal(reason);
                assert!(name != "unknown" && !name.starts_with("approved"), "{}", reason.name());
                format!("{}: {code} {name}", reason.name())
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn rows_do_not_overlap_and_stand_in_order() {
        for pair in HOST_CODES.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{pair:?}");
        }
        assert_eq!(host_name(114), "unknown");
    }

    #[test]
    fn the_table_of_errors() {
        let table: Vec<String> = ErrorCode::ALL
            .iter()
            .map(|code| format!("{} {} {}", code.text(), code.name, code.message))
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
