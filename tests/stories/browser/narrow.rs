//! 320 px wide, in languages with long words, light and dark: every page fits, is readable and is well built.

use super::Scene;
use super::walk::Walk;
use testkit::prelude::*;

#[tokio::test]
async fn every_page_fits_the_narrowest_phone_in_german() {
    Walk::past_all(&Scene::with(Browser::default().narrow()).await, "de").await;
}

#[tokio::test]
async fn every_page_fits_the_narrowest_phone_in_hungarian_and_in_the_dark() {
    let scene = Scene::with(Browser::default().narrow().dark()).await;
    Walk::past_all(&scene, "hu").await;
    // It is dark indeed: what is behind everything is nearly black, and what is written on it nearly white.
    let shade = |colour: String| colour.split(['(', ',']).nth(1).unwrap().trim().parse::<u8>().unwrap();
    let body = scene.chrome.find("body").await;
    assert!(shade(body.css("background-color").await) < 40 && shade(body.css("color").await) > 200);
}

#[tokio::test]
async fn every_digit_of_the_longest_card_number_is_seen() {
    for width in [320, 345, 360, 375, 386, 412] {
        let scene = Scene::with(Browser::default().size(width, 640)).await;
        scene.opened().await;
        let pan = scene.chrome.find("#cardPan").await;
        pan.type_text("6759649826438453123").await;
        let room = [pan.property("scrollWidth").await, pan.property("clientWidth").await];
        assert!(room[0].as_u64() <= room[1].as_u64(), "at {width} px: {room:?}");
    }
}

#[tokio::test]
async fn the_table_of_sub_states_can_be_read_on_a_phone() {
    let scene = Scene::with(Browser::default().narrow()).await;
    scene.open("/_sandbox/states").await;
    let seen = "const rows = [...document.querySelectorAll('tbody tr')]; \
        const inside = (it) => it.getBoundingClientRect().right <= innerWidth; \
        const one = (it) => it.getClientRects().length === 1; \
        const call = (row) => row.querySelector('td code'); \
        return [rows.length > 50, rows.every((it) => inside(it) && it.offsetHeight < 260), \
            rows.every((it) => one(it.querySelector('th code')) && inside(it.querySelector('th code'))), \
            rows.every((it) => inside(call(it)) && call(it).offsetHeight < 40), \
            document.documentElement.scrollWidth <= innerWidth]";
    assert_eq!(scene.chrome.execute(seen, json!([])).await, json!([true, true, true, true, true]));
}

#[tokio::test]
async fn the_largest_amounts_stand_on_one_line() {
    let scene = Scene::with(Browser::default().narrow()).await;
    let lines = "const it = document.querySelector('.amount strong'); return it.getClientRects().length";
    for amount in [139_950_i64, 123_456_700, 100_000_000_000, 1_000_000_000_000] {
        for language in ["DE", "CS", "EN"] {
            let order = scene.order(&json!({ "amount": amount, "lang": language })).await;
            scene.open(&order.path).await;
            assert_eq!(scene.chrome.execute(lines, json!([])).await, 1, "{amount} in {language}");
        }
    }
}

#[tokio::test]
async fn a_person_pays_on_the_narrowest_phone() {
    let scene = Scene::with(Browser::default().narrow()).await;
    let order = scene.opened().await;
    scene.pay_with(super::CHALLENGED).await;
    scene.click("#confirm").await;
    scene.see("h1", "Thank you").await;
    scene.assert_paid_once(&order).await;
}
