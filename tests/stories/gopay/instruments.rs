//! §6.9: what a shop's payers can pay with.

use super::{refusal, sandbox};
use testkit::prelude::*;

fn path(rest: &str) -> String {
    format!("/api/eshops/eshop/8123456789/payment-instruments{rest}")
}

fn names(body: &Value, list: &str, member: &str) -> Vec<String> {
    let list = body.pointer(list).and_then(Value::as_array).unwrap();
    list.iter().map(|it| it[member].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn crowns_are_paid_from_czech_banks() {
    let (till, shop, _) = sandbox().await;
    let answer = shop.get(&path("/CZK")).await.expect_status(200);
    let text = answer.text();
    // §6.9: .NET cuts the text here.
    assert_eq!(text.matches("enabledPaymentInstruments").count(), 1);
    assert!(text.starts_with(r#"{"groups":{"card-payment":{"label":{"#), "{text}");
    let body = answer.json();
    let instruments = names(&body, "/enabledPaymentInstruments", "paymentInstrument");
    assert_eq!(instruments.len(), 13);
    assert_eq!(instruments[..2], ["PAYMENT_CARD", "BANK_ACCOUNT"]);
    assert_eq!(body["groups"]["bank-transfer"]["label"]["cs"], "Rychlý bankovní převod");
    let card = &body["enabledPaymentInstruments"][0];
    assert_eq!((&card["group"], card.get("currencies")), (&json!("card-payment"), None));
    assert_eq!(card["enabledSwifts"], Value::Null);
    assert!(card.as_object().unwrap().contains_key("enabledSwifts"), "null and there");
    assert_eq!(card["label"].as_object().unwrap().len(), 13);
    let swifts = names(&body, "/enabledPaymentInstruments/1/enabledSwifts", "swift");
    assert!(swifts.contains(&"GIBACZPX".to_owned()) && swifts.contains(&"OTHERS".to_owned()));
    assert!(!swifts.contains(&"TATRSKBX".to_owned()), "{swifts:?}");
    let image = card["image"]["large"].as_str().unwrap();
    assert_eq!(image, till.url("/images/checkout/payment_card@2x.png"));
}

#[tokio::test]
async fn every_picture_that_is_named_is_served() {
    let (till, shop, _) = sandbox().await;
    let body = shop.get(&path("")).await.expect_status(200).text();
    let mut seen = 0;
    for rest in body.split("/images/checkout/").skip(1) {
        let file = rest.split('"').next().unwrap();
        let picture = till.client().get(&format!("/images/checkout/{file}")).await.expect_status(200);
        assert_eq!(picture.header("content-type"), "image/png");
        assert!(picture.body.starts_with(b"\x89PNG"), "{file}");
        seen += 1;
    }
    assert!(seen > 150, "{seen} pictures");
    till.client().get("/images/checkout/nobody.png").await.expect_status(404);
}

#[tokio::test]
async fn all_currencies_at_once_say_which_each_takes() {
    let (_till, shop, _) = sandbox().await;
    let body = shop.get(&path("?lang=de")).await.expect_status(200).json();
    let list = body["enabledPaymentInstruments"].as_array().unwrap();
    assert_eq!(list[0]["currencies"], json!(["CZK", "EUR", "PLN", "USD", "GBP", "HUF", "RON", "BGN"]));
    assert_eq!(list[0]["label"], json!({ "cs": "Platební karta", "de": "Zahlungskarte" }));
    let swifts = names(&body, "/enabledPaymentInstruments/1/enabledSwifts", "swift");
    for swift in ["FIOBCZPP", "TATRSKBX", "BPKOPLPW"] {
        assert!(swifts.contains(&swift.to_owned()), "{swift}");
    }
    let dollars = shop.get(&path("/USD")).await.expect_status(200).json();
    assert!(
        !names(&dollars, "/enabledPaymentInstruments", "paymentInstrument").contains(&"BANK_ACCOUNT".into())
    );
    assert!(dollars["groups"].get("bank-transfer").is_none(), "a group without a member");
    let slovak = shop.get(&path("/EUR?lang=sk")).await.expect_status(200).json();
    assert_eq!(slovak["enabledPaymentInstruments"][0]["label"]["sk"], "Platobná karta");
}

#[tokio::test]
async fn what_is_not_the_shops_is_told_by_field() {
    let (_till, shop, _) = sandbox().await;
    assert_eq!(refusal(&shop.get(&path("/XXX")).await), "409 F currency 111 INVALID");
    assert_eq!(refusal(&shop.get(&path("/HRK")).await), "409 F currency 111 INVALID");
    for goid in ["8999999999", "x"] {
        let foreign = format!("/api/eshops/eshop/{goid}/payment-instruments");
        assert_eq!(refusal(&shop.get(&foreign).await), "409 F goid 111 INVALID");
        assert_eq!(refusal(&shop.get(&format!("{foreign}/CZK")).await), "409 F goid 111 INVALID");
    }
    let nobody = shop.with_bearer("nonsense");
    assert_eq!(refusal(&nobody.get(&path("/CZK")).await), "403 G 200 AUTH_UNAUTHORIZED");
    assert_eq!(refusal(&nobody.get(&path("")).await), "403 G 200 AUTH_UNAUTHORIZED");
}
