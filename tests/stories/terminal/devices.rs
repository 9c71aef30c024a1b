//! Who is a terminal: its key, one device at a time, and taking over when asked to.

use testkit::prelude::*;
use testkit::terminal::AUTOMATIC;

use super::acquirer;

#[tokio::test]
async fn without_the_key_nobody_is_let_in() {
    let till = Till::sandbox().await;
    for (tid, secret) in
        [("10012345", "wrong"), ("99999999", "demo-device-key"), ("10012346", "demo-device-key")]
    {
        let refused = Device::try_connect(till.address(), &Hello::new((tid, secret))).await.unwrap_err();
        assert_eq!((&refused["type"], &refused["code"]), (&json!("refused"), &json!("credentials")));
    }
    let refused =
        Device::try_connect(till.address(), &Hello::new(AUTOMATIC).with("version", 2)).await.unwrap_err();
    assert_eq!(refused["code"], "version");
    // Guessing is slowed, and whoever knows the key is not.
    let mut codes = Vec::new();
    for _ in 0..12 {
        let guess = Hello::new(("10012346", "guess"));
        codes.push(Device::try_connect(till.address(), &guess).await.unwrap_err()["code"].clone());
    }
    assert_eq!(codes.last(), Some(&json!("throttled")));
    till.device(AUTOMATIC).await;
}

#[tokio::test]
async fn a_second_device_is_refused_unless_it_takes_over() {
    let till = Till::sandbox().await;
    let mut first = till.device(AUTOMATIC).await;
    let refused = Device::try_connect(till.address(), &Hello::new(AUTOMATIC)).await.unwrap_err();
    assert_eq!((&refused["type"], &refused["code"]), (&json!("refused"), &json!("occupied")));
    let mut second = Device::connect(till.address(), &Hello::new(AUTOMATIC).taking_over()).await;
    first.told("replaced").await;
    assert_eq!(first.closed().await, Some(4410));
    till.counter(AUTOMATIC).sale(500).await;
    assert_eq!(second.sell().await["state"], "approved");
}

#[tokio::test]
async fn a_device_that_was_replaced_does_no_harm() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    let mut first = till.device(AUTOMATIC).await;
    let id = counter.sale(500).await;
    let before = first.told("task").await;
    let mut second = Device::connect(till.address(), &Hello::new(AUTOMATIC).taking_over()).await;
    let task = second.told("task").await;
    assert_eq!((&task["task"], &task["attempt"]), (&json!(id), &json!(2)));
    // What it says about the former attempt is not listened to, whoever says it.
    let stale = Device::card(&before, 1, "contactless", "4444444444444448", None);
    assert_eq!(second.refused(&stale).await, "stale_attempt");
    let verdict =
        second.ask(&Device::card(&task, 1, "contactless", "4444444444444448", None), "authorised").await;
    assert_eq!(verdict["outcome"], "approved");
    second.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!((counter.end(id).await, acquirer(&till).await), (json!("approved"), 500));
}

#[tokio::test]
async fn whoever_takes_over_finishes_what_is_held() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    let mut first = till.device(AUTOMATIC).await;
    let id = counter.sale(500).await;
    let task = first.told("task").await;
    first.ask(&Device::card(&task, 1, "contactless", "4444444444444448", None), "authorised").await;
    let mut second = Device::connect(till.address(), &Hello::new(AUTOMATIC).taking_over()).await;
    let task = second.told("task").await;
    assert_eq!((&task["phase"], &task["attempt"]), (&json!("authorised"), &json!(2)));
    assert_eq!(task["authorised"]["outcome"], "approved");
    second.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!((counter.end(id).await, acquirer(&till).await), (json!("approved"), 500));
}

#[tokio::test]
async fn the_register_sees_whether_a_device_is_there() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    counter.when(|standing| standing["link"] == "online").await;
    let mut device = till.device(AUTOMATIC).await;
    device.say(&json!({ "type": "status", "host": "down", "paper": "out" })).await;
    counter.when(|standing| standing["link"] == "host_down").await;
    device.say(&json!({ "type": "status", "host": "up" })).await;
    counter.when(|standing| standing["link"] == "online").await;
    counter.press("offline", &json!({})).await.expect_status(200);
    device.leave().await;
    counter.when(|standing| standing["link"] == "absent").await;
    // The simulated device is back as soon as it is told to.
    counter.press("online", &json!({})).await.expect_status(200);
    counter.when(|standing| standing["link"] == "online").await;
}

#[tokio::test]
async fn a_server_that_goes_down_takes_leave() {
    let mut till = Till::sandbox().await;
    let mut device = till.device(AUTOMATIC).await;
    assert_eq!(till.terminate().await, Some(0));
    assert_eq!(device.closed().await, Some(1001));
}
