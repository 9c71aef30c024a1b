//! Asking twice with one `Idempotency-Key`.

use super::{paid, refusal, sandbox};
use testkit::prelude::*;

#[tokio::test]
async fn a_create_asked_twice_is_one_payment_with_one_answer() {
    let (_till, shop, buttons) = sandbox().await;
    let keyed = shop.keyed("order-42");
    let first = keyed.create(&json!({})).await.expect_status(200);
    let id = first.json()["id"].as_u64().unwrap();
    buttons.pay(id).await.expect_status(200);
    let again = keyed.create(&json!({})).await.expect_status(200);
    assert_eq!(again.text(), first.text());
    let other = keyed.create(&json!({"amount": 500})).await;
    assert_eq!(refusal(&other), "409 G 112 NOT_UNIQUE");
}

#[tokio::test]
async fn a_thousand_equal_refunds_are_one() {
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    let keyed = shop.keyed("refund-1");
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let keyed = keyed.clone();
        running.spawn(async move { keyed.refund(id, 1_000).await });
    }
    let answers = running.join_all().await;
    let expected = format!(r#"{{"id":{id},"result":"FINISHED"}}"#);
    for answer in &answers {
        assert_eq!((answer.status, answer.text()), (http::StatusCode::OK, expected.clone()));
    }
    assert_eq!(shop.refunds(id).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_thousand_equal_captures_are_one() {
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({"preauthorization": true})).await;
    let keyed = shop.keyed("capture-1");
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let keyed = keyed.clone();
        running.spawn(async move { keyed.capture(id, Some(1_000)).await.status });
    }
    assert!(running.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(shop.status(id).await.json()["amount"], 1_000);
}

#[tokio::test]
async fn a_refused_request_may_be_asked_again_under_its_key() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    let keyed = shop.keyed("refund-2");
    assert_eq!(refusal(&keyed.refund(id, 100).await), "409 G 330 PAYMENT_REFUND_NOT_SUPPORTED");
    buttons.pay(id).await.expect_status(200);
    keyed.refund(id, 100).await.expect_status(200);
}
