//! Claims: the one general uniqueness rule.

use futures_util::future::join_all;
use store::{Change, Claim, ClaimScope, CommitError};

use crate::fixtures::{advanced, at, claim, created, id, method_chosen};
use crate::house::House;

const SCOPE: ClaimScope = ClaimScope::Idempotency;

/// A new payment with a claim.
fn claiming(number: i64, key: &str) -> (Claim, Change) {
    let (payment, mut change) = created(number);
    let claim = claim(key, &payment);
    change.claims.push(claim.clone());
    (claim, change)
}

fn holder(result: Result<(), CommitError>) -> Claim {
    match result {
        Err(CommitError::Claimed(holder)) => *holder,
        other => panic!("not claimed: {other:?}"),
    }
}

pub(crate) async fn the_first_claim_wins_and_the_second_meets_its_holder(house: House) {
    let (first, change) = claiming(1, "key");
    house.store.commit(change).await.unwrap();
    assert_eq!(holder(house.store.commit(claiming(2, "key").1).await), first);
    assert_eq!(house.store.claim(SCOPE, b"key").await.unwrap(), Some(first));
    assert_eq!(house.store.claim(SCOPE, b"another").await.unwrap(), None);
    house.store.commit(claiming(2, "another").1).await.unwrap();
}

pub(crate) async fn a_lost_claim_takes_its_payment_with_it(house: House) {
    let (first, change) = claiming(1, "taken");
    house.store.commit(change).await.unwrap();
    let (payment, mut change) = created(2);
    change.claims = vec![claim("free", &payment), claim("taken", &payment)];
    assert_eq!(holder(house.store.commit(change).await), first);
    assert_eq!(house.store.payment(payment.id).await.unwrap(), None);
    assert_eq!(house.store.events(payment.id).await.unwrap(), []);
    assert_eq!(house.store.claim(SCOPE, b"free").await.unwrap(), None);
}

pub(crate) async fn a_stale_update_does_not_keep_its_claim(house: House) {
    let (stale, change) = created(1);
    house.store.commit(change).await.unwrap();
    house.store.commit(advanced(&stale, &[method_chosen()], at(1)).1).await.unwrap();
    let (after, mut change) = advanced(&stale, &[method_chosen()], at(2));
    change.claims.push(claim("key", &after));
    let refused = house.store.commit(change).await;
    assert!(matches!(refused, Err(CommitError::Conflict(_))), "{refused:?}");
    house.store.commit(claiming(2, "key").1).await.unwrap();
}

pub(crate) async fn of_two_hundred_at_once_with_one_claim_one_wins(house: House) {
    let tasks = (0..200).map(|number| {
        let store = house.store.clone();
        tokio::spawn(async move { store.commit(claiming(number, "key").1).await })
    });
    let commits: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    let winner = id(i64::try_from(commits.iter().position(Result::is_ok).unwrap()).unwrap());
    assert_eq!(commits.iter().filter(|result| result.is_ok()).count(), 1);
    for refused in commits.into_iter().filter(Result::is_err) {
        assert_eq!(holder(refused).owner, winner);
    }
    for number in 0..200 {
        let exists = house.store.payment(id(number)).await.unwrap().is_some();
        assert_eq!(exists, id(number) == winner, "payment {number}");
    }
}

pub(crate) async fn losers_do_not_hold_up_the_others(house: House) {
    let (first, change) = claiming(0, "taken");
    house.store.commit(change).await.unwrap();
    let keys: Vec<String> =
        (1..=100).map(|n| if n % 10 == 0 { "taken".to_owned() } else { format!("own {n}") }).collect();
    let commits = (1..=100).zip(&keys).map(|(n, key)| house.store.commit(claiming(n, key).1));
    for (number, result) in (1_i64..=100).zip(join_all(commits).await) {
        let exists = house.store.payment(id(number)).await.unwrap().is_some();
        assert_eq!(exists, result.is_ok(), "payment {number}");
        if number % 10 == 0 {
            assert_eq!(holder(result), first);
        } else {
            result.unwrap();
        }
    }
}

pub(crate) async fn old_claims_are_forgotten(house: House) {
    for (number, time) in [(1, 10), (2, 20), (3, 30)] {
        let (_, mut change) = claiming(number, &format!("key {number}"));
        change.claims.iter_mut().for_each(|claim| claim.at = at(time));
        house.store.commit(change).await.unwrap();
    }
    assert_eq!(house.store.prune_claims(at(20)).await.unwrap(), 1);
    assert_eq!(house.store.claim(SCOPE, b"key 1").await.unwrap(), None);
    assert!(house.store.claim(SCOPE, b"key 2").await.unwrap().is_some());
    house.store.commit(claiming(4, "key 1").1).await.unwrap();
    assert_eq!(house.store.prune_claims(at(20)).await.unwrap(), 1, "the new claim is of the beginning");
}

pub(crate) async fn many_old_claims_are_forgotten_at_once(house: House) {
    let (payment, mut change) = created(1);
    change.claims = (0..2_500).map(|number| claim(&format!("key {number}"), &payment)).collect();
    house.store.commit(change).await.unwrap();
    assert_eq!(house.store.prune_claims(at(0)).await.unwrap(), 0);
    assert_eq!(house.store.prune_claims(at(1)).await.unwrap(), 2_500);
    assert_eq!(house.store.claim(SCOPE, b"key 2499").await.unwrap(), None);
}
