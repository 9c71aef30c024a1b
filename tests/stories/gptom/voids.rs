//! §5.2: a cancellation needs the terminal of the sale, 93 days at most, and no card.

use super::{ASSISTED, AT_ONCE, desk, ending, with_neighbours};
use testkit::prelude::*;

fn name(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn refused(code: i64, result: i64) -> (String, Value, Value) {
    ("ERROR".to_owned(), json!(result), json!(code))
}

#[tokio::test]
async fn a_sale_is_cancelled_once() {
    let (till, desk) = desk().await;
    let sold = desk.sold(1_000).await;
    let void = desk.voided(name(&sold["amsId"])).await;
    assert_eq!(ending(&void), ("COMPLETED".to_owned(), json!(0), Value::Null));
    let told = &void["transaction"];
    assert_eq!(
        json!([
            told["transactionType"],
            told["transactionTypeId"],
            told["amount"],
            told["currency"],
            told["cardNumber"]
        ]),
        json!(["VOID", 2, 1_000, "CZK", "**** **** **** 4448"])
    );
    assert_eq!(told["originTransactionID"], sold["transactionId"]);
    let original = desk.task(&sold).await["transaction"].clone();
    assert_eq!(json!([original["voided"], original["result"]]), json!([true, 0]));
    assert_eq!(original["voidedByTransactionID"], void["transactionId"]);
    assert_eq!(crate::terminal::acquirer(&till).await, 0);
    assert_eq!(ending(&desk.voided(name(&sold["transactionId"])).await), refused(44, -5));
    // A cancellation cannot be cancelled.
    assert_eq!(ending(&desk.voided(name(&void["transactionId"])).await), refused(47, -8));
}

#[tokio::test]
async fn what_cannot_be_cancelled_is_a_task_that_is_over() {
    let (mut till, desk) = desk().await;
    let (sold, declined) = (desk.sold(1_000).await, desk.sold(1_122).await);
    with_neighbours(&mut till).await;
    let desk = desk.on(till.client());
    for unknown in ["AMS-10012345-999999", "7b0c5f0e-0a0e-4a55-9a0c-5e3a0e9c1d11", "x"] {
        let answer = desk.create(&json!({"transactionType": "VOID", "originTransactionID": unknown})).await;
        let task = answer.expect_status(200).json();
        assert_eq!(ending(&task), refused(98, -3), "final in the first answer");
        assert_eq!(task["transaction"]["result"], -3);
        assert_eq!(desk.task(&task).await, task);
    }
    assert_eq!(ending(&desk.voided(name(&declined["transactionId"])).await), refused(47, -8));
    let other = CashDesk::at(till.client(), ASSISTED).await;
    assert_eq!(ending(&other.voided(name(&sold["amsId"])).await), refused(47, -8), "another terminal's");
    let fields = [
        ("grant_type", "password"),
        ("username", "neighbour@example.com"),
        ("password", testkit::gptom::PASSWORD),
        ("tid", "20000001"),
    ];
    let tokens =
        testkit::gptom::token(till.client(), "/oauth/token", ("anybodys", "s:e:cret"), &fields).await.json();
    let neighbour = CashDesk::with_token(till.client(), tokens["access_token"].as_str().unwrap());
    assert_eq!(ending(&neighbour.voided(name(&sold["amsId"])).await), refused(98, -3), "another company's");
    for wrong in [json!({"amount": 999}), json!({"currencyCode": "EUR"})] {
        let mut body = json!({"transactionType": "VOID", "originTransactionID": sold["transactionId"]});
        body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        assert_eq!(desk.create(&body).await.expect_status(400).json()["code"], 55);
    }
    assert_eq!(ending(&desk.voided(name(&sold["amsId"])).await).1, 0);
}

#[tokio::test]
async fn the_last_one_needs_no_name() {
    let (till, desk) = desk().await;
    let (_first, _declined) = (desk.sold(1_000).await, desk.sold(1_122).await);
    let last = desk.sold(2_000).await;
    let task = desk.made(&json!({"transactionType": "VOID", "cancelMode": 1})).await;
    let over = desk.over(&task).await;
    assert_eq!(
        (&over["result"], &over["transaction"]["originTransactionID"]),
        (&json!(0), &last["transactionId"])
    );
    assert_eq!(crate::terminal::acquirer(&till).await, 1_000);
}

#[tokio::test]
async fn one_cancellation_at_a_time() {
    let (till, desk) = desk().await;
    let sold = desk.sold(1_000).await;
    let counter = till.counter((AT_ONCE, ""));
    counter.press("offline", &json!({})).await.expect_status(200);
    counter.when(|standing| standing["link"] == "absent").await;
    let body = json!({"transactionType": "VOID", "originTransactionID": sold["amsId"]});
    let waiting = desk.made(&body).await;
    assert_eq!(waiting["state"], "CREATED");
    assert_eq!(ending(&desk.made(&body).await), refused(38, -8));
    // Taken back, it is out of the way.
    desk.cancel(&waiting).await.expect_status(200);
    let again = desk.made(&body).await;
    counter.press("online", &json!({})).await.expect_status(200);
    assert_eq!(ending(&desk.over(&again).await).1, 0);
}

#[tokio::test]
async fn ninety_three_days() {
    let (till, desk) = desk().await;
    let (one, other) = (desk.sold(1_000).await, desk.sold(1_000).await);
    desk.closed().await;
    till.sandbox_api().advance("P92DT23H").await.expect_status(200);
    let desk = CashDesk::at(till.client(), AT_ONCE).await;
    assert_eq!(ending(&desk.voided(name(&one["amsId"])).await).1, 0);
    till.sandbox_api().advance("PT2H").await.expect_status(200);
    let desk = CashDesk::at(till.client(), AT_ONCE).await;
    assert_eq!(ending(&desk.voided(name(&other["amsId"])).await), refused(45, -8));
}
