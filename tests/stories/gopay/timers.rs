//! §7: windows that pass, told by the sandbox's clock.

use super::sandbox;
use testkit::prelude::*;

#[tokio::test]
async fn a_payment_nobody_pays_times_out_after_twelve_hours() {
    let (till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    buttons.advance("PT11H59M").await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "CREATED");
    buttons.advance("PT2M").await.expect_status(200);
    let body = till.shop().status(id).await.json();
    assert_eq!((&body["state"], &body["sub_state"]), (&json!("TIMEOUTED"), &json!("_5024")));
    let late = buttons.pay(id).await;
    assert_eq!(late.status, 409, "{}", late.text());
}

#[tokio::test]
async fn a_payer_who_tried_a_card_has_an_hour_more() {
    let (till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    buttons.pay_with(id, "4444440000001028").await;
    buttons.advance("PT59M").await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "PAYMENT_METHOD_CHOSEN");
    buttons.advance("PT2M").await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "TIMEOUTED");
}

#[tokio::test]
async fn the_clock_does_not_turn_back_with_a_restart() {
    let (mut till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({})).await;
    buttons.advance("PT13H").await.expect_status(200);
    till.restart().await;
    assert_eq!(till.shop().state(id).await, "TIMEOUTED");
    let fresh = till.shop().created(&json!({})).await;
    assert_eq!(till.shop().state(fresh).await, "CREATED");
}
