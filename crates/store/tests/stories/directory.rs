//! Records, settings and payment ids.

use std::collections::BTreeSet;

use domain::{MerchantId, PaymentId};
use futures_util::future::join_all;
use store::{Change, Record, RecordKind};

use crate::house::House;

fn record(kind: RecordKind, id: i64, body: &str) -> Record {
    Record { kind, id, merchant: MerchantId::new(7), body: body.to_owned() }
}

pub(crate) async fn records_are_written_over(house: House) {
    let first = vec![
        record(RecordKind::Shop, 2, "two"),
        record(RecordKind::Shop, 1, "one"),
        record(RecordKind::Merchant, 1, "merchant"),
    ];
    house.store.commit(Change { records: first, ..Change::default() }).await.unwrap();
    // The same record twice in one change: the last one counts.
    let second = vec![record(RecordKind::Shop, 2, "2"), record(RecordKind::Shop, 2, "zwei")];
    house.store.commit(Change { records: second, ..Change::default() }).await.unwrap();

    let shops = [record(RecordKind::Shop, 1, "one"), record(RecordKind::Shop, 2, "zwei")];
    assert_eq!(house.store.records(RecordKind::Shop).await.unwrap(), shops);
    let merchants = [record(RecordKind::Merchant, 1, "merchant")];
    assert_eq!(house.store.records(RecordKind::Merchant).await.unwrap(), merchants);
    assert_eq!(house.store.records(RecordKind::Card).await.unwrap(), []);
}

pub(crate) async fn settings_are_written_over(house: House) {
    assert_eq!(house.store.setting("keyring").await.unwrap(), None);
    for value in ["first", "", "žluť"] {
        let settings =
            vec![("keyring".to_owned(), value.to_owned()), ("other".to_owned(), "kept".to_owned())];
        house.store.commit(Change { settings, ..Change::default() }).await.unwrap();
        assert_eq!(house.store.setting("keyring").await.unwrap().as_deref(), Some(value));
    }
    assert_eq!(house.store.setting("other").await.unwrap().as_deref(), Some("kept"));
}

pub(crate) async fn ids_are_given_out_once(house: House) {
    assert_eq!(house.store.allocate_ids(1).await.unwrap(), PaymentId::FIRST);
    let blocks = join_all((1_u32..=40).map(|count| {
        let store = house.store.clone();
        async move { (store.allocate_ids(count).await.unwrap().get(), count) }
    }));
    let ids = |(first, count): (i64, u32)| first..first + i64::from(count);
    let given: Vec<i64> = blocks.await.into_iter().flat_map(ids).collect();
    let distinct: BTreeSet<i64> = given.iter().copied().collect();
    assert_eq!((given.len(), distinct.len()), (820, 820));
    assert_eq!(distinct.first(), Some(&(PaymentId::FIRST.get() + 1)));
    let next = house.reopened().await.store.allocate_ids(1).await.unwrap();
    assert!(distinct.iter().all(|id| *id < next.get()), "ids go on after a restart");
}
