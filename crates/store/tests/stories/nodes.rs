//! Several nodes on one database, and connections that are lost: on PostgreSQL only.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::{Account, Currency};
use futures_util::FutureExt;
use futures_util::future::join_all;
use store::{Change, CommitError, DocumentKind, Order, PostgresStore, Signal, Store, StoreError, Topic};
use testkit::postgres::{PgServer, TestDatabase};

use crate::documents::{hand_over, insert};
use crate::fixtures::{SHOP, advanced, at, claim, created, id, message, method_chosen};
use crate::house::Place;

async fn database() -> TestDatabase {
    PgServer::shared().await.database().await
}

async fn open(database: &TestDatabase) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::open(&database.url).await.unwrap())
}

fn setting(key: &str) -> Change {
    Change { settings: vec![(key.to_owned(), String::new())], ..Change::default() }
}

/// Makes the database meddle whenever a setting is written, and count in `meddled` how often.
fn meddle(database: &TestDatabase, timing: &str, body: &str) {
    let sql = format!(
        "CREATE SEQUENCE meddled;
         CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS
             $$ DECLARE n BIGINT := nextval('meddled'); BEGIN {body} RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER meddle AFTER INSERT ON settings {timing}
             FOR EACH ROW EXECUTE FUNCTION meddle()"
    );
    assert_eq!(database.query(&sql), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_create_one_schema() {
    let database = database().await;
    let nodes = join_all((0..4).map(|_| open(&database))).await;
    for (number, node) in (0..).zip(&nodes) {
        node.commit(created(number).1).await.unwrap();
    }
    assert_eq!(database.query("SELECT COUNT(*) FROM schema_version WHERE version = 1"), "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_share_claims_ids_and_leases() {
    let database = database().await;
    let nodes = [open(&database).await, open(&database).await];
    let node = |number: i64| Arc::clone(&nodes[usize::from(number % 2 == 0)]);
    let commits = (0..400).map(|number| {
        let (node, (payment, mut change)) = (node(number), created(number));
        change.claims.push(claim(&format!("key {}", number / 4), &payment));
        change.notifications.push(message(&payment, "shop.example:443", at(0)));
        tokio::spawn(async move { node.commit(change).await })
    });
    let mut owned = BTreeSet::new();
    for (number, result) in (0..400).zip(join_all(commits).await) {
        let key = number / 4;
        match result.unwrap() {
            Ok(()) => assert!(owned.insert(key), "a second owner of key {key}"),
            Err(CommitError::Claimed(holder)) => assert_eq!(holder.key, format!("key {key}").as_bytes()),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(owned.len(), 100);
    assert_eq!(database.query("SELECT COUNT(*) FROM payments"), "100");

    let ids = join_all((0..40).map(|number| {
        let node = node(number);
        async move { node.allocate_ids(3).await.unwrap().get() }
    }));
    let given: BTreeSet<i64> = ids.await.into_iter().flat_map(|first| first..first + 3).collect();
    assert_eq!(given.len(), 120);

    let lease = |number| {
        let node = node(number);
        async move { node.lease_deliveries(at(0), at(60), 9, &[]).await.unwrap() }
    };
    let mut leased = join_all((0..6).map(lease)).await.concat();
    // Those who came at the same moment skipped what the other had locked; in the end nothing is left over.
    for number in 6..20 {
        leased.extend(lease(number).await);
    }
    let distinct: BTreeSet<_> = leased.iter().map(|(payment, _)| payment).collect();
    assert_eq!((leased.len(), distinct.len()), (100, 100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_update_the_same_payments_all_get_through() {
    let database = database().await;
    let nodes = [open(&database).await, open(&database).await];
    for number in 0..10 {
        nodes[0].commit(created(number).1).await.unwrap();
    }
    let tasks = (0..200).map(|number: i64| {
        let node = Arc::clone(&nodes[usize::from(number % 2 == 0)]);
        tokio::spawn(async move {
            // Twenty want each payment: a conflict means that another of them has got through.
            for _ in 0..20 {
                let current = node.payment(id(number % 10)).await.unwrap().unwrap();
                match node.commit(advanced(&current, &[method_chosen()], at(number + 1)).1).await {
                    Err(CommitError::Conflict(_)) => {}
                    result => return result.unwrap(),
                }
            }
            panic!("twenty conflicts");
        })
    });
    join_all(tasks).await.into_iter().for_each(Result::unwrap);
    assert_eq!(database.query("SELECT DISTINCT version FROM payments"), "21");
    assert_eq!(database.query("SELECT COUNT(*), COUNT(DISTINCT (payment, at)) FROM events"), "210|210");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_value_the_database_refuses_harms_nobody_else() {
    let place = Place::Postgres(database().await);
    let store = place.open().await.unwrap();
    let hold = place.hold_writers().await;
    let mut commits: Vec<_> = (0..40)
        .map(|number| {
            let (_, mut change) = created(number);
            if number % 20 == 10 {
                change.settings.push(("zero".to_owned(), "\0".to_owned()));
            }
            Box::pin(store.commit(change))
        })
        .collect();
    assert!(commits.iter_mut().all(|commit| commit.now_or_never().is_none()), "nobody can write yet");
    hold.release().await;
    for (number, result) in (0..40).zip(join_all(commits).await) {
        let exists = store.payment(id(number)).await.unwrap().is_some();
        match (number % 20, result) {
            (10, Err(CommitError::Store(StoreError::Database { .. }))) => assert!(!exists),
            (_, result) => assert!(result.is_ok() && exists, "payment {number}: {result:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_were_cut_are_replaced() {
    let database = database().await;
    let store = open(&database).await;
    let (mut payment, change) = created(1);
    store.commit(change).await.unwrap();
    for round in 0..5 {
        let cut = "SELECT COUNT(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity
                   WHERE datname = current_database() AND application_name = 'polytill'";
        assert_eq!(database.query(cut), "t");
        assert_eq!(store.payment(payment.id).await.unwrap().as_ref(), Some(&payment));
        let (after, change) = advanced(&payment, &[method_chosen()], at(round));
        store.commit(change).await.unwrap();
        payment = after;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_was_in_the_way_of_another_is_tried_again() {
    for timing in ["", "DEFERRABLE INITIALLY DEFERRED"] {
        let database = database().await;
        let store = open(&database).await;
        meddle(
            &database,
            timing,
            "IF n < 3 THEN RAISE EXCEPTION 'in the way' USING ERRCODE = '40P01'; END IF;",
        );
        store.commit(setting("key")).await.unwrap();
        assert_eq!(database.query("SELECT last_value FROM meddled"), "3");
        assert_eq!(store.setting("key").await.unwrap().as_deref(), Some(""));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_always_in_the_way_ends_in_an_error() {
    let database = database().await;
    let store = open(&database).await;
    meddle(&database, "", "RAISE EXCEPTION 'in the way' USING ERRCODE = '40001';");
    let refused = store.commit(setting("key")).await;
    assert!(matches!(refused, Err(CommitError::Store(StoreError::Database { .. }))), "{refused:?}");
    assert_eq!(database.query("SELECT last_value FROM meddled"), "5");
    store.commit(created(1).1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_without_an_answer_is_not_tried_again() {
    let database = database().await;
    let store = open(&database).await;
    meddle(&database, "DEFERRABLE INITIALLY DEFERRED", "PERFORM pg_terminate_backend(pg_backend_pid());");
    let unknown = store.commit(setting("key")).await.unwrap_err().to_string();
    assert!(unknown.contains("could not tell whether a commit was made"), "{unknown}");
    assert_eq!(database.query("SELECT last_value FROM meddled"), "1");
    store.commit(created(1).1).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_without_its_password() {
    let error = PostgresStore::open("postgres://till:hunter2@127.0.0.1:1/till").await.map(drop).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("be reached") && !text.contains("hunter2"), "{text}");
    let error =
        PostgresStore::open("postgres://till:hunter2@127.0.0.1:port/till").await.map(drop).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains("read its URL") && !text.contains("hunter2"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_took_too_long_is_tried_again() {
    for code in ["55P03", "57014"] {
        let database = database().await;
        let store = open(&database).await;
        let body = format!("IF n < 3 THEN RAISE EXCEPTION 'too slow' USING ERRCODE = '{code}'; END IF;");
        meddle(&database, "", &body);
        store.commit(setting("key")).await.unwrap();
        assert_eq!(database.query("SELECT last_value FROM meddled"), "3", "{code}");
    }
}

/// The next signal of a topic; others in between do not matter.
async fn heard(signals: &mut tokio::sync::broadcast::Receiver<Signal>, topic: Topic) -> Signal {
    let listening = async {
        loop {
            let signal = signals.recv().await.unwrap();
            if signal.topic == topic {
                return signal;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), listening).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_hear_each_other_also_after_a_cut() {
    let database = database().await;
    let (here, there) = (open(&database).await, open(&database).await);
    let mut signals = there.signals();
    let signal = Signal { topic: Topic::Terminal, key: 42 };
    let tell = async |key| {
        let change = Change { signals: vec![Signal { key, ..signal }], ..setting("key") };
        here.commit(change).await.unwrap();
    };
    tell(42).await;
    assert_eq!(heard(&mut signals, Topic::Terminal).await, signal);
    let cut = "SELECT COUNT(pg_terminate_backend(pid)) > 0 FROM pg_stat_activity
               WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    assert_eq!(database.query(cut), "t");
    heard(&mut signals, Topic::Lost).await;
    tell(43).await;
    assert_eq!(heard(&mut signals, Topic::Terminal).await, Signal { key: 43, ..signal });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_hand_a_claim_over_together_meet_a_conflict_and_not_a_holder() {
    let database = database().await;
    let nodes = [open(&database).await, open(&database).await];
    nodes[0].commit(insert(1, 0)).await.unwrap();
    for version in 1..=30 {
        let commits = nodes.iter().zip(0..).map(|(node, owner)| {
            let node = Arc::clone(node);
            tokio::spawn(async move { node.commit(hand_over(owner, version)).await })
        });
        let results: Vec<_> = join_all(commits).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let lost = |result: &Result<(), _>| matches!(result, Err(CommitError::DocumentConflict(..)));
        assert!(results.iter().any(lost), "{results:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_cannot_notify_keeps_signals_on_their_node() {
    let database = database().await;
    assert_eq!(database.query("ALTER FUNCTION pg_catalog.pg_notify(text, text) RENAME TO gone"), "");
    let store = open(&database).await;
    let mut signals = store.signals();
    let signal = Signal { topic: Topic::Directory, key: 1 };
    store.commit(Change { signals: vec![signal], ..setting("key") }).await.unwrap();
    assert_eq!(heard(&mut signals, Topic::Directory).await, signal);
    assert_eq!(store.setting("key").await.unwrap().as_deref(), Some(""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_store_listens_no_more() {
    let database = database().await;
    let listening = "SELECT COUNT(*) FROM pg_stat_activity
                     WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let store = open(&database).await;
    assert_eq!(database.query(listening), "1");
    store.close().await;
    let gone = async {
        while database.query(listening) != "0" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.unwrap();
}

/// A plan that was made while the tables were small is kept: it must already be the one that large ones need.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_read_by_their_index_from_the_beginning() {
    const TIMES: usize = 20;
    let database = database().await;
    let store = open(&database).await;
    for number in 0..40 {
        store.commit(insert(number, number % 4)).await.unwrap();
    }
    let (account, currency) = (Account::Shop(SHOP), Currency::CZK);
    for _ in 0..TIMES {
        store.documents_of(DocumentKind::TerminalTask, 1, None, Order::OldestFirst, 9).await.unwrap();
        store.documents_of(DocumentKind::TerminalTask, 1, Some(30), Order::NewestFirst, 9).await.unwrap();
        store.due_documents(DocumentKind::TerminalTask, at(0), 9).await.unwrap();
        store.account_entries(account, currency, at(0), at(9), None, 9).await.unwrap();
        store.balance_at(account, currency, at(9)).await.unwrap();
    }
    // The server counts for good when a connection ends.
    store.close().await;
    let scans = "SELECT string_agg(indexrelname || ' ' || idx_scan, ', ' ORDER BY indexrelname)
                 FROM pg_stat_user_indexes WHERE indexrelname IN ('documents_due', 'documents_of', 'entries_of')";
    let wanted = format!("documents_due {TIMES}, documents_of {0}, entries_of {0}", 2 * TIMES);
    let counted = async {
        while database.query(scans) != wanted {
            tokio::task::yield_now().await;
        }
    };
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, counted).await.unwrap_or_else(|_| panic!("{}", database.query(scans)));
}
