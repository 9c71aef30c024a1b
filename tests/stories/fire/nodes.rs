//! Two servers on one database: neither is special, and a payment does not mind who serves it.

use testkit::prelude::*;
use tokio::task::JoinSet;

/// Another server on the first one's database, with the same keys.
async fn beside(first: &Till) -> Till {
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
