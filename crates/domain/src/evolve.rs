//! A payment and an event give the next payment. Total: an event that was decided is always applied.

use std::sync::Arc;

use crate::{
    AtTerminal, CloseReason, DeclineReason, Event, Method, Minor, MoneyState, Payment, PaymentId, Pending,
    PendingKind, Remark, Span, Stage, Terms, Timestamp, Version, point_of_sale, terminal,
};

/// How long after an intent its outcome is asked for, when nobody has recorded one.
const FIRST_INQUIRY: Span = Span::from_secs(30);
/// The longest wait between two inquiries.
const LAST_INQUIRY: Span = Span::from_hours(1);

/// A new payment, before its first event.
#[must_use]
pub fn open(id: PaymentId, terms: Arc<Terms>, now: Timestamp) -> Payment {
    Payment {
        id,
        version: Version::default(),
        created_at: now,
        changed_at: now,
        money: MoneyState::Open,
        stage: Stage::Created,
        authorized: Minor::ZERO,
        captured: Minor::ZERO,
        refunded: Minor::ZERO,
        pending: None,
        attempts: 0,
        challenges: 0,
        choices: 0,
        refunds: 0,
        card: None,
        source: None,
        evidence: None,
        remark: None,
        last_decline: None,
        authorization: None,
        authorized_at: None,
        captured_at: None,
        terminal: terms.terminal.map(|_| AtTerminal::default()),
        pos: None,
        wake_at: Some(now.plus(first_window(&terms))),
        terms,
    }
}

/// How long somebody waits for the payer; or for the charge to begin, when there is none.
fn first_window(terms: &Terms) -> Span {
    if terms.on_file.parent.is_some() { FIRST_INQUIRY } else { terms.windows.choose_ms }
}

/// Applies one event that happened at `at`.
#[must_use]
pub fn evolve(mut payment: Payment, event: &Event, at: Timestamp) -> Payment {
    payment.version = payment.version.next();
    payment.changed_at = at;
    match event {
        Event::Created => {}
        Event::MethodChosen { method } => {
            payment.choices = payment.choices.saturating_add(1);
            payment.evidence = None;
            payment.last_decline = None;
            choose(&mut payment, Stage::MethodChosen(*method), at);
        }
        Event::AuthenticationStarted { card } => {
            payment.card = Some(card.clone());
            payment.evidence = None;
            payment.challenges = payment.challenges.saturating_add(1);
            choose(&mut payment, Stage::Authenticating, at);
        }
        Event::AuthenticationFailed => {
            payment.attempts = payment.attempts.saturating_add(1);
            payment.last_decline = Some(DeclineReason::ThreeDSecureFailed);
            back_to_the_payer(&mut payment, at);
        }
        Event::AuthorisationSent { card } => {
            payment.card = Some(card.clone());
            payment.source = None;
            payment.evidence = None;
            if !payment.method().is_some_and(Method::is_by_card) {
                payment.stage = Stage::MethodChosen(Method::Card);
            }
            payment.attempts = payment.attempts.saturating_add(1);
            ask(&mut payment, PendingKind::Authorisation, at);
        }
        Event::CollectionSent { source } => {
            payment.card = None;
            payment.evidence = None;
            payment.source = Some(source.clone());
            payment.attempts = payment.attempts.saturating_add(1);
            ask(&mut payment, PendingKind::Authorisation, at);
        }
        Event::ConfirmationReceived { evidence, source } => {
            payment.card = None;
            payment.evidence = *evidence;
            payment.source = Some(source.clone());
        }
        Event::ConfirmationRefused { reason } => {
            payment.attempts = payment.attempts.saturating_add(1);
            payment.last_decline = Some(*reason);
            payment.evidence = None;
            back_to_the_payer(&mut payment, at);
        }
        Event::Remarked { code } => {
            payment.remark = Some(Remark { code: *code, attempt: payment.attempts.saturating_add(1) });
        }
        Event::Authorised { amount, approval } => {
            if let Some(terminal) = &mut payment.terminal {
                terminal.approval = *approval;
            }
            // What came unasked has no intent: the event itself is what refunds refer to.
            let asked = payment.pending.take().map(|pending| pending.reference);
            payment.authorization = asked.or(Some(payment.version));
            payment.money = MoneyState::Authorized;
            payment.authorized = *amount;
            payment.last_decline = None;
            payment.authorized_at = Some(at);
            payment.wake_at = payment.hold_end();
        }
        Event::Declined { reason } => {
            payment.last_decline = Some(*reason);
            back_to_the_payer(&mut payment, at);
        }
        Event::AuthorisationNotMade => back_to_the_payer(&mut payment, at),
        Event::CaptureSent { amount } => ask(&mut payment, PendingKind::Capture { amount: *amount }, at),
        Event::Captured { amount, .. } => {
            payment.money = MoneyState::Captured;
            payment.captured = *amount;
            payment.captured_at = Some(at);
            settled(&mut payment, None);
        }
        Event::VoidFailed { .. } if payment.money == MoneyState::Captured => settled(&mut payment, None),
        Event::CaptureFailed { .. } | Event::VoidFailed { .. } => {
            // The hold still stands, until its time is over.
            let end = payment.hold_end();
            settled(&mut payment, end);
        }
        Event::VoidSent { reason } => ask(&mut payment, PendingKind::Void { reason: *reason }, at),
        Event::RefundSent { number, amount } => {
            payment.refunds = payment.refunds.max(*number);
            ask(&mut payment, PendingKind::Refund { number: *number, amount: *amount }, at);
        }
        Event::Refunded { amount, .. } => {
            payment.refunded = payment.refunded.plus(*amount);
            point_of_sale::apply(&mut payment, event, at);
            settled(&mut payment, None);
        }
        Event::RefundFailed { .. } => settled(&mut payment, None),
        Event::StillUnknown => ask_again_later(&mut payment, at),
        Event::Closed { reason } => close(&mut payment, *reason),
        Event::Offered { .. }
        | Event::CheckedIn { .. }
        | Event::AmountAgreed { .. }
        | Event::RefundPromised { .. }
        | Event::RefundReleased { .. } => point_of_sale::apply(&mut payment, event, at),
        Event::Begun { .. }
        | Event::Released
        | Event::CardContact
        | Event::CardPresented { .. }
        | Event::Abandoned { .. }
        | Event::LateApproval { .. }
        | Event::ReversalConfirmed
        | Event::Reversed { .. } => terminal::apply(&mut payment, event, at),
    }
    assert!(
        payment.refunded.plus(payment.promised()) <= payment.captured
            && payment.captured <= payment.authorized,
        "money invariant broken by an event"
    );
    payment
}

/// The payer's window starts anew with another kind of method, never beyond what the last possible first choice
/// would have given, and not when the same kind is chosen again.
fn choose(payment: &mut Payment, stage: Stage, at: Timestamp) {
    let before = payment.method();
    payment.stage = stage;
    let Some(method) = payment.method() else { return };
    if before.map(Method::kind) != Some(method.kind()) {
        payment.wake_at = Some(window_end(payment, method, at));
    }
}

fn window_end(payment: &Payment, method: Method, at: Timestamp) -> Timestamp {
    let windows = &payment.terms.windows;
    let latest = payment.created_at.plus(windows.choose_ms).plus(method.window(windows));
    at.plus(method.window(windows)).min(latest).max(at)
}

pub(crate) fn ask(payment: &mut Payment, kind: PendingKind, at: Timestamp) {
    payment.pending = Some(Pending { kind, reference: payment.version, inquiries: 0 });
    payment.wake_at = Some(at.plus(FIRST_INQUIRY));
}

fn ask_again_later(payment: &mut Payment, at: Timestamp) {
    if let Some(pending) = &mut payment.pending {
        pending.inquiries = pending.inquiries.saturating_add(1);
        let doubled = FIRST_INQUIRY.millis().saturating_mul(1 << pending.inquiries.min(20));
        payment.wake_at = Some(at.plus(Span::from_millis(doubled.min(LAST_INQUIRY.millis()))));
    }
}

fn back_to_the_payer(payment: &mut Payment, at: Timestamp) {
    payment.pending = None;
    if !payment.is_open() {
        // It was abandoned meanwhile, and now it is known that nothing is held.
        payment.wake_at = None;
        return;
    }
    let method = payment.method().unwrap_or(Method::Card);
    payment.stage = match payment.terminal {
        Some(_) => Stage::AtTerminal,
        None => Stage::MethodChosen(method),
    };
    let window =
        if payment.is_later_charge() { FIRST_INQUIRY } else { method.window(&payment.terms.windows) };
    payment.wake_at = Some(at.plus(window));
}

pub(crate) fn settled(payment: &mut Payment, wake_at: Option<Timestamp>) {
    payment.pending = None;
    payment.wake_at = wake_at;
}

pub(crate) fn close(payment: &mut Payment, reason: CloseReason) {
    payment.pending = None;
    payment.money = MoneyState::Closed(reason);
    payment.wake_at = None;
}
