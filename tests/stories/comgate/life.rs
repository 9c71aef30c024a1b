//! §4, §6, §8: payments and refunds from the request to the closing.

use super::{press, register, waiting};
use testkit::prelude::*;
use tokio::task::JoinSet;

#[tokio::test]
async fn a_payment_is_pending_and_then_paid() {
    let (till, register) = register().await;
    waiting(&till).await;
    let id = register.paying(1_000).await;
    let pending = register.status(&id).await.expect_status(200);
    assert_eq!(
        pending.text(),
        format!(
            r#"{{"code":0,"message":"OK","price":"1000","curr":"CZK","refId":"2010102600","transId":"{id}","status":"PENDING","fee":"unknown","reversed":false,"amountRefunded":"0"}}"#
        )
    );
    press(&till, "present", &json!({"card": "4444444444444448", "entry": "contactless", "pin": "ok"}))
        .await
        .expect_status(200);
    let paid = register.over(&id).await;
    assert_eq!((&paid["status"], &paid["fee"]), (&json!("PAID"), &json!("unknown")));
    assert_eq!(paid["cardNumber"], "************4448");
    assert_eq!(paid["cardValid"].as_str().map(str::len), Some(5));
    assert_eq!((&paid["reversed"], paid.get("paymentErrorReason")), (&json!(false), None));
    // The fee is booked the next day: 0.9 per cent of this shop.
    till.sandbox_api().advance("P1D").await.expect_status(200);
    assert_eq!(register.status(&id).await.json()["fee"], "9");
}

#[tokio::test]
async fn a_declined_payment_says_why() {
    let (till, register) = register().await;
    for (reason, word) in [
        ("insufficient_funds", "INSUFFICIENT_FUNDS"),
        ("card_expired", "CARD_EXPIRED"),
        ("card_blocked", "CARD_BLOCKED"),
        ("limit_exceeded", "LIMIT_EXCEEDED"),
        ("refused", "DECLINED"),
    ] {
        let script = json!({"outcome": "declined", "reason": reason});
        press(&till, "next-outcome", &script).await.expect_status(200);
        let id = register.paying(1_000).await;
        let over = register.over(&id).await;
        let (status, why) = (&over["status"], &over["paymentErrorReason"]);
        assert_eq!((status, why), (&json!("CANCELLED"), &json!(word)), "{reason}");
        assert_eq!(over["reversed"], false);
    }
}

#[tokio::test]
async fn a_customer_and_an_operator_cancel() {
    let (till, register) = register().await;
    for (by, word) in [("customer", "CANCELLED_BY_CUSTOMER"), ("operator", "CANCELLED_BY_OPERATOR")] {
        waiting(&till).await;
        let id = register.paying(1_000).await;
        press(&till, "abort", &json!({"by": by})).await.expect_status(200);
        let over = register.over(&id).await;
        assert_eq!((&over["status"], &over["paymentErrorReason"]), (&json!("CANCELLED"), &json!(word)));
    }
}

#[tokio::test]
async fn nobody_who_comes_times_out_by_the_clock() {
    let (till, register) = register().await;
    waiting(&till).await;
    let id = register.paying(1_000).await;
    till.sandbox_api().advance("PT121S").await.expect_status(200);
    let over = register.over(&id).await;
    assert_eq!((&over["status"], &over["paymentErrorReason"]), (&json!("CANCELLED"), &json!("TIMEOUT")));
}

#[tokio::test]
async fn a_paid_payment_is_cancelled_once_and_before_the_closing_only() {
    let (_till, register) = register().await;
    let id = register.paying(1_000).await;
    assert_eq!(register.over(&id).await["status"], "PAID");
    let cancelled = register.cancel(&id).await.expect_status(200);
    assert_eq!(cancelled.text(), r#"{"code":0,"message":"OK"}"#);
    let status = register.status(&id).await.json();
    assert_eq!((&status["status"], &status["reversed"]), (&json!("CANCELLED"), &json!(true)));
    let again = register.cancel(&id).await.expect_status(200);
    assert_eq!(again.text(), r#"{"code":1400,"message":"payment is not in the PAID state"}"#);

    let id = register.paying(2_000).await;
    assert_eq!(register.over(&id).await["status"], "PAID");
    register.close().await.expect_status(200);
    let late = register.cancel(&id).await.expect_status(200).json();
    assert_eq!((&late["code"], &late["message"]), (&json!(1400), &json!("payment is in a closed batch")));
    assert_eq!(register.status(&id).await.json()["status"], "PAID");
}

#[tokio::test]
async fn a_refund_goes_the_other_way() {
    let (till, register) = register().await;
    let answer = register.refund(5_000).await.expect_status(200).json();
    let id = answer["transId"].as_str().unwrap().to_owned();
    let path = format!("terminalRefund/transId/{id}.json");
    let over = register.over_at(&path).await;
    assert_eq!(
        (&over["status"], &over["price"], &over["refId"]),
        (&json!("PAID"), &json!("5000"), &json!(""))
    );
    assert_eq!((over.get("fee"), over.get("cardValid")), (None, None));
    // One space of names, a path each.
    assert_eq!(register.status(&id).await.json()["code"], 1400);
    let balances = till.client().get("/_sandbox/balances").await.json();
    let shop = balances["accounts"].as_array().unwrap().iter().find(|it| it["account"] == "shop 8123456790");
    assert_eq!(shop.unwrap()["amount"], 5_000, "the merchant owes it: {balances}");
    register.call(http::Method::DELETE, &path, None).await.expect_status(200);
    let undone = register.get(&path).await.json();
    assert_eq!((&undone["status"], &undone["reversed"]), (&json!("CANCELLED"), &json!(true)));
}

#[tokio::test]
async fn a_closing_sums_up_and_numbers_run_from_one() {
    let (_till, register) = register().await;
    let empty = register.close().await.expect_status(200);
    assert_eq!(empty.text(), r#"{"code":0,"message":"OK","batchNumber":1,"batchData":[]}"#);
    for price in [100_000, 75_000, 30_000] {
        assert_eq!(register.over(&register.paying(price).await).await["status"], "PAID");
    }
    let last = register.paying(20_000).await;
    register.over(&last).await;
    register.cancel(&last).await.expect_status(200);
    let refund = register.refund(5_000).await.json()["transId"].as_str().unwrap().to_owned();
    register.over_at(&format!("terminalRefund/transId/{refund}.json")).await;
    let euros = json!({"price": 1_000, "curr": "EUR"});
    let id =
        register.post("terminalPayment.json", &euros).await.json()["transId"].as_str().unwrap().to_owned();
    register.over(&id).await;
    let closed = register.close().await.expect_status(200);
    insta::assert_snapshot!(closed.text(), @r#"{"code":0,"message":"OK","batchNumber":2,"batchData":[{"curr":"CZK","count":4,"amount":200000,"paymentCount":3,"paymentAmount":205000,"refundCount":1,"refundAmount":5000,"reversalCount":1,"reversalAmount":20000},{"curr":"EUR","count":1,"amount":1000,"paymentCount":1,"paymentAmount":1000,"refundCount":0,"refundAmount":0,"reversalCount":0,"reversalAmount":0}]}"#);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_that_come_at_once_one_is_begun() {
    let (till, register) = register().await;
    waiting(&till).await;
    let mut running = JoinSet::new();
    for _ in 0..50 {
        let register = register.clone();
        running.spawn(async move { register.pay(1_000).await.expect_status(200).json() });
    }
    let answers = running.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer["code"] == 0).count(), 1);
    for refused in answers.iter().filter(|answer| answer["code"] != 0) {
        assert_eq!(*refused, json!({"code": 1500, "message": "Terminal busy"}));
    }
    // A status is answered all the same, and a closing is not begun.
    assert_eq!(register.get("terminal.json").await.json(), json!({"status": "ONLINE"}));
    assert_eq!(register.close().await.json(), json!({"code": 1500, "message": "Terminal busy"}));
}

#[tokio::test]
async fn a_terminal_that_is_not_there_is_told() {
    let (till, register) = register().await;
    press(&till, "offline", &json!({})).await.expect_status(200);
    assert_eq!(register.get("terminal.json").await.json(), json!({"status": "UNKNOWN"}));
    let refused = register.pay(1_000).await.expect_status(200);
    assert_eq!(refused.text(), r#"{"code":1500,"message":"Terminal is not available"}"#);
    press(&till, "online", &json!({})).await.expect_status(200);
    super::online(&register).await;
    assert_eq!(register.over(&register.paying(1_000).await).await["status"], "PAID");
}

#[tokio::test]
async fn one_key_is_one_payment() {
    let (_till, register) = register().await;
    let keyed = register.keyed("sale-42");
    let first = keyed.pay(1_000).await.expect_status(200);
    let id = first.json()["transId"].as_str().unwrap().to_owned();
    register.over(&id).await;
    assert_eq!(keyed.pay(1_000).await.text(), first.text());
    assert_eq!(keyed.pay(2_000).await.json()["code"], 1400);
}

#[tokio::test]
async fn a_test_login_ends_payments_by_simulation() {
    let (till, register) = register().await;
    for (task, more, status, reason) in [
        ("PAID", json!({}), "PAID", Value::Null),
        ("CANCELLED", json!({}), "CANCELLED", json!("CANCELLED_BY_CUSTOMER")),
        ("CANCELLED", json!({"reason": "CARD_EXPIRED"}), "CANCELLED", json!("CARD_EXPIRED")),
    ] {
        waiting(&till).await;
        let id = register.paying(1_000).await;
        let mut body = json!({"subject": "payment", "transId": id, "task": task});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let done = register.post("simulation.json", &body).await.expect_status(200);
        assert_eq!(done.text(), r#"{"code":0,"message":"OK"}"#);
        let over = register.over(&id).await;
        assert_eq!((&over["status"], &over["paymentErrorReason"]), (&json!(status), &reason));
        assert_eq!(register.post("simulation.json", &body).await.json()["code"], 1400, "it is over");
    }
}
