//! Taking a payment: start, say how much, capture, cancel (mobilepay.md §6.1).

use std::sync::Arc;
use std::time::Duration;

use domain::{
    CancelledBy, CaptureMode, Command, Currency, Door, Event, Guid, Minor, Money, MoneyState, OtherMethods,
    Payment, PaymentId, PosCommand, PosCustomer, Refusal, Span, Terms, Windows,
};
use store::{ClaimScope, CommitError, DocumentKind, PaymentWrite};
use tokio::time::Instant;

use super::book::{self, PointOfSale};
use super::state::PosState;
use super::{MOST_CONFLICTS, PosError};
use crate::documents::Kept;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::guids::GuidOf;
use crate::payments::{Done, to_the_end};
use crate::phone::{Customer, PhoneNumber};
use crate::signals::heard;

/// How long the money is held (§7.1).
const HOLD: Span = Span::from_days(7);
/// How long anybody waits for another node's operation on the same payment: longer than acquirers usually take.
const PATIENCE: Duration = Duration::from_secs(3);

/// A payment as a register wants it.
#[derive(Debug, Clone)]
pub struct NewPosPayment {
    pub order: String,
    /// Without one the shop says later how much.
    pub amount: Option<Money>,
    /// How long it waits for whoever is to do something next.
    pub inactivity: Span,
}

impl Gateway {
    /// A new payment at a point of sale that has no active one. It goes at once to the customer who stands there.
    pub async fn start_at_pos(&self, pos: &PointOfSale, new: NewPosPayment) -> Result<Payment, PosError> {
        let terms = Arc::new(self.pos_terms(pos, &new)?);
        for _ in 0..MOST_CONFLICTS {
            let (floor, active) = self.floor_now(pos.id).await?;
            // A floor is made with its point of sale: without one there is none any more.
            if floor.value.closed || floor.version.is_none() {
                return Err(PosError::PosUnknown);
            }
            if active.is_some() {
                return Err(PosError::PaymentActive);
            }
            match self.try_start(pos, &terms, new.amount.is_none(), &floor).await {
                Ok(payment) => return Ok(payment),
                Err(CommitError::Conflict(_) | CommitError::DocumentConflict(..)) => {}
                Err(CommitError::Claimed(claim)) if claim.scope == ClaimScope::PointOfSale => {
                    return Err(PosError::PaymentActive);
                }
                Err(other) => return Err(other.into()),
            }
        }
        Err(PosError::Overloaded)
    }

    async fn try_start(
        &self,
        pos: &PointOfSale,
        terms: &Arc<Terms>,
        amount_later: bool,
        floor: &Kept<book::Floor>,
    ) -> Result<Payment, CommitError> {
        let id = self.ids.next(self.store.as_ref()).await?;
        let now = self.clock.now();
        let standing = floor.value.present(now);
        let (minimum_age, merchant) = (pos.minimum_age, pos.merchant);
        let offered = Event::Offered { pos: pos.id, merchant, minimum_age, amount_later };
        let mut events = vec![Event::Created, offered];
        events.extend(standing.map(|standing| Event::CheckedIn { customer: known(standing.phone) }));
        let before = domain::open(id, Arc::clone(terms), now);
        let (after, mut change) = Self::consequences(&before, &events, now);
        self.beside(&before, &after, &events, now, &mut change).await?;
        let mut next = floor.value.clone();
        next.payment = Some(id);
        if standing.is_none()
            && let Some(former) = next.customer.take()
        {
            change.released.push(book::phone_key(former.phone));
            change.signals.push(book::phone_signal(former.phone));
        }
        change.documents.push(book::floor_write(pos.id, &next, floor.version)?);
        change.documents.push(book::listed(DocumentKind::OpenAtPos, id, pos.id, ""));
        let orders = self.guids.list(merchant, &terms.order_number);
        let place = book::order_place(pos.id, now);
        change.documents.push(book::listed(DocumentKind::PosOrder, id, orders, &place));
        if let Some(standing) = standing {
            let phone = standing.phone;
            change.documents.push(book::listed(DocumentKind::OnPhone, id, phone.number(), ""));
            change.signals.push(book::phone_signal(phone));
        }
        change.claims.push(book::claim(book::active_key(pos.id), id.get(), now));
        change.signals.push(book::pos_signal(pos.id));
        change.payment = Some(PaymentWrite::Insert(after.clone()));
        self.commit(change).await?;
        Ok(after)
    }

    fn pos_terms(&self, pos: &PointOfSale, new: &NewPosPayment) -> Result<Terms, PosError> {
        let directory = self.directory();
        let book = directory.mobilepay();
        let store = book.store(pos.store).ok_or(PosError::StoreUnknown)?;
        if !store.active {
            return Err(PosError::StoreInactive);
        }
        let shop = directory.shop(store.shop);
        let shop = shop.ok_or_else(|| PosError::Internal("the store's shop is not known".to_owned()))?;
        let currency = book.merchant(pos.merchant).map_or(Currency::DKK, |merchant| merchant.currency);
        Ok(Terms {
            door: Door::MobilePay,
            shop: shop.id,
            amount: new.amount.unwrap_or(Money::new(Minor::ZERO, currency)),
            capture: CaptureMode::Manual,
            order_number: new.order.clone(),
            description: None,
            language: shop.language.clone(),
            return_url: None,
            notification_url: None,
            // The customer approves on the phone, and nowhere else.
            card_allowed: false,
            other_methods: OtherMethods::None,
            preselected: None,
            windows: Windows {
                choose_ms: new.inactivity,
                card_ms: new.inactivity,
                hold_ms: HOLD,
                ..Windows::default()
            },
            fee: shop.settings.fee,
            terminal: None,
            on_file: domain::OnFile::default(),
            eet: None,
            extra: String::new(),
        })
    }

    #[must_use]
    pub fn pos_payment_guid(&self, payment: &Payment) -> Guid {
        self.guids.guid(GuidOf::Payment, payment.id.get())
    }

    /// The merchant's payment with this GUID, as it is now. Somebody else's does not exist.
    pub async fn pos_payment(&self, merchant: i64, guid: Guid) -> Result<Payment, PosError> {
        let id = self.guids.number(GuidOf::Payment, guid).ok_or(PosError::PaymentUnknown)?;
        let payment = self.load(PaymentId::new(id)).await?;
        if payment.pos.as_ref().is_none_or(|here| here.merchant != merchant) {
            return Err(PosError::PaymentUnknown);
        }
        self.refreshed(payment).await
    }

    fn is_over(&self, payment: &Payment) -> bool {
        payment.pending.is_none() && payment.wake_at.is_some_and(|at| at <= self.clock.now())
    }

    /// The payment after what its time has brought about, also when nobody has come round to it yet.
    pub(super) async fn refreshed(&self, payment: Payment) -> Result<Payment, PosError> {
        if !self.is_over(&payment) {
            return Ok(payment);
        }
        match self.wake(payment.id).await {
            Ok(()) | Err(Error::Refused(_)) => {}
            Err(other) => return Err(other.into()),
        }
        Ok(self.load(payment.id).await?)
    }

    /// The shop says how much. Saying the same again changes nothing.
    pub async fn agree_at_pos(&self, seen: Payment, amount: Money) -> Result<Payment, PosError> {
        let _held = self.locks.hold(seen.id).await.ok_or(Refusal::Busy)?;
        let command = Command::PointOfSale(PosCommand::Agree(amount));
        Ok(self.change_once(seen, command).await?)
    }

    /// Takes what is reserved, or a part of it. Asked for again with the same amount it has been done.
    pub async fn capture_at_pos(
        self: &Arc<Self>,
        seen: Payment,
        amount: Option<Minor>,
    ) -> Result<Payment, PosError> {
        let id = seen.id;
        let partial = seen.pos.as_ref().and_then(|here| here.customer).is_some_and(|who| who.partial_capture);
        let captured = self.in_turn(seen, |seen| self.capture(seen, amount, partial, None)).await;
        match captured {
            Ok(done) => finished(done),
            Err(Error::Refused(Refusal::AlreadyCaptured)) => {
                let payment = self.load(id).await?;
                let same = payment.captured == amount.unwrap_or(payment.authorized);
                if same { Ok(payment) } else { Err(PosError::CapturedDifferently) }
            }
            Err(other) => Err(other.into()),
        }
    }

    /// The shop gives up what is open or reserved. Asked for again it has been done.
    pub async fn cancel_at_pos(self: &Arc<Self>, seen: Payment) -> Result<Payment, PosError> {
        let id = seen.id;
        let cancel = Command::Cancel(CancelledBy::Merchant);
        match self.in_turn(seen, |seen| self.at_pos(seen, cancel.clone())).await {
            Ok(done) => finished(done),
            Err(Error::Refused(refusal @ (Refusal::NotOpen | Refusal::AlreadyVoided))) => {
                let payment = self.load(id).await?;
                let same = PosState::of(&payment) == PosState::CancelledByClient;
                if same { Ok(payment) } else { Err(refusal.into()) }
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Does something to a payment that another node may be at work on: when that is over, it is decided anew.
    pub(super) async fn in_turn<F>(
        &self,
        seen: Payment,
        attempt: impl Fn(Payment) -> F,
    ) -> Result<Done, Error>
    where
        F: Future<Output = Result<Done, Error>>,
    {
        let (id, until) = (seen.id, Instant::now() + PATIENCE);
        let mut seen = seen;
        loop {
            match attempt(seen).await {
                Err(Error::Refused(Refusal::Busy)) if Instant::now() < until => {}
                ended => return ended,
            }
            seen = self.idle(id, until).await?.ok_or(Refusal::Busy)?;
        }
    }

    /// The payment when nothing is under way with it; `None` when that takes too long, or nobody is at it any more.
    async fn idle(&self, id: PaymentId, until: Instant) -> Result<Option<Payment>, Error> {
        // Listening begins before looking, so that nothing is missed in between.
        let mut signals = self.store.signals();
        loop {
            let payment = self.load(id).await?;
            if payment.pending.is_none() {
                return Ok(Some(payment));
            }
            let Some(here) = payment.pos.as_ref() else { return Ok(None) };
            if self.is_stale(&payment) || !heard(&mut signals, book::pos_signal(here.pos), until).await {
                return Ok(None);
            }
        }
    }

    /// Changes a payment, and asks the acquirer if there is something to ask.
    pub(super) async fn at_pos(self: &Arc<Self>, seen: Payment, command: Command) -> Result<Done, Error> {
        let gateway = Arc::clone(self);
        to_the_end(async move {
            let _held = gateway.locks.hold(seen.id).await.ok_or(Refusal::Busy)?;
            let payment = gateway.change_once(seen, command).await?;
            if payment.pending.is_none() {
                return Ok(Done::Finished(payment));
            }
            if gateway.is_stale(&payment) {
                return Ok(Done::Unresolved(payment));
            }
            let reply = gateway.ask(&payment).await;
            Ok(gateway.conclude(payment, reply).await)
        })
        .await
    }

    /// By what a merchant knows a customer again, and a customer's receipts: the same for the same two, and nothing to
    /// anybody else.
    #[must_use]
    pub fn customer_tokens(&self, merchant: i64, phone: PhoneNumber) -> (String, String) {
        let token = |what| self.guids.token(what, merchant, phone.number());
        (token(b"customer"), token(b"receipts"))
    }

    /// Whose phone the payment came to.
    #[must_use]
    pub fn customer_of(&self, payment: &Payment) -> Option<PhoneNumber> {
        let customer = payment.pos.as_ref()?.customer?;
        Some(PhoneNumber::from_number(customer.phone))
    }

    /// Whether less than what is reserved may be captured; `None` before anything is.
    #[must_use]
    pub fn partial_capture_at_pos(&self, payment: &Payment) -> Option<bool> {
        let customer = payment.pos.as_ref()?.customer?;
        (payment.money == MoneyState::Authorized).then_some(customer.partial_capture)
    }
}

/// What a payment remembers of a customer.
pub(super) fn known(phone: PhoneNumber) -> PosCustomer {
    let partial = |customer: &Customer| customer.partial_capture;
    PosCustomer { phone: phone.number(), partial_capture: phone.customer().is_some_and(partial) }
}

pub(super) fn finished(done: Done) -> Result<Payment, PosError> {
    match done {
        Done::Finished(payment) => Ok(payment),
        Done::Failed(..) => Err(PosError::Declined),
        Done::Unresolved(_) => Err(PosError::Unresolved),
    }
}
