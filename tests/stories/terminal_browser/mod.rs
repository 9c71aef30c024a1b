//! The terminal in the browser (docs/terminals.md): a counter or a register asks, a person with a real Chromium takes the card.
//!
//! Every story looks at both ends: what the screen says and what became of the task.

mod access;
mod closing;
mod keyboard;
mod narrow;
mod operator;
mod paying;
mod pins;
mod policy;
mod reconnect;

use http::Method;
use testkit::prelude::*;
use testkit::terminal::{ASSISTED, AUTOMATIC, GOOD_CARD};

const MASTERCARD: &str = "5447380000000006";
const INSERT_ABOVE_LIMIT: &str = "4444440000001200";
const SIGNED: &str = "4444440000001226";
const NO_FUNDS: &str = "4444440000001028";

/// The places of one story.
struct Scene {
    till: Till,
    counter: Counter,
    chrome: Chrome,
}

impl Scene {
    /// With the automatic demo terminal in a desktop browser.
    async fn new() -> Self {
        Self::with(Browser::default(), AUTOMATIC).await
    }

    async fn with(browser: Browser, terminal: (&str, &str)) -> Self {
        let (till, chrome) = tokio::join!(Till::sandbox(), browser.start());
        let scene = Self { counter: till.counter(terminal), till, chrome };
        scene.open().await;
        scene.become_terminal(terminal).await;
        scene
    }

    async fn open(&self) {
        self.chrome.goto(&self.till.url("/terminal")).await;
        self.on("connect").await;
    }

    async fn become_terminal(&self, (tid, _): (&str, &str)) {
        self.click(&format!("[data-demo='{tid}']")).await;
        self.on("idle").await;
    }

    /// Waits for a screen.
    async fn on(&self, screen: &str) {
        self.there(&format!("[data-screen={screen}]")).await;
    }

    /// Waits until something is on the page.
    async fn there(&self, css: &str) {
        let asked =
            json!({ "script": "return document.querySelector(arguments[0]) !== null", "args": [css] });
        self.chrome
            .until(css, async |session| {
                let found = session.command(Method::POST, "/execute/sync", asked.clone()).await;
                found.is_ok_and(|found| found == json!(true))
            })
            .await;
    }

    /// Waits until what matches says this.
    async fn see(&self, css: &str, text: &str) {
        crate::browser::see(&self.chrome, css, text).await;
    }

    async fn click(&self, css: &str) {
        self.chrome.find(css).await.click().await;
    }

    /// Takes a card out of the wallet that lies beside the terminal.
    async fn take(&self, card: &str) {
        self.click(&format!(".side label:has([value='{card}'])")).await;
    }

    /// A card, held to the terminal when it asks for one.
    async fn present(&self, card: &str, entry: &str) {
        self.on("card").await;
        self.take(card).await;
        self.click(&format!("[data-entry={entry}]")).await;
    }

    /// Types a PIN on the pad and presses the green key.
    async fn pin(&self, digits: &str) {
        self.on("pin").await;
        for digit in digits.chars() {
            let script = "[...document.querySelectorAll('.key')].find((key) => key.textContent === arguments[0]).click()";
            self.chrome.execute(script, json!([digit.to_string()])).await;
        }
        self.click("[data-screen=pin] [data-default]").await;
    }

    /// Waits for the result and dismisses it.
    async fn result(&self, title: &str) {
        self.see("[data-screen=result] h1", title).await;
        self.click("[data-screen=result] [data-default]").await;
        self.on("idle").await;
    }

    /// How often money was taken for a task.
    async fn captures(&self, id: u64) -> usize {
        let events = crate::terminal::history(&self.till, id).await;
        events.iter().filter(|event| *event == "captured").count()
    }

    /// What an inspector for accessibility finds wrong with the page.
    async fn audit(&self, language: &str) -> Vec<String> {
        let wrong = self.chrome.execute(include_str!("../browser/audit.js"), json!([language])).await;
        wrong.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    }
}
