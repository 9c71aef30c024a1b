//! §10: a shop on another origin opens the payment in its own page with `embed.js`.
//!
//! The overlay hides in a closed shadow tree. The shop of these stories opens that tree before the script
//! comes, so that a story can look into it; nothing else about it is changed.

use super::{APPROVED, NO_FUNDS, Order, SUBMIT, Scene, html};
use http::Method;
use testkit::prelude::*;
use testkit::webdriver::keys;

const OPEN_TREES: &str = "const attach = Element.prototype.attachShadow; \
    Element.prototype.attachShadow = function (options) { \
    return (window.overlay = attach.call(this, { ...options, mode: 'open' })); }; \
    window.calls = []; window.heard = []; addEventListener('message', (it) => heard.push(it.data));";

/// A shop with a cart page that has this in its body.
async fn cart(scene: &Scene, body: &str) {
    let script = scene.till.url("/gp-gw/js/embed.js");
    let page = format!(
        "<!doctype html><html lang=en><title>Cart</title><script>{OPEN_TREES}</script>\
         <script src='{script}'></script><h1>Cart</h1>{body}"
    );
    scene.site.answer_path("/cart", html(&page));
    scene.chrome.goto(&scene.site.url("/cart")).await;
}

/// A button that opens the payment of this order, inline or not, with a callback that keeps what it hears.
fn button(scene: &Scene, order: &Order, inline: bool) -> String {
    let address = scene.till.url(&order.path);
    format!(
        "<button id=pay onclick=\"_gopay.checkout({{ gatewayUrl: '{address}', inline: {inline} }}, \
         (result) => calls.push(result))\">Pay</button>"
    )
}

/// A cart whose payment has been opened above it.
async fn overlaid(scene: &Scene) -> Order {
    let order = scene.order(&json!({})).await;
    cart(scene, &button(scene, &order, true)).await;
    scene.click("#pay").await;
    order
}

/// Goes on inside the overlay's frame.
async fn enter(scene: &Scene) {
    let frame = scene.chrome.execute("return overlay.querySelector('iframe')", json!([])).await;
    scene.chrome.command(Method::POST, "/frame", json!({ "id": frame })).await.unwrap();
    scene.chrome.find(SUBMIT).await;
}

/// Waits until the callback has been called and returns everything it was called with.
async fn calls(scene: &Scene) -> Value {
    scene.chrome.leave_frames().await;
    let called = "return calls.length > 0";
    scene.chrome.until("called back", async |page| page.execute(called, json!([])).await == true).await;
    let overlays = "return document.querySelectorAll('body > div').length";
    assert_eq!(scene.chrome.execute(overlays, json!([])).await, 0, "nothing is left above the shop's page");
    scene.chrome.execute("return calls", json!([])).await
}

/// What the callback is told, once.
fn told(scene: &Scene, order: &Order, state: &str) -> Value {
    json!([{ "id": order.id.to_string(), "url": scene.return_address(order), "state": state }])
}

#[tokio::test]
async fn the_payer_pays_above_the_shops_page_and_the_shop_is_told_once() {
    let scene = Scene::new().await;
    let order = overlaid(&scene).await;
    enter(&scene).await;
    scene.pay_with(NO_FUNDS).await;
    scene.see("#problem", "2 attempts left").await;
    scene.pay_with(APPROVED).await;
    scene.see("h1", "Thank you").await;
    assert_eq!(calls(&scene).await, told(&scene, &order, "PAID"));
    assert_eq!(scene.chrome.url().await, scene.site.url("/cart"), "the shop decides what comes next");
    assert_eq!(scene.chrome.focused().await.attribute("id").await.as_deref(), Some("pay"));
    scene.assert_paid_once(&order).await;
    assert_eq!(scene.chrome.execute("return calls.length", json!([])).await, 1);
}

#[tokio::test]
async fn the_close_button_leaves_the_payment_open() {
    let scene = Scene::new().await;
    let order = overlaid(&scene).await;
    enter(&scene).await;
    scene.chrome.leave_frames().await;
    wait_for_news(&scene, &order).await;
    scene.chrome.execute("overlay.querySelector('button').click()", json!([])).await;
    assert_eq!(calls(&scene).await, told(&scene, &order, "CREATED"));
    assert_eq!(scene.status(&order).await, "CREATED");
    // It can be opened again and be paid.
    scene.click("#pay").await;
    enter(&scene).await;
    scene.pay_with(APPROVED).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}

/// Waits until the shop's page has heard of this payment.
async fn wait_for_news(scene: &Scene, order: &Order) {
    let heard = format!("return heard.some((news) => news.id === '{}')", order.id);
    scene.chrome.until("told", async |page| page.execute(&heard, json!([])).await == true).await;
}

#[tokio::test]
async fn escape_leaves_from_inside_and_from_outside() {
    let scene = Scene::new().await;
    let order = overlaid(&scene).await;
    enter(&scene).await;
    scene.chrome.find("#cardPan").await.type_text("4444").await;
    scene.chrome.press(keys::ESCAPE).await;
    assert_eq!(calls(&scene).await, told(&scene, &order, "CREATED"));
    scene.chrome.execute("calls.length = 0; heard.length = 0", json!([])).await;
    scene.click("#pay").await;
    wait_for_news(&scene, &order).await;
    scene.chrome.execute("overlay.querySelector('button').focus()", json!([])).await;
    scene.chrome.press(keys::ESCAPE).await;
    assert_eq!(calls(&scene).await, told(&scene, &order, "CREATED"));
    assert_eq!(scene.status(&order).await, "CREATED");
}

#[tokio::test]
async fn after_a_decline_the_way_back_closes_the_frame() {
    let scene = Scene::new().await;
    let order = overlaid(&scene).await;
    enter(&scene).await;
    scene.pay_with(NO_FUNDS).await;
    scene.see("#problem", "2 attempts left").await;
    scene.click(super::BACK_TO_SHOP).await;
    assert_eq!(calls(&scene).await, told(&scene, &order, "CANCELED"));
    assert_eq!(scene.status(&order).await, "CANCELED _5006");
}

#[tokio::test]
async fn the_documented_form_opens_inline_and_leads_to_the_return_address() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({})).await;
    let (address, script) = (scene.till.url(&order.path), scene.till.url("/gp-gw/js/embed.js"));
    let form = format!(
        "<form id=gopay-payment-button action='{address}' method=post><button name=pay>Pay</button>\
         <script src='{script}'></script></form>"
    );
    cart(&scene, &form).await;
    scene.click("button").await;
    enter(&scene).await;
    scene.pay_with(APPROVED).await;
    scene.chrome.leave_frames().await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn forged_news_are_not_believed() {
    let scene = Scene::new().await;
    let (order, other) = (scene.order(&json!({})).await, scene.order(&json!({})).await);
    let forged =
        "{ type: 'gopay.checkout', event: 'close', id: '1', url: 'http://evil.example/', state: 'PAID' }";
    // A stranger's frame, which speaks from another origin than the gateway's…
    let stranger = Receiver::start().await;
    stranger
        .answer_all(html(&format!("<script>onmessage = () => parent.postMessage({forged}, '*')</script>")));
    // …and a frame with a page of the gateway itself that the overlay has not opened.
    let frames = format!(
        "<iframe id=stranger src='{}'></iframe><iframe id=other></iframe>{}",
        stranger.url("/"),
        button(&scene, &order, true)
    );
    cart(&scene, &frames).await;
    scene.click("#pay").await;
    wait_for_news(&scene, &order).await;
    let forge = format!(
        "postMessage({forged}, '*'); document.getElementById('stranger').contentWindow.postMessage('', '*'); \
         document.getElementById('other').src = '{}?inline=1'",
        scene.till.url(&other.path)
    );
    scene.chrome.execute(&forge, json!([])).await;
    wait_for_news(&scene, &other).await;
    let both = "return heard.filter((news) => news.id === '1').length === 2";
    scene.chrome.until("both forged", async |page| page.execute(both, json!([])).await == true).await;
    assert_eq!(scene.chrome.execute("return calls", json!([])).await, json!([]));
    scene.chrome.execute("overlay.querySelector('button').click()", json!([])).await;
    assert_eq!(calls(&scene).await, told(&scene, &order, "CREATED"));
}

#[tokio::test]
async fn a_strangers_page_around_the_payment_hears_nothing() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({})).await;
    let stranger = Receiver::start().await;
    let frame = scene.till.url(&order.path);
    stranger.answer_all(html(&format!(
        "<script>window.heard = []; addEventListener('message', (it) => heard.push(it.data))</script>\
         <iframe src='{frame}?inline=1'></iframe>"
    )));
    scene.chrome.goto(&stranger.url("/")).await;
    scene.chrome.enter_frame(&scene.chrome.find("iframe").await).await;
    // The page's script has run by then: it has taken over the checks.
    scene.chrome.find("body[data-inline] #cardForm[novalidate]").await;
    scene.chrome.leave_frames().await;
    // Messages keep their order: one of our own comes after any that the frame had sent.
    scene.chrome.execute("postMessage('last', '*')", json!([])).await;
    let done = "return heard.includes('last')";
    scene.chrome.until("heard", async |page| page.execute(done, json!([])).await == true).await;
    assert_eq!(scene.chrome.execute("return heard", json!([])).await, json!(["last"]));
}

#[tokio::test]
async fn not_inline_means_going_there() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({})).await;
    cart(&scene, &button(&scene, &order, false)).await;
    scene.click("#pay").await;
    scene.chrome.find(SUBMIT).await;
    assert_eq!(scene.chrome.url().await, scene.till.url(&order.path));
    scene.pay_with(APPROVED).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn a_shop_without_https_is_not_above_but_before_the_payment() {
    // Another name than the payer's own machine has: the kind of shop that a stranger on the way could change.
    let scene = Scene::with(Browser::default().knowing("shop.example")).await;
    let order = scene.order(&json!({})).await;
    cart(&scene, &button(&scene, &order, true)).await;
    let port = scene.site.address().port();
    scene.chrome.goto(&format!("http://shop.example:{port}/cart")).await;
    scene.click("#pay").await;
    scene.chrome.find(SUBMIT).await;
    assert_eq!(scene.chrome.url().await, scene.till.url(&order.path), "the payer went there");
    scene.pay_with(APPROVED).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}
