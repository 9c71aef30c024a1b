//! Refunds: promised, then given or released (mobilepay.md §6.2, §7.2).

use std::sync::Arc;

use domain::{Command, Guid, Money, Payment, PosCommand, PosRefusal, Refusal, Span};
use store::{Document, DocumentKind, Order};

use super::PosError;
use super::book::{self, PosRefund, PosRefundState};
use super::take::finished;
use crate::documents;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::guids::GuidOf;
use crate::payments::Done;

/// For how long after capture something may be given back.
const WINDOW: Span = Span::from_days(90);
/// How many refunds of a payment are read at a time, and told at most.
const PAGE: u32 = 500;
const MOST_TOLD: usize = 5_000;

impl Gateway {
    /// Promises a refund; one that is promised already under the same name and with the same amount is that, until its
    /// time is over.
    pub async fn promise_refund(
        self: &Arc<Self>,
        seen: Payment,
        amount: Money,
        order: &str,
    ) -> Result<Guid, PosError> {
        let payment = seen.id;
        let made = self.promise(seen, amount, order).await?;
        let known = book::refund(self.store.as_ref(), made).await?;
        let over = match known {
            Some(known) => self.give_if_overdue(&known.value).await?,
            None => false,
        };
        let made = if over { self.promise(self.load(payment).await?, amount, order).await? } else { made };
        Ok(self.guids.guid(GuidOf::PosRefund, made))
    }

    async fn promise(&self, seen: Payment, amount: Money, order: &str) -> Result<i64, PosError> {
        let _held = self.locks.hold(seen.id).await.ok_or(Refusal::Busy)?;
        let id = self.ids.next(self.store.as_ref()).await?.get();
        let command = PosCommand::PromiseRefund { id, amount, order: order.to_owned(), window: WINDOW };
        let payment = self.change_once(seen, Command::PointOfSale(command)).await?;
        let promised = payment.pos.iter().flat_map(|here| &here.promised);
        let same = promised.into_iter().find(|made| made.order == order && made.amount == amount.amount);
        let made = same.ok_or_else(|| PosError::Internal("a promised refund is not there".to_owned()))?;
        Ok(made.id)
    }

    #[must_use]
    pub fn pos_refund_guid(&self, refund: &PosRefund) -> Guid {
        self.guids.guid(GuidOf::PosRefund, refund.id)
    }

    /// The merchant's refund with this GUID as it is now, and the payment. Somebody else's does not exist.
    pub async fn pos_refund(
        self: &Arc<Self>,
        merchant: i64,
        guid: Guid,
    ) -> Result<(PosRefund, Payment), PosError> {
        let id = self.guids.number(GuidOf::PosRefund, guid).ok_or(PosError::RefundUnknown)?;
        let (refund, payment) = self.refund_and_payment(id).await?;
        if payment.pos.as_ref().is_none_or(|here| here.merchant != merchant) {
            return Err(PosError::RefundUnknown);
        }
        if self.give_if_overdue(&refund).await? {
            return self.refund_and_payment(id).await;
        }
        Ok((refund, payment))
    }

    async fn refund_and_payment(&self, id: i64) -> Result<(PosRefund, Payment), PosError> {
        let found = book::refund(self.store.as_ref(), id).await?;
        let refund = found.ok_or(PosError::RefundUnknown)?.value;
        let payment = self.load(refund.payment).await?;
        Ok((refund, payment))
    }

    /// All refunds of a payment, oldest first.
    pub async fn pos_refunds(&self, payment: &Payment) -> Result<Vec<PosRefund>, PosError> {
        let (kind, parent) = (DocumentKind::MobilePayRefund, payment.id.get());
        let (mut refunds, mut after) = (Vec::new(), None);
        while refunds.len() < MOST_TOLD {
            let page = self.store.documents_of(kind, parent, after, Order::OldestFirst, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for document in &page {
                refunds.push(read(document)?);
            }
            if book::is_last(&page, PAGE) {
                break;
            }
        }
        refunds.sort_by_key(|refund| refund.number);
        Ok(refunds)
    }

    /// Gives a promised refund. Asked for again it has been done.
    pub async fn give_refund(self: &Arc<Self>, refund: &PosRefund, payment: Payment) -> Result<(), PosError> {
        let gave = self.in_turn(payment, |payment| self.send_refund(refund, payment)).await;
        self.given(refund, gave).await
    }

    /// The same without waiting for what else is under way.
    pub(super) async fn give(self: &Arc<Self>, refund: &PosRefund, payment: Payment) -> Result<(), PosError> {
        let gave = self.send_refund(refund, payment).await;
        self.given(refund, gave).await
    }

    async fn send_refund(self: &Arc<Self>, refund: &PosRefund, payment: Payment) -> Result<Done, Error> {
        let command = PosCommand::GiveRefund { number: refund.number };
        self.at_pos(payment, Command::PointOfSale(command)).await
    }

    async fn given(&self, refund: &PosRefund, gave: Result<Done, Error>) -> Result<(), PosError> {
        match gave {
            Ok(done) => finished(done).map(drop),
            Err(Error::Refused(Refusal::PointOfSale(PosRefusal::NotPromised))) => {
                if is_given(self.refund_state(refund).await?) { Ok(()) } else { Err(PosError::RefundOver) }
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Gives a refund whose time is over; what came of it is in its record. False when there is time left.
    async fn give_if_overdue(self: &Arc<Self>, refund: &PosRefund) -> Result<bool, PosError> {
        if refund.wake_at().is_none_or(|end| end > self.clock.now()) {
            return Ok(false);
        }
        match self.give(refund, self.load(refund.payment).await?).await {
            Ok(()) | Err(PosError::Declined | PosError::Unresolved | PosError::RefundOver) => Ok(true),
            Err(other) => Err(other),
        }
    }

    /// Takes a promise back. Asked for again it has been done.
    pub async fn release_refund(
        self: &Arc<Self>,
        refund: &PosRefund,
        payment: Payment,
    ) -> Result<(), PosError> {
        self.give_if_overdue(refund).await?;
        let command = Command::PointOfSale(PosCommand::ReleaseRefund { number: refund.number });
        match self.in_turn(payment, |payment| self.at_pos(payment, command.clone())).await {
            Ok(_) => Ok(()),
            Err(Error::Refused(Refusal::PointOfSale(PosRefusal::NotPromised))) => {
                match self.refund_state(refund).await? {
                    PosRefundState::CancelledByClient => Ok(()),
                    _ => Err(PosError::RefundOver),
                }
            }
            Err(other) => Err(other.into()),
        }
    }

    async fn refund_state(&self, refund: &PosRefund) -> Result<PosRefundState, PosError> {
        let found = book::refund(self.store.as_ref(), refund.id).await?;
        Ok(found.map_or(refund.state, |kept| kept.value.state))
    }
}

fn read(document: &Document) -> Result<PosRefund, Error> {
    Ok(documents::read::<PosRefund>(document)?.value)
}

const fn is_given(state: PosRefundState) -> bool {
    matches!(state, PosRefundState::Captured | PosRefundState::ExpiredAndCaptured)
}
