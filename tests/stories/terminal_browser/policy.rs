//! The page asks nobody else for anything, runs under a strict policy, and is a sandbox's only.

use super::{GOOD_CARD, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn a_whole_sale_without_a_complaint_or_a_foreign_request() {
    let scene = Scene::new().await;
    scene.counter.sale(18_950).await;
    scene.present(GOOD_CARD, "contactless").await;
    scene.click("[data-receipt]").await;
    scene.see("[data-copy=merchant]", "4448").await;
    assert_eq!(scene.chrome.complaints().await, Vec::<String>::new());
    let asked = "return performance.getEntriesByType('resource').map((it) => new URL(it.name).origin)";
    let origins = scene.chrome.execute(asked, json!([])).await;
    let own = scene.till.url("");
    assert!(origins.as_array().unwrap().len() > 10);
    assert!(origins.as_array().unwrap().iter().all(|origin| origin == own.as_str()), "{origins}");
}

#[tokio::test]
async fn the_page_is_guarded_and_its_files_are_kept() {
    let till = Till::sandbox().await;
    let page = till.client().get("/terminal").await.expect_status(200);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    assert_eq!(page.header("cache-control"), "no-store");
    let text = page.text();
    let script = text.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let file = till.client().get(script).await.expect_status(200);
    assert!(file.header("cache-control").contains("immutable"));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    till.client().get(&script.replace("main.js", "../page.rs")).await.expect_status(404);
    till.client().get("/terminal/assets/0000000000000000/main.js").await.expect_status(404);
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_words() {
    let scene = Scene::new().await;
    scene.click("[data-menu]").await;
    scene.click("[data-disconnect]").await;
    scene.on("connect").await;
    let key = scene.chrome.find("[name=key]").await;
    key.clear().await;
    key.type_text("not-the-device-key").await;
    scene.click("[data-screen=connect] [type=submit]").await;
    scene.see("[data-screen=connect] .problem", "is wrong").await;
}
