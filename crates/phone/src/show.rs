//! The JSON of every answer (docs/mobilepay-phone.md): camel case, amounts as texts with two places, times in UTC.

use domain::{Money, Timestamp};
use gateway::phone::{Activity, AtPos, CheckedIn, Customer, PaymentView, Phone, PosView, RefundView};
use serde_json::{Value, json};

pub(crate) fn time(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map(|at| at.to_string()).unwrap_or_default()
}

/// All currencies here are counted in hundredths.
pub(crate) fn amount(money: Money) -> String {
    let minor = money.amount.get();
    let sign = if minor < 0 { "-" } else { "" };
    let minor = minor.unsigned_abs();
    format!("{sign}{}.{:02}", minor / 100, minor % 100)
}

pub(crate) fn customer(customer: &Customer) -> Value {
    json!({
        "phoneNumber": customer.phone.to_string(),
        "name": customer.name,
        "country": customer.country,
        "paymentSource": customer.source.name(),
        "card": customer.card,
        "partialCapture": customer.partial_capture,
        "loyaltyIds": customer.loyalty_ids,
        "age": customer.age,
        "failReservation": customer.fail_reservation,
    })
}

pub(crate) fn pos(pos: &PosView) -> Value {
    json!({
        "beaconId": pos.beacon.to_string(),
        "posId": pos.pos.to_string(),
        "name": pos.name,
        "storeName": pos.store_name,
        "storeCity": pos.store_city,
        "brandName": pos.brand_name,
        "requirePaymentBeforeCheckin": pos.require_payment_before_checkin,
    })
}

fn payment(payment: &PaymentView) -> Value {
    json!({
        "paymentId": payment.id.to_string(),
        "orderId": payment.order_id,
        "status": payment.status,
        "amount": payment.amount.map(amount),
        "currencyCode": payment.amount.map(|money| money.currency.code().to_owned()),
        "capturedAmount": payment.captured.map(amount),
        "createdAt": time(payment.created_at),
        "changedAt": time(payment.changed_at),
        "expiresAt": payment.expires_at.map(time),
    })
}

fn refund(refund: &RefundView) -> Value {
    json!({
        "refundId": refund.id.to_string(),
        "paymentId": refund.payment.to_string(),
        "status": refund.status,
        "amount": amount(refund.amount),
        "currencyCode": refund.amount.currency.code(),
        "createdAt": time(refund.created_at),
        "changedAt": time(refund.changed_at),
    })
}

pub(crate) fn at(at: &AtPos) -> Value {
    let mut shown = pos(&at.pos);
    if let Some(members) = shown.as_object_mut() {
        members.insert("checkedIn".to_owned(), at.checked_in.map(|phone| phone.to_string()).into());
        members.insert("payment".to_owned(), at.payment.as_ref().map(payment).into());
    }
    shown
}

fn check_in(check_in: &CheckedIn) -> Value {
    json!({
        "pointOfSale": pos(&check_in.pos),
        "since": time(check_in.since),
        "payment": check_in.payment.as_ref().map(payment),
    })
}

fn activity(activity: &Activity) -> Value {
    match activity {
        Activity::Payment(at, of) => {
            json!({ "kind": "payment", "pointOfSale": pos(at), "payment": payment(of) })
        }
        Activity::Refund(at, of) => json!({ "kind": "refund", "pointOfSale": pos(at), "refund": refund(of) }),
    }
}

pub(crate) fn phone(phone: &Phone, now: Timestamp) -> Value {
    json!({
        "phoneNumber": phone.number.to_string(),
        "now": time(now),
        "checkIn": phone.check_in.as_ref().map(check_in),
        "activity": phone.activity.iter().map(activity).collect::<Vec<_>>(),
    })
}
