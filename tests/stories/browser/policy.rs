//! No page asks another host for anything, and no browser has anything to complain about.

use super::walk::audit;
use super::{BACK_TO_SHOP, CHALLENGED, NO_FUNDS, Scene, html};
use testkit::prelude::*;

#[tokio::test]
async fn a_whole_payment_without_a_complaint_or_a_foreign_request() {
    let scene = Scene::new().await;
    let order = scene.staying_order(&json!({})).await;
    scene.open(&order.path).await;
    scene.pay_with(NO_FUNDS).await;
    scene.see("#problem", "2 attempts left").await;
    scene.pay_with(CHALLENGED).await;
    scene.chrome.find("#confirm").await;
    assert_eq!(audit(&scene.chrome, "en").await, Vec::<String>::new());
    scene.click("#confirm").await;
    scene.see("h1", "Thank you").await;
    scene.click(BACK_TO_SHOP).await;
    scene.chrome.find("#returningHeading").await;
    assert_eq!(scene.chrome.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_script_in_the_shops_own_words_stays_words() {
    let scene = Scene::new().await;
    let nasty = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'&";
    let changes = json!({ "order_description": nasty, "order_number": nasty });
    let order = scene.staying_order(&changes).await;
    scene.open(&order.path).await;
    scene.see(".description", nasty).await;
    scene.see(".order", nasty).await;
    assert!(scene.chrome.find_all("main img, main script").await.is_empty());
    assert_eq!(scene.chrome.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_overlay_works_in_a_shop_with_a_strict_policy() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({})).await;
    let (gateway, address) = (scene.till.url(""), scene.till.url(&order.path));
    let policy = format!("default-src 'none'; script-src {gateway}; frame-src {gateway}");
    let page = format!(
        "<!doctype html><html lang=en><meta http-equiv=Content-Security-Policy content=\"{policy}\">\
         <link rel=icon href='data:,'><title>Cart</title>\
         <form id=gopay-payment-button action='{address}' method=post><button>Pay</button></form>\
         <script src='{gateway}/gp-gw/js/embed.js'></script>"
    );
    scene.site.answer_path("/cart", html(&page));
    scene.chrome.goto(&scene.site.url("/cart")).await;
    // The icon is the shop's own affair.
    scene.chrome.complaints().await;
    scene.click("button").await;
    // The overlay has the focus in its frame; its close button stands before.
    let wide = "const { width, height } = document.querySelector('body > div').getBoundingClientRect(); \
        return document.activeElement === document.querySelector('body > div') && width + height === 0";
    scene.chrome.until("the overlay", async |page| page.execute(wide, json!([])).await == true).await;
    assert_eq!(scene.chrome.complaints().await, Vec::<String>::new());
    assert_eq!(scene.status(&order).await, "CREATED");
}

#[tokio::test]
async fn the_inspector_finds_what_is_wrong() {
    let site = Receiver::start().await;
    let page = "<!doctype html><html lang=de><title>x</title><meta name=viewport content='width=device-width'>\
        <body style='background: #fff'><header></header><main><h1>One</h1><h1>Two</h1><h3>Three</h3>\
        <p style='color: #999'>pale</p><p style='width: 2000px'>wide</p><input style='border: 1px solid #eee'>\
        <label for=nobody>a</label><svg></svg><p>b</p></main>";
    site.answer_all(html(page));
    for browser in [Browser::default(), Browser::default().narrow()] {
        let chrome = browser.start().await;
        chrome.goto(&site.url("/")).await;
        let wrong = audit(&chrome, "en").await.join("\n");
        for expected in [
            "lang is de",
            "2 of h1",
            "\"Three\" after H1",
            "2008 px wide",
            "refers to nobody",
            "a picture without words",
            "\"pale\" has contrast 2.85",
            "the border of input#. has contrast 1.",
            "something inline",
        ] {
            assert!(wrong.contains(expected), "{expected:?} is not in\n{wrong}");
        }
    }
}
