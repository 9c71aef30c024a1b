//! Several nodes on one database: what one of them left open, any of them settles, and only once.

use testkit::prelude::*;
use tokio::task::JoinSet;

const PAYMENTS: i64 = 24;
const AMOUNT: i64 = 10_000;

/// A second node beside the first: the same database and the same keys, a folder of its own.
async fn another(first: &Till) -> Till {
    let database = &first.test_database().expect("the first node is on PostgreSQL").url;
    let keys = first.data().join("keyring");
    Till::builder().arg("--database").arg(database).env("POLYTILL_KEYRING", keys).start().await
}

/// Payments on this node whose refund has left no answer.
async fn unanswered(till: &Till, notify: &str) -> Vec<u64> {
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let mut payments = Vec::new();
    for _ in 0..PAYMENTS {
        let id = shop.created(&json!({"amount": AMOUNT, "callback": {"notification_url": notify}})).await;
        buttons.pay(id).await.expect_status(200);
        buttons.fault(id, "refund", "answer_lost").await.expect_status(200);
        shop.refund(id, AMOUNT / 4).await.expect_status(200);
        assert_eq!(buttons.payment(id).await.json()["payment"]["pending"], "refund");
        payments.push(id);
    }
    payments
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_wake_the_same_intent_settle_it_once() {
    let receiver = Receiver::start().await;
    let mut first = Till::sandbox_on(Backend::Postgres).await;
    let mut second = another(&first).await;
    let payments = unanswered(&first, &receiver.url("/notify")).await;
    // Both clocks pass the moment when what is pending is asked about.
    let mut waking = JoinSet::new();
    for till in [&first, &second] {
        let buttons = till.sandbox_api();
        waking.spawn(async move { buttons.advance("PT31S").await });
    }
    for answer in waking.join_all().await {
        answer.expect_status(200);
    }
    for &id in &payments {
        for till in [&first, &second] {
            settled_once(till, id).await;
        }
    }
    books_add_up(&first, &second).await;
    told_once(&second, &payments).await;
    assert!(first.is_running() && second.is_running());
    // Each goes on with what the other did.
    let shop = second.shop();
    for &id in &payments {
        assert_eq!(shop.state(id).await, "PARTIALLY_REFUNDED");
    }
    assert_eq!(first.shop().state(shop.created(&json!({})).await).await, "CREATED");
}

async fn settled_once(till: &Till, id: u64) {
    let seen = till.sandbox_api().payment(id).await.expect_status(200).json();
    assert_eq!(
        (&seen["payment"]["pending"], &seen["payment"]["refunded"]),
        (&Value::Null, &json!(AMOUNT / 4))
    );
    let names: Vec<_> =
        seen["history"].as_array().unwrap().iter().map(|event| event["event"].clone()).collect();
    let verdicts = |name: &str| names.iter().filter(|own| *own == name).count();
    assert_eq!((verdicts("refunded"), verdicts("refund_failed")), (1, 0), "{seen}");
}

async fn books_add_up(first: &Till, second: &Till) {
    let balances = first.sandbox_api().balances().await.expect_status(200).json();
    assert_eq!(balances, second.sandbox_api().balances().await.json());
    let accounts = balances["accounts"].as_array().unwrap();
    let amounts = |shops: bool| {
        let of_kind = |balance: &&Value| balance["account"].as_str().unwrap().starts_with("shop") == shops;
        accounts.iter().filter(of_kind).map(|balance| balance["amount"].as_i64().unwrap()).sum::<i64>()
    };
    let left = PAYMENTS * (AMOUNT - AMOUNT / 4);
    assert_eq!((amounts(true), amounts(false)), (-left, left), "{balances}");
}

/// A message for the payment and one for the refund, whichever node has written it.
async fn told_once(till: &Till, payments: &[u64]) {
    for &id in payments {
        let listed = till.sandbox_api().notifications(id).await.expect_status(200).json();
        assert_eq!(listed["notifications"].as_array().unwrap().len(), 2, "{listed}");
    }
}
