//! A register of this door and a person at the terminal in the browser (docs/terminals.md): both ends say the same.

use super::ASSISTED;
use http::Method;
use testkit::prelude::*;
use testkit::terminal::GOOD_CARD;

/// Waits until a script finds what it looks for.
async fn until(chrome: &Chrome, what: &str, script: &str, arguments: Value) {
    let asked = json!({ "script": script, "args": arguments });
    chrome
        .until(what, async |session| {
            let found = session.command(Method::POST, "/execute/sync", asked.clone()).await;
            found.is_ok_and(|found| found == json!(true))
        })
        .await;
}

async fn on(chrome: &Chrome, screen: &str) {
    let css = format!("[data-screen={screen}]");
    until(chrome, &css, "return document.querySelector(arguments[0]) !== null", json!([css])).await;
}

/// The operator picks the task that says this.
async fn pick(chrome: &Chrome, says: &str) {
    let script = "const it = [...document.querySelectorAll('.queued')].find((it) => it.textContent.includes(arguments[0]));
        it?.click(); return it !== undefined";
    until(chrome, says, script, json!([says])).await;
}

/// A card is held to the terminal, and the result read and dismissed.
async fn pay(chrome: &Chrome, result: &str) {
    on(chrome, "card").await;
    chrome.find(&format!(".side label:has([value='{GOOD_CARD}'])")).await.click().await;
    chrome.find("[data-entry=contactless]").await.click().await;
    let script = "return document.querySelector('[data-screen=result] h1')?.textContent.includes(arguments[0]) ?? false";
    until(chrome, result, script, json!([result])).await;
    chrome.find("[data-screen=result] [data-default]").await.click().await;
    on(chrome, "idle").await;
}

#[tokio::test]
async fn two_tasks_in_the_other_order_with_a_tip_and_a_cancellation() {
    let (till, chrome) = tokio::join!(Till::sandbox(), Browser::default().start());
    chrome.goto(&till.url("/terminal")).await;
    on(&chrome, "connect").await;
    chrome.find(&format!("[data-demo='{ASSISTED}']")).await.click().await;
    on(&chrome, "idle").await;
    let desk = CashDesk::at(till.client(), ASSISTED).await;
    let first = desk.made(&json!({"amount": 25_900, "originReferenceNum": "Table 4"})).await;
    let second =
        desk.made(&json!({"amount": 8_900, "originReferenceNum": "Table 7", "tipCollect": true})).await;

    pick(&chrome, "Table 7").await;
    on(&chrome, "tip-screen").await;
    assert_eq!(desk.task(&second).await["state"], "IN_PROGRESS");
    assert_eq!(desk.task(&first).await["state"], "CREATED");
    chrome.find("[data-tip='10']").await.click().await;
    pay(&chrome, "Approved").await;
    let sold = desk.over(&second).await;
    let told = &sold["transaction"];
    assert_eq!(
        json!([
            told["result"],
            told["amount"],
            told["tipAmount"],
            told["totalAmount"],
            told["cardDataEntry"]
        ]),
        json!([0, 8_900, 890, 9_790, "CL"])
    );

    pick(&chrome, "Table 4").await;
    pay(&chrome, "Approved").await;
    assert_eq!(desk.over(&first).await["transaction"]["totalAmount"], 25_900);

    let wanted = json!({"transactionType": "VOID", "originTransactionID": sold["amsId"], "originReferenceNum": "Back 7"});
    let void = desk.made(&wanted).await;
    pick(&chrome, "Back 7").await;
    let void = desk.over(&void).await;
    assert_eq!(json!([void["state"], void["result"]]), json!(["COMPLETED", 0]));
    assert_eq!(desk.task(&second).await["transaction"]["voided"], true);
    let open = desk.get("batches/OPEN").await.json();
    assert_eq!(
        json!([open["saleAmount"], open["voidAmount"], open["totalAmount"]]),
        json!([356.9, 97.9, 259])
    );
    assert_eq!(crate::terminal::acquirer(&till).await, 25_900);
}
