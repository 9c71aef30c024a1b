//! Payments that follow a first one by themselves, or when the merchant asks (gopay.md §6.5, §6.6, §7).
//!
//! A recurrence is a document with the number of its first payment, started in the commit that captures that payment. A
//! charge is a payment of its own. Its intent, the recurrence's next version, and the claim on the period are one
//! commit, so two nodes or a crash never charge a period twice; its outcome and what follows for the
//! recurrence are another. In between, recovery finds out, as for every payment.
//!
//! | what | kind | id | parent |
//! |---|---|---|---|
//! | recurrence | `Recurrence` | the first payment | the shop |
//! | charge | `Charge` | the charge's payment | the first payment |
//! | card | `VaultCard` | the first payment | – |
//!
//! Deliberately absent: when something is due, which is pure ([`calendar`], `domain::Recurrence`).

mod calendar;
mod import;
mod on_demand;
mod run;

use domain::{
    CaptureMode, Event, Money, MoneyState, OnFile, OtherMethods, Payment, PaymentId, Recurrence,
    RecurrenceRefusal, RecurrenceTerms, StopReason, Terms, Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use store::{Change, Claim, ClaimScope, CommitError, DocumentKind, DocumentWrite, Order, StoreError};

pub use calendar::{LocalCalendar, civil};
pub use import::RecurrenceFixture;
pub use on_demand::{NewCharge, RecurrenceError};

use crate::cards::claim;
use crate::documents::{Kept, read, write};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::vault::{Holder, Vault};

/// How many charges are listed at most.
const MOST_LISTED: u32 = 1_000;

/// Where the recurrence of a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The first payment is not paid yet.
    Requested,
    Started,
    Stopped,
}

/// A charge of a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaterCharge {
    pub payment: PaymentId,
    /// Which period it is for; absent for a charge on demand.
    pub period: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptCharge {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<u32>,
}

impl Gateway {
    /// Where the recurrence is that a payment begins; nothing for other payments.
    pub async fn standing(&self, payment: &Payment) -> Result<Option<Standing>, Error> {
        if payment.terms.on_file.recurrence.is_none() {
            return Ok(None);
        }
        Ok(Some(match payment.money {
            MoneyState::Open | MoneyState::Authorized => Standing::Requested,
            MoneyState::Closed(_) => Standing::Stopped,
            MoneyState::Captured => match self.recurrence(payment.id).await? {
                Some(recurrence) if recurrence.stopped.is_none() => Standing::Started,
                Some(_) | None => Standing::Stopped,
            },
        }))
    }

    /// The recurrence that a payment has started.
    pub async fn recurrence(&self, first: PaymentId) -> Result<Option<Recurrence>, Error> {
        Ok(self.kept_recurrence(first).await?.map(|kept| kept.value))
    }

    /// Its charges, newest first; no more than a thousand.
    pub async fn later_charges(&self, first: PaymentId) -> Result<Vec<LaterCharge>, Error> {
        let (kind, order) = (DocumentKind::Charge, Order::NewestFirst);
        let found = self.store.documents_of(kind, first.get(), None, order, MOST_LISTED).await?;
        let charge = |document| {
            let kept: Kept<KeptCharge> = read(document)?;
            Ok(LaterCharge { payment: PaymentId::new(document.id), period: kept.value.period })
        };
        found.iter().map(charge).collect()
    }

    /// Charges nothing from now on.
    pub async fn stop_recurrence(&self, first: &Payment) -> Result<(), RecurrenceError> {
        for _ in 0..on_demand::MOST_CONFLICTS {
            let mut kept = self.begun(first).await?;
            let now = self.clock.now();
            kept.value.stop(StopReason::Voided, now)?;
            let mut change = Change::default();
            self.write_recurrence(first.id, &kept, &mut change).await.map_err(Error::from)?;
            match self.commit(change).await {
                Ok(()) => return Ok(()),
                Err(CommitError::DocumentConflict(..)) => {}
                Err(other) => return Err(Error::from(other).into()),
            }
        }
        Err(Error::Overloaded.into())
    }

    /// The recurrence of a payment, or why there is none to speak of.
    async fn begun(&self, first: &Payment) -> Result<Kept<Recurrence>, RecurrenceError> {
        if first.terms.on_file.recurrence.is_none() {
            return Err(RecurrenceError::Absent);
        }
        let kept = self.kept_recurrence(first.id).await.map_err(Error::from)?;
        kept.ok_or(RecurrenceError::NotStarted)
    }

    async fn kept_recurrence(&self, first: PaymentId) -> Result<Option<Kept<Recurrence>>, StoreError> {
        self.store
            .document(DocumentKind::Recurrence, first.get())
            .await?
            .map(|found| read(&found))
            .transpose()
    }

    /// Adds the next version of a recurrence to a change. The card is wiped with the last need for it.
    async fn write_recurrence(
        &self,
        first: PaymentId,
        kept: &Kept<Recurrence>,
        change: &mut Change,
    ) -> Result<(), StoreError> {
        change.documents.push(document(first, &kept.value, kept.version)?);
        if !kept.value.needs_card() {
            change.documents.extend(Vault::wipe(self.store.as_ref(), Holder::Payment(first)).await?);
        }
        Ok(())
    }

    /// The write that starts the recurrence of a payment which has just been captured.
    pub(crate) fn started(
        &self,
        first: &Payment,
        terms: RecurrenceTerms,
        at: Timestamp,
    ) -> Result<DocumentWrite, StoreError> {
        let recurrence = Recurrence::start(first.terms.shop, terms, at, &self.calendar);
        document(first.id, &recurrence, None)
    }

    /// What follows for the recurrence when one of its charges is paid or refused. A refused period may be
    /// claimed again.
    pub(crate) async fn beside_a_later_charge(
        &self,
        after: &Payment,
        events: &[Event],
        at: Timestamp,
        change: &mut Change,
    ) -> Result<(), CommitError> {
        let Some(first) = after.terms.on_file.parent else { return Ok(()) };
        let paid = events.iter().find_map(|event| match event {
            Event::Captured { .. } => Some(true),
            Event::Closed { .. } => Some(false),
            _ => None,
        });
        let Some(paid) = paid else { return Ok(()) };
        let Some(mut kept) = self.kept_recurrence(first).await? else { return Ok(()) };
        if !kept.value.running.contains(&after.id) {
            return Ok(());
        }
        if !paid && !kept.value.is_on_demand() {
            change.released.push((ClaimScope::RecurrencePeriod, period_key(first, kept.value.period)));
        }
        kept.value.conclude(after.id, paid, at, &self.calendar);
        self.write_recurrence(first, &kept, change).await?;
        Ok(())
    }
}

impl From<RecurrenceRefusal> for RecurrenceError {
    fn from(refusal: RecurrenceRefusal) -> Self {
        Self::Refused(refusal)
    }
}

fn document(
    first: PaymentId,
    recurrence: &Recurrence,
    seen: Option<Version>,
) -> Result<DocumentWrite, StoreError> {
    let (kind, shop) = (DocumentKind::Recurrence, recurrence.shop.get());
    write(kind, first.get(), shop, recurrence.next_at, seen, recurrence)
}

fn charge_document(
    first: PaymentId,
    charge: PaymentId,
    period: Option<u32>,
) -> Result<DocumentWrite, StoreError> {
    write(DocumentKind::Charge, charge.get(), first.get(), None, None, &KeptCharge { period })
}

fn period_key(first: PaymentId, period: u32) -> Vec<u8> {
    [first.get().to_be_bytes().as_slice(), &period.to_be_bytes()].concat()
}

fn period_claim(first: PaymentId, period: u32, charge: PaymentId, at: Timestamp) -> Claim {
    claim(ClaimScope::RecurrencePeriod, period_key(first, period), charge.get(), at)
}

/// A charge has the terms of its first payment, as far as nothing else is said, and nobody who could pay it otherwise.
fn later_terms(first: &Payment, money: Money, fee: domain::FeeSchedule) -> Terms {
    Terms {
        amount: money,
        capture: CaptureMode::Automatic,
        card_allowed: false,
        other_methods: OtherMethods::None,
        preselected: None,
        fee,
        on_file: OnFile { parent: Some(first.id), ..OnFile::default() },
        ..Terms::clone(&first.terms)
    }
}
