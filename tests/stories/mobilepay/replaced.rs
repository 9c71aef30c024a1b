//! §6.3: a point of sale is deleted and created anew, which is how one is changed, and what was paid there goes on.

use super::{astrid, cinema, number, on, reserved};
use testkit::prelude::*;

async fn replace(cinema: &Cinema, terminal: &str) -> String {
    cinema.done("manage/delete", &[("terminalId", terminal)]).await;
    cinema.open(terminal).await
}

#[tokio::test]
async fn what_is_reserved_is_found_after_its_point_of_sale_was_replaced() {
    for backend in Backend::ALL {
        let (till, cinema, beacon) = on(backend).await;
        found_after_replacing(&till, &cinema, &beacon).await;
    }
}

async fn found_after_replacing(till: &Till, cinema: &Cinema, beacon: &str) {
    let former = cinema.information("1").await["posId"].as_str().unwrap().to_owned();
    let first = reserved(till, cinema, beacon, "A-1").await;
    let done = cinema.start("1", "A-0", "5").await;
    cinema.cancel(&done).await;
    replace(cinema, "1").await;
    let second = reserved(till, cinema, beacon, "A-2").await;
    replace(cinema, "1").await;
    let third = cinema.start("1", "A-1", "5").await;
    let listed = async |inputs: &[(&str, &str)]| {
        let inputs = [&[("terminalId", "1")], inputs].concat();
        cinema.done("payments", &inputs).await["paymentsIds"].clone()
    };
    assert_eq!(listed(&[]).await, json!([third, second, first]));
    assert_eq!(listed(&[("state", "Reserved")]).await, json!([second, first]));
    assert_eq!(listed(&[("state", "CancelledByClient")]).await, json!([done]));
    assert_eq!(listed(&[("orderId", "A-1")]).await, json!([third, first]));
    let found = async |inputs: &[(&str, &str)]| {
        let (way, inputs) = match inputs[0].0 {
            "posId" => ("byposId", inputs),
            _ => ("byterminal", inputs),
        };
        cinema.done(&format!("payment/id/retrieve/{way}"), inputs).await["paymentId"].clone()
    };
    let reserved = ("paymentState", "Reserved");
    assert_eq!(found(&[("terminalId", "1"), ("orderId", "A-1"), reserved]).await, first.as_str());
    assert_eq!(found(&[("terminalId", "1"), ("orderId", "A-1")]).await, third.as_str());
    assert_eq!(found(&[("posId", &former), ("orderId", "A-1")]).await, first.as_str());
    let elsewhere = [("posId", former.as_str()), ("orderId", "A-2")];
    assert_eq!(cinema.refused("payment/id/retrieve/byposId", &elsewhere).await, "Payment not found");
    // It is there for looking only, and for its own merchant.
    let start = [("posId", former.as_str()), ("orderId", "A-4"), ("amount", "5")];
    assert_eq!(cinema.refused("payment/start/byPosId", &start).await, "Point of sale not found (1000)");
    let stranger = Cinema::other(till.client().clone());
    let asked = [("posId", former.as_str()), ("orderId", "A-1")];
    assert_eq!(stranger.refused("payment/id/retrieve/byposId", &asked).await, "Point of sale not found");
    cinema.capture(&first).await;
    assert_eq!(listed(&[("state", "Captured")]).await, json!([first]));
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
