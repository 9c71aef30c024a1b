//! Devices that do not come back, and answers that come too late: pending, then reversed, never guessed.

use testkit::prelude::*;
use testkit::terminal::{AUTOMATIC, GOOD_CARD};

use super::{acquirer, history};

const ANSWER_LOST: &str = "4444440000001184";
const QUESTION_LOST: &str = "4444440000001192";

/// A till whose terminal has no device by itself.
async fn alone() -> Till {
    let till = Till::sandbox().await;
    till.counter(AUTOMATIC).press("offline", &json!({})).await.expect_status(200);
    till
}

#[tokio::test]
async fn what_is_held_and_not_completed_is_reversed_after_a_while() {
    let till = alone().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    drop(device);
    till.sandbox_api().advance("PT14M").await.expect_status(200);
    assert_eq!(counter.task(id).await["state"], "running", "it is still waited for");
    till.sandbox_api().advance("PT1M").await.expect_status(200);
    assert_eq!(counter.end(id).await, "device_lost");
    let events = history(&till, id).await;
    assert_eq!(events[events.len() - 2..], ["abandoned", "reversal_confirmed"]);
    assert_eq!(acquirer(&till).await, 0);
    // The device comes back too late and is told so.
    let mut device = Device::connect(till.address(), &Hello::new(AUTOMATIC).about(&task).taking_over()).await;
    let done = device.told("done").await;
    assert_eq!((&done["state"], &done["reason"]), (&json!("expired"), &json!("device_lost")));
    let late = device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!(late["state"], "expired");
    assert_eq!(acquirer(&till).await, 0);
}

#[tokio::test]
async fn a_lost_answer_is_found_out_and_told() {
    let till = alone().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    let verdict = device.ask(&Device::card(&task, 1, "chip", ANSWER_LOST, Some("1234")), "authorised").await;
    assert_eq!(verdict["outcome"], "unknown");
    assert_eq!(counter.task(id).await["state"], "running");
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    let verdict = device.told("authorised").await;
    assert_eq!((&verdict["outcome"], &verdict["presentation"]), (&json!("approved"), &json!(1)));
    device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!((counter.end(id).await, acquirer(&till).await), (json!("approved"), 1_000));
}

#[tokio::test]
async fn a_lost_question_may_be_asked_again() {
    let till = alone().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    let verdict = device.ask(&Device::card(&task, 1, "chip", QUESTION_LOST, None), "authorised").await;
    assert_eq!(verdict["outcome"], "unknown");
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    let verdict = device.told("authorised").await;
    assert_eq!((&verdict["outcome"], &verdict["retry"]), (&json!("declined"), &json!("other_card")));
    let verdict = device.ask(&Device::card(&task, 2, "contactless", GOOD_CARD, None), "authorised").await;
    assert_eq!(verdict["outcome"], "approved");
    device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!((counter.end(id).await, acquirer(&till).await), (json!("approved"), 1_000));
}

#[tokio::test]
async fn a_late_approval_of_a_cancelled_payment_is_reversed_and_recorded() {
    let till = alone().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    device.ask(&Device::card(&task, 1, "chip", ANSWER_LOST, None), "authorised").await;
    // Nobody knows yet, and the customer goes: for the register it is over.
    let done = device.ask(&Device::abort(&task, "customer"), "done").await;
    assert_eq!(done["state"], "cancelled");
    assert_eq!(counter.end(id).await, "cancelled_by_customer");
    // The terminal is free meanwhile.
    counter.sale(2_000).await;
    assert_eq!(device.sell().await["state"], "approved");
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    let events = history(&till, id).await;
    assert_eq!(events[events.len() - 3..], ["abandoned", "late_approval", "reversal_confirmed"]);
    assert_eq!(counter.end(id).await, "cancelled_by_customer");
    assert_eq!(acquirer(&till).await, 2_000);
}

#[tokio::test]
async fn what_cannot_be_found_out_is_given_up_in_time() {
    let till = alone().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    device.ask(&Device::card(&task, 1, "chip", ANSWER_LOST, None), "authorised").await;
    till.sandbox_api().fault(id, "authorise", "answer_lost").await.expect_status(200);
    // Completing what nobody has approved is refused, and so is another card.
    assert_eq!(device.refused(&Device::complete(&task, "approved")).await, "wrong_phase");
    assert_eq!(device.refused(&Device::card(&task, 2, "chip", GOOD_CARD, None)).await, "busy");
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    assert_eq!(device.told("authorised").await["outcome"], "approved");
    drop(device);
    till.sandbox_api().advance("PT15M").await.expect_status(200);
    assert_eq!(counter.end(id).await, "device_lost");
    assert_eq!(acquirer(&till).await, 0);
}

#[tokio::test]
async fn a_capture_whose_answer_is_lost_is_found_out() {
    let till = alone().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    till.sandbox_api().fault(id, "capture", "answer_lost").await.expect_status(200);
    device.say(&Device::complete(&task, "approved")).await;
    counter.task_when(id, |task| task["payment"]["pending"] == "capture").await;
    // Nothing closes over it.
    let busy = counter.ask(&json!({ "kind": "close_batch" })).await.expect_status(409).json();
    assert_eq!(busy["error"]["code"], "busy");
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    assert_eq!(device.told("done").await["state"], "approved");
    assert_eq!(acquirer(&till).await, 1_000);
}

#[tokio::test]
async fn a_void_whose_answer_is_lost_is_found_out() {
    let till = alone().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    device.sell().await;
    till.sandbox_api().fault(id, "void", "answer_lost").await.expect_status(200);
    let void = counter.made(&json!({ "kind": "void", "payment": id })).await;
    let task = device.told("task").await;
    device.say(&Device::about(&task, "accept")).await;
    counter.task_when(id, |task| task["payment"]["pending"] == "void").await;
    drop(device);
    let mut device = Device::connect(till.address(), &Hello::new(AUTOMATIC).about(&task).taking_over()).await;
    assert_eq!(device.told("task").await["phase"], "working");
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    assert_eq!(device.told("done").await["state"], "approved");
    assert_eq!((counter.end(void).await, acquirer(&till).await), (json!("approved"), 0));
}
