//! `kill -9` of the server and cuts of the device's line at random moments, again and again: two registers that share the
//! terminal, one at Comgate's manner of asking and one at GP tom's door, the device and the ledger agree afterwards, nobody is charged twice, and every transaction is in exactly one batch.
//!
//! `POLYTILL_KILLS=1000` makes it a long run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::Method;
use testkit::prelude::*;
use testkit::terminal::{AUTOMATIC, GOOD_CARD, RIGHT_PIN};
use tokio::sync::Notify;

use super::crash::kills;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_and_many_cuts_on_sqlite() {
    survive(Backend::Sqlite, kills(50)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_kills_and_many_cuts_on_postgres() {
    survive(Backend::Postgres, kills(10)).await;
}

/// How much was heard, and who waits for more.
#[derive(Default)]
struct Heard {
    count: AtomicUsize,
    more: Notify,
}

impl Heard {
    fn one(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.more.notify_waiters();
    }

    async fn reach(&self, count: usize) {
        loop {
            let more = self.more.notified();
            if self.count.load(Ordering::SeqCst) >= count {
                return;
            }
            more.await;
        }
    }
}

/// What the device was told in the end, by task.
type Ends = BTreeMap<u64, String>;

async fn survive(backend: Backend, kills: usize) {
    let mut till = Till::sandbox_on(backend).await;
    let hello = Hello::new(AUTOMATIC);
    let (mut ends, mut asked) = (Ends::new(), BTreeSet::new());
    let (mut dice, mut cuts) = (Dice(0x7e57_0000_0003), 0);
    let (desk, mut seen) = (CashDesk::at(till.client(), AUTOMATIC.0).await, Seen::new());
    for kill in 0..kills {
        let heard = Arc::new(Heard::default());
        let device =
            tokio::spawn(answer(till.address(), hello.clone(), Dice(dice.next()), Arc::clone(&heard)));
        let register = tokio::spawn(ask(till.client().clone(), Dice(dice.next())));
        let queueing = tokio::spawn(queue(desk.on(till.client()), Dice(dice.next())));
        heard.reach(5 + dice.roll(60)).await;
        till.kill9();
        let (told, cut) = device.await.expect("the device");
        cuts += cut;
        for (task, end) in told {
            if let Some(before) = ends.insert(task, end.clone()) {
                assert_eq!(before, end, "task {task} ended twice, after kill {kill}");
            }
        }
        asked.extend(register.await.expect("the register"));
        seen.extend(queueing.await.expect("the other register"));
        till.restart().await;
    }
    // Whatever was left in the middle is found out, or given up in time.
    for _ in 0..4 {
        till.sandbox_api().advance("PT16M").await.expect_status(200);
    }
    let counter = till.counter(AUTOMATIC);
    counter.when(|standing| standing["running"].is_null() && standing["queue"] == json!([])).await;
    // What only the device and the other register know by number.
    let asked: BTreeSet<u64> = asked.into_iter().chain(ends.keys().copied()).collect();
    check(&till, &ends, &asked).await;
    check_queued(&till, &seen).await;
    assert!(seen.len() >= kills, "only {} tasks at GP tom's door", seen.len());
    assert!(cuts >= kills, "only {cuts} cuts");
    assert!(asked.len() >= kills, "only {} tasks", asked.len());
    till.terminate().await;
}

/// A device that answers until the server is gone, and is cut off now and then.
async fn answer(
    address: std::net::SocketAddr,
    hello: Hello,
    mut dice: Dice,
    heard: Arc<Heard>,
) -> (Ends, usize) {
    let (mut ends, mut cuts, mut last) = (Ends::new(), 0, None);
    loop {
        let hello = match &last {
            Some(task) => hello.clone().about(task),
            None => hello.clone(),
        };
        let mut device = match Device::try_connect(address, &hello).await {
            Ok(device) => device,
            // Too many at once, as long as the server has not noticed the cuts before.
            Err(told) if told["type"] == "refused" => continue,
            Err(_) => return (ends, cuts),
        };
        heard.one();
        loop {
            if dice.roll(12) == 0 {
                cuts += 1;
                break;
            }
            let Some(told) = device.hear().await else { break };
            heard.one();
            if told["type"] == "task" {
                last = Some(told.clone());
            }
            if told["type"] == "done" {
                ends.insert(told["task"].as_u64().unwrap(), told["state"].as_str().unwrap().to_owned());
            }
            for reply in replies(&told, &mut dice) {
                if device.try_say(&reply).await.is_err() {
                    break;
                }
                if dice.roll(20) == 0 {
                    break;
                }
            }
        }
    }
}

fn replies(told: &Value, dice: &mut Dice) -> Vec<Value> {
    let kind = told["type"].as_str().unwrap_or_default();
    match (kind, told["kind"].as_str().unwrap_or_default(), told["phase"].as_str().unwrap_or_default()) {
        ("task", "void" | "close_batch", _) => vec![Device::about(told, "accept")],
        ("task", _, "waiting" | "card") => {
            let next = told["presentations"].as_u64().unwrap() + 1;
            match dice.roll(12) {
                0 => vec![Device::abort(told, "customer")],
                1 => vec![Device::card(told, next, "chip", GOOD_CARD, Some("9999"))],
                2 => {
                    let contact = json!({ "type": "progress", "task": told["task"], "attempt": told["attempt"],
                        "step": "card" });
                    vec![contact, Device::card(told, next, "contactless", GOOD_CARD, None)]
                }
                3 => {
                    let card = Device::card(told, next, "chip", GOOD_CARD, Some(RIGHT_PIN));
                    vec![card.clone(), card]
                }
                _ => vec![Device::card(told, next, "chip", GOOD_CARD, Some(RIGHT_PIN))],
            }
        }
        ("task", _, "authorised") => vec![Device::complete(told, "approved")],
        ("authorised", ..) if told["outcome"] == "approved" => match dice.roll(15) {
            0 => vec![Device::abort(told, "customer")],
            1 => vec![Device::complete(told, "signature_refused")],
            2 => vec![Device::complete(told, "approved"), Device::complete(told, "approved")],
            _ => vec![Device::complete(told, "approved")],
        },
        ("authorised", ..) if told["retry"] == "pin" => {
            let next = told["presentations"].as_u64().unwrap() + 1;
            vec![Device::card(told, next, "chip", GOOD_CARD, Some(RIGHT_PIN))]
        }
        _ => vec![],
    }
}

/// A register that asks for one thing after the other until the server is gone; returns what it got.
async fn ask(client: Client, mut dice: Dice) -> Vec<u64> {
    let path = "/_sandbox/terminals/10012345/tasks";
    let (mut asked, mut sales, mut queued) = (Vec::new(), Vec::new(), 0);
    loop {
        let wanted = match dice.roll(10) {
            0 => json!({ "kind": "close_batch" }),
            1 => json!({ "kind": "refund", "amount": 700 }),
            2..=3 if !sales.is_empty() => json!({ "kind": "void", "payment": sales[dice.roll(sales.len())] }),
            // A few at a time: what waits has to have had its turn in the end.
            4 if queued < 3 => {
                queued += 1;
                json!({ "amount": 300, "queue": true })
            }
            _ => json!({ "amount": 1_000 }),
        };
        let headers = [("content-type", "application/json")];
        let Ok(answer) = client.try_send(Method::POST, path, &headers, wanted.to_string()).await else {
            return asked;
        };
        if answer.status != 200 {
            // Busy, or nobody is there just now, or there is nothing to undo.
            assert_eq!(answer.status, 409, "{}", answer.text());
            continue;
        }
        let id = answer.json()["task"].as_u64().unwrap();
        asked.push(id);
        if wanted["kind"].is_null() {
            sales.push(id);
        }
        loop {
            let Ok(answer) = client.try_send(Method::GET, &format!("{path}/{id}"), &[], "").await else {
                return asked;
            };
            if answer.status == 200 && answer.json()["state"] == "done" {
                break;
            }
            // A queued one may wait; the next thing is asked for meanwhile.
            if wanted["queue"] == true {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// What the other register was told last of its tasks, by name: nothing but that it was taken, or how it ended.
type Seen = BTreeMap<String, Option<Value>>;

/// A register at GP tom's door that asks for one thing after the other until the server is gone.
async fn queue(desk: CashDesk, mut dice: Dice) -> Seen {
    let (mut seen, mut sales) = (Seen::new(), Vec::new());
    loop {
        let (path, wanted) = match dice.roll(8) {
            0 => ("tasks/BATCH", json!({})),
            1 => ("tasks/TRANSACTION", json!({ "transactionType": "REFUND", "amount": 500 })),
            2..=3 if !sales.is_empty() => {
                let original: &Value = &sales[dice.roll(sales.len())];
                ("tasks/TRANSACTION", json!({ "transactionType": "VOID", "originTransactionID": original }))
            }
            _ => ("tasks/TRANSACTION", json!({ "transactionType": "SALE", "amount": 2_000 })),
        };
        let Ok(answer) = desk.try_call(Method::POST, path, Some(wanted.to_string())).await else {
            return seen;
        };
        let task = answer.expect_status(200).json();
        let name = task["taskId"].as_str().unwrap().to_owned();
        seen.insert(name.clone(), None);
        loop {
            let polled = desk.try_call(Method::GET, &format!("tasks/{name}"), None).await;
            let Ok(answer) = polled else { return seen };
            let now = answer.expect_status(200).json();
            if now["finished"].is_string() {
                if now["request"]["transactionType"] == "SALE" {
                    sales.push(now["transactionId"].clone());
                }
                seen.insert(name, Some(now));
                break;
            }
            tokio::task::yield_now().await;
        }
    }
}

/// Every task that was taken is over, and one that was over before a kill has stayed as it was.
async fn check_queued(till: &Till, seen: &Seen) {
    let desk = CashDesk::at(till.client(), AUTOMATIC.0).await;
    for (name, told) in seen {
        let now = desk.get(&format!("tasks/{name}")).await.expect_status(200).json();
        assert!(now["finished"].is_string(), "not over: {now}");
        let Some(told) = told else { continue };
        for member in ["state", "result", "finished", "amsId", "batchId"] {
            assert_eq!(told[member], now[member], "{name}");
        }
    }
}

async fn check(till: &Till, ends: &Ends, asked: &BTreeSet<u64>) {
    let counter = till.counter(AUTOMATIC);
    let mut approved = BTreeSet::new();
    for id in asked {
        let task = counter.task(*id).await;
        assert_eq!(task["state"], "done", "{task}");
        if let Some(told) = ends.get(id) {
            let is = task["end"] == "approved";
            assert_eq!(told == "approved", is, "the device was told {told}, but {task}");
        }
        let payment = &task["payment"];
        assert!(payment.is_null() || payment["pending"].is_null(), "not found out: {task}");
        if task["end"] == "approved" {
            approved.insert(*id);
        }
        if task["undoes"].is_null() && !payment.is_null() {
            once(till, *id, task["end"] == "approved").await;
        }
    }
    let mut booked = BTreeSet::new();
    let mut net = 0;
    for batch in counter.batches().await {
        let whole = counter.batch(batch["number"].as_u64().unwrap()).await.expect_status(200).json();
        for transaction in whole["transactions"].as_array().unwrap() {
            let task = transaction["task"].as_u64().unwrap();
            assert!(booked.insert(task), "{transaction} is in two batches");
            let amount = transaction["amount"].as_i64().unwrap();
            net += match transaction["kind"].as_str().unwrap() {
                "sale" | "refund_void" | "earlier_refund_void" => amount,
                _ => -amount,
            };
        }
    }
    for id in &approved {
        let closing = counter.task(*id).await["kind"] == "close_batch";
        assert!(closing || booked.contains(id), "{id} was approved and is in no batch");
    }
    let balances = till.sandbox_api().balances().await.expect_status(200).json();
    assert!(balances["sums"].as_object().unwrap().values().all(|sum| sum == 0), "{balances}");
    let accounts = balances["accounts"].as_array().unwrap().iter();
    let acquirer: i64 =
        accounts.filter(|it| it["account"] == "acquirer").map(|it| it["amount"].as_i64().unwrap()).sum();
    assert_eq!(acquirer, net, "the batches and the ledger");
}

/// A payment is captured once or not at all, and what else was approved of it was given back.
async fn once(till: &Till, id: u64, approved: bool) {
    let history = super::super::terminal::history(till, id).await;
    let count = |name: &str| history.iter().filter(|event| *event == name).count();
    assert_eq!(count("captured"), usize::from(approved), "{id}: {history:?}");
    let held = count("authorised") + count("late_approval");
    assert!(held <= 1, "{id}: {history:?}");
    if held == 1 && !approved {
        assert_eq!(count("reversal_confirmed"), 1, "{id}: {history:?}");
    }
}

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(sides).unwrap()).unwrap()
    }
}
