//! A transaction with everything a receipt needs (gptom.md §5.6). Members are never left out; what is not known is null.

use domain::{CloseReason, ConversionStatus, End, Minor, MoneyState, TaskKind, TaskState, Terminal};
use gateway::terminals::TaskView;
use serde_json::{Value, json};

use super::{Standing, card, error_object, operation, standing};
use crate::codes::{Outcome, refusal};
use crate::names;
use crate::profile::{TaskWord, write};
use crate::record::Record;
use crate::request::Operation;
use crate::routes::App;
use crate::time;

pub(crate) fn transaction(app: &App, terminal: &Terminal, view: &TaskView) -> Value {
    let record = Record::read(&view.task.extra);
    let standing = standing(&app.profile, view, &record);
    let mut members = outcome(app, view, standing);
    members.extend(identity(app, terminal, view, &record));
    members.extend(money(app, view, &record));
    members.extend(of_card(view));
    members.extend(place(view));
    members.extend([
        ("merchantInfo", merchant(app, terminal)),
        ("blikCode", Value::Null),
        ("blikTransactionRef", Value::Null),
        ("dccData", dcc(view)),
        ("elvData", Value::Null),
        ("printByPaymentApp", json!(view.task.print)),
        ("preferableReceiptType", json!(record.receipt)),
    ]);
    write(&app.profile.transaction, members)
}

type Members = Vec<(&'static str, Value)>;

/// What became of it (§8).
fn outcome(app: &App, view: &TaskView, standing: Standing) -> Members {
    let host = match view.task.state {
        TaskState::Done(End::Approved) => Some((0, "approved")),
        TaskState::Done(End::Declined(reason)) => Some(refusal(reason)),
        _ => None,
    };
    let message = match (standing.outcome, standing.word) {
        (None, _) => None,
        (Some(Outcome::Success), _) => Some("APPROVED"),
        (Some(Outcome::Declined), _) => Some("DECLINED"),
        (Some(_), TaskWord::Cancelled) => Some("CANCELLED"),
        (Some(_), _) => Some("ERROR"),
    };
    let name = names::task(&app.gateway, view.task.id);
    let error = standing.error.map(|code| error_object(code, &name));
    vec![
        ("result", json!(standing.outcome.map(Outcome::number))),
        ("responseMessage", json!(message)),
        ("responseCode", json!(host.map(|(code, _)| code))),
        ("code", json!(host.map(|(_, name)| name))),
        ("state", json!(standing.number)),
        ("isRepeatable", json!(matches!(standing.number, 1..=3))),
        ("late", json!(late(view))),
        ("error", error.unwrap_or_default()),
    ]
}

/// An approval that came when nobody waited for it any more: it was given back, so the failure stands.
fn late(view: &TaskView) -> bool {
    let failed = matches!(view.task.state, TaskState::Done(End::TimedOut | End::DeviceLost));
    failed && view.payment.as_ref().is_some_and(|payment| payment.authorized.is_positive())
}

fn identity(app: &App, terminal: &Terminal, view: &TaskView, record: &Record) -> Members {
    let task = &view.task;
    let own = names::transaction(&app.gateway, task.id);
    let booked = names::booked(terminal, task);
    let origin = match task.kind {
        TaskKind::Void { payment, .. } if view.payment.is_some() => {
            Some(names::transaction(&app.gateway, payment.into()))
        }
        TaskKind::Void { .. } => record.origin.clone(),
        _ => None,
    };
    let external = view.payment.as_ref().and_then(|payment| {
        // The acquirer knows an authorisation by the payment and the step that asked for it.
        payment.authorization.map(|reference| format!("{}-{}", payment.id, reference.get()))
    });
    let operation = operation(task.kind);
    let undone_by = task.undone_by.map(|by| names::transaction(&app.gateway, by));
    let undone = task.kind.has_payment()
        && view.payment.as_ref().is_some_and(|it| it.money == MoneyState::Closed(CloseReason::Reversed));
    vec![
        ("transactionID", json!(own)),
        ("amsID", json!(booked)),
        ("externalTransactionID", json!(external)),
        ("transactionType", json!(operation.map(Operation::word))),
        ("transactionTypeId", json!(operation.map(Operation::number))),
        ("paymentMethod", json!(record.method.as_deref().unwrap_or("CARD"))),
        ("merchantID", json!(terminal.shop.to_string())),
        ("terminalID", json!(terminal.tid)),
        ("clientID", json!(client(app, terminal, record))),
        ("originTransactionID", json!(origin)),
        ("voidedByTransactionID", json!(undone_by)),
        ("voided", json!(undone)),
    ]
}

fn client(app: &App, terminal: &Terminal, record: &Record) -> Option<String> {
    let directory = app.gateway.directory();
    let known = directory.merchant(terminal.merchant).and_then(|merchant| merchant.client_id.clone());
    known.or_else(|| record.client.clone())
}

fn money(app: &App, view: &TaskView, record: &Record) -> Members {
    let written = |amount: Option<Minor>| amount.map_or(Value::Null, |amount| app.profile.amount(amount));
    let payment = view.payment.as_ref();
    let amount = payment.map(|payment| payment.terms.amount.amount);
    let tip = payment.map(|payment| payment.terminal.map(|at| at.tip).unwrap_or_default());
    let currency = payment.map(|payment| payment.terms.amount.currency);
    let total = amount.zip(tip).map(|(amount, tip)| amount.plus(tip));
    vec![
        ("currencyCode", currency.map_or(Value::Null, |currency| record.spelt(currency))),
        ("currency", json!(currency.map(|currency| currency.code().to_owned()))),
        ("amount", written(amount)),
        ("tipAmount", written(tip)),
        ("totalAmount", written(total)),
        ("cashbackAmount", written(amount.map(|_| Minor::ZERO))),
    ]
}

fn of_card(view: &TaskView) -> Members {
    let payment = view.payment.as_ref();
    let found = payment.and_then(|payment| payment.card.as_ref());
    let at = payment.and_then(|payment| payment.terminal).unwrap_or_default();
    let approved = view.task.end() == Some(End::Approved);
    let verified = at.approval.map(|approval| card::verified(approval.verification));
    let code = at.approval.and_then(|approval| approval.code);
    let application = found.and_then(|it| card::application(it, at.entry));
    vec![
        ("cardNumber", json!(found.map(card::masked))),
        ("cardProduct", json!(found.map(card::product))),
        ("cardDataEntry", json!(at.entry.map(card::entry))),
        ("cardHolderVerificationMethod", json!(verified)),
        ("pinOk", json!(verified.filter(|_| approved).map(|method| method == "PIN"))),
        ("approvedCode", json!(code.as_ref().map(domain::ApprovalCode::as_str))),
        ("emvAid", json!(application.map(|(aid, _)| aid))),
        ("emvAppLabel", json!(application.map(|(_, label)| label))),
    ]
}

/// Where it is in the books: the numbers that a receipt shows.
fn place(view: &TaskView) -> Members {
    let task = &view.task;
    let sequence = task.sequence.map(|sequence| format!("{sequence:06}"));
    let receipt = task.batch.zip(task.sequence).map(|(batch, sequence)| format!("{batch:04}{sequence:04}"));
    vec![
        ("referenceNumber", json!(task.reference)),
        ("invoiceNumber", json!(receipt)),
        ("traceNumber", json!(sequence)),
        ("sequenceNumber", json!(sequence)),
        ("receiptNumber", json!(receipt)),
        ("batchNumber", json!(task.batch.map(|number| number.to_string()))),
        ("date", json!(time(task.ended_at.or(task.started_at).unwrap_or(task.created_at)))),
    ]
}

fn merchant(app: &App, terminal: &Terminal) -> Value {
    let directory = app.gateway.directory();
    let merchant = directory.merchant(terminal.merchant);
    let address = merchant.and_then(|merchant| merchant.address.clone()).unwrap_or_default();
    json!({
        "company": merchant.map(|merchant| merchant.name.as_str()),
        "city": address.city,
        "street": address.street,
        "house": address.house,
        "location": terminal.name,
        "country": address.country,
        "zip": address.zip,
    })
}

/// What the payer was offered, as it has to be on the receipt.
fn dcc(view: &TaskView) -> Value {
    let at = view.payment.as_ref().and_then(|payment| payment.terminal);
    let Some(offer) = at.and_then(|at| at.conversion) else { return Value::Null };
    let status = match offer.status {
        ConversionStatus::Accepted => "ACCEPTED",
        ConversionStatus::NotAccepted => "NOT_ACCEPTED",
        ConversionStatus::NotProcessed => "NOT_PROCESSED",
    };
    json!({
        "currency": offer.currency.as_str(),
        "amount": decimals(offer.amount, offer.decimals),
        "markup": offer.markup_basis_points,
        "regionSchemaIndicator": offer.region,
        "exchangeRate": decimals(offer.rate_millionths, 6),
        "status": status,
    })
}

/// A number of smallest units with its point where it belongs: as a text, because its zeros count.
fn decimals(units: i64, places: u8) -> String {
    let width = usize::from(places);
    let digits = format!("{:0>least$}", units.unsigned_abs(), least = width + 1);
    match digits.split_at_checked(digits.len() - width) {
        Some((whole, part)) if !part.is_empty() => format!("{whole}.{part}"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::decimals;

    #[test]
    fn points_stand_where_the_currency_has_them() {
        for (units, places, text) in
            [(1_299, 3, "1.299"), (639, 0, "639"), (5, 2, "0.05"), (13_000, 6, "0.013000"), (0, 0, "0")]
        {
            assert_eq!(decimals(units, places), text);
        }
    }
}
