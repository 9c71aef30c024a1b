//! How domain values become columns, the same for both backends.

use std::sync::Arc;

use domain::{Account, Currency, Event, Minor, Payment, PaymentId, Terms, Timestamp, Version};
use serde::de::DeserializeOwned;

use crate::{AccountEntry, Balance, Document, DocumentKind, EntryCursor, Recorded, StoreError};

/// The columns of a payment that change.
pub(crate) struct PaymentColumns {
    pub(crate) id: i64,
    pub(crate) version: i64,
    pub(crate) wake_at: Option<i64>,
    pub(crate) state: String,
}

impl PaymentColumns {
    pub(crate) fn of(payment: &Payment) -> Result<Self, StoreError> {
        Ok(Self {
            id: payment.id.get(),
            version: payment.version.get().into(),
            wake_at: payment.wake_at.map(Timestamp::millis),
            state: to_json("a payment's state", payment)?,
        })
    }
}

pub(crate) fn terms(payment: &Payment) -> Result<String, StoreError> {
    to_json("a payment's terms", payment.terms.as_ref())
}

pub(crate) fn payment(
    columns: &PaymentColumns,
    terms_json: &str,
    extra: String,
) -> Result<Payment, StoreError> {
    let mut terms: Terms = from_json("a payment's terms", terms_json)?;
    terms.extra = extra;
    let mut payment: Payment = from_json("a payment's state", &columns.state)?;
    payment.id = PaymentId::new(columns.id);
    payment.version = version(columns.version)?;
    payment.wake_at = columns.wake_at.map(Timestamp::from_millis);
    payment.terms = Arc::new(terms);
    Ok(payment)
}

pub(crate) fn event_body(event: &Event) -> Result<String, StoreError> {
    to_json("an event", event)
}

pub(crate) fn recorded(number: i64, at: i64, body: &str) -> Result<Recorded, StoreError> {
    Ok(Recorded {
        version: version(number)?,
        at: Timestamp::from_millis(at),
        event: from_json("an event", body)?,
    })
}

pub(crate) fn version(number: i64) -> Result<Version, StoreError> {
    narrow("a version", number).map(Version::new)
}

pub(crate) fn currency(code: &str) -> Result<Currency, StoreError> {
    code.parse().map_err(|_| StoreError::corrupt("a currency", code))
}

pub(crate) fn account(kind: i16, owner: i64) -> Result<Account, StoreError> {
    Account::from_key(kind, owner).ok_or_else(|| StoreError::corrupt("an account", kind))
}

pub(crate) fn document(
    kind: DocumentKind,
    id: i64,
    number: i64,
    parent: i64,
    wake_at: Option<i64>,
    body: String,
) -> Result<Document, StoreError> {
    let wake_at = wake_at.map(Timestamp::from_millis);
    Ok(Document { kind, id, version: version(number)?, parent, wake_at, body })
}

pub(crate) fn account_entry(
    at: i64,
    payment: i64,
    number: i64,
    line: i64,
    amount: i64,
) -> Result<AccountEntry, StoreError> {
    let (at, payment) = (Timestamp::from_millis(at), PaymentId::new(payment));
    let cursor = EntryCursor { at, payment, version: version(number)?, line };
    Ok(AccountEntry { cursor, amount: Minor::new(amount) })
}

/// The place behind which a page begins: a cursor, or all that is before the first moment.
pub(crate) fn behind(after: Option<EntryCursor>, from: Timestamp) -> (i64, i64, i64, i64) {
    match after {
        Some(cursor) => (cursor.at.millis(), cursor.payment.get(), cursor.version.get().into(), cursor.line),
        None => (from.millis(), i64::MIN, i64::MIN, i64::MIN),
    }
}

pub(crate) fn balance(kind: i16, owner: i64, code: &str, amount: i64) -> Result<Balance, StoreError> {
    Ok(Balance { account: account(kind, owner)?, currency: currency(code)?, amount: Minor::new(amount) })
}

/// A number of the database in the narrower type it came from.
pub(crate) fn narrow<T: TryFrom<i64>>(place: &'static str, number: i64) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| StoreError::corrupt(place, number))
}

fn to_json(place: &'static str, value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt(place, error))
}

fn from_json<T: DeserializeOwned>(place: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::corrupt(place, error))
}
