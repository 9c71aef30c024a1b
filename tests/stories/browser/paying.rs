//! §10: a payer pays and is back in the shop.

use super::{APPROVED, BACK_TO_SHOP, CHALLENGED, SUBMIT, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn a_card_is_typed_and_the_payer_is_back_in_the_shop() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.see(".payee strong", "Demo").await;
    scene.see(".amount strong", "100.00").await;
    scene.see(".order", "001").await;
    scene.see(".description", "pumps").await;
    scene.fill_in(APPROVED).await;
    assert_eq!(scene.chrome.find("#cardPan").await.property("value").await, "4444 4444 4444 4448");
    assert_eq!(scene.chrome.find("#cardExp").await.property("value").await, "12 / 49");
    scene.click(SUBMIT).await;
    scene.see("h1", "Thank you").await;
    assert_eq!(scene.status(&order).await, "PAID", "final before the payer leaves");
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
    let returned = scene.site.record().into_iter().find(|request| request.path == "/return").unwrap();
    assert_eq!((returned.method.as_str(), returned.body.as_str()), ("GET", ""));
}

#[tokio::test]
async fn a_preauthorised_payment_only_reserves() {
    let scene = Scene::new().await;
    let order = scene.staying_order(&json!({ "preauthorization": true })).await;
    scene.open(&order.path).await;
    scene.see(SUBMIT, "Reserve").await;
    scene.pay_with(CHALLENGED).await;
    scene.click("#confirm").await;
    scene.see("h1", "reserved").await;
    assert_eq!(scene.status(&order).await, "AUTHORIZED");
    assert_eq!(scene.happened(&order, "captured").await, 0);
}

#[tokio::test]
async fn a_paid_page_says_what_was_paid_to_whom() {
    let scene = Scene::new().await;
    let order = scene.staying_order(&json!({})).await;
    scene.open(&order.path).await;
    scene.pay_with(APPROVED).await;
    scene.see("h1", "Thank you, the payment is complete").await;
    scene.see("main", "You have paid").await;
    scene.see("main", "100.00").await;
    scene.click(BACK_TO_SHOP).await;
    scene.see("h1", "Taking you back to the shop").await;
    let way = scene.chrome.find("a[data-return]").await.attribute("href").await.unwrap();
    assert_eq!(way, scene.site.url(&format!("/stay?id={}", order.id)));
}

#[tokio::test]
async fn without_a_return_address_the_page_says_that_it_may_be_closed() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({ "callback": null })).await;
    scene.open(&order.path).await;
    scene.pay_with(APPROVED).await;
    scene.see("main", "You may close this page").await;
    assert!(scene.chrome.find_all(BACK_TO_SHOP).await.is_empty());
    assert_eq!(scene.status(&order).await, "PAID");
}

#[tokio::test]
async fn the_form_that_shops_post_opens_the_page() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({})).await;
    let address = scene.till.url(&order.path);
    let form = format!("<form method=post action='{address}'><button name=pay>Pay</button></form>");
    scene.site.answer_path("/cart", super::html(&form));
    scene.chrome.goto(&scene.site.url("/cart")).await;
    scene.click("button").await;
    scene.see(SUBMIT, "Pay").await;
    assert_eq!(scene.status(&order).await, "CREATED");
}

#[tokio::test]
async fn a_lost_answer_is_waited_for_and_found_out() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with("4444440000001184").await;
    scene.see("h1", "waiting for your bank").await;
    assert!(scene.chrome.find_all("form[method=post]").await.is_empty(), "nothing invites to pay again");
    assert_eq!(scene.happened(&order, "captured").await, 0);
    scene.buttons.advance("PT1H").await.expect_status(200);
    // The page asks by itself and goes on to the shop.
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    assert_eq!(scene.shop.renewed().state(order.id).await, "PAID");
    assert_eq!(scene.happened(&order, "captured").await, 1);
}

#[tokio::test]
async fn a_click_on_a_test_card_fills_in_the_form() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.click(&format!("[data-test-card='{APPROVED}']")).await;
    assert_eq!(scene.chrome.focused().await.attribute("data-cy").await.unwrap(), "cardSubmit");
    scene.click(SUBMIT).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}
