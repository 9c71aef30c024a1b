//! Fixtures: the documented example leads to the documented states, once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic with its place is the best report")]

use std::fs;

use testkit::gopay::ShopKeys;
use testkit::prelude::*;
use testkit::server::run;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/fixtures.example.json");
const SHOP: ShopKeys =
    ShopKeys { goid: 8_761_908_826, client_id: "1689337452", client_secret: "a-secret-for-tests" };

/// Imports a file and gives the exit code with what was printed.
fn import(data: &tempfile::TempDir, file: &str) -> (Option<i32>, String) {
    let output = run(&["import", file, "--data", data.path().to_str().unwrap()]);
    let told = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.code(), String::from_utf8(told).unwrap())
}

#[tokio::test]
async fn the_example_leads_to_the_documented_states() {
    let data = tempfile::tempdir().unwrap();
    let first = "imported 4 records and 10 payments; 0 payments were there already\n";
    assert_eq!(import(&data, EXAMPLE), (Some(0), first.to_owned()));
    let again = "imported 4 records and 0 payments; 10 payments were there already\n";
    assert_eq!(import(&data, EXAMPLE), (Some(0), again.to_owned()));

    let till = Till::builder().data(data.path()).start().await;
    let shop = Shop::new(till.client().clone(), SHOP);
    let expected = [
        (3_111_222_333, "REFUNDED"),
        (3_111_222_334, "PAID"),
        (3_111_222_335, "PAID"),
        (3_111_222_336, "PARTIALLY_REFUNDED"),
        (3_111_222_337, "CANCELED"),
        (3_111_222_338, "TIMEOUTED"),
        (3_111_222_339, "CANCELED"),
    ];
    for (id, state) in expected {
        assert_eq!(shop.state(id).await, state, "{id}");
    }
    let refunds = shop.refunds(3_111_222_333).await.expect_status(200).json();
    assert_eq!((refunds.as_array().unwrap().len(), &refunds[0]["amount"]), (1, &json!(139_951)));
    let captured = shop.status(3_111_222_334).await.json();
    assert_eq!(captured["preauthorization"]["state"], "CAPTURED");
    let echoed = shop.status(3_111_222_333).await.json();
    assert_eq!(echoed["additional_params"][0]["value"], "2015001003");
    let refused = shop.refund(3_111_222_333, 1).await.expect_status(409).json();
    assert_eq!(refused["errors"][0]["error_code"], 330, "older than the time for refunds: {refused}");
    // Nobody else's shop sees them, and the demo merchant is there all the same.
    assert_eq!(till.shop().status(3_111_222_334).await.status, 404);
}

#[tokio::test]
async fn cards_and_recurrences_go_on_where_the_file_leaves_them() {
    let data = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        assert_eq!(import(&data, EXAMPLE).0, Some(0));
    }
    let till = Till::builder().data(data.path()).start().await;
    let (shop, buttons) = (Shop::new(till.client().clone(), SHOP), till.sandbox_api());
    let recurrence = async |id| shop.status(id).await.expect_status(200).json()["recurrence"].clone();
    assert_eq!(recurrence(3_111_222_340).await["recurrence_state"], "STARTED");
    assert_eq!(recurrence(3_111_222_341).await["recurrence_state"], "STOPPED");
    let charge = shop.create_recurrence(3_111_222_340, 500, &json!({})).await.expect_status(200).json();
    let charge = charge["id"].as_u64().unwrap();
    let paid = async {
        while shop.state(charge).await != "PAID" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testkit::PATIENCE, paid).await.expect("the card of the file is charged");

    let card = shop.card(3_011_475_940).await.expect_status(200).json();
    let token = card["card_token"].as_str().unwrap().to_owned();
    assert!(card["status"] == "ACTIVE" && token.starts_with("VUHweq2TUuQp"), "{card}");
    let payer = shop.status(3_111_222_342).await.json()["payer"].clone();
    assert_eq!(
        (&payer["card_id"], &payer["payment_card"]["card_token"]),
        (&json!(3_011_475_940_u64), &json!(token))
    );
    let bound = shop.created(&json!({"payer": {"allowed_card_token": token}})).await;
    assert_eq!(buttons.pay_with(bound, "5447380000000006").await.status, 409, "another card");
    buttons.pay_with(bound, "4444444444444448").await.expect_status(200);
    assert_eq!(shop.state(bound).await, "PAID");
    // The same card is another one for another e-shop, which knows nothing of this one.
    let (mut told, other) = (Vec::new(), till.shop());
    for shop in [&shop, &other, &shop] {
        let id = shop.created(&json!({"payer": {"request_card_token": true}})).await;
        buttons.pay_with(id, "4188030000000003").await.expect_status(200);
        let payer = shop.status(id).await.json()["payer"].clone();
        told.push((payer["card_id"].as_u64().unwrap(), payer["payment_card"]["card_token"].clone()));
    }
    assert!(told[0] == told[2] && told[0].0 != told[1].0 && told[0].1 != told[1].1, "{told:?}");
    assert_eq!(
        (other.card(told[0].0).await.status, other.delete_card(told[0].0).await.status),
        (404.try_into().unwrap(), 404.try_into().unwrap())
    );
    let foreign = other.created(&json!({"payer": {"allowed_card_token": told[0].1}})).await;
    assert_eq!(buttons.pay_with(foreign, "stored").await.status, 409, "it stands for nothing there");
    shop.delete_card(3_011_475_940).await.expect_status(204);
    let refused = shop.create(&json!({"payer": {"allowed_card_token": token}})).await;
    assert_eq!(refused.json()["errors"][0]["field"], "payer.allowed_card_token");
}

#[tokio::test]
async fn the_books_add_up_after_an_import() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(import(&data, EXAMPLE).0, Some(0));
    let output = run(&["verify", "--data", data.path().to_str().unwrap()]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    assert!(told.contains("the ledger sums to zero in every currency\n"), "{told}");
    assert!(told.ends_with("looked at 2 recurrences, 1 stored cards and 1 encrypted cards\n"), "{told}");
    assert!(told.contains("shop 8761908826") && told.contains("fees"), "{told}");
}

#[test]
fn a_wrong_file_is_told_with_the_place() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("fixtures.json");
    let told = |text: &str| {
        fs::write(&file, text).unwrap();
        let (code, told) = import(&data, file.to_str().unwrap());
        assert_eq!((code, told.lines().count()), (Some(1), 1), "{told}");
        told
    };
    assert!(told(r#"{"shops":[{"id":"x"}]}"#).contains("at shops[0].id: "));
    assert!(told(r#"{"shop":[]}"#).contains("unknown field `shop`"));
    let payment = |history: &str| {
        format!(
            r#"{{"payments":[{{"id":3111222333,"shop":8123456789,"amount":100,"currency":"CZK","order_number":"1",
            "created_at":"2024-03-01T10:00:00Z","history":[{history}]}}]}}"#
        )
    };
    let impossible = told(&payment(r#"{"at":"2024-03-01T10:00:01Z","do":"refund"}"#));
    assert!(
        impossible.contains("payment 3111222333") && impossible.contains("nothing has been paid"),
        "{impossible}"
    );
    assert!(told(&payment(r#"{"at":"2024-03-01T10:00:01Z","do":"vanish"}"#)).contains("payments[0]"));
    let recurring = payment("")
        .replace("\"history\"", "\"recurrence\":{\"cycle\":\"year\",\"until\":\"2090-12-31\"},\"history\"");
    assert!(told(&recurring).contains("at payments[0].recurrence.cycle: "));
    let stored = payment("").replace("\"history\"", "\"stored_card\":7,\"history\"");
    assert!(told(&stored).contains("its e-shop has no stored card 7"));
    let card = r#"{"cards":[{"id":7,"shop":8123456789,"masked":"4444444444444448","expiry":"2030-12","brand":"VISA",
        "country":"CZE","bank":"B","token":"t","deleted":false}]}"#;
    assert!(told(card).contains("card 7: masked is first six, six stars, last four"));
    assert!(import(&data, "/nonexistent.json").1.starts_with("polytill: cannot read /nonexistent.json"));
}

#[tokio::test]
async fn a_running_servers_data_are_left_alone() {
    let till = Till::sandbox().await;
    let output = run(&["import", EXAMPLE, "--data", till.data().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("another polytill is using"));
}

#[tokio::test]
async fn a_running_server_on_postgres_knows_at_once_who_was_imported() {
    let till = Till::sandbox_on(Backend::Postgres).await;
    let shop = Shop::new(till.client().clone(), SHOP);
    assert_eq!(shop.token("payment-all").await.status, 403, "nobody knows it yet");
    let keyring = till.data().join("keyring");
    let url = &till.test_database().unwrap().url;
    let elsewhere = tempfile::tempdir().unwrap();
    let arguments = ["import", EXAMPLE, "--database", url, "--data", elsewhere.path().to_str().unwrap()];
    fs::copy(keyring, elsewhere.path().join("keyring")).unwrap();
    let output = run(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let known = async {
        while shop.token("payment-all").await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testkit::PATIENCE, known).await.expect("the running server heard of it");
    assert_eq!(shop.state(3_111_222_336).await, "PARTIALLY_REFUNDED");
    assert_eq!(
        run(&["verify", "--database", url, "--data", elsewhere.path().to_str().unwrap()]).status.code(),
        Some(0)
    );
}
