//! Several nodes on one PostgreSQL: registers on one, phones on another.

use testkit::prelude::*;
use tokio::task::JoinSet;

/// Two nodes with the same keys on the same database, and the beacon of terminal 1.
async fn two_nodes() -> (Till, Till, String) {
    let database = PgServer::shared().await.database().await;
    let url = database.url.clone();
    let key = "0a".repeat(32);
    let one = Till::builder().database(database).env("POLYTILL_KEYRING", &key).start().await;
    let other = Till::builder().arg("--database").arg(url).env("POLYTILL_KEYRING", &key).start().await;
    let beacon = Cinema::demo(one.client().clone()).open("1").await;
    (one, other, beacon)
}

fn cinemas(one: &Till, other: &Till) -> (Cinema, Cinema) {
    (Cinema::demo(one.client().clone()), Cinema::demo(other.client().clone()))
}

#[tokio::test]
async fn a_life_goes_to_and_fro() {
    let (one, other, beacon) = two_nodes().await;
    let (here, there) = cinemas(&one, &other);
    let payer = Payer::danish(other.client().clone(), "01");
    for round in 0..10 {
        let order = format!("A-{round}");
        let (payment, ()) = tokio::join!(here.start("1", &order, "95.00"), payer.check_in(&beacon));
        assert_eq!(there.status(&payment).await, "IssuedToUser");
        payer.accept(&beacon).await;
        assert_eq!(here.status(&payment).await, "Reserved");
        let inputs = [("paymentId", payment.as_str())];
        let (captured, cancelled) =
            tokio::join!(here.told("payment/capture", &inputs), there.told("payment/cancel", &inputs));
        let settled = here.status(&payment).await;
        let (won, lost, code) = match settled.as_str() {
            "Captured" => (&captured, &cancelled, "(1300)"),
            _ => (&cancelled, &captured, "(1304)"),
        };
        assert_eq!(
            (&won["success"], &lost["success"]),
            (&json!(true), &json!(false)),
            "{captured} {cancelled}"
        );
        assert!(lost["errors"][0].as_str().unwrap().ends_with(code), "{lost}");
        assert_eq!(there.status(&payment).await, settled);
        if settled == "Captured" {
            let refund = there.refund(&payment, "R", "10.00").await;
            assert_eq!(here.refund(&payment, "R", "10.00").await, refund);
            here.done("refund/capture", &[("refundId", &refund)]).await;
            assert_eq!(there.refund_status(&refund).await, "Captured");
        }
    }
}

#[tokio::test]
async fn of_fifty_starts_on_two_nodes_one_begins() {
    let (one, other, _) = two_nodes().await;
    let (here, there) = cinemas(&one, &other);
    let mut racing = JoinSet::new();
    for number in 0..50 {
        let cinema = if number % 2 == 0 { here.clone() } else { there.clone() };
        racing.spawn(async move {
            let order = format!("A-{number}");
            let inputs = [("terminalId", "1"), ("orderId", order.as_str()), ("amount", "5")];
            cinema.told("payment/start", &inputs).await["success"] == true
        });
    }
    let begun = racing.join_all().await.into_iter().filter(|begun| *begun).count();
    assert_eq!(begun, 1);
}

#[tokio::test]
async fn a_point_of_sale_that_was_replaced_elsewhere_is_noticed() {
    let (one, other, beacon) = two_nodes().await;
    let (here, there) = cinemas(&one, &other);
    let payment = here.start("1", "A-1", "5").await;
    here.cancel(&payment).await;
    there.done("manage/delete", &[("terminalId", "1")]).await;
    let start = [("terminalId", "1"), ("orderId", "A-2"), ("amount", "5")];
    let refused = here.refused("payment/start", &start).await;
    assert_eq!(refused, "Terminal has no point of sale; create it first");
    assert_eq!(there.open("1").await, beacon);
    let payment = here.start("1", "A-3", "5").await;
    assert_eq!(here.details(&payment).await["posId"], there.information("1").await["posId"]);
}
