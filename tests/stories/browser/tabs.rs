//! However often and from how many places a payment is submitted, it is charged once.

use super::{APPROVED, CHALLENGED, CVC, EXPIRY, NO_FUNDS, Order, SUBMIT, Scene};
use testkit::prelude::*;

/// Two tabs with the same form filled in; the story stands in the second.
async fn two_tabs(scene: &Scene, card: &str) -> (Order, String, String) {
    let order = scene.opened().await;
    scene.fill_in(card).await;
    let first = scene.chrome.tab().await;
    let second = scene.chrome.new_tab().await;
    scene.chrome.switch_to(&second).await;
    scene.open(&order.path).await;
    scene.fill_in(card).await;
    (order, first, second)
}

#[tokio::test]
async fn the_second_of_two_tabs_is_told_that_it_is_paid() {
    let scene = Scene::new().await;
    let (order, first, _) = two_tabs(&scene, APPROVED).await;
    scene.click(SUBMIT).await;
    scene.see("h1", "Thank you").await;
    scene.chrome.switch_to(&first).await;
    scene.click(SUBMIT).await;
    scene.see("h1", "already been made").await;
    scene.see("main", "will not be charged a second time").await;
    assert_eq!(scene.happened(&order, "authorisation_sent").await, 1);
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn a_challenge_confirmed_in_two_tabs_charges_once() {
    let scene = Scene::new().await;
    let (order, first, second) = two_tabs(&scene, CHALLENGED).await;
    for tab in [&first, &second] {
        scene.chrome.switch_to(tab).await;
        scene.click(SUBMIT).await;
        scene.see("h1", "Payment confirmation").await;
    }
    // One card waits for its owner at a time: the question in the first tab is out of date, and answering it
    // moves nothing.
    scene.chrome.switch_to(&first).await;
    scene.click("#confirm").await;
    scene.see(SUBMIT, "Pay").await;
    scene.chrome.switch_to(&second).await;
    scene.click("#confirm").await;
    scene.see("h1", "Thank you").await;
    assert_eq!(scene.happened(&order, "authorisation_sent").await, 1);
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn an_old_form_uses_up_no_attempt() {
    let scene = Scene::new().await;
    let (order, first, _) = two_tabs(&scene, NO_FUNDS).await;
    scene.click(SUBMIT).await;
    scene.see("#problem", "2 attempts left").await;
    scene.chrome.switch_to(&first).await;
    scene.click(SUBMIT).await;
    scene.see("#problem", "2 attempts left").await;
    assert_eq!(scene.happened(&order, "declined").await, 1);
    // The form that came with that page is a new one.
    scene.pay_with(APPROVED).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn twenty_posts_at_once_charge_once() {
    let (till, site) = tokio::join!(Till::sandbox(), Receiver::start());
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let created =
        shop.create(&json!({ "callback": { "notification_url": site.url("/notify") } })).await.json();
    let (id, page) = (created["id"].as_u64().unwrap(), created["gw_url"].as_str().unwrap());
    let path = format!("{}/card", page.strip_prefix(&till.url("")).unwrap());
    let mut posts = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (client, path) = (till.client().clone(), path.clone());
        posts.spawn(async move {
            let fields = [("pan", APPROVED), ("exp", EXPIRY), ("cvc", CVC), ("attempt", "0")];
            client.post_form(&path, &fields).await.status.as_u16()
        });
    }
    assert_eq!(posts.join_all().await, [303; 20]);
    assert_eq!(shop.state(id).await, "PAID");
    let body = buttons.payment(id).await.json();
    let history = body["history"].as_array().unwrap();
    for event in ["authorisation_sent", "captured"] {
        assert_eq!(history.iter().filter(|entry| entry["event"] == event).count(), 1, "{event}");
    }
    assert_eq!(site.next().await.payment(), id);
    assert_eq!(buttons.balances().await.json()["sums"]["CZK"], 0);
    let page = till.client().get(path.strip_suffix("/card").unwrap()).await.expect_status(200);
    assert!(!page.text().contains("id=\"cardForm\""));
}
