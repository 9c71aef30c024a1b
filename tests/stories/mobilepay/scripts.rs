//! §10: what a point of sale had to show to be let in: direct payments, prepared ones, cancels, a lost id.

use super::{astrid, cinema, on};
use testkit::prelude::*;

#[tokio::test]
async fn the_customer_is_there_first() {
    for backend in Backend::ALL {
        let (till, cinema, beacon) = on(backend).await;
        let payer = astrid(&till);
        payer.check_in(&beacon).await;
        let payment = cinema.start("1", "A-1", "95.00").await;
        assert_eq!(cinema.status(&payment).await, "IssuedToUser");
        payer.accept(&beacon).await;
        assert_eq!(cinema.status(&payment).await, "Reserved");
        cinema.capture(&payment).await;
        assert_eq!(cinema.status(&payment).await, "Captured");
        let details = cinema.details(&payment).await;
        for (name, value) in [
            ("paymentId", json!(payment)),
            ("orderId", json!("A-1")),
            ("amount", json!("95.00")),
            ("currencyCode", json!("DKK")),
            ("restrictions", Value::Null),
            ("merchantPaymentLabel", Value::Null),
            ("plannedCaptureDelay", json!("None")),
            ("status", json!("Captured")),
            ("loyaltyIds", json!([])),
            ("paymentExpiresAt", Value::Null),
            ("partialCapturePossible", Value::Null),
            ("pollDelayInMs", json!("1000")),
        ] {
            assert_eq!(details[name], value, "{name} in {details}");
        }
        assert_eq!(details["posId"], cinema.information("1").await["posId"]);
        assert_eq!(details["customerToken"].as_str().map(str::len), Some(32));
    }
}

#[tokio::test]
async fn the_customer_comes_later() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    let payment = cinema.start("1", "A-1", "27.06").await;
    assert_eq!(cinema.status(&payment).await, "Initiated");
    payer.check_in(&beacon).await;
    assert_eq!(cinema.status(&payment).await, "IssuedToUser");
    payer.accept(&beacon).await;
    let details = cinema.details(&payment).await;
    assert_eq!((&details["status"], &details["amount"]), (&json!("Reserved"), &json!("27.06")));
    assert_eq!(details["partialCapturePossible"], "true");
    cinema.capture(&payment).await;
    assert_eq!(cinema.status(&payment).await, "Captured");
}

#[tokio::test]
async fn a_prepared_payment_gets_its_amount_before_or_after_the_customer() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    let first = cinema.prepare("1", "A-1").await;
    assert_eq!(cinema.status(&first).await, "Prepared");
    let details = cinema.details(&first).await;
    assert_eq!((&details["amount"], &details["currencyCode"]), (&Value::Null, &Value::Null));
    payer.check_in(&beacon).await;
    assert_eq!(cinema.status(&first).await, "Paired");
    // Nothing can be approved before there is an amount.
    let early = payer.press("acceptpayment", &beacon).await.expect_status(409).json();
    assert_eq!(early["code"], "nothing_to_pay");
    cinema.ready("1", "A-1", &first, "95.50").await;
    assert_eq!(cinema.status(&first).await, "IssuedToUser");
    // Said again it is the same, with another amount it is not.
    cinema.ready("1", "A-1", &first, "95.50").await;
    let inputs = [("terminalId", "1"), ("orderId", "A-1"), ("paymentId", first.as_str()), ("amount", "96")];
    assert!(cinema.refused("payment/ready", &inputs).await.ends_with("(1303)"));
    payer.accept(&beacon).await;
    cinema.capture(&first).await;
    assert_eq!(cinema.details(&first).await["amount"], "95.50");

    let second = cinema.prepare("1", "A-2").await;
    cinema.ready("1", "A-2", &second, "10").await;
    assert_eq!(cinema.status(&second).await, "Initiated");
    payer.check_in(&beacon).await;
    payer.accept(&beacon).await;
    assert_eq!(cinema.status(&second).await, "Reserved");
    cinema.capture(&second).await;

    // A customer who is there already is paired at once.
    payer.check_in(&beacon).await;
    let third = cinema.prepare("1", "A-3").await;
    assert_eq!(cinema.status(&third).await, "Paired");
    cinema.cancel(&third).await;
    // A payment that was not prepared, or for another order, cannot be made ready.
    let direct = cinema.start("1", "A-4", "5").await;
    let inputs = [("terminalId", "1"), ("orderId", "A-4"), ("paymentId", direct.as_str()), ("amount", "5")];
    assert!(cinema.refused("payment/ready", &inputs).await.ends_with("(1303)"));
    let inputs = [("terminalId", "1"), ("orderId", "A-5"), ("paymentId", direct.as_str()), ("amount", "5")];
    assert!(cinema.refused("payment/ready", &inputs).await.ends_with("(1303)"));
}

#[tokio::test]
async fn the_shop_cancels_in_every_state_but_the_last() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    for state in ["Prepared", "Initiated", "Paired", "IssuedToUser", "Reserved"] {
        let later = matches!(state, "Prepared" | "Paired");
        let payment = match later {
            true => cinema.prepare("1", state).await,
            false => cinema.start("1", state, "95.00").await,
        };
        if !matches!(state, "Prepared" | "Initiated") {
            payer.check_in(&beacon).await;
        }
        if state == "Reserved" {
            payer.accept(&beacon).await;
        }
        assert_eq!(cinema.status(&payment).await, state);
        cinema.cancel(&payment).await;
        assert_eq!(cinema.status(&payment).await, "CancelledByClient");
        // Said again it is so.
        cinema.cancel(&payment).await;
        assert_eq!(payer.phone().await["checkIn"], Value::Null, "{state}");
    }
    let payment = super::captured(&till, &cinema, &beacon, "last").await;
    let refused = cinema.refused("payment/cancel", &[("paymentId", &payment)]).await;
    assert_eq!(refused, "The payment cannot be cancelled in this state (1300)");
}

#[tokio::test]
async fn the_customer_cancels_before_approving_and_not_after() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    for state in ["Paired", "IssuedToUser"] {
        let payment = match state {
            "Paired" => cinema.prepare("1", state).await,
            _ => cinema.start("1", state, "95.00").await,
        };
        // Nobody has come to it.
        let early = payer.press("cancelpaymentbyuser", &beacon).await.expect_status(409).json();
        assert_eq!(early["code"], "not_cancellable");
        payer.check_in(&beacon).await;
        assert_eq!(cinema.status(&payment).await, state);
        payer.refuse(&beacon).await;
        assert_eq!(cinema.status(&payment).await, "CancelledByUser");
        assert!(cinema.refused("payment/cancel", &[("paymentId", &payment)]).await.ends_with("(1300)"));
        assert!(cinema.refused("payment/capture", &[("paymentId", &payment)]).await.ends_with("(1304)"));
    }
    let payment = super::reserved(&till, &cinema, &beacon, "A-9").await;
    payer.press("cancelpaymentbyuser", &beacon).await.expect_status(409);
    assert_eq!(cinema.status(&payment).await, "Reserved");
    // Approving twice is no error, and approves once.
    payer.accept(&beacon).await;
    assert_eq!(cinema.status(&payment).await, "Reserved");
}

#[tokio::test]
async fn a_lost_id_is_found_again() {
    let (till, cinema, beacon) = cinema().await;
    let lost = cinema.start("1", "A-1", "95.00").await;
    let again = [("terminalId", "1"), ("orderId", "A-1"), ("amount", "95.00")];
    let refused = cinema.refused("payment/start", &again).await;
    assert_eq!(refused, "A payment is already active on this point of sale (1301)");
    let open = cinema.done("payments", &[("terminalId", "1")]).await;
    assert_eq!(open["paymentsIds"], json!([lost]));
    let found =
        cinema.done("payment/id/retrieve/byterminal", &[("orderId", "A-1"), ("terminalId", "1")]).await;
    assert_eq!(found["paymentId"], lost.as_str());
    cinema.cancel(&lost).await;
    assert_eq!(cinema.done("payments", &[("terminalId", "1")]).await["paymentsIds"], json!([]));
    let next = cinema.start("1", "A-1", "95.00").await;

    // A reserved payment does not keep others away, and is listed until it is decided on.
    astrid(&till).check_in(&beacon).await;
    astrid(&till).accept(&beacon).await;
    let third = cinema.start("1", "A-2", "10").await;
    let open = cinema.done("payments", &[("terminalId", "1")]).await;
    assert_eq!(open["paymentsIds"], json!([third, next]));
    for (state, ids) in [
        ("Initiated", json!([third])),
        ("reserved", json!([next])),
        ("Captured", json!([])),
        ("CancelledByClient", json!([lost])),
    ] {
        let found = cinema.done("payments", &[("terminalId", "1"), ("state", state)]).await;
        assert_eq!(found["paymentsIds"], ids, "{state}");
    }
    let found = cinema.done("payments", &[("terminalId", "1"), ("orderId", "A-1")]).await;
    assert_eq!(found["paymentsIds"], json!([next]));
    cinema.capture(&next).await;
    let captured = cinema.done("payments", &[("terminalId", "1"), ("state", "Captured")]).await;
    assert_eq!(captured["paymentsIds"], json!([next]));
    let inputs = [("orderId", "A-1"), ("state", "captured")];
    let found = cinema.done("payment/id/retrieve/bystate", &inputs).await;
    assert_eq!(found["paymentId"], next.as_str());
    let pos = cinema.information("1").await["posId"].as_str().unwrap().to_owned();
    let inputs = [("orderId", "A-1"), ("posId", &pos), ("paymentState", "CancelledByClient")];
    let found = cinema.done("payment/id/retrieve/byposId", &inputs).await;
    assert_eq!(found["paymentId"], lost.as_str());
    let none = [("orderId", "A-1"), ("posId", pos.as_str())];
    assert_eq!(cinema.refused("payment/id/retrieve/byposId", &none).await, "Payment not found");
    let wrong = [("orderId", "A-1"), ("state", "Reserved")];
    let refused = cinema.refused("payment/id/retrieve/bystate", &wrong).await;
    assert_eq!(refused, "Only payments in state Captured can be retrieved by state");
}
