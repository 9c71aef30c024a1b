//! §9: what cannot be done, and what is said of it.

use super::{captured, number, reserved};
use testkit::prelude::*;

/// How many refunds of a payment may be reserved at a time.
const MOST_RESERVED: usize = 50;

#[tokio::test]
async fn only_so_many_refunds_are_reserved_at_a_time() {
    for (mode, status) in [("always200", 200), ("mapped", 409)] {
        let till = Till::builder().env("POLYTILL_MOBILEPAY_ERROR_STATUS_MODE", mode).start().await;
        let cinema = Cinema::demo(till.client().clone());
        let beacon = cinema.open("1").await;
        let payment = captured(&till, &cinema, &beacon, "A-1").await;
        let mut last = String::new();
        for number in 0..MOST_RESERVED {
            last = cinema.refund(&payment, &number.to_string(), "1.00").await;
        }
        let one_more = [("paymentId", payment.as_str()), ("refundOrderId", "more"), ("amount", "1.00")];
        let refused = cinema.ask("refund/create", &one_more).await.expect_status(status).json();
        let sentence = "Too many refunds of this payment are reserved; capture or cancel one of them first";
        assert_eq!((&refused["success"], &refused["errors"]), (&json!(false), &json!([sentence])));
        cinema.done("refund/cancel", &[("refundId", &last)]).await;
        cinema.refund(&payment, "more", "1.00").await;
    }
}

#[tokio::test]
async fn what_the_bank_refuses_is_told_as_it_is() {
    let (till, cinema, beacon) = super::cinema().await;
    let payment = reserved(&till, &cinema, &beacon, "A-1").await;
    let known = number(&till, "A-1").await;
    till.sandbox_api().fault(known, "capture", "decline").await.expect_status(200);
    let told = cinema.refused("payment/capture", &[("paymentId", &payment)]).await;
    assert_eq!(told, "The money could not be moved; nothing has changed (2000)");
    assert_eq!(cinema.status(&payment).await, "Reserved");
    cinema.capture(&payment).await;
    let refund = cinema.refund(&payment, "R-1", "95.00").await;
    till.sandbox_api().fault(known, "refund", "decline").await.expect_status(200);
    let told = cinema.refused("refund/capture", &[("refundId", &refund)]).await;
    assert_eq!(told, "The money could not be given back; the refund is cancelled (2000)");
    assert_eq!(cinema.refund_status(&refund).await, "CancelledByMobilePay");
    // What it was reserved for is free again.
    let again = cinema.refund(&payment, "R-1", "95.00").await;
    cinema.done("refund/capture", &[("refundId", &again)]).await;
}
