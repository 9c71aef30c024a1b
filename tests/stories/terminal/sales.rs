//! A sale from the counter to the receipt: approved, declined, given up.

use testkit::prelude::*;
use testkit::terminal::{ASSISTED, AUTOMATIC, GOOD_CARD, RIGHT_PIN};

use super::{acquirer, history};

#[tokio::test]
async fn a_sale_is_tapped_approved_and_booked() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    assert_eq!(device.welcome["terminal"]["tid"], "10012345");
    assert_eq!(device.welcome["batch"]["number"], 1);

    let id = counter.made(&json!({ "kind": "sale", "amount": 18_950, "reference": "2010102600" })).await;
    let task = device.told("task").await;
    assert_eq!(task["task"], id);
    let told = (&task["kind"], &task["phase"], &task["amount_minor"], &task["currency"], &task["reference"]);
    assert_eq!(
        told,
        (&json!("sale"), &json!("waiting"), &json!(18_950), &json!("CZK"), &json!("2010102600"))
    );
    device.say(&Device::about(&task, "accept")).await;
    device.say(&json!({ "type": "progress", "task": id, "attempt": 1, "step": "card" })).await;
    let verdict = device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    let said = (&verdict["outcome"], &verdict["verification"], &verdict["amount_minor"]);
    assert_eq!(said, (&json!("approved"), &json!("none"), &json!(18_950)));
    assert_eq!(verdict["card"]["masked"], "444444******4448");

    // Held, not taken: nothing is booked before the device says that the card agrees.
    assert_eq!((acquirer(&till).await, &counter.task(id).await["state"]), (0, &json!("running")));
    let done = device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!((&done["state"], &done["reason"]), (&json!("approved"), &Value::Null));
    let receipt = &done["receipt"];
    assert_eq!(receipt["approval_code"], verdict["approval_code"]);
    assert_eq!((&receipt["batch"], &receipt["sequence"]), (&json!(1), &json!(1)));
    assert_eq!((&receipt["total_minor"], &receipt["shop"]), (&json!(18_950), &json!("Demo shop")));

    assert_eq!(counter.end(id).await, "approved");
    assert_eq!(acquirer(&till).await, 18_950);
    let batch = counter.batch(1).await.expect_status(200).json();
    assert_eq!(batch["transactions"].as_array().unwrap().len(), 1);
    assert_eq!(
        history(&till, id).await,
        ["created", "begun", "card_contact", "card_presented", "authorised", "capture_sent", "captured"]
    );
    // Said again, it is answered again and done once.
    let again = device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!(again, done);
    assert_eq!(acquirer(&till).await, 18_950);
}

#[tokio::test]
async fn a_declined_sale_is_over_with_its_reason() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    let broke = Device::card(&task, 1, "contactless", "4444440000001028", None);
    let verdict = device.ask(&broke, "authorised").await;
    assert_eq!((&verdict["outcome"], &verdict["retry"]), (&json!("declined"), &json!("none")));
    let done = device.told("done").await;
    assert_eq!((&done["state"], &done["reason"]), (&json!("declined"), &json!("insufficient_funds")));
    assert_eq!(done["receipt"]["outcome"], "declined");
    assert_eq!(counter.end(id).await, json!({ "declined": "insufficient_funds" }));
    assert_eq!(acquirer(&till).await, 0);
    let batch = counter.standing().await["batch"].clone();
    assert_eq!((&batch["count"], &batch["invalid"]), (&json!(0), &json!(1)));
    // And the terminal is free for the next one.
    counter.sale(2_000).await;
    assert_eq!(device.sell().await["state"], "approved");
}

#[tokio::test]
async fn customer_and_operator_give_up_before_and_after_the_approval() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    for (by, end) in [("customer", "cancelled_by_customer"), ("operator", "cancelled_by_operator")] {
        let id = counter.sale(1_000).await;
        let task = device.told("task").await;
        let done = device.ask(&Device::abort(&task, by), "done").await;
        assert_eq!((&done["state"], &done["reason"]), (&json!("cancelled"), &json!(end)));
        assert_eq!(counter.end(id).await, end);
    }
    // After the approval the money is held, and given back.
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    let done = device.ask(&Device::abort(&task, "customer"), "done").await;
    assert_eq!(done["state"], "cancelled");
    assert_eq!(counter.end(id).await, "cancelled_by_customer");
    counter.task_when(id, |task| task["payment"]["pending"].is_null()).await;
    let events = history(&till, id).await;
    assert_eq!(events[events.len() - 3..], ["authorised", "abandoned", "reversal_confirmed"]);
    // An abort that comes too late does not undo a completed sale.
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    device.ask(&Device::complete(&task, "approved"), "done").await;
    let done = device.ask(&Device::abort(&task, "customer"), "done").await;
    assert_eq!(done["state"], "approved");
    assert_eq!((counter.end(id).await, acquirer(&till).await), (json!("approved"), 1_000));
}

#[tokio::test]
async fn a_chip_or_a_signature_may_still_refuse() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    for (card, entry, pin, verification, result) in [
        (GOOD_CARD, "chip", Some(RIGHT_PIN), "pin", "card_refused"),
        ("4444440000001226", "chip", None, "signature", "signature_refused"),
        ("4444440000001218", "chip", Some(RIGHT_PIN), "offline_pin", "card_refused"),
    ] {
        let id = counter.sale(1_000).await;
        let task = device.told("task").await;
        let verdict = device.ask(&Device::card(&task, 1, entry, card, pin), "authorised").await;
        assert_eq!(
            (&verdict["outcome"], &verdict["verification"]),
            (&json!("approved"), &json!(verification))
        );
        let done = device.ask(&Device::complete(&task, result), "done").await;
        assert_eq!((&done["state"], &done["reason"]), (&json!("declined"), &json!("refused")));
        assert_eq!(counter.end(id).await, json!({ "declined": "refused" }));
    }
    assert_eq!(acquirer(&till).await, 0);
}

#[tokio::test]
async fn a_refund_goes_the_other_way_and_costs_nothing() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let id = counter.made(&json!({ "kind": "refund", "amount": 5_000 })).await;
    let done = device.sell().await;
    assert_eq!((&done["kind"], &done["state"]), (&json!("refund"), &json!("approved")));
    assert_eq!(acquirer(&till).await, -5_000);
    let accounts = till.sandbox_api().balances().await.json();
    assert!(!accounts.to_string().contains("fees"), "{accounts}");
    // Undone, it is as if it had not been.
    let void = counter.made(&json!({ "kind": "void", "payment": id })).await;
    let task = device.told("task").await;
    assert_eq!((&task["kind"], &task["original"]["kind"]), (&json!("void"), &json!("refund")));
    device.ask(&Device::about(&task, "accept"), "done").await;
    assert_eq!(counter.end(void).await, "approved");
    assert_eq!(acquirer(&till).await, 0);
    let rows = counter.standing().await["batch"]["rows"].clone();
    let kinds: Vec<&Value> = rows.as_array().unwrap().iter().map(|row| &row["kind"]).collect();
    assert_eq!(kinds, ["refund", "refund_void"]);
}

#[tokio::test]
async fn a_void_gives_back_the_fee_too_and_is_done_once() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let id = counter.sale(10_000).await;
    device.sell().await;
    let fees = |balances: &Value| {
        let accounts = balances["accounts"].as_array().unwrap();
        accounts
            .iter()
            .filter(|it| it["account"] == "fees")
            .map(|it| it["amount"].as_i64().unwrap())
            .sum::<i64>()
    };
    assert_eq!(fees(&till.sandbox_api().balances().await.json()), -90);
    let void = counter.made(&json!({ "kind": "void", "payment": id })).await;
    let task = device.told("task").await;
    assert_eq!(task["original"]["card"]["masked"], "444444******4448");
    let done = device.ask(&Device::about(&task, "accept"), "done").await;
    assert_eq!((&done["state"], &done["receipt"]["kind"]), (&json!("approved"), &json!("void")));
    assert_eq!(counter.end(void).await, "approved");
    assert_eq!(counter.task(id).await["payment"]["close_reason"], "reversed");
    assert_eq!((acquirer(&till).await, fees(&till.sandbox_api().balances().await.json())), (0, 0));
    let again = counter.ask(&json!({ "kind": "void", "payment": id })).await.expect_status(409).json();
    assert_eq!(again["error"]["code"], "not_voidable");
}

#[tokio::test]
async fn a_tip_is_asked_for_held_and_taken() {
    let till = Till::sandbox().await;
    let counter = till.counter(ASSISTED);
    let mut device = till.device(ASSISTED).await;
    let id = counter.made(&json!({ "amount": 10_000, "ask_tip": true })).await;
    let task = device.told("task").await;
    assert_eq!(task["tip"], "ask");
    let mut card = Device::card(&task, 1, "contactless", GOOD_CARD, None);
    card["tip_minor"] = json!(20_000);
    assert_eq!(device.refused(&card).await, "not_allowed");
    card["tip_minor"] = json!(1_500);
    let verdict = device.ask(&card, "authorised").await;
    assert_eq!((&verdict["amount_minor"], &verdict["tip_minor"]), (&json!(11_500), &json!(1_500)));
    let done = device.ask(&Device::complete(&task, "approved"), "done").await;
    assert_eq!(
        (&done["receipt"]["tip_minor"], &done["receipt"]["total_minor"]),
        (&json!(1_500), &json!(11_500))
    );
    assert_eq!((counter.end(id).await, acquirer(&till).await), (json!("approved"), 11_500));
    let row = counter.standing().await["batch"]["rows"][0].clone();
    assert_eq!((&row["amount"], &row["tip"]), (&json!(11_500), &json!(1_500)));
}

#[tokio::test]
async fn an_operation_begun_by_hand_is_made_once_for_its_request() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let start = json!({ "type": "start", "request": "by-hand-0001", "kind": "sale", "amount_minor": 700,
        "currency": "CZK" });
    let task = device.ask(&start, "task").await;
    assert_eq!((&task["origin"], &task["request"]), (&json!("device"), &json!("by-hand-0001")));
    let verdict = device.ask(&Device::card(&task, 1, "contactless", GOOD_CARD, None), "authorised").await;
    assert_eq!(verdict["outcome"], "approved");
    device.ask(&Device::complete(&task, "approved"), "done").await;
    let again = device.ask(&start, "done").await;
    assert_eq!((&again["task"], &again["state"]), (&task["task"], &json!("approved")));
    assert_eq!(counter.tasks().await.len(), 1);
    // The same name for something else is a mistake.
    let other = json!({ "type": "start", "request": "by-hand-0001", "kind": "sale", "amount_minor": 701,
        "currency": "CZK" });
    assert_eq!(device.refused(&other).await, "bad_message");
    let receipt = device.ask(&json!({ "type": "receipt", "request": "receipt-0001" }), "receipt").await;
    assert_eq!((&receipt["receipt"]["task"], &receipt["receipt"]["copy"]), (&task["task"], &json!(true)));
    let totals = device.ask(&json!({ "type": "totals", "request": "totals-00001" }), "totals").await;
    assert_eq!(totals["batch"]["rows"][0]["amount_minor"], 700);
    let closing = json!({ "type": "start", "request": "by-hand-0002", "kind": "close_batch" });
    let closing = device.ask(&closing, "task").await;
    let done = device.ask(&Device::about(&closing, "accept"), "done").await;
    assert_eq!((&done["batch"]["number"], &done["batch"]["rows"][0]["count"]), (&json!(1), &json!(1)));
}
