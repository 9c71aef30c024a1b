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
