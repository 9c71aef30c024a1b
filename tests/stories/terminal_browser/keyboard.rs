//! Without a mouse: everything is reached and done with keys, and the focus is where the news is.

use super::{AUTOMATIC, Scene};
use testkit::prelude::*;
use testkit::webdriver::keys;

/// Where the focus is: the heading's or the control's text.
async fn focus(scene: &Scene) -> String {
    let script = "return document.activeElement.textContent";
    scene.chrome.execute(script, json!([])).await.as_str().unwrap_or_default().to_owned()
}

/// Goes on with Tab to what matches.
async fn tab_to(scene: &Scene, css: &str) {
    for _ in 0..60 {
        let there = "return document.activeElement.matches(arguments[0])";
        if scene.chrome.execute(there, json!([css])).await == true {
            return;
        }
        scene.chrome.press(keys::TAB).await;
    }
    panic!("{css} is not reached");
}

#[tokio::test]
async fn a_whole_day_by_keyboard_alone() {
    let (till, chrome) = tokio::join!(Till::sandbox(), Chrome::start());
    let scene = Scene { counter: till.counter(AUTOMATIC), till, chrome };
    scene.open().await;
    tab_to(&scene, "[data-demo='10012345']").await;
    scene.chrome.press(keys::ENTER).await;
    scene.on("idle").await;
    assert_eq!(focus(&scene).await, "Ready");

    // A sale by hand: the green key opens it, digits are the amount.
    scene.chrome.press(keys::ENTER).await;
    scene.on("enter").await;
    scene.chrome.press("60001").await;
    scene.chrome.press(keys::BACKSPACE).await;
    scene.chrome.press("0").await;
    scene.see("[data-screen=enter] .amount", "600.00").await;
    scene.chrome.press(keys::ENTER).await;
    scene.on("card").await;
    assert_eq!(focus(&scene).await, "Tap, insert or swipe");
    // Another card with the arrow keys, and into the reader.
    tab_to(&scene, ".side [type=radio]").await;
    scene.chrome.press(keys::DOWN).await;
    scene.see("[data-screen=card] .chosen-effect", "Approved").await;
    tab_to(&scene, "[data-entry=chip]").await;
    scene.chrome.press(keys::SPACE).await;
    scene.on("pin").await;
    scene.chrome.press(&["1234", keys::ENTER].concat()).await;
    scene.see("[data-screen=result] h1", "Approved").await;
    assert_eq!(focus(&scene).await, "Approved");
    scene.chrome.press(keys::ENTER).await;
    scene.on("idle").await;

    // The red key.
    let id = scene.counter.sale(18_950).await;
    scene.on("card").await;
    scene.chrome.press(keys::ESCAPE).await;
    scene.see("[data-screen=result] h1", "Cancelled").await;
    assert_eq!(scene.counter.end(id).await, "cancelled_by_customer");
    scene.chrome.press(keys::ESCAPE).await;
    scene.on("idle").await;

    // The closing.
    tab_to(&scene, "[data-menu]").await;
    scene.chrome.press(keys::ENTER).await;
    scene.on("menu").await;
    tab_to(&scene, "[data-closing]").await;
    scene.chrome.press(keys::ENTER).await;
    scene.see("[data-screen=totals] tfoot", "600.00").await;
    scene.chrome.press(keys::TAB).await;
    tab_to(&scene, "[data-close-batch]").await;
    scene.chrome.press(keys::ENTER).await;
    scene.see("[data-screen=result] h1", "Closed").await;
}
