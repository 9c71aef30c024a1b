//! Several nodes on one PostgreSQL: what is asked on one reaches the device that is connected to another.

use testkit::prelude::*;
use testkit::terminal::{AUTOMATIC, GOOD_CARD};

use super::acquirer;

/// Two nodes with the same keys on the same database.
async fn two_nodes() -> (Till, Till) {
    let database = PgServer::shared().await.database().await;
    let url = database.url.clone();
    let key = "0a".repeat(32);
    let one = Till::builder().database(database).env("POLYTILL_KEYRING", &key).start().await;
    let other = Till::builder().arg("--database").arg(url).env("POLYTILL_KEYRING", &key).start().await;
    (one, other)
}

#[tokio::test]
async fn a_task_of_one_node_reaches_the_device_of_another() {
    let (one, other) = two_nodes().await;
    let mut device = Device::connect(other.address(), &Hello::new(AUTOMATIC)).await;
    let counter = one.counter(AUTOMATIC);
    counter.when(|standing| standing["link"] == "online").await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    assert_eq!(task["task"], id);
    // Asked for a second time on the other node it is busy there too.
    let busy = other.counter(AUTOMATIC).ask(&json!({ "amount": 1 })).await.expect_status(409).json();
    assert_eq!(busy["error"]["code"], "busy");
    device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!(counter.end(id).await, "approved");
    assert_eq!((acquirer(&one).await, acquirer(&other).await), (1_000, 1_000));
}

#[tokio::test]
async fn a_device_moves_to_another_node_and_goes_on() {
    let (one, other) = two_nodes().await;
    let hello = Hello::new(AUTOMATIC);
    let mut first = Device::connect(one.address(), &hello).await;
    let id = other.counter(AUTOMATIC).sale(1_000).await;
    let task = first.told("task").await;
    first.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    // The same device on the other node, while the first connection has not been missed yet.
    let mut second = Device::connect(other.address(), &hello.about(&task)).await;
    first.told("replaced").await;
    assert_eq!(first.closed().await, Some(4410));
    let task = second.told("task").await;
    assert_eq!((&task["phase"], &task["attempt"]), (&json!("authorised"), &json!(1)));
    second.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!(one.counter(AUTOMATIC).end(id).await, "approved");
    assert_eq!(acquirer(&one).await, 1_000);
    // A stranger is refused on every node.
    let refused = Device::try_connect(one.address(), &Hello::new(AUTOMATIC)).await.unwrap_err();
    assert_eq!(refused["code"], "occupied");
}

#[tokio::test]
async fn a_node_that_dies_leaves_its_device_free_to_come_elsewhere() {
    let (mut one, other) = two_nodes().await;
    let hello = Hello::new(AUTOMATIC);
    let mut device = Device::connect(one.address(), &hello).await;
    let id = other.counter(AUTOMATIC).sale(1_000).await;
    let task = device.told("task").await;
    one.kill9();
    let mut device = Device::connect(other.address(), &hello.about(&task)).await;
    let task = device.told("task").await;
    device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!(other.counter(AUTOMATIC).end(id).await, "approved");
    assert_eq!(acquirer(&other).await, 1_000);
}
