//! §6.3, §8: points of sale come and go, and printed codes keep working.

use super::{astrid, cinema, reserved};
use http::Method;
use testkit::prelude::*;

#[tokio::test]
async fn a_point_of_sale_is_made_once_and_described() {
    let (till, cinema, beacon) = cinema().await;
    let again = cinema.refused("manage/create", &[("terminalId", "1")]).await;
    assert_eq!(again, "Terminal already has a point of sale; delete it first (1200)");
    let pos = cinema.information("1").await;
    for (name, value) in [
        ("beaconId", json!(beacon)),
        ("merchantPosId", json!("1")),
        ("name", json!("Billetter 1")),
        ("requirePaymentBeforeCheckin", json!("false")),
        ("storeId", json!("5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c01")),
        ("supportedBeaconTypes", json!("QR")),
        ("callbackAlias", Value::Null),
    ] {
        assert_eq!(pos[name], value, "{name} in {pos}");
    }
    let made = cinema.done("manage/create", &[("terminalId", "3")]).await;
    let kiosk = cinema.information("3").await;
    assert!(made["message"].as_str().unwrap().contains(kiosk["posId"].as_str().unwrap()), "{made}");
    assert_eq!(kiosk["beaconId"], "100000000000003");
    assert_eq!(kiosk["supportedBeaconTypes"], "QR,NFC");
    let without =
        cinema.refused("payment/start", &[("terminalId", "2"), ("orderId", "A"), ("amount", "1")]).await;
    assert_eq!(without, "Terminal has no point of sale; create it first");
    for operation in ["terminal/qrcode", "manage/delete", "manage/terminal/information", "payments"] {
        assert_eq!(cinema.refused(operation, &[("terminalId", "2")]).await, without);
        assert_eq!(cinema.refused(operation, &[("terminalId", "9")]).await, "Terminal not found");
    }
    drop(till);
}

#[tokio::test]
async fn a_printed_code_survives_delete_and_create() {
    let (till, cinema, beacon) = cinema().await;
    let link = cinema.done("terminal/qrcode", &[("terminalId", "1")]).await["qrcodeImagelink"].clone();
    let link = link.as_str().unwrap().to_owned();
    assert_eq!(link, till.url(&format!("/qr/{beacon}.png")));
    let path = format!("/qr/{beacon}.png");
    let picture = till.client().get(&path).await.expect_status(200);
    assert!(picture.body.starts_with(b"\x89PNG"), "{:?}", picture.headers);
    let former = cinema.information("1").await["posId"].clone();
    let delete = cinema.path("manage/delete", &[("terminalId", "1")]);
    let deleted = till.client().send(Method::DELETE, &delete, &[("Accept", "application/json")], "").await;
    assert_eq!(deleted.json()["success"], true);
    till.client().get(&path).await.expect_status(404);
    assert_eq!(cinema.open("1").await, beacon);
    assert_ne!(cinema.information("1").await["posId"], former);
    till.client().get(&path).await.expect_status(200);
}

#[tokio::test]
async fn deleting_ends_what_is_active_and_keeps_what_is_reserved() {
    let (till, cinema, beacon) = cinema().await;
    let payer = astrid(&till);
    let held = reserved(&till, &cinema, &beacon, "A-1").await;
    let other = reserved(&till, &cinema, &beacon, "A-2").await;
    payer.check_in(&beacon).await;
    let active = cinema.start("1", "A-3", "5").await;
    let pos = cinema.information("1").await["posId"].as_str().unwrap().to_owned();
    cinema.done("manage/delete", &[("terminalId", "1")]).await;
    assert_eq!(cinema.status(&active).await, "CancelledByMobilePay");
    assert_eq!(payer.phone().await["checkIn"], Value::Null);
    let start = [("posId", pos.as_str()), ("orderId", "A-4"), ("amount", "5")];
    assert_eq!(cinema.refused("payment/start/byPosId", &start).await, "Point of sale not found (1000)");
    cinema.capture(&held).await;
    cinema.cancel(&other).await;
    assert_eq!(cinema.status(&held).await, "Captured");
    assert_eq!(cinema.status(&other).await, "CancelledByClient");
}

#[tokio::test]
async fn starting_by_point_of_sale_is_starting() {
    let (_till, cinema, _) = cinema().await;
    let pos = cinema.information("1").await["posId"].as_str().unwrap().to_owned();
    let inputs = [("posId", pos.as_str()), ("orderId", "A-1"), ("amount", "5.00")];
    let payment = cinema.done("payment/start/byPosId", &inputs).await["paymentId"].clone();
    assert_eq!(cinema.details(payment.as_str().unwrap()).await["posId"], pos.as_str());
    let told = cinema.done("manage/checkInStatus/byposId", &[("posId", &pos)]).await;
    let expected = json!({"isUserCheckedIn": "false", "loyaltyIds": null, "pollDelayInMs": "1000",
        "customerToken": null, "customerReceiptToken": null});
    assert_eq!(told["checkInStatus"], expected);
}

#[tokio::test]
async fn what_is_deleted_or_forgotten_takes_no_payments() {
    let (till, cinema, _) = cinema().await;
    let first = cinema.start("1", "A-1", "5").await;
    cinema.cancel(&first).await;
    let start = [("terminalId", "1"), ("orderId", "A-2"), ("amount", "5")];
    let none = "Terminal has no point of sale; create it first";
    cinema.done("manage/delete", &[("terminalId", "1")]).await;
    assert_eq!(cinema.refused("payment/start", &start).await, none);
    cinema.open("1").await;
    cinema.start("1", "A-3", "5").await;
    till.client().send(Method::POST, "/_sandbox/reset", &[], "").await.expect_status(200);
    assert_eq!(cinema.refused("payment/start", &start).await, none);
    assert_eq!(cinema.refused("payment/status", &[("paymentId", &first)]).await, "Payment not found");
    cinema.open("1").await;
    cinema.start("1", "A-4", "5").await;
}

#[tokio::test]
async fn of_many_creates_one_counts() {
    let (_till, cinema, _) = cinema().await;
    let mut racing = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let cinema = cinema.clone();
        racing.spawn(async move { cinema.told("manage/create", &[("terminalId", "2")]).await });
    }
    let told = racing.join_all().await;
    assert_eq!(told.iter().filter(|told| told["success"] == true).count(), 1, "{told:?}");
}
