//! Charges that the merchant asks for. The answer is a payment that has been created and not charged: the charge
//! follows at once beside the request, and if this node does not live to make it, recovery does.

use std::sync::Arc;

use domain::{EetSums, Event, Money, Payment, PaymentId, Recurrence, RecurrenceRefusal, Refusal, open};
use store::{ClaimScope, CommitError, PaymentWrite};

use super::{charge_document, later_terms};
use crate::documents::Kept;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::idempotency::RequestKey;

/// How often a change is decided again because the recurrence has changed meanwhile.
pub(super) const MOST_CONFLICTS: usize = 16;

/// What a charge differs in from its first payment.
#[derive(Debug, Clone)]
pub struct NewCharge {
    pub money: Money,
    pub order_number: String,
    pub description: Option<String>,
    pub eet: Option<Box<EetSums>>,
    /// The door's own record of the request.
    pub extra: String,
}

/// Why nothing was done with a recurrence.
#[derive(Debug, thiserror::Error)]
pub enum RecurrenceError {
    #[error("the payment begins no recurrence")]
    Absent,
    #[error("the first payment is not paid")]
    NotStarted,
    #[error(transparent)]
    Refused(RecurrenceRefusal),
    #[error(transparent)]
    Gateway(#[from] Error),
}

impl Gateway {
    /// Whether the merchant may ask for a charge now.
    pub async fn may_charge(&self, first: &Payment) -> Result<(), RecurrenceError> {
        let kept = self.begun(first).await?;
        Ok(kept.value.may_be_asked(self.clock.now(), &self.calendar)?)
    }

    /// A payment that is charged to the card of `first`, as soon as it is durable.
    pub async fn charge_on_demand(
        self: &Arc<Self>,
        first: &Payment,
        new: &NewCharge,
        key: Option<&RequestKey>,
    ) -> Result<Payment, RecurrenceError> {
        let _held = self.locks.hold(first.id).await.ok_or(Error::Refused(Refusal::Busy))?;
        for _ in 0..MOST_CONFLICTS {
            let mut kept = self.begun(first).await?;
            let charge = self.ids.next(self.store.as_ref()).await.map_err(Error::from)?;
            let now = self.clock.now();
            kept.value.charge_on_demand(charge, now, &self.calendar)?;
            let fee =
                self.directory().shop(first.terms.shop).map(|shop| shop.settings.fee).unwrap_or_default();
            let terms = domain::Terms {
                order_number: new.order_number.clone(),
                description: new.description.clone(),
                eet: new.eet.clone(),
                extra: new.extra.clone(),
                ..later_terms(first, new.money, fee)
            };
            match self.record_charge(first.id, &kept, open(charge, terms.into(), now), key).await {
                Ok(created) => {
                    self.charge_soon(created.id);
                    return Ok(created);
                }
                Err(CommitError::Conflict(_) | CommitError::DocumentConflict(..)) => {}
                Err(CommitError::Claimed(claim)) if claim.scope == ClaimScope::Idempotency => {
                    let key = key.ok_or_else(|| Error::Internal("a claim without a key".to_owned()))?;
                    return Ok(self.created_before(key, &claim).await?);
                }
                Err(other) => return Err(Error::from(other).into()),
            }
        }
        Err(Error::Overloaded.into())
    }

    async fn record_charge(
        &self,
        first: PaymentId,
        kept: &Kept<Recurrence>,
        before: Payment,
        key: Option<&RequestKey>,
    ) -> Result<Payment, CommitError> {
        let (now, events) = (before.created_at, [Event::Created]);
        let (after, mut change) = Self::consequences(&before, &events, now);
        self.beside(&before, &after, &events, now, &mut change).await?;
        change.payment = Some(PaymentWrite::Insert(after.clone()));
        change.claims.extend(key.map(|key| key.claim(after.id, after.version, now)));
        change.documents.push(charge_document(first, after.id, None)?);
        self.write_recurrence(first, kept, &mut change).await?;
        self.commit(change).await?;
        Ok(after)
    }

    /// Begins the charge beside the request. With too many of them under way it is left to recovery.
    fn charge_soon(self: &Arc<Self>, id: PaymentId) {
        let Ok(permit) = Arc::clone(&self.charging).try_acquire_owned() else { return };
        let gateway = Arc::clone(self);
        tokio::spawn(async move {
            let _permit = permit;
            if let Err(error) = gateway.charge_now(id).await {
                tracing::error!(payment = %id, %error, "a charge could not be made yet");
            }
        });
    }

    async fn charge_now(&self, id: PaymentId) -> Result<(), Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        let payment = self.load(id).await?;
        self.charge_on_file(payment).await.map(|_| ())
    }
}
