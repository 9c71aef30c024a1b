//! The calls of GoPay's own documentation, made with curl as it shows them: only the host is another (§3, §6).

use std::process::Command;

use super::{paid, sandbox};
use testkit::prelude::*;

/// Runs curl and returns what it printed.
fn curl(arguments: &[&str]) -> Value {
    let output = Command::new("curl").args(["-sS", "--max-time", "30"]).args(arguments).output();
    let output = output.expect("curl is there");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// The token of a client that asks as the documents do: with an `Accept`, a form, and both scopes named.
fn token(till: &Till, scope: &str) -> String {
    let body = curl(&[
        "-X",
        "POST",
        &till.url("/api/oauth2/token"),
        "-H",
        "Accept: application/json",
        "-H",
        "Content-Type: application/x-www-form-urlencoded",
        "-u",
        "1061399163:stDTmVXF",
        "-d",
        &format!("grant_type=client_credentials&scope={scope}"),
    ]);
    format!("Authorization: Bearer {}", body["access_token"].as_str().unwrap())
}

const JSON: &str = "Content-Type: application/json";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standard_payment() {
    let (till, shop, buttons) = sandbox().await;
    let bearer = token(&till, "payment-create");
    let request = r#"{
        "payer": {
            "allowed_payment_instruments": ["BANK_ACCOUNT", "PAYMENT_CARD"],
            "default_payment_instrument": "BANK_ACCOUNT",
            "default_swift": "FIOBCZPP",
            "allowed_swifts": ["FIOBCZPP", "BREXCZPP"],
            "contact": {"first_name": "Zbynek", "last_name": "Zak", "email": "zbynek.zak@gopay.cz",
                        "phone_number": "+420777456123", "city": "C.Budejovice", "street": "Plana 67",
                        "postal_code": "373 01", "country_code": "CZE"}
        },
        "target": {"type": "ACCOUNT", "goid": "8123456789"},
        "items": [{"type": "ITEM", "name": "obuv", "product_url": "https://www.eshop.cz/boty/lodicky",
                   "ean": 1234567890123, "amount": 119990, "count": 1, "vat_rate": 21},
                  {"type": "ITEM", "name": "oprava podpatku", "product_url": "https://www.eshop.cz/boty/opravy",
                   "ean": 1234567890189, "amount": 19960, "count": 1, "vat_rate": 15}],
        "amount": 139950,
        "currency": "CZK",
        "order_number": "001",
        "order_description": "obuv",
        "lang": "CS",
        "callback": {"return_url": "https://www.eshop.cz/return", "notification_url": "https://www.eshop.cz/notify"},
        "additional_params": [{"name": "invoicenumber", "value": "2015001003"}]
    }"#;
    let url = till.url("/api/payments/payment");
    let accept = "Accept: application/json";
    let created = curl(&["-X", "POST", &url, "-H", accept, "-H", JSON, "-H", &bearer, "-d", request]);
    assert_eq!(
        (&created["state"], &created["amount"], &created["lang"]),
        (&json!("CREATED"), &json!(139_950), &json!("cs"))
    );
    let id = created["id"].as_u64().unwrap();
    // The document asks with a form's content type and without a body.
    let status = curl(&["-X", "GET", &format!("{url}/{id}"), "-H", accept, "-H", FORM, "-H", &bearer]);
    assert_eq!(status["state"], "CREATED", "a token for creating also reads (§15 no. 5)");
    buttons.pay(id).await.expect_status(200);
    let bearer = token(&till, "payment-all");
    let refund = format!("{url}/{id}/refund");
    let refunded =
        curl(&["-X", "POST", &refund, "-H", accept, "-H", FORM, "-H", &bearer, "-d", "amount=139950"]);
    assert_eq!(refunded, json!({"id": id, "result": "FINISHED"}));
    assert_eq!(shop.state(id).await, "REFUNDED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preauthorised_payment_and_its_ends() {
    let (till, shop, buttons) = sandbox().await;
    let bearer = token(&till, "payment-all");
    let url = till.url("/api/payments/payment");
    let request = r#"{"payer": {"allowed_payment_instruments": ["PAYMENT_CARD"],
        "contact": {"email": "zbynek.zak@gopay.cz"}}, "amount": "139950", "currency": "CZK", "order_number": "001",
        "preauthorization": "true", "callback": {"return_url": "https://www.eshop.cz/return",
        "notification_url": "https://www.eshop.cz/notify"}, "lang": "en"}"#;
    let created = curl(&["-X", "POST", &url, "-H", JSON, "-H", &bearer, "-d", request]);
    assert_eq!(created["preauthorization"], json!({"requested": true, "state": "REQUESTED"}));
    let held = async || paid(&shop, &buttons, &json!({"preauthorization": true})).await;

    let id = held().await;
    // The content type is misspelt in the document itself.
    let misspelt = "Content-Type: application/x-www-from-urlencoded";
    let captured = curl(&["-X", "POST", &format!("{url}/{id}/capture"), "-H", misspelt, "-H", &bearer]);
    assert_eq!(captured["result"], "FINISHED");

    let id = held().await;
    let part =
        r#"{"amount": 4000, "items": [{"type": "ITEM", "name": "lodicky", "amount": 4000, "count": 1}]}"#;
    let captured =
        curl(&["-X", "POST", &format!("{url}/{id}/capture"), "-H", JSON, "-H", &bearer, "-d", part]);
    assert_eq!(captured["result"], "FINISHED");
    assert_eq!(shop.status(id).await.json()["amount"], 4_000);

    let id = held().await;
    let path = format!("{url}/{id}/void-authorization");
    assert_eq!(curl(&["-X", "POST", &path, "-H", FORM, "-H", &bearer])["result"], "FINISHED");
    assert_eq!(shop.state(id).await, "CANCELED");
}
