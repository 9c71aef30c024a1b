//! What is written together with the change of a payment that is made at a point of sale: the floor in front of it, the
//! lists it is found in, its refunds, and word to every phone that shows it.

use domain::{Event, Money, Payment, Promised, Timestamp};
use store::{Change, DocumentKind, Store, StoreError};

use super::book::{self, PosRefund, PosRefundState, Standing};
use super::state::PosState;
use crate::phone::PhoneNumber;

/// Adds to `change` what follows from `events` for the point of sale. Nothing for other payments.
pub(crate) async fn add(
    store: &dyn Store,
    before: &Payment,
    after: &Payment,
    events: &[Event],
    at: Timestamp,
    change: &mut Change,
) -> Result<(), StoreError> {
    let Some(here) = &after.pos else { return Ok(()) };
    // What belongs to a new payment is in the change that makes it.
    if events.contains(&Event::Created) {
        return Ok(());
    }
    change.signals.push(book::pos_signal(here.pos));
    let phone = here.customer.map(|customer| PhoneNumber::from_number(customer.phone));
    change.signals.extend(phone.map(book::phone_signal));
    let came = events.iter().any(|event| matches!(event, Event::CheckedIn { .. }));
    let left = before.is_open() && !after.is_open();
    if came || left {
        let kept = book::floor(store, here.pos).await?;
        let mut next = kept.value.clone();
        if came && let Some(phone) = phone {
            change.documents.push(book::listed(DocumentKind::OnPhone, after.id, phone.number(), ""));
            let standing = Standing { phone, since: at };
            stand(store, change, &mut next.customer, standing, here.pos).await?;
        }
        if left && next.payment == Some(after.id) {
            next.payment = None;
            next.withdraw_at = None;
            if let Some(standing) = next.customer.take() {
                change.released.push(book::phone_key(standing.phone));
            }
            change.released.push(book::active_key(here.pos));
        }
        if next != kept.value {
            change.documents.push(book::floor_write(here.pos, &next, kept.version)?);
        }
    }
    let (was, is) = (PosState::of(before), PosState::of(after));
    if was.is_listed_as_open() && !is.is_listed_as_open() {
        change.documents.push(book::unlisted(DocumentKind::OpenAtPos, after.id));
        change.documents.push(book::listed(DocumentKind::DoneAtPos, after.id, here.pos, is.name()));
    }
    refunds(store, before, after, events, at, change).await
}

/// Puts a customer in the place of whoever stood there. From the same moment on they are nowhere else.
pub(super) async fn stand(
    store: &dyn Store,
    change: &mut Change,
    place: &mut Option<Standing>,
    new: Standing,
    pos: i64,
) -> Result<(), StoreError> {
    let former = book::holder(store, book::phone_key(new.phone)).await?;
    if let Some(elsewhere) = former.filter(|elsewhere| *elsewhere != pos) {
        leave(store, change, elsewhere, new.phone).await?;
    }
    if let Some(former) = place.replace(new) {
        change.released.push(book::phone_key(former.phone));
        change.signals.push(book::phone_signal(former.phone));
    }
    change.claims.push(book::claim(book::phone_key(new.phone), pos, new.since));
    Ok(())
}

/// Takes a customer off a floor. With a payment nobody leaves: then they are claimed still, and the change is refused.
async fn leave(
    store: &dyn Store,
    change: &mut Change,
    pos: i64,
    phone: PhoneNumber,
) -> Result<(), StoreError> {
    let floor = book::floor(store, pos).await?;
    let mut next = floor.value;
    let stood = next.customer.take().is_some_and(|standing| standing.phone == phone);
    if stood && next.payment.is_none() {
        change.documents.push(book::floor_write(pos, &next, floor.version)?);
        change.released.push(book::phone_key(phone));
        change.signals.push(book::pos_signal(pos));
    }
    Ok(())
}

async fn refunds(
    store: &dyn Store,
    before: &Payment,
    after: &Payment,
    events: &[Event],
    at: Timestamp,
    change: &mut Change,
) -> Result<(), StoreError> {
    let failed = events.iter().any(|event| matches!(event, Event::RefundFailed { .. }));
    for event in events {
        match event {
            Event::RefundPromised { refund } => {
                let new = promised(after, refund, at);
                change.documents.push(book::refund_write(&new, None)?);
            }
            Event::RefundSent { number, .. } => {
                let sent = |refund: &mut PosRefund| {
                    refund.overdue = refund.created_at.plus(book::REFUND_LIFE) <= at;
                    refund.again_at = Some(at.plus(book::REFUND_AGAIN));
                };
                update(store, before, *number, change, sent).await?;
            }
            Event::Refunded { number, .. } => {
                let given = |refund: &mut PosRefund| {
                    refund.state = match refund.overdue {
                        true => PosRefundState::ExpiredAndCaptured,
                        false => PosRefundState::Captured,
                    };
                    refund.changed_at = at;
                };
                update(store, before, *number, change, given).await?;
            }
            Event::RefundReleased { number } => {
                let released = |refund: &mut PosRefund| {
                    refund.state = match failed {
                        true => PosRefundState::CancelledByMobilePay,
                        false => PosRefundState::CancelledByClient,
                    };
                    refund.changed_at = at;
                };
                update(store, before, *number, change, released).await?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn promised(payment: &Payment, refund: &Promised, at: Timestamp) -> PosRefund {
    PosRefund {
        id: refund.id,
        payment: payment.id,
        number: refund.number,
        order: refund.order.clone(),
        amount: Money::new(refund.amount, payment.amount().currency),
        state: PosRefundState::Reserved,
        created_at: at,
        changed_at: at,
        overdue: false,
        again_at: None,
    }
}

/// Changes the record of a refund that is promised.
async fn update(
    store: &dyn Store,
    payment: &Payment,
    number: u32,
    change: &mut Change,
    with: impl FnOnce(&mut PosRefund),
) -> Result<(), StoreError> {
    let promised = payment.pos.iter().flat_map(|here| &here.promised);
    let Some(promised) = promised.into_iter().find(|refund| refund.number == number) else { return Ok(()) };
    let Some(mut kept) = book::refund(store, promised.id).await? else { return Ok(()) };
    with(&mut kept.value);
    change.documents.push(book::refund_write(&kept.value, kept.version)?);
    Ok(())
}
