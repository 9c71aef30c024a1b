//! A customer without a mouse or a finger: everything is reached and seen, screens are announced, the keyboard pays.

use super::{ASTRID, Scene};
use testkit::prelude::*;
use testkit::webdriver::keys;

/// Presses Tab until this has the focus, which is seen on the way.
async fn tab_to(chrome: &Chrome, css: &str) {
    let there = "const it = document.activeElement; if (it === document.body) return null; \
        const framed = it.matches('.swipe-range') ? it.parentElement : it; \
        const { outlineStyle, outlineWidth } = getComputedStyle(framed); \
        if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) return `${it.outerHTML} is not seen`; \
        return it.matches(arguments[0])";
    for _ in 0..40 {
        chrome.press(keys::TAB).await;
        let here = chrome.execute(there, json!([css])).await;
        assert!(here.is_boolean() || here.is_null(), "{here}");
        if here == true {
            return;
        }
    }
    panic!("Tab does not lead to {css}");
}

/// What a screen reader was led to.
async fn led_to(scene: &Scene, text: &str) {
    let focus = "return document.activeElement.textContent";
    let said = async |page: &testkit::webdriver::Session| page.execute(focus, json!([])).await == text;
    scene.chrome.until(&format!("led to {text:?}"), said).await;
}

#[tokio::test]
async fn from_the_first_key_to_the_receipt() {
    let scene = Scene::new().await;
    let chrome = &scene.chrome;
    led_to(&scene, "Whose phone is this?").await;
    tab_to(chrome, &format!("[data-phone='{ASTRID}']")).await;
    chrome.press(keys::ENTER).await;
    led_to(&scene, "Hello, Astrid").await;
    tab_to(chrome, "#scan").await;
    chrome.press(keys::ENTER).await;
    led_to(&scene, "Where are you paying?").await;
    chrome.find("#tills .row").await;
    tab_to(chrome, &format!("[data-beacon='{}']", scene.beacon)).await;
    chrome.press(keys::ENTER).await;
    led_to(&scene, "You are checked in").await;
    let payment = scene.cinema.start("1", "A-1", "95.00").await;
    led_to(&scene, "To pay").await;
    scene.see("#spoken", "Vesterbro asks for kr").await;
    tab_to(chrome, "#swipeRange").await;
    let bar = chrome.focused().await;
    assert_eq!(bar.spoken_role().await, "slider");
    assert!(bar.spoken_name().await.starts_with("Swipe to pay kr"), "{}", bar.spoken_name().await);
    // Half the way and away: it slides back.
    chrome.press("\u{e014}\u{e014}").await;
    chrome.press(keys::TAB).await;
    chrome.press_with(keys::SHIFT, keys::TAB).await;
    assert_eq!(chrome.focused().await.property("value").await, "0");
    assert_eq!(scene.cinema.status(&payment).await, "IssuedToUser");
    chrome.press("\u{e010}").await;
    led_to(&scene, "Approved").await;
    assert_eq!(scene.cinema.status(&payment).await, "Reserved");
    tab_to(chrome, "#done").await;
    chrome.press(keys::ENTER).await;
    led_to(&scene, "Hello, Astrid").await;
}

#[tokio::test]
async fn sheets_keep_the_keyboard_and_escape_closes_them() {
    let scene = Scene::of(ASTRID).await;
    let chrome = &scene.chrome;
    scene.checked_in().await;
    scene.cinema.start("1", "A-1", "95.00").await;
    chrome.find("#swipeRange").await;
    tab_to(chrome, "#cancel").await;
    chrome.press(keys::ENTER).await;
    led_to(&scene, "Cancel the payment?").await;
    for _ in 0..6 {
        chrome.press(keys::TAB).await;
        let outside =
            "return document.activeElement !== document.body && !document.activeElement.closest('dialog')";
        assert_eq!(chrome.execute(outside, json!([])).await, false);
    }
    chrome.press(keys::ESCAPE).await;
    scene.gone("dialog").await;
    let back = "return document.activeElement.id";
    assert_eq!(chrome.execute(back, json!([])).await, "cancel");
}

#[tokio::test]
async fn every_control_says_what_it_is() {
    let scene = Scene::of(ASTRID).await;
    let mut names = Vec::new();
    for control in scene.chrome.find_all("button, input").await {
        names.push(format!("{}: {}", control.spoken_role().await, control.spoken_name().await));
    }
    assert_eq!(
        names,
        ["button: Astrid Holm: use another test customer", "button: Choose language", "button: Scan and pay"]
    );
}

#[tokio::test]
async fn the_back_button_goes_back() {
    let scene = Scene::of(ASTRID).await;
    scene.click("#scan").await;
    scene.see("h1", "Where are you paying?").await;
    scene.chrome.back().await;
    scene.see("h1", "Hello, Astrid").await;
}
