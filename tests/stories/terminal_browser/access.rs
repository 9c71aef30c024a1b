//! Every screen as an assistive program meets it: names, structure, sizes, contrast; and in every language.

use super::{ASSISTED, AUTOMATIC, GOOD_CARD, INSERT_ABOVE_LIMIT, NO_FUNDS, SIGNED, Scene};
use testkit::prelude::*;

/// Goes past the screens and returns what is wrong with any of them, and how many there were.
struct Walk<'a> {
    scene: &'a Scene,
    language: &'a str,
    wrong: Vec<String>,
    stops: Vec<String>,
}

impl Walk<'_> {
    async fn stop(&mut self, screen: &str) {
        self.scene.on(screen).await;
        let wrong = self.scene.audit(self.language).await;
        self.wrong.extend(wrong.into_iter().map(|complaint| format!("{screen}: {complaint}")));
        self.stops.push(screen.to_owned());
    }

    /// Clicks without a pointer: on a phone the wallet is elsewhere than on a desk.
    async fn press(&self, css: &str) {
        self.scene.there(css).await;
        self.scene.chrome.execute("document.querySelector(arguments[0]).click()", json!([css])).await;
    }

    async fn hold(&self, card: &str, entry: &str) {
        self.scene.on("card").await;
        self.press("[data-choose]").await;
        self.press(&format!("dialog [value='{card}']")).await;
        self.scene.chrome.execute("document.querySelector('dialog')?.close()", json!([])).await;
        self.press(&format!("[data-entry={entry}]")).await;
    }

    async fn past_payments(&mut self) {
        let counter = &self.scene.counter;
        self.stop("idle").await;
        counter.sale(18_950).await;
        self.stop("card").await;
        self.hold(GOOD_CARD, "contactless").await;
        self.stop("result").await;
        self.press("[data-receipt]").await;
        self.stop("receipt").await;
        self.press("[data-cancel]").await;
        self.press("[data-screen=result] [data-default]").await;
        self.scene.on("idle").await;
        counter.sale(60_000).await;
        self.hold(INSERT_ABOVE_LIMIT, "contactless").await;
        self.scene.there(".must").await;
        self.stop("card").await;
        self.press("[data-entry=chip]").await;
        self.stop("pin").await;
        self.scene.chrome.press("9999").await;
        self.press("[data-screen=pin] [data-default]").await;
        self.scene.there(".wrong").await;
        self.stop("pin").await;
        self.press("[data-screen=pin] [data-cancel]").await;
        self.stop("result").await;
        self.press("[data-screen=result] [data-default]").await;
        self.scene.on("idle").await;
        counter.sale(18_950).await;
        self.hold(NO_FUNDS, "contactless").await;
        self.stop("result").await;
        self.press("[data-screen=result] [data-default]").await;
        self.scene.on("idle").await;
        counter.sale(18_950).await;
        self.hold(SIGNED, "chip").await;
        self.stop("sign").await;
        self.press("[data-screen=sign] [data-cancel]").await;
        self.scene.on("result").await;
        self.press("[data-screen=result] [data-default]").await;
        self.scene.on("idle").await;
    }

    async fn past_the_menu(&mut self) {
        self.press("[data-sale]").await;
        self.stop("enter").await;
        self.press("[data-screen=enter] [data-cancel]").await;
        self.scene.on("idle").await;
        self.press("[data-menu]").await;
        self.stop("menu").await;
        self.press("[data-settings]").await;
        self.stop("settings").await;
        self.press("[data-screen=settings] [data-switch=paper]").await;
        self.press("[data-screen=settings] [data-cancel]").await;
        self.scene.on("menu").await;
        self.press("[data-closing]").await;
        self.scene.there("[data-screen=totals] table").await;
        self.stop("totals").await;
        self.press("[data-close-batch]").await;
        self.scene.there("[data-screen=result] table").await;
        self.stop("result").await;
    }
}

async fn walk(browser: Browser, language: &str) {
    let scene = Scene::with(browser, AUTOMATIC).await;
    let mut walk = Walk { scene: &scene, language, wrong: vec![], stops: vec![] };
    walk.past_payments().await;
    walk.past_the_menu().await;
    assert_eq!(walk.stops.len(), 15, "{:?}", walk.stops);
    assert!(walk.wrong.is_empty(), "{:#?}", walk.wrong);
}

#[tokio::test]
async fn every_screen_is_readable_by_day_on_a_desk() {
    walk(Browser::default(), "en").await;
}

#[tokio::test]
async fn every_screen_is_readable_by_night_on_the_narrowest_phone() {
    walk(Browser::default().narrow().dark().language("cs-CZ"), "cs").await;
}

#[tokio::test]
async fn every_screen_fits_the_longest_language() {
    walk(Browser::default().narrow().language("de-DE"), "de").await;
}

#[tokio::test]
async fn every_control_says_what_it_is() {
    let scene = Scene::with(Browser::default(), ASSISTED).await;
    scene.counter.made(&json!({ "amount": 25_900, "reference": "Table 4", "queue": true })).await;
    scene.there(".queued").await;
    let mut names = Vec::new();
    for control in scene.chrome.find_all("button, input").await {
        names.push(format!("{}: {}", control.spoken_role().await, control.spoken_name().await));
    }
    assert!(names.iter().all(|name| !name.ends_with(": ")), "{names:#?}");
    for expected in [
        "button: Menu",
        "button: Sale",
        "button: Delete from the queue: Sale CZK",
        "radio: Visa 4448: Approved",
    ] {
        assert!(
            names.iter().any(|name| name.replace('\u{a0}', " ").starts_with(expected)),
            "{expected}: {names:#?}"
        );
    }
}

#[tokio::test]
async fn the_page_speaks_five_languages_and_remembers_which() {
    let scene = Scene::new().await;
    for (tag, ready) in
        [("CS", "Připraveno"), ("SK", "Pripravené"), ("DE", "Bereit"), ("PL", "Gotowy"), ("EN", "Ready")]
    {
        scene.click("[data-menu]").await;
        scene.click("[data-settings]").await;
        scene.click(&format!("[data-screen=settings] .languages [lang={}]", tag.to_lowercase())).await;
        scene.click("[data-screen=settings] [data-cancel]").await;
        scene.click("[data-screen=menu] [data-cancel]").await;
        scene.see("[data-screen=idle] h1", ready).await;
        let lang = scene.chrome.execute("return document.documentElement.lang", json!([])).await;
        assert_eq!(lang, tag.to_lowercase());
        scene.chrome.reload().await;
        scene.see("[data-screen=idle] h1", ready).await;
    }
}
