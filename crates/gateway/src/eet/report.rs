//! Reporting what is due.

use std::collections::HashSet;

use domain::Receipt;
use metrics::counter;
use store::{Change, CommitError, Document, DocumentKind};

use crate::documents::{read, write};
use crate::error::Error;
use crate::gateway::Gateway;

/// How many receipts are looked at in one go.
const ROUND: u32 = 256;

impl Gateway {
    /// Reports all receipts that are due now, and returns how many were tried.
    pub async fn run_due_receipts(&self) -> Result<u64, Error> {
        let (mut tried, mut failed) = (0, HashSet::new());
        loop {
            let limit = ROUND.saturating_add(u32::try_from(failed.len()).unwrap_or(u32::MAX));
            let mut due = self.store.due_documents(DocumentKind::Receipt, self.clock.now(), limit).await?;
            due.retain(|document| !failed.contains(&document.id));
            if due.is_empty() {
                return Ok(tried);
            }
            for document in due {
                match self.report(&document).await {
                    Ok(()) => tried += 1,
                    Err(error) => {
                        tracing::error!(receipt = document.id, %error, "a receipt could not be reported");
                        failed.insert(document.id);
                    }
                }
            }
        }
    }

    async fn report(&self, document: &Document) -> Result<(), Error> {
        let mut kept = read::<Receipt>(document)?;
        let receipt = &mut kept.value;
        let shop = self.directory().shop(receipt.shop).cloned();
        let shop = shop.ok_or_else(|| Error::Internal("a receipt of no shop".to_owned()))?;
        if !self.sign(&shop, receipt).await? {
            return Err(Error::Internal(format!("shop {} has no key to sign with", shop.id)));
        }
        let reported = self.eet.report(receipt);
        receipt.record(reported, self.clock.now());
        let (kind, id, parent) = (document.kind, document.id, document.parent);
        let next = write(kind, id, parent, receipt.next_at, kept.version, &kept.value)?;
        counter!("polytill_receipts_reported_total").increment(1);
        match self.store.commit(Change { documents: vec![next], ..Change::default() }).await {
            // Another node was faster, with the same message.
            Ok(()) | Err(CommitError::DocumentConflict(..)) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }
}
