//! Closings: exactly once, every transaction in exactly one batch, and totals that the ledger agrees with.

use testkit::prelude::*;
use testkit::terminal::AUTOMATIC;

use super::acquirer;

#[tokio::test]
async fn a_closing_cuts_the_batch_and_the_next_begins() {
    for backend in Backend::ALL {
        let till = Till::sandbox_on(backend).await;
        let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
        let first = counter.sale(1_000).await;
        device.sell().await;
        let closing = counter.made(&json!({ "kind": "close_batch" })).await;
        let task = device.told("task").await;
        let accept = Device::about(&task, "accept");
        let done = device.ask(&accept, "done").await;
        assert_eq!((&done["state"], &done["batch"]["number"]), (&json!("approved"), &json!(1)));
        // Taken up twice it is carried out once.
        assert_eq!(device.ask(&accept, "done").await, done);
        assert_eq!(counter.end(closing).await, "approved");
        counter.sale(2_000).await;
        let done = device.sell().await;
        assert_eq!((&done["receipt"]["batch"], &done["receipt"]["sequence"]), (&json!(2), &json!(1)));
        // What is in a closed batch stays there.
        let late = counter.ask(&json!({ "kind": "void", "payment": first })).await.expect_status(409).json();
        assert_eq!(late["error"]["code"], "not_voidable");
        // An empty one uses up a number too.
        for number in [2, 3] {
            counter.made(&json!({ "kind": "close_batch" })).await;
            let task = device.told("task").await;
            let done = device.ask(&Device::about(&task, "accept"), "done").await;
            assert_eq!(done["batch"]["number"], number);
        }
        let numbers: Vec<u64> =
            counter.batches().await.iter().map(|batch| batch["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, [4, 3, 2, 1]);
    }
}

#[tokio::test]
async fn a_void_that_became_impossible_meanwhile_is_told() {
    let till = Till::sandbox().await;
    let (counter, mut device) = (till.counter(AUTOMATIC), till.device(AUTOMATIC).await);
    let id = counter.sale(1_000).await;
    device.sell().await;
    counter.made(&json!({ "kind": "close_batch", "queue": true })).await;
    let closing = device.told("task").await;
    let void = counter.made(&json!({ "kind": "void", "payment": id, "queue": true })).await;
    let twice = counter.ask(&json!({ "kind": "void", "payment": id, "queue": true })).await;
    assert_eq!(twice.expect_status(409).json()["error"]["code"], "not_voidable");
    device.ask(&Device::about(&closing, "accept"), "done").await;
    let task = device.told("task").await;
    let done = device.ask(&Device::about(&task, "accept"), "done").await;
    assert_eq!((&done["state"], &done["reason"]), (&json!("failed"), &json!("not_voidable")));
    assert_eq!(counter.end(void).await, "not_voidable");
    assert_eq!(acquirer(&till).await, 1_000);
}

/// Random lives of a counter: whatever is done in whatever order, the batches and the ledger say the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn totals_equal_the_ledger_whatever_is_done() {
    for (backend, lives) in [(Backend::Sqlite, 12), (Backend::Postgres, 6)] {
        let till = Till::sandbox_on(backend).await;
        let mut dice = Dice(0x5eed_0000_0001);
        for life in 0..lives {
            let counter = till.counter(AUTOMATIC);
            let mut paid: Vec<u64> = Vec::new();
            for _ in 0..25 {
                step(&counter, &mut dice, &mut paid).await;
            }
            check(&till, &format!("{backend:?}, life {life}")).await;
        }
    }
}

async fn step(counter: &Counter, dice: &mut Dice, paid: &mut Vec<u64>) {
    let amount = i64::try_from(dice.roll(900) * 10 + 101).unwrap();
    let wanted = match dice.roll(10) {
        0..=4 => {
            json!({ "kind": "sale", "amount": amount, "currency": if dice.roll(4) == 0 { "EUR" } else { "CZK" } })
        }
        5..=6 => json!({ "kind": "refund", "amount": amount }),
        7..=8 if !paid.is_empty() => {
            let place = dice.roll(paid.len());
            json!({ "kind": "void", "payment": paid[place] })
        }
        _ => json!({ "kind": "close_batch" }),
    };
    let outcomes = [
        "approved",
        "approved",
        "approved",
        "declined",
        "wrong_pin",
        "cancelled_by_customer",
        "signature_refused",
        "device_fault",
    ];
    let moves_money = matches!(wanted["kind"].as_str(), Some("sale" | "refund"));
    if moves_money {
        let outcome = outcomes[dice.roll(outcomes.len())];
        counter.press("next-outcome", &json!({ "outcome": outcome })).await.expect_status(200);
    }
    let answer = counter.ask(&wanted).await;
    if answer.status != 200 {
        // Only what is closed or undone already may be refused here.
        assert_eq!(answer.json()["error"]["code"], "not_voidable", "{wanted}");
        return;
    }
    let id = answer.json()["task"].as_u64().unwrap();
    let end = counter.end(id).await;
    if moves_money && end == "approved" {
        paid.push(id);
    }
}

async fn check(till: &Till, place: &str) {
    let counter = till.counter(AUTOMATIC);
    let mut seen = std::collections::BTreeSet::new();
    let mut net = 0;
    for batch in counter.batches().await {
        let number = batch["number"].as_u64().unwrap();
        let whole = counter.batch(number).await.expect_status(200).json();
        let rows: i64 = whole["rows"].as_array().unwrap().iter().map(signed).sum();
        let transactions = whole["transactions"].as_array().unwrap();
        assert_eq!(rows, transactions.iter().map(signed).sum::<i64>(), "{place}, batch {number}");
        assert_eq!(whole["count"], transactions.len(), "{place}, batch {number}");
        let mut places: Vec<u64> = transactions.iter().map(|it| it["sequence"].as_u64().unwrap()).collect();
        places.sort_unstable();
        assert_eq!(places, (1..=u64::try_from(places.len()).unwrap()).collect::<Vec<_>>(), "{place}");
        for transaction in transactions {
            assert!(
                seen.insert(transaction["task"].as_u64().unwrap()),
                "{place}: {transaction} is in two batches"
            );
        }
        net += rows;
    }
    assert_eq!(net, acquirer(till).await, "{place}: the batches and the ledger");
}

fn signed(row: &Value) -> i64 {
    let amount = row["amount"].as_i64().unwrap();
    match row["kind"].as_str().unwrap() {
        "sale" | "refund_void" | "earlier_refund_void" => amount,
        "refund" | "sale_void" | "earlier_sale_void" => -amount,
        other => panic!("what is {other}?"),
    }
}

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}
