//! §6.2, §7.2: refunds are reserved, then captured or cancelled, and never come to more than was captured.

use super::{captured, cinema, on};
use testkit::prelude::*;

async fn refused(cinema: &Cinema, payment: &str, order: &str, amount: &str) -> String {
    let inputs = [("paymentId", payment), ("refundOrderId", order), ("amount", amount)];
    cinema.refused("refund/create", &inputs).await
}

#[tokio::test]
async fn parts_add_up_to_the_whole_and_no_further() {
    for backend in Backend::ALL {
        let (till, cinema, beacon) = on(backend).await;
        let payment = captured(&till, &cinema, &beacon, "A-1").await;
        let first = cinema.refund(&payment, "R-1", "50.00").await;
        let second = cinema.refund(&payment, "R-2", "45.00").await;
        let too_much = "The refunds would be more than what was captured (1367)";
        assert_eq!(refused(&cinema, &payment, "R-3", "0.01").await, too_much);
        let all = cinema.done("refunds", &[("paymentId", &payment)]).await;
        assert_eq!(all["refundsIds"], json!([first, second]));
        let details = cinema.done("refund/details", &[("refundId", &first)]).await["refundDetails"].clone();
        let expected = json!({"refundId": first, "paymentId": payment, "refundOrderId": "R-1", "amount": "50.00",
            "currencyCode": "DKK", "status": "Reserved", "pollDelayInMs": "100"});
        assert_eq!(details, expected);

        // What is cancelled is free for another one.
        cinema.done("refund/cancel", &[("refundId", &second)]).await;
        cinema.done("refund/cancel", &[("refundId", &second)]).await;
        assert_eq!(cinema.refund_status(&second).await, "CancelledByClient");
        let capture = cinema.refused("refund/capture", &[("refundId", &second)]).await;
        assert_eq!(capture, "The refund must be reserved to be captured (1351)");
        let third = cinema.refund(&payment, "R-2", "45.00").await;
        assert_ne!(third, second);

        // Money goes back once.
        for _ in 0..2 {
            cinema.done("refund/capture", &[("refundId", &first)]).await;
        }
        cinema.done("refund/capture", &[("refundId", &third)]).await;
        assert_eq!(cinema.refund_status(&first).await, "Captured");
        let cancel = cinema.refused("refund/cancel", &[("refundId", &first)]).await;
        assert_eq!(cancel, "The refund cannot be cancelled in this state (1352)");
        assert_eq!(refused(&cinema, &payment, "R-4", "0.01").await, too_much);
        assert_eq!(cinema.status(&payment).await, "Captured");
    }
}

#[tokio::test]
async fn asking_twice_reserves_once() {
    let (till, cinema, beacon) = cinema().await;
    let payment = captured(&till, &cinema, &beacon, "A-1").await;
    let first = cinema.refund(&payment, "A-1", "10.00").await;
    assert_eq!(cinema.refund(&payment, "A-1", "10").await, first);
    assert_ne!(cinema.refund(&payment, "A-1", "10.01").await, first);
    assert_ne!(cinema.refund(&payment, "A-2", "10.00").await, first);
    cinema.done("refund/capture", &[("refundId", &first)]).await;
    // Once it is given, the same words mean another one.
    let next = cinema.refund(&payment, "A-1", "10.00").await;
    assert_ne!(next, first);
}

#[tokio::test]
async fn only_what_was_captured_and_in_its_own_currency() {
    let (till, cinema, beacon) = cinema().await;
    let payment = super::reserved(&till, &cinema, &beacon, "A-1").await;
    let refused = |amount: &'static str, currency: &'static str| {
        let (cinema, payment) = (cinema.clone(), payment.clone());
        async move {
            let inputs = [
                ("paymentId", payment.as_str()),
                ("refundOrderId", "R"),
                ("amount", amount),
                ("currencyCode", currency),
            ];
            cinema.refused("refund/create", &inputs).await
        }
    };
    assert_eq!(refused("1", "").await, "Only a captured payment can be refunded (1354)");
    cinema.done("payment/capture", &[("paymentId", &payment), ("amount", "60.00")]).await;
    assert_eq!(refused("1", "eur").await, "The refund's currency differs from the payment's (1365)");
    assert!(refused("60.01", "").await.ends_with("(1367)"));
    let unknown =
        [("paymentId", "0f8fad5b-d9cb-469f-a165-70867728950e"), ("refundOrderId", "R"), ("amount", "1")];
    assert_eq!(cinema.refused("refund/create", &unknown).await, "Payment not found (1001)");
    for (operation, sentence) in [
        ("refund/details", "Refund not found"),
        ("refund/capture", "Refund not found (1004)"),
        ("refund/cancel", "Refund not found"),
    ] {
        assert_eq!(cinema.refused(operation, &[("refundId", "x")]).await, sentence, "{operation}");
    }
    assert_eq!(cinema.refused("refunds", &[("paymentId", &payment[1..])]).await, "Payment not found");
    till.sandbox_api().advance("P91D").await.expect_status(200);
    assert_eq!(refused("1", "").await, "The payment was captured too long ago to be refunded (1366)");
}

#[tokio::test]
async fn a_refund_nobody_decides_on_is_given_after_a_day() {
    let (till, cinema, beacon) = cinema().await;
    let payment = captured(&till, &cinema, &beacon, "A-1").await;
    let kept = cinema.refund(&payment, "R-1", "10.00").await;
    let dropped = cinema.refund(&payment, "R-2", "20.00").await;
    cinema.done("refund/cancel", &[("refundId", &dropped)]).await;
    till.sandbox_api().advance("PT23H").await.expect_status(200);
    assert_eq!(cinema.refund_status(&kept).await, "Reserved");
    till.sandbox_api().advance("PT61M").await.expect_status(200);
    assert_eq!(cinema.refund_status(&kept).await, "ExpiredAndCaptured");
    assert_eq!(cinema.refund_status(&dropped).await, "CancelledByClient");
    assert!(cinema.refused("refund/cancel", &[("refundId", &kept)]).await.ends_with("(1352)"));
    cinema.done("refund/capture", &[("refundId", &kept)]).await;
    let phone = super::astrid(&till).phone().await;
    let refunds: Vec<&Value> =
        phone["activity"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "refund").collect();
    assert_eq!(refunds.len(), 2, "{phone}");
    assert!(refunds.iter().any(|entry| entry["refund"]["status"] == "ExpiredAndCaptured"), "{phone}");
}
