//! What goes wrong in one place stays there: panics, receivers that hang, a slow disk, two nodes at once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "only tests: a panic with its place is the best report"
)]

mod house;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::{Event, MoneyState, Span};
use gateway::{CardStep, Done, Workers};
use house::{House, Wild, card};
use testkit::postgres::PgServer;

const ANSWER_LOST: &str = "4444440000001184";
const QUESTION_LOST: &str = "4444440000001192";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_waking_panics_keeps_no_other_asleep() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let (unlucky, lucky) = (house.pending(ANSWER_LOST).await, house.pending(ANSWER_LOST).await);
    house.acquirer.panics.lock().insert(unlucky);
    house.later(Span::from_secs(31));
    assert_eq!(house.gateway.run_due().await.unwrap(), 1, "one was woken");
    assert_eq!(house.found(lucky).await.money, MoneyState::Captured);
    assert!(house.found(unlucky).await.pending.is_some());
    house.acquirer.panics.lock().clear();
    assert_eq!(house.gateway.run_due().await.unwrap(), 1);
    assert_eq!(house.found(unlucky).await.money, MoneyState::Captured);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_panics_gives_its_place_back() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let workers = Workers::start(&house.gateway);
    // More than all places there are, one receiver each, and then some at the same receiver.
    for number in 0..300 {
        house.paid(&format!("http://panic{number}.example/")).await;
    }
    house.paid("http://shop.example/").await;
    house.until("the others are delivered", |calls| !calls.delivered.lock().is_empty()).await;
    workers.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_that_hang_never_have_all_places() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let workers = Workers::start(&house.gateway);
    house.paid("http://shop.example/first").await;
    house.until("the shop has answered once", |calls| calls.delivered.lock().len() == 1).await;
    for number in 0..400 {
        house.paid(&format!("http://hang{}.example/", number / 2)).await;
    }
    house.until("half of the places hang", |calls| calls.most.load(Ordering::SeqCst) >= 128).await;
    house.paid("http://shop.example/second").await;
    house.until("the shop is called all the same", |calls| calls.delivered.lock().len() == 2).await;
    assert!(house.calls.most.load(Ordering::SeqCst) <= 129, "no more than half, and the shop");
    house.calls.gate.add_permits(10_000);
    house.until("everybody is called", |calls| calls.delivered.lock().len() == 402).await;
    assert!(house.calls.most.load(Ordering::SeqCst) <= 256);
    workers.stop().await;
}

/// One thread, so that what waits for the disk is known to wait once everybody else has nothing to do.
#[tokio::test(flavor = "current_thread")]
async fn an_intent_that_became_durable_too_late_is_not_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let payment = house.payment("http://shop.example/").await;
    let disk = rusqlite::Connection::open(folder.path().join("till.db")).unwrap();
    disk.execute_batch("BEGIN IMMEDIATE").unwrap();
    let gateway = Arc::clone(&house.gateway);
    let id = payment.id;
    let paying = tokio::spawn(async move { gateway.pay_by_card(id, card("4444444444444448"), None).await });
    while !house.acquirer.authenticated.load(Ordering::SeqCst) {
        tokio::task::yield_now().await;
    }
    // The intent was decided in the same breath and waits for the disk.
    house.later(Span::from_secs(16));
    disk.execute_batch("ROLLBACK").unwrap();
    let CardStep::Done(done) = paying.await.unwrap().unwrap() else { panic!("no challenge was due") };
    assert!(matches!(*done, Done::Unresolved(_)), "{done:?}");
    assert_eq!(house.acquirer.authorised.load(Ordering::SeqCst), 0, "the acquirer was not asked");
    house.later(Span::from_secs(31));
    assert_eq!(house.gateway.run_due().await.unwrap(), 1);
    let found = house.found(id).await;
    assert_eq!((found.money, found.pending), (MoneyState::Open, None), "the payer may try again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_settle_an_intent_once() {
    let database = PgServer::shared().await.database().await;
    let acquirer = Arc::new(Wild::default());
    let here = House::at(&database.url, Arc::clone(&acquirer)).await;
    let there = House::at(&database.url, acquirer).await;
    let mut payments = Vec::new();
    for number in 0..40 {
        payments.push(here.pending(if number % 2 == 0 { ANSWER_LOST } else { QUESTION_LOST }).await);
    }
    here.later(Span::from_secs(31));
    there.later(Span::from_secs(31));
    let (one, other) = tokio::join!(here.gateway.run_due(), there.gateway.run_due());
    assert!(one.unwrap() + other.unwrap() >= 40);
    for (number, id) in payments.into_iter().enumerate() {
        let events = here.gateway.events_of(id).await.unwrap();
        let captured = events.iter().filter(|event| matches!(event.event, Event::Captured { .. })).count();
        let undone = events.iter().filter(|event| matches!(event.event, Event::AuthorisationNotMade)).count();
        assert_eq!((captured, undone), if number % 2 == 0 { (1, 0) } else { (0, 1) }, "{events:?}");
    }
    assert_eq!(database.query("SELECT SUM(amount) FROM entries"), "0");
    assert_eq!(database.query("SELECT COUNT(*) FROM entries"), "40", "two entries a capture");
}
