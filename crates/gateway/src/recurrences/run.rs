//! Charging what is due, and what was left half done.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{
    CancelledBy, Command, Event, Payment, PaymentId, Recurrence, Refusal, Span, StopReason, decide, evolve,
    open,
};
use metrics::counter;
use store::{Change, CommitError, DocumentKind, PaymentWrite};
use tokio::task::JoinSet;

use super::{charge_document, later_terms, period_claim};
use crate::documents::Kept;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::{Done, MOST_TAKEN_IDS};
use crate::vault::Holder;

/// How many due recurrences are looked at in one go, and how many of them side by side.
const ROUND: u32 = 256;
const SIDE_BY_SIDE: usize = 32;
/// When a shop that takes no payments is looked at again.
const LATER: Span = Span::from_days(1);

impl Gateway {
    /// Charges everything that is due now, one period of a recurrence after the other; returns how many charges there
    /// were. One that fails does not keep the others waiting.
    pub async fn run_due_recurrences(self: &Arc<Self>) -> Result<u64, Error> {
        self.run_recurrences_unless(|| false).await
    }

    /// The same until told to halt: what is under way comes to its end, and the rest stays due.
    pub(crate) async fn run_recurrences_unless(
        self: &Arc<Self>,
        halted: impl Fn() -> bool,
    ) -> Result<u64, Error> {
        let mut charged = 0;
        let mut failed: HashSet<i64> = HashSet::new();
        loop {
            let limit = ROUND.saturating_add(u32::try_from(failed.len()).unwrap_or(u32::MAX));
            let kind = DocumentKind::Recurrence;
            let mut due = self.store.due_documents(kind, self.clock.now(), limit).await?;
            due.retain(|document| !failed.contains(&document.id));
            if due.is_empty() || halted() {
                return Ok(charged);
            }
            let mut charging = JoinSet::new();
            for document in due {
                if halted() {
                    break;
                }
                if charging.len() >= SIDE_BY_SIDE {
                    note(charging.join_next().await, &mut charged, &mut failed);
                }
                let gateway = Arc::clone(self);
                charging.spawn(async move {
                    // A task of its own: its panic is told here and ends nothing else.
                    let first = PaymentId::new(document.id);
                    let result = tokio::spawn(async move { gateway.charge_due(first).await }).await;
                    (document.id, result.unwrap_or_else(|_| Err(Error::Internal("a panic".to_owned()))))
                });
            }
            while let Some(ended) = charging.join_next().await {
                note(Some(ended), &mut charged, &mut failed);
            }
        }
    }

    /// Charges the period that is due, if it still is. True when something was charged.
    async fn charge_due(&self, first: PaymentId) -> Result<bool, Error> {
        let _held = self.locks.hold(first).await.ok_or(Refusal::Busy)?;
        for _ in 0..MOST_TAKEN_IDS {
            let Some(mut kept) = self.kept_recurrence(first).await? else { return Ok(false) };
            let now = self.clock.now();
            if kept.value.next_at.is_none_or(|next| next > now) {
                return Ok(false);
            }
            let payment = self.load(first).await?;
            let shop = self.directory().shop(payment.terms.shop).cloned();
            let Some(shop) = shop.filter(|shop| shop.active) else {
                kept.value.next_at = Some(now.plus(LATER));
                return self.settle_recurrence(first, &kept).await;
            };
            if kept.value.is_over(now, &self.calendar) {
                return self.end(first, kept, StopReason::Ended).await;
            }
            let Some(card) = self.vault.open(self.store.as_ref(), Holder::Payment(first)).await? else {
                return self.end(first, kept, StopReason::NoCard).await;
            };
            let charge = self.ids.next(self.store.as_ref()).await?;
            let period = kept.value.period;
            if kept.value.charge(charge, now).is_err() {
                return Ok(false);
            }
            let terms = later_terms(&payment, payment.amount(), shop.settings.fee);
            let before = open(charge, terms.into(), now);
            let created = evolve(before.clone(), &Event::Created, now);
            let mut events = vec![Event::Created];
            events.extend(decide(&created, Command::Charge(self.summary(&card)), now)?);
            let (after, mut change) = Self::consequences(&before, &events, now);
            self.beside(&before, &after, &events, now, &mut change).await?;
            change.payment = Some(PaymentWrite::Insert(after.clone()));
            change.claims.push(period_claim(first, period, charge, now));
            change.documents.push(charge_document(first, charge, Some(period))?);
            self.write_recurrence(first, &kept, &mut change).await?;
            match self.commit(change).await {
                Ok(()) => {
                    counter!("polytill_recurrence_charges_total").increment(1);
                    self.ask_for(after, &card).await?;
                    return Ok(true);
                }
                // An imported payment has this number.
                Err(CommitError::Conflict(_)) => {}
                // Another node was faster.
                Err(CommitError::DocumentConflict(..) | CommitError::Claimed(_)) => return Ok(false),
                Err(other) => return Err(other.into()),
            }
        }
        Err(Error::Internal("no free payment id was found".to_owned()))
    }

    async fn end(
        &self,
        first: PaymentId,
        mut kept: Kept<Recurrence>,
        why: StopReason,
    ) -> Result<bool, Error> {
        tracing::info!(payment = %first, ?why, "a recurrence has ended");
        // What has stopped already is not due.
        let _ = kept.value.stop(why, self.clock.now());
        self.settle_recurrence(first, &kept).await
    }

    async fn settle_recurrence(&self, first: PaymentId, kept: &Kept<Recurrence>) -> Result<bool, Error> {
        let mut change = Change::default();
        self.write_recurrence(first, kept, &mut change).await?;
        match self.commit(change).await {
            Ok(()) | Err(CommitError::DocumentConflict(..)) => Ok(false),
            Err(other) => Err(other.into()),
        }
    }

    /// Charges an open payment that nobody is there to pay: one that was just asked for, or one whose authorisation
    /// was never made. The caller holds its lock.
    pub(crate) async fn charge_on_file(&self, charge: Payment) -> Result<Option<Done>, Error> {
        let Some(first) = charge.terms.on_file.parent else { return Ok(None) };
        if !charge.is_open() || charge.pending.is_some() {
            return Ok(None);
        }
        let Some(card) = self.vault.open(self.store.as_ref(), Holder::Payment(first)).await? else {
            self.change_once(charge, Command::Cancel(CancelledBy::Merchant)).await?;
            return Ok(None);
        };
        let intent = Command::Charge(self.summary(&card));
        self.authorise_by(charge, &card, intent).await.map(Some)
    }
}

type Ended = Result<(i64, Result<bool, Error>), tokio::task::JoinError>;

fn note(ended: Option<Ended>, charged: &mut u64, failed: &mut HashSet<i64>) {
    match ended {
        Some(Ok((_, Ok(done)))) => *charged += u64::from(done),
        Some(Ok((first, Err(error)))) => {
            tracing::error!(payment = first, %error, "a due recurrence could not be charged");
            counter!("polytill_due_recurrences_failed_total").increment(1);
            failed.insert(first);
        }
        Some(Err(_)) | None => {}
    }
}
