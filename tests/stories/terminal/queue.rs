//! One thing at a time: busy at once for those who do not wait, a place in the queue for those who do.

use testkit::prelude::*;
use testkit::terminal::{ASSISTED, AUTOMATIC};

use super::acquirer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_that_come_together_one_wins() {
    for backend in Backend::ALL {
        let till = Till::sandbox_on(backend).await;
        let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
        let mut asking = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let counter = counter.clone();
            asking.spawn(async move { counter.ask(&json!({ "amount": 1_000 })).await });
        }
        let answers = asking.join_all().await;
        let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(won.len(), 1, "{backend:?}");
        for lost in answers.iter().filter(|answer| answer.status != 200) {
            assert_eq!((lost.status.as_u16(), &lost.json()["error"]["code"]), (409, &json!("busy")));
        }
        assert_eq!(device.sell().await["task"], won[0].json()["task"]);
        assert_eq!((counter.tasks().await.len(), acquirer(&till).await), (1, 1_000));
    }
}

#[tokio::test]
async fn whoever_waits_gets_its_turn_in_order() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let mut ids = Vec::new();
    for amount in [100, 200, 300] {
        ids.push(counter.made(&json!({ "amount": amount, "queue": true })).await);
    }
    assert_eq!(counter.ask(&json!({ "amount": 1 })).await.expect_status(409).json()["error"]["code"], "busy");
    let cancelled = counter.cancel(ids[1]).await.expect_status(200).json();
    assert_eq!(cancelled["end"], "cancelled_by_register");
    assert_eq!(counter.cancel(ids[0]).await.expect_status(409).json()["error"]["code"], "wrong_phase");
    assert_eq!(device.sell().await["task"], ids[0]);
    assert_eq!(device.sell().await["task"], ids[2]);
    assert_eq!(acquirer(&till).await, 400);
    assert_eq!(counter.standing().await["queue"], json!([]));
}

#[tokio::test]
async fn without_a_device_it_waits_or_is_refused() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    counter.press("offline", &json!({})).await.expect_status(200);
    counter.when(|standing| standing["link"] == "absent").await;
    let refused = counter.ask(&json!({ "amount": 100 })).await.expect_status(409).json();
    assert_eq!(refused["error"]["code"], "unreachable");
    let id = counter.made(&json!({ "amount": 100, "queue": true })).await;
    assert_eq!(counter.task(id).await["state"], "queued");
    let mut device = till.device(AUTOMATIC).await;
    assert_eq!(device.sell().await["task"], id);
}

#[tokio::test]
async fn an_operator_picks_in_any_order_and_deletes() {
    let till = Till::sandbox().await;
    let counter = till.counter(ASSISTED);
    let mut device = till.device(ASSISTED).await;
    assert_eq!(device.told("queue").await["tasks"], json!([]));
    let mut ids = Vec::new();
    for amount in [100, 200, 300] {
        ids.push(counter.made(&json!({ "amount": amount, "queue": true })).await);
    }
    let listed = loop {
        let queue = device.told("queue").await;
        if queue["tasks"].as_array().unwrap().len() == 3 {
            break queue;
        }
    };
    let items = listed["tasks"].as_array().unwrap();
    assert_eq!(items.iter().map(|item| item["task"].as_u64().unwrap()).collect::<Vec<_>>(), ids);
    // The last one first.
    let task = device.ask(&Device::about(&items[2], "accept"), "task").await;
    assert_eq!((&task["task"], &task["amount_minor"]), (&json!(ids[2]), &json!(300)));
    assert_eq!(device.refused(&Device::about(&items[0], "accept")).await, "busy");
    // Given back it waits again, three times at most.
    assert_eq!(task["releasable"], true);
    let back = device.ask(&Device::about(&task, "release"), "done").await;
    assert_eq!(back["state"], "queued");
    for attempt in 2..=3 {
        let item = json!({ "task": ids[2], "attempt": attempt });
        let task = device.ask(&Device::about(&item, "accept"), "task").await;
        device.ask(&Device::about(&task, "release"), "done").await;
    }
    let task = device.ask(&Device::about(&json!({ "task": ids[2], "attempt": 4 }), "accept"), "task").await;
    assert_eq!(task["releasable"], false);
    assert_eq!(device.refused(&Device::about(&task, "release")).await, "wrong_phase");
    device.ask(&Device::abort(&task, "operator"), "done").await;
    let deleted = device.ask(&Device::abort(&items[0], "operator"), "done").await;
    assert_eq!((&deleted["task"], &deleted["reason"]), (&json!(ids[0]), &json!("cancelled_by_operator")));
    let rest = counter.standing().await["queue"].clone();
    assert_eq!(rest.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_waits_too_long_is_over() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    counter.press("offline", &json!({})).await.expect_status(200);
    counter.when(|standing| standing["link"] == "absent").await;
    let sale = counter.made(&json!({ "amount": 100, "queue": true })).await;
    let closing = counter.made(&json!({ "kind": "close_batch", "queue": true })).await;
    till.sandbox_api().advance("PT24H").await.expect_status(200);
    for id in [sale, closing] {
        assert_eq!(counter.end(id).await, "timed_out");
    }
    assert_eq!(counter.standing().await["queue"], json!([]));
    // A card that is waited for has two minutes, and two more from the moment it is seen.
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(100).await;
    let task = device.told("task").await;
    till.sandbox_api().advance("PT100S").await.expect_status(200);
    device.say(&json!({ "type": "progress", "task": id, "attempt": 1, "step": "card" })).await;
    counter.task_when(id, |task| task["payment"]["stage"] == "card_contact").await;
    till.sandbox_api().advance("PT100S").await.expect_status(200);
    assert_eq!(counter.task(id).await["state"], "running");
    till.sandbox_api().advance("PT20S").await.expect_status(200);
    let done = device.told("done").await;
    assert_eq!(
        (&done["task"], &done["state"], &done["reason"]),
        (&task["task"], &json!("expired"), &json!("timed_out"))
    );
    assert_eq!(counter.end(id).await, "timed_out");
}

#[tokio::test]
async fn what_a_terminal_does_not_do_is_refused() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    for (wanted, code) in [
        (json!({ "amount": 100, "currency": "USD" }), "currency"),
        (json!({ "amount": 0 }), "amount"),
        (json!({ "kind": "void", "payment": 1 }), "not_voidable"),
    ] {
        assert_eq!(counter.ask(&wanted).await.expect_status(409).json()["error"]["code"], code, "{wanted}");
    }
    assert_eq!(counter.tasks().await, Vec::<Value>::new());
}
