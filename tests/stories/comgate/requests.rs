//! §3, §4.1, §5: what is refused, with which code, and in which order.

use super::register;
use testkit::prelude::*;

#[tokio::test]
async fn every_wrong_request_has_its_code() {
    let (till, register) = register().await;
    super::waiting(&till).await;
    for (body, code) in [
        (json!({"price": 99, "curr": "CZK"}), 1309),
        (json!({"price": 100_000_001, "curr": "CZK"}), 1309),
        (json!({"price": 9, "curr": "EUR"}), 1309),
        (json!({"price": 4_000_001, "curr": "EUR"}), 1309),
        (json!({"price": "10.50", "curr": "CZK"}), 1309),
        (json!({"price": 1000, "amount": 2000, "curr": "CZK"}), 1309),
        (json!({"curr": "CZK"}), 1309),
        (json!({"price": 1000, "curr": "USD"}), 1310),
        (json!({"price": 1000}), 1310),
        (json!({"price": "x", "curr": "x"}), 1310),
        (json!({"price": 1000, "curr": "CZK", "refId": "x".repeat(256)}), 1400),
        (json!([]), 1400),
        (json!("text"), 1400),
    ] {
        for path in ["terminalPayment.json", "terminalRefund.json"] {
            let answer = register.post(path, &body).await.expect_status(200).json();
            assert_eq!(answer["code"], code, "{path} {body}: {answer}");
            assert!(answer["message"].is_string() && answer.get("transId").is_none());
        }
    }
    assert_eq!(register.call(http::Method::POST, "terminalPayment.json", None).await.json()["code"], 1400);
    // The other name of the price, and the edges of what is allowed.
    for body in [json!({"amount": 100, "curr": "czk "}), json!({"price": "10", "curr": "EUR"})] {
        let begun = register.post("terminalPayment.json", &body).await.expect_status(200).json();
        assert_eq!(begun["code"], 0, "{begun}");
        super::press(&till, "abort", &json!({"by": "operator"})).await.expect_status(200);
        register.over(begun["transId"].as_str().unwrap()).await;
        super::waiting(&till).await;
    }
}

#[tokio::test]
async fn names_that_are_none_are_not_known() {
    let (_till, register) = register().await;
    for name in ["AB12-CD34-EF56", "AB12CD34EF56", "AB12-CD34", "x", "3000000001", "AB12-CD34-EF5%21"] {
        let path = format!("terminalPayment/transId/{name}.json");
        let answer = register.get(&path).await.expect_status(200).json();
        assert_eq!(answer, json!({"code": 1400, "message": "transId is not known"}), "{name}");
        assert_eq!(register.call(http::Method::DELETE, &path, None).await.json()["code"], 1400);
    }
    let id = register.paying(1_000).await;
    register.over(&id).await;
    let lower = register.status(&id.to_lowercase()).await.expect_status(200).json();
    assert_eq!((&lower["code"], &lower["transId"]), (&json!(0), &json!(id)));
}

#[tokio::test]
async fn paths_and_methods_that_are_none() {
    let (_till, register) = register().await;
    for path in [
        "",
        "nothing.json",
        "terminalPreauth.json",
        "terminalPayment",
        "v1.0/terminal",
        "csvSingleTransfer/transferId/1?test=true",
        "csvSingleTransfer/transferId/%FF.json?test=true",
    ] {
        let answer = register.get(path).await.expect_status(404);
        assert_eq!(answer.json()["code"], 1400, "{path}");
    }
    for (method, path, allow) in [
        (http::Method::GET, "terminalPayment.json", "POST"),
        (http::Method::PUT, "terminalPayment/transId/AB12-CD34-EF56.json", "GET, DELETE"),
        (http::Method::POST, "terminal.json", "GET"),
        (http::Method::GET, "terminalClosing.json", "POST"),
    ] {
        let answer = register.call(method, path, None).await.expect_status(405);
        assert_eq!((answer.header("allow"), &answer.json()["code"]), (allow, &json!(1400)), "{path}");
    }
    let doubled = register.get("/terminal.json").await.expect_status(200);
    assert_eq!(doubled.json(), json!({"status": "ONLINE"}));
    let large = register.post("terminalPayment.json", &json!({"refId": "x".repeat(70_000)})).await;
    assert_eq!((large.status.as_u16(), &large.json()["code"]), (413, &json!(1400)));
}
