//! Cards that a shop has a token for (gopay.md §6.11, §6.14).
//!
//! A card is one stored card within a shop, whatever it paid for: the claim `CardToken` on shop and fingerprint sees
//! to that, also between nodes. Its token is derived from its number, like the address of a payment's page, and is good for
//! that shop alone. A card is kept from the moment its payment is authorised; until then what is sealed belongs to the
//! payment, and is wiped when nothing comes of it. A deleted card keeps what may be shown of it and loses the rest.

mod import;
mod pay;

use domain::{
    CardData, CardSummary, ClientId, Event, OnlyCard, Payment, PaymentId, ShopId, Timestamp, Version,
};
use serde::{Deserialize, Serialize};
use store::{Change, Claim, ClaimScope, CommitError, DocumentKind, DocumentWrite, StoreError};

pub use import::CardFixture;

use crate::documents::{Kept, read, write};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::vault::{Holder, Vault};

/// How often a deletion is tried again because the card has changed meanwhile.
const MOST_CONFLICTS: usize = 8;

/// A stored card as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct KeptCard {
    pub(crate) shop: ShopId,
    pub(crate) card: CardSummary,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deleted_at: Option<Timestamp>,
    /// Of an imported card, whose token was made elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<String>,
}

/// A stored card as a shop may see it.
#[derive(Debug, Clone)]
pub struct StoredCard {
    pub id: i64,
    pub card: CardSummary,
    /// Absent for a deleted card.
    pub token: Option<String>,
}

/// What a shop's token stands for.
#[derive(Debug, Clone)]
pub enum TokenMeaning {
    /// The one card that may pay.
    Card(OnlyCard),
    /// A card that was deleted.
    Deleted,
    Nothing,
}

impl KeptCard {
    pub(crate) fn write(&self, id: i64, seen: Option<Version>) -> Result<DocumentWrite, StoreError> {
        write(DocumentKind::StoredCard, id, self.shop.get(), None, seen, self)
    }
}

impl KeptCard {
    fn alone(self, id: i64) -> OnlyCard {
        let CardSummary { first_six, last_four, fingerprint, .. } = self.card;
        OnlyCard { card: id, first_six, last_four, fingerprint }
    }
}

/// The claim that makes a card one card within a shop.
pub(crate) fn token_key(shop: ShopId, fingerprint: &str) -> Vec<u8> {
    [&shop.get().to_be_bytes(), fingerprint.as_bytes()].concat()
}

pub(crate) fn token_claim(shop: ShopId, fingerprint: &str, card: i64, at: Timestamp) -> Claim {
    claim(ClaimScope::CardToken, token_key(shop, fingerprint), card, at)
}

pub(crate) fn claim(scope: ClaimScope, key: Vec<u8>, owner: i64, at: Timestamp) -> Claim {
    Claim { scope, key, owner: PaymentId::new(owner), version: Version::default(), fingerprint: vec![], at }
}

impl Gateway {
    /// A stored card of one of the client's shops.
    pub async fn stored_card(&self, client: ClientId, id: i64) -> Result<StoredCard, Error> {
        let kept = self.kept_card(id).await?.ok_or(Error::NotFound)?;
        self.directory().shop_of(client, kept.value.shop).ok_or(Error::NotFound)?;
        Ok(self.shown(id, kept.value))
    }

    /// Deletes a card: its token is good for nothing any more, and what was sealed for it is gone. A recurrence that
    /// charges the same card has it from its own payment. Deleting twice is as good as once.
    pub async fn delete_card(&self, client: ClientId, id: i64) -> Result<(), Error> {
        for _ in 0..MOST_CONFLICTS {
            let Kept { mut value, version } = self.kept_card(id).await?.ok_or(Error::NotFound)?;
            self.directory().shop_of(client, value.shop).ok_or(Error::NotFound)?;
            if value.deleted_at.is_some() {
                return Ok(());
            }
            value.deleted_at = Some(self.clock.now());
            let mut change = Change { documents: vec![value.write(id, version)?], ..Change::default() };
            change.documents.extend(Vault::wipe(self.store.as_ref(), Holder::Card(id)).await?);
            let key = value.card.fingerprint.as_deref().map(|fingerprint| token_key(value.shop, fingerprint));
            change.released.extend(key.map(|key| (ClaimScope::CardToken, key)));
            match self.commit(change).await {
                Ok(()) => return Ok(()),
                Err(CommitError::DocumentConflict(..)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(Error::Overloaded)
    }

    /// What a token of this shop stands for.
    pub async fn card_behind(&self, shop: ShopId, token: &str) -> Result<TokenMeaning, Error> {
        let id = match self.tokens.card(token) {
            Some(id) => Some(id),
            None => {
                let named = self.store.claim(ClaimScope::Name, &self.token_name(token)).await?;
                named.map(|claim| claim.owner.get())
            }
        };
        let Some(id) = id else { return Ok(TokenMeaning::Nothing) };
        let kept = self.kept_card(id).await?.map(|kept| kept.value).filter(|kept| kept.shop == shop);
        Ok(match kept {
            None => TokenMeaning::Nothing,
            Some(kept) if kept.deleted_at.is_some() => TokenMeaning::Deleted,
            Some(kept) => TokenMeaning::Card(kept.alone(id)),
        })
    }

    /// A stored card of this shop, whether deleted or not, as the only one that may pay.
    pub(crate) async fn only_card(&self, shop: ShopId, id: i64) -> Result<Option<OnlyCard>, Error> {
        let kept = self.kept_card(id).await?.map(|kept| kept.value).filter(|kept| kept.shop == shop);
        Ok(kept.map(|kept| kept.alone(id)))
    }

    /// The stored card that a payment was paid with, for a shop that was promised to be told.
    pub async fn card_of(&self, payment: &Payment) -> Result<Option<StoredCard>, Error> {
        let on_file = &payment.terms.on_file;
        let Some(card) =
            payment.card.as_ref().filter(|_| on_file.tells_card() && payment.authorized.is_positive())
        else {
            return Ok(None);
        };
        let id = match (&on_file.only, &card.fingerprint) {
            (Some(only), _) => Some(only.card),
            (None, Some(fingerprint)) => self.card_like(payment.terms.shop, fingerprint).await?,
            (None, None) => None,
        };
        let Some(id) = id else { return Ok(None) };
        Ok(self.kept_card(id).await?.map(|kept| self.shown(id, kept.value)))
    }

    async fn card_like(&self, shop: ShopId, fingerprint: &str) -> Result<Option<i64>, StoreError> {
        let claim = self.store.claim(ClaimScope::CardToken, &token_key(shop, fingerprint)).await?;
        Ok(claim.map(|claim| claim.owner.get()))
    }

    async fn kept_card(&self, id: i64) -> Result<Option<Kept<KeptCard>>, StoreError> {
        self.store.document(DocumentKind::StoredCard, id).await?.map(|found| read(&found)).transpose()
    }

    fn shown(&self, id: i64, kept: KeptCard) -> StoredCard {
        let token = kept.token.unwrap_or_else(|| self.tokens.card_token(id));
        StoredCard { id, card: kept.card, token: Some(token).filter(|_| kept.deleted_at.is_none()) }
    }

    /// Under which name an imported token is known; the token itself is no key of any index.
    pub(crate) fn token_name(&self, token: &str) -> Vec<u8> {
        self.fingerprints.mac(&[b"card token\0", token.as_bytes()]).to_vec()
    }

    /// What has to be written with the intent to authorise, so that a card which has paid can be kept.
    pub(crate) async fn kept_while_asking(
        &self,
        payment: &Payment,
        card: &CardData,
    ) -> Result<Vec<DocumentWrite>, Error> {
        if !payment.terms.on_file.needs_card() {
            return Ok(vec![]);
        }
        let holder = Holder::Payment(payment.id);
        Ok(vec![self.vault.keep(self.store.as_ref(), holder, card, self.clock.now()).await?])
    }

    /// What follows for a card that a payment has to keep: a stored card, a recurrence, or nothing of it any more.
    pub(crate) async fn beside_a_card_on_file(
        &self,
        after: &Payment,
        events: &[Event],
        at: Timestamp,
        change: &mut Change,
    ) -> Result<(), CommitError> {
        let on_file = &after.terms.on_file;
        if !on_file.needs_card() {
            return Ok(());
        }
        let mut needed = true;
        for event in events {
            match event {
                Event::Declined { .. } | Event::AuthorisationNotMade | Event::Closed { .. } => needed = false,
                Event::Authorised { .. } => {
                    if on_file.keep {
                        self.store_card(after, at, change).await?;
                    }
                    needed = on_file.recurrence.is_some();
                }
                Event::Captured { .. } => {
                    if let Some(terms) = on_file.recurrence {
                        change.documents.push(self.started(after, terms, at)?);
                    }
                }
                _ => {}
            }
        }
        if !needed {
            change.documents.extend(Vault::wipe(self.store.as_ref(), Holder::Payment(after.id)).await?);
        }
        Ok(())
    }

    /// Makes the card that paid a stored card, or brings the stored one up to date. A card that was not typed, or does
    /// not open any more, is not stored; that is no reason to lose the payment.
    async fn store_card(
        &self,
        after: &Payment,
        at: Timestamp,
        change: &mut Change,
    ) -> Result<(), CommitError> {
        let store = self.store.as_ref();
        let Some(summary) = after.card.as_ref() else { return Ok(()) };
        let Some(fingerprint) = summary.fingerprint.as_deref() else { return Ok(()) };
        let found =
            self.vault.open(store, Holder::Payment(after.id)).await.map_err(|error| in_the_vault(&error))?;
        let Some(data) = found else { return Ok(()) };
        let shop = after.terms.shop;
        let (id, seen) = if let Some(id) = self.card_like(shop, fingerprint).await? {
            let kept = self.kept_card(id).await?;
            (id, kept.map(|kept| (kept.version, kept.value.token)))
        } else {
            let id = self.ids.next(store).await?.get();
            change.claims.push(token_claim(shop, fingerprint, id, at));
            (id, None)
        };
        let (version, token) = seen.unwrap_or_default();
        let kept = KeptCard { shop, card: summary.clone(), deleted_at: None, token };
        change.documents.push(kept.write(id, version)?);
        let sealed = self.vault.keep(store, Holder::Card(id), &data, at).await;
        change.documents.push(sealed.map_err(|error| in_the_vault(&error))?);
        Ok(())
    }
}

/// For those who can only say what is wrong with the store.
fn in_the_vault(error: &Error) -> StoreError {
    StoreError::Corrupt { place: "the vault", cause: error.to_string() }
}
