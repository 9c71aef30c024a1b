//! §6.3: a point of sale is deleted and created anew, which is how one is changed, and what was paid there goes on.

use super::{astrid, cinema, number};
use testkit::prelude::*;

async fn replace(cinema: &Cinema, terminal: &str) -> String {
    cinema.done("manage/delete", &[("terminalId", terminal)]).await;
    cinema.open(terminal).await
}

#[tokio::test]
async fn an_approval_nobody_heard_of_ends_with_the_point_of_sale() {
    let (till, cinema, beacon) = cinema().await;
    let elsewhere = cinema.open("2").await;
    let payer = astrid(&till);
    let payment = cinema.start("1", "A-1", "95.00").await;
    payer.check_in(&beacon).await;
    let known = number(&till, "A-1").await;
    till.sandbox_api().fault(known, "authorise", "question_lost").await.expect_status(200);
    payer.accept(&beacon).await;
    assert_eq!(replace(&cinema, "1").await, beacon);
    // Until it is known what came of it nobody goes, and that is said at once.
    let told = payer.press("leave", &beacon).await.expect_status(409).json();
    assert_eq!(told["code"], "not_cancellable");
    payer.press("checkin", &elsewhere).await.expect_status(409);
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    assert_eq!(cinema.status(&payment).await, "CancelledByMobilePay");
    assert_eq!(payer.phone().await["checkIn"], Value::Null);
    payer.check_in(&elsewhere).await;
    payer.leave(&elsewhere).await;
    cinema.start("1", "A-2", "95.00").await;
}

#[tokio::test]
async fn an_approval_that_was_given_stays_when_the_point_of_sale_goes() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    let payment = cinema.start("1", "A-1", "95.00").await;
    payer.check_in(&beacon).await;
    let known = number(&till, "A-1").await;
    till.sandbox_api().fault(known, "authorise", "answer_lost").await.expect_status(200);
    payer.accept(&beacon).await;
    replace(&cinema, "1").await;
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    assert_eq!(cinema.status(&payment).await, "Reserved");
    assert_eq!(payer.phone().await["checkIn"], Value::Null);
    payer.check_in(&beacon).await;
    cinema.capture(&payment).await;
}
