//! The built-in device: what it does by itself, by the amount, and when a button is pressed.

use testkit::prelude::*;
use testkit::terminal::{ASSISTED, AUTOMATIC};

use super::{acquirer, history};

#[tokio::test]
async fn it_does_what_the_amount_says() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    for (amount, end) in [
        (1_111, json!("approved")),
        (1_122, json!({ "declined": "refused" })),
        (1_124, json!("device_fault")),
        (1_125, json!("cancelled_by_customer")),
        (1_104, json!({ "declined": "issuer_unavailable" })),
    ] {
        let id = counter.sale(amount).await;
        assert_eq!(counter.end(id).await, end, "{amount}");
    }
    let id = counter.sale(1_126).await;
    till.sandbox_api().advance("PT119S").await.expect_status(200);
    assert_eq!(counter.task(id).await["state"], "running");
    till.sandbox_api().advance("PT1S").await.expect_status(200);
    assert_eq!(counter.end(id).await, "timed_out");
    assert_eq!(acquirer(&till).await, 1_111);
}

#[tokio::test]
async fn it_does_what_it_is_told_to_do_next() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    for (next, end) in [
        (
            json!({ "outcome": "declined", "reason": "lost_or_stolen" }),
            json!({ "declined": "lost_or_stolen" }),
        ),
        (json!({ "outcome": "wrong_pin" }), json!({ "declined": "pin_tries_exceeded" })),
        (json!({ "outcome": "cancelled_by_operator" }), json!("cancelled_by_operator")),
        (json!({ "outcome": "signature_refused" }), json!({ "declined": "refused" })),
    ] {
        counter.press("next-outcome", &next).await.expect_status(200);
        let id = counter.sale(1_000).await;
        assert_eq!(counter.end(id).await, end, "{next}");
    }
    // Cut off after the approval, and back.
    counter.press("next-outcome", &json!({ "outcome": "lost" })).await.expect_status(200);
    let id = counter.sale(1_000).await;
    counter.task_when(id, |task| task["payment"]["state"] == "authorized").await;
    counter.when(|standing| standing["link"] == "absent").await;
    counter.press("online", &json!({})).await.expect_status(200);
    assert_eq!(counter.end(id).await, "approved");
    assert_eq!(history(&till, id).await.iter().filter(|event| *event == "captured").count(), 1);
    let wrong = counter.press("next-outcome", &json!({ "outcome": "magic" })).await.expect_status(400).json();
    assert_eq!(wrong["error"]["field"], "outcome");
}

#[tokio::test]
async fn a_tester_holds_cards_to_it() {
    let till = Till::sandbox().await;
    let counter = till.counter(ASSISTED);
    let nothing = counter.press("present", &json!({})).await.expect_status(409).json();
    assert_eq!(nothing["error"]["code"], "nothing_to_do");
    let id = counter.sale(60_000).await;
    let tapped = counter.press("present", &json!({ "entry": "contactless" })).await.expect_status(200).json();
    assert_eq!(
        (&tapped["state"], &tapped["payment"]["last_decline"]),
        (&json!("running"), &json!("pin_required"))
    );
    let typed =
        counter.press("present", &json!({ "entry": "chip", "pin": "wrong" })).await.expect_status(200).json();
    assert_eq!(typed["payment"]["last_decline"], "wrong_pin");
    let typed =
        counter.press("present", &json!({ "entry": "chip", "pin": "ok" })).await.expect_status(200).json();
    assert_eq!((&typed["task"], &typed["end"]), (&json!(id), &json!("approved")));
    let id = counter.sale(1_000).await;
    let aborted = counter.press("abort", &json!({ "by": "operator" })).await.expect_status(200).json();
    assert_eq!((&aborted["task"], &aborted["end"]), (&json!(id), &json!("cancelled_by_operator")));
    assert_eq!(acquirer(&till).await, 60_000);
    // While somebody else is the terminal its buttons do nothing.
    let _device = till.device(ASSISTED).await;
    let elsewhere = counter.press("present", &json!({})).await.expect_status(409).json();
    assert_eq!(elsewhere["error"]["code"], "not_here");
}

#[tokio::test]
async fn it_makes_room_and_comes_back() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    counter.sale(1_000).await;
    assert_eq!(device.sell().await["state"], "approved");
    device.leave().await;
    let id = loop {
        let answer = counter.ask(&json!({ "amount": 2_000 })).await;
        if answer.status == 200 {
            break answer.json()["task"].as_u64().unwrap();
        }
        assert_eq!(answer.json()["error"]["code"], "unreachable");
    };
    assert_eq!(counter.end(id).await, "approved");
    // After everything was forgotten it is there again.
    till.client().post_json("/_sandbox/reset", &json!({})).await.expect_status(200);
    counter.when(|standing| standing["link"] == "online" && standing["batch"]["count"] == 0).await;
    let id = counter.sale(1_000).await;
    assert_eq!(counter.end(id).await, "approved");
}
