//! The operator: the queue of assisted mode, tips, operations begun by hand, paper, and a slow host.

use super::{ASSISTED, GOOD_CARD, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn the_operator_picks_and_the_customer_tips() {
    let scene = Scene::with(Browser::default(), ASSISTED).await;
    scene.see("[data-screen=idle] .queue", "Nothing is waiting.").await;
    let detail = scene.chrome.find("[data-screen=idle] .detail").await;
    assert!(!detail.is_displayed().await, "there is nothing to choose");
    let asked = |amount: i64, reference: &str| json!({ "kind": "sale", "amount": amount, "reference": reference, "queue": true, "ask_tip": true });
    let first = scene.counter.made(&asked(25_900, "Table 4")).await;
    let second = scene.counter.made(&asked(8_900, "Table 7")).await;
    let third = scene.counter.made(&asked(5_000, "Table 9")).await;
    scene.there(&format!("[data-task='{third}']")).await;
    scene.see("[data-screen=idle] .detail", "Choose what comes next.").await;
    // The second goes first, the third is deleted.
    scene.click(&format!("[data-task='{third}'] + .discard")).await;
    assert_eq!(scene.counter.end(third).await, "cancelled_by_operator");
    scene.click(&format!("[data-task='{second}']")).await;
    scene.on("tip-screen").await;
    scene.click("[data-tip='10']").await;
    scene.see("[data-screen=card] .amount", "97.90").await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.see("[data-screen=result] .amount", "97.90").await;
    scene.result("Approved").await;
    assert_eq!(scene.counter.end(second).await, "approved");
    // The first is begun, given back, and still there.
    scene.click(&format!("[data-task='{first}']")).await;
    scene.on("tip-screen").await;
    scene.click("summary").await;
    scene.click("[data-release]").await;
    scene.there(&format!("[data-task='{first}']")).await;
    assert_eq!(scene.counter.task(first).await["state"], "queued");
}

#[tokio::test]
async fn the_ring_around_the_chosen_card_is_whole() {
    let scene = Scene::new().await;
    scene.there(".side .option input:checked").await;
    let room = "const side = document.querySelector('.side').getBoundingClientRect(); \
        const card = document.querySelector('.side .option:has(:checked) .plastic'); \
        const { outlineWidth, outlineOffset } = getComputedStyle(card); \
        return card.getBoundingClientRect().left - side.left >= parseFloat(outlineWidth) + parseFloat(outlineOffset)";
    assert_eq!(scene.chrome.execute(room, json!([])).await, true);
}

#[tokio::test]
async fn a_picked_void_shows_that_it_is_done() {
    let scene = Scene::with(Browser::default(), ASSISTED).await;
    let sale = scene
        .counter
        .made(&json!({ "kind": "sale", "amount": 25_900, "queue": true, "ask_tip": false }))
        .await;
    scene.click(&format!("[data-task='{sale}']")).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.result("Approved").await;
    let void = scene.counter.made(&json!({ "kind": "void", "payment": sale, "queue": true })).await;
    scene.click(&format!("[data-task='{void}']")).await;
    scene.result("Undone").await;
    assert_eq!(crate::terminal::acquirer(&scene.till).await, 0);
}

#[tokio::test]
async fn a_sale_begun_by_hand_is_undone_and_a_refund_is_paid_out() {
    let scene = Scene::new().await;
    scene.click("[data-sale]").await;
    scene.on("enter").await;
    scene.chrome.press("12500").await;
    scene.see("[data-screen=enter] .amount", "125.00").await;
    scene.click("[data-screen=enter] [data-default]").await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.result("Approved").await;
    scene.click("[data-menu]").await;
    scene.see("[data-void]", "125.00").await;
    scene.click("[data-void]").await;
    scene.result("Undone").await;
    assert_eq!(crate::terminal::acquirer(&scene.till).await, 0);
    scene.click("[data-menu]").await;
    scene.click("[data-refund]").await;
    scene.on("enter").await;
    scene.chrome.press("4000").await;
    scene.click("[data-screen=enter] [data-default]").await;
    scene.see("[data-screen=card] h1", "Refund").await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.result("Refunded").await;
    assert_eq!(crate::terminal::acquirer(&scene.till).await, -4_000);
    scene.click("[data-menu]").await;
    scene.click("[data-last-receipt]").await;
    scene.see("[data-copy=customer]", "COPY").await;
    scene.see("[data-copy=customer]", "40.00").await;
}

#[tokio::test]
async fn without_paper_nothing_is_printed() {
    let scene = Scene::new().await;
    scene.counter.sale(18_950).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.on("result").await;
    scene.click(".side [data-switch=paper]").await;
    scene.see(".banner", "Out of paper").await;
    scene.click("[data-receipt]").await;
    scene.chrome.execute("window.print = () => { window.printed = true }", json!([])).await;
    scene.click("[data-print]").await;
    scene.see("[data-screen=receipt] .problem", "new roll").await;
    assert_eq!(scene.chrome.execute("return window.printed ?? null", json!([])).await, json!(null));
    scene.click(".side [data-switch=paper]").await;
    scene.click("[data-print]").await;
    assert_eq!(scene.chrome.execute("return window.printed", json!([])).await, true);
}

#[tokio::test]
async fn a_slow_host_is_waited_for() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(18_950).await;
    scene.on("card").await;
    scene.click(".side [data-switch=slow]").await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.see("[data-screen=working] h1", "Please wait").await;
    scene.see("[data-screen=result] h1", "Approved").await;
    assert_eq!(scene.counter.end(id).await, "approved");
}
