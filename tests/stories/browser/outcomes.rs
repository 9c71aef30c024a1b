//! §10: addresses of payments that cannot be paid, or not any more.

use http::Method;

use super::{APPROVED, BACK_TO_SHOP, SUBMIT, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn a_payment_out_of_time_says_so() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    scene.fill_in(APPROVED).await;
    scene.buttons.advance("PT13H").await.expect_status(200);
    scene.click(SUBMIT).await;
    scene.see("h1", "time for this payment has run out").await;
    let shop = scene.shop.renewed();
    assert_eq!(shop.state(order.id).await, "TIMEOUTED");
    assert_eq!(scene.happened(&order, "authorisation_sent").await, 0);
    scene.notified(&order).await;
    scene.click(BACK_TO_SHOP).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
}

#[tokio::test]
async fn a_paid_payment_is_not_paid_again() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({ "order_number": "2026/42" })).await;
    scene.buttons.pay(order.id).await.expect_status(200);
    scene.open(&order.path).await;
    scene.see("h1", "already been made").await;
    scene.see(".outcome", "Order 2026/42").await;
    assert!(scene.chrome.find_all("form[action*=card], meta[http-equiv=refresh]").await.is_empty());
    scene.click(BACK_TO_SHOP).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn an_old_page_says_what_was_reserved_charged_and_given_back() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({ "preauthorization": true, "amount": 139_950 })).await;
    scene.buttons.pay(order.id).await.expect_status(200);
    scene.open(&order.path).await;
    scene.see("h1", "has been reserved").await;
    scene.see(".outcome", "CZK\u{a0}1,399.50 is reserved on your card").await;
    assert!(scene.chrome.find_all("meta[http-equiv=refresh]").await.is_empty());
    scene.shop.capture(order.id, Some(1_000)).await.expect_status(200);
    scene.chrome.reload().await;
    scene.see(".outcome", "CZK\u{a0}10.00 was paid to").await;
    scene.shop.refund(order.id, 250).await.expect_status(200);
    scene.chrome.reload().await;
    scene.see("h1", "Part of this payment").await;
    scene.see(".outcome", "CZK\u{a0}2.50 of CZK\u{a0}10.00 back to you").await;
    scene.shop.refund(order.id, 750).await.expect_status(200);
    scene.chrome.reload().await;
    scene.see("h1", "has been refunded").await;
    scene.see(".outcome", "sent CZK\u{a0}10.00 back to you").await;
}

#[tokio::test]
async fn a_request_that_cannot_be_used_is_told_so() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({})).await;
    let client = scene.till.client();
    let blamed = |text: &str| assert!(text.contains("could not use what your browser sent"), "{text}");
    for action in ["card", "challenge", "method", "approval"] {
        let path = format!("{}/{action}?lang=en", order.path);
        blamed(&client.send(Method::POST, &path, &[], vec![b'x'; 70_000]).await.expect_status(413).text());
        let fields = vec![("a", "b"); 300];
        blamed(&client.post_form(&path, &fields).await.expect_status(400).text());
        let half = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\npan=4");
        let answer = String::from_utf8(client.raw(half.as_bytes()).await).unwrap();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    for action in ["", "/card", "/challenge", "/method", "/approval", "/cancel", "/return"] {
        for method in [Method::PUT, Method::DELETE] {
            let path = format!("{}{action}?lang=en", order.path);
            let answer = client.send(method, &path, &[], "").await.expect_status(405);
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
            let mut allowed: Vec<_> = answer.header("allow").split(',').collect();
            allowed.sort_unstable();
            assert_eq!(allowed, ["GET", "HEAD", "POST"], "{path}");
            blamed(&answer.text());
            assert!(answer.text().contains(&format!("href=\"{}?lang=en\"", order.path)), "{path}");
        }
    }
    assert_eq!(scene.status(&order).await, "CREATED");
}

#[tokio::test]
async fn an_unknown_address_is_a_page_and_not_found() {
    let scene = Scene::new().await;
    for path in ["/gw/v3/0123456789abcdef0123456789abcdef", "/gw/v3/%3Cscript%3E", "/gw/v3/x/y/z", "/gw/"] {
        let answer = scene.till.client().get(path).await.expect_status(404);
        if path != "/gw/" {
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
            assert!(!answer.text().contains("<script>"));
        }
    }
    scene.open("/gw/v3/0123456789abcdef0123456789abcdef").await;
    scene.see("h1", "We do not know this payment").await;
    scene.see("main", "Please return to the shop").await;
    let card = [("pan", APPROVED), ("exp", "1249"), ("cvc", "123")];
    let posted = scene.till.client().post_form("/gw/v3/0123456789abcdef0123456789abcdef/card", &card).await;
    posted.expect_status(404);
}

#[tokio::test]
async fn an_address_below_a_page_leads_to_the_page() {
    let scene = Scene::new().await;
    let order = scene.order(&json!({})).await;
    for action in ["card", "challenge", "cancel", "return"] {
        scene.open(&format!("{}/{action}?lang=de", order.path)).await;
        scene.chrome.find(&format!("html[lang=de] {SUBMIT}")).await;
        assert_eq!(scene.chrome.url().await, scene.till.url(&format!("{}?lang=de", order.path)));
    }
    assert_eq!(scene.status(&order).await, "CREATED");
}
