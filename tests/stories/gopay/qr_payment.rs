//! §6.12: a payment order as a code. That the pictures say what they should is shown where they are drawn.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{refusal, sandbox};
use testkit::prelude::*;

fn of(id: u64, rest: &str) -> String {
    format!("/api/payments/payment/{id}/qr-payment{rest}")
}

async fn created(shop: &Shop, currency: &str, amount: u64) -> u64 {
    shop.created(&json!({ "payer": null, "currency": currency, "amount": amount })).await
}

#[tokio::test]
async fn each_currency_has_its_standards_in_two_formats() {
    let (_till, shop, _) = sandbox().await;
    for (currency, standards) in
        [("CZK", vec!["spayd"]), ("EUR", vec!["paybysquare", "sepa"]), ("HUF", vec!["mnb_qr"])]
    {
        let id = created(&shop, currency, 139_900).await;
        for (format, start) in
            [("", b"\x89PNG".as_slice()), ("?format=PNG", b"\x89PNG"), ("?format=svg", b"<svg ")]
        {
            let body = shop.get(&of(id, format)).await.expect_status(200).json();
            assert_eq!((&body["amount"], &body["currency"]), (&json!(139_900), &json!(currency)));
            let codes = body["qr_code"].as_object().unwrap();
            assert!(codes.keys().eq(standards.iter()), "{codes:?}");
            for code in codes.values() {
                let picture = BASE64_STANDARD.decode(code.as_str().unwrap()).unwrap();
                assert!(picture.starts_with(start), "{format}");
            }
        }
        assert_eq!(shop.state(id).await, "CREATED", "asking changes nothing");
    }
}

#[tokio::test]
async fn the_order_is_also_told_in_words_and_can_be_paid() {
    let (_till, shop, buttons) = sandbox().await;
    let id = created(&shop, "CZK", 10_000).await;
    let body = shop.get(&of(id, "")).await.expect_status(200).json();
    let account = &body["recipient"]["bank_account"];
    assert_eq!(account["local"]["variable_symbol"], id.to_string());
    // A code that no bank has.
    assert_eq!(account["local"]["bank_code"], "9999");
    assert!(account["international"]["iban"].as_str().unwrap().starts_with("CZ"));
    buttons.press(id, "pay", &json!({ "swift": "QRPAYMENT" })).await.expect_status(200);
    assert_eq!(shop.state(id).await, "PAID");
    assert_eq!(refusal(&shop.get(&of(id, "")).await), "409 G 302 PAYMENT_NOT_POSSIBLE");
}

#[tokio::test]
async fn without_a_standard_or_a_payment_there_is_no_code() {
    let (_till, shop, _) = sandbox().await;
    let dollars = created(&shop, "USD", 10_000).await;
    let zloty = created(&shop, "PLN", 10_000).await;
    // Forints have no hundredths in a payment order.
    let fillers = created(&shop, "HUF", 10_001).await;
    let by_card = shop.created(&json!({})).await;
    for id in [dollars, zloty, fillers, by_card] {
        assert_eq!(refusal(&shop.get(&of(id, "")).await), "409 G 302 PAYMENT_NOT_POSSIBLE");
    }
    let id = created(&shop, "CZK", 10_000).await;
    assert_eq!(refusal(&shop.get(&of(id, "?format=gif")).await), "409 F format 111 INVALID");
    assert_eq!(refusal(&shop.get(&of(100, "")).await), "404 G 304 PAYMENT_NOT_FOUND");
    assert_eq!(refusal(&shop.with_bearer("nonsense").get(&of(id, "")).await), "403 G 200 AUTH_UNAUTHORIZED");
}
