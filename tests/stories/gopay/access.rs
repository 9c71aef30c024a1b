//! Who gets in: every operation of the OpenAPI document, asked by everybody who must not.

use std::path::Path;

use super::{refusal, sandbox};
use testkit::prelude::*;

/// Every operation of the document with its method, below the address of a payment.
fn operations(id: u64) -> Vec<(http::Method, String)> {
    let document = gopay::openapi();
    let document: Value = serde_json::from_str(&document.to_json().unwrap()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let method = method.to_uppercase().parse().unwrap();
            operations.push((method, path.replace("{id}", &id.to_string())));
        }
    }
    assert!(operations.len() >= 7, "{operations:?}");
    operations
}

#[tokio::test]
async fn nobody_gets_in_without_a_good_token() {
    let (till, shop, buttons) = sandbox().await;
    let id = super::paid(&shop, &buttons, &json!({})).await;
    let good = shop.bearer().await.unwrap().to_owned();
    let mut changed = good.clone();
    changed.replace_range(20..21, if &good[20..21] == "A" { "B" } else { "A" });
    buttons.advance("PT32M").await.expect_status(200);
    let guises =
        ["", "Bearer None", "Bearer ", &format!("Bearer {changed}"), &format!("Bearer {good}"), "Basic eDp5"];
    for (method, path) in operations(id) {
        for authorization in guises {
            let headers = [("Authorization", authorization)];
            let answer = till.client().send(method.clone(), &path, &headers, String::new()).await;
            let name =
                if path.ends_with("/token") { "202 AUTH_WRONG_CREDENTIALS" } else { "200 AUTH_UNAUTHORIZED" };
            assert_eq!(refusal(&answer), format!("403 G {name}"), "{method} {path} as {authorization:?}");
        }
    }
    assert_eq!(till.shop().state(id).await, "PAID");
}

#[tokio::test]
async fn somebody_elses_payment_does_not_exist() {
    let (mut till, shop, buttons) = sandbox().await;
    let id = super::paid(&shop, &buttons, &json!({})).await;
    let file = till.data().join("other.json");
    let fixture = json!({
        "merchants": [{"id": 2, "name": "Somebody else"}],
        "shops": [{"id": 8_000_000_002_u64, "merchant": 2, "name": "Other", "active": true, "currencies": ["CZK"],
            "language": "cs"}],
        "clients": [{"id": 2, "merchant": 2, "secret": "another secret"}],
    });
    till.terminate().await;
    std::fs::write(&file, fixture.to_string()).unwrap();
    import(&till, &file);
    till.restart().await;
    let keys =
        testkit::gopay::ShopKeys { goid: 8_000_000_002, client_id: "2", client_secret: "another secret" };
    let other = Shop::new(till.client().clone(), keys);
    other.create(&json!({})).await.expect_status(200);
    assert_eq!(refusal(&other.status(id).await), "404 G 304 PAYMENT_NOT_FOUND");
    assert_eq!(refusal(&other.refunds(id).await), "404 G 304 PAYMENT_NOT_FOUND");
    assert_eq!(refusal(&other.refund(id, 1).await), "409 F id 111 INVALID");
    assert_eq!(refusal(&other.capture(id, None).await), "409 G 350 PAYMENT_CAPTURE_FAILED");
    assert_eq!(refusal(&other.void_authorization(id).await), "409 G 352 PAYMENT_AUTH_VOID_FAILED");
    let foreign = json!({"target": {"type": "ACCOUNT", "goid": 8_123_456_789_u64}});
    assert_eq!(refusal(&other.create(&foreign).await), "409 F target.goid 111 INVALID");
    assert_eq!(till.shop().state(id).await, "PAID");
}

fn import(till: &Till, file: &Path) {
    let (data, file) = (till.data().display().to_string(), file.display().to_string());
    let output = testkit::server::run(&["import", "--data", &data, &file]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn under_strict_scopes_a_token_for_creating_may_do_no_more() {
    let till = Till::builder().env("POLYTILL_GOPAY_STRICT_SCOPES", "true").start().await;
    let id = super::paid(&till.shop(), &till.sandbox_api(), &json!({})).await;
    let token = till.shop().token("payment-create").await.json();
    let narrow = till.shop().with_bearer(token["access_token"].as_str().unwrap());
    narrow.create(&json!({})).await.expect_status(200);
    narrow.status(id).await.expect_status(200);
    assert_eq!(refusal(&narrow.refund(id, 100).await), "403 G 200 AUTH_UNAUTHORIZED");
    assert_eq!(refusal(&narrow.capture(id, None).await), "403 G 200 AUTH_UNAUTHORIZED");
    assert_eq!(refusal(&narrow.void_authorization(id).await), "403 G 200 AUTH_UNAUTHORIZED");
    till.shop().refund(id, 100).await.expect_status(200);
}
