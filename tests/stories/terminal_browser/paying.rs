//! Sales: tapped, inserted, signed, declined, given up; begun by a register or by hand.

use super::{AUTOMATIC, GOOD_CARD, INSERT_ABOVE_LIMIT, NO_FUNDS, SIGNED, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn the_browser_takes_over_from_the_simulated_device_and_a_register_is_paid() {
    let (till, chrome) = tokio::join!(Till::sandbox(), Chrome::start());
    let scene = Scene { counter: till.counter(AUTOMATIC), till, chrome };
    scene.counter.when(|standing| standing["link"] == "online").await;
    let register = Register::demo(scene.till.client().clone());
    let before = register.paying(18_950).await;
    assert_eq!(register.over(&before).await["status"], "PAID", "the simulated device is there");
    scene.open().await;
    scene.become_terminal(AUTOMATIC).await;
    let sale = register.paying(18_950).await;
    scene.see("[data-screen=card] .amount", "189.50").await;
    assert_eq!(register.status(&sale).await.expect_status(200).json()["status"], "PENDING");
    scene.present(GOOD_CARD, "contactless").await;
    scene.see("[data-screen=result] h1", "Approved").await;
    assert_eq!(register.over(&sale).await["status"], "PAID");
    // When the browser leaves, the simulated device is back.
    scene.click("[data-screen=result] [data-default]").await;
    scene.on("idle").await;
    scene.click("[data-menu]").await;
    scene.click("[data-disconnect]").await;
    scene.on("connect").await;
    let after = loop {
        let answer = register.pay(1_000).await.json();
        match answer["transId"].as_str() {
            Some(name) => break name.to_owned(),
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(register.over(&after).await["status"], "PAID");
}

#[tokio::test]
async fn a_tap_is_approved_and_has_a_receipt_for_both() {
    let scene = Scene::new().await;
    let id = scene.counter.made(&json!({ "amount": 18_950, "reference": "2010102600" })).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.see("[data-screen=result] h1", "Approved").await;
    assert_eq!(scene.counter.end(id).await, "approved");
    assert_eq!(scene.captures(id).await, 1);
    scene.click("[data-receipt]").await;
    scene.see("[data-copy=customer]", "**** **** **** 4448").await;
    scene.see("[data-copy=merchant]", "444444******4448").await;
    scene.see("[data-copy=customer]", "2010102600").await;
    let customer = scene.chrome.find("[data-copy=customer]").await.text().await;
    assert!(!customer.contains("444444"), "{customer}");
    assert!(customer.contains("189.50") && customer.contains("10012345"), "{customer}");
    // Wider paper, then the printer has what it prints.
    scene.chrome.execute("window.print = () => { window.printed = true }", json!([])).await;
    scene.click(".widths .chip:last-child").await;
    scene.click("[data-print]").await;
    scene.there(".paper .slip-80[data-copy=customer]").await;
    scene.there(".paper .slip-80[data-copy=merchant]").await;
    assert_eq!(scene.chrome.execute("return window.printed", json!([])).await, true);
}

#[tokio::test]
async fn paper_has_the_width_of_its_slip() {
    let scene = Scene::new().await;
    scene.counter.sale(18_950).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.click("[data-receipt]").await;
    scene.chrome.execute("window.print = () => {}", json!([])).await;
    scene.click("[data-print]").await;
    let options = json!({ "preferCSSPageSize": true });
    let printed = scene.chrome.devtools("Page.printToPDF", options).await;
    let file = base64::Engine::decode(
        &base64::prelude::BASE64_STANDARD,
        printed["data"].as_str().expect("a document"),
    );
    let file = String::from_utf8_lossy(&file.unwrap()).into_owned();
    let boxes: Vec<&str> =
        file.split("/MediaBox").skip(1).filter_map(|rest| rest.split(']').next()).collect();
    assert_eq!(boxes.len(), 2, "two copies: {boxes:?}");
    for size in boxes {
        // 58 mm are 164.4 points.
        let width: f64 = size.split_whitespace().nth(2).unwrap().parse().unwrap();
        assert!((163.0..166.0).contains(&width), "{size}");
    }
}

#[tokio::test]
async fn a_decline_says_why_and_what_to_do() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(18_950).await;
    scene.present(NO_FUNDS, "contactless").await;
    scene.see("[data-screen=result] h1", "Declined").await;
    scene.see("[data-screen=result] .detail", "not enough money").await;
    scene.see("[data-screen=result] .advice", "another card").await;
    assert_eq!(scene.counter.end(id).await, json!({ "declined": "insufficient_funds" }));
    scene.result("Declined").await;
}

#[tokio::test]
async fn the_customer_gives_up_and_the_operator_does() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(18_950).await;
    scene.click("[data-screen=card] [data-cancel]").await;
    scene.see("[data-screen=result] .detail", "by the customer").await;
    assert_eq!(scene.counter.end(id).await, "cancelled_by_customer");
    scene.result("Cancelled").await;
    let id = scene.counter.sale(18_950).await;
    scene.click("[data-screen=card] summary").await;
    scene.click("[data-operator-cancel]").await;
    scene.see("[data-screen=result] .detail", "by the operator").await;
    assert_eq!(scene.counter.end(id).await, "cancelled_by_operator");
}

#[tokio::test]
async fn above_the_limit_a_card_is_inserted() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(60_000).await;
    scene.present(INSERT_ABOVE_LIMIT, "contactless").await;
    scene.see("[data-screen=card].must h1", "Insert the card").await;
    let tap = scene.chrome.find("[data-entry=contactless]").await;
    assert_eq!(tap.property("disabled").await, true);
    scene.click("[data-entry=chip]").await;
    scene.pin("1234").await;
    scene.see("[data-screen=result] .remove", "Remove the card").await;
    assert_eq!(scene.counter.end(id).await, "approved");
    assert_eq!(scene.captures(id).await, 1);
}

#[tokio::test]
async fn a_signature_is_given_with_a_finger_or_typed_and_compared() {
    let scene = Scene::new().await;
    let id = scene.counter.sale(18_950).await;
    scene.present(SIGNED, "chip").await;
    scene.on("sign").await;
    scene.click("[data-screen=sign] [data-default]").await;
    scene.see("[data-screen=sign] .problem", "Sign or type").await;
    let stroke = "const pad = document.querySelector('.pad'); const box = pad.getBoundingClientRect(); \
        pad.setPointerCapture = () => {}; \
        for (const [kind, x] of [['down', 20], ['move', 60], ['move', 120], ['up', 120]]) \
        pad.dispatchEvent(new PointerEvent(`pointer${kind}`, { pointerId: 1, clientX: box.left + x, clientY: box.top + 40 }))";
    scene.chrome.execute(stroke, json!([])).await;
    scene.click("[data-screen=sign] [data-default]").await;
    scene.click("[data-sign=yes]").await;
    scene.result("Approved").await;
    assert_eq!(scene.counter.end(id).await, "approved");
    let id = scene.counter.sale(18_950).await;
    scene.present(SIGNED, "chip").await;
    scene.chrome.find("[name=signature]").await.type_text("Somebody else").await;
    scene.click("[data-screen=sign] [data-default]").await;
    scene.click("[data-sign=no]").await;
    scene.see("[data-screen=result] h1", "Declined").await;
    assert_eq!(scene.counter.end(id).await, json!({ "declined": "refused" }));
    assert_eq!(scene.captures(id).await, 0);
}

#[tokio::test]
async fn the_register_takes_back_what_it_asked_for() {
    let scene = Scene::new().await;
    let register = Register::demo(scene.till.client().clone());
    let sale = register.paying(18_950).await;
    scene.on("card").await;
    register.cancel(&sale).await;
    // Comgate's cancel is for paid ones; while a card is awaited the customer decides.
    scene.click("[data-screen=card] [data-cancel]").await;
    scene.result("Cancelled").await;
    assert_eq!(register.over(&sale).await["status"], "CANCELLED");
}
