//! The issuer asks whether it is the card's owner who pays: confirmed, refused, or never asked.

use super::{APPROVED, CHALLENGED, NOT_AUTHENTICATED, Scene};
use testkit::webdriver::keys;

#[tokio::test]
async fn a_confirmed_challenge_pays() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with(CHALLENGED).await;
    scene.see("h1", "Payment confirmation").await;
    scene.see(".simulation", "Simulation").await;
    scene.see(".facts", "100.00").await;
    scene.see(".facts", "1002").await;
    let source = scene.chrome.source().await;
    assert!(
        !source.contains("4444440000001002") && !source.contains("444444"),
        "the card is not on the page"
    );
    assert_eq!(scene.happened(&order, "captured").await, 0, "nothing moves before the answer");
    scene.click("#confirm").await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn after_a_refused_challenge_another_card_pays() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with(CHALLENGED).await;
    scene.click("#refuse").await;
    scene.see("#problem", "not confirmed with your bank").await;
    scene.see("#problem", "2 attempts left").await;
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _5009");
    scene.pay_with(APPROVED).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn a_card_that_is_not_authenticated_is_declined_without_a_question() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with(NOT_AUTHENTICATED).await;
    scene.see("#problem", "not confirmed with your bank").await;
    assert_eq!(scene.happened(&order, "authorisation_sent").await, 0, "the money is never asked for");
    scene.pay_with(CHALLENGED).await;
    scene.click("#confirm").await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn going_back_from_a_challenge_leaves_the_payment_payable() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.pay_with(CHALLENGED).await;
    scene.see("h1", "Payment confirmation").await;
    scene.open(&order.path).await;
    scene.fill_in(APPROVED).await;
    scene.chrome.press(keys::ENTER).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}
