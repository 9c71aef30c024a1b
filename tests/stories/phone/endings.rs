//! Payments that end otherwise: cancelled, declined, refused, too late, left.

use super::{ASTRID, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn the_customer_cancels_after_being_asked_once_more() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    scene.click("#cancel").await;
    scene.click("#notSure").await;
    scene.gone("dialog").await;
    assert_eq!(scene.cinema.status(&payment).await, "IssuedToUser");
    scene.click("#cancel").await;
    scene.click("#sure").await;
    scene.see("#outcome", "You cancelled").await;
    scene.see("#spoken", "You cancelled, kr").await;
    assert_eq!(scene.cinema.status(&payment).await, "CancelledByUser");
}

#[tokio::test]
async fn the_shop_cancels_and_the_customer_sees_it() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    scene.chrome.find("#swipeRange").await;
    scene.cinema.cancel(&payment).await;
    scene.see("#outcome", "Cancelled by shop").await;
    scene.see("#spoken", "Cancelled by shop, kr").await;
    scene.see("#why", "Nothing was taken from your card").await;
    scene.click("#done").await;
    scene.see(".activity .row", "Cancelled by shop").await;
    let said = scene.chrome.find("#spoken").await.property("textContent").await;
    assert_eq!(said, "", "what was said is old");
    // What was approved can be cancelled by the shop too.
    scene.checked_in().await;
    let payment = scene.cinema.start("1", "A-2", "95.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    scene.cinema.cancel(&payment).await;
    scene.see("#outcome", "Cancelled by shop").await;
}

#[tokio::test]
async fn a_bank_that_says_no_is_told_as_such() {
    let scene = Scene::of("+4520031806").await;
    scene.checked_in().await;
    scene.cinema.start("1", "A-1", "95.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Declined").await;
    scene.see("#spoken", "Declined, kr").await;
}

#[tokio::test]
async fn the_bar_has_an_age_limit() {
    let scene = Scene::of("+4520031807").await;
    let beacon = scene.cinema.open("5").await;
    scene.check_in(&beacon).await;
    scene.see("#title", "You are checked in").await;
    scene.cinema.start("5", "A-1", "95.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Age limit").await;
}

#[tokio::test]
async fn a_payment_nobody_approves_runs_out() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    scene.chrome.find("#swipeRange").await;
    scene.till.sandbox_api().advance("PT11M").await.expect_status(200);
    scene.see("#outcome", "Not completed").await;
    assert_eq!(scene.cinema.status(&payment).await, "CancelledByMobilePay");
}

#[tokio::test]
async fn the_customer_leaves() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    scene.click("#leave").await;
    scene.see("h1", "Hello, Astrid").await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    assert_eq!(scene.cinema.status(&payment).await, "Initiated");
}

#[tokio::test]
async fn a_vending_machine_wants_the_payment_first() {
    let scene = Scene::of(ASTRID).await;
    let beacon = scene.cinema.open("4").await;
    scene.check_in(&beacon).await;
    scene.see(".toast.bad", "has to start the payment first").await;
    scene.cinema.start("4", "A-1", "12.00").await;
    scene.click(&format!("#tills [data-beacon='{beacon}']")).await;
    scene.see("#amount", "12.00").await;
}

#[tokio::test]
async fn another_customer_takes_over() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    let other = Payer::danish(scene.till.client().clone(), "02");
    other.check_in(&scene.beacon).await;
    scene.see(".toast", "no longer checked in").await;
    scene.see("h1", "Hello, Astrid").await;
    scene.cinema.start("1", "A-1", "95.00").await;
    scene.check_in(&scene.beacon).await;
    scene.see(".toast.bad", "Another payment is under way").await;
}

#[tokio::test]
async fn an_end_is_seen_though_the_check_in_was_seen_without_its_payment() {
    let scene = Scene::new().await;
    // What two nodes can tell in between: the payment is over, and the customer still stands there.
    let between = "let seen = null, told = false; const bend = (it) => { \
        if (it?.checkIn?.payment) seen = it.checkIn; \
        if (!seen || told || it?.checkIn !== null) return it; \
        told = true; return { ...it, checkIn: { ...seen, payment: null } }; }; \
        const { parse } = JSON, { json } = Response.prototype; \
        JSON.parse = (text) => bend(parse(text)); \
        Response.prototype.json = async function () { return bend(await json.call(this)); };";
    let every_page = "Page.addScriptToEvaluateOnNewDocument";
    scene.chrome.devtools(every_page, json!({ "source": between })).await;
    scene.chrome.reload().await;
    scene.become_(ASTRID).await;
    scene.checked_in().await;
    scene.cinema.start("1", "A-1", "95.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    scene.see("#spoken", "Approved, kr").await;
}
