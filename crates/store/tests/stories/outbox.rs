//! The outbox: messages, their attempts, and who may deliver them.

use domain::{Payment, Timestamp};
use store::{DeliveryState, Notification};

use crate::fixtures::{advanced, at, attempted, created, delivery, id, message, method_chosen};
use crate::house::House;

const HERE: &str = "shop.example:443";
const THERE: &str = "another.example:8080";

/// Creates a payment with a message for each of the times, and returns the messages.
async fn with_messages(house: &House, number: i64, to: &str, times: &[Timestamp]) -> Vec<Notification> {
    let (mut payment, change): (Payment, _) = created(number);
    house.store.commit(change).await.unwrap();
    for next_at in times {
        let (after, mut change) = advanced(&payment, &[method_chosen()], at(0));
        change.notifications.push(message(&after, to, *next_at));
        house.store.commit(change).await.unwrap();
        payment = after;
    }
    house.store.notifications(id(number)).await.unwrap()
}

async fn lease(house: &House, now: i64, until: i64, busy: &[&str]) -> Vec<(i64, String)> {
    let busy: Vec<String> = busy.iter().map(|&name| name.to_owned()).collect();
    let leased = house.store.lease_deliveries(at(now), at(until), 100, &busy).await.unwrap();
    let mut leased: Vec<_> =
        leased.into_iter().map(|(payment, to)| (payment.get() - id(0).get(), to)).collect();
    leased.sort();
    leased
}

pub(crate) async fn messages_keep_their_order_and_their_attempts(house: House) {
    let messages = with_messages(&house, 1, HERE, &[at(30), at(20), at(10)]).await;
    assert_eq!(messages.iter().map(|m| m.version.get()).collect::<Vec<_>>(), [2, 3, 4]);
    let [first, second, _] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!((first.state, first.attempts, first.next_at), (DeliveryState::Pending, 0, Some(at(30))));
    assert_eq!(house.store.notification(first.id).await.unwrap().as_ref(), Some(first));

    house.store.commit(attempted(first, None, Some(at(60)))).await.unwrap();
    let again = house.store.notification(first.id).await.unwrap().unwrap();
    assert_eq!((again.state, again.attempts, again.next_at), (DeliveryState::Pending, 1, Some(at(60))));
    house.store.commit(attempted(&again, Some(200), None)).await.unwrap();
    house.store.commit(attempted(second, Some(500), None)).await.unwrap();

    let after = house.store.notifications(id(1)).await.unwrap();
    let states: Vec<_> = after.iter().map(|m| (m.id, m.state, m.attempts, m.next_at.is_some())).collect();
    let expected = [
        (DeliveryState::Delivered, 2, false),
        (DeliveryState::GivenUp, 1, false),
        (DeliveryState::Pending, 0, true),
    ];
    let expected: Vec<_> = messages
        .iter()
        .zip(expected)
        .map(|(m, (state, attempts, waits))| (m.id, state, attempts, waits))
        .collect();
    assert_eq!(states, expected);

    let attempts = house.store.attempts(id(1)).await.unwrap();
    let told: Vec<_> =
        attempts.iter().map(|a| (a.notification, a.number, a.status, a.error.as_deref())).collect();
    assert_eq!(
        told,
        [
            (first.id, 1, None, Some("connection refused")),
            (first.id, 2, Some(200), None),
            (second.id, 1, Some(500), None)
        ]
    );
    assert_eq!((attempts[0].at, attempts[0].elapsed_ms), (at(0), 12));
}

pub(crate) async fn a_younger_message_waits_for_the_older_one(house: House) {
    let messages = with_messages(&house, 1, HERE, &[at(100), at(10)]).await;
    with_messages(&house, 2, HERE, &[at(10)]).await;
    assert_eq!(lease(&house, 50, 60, &[]).await, [(2, HERE.to_owned())], "the older one is not due");
    assert_eq!(lease(&house, 100, 200, &[]).await.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(lease(&house, 150, 200, &[]).await, [], "the older one is under way");

    let oldest = house.store.notification(messages[0].id).await.unwrap().unwrap();
    assert_eq!(oldest.next_at, Some(at(200)));
    house.store.commit(attempted(&oldest, Some(200), None)).await.unwrap();
    assert_eq!(
        lease(&house, 150, 300, &[]).await,
        [(1, HERE.to_owned())],
        "now it is the younger one's turn"
    );
    let youngest = house.store.notification(messages[1].id).await.unwrap().unwrap();
    assert_eq!(youngest.next_at, Some(at(300)));
}

pub(crate) async fn what_is_leased_is_not_leased_again_before_its_time(house: House) {
    with_messages(&house, 1, HERE, &[at(10)]).await;
    assert_eq!(lease(&house, 9, 20, &[]).await, []);
    assert_eq!(lease(&house, 10, 20, &[]).await, [(1, HERE.to_owned())]);
    assert_eq!(lease(&house, 19, 30, &[]).await, []);
    assert_eq!(lease(&house, 20, 30, &[]).await, [(1, HERE.to_owned())], "whoever had it has not finished");
}

pub(crate) async fn busy_destinations_are_left_alone(house: House) {
    with_messages(&house, 1, HERE, &[at(10)]).await;
    with_messages(&house, 2, THERE, &[at(10)]).await;
    assert_eq!(lease(&house, 10, 20, &[HERE, THERE]).await, []);
    assert_eq!(lease(&house, 10, 20, &[HERE]).await, [(2, THERE.to_owned())]);
    assert_eq!(lease(&house, 10, 20, &[]).await, [(1, HERE.to_owned())]);
}

pub(crate) async fn leases_are_limited_and_oldest_first(house: House) {
    for (number, time) in [(1, 30), (2, 10), (3, 20)] {
        with_messages(&house, number, HERE, &[at(time), at(time)]).await;
    }
    for expected in [2, 3, 1] {
        let leased = house.store.lease_deliveries(at(30), at(90), 1, &[]).await.unwrap();
        assert_eq!(leased, [(id(expected), HERE.to_owned())]);
    }
    assert_eq!(house.store.lease_deliveries(at(30), at(90), 1, &[]).await.unwrap(), []);
}

pub(crate) async fn a_message_can_be_queued_anew(house: House) {
    let messages = with_messages(&house, 1, HERE, &[at(10)]).await;
    house.store.commit(attempted(&messages[0], Some(500), None)).await.unwrap();
    assert_eq!(lease(&house, 50, 60, &[]).await, []);
    let again = delivery(&messages[0], DeliveryState::Pending, 1, Some(at(50)), None);
    house.store.commit(again).await.unwrap();
    assert_eq!(lease(&house, 50, 60, &[]).await, [(1, HERE.to_owned())]);
    assert_eq!(house.store.attempts(id(1)).await.unwrap().len(), 1, "queueing is not an attempt");
}

pub(crate) async fn messages_that_wait_do_not_hide_the_others(house: House) {
    let (payment, change) = created(1);
    house.store.commit(change).await.unwrap();
    let (after, mut change) = advanced(&payment, &[method_chosen()], at(0));
    change.notifications = vec![message(&after, HERE, at(10)); 4_100];
    house.store.commit(change).await.unwrap();
    with_messages(&house, 2, THERE, &[at(20)]).await;
    assert_eq!(lease(&house, 30, 90, &[HERE]).await, [], "more are in front than one look takes in");
    assert_eq!(lease(&house, 30, 90, &[HERE]).await, [(2, THERE.to_owned())], "some have been put off");
    assert_eq!(lease(&house, 30, 90, &[]).await, [], "the first of the payment is among them");
    assert_eq!(lease(&house, 60_030, 60_090, &[]).await, [(1, HERE.to_owned()), (2, THERE.to_owned())]);
}

pub(crate) async fn a_delivered_message_can_be_queued_anew(house: House) {
    let messages = with_messages(&house, 1, HERE, &[at(10)]).await;
    house.store.commit(attempted(&messages[0], Some(200), None)).await.unwrap();
    house.store.commit(delivery(&messages[0], DeliveryState::Pending, 1, Some(at(50)), None)).await.unwrap();
    let again = house.store.notification(messages[0].id).await.unwrap().unwrap();
    assert_eq!((again.state, again.attempts, again.next_at), (DeliveryState::Pending, 1, Some(at(50))));
    house.store.commit(attempted(&again, Some(200), None)).await.unwrap();
    let numbers: Vec<_> =
        house.store.attempts(id(1)).await.unwrap().iter().map(|attempt| attempt.number).collect();
    assert_eq!(numbers, [1, 2]);
}

pub(crate) async fn a_slow_node_does_not_undo_what_a_faster_one_recorded(house: House) {
    let messages = with_messages(&house, 1, HERE, &[at(10)]).await;
    house.store.commit(attempted(&messages[0], Some(200), None)).await.unwrap();
    let done = house.store.notifications(id(1)).await.unwrap();
    let recorded = house.store.attempts(id(1)).await.unwrap();
    // Two that have not seen it: one makes the same attempt, one queues the message anew.
    house.store.commit(attempted(&messages[0], None, Some(at(60)))).await.unwrap();
    house.store.commit(delivery(&messages[0], DeliveryState::Pending, 0, Some(at(60)), None)).await.unwrap();
    // And one that has, but a message that is done is not attempted.
    house.store.commit(attempted(&done[0], None, Some(at(60)))).await.unwrap();
    assert_eq!(house.store.notifications(id(1)).await.unwrap(), done);
    assert_eq!(house.store.attempts(id(1)).await.unwrap(), recorded);
}

pub(crate) async fn a_delivery_of_another_payment_is_left_out(house: House) {
    let messages = with_messages(&house, 1, HERE, &[at(10)]).await;
    let mut stale = messages[0].clone();
    stale.payment = id(2);
    house.store.commit(attempted(&stale, Some(200), None)).await.unwrap();
    assert_eq!(house.store.notifications(id(1)).await.unwrap(), messages);
    assert_eq!(house.store.attempts(id(1)).await.unwrap(), []);
}
