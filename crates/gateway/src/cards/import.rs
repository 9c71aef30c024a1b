//! Stored cards from a fixture file (docs/fixtures.md): what may be shown of a card, and the token its shop has for it.
//!
//! The number is never part of a file, so an imported card has nothing in the vault and no fingerprint. Its token binds a
//! payment to a card that looks the same, and the payer types it.

use std::fmt;

use domain::{CardSummary, Expiry, ShopId, Version};
use serde::Deserialize;
use store::{Change, ClaimScope, CommitError};

use super::{KeptCard, claim};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::import::ImportError;

const LONGEST_TOKEN: usize = 512;

/// A stored card: never its number, only what may be shown of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFixture {
    pub id: i64,
    pub shop: ShopId,
    /// First six, six stars, last four.
    pub masked: String,
    pub expiry: Expiry,
    pub brand: String,
    pub country: String,
    pub bank: String,
    pub token: String,
    pub deleted: bool,
}

impl fmt::Debug for CardFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardFixture({})", self.id)
    }
}

impl CardFixture {
    fn summary(&self) -> Option<CardSummary> {
        let (first_six, last_four) = self.masked.split_once("******")?;
        let digits =
            |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits(first_six, 6) && digits(last_four, 4)).then(|| CardSummary {
            first_six: first_six.to_owned(),
            last_four: last_four.to_owned(),
            expiry: self.expiry,
            brand: self.brand.clone(),
            country: self.country.clone(),
            bank: self.bank.clone(),
            fingerprint: None,
        })
    }
}

impl Gateway {
    /// Makes the card of a file a stored card, or brings the stored one up to date.
    pub(crate) async fn import_card(&self, fixture: &CardFixture) -> Result<(), ImportError> {
        let refused = |why: &str| ImportError::Record(format!("card {}: {why}", fixture.id));
        let card = fixture.summary().ok_or_else(|| refused("masked is first six, six stars, last four"))?;
        if fixture.id <= 0 || fixture.token.is_empty() || fixture.token.len() > LONGEST_TOKEN {
            return Err(refused("its id is not positive, or its token empty or far too long"));
        }
        let before = self.kept_card(fixture.id).await.map_err(Error::from)?;
        let before = before.map(|kept| (kept.version, kept.value));
        if before
            .as_ref()
            .is_some_and(|(_, kept)| kept.shop != fixture.shop || kept.card.fingerprint.is_some())
        {
            return Err(refused("there is another card of this number"));
        }
        let now = self.clock.now();
        let name = self.token_name(&fixture.token);
        let owner = self.store.claim(ClaimScope::Name, &name).await.map_err(Error::from)?;
        if owner.as_ref().is_some_and(|claim| claim.owner.get() != fixture.id) {
            return Err(refused("its token is that of another card"));
        }
        let mut change = Change::default();
        if owner.is_none() {
            change.claims.push(claim(ClaimScope::Name, name.clone(), fixture.id, now));
        }
        let old = before.as_ref().and_then(|(_, kept)| kept.token.as_deref()).map(|old| self.token_name(old));
        change.released.extend(old.filter(|old| *old != name).map(|old| (ClaimScope::Name, old)));
        let deleted_before = before.as_ref().and_then(|(_, kept)| kept.deleted_at);
        let deleted_at = fixture.deleted.then(|| deleted_before.unwrap_or(now));
        let kept = KeptCard { shop: fixture.shop, card, deleted_at, token: Some(fixture.token.clone()) };
        let seen: Option<Version> = before.and_then(|(version, _)| version);
        change.documents.push(kept.write(fixture.id, seen).map_err(Error::from)?);
        match self.store.commit(change).await {
            Ok(()) => Ok(()),
            Err(CommitError::DocumentConflict(..) | CommitError::Claimed(_)) => {
                Err(refused("it was changed meanwhile"))
            }
            Err(other) => Err(Error::from(other).into()),
        }
    }
}
