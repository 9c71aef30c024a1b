//! `kill -9` at random moments under load, again and again: nothing answered is lost, nothing is done twice,
//! the ledger sums to zero, and every message arrives at least once.
//!
//! `POLYTILL_KILLS=1000` makes it a long run.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::journal::{Gone, Life};
use testkit::prelude::*;
use tokio::sync::Notify;
use tokio::task::JoinSet;

const WORKERS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_on_sqlite() {
    survive(Backend::Sqlite, kills(50)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_on_postgres() {
    survive(Backend::Postgres, kills(20)).await;
}

pub(super) fn kills(usual: usize) -> usize {
    std::env::var("POLYTILL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// How many answers there were, and who waits for more.
#[derive(Default)]
pub(super) struct Answers {
    count: AtomicUsize,
    more: Notify,
}

impl Answers {
    pub(super) fn one(&self) {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.more.notify_waiters();
    }

    pub(super) async fn reach(&self, count: usize) {
        loop {
            let more = self.more.notified();
            if self.count.load(Ordering::SeqCst) >= count {
                return;
            }
            more.await;
        }
    }
}

async fn survive(backend: Backend, kills: usize) {
    let receiver = Receiver::start().await;
    let notify = receiver.url("/notify");
    let mut till = Till::sandbox_on(backend).await;
    let numbers = Arc::new(AtomicUsize::new(0));
    let mut book: Vec<Life> = Vec::new();
    let mut moments = Moments(0x9e37_79b9_7f4a_7c15);
    for kill in 0..kills {
        let answers = Arc::new(Answers::default());
        let mut workers = JoinSet::new();
        for _ in 0..WORKERS {
            let (shop, client) = (till.shop(), till.client().clone());
            let (numbers, answers, notify) = (Arc::clone(&numbers), Arc::clone(&answers), notify.clone());
            workers.spawn(async move { work(&shop, &client, &numbers, &answers, &notify).await });
        }
        answers.reach(moments.next(10, 120)).await;
        till.kill9();
        let mut lives: Vec<Life> = workers.join_all().await.into_iter().flatten().collect();
        till.restart().await;
        // Outcomes that were lost are asked for half a minute later.
        till.sandbox_api().advance("PT31S").await.expect_status(200);
        settle(&till, &mut lives).await;
        for life in &lives {
            check(&till, life, kill).await;
        }
        book.extend(lives);
    }
    for life in &book {
        check(&till, life, kills).await;
    }
    assert!(book.len() >= kills, "only {} lives were lived", book.len());
    balance(&till, &book).await;
    messages(&till, &book, &receiver).await;
    till.terminate().await;
}

/// Lives until the server is gone; returns every life that was begun.
async fn work(
    shop: &Shop,
    client: &Client,
    numbers: &AtomicUsize,
    answers: &Answers,
    notify: &str,
) -> Vec<Life> {
    let mut lives = Vec::new();
    loop {
        let mut life = Life::new(numbers.fetch_add(1, Ordering::SeqCst), notify);
        while !life.is_over() {
            if let Err(Gone) = life.step(shop, client).await {
                lives.push(life);
                return lives;
            }
            answers.one();
        }
        lives.push(life);
    }
}

/// Asks again what was in doubt, under the same key, until it is known.
async fn settle(till: &Till, lives: &mut [Life]) {
    let (shop, client) = (till.shop(), till.client());
    for life in lives.iter_mut().filter(|life| !life.is_over()) {
        let before = life.done;
        for _ in 0..3 {
            assert!(life.step(&shop, client).await.is_ok(), "the server is gone after a restart");
            if life.done > before {
                break;
            }
        }
        assert!(life.done > before, "in doubt for ever: {life:?}");
    }
    till.sandbox_api().advance("PT31S").await.expect_status(200);
}

async fn check(till: &Till, life: &Life, kill: usize) {
    let id = life.id.expect("a settled life has a payment");
    let shop = till.shop();
    assert_eq!(shop.state(id).await, life.expected_state(), "after kill {kill}: {life:?}");
    let refunds = shop.refunds(id).await;
    assert_eq!(refunds.status, 200, "{life:?}: {}", refunds.text());
    let refunds = refunds.json();
    assert_eq!(refunds.as_array().unwrap().len(), life.expected_refunds(), "after kill {kill}: {life:?}");
}

async fn balance(till: &Till, book: &[Life]) {
    let balances = till.client().get("/_sandbox/balances").await.expect_status(200).json();
    let mut sum = 0;
    let mut shop = 0;
    for balance in balances["accounts"].as_array().unwrap() {
        let amount = balance["amount"].as_i64().unwrap();
        sum += amount;
        if balance["account"].as_str().unwrap().starts_with("shop") {
            shop -= amount;
        }
    }
    assert_eq!(sum, 0, "{balances}");
    assert_eq!(shop, book.iter().map(Life::expected_balance).sum::<i64>(), "{balances}");
}

/// Every message was delivered. Those whose node died are taken over when they are overdue.
async fn messages(till: &Till, book: &[Life], receiver: &Receiver) {
    till.sandbox_api().advance("PT2M").await.expect_status(200);
    let all_delivered = async {
        for life in book {
            let id = life.id.unwrap();
            while delivered(till, id).await != Some(life.expected_messages()) {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::time::timeout(testkit::PATIENCE, all_delivered).await.expect("some messages were never delivered");
    let mut received: HashMap<u64, usize> = HashMap::new();
    for message in receiver.record() {
        *received.entry(message.payment()).or_default() += 1;
    }
    for life in book {
        let count = received.get(&life.id.unwrap()).copied().unwrap_or_default();
        assert!(count >= life.expected_messages(), "{count} messages for {life:?}");
    }
}

/// How many messages a payment has, once all of them are delivered: one for each change, none lost, none twice.
async fn delivered(till: &Till, id: u64) -> Option<usize> {
    let listed = till.sandbox_api().notifications(id).await.expect_status(200).json();
    let listed = listed["notifications"].as_array().unwrap();
    listed.iter().all(|message| message["state"] == "delivered").then_some(listed.len())
}

/// Random moments that are the same in every run, as far as the load is.
pub(super) struct Moments(pub(super) u64);

impl Moments {
    pub(super) fn next(&mut self, least: usize, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        least + usize::try_from(self.0 % u64::try_from(most - least).unwrap()).unwrap()
    }
}
