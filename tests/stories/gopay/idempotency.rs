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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_equal_refunds_are_one() {
    for backend in Backend::ALL {
        a_thousand_refunds(backend).await;
    }
}

async fn a_thousand_refunds(backend: Backend) {
    let till = Till::sandbox_on(backend).await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_equal_captures_are_one() {
    for backend in Backend::ALL {
        a_thousand_captures(backend).await;
    }
}

async fn a_thousand_captures(backend: Backend) {
    let till = Till::sandbox_on(backend).await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let id = paid(&shop, &buttons, &json!({"preauthorization": true})).await;
    let keyed = shop.keyed("capture-1");
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..1_000 {
        let keyed = keyed.clone();
        running.spawn(async move { keyed.capture(id, Some(1_000)).await });
    }
    let expected = format!(r#"{{"id":{id},"result":"FINISHED"}}"#);
    for answer in running.join_all().await {
        assert_eq!((answer.status, answer.text()), (http::StatusCode::OK, expected.clone()));
    }
    assert_eq!(shop.status(id).await.json()["amount"], 1_000);
    assert_eq!(captures(&buttons, id).await, 1);
}

/// How often money was taken for a payment, as its history has it.
async fn captures(buttons: &Sandbox, id: u64) -> usize {
    let history = buttons.payment(id).await.expect_status(200).json();
    let events = history["history"].as_array().unwrap();
    events.iter().filter(|event| event.to_string().contains(r#""captured""#)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_key_a_hold_is_captured_once_and_never_beyond() {
    for backend in Backend::ALL {
        captures_without_a_key(backend).await;
    }
}

async fn captures_without_a_key(backend: Backend) {
    let till = Till::sandbox_on(backend).await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let id = paid(&shop, &buttons, &json!({"preauthorization": true})).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let shop = shop.clone();
        running.spawn(async move { shop.capture(id, Some(6_000)).await });
    }
    let answers = running.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        let refusal = refusal(refused);
        let known = ["409 G 351 PAYMENT_CAPTURE_DONE", "409 G 350 PAYMENT_CAPTURE_FAILED"];
        assert!(known.contains(&refusal.as_str()), "{refusal}");
    }
    assert_eq!(captures(&buttons, id).await, 1);
    assert_eq!(shop.status(id).await.json()["amount"], 6_000);
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
