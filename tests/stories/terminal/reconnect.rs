//! The line is cut in every phase, and the device comes back: nothing is lost and nobody is charged twice.

use testkit::prelude::*;
use testkit::terminal::{AUTOMATIC, GOOD_CARD};

use super::{acquirer, history};

/// Where the line is cut.
#[derive(Clone, Copy, Debug)]
enum Cut {
    BeforeAnything,
    AfterContact,
    AfterAskingTheIssuer,
    AfterTheVerdict,
    AfterCompleting,
}

#[tokio::test]
async fn a_cut_in_any_phase_costs_nobody_anything() {
    for backend in Backend::ALL {
        let till = Till::sandbox_on(backend).await;
        let counter = till.counter(AUTOMATIC);
        // Nobody else steps in while the line is cut.
        counter.press("offline", &json!({})).await.expect_status(200);
        let hello = Hello::new(AUTOMATIC);
        let cuts = [
            Cut::BeforeAnything,
            Cut::AfterContact,
            Cut::AfterAskingTheIssuer,
            Cut::AfterTheVerdict,
            Cut::AfterCompleting,
        ];
        let mut device = Device::connect(till.address(), &hello).await;
        for (place, cut) in cuts.into_iter().enumerate() {
            let id = counter.sale(1_000).await;
            let task = device.told("task").await;
            go_to(&mut device, &task, cut).await;
            drop(device);
            device = Device::connect(till.address(), &hello.clone().about(&task)).await;
            finish(&mut device, &task).await;
            assert_eq!(counter.end(id).await, "approved", "{backend:?} {cut:?}");
            let sold = i64::try_from(place + 1).unwrap() * 1_000;
            assert_eq!(acquirer(&till).await, sold, "{backend:?} {cut:?}");
            let events = history(&till, id).await;
            let count = |name: &str| events.iter().filter(|event| *event == name).count();
            assert_eq!(
                (count("card_presented"), count("captured")),
                (1, 1),
                "{backend:?} {cut:?}: {events:?}"
            );
        }
    }
}

async fn go_to(device: &mut Device, task: &Value, cut: Cut) {
    let card = Device::card(task, 1, "contactless", GOOD_CARD, None);
    match cut {
        Cut::BeforeAnything => {}
        Cut::AfterContact => {
            let contact = json!({ "type": "progress", "task": task["task"], "attempt": 1, "step": "card" });
            device.say(&contact).await;
        }
        Cut::AfterAskingTheIssuer => device.say(&card).await,
        Cut::AfterTheVerdict => {
            device.ask(&card, "authorised").await;
        }
        Cut::AfterCompleting => {
            device.ask(&card, "authorised").await;
            device.say(&Device::complete(task, "approved")).await;
        }
    }
}

/// What a device does that comes back in the middle of a task.
async fn finish(device: &mut Device, before: &Value) {
    let mut current = before.clone();
    loop {
        let told = device.hear().await.expect("the server is there");
        if told["type"] == "task" {
            current = told.clone();
        }
        let kind = told["type"].as_str().unwrap_or_default().to_owned();
        match (kind.as_str(), told["phase"].as_str()) {
            ("done", _) => {
                assert_eq!((&told["task"], &told["state"]), (&before["task"], &json!("approved")));
                return;
            }
            ("task", Some("waiting" | "card")) => {
                let next = told["presentations"].as_u64().unwrap() + 1;
                device.say(&Device::card(&told, next, "contactless", GOOD_CARD, None)).await;
            }
            ("task", Some("authorised")) => device.say(&Device::complete(&told, "approved")).await,
            ("authorised", _) => {
                assert_eq!(told["outcome"], "approved");
                device.say(&Device::complete(&current, "approved")).await;
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn an_ended_task_is_told_to_whoever_asks() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    let hello = Hello::new(AUTOMATIC);
    let mut device = Device::connect(till.address(), &hello).await;
    counter.sale(1_000).await;
    let task = device.told("task").await;
    drop(device);
    till.sandbox_api().advance("PT2M").await.expect_status(200);
    let mut device = Device::connect(till.address(), &hello.about(&task)).await;
    let done = device.told("done").await;
    assert_eq!((&done["task"], &done["state"]), (&task["task"], &json!("expired")));
}

#[tokio::test]
async fn a_restart_of_the_server_is_a_cut_like_any_other() {
    for backend in Backend::ALL {
        let mut till = Till::sandbox_on(backend).await;
        let hello = Hello::new(AUTOMATIC);
        let mut device = Device::connect(till.address(), &hello).await;
        let id = till.counter(AUTOMATIC).sale(1_000).await;
        let task = device.told("task").await;
        device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
        till.kill9();
        till.restart().await;
        let mut device = Device::connect(till.address(), &hello.about(&task)).await;
        let task = device.told("task").await;
        assert_eq!((&task["phase"], &task["attempt"]), (&json!("authorised"), &json!(1)));
        device.ask(&Device::complete(&task, "approved"), "done").await;
        assert_eq!(till.counter(AUTOMATIC).end(id).await, "approved");
        assert_eq!(acquirer(&till).await, 1_000);
    }
}
