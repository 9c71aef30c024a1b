//! §5.1, §6.2, §7: a payment is paid, declined, cancelled, and its status says so.

use super::{refusal, sandbox};
use testkit::prelude::*;

#[tokio::test]
async fn a_paid_payment_shows_its_card_and_fills_in_the_country() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    buttons.pay_with(id, "4188030000000003").await.expect_status(200);
    let body = shop.status(id).await.expect_status(200).json();
    assert_eq!(body["state"], "PAID");
    assert_eq!((body.get("sub_state"), &body["payment_instrument"]), (None, &json!("PAYMENT_CARD")));
    let card = &body["payer"]["payment_card"];
    assert_eq!(card["card_number"], "418803******0003");
    assert_eq!(
        (&card["card_brand"], &card["card_issuer_bank"]),
        (&json!("VISA Electron"), &json!("KOMERCNI BANKA, A.S."))
    );
    assert_eq!(body["payer"]["contact"]["country_code"], "CZE");
}

#[tokio::test]
async fn every_decline_reason_ends_in_its_sub_state() {
    let (_till, shop, buttons) = sandbox().await;
    let table = [
        ("refused", "_5003"),
        ("insufficient_funds", "_5006"),
        ("card_expired", "_5007"),
        ("wrong_cvc", "_5008"),
        ("wrong_pin", "_5008"),
        ("pin_tries_exceeded", "_5005"),
        ("limit_exceeded", "_5002"),
        ("card_blocked", "_5005"),
        ("lost_or_stolen", "_5039"),
        ("issuer_unavailable", "_5003"),
        ("three_d_secure_failed", "_5009"),
        ("account_problem", "_5010"),
        ("card_not_supported", "_5036"),
        ("region_not_supported", "_5035"),
        ("suspected_fraud", "_5004"),
        ("duplicate", "_5041"),
        ("technical_problem", "_5022"),
    ];
    for (reason, sub_state) in table {
        let id = shop.created(&json!({})).await;
        buttons.decline(id, reason).await.expect_status(200);
        let body = shop.status(id).await.json();
        assert_eq!((&body["state"], &body["sub_state"]), (&json!("CANCELED"), &json!(sub_state)), "{reason}");
    }
}

#[tokio::test]
async fn an_amount_that_ends_in_04_is_declined() {
    // §16
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({"amount": 1504})).await;
    buttons.pay(id).await;
    let body = shop.status(id).await.json();
    assert_eq!(
        (&body["state"], &body["sub_state"]),
        (&json!("PAYMENT_METHOD_CHOSEN"), &json!("_5003")),
        "the payer may still try another card"
    );
    buttons.cancel(id).await.expect_status(200);
    let body = shop.status(id).await.json();
    assert_eq!((&body["state"], &body["sub_state"]), (&json!("CANCELED"), &json!("_5003")));
    let other = shop.created(&json!({"amount": 1473})).await;
    buttons.pay(other).await.expect_status(200);
    assert_eq!(shop.state(other).await, "PAID");
}

#[tokio::test]
async fn three_declined_cards_end_the_payment() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    for state in ["PAYMENT_METHOD_CHOSEN", "PAYMENT_METHOD_CHOSEN", "CANCELED"] {
        buttons.pay_with(id, "4444440000001028").await;
        let body = shop.status(id).await.json();
        assert_eq!((&body["state"], &body["sub_state"]), (&json!(state), &json!("_5006")));
    }
}

#[tokio::test]
async fn a_payer_who_leaves_cancels() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    buttons.cancel(id).await.expect_status(200);
    let body = shop.status(id).await.json();
    assert_eq!((&body["state"], &body["sub_state"]), (&json!("CANCELED"), &json!("_5037")));
}

#[tokio::test]
async fn what_is_unknown_is_not_found() {
    let (_till, shop, _) = sandbox().await;
    assert_eq!(refusal(&shop.status(100).await), "404 G 304 PAYMENT_NOT_FOUND");
    assert_eq!(refusal(&shop.status(3_999_999_999).await), "404 G 304 PAYMENT_NOT_FOUND");
}

#[tokio::test]
async fn a_payment_survives_a_restart() {
    let (mut till, shop, buttons) = sandbox().await;
    let id = super::paid(&shop, &buttons, &json!({})).await;
    let before = shop.status(id).await.json();
    till.restart().await;
    let after = till.shop().status(id).await.json();
    // The port is another one, and so is the address of the page.
    for name in ["id", "state", "amount", "payer", "order_number", "payment_instrument"] {
        assert_eq!(after[name], before[name]);
    }
}

#[tokio::test]
async fn a_lost_authorisation_is_found_out_and_never_guessed() {
    let (_till, shop, buttons) = sandbox().await;
    // The acquirer approved, but nobody heard: found by inquiry.
    let approved = shop.created(&json!({})).await;
    buttons.pay_with(approved, "4444440000001184").await;
    assert_eq!(shop.state(approved).await, "PAYMENT_METHOD_CHOSEN");
    // The acquirer never heard: reversed, so that it can no longer happen, and the payer may try again.
    let unheard = shop.created(&json!({})).await;
    buttons.pay_with(unheard, "4444440000001192").await;
    let busy = buttons.pay(unheard).await;
    assert_eq!(busy.status, 409, "another card was asked for while the outcome was open: {}", busy.text());
    buttons.advance("PT31S").await.expect_status(200);
    assert_eq!(shop.state(approved).await, "PAID");
    assert_eq!(shop.state(unheard).await, "PAYMENT_METHOD_CHOSEN");
    buttons.pay(unheard).await.expect_status(200);
    assert_eq!(shop.state(unheard).await, "PAID");
}

/// A status as it was sent, with the id, the page's token and the card's expiry replaced.
async fn masked(shop: &Shop, id: u64) -> String {
    let answer = shop.status(id).await.expect_status(200);
    let body = answer.json();
    let mut text = answer.text().replace(&id.to_string(), "<id>");
    text = text.replace(body["gw_url"].as_str().unwrap(), "<gw_url>");
    if let Some(expiration) = body["payer"]["payment_card"]["card_expiration"].as_str() {
        text = text.replace(&format!("\"{expiration}\""), "\"<yymm>\"");
    }
    text
}

#[tokio::test]
async fn statuses_have_the_recorded_members_in_the_recorded_order() {
    let (_till, shop, buttons) = sandbox().await;
    let plain = json!({"items": null, "payer": {"contact": {"email": "a@example.com"}}});
    let id = shop.created(&plain).await;
    buttons.pay_with(id, "4188030000000003").await.expect_status(200);
    insta::assert_snapshot!(masked(&shop, id).await, @r#"{"id":<id>,"order_number":"001","state":"PAID","payment_instrument":"PAYMENT_CARD","amount":10000,"currency":"CZK","payer":{"payment_card":{"card_number":"418803******0003","card_expiration":"<yymm>","card_brand":"VISA Electron","card_issuer_country":"CZE","card_issuer_bank":"KOMERCNI BANKA, A.S."},"contact":{"email":"a@example.com","country_code":"CZE"}},"target":{"type":"ACCOUNT","goid":8123456789},"lang":"cs","gw_url":"<gw_url>"}"#);
    let declined = shop.created(&plain).await;
    buttons.decline(declined, "insufficient_funds").await.expect_status(200);
    insta::assert_snapshot!(masked(&shop, declined).await, @r#"{"id":<id>,"order_number":"001","state":"CANCELED","sub_state":"_5006","payment_instrument":"PAYMENT_CARD","amount":10000,"currency":"CZK","payer":{"contact":{"email":"a@example.com"}},"target":{"type":"ACCOUNT","goid":8123456789},"lang":"cs","gw_url":"<gw_url>"}"#);
    let mut held = plain;
    held["preauthorization"] = json!(true);
    let id = shop.created(&held).await;
    buttons.pay_with(id, "4188030000000003").await.expect_status(200);
    insta::assert_snapshot!(masked(&shop, id).await, @r#"{"id":<id>,"order_number":"001","state":"AUTHORIZED","payment_instrument":"PAYMENT_CARD","amount":10000,"currency":"CZK","payer":{"payment_card":{"card_number":"418803******0003","card_expiration":"<yymm>","card_brand":"VISA Electron","card_issuer_country":"CZE","card_issuer_bank":"KOMERCNI BANKA, A.S."},"contact":{"email":"a@example.com","country_code":"CZE"}},"target":{"type":"ACCOUNT","goid":8123456789},"preauthorization":{"requested":true,"state":"AUTHORIZED"},"lang":"cs","gw_url":"<gw_url>"}"#);
    shop.capture(id, Some(4_000)).await.expect_status(200);
    insta::assert_snapshot!(masked(&shop, id).await, @r#"{"id":<id>,"order_number":"001","state":"PAID","payment_instrument":"PAYMENT_CARD","amount":4000,"currency":"CZK","payer":{"payment_card":{"card_number":"418803******0003","card_expiration":"<yymm>","card_brand":"VISA Electron","card_issuer_country":"CZE","card_issuer_bank":"KOMERCNI BANKA, A.S."},"contact":{"email":"a@example.com","country_code":"CZE"}},"target":{"type":"ACCOUNT","goid":8123456789},"preauthorization":{"requested":true,"state":"CAPTURED"},"lang":"cs","gw_url":"<gw_url>"}"#);
}

#[tokio::test]
async fn refunds_are_listed_with_times_of_prague() {
    // §2, §6.4
    let (_till, shop, buttons) = sandbox().await;
    let id = super::paid(&shop, &buttons, &json!({})).await;
    shop.refund(id, 1_000).await.expect_status(200);
    let text = shop.refunds(id).await.expect_status(200).text();
    let text = text.replace(&format!("{id}001"), "<id>001");
    let mut times = Vec::new();
    let mut masked = String::new();
    for part in text.split_inclusive('"') {
        let time = part.trim_end_matches('"');
        if time.len() == 28 && time.starts_with("20") {
            times.push(time.to_owned());
            masked.push_str("<time>\"");
        } else {
            masked.push_str(part);
        }
    }
    insta::assert_snapshot!(masked, @r#"[{"id":<id>001,"state":"SUCCESS","amount":1000,"currency":"CZK","date_requested":"<time>","date_last_change":"<time>"}]"#);
    for time in times {
        let read = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.3f%z", &time);
        let read = read.unwrap_or_else(|error| panic!("{time}: {error}")).to_timestamp().unwrap();
        let prague = read.in_tz("Europe/Prague").unwrap();
        assert_eq!(prague.strftime("%Y-%m-%dT%H:%M:%S%.3f%z").to_string(), time);
    }
}
