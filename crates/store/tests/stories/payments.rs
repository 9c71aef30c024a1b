//! Payments and their events.

use futures_util::future::join_all;
use store::{Change, CommitError};

use crate::fixtures::{advanced, at, claim, created, id, message, method_chosen};
use crate::house::House;

pub(crate) async fn a_payment_comes_back_as_it_was_written(house: House) {
    let (payment, change) = created(1);
    assert_eq!(house.store.payment(payment.id).await.unwrap(), None);
    let events = change.events.clone();
    house.store.commit(change).await.unwrap();
    let loaded = house.store.payment(payment.id).await.unwrap().unwrap();
    assert_eq!(loaded, payment);
    assert_eq!(loaded.terms.extra, payment.terms.extra);
    assert_eq!(house.store.events(payment.id).await.unwrap(), events);
    assert_eq!(house.store.payment(id(2)).await.unwrap(), None);
}

pub(crate) async fn an_update_moves_a_payment_on(house: House) {
    let (payment, change) = created(1);
    house.store.commit(change).await.unwrap();
    let (payment, change) = advanced(&payment, &[method_chosen(), method_chosen()], at(5));
    house.store.commit(change).await.unwrap();
    assert_eq!(house.store.payment(payment.id).await.unwrap().as_ref(), Some(&payment));
    let events = house.store.events(payment.id).await.unwrap();
    assert_eq!(events.iter().map(|event| event.version.get()).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(events.iter().map(|event| event.at).collect::<Vec<_>>(), [at(0), at(5), at(5)]);
}

pub(crate) async fn a_stale_update_is_refused_and_leaves_nothing_behind(house: House) {
    let (stale, change) = created(1);
    house.store.commit(change).await.unwrap();
    let (current, change) = advanced(&stale, &[method_chosen()], at(1));
    house.store.commit(change).await.unwrap();

    let (after, mut change) = advanced(&stale, &[method_chosen(), method_chosen()], at(2));
    change.claims.push(claim("key", &after));
    change.notifications.push(message(&after, "shop.example:443", at(2)));
    change.settings.push(("mood".to_owned(), "bad".to_owned()));
    let refused = house.store.commit(change).await;
    assert!(matches!(refused, Err(CommitError::Conflict(id)) if id == stale.id), "{refused:?}");

    assert_eq!(house.store.payment(stale.id).await.unwrap(), Some(current));
    assert_eq!(house.store.events(stale.id).await.unwrap().len(), 2);
    assert_eq!(house.store.claim(store::ClaimScope::Idempotency, b"key").await.unwrap(), None);
    assert_eq!(house.store.notifications(stale.id).await.unwrap(), []);
    assert_eq!(house.store.setting("mood").await.unwrap(), None);

    let (missing, _) = created(7);
    let refused = house.store.commit(advanced(&missing, &[method_chosen()], at(3)).1).await;
    assert!(matches!(refused, Err(CommitError::Conflict(id)) if id == missing.id), "{refused:?}");
}

pub(crate) async fn a_payment_is_created_once(house: House) {
    let commits = join_all((0..20).map(|_| house.store.commit(created(1).1))).await;
    let refused = commits.iter().filter(|result| matches!(result, Err(CommitError::Conflict(_)))).count();
    assert_eq!((commits.iter().filter(|result| result.is_ok()).count(), refused), (1, 19));
    assert_eq!(house.store.events(id(1)).await.unwrap().len(), 1);
}

pub(crate) async fn of_fifty_updates_of_one_version_one_wins(house: House) {
    let (payment, change) = created(1);
    house.store.commit(change).await.unwrap();
    let update = |number| house.store.commit(advanced(&payment, &[method_chosen()], at(number)).1);
    let commits = join_all((0..50).map(update)).await;
    let refused = commits.iter().filter(|result| matches!(result, Err(CommitError::Conflict(_)))).count();
    assert_eq!((commits.iter().filter(|result| result.is_ok()).count(), refused), (1, 49));
    let winner = commits.iter().position(Result::is_ok).unwrap();
    let loaded = house.store.payment(payment.id).await.unwrap().unwrap();
    assert_eq!((loaded.version.get(), loaded.changed_at), (2, at(i64::try_from(winner).unwrap())));
    assert_eq!(house.store.events(payment.id).await.unwrap().len(), 2);
}

pub(crate) async fn fifty_at_once_who_try_again_each_get_a_version(house: House) {
    let (payment, change) = created(1);
    house.store.commit(change).await.unwrap();
    let tasks = (0..50).map(|number| {
        let (store, id) = (house.store.clone(), payment.id);
        tokio::spawn(async move {
            // A conflict means that another of the fifty has got through.
            for _ in 0..50 {
                let current = store.payment(id).await.unwrap().unwrap();
                match store.commit(advanced(&current, &[method_chosen()], at(number)).1).await {
                    Err(CommitError::Conflict(_)) => {}
                    result => return result.unwrap(),
                }
            }
            panic!("fifty conflicts");
        })
    });
    join_all(tasks).await.into_iter().for_each(|task| task.unwrap());
    let events = house.store.events(payment.id).await.unwrap();
    assert_eq!(
        events.iter().map(|event| event.version.get()).collect::<Vec<_>>(),
        (1..=51).collect::<Vec<_>>()
    );
    let mut times: Vec<i64> = events.iter().skip(1).map(|event| event.at.millis() - at(0).millis()).collect();
    times.sort_unstable();
    assert_eq!(times, (0..50).collect::<Vec<_>>(), "each of the fifty is there once");
}

pub(crate) async fn due_payments_come_longest_overdue_first(house: House) {
    for (number, wake_at) in [(1, Some(30)), (2, Some(10)), (3, None), (4, Some(20)), (5, Some(40))] {
        let (_, mut change) = created(number);
        if let Some(store::PaymentWrite::Insert(payment)) = &mut change.payment {
            payment.wake_at = wake_at.map(at);
        }
        house.store.commit(Change { events: vec![], ..change }).await.unwrap();
    }
    assert_eq!(house.store.due_payments(at(30), 10).await.unwrap(), [id(2), id(4), id(1)]);
    assert_eq!(house.store.due_payments(at(30), 2).await.unwrap(), [id(2), id(4)]);
    assert_eq!(house.store.due_payments(at(9), 10).await.unwrap(), []);
    assert_eq!(house.store.payment(id(3)).await.unwrap().unwrap().wake_at, None);
}
