//! Finding payments: by point of sale, state and order (mobilepay.md §6.1).

use domain::{Payment, PaymentId};
use store::{Document, DocumentKind, Order};

use super::PosError;
use super::state::PosState;
use crate::gateway::Gateway;

/// How many payments are told at most.
const MOST_TOLD: usize = 100;
/// How many places of a list are read at a time, and how many in all.
const PAGE: u32 = 500;
const MOST_READ: usize = 5_000;

impl Gateway {
    /// The payments of a point of sale, newest first: those in a state, or else all that something may still come of.
    pub async fn payments_at_pos(
        &self,
        merchant: i64,
        pos: i64,
        state: Option<PosState>,
        order: Option<&str>,
    ) -> Result<Vec<Payment>, PosError> {
        let mut found = match (order, state) {
            (Some(order), _) => {
                let mut found = self.payments_of_order(merchant, order).await?;
                found.retain(|payment| is_at(payment, pos) && fits(payment, state));
                found
            }
            (None, Some(state)) if !state.is_listed_as_open() => {
                let wanted = |place: &Document| place.body == state.name();
                self.listed_payments(DocumentKind::DoneAtPos, pos, &wanted).await?
            }
            (None, state) => {
                let mut found = self.listed_payments(DocumentKind::OpenAtPos, pos, &|_| true).await?;
                found.retain(|payment| fits(payment, state));
                found
            }
        };
        newest_first(&mut found);
        found.truncate(MOST_TOLD);
        Ok(found)
    }

    /// The newest payment of an order, anywhere or at one point of sale.
    pub async fn pos_payment_of_order(
        &self,
        merchant: i64,
        order: &str,
        pos: Option<i64>,
        state: Option<PosState>,
    ) -> Result<Payment, PosError> {
        let mut found = self.payments_of_order(merchant, order).await?;
        found.retain(|payment| pos.is_none_or(|pos| is_at(payment, pos)) && fits(payment, state));
        newest_first(&mut found);
        found.into_iter().next().ok_or(PosError::PaymentUnknown)
    }

    async fn payments_of_order(&self, merchant: i64, order: &str) -> Result<Vec<Payment>, PosError> {
        let list = self.guids.list(merchant, order);
        let mut found = self.listed_payments(DocumentKind::PosOrder, list, &|_| true).await?;
        found.retain(|payment| {
            let own = payment.pos.as_ref().is_some_and(|here| here.merchant == merchant);
            own && payment.terms.order_number == order
        });
        Ok(found)
    }

    async fn listed_payments(
        &self,
        kind: DocumentKind,
        parent: i64,
        wanted: &(dyn Fn(&Document) -> bool + Send + Sync),
    ) -> Result<Vec<Payment>, PosError> {
        let (mut found, mut after, mut read) = (Vec::new(), None, 0);
        while read < MOST_READ {
            let page = self.store.documents_of(kind, parent, after, Order::NewestFirst, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            read += page.len();
            let more = page.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
            for place in page.iter().filter(|place| wanted(place)) {
                let payment = self.load(PaymentId::new(place.id)).await?;
                found.push(self.refreshed(payment).await?);
            }
            if !more || found.len() >= MOST_TOLD {
                break;
            }
        }
        Ok(found)
    }
}

fn is_at(payment: &Payment, pos: i64) -> bool {
    payment.pos.as_ref().is_some_and(|here| here.pos == pos)
}

fn fits(payment: &Payment, wanted: Option<PosState>) -> bool {
    let state = PosState::of(payment);
    wanted.map_or(state.is_listed_as_open(), |wanted| state == wanted)
}

/// Numbers of several nodes do not come in the order of time.
fn newest_first(payments: &mut [Payment]) {
    payments.sort_by_key(|payment| std::cmp::Reverse((payment.created_at, payment.id)));
}
