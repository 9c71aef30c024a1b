//! Two servers on one database: neither is special, and a payment does not mind who serves it.

use testkit::prelude::*;
use tokio::task::JoinSet;

/// What two nodes settle at once: so many payments of so much, each with a part of it given back.
const PAYMENTS: i64 = 24;
const AMOUNT: i64 = 10_000;

/// Another server on the first one's database, with the same keys.
pub(super) async fn beside(first: &Till) -> Till {
    let url = &first.test_database().expect("a database that can be shared").url;
    let keyring = first.data().join("keyring");
    Till::builder().env("POLYTILL_DATABASE", url).env("POLYTILL_KEYRING", keyring).start().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_goes_on_where_it_is_asked_for() {
    let here = Till::sandbox_on(Backend::Postgres).await;
    let there = beside(&here).await;
    let receiver = Receiver::start().await;
    let notify = json!({"callback": {"notification_url": receiver.url("/notify")}});
    let id = here.shop().created(&notify).await;
    // A token of one opens the other.
    let shop = there.shop().with_bearer(here.shop().bearer().await.unwrap());
    there.sandbox_api().pay(id).await.expect_status(200);
    assert_eq!((here.shop().state(id).await, shop.state(id).await), ("PAID".to_owned(), "PAID".to_owned()));
    assert_eq!(receiver.next().await.payment(), id);
    // One key, two servers, many askers: one refund.
    let mut running = JoinSet::new();
    for number in 0..100 {
        let shop = if number % 2 == 0 { here.shop() } else { there.shop() };
        running.spawn(async move { shop.keyed("refund-1").refund(id, 1_000).await });
    }
    let expected = format!(r#"{{"id":{id},"result":"FINISHED"}}"#);
    for answer in running.join_all().await {
        assert_eq!((answer.status, answer.text()), (http::StatusCode::OK, expected.clone()));
    }
    assert_eq!(there.shop().refunds(id).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_node_left_behind_the_other_finishes() {
    let mut here = Till::sandbox_on(Backend::Postgres).await;
    let there = beside(&here).await;
    let receiver = Receiver::start().await;
    receiver.answer_all(Reply::Status(500));
    let notify = json!({"callback": {"notification_url": receiver.url("/notify")}});
    let id = here.shop().created(&notify).await;
    here.sandbox_api().pay(id).await.expect_status(200);
    receiver.next().await;
    let unheard = here.shop().created(&json!({})).await;
    here.sandbox_api().pay_with(unheard, "4444440000001192").await;
    here.kill9();
    receiver.answer_all(Reply::Status(200));
    there.sandbox_api().advance("PT2M").await.expect_status(200);
    assert_eq!(receiver.next().await.payment(), id, "its message is delivered");
    assert_eq!(
        there.shop().state(unheard).await,
        "PAYMENT_METHOD_CHOSEN",
        "the question that was lost is settled"
    );
    there.sandbox_api().pay(unheard).await.expect_status(200);
    assert_eq!(there.shop().state(unheard).await, "PAID");
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
    let mut second = beside(&first).await;
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
