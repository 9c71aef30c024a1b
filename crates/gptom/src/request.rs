//! Reading what a register wants of a terminal (gptom.md §5.1), tolerantly and completely.
//!
//! The vendor's member names are not public, so what a value means is told by the value where that is possible:
//! words for operations and for means of payment have nothing in common. Everything that is wrong is collected and told
//! at once. What is not wrong is normal afterwards: an amount in hundredths, a currency, one operation.

use domain::{Currency, Minor};
use serde_json::{Map, Value};

use crate::profile::{AmountUnit, Profile, meaning};

/// The largest amount, tip included (§5.1).
const MOST: i64 = 99_999_999;

/// One member that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: &'static str,
    pub(crate) message: &'static str,
}

/// What a terminal is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Sale,
    Void,
    Refund,
}

impl Operation {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Sale => "SALE",
            Self::Void => "VOID",
            Self::Refund => "REFUND",
        }
    }

    pub(crate) const fn number(self) -> i32 {
        match self {
            Self::Sale => 1,
            Self::Void => 2,
            Self::Refund => 3,
        }
    }
}

/// A currency in the form the register wrote it, in which it is answered (§7).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SpeltCurrency {
    pub(crate) currency: Currency,
    pub(crate) spelt: Value,
}

/// Which transaction is to be cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Last,
    Named(String),
}

/// A request for a transaction that is well formed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Transaction {
    pub(crate) operation: Operation,
    pub(crate) method: String,
    pub(crate) amount: Option<Minor>,
    pub(crate) currency: Option<SpeltCurrency>,
    pub(crate) reference: Option<String>,
    pub(crate) origin: Option<Origin>,
    pub(crate) tip: Minor,
    pub(crate) tip_collect: bool,
    pub(crate) receipt: Receipt,
    pub(crate) client: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) timeout_s: Option<u32>,
}

/// A request for a closing that is well formed (§5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) receipt: Receipt,
    pub(crate) client: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) timeout_s: Option<u32>,
}

/// How the customer gets a receipt (§10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Receipt {
    pub(crate) by_device: bool,
    pub(crate) preferred: Option<&'static str>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
}

/// A body under a profile, and what was found wrong in it so far.
pub(crate) struct Reader<'a> {
    profile: &'a Profile,
    body: &'a Map<String, Value>,
    wrong: Vec<Wrong>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(profile: &'a Profile, body: &'a Map<String, Value>) -> Self {
        Self { profile, body, wrong: vec![] }
    }

    /// Everything a transaction's request says, or everything that is wrong with it.
    pub(crate) fn transaction(mut self) -> Result<Transaction, Vec<Wrong>> {
        let (operation, method) = self.kind();
        let amount = self.amount("amount", 1);
        let tip = self.amount("tipAmount", 0).unwrap_or(Minor::ZERO);
        let request = Transaction {
            operation,
            method,
            amount,
            currency: self.currency(),
            reference: self.reference(),
            origin: self.origin(),
            tip,
            tip_collect: self.truth("tipCollect").unwrap_or(false),
            receipt: self.receipt(),
            client: self.text("clientID", 64),
            request_id: self.text("requestId", 64),
            timeout_s: self.timeout(),
        };
        self.together(&request);
        if self.wrong.is_empty() { Ok(request) } else { Err(self.wrong) }
    }

    /// Everything a closing's request says, or everything that is wrong with it.
    pub(crate) fn closing(mut self) -> Result<Closing, Vec<Wrong>> {
        let request = Closing {
            receipt: self.receipt(),
            client: self.text("clientID", 64),
            request_id: self.text("requestId", 64),
            timeout_s: self.timeout(),
        };
        if self.wrong.is_empty() { Ok(request) } else { Err(self.wrong) }
    }

    /// What holds between members.
    fn together(&mut self, request: &Transaction) {
        let needs_amount = matches!(request.operation, Operation::Sale | Operation::Refund);
        if needs_amount && request.amount.is_none() && !self.is_wrong("amount") {
            self.note("amount", "An amount is needed.");
        }
        let total = request.amount.unwrap_or(Minor::ZERO).plus(request.tip);
        if total.get() > MOST && !self.is_wrong("amount") {
            self.note("tipAmount", "Amount and tip are too much together.");
        }
        if request.operation == Operation::Void && request.origin.is_none() && !self.is_wrong("cancelMode") {
            self.note("originTransactionID", "The transaction to cancel is needed.");
        }
        let receipt = &request.receipt;
        if receipt.preferred == Some("EMAIL") && receipt.email.is_none() && !receipt.by_device {
            self.note("clientInfo", "An e-mail address is needed for the receipt.");
        }
        if receipt.preferred == Some("PHONE") && receipt.phone.is_none() && !receipt.by_device {
            self.note("clientInfo", "A phone number is needed for the receipt.");
        }
    }

    /// Operation and means of payment, told apart by their words.
    fn kind(&mut self) -> (Operation, String) {
        let names = self.profile.request.get("kind");
        let mut operation: Option<&str> = None;
        let mut method: Option<&str> = None;
        for value in names.into_iter().flatten().filter_map(|name| self.body.get(name)) {
            let word = match value {
                Value::Null => continue,
                Value::String(text) => text.trim().to_owned(),
                other => other.to_string(),
            };
            if let Some(found) = meaning(&self.profile.operations, &word) {
                if operation.is_some_and(|before| before != found) {
                    self.wrong.push(Wrong { field: "transactionType", message: "Two operations are named." });
                }
                operation = Some(found);
            } else if let Some(found) = meaning(&self.profile.payment_methods, &word) {
                if method.is_some_and(|before| before != found) {
                    self.wrong
                        .push(Wrong { field: "paymentMethod", message: "Two means of payment are named." });
                }
                method = Some(found);
            } else {
                self.wrong.push(Wrong { field: "transactionType", message: "The word is not known." });
            }
        }
        let operation = match operation {
            Some("VOID") => Operation::Void,
            Some("REFUND") => Operation::Refund,
            Some(_) => Operation::Sale,
            None if self.find("originTransactionID").is_some() => Operation::Void,
            None => Operation::Sale,
        };
        (operation, method.unwrap_or("CARD").to_owned())
    }

    fn amount(&mut self, field: &'static str, least: i64) -> Option<Minor> {
        let value = self.find(field)?;
        let number = match self.profile.amount_unit {
            AmountUnit::Minor => whole(value),
            AmountUnit::Major => hundredths(value),
        };
        match number {
            Some(number) if (least..=MOST).contains(&number) => Some(Minor::new(number)),
            Some(_) => {
                self.note(field, "The amount is out of range.");
                None
            }
            None => {
                self.note(field, "A whole number is expected.");
                None
            }
        }
    }

    fn currency(&mut self) -> Option<SpeltCurrency> {
        let value = self.find("currencyCode")?;
        let text = match value {
            Value::String(text) => text.trim().to_ascii_uppercase(),
            other => other.to_string(),
        };
        let currency = match text.parse::<u16>() {
            Ok(number) => Currency::ALL.into_iter().find(|currency| currency.number() == number),
            Err(_) => text.parse().ok(),
        };
        if currency.is_none() {
            self.note("currencyCode", "The currency is not known.");
        }
        currency.map(|currency| SpeltCurrency { currency, spelt: value.clone() })
    }

    fn reference(&mut self) -> Option<String> {
        let longest = self.profile.reference_max_len;
        self.text("originReferenceNum", longest)
    }

    fn origin(&mut self) -> Option<Origin> {
        let named = self.text("originTransactionID", 64);
        let mode = self.find("cancelMode").map(whole);
        match (named, mode) {
            (Some(id), Some(Some(2)) | None) => Some(Origin::Named(id)),
            (_, Some(Some(1))) => Some(Origin::Last),
            (None, None | Some(Some(2))) => None,
            _ => {
                self.note("cancelMode", "1 or 2 is expected.");
                None
            }
        }
    }

    fn receipt(&mut self) -> Receipt {
        let preferred = self.text("preferableReceiptType", 16).and_then(|word| {
            let known = match word.to_ascii_uppercase().as_str() {
                "EMAIL" => "EMAIL",
                "PHONE" | "SMS" => "PHONE",
                "QR" => "QR",
                "PRINT" => "PRINT",
                _ => {
                    self.note("preferableReceiptType", "EMAIL, PHONE, QR or PRINT is expected.");
                    return None;
                }
            };
            Some(known)
        });
        let (email, phone) = self.contact();
        if email.as_deref().is_some_and(|email| !is_email(email)) {
            self.note("clientInfo", "The e-mail address is not one.");
        }
        if phone.as_deref().is_some_and(|phone| !is_phone(phone)) {
            self.note("clientInfo", "The phone number is not one.");
        }
        Receipt { by_device: self.truth("printByPaymentApp").unwrap_or(true), preferred, email, phone }
    }

    /// E-mail and phone: in `clientInfo.contact`, in `clientInfo`, or beside the other members.
    fn contact(&mut self) -> (Option<String>, Option<String>) {
        let info = self.find("clientInfo").and_then(Value::as_object);
        let nested = info.and_then(|info| info.get("contact")).and_then(Value::as_object).or(info);
        let inside = |name: &str| {
            let text = nested.and_then(|contact| contact.get(name)).and_then(Value::as_str).map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let (email, phone) = (inside("email"), inside("phone"));
        (email.or_else(|| self.text("email", 128)), phone.or_else(|| self.text("phone", 24)))
    }

    fn timeout(&mut self) -> Option<u32> {
        let value = self.find("timeoutSeconds")?;
        let seconds = whole(value).and_then(|seconds| u32::try_from(seconds).ok());
        let seconds = seconds.filter(|seconds| (10..=86_400).contains(seconds));
        if seconds.is_none() {
            self.note("timeoutSeconds", "10 to 86400 is expected.");
        }
        seconds
    }

    fn truth(&mut self, field: &'static str) -> Option<bool> {
        match self.find(field)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                self.note(field, "true or false is expected.");
                None
            }
        }
    }

    fn text(&mut self, field: &'static str, longest: usize) -> Option<String> {
        let text = match self.find(field)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => {
                self.note(field, "A text is expected.");
                return None;
            }
        };
        if text.chars().count() > longest || text.chars().any(char::is_control) {
            self.note(field, "The text is too long or has characters that cannot be printed.");
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    fn find(&self, member: &str) -> Option<&'a Value> {
        self.profile.find(self.body, member)
    }

    fn note(&mut self, field: &'static str, message: &'static str) {
        self.wrong.push(Wrong { field, message });
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong.field == field)
    }
}

/// An integer, or a text of digits.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => {
            let text = text.trim();
            let digits = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            if digits { text.parse().ok() } else { None }
        }
        _ => None,
    }
}

/// A decimal with at most two places, in hundredths, without floating point.
fn hundredths(value: &Value) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let (units, cents) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if units.is_empty() || units.len() > 10 || cents.len() > 2 || !digits(units) || !digits(cents) {
        return None;
    }
    let units: i64 = units.parse().ok()?;
    let cents: i64 = format!("{cents:0<2}").parse().ok()?;
    Some(units * 100 + cents)
}

fn is_email(text: &str) -> bool {
    let parts: Vec<&str> = text.split('@').collect();
    matches!(parts.as_slice(), [name, host] if !name.is_empty() && !host.is_empty())
        && !text.chars().any(char::is_whitespace)
}

fn is_phone(text: &str) -> bool {
    let number = text.strip_prefix('+').unwrap_or(text);
    (5..=20).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ')
}

#[cfg(test)]
mod tests;
