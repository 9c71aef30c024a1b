//! A payer meets the payment page in a real browser. Section numbers are those of the wire digest that
//! docs/gopay.md is built on.
//!
//! Every story has a till, a shop's web site and a browser of its own, and asserts on three sides: what the
//! payer sees, what the shop's status call says, and what the payment's history holds. Nothing waits for time
//! to pass; a story waits for something to be seen, and a page that leaves by itself leaves when it does.

mod accessibility;
mod cancelling;
mod declines;
mod inline;
mod keyboard;
mod languages;
mod methods;
mod narrow;
mod no_script;
mod outcomes;
mod paying;
mod policy;
mod stored_card;
mod tabs;
mod three_d_secure;
mod walk;

use http::Method;
use testkit::prelude::*;

const APPROVED: &str = "4444444444444448";
const ANOTHER_APPROVED: &str = "5447380000000006";
const CHALLENGED: &str = "4444440000001002";
const NOT_AUTHENTICATED: &str = "4444440000001010";
const NO_FUNDS: &str = "4444440000001028";
const BLOCKED: &str = "4444440000001069";
const EXPIRY: &str = "1249";
const CVC: &str = "123";

/// The places of one story.
struct Scene {
    till: Till,
    shop: Shop,
    buttons: Sandbox,
    /// The shop's web site: `/return`, `/stay`, `/notify` and what a story adds.
    site: Receiver,
    chrome: Chrome,
}

/// A payment that waits for its payer.
struct Order {
    id: u64,
    /// Path of its page.
    path: String,
}

impl Scene {
    async fn new() -> Self {
        Self::with(Browser::default()).await
    }

    async fn with(browser: Browser) -> Self {
        let (till, site, chrome) = tokio::join!(Till::sandbox(), Receiver::start(), browser.start());
        site.answer_path("/stay", Reply::Status(204));
        site.answer_path(
            "/return",
            html("<!doctype html><title>Shop</title><h1>Thank you for shopping</h1>"),
        );
        Self { shop: till.shop(), buttons: till.sandbox_api(), till, site, chrome }
    }

    /// A payment of 100 CZK in English, with the shop's two addresses and these changes.
    async fn order(&self, changes: &Value) -> Order {
        let mut payment = json!({
            "lang": "EN",
            "callback": {
                "return_url": self.site.url("/return?basket=42"),
                "notification_url": self.site.url("/notify"),
            },
        });
        let members = payment.as_object_mut().unwrap();
        members.extend(changes.as_object().unwrap().clone());
        let created = self.shop.create(&payment).await.expect_status(200).json();
        let page = created["gw_url"].as_str().unwrap();
        let path = page.strip_prefix(&self.till.url("")).unwrap().to_owned();
        Order { id: created["id"].as_u64().unwrap(), path }
    }

    /// A payment whose shop answers the return with `204 No Content`, on which a browser stays where it is: for
    /// stories that look at the page which otherwise leaves by itself.
    async fn staying_order(&self, changes: &Value) -> Order {
        let mut all = json!({ "callback": { "return_url": self.site.url("/stay") } });
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        self.order(&all).await
    }

    /// An ordinary payment with its page opened.
    async fn opened(&self) -> Order {
        let order = self.order(&json!({})).await;
        self.open(&order.path).await;
        order
    }

    async fn open(&self, path: &str) {
        self.chrome.goto(&self.till.url(path)).await;
    }

    /// Types a card into the form that is on the page.
    async fn fill_in(&self, card: &str) {
        for (field, text) in [("#cardPan", card), ("#cardExp", EXPIRY), ("#cardCvc", CVC)] {
            self.chrome.find(field).await.type_text(text).await;
        }
    }

    async fn click(&self, css: &str) {
        self.chrome.find(css).await.click().await;
    }

    /// Types a card and sends it.
    async fn pay_with(&self, card: &str) {
        self.fill_in(card).await;
        self.click(SUBMIT).await;
    }

    /// Waits until what matches says this.
    async fn see(&self, css: &str, text: &str) {
        see(&self.chrome, css, text).await;
    }

    /// Waits for the shop's page after the payment and returns its address.
    async fn back_in_shop(&self) -> String {
        self.see("h1", "Thank you for shopping").await;
        self.chrome.url().await
    }

    /// The address the payer must come back to (§10): `id` joins the query that was there.
    fn return_address(&self, order: &Order) -> String {
        self.site.url(&format!("/return?basket=42&id={}", order.id))
    }

    /// `state` and `sub_state` as the shop reads them, on one line.
    async fn status(&self, order: &Order) -> String {
        let body = self.shop.status(order.id).await.expect_status(200).json();
        let words = ["state", "sub_state"].map(|name| body[name].as_str().unwrap_or_default());
        words.join(" ").trim_end().to_owned()
    }

    /// How often this happened to the payment.
    async fn happened(&self, order: &Order, event: &str) -> usize {
        let body = self.buttons.payment(order.id).await.expect_status(200).json();
        let history = body["history"].as_array().unwrap();
        history.iter().filter(|entry| entry["event"] == event).count()
    }

    /// Waits for the one notification of a payment that ended. The site may be asked for pages meanwhile.
    async fn notified(&self, order: &Order) {
        while self.site.next().await.path != "/notify" {}
        let seen = self.site.record();
        let notices: Vec<_> = seen.iter().filter(|request| request.path == "/notify").collect();
        assert_eq!(notices.iter().map(|notice| notice.payment()).collect::<Vec<_>>(), [order.id]);
    }

    /// Exactly one charge of 100 CZK, known to the shop.
    async fn assert_paid_once(&self, order: &Order) {
        assert_eq!(self.status(order).await, "PAID");
        assert_eq!(self.happened(order, "captured").await, 1);
        let body = self.buttons.payment(order.id).await.json();
        assert_eq!(body["payment"]["captured"], 10_000);
        self.notified(order).await;
    }
}

const SUBMIT: &str = "[data-cy=cardSubmit]";
const BACK_TO_SHOP: &str = "[data-cy=submitRedirectButton]";

/// Waits until what matches says this.
pub(crate) async fn see(chrome: &Chrome, css: &str, text: &str) {
    let script =
        "return [...document.querySelectorAll(arguments[0])].map((it) => it.textContent).join('\\n')";
    let asked = json!({ "script": script, "args": [css] });
    chrome
        .until(&format!("{text:?} in {css}"), async |session| {
            // A page that is just being left cannot be asked.
            let said = session.command(Method::POST, "/execute/sync", asked.clone()).await;
            said.is_ok_and(|said| said.as_str().unwrap_or_default().contains(text))
        })
        .await;
}

/// A page of the shop's site.
fn html(page: &str) -> Reply {
    let length = page.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    Reply::Bytes([head.as_bytes(), page.as_bytes()].concat())
}
