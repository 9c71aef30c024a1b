//! From the first look at a till to the receipt, and money back.

use super::{ASTRID, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn a_customer_picks_the_till_sees_the_amount_swipes_and_has_a_receipt() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    scene.see("#place", "Vesterbro · Billetter 1").await;
    let payment = scene.cinema.start("1", "A-1042", "125.50").await;
    scene.see("#amount", "125.50").await;
    assert_eq!(scene.cinema.status(&payment).await, "IssuedToUser");
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    scene.see("#spoken", "Approved, kr").await;
    assert_eq!(scene.cinema.status(&payment).await, "Reserved");
    scene.cinema.capture(&payment).await;
    scene.see("#outcome", "Paid").await;
    scene.see(".facts", "A-1042").await;
    scene.click("#done").await;
    scene.see(".activity .row", "Paid").await;
}

#[tokio::test]
async fn the_amount_may_be_there_before_the_customer() {
    let scene = Scene::of(ASTRID).await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    scene.check_in(&scene.beacon).await;
    scene.see("#amount", "95.00").await;
    scene.swipe(1.0, "mouse").await;
    scene.see("#outcome", "Approved").await;
    assert_eq!(scene.cinema.status(&payment).await, "Reserved");
}

#[tokio::test]
async fn a_prepared_payment_is_announced_and_paid_when_it_is_ready() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    let payment = scene.cinema.prepare("1", "A-1").await;
    scene.see("#title", "Almost ready").await;
    scene.cinema.ready("1", "A-1", &payment, "42.00").await;
    scene.see("#amount", "42.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    assert_eq!(scene.cinema.status(&payment).await, "Reserved");
}

#[tokio::test]
async fn a_refund_appears_by_itself() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    scene.cinema.capture(&payment).await;
    scene.click("#done").await;
    let refund = scene.cinema.refund(&payment, "R-1", "20.00").await;
    scene.see(".activity .row[data-kind=refund]", "Refund on its way").await;
    scene.cinema.done("refund/capture", &[("refundId", &refund)]).await;
    scene.see(".toast.good", "Vesterbro has refunded").await;
    scene.see(".activity .row[data-kind=refund]", "+kr").await;
    scene.click(&format!("[data-id='{refund}']")).await;
    scene.see("#outcome", "Refunded").await;
    scene.see(".amount", "20.00").await;
}

#[tokio::test]
async fn whoever_cannot_swipe_has_a_button() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    // Not far enough, and a tap: neither pays.
    scene.swipe(0.8, "touch").await;
    scene.swipe(0.0, "mouse").await;
    scene.click(".swipe-text").await;
    assert_eq!(scene.cinema.status(&payment).await, "IssuedToUser");
    scene.click("#noSwipe").await;
    let button = scene.chrome.find("#payButton").await;
    assert!(button.spoken_name().await.starts_with("Pay kr"), "{}", button.spoken_name().await);
    button.click().await;
    scene.see("#outcome", "Approved").await;
}

#[tokio::test]
async fn the_camera_reads_the_code_at_the_till() {
    let scene = Scene::new().await;
    // A camera that sees a wall, then somebody's address, then the till; this machine has none.
    let script = format!(
        "const seen = [[], ['mailto:somebody@example.com'], ['mobilepaypos://pos?id={}&source=qr']]; \
         window.BarcodeDetector = class {{ static async getSupportedFormats() {{ return ['qr_code']; }} \
             async detect() {{ return (seen.length > 1 ? seen.shift() : seen[0]).map((rawValue) => ({{ rawValue }})); }} }}; \
         navigator.mediaDevices.getUserMedia = async () => {{ const wall = document.createElement('canvas'); \
             wall.getContext('2d').fillRect(0, 0, 300, 150); window.film = wall.captureStream(10); return film; }};",
        scene.beacon
    );
    let every_page = "Page.addScriptToEvaluateOnNewDocument";
    scene.chrome.devtools(every_page, json!({ "source": script })).await;
    scene.chrome.reload().await;
    scene.become_(ASTRID).await;
    scene.click("#scan").await;
    scene.see("#title", "You are checked in").await;
    let off = "return film.getTracks().every((track) => track.readyState === 'ended')";
    assert_eq!(scene.chrome.execute(off, json!([])).await, true, "the camera is still on");
}

#[tokio::test]
async fn a_code_can_be_typed() {
    let scene = Scene::of(ASTRID).await;
    scene.cinema.open("3").await;
    scene.click("#scan").await;
    let field = scene.chrome.find("#code").await;
    field.type_text("a sticker").await;
    scene.click("#useCode").await;
    scene.see("#codeProblem", "not a till's code").await;
    field.clear().await;
    // No till has this one; the next is written as a sticker's code is.
    field.type_text("999999999999999").await;
    scene.click("#useCode").await;
    scene.see(".toast.bad", "No till has this code").await;
    field.clear().await;
    field.type_text("mobilepaypos://pos?id=100000000000003&source=qr").await;
    scene.click("#useCode").await;
    scene.see("#place", "Vesterbro · Kiosk").await;
}

#[tokio::test]
async fn a_till_is_found_by_name_among_many() {
    let scene = Scene::of(ASTRID).await;
    for terminal in ["2", "3", "4", "5"] {
        scene.cinema.open(terminal).await;
    }
    Cinema::other(scene.till.client().clone()).open("1").await;
    scene.click("#scan").await;
    scene.see("#tills", "Kiosk").await;
    let rows = async || scene.chrome.find_all("#tills .row").await.len();
    assert_eq!(rows().await, 6);
    // So few need no search; it is there for those who have more.
    scene.chrome.execute("document.getElementById('search').hidden = false", json!([])).await;
    scene.chrome.find("#search").await.type_text("kallio").await;
    scene.chrome.until("one till", async |_| rows().await == 1).await;
    scene.see("#tills", "Helsinki").await;
}
