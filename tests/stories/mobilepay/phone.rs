//! §8.3, §10: what customers can do, and what happens to some of them.

use super::{astrid, cinema};
use testkit::prelude::*;

fn code(answer: &Answer) -> String {
    answer.json()["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_bank_that_says_no_ends_the_payment() {
    let (till, cinema, beacon) = cinema().await;
    let payer = Payer::danish(till.client().clone(), "06");
    let payment = cinema.start("1", "A-1", "95.00").await;
    payer.check_in(&beacon).await;
    payer.accept(&beacon).await;
    assert_eq!(cinema.status(&payment).await, "CancelledByMobilePay");
    assert_eq!(payer.phone().await["activity"][0]["payment"]["status"], "CancelledByMobilePay");
    cinema.start("1", "A-2", "95.00").await;
}

#[tokio::test]
async fn the_bar_serves_nobody_under_eighteen() {
    let (till, cinema, _) = cinema().await;
    let beacon = cinema.open("5").await;
    let (young, grown) = (Payer::danish(till.client().clone(), "07"), astrid(&till));
    for (payer, state) in [(young, "RejectedByMobilePayDueToAgeRestrictions"), (grown, "Reserved")] {
        let payment = cinema.start("5", "A-1", "95.00").await;
        payer.check_in(&beacon).await;
        payer.accept(&beacon).await;
        assert_eq!(cinema.status(&payment).await, state);
    }
}

#[tokio::test]
async fn a_vending_machine_wants_a_payment_first() {
    let (till, cinema, _) = cinema().await;
    let beacon = cinema.open("4").await;
    let payer = astrid(&till);
    let early = payer.press("checkin", &beacon).await.expect_status(409);
    assert_eq!(code(&early), "payment_first");
    let payment = cinema.start("4", "A-1", "95.00").await;
    payer.check_in(&beacon).await;
    payer.accept(&beacon).await;
    assert_eq!(cinema.status(&payment).await, "Reserved");
}

#[tokio::test]
async fn a_later_customer_takes_over_until_there_is_a_payment() {
    let (till, cinema, beacon) = cinema().await;
    let (first, second) = (astrid(&till), Payer::danish(till.client().clone(), "04"));
    first.check_in(&beacon).await;
    second.check_in(&beacon).await;
    assert_eq!(first.phone().await["checkIn"], Value::Null);
    let told = cinema.done("manage/checkInStatus/byterminalId", &[("terminalId", "1")]).await;
    let status = &told["checkInStatus"];
    assert_eq!(
        (&status["isUserCheckedIn"], &status["loyaltyIds"]),
        (&json!("true"), &json!(["DK-804-1", "DK-804-2"]))
    );
    let payment = cinema.start("1", "A-1", "95.00").await;
    assert_eq!(code(&first.press("checkin", &beacon).await.expect_status(409)), "other_customer");
    assert_eq!(code(&first.press("acceptpayment", &beacon).await.expect_status(409)), "other_customer");
    assert_eq!(code(&first.press("cancelpaymentbyuser", &beacon).await.expect_status(409)), "other_customer");
    let details = cinema.details(&payment).await;
    assert_eq!(details["customerToken"], status["customerToken"]);
    second.check_in(&beacon).await;
    second.accept(&beacon).await;
    assert_eq!(cinema.status(&payment).await, "Reserved");
}

#[tokio::test]
async fn a_customer_is_at_one_point_of_sale_at_a_time() {
    let (till, cinema, one) = cinema().await;
    let two = cinema.open("2").await;
    let payer = astrid(&till);
    payer.check_in(&one).await;
    payer.check_in(&two).await;
    assert_eq!(payer.phone().await["checkIn"]["pointOfSale"]["beaconId"], two.as_str());
    let payment = cinema.start("1", "A-1", "95.00").await;
    assert_eq!(cinema.status(&payment).await, "Initiated");
    let payment = cinema.start("2", "A-2", "95.00").await;
    assert_eq!(cinema.status(&payment).await, "IssuedToUser");
    // With a payment in hand nobody goes elsewhere.
    assert_eq!(code(&payer.press("checkin", &one).await.expect_status(409)), "other_customer");
    payer.leave(&two).await;
    assert_eq!(cinema.status(&payment).await, "CancelledByUser");
    payer.leave(&two).await;
    payer.check_in(&one).await;
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let (till, cinema, beacon) = cinema().await;
    let stranger = Payer::new(till.client().clone(), "+4599999999");
    assert_eq!(code(&stranger.press("checkin", &beacon).await.expect_status(404)), "unknown_customer");
    let payer = astrid(&till);
    let nowhere = "0f8fad5b-d9cb-469f-a165-70867728950e";
    assert_eq!(code(&payer.press("checkin", nowhere).await.expect_status(404)), "unknown_beacon");
    assert_eq!(code(&payer.press("acceptpayment", &beacon).await.expect_status(409)), "not_checked_in");
    payer.check_in(&beacon).await;
    assert_eq!(code(&payer.press("acceptpayment", &beacon).await.expect_status(409)), "nothing_to_pay");
    cinema.done("manage/delete", &[("terminalId", "1")]).await;
    assert_eq!(code(&payer.press("checkin", &beacon).await.expect_status(404)), "unknown_beacon");
    assert_eq!(payer.phone().await["checkIn"], Value::Null);
}
