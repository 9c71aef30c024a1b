//! Every screen in several languages, narrow and wide, light and dark: it fits, is readable and well built, and no browser
//! has anything to complain about.

use super::walk::Walk;
use super::{ASTRID, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn every_screen_is_well_built_in_danish() {
    Walk::past_all(Browser::default().size(390, 844).language("da-DK"), "da").await;
}

#[tokio::test]
async fn every_screen_fits_the_narrowest_phone_in_finnish() {
    Walk::past_all(Browser::default().narrow().language("fi-FI"), "fi").await;
}

#[tokio::test]
async fn every_screen_is_readable_at_night_in_english() {
    Walk::past_all(Browser::default().narrow().dark(), "en").await;
}

#[tokio::test]
async fn every_screen_fits_a_desk_in_swedish() {
    Walk::past_all(Browser::default().dark().language("sv-SE"), "sv").await;
}

#[tokio::test]
async fn the_language_is_chosen_and_kept() {
    let scene = Scene::with(Browser::default().size(390, 844).language("nn-NO")).await;
    scene.become_(ASTRID).await;
    scene.see("#scan", "Skann og betal").await;
    scene.click("#language").await;
    scene.click("[data-language=fi]").await;
    scene.see("#scan", "Skannaa ja maksa").await;
    scene.chrome.reload().await;
    scene.see("#scan", "Skannaa ja maksa").await;
    assert_eq!(scene.chrome.execute("return document.documentElement.lang", json!([])).await, "fi");
}

#[tokio::test]
async fn without_a_till_the_phone_says_how_to_open_one() {
    let (till, chrome) = tokio::join!(Till::sandbox(), Browser::default().narrow().start());
    chrome.goto(&till.url("/phone")).await;
    chrome.find(&format!("dialog [data-phone='{ASTRID}']")).await.click().await;
    chrome.find("#scan").await.click().await;
    let call = chrome.find("#opens").await.text().await;
    assert!(!chrome.find("#scanHint").await.is_displayed().await);
    let fits = "return document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(chrome.execute(fits, json!([])).await, true);
    // The call does what it says, and whoever comes back finds the till.
    till.client().get(call.strip_prefix("GET ").unwrap()).await.expect_status(200);
    chrome.execute("dispatchEvent(new Event('focus'))", json!([])).await;
    chrome.find("#tills [data-beacon]").await;
    assert!(chrome.find("#scanHint").await.is_displayed().await);
}

#[tokio::test]
async fn a_name_in_a_language_of_its_own_stays_words() {
    let mut till = Till::sandbox().await;
    let nasty = "<img src=x onerror=alert(1)>";
    let terminal = json!({ "mobilepay_terminals": [
        { "id": 99, "merchant": 1, "terminal_id": "99", "store": 1, "name": nasty }
    ] });
    let file = till.data().join("more.json");
    std::fs::write(&file, terminal.to_string()).unwrap();
    let data = till.data();
    assert_eq!(till.terminate().await, Some(0));
    let imported =
        testkit::server::run(&["import", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    assert!(imported.status.success(), "{imported:?}");
    till.restart().await;
    let scene = Scene::at(till, Browser::default().start().await).await;
    scene.become_(ASTRID).await;
    let beacon = scene.cinema.open("99").await;
    scene.check_in(&beacon).await;
    scene.see("#place", nasty).await;
    assert!(scene.chrome.find_all("main img").await.is_empty());
    assert_eq!(scene.chrome.complaints().await, Vec::<String>::new());
}

#[tokio::test]
async fn it_can_be_put_on_a_phones_home_screen() {
    let scene = Scene::new().await;
    let manifest = scene.chrome.find("link[rel=manifest]").await.attribute("href").await.unwrap();
    let told = scene.till.client().get(&manifest).await.expect_status(200).json();
    assert_eq!(
        (&told["display"], &told["start_url"], &told["scope"]),
        (&json!("standalone"), &json!("/phone"), &json!("/phone"))
    );
    let folder = manifest.strip_suffix("manifest.json").unwrap();
    for icon in told["icons"].as_array().unwrap() {
        let file = format!("{folder}{}", icon["src"].as_str().unwrap());
        scene.till.client().get(&file).await.expect_status(200);
    }
    let answer = scene.chrome.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(answer["errors"], json!([]), "{answer}");
}
