//! MobilePay's door in the assembled house: an imported merchant gets its token and reads its stores.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic with its place is the best report")]

use testkit::prelude::*;
use testkit::server::run;

const GUID: &str = "7f3f2c60-5b52-4d0b-8d3c-0d4f4a3f1e01";

fn fixtures() -> Value {
    json!({
        "merchants": [{"id": 9001, "name": "Biograferne"}],
        "shops": [{"id": 9001, "merchant": 9001, "name": "Grand", "active": true, "currencies": ["DKK"],
                   "language": "da"}],
        "mobilepay_merchants": [{"id": 9001, "bio_code": "BIO-7", "merchant": 9001, "name": "Grand",
            "brands": [{"id": "POSDK12345", "name": "Biograferne"}], "issuing": "once"}],
        "mobilepay_stores": [{"id": 9001, "guid": GUID, "merchant": 9001, "shop": 9001, "brand": "POSDK12345",
            "location": "00001", "name": "Grand"}],
    })
}

#[tokio::test]
async fn an_imported_merchant_gets_its_token_and_reads_its_stores() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("fixtures.json");
    std::fs::write(&file, fixtures().to_string()).unwrap();
    let place = data.path().to_str().unwrap().to_owned();
    let imported = run(&["import", file.to_str().unwrap(), "--data", &place]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));

    let till = Till::builder().data(data.path()).arg("--log").arg("trace").start().await;
    let client = till.client().clone();
    let made = client.get("/api/pos/manage/token?bioCode=BIO-7").await.expect_status(200);
    assert_eq!(made.header("content-type"), "application/xml; charset=utf-8");
    let text = made.text();
    let token = text.split_once("<message>").unwrap().1.split_once("</message>").unwrap().0;
    assert_eq!(token.len(), 43);
    let again = client.get("/api/pos/manage/token?bioCode=BIO-7").await.expect_status(200);
    assert!(again.text().contains("cannot be created"), "{}", again.text());

    // Paths count in any case here, and nowhere else.
    for path in [
        "/api/pos/manage/stores",
        "/API/POS/manage/STORES/",
        "/api/Pos/Manage/Stores",
        "//Api/pos/manage/stores",
    ] {
        let stores =
            client.get(&format!("{path}?bioCode=BIO-7&accessToken={token}")).await.expect_status(200);
        assert!(
            stores.text().contains(&format!("<d2p1:string>{GUID}</d2p1:string>")),
            "{path} {}",
            stores.text()
        );
    }
    client.get("/API/payments/payment/1").await.expect_status(404);
    let gopay = client.get("/api/posts").await.expect_status(404);
    assert!(gopay.text().contains("There is no such service."), "{}", gopay.text());
    client.get("/help").await.expect_status(200);

    let logged = std::fs::read_to_string(till.stderr_file()).unwrap();
    assert!(logged.contains("an access token was made") && logged.contains("BIO-7"), "nothing was logged");
    assert!(!logged.contains(token), "a token was logged");
}
