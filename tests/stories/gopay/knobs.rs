//! §19: what shops and servers may set otherwise than usual.

use super::{paid, refusal, sandbox};
use testkit::prelude::*;

/// A till with a shop that has these settings.
async fn shop_with(settings: Value) -> (Till, Shop) {
    let mut till = Till::sandbox().await;
    till.terminate().await;
    let fixtures = json!({ "merchants": [{ "id": 71, "name": "Particular" }],
        "shops": [{ "id": 8_710_000_001_u64, "merchant": 71, "name": "Particular", "active": true, "currencies": ["CZK"],
            "language": "cs", "settings": settings }],
        "clients": [{ "id": 71, "merchant": 71, "secret": "a client's secret" }] });
    let file = till.data().join("particular.json");
    std::fs::write(&file, fixtures.to_string()).unwrap();
    let (data, file) = (till.data().display().to_string(), file.display().to_string());
    let output = testkit::server::run(&["import", "--data", &data, &file]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    till.restart().await;
    let keys =
        testkit::gopay::ShopKeys { goid: 8_710_000_001, client_id: "71", client_secret: "a client's secret" };
    let shop = Shop::new(till.client().clone(), keys);
    (till, shop)
}

fn items(amount: i64) -> Value {
    json!({ "items": [{ "name": "lamp", "amount": amount, "count": 1 }] })
}

#[tokio::test]
async fn a_strict_shop_refuses_what_others_take() {
    let odd = [
        (json!({ "order_number": "10--!J%hu" }), "order_number"),
        (json!({ "items": [] }), "items"),
        (json!({ "lang": "tlh" }), "lang"),
    ];
    let (_till, strict) = shop_with(json!({ "strict_create": true })).await;
    for (order, field) in &odd {
        assert_eq!(refusal(&strict.create(order).await), format!("409 F {field} 111 INVALID"));
    }
    strict.create(&json!({ "order_number": "2026/žluť-1_a.b", "lang": "SK" })).await.expect_status(200);
    let (_till, usual, _) = sandbox().await;
    for (order, _) in &odd {
        usual.create(order).await.expect_status(200);
    }
}

#[tokio::test]
async fn items_may_come_to_anything_or_to_the_amount_only() {
    // An order of the testkit is of 10 000.
    let mismatch = "409 G 360 PAYMENT_ITEMS_SUM_MISMATCH";
    let (_till, lenient) = shop_with(json!({ "items_sum": "off" })).await;
    for amount in [1, 10_000, 10_001] {
        lenient.create(&items(amount)).await.expect_status(200);
    }
    let (_till, exact) = shop_with(json!({ "items_sum": "equal" })).await;
    exact.create(&items(10_000)).await.expect_status(200);
    exact.create(&json!({ "items": null })).await.expect_status(200);
    for amount in [9_999, 10_001] {
        assert_eq!(refusal(&exact.create(&items(amount)).await), mismatch);
    }
}

#[tokio::test]
async fn refunds_may_be_accepted_now_and_made_later() {
    let (till, shop) = shop_with(json!({ "refund_async": true })).await;
    let buttons = till.sandbox_api();
    let id = paid(&shop, &buttons, &json!({})).await;
    let answer = shop.refund(id, 4_000).await.expect_status(200).json();
    assert_eq!(answer, json!({ "id": id, "result": "ACCEPTED" }));
    assert_eq!(shop.refunds(id).await.json()[0]["state"], "REQUESTED");
    assert_eq!(shop.state(id).await, "PAID");
    buttons.advance("PT1M").await.expect_status(200);
    assert_eq!(shop.refunds(id).await.json()[0]["state"], "SUCCESS");
    assert_eq!(shop.state(id).await, "PARTIALLY_REFUNDED");
}

#[tokio::test]
async fn tokens_live_as_long_as_the_server_is_told() {
    let till = Till::builder()
        .env("POLYTILL_GOPAY_TOKEN_TTL_S", "300")
        .env("POLYTILL_GOPAY_TOKEN_GRACE_S", "30")
        .start()
        .await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    assert_eq!(shop.token("payment-all").await.json()["expires_in"], 300);
    let id = shop.created(&json!({})).await;
    buttons.advance("PT5M10S").await.expect_status(200);
    shop.status(id).await.expect_status(200);
    buttons.advance("PT21S").await.expect_status(200);
    assert_eq!(refusal(&shop.status(id).await), "403 G 200 AUTH_UNAUTHORIZED");
}

#[tokio::test]
async fn another_ending_or_none_is_declined() {
    let till = Till::builder().env("POLYTILL_DECLINE_SUFFIX", "07").start().await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let (usual, unlucky) = (json!({ "amount": 10_004 }), json!({ "amount": 10_007 }));
    paid(&shop, &buttons, &usual).await;
    let declined = shop.created(&unlucky).await;
    buttons.pay(declined).await;
    assert_eq!(shop.state(declined).await, "PAYMENT_METHOD_CHOSEN");
    let till = Till::builder().env("POLYTILL_DECLINE_SUFFIX", "").start().await;
    paid(&till.shop(), &till.sandbox_api(), &usual).await;
}

#[tokio::test]
async fn notifications_are_tried_as_often_as_the_server_is_told() {
    let till = Till::builder()
        .env("POLYTILL_NOTIFICATIONS_ATTEMPTS", "2")
        .env("POLYTILL_NOTIFICATIONS_PAUSES_S", "5")
        .start()
        .await;
    let receiver = Receiver::start().await;
    receiver.answer_all(Reply::Status(500));
    let order = json!({ "callback": { "notification_url": receiver.url("/notify") } });
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let id = paid(&shop, &buttons, &order).await;
    receiver.next().await;
    let settled = async {
        loop {
            let told = buttons.notifications(id).await.expect_status(200).json();
            let first = &told["notifications"][0];
            let tried = first["attempts"].as_array().map_or(0, Vec::len);
            if tried == 2 {
                return first.clone();
            }
            if tried == 1 {
                buttons.advance("PT5S").await.expect_status(200);
            }
            tokio::task::yield_now().await;
        }
    };
    let settled = tokio::time::timeout(testkit::PATIENCE, settled).await.expect("it is tried again");
    assert_eq!(settled["state"], "given_up", "{settled}");
}
