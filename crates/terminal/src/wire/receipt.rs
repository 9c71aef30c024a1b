//! What is printed about a sale, a refund or a void: the members of the protocol's receipt.

use domain::{CardEntry, End, MoneyState, Payment, TaskKind, Verification};
use gateway::terminals::TaskView;
use serde_json::{Value, json};

use super::time;
use crate::session::Place;

pub(crate) fn entry(entry: CardEntry) -> &'static str {
    match entry {
        CardEntry::Contactless => "contactless",
        CardEntry::Chip => "chip",
        CardEntry::Swipe => "swipe",
        CardEntry::Manual => "manual",
    }
}

pub(crate) fn verification(verification: Verification) -> &'static str {
    match verification {
        Verification::None => "none",
        Verification::Pin => "pin",
        Verification::OfflinePin => "offline_pin",
        Verification::Signature => "signature",
        Verification::Device => "device",
    }
}

/// The card as it may be shown.
pub(crate) fn card(payment: &Payment) -> Option<Value> {
    let card = payment.card.as_ref()?;
    let entered = payment.terminal.and_then(|at| at.entry).map(entry);
    Some(
        json!({ "masked": card.masked(), "brand": card.brand, "expiry": card.expiry.yymm(), "entry": entered }),
    )
}

/// The receipt of a task that has one: approved, or declined with a card.
pub(crate) fn receipt(view: &TaskView, place: &Place, copy: bool) -> Option<Value> {
    let (task, payment) = (&view.task, view.payment.as_ref()?);
    let kind = match task.kind {
        TaskKind::Sale => "sale",
        TaskKind::Refund => "refund",
        TaskKind::Void { .. } => "void",
        TaskKind::CloseBatch => return None,
    };
    let (outcome, reason) = match task.end()? {
        End::Approved => ("approved", None),
        End::Declined(reason) => ("declined", Some(reason.name())),
        _ => return None,
    };
    let at = payment.terminal.unwrap_or_default();
    let approved = payment.money == MoneyState::Captured || matches!(task.kind, TaskKind::Void { .. });
    let (amount, tip) = (payment.terms.amount.amount, at.tip);
    Some(json!({
        "merchant": place.merchant,
        "shop": place.shop,
        "tid": place.terminal.tid.as_str(),
        "kind": kind,
        "outcome": outcome,
        "reason": reason,
        "at": time(task.ended_at.unwrap_or(task.created_at)),
        "amount_minor": amount.get(),
        "tip_minor": tip.get(),
        "total_minor": amount.plus(tip).get(),
        "currency": payment.terms.amount.currency.code(),
        "card": card(payment),
        "verification": at.approval.map(|approval| verification(approval.verification)),
        "approval_code": at.approval.filter(|_| approved).and_then(|approval| approval.code).map(String::from),
        "sequence": task.sequence,
        "batch": task.batch,
        "task": task.id.get(),
        "reference": task.reference,
        "test": place.test,
        "copy": copy,
    }))
}
