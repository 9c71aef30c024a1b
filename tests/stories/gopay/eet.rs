//! §13: sales are reported, for shops that ask for it.

use super::{refusal, sandbox};
use testkit::prelude::*;

const JSON: (&str, &str) = ("Content-Type", "application/json");
const SCRIPT: &str = "/_sandbox/eet";

/// A till with a shop of each mode: what is sent is reported, and what the items come to.
async fn reporting() -> (Till, Shop, Shop) {
    let mut till = Till::sandbox().await;
    till.terminate().await;
    let shop = |id: u64, mode: &str| {
        json!({ "id": id, "merchant": 70, "name": mode, "active": true, "currencies": ["CZK", "EUR"], "language": "cs",
            "settings": { "eet": { "mode": mode, "dic": "CZ1212121218", "premises": 11, "register": "/5546/RO24" } } })
    };
    let fixtures = json!({ "merchants": [{ "id": 70, "name": "Reports" }],
        "shops": [shop(8_700_000_001, "eet"), shop(8_700_000_002, "auto")],
        "clients": [{ "id": 70, "merchant": 70, "secret": "a client's secret" }] });
    let file = till.data().join("eet.json");
    std::fs::write(&file, fixtures.to_string()).unwrap();
    let (data, file) = (till.data().display().to_string(), file.display().to_string());
    let output = testkit::server::run(&["import", "--data", &data, &file]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    till.restart().await;
    let shop = |goid| {
        let keys = testkit::gopay::ShopKeys { goid, client_id: "70", client_secret: "a client's secret" };
        Shop::new(till.client().clone(), keys)
    };
    let (sent, computed) = (shop(8_700_000_001), shop(8_700_000_002));
    (till, sent, computed)
}

fn eet(total: i64) -> Value {
    let base = total * 100 / 121;
    json!({ "celk_trzba": total, "zakl_dan1": base, "dan1": total - base, "mena": "CZK" })
}

fn items(amount: i64) -> Value {
    json!([{ "type": "ITEM", "name": "lamp", "amount": amount, "count": 1, "vat_rate": 21 }])
}

fn order(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "CZK", "items": items(amount), "eet": eet(amount) })
}

async fn paid(till: &Till, shop: &Shop, order: &Value) -> u64 {
    super::paid(shop, &till.sandbox_api(), order).await
}

/// Waits until no receipt of a payment is waiting for its first attempt.
async fn receipts(shop: &Shop, id: u64) -> Vec<Value> {
    let waiting = async {
        loop {
            let found =
                shop.get(&format!("/api/payments/payment/{id}/eet-receipts")).await.expect_status(200).json();
            let found = found.as_array().unwrap().clone();
            if found.iter().all(|receipt| receipt["state"] != "CREATED") {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testkit::PATIENCE, waiting).await.expect("the receipts are reported")
}

async fn listed(shop: &Shop, filter: &Value) -> Answer {
    shop.call(http::Method::POST, "/api/eet-receipts", Some((JSON, filter.to_string()))).await
}

fn is_code(text: &Value, groups: &[usize], between: char) -> bool {
    let text = text.as_str().unwrap_or_default();
    let found: Vec<usize> = text.split(between).map(str::len).collect();
    found == groups && text.chars().all(|c| c == between || c.is_ascii_hexdigit())
}

#[tokio::test]
async fn a_sale_is_reported_with_what_the_shop_sends() {
    let (till, shop, _) = reporting().await;
    let id = paid(&till, &shop, &order(12_100)).await;
    let receipts = receipts(&shop, id).await;
    let [receipt] = receipts.as_slice() else { panic!("one sale, one receipt: {receipts:?}") };
    for (member, value) in [
        ("payment_id", json!(id)),
        ("state", json!("DELIVERED")),
        ("eet_mode", json!("EET")),
        ("dic_popl", json!("CZ1212121218")),
        ("id_provoz", json!(11)),
        ("id_pokl", json!("/5546/RO24")),
        ("porad_cis", json!(id.to_string())),
        ("celk_trzba", json!(12_100)),
        ("zakl_dan1", json!(10_000)),
        ("dan1", json!(2_100)),
        ("mena", json!("CZK")),
    ] {
        assert_eq!(receipt[member], value, "{member} of {receipt}");
    }
    assert!(receipt["dat_trzby"].is_string() && receipt.get("error_code").is_none(), "{receipt}");
    let code = shop.status(id).await.json()["eet_code"].clone();
    assert!(is_code(&code["fik"], &[8, 4, 4, 4, 12, 2], '-'), "{code}");
    assert!(is_code(&code["bkp"], &[8; 5], '-'), "{code}");
    assert_eq!(code["pkp"].as_str().unwrap().len(), 344, "{code}");
    assert_eq!((&code["fik"], &code["pkp"]), (&receipt["fik"], &receipt["pkp"]));
    // Another sale has other codes, signed by the same key.
    let other = paid(&till, &shop, &order(12_100)).await;
    self::receipts(&shop, other).await;
    let other = shop.status(other).await.json()["eet_code"].clone();
    assert_ne!((&other["fik"], &other["bkp"]), (&code["fik"], &code["bkp"]));
}

#[tokio::test]
async fn what_does_not_add_up_is_refused_and_says_why() {
    let (_till, shop, computed) = reporting().await;
    let changed = |changes: &[(&str, Value)]| {
        let mut order = order(12_100);
        for (path, value) in changes {
            match path.split_once('.') {
                Some((object, member)) => order[object][member] = value.clone(),
                None => order[*path] = value.clone(),
            }
        }
        order
    };
    for (order, expected) in [
        (changed(&[("eet", Value::Null)]), "409 F eet 110 MANDATORY"),
        (changed(&[("eet.celk_trzba", json!(12_000))]), "409 F eet.celk_trzba 111 INVALID"),
        (changed(&[("eet.dan1", json!(2_000))]), "409 F eet.celk_trzba 111 INVALID"),
        (changed(&[("eet.mena", json!("EUR"))]), "409 F eet.mena 111 INVALID"),
        (changed(&[("eet.dan1", json!("x"))]), "409 F eet.dan1 111 INVALID"),
        (changed(&[("eet.dan2", json!(-100)), ("eet.zakl_dan2", json!(100))]), "409 F eet 111 INVALID"),
        (changed(&[("items", Value::Null)]), "409 F items 110 MANDATORY"),
        (changed(&[("items", items(12_000))]), "409 G 360 PAYMENT_ITEMS_SUM_MISMATCH"),
    ] {
        let answer = shop.create(&order).await;
        if expected.ends_with("dan1 111 INVALID") {
            let first = &answer.json()["errors"][0];
            assert_eq!((&first["field"], &first["error_code"]), (&json!("eet.dan1"), &json!(111)));
            continue;
        }
        assert_eq!(refusal(&answer), expected, "{order}");
    }
    // Whose items are computed need not send anything.
    computed.create(&changed(&[("eet", Value::Null)])).await.expect_status(200);
    computed.create(&changed(&[("eet.celk_trzba", json!(1))])).await.expect_status(200);
}

#[tokio::test]
async fn what_is_computed_from_items_and_what_goes_back_is_reported() {
    let (till, _, shop) = reporting().await;
    let order = json!({ "amount": 23_600, "currency": "CZK", "items": [
        { "type": "ITEM", "name": "lamp", "amount": 12_100, "count": 1, "vat_rate": 21 },
        { "type": "ITEM", "name": "book", "amount": 11_500, "count": 1, "vat_rate": 15 } ] });
    let id = paid(&till, &shop, &order).await;
    shop.refund(id, 11_800).await.expect_status(200);
    let body = json!({ "amount": 1_210, "items": items(-1_210) }).to_string();
    let path = format!("/api/payments/payment/{id}/refund");
    shop.call(http::Method::POST, &path, Some((JSON, body))).await.expect_status(200);
    let receipts = receipts(&shop, id).await;
    let told: Vec<Value> = receipts
        .iter()
        .map(|receipt| {
            json!([
                receipt["porad_cis"],
                receipt["celk_trzba"],
                receipt["zakl_dan1"],
                receipt["dan1"],
                receipt["zakl_dan2"],
                receipt["dan2"],
                receipt["dat_trzby"].is_string(),
                receipt["eet_mode"]
            ])
        })
        .collect();
    assert_eq!(
        told,
        [
            json!([format!("{id}"), 23_600, 10_000, 2_100, 10_000, 1_500, true, "AUTO"]),
            json!([format!("{id}-1"), -11_800, -5_000, -1_050, -5_000, -750, false, "AUTO"]),
            json!([format!("{id}-2"), -1_210, -1_000, -210, 0, 0, false, "AUTO"]),
        ]
    );
}

#[tokio::test]
async fn a_refund_or_a_capture_may_bring_its_own_sums() {
    let (till, shop, _) = reporting().await;
    let mut held = order(12_100);
    held["preauthorization"] = true.into();
    let id = paid(&till, &shop, &held).await;
    assert!(receipts(&shop, id).await.is_empty(), "what is held is no sale");
    let body = json!({ "amount": 6_050, "items": items(6_050), "eet": eet(6_050) });
    shop.call(
        http::Method::POST,
        &format!("/api/payments/payment/{id}/capture"),
        Some((JSON, body.to_string())),
    )
    .await
    .expect_status(200);
    // A sample of the vendor's sends positive sums for what goes back.
    let back = |amount: i64| json!({ "amount": amount, "eet": eet(amount) }).to_string();
    let path = format!("/api/payments/payment/{id}/refund");
    let wrong = json!({ "amount": 121, "eet": eet(122) }).to_string();
    let wrong = shop.call(http::Method::POST, &path, Some((JSON, wrong))).await;
    assert_eq!(refusal(&wrong), "409 F eet.celk_trzba 111 INVALID");
    shop.call(http::Method::POST, &path, Some((JSON, back(121)))).await.expect_status(200);
    let receipts = receipts(&shop, id).await;
    let sums: Vec<_> = receipts.iter().map(|receipt| [&receipt["celk_trzba"], &receipt["dan1"]]).collect();
    assert_eq!(json!(sums), json!([[6_050, 1_050], [-121, -21]]));
}

#[tokio::test]
async fn a_report_that_fails_is_made_again() {
    let (till, shop, _) = reporting().await;
    let client = till.client();
    let press = |body: Value| async move { client.post_json(SCRIPT, &body).await };
    press(json!({ "outcome": "no_answer" })).await.expect_status(200);
    press(json!({ "outcome": "refused", "code": 4 })).await.expect_status(200);
    let id = paid(&till, &shop, &order(12_100)).await;
    let failed = receipts(&shop, id).await.remove(0);
    assert_eq!((&failed["state"], failed.get("fik")), (&json!("DELIVERY_FAILED"), None));
    assert!(failed["pkp"].is_string() && failed["date_next_attempt"].is_string(), "{failed}");
    assert_eq!(shop.state(id).await, "PAID", "no report stands in the way of a payment");
    till.sandbox_api().advance("PT1M").await.expect_status(200);
    let failed = receipts(&shop, id).await.remove(0);
    assert_eq!((&failed["state"], &failed["kod_chyby"]), (&json!("DELIVERY_FAILED"), &json!(4)));
    till.sandbox_api().advance("PT5M").await.expect_status(200);
    let done = receipts(&shop, id).await.remove(0);
    assert_eq!((&done["state"], done.get("kod_chyby")), (&json!("DELIVERED"), None));
    for wrong in [json!({ "outcome": "never" }), json!({ "outcome": "no_answer", "times": 5_000 })] {
        press(wrong).await.expect_status(400);
    }
}

#[tokio::test]
async fn receipts_are_listed_by_their_day_and_premises() {
    let (till, shop, computed) = reporting().await;
    let first = paid(&till, &shop, &order(12_100)).await;
    let second = paid(&till, &computed, &order(12_100)).await;
    let today = till.sandbox_api().clock().await.json()["now"].as_str().unwrap().to_owned();
    let today: jiff::Timestamp = today.parse().unwrap();
    let today = today.to_zoned(jiff::tz::TimeZone::get("Europe/Prague").unwrap()).date();
    let span = |from: jiff::civil::Date, to: jiff::civil::Date| json!({ "date_from": from.to_string(), "date_to": to.to_string() });
    let all = listed(&shop, &span(today, today)).await.expect_status(200).json();
    let ids: Vec<&Value> = all.as_array().unwrap().iter().map(|receipt| &receipt["payment_id"]).collect();
    assert_eq!(ids, [&json!(first), &json!(second)]);
    let mut elsewhere = span(today, today);
    elsewhere["id_provozovny"] = 12.into();
    assert_eq!(listed(&shop, &elsewhere).await.json(), json!([]));
    let yesterday = today.yesterday().unwrap();
    assert_eq!(listed(&shop, &span(yesterday, yesterday)).await.json(), json!([]));
    assert_eq!(listed(&till.shop(), &span(today, today)).await.json(), json!([]), "another client's");
    let long = span(today, today.checked_add(jiff::Span::new().days(31)).unwrap());
    assert_eq!(refusal(&listed(&shop, &long).await), "409 F date_to 111 INVALID");
    assert_eq!(
        refusal(&listed(&shop, &json!({ "date_from": "x", "date_to": today.to_string() })).await),
        "409 F date_from 111 INVALID"
    );
}

#[tokio::test]
async fn a_shop_that_reports_nothing_may_send_what_it_likes() {
    let (till, shop, buttons) = sandbox().await;
    let id = super::paid(&shop, &buttons, &json!({ "eet": { "celk_trzba": 0, "mena": "" } })).await;
    assert!(receipts(&shop, id).await.is_empty());
    assert!(shop.status(id).await.json().get("eet_code").is_none());
    drop(till);
}
