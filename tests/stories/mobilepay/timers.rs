//! §7.1, §8.3: what time brings about.

use super::{astrid, cinema, reserved};
use testkit::prelude::*;

async fn later(till: &Till, span: &str) {
    till.sandbox_api().advance(span).await.expect_status(200);
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_over_after_ten_minutes() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    for state in ["Prepared", "Initiated", "Paired", "IssuedToUser"] {
        let payment = match state {
            "Prepared" | "Paired" => cinema.prepare("1", state).await,
            _ => cinema.start("1", state, "95.00").await,
        };
        later(&till, "PT9M").await;
        if matches!(state, "Paired" | "IssuedToUser") {
            // The time begins anew with every step.
            payer.check_in(&beacon).await;
            later(&till, "PT9M").await;
        }
        assert_eq!(cinema.status(&payment).await, state);
        assert!(cinema.details(&payment).await["paymentExpiresAt"].is_string());
        later(&till, "PT61S").await;
        assert_eq!(cinema.status(&payment).await, "CancelledByMobilePay", "{state}");
        assert_eq!(payer.phone().await["checkIn"], Value::Null);
        payer.press("acceptpayment", &beacon).await.expect_status(409);
        assert!(cinema.refused("payment/cancel", &[("paymentId", &payment)]).await.ends_with("(1300)"));
        // It keeps nobody away any more.
        let next = cinema.start("1", "next", "1").await;
        cinema.cancel(&next).await;
    }
}

#[tokio::test]
async fn a_reservation_lasts_seven_days() {
    let (till, cinema, beacon) = cinema().await;
    let kept = reserved(&till, &cinema, &beacon, "A-1").await;
    let lost = reserved(&till, &cinema, &beacon, "A-2").await;
    later(&till, "P6DT23H").await;
    cinema.capture(&kept).await;
    assert_eq!(cinema.status(&lost).await, "Reserved");
    later(&till, "PT61M").await;
    assert_eq!(cinema.status(&lost).await, "ExpiredAndCancelled");
    let refused = cinema.refused("payment/capture", &[("paymentId", &lost)]).await;
    assert_eq!(refused, "The payment must be reserved to be captured (1304)");
    assert!(cinema.refused("payment/cancel", &[("paymentId", &lost)]).await.ends_with("(1300)"));
    assert_eq!(cinema.status(&kept).await, "Captured");
}

#[tokio::test]
async fn a_customer_who_only_stands_there_is_forgotten_after_five_minutes() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    payer.check_in(&beacon).await;
    later(&till, "PT4M").await;
    assert!(payer.phone().await["checkIn"].is_object());
    later(&till, "PT61S").await;
    assert_eq!(payer.phone().await["checkIn"], Value::Null);
    let told = cinema.done("manage/checkInStatus/byterminalId", &[("terminalId", "1")]).await;
    assert_eq!(told["checkInStatus"]["isUserCheckedIn"], "false");
    let payment = cinema.start("1", "A-1", "5").await;
    assert_eq!(cinema.status(&payment).await, "Initiated");
}

#[tokio::test]
async fn timers_go_on_after_a_restart() {
    let (mut till, cinema, beacon) = cinema().await;
    let open = cinema.prepare("1", "A-1").await;
    astrid(&till).check_in(&beacon).await;
    till.kill9();
    till.restart().await;
    let cinema = Cinema::demo(till.client().clone());
    let payer = astrid(&till);
    assert_eq!(cinema.status(&open).await, "Paired");
    assert!(payer.phone().await["checkIn"]["payment"].is_object());
    later(&till, "PT11M").await;
    assert_eq!(cinema.status(&open).await, "CancelledByMobilePay");
    assert_eq!(payer.phone().await["checkIn"], Value::Null);
}
