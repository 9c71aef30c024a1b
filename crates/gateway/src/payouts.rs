//! Payouts: the balance of a shop's account goes to its bank, on business days, if its settings say so.
//!
//! A payout is a document, two entries of the ledger and two claims in one commit. It settles what was booked between the
//! end of the one before it and the beginning of its day in Prague. The claim on its number among those of the
//! shop and currency lets only one be made at a time, whatever nodes and crashes do; the other claim is on the place of
//! the latest one, and moves on with it. What was missed while nothing ran is in the next payout.
//!
//! | what | kind | id | parent |
//! |---|---|---|---|
//! | payout | `Payout` | a number as payments have | the shop |
//!
//! A balance that is not positive is not paid out and goes on into the next period. Deliberately absent: the bank, which
//! is told by whoever runs this server; and public holidays, on which a transfer merely arrives later.

use std::collections::HashMap;

use domain::{Account, Currency, Money, PaymentId, Payout, Shop, ShopId, Timestamp, Version, payable};
use jiff::civil::{Date, Weekday};
use parking_lot::Mutex;
use store::{Change, Claim, ClaimScope, CommitError, DocumentKind, Order, RecordedEntry, StoreError};

use crate::documents::{read, write};
use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::MOST_TAKEN_IDS;

/// What was decided before midnight is durable by one o'clock: nothing takes an hour.
const HOUR: i8 = 1;
/// How many payouts are listed in one go.
pub const MOST_PAYOUTS: u32 = 100;

/// Which shops have had their payouts, as far as this process knows: it spares a look every time.
#[derive(Debug, Default)]
pub(crate) struct Paid(Mutex<HashMap<ShopId, Date>>);

impl Paid {
    pub(crate) fn forget(&self) {
        self.0.lock().clear();
    }
}

impl Gateway {
    /// Makes all payouts that are due, and returns how many. One that fails does not keep the others waiting.
    pub async fn run_due_payouts(&self) -> Result<u64, Error> {
        let local = self.calendar.time(self.clock.now());
        let day = local.date();
        if local.hour() < HOUR || matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            return Ok(0);
        }
        let Some(until) = self.calendar.start_of(day) else { return Ok(0) };
        let (directory, mut made) = (self.directory(), 0);
        for shop in directory.shops().filter(|shop| shop.settings.payouts.daily) {
            if self.paid.0.lock().get(&shop.id) == Some(&day) {
                continue;
            }
            let mut complete = true;
            for &currency in &shop.currencies {
                match self.pay_out_until(shop, currency, day, until, true).await {
                    Ok(payout) => made += u64::from(payout.is_some()),
                    Err(error) => {
                        tracing::error!(shop = %shop.id, %currency, %error, "a payout could not be made");
                        complete = false;
                    }
                }
            }
            if complete {
                self.paid.0.lock().insert(shop.id, day);
            }
        }
        Ok(made)
    }

    /// Pays out at once all that a shop has: a tester's button.
    pub async fn pay_out(&self, shop: &Shop, currency: Currency) -> Result<Option<Payout>, Error> {
        let now = self.clock.now();
        let day = self.calendar.day(now);
        self.pay_out_until(shop, currency, day, Timestamp::from_millis(now.millis().saturating_add(1)), false)
            .await
    }

    /// A shop's payouts, newest first, older than the one named.
    pub async fn payouts(&self, shop: ShopId, before: Option<PaymentId>) -> Result<Vec<Payout>, Error> {
        let before = before.map(PaymentId::get);
        let (kind, order) = (DocumentKind::Payout, Order::NewestFirst);
        let found = self.store.documents_of(kind, shop.get(), before, order, MOST_PAYOUTS).await?;
        let read = |document| Ok::<Payout, StoreError>(read(document)?.value);
        let mut payouts = found.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        // Nodes take numbers in blocks: among those of several nodes the order is not that of time.
        payouts.sort_by_key(|payout| std::cmp::Reverse((payout.until, payout.id)));
        Ok(payouts)
    }

    /// A payout of this shop.
    pub async fn payout(&self, shop: ShopId, id: PaymentId) -> Result<Option<Payout>, Error> {
        Ok(self.kept_payout(id).await?.filter(|payout| payout.shop == shop))
    }

    async fn kept_payout(&self, id: PaymentId) -> Result<Option<Payout>, StoreError> {
        let found = self.store.document(DocumentKind::Payout, id.get()).await?;
        found.map(|document| Ok(read(&document)?.value)).transpose()
    }

    async fn pay_out_until(
        &self,
        shop: &Shop,
        currency: Currency,
        day: Date,
        until: Timestamp,
        once_a_day: bool,
    ) -> Result<Option<Payout>, Error> {
        let latest_place = place(shop.id, currency, None);
        for _ in 0..MOST_TAKEN_IDS {
            let latest = match self.store.claim(ClaimScope::Payout, &latest_place).await? {
                Some(claim) => self.kept_payout(claim.owner).await?,
                None => None,
            };
            let from = latest.as_ref().map_or(Timestamp::from_millis(0), |payout| payout.until);
            // What was paid out after `until` is not in the balance of then, and must not be paid out again.
            let counted = latest.as_ref().is_none_or(|payout| payout.made_at < until);
            let had = once_a_day && latest.as_ref().is_some_and(|payout| payout.day == day.to_string());
            if had || !counted || from >= until {
                return Ok(None);
            }
            let balance = self.store.balance_at(Account::Shop(shop.id), currency, until).await?;
            let Some(amount) = payable(balance) else { return Ok(None) };
            let now = self.clock.now();
            let payout = Payout {
                id: self.ids.next(self.store.as_ref()).await?,
                shop: shop.id,
                money: Money::new(amount, currency),
                day: day.to_string(),
                from,
                until,
                made_at: now,
                number: latest.as_ref().map_or(1, |payout| payout.number.saturating_add(1)),
                account: shop.settings.payouts.account.clone(),
            };
            match self.commit(change(&payout, latest_place.clone())?).await {
                Ok(()) => {
                    tracing::info!(shop = %shop.id, %amount, %currency, number = payout.number, "paid out");
                    return Ok(Some(payout));
                }
                // Somebody else was faster, or an imported payment has this number: look again.
                Err(
                    CommitError::Claimed(_) | CommitError::DocumentConflict(..) | CommitError::Conflict(_),
                ) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(Error::Overloaded)
    }
}

fn change(payout: &Payout, latest_place: Vec<u8>) -> Result<Change, StoreError> {
    let (id, at, version) = (payout.id, payout.made_at, Version::new(1));
    let claim = |key| {
        let (scope, fingerprint) = (ClaimScope::Payout, Vec::new());
        Claim { scope, key, owner: id, version, fingerprint, at }
    };
    let numbered = place(payout.shop, payout.money.currency, Some(payout.number));
    let entry = |entry| RecordedEntry { payment: id, version, at, entry };
    Ok(Change {
        entries: payout.entries().map(entry).to_vec(),
        documents: vec![write(DocumentKind::Payout, id.get(), payout.shop.get(), None, None, payout)?],
        released: vec![(ClaimScope::Payout, latest_place.clone())],
        claims: vec![claim(numbered), claim(latest_place)],
        ..Change::default()
    })
}

/// The key of a payout's number, or of the latest.
fn place(shop: ShopId, currency: Currency, number: Option<i64>) -> Vec<u8> {
    let number = number.map_or_else(|| "latest".to_owned(), |number| number.to_string());
    format!("{shop} {currency} {number}").into_bytes()
}
