//! Documents, claims that are given up, and signals.

use std::time::Duration;

use domain::{PaymentId, Version};
use futures_util::future::join_all;
use store::{
    Change, Claim, ClaimScope, CommitError, Document, DocumentKind, DocumentWrite, Order, Signal, Topic,
};
use tokio::time::timeout;

use crate::fixtures::{NOW, at, created, id, paid};
use crate::house::House;

const KIND: DocumentKind = DocumentKind::TerminalTask;
/// Far longer than anything here takes; a story that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

fn document(id: i64, parent: i64, version: u32) -> Document {
    let version = Version::new(version);
    Document { kind: KIND, id, version, parent, wake_at: None, body: format!("{{\"žlutý\":{id}}}") }
}

fn change(write: DocumentWrite) -> Change {
    Change { documents: vec![write], ..Change::default() }
}

pub(crate) fn insert(id: i64, parent: i64) -> Change {
    change(DocumentWrite::Insert(document(id, parent, 1)))
}

fn update(id: i64, from: u32) -> Change {
    let document = Document { body: format!("{from}"), wake_at: Some(at(7)), ..document(id, 0, from + 1) };
    change(DocumentWrite::Update { document, expected: Version::new(from) })
}

fn delete(id: i64, expected: u32) -> Change {
    change(DocumentWrite::Delete { kind: KIND, id, expected: Version::new(expected) })
}

fn is_conflict(result: &Result<(), CommitError>, id: i64) -> bool {
    matches!(result, Err(CommitError::DocumentConflict(KIND, conflict)) if *conflict == id)
}

pub(crate) async fn a_document_is_read_with_the_payment_of_its_number(house: House) {
    let (store, number) = (house.store.clone(), id(5).get());
    let alone = document(number, 9, 1);
    store.commit(insert(number, 9)).await.unwrap();
    assert_eq!(store.document_with_payment(KIND, number).await.unwrap(), Some((alone.clone(), None)));
    store.commit(created(5).1).await.unwrap();
    let payment = store.payment(id(5)).await.unwrap();
    assert!(payment.is_some());
    assert_eq!(store.document_with_payment(KIND, number).await.unwrap(), Some((alone, payment)));
    assert_eq!(store.document_with_payment(DocumentKind::Batch, number).await.unwrap(), None);
}

pub(crate) async fn a_document_lives_by_its_version(house: House) {
    let store = house.store.clone();
    store.commit(insert(1, 9)).await.unwrap();
    assert_eq!(store.document(KIND, 1).await.unwrap(), Some(document(1, 9, 1)));
    assert_eq!(store.document(DocumentKind::Batch, 1).await.unwrap(), None, "a kind has ids of its own");
    assert!(is_conflict(&store.commit(insert(1, 9)).await, 1), "it is there already");
    store.commit(update(1, 1)).await.unwrap();
    let updated = store.document(KIND, 1).await.unwrap().unwrap();
    assert_eq!((updated.version, updated.parent, updated.body.as_str()), (Version::new(2), 9, "1"));
    assert_eq!(updated.wake_at, Some(at(7)));
    assert!(is_conflict(&store.commit(update(1, 1)).await, 1), "it has moved on");
    assert!(is_conflict(&store.commit(delete(1, 1)).await, 1), "it has moved on");
    let house = house.reopened().await;
    house.store.commit(delete(1, 2)).await.unwrap();
    assert_eq!(house.store.document(KIND, 1).await.unwrap(), None);
    assert!(is_conflict(&house.store.commit(update(1, 2)).await, 1), "it is gone");
    house.store.commit(insert(1, 3)).await.unwrap();
}

pub(crate) async fn a_lost_document_takes_the_whole_change_with_it(house: House) {
    let store = &house.store;
    store.commit(insert(1, 0)).await.unwrap();
    let (payment, mut change) = created(1);
    change.documents =
        vec![DocumentWrite::Insert(document(2, 0, 1)), DocumentWrite::Insert(document(1, 0, 1))];
    change.claims = vec![claim(b"key", payment.id)];
    assert!(is_conflict(&store.commit(change).await, 1));
    assert_eq!(store.payment(payment.id).await.unwrap(), None);
    assert_eq!(store.document(KIND, 2).await.unwrap(), None);
    assert_eq!(store.claim(ClaimScope::TerminalTask, b"key").await.unwrap(), None);
    let (payment, mut change) = created(1);
    change.documents = vec![DocumentWrite::Insert(document(2, 0, 1))];
    store.commit(change).await.unwrap();
    assert!(store.payment(payment.id).await.unwrap().is_some());
    assert!(store.document(KIND, 2).await.unwrap().is_some());
}

pub(crate) async fn losing_documents_harm_nobody_else(house: House) {
    let store = &house.store;
    store.commit(insert(0, 0)).await.unwrap();
    let commits = (1..=60).map(|number| async move {
        let stale = number % 10 == 0;
        (number, store.commit(if stale { update(0, 9) } else { insert(number, 0) }).await)
    });
    for (number, result) in join_all(commits).await {
        if number % 10 == 0 {
            assert!(is_conflict(&result, 0), "{result:?}");
        } else {
            result.unwrap();
            assert!(store.document(KIND, number).await.unwrap().is_some());
        }
    }
}

pub(crate) async fn of_fifty_who_update_one_document_each_gets_a_version(house: House) {
    house.store.commit(insert(1, 0)).await.unwrap();
    let tasks = (0..50).map(|_| {
        let store = house.store.clone();
        tokio::spawn(async move {
            for _ in 0..50 {
                let now = store.document(KIND, 1).await.unwrap().unwrap();
                match store.commit(update(1, now.version.get())).await {
                    Err(CommitError::DocumentConflict(..)) => {}
                    result => return result.unwrap(),
                }
            }
            panic!("fifty conflicts");
        })
    });
    join_all(tasks).await.into_iter().for_each(Result::unwrap);
    assert_eq!(house.store.document(KIND, 1).await.unwrap().unwrap().version, Version::new(51));
}

pub(crate) async fn documents_are_listed_from_both_ends(house: House) {
    let store = &house.store;
    for id in 1..=5 {
        store.commit(insert(id, id % 2)).await.unwrap();
    }
    let list = async |after, order, limit| {
        let page = store.documents_of(KIND, 1, after, order, limit).await.unwrap();
        page.into_iter().map(|document| document.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None, Order::OldestFirst, 9).await, [1, 3, 5]);
    assert_eq!(list(None, Order::NewestFirst, 2).await, [5, 3]);
    assert_eq!(list(Some(3), Order::NewestFirst, 2).await, [1]);
    assert_eq!(list(Some(3), Order::OldestFirst, 2).await, [5]);
}

pub(crate) async fn due_documents_come_longest_overdue_first(house: House) {
    let store = &house.store;
    for (id, wake_at) in [(1, Some(30)), (2, Some(10)), (3, None), (4, Some(20)), (5, Some(10))] {
        let document = Document { wake_at: wake_at.map(at), ..document(id, 0, 1) };
        store.commit(change(DocumentWrite::Insert(document))).await.unwrap();
    }
    let due = async |now, limit| {
        let due = store.due_documents(KIND, at(now), limit).await.unwrap();
        due.into_iter().map(|document| document.id).collect::<Vec<_>>()
    };
    assert_eq!(due(9, 9).await, Vec::<i64>::new());
    assert_eq!(due(20, 9).await, [2, 5, 4]);
    assert_eq!(due(30, 2).await, [2, 5]);
}

fn claim(key: &[u8], owner: PaymentId) -> Claim {
    let version = Version::new(1);
    Claim { scope: ClaimScope::TerminalTask, key: key.to_vec(), owner, version, fingerprint: vec![], at: NOW }
}

pub(crate) async fn a_claim_is_given_up_and_taken_again(house: House) {
    let store = &house.store;
    let released = || vec![(ClaimScope::TerminalTask, b"tid".to_vec())];
    let take = |owner| Change { claims: vec![claim(b"tid", id(owner))], ..Change::default() };
    store.commit(Change { released: released(), ..Change::default() }).await.unwrap();
    store.commit(take(1)).await.unwrap();
    assert!(
        matches!(store.commit(take(2)).await, Err(CommitError::Claimed(holder)) if holder.owner == id(1))
    );
    store.commit(Change { released: released(), ..take(2) }).await.unwrap();
    let holder = store.claim(ClaimScope::TerminalTask, b"tid").await.unwrap().unwrap();
    assert_eq!(holder.owner, id(2));
    store.commit(Change { released: released(), ..Change::default() }).await.unwrap();
    assert_eq!(store.claim(ClaimScope::TerminalTask, b"tid").await.unwrap(), None);
}

pub(crate) async fn of_fifty_who_want_a_free_claim_one_wins_every_time(house: House) {
    for round in 0..10 {
        let takers = (0..50).map(|number| {
            let store = house.store.clone();
            let change = Change { claims: vec![claim(b"tid", id(number))], ..Change::default() };
            tokio::spawn(async move { store.commit(change).await })
        });
        let won =
            join_all(takers).await.into_iter().filter(|result| result.as_ref().unwrap().is_ok()).count();
        assert_eq!(won, 1, "round {round}");
        let released = vec![(ClaimScope::TerminalTask, b"tid".to_vec())];
        house.store.commit(Change { released, ..Change::default() }).await.unwrap();
    }
}

/// Hands the claim over to an owner, as decided when document 1 was at a version.
pub(crate) fn hand_over(owner: i64, from: u32) -> Change {
    let released = vec![(ClaimScope::TerminalTask, b"tid".to_vec())];
    Change { released, claims: vec![claim(b"tid", id(owner))], ..update(1, from) }
}

pub(crate) async fn of_fifty_who_hand_a_claim_over_one_wins_every_time(house: House) {
    house.store.commit(insert(1, 0)).await.unwrap();
    for version in 1..=10 {
        let commits = (0..50).map(|owner| {
            let store = house.store.clone();
            tokio::spawn(async move { (owner, store.commit(hand_over(owner, version)).await) })
        });
        let mut winners = Vec::new();
        for task in join_all(commits).await {
            match task.unwrap() {
                (owner, Ok(())) => winners.push(id(owner)),
                (_, refused) => assert!(is_conflict(&refused, 1), "{refused:?}"),
            }
        }
        let holder = house.store.claim(ClaimScope::TerminalTask, b"tid").await.unwrap().unwrap();
        assert_eq!(winners, [holder.owner], "at version {version}");
    }
}

pub(crate) async fn a_document_is_written_once_in_a_change(house: House) {
    let store = &house.store;
    store.commit(insert(1, 0)).await.unwrap();
    let twice =
        Change { documents: [update(1, 1).documents, update(1, 2).documents].concat(), ..insert(1, 0) };
    let refused = store.commit(twice).await;
    assert!(matches!(refused, Err(CommitError::Store(_))), "{refused:?}");
    assert_eq!(store.document(KIND, 1).await.unwrap(), Some(document(1, 0, 1)));
    let other_kind = Document { kind: DocumentKind::Batch, ..document(2, 0, 1) };
    let documents = vec![DocumentWrite::Insert(document(2, 0, 1)), DocumentWrite::Insert(other_kind)];
    store.commit(Change { documents, ..Change::default() }).await.unwrap();
}

pub(crate) async fn only_idempotency_keys_are_forgotten(house: House) {
    let change = Change { claims: vec![claim(b"tid", id(1))], ..Change::default() };
    house.store.commit(change).await.unwrap();
    assert_eq!(house.store.prune_claims(at(1_000)).await.unwrap(), 0);
    assert!(house.store.claim(ClaimScope::TerminalTask, b"tid").await.unwrap().is_some());
}

pub(crate) async fn reset_forgets_documents(house: House) {
    house.store.commit(insert(1, 0)).await.unwrap();
    house.store.reset().await.unwrap();
    assert_eq!(house.store.document(KIND, 1).await.unwrap(), None);
}

pub(crate) async fn a_signal_follows_its_change(house: House) {
    let mut signals = house.store.signals();
    let signal = Signal { topic: Topic::Terminal, key: 7 };
    let refused = Change { signals: vec![Signal { key: 8, ..signal }], ..update(1, 1) };
    assert!(is_conflict(&house.store.commit(refused).await, 1));
    house.store.commit(Change { signals: vec![signal], ..insert(1, 0) }).await.unwrap();
    let heard = timeout(PATIENCE, signals.recv()).await.unwrap().unwrap();
    assert_eq!(heard, signal, "what was refused is not signalled");
    assert!(house.store.document(KIND, 1).await.unwrap().is_some());
}

pub(crate) async fn an_account_is_read_in_pages(house: House) {
    use domain::{Account, Currency, Minor};
    let (store, account) = (&house.store, Account::Shop(crate::fixtures::SHOP));
    for number in 0..25 {
        let (payment, change) = created(number);
        store.commit(change).await.unwrap();
        let amount = Minor::new(100 + number);
        let events = paid(amount, Minor::new(1));
        // Several at one moment: pages must not lose or repeat any of them.
        let (_, change) = crate::fixtures::advanced(&payment, &events, at(number / 4 * 10));
        store.commit(change).await.unwrap();
    }
    let page = async |after, limit| {
        store.account_entries(account, Currency::CZK, at(10), at(50), after, limit).await.unwrap()
    };
    let whole = page(None, 1_000).await;
    assert_eq!(whole.len(), 32, "sixteen payments and their fees");
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let next = page(after, 7).await;
        let Some(last) = next.last() else { break };
        after = Some(last.cursor);
        paged.extend(next);
    }
    assert_eq!(paged, whole);
    let balance = async |before| store.balance_at(account, Currency::CZK, at(before)).await.unwrap();
    let sum: i64 = whole.iter().map(|entry| entry.amount.get()).sum();
    assert_eq!(balance(50).await.get() - balance(10).await.get(), sum);
    let total = store.balances().await.unwrap();
    let total = total.iter().find(|balance| balance.account == account).unwrap();
    assert_eq!(balance(1_000).await, total.amount);
    assert_eq!(store.balance_at(account, Currency::EUR, at(1_000)).await.unwrap(), Minor::ZERO);
}
