//! §11: the shop is told.

use super::{paid, sandbox};
use testkit::prelude::*;

fn callback(receiver: &Receiver) -> Value {
    json!({"callback": {"return_url": "https://shop.example/back", "notification_url": receiver.url("/notify?shop=1")}})
}

#[tokio::test]
async fn a_paid_payment_is_told_and_readable_by_then() {
    let (_till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    let id = shop.created(&callback(&receiver)).await;
    // Asked the moment the message is there, and not after the payer has been answered.
    let (answer, (told, state)) = tokio::join!(buttons.pay(id), async {
        let told = receiver.next().await;
        (told, shop.state(id).await)
    });
    answer.expect_status(200);
    assert_eq!(told.payment(), id);
    assert_eq!((told.path.as_str(), told.parameter("shop"), told.body.as_str()), ("/notify", Some("1"), ""));
    assert_eq!(state, "PAID");
}

#[tokio::test]
async fn a_later_message_waits_for_the_one_before() {
    let (_till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    receiver.answer_next(Reply::Status(500));
    let id = paid(&shop, &buttons, &callback(&receiver)).await;
    receiver.next().await;
    until_tried(&buttons, id, 1).await;
    shop.refund(id, 100).await.expect_status(200);
    // The refund's own message would have gone out at once; another payment's does, and shows that it had time to.
    let other = paid(&shop, &buttons, &callback(&receiver)).await;
    assert_eq!(receiver.next().await.payment(), other);
    assert_eq!(receiver.count_for(id), 1, "the second message went past the first");
    buttons.advance("PT11S").await.expect_status(200);
    assert_eq!((receiver.next().await.payment(), receiver.next().await.payment()), (id, id));
    let delivered = async {
        loop {
            let listed = buttons.notifications(id).await.json();
            let listed = listed["notifications"].as_array().unwrap().clone();
            if listed.iter().all(|message| message["state"] == "delivered") {
                return listed;
            }
            tokio::task::yield_now().await;
        }
    };
    let listed = tokio::time::timeout(testkit::PATIENCE, delivered).await.expect("both are delivered");
    let last_try =
        |message: &Value| message["attempts"].as_array().unwrap().last().unwrap()["at"].to_string();
    assert!(last_try(&listed[0]) <= last_try(&listed[1]), "{listed:?}");
    assert_eq!(listed[0]["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(listed[1]["attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn every_final_change_is_told_in_order_and_choosing_is_not() {
    let (_till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    let mut changes = callback(&receiver);
    changes["preauthorization"] = json!(true);
    let id = shop.created(&changes).await;
    buttons.pay_with(id, "4444440000001028").await;
    buttons.pay(id).await.expect_status(200);
    receiver.next().await;
    shop.capture(id, None).await.expect_status(200);
    receiver.next().await;
    shop.refund(id, 100).await.expect_status(200);
    receiver.next().await;
    shop.refund(id, 9_900).await.expect_status(200);
    receiver.next().await;
    let listed = buttons.notifications(id).await.expect_status(200).json();
    let listed = listed["notifications"].as_array().unwrap();
    assert_eq!(listed.len(), 4, "{listed:?}");
    assert_eq!(receiver.count(), 4);
}

#[tokio::test]
async fn only_200_is_success_and_the_next_try_comes_by_the_clock() {
    let (_till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    receiver.answer_next(Reply::Status(500));
    receiver.answer_next(Reply::Status(204));
    let id = paid(&shop, &buttons, &callback(&receiver)).await;
    receiver.next().await;
    until_tried(&buttons, id, 1).await;
    buttons.advance("PT11S").await.expect_status(200);
    receiver.next().await;
    until_tried(&buttons, id, 2).await;
    buttons.advance("PT31S").await.expect_status(200);
    receiver.next().await;
    let notification = until_tried(&buttons, id, 3).await;
    assert_eq!(notification["state"], "delivered");
    let statuses: Vec<_> = notification["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["status"].as_u64())
        .collect();
    assert_eq!(statuses, [Some(500), Some(204), Some(200)]);
}

/// The payment's first notification, once this many attempts are on record.
async fn until_tried(buttons: &Sandbox, id: u64, attempts: usize) -> Value {
    let recorded = async {
        loop {
            let listed = buttons.notifications(id).await.json();
            let first = &listed["notifications"][0];
            if first["attempts"].as_array().is_some_and(|tried| tried.len() >= attempts) {
                return first.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testkit::PATIENCE, recorded).await.expect("the attempt was never recorded")
}

#[tokio::test]
async fn after_twenty_attempts_it_is_given_up_and_can_be_sent_again() {
    let (_till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    receiver.answer_all(Reply::Status(503));
    let id = paid(&shop, &buttons, &callback(&receiver)).await;
    for attempt in 1..=20 {
        receiver.next().await;
        let notification = until_tried(&buttons, id, attempt).await;
        let expected = if attempt == 20 { "given_up" } else { "pending" };
        assert_eq!(notification["state"], expected, "attempt {attempt}");
        buttons.advance("PT61M").await.expect_status(200);
    }
    assert_eq!(receiver.count(), 20);
    receiver.answer_all(Reply::Status(200));
    let number = until_tried(&buttons, id, 20).await["id"].as_u64().unwrap();
    buttons.resend(number).await.expect_status(200);
    receiver.next().await;
    assert_eq!(until_tried(&buttons, id, 21).await["state"], "delivered");
}

#[tokio::test]
async fn a_dead_receiver_delays_nobody_else() {
    // Nor any answer: §15 no. 30, clients that give up after a second. Who pays below waits for none of these calls.
    let (_till, shop, buttons) = sandbox().await;
    let alive = Receiver::start().await;
    let mut dead = Vec::new();
    for _ in 0..5 {
        let receiver = Receiver::start().await;
        receiver.answer_all(Reply::Hang);
        dead.push(receiver);
    }
    // As many as all calls that may run at a time, and more.
    for turn in 0..300 {
        paid(&shop, &buttons, &callback(&dead[turn % dead.len()])).await;
    }
    let id = paid(&shop, &buttons, &callback(&alive)).await;
    assert_eq!(alive.next().await.payment(), id);
    let hanging: usize = dead.iter().map(Receiver::count).sum();
    assert!(hanging < 64, "{hanging} calls to receivers that have never answered");
}

#[tokio::test]
async fn what_was_not_delivered_survives_a_restart() {
    let (mut till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    receiver.answer_next(Reply::Status(500));
    let id = paid(&shop, &buttons, &callback(&receiver)).await;
    receiver.next().await;
    until_tried(&buttons, id, 1).await;
    till.kill9();
    till.restart().await;
    till.sandbox_api().advance("PT1M").await.expect_status(200);
    assert_eq!(receiver.next().await.payment(), id);
}

#[tokio::test]
async fn without_an_address_nobody_is_told() {
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    assert_eq!(buttons.notifications(id).await.json()["notifications"], json!([]));
}
