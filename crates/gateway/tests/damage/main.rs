//! What goes wrong in one place stays there: panics, receivers that hang, a slow disk, two nodes at once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "only tests: a panic with its place is the best report"
)]

mod beside;
mod cinema;
mod house;
mod meddled;
mod points_of_sale;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Event, Minor, MoneyState, RefundRules, Span, Timestamp};
use gateway::{Attempt, CardStep, DeliveryState, Done, Error, Notification, Workers};
use house::{House, Wild, card};
use metrics_exporter_prometheus::PrometheusBuilder;
use store::{Change, Delivery, Store};
use testkit::postgres::PgServer;

const ANSWER_LOST: &str = "4444440000001184";
const QUESTION_LOST: &str = "4444440000001192";

/// One thread, whose own recorder of metrics sees everything.
#[tokio::test(flavor = "current_thread")]
async fn a_payment_whose_waking_panics_keeps_no_other_asleep() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let (unlucky, lucky) = (house.pending(ANSWER_LOST).await, house.pending(ANSWER_LOST).await);
    house.acquirer.panics.lock().insert(unlucky);
    house.later(Span::from_secs(31));
    assert_eq!(house.wake().await, 1, "one was woken");
    assert_eq!(house.found(lucky).await.money, MoneyState::Captured);
    assert!(house.found(unlucky).await.pending.is_some());
    let counted = metrics.render();
    assert!(counted.lines().any(|line| line == "polytill_due_payments_failed_total 1"), "{counted}");
    house.acquirer.panics.lock().clear();
    assert_eq!(house.wake().await, 1);
    assert_eq!(house.found(unlucky).await.money, MoneyState::Captured);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_panics_gives_its_place_back() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let workers = Workers::start(&house.gateway);
    // More than all places there are, one receiver each.
    for number in 0..300 {
        house.paid(&format!("http://panic{number}.example/")).await;
    }
    // More than the places of one receiver.
    for number in 0..4 {
        house.paid(&format!("http://mixed.example/panic{number}")).await;
    }
    house.paid("http://mixed.example/").await;
    house.paid("http://shop.example/").await;
    house.until("the others are delivered", |calls| calls.delivered.lock().len() == 2).await;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_calls_run_than_there_are_places_and_a_place_goes_to_who_waits_longest() {
    const CROWDS: usize = 6;
    const TURNS: usize = 6;
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let workers = Workers::start(&house.gateway);
    // Everybody answers, again and again, and earns as many calls as a receiver can have.
    for turn in 1..=TURNS {
        for crowd in 0..CROWDS {
            house.paid(&format!("http://crowd{crowd}.example/")).await;
        }
        house.paid("http://shop.example/").await;
        let told = turn * (CROWDS + 1);
        house.until("all have answered", |calls| calls.delivered.lock().len() == told).await;
    }
    // Then all but one become slow, with more to be told than there are places.
    for number in 0..53 * CROWDS {
        house.paid(&format!("http://crowd{}.example/hang", number % CROWDS)).await;
    }
    house.until("all places hang", |calls| calls.most.load(Ordering::SeqCst) >= 256).await;
    house.paid("http://shop.example/at-last").await;
    let told = |calls: &house::Calls| calls.delivered.lock().iter().any(|url| url.ends_with("at-last"));
    // Fewer returns than the crowds have payments waiting: who has had a place does not take it again at once.
    let begun = house.calls.begun.load(Ordering::SeqCst);
    for returned in 1..=40 {
        house.calls.gate.add_permits(1);
        house
            .until("the place is taken", |calls| calls.begun.load(Ordering::SeqCst) >= begun + returned)
            .await;
        if told(&house.calls) {
            break;
        }
    }
    assert!(told(&house.calls), "the shop waits behind all that the slow ones are to be told");
    assert_eq!(house.calls.most.load(Ordering::SeqCst), 256);
    house.calls.gate.add_permits(10_000);
    let all = (TURNS + 53) * CROWDS + TURNS + 1;
    house.until("everybody is told", |calls| calls.delivered.lock().len() == all).await;
    assert_eq!(house.calls.most.load(Ordering::SeqCst), 256);
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
    assert_eq!(house.wake().await, 1);
    let found = house.found(id).await;
    assert_eq!((found.money, found.pending), (MoneyState::Open, None), "the payer may try again");
}

#[tokio::test]
async fn a_refund_that_became_durable_too_late_is_left_to_recovery() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let id = house.paid("http://shop.example/").await;
    let clock = Arc::clone(&house.clock);
    house.store.before_commits(move |change| {
        if change.events.iter().any(|recorded| matches!(recorded.event, Event::RefundSent { .. })) {
            clock.set_ahead(clock.ahead_after(Span::from_secs(16)));
        }
        None
    });
    let rules = RefundRules { window: Span::from_hours(1), partial_after: Span::default() };
    let done = house.gateway.refund(house.found(id).await, Some(Minor::new(100)), rules, None).await.unwrap();
    assert!(matches!(done, Done::Unresolved(_)), "{done:?}");
    assert_eq!(house.acquirer.refunded.load(Ordering::SeqCst), 0, "the acquirer was not asked");
    house.later(Span::from_secs(31));
    assert_eq!(house.wake().await, 1);
    let found = house.found(id).await;
    assert_eq!((found.refunded, found.pending), (Minor::new(100), None));
    assert_eq!(house.acquirer.refunded.load(Ordering::SeqCst), 1);
}

/// Another node's attempt that failed, recorded beside what this node is doing.
fn failed_attempt(message: &Notification, number: u16, at: Timestamp) -> Change {
    let attempt =
        Attempt { notification: message.id, number, at, status: Some(500), error: None, elapsed_ms: 1 };
    let delivery = Delivery {
        notification: message.id,
        payment: message.payment,
        state: DeliveryState::Pending,
        attempts: number,
        next_at: Some(at.plus(Span::from_hours(1))),
        attempt: Some(attempt),
    };
    Change { deliveries: vec![delivery], ..Change::default() }
}

fn is_resend(change: &Change) -> bool {
    change.deliveries.iter().any(|delivery| delivery.attempt.is_none())
}

#[tokio::test]
async fn a_resend_that_an_attempt_overtakes_is_sent_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let id = house.paid("http://shop.example/").await;
    let message = house.store.notifications(id).await.unwrap().remove(0);
    let now = house.gateway.clock().now();
    let (mut overtaken, other) = (false, message.clone());
    house.store.before_commits(move |change| {
        let first = is_resend(change) && !std::mem::replace(&mut overtaken, true);
        first.then(|| failed_attempt(&other, 1, now))
    });
    house.gateway.sandbox().unwrap().resend(message.id).await.unwrap();
    let queued = house.store.notification(message.id).await.unwrap().unwrap();
    assert_eq!((queued.state, queued.attempts), (DeliveryState::Pending, 1));
    assert!(queued.next_at.is_some_and(|at| at <= house.gateway.clock().now()), "not in an hour");
    let workers = Workers::start(&house.gateway);
    house.until("it is sent", |calls| calls.delivered.lock().len() == 1).await;
    workers.stop().await;
}

#[tokio::test]
async fn a_resend_that_is_overtaken_again_and_again_is_not_called_queued() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let id = house.paid("http://shop.example/").await;
    let message = house.store.notifications(id).await.unwrap().remove(0);
    let now = house.gateway.clock().now();
    let (mut number, other) = (0, message.clone());
    house.store.before_commits(move |change| {
        is_resend(change).then(|| {
            number += 1;
            failed_attempt(&other, number, now)
        })
    });
    let answer = house.gateway.sandbox().unwrap().resend(message.id).await;
    assert!(matches!(answer, Err(Error::Overloaded)), "{answer:?}");
    let left = house.store.notification(message.id).await.unwrap().unwrap();
    assert!((2..=20).contains(&left.attempts), "it was tried again, and not for ever: {}", left.attempts);
}

/// The other node is always faster: what this one is about to record is there already.
#[tokio::test]
async fn a_verdict_that_another_node_has_recorded_is_not_recorded_again() {
    let folder = tempfile::tempdir().unwrap();
    let database = PgServer::shared().await.database().await;
    let file = folder.path().join("till.db");
    for location in [file.to_str().unwrap(), &database.url] {
        let house = House::at(location, Arc::new(Wild::default())).await;
        let id = house.pending(ANSWER_LOST).await;
        let raced = Arc::new(AtomicUsize::new(0));
        let faster = Arc::clone(&raced);
        house.store.before_commits(move |change| {
            let is_verdict =
                change.events.iter().any(|recorded| matches!(recorded.event, Event::Captured { .. }));
            let first = is_verdict && faster.fetch_add(1, Ordering::SeqCst) == 0;
            first.then(|| change.clone())
        });
        house.later(Span::from_secs(31));
        assert_eq!(house.wake().await, 1, "the other's verdict is as good");
        assert_eq!(raced.load(Ordering::SeqCst), 1, "and is not decided again");
        let events = house.gateway.events_of(id).await.unwrap();
        let captured = events.iter().filter(|event| matches!(event.event, Event::Captured { .. })).count();
        assert_eq!((captured, house.found(id).await.pending), (1, None), "{events:?}");
        assert_eq!(house.gateway.ledger_of(id).await.unwrap().len(), 2);
        assert_eq!(house.store.notifications(id).await.unwrap().len(), 1, "the shop is told once");
    }
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
    let (one, other) = tokio::join!(here.wake(), there.wake());
    assert!(one + other >= 40);
    for (number, id) in payments.into_iter().enumerate() {
        let events = here.gateway.events_of(id).await.unwrap();
        let captured = events.iter().filter(|event| matches!(event.event, Event::Captured { .. })).count();
        let undone = events.iter().filter(|event| matches!(event.event, Event::AuthorisationNotMade)).count();
        assert_eq!((captured, undone), if number % 2 == 0 { (1, 0) } else { (0, 1) }, "{events:?}");
    }
    assert_eq!(database.query("SELECT SUM(amount) FROM entries"), "0");
    assert_eq!(database.query("SELECT COUNT(*) FROM entries"), "40", "two entries a capture");
}
