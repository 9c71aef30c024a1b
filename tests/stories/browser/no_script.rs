//! Redirect mode without JavaScript: nothing is missing but the help while typing.

use super::{APPROVED, CHALLENGED, CVC, EXPIRY, NO_FUNDS, SUBMIT, Scene};
use testkit::prelude::*;

async fn scene() -> Scene {
    Scene::with(Browser::default().without_javascript()).await
}

/// Waits for an element by its text alone, as no script of the story runs in the page either.
async fn said(scene: &Scene, css: &str, text: &str) {
    let found = scene.chrome.find(css).await.text().await;
    assert!(found.contains(text), "{css} says {found:?}");
}

#[tokio::test]
async fn from_a_mistake_over_a_decline_and_a_challenge_to_the_shop() {
    let scene = scene().await;
    let order = scene.opened().await;
    let (pan, exp, cvc) = ("#cardPan", "#cardExp", "#cardCvc");
    for (field, text) in [(pan, "4444444444444449"), (exp, "0120"), (cvc, "1234")] {
        scene.chrome.find(field).await.type_text(text).await;
    }
    scene.click(SUBMIT).await;
    said(&scene, "#problem[role=alert]", "Please check your details").await;
    said(&scene, "#cardPanError", "typing error").await;
    said(&scene, "#cardExpError", "no longer valid").await;
    said(&scene, "#cardCvcError", "3 digits").await;
    for field in [pan, exp, cvc] {
        let field = scene.chrome.find(field).await;
        assert_eq!(field.attribute("aria-invalid").await.as_deref(), Some("true"));
        assert_eq!(field.property("value").await, "", "what was typed is never given back");
    }
    assert_eq!(scene.status(&order).await, "CREATED");
    scene.pay_with(NO_FUNDS).await;
    said(&scene, "#problem .attempts", "2 attempts left").await;
    scene.pay_with(CHALLENGED).await;
    scene.click("#refuse").await;
    said(&scene, "#problem .attempts", "one attempt left").await;
    scene.pay_with(CHALLENGED).await;
    scene.click("#confirm").await;
    // By the page's own refresh.
    let there = scene.return_address(&order);
    assert_eq!(scene.chrome.until_url(&there).await, there);
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn languages_and_the_way_back_work() {
    let scene = scene().await;
    let order = scene.opened().await;
    scene.click(".languages summary").await;
    scene.click("a[hreflang=cs]").await;
    scene.chrome.find("html[lang=cs] [data-cy=cancelButton]").await.click().await;
    scene.chrome.find("html[lang=cs] .outcome").await;
    scene.click(super::BACK_TO_SHOP).await;
    let there = scene.return_address(&order);
    assert_eq!(scene.chrome.until_url(&there).await, there);
    assert!(scene.status(&order).await.starts_with("CANCELED"));
}

#[tokio::test]
async fn a_form_sent_twice_is_one_attempt() {
    let scene = scene().await;
    let order = scene.opened().await;
    let fields = [("pan", NO_FUNDS), ("exp", EXPIRY), ("cvc", CVC), ("attempt", "0")];
    let path = format!("{}/card", order.path);
    let first = scene.till.client().post_form(&path, &fields).await.expect_status(303);
    assert!(first.header("location").ends_with("?just=1"), "{first:?}");
    let again = scene.till.client().post_form(&path, &fields).await.expect_status(303);
    assert_eq!(again.header("location"), order.path);
    assert_eq!(scene.happened(&order, "declined").await, 1);
    for attempt in ["2", "", "-1", "x"] {
        let odd = [("pan", NO_FUNDS), ("exp", EXPIRY), ("cvc", CVC), ("attempt", attempt)];
        scene.till.client().post_form(&path, &odd).await.expect_status(303);
    }
    assert_eq!(scene.happened(&order, "declined").await, 1);
    // A form that does not say is a new one.
    let plain = [("pan", APPROVED), ("exp", EXPIRY), ("cvc", CVC)];
    scene.till.client().post_form(&path, &plain).await.expect_status(303);
    scene.assert_paid_once(&order).await;
}
