//! What a tester sees, in the domain's words: amounts in minor units, times in RFC 3339, names as the database
//! has them. A card is shown by its first six and last four digits and by nothing else.

use domain::{
    Account, CardSummary, CloseReason, MoneyState, Payment, PendingKind, Stage, Timestamp, refunds,
};
use domain::{Event, RefundState};
use gateway::inspect::{Balance, Recorded, RecordedEntry};
use gateway::{Attempt, DeliveryState, Dispatch, Done};
use serde_json::{Map, Value, json};

/// A point in time as the library of times knows it; out of its range, the end of the range.
pub(crate) fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::MAX)
}

pub(crate) fn time(at: Timestamp) -> Value {
    instant(at).to_string().into()
}

pub(crate) fn optional_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, time)
}

/// How an operation ended, and the payment after it.
pub(crate) fn done(done: &Done) -> Value {
    let (outcome, reason, after) = match done {
        Done::Finished(after) => ("approved", None, after),
        Done::Failed(after, reason) => ("declined", Some(reason.name()), after),
        Done::Unresolved(after) => ("unknown", None, after),
    };
    json!({ "outcome": outcome, "reason": reason, "payment": payment(after) })
}

/// A payment as it stands.
pub(crate) fn payment(payment: &Payment) -> Value {
    let (state, close_reason) = match payment.money {
        MoneyState::Open => ("open", Value::Null),
        MoneyState::Authorized => ("authorized", Value::Null),
        MoneyState::Captured => ("captured", Value::Null),
        MoneyState::Closed(reason) => ("closed", closing(reason)),
    };
    json!({
        "id": payment.id.get(),
        "shop": payment.terms.shop.get(),
        "order_number": payment.terms.order_number,
        "amount": payment.amount().amount.get(),
        "currency": payment.amount().currency.code(),
        "preauthorised": payment.is_preauthorised(),
        "state": state,
        "close_reason": close_reason,
        "stage": stage(payment.stage),
        "authorized": payment.authorized.get(),
        "captured": payment.captured.get(),
        "refunded": payment.refunded.get(),
        "attempts": payment.attempts,
        "last_decline": payment.last_decline.map(domain::DeclineReason::name),
        "pending": payment.pending.map(|pending| pending_kind(pending.kind)),
        "card": payment.card.as_ref().map(card),
        "method": payment.method(),
        "source": payment.source,
        "evidence": payment.evidence,
        "version": payment.version.get(),
        "created_at": time(payment.created_at),
        "changed_at": time(payment.changed_at),
        "wakes_at": optional_time(payment.wake_at),
    })
}

/// A payment with its past.
pub(crate) fn whole(payment: &Payment, history: &[Recorded], entries: &[RecordedEntry]) -> Value {
    let refunds = refunds(history.iter().map(|recorded| (recorded.at, &recorded.event)));
    let refunds: Vec<Value> = refunds
        .iter()
        .map(|refund| {
            let state = match refund.state {
                RefundState::Requested => "requested",
                RefundState::Success => "success",
                RefundState::Failed => "failed",
            };
            json!({ "number": refund.number, "amount": refund.amount.get(), "state": state,
                "requested_at": time(refund.requested_at), "changed_at": time(refund.changed_at) })
        })
        .collect();
    let entries: Vec<Value> = entries.iter().map(entry).collect();
    let history: Vec<Value> = history.iter().map(event).collect();
    json!({ "payment": self::payment(payment), "refunds": refunds, "history": history, "entries": entries })
}

fn closing(reason: CloseReason) -> Value {
    let name = match reason {
        CloseReason::Declined(why) => return json!({ "declined": why.name() }),
        CloseReason::CancelledByPayer => "cancelled_by_payer",
        CloseReason::CancelledByMerchant => "cancelled_by_merchant",
        CloseReason::Expired => "expired",
        CloseReason::Voided => "voided",
        CloseReason::HoldExpired => "hold_expired",
        CloseReason::CancelledByOperator => "cancelled_by_operator",
        CloseReason::DeviceFault => "device_fault",
        CloseReason::DeviceLost => "device_lost",
        CloseReason::Reversed => "reversed",
        CloseReason::TooYoung => "too_young",
        CloseReason::Withdrawn => "withdrawn",
    };
    name.into()
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Created => "created",
        Stage::MethodChosen(domain::Method::Card) => "card_chosen",
        Stage::MethodChosen(_) => "method_chosen",
        Stage::Authenticating => "authenticating",
        Stage::AtTerminal => "at_terminal",
        Stage::CardContact => "card_contact",
    }
}

fn pending_kind(kind: PendingKind) -> &'static str {
    match kind {
        PendingKind::Authorisation => "authorisation",
        PendingKind::Capture { .. } => "capture",
        PendingKind::Void { .. } => "void",
        PendingKind::Refund { .. } => "refund",
        PendingKind::Reversal => "reversal",
    }
}

fn card(card: &CardSummary) -> Value {
    json!({ "masked": card.masked(), "expires": card.expiry.yymm(), "brand": card.brand,
        "country": card.country, "bank": card.bank })
}

/// An event under the name it is stored by, with its place in history.
fn event(recorded: &Recorded) -> Value {
    let mut members = Map::new();
    members.insert("version".to_owned(), recorded.version.get().into());
    members.insert("at".to_owned(), time(recorded.at));
    if let Ok(Value::Object(stored)) = serde_json::to_value(&recorded.event) {
        let renamed = |name: String| if name == "e" { "event".to_owned() } else { name };
        members.extend(stored.into_iter().map(|(name, value)| (renamed(name), value)));
    }
    if let Event::AuthenticationStarted { card: tried }
    | Event::AuthorisationSent { card: tried }
    | Event::CardPresented { card: tried, .. } = &recorded.event
    {
        members.insert("card".to_owned(), card(tried));
    }
    Value::Object(members)
}

fn entry(recorded: &RecordedEntry) -> Value {
    let money = recorded.entry.money;
    json!({ "version": recorded.version.get(), "at": time(recorded.at), "account": account(recorded.entry.account),
        "currency": money.currency.code(), "amount": money.amount.get() })
}

/// An account's balance; debit positive.
pub(crate) fn balance(balance: &Balance) -> Value {
    json!({ "account": account(balance.account), "currency": balance.currency.code(),
        "amount": balance.amount.get() })
}

fn account(account: Account) -> String {
    match account {
        Account::Acquirer => "acquirer".to_owned(),
        Account::Shop(shop) => format!("shop {shop}"),
        Account::Fees => "fees".to_owned(),
        Account::Bank => "bank".to_owned(),
    }
}

/// A message with its attempts.
pub(crate) fn dispatch(dispatch: &Dispatch) -> Value {
    let message = &dispatch.message;
    let state = match message.state {
        DeliveryState::Pending => "pending",
        DeliveryState::Delivered => "delivered",
        DeliveryState::GivenUp => "given_up",
    };
    let attempts: Vec<Value> = dispatch.attempts.iter().map(attempt).collect();
    json!({ "id": message.id.get(), "payment": message.payment.get(), "version": message.version.get(),
        "url": message.url, "state": state, "created_at": time(message.created_at),
        "next_at": optional_time(message.next_at), "attempts": attempts })
}

fn attempt(attempt: &Attempt) -> Value {
    json!({ "number": attempt.number, "at": time(attempt.at), "status": attempt.status,
        "error": attempt.error, "elapsed_ms": attempt.elapsed_ms })
}
