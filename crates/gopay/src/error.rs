//! GoPay's errors (§8, §14): one table of codes with their names and messages, and the body they travel in.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::language::Language;

/// A row of the table: the number, the name, and the message in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) number: u16,
    pub(crate) name: &'static str,
    en: &'static str,
    cs: &'static str,
}

macro_rules! codes {
    ($($number:literal $name:ident $en:literal $cs:literal)*) => {
        impl Code {
            $(pub(crate) const $name: Self =
                Self { number: $number, name: stringify!($name), en: $en, cs: $cs };)*

            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

codes! {
    100 SYSTEM_ERROR "System error." "Systémová chyba."
    110 MANDATORY "Value is required." "Povinný údaj."
    111 INVALID "Wrong value." "Chybná hodnota."
    112 NOT_UNIQUE "Already exists." "Již existuje."
    113 UNCHANGEABLE "Cannot be changed." "Nelze změnit."
    114 UNDELETABLE "Cannot be deleted." "Nelze smazat."
    115 AMBIGUOUS "Ambiguous value." "Nejednoznačná hodnota."
    116 INVALID_REQUEST "Invalid request." "Neplatný požadavek."
    200 AUTH_UNAUTHORIZED "Unauthorized access." "Neoprávněný přístup."
    201 AUTH_GRANT_TYPE_NOT_SUPPORTED "Grant type is not supported." "Nepodporovaný způsob přidělení práv."
    202 AUTH_WRONG_CREDENTIALS "Wrong credentials. Try sign in again."
        "Chybné přihlašovací údaje. Pokuste se provést přihlášení znovu."
    203 AUTH_PIN_DISABLED "PIN access is disabled." "Přístup PINem byl zakázán."
    301 PAYMENT_CREATION_FAILED "Payment cannot be created." "Platbu nelze vytvořit."
    302 PAYMENT_NOT_POSSIBLE "Payment cannot be made." "Platbu nelze provést."
    303 PAYMENT_WRONG_STATE "Payment is in a wrong state." "Platba je v chybném stavu."
    304 PAYMENT_NOT_FOUND "Payment not found." "Platba nebyla nalezena."
    305 ESHOP_DEACTIVATED "E-shop is deactivated." "E-shop je deaktivován."
    321 PAYEE_CANNOT_ACCEPT "Payee cannot accept the payment." "Příjemce nemůže platbu přijmout."
    330 PAYMENT_REFUND_NOT_SUPPORTED "Payment cannot be refunded." "Platbu nelze vrátit."
    331 PAYMENT_REFUND_FAILED "Payment cannot be refunded." "Platbu nelze vrátit."
    332 PAYMENT_REFUND_WRONG_AMOUNT "Wrong amount." "Chybná částka."
    333 PAYMENT_REFUND_LACK_OF_FUNDS "Not enough money on the account." "Nedostatek peněz na účtu."
    340 PAYMENT_RECURRENCE_FAILED "Recurring payment failed" "Opakovaná platba selhala."
    341 PAYMENT_RECURRENCE_NOT_SUPPORTED "Recurrence is not supported." "Opakování není podporováno."
    342 PAYMENT_RECURRENCE_STOPPED "Recurrence is stopped." "Opakování je zastaveno."
    343 PAYMENT_RECURRENCE_LIMIT_EXCEEDED "Recurrence limit exceeded." "Překročen limit opakování."
    350 PAYMENT_CAPTURE_FAILED "Capture failed." "Stržení selhalo."
    351 PAYMENT_CAPTURE_DONE "Capture already done." "Stržení již bylo provedeno."
    352 PAYMENT_AUTH_VOID_FAILED "Void of preauthorization failed." "Zrušení předautorizace selhalo."
    353 PAYMENT_AUTH_VOID_DONE "Preauthorization is void." "Předautorizace je zrušena."
    360 PAYMENT_ITEMS_SUM_MISMATCH "Sum of items does not match the amount."
        "Součet položek neodpovídá částce."
    394 ACCOUNT_NOT_FOUND "Account not found." "Účet nebyl nalezen."
}

impl Code {
    pub(crate) const fn message(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.en,
            Language::Czech => self.cs,
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The dotted path of the member that is wrong; absent when it is the request as a whole.
    pub(crate) field: Option<String>,
    pub(crate) code: Code,
    /// What is wrong in plain English, for the person who reads the log of the shop.
    pub(crate) description: Option<&'static str>,
}

/// Why a request was not done: a status and at least one fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    pub(crate) faults: Vec<Fault>,
    pub(crate) retry_after_s: Option<u64>,
}

impl Failure {
    fn new(status: StatusCode, faults: Vec<Fault>) -> Self {
        Self { status, faults, retry_after_s: None }
    }

    pub(crate) fn global(status: StatusCode, code: Code) -> Self {
        Self::new(status, vec![Fault { field: None, code, description: None }])
    }

    /// A business error: 409 and a code.
    pub(crate) fn conflict(code: Code) -> Self {
        Self::global(StatusCode::CONFLICT, code)
    }

    pub(crate) fn field(field: &str, code: Code) -> Self {
        let fault = Fault { field: Some(field.to_owned()), code, description: None };
        Self::new(StatusCode::CONFLICT, vec![fault])
    }

    pub(crate) fn fields(faults: Vec<Fault>) -> Self {
        Self::new(StatusCode::CONFLICT, faults)
    }

    pub(crate) fn described(mut self, description: &'static str) -> Self {
        for fault in &mut self.faults {
            fault.description = Some(description);
        }
        self
    }

    pub(crate) fn unauthorized() -> Self {
        Self::global(StatusCode::FORBIDDEN, Code::AUTH_UNAUTHORIZED)
    }

    pub(crate) fn wrong_credentials() -> Self {
        Self::global(StatusCode::FORBIDDEN, Code::AUTH_WRONG_CREDENTIALS)
    }

    /// Nothing was done; the client may try again. Not a 5xx, because the PHP SDK loses the body of those (§3).
    pub(crate) fn overloaded() -> Self {
        let mut failure =
            Self::conflict(Code::PAYMENT_NOT_POSSIBLE).described("The service is busy, try again shortly.");
        failure.retry_after_s = Some(1);
        failure
    }

    pub(crate) fn internal() -> Self {
        Self::global(StatusCode::INTERNAL_SERVER_ERROR, Code::SYSTEM_ERROR)
    }

    /// The body, in the order and with the members of §8.
    pub(crate) fn body(&self, language: Language, date_issued: String) -> ErrorBody {
        let errors = self.faults.iter().map(|fault| ErrorItem {
            scope: if fault.field.is_some() { "F" } else { "G" },
            field: fault.field.clone(),
            error_code: fault.code.number,
            error_name: fault.code.name,
            message: fault.code.message(language),
            description: fault.description,
        });
        ErrorBody { date_issued, errors: errors.collect() }
    }
}

/// The failure travels in the response's extensions to [`crate::answer`], which knows language and time.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What is wrong with a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// `2019-10-19T15:27:03.132+0200`, Prague time
    date_issued: String,
    #[schema(min_items = 1)]
    errors: Vec<ErrorItem>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorItem {
    /// F: one field, G: the request as a whole
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    error_code: u16,
    error_name: &'static str,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_codes() {
        let rows: Vec<String> = Code::ALL
            .iter()
            .map(|code| format!("{} {} | {} | {}", code.number, code.name, code.en, code.cs))
            .collect();
        insta::assert_snapshot!(rows.join("\n"));
    }
}
