//! §5.1, §5.4–§5.6, §8: sales and refunds, their codes, and what is refused.

use super::{ASSISTED, AT_ONCE, desk, ending};
use testkit::prelude::*;
use testkit::terminal::AUTOMATIC;

#[tokio::test]
async fn a_sale_is_created_carried_out_and_told_in_full() {
    let (till, desk) = desk().await;
    till.counter(AUTOMATIC).press("next-outcome", &json!({"outcome": "wait"})).await.expect_status(200);
    let wanted = json!({"transactionType": "SALE", "paymentMethod": "CARD", "amount": 18_950, "currencyCode": "203",
        "originReferenceNum": "UCT 2026-00817", "preferableReceiptType": "EMAIL",
        "clientInfo": {"contact": {"email": "host@example.org"}}});
    let answer = desk.create(&wanted).await.expect_status(200);
    let mut created = answer.json();
    assert_eq!(answer.header("location"), format!("/v1/tasks/{}", created["taskId"].as_str().unwrap()));
    for twice in
        [("taskId", "id"), ("state", "status"), ("type", "taskType"), ("transactionId", "transactionID")]
    {
        assert_eq!(created[twice.0], created[twice.1]);
    }
    for (name, value) in created.as_object_mut().unwrap() {
        if matches!(name.as_str(), "taskId" | "id" | "transactionId" | "transactionID") {
            assert_eq!(value.as_str().unwrap().len(), 36);
            *value = json!("…");
        }
        if matches!(name.as_str(), "created" | "updated") {
            let at = value.as_str().unwrap();
            assert!(at.len() == 24 && at.ends_with('Z'), "{at}");
            *value = json!("…");
        }
    }
    insta::assert_snapshot!(created, @r#"{"amsID":null,"amsId":null,"batch":null,"batchId":null,"created":"…","error":null,"finished":null,"id":"…","request":{"amount":18950,"cancelMode":null,"clientID":null,"currencyCode":"203","originReferenceNum":"UCT 2026-00817","originTransactionID":null,"paymentMethod":"CARD","preferableReceiptType":"EMAIL","printByPaymentApp":true,"tipAmount":0,"tipCollect":false,"transactionType":"SALE"},"result":null,"started":null,"state":"CREATED","status":"CREATED","taskId":"…","taskType":"TRANSACTION","tid":"10012345","transaction":null,"transactionID":"…","transactionId":"…","type":"TRANSACTION","updated":"…"}"#);
    let task = answer.json();
    let running = desk.when(&task, |task| task["state"] == "IN_PROGRESS").await;
    assert_eq!(
        (&running["transaction"]["state"], &running["transaction"]["result"]),
        (&json!(2), &Value::Null)
    );
    let card = json!({"card": "5447380000000006", "entry": "contactless"});
    till.counter(AUTOMATIC).press("present", &card).await.expect_status(200);
    let over = desk.over(&task).await;
    assert_eq!(ending(&over), ("COMPLETED".to_owned(), json!(0), Value::Null));
    assert_eq!(over["amsId"], over["transaction"]["amsID"]);
    let mut told = over["transaction"].clone();
    assert_eq!(told["approvedCode"].as_str().unwrap().len(), 6);
    for (name, value) in told.as_object_mut().unwrap() {
        let differs = [
            "transactionID",
            "transactionId",
            "amsID",
            "amsId",
            "date",
            "approvedCode",
            "authorizationCode",
            "externalTransactionID",
        ];
        if differs.contains(&name.as_str()) && value.is_string() {
            *value = json!("…");
        }
    }
    insta::assert_json_snapshot!(told, @r#"
    {
      "amount": 18950,
      "amsID": "…",
      "amsId": "…",
      "approvedCode": "…",
      "authorizationCode": "…",
      "batchNumber": "1",
      "blikCode": null,
      "blikTransactionRef": null,
      "cardDataEntry": "CL",
      "cardEntryMode": "CL",
      "cardHolderVerificationMethod": "NONE",
      "cardNumber": "**** **** **** 0006",
      "cardProduct": "MASTERCARD",
      "cardType": "MASTERCARD",
      "cashbackAmount": 0,
      "clientID": "5f0c7a52-8f2e-4d0b-9b0e-6a1d3c2f4e10",
      "code": "approved",
      "currency": "CZK",
      "currencyCode": "203",
      "date": "…",
      "dccData": null,
      "elvData": null,
      "emvAid": "A0000000041010",
      "emvAppLabel": "MASTERCARD",
      "error": null,
      "externalTransactionID": "…",
      "invoiceNumber": "00010001",
      "isRepeatable": false,
      "late": false,
      "merchantID": "8123456790",
      "merchantInfo": {
        "city": "Brno",
        "company": "Demo merchant with tills",
        "country": "CZ",
        "house": "12",
        "location": "Till 1",
        "street": "Husova",
        "zip": "602 00"
      },
      "originReferenceNum": "UCT 2026-00817",
      "originTransactionID": null,
      "paymentMethod": "CARD",
      "pinOk": false,
      "preferableReceiptType": "EMAIL",
      "printByPaymentApp": true,
      "receiptNumber": "00010001",
      "referenceNumber": "UCT 2026-00817",
      "responseCode": 0,
      "responseMessage": "APPROVED",
      "result": 0,
      "sequenceNumber": "000001",
      "state": 6,
      "terminalID": "10012345",
      "tipAmount": 0,
      "totalAmount": 18950,
      "traceNumber": "000001",
      "transactionID": "…",
      "transactionId": "…",
      "transactionType": "SALE",
      "transactionTypeId": 1,
      "voided": false,
      "voidedByTransactionID": null
    }
    "#);
    // One transaction under all of its names.
    let name = |value: &Value| value.as_str().unwrap().to_owned();
    for path in [
        format!("transactions/{}", name(&over["transactionId"])),
        format!("transactions/{}", name(&over["amsId"])),
        format!("tasks/{}/transaction", name(&over["taskId"])),
    ] {
        assert_eq!(desk.get(&path).await.expect_status(200).json(), over["transaction"], "{path}");
    }
    for path in
        ["transactions/AMS-10012346-3000000000", "transactions/7", "transactions/x", "tasks/x", "tasks/7"]
    {
        desk.get(path).await.expect_status(404);
    }
    for path in ["/v1", "/v1/", "/v1/nothing", "/cloud/v1/nothing", "/api/v1/nothing", "/oauth/nothing"] {
        let answer = till.client().get(path).await.expect_status(404).json();
        assert_eq!((&answer["status"], &answer["path"]), (&json!(404), &json!(path)));
    }
}

#[tokio::test]
async fn the_amounts_of_the_simulator() {
    let (till, desk) = desk().await;
    let declined = desk.sold(1_122).await;
    assert_eq!(ending(&declined), ("COMPLETED".to_owned(), json!(-4), Value::Null));
    let told = &declined["transaction"];
    assert_eq!(
        json!([told["result"], told["responseCode"], told["code"], told["error"]["code"], told["state"]]),
        json!([-4, 50, "declined", 42, 6])
    );
    assert_eq!(ending(&desk.sold(1_124).await), ("ERROR".to_owned(), json!(-1), json!(104)));
    assert_eq!(ending(&desk.sold(1_125).await), ("CANCELLED".to_owned(), json!(-1), json!(43)));
    let silent = desk.sale(1_123).await;
    desk.when(&silent, |task| task["state"] == "IN_PROGRESS").await;
    till.sandbox_api().advance("PT301S").await.expect_status(200);
    let over = desk.over(&silent).await;
    assert_eq!(ending(&over), ("ERROR".to_owned(), json!(-1), json!(65)));
    assert_eq!(
        (&over["error"]["errorCode"], &over["error"]["name"]),
        (&json!("1-065"), &json!("TRANSACTION_TIMEOUT"))
    );
    // No card was there: nothing was charged, and the same may be tried again.
    assert_eq!(
        (&over["transaction"]["state"], &over["transaction"]["isRepeatable"]),
        (&json!(3), &json!(true))
    );
    assert_eq!(ending(&desk.sold(1_111).await), ("COMPLETED".to_owned(), json!(0), Value::Null));
}

#[tokio::test]
async fn a_card_of_another_currency_says_what_its_holder_was_offered() {
    let (_till, desk) = desk().await;
    for (amount, currency, foreign, rate, status) in [
        (9_991, "KWD", "1.299", "0.013000", "ACCEPTED"),
        (9_992, "JPY", "639", "6.400000", "ACCEPTED"),
        (9_993, "EUR", "3.95", "0.039500", "NOT_ACCEPTED"),
        (9_994, "EUR", "3.95", "0.039500", "NOT_PROCESSED"),
    ] {
        let sold = desk.sold(amount).await;
        let offer = json!({"currency": currency, "amount": foreign, "markup": 320, "regionSchemaIndicator": 1,
            "exchangeRate": rate, "status": status});
        assert_eq!((&sold["transaction"]["dccData"], &sold["result"]), (&offer, &json!(0)));
        // The merchant's side stays in its own currency, also when it is cancelled.
        assert_eq!(
            (&sold["transaction"]["totalAmount"], &sold["transaction"]["currency"]),
            (&json!(amount), &json!("CZK"))
        );
        let void = desk.voided(sold["amsId"].as_str().unwrap()).await;
        assert_eq!((&void["transaction"]["dccData"], &void["result"]), (&offer, &json!(0)));
    }
}

#[tokio::test]
async fn every_reason_has_its_host_code() {
    let (till, desk) = desk().await;
    for (reason, code, name) in [
        ("insufficient_funds", 76, "insufficientFunds"),
        ("card_expired", 51, "expiredCard"),
        ("limit_exceeded", 81, "amountLimitExceeded"),
        ("lost_or_stolen", 57, "captureCard"),
    ] {
        let script = json!({"outcome": "declined", "reason": reason});
        till.counter(AUTOMATIC).press("next-outcome", &script).await.expect_status(200);
        let told = desk.sold(1_000).await["transaction"].clone();
        assert_eq!(json!([told["result"], told["responseCode"], told["code"]]), json!([-4, code, name]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_at_once_are_ten_tasks_and_one_runs() {
    let (till, desk) = desk().await;
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let desk = desk.clone();
        asking.spawn(async move { desk.sale(1_000).await });
    }
    let tasks = asking.join_all().await;
    let mut names: Vec<String> = tasks.iter().map(|task| task["taskId"].to_string()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 10);
    loop {
        let listed = desk.get("tasks?state=IN_PROGRESS").await.expect_status(200).json();
        assert!(listed["total"].as_u64().unwrap() <= 1, "{listed}");
        let done = desk.get("tasks?state=COMPLETED").await.expect_status(200).json();
        if done["total"] == 10 {
            break;
        }
    }
    for task in &tasks {
        assert_eq!(desk.task(task).await["result"], 0);
    }
    assert_eq!(crate::terminal::acquirer(&till).await, 10_000);
}

#[tokio::test]
async fn one_body_through_each_prefix_in_each_spelling() {
    let (_till, desk) = desk().await;
    for prefix in ["", "/cloud", "/api"] {
        for body in [
            json!({"transactionType": "SALE", "amount": 100, "currencyCode": "CZK"}),
            json!({"transactionType": "CARD", "operation": "SALE", "amount": "100", "currency": 203}),
            json!({"transactionType": 1, "paymentType": "card", "amount": 100, "currencyCode": "203"}),
            json!({"amount": 100}),
        ] {
            let task = desk.under(prefix).made(&body).await;
            assert_eq!(task["request"]["transactionType"], "SALE", "{body}");
            let over = desk.under(prefix).over(&task).await;
            assert_eq!(over["transaction"]["currency"], "CZK");
            let spelt = body.get("currencyCode").or(body.get("currency")).cloned().unwrap_or(json!("CZK"));
            assert_eq!(over["transaction"]["currencyCode"], spelt);
        }
        let path = "tasks/transaction/".to_owned();
        let answer =
            desk.under(prefix).call(http::Method::POST, &path, Some(r#"{"amount":100}"#.to_owned())).await;
        answer.expect_status(200);
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_all_at_once() {
    let (till, desk) = desk().await;
    let wrong = json!({"transactionType": "SALE", "amount": 0, "tipAmount": "x", "currencyCode": "XXX",
        "originReferenceNum": "x".repeat(21), "preferableReceiptType": "PIGEON"});
    let answer = desk.create(&wrong).await.expect_status(400).json();
    assert_eq!(json!([answer["code"], answer["errorCode"], answer["status"]]), json!([55, "1-055", 400]));
    assert_eq!(
        (answer["path"].as_str(), answer["supportID"].as_str().map(str::len)),
        (Some("/v1/tasks/TRANSACTION"), Some(6))
    );
    let fields: Vec<&str> =
        answer["fieldErrors"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(
        fields,
        ["amount", "tipAmount", "currencyCode", "originReferenceNum", "preferableReceiptType"]
    );
    for (body, status, code) in [
        (json!({"amount": 100, "currencyCode": "USD"}), 400, json!(55)),
        (json!({"amount": 100_000_000}), 400, json!(55)),
        (json!({"transactionType": "SALE", "operation": "VOID", "amount": 100}), 400, json!(55)),
        (json!({"transactionType": "VOID"}), 400, json!(55)),
        (json!({"transactionType": "PREAUTH", "amount": 100}), 400, json!(55)),
        (json!({"amount": 100, "paymentMethod": "CASH"}), 400, json!(47)),
        (json!({"amount": 100, "clientID": "somebody else"}), 403, json!(8)),
    ] {
        let answer = desk.create(&body).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (status, &code), "{body}");
    }
    let own = json!({"amount": 100, "clientID": "5f0c7a52-8f2e-4d0b-9b0e-6a1d3c2f4e10"});
    desk.create(&own).await.expect_status(200);
    let post = |path: &'static str, body: &str| desk.call(http::Method::POST, path, Some(body.to_owned()));
    post("tasks/PAYMENT", "{}").await.expect_status(404);
    for body in ["[]", "{", "", "amount=100"] {
        post("tasks/TRANSACTION", body).await.expect_status(400);
    }
    post("tasks/TRANSACTION", &format!(r#"{{"amount":100,"x":"{}"}}"#, "x".repeat(70_000)))
        .await
        .expect_status(413);
    let put = desk.call(http::Method::PUT, "tasks/BATCH", None).await.expect_status(405);
    assert_eq!(put.header("allow"), "GET, POST, DELETE");
    let tokens = testkit::gptom::token(
        till.client(),
        "/oauth/token",
        testkit::gptom::PROGRAM,
        &[
            ("grant_type", "password"),
            ("username", testkit::gptom::CASHIER),
            ("password", testkit::gptom::PASSWORD),
            ("tid", AT_ONCE),
        ],
    )
    .await
    .json();
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/xml")];
    let xml = till.client().send(http::Method::POST, "/v1/tasks/TRANSACTION", &headers, "<a/>").await;
    assert_eq!(xml.status, 415);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_id_makes_one_task() {
    let (till, desk) = desk().await;
    let body = json!({"amount": 1_000, "requestId": "receipt 17"});
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let (desk, body) = (desk.clone(), body.clone());
        asking.spawn(async move { desk.made(&body).await["taskId"].clone() });
    }
    let mut names: Vec<String> = asking.join_all().await.iter().map(Value::to_string).collect();
    names.dedup();
    assert_eq!(names.len(), 1);
    // The header says the same, and another request is not this one.
    let again = desk.keyed("receipt 17").made(&json!({"amount": 1_000})).await;
    assert_eq!(again["taskId"].to_string(), names[0]);
    desk.create(&json!({"amount": 2_000, "requestId": "receipt 17"})).await.expect_status(409);
    // At another terminal the id is another one's.
    let other = CashDesk::at(till.client(), ASSISTED).await.made(&body).await;
    assert_ne!(other["taskId"].to_string(), names[0]);
    desk.over(&again).await;
    assert_eq!(crate::terminal::acquirer(&till).await, 1_000);
}

#[tokio::test]
async fn a_refund_goes_the_other_way_where_it_is_allowed() {
    let (till, desk) = desk().await;
    let task = desk.made(&json!({"transactionType": "REFUND", "amount": 700})).await;
    let over = desk.over(&task).await;
    let told = &over["transaction"];
    assert_eq!(
        json!([over["result"], told["transactionType"], told["transactionTypeId"]]),
        json!([0, "REFUND", 3])
    );
    assert_eq!(crate::terminal::acquirer(&till).await, -700);
}
