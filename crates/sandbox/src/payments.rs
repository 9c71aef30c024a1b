//! The payer's and the issuer's buttons, and a payment as it stands.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use domain::{
    CancelledBy, CardData, CardError, Cvc, DeclineReason, Expiry, Pan, Payment, PaymentId, Refusal, Timestamp,
};
use gateway::{CardStep, DEFAULT_CARD, Done, Fault, Gateway, Operation};
use serde_json::json;

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::{methods, view};

/// What a payer types when a test does not care.
const CVC: &str = "123";
/// In the place of a number: the card that the payment is bound to, without typing it.
const STORED: &str = "stored";
/// The last year a card can bear.
const LAST_YEAR: u16 = 2099;

const CHALLENGE: [(&str, bool); 2] = [("confirm", true), ("refuse", false)];
const CANCELLED_BY: [(&str, CancelledBy); 2] =
    [("payer", CancelledBy::Payer), ("merchant", CancelledBy::Merchant)];
const OPERATIONS: [(&str, Operation); 5] = [
    ("charge", Operation::Charge),
    ("authorise", Operation::Authorise),
    ("capture", Operation::Capture),
    ("void", Operation::Void),
    ("refund", Operation::Refund),
];

/// `GET payments/{id}`: state, history and ledger in the domain's words.
pub(crate) async fn show(State(gateway): State<House>, Path(id): Path<String>) -> Answer {
    let payment = find(&gateway, &id).await?;
    let history = gateway.events_of(payment.id).await?;
    let entries = gateway.ledger_of(payment.id).await?;
    Ok(Json(view::whole(&payment, &history, &entries)))
}

/// `POST payments/{id}/pay`: the payer pays; by card, answering a challenge if there is one, or as `method` says.
pub(crate) async fn pay(
    State(gateway): State<House>,
    Path(id): Path<String>,
    mut members: Members,
) -> Answer {
    let number = members.text("card")?.unwrap_or_else(|| DEFAULT_CARD.to_owned());
    let confirmed = members.choice("challenge", &CHALLENGE)?.unwrap_or(true);
    let wish = methods::Wish::read(&mut members)?;
    members.finish(&["card", "challenge", "method", "swift", "sub_state", "email"])?;
    let payment = find(&gateway, &id).await?;
    if let Some(answered) = methods::pay(&gateway, &payment, &wish, &number).await? {
        return Ok(Json(answered));
    }
    wish.remark(&gateway, &payment).await?;
    let done = give_card(&gateway, payment.id, &number, confirmed).await?;
    Ok(Json(view::done(&done)))
}

/// `POST payments/{id}/decline`: the issuer or the bank refuses for a reason, and the payer leaves or stays.
pub(crate) async fn decline(
    State(gateway): State<House>,
    Path(id): Path<String>,
    mut members: Members,
) -> Answer {
    let reason = given_reason(&mut members)?;
    let leave = members.flag("leave")?.unwrap_or(true);
    let wish = methods::Wish::read(&mut members)?;
    members.finish(&["reason", "leave", "method", "swift", "sub_state", "email"])?;
    let payment = find(&gateway, &id).await?;
    // A script that could not be used now would wait for a payment that nobody can pay.
    if !payment.is_open() {
        return Err(Problem::Refused(Refusal::NotOpen));
    }
    wish.remark(&gateway, &payment).await?;
    let reason = reason.or_else(|| wish.reason()).unwrap_or(DeclineReason::Refused);
    let done = if let Some(done) = methods::decline(&gateway, &payment, &wish, reason).await? {
        done
    } else {
        script(&gateway, payment.id, Operation::Authorise, Fault::Decline(reason))?;
        give_card(&gateway, payment.id, DEFAULT_CARD, true).await?
    };
    let Done::Failed(declined, why) = &done else { return Ok(Json(view::done(&done))) };
    if leave && declined.is_open() {
        let closed = gateway.cancel(payment.id, CancelledBy::Payer).await?;
        return Ok(Json(view::done(&Done::Failed(closed, *why))));
    }
    Ok(Json(view::done(&done)))
}

/// `POST payments/{id}/cancel`: the payer, or the merchant, gives up.
pub(crate) async fn cancel(
    State(gateway): State<House>,
    Path(id): Path<String>,
    mut members: Members,
) -> Answer {
    let by = members.choice("by", &CANCELLED_BY)?.unwrap_or(CancelledBy::Payer);
    members.finish(&["by"])?;
    let payment = find(&gateway, &id).await?;
    let payment = gateway.cancel(payment.id, by).await?;
    Ok(Json(json!({ "payment": view::payment(&payment) })))
}

/// `POST payments/{id}/fault`: what the acquirer will do with the next operation of a kind.
pub(crate) async fn fault(
    State(gateway): State<House>,
    Path(id): Path<String>,
    mut members: Members,
) -> Answer {
    let operation = members.choice("operation", &OPERATIONS)?;
    let operation = operation.ok_or_else(|| Problem::input("operation", "is missing"))?;
    let reason = reason(&mut members)?;
    let faults = [
        ("decline", Fault::Decline(reason)),
        ("answer_lost", Fault::AnswerLost),
        ("question_lost", Fault::QuestionLost),
    ];
    let fault = members.choice("fault", &faults)?.ok_or_else(|| Problem::input("fault", "is missing"))?;
    members.finish(&["operation", "fault", "reason"])?;
    let payment = find(&gateway, &id).await?;
    script(&gateway, payment.id, operation, fault)?;
    Ok(Json(json!({ "scripted": true })))
}

/// The payment a path names. What is no id names no payment.
pub(crate) async fn find(gateway: &Arc<Gateway>, id: &str) -> Result<Payment, Problem> {
    let id: PaymentId = id.parse().map_err(|_| Problem::NoSuchPayment)?;
    gateway.payment(id).await?.ok_or(Problem::NoSuchPayment)
}

fn reason(members: &mut Members) -> Result<DeclineReason, Problem> {
    Ok(given_reason(members)?.unwrap_or(DeclineReason::Refused))
}

fn given_reason(members: &mut Members) -> Result<Option<DeclineReason>, Problem> {
    let names = DeclineReason::ALL.map(|reason| (reason.name(), reason));
    members.choice("reason", &names)
}

pub(crate) fn script(
    gateway: &Arc<Gateway>,
    id: PaymentId,
    operation: Operation,
    fault: Fault,
) -> Result<(), Problem> {
    let sandbox = gateway.sandbox().ok_or(Problem::NoSuchPath)?;
    if sandbox.script(id, operation, fault) { Ok(()) } else { Err(Problem::Overloaded) }
}

async fn give_card(
    gateway: &Arc<Gateway>,
    id: PaymentId,
    number: &str,
    confirmed: bool,
) -> Result<Done, Problem> {
    let step = if number == STORED {
        let code = Cvc::parse(CVC).map_err(|_| Problem::Internal)?;
        gateway.pay_by_stored_card(id, code, None).await?
    } else {
        gateway.pay_by_card(id, card(number, gateway.clock().now())?, None).await?
    };
    match step {
        CardStep::Done(done) => Ok(*done),
        CardStep::Challenge { challenge } => Ok(gateway.answer_challenge(id, &challenge, confirmed).await?),
    }
}

pub(crate) fn card(number: &str, now: Timestamp) -> Result<CardData, Problem> {
    let wrong = |error: CardError| Problem::input("card", format!("is {error}"));
    let today = view::instant(now).to_zoned(jiff::tz::TimeZone::UTC).date();
    let year = u16::try_from(today.year()).unwrap_or(LAST_YEAR).saturating_add(2).min(LAST_YEAR);
    Ok(CardData {
        pan: Pan::parse(number).map_err(wrong)?,
        expiry: Expiry::new(year, 12).map_err(wrong)?,
        cvc: Some(Cvc::parse(CVC).map_err(wrong)?),
    })
}
