//! §5, §6.1: amounts and captures, exactly.

use super::{astrid, cinema, reserved};
use testkit::prelude::*;

#[tokio::test]
async fn wrong_inputs_are_told_all_at_once() {
    let (_till, cinema, _) = cinema().await;
    for (amount, sentence) in [
        ("1,5", "Invalid amount (1102)"),
        ("0", "Invalid amount (1102)"),
        ("1e3", "Invalid amount (1102)"),
        ("-1", "Invalid amount (1102)"),
        ("1.001", "Invalid amount (1102)"),
        ("", "amount is required (1102)"),
        (
            "27.00\u{a4}cyCode=DKK",
            "Invalid amount: it holds the rest of &currencyCode, write the ampersand as &amp; in HTML (1102)",
        ),
    ] {
        let inputs = [("terminalId", "1"), ("orderId", "A"), ("amount", amount)];
        assert_eq!(cinema.refused("payment/start", &inputs).await, sentence, "{amount}");
    }
    let order = "x".repeat(37);
    let inputs = [("orderId", order.as_str()), ("amount", "x"), ("currencyCode", "SEK")];
    let told = cinema.told("payment/start", &inputs).await;
    assert_eq!(
        told["errors"],
        json!([
            "terminalId is required",
            "Invalid orderId: 1 to 36 characters are expected (1113)",
            "Invalid amount (1102)",
            "Invalid currencyCode: DKK or EUR is expected (1102)",
        ])
    );
    let inputs = [("terminalId", "1"), ("orderId", "a\u{7}b"), ("amount", "1")];
    assert!(cinema.refused("payment/start", &inputs).await.contains("orderId"));
    let wrong = [("terminalId", "1"), ("state", "Lost")];
    assert_eq!(
        cinema.refused("payments", &wrong).await,
        "Invalid state: the name of a payment state is expected"
    );
}

#[tokio::test]
async fn amounts_come_back_with_two_places_and_their_currency() {
    let (_till, cinema, _) = cinema().await;
    for (sent, currency, shown) in
        [("27", "", "27.00"), ("0.01", "eur", "0.01"), ("999999999.9", "DKK", "999999999.90")]
    {
        let inputs =
            [("terminalId", "1"), ("orderId", "Ærø 1/Å"), ("amount", sent), ("currencyCode", currency)];
        let payment = cinema.done("payment/start", &inputs).await["paymentId"].as_str().unwrap().to_owned();
        let details = cinema.details(&payment).await;
        assert_eq!((&details["amount"], &details["orderId"]), (&json!(shown), &json!("Ærø 1/Å")));
        assert_eq!(details["currencyCode"], if currency == "eur" { "EUR" } else { "DKK" });
        cinema.cancel(&payment).await;
    }
}

#[tokio::test]
async fn a_part_is_captured_once() {
    let (till, cinema, beacon) = cinema().await;
    let payment = reserved(&till, &cinema, &beacon, "A-1").await;
    let capture = |amount: &'static str| {
        let (cinema, payment) = (cinema.clone(), payment.clone());
        async move { cinema.told("payment/capture", &[("paymentId", &payment), ("amount", amount)]).await }
    };
    assert_eq!(
        capture("95.01").await["errors"],
        json!(["The amount is higher than what is reserved (1305)"])
    );
    assert_eq!(capture("60").await["success"], true);
    assert_eq!(capture("60.00").await["success"], true);
    let differently = json!(["The payment is captured with another amount (1307)"]);
    assert_eq!(capture("61").await["errors"], differently);
    assert_eq!(capture("").await["errors"], differently);
    let details = cinema.details(&payment).await;
    assert_eq!((&details["amount"], &details["status"]), (&json!("60.00"), &json!("Captured")));
}

#[tokio::test]
async fn a_customer_may_allow_no_part() {
    let (till, cinema, beacon) = cinema().await;
    let payer = Payer::danish(till.client().clone(), "05");
    let payment = cinema.start("1", "A-1", "95.00").await;
    payer.check_in(&beacon).await;
    payer.accept(&beacon).await;
    assert_eq!(cinema.details(&payment).await["partialCapturePossible"], "false");
    let part = [("paymentId", payment.as_str()), ("amount", "60.00")];
    let refused = cinema.refused("payment/capture", &part).await;
    assert_eq!(refused, "This payment can only be captured in full (1308)");
    cinema.done("payment/capture", &[("paymentId", &payment), ("amount", "95.00")]).await;
    cinema.capture(&payment).await;
}

#[tokio::test]
async fn what_cannot_be_captured_says_why() {
    let (till, cinema, beacon) = cinema().await;
    let payment = cinema.start("1", "A-1", "95.00").await;
    let early = cinema.refused("payment/capture", &[("paymentId", &payment)]).await;
    assert_eq!(early, "The payment must be reserved to be captured (1304)");
    astrid(&till).check_in(&beacon).await;
    for id in ["", "x", "0f8fad5b-d9cb-469f-a165-70867728950e"] {
        let told = cinema.refused("payment/capture", &[("paymentId", id)]).await;
        assert_eq!(told, if id.is_empty() { "paymentId is required" } else { "Payment not found" });
    }
    // Any usual spelling of an id is read.
    let spelled = format!("{{{}}}", payment.to_uppercase());
    assert_eq!(cinema.status(&spelled).await, "IssuedToUser");
    assert_eq!(cinema.status(&payment.replace('-', "")).await, "IssuedToUser");
}
