//! §7, §10: a declined card is told what to do next; three of them end the payment.

use super::{ANOTHER_APPROVED, BACK_TO_SHOP, BLOCKED, NO_FUNDS, SUBMIT, Scene};

#[tokio::test]
async fn after_a_decline_another_card_pays() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with(NO_FUNDS).await;
    scene.see("#problem", "not enough money").await;
    scene.see("#problem", "Use another card, or add money").await;
    scene.see("#problem", "2 attempts left").await;
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _5006");
    assert_eq!(
        scene.chrome.find("#cardPan").await.property("value").await,
        "",
        "a number is never given back"
    );
    scene.pay_with(ANOTHER_APPROVED).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
    let body = scene.shop.status(order.id).await.json();
    assert_eq!(body["payer"]["payment_card"]["card_number"], "544738******0006");
}

#[tokio::test]
async fn a_reload_after_a_decline_tries_nothing() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with(NO_FUNDS).await;
    scene.see("#problem", "2 attempts left").await;
    scene.chrome.reload().await;
    scene.see("#problem", "2 attempts left").await;
    assert_eq!(scene.happened(&order, "declined").await, 1);
}

#[tokio::test]
async fn three_declines_close_the_payment() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    for (card, hint) in [(NO_FUNDS, "2 attempts left"), (NO_FUNDS, "one attempt left")] {
        scene.pay_with(card).await;
        scene.see("#problem", hint).await;
        assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _5006");
    }
    scene.pay_with(BLOCKED).await;
    scene.see("h1", "The payment was not made").await;
    scene.see("main", "The card is blocked").await;
    scene.see("main", "Return to the shop").await;
    assert_eq!(scene.status(&order).await, "CANCELED _5005");
    assert!(scene.chrome.find_all(SUBMIT).await.is_empty());
    scene.notified(&order).await;
    scene.open(&order.path).await;
    scene.see("h1", "The payment was not made").await;
    scene.click(BACK_TO_SHOP).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    assert_eq!(scene.happened(&order, "captured").await, 0);
}

#[tokio::test]
async fn leaving_after_a_decline_cancels_with_its_reason() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with(NO_FUNDS).await;
    scene.see("#problem", "not enough money").await;
    scene.click(BACK_TO_SHOP).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    assert_eq!(scene.status(&order).await, "CANCELED _5006");
    scene.notified(&order).await;
}
