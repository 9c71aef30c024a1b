//! Reports of sales to the tax authority (gopay.md §13): a receipt is written in the commit that books the money, and
//! reported by a worker afterwards, so that no report ever stands in the way of a payment.
//!
//! | what | kind | id | parent |
//! |---|---|---|---|
//! | receipt | `Receipt` | the payment, or a number of its own for a refund | the payment |
//! | its day | `ReceiptOfDay` | the receipt | the shop and the day in Prague |
//! | sums sent with a capture or refund under way | `ReceiptSums` | the payment | – |
//!
//! The sums of a sale are terms of its payment. Those that come with a capture or a refund wait beside the
//! intent, and become a receipt or nothing with its outcome. Deliberately absent: the authority, which only a sandbox
//! has ([`Authority`]): the law has ended.

mod authority;
mod keys;
mod report;

use domain::{
    EetMode, EetSums, Event, Payment, PaymentId, Receipt, ReceiptState, ShopId, Timestamp, reported_sums,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::{Change, CommitError, DocumentKind, DocumentWrite, Order, StoreError};

pub use authority::{Authority, Script};
pub use keys::EetKeyFixture;
pub(crate) use keys::SigningKeys;

use crate::documents::{Kept, read, write};
use crate::error::Error;
use crate::gateway::Gateway;

/// How many receipts a list has at most.
pub const MOST_RECEIPTS: usize = 10_000;
const PAGE: u32 = 1_000;
/// Days of one shop have numbers below this.
const DAYS: i64 = 1 << 20;

#[derive(Debug, Serialize, Deserialize)]
struct Nothing {}

impl Gateway {
    /// The receipts of a payment: of the sale, and of what went back.
    pub async fn receipts_of(&self, payment: PaymentId) -> Result<Vec<Receipt>, Error> {
        let (kind, order) = (DocumentKind::Receipt, Order::OldestFirst);
        let found = self.store.documents_of(kind, payment.get(), None, order, PAGE).await?;
        let mut receipts = found.iter().map(value).collect::<Result<Vec<Receipt>, StoreError>>()?;
        receipts.sort_by_key(|receipt| receipt.refund);
        Ok(receipts)
    }

    /// The receipt of the sale itself.
    pub async fn sale_receipt(&self, payment: &Payment) -> Result<Option<Receipt>, Error> {
        if reported_sums(payment).is_none() {
            return Ok(None);
        }
        let found = self.store.document(DocumentKind::Receipt, payment.id.get()).await?;
        Ok(found.as_ref().map(value).transpose()?)
    }

    /// The receipts of a shop's days, the first and the last included; `None` when there are too many.
    pub async fn receipts_between(
        &self,
        shop: ShopId,
        first: Date,
        last: Date,
    ) -> Result<Option<Vec<Receipt>>, Error> {
        let mut receipts = Vec::new();
        for day in first.series(jiff::ToSpan::day(1)).take_while(|day| *day <= last) {
            let mut after = None;
            loop {
                let (kind, parent) = (DocumentKind::ReceiptOfDay, place_of(shop, day));
                let page = self.store.documents_of(kind, parent, after, Order::OldestFirst, PAGE).await?;
                for place in &page {
                    let found = self.store.document(DocumentKind::Receipt, place.id).await?;
                    receipts.extend(found.as_ref().map(value::<Receipt>).transpose()?);
                }
                if receipts.len() > MOST_RECEIPTS {
                    return Ok(None);
                }
                after = page.last().map(|place| place.id);
                if u32::try_from(page.len()).is_ok_and(|length| length < PAGE) {
                    break;
                }
            }
        }
        Ok(Some(receipts))
    }

    /// The write that keeps the sums sent with an intent until its outcome is known.
    pub(crate) async fn sums_beside(
        &self,
        payment: &Payment,
        sums: Option<EetSums>,
    ) -> Result<Vec<DocumentWrite>, Error> {
        let Some(sums) = sums.filter(|_| reported_sums(payment).is_some()) else { return Ok(Vec::new()) };
        let (kind, id) = (DocumentKind::ReceiptSums, payment.id.get());
        let stale = self.store.document(kind, id).await?;
        let seen = stale.map(|document| document.version);
        Ok(vec![write(kind, id, 0, None, seen, &sums)?])
    }

    /// What a change of a payment means for its receipts.
    pub(crate) async fn beside_a_receipt(
        &self,
        before: &Payment,
        after: &Payment,
        events: &[Event],
        at: Timestamp,
        change: &mut Change,
    ) -> Result<(), CommitError> {
        let Some(agreed) = reported_sums(after) else { return Ok(()) };
        let settled = before.pending.is_some() && after.pending != before.pending;
        let mut sent: Option<Kept<EetSums>> = None;
        if settled {
            let found = self.store.document(DocumentKind::ReceiptSums, after.id.get()).await?;
            sent = found.as_ref().map(read).transpose()?;
            if let Some(expected) = sent.as_ref().and_then(|kept| kept.version) {
                let (kind, id) = (DocumentKind::ReceiptSums, after.id.get());
                change.documents.push(DocumentWrite::Delete { kind, id, expected });
            }
        }
        let sent = sent.map(|kept| kept.value);
        for event in events {
            let (id, refund, amount) = match event {
                Event::Captured { amount, .. } => (after.id, None, *amount),
                Event::Refunded { amount, .. } => {
                    let earlier = self.receipts_of(after.id).await.map_err(|error| unreadable(&error))?;
                    let number = u32::try_from(earlier.len()).unwrap_or(u32::MAX).max(1);
                    let id = self.ids.next(self.store.as_ref()).await?;
                    (id, Some(number), amount.negated())
                }
                _ => continue,
            };
            let sums = match &sent {
                Some(sums) if refund.is_some() => sums.returned(),
                Some(sums) => sums.clone(),
                None if agreed.celk_trzba == amount.get() => agreed.clone(),
                None => agreed.scaled(amount),
            };
            self.write_receipt(after, id, refund, sums, at, change)?;
        }
        Ok(())
    }

    fn write_receipt(
        &self,
        payment: &Payment,
        id: PaymentId,
        refund: Option<u32>,
        sums: EetSums,
        at: Timestamp,
        change: &mut Change,
    ) -> Result<(), CommitError> {
        let Some(shop) = self.directory().shop(payment.terms.shop).cloned() else { return Ok(()) };
        if shop.settings.eet.mode == EetMode::Off {
            return Ok(());
        }
        let receipt = Receipt {
            payment: payment.id,
            refund,
            shop: shop.id,
            currency: payment.amount().currency,
            settings: shop.settings.eet.clone(),
            sums,
            sold_at: at,
            state: ReceiptState::Created,
            uuid: self.eet.uuid(id),
            attempts: 0,
            last_at: None,
            next_at: Some(at),
            fault: None,
            pkp: None,
            bkp: None,
            fik: None,
        };
        let (day, number) = (self.calendar.day(at), id.get());
        let of_day = place_of(shop.id, day);
        change.documents.push(write(
            DocumentKind::Receipt,
            number,
            payment.id.get(),
            Some(at),
            None,
            &receipt,
        )?);
        change.documents.push(write(DocumentKind::ReceiptOfDay, number, of_day, None, None, &Nothing {})?);
        Ok(())
    }
}

fn value<T: serde::de::DeserializeOwned>(document: &store::Document) -> Result<T, StoreError> {
    Ok(read(document)?.value)
}

fn unreadable(error: &Error) -> CommitError {
    CommitError::Store(StoreError::Corrupt { place: "receipts", cause: error.to_string() })
}

/// A shop's day as a number. Shops' numbers have ten digits, so nothing is cut off.
fn place_of(shop: ShopId, day: Date) -> i64 {
    let days = i64::from((day - Date::constant(2000, 1, 1)).get_days());
    shop.get().wrapping_mul(DAYS).wrapping_add(days)
}
