//! §5.3, §5.7, §9: closings.

use super::desk;
use testkit::prelude::*;

#[tokio::test]
async fn a_closing_sums_up_and_numbers_run_from_one() {
    let (till, desk) = desk().await;
    let empty = desk.closed().await;
    assert_eq!(
        json!([empty["state"], empty["type"], empty["transactionId"]]),
        json!(["COMPLETED", "BATCH", null])
    );
    let told = &empty["batch"];
    assert_eq!(
        json!([told["batchNumber"], told["totalCount"], told["firstTransactionDate"]]),
        json!(["1", 0, null])
    );
    desk.sold(9_550).await;
    let sold = desk.sold(10_000).await;
    desk.sold(1_122).await;
    let earlier = desk.sold(30_000).await;
    desk.voided(sold["amsId"].as_str().unwrap()).await;
    let euros = desk.made(&json!({"amount": 500, "currencyCode": "EUR"})).await;
    desk.over(&euros).await;
    let open = desk.get("batches/OPEN").await.expect_status(200).json();
    assert_eq!((&open["amsId"], &open["batchNumber"]), (&json!("OPEN"), &json!("2")));
    let closed = desk.closed().await;
    assert_eq!(
        (&closed["batchId"], &closed["amsId"]),
        (&json!("AMS-10012345-B000002"), &json!("AMS-10012345-B000002"))
    );
    let mut batch = closed["batch"].clone();
    for at in ["date", "firstTransactionDate", "previousBatchDate"] {
        assert_eq!(batch[at].as_str().unwrap().len(), 24);
        batch[at] = json!("…");
    }
    batch["otherCurrencies"][0]["subBatches"] = json!("…");
    for method in ["CASH", "ACCOUNT_PAYMENT", "BLIK_PAYMENT", "PAYMENT_GATEWAY"] {
        assert_eq!(batch["subBatches"][method]["totalCount"], 0);
        batch["subBatches"].as_object_mut().unwrap().remove(method);
    }
    insta::assert_json_snapshot!(batch, @r#"
    {
      "amsId": "AMS-10012345-B000002",
      "batchNumber": "2",
      "batchSaleAmount": 49550,
      "batchSaleNum": 3,
      "batchTotalAmount": 39550,
      "batchTotalNum": 4,
      "batchVoidAmount": 10000,
      "batchVoidNum": 1,
      "communicationId": null,
      "currency": "CZK",
      "date": "…",
      "firstTransactionDate": "…",
      "invalidCount": 1,
      "otherCurrencies": [
        {
          "amsId": "AMS-10012345-B000002",
          "batchNumber": "2",
          "batchSaleAmount": 500,
          "batchSaleNum": 1,
          "batchTotalAmount": 500,
          "batchTotalNum": 1,
          "batchVoidAmount": 0,
          "batchVoidNum": 0,
          "currency": "EUR",
          "saleAmount": 5,
          "saleCount": 1,
          "subBatches": "…",
          "terminalID": "10012345",
          "tid": "10012345",
          "tipAmount": 0,
          "tipAverage": 0,
          "tipAveragePercentage": 0,
          "tipCount": 0,
          "totalAmount": 5,
          "totalCount": 1,
          "voidAmount": 0,
          "voidCount": 0
        }
      ],
      "previousBatchDate": "…",
      "saleAmount": 495.5,
      "saleCount": 3,
      "subBatches": {
        "CARD": {
          "closeBatchNumber": "2",
          "saleAmount": 495.5,
          "saleCount": 3,
          "totalAmount": 395.5,
          "totalCount": 4,
          "voidAmount": 100,
          "voidCount": 1
        }
      },
      "terminalID": "10012345",
      "tid": "10012345",
      "tipAmount": 0,
      "tipAverage": 0,
      "tipAveragePercentage": 0,
      "tipCount": 0,
      "totalAmount": 395.5,
      "totalCount": 4,
      "voidAmount": 100,
      "voidCount": 1
    }
    "#);
    for name in ["AMS-10012345-B000002", "2"] {
        let read = desk.get(&format!("batches/{name}")).await.expect_status(200).json();
        assert_eq!(read, closed["batch"]);
    }
    let listed = desk.get("transactions?batchNumber=2").await.expect_status(200).json();
    assert_eq!(listed["total"], 5);

    // A sale of a closed batch is cancelled in the open one, and the closed one stays as it was.
    desk.voided(earlier["amsId"].as_str().unwrap()).await;
    let third = desk.closed().await["batch"].clone();
    assert_eq!(
        json!([
            third["batchNumber"],
            third["saleCount"],
            third["voidCount"],
            third["voidAmount"],
            third["totalAmount"]
        ]),
        json!(["3", 0, 1, 300, -300])
    );
    assert_eq!(desk.get("batches/2").await.json(), closed["batch"]);
    let again = desk.closed().await["batch"].clone();
    assert_eq!(json!([again["batchNumber"], again["totalCount"]]), json!(["4", 0]), "two in a row are two");

    // Totals and ledger agree: what the acquirer owes is the sum over the batches.
    let all = desk.get("batches").await.expect_status(200).json();
    let batches = all["batches"].as_array().unwrap();
    assert_eq!(batches.len(), 5);
    let mut net: i64 = batches.iter().map(|batch| batch["batchTotalAmount"].as_i64().unwrap()).sum();
    for other in batches.iter().flat_map(|batch| batch["otherCurrencies"].as_array().unwrap()) {
        net += other["batchTotalAmount"].as_i64().unwrap();
    }
    assert_eq!(crate::terminal::acquirer(&till).await, net);
    for missing in ["batches/6", "batches/AMS-10012346-B000001", "batches/x"] {
        desk.get(missing).await.expect_status(404);
    }
}

#[tokio::test]
async fn two_doors_share_a_terminal_and_its_batch() {
    let (till, desk) = desk().await;
    let register = Register::demo(till.client().clone());
    super::super::comgate::online(&register).await;
    let sold = desk.sold(1_000).await;
    let paid = register.paying(2_000).await;
    assert_eq!(register.over(&paid).await["status"], "PAID");
    // A queue of this door and a payment of the other one take turns.
    let closed = register.close().await.expect_status(200).json();
    assert_eq!(json!([closed["batchNumber"], closed["batchData"][0]["amount"]]), json!([1, 3_000]));
    assert_eq!(desk.get("batches/1").await.json()["totalAmount"], 30);
    let listed = desk.get("transactions").await.json();
    assert_eq!(listed["total"], 2);
    // Tasks are told to the door that made them.
    assert_eq!(desk.get("tasks").await.json()["total"], 1);
    let of_register =
        listed["transactions"].as_array().unwrap().iter().find(|it| it["amount"] == 2_000).unwrap();
    let void = desk.voided(of_register["amsID"].as_str().unwrap()).await;
    assert_eq!(void["result"], 0);
    assert_eq!(register.status(&paid).await.json()["reversed"], true);
    assert_eq!(desk.voided(sold["amsId"].as_str().unwrap()).await["result"], 0);
}
