//! What is written beside a payment has moved on, or is taken: the payment is decided again, or refused, and never
//! half written.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use domain::{MoneyState, PaymentId, Refusal, Timestamp, Version};
use gateway::{CardStep, Error};
use store::{Change, Claim, ClaimScope, DocumentKind, DocumentWrite, PaymentWrite, Store};

use crate::house::{House, card};

const GOOD: &str = "4444444444444448";

/// A change that meets a document at another version, whenever it is tried.
fn overtaken() -> Change {
    let write = DocumentWrite::Delete { kind: DocumentKind::Batch, id: 1, expected: Version::new(1) };
    Change { documents: vec![write], ..Change::default() }
}

fn taken() -> Change {
    let claim = Claim {
        scope: ClaimScope::PointOfSale,
        key: b"till".to_vec(),
        owner: PaymentId::FIRST,
        version: Version::new(1),
        fingerprint: vec![],
        at: Timestamp::from_millis(0),
    };
    Change { claims: vec![claim], ..Change::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_whose_document_moved_on_is_decided_again() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let usual = house.paid("http://shop.example/").await;
    let mut seen = HashSet::new();
    house.store.before_commits(move |change| {
        let version = match change.payment.as_ref()? {
            PaymentWrite::Insert(_) => Version::new(0),
            PaymentWrite::Update { expected, .. } => *expected,
        };
        seen.insert(version).then(overtaken)
    });
    let payment = house.payment("http://shop.example/").await;
    let step = house.gateway.pay_by_card(payment.id, card(GOOD), None).await.unwrap();
    assert!(matches!(step, CardStep::Done(_)));
    assert_eq!(house.found(payment.id).await.money, MoneyState::Captured);
    assert_eq!(house.acquirer.authorised.load(Ordering::SeqCst), 2, "once for each payment");
    let names = async |id| {
        let events = house.store.events(id).await.unwrap();
        events.iter().map(|recorded| std::mem::discriminant(&recorded.event)).collect::<Vec<_>>()
    };
    assert_eq!(names(payment.id).await, names(usual).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_always_moves_on_ends_in_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let payment = house.payment("http://shop.example/").await;
    house.store.before_commits(|_| Some(overtaken()));
    let refused = house.gateway.pay_by_card(payment.id, card(GOOD), None).await;
    assert!(matches!(refused, Err(Error::Overloaded)));
    assert_eq!(house.found(payment.id).await, payment);
    assert_eq!(house.acquirer.authorised.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_has_is_not_taken_for_a_repetition() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::sqlite(folder.path()).await;
    let payment = house.payment("http://shop.example/").await;
    house.store.commit(taken()).await.unwrap();
    house.store.before_commits(|_| Some(taken()));
    let refused = house.gateway.pay_by_card(payment.id, card(GOOD), None).await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::Busy))));
    assert_eq!(house.found(payment.id).await, payment);
    let key = house.gateway.request_key(domain::ClientId::new(1), "key", "create", b"{}");
    for key in [None, Some(&key)] {
        let refused = house.gateway.create(payment.terms.as_ref().clone(), key).await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::Busy))), "{refused:?}");
    }
}
