//! The PIN pad: right, wrong, wrong for the third time; and what was typed is nowhere.

use super::{GOOD_CARD, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn the_third_wrong_pin_blocks_the_card() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(123_450).await;
    scene.present(GOOD_CARD, "chip").await;
    scene.pin("9999").await;
    scene.see("[data-screen=pin] .problem", "Tries left: 2").await;
    scene.pin("9999").await;
    scene.see("[data-screen=pin] .problem", "Tries left: 1").await;
    scene.pin("9999").await;
    scene.see("[data-screen=result] h1", "Declined").await;
    scene.see("[data-screen=result] .detail", "wrong three times").await;
    assert_eq!(scene.counter.end(id).await, json!({ "declined": "pin_tries_exceeded" }));
    assert_eq!(scene.captures(id).await, 0);
}

#[tokio::test]
async fn a_tap_above_the_limit_asks_for_the_pin_and_a_second_try_is_enough() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(60_000).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.see("[data-screen=pin] .detail", "needs a PIN").await;
    scene.pin("4321").await;
    scene.see("[data-screen=pin] .problem", "Tries left: 2").await;
    scene.pin("1234").await;
    scene.see("[data-screen=result] h1", "Approved").await;
    assert_eq!(scene.counter.end(id).await, "approved");
}

#[tokio::test]
async fn a_pin_is_neither_shown_nor_spoken_nor_kept() {
    let scene = Scene::new().await;
    scene.counter.sale(60_000).await;
    scene.present(GOOD_CARD, "chip").await;
    scene.on("pin").await;
    scene.chrome.press("8765").await;
    scene.see("[data-screen=pin] [role=status]", "Digits entered: 4").await;
    let source = scene.chrome.source().await;
    assert!(!source.contains("8765"), "{source}");
    let kept = "return JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])";
    scene.click("[data-screen=pin] [data-default]").await;
    scene.see("[data-screen=pin] .problem", "Tries left: 2").await;
    let kept = scene.chrome.execute(kept, json!([])).await.as_str().unwrap().to_owned();
    for secret in ["8765", GOOD_CARD, "demo-device-key"] {
        assert!(!kept.contains(secret), "{kept}");
    }
}
