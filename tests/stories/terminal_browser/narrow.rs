//! The narrowest phone: the page is the terminal's screen, and nothing is cut off.

use super::{AUTOMATIC, INSERT_ABOVE_LIMIT, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn a_sale_on_320_pixels() {
    let scene = Scene::with(Browser::default().narrow(), AUTOMATIC).await;
    let wide = "return document.scrollingElement.scrollWidth";
    let id = scene.counter.sale(60_000).await;
    scene.on("card").await;
    // The wallet is a sheet here.
    scene.click("[data-choose]").await;
    scene.there("dialog[open]").await;
    assert_eq!(scene.chrome.execute(wide, json!([])).await, 320);
    scene.click(&format!("dialog label:has([value='{INSERT_ABOVE_LIMIT}'])")).await;
    scene.see(".chosen-effect", "insert").await;
    scene.click("[data-entry=contactless]").await;
    scene.see("[data-screen=card] h1", "Insert the card").await;
    scene.click("[data-entry=chip]").await;
    scene.on("pin").await;
    // The whole pad and both keys below it are within the window.
    let within = "return [...document.querySelectorAll('.key:not(.none), .actions .button')].every((key) => { \
        const box = key.getBoundingClientRect(); \
        return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth })";
    assert_eq!(scene.chrome.execute(within, json!([])).await, true);
    scene.pin("1234").await;
    scene.see("[data-screen=result] h1", "Approved").await;
    assert_eq!(scene.chrome.execute(wide, json!([])).await, 320);
    assert_eq!(scene.counter.end(id).await, "approved");
}
