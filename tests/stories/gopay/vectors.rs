//! §18: what the real gateway was recorded to answer, text for text but for numbers, addresses and times.

use super::{paid, sandbox};
use testkit::prelude::*;

/// An answer with what differs every time left out.
fn plain(answer: &Answer) -> String {
    let (text, body) = (answer.text(), answer.json());
    let mut plain = text.clone();
    for (member, stands_for) in [("id", "<id>"), ("parent_id", "<parent>")] {
        if let Some(number) = body[member].as_u64() {
            plain = plain.replace(&format!("\"{member}\":{number}"), &format!("\"{member}\":{stands_for}"));
        }
    }
    for (member, stands_for) in [("gw_url", "<url>"), ("date_issued", "<now>"), ("access_token", "<token>")] {
        if let Some(value) = body[member].as_str() {
            plain = plain.replace(value, stands_for);
        }
    }
    match body["payer"]["payment_card"]["card_expiration"].as_str() {
        Some(yymm) if yymm.len() == 4 => plain.replace(&format!("\"{yymm}\""), "\"<yymm>\""),
        _ => plain,
    }
}

fn order() -> Value {
    json!({ "order_number": "order-1", "lang": "CS", "items": null, "order_description": null,
        "target": { "type": "ACCOUNT", "goid": "8123456789" },
        "payer": { "allowed_payment_instruments": ["PAYMENT_CARD"],
            "contact": { "first_name": "A", "last_name": "B", "email": "a@example.com" } } })
}

const PAYER: &str = r#""payer":{"allowed_payment_instruments":["PAYMENT_CARD"],"#;
const CONTACT: &str = r#""contact":{"first_name":"A","last_name":"B","email":"a@example.com""#;
const TARGET: &str = r#""target":{"type":"ACCOUNT","goid":8123456789},"#;
const CARD: &str = r#""payment_card":{"card_number":"444444******4448","card_expiration":"<yymm>","card_brand":"Visa Gold","card_issuer_country":"POL","card_issuer_bank":"CREDIT AGRICOLE BANK POLSKA, S.A."},"#;

#[tokio::test]
async fn a_token() {
    let (_till, shop, _) = sandbox().await;
    let answer = shop.token("payment-all").await.expect_status(200);
    let recorded = r#"{"token_type":"bearer","access_token":"<token>","expires_in":1800"#;
    // The recorded one goes on with a refresh token, which no grant takes.
    assert_eq!(plain(&answer), format!("{recorded}}}"));
}

#[tokio::test]
async fn a_recurring_payment_created_and_one_of_its_charges() {
    let (till, shop, buttons) = sandbox().await;
    let mut recurring = order();
    recurring["recurrence"] =
        json!({ "recurrence_cycle": "WEEK", "recurrence_period": 10, "recurrence_date_to": "2050-01-01" });
    let created = shop.create(&recurring).await.expect_status(200);
    let recurrence = r#""recurrence":{"recurrence_cycle":"WEEK","recurrence_period":10,"recurrence_date_to":"2050-01-01","recurrence_state":"REQUESTED"},"#;
    assert_eq!(
        plain(&created),
        format!(
            r#"{{"id":<id>,"order_number":"order-1","state":"CREATED","amount":10000,"currency":"CZK",{PAYER}{CONTACT}}}}},{TARGET}{recurrence}"lang":"cs","gw_url":"<url>"}}"#
        )
    );
    let first = created.json()["id"].as_u64().unwrap();
    buttons.pay(first).await.expect_status(200);
    buttons.advance("P71D").await.expect_status(200);
    let charges = buttons.recurrence(first).await.expect_status(200).json();
    let child = charges["charges"][0]["payment"]["id"].as_u64().unwrap();
    let shop = till.shop();
    let status = plain(&shop.status(child).await.expect_status(200));
    let begin = r#"{"id":<id>,"parent_id":<parent>,"order_number":"order-1","state":"PAID","payment_instrument":"PAYMENT_CARD","amount":10000,"currency":"CZK","payer":{"#;
    assert!(status.starts_with(begin) && !status.contains("recurrence"), "{status}");
    let stopped = shop.void_recurrence(first).await.expect_status(200);
    assert_eq!(plain(&stopped), r#"{"id":<id>,"result":"FINISHED"}"#);
}

#[tokio::test]
async fn a_refunded_payment() {
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &order()).await;
    let refunded = shop.refund(id, 10_000).await.expect_status(200);
    assert_eq!(plain(&refunded), r#"{"id":<id>,"result":"FINISHED"}"#);
    let status = shop.status(id).await.expect_status(200);
    assert_eq!(
        plain(&status),
        format!(
            r#"{{"id":<id>,"order_number":"order-1","state":"REFUNDED","payment_instrument":"PAYMENT_CARD","amount":10000,"currency":"CZK",{PAYER}{CARD}{CONTACT},"country_code":"POL"}}}},{TARGET}"lang":"cs","gw_url":"<url>"}}"#
        )
    );
}

#[tokio::test]
async fn what_is_said_of_an_unknown_payment() {
    let (_till, shop, _) = sandbox().await;
    let error = |rest: &str| format!(r#"{{"date_issued":"<now>","errors":[{{{rest}}}]}}"#);
    for (answer, status, recorded) in [
        (
            shop.status(100).await,
            404,
            r#""scope":"G","error_code":304,"error_name":"PAYMENT_NOT_FOUND","message":"Payment not found.""#,
        ),
        (
            shop.refund(100, 1).await,
            409,
            r#""scope":"F","field":"id","error_code":111,"error_name":"INVALID","message":"Wrong value.""#,
        ),
        (
            shop.void_recurrence(100).await,
            409,
            r#""scope":"G","error_code":340,"error_name":"PAYMENT_RECURRENCE_FAILED","message":"Recurring payment failed""#,
        ),
    ] {
        assert_eq!((answer.status.as_u16(), plain(&answer)), (status, error(recorded)));
    }
}
