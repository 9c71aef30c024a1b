//! Points of sale without anything that runs beside: what is told is right also when nobody has come round to it.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::Span;
use gateway::phone::PhoneError;
use gateway::points_of_sale::{Among, PosError, PosRefundState, PosState};
use gateway::{Operation, Workers};
use store::{Change, Document, DocumentKind, DocumentWrite, Store};
use tokio::task::JoinSet;

use crate::cinema::{Cinema, INACTIVITY, MERCHANT, astrid, bo, crowns};
use crate::house::PATIENCE;

/// §6.1: a register may give every payment the same name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_named_six_hundred_times_elsewhere_hides_no_payment() {
    let cinema = Arc::new(Cinema::open().await);
    let gateway = Arc::clone(&cinema.house.gateway);
    let here = cinema.pos(&cinema.terminal(1)).await;
    let wanted = cinema.start(&here, "1").await;
    let mut elsewhere = JoinSet::new();
    for terminal in 2..14 {
        let pos = cinema.pos(&cinema.terminal(terminal)).await;
        let cinema = Arc::clone(&cinema);
        elsewhere.spawn(async move {
            for _ in 0..50 {
                let payment = cinema.start(&pos, "1").await;
                cinema.house.gateway.cancel_at_pos(payment).await.unwrap();
            }
        });
    }
    elsewhere.join_all().await;
    let found = gateway.pos_payment_of_order("1", Among::TerminalOf(&here), None).await.unwrap();
    assert_eq!(found.id, wanted.id);
    let found = gateway.pos_payment_of_order("1", Among::Merchant(MERCHANT), None).await.unwrap();
    assert_eq!(found.id, wanted.id, "the only one that is open");
    let listed = gateway.payments_at_terminal(&here, Some("1"), None).await.unwrap();
    assert_eq!(listed.len(), 1);
    let cancelled = Some(PosState::CancelledByClient);
    let none = gateway.pos_payment_of_order("1", Among::PointOfSale(&here), cancelled).await;
    assert!(matches!(none, Err(PosError::PaymentUnknown)), "{none:?}");
    let last = gateway.pos_payment_of_order("1", Among::Merchant(MERCHANT), cancelled).await.unwrap();
    assert_ne!(last.id, wanted.id);
}

/// What was written when points of sale did not know of those before them, nor lists of orders of points of sale.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_before_is_found_as_well() {
    let cinema = Cinema::open().await;
    let (gateway, store) = (&cinema.house.gateway, &cinema.house.store);
    let terminal = cinema.terminal(1);
    let former = cinema.pos(&terminal).await;
    let payment = cinema.start(&former, "A-1").await;
    cinema.check_in(&former.beacon, astrid()).await;
    gateway.phone_accept(&former.beacon, astrid()).await.unwrap();
    gateway.delete_point_of_sale(&terminal).await.unwrap();
    cinema.pos(&terminal).await;
    let pos = gateway.point_of_sale_of(&terminal).await.unwrap();
    let kept = store.document(DocumentKind::PointOfSale, pos.id).await.unwrap().unwrap();
    let mut body: serde_json::Value = serde_json::from_str(&kept.body).unwrap();
    assert!(body.as_object_mut().unwrap().remove("former").is_some());
    let place = store.document(DocumentKind::PosOrder, payment.id.get()).await.unwrap().unwrap();
    let as_before = [
        (kept.clone(), Document { body: body.to_string(), version: kept.version.next(), ..kept }),
        (place.clone(), Document { body: String::new(), version: place.version.next(), ..place }),
    ];
    let documents =
        as_before.map(|(now, document)| DocumentWrite::Update { document, expected: now.version });
    store.commit(Change { documents: documents.to_vec(), ..Change::default() }).await.unwrap();
    let pos = gateway.point_of_sale_of(&terminal).await.unwrap();
    assert_eq!(pos.former, None);
    for order in [None, Some("A-1")] {
        let listed = gateway.payments_at_terminal(&pos, order, None).await.unwrap();
        assert_eq!(listed.iter().map(|payment| payment.id).collect::<Vec<_>>(), [payment.id]);
    }
    let found = gateway.pos_payment_of_order("A-1", Among::TerminalOf(&pos), None).await.unwrap();
    assert_eq!(found.id, payment.id);
}

/// §7.2: whoever looks at a refund whose day is over sees it given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_is_over_after_a_day_for_whoever_asks_first() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let pos = cinema.pos(&cinema.terminal(1)).await;
    let payment = cinema.captured(&pos, "A-1").await;
    let looked_at = cinema.refund(&payment, "R-1").await;
    let cancelled = cinema.refund(&payment, "R-2").await;
    let repeated = cinema.refund(&payment, "R-3").await;
    cinema.house.later(Span::from_hours(24));
    let (seen, _) = gateway.pos_refund(MERCHANT, gateway.pos_refund_guid(&looked_at)).await.unwrap();
    assert_eq!(seen.state, PosRefundState::ExpiredAndCaptured);
    let late = gateway.release_refund(&cancelled, cinema.house.found(payment.id).await).await;
    assert!(matches!(late, Err(PosError::RefundOver)), "{late:?}");
    // The same words mean another refund when the first is over.
    let seen = cinema.house.found(payment.id).await;
    let again = gateway.promise_refund(seen, crowns(1), "R-3").await.unwrap();
    assert_ne!(again, gateway.pos_refund_guid(&repeated));
    assert_eq!(gateway.pos_refund(MERCHANT, again).await.unwrap().0.state, PosRefundState::Reserved);
}

/// §7.1, §8.3: nobody stands in front of a payment whose time is over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_floor_is_shown_as_time_has_left_it() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    for look in ["status", "view", "cancel", "leave", "leave by another"] {
        let terminal = cinema.terminal(2);
        let pos = cinema.pos(&terminal).await;
        let payment = cinema.start(&pos, look).await;
        cinema.check_in(&pos.beacon, astrid()).await;
        cinema.house.later(INACTIVITY);
        match look {
            "status" => assert_eq!(gateway.customer_at_pos(&pos).await.unwrap(), None),
            "view" => {
                let seen = gateway.phone_at(&pos.beacon).await.unwrap();
                assert!(seen.checked_in.is_none() && seen.payment.is_none());
            }
            "cancel" => {
                // There is nobody any more who could be another customer.
                let told = gateway.phone_cancel(&pos.beacon, Some(bo())).await;
                assert!(matches!(told, Err(PhoneError::NotCancellable)), "{told:?}");
            }
            "leave" => gateway.phone_leave(&pos.beacon, astrid()).await.unwrap(),
            _ => gateway.phone_leave(&pos.beacon, bo()).await.unwrap(),
        }
        assert_eq!(cinema.state(&payment).await, PosState::CancelledByMobilePay, "{look}");
        gateway.delete_point_of_sale(&terminal).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_whose_check_in_is_over_stands_in_nobodys_way() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let pos = cinema.pos(&cinema.terminal(1)).await;
    cinema.check_in(&pos.beacon, astrid()).await;
    cinema.house.later(Span::from_secs(5 * 60));
    let told = gateway.phone_cancel(&pos.beacon, Some(bo())).await;
    assert!(matches!(told, Err(PhoneError::NotCancellable)), "{told:?}");
    gateway.phone_leave(&pos.beacon, bo()).await.unwrap();
    gateway.phone_leave(&pos.beacon, astrid()).await.unwrap();
    cinema.check_in(&pos.beacon, bo()).await;
}

/// Timers of payments do not wait for an acquirer that refunds are asked of.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refunds_without_an_answer_hold_up_no_payment() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let pos = cinema.pos(&cinema.terminal(1)).await;
    let mut refunds = Vec::new();
    for number in 0..8 {
        let payment = cinema.captured(&pos, &number.to_string()).await;
        refunds.push(cinema.refund(&payment, "R").await);
    }
    let open = cinema.start(&pos, "open").await;
    let acquirer = &cinema.house.acquirer;
    acquirer.refunds_hang.store(true, Ordering::SeqCst);
    cinema.house.later(Span::from_hours(25));
    let workers = Workers::start(gateway);
    let both = async {
        // All of them are asked for at once, and the payment is closed while they wait.
        while cinema.refunds_asked_for() < refunds.len()
            || cinema.state(&open).await != PosState::CancelledByMobilePay
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, both).await.unwrap();
    acquirer.refunds_hang.store(false, Ordering::SeqCst);
    acquirer.let_go.notify_waiters();
    workers.stop().await;
}

/// What is due at points of sale is done when a sandbox's clock is moved.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moving_the_clock_gives_refunds_and_closes_payments() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let pos = cinema.pos(&cinema.terminal(1)).await;
    let payment = cinema.captured(&pos, "A-1").await;
    for number in 0..50 {
        cinema.refund(&payment, &number.to_string()).await;
    }
    let open = cinema.start(&pos, "open").await;
    gateway.sandbox().unwrap().advance(Span::from_hours(25)).await.unwrap();
    assert_eq!(cinema.state(&open).await, PosState::CancelledByMobilePay);
    assert_eq!(cinema.house.found(payment.id).await.refunded, crowns(50).amount);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_closes_while_another_starts_keeps_it_from_nothing() {
    let cinema = Cinema::open().await;
    let gateway = Arc::clone(&cinema.house.gateway);
    let pos = cinema.pos(&cinema.terminal(1)).await;
    let first = cinema.start(&pos, "A-1").await;
    let seen = first.clone();
    cinema.house.store.before_reading(async move {
        gateway.cancel_at_pos(seen).await.unwrap();
    });
    let second = cinema.try_start(&pos, "A-2").await.unwrap();
    assert_eq!(cinema.state(&first).await, PosState::CancelledByClient);
    assert_eq!(cinema.state(&second).await, PosState::Initiated);
}

/// §8.3: who is not let in somewhere stays where they are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_check_in_changes_nothing() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let here = cinema.pos(&cinema.terminal(1)).await;
    let other = cinema.pos(&cinema.terminal(2)).await;
    let vending = cinema.pos(&cinema.vending_machine()).await;
    cinema.start(&other, "A-1").await;
    cinema.check_in(&other.beacon, bo()).await;
    cinema.check_in(&here.beacon, astrid()).await;
    let early = gateway.phone_check_in(&vending.beacon, astrid()).await;
    assert!(matches!(early, Err(PhoneError::PaymentFirst)), "{early:?}");
    assert_eq!(gateway.customer_at_pos(&here).await.unwrap(), Some(astrid()));
    let taken = gateway.phone_check_in(&other.beacon, astrid()).await;
    assert!(matches!(taken, Err(PhoneError::OtherCustomer)), "{taken:?}");
    assert_eq!(gateway.customer_at_pos(&here).await.unwrap(), Some(astrid()));
    // Let in, they are at the new place only.
    let paid = cinema.start(&vending, "A-2").await;
    cinema.check_in(&vending.beacon, astrid()).await;
    assert_eq!(cinema.state(&paid).await, PosState::IssuedToUser);
    assert_eq!(gateway.customer_at_pos(&here).await.unwrap(), None);
    assert_eq!(gateway.customer_at_pos(&vending).await.unwrap(), Some(astrid()));
}

/// While an approval is on its way nothing can be taken back, and that is said at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_leaves_while_an_approval_is_on_its_way() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let pos = cinema.pos(&cinema.terminal(1)).await;
    let payment = cinema.approval_lost(&pos, "A-1").await;
    let told = gateway.phone_leave(&pos.beacon, astrid()).await;
    assert!(matches!(told, Err(PhoneError::NotCancellable)), "{told:?}");
    // Who is there may come again, nobody else may.
    gateway.phone_check_in(&pos.beacon, astrid()).await.unwrap();
    let told = gateway.phone_check_in(&pos.beacon, bo()).await;
    assert!(matches!(told, Err(PhoneError::OtherCustomer)), "{told:?}");
    gateway.sandbox().unwrap().advance(Span::from_secs(31)).await.unwrap();
    assert_eq!(cinema.state(&payment).await, PosState::IssuedToUser);
    gateway.phone_leave(&pos.beacon, astrid()).await.unwrap();
    assert_eq!(cinema.state(&payment).await, PosState::CancelledByUser);
}

/// §6.2: all refunds in any state.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refund_of_a_payment_is_told() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let pos = cinema.pos(&cinema.terminal(1)).await;
    let payment = cinema.captured(&pos, "A-1").await;
    let mut made = Vec::new();
    for _ in 0..510 {
        let refund = cinema.refund(&payment, "R").await;
        gateway.release_refund(&refund, cinema.house.found(payment.id).await).await.unwrap();
        made.push(refund.id);
    }
    let told = gateway.pos_refunds(&cinema.house.found(payment.id).await).await.unwrap();
    assert_eq!(told.iter().map(|refund| refund.id).collect::<Vec<_>>(), made);
}

/// §6.3: what is not approved when a point of sale is deleted is over as soon as that is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_that_was_never_made_ends_with_its_point_of_sale() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let terminal = cinema.terminal(1);
    let pos = cinema.pos(&terminal).await;
    let lost = cinema.approval_lost(&pos, "A-1").await;
    gateway.delete_point_of_sale(&terminal).await.unwrap();
    // The beacon is the new one's, the phone is still at the old one.
    let new = cinema.pos(&terminal).await;
    assert_eq!(new.beacon, pos.beacon);
    let other = cinema.pos(&cinema.terminal(2)).await;
    let told = gateway.phone_leave(&pos.beacon, astrid()).await;
    assert!(matches!(told, Err(PhoneError::NotCancellable)), "{told:?}");
    gateway.sandbox().unwrap().advance(Span::from_secs(31)).await.unwrap();
    assert_eq!(cinema.state(&lost).await, PosState::CancelledByMobilePay);
    assert!(gateway.phone(astrid()).await.unwrap().check_in.is_none());
    cinema.check_in(&other.beacon, astrid()).await;
}

/// A server that stops between closing a point of sale and ending what is active there does so when it is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_was_cut_off_is_finished() {
    let cinema = Cinema::open().await;
    let (gateway, store) = (&cinema.house.gateway, &cinema.house.store);
    let terminal = cinema.terminal(1);
    let pos = cinema.pos(&terminal).await;
    let active = cinema.start(&pos, "A-1").await;
    cinema.check_in(&pos.beacon, astrid()).await;
    store.before_reading(std::future::pending());
    let closed = async {
        while gateway.point_of_sale_of(&terminal).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = gateway.delete_point_of_sale(&terminal) => panic!("it was cut off"),
        () = closed => {}
    }
    // Whether or not it came so far, nobody is kept from reading any more.
    store.before_reading(async {});
    assert_eq!(cinema.state(&active).await, PosState::IssuedToUser);
    gateway.sandbox().unwrap().advance(Span::from_secs(1)).await.unwrap();
    assert_eq!(cinema.state(&active).await, PosState::CancelledByMobilePay);
    assert!(gateway.phone(astrid()).await.unwrap().check_in.is_none());
}

/// The same by those who come before the timer does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_of_a_deleted_point_of_sale_can_go() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    for (number, way) in ["leave", "check in elsewhere", "check in again"].into_iter().enumerate() {
        let terminal = cinema.terminal(i64::try_from(number).unwrap() + 1);
        let pos = cinema.pos(&terminal).await;
        let lost = cinema.approval_lost(&pos, way).await;
        gateway.delete_point_of_sale(&terminal).await.unwrap();
        let new = cinema.pos(&terminal).await;
        let other = cinema.pos(&cinema.terminal(i64::try_from(number).unwrap() + 10)).await;
        cinema.house.later(Span::from_secs(31));
        // Only payments are looked at.
        cinema.house.wake().await;
        match way {
            "leave" => gateway.phone_leave(&pos.beacon, astrid()).await.unwrap(),
            "check in elsewhere" => cinema.check_in(&other.beacon, astrid()).await,
            _ => cinema.check_in(&new.beacon, astrid()).await,
        }
        assert_eq!(cinema.state(&lost).await, PosState::CancelledByMobilePay, "{way}");
        let again = cinema.start(&new, "next").await;
        gateway.cancel_at_pos(again).await.unwrap();
    }
}

/// What turns out to have been approved stays so.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_that_was_made_outlives_its_point_of_sale() {
    let cinema = Cinema::open().await;
    let gateway = &cinema.house.gateway;
    let terminal = cinema.terminal(1);
    let pos = cinema.pos(&terminal).await;
    let payment = cinema.start(&pos, "A-1").await;
    cinema.check_in(&pos.beacon, astrid()).await;
    let simulator = &cinema.house.acquirer.simulator;
    assert!(simulator.script(payment.id, Operation::Authorise, gateway::Fault::AnswerLost));
    gateway.phone_accept(&pos.beacon, astrid()).await.unwrap();
    gateway.delete_point_of_sale(&terminal).await.unwrap();
    gateway.sandbox().unwrap().advance(Span::from_secs(31)).await.unwrap();
    assert_eq!(cinema.state(&payment).await, PosState::Reserved);
    assert!(gateway.phone(astrid()).await.unwrap().check_in.is_none());
    let reserved = cinema.house.found(payment.id).await;
    assert_eq!(PosState::of(&gateway.capture_at_pos(reserved, None).await.unwrap()), PosState::Captured);
}
