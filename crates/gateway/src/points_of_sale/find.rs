//! Finding payments: by terminal or point of sale, state and order (mobilepay.md §6.1).
//!
//! A place in the list of an order says where and when the payment was made, so that only what may be wanted is loaded, the
//! newest first, whichever node made it. Places that were written without it are loaded to find out.

use domain::{Payment, PaymentId, Timestamp};
use store::{DocumentKind, Order};

use super::PosError;
use super::book::{self, PointOfSale};
use super::state::PosState;
use crate::gateway::Gateway;

/// How many payments are told at most.
const MOST_TOLD: usize = 100;
/// How many places of a list are read at a time, and how many in all.
const PAGE: u32 = 500;
const MOST_PLACES: usize = 50_000;
/// How many payments are looked at to find those that are wanted.
const MOST_READ: usize = 5_000;

/// Where payments are looked for.
#[derive(Debug, Clone, Copy)]
pub enum Among<'a> {
    /// Wherever the merchant with this number takes payments.
    Merchant(i64),
    /// At the terminal that has this point of sale, now or when it had another one.
    TerminalOf(&'a PointOfSale),
    /// At this one, be it active or not.
    PointOfSale(&'a PointOfSale),
}

/// What a payment must be like to be told.
struct Wanted<'a> {
    merchant: i64,
    /// At one of these, or anywhere.
    at: Option<Vec<i64>>,
    order: Option<&'a str>,
    /// Without one: something may still come of it.
    state: Option<PosState>,
}

impl Wanted<'_> {
    fn is_at(&self, pos: i64) -> bool {
        self.at.as_ref().is_none_or(|at| at.contains(&pos))
    }

    fn fits(&self, payment: &Payment) -> bool {
        let here = |at: &domain::AtPos| at.merchant == self.merchant && self.is_at(at.pos);
        let state = PosState::of(payment);
        payment.pos.as_deref().is_some_and(here)
            && self.order.is_none_or(|order| payment.terms.order_number == order)
            && self.state.map_or(state.is_listed_as_open(), |wanted| state == wanted)
    }
}

/// A payment of an order that may be wanted.
struct Candidate {
    made: (Timestamp, PaymentId),
    /// Loaded already.
    payment: Option<Box<Payment>>,
}

impl Gateway {
    /// The payments of a terminal, newest first: those in a state, or else all that something may still come of.
    pub async fn payments_at_terminal(
        &self,
        pos: &PointOfSale,
        order: Option<&str>,
        state: Option<PosState>,
    ) -> Result<Vec<Payment>, PosError> {
        let wanted = self.wanted(Among::TerminalOf(pos), order, state).await?;
        let mut found = match order {
            Some(order) => self.payments_of_order(order, &wanted, MOST_TOLD).await?,
            None => self.payments_listed(&wanted).await?,
        };
        newest_first(&mut found);
        found.truncate(MOST_TOLD);
        Ok(found)
    }

    /// The newest payment of an order.
    pub async fn pos_payment_of_order(
        &self,
        order: &str,
        among: Among<'_>,
        state: Option<PosState>,
    ) -> Result<Payment, PosError> {
        let wanted = self.wanted(among, Some(order), state).await?;
        let found = self.payments_of_order(order, &wanted, 1).await?;
        found.into_iter().next().ok_or(PosError::PaymentUnknown)
    }

    async fn wanted<'a>(
        &self,
        among: Among<'_>,
        order: Option<&'a str>,
        state: Option<PosState>,
    ) -> Result<Wanted<'a>, PosError> {
        let (merchant, at) = match among {
            Among::Merchant(merchant) => (merchant, None),
            Among::PointOfSale(pos) => (pos.merchant, Some(vec![pos.id])),
            Among::TerminalOf(pos) => (pos.merchant, Some(self.points_of_sale_since(pos).await?)),
        };
        Ok(Wanted { merchant, at, order, state })
    }

    /// So many of those of an order, newest first.
    async fn payments_of_order(
        &self,
        order: &str,
        wanted: &Wanted<'_>,
        most: usize,
    ) -> Result<Vec<Payment>, PosError> {
        let mut found = Vec::new();
        for candidate in self.candidates(order, wanted).await?.into_iter().take(MOST_READ) {
            let payment = match candidate.payment {
                Some(payment) => *payment,
                None => self.load(candidate.made.1).await?,
            };
            let payment = self.refreshed(payment).await?;
            if wanted.fits(&payment) {
                found.push(payment);
            }
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    }

    /// What of an order was made where payments are looked for, newest first.
    async fn candidates(&self, order: &str, wanted: &Wanted<'_>) -> Result<Vec<Candidate>, PosError> {
        let (kind, list) = (DocumentKind::PosOrder, self.guids.list(wanted.merchant, order));
        let (mut candidates, mut after, mut read, mut loaded) = (Vec::new(), None, 0, 0);
        while read < MOST_PLACES && loaded < MOST_READ {
            let page = self.store.documents_of(kind, list, after, Order::NewestFirst, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            read += page.len();
            for place in &page {
                let id = PaymentId::new(place.id);
                if let Some((pos, at)) = book::read_order_place(&place.body) {
                    let candidate = Candidate { made: (at, id), payment: None };
                    candidates.extend(wanted.is_at(pos).then_some(candidate));
                } else {
                    let payment = self.load(id).await?;
                    loaded += 1;
                    let made = (payment.created_at, id);
                    candidates.push(Candidate { made, payment: Some(Box::new(payment)) });
                }
            }
            if book::is_last(&page, PAGE) {
                break;
            }
        }
        candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.made));
        Ok(candidates)
    }

    /// Those in the lists of points of sale. What was made at a former one is older than what was made later.
    async fn payments_listed(&self, wanted: &Wanted<'_>) -> Result<Vec<Payment>, PosError> {
        let (kind, body) = match wanted.state {
            Some(state) if !state.is_listed_as_open() => (DocumentKind::DoneAtPos, state.name()),
            _ => (DocumentKind::OpenAtPos, ""),
        };
        let (mut found, mut read) = (Vec::new(), 0);
        for pos in wanted.at.iter().flatten() {
            let mut after = None;
            while found.len() < MOST_TOLD && read < MOST_READ {
                let page = self.store.documents_of(kind, *pos, after, Order::NewestFirst, PAGE).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                read += page.len();
                for place in page.iter().filter(|place| place.body == body) {
                    let payment = self.load(PaymentId::new(place.id)).await?;
                    let payment = self.refreshed(payment).await?;
                    found.extend(wanted.fits(&payment).then_some(payment));
                }
                if book::is_last(&page, PAGE) {
                    break;
                }
            }
        }
        Ok(found)
    }
}

/// Numbers of several nodes do not come in the order of time.
fn newest_first(payments: &mut [Payment]) {
    payments.sort_by_key(|payment| std::cmp::Reverse((payment.created_at, payment.id)));
}
