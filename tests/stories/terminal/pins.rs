//! PINs and limits without one, as the issuer wants them.

use testkit::prelude::*;
use testkit::terminal::{AUTOMATIC, GOOD_CARD, RIGHT_PIN};

use super::acquirer;

const WRONG: &str = "9999";

#[tokio::test]
async fn a_wrong_pin_may_be_typed_again() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    let verdict = device.ask(&Device::card(&task, 1, "chip", GOOD_CARD, Some(WRONG)), "authorised").await;
    let said = (&verdict["reason"], &verdict["retry"], &verdict["pin_tries_left"], &verdict["presentations"]);
    assert_eq!(said, (&json!("wrong_pin"), &json!("pin"), &json!(2), &json!(1)));
    assert_eq!(counter.task(id).await["state"], "running");
    let verdict = device.ask(&Device::card(&task, 2, "chip", GOOD_CARD, Some(RIGHT_PIN)), "authorised").await;
    assert_eq!((&verdict["outcome"], &verdict["verification"]), (&json!("approved"), &json!("pin")));
    device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!(counter.end(id).await, "approved");
}

#[tokio::test]
async fn the_third_wrong_pin_is_the_last() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    for (presentation, left) in [(1, 2), (2, 1)] {
        let asked = Device::card(&task, presentation, "chip", GOOD_CARD, Some(WRONG));
        let verdict = device.ask(&asked, "authorised").await;
        assert_eq!((&verdict["retry"], &verdict["pin_tries_left"]), (&json!("pin"), &json!(left)));
        // Asked twice about the same card, the issuer hears of it once.
        let again = device.ask(&asked, "authorised").await;
        assert_eq!((&again["reason"], &again["presentations"]), (&json!("wrong_pin"), &json!(presentation)));
    }
    let verdict = device.ask(&Device::card(&task, 3, "chip", GOOD_CARD, Some(WRONG)), "authorised").await;
    assert_eq!((&verdict["reason"], &verdict["retry"]), (&json!("pin_tries_exceeded"), &json!("none")));
    assert_eq!(device.told("done").await["state"], "declined");
    assert_eq!(counter.end(id).await, json!({ "declined": "pin_tries_exceeded" }));
    let late = Device::card(&task, 4, "chip", GOOD_CARD, Some(RIGHT_PIN));
    assert_eq!(device.refused(&late).await, "wrong_phase");
    assert_eq!(acquirer(&till).await, 0);
}

#[tokio::test]
async fn above_the_limit_a_tap_is_not_enough() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    for (card, reason, retry, then, approved) in [
        (GOOD_CARD, "pin_required", "pin", "contactless", "pin"),
        ("4444440000001200", "chip_required", "insert", "chip", "pin"),
        ("4444440000001218", "chip_required", "insert", "chip", "offline_pin"),
    ] {
        let id = counter.sale(50_001).await;
        let task = device.told("task").await;
        let verdict = device.ask(&Device::card(&task, 1, "contactless", card, None), "authorised").await;
        assert_eq!((&verdict["reason"], &verdict["retry"]), (&json!(reason), &json!(retry)));
        let verdict = device.ask(&Device::card(&task, 2, then, card, Some(RIGHT_PIN)), "authorised").await;
        assert_eq!((&verdict["outcome"], &verdict["verification"]), (&json!("approved"), &json!(approved)));
        device.ask(&Device::complete(&task, "approved"), "done").await;
        assert_eq!(counter.end(id).await, "approved");
    }
    // A watch has verified its owner.
    counter.sale(50_001).await;
    let task = device.told("task").await;
    let verdict =
        device.ask(&Device::card(&task, 1, "contactless", "4444440000001234", None), "authorised").await;
    assert_eq!((&verdict["outcome"], &verdict["verification"]), (&json!("approved"), &json!("device")));
}

#[tokio::test]
async fn cards_are_not_tried_for_ever() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let id = counter.sale(50_001).await;
    let task = device.told("task").await;
    for presentation in 1..=6 {
        device.ask(&Device::card(&task, presentation, "contactless", GOOD_CARD, None), "authorised").await;
    }
    assert_eq!(device.told("done").await["state"], "declined");
    assert_eq!(counter.end(id).await, json!({ "declined": "pin_required" }));
}
