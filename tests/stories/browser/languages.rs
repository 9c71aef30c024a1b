//! §14: thirteen languages, switchable, complete.

use super::{SUBMIT, Scene};
use std::collections::BTreeSet;
use testkit::prelude::*;

const CODES: [&str; 13] = ["cs", "sk", "en", "de", "pl", "hu", "ro", "bg", "hr", "it", "fr", "es", "ru"];

/// The names of all texts. None of them may be seen where its text belongs.
fn keys() -> Vec<&'static str> {
    let texts = include_str!("../../../crates/checkout/locales/en.ftl");
    let keys = texts.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
    keys.filter(|key| key.contains('-') && !key.starts_with(' ')).collect()
}

#[tokio::test]
async fn the_page_is_there_in_every_language() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    let keys = keys();
    assert!(keys.len() > 80);
    let mut titles = BTreeSet::new();
    for code in CODES {
        let way = scene.chrome.find(&format!(".languages a[hreflang={code}]")).await;
        scene.open(&way.attribute("href").await.unwrap()).await;
        scene.chrome.find(&format!("html[lang={code}] {SUBMIT}")).await;
        scene.chrome.find(&format!(".languages a[aria-current][hreflang={code}]")).await;
        let text = scene.chrome.execute("return document.documentElement.textContent", json!([])).await;
        let text = text.as_str().unwrap();
        let shown: Vec<_> = keys.iter().filter(|key| text.contains(**key)).collect();
        assert!(shown.is_empty(), "{code} shows {shown:?}");
        assert!(!text.contains(['{', '}', '\u{2068}', '\u{fffd}']), "{code}: {text}");
        titles.insert(scene.chrome.title().await);
    }
    assert_eq!(titles.len(), CODES.len(), "each in its own words: {titles:?}");
    assert_eq!(scene.status(&order).await, "CREATED", "looking changes nothing");
}

#[tokio::test]
async fn the_shops_language_comes_first_and_the_choice_stays() {
    let scene = Scene::with(Browser::default().language("fr-FR")).await;
    let order = scene.order(&json!({ "lang": "CS" })).await;
    scene.open(&order.path).await;
    scene.chrome.find("html[lang=cs]").await;
    scene.see(SUBMIT, "100,00\u{a0}Kč").await;
    scene.click(".languages summary").await;
    scene.click(".languages a[hreflang=de]").await;
    scene.pay_with(super::NO_FUNDS).await;
    scene.see("html[lang=de] #problem", "Karte").await;
    scene.pay_with(super::CHALLENGED).await;
    scene.chrome.find("html[lang=de] #confirm").await;
    // Where no payment says a language, the browser's is taken.
    scene.open("/gw/v3/00000000000000000000000000000000").await;
    scene.chrome.find("html[lang=fr] #noticeHeading").await;
}
