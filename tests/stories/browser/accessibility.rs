//! Every page as an assistive program meets it: names, structure, contrast.

use super::walk::Walk;
use super::{APPROVED, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn every_page_is_readable_and_well_built_by_day() {
    Walk::past_all(&Scene::new().await, "en").await;
}

#[tokio::test]
async fn every_page_is_readable_and_well_built_by_night() {
    Walk::past_all(&Scene::with(Browser::default().dark()).await, "cs").await;
}

#[tokio::test]
async fn every_control_says_what_it_is() {
    let scene = Scene::new().await;
    scene.opened().await;
    let mut names = Vec::new();
    for control in scene.chrome.find_all("input:not([type=hidden]), button, summary").await {
        if control.is_displayed().await {
            names.push(format!("{}: {}", control.spoken_role().await, control.spoken_name().await));
        }
    }
    assert_eq!(
        names.get(..6).unwrap(),
        [
            "DisclosureTriangle: Language: English",
            "textbox: Card number",
            "textbox: Valid until",
            "textbox: Security code",
            "button: Pay CZK\u{a0}100.00",
            "button: Cancel payment",
        ]
    );
    assert!(
        names.contains(&format!("button: Use the card {}: Approved", "4444 4444 4444 4448")),
        "{names:?}"
    );
    assert!(names.iter().all(|name| !name.ends_with(": ")), "{names:?}");
}

#[tokio::test]
async fn the_page_speaks_when_it_works_and_hushes_while_all_is_well() {
    let scene = Scene::new().await;
    scene.opened().await;
    scene.fill_in(APPROVED).await;
    let alerts = "return [...document.querySelectorAll('[aria-live], [role=status], [role=alert]')] \
        .map((it) => it.textContent.trim()).filter((text) => text !== '')";
    assert_eq!(scene.chrome.execute(alerts, json!([])).await, json!([]));
    // Held back, so that the page that works can be looked at.
    let hold = "document.addEventListener('submit', (event) => setTimeout(() => event.preventDefault()), true); \
        const form = document.getElementById('cardForm'); form.addEventListener('submit', (event) => \
        event.preventDefault()); form.requestSubmit()";
    scene.chrome.execute(hold, json!([])).await;
    scene.see(".working", "Processing your payment").await;
    let button = scene.chrome.find(super::SUBMIT).await;
    assert_eq!(button.attribute("aria-disabled").await.as_deref(), Some("true"));
}
