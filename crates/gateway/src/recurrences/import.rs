//! A recurrence that a payment from a fixture file has started (docs/fixtures.md).
//!
//! It stands where its first payment was captured, and nothing has been charged: a server that runs on the data
//! charges whatever has become due since.

use domain::{CardData, Cycle, Day, Event, Payment, RecurrenceTerms, StopReason};
use serde::Deserialize;
use store::Change;

use super::{Recurrence, document};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::vault::Holder;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecurrenceFixture {
    pub cycle: Cycle,
    #[serde(default = "one")]
    pub every: u16,
    pub until: Day,
    /// When the shop has stopped it.
    #[serde(default)]
    pub stopped_at: Option<jiff::Timestamp>,
}

const fn one() -> u16 {
    1
}

impl RecurrenceFixture {
    pub(crate) fn terms(&self) -> Result<RecurrenceTerms, String> {
        if self.every == 0 {
            return Err("a recurrence is every 1 or more".to_owned());
        }
        Ok(RecurrenceTerms { cycle: self.cycle, every: self.every, until: self.until })
    }
}

impl Gateway {
    /// Adds the recurrence, and the card it charges, to the change that imports its first payment.
    pub(crate) async fn import_recurrence(
        &self,
        fixture: &RecurrenceFixture,
        first: &Payment,
        card: &CardData,
        change: &mut Change,
    ) -> Result<(), Error> {
        let captured = change.events.iter().find(|recorded| matches!(recorded.event, Event::Captured { .. }));
        let (Some(captured), Some(terms)) = (captured, first.terms.on_file.recurrence) else { return Ok(()) };
        let mut recurrence = Recurrence::start(first.terms.shop, terms, captured.at, &self.calendar);
        if let Some(at) = fixture.stopped_at {
            // One that is over by itself is stopped already.
            let _ = recurrence.stop(StopReason::Voided, domain::Timestamp::from_millis(at.as_millisecond()));
        }
        change.documents.push(document(first.id, &recurrence, None)?);
        if recurrence.needs_card() {
            let (store, now) = (self.store.as_ref(), self.clock.now());
            change.documents.push(self.vault.keep(store, Holder::Payment(first.id), card, now).await?);
        }
        Ok(())
    }
}
