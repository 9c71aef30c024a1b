//! A walk past every page a payer can meet, for stories that hold of each of them.

use super::{APPROVED, CHALLENGED, NO_FUNDS, Order, SUBMIT, Scene};
use testkit::prelude::*;

/// What tests how much fits: words without a place to break, as languages and shops have them.
const LONG_WORD: &str = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

/// A walk in one language; what a stop is asked is up to the story.
pub(super) struct Walk<'a> {
    scene: &'a Scene,
    language: &'a str,
    wrong: Vec<String>,
    stops: usize,
}

impl<'a> Walk<'a> {
    /// Visits all pages and fails with everything that is wrong with any of them.
    pub(super) async fn past_all(scene: &'a Scene, language: &'a str) {
        let mut walk = Self { scene, language, wrong: vec![], stops: 0 };
        walk.before_paying().await;
        walk.with_a_stored_card().await;
        walk.after_paying().await;
        walk.elsewhere().await;
        walk.without_paying().await;
        assert_eq!(walk.stops, 26);
        assert!(walk.wrong.is_empty(), "in {language}: {:#?}", walk.wrong);
    }

    /// Inspects the page on which this can be seen.
    async fn stop(&mut self, name: &str, css: &str) {
        self.scene.chrome.find(css).await;
        let wrong = audit(&self.scene.chrome, self.language).await;
        self.wrong.extend(wrong.into_iter().map(|complaint| format!("{name}: {complaint}")));
        self.stops += 1;
    }

    async fn order(&self) -> Order {
        let changes = json!({
            "lang": self.language.to_uppercase(),
            "amount": 123_456_700,
            "order_number": format!("2026/{LONG_WORD}"),
            "order_description": format!("{LONG_WORD} {LONG_WORD}"),
        });
        self.scene.staying_order(&changes).await
    }

    async fn opened(&self) -> Order {
        let order = self.order().await;
        self.scene.open(&order.path).await;
        order
    }

    async fn before_paying(&mut self) {
        let scene = self.scene;
        let order = self.opened().await;
        self.stop("pay", SUBMIT).await;
        let open_all = "for (const it of document.querySelectorAll('details')) it.open = true";
        scene.chrome.execute(open_all, json!([])).await;
        self.stop("pay, all unfolded", "details[open] a").await;
        scene.open(&format!("{}?inline=1", order.path)).await;
        self.stop("pay in a frame", "[data-inline]").await;
        // Past the page's own checks, as without scripts.
        scene.chrome.execute("document.getElementById('cardForm').submit()", json!([])).await;
        self.stop("form with mistakes", "#problem a").await;
        scene.buttons.decline_and_stay(order.id, "limit_exceeded").await.expect_status(200);
        scene.open(&order.path).await;
        self.stop("declined", "#problem .attempts").await;
        scene.pay_with(CHALLENGED).await;
        self.stop("challenge", "#confirm").await;
        let none = json!({ "allowed_payment_instruments": ["COUPON"] });
        let order =
            scene.staying_order(&json!({ "lang": self.language.to_uppercase(), "payer": none })).await;
        scene.open(&order.path).await;
        self.stop("no method", ".panel > .note").await;
    }

    /// The card that alone may pay, filled in; and a refusal of another one.
    async fn with_a_stored_card(&mut self) {
        let scene = self.scene;
        let keeps = json!({"payer": {"request_card_token": true}});
        let id = scene.shop.created(&keeps).await;
        scene.buttons.pay_with(id, APPROVED).await.expect_status(200);
        let kept = scene.shop.status(id).await.json()["payer"].clone();
        let bound = json!({
            "lang": self.language.to_uppercase(),
            "payer": {"allowed_card_token": kept["payment_card"]["card_token"]},
            "recurrence": {"recurrence_cycle": "ON_DEMAND", "recurrence_date_to": "2090-12-31"},
        });
        let order = scene.staying_order(&bound).await;
        scene.open(&order.path).await;
        self.stop("a stored card", "#storedForm").await;
        scene.shop.delete_card(kept["card_id"].as_u64().unwrap()).await.expect_status(204);
        scene.open(&order.path).await;
        scene.pay_with(super::ANOTHER_APPROVED).await;
        self.stop("another card", "#problem a").await;
    }

    async fn after_paying(&mut self) {
        let scene = self.scene;
        let order = self.opened().await;
        scene.pay_with(APPROVED).await;
        self.stop("paid", ".outcome.good").await;
        scene.click(super::BACK_TO_SHOP).await;
        self.stop("returning", "#returningHeading").await;
        scene.open(&order.path).await;
        self.stop("already paid", ".outcome.good").await;
        scene.shop.refund(order.id, 100).await.expect_status(200);
        scene.chrome.reload().await;
        self.stop("partly refunded", ".outcome.neutral").await;
        scene.shop.refund(order.id, 123_456_600).await.expect_status(200);
        scene.chrome.reload().await;
        self.stop("refunded", ".outcome.neutral").await;
    }

    /// The pages of banks, wallets, telephones and other providers, and what leads to them.
    async fn elsewhere(&mut self) {
        let scene = self.scene;
        let changes = json!({
            "lang": self.language.to_uppercase(),
            "currency": "EUR",
            "payer": null,
            "amount": 123_456_700,
            "order_number": format!("2026/{LONG_WORD}"),
        });
        let order = scene.staying_order(&changes).await;
        let at = |rest: &str| format!("{}{rest}", order.path);
        scene.open(&at("?method=bank_transfer")).await;
        let unfold = "document.querySelector('.more-methods').open = true";
        scene.chrome.execute(unfold, json!([])).await;
        self.stop("banks", "#bankForm").await;
        scene.open(&at("?method=paypal")).await;
        self.stop("another method", "#elsewhereForm").await;
        for (name, fields) in [
            ("a bank's page", [("method", "bank_transfer"), ("bank", "TATRSKBX")]),
            ("a wallet's page", [("method", "paypal"), ("bank", "")]),
            ("a telephone's sheet", [("method", "google_pay"), ("bank", "")]),
            ("another provider's page", [("method", "click_to_pay"), ("bank", "")]),
            ("a payment order", [("method", "bank_transfer"), ("bank", "QRPAYMENT")]),
        ] {
            scene.till.client().post_form(&at("/method"), &fields).await.expect_status(303);
            scene.open(&at("/approval")).await;
            self.stop(name, "#confirm").await;
        }
    }

    async fn without_paying(&mut self) {
        let scene = self.scene;
        let order = self.opened().await;
        for _ in 0..3 {
            scene.buttons.pay_with(order.id, NO_FUNDS).await.expect_status(200);
        }
        scene.chrome.reload().await;
        self.stop("declined for good", ".outcome.bad").await;
        self.opened().await;
        scene.click("[data-cy=cancelButton]").await;
        self.stop("cancelled", ".outcome.neutral").await;
        let order = self.opened().await;
        scene.buttons.fault(order.id, "authorise", "answer_lost").await.expect_status(200);
        scene.buttons.pay(order.id).await;
        scene.open(&format!("{}?wait=99", order.path)).await;
        self.stop("waiting", "#processingHeading").await;
        scene.open(&format!("/gw/v3/0123456789abcdef0123456789abcdef?lang={}", self.language)).await;
        self.stop("not found", "#noticeHeading").await;
        let order = self.opened().await;
        scene.buttons.advance("PT13H").await.expect_status(200);
        let shop = scene.shop.renewed();
        scene.chrome.until("expired", async |_| shop.state(order.id).await == "TIMEOUTED").await;
        scene.open(&order.path).await;
        self.stop("expired", ".outcome.neutral").await;
    }
}

/// What is wrong with the page for a person who cannot see, or not well, or on the smallest screen.
pub(super) async fn audit(chrome: &Chrome, language: &str) -> Vec<String> {
    let found = chrome.execute(include_str!("audit.js"), json!([language])).await;
    let found = found.as_array().expect("the audit returns a list").iter();
    found.map(|complaint| complaint.as_str().unwrap_or_default().to_owned()).collect()
}
