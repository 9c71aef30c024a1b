//! A customer with a phone, in a real browser, at the till of the demo cinemas. Section numbers are those of the wire
//! digest that docs/mobilepay.md is built on.
//!
//! Every story has a till, a cash register and a browser of its own. Nothing waits for time to pass: a story waits for
//! something to be seen, and what is seen comes by the phone's stream.

mod changes;
mod endings;
mod keyboard;
mod looks;
mod paying;
mod walk;

use http::Method;
use testkit::prelude::*;

const ASTRID: &str = "+4520031801";

/// The places of one story.
struct Scene {
    till: Till,
    cinema: Cinema,
    chrome: Chrome,
    /// Of terminal 1.
    beacon: String,
}

impl Scene {
    async fn new() -> Self {
        Self::with(Browser::default().size(390, 844)).await
    }

    async fn with(browser: Browser) -> Self {
        let (till, chrome) = tokio::join!(Till::sandbox(), browser.start());
        Self::at(till, chrome).await
    }

    async fn at(till: Till, chrome: Chrome) -> Self {
        let cinema = Cinema::demo(till.client().clone());
        let beacon = cinema.open("1").await;
        let scene = Self { till, cinema, chrome, beacon };
        scene.chrome.goto(&scene.till.url("/phone")).await;
        scene
    }

    /// With this customer's phone, at home.
    async fn of(phone: &str) -> Self {
        let scene = Self::new().await;
        scene.become_(phone).await;
        scene
    }

    /// Answers whose phone it is.
    async fn become_(&self, phone: &str) {
        self.click(&format!("dialog [data-phone='{phone}']")).await;
        self.at_home().await;
    }

    /// Waits until home shows what there is to be shown.
    async fn at_home(&self) {
        self.chrome.find(".activity .empty, .activity .row").await;
    }

    async fn click(&self, css: &str) {
        self.chrome.find(css).await.click().await;
    }

    /// Waits until what matches says this.
    async fn see(&self, css: &str, text: &str) {
        let script =
            "return [...document.querySelectorAll(arguments[0])].map((it) => it.textContent).join('\\n')";
        let asked = json!({ "script": script, "args": [css] });
        self.chrome
            .until(&format!("{text:?} in {css}"), async |session| {
                let said = session.command(Method::POST, "/execute/sync", asked.clone()).await;
                said.is_ok_and(|said| said.as_str().unwrap_or_default().contains(text))
            })
            .await;
    }

    /// Waits until nothing matches.
    async fn gone(&self, css: &str) {
        let none = "return document.querySelector(arguments[0]) === null";
        let what = format!("without {css}");
        self.chrome.until(&what, async |page| page.execute(none, json!([css])).await == true).await;
    }

    /// From home to a till of the list.
    async fn check_in(&self, beacon: &str) {
        self.at_home().await;
        self.click("#scan").await;
        self.click(&format!("#tills [data-beacon='{beacon}']")).await;
    }

    /// Checked in at terminal 1, waiting.
    async fn checked_in(&self) {
        self.check_in(&self.beacon).await;
        self.see("#title", "You are checked in").await;
    }

    /// Drags the bar's thumb over this share of the way.
    async fn swipe(&self, share: f64, pointer: &str) {
        self.chrome.find("#swipeRange").await;
        let where_ = "const thumb = document.querySelector('.swipe-thumb').getBoundingClientRect(); \
            const bar = document.querySelector('.swipe-track').getBoundingClientRect(); \
            const far = bar.width - thumb.width - 12; \
            const from = thumb.x + thumb.width / 2, at = thumb.y + thumb.height / 2; \
            return [from, at, from + far * arguments[0]].map(Math.round)";
        let [from, at, to] = [0, 1, 2];
        let places = self.chrome.execute(where_, json!([share])).await;
        let moves = json!([
            { "type": "pointerMove", "duration": 0, "x": places[from], "y": places[at] },
            { "type": "pointerDown", "button": 0 },
            { "type": "pointerMove", "duration": 60, "x": places[to], "y": places[at] },
            { "type": "pointerUp", "button": 0 },
        ]);
        let finger = json!([{ "type": "pointer", "id": pointer, "parameters": { "pointerType": pointer }, "actions": moves }]);
        let done = self.chrome.command(Method::POST, "/actions", json!({ "actions": finger })).await;
        done.expect("the pointer moves");
    }
}
