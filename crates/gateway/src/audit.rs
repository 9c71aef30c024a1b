//! Whether what is kept about cards and recurrences agrees with itself and with the payments: for the check that the
//! operator asks for.
//!
//! A server may run meanwhile, so whatever looks wrong is looked at once more, and is wrong only if it has not changed
//! since. Findings name numbers and never cards. Terminals, batches and the other doors' documents are not looked at.

use std::collections::HashSet;

use domain::{MoneyState, Payment, PaymentId, Recurrence, ShopId};
use store::{ClaimScope, Document, DocumentKind, Order};

use crate::cards::{KeptCard, token_key};
use crate::documents::{Kept, read};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::vault::{Holder, Vault};

const PAGE: u32 = 256;
/// More than this is not listed: something is wrong altogether.
const MOST_FINDINGS: usize = 100;
/// How often something that looks wrong is looked at.
const LOOKS: usize = 3;

/// What was looked at, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Audit {
    pub recurrences: u64,
    pub cards: u64,
    pub sealed: u64,
    pub findings: Vec<String>,
}

type Finding = Option<String>;

impl Gateway {
    /// Looks at every recurrence, every stored card and everything that is sealed.
    pub async fn audit(&self) -> Result<Audit, Error> {
        let mut audit = Audit::default();
        let shops: Vec<ShopId> = self.directory().shops().map(|shop| shop.id).collect();
        for shop in shops {
            audit.recurrences +=
                self.look_at(DocumentKind::Recurrence, shop.get(), &mut audit.findings).await?;
            audit.cards += self.look_at(DocumentKind::StoredCard, shop.get(), &mut audit.findings).await?;
        }
        audit.sealed = self.look_at(DocumentKind::VaultCard, Vault::PARENT, &mut audit.findings).await?;
        Ok(audit)
    }

    async fn look_at(
        &self,
        kind: DocumentKind,
        parent: i64,
        findings: &mut Vec<String>,
    ) -> Result<u64, Error> {
        let (mut seen, mut after) = (0, None);
        loop {
            let page = self.store.documents_of(kind, parent, after, Order::OldestFirst, PAGE).await?;
            let Some(last) = page.last() else { return Ok(seen) };
            after = Some(last.id);
            for document in page {
                seen += 1;
                let finding = self.look_again(document).await?;
                findings.extend(finding.filter(|_| findings.len() < MOST_FINDINGS));
            }
        }
    }

    /// What is wrong with a document, unless it changes while it is looked at.
    async fn look_again(&self, mut document: Document) -> Result<Finding, Error> {
        for _ in 0..LOOKS {
            let finding = match document.kind {
                DocumentKind::Recurrence => self.wrong_recurrence(&document).await,
                DocumentKind::StoredCard => self.wrong_card(&document).await,
                _ => self.wrong_entry(&document).await,
            };
            let Some(finding) = finding? else { return Ok(None) };
            match self.store.document(document.kind, document.id).await? {
                None => return Ok(None),
                Some(now) if now.version == document.version => return Ok(Some(finding)),
                Some(now) => document = now,
            }
        }
        Ok(None)
    }

    async fn wrong_recurrence(&self, document: &Document) -> Result<Finding, Error> {
        let Ok(Kept { value: recurrence, .. }) = read::<Recurrence>(document) else {
            return Ok(unreadable("recurrence", document));
        };
        let (first, says) = (PaymentId::new(document.id), |what: &str| {
            Ok(Some(format!("recurrence {}: {what}", document.id)))
        });
        let Some(payment) = self.payment(first).await? else { return says("its first payment is missing") };
        if payment.money != MoneyState::Captured || payment.terms.on_file.recurrence.is_none() {
            return says("its first payment has not begun it");
        }
        let kept = Vault::holds(self.store.as_ref(), Holder::Payment(first)).await?;
        if kept != recurrence.needs_card() {
            return says(if kept { "a card is kept for nothing" } else { "its card is missing" });
        }
        let mut paid: HashSet<u32> = HashSet::new();
        let Ok(charges) = self.later_charges(first).await else { return says("its charges cannot be read") };
        for charge in charges {
            let Some(payment) = self.payment(charge.payment).await? else {
                return says(&format!("its charge {} is missing", charge.payment));
            };
            if payment.terms.on_file.parent != Some(first) {
                return says(&format!("{} is no charge of it", charge.payment));
            }
            let captured = payment.money == MoneyState::Captured;
            if let Some(period) = charge.period.filter(|_| captured)
                && !paid.insert(period)
            {
                return says(&format!("period {period} was charged twice"));
            }
            if payment.is_open() != recurrence.running.contains(&charge.payment) {
                return says(&format!("whether {} is under way is not agreed", charge.payment));
            }
        }
        Ok(None)
    }

    async fn wrong_card(&self, document: &Document) -> Result<Finding, Error> {
        let Ok(Kept { value: card, .. }) = read::<KeptCard>(document) else {
            return Ok(unreadable("card", document));
        };
        let kept = Vault::holds(self.store.as_ref(), Holder::Card(document.id)).await?;
        if kept && card.deleted_at.is_some() {
            return Ok(Some(format!("card {}: it was deleted, and is still kept", document.id)));
        }
        let Some(fingerprint) = card.card.fingerprint.filter(|_| card.deleted_at.is_none()) else {
            return Ok(None);
        };
        let claim = self.store.claim(ClaimScope::CardToken, &token_key(card.shop, &fingerprint)).await?;
        let own = claim.is_some_and(|claim| claim.owner.get() == document.id);
        Ok((!own).then(|| format!("card {}: its e-shop would not find it again", document.id)))
    }

    async fn wrong_entry(&self, document: &Document) -> Result<Finding, Error> {
        let (store, id) = (self.store.as_ref(), document.id);
        if !self.vault.opens(store, document).await? {
            return Ok(Some(format!("entry {id} of the vault does not open")));
        }
        let needed = if id < 0 {
            store.document(DocumentKind::StoredCard, id.saturating_neg()).await?.is_some()
        } else {
            let payment = self.payment(PaymentId::new(id)).await?;
            // One that cannot be read has been found where it was looked at itself.
            let Ok(recurrence) = self.recurrence(PaymentId::new(id)).await else { return Ok(None) };
            payment.is_some_and(|payment| is_needed(&payment, recurrence.as_ref()))
        };
        Ok((!needed).then(|| format!("entry {id} of the vault is kept for nothing")))
    }
}

fn unreadable(what: &str, document: &Document) -> Finding {
    Some(format!("{what} {} cannot be read", document.id))
}

/// A card is needed while it is tried, while what it has authorised may begin a recurrence, and as long as that goes on.
fn is_needed(payment: &Payment, recurrence: Option<&Recurrence>) -> bool {
    let on_file = &payment.terms.on_file;
    match payment.money {
        MoneyState::Open => on_file.needs_card() && payment.pending.is_some(),
        MoneyState::Authorized => on_file.recurrence.is_some(),
        MoneyState::Captured => recurrence.is_some_and(Recurrence::needs_card),
        MoneyState::Closed(_) => false,
    }
}
