//! §9: refusals that take some arranging, and the statuses they have where failures have statuses.

use super::{cinema, reserved};
use http::Method;
use testkit::prelude::*;

const START: [(&str, &str); 2] = [("orderId", "A-1"), ("amount", "5.00")];

/// Adds to what a till knows, as its operator would.
async fn import(till: &mut Till, fixtures: &Value) {
    till.terminate().await;
    let file = till.data().join("more.json");
    std::fs::write(&file, fixtures.to_string()).unwrap();
    let (data, file) = (till.data().display().to_string(), file.display().to_string());
    let output = testkit::server::run(&["import", "--data", &data, &file]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    till.restart().await;
}

#[tokio::test]
async fn a_beacon_is_at_one_point_of_sale() {
    let (mut till, _, _) = cinema().await;
    // The demo kiosk's device has been carried to another counter.
    let twin = json!({"id": 91, "merchant": 1, "terminal_id": "91", "store": 1, "name": "Kiosk 2",
        "beacon": "100000000000003"});
    import(&mut till, &json!({"mobilepay_terminals": [twin]})).await;
    let cinema = Cinema::demo(till.client().clone());
    assert_eq!(cinema.open("3").await, "100000000000003");
    let taken = cinema.refused("manage/create", &[("terminalId", "91")]).await;
    assert_eq!(taken, "Another point of sale has this beacon (1202)");
    cinema.done("manage/delete", &[("terminalId", "3")]).await;
    assert_eq!(cinema.open("91").await, "100000000000003");
    let taken = cinema.refused("manage/create", &[("terminalId", "3")]).await;
    assert_eq!(taken, "Another point of sale has this beacon (1202)");
}

#[tokio::test]
async fn a_store_that_is_not_activated_sells_nothing() {
    let (mut till, _, _) = cinema().await;
    let store = |active: bool| {
        json!({"mobilepay_stores": [{"id": 91, "guid": "5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c91", "merchant": 1,
            "shop": 8_123_456_791_u64, "brand": "POSDK00001", "location": "00091", "name": "Nyhavn", "active": active}],
            "mobilepay_terminals": [{"id": 91, "merchant": 1, "terminal_id": "91", "store": 91, "name": "Nyhavn 1"}]})
    };
    import(&mut till, &store(false)).await;
    let cinema = Cinema::demo(till.client().clone());
    cinema.open("91").await;
    let pos = cinema.information("91").await["posId"].as_str().unwrap().to_owned();
    let (terminal, pos) = (("terminalId", "91"), ("posId", pos.as_str()));
    for (operation, inputs) in [
        ("payment/start", vec![terminal, START[0], START[1]]),
        ("payment/start/byPosId", vec![pos, START[0], START[1]]),
        ("payment/prepare", vec![terminal, START[0]]),
    ] {
        let closed = cinema.refused(operation, &inputs).await;
        assert_eq!(closed, "The store is not activated (1204)", "{operation}");
    }
    import(&mut till, &store(true)).await;
    Cinema::demo(till.client().clone()).start("91", "A-1", "5.00").await;
}

/// No import leaves a terminal without its store; somebody who deletes rows does.
#[tokio::test]
async fn a_terminal_whose_store_is_lost_gets_no_point_of_sale() {
    let mut till = Till::sandbox_on(Backend::Postgres).await;
    till.terminate().await;
    let deleted = till.test_database().unwrap().query("DELETE FROM records WHERE kind = 10 RETURNING id");
    assert_eq!(deleted.lines().count(), 2, "the demo cinemas have a store each");
    till.restart().await;
    let cinema = Cinema::demo(till.client().clone());
    assert_eq!(cinema.refused("manage/create", &[("terminalId", "1")]).await, "Store not found (1002)");
}

#[tokio::test]
async fn failures_have_statuses_where_the_operator_wants_them() {
    let till = Till::builder()
        .on(Backend::Postgres)
        .await
        .env("POLYTILL_MOBILEPAY_ERROR_STATUS_MODE", "mapped")
        .start()
        .await;
    let cinema = Cinema::demo(till.client().clone());
    let beacon = cinema.open("1").await;
    let payment = reserved(&till, &cinema, &beacon, "A-1").await;
    let terminal = ("terminalId", "1");
    let (nowhere, asked) = ("0f8fad5b-d9cb-469f-a165-70867728950e", ("paymentId", payment.as_str()));
    cinema.start("1", "A-2", "5.00").await;
    let number = till.test_database().unwrap().query("SELECT min(id) FROM payments").parse().unwrap();
    till.sandbox_api().fault(number, "capture", "decline").await.expect_status(200);
    for (operation, inputs, status, sentence) in [
        ("payment/status", vec![], 400, "paymentId is required"),
        ("payment/start", vec![terminal, START[0], ("amount", "1,5")], 400, "Invalid amount (1102)"),
        ("refunds", vec![], 400, "paymentId is required (1110)"),
        ("payment/status", vec![("paymentId", nowhere)], 404, "Payment not found"),
        ("manage/store", vec![("storeId", nowhere)], 404, "Store not found"),
        ("manage/delete", vec![("terminalId", "9")], 404, "Terminal not found"),
        ("refund/details", vec![("refundId", nowhere)], 404, "Refund not found"),
        ("refund/capture", vec![("refundId", nowhere)], 404, "Refund not found (1004)"),
        (
            "payment/start",
            vec![terminal, START[0], START[1]],
            409,
            "A payment is already active on this point of sale (1301)",
        ),
        (
            "manage/create",
            vec![terminal],
            409,
            "Terminal already has a point of sale; delete it first (1200)",
        ),
        (
            "refund/create",
            vec![asked, ("refundOrderId", "R-1"), ("amount", "1")],
            409,
            "Only a captured payment can be refunded (1354)",
        ),
        (
            "payment/capture",
            vec![asked, ("amount", "95.01")],
            409,
            "The amount is higher than what is reserved (1305)",
        ),
        ("payment/capture", vec![asked], 500, "The money could not be moved; nothing has changed (2000)"),
    ] {
        let told = cinema.ask(operation, &inputs).await.expect_status(status).json();
        assert_eq!((&told["success"], &told["errors"]), (&json!(false), &json!([sentence])), "{operation}");
    }
    let wrong = Cinema::new(till.client().clone(), "DEMO", "demo-access-token-of-the-other-cinema");
    wrong.ask("manage/stores", &[]).await.expect_status(401);
    // The same in XML, and by the other methods.
    let start = format!("{}&orderId=A-1", cinema.path("payment/prepare", &[terminal]));
    let told = till.client().send(Method::GET, &start, &[], "").await.expect_status(409).text();
    assert!(told.contains("<success>false</success>") && told.contains("(1301)"), "{told}");
    let delete = cinema.path("manage/delete", &[("terminalId", "9")]);
    till.client().send(Method::DELETE, &delete, &[], "").await.expect_status(404);
    // What was refused has changed nothing, and what is in order is 200.
    assert_eq!(cinema.status(&payment).await, "Reserved");
    cinema.capture(&payment).await;
}
