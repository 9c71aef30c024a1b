//! §6.3, §6.4: money goes back.

use super::{paid, refusal, sandbox};
use testkit::prelude::*;

#[tokio::test]
async fn a_refund_in_parts_ends_refunded() {
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    let answer = shop.refund(id, 4_000).await.expect_status(200);
    assert_eq!(answer.text(), format!(r#"{{"id":{id},"result":"FINISHED"}}"#));
    assert_eq!(shop.state(id).await, "PARTIALLY_REFUNDED");
    shop.refund(id, 6_000).await.expect_status(200);
    assert_eq!(shop.state(id).await, "REFUNDED");
    assert_eq!(refusal(&shop.refund(id, 1).await), "409 G 303 PAYMENT_WRONG_STATE");

    let list = shop.refunds(id).await.expect_status(200).json();
    let shown: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|refund| (refund["amount"].as_i64().unwrap(), refund["state"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, [(4_000, "SUCCESS"), (6_000, "SUCCESS")]);
}

#[tokio::test]
async fn never_more_than_was_paid() {
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    assert_eq!(refusal(&shop.refund(id, 10_001).await), "409 G 332 PAYMENT_REFUND_WRONG_AMOUNT");
    assert_eq!(refusal(&shop.refund(id, 0).await), "409 F amount 111 INVALID");
    assert_eq!(refusal(&shop.refund(id, -1).await), "409 F amount 111 INVALID");
    assert_eq!(shop.state(id).await, "PAID");
    assert_eq!(shop.refunds(id).await.json(), json!([]));
}

#[tokio::test]
async fn a_refund_reads_forms_json_and_nothing() {
    let (_till, shop, buttons) = sandbox().await;
    for body in [json!({"amount": 500}), json!({"amount": "500"}), json!({"amount": 500.0})] {
        let id = paid(&shop, &buttons, &json!({})).await;
        shop.refund_json(id, &body).await.expect_status(200);
        assert_eq!(shop.refunds(id).await.json()[0]["amount"], 500, "{body}");
    }
    let id = paid(&shop, &buttons, &json!({})).await;
    shop.refund_json(id, &json!({})).await.expect_status(200);
    assert_eq!(shop.state(id).await, "REFUNDED");
}

#[tokio::test]
async fn what_was_not_paid_cannot_be_refunded() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    assert_eq!(refusal(&shop.refund(id, 100).await), "409 G 330 PAYMENT_REFUND_NOT_SUPPORTED");
    buttons.cancel(id).await.expect_status(200);
    assert_eq!(refusal(&shop.refund(id, 100).await), "409 G 330 PAYMENT_REFUND_NOT_SUPPORTED");
    // §6: the state is looked at before the body.
    let wrong = shop.refund_json(id, &json!({"amount": "ten"})).await;
    assert_eq!(refusal(&wrong), "409 G 330 PAYMENT_REFUND_NOT_SUPPORTED");
    assert_eq!(refusal(&shop.refund(100, 100).await), "409 F id 111 INVALID");
    assert_eq!(refusal(&shop.refunds(100).await), "404 G 304 PAYMENT_NOT_FOUND");
}

#[tokio::test]
async fn after_half_a_year_it_is_too_late_whatever_the_state() {
    let (till, shop, buttons) = sandbox().await;
    let fresh = paid(&shop, &buttons, &json!({})).await;
    let refunded = paid(&shop, &buttons, &json!({})).await;
    shop.refund(refunded, 10_000).await.expect_status(200);
    buttons.advance("P181D").await.expect_status(200);
    let shop = till.shop();
    for id in [fresh, refunded] {
        assert_eq!(refusal(&shop.refund(id, 100).await), "409 G 330 PAYMENT_REFUND_NOT_SUPPORTED");
    }
}

#[tokio::test]
async fn a_refund_the_acquirer_refuses_changes_nothing() {
    let (till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    let fault = json!({"operation": "refund", "fault": "decline", "reason": "technical_problem"});
    till.client().post_json(&format!("/_sandbox/payments/{id}/fault"), &fault).await.expect_status(200);
    assert_eq!(refusal(&shop.refund(id, 100).await), "409 G 331 PAYMENT_REFUND_FAILED");
    assert_eq!(shop.state(id).await, "PAID");
    assert_eq!(shop.refunds(id).await.json()[0]["state"], "FAILED");
    shop.refund(id, 100).await.expect_status(200);
}

#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_accepted_and_found_out() {
    let (till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    let fault = json!({"operation": "refund", "fault": "answer_lost"});
    till.client().post_json(&format!("/_sandbox/payments/{id}/fault"), &fault).await.expect_status(200);
    let answer = shop.refund(id, 100).await.expect_status(200);
    assert_eq!(answer.json()["result"], "ACCEPTED");
    assert_eq!(shop.refunds(id).await.json()[0]["state"], "REQUESTED");
    buttons.advance("PT1M").await.expect_status(200);
    assert_eq!(shop.state(id).await, "PARTIALLY_REFUNDED");
    assert_eq!(shop.refunds(id).await.json()[0]["state"], "SUCCESS");
}

#[tokio::test]
async fn refunds_side_by_side_never_give_back_more_than_was_paid() {
    let (_till, shop, buttons) = sandbox().await;
    let id = paid(&shop, &buttons, &json!({})).await;
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let shop = shop.clone();
        running.spawn(async move { shop.refund(id, 1_000).await.status });
    }
    let answers = running.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 10, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 20, "{answers:?}");
    assert_eq!(shop.state(id).await, "REFUNDED");
}
