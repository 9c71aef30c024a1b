//! A payer without a mouse: everything is reached, the focus is seen, mistakes are announced.

use super::{APPROVED, CHALLENGED, NO_FUNDS, Scene};
use testkit::prelude::*;
use testkit::webdriver::keys;

/// Goes round with Tab and returns what has the focus on the way, until it comes round.
async fn round_trip(chrome: &Chrome) -> Vec<String> {
    let describe = "const it = document.activeElement; if (it === document.body) return null; \
        const { outlineStyle, outlineWidth } = getComputedStyle(it); \
        const seen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2; \
        return `${it.id || it.dataset.cy || it.dataset.testCard || it.tagName}${seen ? '' : ' UNSEEN'}`";
    let mut way = Vec::new();
    while way.len() < 100 {
        chrome.press(keys::TAB).await;
        match chrome.execute(describe, json!([])).await.as_str() {
            Some(place) => way.push(place.to_owned()),
            None if way.is_empty() => {}
            None => break,
        }
    }
    way
}

/// Presses Tab until this has the focus.
async fn tab_to(chrome: &Chrome, css: &str) {
    let there = "return document.activeElement.matches(arguments[0])";
    for _ in 0..40 {
        chrome.press(keys::TAB).await;
        if chrome.execute(there, json!([css])).await == true {
            return;
        }
    }
    panic!("Tab does not lead to {css}");
}

#[tokio::test]
async fn tab_reaches_every_control_in_the_order_of_the_page_and_is_seen() {
    let scene = Scene::new().await;
    scene.opened().await;
    let all = "return [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden])')] \
        .filter((it) => it.checkVisibility()).map((it) => it.id || it.dataset.cy || it.dataset.testCard || it.tagName)";
    let expected = scene.chrome.execute(all, json!([])).await;
    let way = round_trip(&scene.chrome).await;
    assert_eq!(json!(way), expected);
    assert!(way.len() >= 10, "{way:?}");
}

#[tokio::test]
async fn a_payment_from_the_first_key_to_the_last_without_a_mouse() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    let chrome = &scene.chrome;
    // Into German and back, by the language menu; Escape closes it and stays on it.
    tab_to(chrome, ".languages summary").await;
    chrome.press(keys::ENTER).await;
    chrome.find(".languages[open]").await;
    chrome.press(keys::ESCAPE).await;
    chrome.find(".languages:not([open])").await;
    chrome.press(keys::ENTER).await;
    tab_to(chrome, "a[hreflang=de]").await;
    chrome.press(keys::ENTER).await;
    chrome.find("html[lang=de] #cardPan").await;
    tab_to(chrome, "#cardPan").await;
    chrome.press(&[CHALLENGED, keys::TAB, "1249", keys::TAB, "123", keys::ENTER].concat()).await;
    chrome.find("#confirm").await;
    tab_to(chrome, "#refuse").await;
    chrome.press_with(keys::SHIFT, keys::TAB).await;
    chrome.press(keys::SPACE).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}

#[tokio::test]
async fn mistakes_are_announced_where_they_are() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    let chrome = &scene.chrome;
    tab_to(chrome, "#cardPan").await;
    chrome.press(keys::ENTER).await;
    scene.see("#cardPanError[aria-live]", "Enter the card number").await;
    scene.see("#cardExpError[aria-live]", "Enter the date").await;
    scene.see("#cardCvcError[aria-live]", "Enter the security code").await;
    let pan = chrome.focused().await;
    assert_eq!(pan.attribute("id").await.as_deref(), Some("cardPan"), "the first mistake has the focus");
    assert_eq!(pan.attribute("aria-invalid").await.as_deref(), Some("true"));
    // While typing the complaint goes; a wrong check digit is told when the field is left.
    chrome.press(&["4444444444444449", keys::TAB].concat()).await;
    scene.see("#cardPanError", "typing error").await;
    chrome.press_with(keys::SHIFT, keys::TAB).await;
    // Coming back to a field selects what is in it.
    chrome.press(APPROVED).await;
    let said = "return document.getElementById('cardPanError').textContent";
    chrome.until("put right", async |page| page.execute(said, json!([])).await == "").await;
    chrome.press(&[keys::TAB, "0120", keys::TAB, "12", keys::TAB].concat()).await;
    scene.see("#cardExpError", "no longer valid").await;
    scene.see("#cardCvcError", "3 digits").await;
    assert_eq!(scene.status(&order).await, "CREATED", "nothing was sent");
}

#[tokio::test]
async fn what_the_server_complains_about_gets_the_focus() {
    let scene = Scene::new().await;
    let order = scene.opened().await;
    let chrome = &scene.chrome;
    chrome.execute("document.getElementById('cardForm').submit()", json!([])).await;
    chrome.find("#problem[role=alert]:focus").await;
    // The list leads to the fields.
    chrome.press(&[keys::TAB, keys::TAB, keys::ENTER].concat()).await;
    chrome.find("#cardExp:focus").await;
    scene.pay_with(NO_FUNDS).await;
    scene.see("#problem[role=alert]", "not enough money").await;
    chrome.find("#problem:focus").await;
    tab_to(chrome, "#cardPan").await;
    chrome.press(&[APPROVED, keys::TAB, "1249", keys::TAB, "123", keys::ENTER].concat()).await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}
