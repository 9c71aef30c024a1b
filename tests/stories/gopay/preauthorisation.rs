//! §6.7, §6.8: money is held, then taken or released.

use super::{refusal, sandbox};
use testkit::prelude::*;

async fn held(shop: &Shop, buttons: &Sandbox) -> u64 {
    let id = shop.created(&json!({"preauthorization": true})).await;
    buttons.pay(id).await.expect_status(200);
    let body = shop.status(id).await.json();
    assert_eq!(
        (&body["state"], &body["preauthorization"]["state"]),
        (&json!("AUTHORIZED"), &json!("AUTHORIZED"))
    );
    id
}

#[tokio::test]
async fn a_full_capture_takes_everything_once() {
    let (_till, shop, buttons) = sandbox().await;
    let id = held(&shop, &buttons).await;
    let answer = shop.capture(id, None).await.expect_status(200);
    assert_eq!(answer.text(), format!(r#"{{"id":{id},"result":"FINISHED"}}"#));
    let body = shop.status(id).await.json();
    assert_eq!((&body["state"], &body["preauthorization"]["state"]), (&json!("PAID"), &json!("CAPTURED")));
    assert_eq!(refusal(&shop.capture(id, None).await), "409 G 351 PAYMENT_CAPTURE_DONE");
    assert_eq!(refusal(&shop.void_authorization(id).await), "409 G 352 PAYMENT_AUTH_VOID_FAILED");
}

#[tokio::test]
async fn a_partial_capture_becomes_the_amount_of_the_payment() {
    let (_till, shop, buttons) = sandbox().await;
    let id = held(&shop, &buttons).await;
    assert_eq!(refusal(&shop.capture(id, Some(10_001)).await), "409 G 332 PAYMENT_REFUND_WRONG_AMOUNT");
    assert_eq!(refusal(&shop.capture(id, Some(0)).await), "409 F amount 111 INVALID");
    shop.capture(id, Some(7_000)).await.expect_status(200);
    assert_eq!(shop.status(id).await.json()["amount"], 7_000);
    assert_eq!(refusal(&shop.refund(id, 7_001).await), "409 G 332 PAYMENT_REFUND_WRONG_AMOUNT");
    shop.refund(id, 7_000).await.expect_status(200);
    assert_eq!(shop.state(id).await, "REFUNDED");
}

#[tokio::test]
async fn a_void_releases_the_money() {
    let (_till, shop, buttons) = sandbox().await;
    let id = held(&shop, &buttons).await;
    let answer = shop.void_authorization(id).await.expect_status(200);
    assert_eq!(answer.text(), format!(r#"{{"id":{id},"result":"FINISHED"}}"#));
    let body = shop.status(id).await.json();
    assert_eq!(
        (&body["state"], &body["preauthorization"]["state"]),
        (&json!("CANCELED"), &json!("CANCELED"))
    );
    assert_eq!(refusal(&shop.void_authorization(id).await), "409 G 353 PAYMENT_AUTH_VOID_DONE");
    assert_eq!(refusal(&shop.capture(id, None).await), "409 G 350 PAYMENT_CAPTURE_FAILED");
}

#[tokio::test]
async fn what_is_not_held_can_be_neither_taken_nor_released() {
    let (_till, shop, buttons) = sandbox().await;
    let plain = super::paid(&shop, &buttons, &json!({})).await;
    let waiting = shop.created(&json!({"preauthorization": true})).await;
    let cancelled = shop.created(&json!({"preauthorization": true})).await;
    buttons.cancel(cancelled).await.expect_status(200);
    for id in [plain, waiting, cancelled, 100] {
        assert_eq!(refusal(&shop.capture(id, None).await), "409 G 350 PAYMENT_CAPTURE_FAILED", "{id}");
        assert_eq!(refusal(&shop.void_authorization(id).await), "409 G 352 PAYMENT_AUTH_VOID_FAILED", "{id}");
    }
}

#[tokio::test]
async fn a_hold_nobody_captures_is_released_after_four_days() {
    let (till, shop, buttons) = sandbox().await;
    let id = held(&shop, &buttons).await;
    buttons.advance("PT95H").await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "AUTHORIZED");
    buttons.advance("PT2H").await.expect_status(200);
    let body = till.shop().status(id).await.json();
    assert_eq!(
        (&body["state"], &body["preauthorization"]["state"]),
        (&json!("CANCELED"), &json!("CANCELED"))
    );
}
