//! §5, §6.1: a payment is created.

use super::{refusal, sandbox};
use testkit::prelude::*;

/// An answer with the id and the page's token replaced, as it was sent.
fn masked(answer: &Answer) -> String {
    let body = answer.json();
    let text = answer.text();
    let url = body["gw_url"].as_str().unwrap();
    text.replace(&body["id"].to_string(), "<id>").replace(url, "<gw_url>")
}

#[tokio::test]
async fn the_answer_has_the_recorded_members_in_the_recorded_order() {
    let (till, shop, _) = sandbox().await;
    let answer = shop
        .create(&json!({
            "payer": {
                "allowed_payment_instruments": ["PAYMENT_CARD"],
                "contact": {"first_name": "A", "last_name": "B", "email": " a@example.com "}
            },
            "target": {"type": "ACCOUNT", "goid": "8123456789"},
            "items": null,
            "order_number": "order-1",
            "additional_params": [{"name": "invoicenumber", "value": 2015001003}],
        }))
        .await
        .expect_status(200);
    insta::assert_snapshot!(masked(&answer), @r#"{"id":<id>,"order_number":"order-1","state":"CREATED","amount":10000,"currency":"CZK","payer":{"allowed_payment_instruments":["PAYMENT_CARD"],"contact":{"first_name":"A","last_name":"B","email":"a@example.com"}},"target":{"type":"ACCOUNT","goid":8123456789},"additional_params":[{"name":"invoicenumber","value":"2015001003"}],"lang":"cs","gw_url":"<gw_url>"}"#);
    assert_eq!(answer.header("content-type"), "application/json");
    let url = answer.json()["gw_url"].as_str().unwrap().to_owned();
    let token = url.strip_prefix(&till.url("/gw/v3/")).expect("the page is on this server");
    assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));
}

#[tokio::test]
async fn ids_have_ten_digits_and_order_numbers_may_repeat() {
    let (_till, shop, _) = sandbox().await;
    let first = shop.created(&json!({"order_number": "same"})).await;
    let second = shop.created(&json!({"order_number": "same"})).await;
    assert!(first >= 3_000_000_001 && second > first);
}

#[tokio::test]
async fn a_preauthorised_payment_says_so() {
    // §15 no. 15
    let (_till, shop, _) = sandbox().await;
    for spelling in [json!(true), json!("true")] {
        let answer = shop.create(&json!({"preauthorization": spelling})).await.expect_status(200);
        assert_eq!(answer.json()["preauthorization"], json!({"requested": true, "state": "REQUESTED"}));
    }
    for spelling in [json!(false), json!(null), json!("false")] {
        let answer = shop.create(&json!({"preauthorization": spelling})).await.expect_status(200);
        assert_eq!(answer.json().get("preauthorization"), None);
    }
}

/// One item that is right but for this.
fn item(changes: &Value) -> Value {
    let mut item = json!({"name": "a", "amount": 1});
    item.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({"items": [item]})
}

fn payer(name: &str, value: &Value) -> Value {
    json!({"payer": {name: value}})
}

#[tokio::test]
async fn every_length_of_a_contact_is_bounded() {
    let (_till, shop, _) = sandbox().await;
    for (name, longest) in [
        ("first_name", 256),
        ("last_name", 256),
        ("phone_number", 128),
        ("city", 128),
        ("street", 128),
        ("postal_code", 16),
        ("country_code", 3),
    ] {
        let contact = |length| payer("contact", &json!({name: "x".repeat(length)}));
        shop.create(&contact(longest)).await.expect_status(200);
        let expected = format!("409 F payer.contact.{name} 111 INVALID");
        assert_eq!(refusal(&shop.create(&contact(longest + 1)).await), expected);
    }
    let email = |length: usize| payer("contact", &json!({"email": format!("a@{}", "x".repeat(length - 2))}));
    shop.create(&email(128)).await.expect_status(200);
    assert_eq!(refusal(&shop.create(&email(129)).await), "409 F payer.contact.email 111 INVALID");
}

#[tokio::test]
async fn every_field_of_the_document_is_taken() {
    let (_till, shop, _) = sandbox().await;
    let answer = shop
        .create(&json!({
            "payer": {
                "allowed_payment_instruments": ["PAYMENT_CARD", "BANK_ACCOUNT"],
                "default_payment_instrument": "PAYMENT_CARD",
                "allowed_swifts": ["FIOBCZPP", "BREXCZPP"],
                "default_swift": "FIOBCZPP",
                "verify_pin": "1234",
                "request_card_token": true,
                "masked_pan": "444444******4448",
                "contact": {
                    "first_name": "Zbynek", "last_name": "Zak", "email": "test@test.cz",
                    "phone_number": "+420777456123", "city": "C.Budejovice", "street": "Plana 67",
                    "postal_code": "373 01", "country_code": "CZE"
                }
            },
            "items": [{"type": "DELIVERY", "name": "obuv", "amount": 9_000, "count": 2, "vat_rate": "21",
                       "ean": 1_234_567_890_123_i64, "product_url": "https://shop.example/obuv"},
                      {"type": "DISCOUNT", "name": "sleva", "amount": -1_000}],
            "additional_params": [{"name": "invoicenumber", "value": "2015001003"}],
            "callback": {"return_url": "https://shop.example/back?order=1",
                         "notification_url": "https://shop.example/notify"},
            "lang": "en",
            "unknown": {"member": [1, 2, 3]},
        }))
        .await
        .expect_status(200);
    let body = answer.json();
    assert_eq!(body["payer"]["contact"]["country_code"], "CZE");
    assert_eq!(body["payer"]["allowed_swifts"], json!(["FIOBCZPP", "BREXCZPP"]));
    for never_echoed in ["items", "callback", "order_description", "unknown"] {
        assert_eq!(body.get(never_echoed), None);
    }
    for never_echoed in ["verify_pin", "request_card_token"] {
        assert_eq!(body["payer"].get(never_echoed), None);
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let (_till, shop, _) = sandbox().await;
    let cases = [
        (json!({"amount": null}), "409 F amount 110 MANDATORY"),
        (json!({"currency": null}), "409 F currency 110 MANDATORY"),
        (json!({"order_number": null}), "409 F order_number 110 MANDATORY"),
        (json!({"order_number": ""}), "409 F order_number 110 MANDATORY"),
        (json!({"order_number": " \t"}), "409 F order_number 110 MANDATORY"),
        (json!({"currency": " "}), "409 F currency 110 MANDATORY"),
        (json!({"items": [{"name": " ", "amount": 1}]}), "409 F items[0].name 110 MANDATORY"),
        (json!({"amount": 0}), "409 F amount 111 INVALID"),
        (json!({"amount": -5}), "409 F amount 111 INVALID"),
        (json!({"amount": "ten"}), "409 F amount 111 INVALID"),
        (json!({"amount": 1e15}), "409 F amount 111 INVALID"),
        (json!({"currency": "ZZZ"}), "409 F currency 111 INVALID"),
        (json!({"currency": "HRK"}), "409 F currency 111 INVALID"),
        (json!({"order_number": "x".repeat(129)}), "409 F order_number 111 INVALID"),
        (json!({"order_description": "x".repeat(257)}), "409 F order_description 111 INVALID"),
        (json!({"target": {"type": "ACCOUNT", "goid": 8_000_000_000_u64}}), "409 F target.goid 111 INVALID"),
        (json!({"target": {"type": "COUPON", "goid": 8_123_456_789_u64}}), "409 F target.type 111 INVALID"),
        (
            json!({"payer": {"allowed_payment_instruments": ["CASH"]}}),
            "409 F payer.allowed_payment_instruments[0] 111 INVALID",
        ),
        (
            json!({"payer": {"default_payment_instrument": "CASH"}}),
            "409 F payer.default_payment_instrument 111 INVALID",
        ),
        (json!({"payer": {"contact": {"email": "nobody"}}}), "409 F payer.contact.email 111 INVALID"),
        (
            json!({"payer": {"contact": {"postal_code": "x".repeat(17)}}}),
            "409 F payer.contact.postal_code 111 INVALID",
        ),
        (
            json!({"payer": {"contact": {"country_code": "CZECH"}}}),
            "409 F payer.contact.country_code 111 INVALID",
        ),
        (json!({"payer": {"verify_pin": "12a4"}}), "409 F payer.verify_pin 111 INVALID"),
        (json!({"payer": "me"}), "409 F payer 111 INVALID"),
        (json!({"items": [{"amount": 1}]}), "409 F items[0].name 110 MANDATORY"),
        (
            json!({"items": [{"name": "a", "amount": 1}, {"name": "b"}]}),
            "409 F items[1].amount 110 MANDATORY",
        ),
        (
            json!({"items": [{"name": "a", "amount": 1, "vat_rate": 101}]}),
            "409 F items[0].vat_rate 111 INVALID",
        ),
        (json!({"items": [{"name": "a", "amount": 1, "type": "GIFT"}]}), "409 F items[0].type 111 INVALID"),
        (json!({"callback": {"return_url": "ThisIsNotAnUrl"}}), "409 F callback.return_url 111 INVALID"),
        (
            json!({"callback": {"return_url": "https://shop.cz/\u{1}"}}),
            "409 F callback.return_url 111 INVALID",
        ),
        (
            json!({"callback": {"notification_url": "https://user:pass@shop.cz/"}}),
            "409 F callback.notification_url 111 INVALID",
        ),
        (json!({"callback": {"return_url": "javascript:alert(1)"}}), "409 F callback.return_url 111 INVALID"),
        (
            json!({"callback": {"notification_url": "ftp://shop.cz/"}}),
            "409 F callback.notification_url 111 INVALID",
        ),
        (
            json!({"additional_params": [{"name":"1"},{"name":"2"},{"name":"3"},{"name":"4"},{"name":"5"}]}),
            "409 F additional_params 111 INVALID",
        ),
        (json!({"additional_params": [{"value":"1"}]}), "409 F additional_params[0].name 110 MANDATORY"),
        (json!({"preauthorization": "perhaps"}), "409 F preauthorization 111 INVALID"),
        (item(&json!({"name": "x".repeat(257)})), "409 F items[0].name 111 INVALID"),
        (item(&json!({"count": -1})), "409 F items[0].count 111 INVALID"),
        (item(&json!({"ean": "12345678901234x"})), "409 F items[0].ean 111 INVALID"),
        (item(&json!({"ean": "123456789012x"})), "409 F items[0].ean 111 INVALID"),
        (item(&json!({"product_url": "x".repeat(513)})), "409 F items[0].product_url 111 INVALID"),
        (json!({"items": vec![json!({"name": "a", "amount": 1}); 1_001]}), "409 F items 111 INVALID"),
        (
            json!({"additional_params": [{"name": "x".repeat(257), "value": "1"}]}),
            "409 F additional_params[0].name 111 INVALID",
        ),
        (
            json!({"additional_params": [{"name": "a", "value": "x".repeat(1_025)}]}),
            "409 F additional_params[0].value 111 INVALID",
        ),
        (payer("allowed_swifts", &json!(["X".repeat(33)])), "409 F payer.allowed_swifts[0] 111 INVALID"),
        (payer("default_swift", &json!("X".repeat(33))), "409 F payer.default_swift 111 INVALID"),
        (payer("allowed_bnpl_types", &json!(["NEVER"])), "409 F payer.allowed_bnpl_types[0] 111 INVALID"),
        (payer("default_bnpl_type", &json!("NEVER")), "409 F payer.default_bnpl_type 111 INVALID"),
        (payer("request_card_token", &json!("perhaps")), "409 F payer.request_card_token 111 INVALID"),
        (payer("allowed_card_token", &json!("x".repeat(513))), "409 F payer.allowed_card_token 111 INVALID"),
        (payer("masked_pan", &json!("x".repeat(33))), "409 F payer.masked_pan 111 INVALID"),
        (json!({"lang": "cs-CZ-x-long"}), "409 F lang 111 INVALID"),
        (
            json!({"callback": {"return_url": format!("https://shop.cz/{}", "x".repeat(512))}}),
            "409 F callback.return_url 111 INVALID",
        ),
        (
            json!({"recurrence": {"recurrence_cycle": "YEAR", "recurrence_period": 1, "recurrence_date_to": "2099-12-31"}}),
            "409 F recurrence.recurrence_cycle 111 INVALID",
        ),
        (
            json!({"recurrence": {"recurrence_cycle": "DAY", "recurrence_period": -1, "recurrence_date_to": "2099-12-31"}}),
            "409 F recurrence.recurrence_period 111 INVALID",
        ),
        (
            json!({"recurrence": {"recurrence_date_to": "2099-12-31"}}),
            "409 F recurrence.recurrence_cycle 110 MANDATORY",
        ),
        (
            json!({"recurrence": {"recurrence_cycle": "DAY", "recurrence_period": 1, "recurrence_date_to": "2018-01-01"}}),
            "409 F recurrence.recurrence_date_to 111 INVALID",
        ),
    ];
    for (changes, expected) in cases {
        assert_eq!(refusal(&shop.create(&changes).await), expected, "{changes}");
    }
}

#[tokio::test]
async fn all_wrong_fields_are_named_at_once_in_the_order_of_the_document() {
    let (_till, shop, _) = sandbox().await;
    let answer = shop
        .create(&json!({"amount": 0, "currency": null, "payer": {"contact": {"email": "x"}}, "lang": ["cs"]}))
        .await
        .expect_status(409);
    let body = answer.json();
    let fields: Vec<_> = body["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["payer.contact.email", "amount", "currency", "lang"]);
}

#[tokio::test]
async fn items_may_sum_to_less_and_never_to_more() {
    let (_till, shop, _) = sandbox().await;
    let with = |item: i64| json!({"amount": 1300, "items": [{"name": "a", "amount": item, "count": 2}]});
    shop.create(&with(1000)).await.expect_status(200);
    shop.create(&with(1300)).await.expect_status(200);
    assert_eq!(refusal(&shop.create(&with(1301)).await), "409 G 360 PAYMENT_ITEMS_SUM_MISMATCH");
}

#[tokio::test]
async fn recurrence_is_refused_in_the_doors_own_words() {
    let (_till, shop, _) = sandbox().await;
    let recurrence =
        json!({"recurrence_cycle": "MONTH", "recurrence_period": 1, "recurrence_date_to": "2099-12-31"});
    let answer = shop.create(&json!({ "recurrence": recurrence })).await;
    assert_eq!(refusal(&answer), "409 G 341 PAYMENT_RECURRENCE_NOT_SUPPORTED");
}
