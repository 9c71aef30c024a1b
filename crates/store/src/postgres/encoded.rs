//! A change made ready for the writer: its JSON written, its keys named.
//!
//! This is done where the change comes from, so that many tasks share the work and the one writer is left
//! with moving bytes.

use domain::{Payment, Version};

use crate::row::{self, PaymentColumns};
use crate::{Change, Claim, CommitError, DocumentWrite, PaymentWrite, StoreError};

/// What a change touches. Two changes that share a key never travel in one group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Payment(i64),
    Claim(i16, Vec<u8>),
    Document(i16, i64),
    Record(i16, i64),
    Setting(String),
}

pub(super) struct Encoded {
    pub(super) change: Change,
    pub(super) columns: Option<PaymentColumns>,
    /// Only for a payment that is new.
    pub(super) terms: String,
    /// One for each event, in the same order.
    pub(super) bodies: Vec<String>,
    pub(super) keys: Vec<Key>,
}

impl Encoded {
    pub(super) fn of(change: Change) -> Result<Self, StoreError> {
        change.check()?;
        let columns = match &change.payment {
            Some(PaymentWrite::Insert(payment) | PaymentWrite::Update { payment, .. }) => {
                Some(PaymentColumns::of(payment)?)
            }
            None => None,
        };
        let terms = match &change.payment {
            Some(PaymentWrite::Insert(payment)) => row::terms(payment)?,
            Some(PaymentWrite::Update { .. }) | None => String::new(),
        };
        let bodies = change
            .events
            .iter()
            .map(|recorded| row::event_body(&recorded.event))
            .collect::<Result<_, StoreError>>()?;
        let keys = keys(&change);
        Ok(Self { change, columns, terms, bodies, keys })
    }

    /// The payment this change makes, if it makes one.
    pub(super) fn inserted(&self) -> Option<&Payment> {
        match &self.change.payment {
            Some(PaymentWrite::Insert(payment)) => Some(payment),
            Some(PaymentWrite::Update { .. }) | None => None,
        }
    }

    /// The version the payment must have had.
    pub(super) fn expected(&self) -> Option<Version> {
        match &self.change.payment {
            Some(PaymentWrite::Update { expected, .. }) => Some(*expected),
            Some(PaymentWrite::Insert(_)) | None => None,
        }
    }

    /// That the payment is not at the version this change was decided on.
    pub(super) fn conflict(&self) -> Option<CommitError> {
        self.change.payment_id().map(CommitError::Conflict)
    }
}

pub(super) fn claim_key(claim: &Claim) -> Key {
    Key::Claim(claim.scope.number(), claim.key.clone())
}

pub(super) fn document_key(write: &DocumentWrite) -> Key {
    let (kind, id) = write.key();
    Key::Document(kind.number(), id)
}

fn keys(change: &Change) -> Vec<Key> {
    let payments = change
        .payment_id()
        .into_iter()
        .chain(change.entries.iter().map(|entry| entry.payment))
        .chain(change.notifications.iter().map(|new| new.payment))
        .chain(change.deliveries.iter().map(|delivery| delivery.payment));
    let mut keys: Vec<Key> = payments.map(|id| Key::Payment(id.get())).collect();
    keys.dedup();
    keys.extend(change.claims.iter().map(claim_key));
    keys.extend(change.released.iter().map(|(scope, key)| Key::Claim(scope.number(), key.clone())));
    keys.extend(change.documents.iter().map(document_key));
    keys.extend(change.records.iter().map(|record| Key::Record(record.kind.number(), record.id)));
    keys.extend(change.settings.iter().map(|(key, _)| Key::Setting(key.clone())));
    keys
}
