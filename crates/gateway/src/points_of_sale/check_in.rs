//! What a customer does with a phone: come, approve, refuse, leave (mobilepay.md §8.3, §10).
//!
//! There is no telephone network and no bank behind it: whoever may press these buttons is a test customer of a sandbox.

use std::sync::Arc;

use domain::{
    BeaconId, CancelledBy, CardData, Command, Expiry, Pan, Payment, PaymentId, PosCommand, PosRefusal,
    Refusal,
};
use store::{Change, CommitError, DocumentKind, Order};

use super::beside::stand;
use super::book::{self, Floor, PointOfSale, Standing};
use super::state::PosState;
use super::take::known;
use super::{MOST_CONFLICTS, PosError};
use crate::documents::Kept;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::to_the_end;
use crate::phone::{Customer, PhoneError, PhoneNumber};

/// No test card expires before.
const LAST_YEAR: u16 = 2099;
/// Refused for want of money.
const EMPTY_CARD: &str = "4444440000001028";
const DEBIT_CARD: &str = "4188030000000003";
const MASTERCARD: &str = "5447380000000006";

impl From<Error> for PhoneError {
    fn from(error: Error) -> Self {
        match error {
            Error::Overloaded => Self::Overloaded,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<PosError> for PhoneError {
    fn from(error: PosError) -> Self {
        match error {
            PosError::Overloaded | PosError::Unresolved => Self::Overloaded,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<CommitError> for PhoneError {
    fn from(error: CommitError) -> Self {
        Error::from(error).into()
    }
}

impl From<store::StoreError> for PhoneError {
    fn from(error: store::StoreError) -> Self {
        Error::from(error).into()
    }
}

/// What came of one try.
enum Tried {
    Done,
    /// Something changed meanwhile.
    Again,
}

impl Gateway {
    /// The customer comes to a point of sale, and leaves any other. What waits to be paid goes to them.
    pub async fn phone_check_in(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        customer(phone)?;
        for _ in 0..MOST_CONFLICTS {
            let pos = self.pos_at(beacon).await?;
            self.may_leave_others(phone, pos.id).await?;
            let (floor, payment) = self.floor_now(pos.id).await?;
            let tried = match payment {
                Some(payment) => self.join(payment, phone).await?,
                None => self.stand_at(&pos, &floor, phone).await?,
            };
            if matches!(tried, Tried::Done) {
                return Ok(());
            }
        }
        Err(PhoneError::Overloaded)
    }

    /// The customer comes to a payment.
    async fn join(&self, seen: Payment, phone: PhoneNumber) -> Result<Tried, PhoneError> {
        let id = seen.id;
        let _held = self.locks.hold(id).await.ok_or(PhoneError::Overloaded)?;
        let command = Command::PointOfSale(PosCommand::CheckIn(known(phone)));
        match self.change_once(seen, command).await {
            Ok(_) => Ok(Tried::Done),
            Err(Error::Refused(Refusal::PointOfSale(PosRefusal::OtherCustomer))) => {
                Err(PhoneError::OtherCustomer)
            }
            // It is being approved by whoever is there.
            Err(Error::Refused(Refusal::Busy)) if self.is_being_approved(id).await? => {
                if self.customer_of(&self.load(id).await?) == Some(phone) {
                    Ok(Tried::Done)
                } else {
                    Err(PhoneError::OtherCustomer)
                }
            }
            // It is over, or the customer is somewhere else by now.
            Err(Error::Refused(_)) => Ok(Tried::Again),
            Err(other) => Err(other.into()),
        }
    }

    /// The customer comes to where nothing is to be paid yet, in the place of whoever stood there.
    async fn stand_at(
        &self,
        pos: &PointOfSale,
        floor: &Kept<Floor>,
        phone: PhoneNumber,
    ) -> Result<Tried, PhoneError> {
        if floor.value.closed {
            return Err(PhoneError::UnknownBeacon);
        }
        if pos.require_payment_before_checkin {
            return Err(PhoneError::PaymentFirst);
        }
        let now = self.clock.now();
        let mut next = floor.value.clone();
        let mut change = Change::default();
        let standing = Standing { phone, since: now };
        stand(self.store.as_ref(), &mut change, &mut next.customer, standing, pos.id).await?;
        change.documents.push(book::floor_write(pos.id, &next, floor.version)?);
        change.signals.extend([book::pos_signal(pos.id), book::phone_signal(phone)]);
        match self.store.commit(change).await {
            Ok(()) => Ok(Tried::Done),
            Err(CommitError::DocumentConflict(..) | CommitError::Claimed(_)) => Ok(Tried::Again),
            Err(other) => Err(other.into()),
        }
    }

    /// Whether the customer could leave wherever else they are, which they do when they come here: not with a payment.
    async fn may_leave_others(&self, phone: PhoneNumber, here: i64) -> Result<(), PhoneError> {
        let holder = book::holder(self.store.as_ref(), book::phone_key(phone)).await?;
        let Some(elsewhere) = holder.filter(|pos| *pos != here) else { return Ok(()) };
        let (floor, payment) = self.floor_now(elsewhere).await?;
        let stands = floor.value.customer.is_some_and(|standing| standing.phone == phone);
        if stands && payment.is_some() { Err(PhoneError::OtherCustomer) } else { Ok(()) }
    }

    /// Whether what the customer has approved is on its way.
    async fn is_being_approved(&self, payment: PaymentId) -> Result<bool, PhoneError> {
        let payment = self.load(payment).await?;
        Ok(payment.is_open() && payment.pending.is_some())
    }

    /// Takes the customer off the floor. When that has changed meanwhile, whoever asked looks again.
    async fn walk_away(&self, pos: i64, floor: &Kept<Floor>, phone: PhoneNumber) -> Result<(), PhoneError> {
        let mut next = floor.value.clone();
        next.customer = None;
        let change = Change {
            documents: vec![book::floor_write(pos, &next, floor.version)?],
            released: vec![book::phone_key(phone)],
            signals: vec![book::pos_signal(pos), book::phone_signal(phone)],
            ..Change::default()
        };
        match self.store.commit(change).await {
            Ok(()) | Err(CommitError::DocumentConflict(..)) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// The customer approves the amount. What comes of it is seen in the payment.
    pub async fn phone_accept(
        self: &Arc<Self>,
        beacon: &BeaconId,
        phone: PhoneNumber,
    ) -> Result<(), PhoneError> {
        let customer = customer(phone)?;
        let pos = self.pos_at(beacon).await?;
        let (floor, payment) = self.floor_now(pos.id).await?;
        let Some(seen) = payment else {
            return self.accepted_before(&pos, &floor.value, phone).await;
        };
        let payment = seen.id;
        let gateway = Arc::clone(self);
        let accepted = to_the_end(async move { gateway.approve(seen, phone, customer).await }).await;
        match accepted {
            Ok(()) => Ok(()),
            Err(Error::Refused(refusal)) => match refusal {
                Refusal::PointOfSale(PosRefusal::NobodyThere) => Err(PhoneError::NotCheckedIn),
                Refusal::PointOfSale(PosRefusal::OtherCustomer) => Err(PhoneError::OtherCustomer),
                Refusal::Busy => Err(PhoneError::Overloaded),
                _ if self.is_approved(payment, phone).await? => Ok(()),
                _ => Err(PhoneError::NothingToPay),
            },
            Err(other) => Err(other.into()),
        }
    }

    async fn approve(&self, seen: Payment, phone: PhoneNumber, customer: &Customer) -> Result<(), Error> {
        let _held = self.locks.hold(seen.id).await.ok_or(Refusal::Busy)?;
        let card = card(customer)?;
        let summary = self.summary(&card);
        let (phone, age) = (phone.number(), customer.age);
        let command = Command::PointOfSale(PosCommand::Accept { phone, age, card: summary });
        let payment = self.change_once(seen, command).await?;
        if payment.pending.is_some() {
            self.ask_for(payment, &card).await?;
        }
        Ok(())
    }

    async fn is_approved(&self, payment: PaymentId, phone: PhoneNumber) -> Result<bool, PhoneError> {
        let payment = self.load(payment).await?;
        let own = payment.pos.as_ref().and_then(|here| here.customer).map(|customer| customer.phone);
        Ok(own == Some(phone.number()) && PosState::of(&payment) == PosState::Reserved)
    }

    /// Nothing is to be paid: it may be that this customer has just approved it.
    async fn accepted_before(
        &self,
        pos: &PointOfSale,
        floor: &Floor,
        phone: PhoneNumber,
    ) -> Result<(), PhoneError> {
        let kind = DocumentKind::OnPhone;
        let last = self.store.documents_of(kind, phone.number(), None, Order::NewestFirst, 1).await?;
        if let Some(last) = last.first() {
            let id = PaymentId::new(last.id);
            let here = self.load(id).await?.pos.is_some_and(|at| at.pos == pos.id);
            if here && self.is_approved(id, phone).await? {
                return Ok(());
            }
        }
        match floor.present(self.clock.now()) {
            Some(standing) if standing.phone == phone => Err(PhoneError::NothingToPay),
            Some(_) => Err(PhoneError::OtherCustomer),
            None => Err(PhoneError::NotCheckedIn),
        }
    }

    /// The customer does not want to pay.
    pub async fn phone_cancel(
        &self,
        beacon: &BeaconId,
        phone: Option<PhoneNumber>,
    ) -> Result<(), PhoneError> {
        phone.map(customer).transpose()?;
        let pos = self.pos_at(beacon).await?;
        let (floor, payment) = self.floor_now(pos.id).await?;
        if let (Some(phone), Some(standing)) = (phone, floor.value.present(self.clock.now()))
            && standing.phone != phone
        {
            return Err(PhoneError::OtherCustomer);
        }
        match payment {
            Some(payment) => self.refuse(payment.id).await,
            None => Err(PhoneError::NotCancellable),
        }
    }

    async fn refuse(&self, payment: PaymentId) -> Result<(), PhoneError> {
        let _held = self.locks.hold(payment).await.ok_or(PhoneError::Overloaded)?;
        let seen = self.load(payment).await?;
        match self.change_once(seen, Command::Cancel(CancelledBy::Payer)).await {
            Ok(_) => Ok(()),
            Err(Error::Refused(_)) => Err(PhoneError::NotCancellable),
            Err(other) => Err(other.into()),
        }
    }

    /// The customer goes. What was with them is cancelled by them; what they have approved stays.
    pub async fn phone_leave(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        customer(phone)?;
        for _ in 0..MOST_CONFLICTS {
            let pos = self.pos_to_leave(beacon, phone).await?;
            let (floor, payment) = self.floor_now(pos).await?;
            match floor.value.present(self.clock.now()) {
                None => return Ok(()),
                Some(standing) if standing.phone != phone => return Err(PhoneError::OtherCustomer),
                Some(_) => {}
            }
            let Some(payment) = payment else {
                self.walk_away(pos, &floor, phone).await?;
                continue;
            };
            match self.refuse(payment.id).await {
                // Nothing is taken back that is on its way.
                Err(PhoneError::NotCancellable) if self.is_being_approved(payment.id).await? => {
                    return Err(PhoneError::NotCancellable);
                }
                Ok(()) | Err(PhoneError::NotCancellable) => {}
                Err(other) => return Err(other),
            }
        }
        Err(PhoneError::Overloaded)
    }

    /// The customer is where they have read this beacon, also when it is another point of sale's by now.
    async fn pos_to_leave(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<i64, PhoneError> {
        if let Some(here) = book::holder(self.store.as_ref(), book::phone_key(phone)).await?
            && let Some(pos) = self.kept_pos(here).await?
            && pos.value.beacon == *beacon
        {
            return Ok(here);
        }
        Ok(self.pos_at(beacon).await?.id)
    }

    pub(super) async fn pos_at(&self, beacon: &BeaconId) -> Result<PointOfSale, PhoneError> {
        self.point_of_sale_with(beacon).await?.ok_or(PhoneError::UnknownBeacon)
    }
}

pub(super) fn customer(phone: PhoneNumber) -> Result<&'static Customer, PhoneError> {
    phone.customer().ok_or(PhoneError::UnknownCustomer)
}

/// The card behind a customer's phone.
fn card(customer: &Customer) -> Result<CardData, Error> {
    let number = match customer {
        Customer { fail_reservation: true, .. } => EMPTY_CARD,
        Customer { source: crate::phone::PaymentSource::DebitCard, .. } => DEBIT_CARD,
        Customer { card, .. } if card.starts_with("Mastercard") => MASTERCARD,
        _ => crate::DEFAULT_CARD,
    };
    let made = Pan::parse(number).and_then(|pan| Ok((pan, Expiry::new(LAST_YEAR, 12)?)));
    let (pan, expiry) = made.map_err(|error| Error::Internal(error.to_string()))?;
    Ok(CardData { pan, expiry, cvc: None })
}
