//! §4, §6: whose turn it is, terminals that are not there, tasks taken back, expired, and told again after a restart.

use super::{ASSISTED, desk, ending};
use testkit::prelude::*;
use testkit::terminal::{AUTOMATIC, GOOD_CARD};

#[tokio::test]
async fn an_operator_may_take_the_later_one_first() {
    let till = Till::sandbox().await;
    let desk = CashDesk::at(till.client(), ASSISTED).await;
    let mut device = till.device(testkit::terminal::ASSISTED).await;
    let tasks = [desk.sale(1_000).await, desk.sale(2_000).await];
    let items = loop {
        let queue = device.told("queue").await;
        let items = queue["tasks"].as_array().unwrap().clone();
        if items.len() == 2 {
            break items;
        }
    };
    for place in [1, 0] {
        let task = device.ask(&Device::about(&items[place], "accept"), "task").await;
        assert_eq!(desk.task(&tasks[place]).await["state"], "IN_PROGRESS");
        if place == 1 {
            assert_eq!(desk.task(&tasks[0]).await["state"], "CREATED");
        }
        device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
        device.ask(&Device::complete(&task, "approved"), "done").await;
    }
    for (task, amount) in tasks.iter().zip([1_000, 2_000]) {
        let over = desk.over(task).await;
        assert_eq!((&over["result"], &over["transaction"]["amount"]), (&json!(0), &json!(amount)));
    }
    assert_eq!(desk.task(&tasks[1]).await["transaction"]["sequenceNumber"], "000001");
}

#[tokio::test]
async fn a_tip_is_asked_for_or_brought_along() {
    let till = Till::sandbox().await;
    let desk = CashDesk::at(till.client(), ASSISTED).await;
    let mut device = till.device(testkit::terminal::ASSISTED).await;
    for (wanted, given) in [
        (json!({"amount": 10_000, "tipCollect": true}), Some(1_500)),
        (json!({"amount": 10_000, "tipAmount": 500}), None),
    ] {
        let made = desk.made(&wanted).await;
        let item = loop {
            let queue = device.told("queue").await;
            if let Some(item) = queue["tasks"].as_array().unwrap().first() {
                break item.clone();
            }
        };
        let task = device.ask(&Device::about(&item, "accept"), "task").await;
        let mut card = Device::card(&task, 1, "chip", GOOD_CARD, Some("1234"));
        if let Some(tip) = given {
            card["tip_minor"] = json!(tip);
        }
        device.ask(&card, "authorised").await;
        device.ask(&Device::complete(&task, "approved"), "done").await;
        let told = desk.over(&made).await["transaction"].clone();
        let tip = given.unwrap_or(500);
        assert_eq!(
            json!([told["amount"], told["tipAmount"], told["totalAmount"]]),
            json!([10_000, tip, 10_000 + tip])
        );
    }
    let open = desk.get("batches/OPEN").await.json();
    assert_eq!(
        json!([
            open["tipCount"],
            open["tipAmount"],
            open["tipAverage"],
            open["tipAveragePercentage"],
            open["saleAmount"]
        ]),
        json!([2, 20, 10, 10, 220])
    );
}

#[tokio::test]
async fn a_terminal_that_is_away_finds_its_tasks_when_it_is_back() {
    let (till, desk) = desk().await;
    let counter = till.counter(AUTOMATIC);
    counter.press("offline", &json!({})).await.expect_status(200);
    counter.when(|standing| standing["link"] == "absent").await;
    let tasks = [desk.sale(1_000).await, desk.sale(2_000).await, desk.sale(3_000).await];
    assert_eq!(desk.task(&tasks[0]).await["state"], "CREATED");
    let taken = desk.cancel(&tasks[1]).await.expect_status(200).json();
    assert_eq!(ending(&taken), ("CANCELLED".to_owned(), json!(-1), json!(96)));
    desk.cancel(&tasks[1]).await.expect_status(200);
    let path = format!("tasks/{}/cancel", tasks[1]["taskId"].as_str().unwrap());
    desk.call(http::Method::POST, &path, None).await.expect_status(200);
    counter.press("online", &json!({})).await.expect_status(200);
    for task in [&tasks[0], &tasks[2]] {
        assert_eq!(desk.over(task).await["result"], 0);
    }
    let late = desk.cancel(&tasks[0]).await.expect_status(409).json();
    assert_eq!(late["task"]["state"], "COMPLETED");
    assert_eq!(crate::terminal::acquirer(&till).await, 4_000);
}

#[tokio::test]
async fn what_waits_too_long_expires() {
    let (till, desk) = desk().await;
    let counter = till.counter(AUTOMATIC);
    counter.press("offline", &json!({})).await.expect_status(200);
    counter.when(|standing| standing["link"] == "absent").await;
    let (usual, short) =
        (desk.sale(1_000).await, desk.made(&json!({"amount": 1, "timeoutSeconds": 10})).await);
    let closing = desk.call(http::Method::POST, "tasks/BATCH", None).await.expect_status(200).json();
    till.sandbox_api().advance("PT11S").await.expect_status(200);
    assert_eq!(ending(&desk.over(&short).await), ("ERROR".to_owned(), json!(-1), json!(65)));
    assert_eq!(desk.task(&usual).await["state"], "CREATED");
    till.sandbox_api().advance("P1D").await.expect_status(200);
    let desk = CashDesk::at(till.client(), super::AT_ONCE).await;
    assert_eq!(ending(&desk.over(&usual).await), ("ERROR".to_owned(), json!(-1), json!(65)));
    assert_eq!(ending(&desk.over(&closing).await).0, "ERROR");
}

#[tokio::test]
async fn an_approval_that_nobody_waits_for_is_given_back() {
    let (till, desk) = desk().await;
    let script = json!({"outcome": "lost"});
    till.counter(AUTOMATIC).press("next-outcome", &script).await.expect_status(200);
    let task = desk.sale(1_000).await;
    desk.when(&task, |task| task["transaction"]["state"] == 5).await;
    till.sandbox_api().advance("PT20M").await.expect_status(200);
    let over = desk.over(&task).await;
    assert_eq!(ending(&over), ("ERROR".to_owned(), json!(-1), json!(65)));
    assert_eq!(json!([over["transaction"]["late"], over["transaction"]["state"]]), json!([true, 8]));
    assert_eq!(crate::terminal::acquirer(&till).await, 0);
}

#[tokio::test]
async fn a_restart_loses_no_state() {
    for backend in Backend::ALL {
        let mut till = Till::sandbox_on(backend).await;
        let desk = CashDesk::at(till.client(), super::AT_ONCE).await;
        let done = desk.sold(1_000).await;
        let declined = desk.sold(1_122).await;
        let closed = desk.closed().await;
        till.counter(AUTOMATIC).press("next-outcome", &json!({"outcome": "wait"})).await.expect_status(200);
        let running = desk.sale(2_000).await;
        desk.when(&running, |task| task["state"] == "IN_PROGRESS").await;
        let waiting = desk.sale(3_000).await;
        till.kill9();
        till.restart().await;
        let desk = desk.on(till.client());
        for task in [&done, &declined, &closed] {
            assert_eq!(desk.task(task).await, *task);
        }
        // Another device takes up what it finds and goes on.
        let mut device = Device::connect(till.address(), &Hello::new(AUTOMATIC).taking_over()).await;
        for task in [&running, &waiting] {
            device.sell().await;
            assert_eq!(desk.over(task).await["result"], 0);
        }
        assert_eq!(crate::terminal::acquirer(&till).await, 6_000);
    }
}

#[tokio::test]
async fn lists_are_cut_as_asked() {
    let (_till, desk) = desk().await;
    for reference in ["A", "B", "A"] {
        let task = desk.made(&json!({"amount": 100, "originReferenceNum": reference})).await;
        desk.over(&task).await;
    }
    desk.closed().await;
    let total = async |query: &str| {
        let listed = desk.get(query).await.expect_status(200).json();
        let list = listed["tasks"].as_array().or(listed["transactions"].as_array()).unwrap().len();
        (listed["total"].as_u64().unwrap(), list)
    };
    for (query, expected) in [
        ("tasks", (4, 4)),
        ("tasks?type=batch", (1, 1)),
        ("tasks?type=TRANSACTION&limit=2", (3, 2)),
        ("tasks?limit=3&offset=3", (4, 1)),
        ("tasks?state=COMPLETED", (4, 4)),
        ("tasks?state=created", (0, 0)),
        ("tasks?from=2100-01-01", (0, 0)),
        ("tasks?to=2000-01-01T00:00:00Z", (0, 0)),
        ("transactions", (3, 3)),
        ("transactions?originReferenceNum=A", (2, 2)),
        ("transactions?batchNumber=1&from=2020-01-01", (3, 3)),
        ("transactions?batchNumber=2", (0, 0)),
    ] {
        assert_eq!(total(query).await, expected, "{query}");
    }
    for wrong in [
        "tasks?limit=0",
        "tasks?limit=201",
        "tasks?state=x",
        "tasks?type=x",
        "tasks?from=x",
        "transactions?batchNumber=x",
    ] {
        assert_eq!(desk.get(wrong).await.expect_status(400).json()["code"], 55, "{wrong}");
    }
    // Everything that is wrong is told at once.
    let refused =
        desk.get("tasks?limit=-1&offset=x&from=abc&to=x&state=NOPE&type=Q").await.expect_status(400).json();
    let wrong: Vec<&str> = refused["fieldErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["field"].as_str().unwrap())
        .collect();
    assert_eq!(wrong, ["limit", "offset", "from", "to", "state", "type"]);
    assert_eq!(refused["fieldErrors"][0]["message"], "1 to 200 is expected.");
}
