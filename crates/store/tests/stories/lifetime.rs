//! Opening, closing, resetting, and what happens under load.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::join_all;
use store::{Change, CommitError, GROUP, QUEUE, RecordKind, StoreError};

use crate::fixtures::{advanced, at, claim, created, id, message, method_chosen};
use crate::house::House;

pub(crate) async fn an_empty_change_does_nothing(house: House) {
    house.store.commit(Change::default()).await.unwrap();
    assert_eq!(house.store.balances().await.unwrap(), []);
}

pub(crate) async fn what_was_written_is_there_after_reopening(house: House) {
    let (payment, mut change) = created(1);
    change.claims.push(claim("key", &payment));
    change.notifications.push(message(&payment, "shop.example:443", at(1)));
    change.settings.push(("keyring".to_owned(), "check".to_owned()));
    let claims = change.claims.clone();
    house.store.commit(change).await.unwrap();
    let house = house.reopened().await;
    assert_eq!(house.store.payment(payment.id).await.unwrap().as_ref(), Some(&payment));
    assert_eq!(house.store.claim(claims[0].scope, b"key").await.unwrap().as_ref(), Some(&claims[0]));
    assert_eq!(house.store.notifications(payment.id).await.unwrap().len(), 1);
    assert_eq!(house.store.setting("keyring").await.unwrap().as_deref(), Some("check"));
    house.store.commit(advanced(&payment, &[method_chosen()], at(2)).1).await.unwrap();
}

pub(crate) async fn closing_writes_what_was_queued(house: House) {
    let hold = house.place.hold_writers().await;
    let mut queued: Vec<_> = (0..50).map(|number| Box::pin(house.store.commit(created(number).1))).collect();
    for commit in &mut queued {
        assert!(commit.now_or_never().is_none(), "nobody can write yet");
    }
    let store = Arc::clone(&house.store);
    let closed = tokio::spawn(async move { store.close().await });
    hold.release().await;
    closed.await.unwrap();
    join_all(queued).await.into_iter().for_each(|result| result.unwrap());
    let refused = house.store.commit(created(99).1).await;
    assert!(matches!(refused, Err(CommitError::Store(StoreError::Unavailable))), "{refused:?}");
    let reopened = house.place.open().await.unwrap();
    for number in 0..50 {
        assert!(reopened.payment(id(number)).await.unwrap().is_some(), "payment {number}");
    }
}

pub(crate) async fn reset_keeps_the_directory(house: House) {
    let (payment, mut change) = created(1);
    change.claims.push(claim("key", &payment));
    change.notifications.push(message(&payment, "shop.example:443", at(1)));
    change.settings.push(("keyring".to_owned(), "check".to_owned()));
    change.records.push(store::Record {
        kind: RecordKind::Shop,
        id: 1,
        merchant: domain::MerchantId::new(1),
        body: "{}".to_owned(),
    });
    house.store.commit(change.clone()).await.unwrap();
    house.store.reset().await.unwrap();
    assert_eq!(house.store.payment(payment.id).await.unwrap(), None);
    assert_eq!(house.store.events(payment.id).await.unwrap(), []);
    assert_eq!(house.store.notifications(payment.id).await.unwrap(), []);
    assert_eq!(house.store.records(RecordKind::Shop).await.unwrap().len(), 1);
    assert_eq!(house.store.setting("keyring").await.unwrap().as_deref(), Some("check"));
    // Nothing is left in the way of the same again.
    house.store.commit(change).await.unwrap();
}

pub(crate) async fn a_newer_database_is_refused(house: House) {
    house.store.close().await;
    house.place.pretend_schema_version(999);
    match house.place.open().await.map(drop) {
        Err(StoreError::TooNew { found: 999, known }) => assert!((1..999).contains(&known)),
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn a_closed_store_is_not_ready(house: House) {
    house.store.ready().await.unwrap();
    house.store.close().await;
    assert!(matches!(house.store.ready().await, Err(StoreError::Unavailable)));
}

pub(crate) async fn a_full_queue_refuses_at_once(house: House) {
    let hold = house.place.hold_writers().await;
    let many = i64::try_from(QUEUE + 2 * GROUP).unwrap();
    let commits = (0..many).map(|number| Box::pin(house.store.commit(created(number).1)));
    let mut refused = 0;
    let mut queued = Vec::new();
    for (number, mut commit) in (0..many).zip(commits) {
        match (&mut commit).now_or_never() {
            Some(Err(CommitError::Overloaded)) => refused += 1,
            Some(other) => panic!("nobody can write: {other:?}"),
            None => queued.push(async move { (number, commit.await) }),
        }
    }
    hold.release().await;
    assert!(refused >= many - i64::try_from(QUEUE + GROUP).unwrap(), "{refused} refused");
    assert_eq!(i64::try_from(queued.len()).unwrap() + refused, many);
    for (number, result) in join_all(queued).await {
        result.unwrap();
        assert!(house.store.payment(id(number)).await.unwrap().is_some(), "payment {number}");
    }
    house.store.commit(created(many).1).await.unwrap();
}

pub(crate) async fn reads_do_not_wait_for_a_writer(house: House) {
    let (payment, change) = created(1);
    house.store.commit(change).await.unwrap();
    let hold = house.place.hold_writers().await;
    let (after, change) = advanced(&payment, &[method_chosen()], at(1));
    let mut commit = Box::pin(house.store.commit(change));
    assert!((&mut commit).now_or_never().is_none(), "nobody can write yet");
    assert_eq!(house.store.payment(payment.id).await.unwrap(), Some(payment.clone()));
    assert_eq!(house.store.events(payment.id).await.unwrap().len(), 1);
    assert_eq!(house.store.due_payments(at(i64::from(u32::MAX)), 9).await.unwrap(), [payment.id]);
    assert!((&mut commit).now_or_never().is_none(), "nobody can write yet");
    hold.release().await;
    commit.await.unwrap();
    assert_eq!(house.store.payment(payment.id).await.unwrap(), Some(after));
}
