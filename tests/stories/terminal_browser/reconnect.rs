//! Cuts in the middle of a payment: the line, the page, the cable. Money is taken once, or not at all.

use super::{AUTOMATIC, GOOD_CARD, Scene};
use testkit::prelude::*;

/// Makes the line break when the page is about to say this: before it is said, or right after.
const CUT: &str = "const [kind, after] = arguments; const send = WebSocket.prototype.send; \
    WebSocket.prototype.send = function (text) { \
      if (JSON.parse(text).type !== kind) return send.call(this, text); \
      WebSocket.prototype.send = send; \
      if (after) send.call(this, text); \
      this.close(); window.cuts = (window.cuts ?? 0) + 1; }";

#[tokio::test]
async fn a_line_that_breaks_around_every_message_takes_the_money_once() {
    let scene = Scene::new().await;
    for (kind, after) in [("authorise", false), ("authorise", true), ("complete", false), ("complete", true)]
    {
        let id = scene.counter.sale(18_950).await;
        scene.on("card").await;
        scene.chrome.execute(CUT, json!([kind, after])).await;
        scene.present(GOOD_CARD, "contactless").await;
        scene.result("Approved").await;
        assert_eq!(scene.counter.end(id).await, "approved", "{kind} {after}");
        assert_eq!(scene.captures(id).await, 1, "{kind} {after}");
    }
    assert_eq!(scene.chrome.execute("return window.cuts", json!([])).await, 4);
}

#[tokio::test]
async fn a_page_that_is_reloaded_goes_on_with_its_payment() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(60_000).await;
    scene.present(GOOD_CARD, "chip").await;
    scene.on("pin").await;
    scene.chrome.reload().await;
    scene.present(GOOD_CARD, "chip").await;
    scene.pin("1234").await;
    scene.result("Approved").await;
    assert_eq!(scene.counter.end(id).await, "approved");
    assert_eq!(scene.captures(id).await, 1);
}

#[tokio::test]
async fn a_reload_while_money_is_held_completes_the_sale() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(18_950).await;
    scene.on("card").await;
    // The approval comes, and the page is gone before it can say anything.
    let hush = "const send = WebSocket.prototype.send; WebSocket.prototype.send = function (text) { \
        if (JSON.parse(text).type !== 'complete') send.call(this, text); }";
    scene.chrome.execute(hush, json!([])).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.counter.task_when(id, |task| task["payment"]["state"] == "authorized").await;
    scene.chrome.reload().await;
    scene.see("[data-screen=result] h1", "Approved").await;
    assert_eq!(scene.counter.end(id).await, "approved");
    assert_eq!(scene.captures(id).await, 1);
}

#[tokio::test]
async fn a_pulled_cable_is_seen_and_the_payment_waits_for_it() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(60_000).await;
    scene.present(GOOD_CARD, "chip").await;
    scene.on("pin").await;
    scene.click(".side [data-switch=cable]").await;
    scene.see(".banner", "unplugged").await;
    scene.counter.when(|standing| standing["link"] != "online").await;
    // The PIN is typed while the line is away and asked about when it is back.
    scene.pin("1234").await;
    scene.on("working").await;
    scene.click("[data-plug]").await;
    scene.result("Approved").await;
    assert_eq!(scene.counter.end(id).await, "approved");
    assert_eq!(scene.captures(id).await, 1);
}

#[tokio::test]
async fn a_payment_that_ended_while_the_cable_was_out_is_not_done_again() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(18_950).await;
    scene.on("card").await;
    scene.click(".side [data-switch=cable]").await;
    scene.see(".banner", "unplugged").await;
    scene.till.sandbox_api().advance("PT3M").await.expect_status(200);
    assert_eq!(scene.counter.end(id).await, "timed_out");
    scene.click("[data-plug]").await;
    scene.see("[data-screen=result] h1", "Time is over").await;
    assert_eq!(scene.captures(id).await, 0);
}

#[tokio::test]
async fn another_device_takes_over_only_when_asked_to() {
    let scene = Scene::new().await;
    let other = Hello::new(AUTOMATIC);
    let refused = Device::try_connect(scene.till.address(), &other).await.unwrap_err();
    assert_eq!(refused["code"], "occupied");
    let device = Device::connect(scene.till.address(), &other.taking_over()).await;
    scene.see("[data-screen=replaced] h1", "Another device took over").await;
    // Without asking the browser is refused now; asked, it is the terminal again.
    scene.click("[data-screen=replaced] [data-cancel]").await;
    scene.on("connect").await;
    scene.click("[data-demo='10012345']").await;
    scene.see("[data-screen=occupied] h1", "in use").await;
    scene.click("[data-screen=occupied] [data-default]").await;
    scene.on("idle").await;
    drop(device);
}
