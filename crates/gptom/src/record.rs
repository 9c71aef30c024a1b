//! What this door remembers of a request beside what every task has: the register's spellings, and why a cancellation
//! could not be. A task of another door has none, and is told with what is usual.

use domain::Currency;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::codes::{ErrorCode, Outcome};
use crate::profile::{Profile, write};
use crate::request::{Operation, Origin, Transaction};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// In hundredths, as it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) amount: Option<i64>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) tip: i64,
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(crate) currency: Value,
    /// The transaction to cancel, as it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) last: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) tip_collect: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) receipt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<Reason>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
const fn is_zero(value: &i64) -> bool {
    *value == 0
}

/// Why a transaction could not be cancelled (§5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reason {
    Unknown,
    OtherTerminal,
    NotApproved,
    AlreadyCancelled,
    TooOld,
    UnderWay,
}

impl Reason {
    /// The table of §5.2.
    pub(crate) const fn told(self) -> (ErrorCode, Outcome) {
        match self {
            Self::Unknown => (ErrorCode::TRANSACTION_ID_INVALID, Outcome::NotFound),
            Self::OtherTerminal | Self::NotApproved => {
                (ErrorCode::TRANSACTION_NOT_ALLOWED, Outcome::NotAllowed)
            }
            Self::AlreadyCancelled => (ErrorCode::PAYMENT_ALREADY_CANCELLED, Outcome::AlreadyVoided),
            Self::TooOld => (ErrorCode::PAYMENT_CANCELLATION_EXPIRED, Outcome::NotAllowed),
            Self::UnderWay => (ErrorCode::TRANSACTION_ALREADY_COMPLETED, Outcome::NotAllowed),
        }
    }
}

impl Record {
    pub(crate) fn of(request: &Transaction) -> Self {
        Self {
            method: Some(request.method.clone()),
            amount: request.amount.map(domain::Minor::get),
            tip: request.tip.get(),
            currency: request.currency.as_ref().map(|currency| currency.spelt.clone()).unwrap_or_default(),
            origin: match &request.origin {
                Some(Origin::Named(name)) => Some(name.clone()),
                _ => None,
            },
            last: request.origin == Some(Origin::Last),
            tip_collect: request.tip_collect,
            receipt: request.receipt.preferred.map(str::to_owned),
            client: request.client.clone(),
            refused: None,
        }
    }

    /// What a task's record says; another door's says nothing here.
    pub(crate) fn read(extra: &str) -> Self {
        serde_json::from_str(extra).unwrap_or_default()
    }

    pub(crate) fn text(&self) -> String {
        // Texts, numbers and flags always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The currency in the register's form.
    pub(crate) fn spelt(&self, currency: Currency) -> Value {
        if self.currency.is_null() { json!(currency.code()) } else { self.currency.clone() }
    }
}

/// The request as it was understood, which every answer about the task repeats (§5.4).
pub(crate) fn echo(
    profile: &Profile,
    operation: Operation,
    currency: Option<Currency>,
    task: &domain::Task,
    record: &Record,
) -> Value {
    let amount = |minor| profile.amount(domain::Minor::new(minor));
    write(
        &profile.echo,
        vec![
            ("transactionType", json!(operation.word())),
            ("paymentMethod", json!(record.method.as_deref().unwrap_or("CARD"))),
            ("amount", record.amount.map_or(Value::Null, amount)),
            ("currencyCode", currency.map_or_else(|| record.currency.clone(), |own| record.spelt(own))),
            ("originReferenceNum", json!(task.reference)),
            ("originTransactionID", json!(record.origin)),
            ("cancelMode", if record.last { json!(1) } else { Value::Null }),
            ("printByPaymentApp", json!(task.print)),
            ("preferableReceiptType", json!(record.receipt)),
            ("tipAmount", amount(record.tip)),
            ("tipCollect", json!(record.tip_collect)),
            ("clientID", json!(record.client)),
        ],
    )
}
