//! Points of sale come and go; what one is made from stays with its terminal (mobilepay.md §6.3, §8.2).

use std::sync::Arc;

use domain::{BeaconId, Guid, MobilePayTerminal};
use store::{Change, ClaimScope, CommitError, DocumentKind, Order};

use super::book::{self, PointOfSale};
use super::{MOST_CONFLICTS, PosError};
use crate::documents::{self, Kept};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::guids::GuidOf;

/// How many points of sale of a merchant are read at a time, how often, and how many former ones of a terminal are remembered.
const PAGE: u32 = 500;
const MOST_PAGES: usize = 100;
const MOST_FORMER: usize = 100;

impl Gateway {
    /// The terminal's point of sale.
    pub async fn point_of_sale_of(&self, terminal: &MobilePayTerminal) -> Result<PointOfSale, PosError> {
        let holder = book::holder(self.store.as_ref(), book::terminal_key(terminal.id)).await?;
        let kept = self.kept_pos(holder.ok_or(PosError::NoPos)?).await?;
        kept.map(|kept| kept.value).filter(|pos| pos.active).ok_or(PosError::NoPos)
    }

    /// The merchant's point of sale with this GUID, while it is active. Somebody else's is none.
    pub async fn point_of_sale(&self, merchant: i64, guid: Guid) -> Result<PointOfSale, PosError> {
        let found = self.point_of_sale_once(merchant, guid).await?;
        if found.active { Ok(found) } else { Err(PosError::PosUnknown) }
    }

    /// The same also when it is not active any more: for finding what was paid there.
    pub async fn point_of_sale_once(&self, merchant: i64, guid: Guid) -> Result<PointOfSale, PosError> {
        let id = self.guids.number(GuidOf::PointOfSale, guid).ok_or(PosError::PosUnknown)?;
        let found = self.kept_pos(id).await?.map(|kept| kept.value);
        found.filter(|pos| pos.merchant == merchant).ok_or(PosError::PosUnknown)
    }

    /// This one and those its terminal had before, newest first.
    pub(super) async fn points_of_sale_since(&self, pos: &PointOfSale) -> Result<Vec<i64>, PosError> {
        let former = match &pos.former {
            Some(former) => former.clone(),
            None => self.made_for(pos.merchant, pos.terminal).await?,
        };
        let others = former.into_iter().filter(|former| *former != pos.id);
        Ok(std::iter::once(pos.id).chain(others).collect())
    }

    /// What was ever made for a terminal, newest first, as far as it is remembered.
    async fn made_for(&self, merchant: i64, terminal: i64) -> Result<Vec<i64>, PosError> {
        let (kind, mut made, mut after) = (DocumentKind::PointOfSale, Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let page = self.store.documents_of(kind, merchant, after, Order::NewestFirst, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for document in &page {
                let pos = documents::read::<PointOfSale>(document)?.value;
                made.extend((pos.terminal == terminal).then_some((pos.created_at, pos.id)));
            }
            if book::is_last(&page, PAGE) {
                break;
            }
        }
        made.sort_unstable_by(|one, other| other.cmp(one));
        made.truncate(MOST_FORMER);
        Ok(made.into_iter().map(|(_, id)| id).collect())
    }

    /// The active point of sale with this beacon.
    pub async fn point_of_sale_with(&self, beacon: &BeaconId) -> Result<Option<PointOfSale>, Error> {
        match book::holder(self.store.as_ref(), book::beacon_key(beacon)).await? {
            Some(id) => Ok(self.kept_pos(id).await?.map(|kept| kept.value).filter(|pos| pos.active)),
            None => Ok(None),
        }
    }

    #[must_use]
    pub fn pos_guid(&self, pos: i64) -> Guid {
        self.guids.guid(GuidOf::PointOfSale, pos)
    }

    pub(super) async fn kept_pos(&self, id: i64) -> Result<Option<Kept<PointOfSale>>, Error> {
        Ok(book::pos(self.store.as_ref(), id).await?)
    }

    /// What a phone reads at the terminal: the beacon on its sticker, or else one that is the terminal's for ever, so
    /// that printed codes go on working.
    #[must_use]
    pub fn beacon_of(&self, terminal: &MobilePayTerminal) -> BeaconId {
        let own = || BeaconId::Guid(self.guids.guid(GuidOf::Beacon, terminal.id));
        terminal.beacon.clone().unwrap_or_else(own)
    }

    /// Makes the terminal's point of sale.
    pub async fn create_point_of_sale(&self, terminal: &MobilePayTerminal) -> Result<PointOfSale, PosError> {
        let directory = self.directory();
        let store = directory.mobilepay().store(terminal.store).ok_or(PosError::StoreUnknown)?;
        let beacon = self.beacon_of(terminal);
        let former = self.made_for(terminal.merchant, terminal.id).await?;
        for _ in 0..MOST_CONFLICTS {
            let now = self.clock.now();
            let pos = PointOfSale {
                id: self.ids.next(self.store.as_ref()).await?.get(),
                merchant: terminal.merchant,
                store: store.id,
                terminal: terminal.id,
                merchant_pos_id: terminal.terminal_id.clone(),
                name: terminal.name.clone(),
                beacon: beacon.clone(),
                beacon_types: terminal.beacon_types.clone(),
                require_payment_before_checkin: terminal.require_payment_before_checkin,
                callback_alias: terminal.callback_alias.clone(),
                minimum_age: terminal.minimum_age,
                active: true,
                created_at: now,
                former: Some(former.clone()),
            };
            let terminal_key = book::terminal_key(terminal.id);
            let change = Change {
                documents: vec![
                    book::pos_write(&pos, None)?,
                    book::floor_write(pos.id, &book::Floor::default(), None)?,
                ],
                claims: vec![
                    book::claim(terminal_key.clone(), pos.id, now),
                    book::claim(book::beacon_key(&beacon), pos.id, now),
                ],
                signals: vec![book::pos_signal(pos.id)],
                ..Change::default()
            };
            match self.store.commit(change).await {
                Ok(()) => {
                    self.counters.put(terminal.id, &Arc::new(pos.clone()));
                    return Ok(pos);
                }
                // An imported payment has this number.
                Err(CommitError::DocumentConflict(..)) => {}
                Err(CommitError::Claimed(claim))
                    if (claim.scope, &claim.key) == (ClaimScope::Name, &terminal_key.1) =>
                {
                    return Err(PosError::HasPos);
                }
                Err(CommitError::Claimed(_)) => return Err(PosError::BeaconTaken),
                Err(other) => return Err(other.into()),
            }
        }
        Err(PosError::Overloaded)
    }

    /// Closes the terminal's point of sale. What is reserved there can still be captured or cancelled.
    pub async fn delete_point_of_sale(
        self: &Arc<Self>,
        terminal: &MobilePayTerminal,
    ) -> Result<PointOfSale, PosError> {
        for _ in 0..MOST_CONFLICTS {
            let holder = book::holder(self.store.as_ref(), book::terminal_key(terminal.id)).await?;
            let Some(mut pos) = self.kept_pos(holder.ok_or(PosError::NoPos)?).await? else {
                return Err(PosError::NoPos);
            };
            let mut floor = book::floor(self.store.as_ref(), pos.value.id).await?;
            let mut change = Change::default();
            pos.value.active = false;
            floor.value.closed = true;
            // From now on, should this be cut off.
            floor.value.withdraw_at = floor.value.payment.map(|_| self.clock.now());
            // A customer with a payment stays until that is withdrawn.
            if floor.value.payment.is_none()
                && let Some(standing) = floor.value.customer.take()
            {
                change.released.push(book::phone_key(standing.phone));
                change.signals.push(book::phone_signal(standing.phone));
            }
            change.documents.push(book::pos_write(&pos.value, pos.version)?);
            change.documents.push(book::floor_write(pos.value.id, &floor.value, floor.version)?);
            change.released.push(book::terminal_key(terminal.id));
            change.released.push(book::beacon_key(&pos.value.beacon));
            change.signals.push(book::pos_signal(pos.value.id));
            match self.store.commit(change).await {
                Ok(()) => {}
                Err(CommitError::DocumentConflict(..)) => continue,
                Err(other) => return Err(other.into()),
            }
            if let Some(payment) = floor.value.payment {
                match self.withdraw(payment).await {
                    // What is under way is withdrawn when it is known what came of it.
                    Ok(()) | Err(PosError::Unresolved) => {}
                    Err(other) => return Err(other),
                }
            }
            return Ok(pos.value);
        }
        Err(PosError::Overloaded)
    }
}
