//! §6.11, §6.14, §7: a payment that one card alone may pay, and what a payer agrees to who subscribes.

use super::{ANOTHER_APPROVED, APPROVED, CVC, Order, SUBMIT, Scene};
use testkit::prelude::*;
use testkit::webdriver::keys;

/// The number and token of a card that an earlier payment has kept.
async fn kept(scene: &Scene) -> (u64, String) {
    let id = scene.shop.created(&json!({"payer": {"request_card_token": true}})).await;
    scene.buttons.pay_with(id, APPROVED).await.expect_status(200);
    let payer = scene.shop.status(id).await.json()["payer"].clone();
    let token = payer["payment_card"]["card_token"].as_str().expect("a token").to_owned();
    (payer["card_id"].as_u64().expect("a card has a number"), token)
}

/// The page of a payment that this card alone may pay.
async fn bound(scene: &Scene, token: &str) -> Order {
    let order = scene.order(&json!({"payer": {"allowed_card_token": token}})).await;
    scene.open(&order.path).await;
    order
}

#[tokio::test]
async fn the_card_is_filled_in_and_its_holder_gives_the_code() {
    let scene = Scene::new().await;
    let (card, token) = kept(&scene).await;
    let order = bound(&scene, &token).await;
    let chrome = &scene.chrome;
    let pan = chrome.find("#cardPan").await;
    assert_eq!(pan.property("value").await, "444444******4448");
    assert_eq!(pan.attribute("readonly").await.as_deref(), Some("true"));
    scene.see("#cardOnly", "Only the card 444444******4448 can make this payment").await;
    let names = ["#cardPan", "#cardExp", "#cardCvc"];
    for (css, name) in names.into_iter().zip(["Card number", "Valid until", "Security code"]) {
        assert_eq!(chrome.find(css).await.spoken_name().await, name);
    }
    // Nothing else is offered, and nothing of the number is anywhere on the page.
    let html = chrome.execute("return document.documentElement.outerHTML", json!([])).await;
    let html = html.as_str().unwrap();
    assert!(!html.contains(token.as_str()) && !html.contains("name=\"pan\""), "{html}");

    // A code that is none is told beside the field, and by keys alone the payment goes on.
    let code = chrome.find("#cardCvc").await;
    code.type_text("12").await;
    chrome.execute("document.getElementById('storedForm').submit()", json!([])).await;
    scene.see("#problem", "security code").await;
    assert_eq!(scene.status(&order).await, "CREATED");
    chrome.find("#cardCvc").await.type_text(CVC).await;
    chrome.press(keys::ENTER).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
    let payer = scene.shop.status(order.id).await.json()["payer"].clone();
    assert_eq!((&payer["card_id"], &payer["payment_card"]["card_token"]), (&json!(card), &json!(token)));
}

#[tokio::test]
async fn another_card_is_refused_and_the_right_one_still_pays() {
    let scene = Scene::new().await;
    let (card, token) = kept(&scene).await;
    let order = bound(&scene, &token).await;
    // Deleted while the payer looks at it: the number has to be typed, and is still that of the only card.
    scene.shop.delete_card(card).await.expect_status(204);
    scene.open(&order.path).await;
    scene.see("#cardOnly", "Only the card 444444******4448 can make this payment").await;
    scene.pay_with(ANOTHER_APPROVED).await;
    scene.see("#problem", "Only the card 444444******4448 can make this payment").await;
    assert_eq!(scene.status(&order).await, "CREATED");
    assert_eq!(scene.happened(&order, "authorisation_sent").await, 0, "nobody was asked about it");
    assert_eq!(
        scene.chrome.find("#cardPan").await.property("value").await,
        "",
        "a number is never given back"
    );
    scene.pay_with(APPROVED).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn a_subscriber_is_told_what_is_agreed() {
    let scene = Scene::new().await;
    let terms =
        json!({"recurrence_cycle": "MONTH", "recurrence_period": 1, "recurrence_date_to": "2090-12-31"});
    let order = scene.order(&json!({ "recurrence": terms })).await;
    scene.open(&order.path).await;
    scene.see("#cardForm .note", "may charge this card again later").await;
    scene.pay_with(APPROVED).await;
    scene.back_in_shop().await;
    scene.assert_paid_once(&order).await;
    let told = scene.shop.status(order.id).await.json();
    assert_eq!(told["recurrence"]["recurrence_state"], "STARTED");
    let plain = scene.opened().await;
    assert!(scene.chrome.find_all("#cardForm .note").await.is_empty(), "{}", plain.id);
    assert_eq!(scene.chrome.find_all(SUBMIT).await.len(), 1);
}
