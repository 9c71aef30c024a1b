//! Closing: totals by currency and brand on the screen agree with the batch.

use super::{GOOD_CARD, MASTERCARD, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn the_operator_closes_and_sees_totals_by_brand() {
    let scene = Scene::new().await;
    for (card, amount) in [(GOOD_CARD, 10_000), (GOOD_CARD, 20_000), (MASTERCARD, 30_050)] {
        scene.counter.sale(amount).await;
        scene.present(card, "contactless").await;
        scene.result("Approved").await;
    }
    scene.click("[data-menu]").await;
    scene.click("[data-closing]").await;
    scene.see("[data-screen=totals] tfoot", "600.50").await;
    scene.click("[data-close-batch]").await;
    scene.see("[data-screen=result] h1", "Closed").await;
    scene.there("[data-screen=result] [data-batch='1']").await;
    let rows = scene.chrome.find("[data-screen=result] tbody").await.text().await;
    assert!(rows.contains("Visa Gold") && rows.contains("2 300.00"), "{rows}");
    assert!(rows.contains("MasterCard") && rows.contains("1 300.50"), "{rows}");
    let batches = scene.counter.batches().await;
    assert_eq!(batches.len(), 2, "{batches:?}");
    scene.result("Closed").await;
    scene.see(".idle-facts", "Batch 2").await;
}

#[tokio::test]
async fn a_register_closes_and_the_terminal_shows_it() {
    let scene = Scene::new().await;
    let register = Register::demo(scene.till.client().clone());
    let sale = register.paying(18_950).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.result("Approved").await;
    assert_eq!(register.over(&sale).await["status"], "PAID");
    let closed = register.close().await.expect_status(200).json();
    assert_eq!(closed["code"], 0, "{closed}");
    scene.see("[data-screen=result] h1", "Closed").await;
    scene.see("[data-screen=result] tfoot", "189.50").await;
}
