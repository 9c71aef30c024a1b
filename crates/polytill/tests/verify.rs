//! `polytill verify`: it finds what does not agree, and says where.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic with its place is the best report")]

use testkit::prelude::*;
use testkit::server::run;

/// What it says beside a running server.
fn verify(till: &Till) -> (Option<i32>, String) {
    let url = &till.test_database().unwrap().url;
    let data = till.data();
    let output = run(&["verify", "--database", url, "--data", data.to_str().unwrap()]);
    let told = if output.status.success() { output.stdout } else { output.stderr };
    (output.status.code(), String::from_utf8(told).unwrap())
}

#[tokio::test]
async fn cards_and_recurrences_that_do_not_agree_are_found() {
    let till = Till::sandbox_on(Backend::Postgres).await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let terms = json!({"payer": {"request_card_token": true},
        "recurrence": {"recurrence_cycle": "DAY", "recurrence_period": 1, "recurrence_date_to": "2090-12-31"}});
    let id = shop.created(&terms).await;
    buttons.pay(id).await.expect_status(200);
    buttons.advance("P2D").await.expect_status(200);
    let card = shop.renewed().status(id).await.json()["payer"]["card_id"].as_u64().unwrap();
    let (code, told) = verify(&till);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.ends_with("looked at 1 recurrences, 1 stored cards and 2 encrypted cards\n"), "{told}");

    let database = till.test_database().unwrap();
    let damaged = |damage: &str, repair: &str, finding: &str| {
        let _printed = database.query(damage);
        let (code, told) = verify(&till);
        assert!(code == Some(1) && told.contains(finding), "{damage}: {told}");
        let _printed = database.query(repair);
    };
    let moved = |kind: u8, from: &str, to: &str| {
        format!("UPDATE documents SET id = {to} WHERE kind = {kind} AND id = {from}")
    };
    let (first, stored) = (id.to_string(), format!("-{card}"));
    damaged(&moved(16, &first, "7"), &moved(16, "7", &first), "its card is missing");
    damaged(&moved(16, &first, "7"), &moved(16, "7", &first), "entry 7 of the vault does not open");
    damaged(&moved(16, &stored, "-7"), &moved(16, "-7", &stored), "entry -7 of the vault does not open");
    let body = |kind: u8, old: &str, new: &str| {
        format!("UPDATE documents SET body = replace(body, '{old}', '{new}') WHERE kind = {kind}")
    };
    damaged(
        &body(17, r#"{"period":2}"#, r#"{"period":1}"#),
        r#"UPDATE documents SET body = '{"period":2}' WHERE kind = 17 AND id = (SELECT max(id) FROM documents WHERE kind = 17)"#,
        "period 1 was charged twice",
    );
    damaged(&body(5, r#""running":[]"#, "broken"), &body(5, "broken", r#""running":[]"#), "cannot be read");
    assert_eq!(verify(&till).0, Some(0), "all is well again");
    let _printed = database.query(&format!("UPDATE claims SET owner = 7 WHERE owner = {card}"));
    assert!(verify(&till).1.contains("its e-shop would not find it again"));
}
