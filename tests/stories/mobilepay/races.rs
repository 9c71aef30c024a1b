//! §7.1: of many at once one wins, and the others are told the truth.

use super::{astrid, captured, on, reserved};
use testkit::prelude::*;
use tokio::task::JoinSet;

/// How often each race is run.
const ROUNDS: usize = 8;

async fn all(
    cinema: &Cinema,
    operation: &'static str,
    inputs: Vec<Vec<(&'static str, String)>>,
) -> Vec<Value> {
    let mut racing = JoinSet::new();
    for inputs in inputs {
        let cinema = cinema.clone();
        racing.spawn(async move {
            let inputs: Vec<(&str, &str)> =
                inputs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            cinema.told(operation, &inputs).await
        });
    }
    racing.join_all().await
}

#[tokio::test]
async fn of_fifty_starts_one_begins() {
    for backend in Backend::ALL {
        let (_till, cinema, _) = on(backend).await;
        let many = (0..50).map(|number| {
            vec![("terminalId", "1".into()), ("orderId", format!("A-{number}")), ("amount", "5".into())]
        });
        let told = all(&cinema, "payment/start", many.collect()).await;
        let begun: Vec<&Value> = told.iter().filter(|told| told["success"] == true).collect();
        assert_eq!(begun.len(), 1, "{told:?}");
        for other in told.iter().filter(|told| told["success"] == false) {
            assert_eq!(other["errors"], json!(["A payment is already active on this point of sale (1301)"]));
        }
        let open = cinema.done("payments", &[("terminalId", "1")]).await;
        assert_eq!(open["paymentsIds"], json!([begun[0]["paymentId"]]));
    }
}

#[tokio::test]
async fn capture_against_cancel() {
    for backend in Backend::ALL {
        let (till, cinema, beacon) = on(backend).await;
        for round in 0..ROUNDS {
            let payment = reserved(&till, &cinema, &beacon, &format!("A-{round}")).await;
            let inputs = [("paymentId", payment.as_str())];
            let (captured, cancelled) =
                tokio::join!(cinema.told("payment/capture", &inputs), cinema.told("payment/cancel", &inputs));
            assert_ne!(captured["success"], cancelled["success"], "{captured} {cancelled}");
            let (state, loser, code) = match captured["success"] == true {
                true => ("Captured", &cancelled, "(1300)"),
                false => ("CancelledByClient", &captured, "(1304)"),
            };
            assert_eq!(cinema.status(&payment).await, state);
            assert!(loser["errors"][0].as_str().unwrap().ends_with(code), "{loser}");
        }
    }
}

#[tokio::test]
async fn approving_against_refusing() {
    let (till, cinema, beacon) = on(Backend::Sqlite).await;
    let payer = astrid(&till);
    for round in 0..ROUNDS {
        let payment = cinema.start("1", &format!("A-{round}"), "5").await;
        payer.check_in(&beacon).await;
        let (accepted, refused) =
            tokio::join!(payer.press("acceptpayment", &beacon), payer.press("cancelpaymentbyuser", &beacon));
        let (accepted, refused) = (accepted.status == 200, refused.status == 200);
        assert_ne!(accepted, refused, "one of them");
        let state = if accepted { "Reserved" } else { "CancelledByUser" };
        assert_eq!(cinema.status(&payment).await, state);
    }
}

#[tokio::test]
async fn approving_against_the_shops_cancel() {
    let (till, cinema, beacon) = on(Backend::Sqlite).await;
    let payer = astrid(&till);
    for round in 0..ROUNDS {
        let payment = cinema.start("1", &format!("A-{round}"), "5").await;
        payer.check_in(&beacon).await;
        let inputs = [("paymentId", payment.as_str())];
        // The shop may also give up what has been approved, so it always gets its way, and nothing stays held.
        let (_, cancelled) =
            tokio::join!(payer.press("acceptpayment", &beacon), cinema.told("payment/cancel", &inputs));
        assert_eq!(cancelled["success"], true, "{cancelled}");
        assert_eq!(cinema.status(&payment).await, "CancelledByClient");
    }
}

#[tokio::test]
async fn a_customer_and_a_payment_that_come_together_find_each_other() {
    for backend in Backend::ALL {
        let (till, cinema, beacon) = on(backend).await;
        let payer = astrid(&till);
        for round in 0..ROUNDS {
            let order = format!("A-{round}");
            let (payment, ()) = tokio::join!(cinema.start("1", &order, "5"), payer.check_in(&beacon));
            assert_eq!(cinema.status(&payment).await, "IssuedToUser");
            cinema.cancel(&payment).await;
        }
    }
}

#[tokio::test]
async fn one_customer_at_a_time() {
    let (till, cinema, beacon) = on(Backend::Sqlite).await;
    let payment = cinema.start("1", "A-1", "5").await;
    let mut racing = JoinSet::new();
    for last in ["01", "02", "03", "04", "05"] {
        let (payer, beacon) = (Payer::danish(till.client().clone(), last), beacon.clone());
        racing.spawn(async move { payer.press("checkin", &beacon).await.status.as_u16() });
    }
    let mut told = racing.join_all().await;
    told.sort_unstable();
    assert_eq!(told, [200, 409, 409, 409, 409]);
    assert_eq!(cinema.status(&payment).await, "IssuedToUser");
}

#[tokio::test]
async fn refunds_at_once_never_come_to_more_than_was_captured() {
    for backend in Backend::ALL {
        let (till, cinema, beacon) = on(backend).await;
        let payment = captured(&till, &cinema, &beacon, "A-1").await;
        // Nine tens fit into 95.00.
        let many = (0..20).map(|number| {
            vec![
                ("paymentId", payment.clone()),
                ("refundOrderId", format!("R-{number}")),
                ("amount", "10".into()),
            ]
        });
        let told = all(&cinema, "refund/create", many.collect()).await;
        let made: Vec<Vec<(&'static str, String)>> = told
            .iter()
            .filter_map(|told| told["refundId"].as_str())
            .map(|refund| vec![("refundId", refund.to_owned())])
            .collect();
        assert_eq!(made.len(), 9, "{told:?}");
        let given = all(&cinema, "refund/capture", [made.clone(), made].concat()).await;
        assert!(given.iter().all(|told| told["success"] == true), "{given:?}");
    }
}
