//! What a phone survives: reloads, another tab, a server that goes and comes back, another customer, a locked simulator.

use super::{ASTRID, Scene};
use testkit::prelude::*;

#[tokio::test]
async fn a_reload_changes_nothing() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    scene.chrome.reload().await;
    scene.see("#title", "You are checked in").await;
    scene.cinema.start("1", "A-1", "95.00").await;
    scene.see("#amount", "95.00").await;
    scene.chrome.reload().await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    scene.chrome.reload().await;
    scene.see("#outcome", "Approved").await;
}

#[tokio::test]
async fn two_windows_show_the_same_phone() {
    let scene = Scene::of(ASTRID).await;
    let first = scene.chrome.tab().await;
    let second = scene.chrome.new_tab().await;
    scene.chrome.switch_to(&second).await;
    scene.chrome.goto(&scene.till.url("/phone")).await;
    scene.checked_in().await;
    scene.cinema.start("1", "A-1", "95.00").await;
    scene.chrome.switch_to(&first).await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    scene.chrome.switch_to(&second).await;
    scene.see("#outcome", "Approved").await;
}

#[tokio::test]
async fn a_phone_finds_back_out_of_a_tunnel() {
    let scene = Scene::new().await;
    // Being offline is played to new requests only; the one that runs is cut here.
    let scissors = "const real = window.fetch; window.fetch = (path, options) => { \
        if (!String(path).includes('events')) return real(path, options); \
        const cut = new AbortController(); window.cut = () => cut.abort(); \
        return real(path, { ...options, signal: AbortSignal.any([options.signal, cut.signal]) }); }";
    let every_page = "Page.addScriptToEvaluateOnNewDocument";
    scene.chrome.devtools(every_page, json!({ "source": scissors })).await;
    scene.chrome.reload().await;
    scene.become_(ASTRID).await;
    scene.checked_in().await;
    scene.chrome.devtools("Network.enable", json!({})).await;
    let tunnel = async |offline: bool| {
        let network =
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        scene.chrome.devtools("Network.emulateNetworkConditions", network).await;
    };
    tunnel(true).await;
    scene.chrome.execute("window.cut()", json!([])).await;
    scene.see("#offline", "No connection").await;
    // What happens meanwhile is seen afterwards.
    scene.cinema.start("1", "A-1", "95.00").await;
    tunnel(false).await;
    scene.see("#amount", "95.00").await;
    scene.gone("#offline").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
}

#[tokio::test]
async fn a_window_that_is_gone_leaves_no_stream_behind() {
    let scene = Scene::of(ASTRID).await;
    for _ in 0..12 {
        scene.chrome.reload().await;
        scene.at_home().await;
    }
    let one = async |_: &testkit::webdriver::Session| {
        let numbers = scene.till.client().get("/metrics").await.expect_status(200).text();
        numbers.lines().any(|line| line == "polytill_phone_streams 1")
    };
    scene.chrome.until("one stream", one).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cash_register_may_speak_to_another_node() {
    let (here, chrome) = tokio::join!(Till::sandbox_on(Backend::Postgres), Browser::default().start());
    let url = &here.test_database().unwrap().url;
    let keyring = here.data().join("keyring");
    let there = Till::builder().env("POLYTILL_DATABASE", url).env("POLYTILL_KEYRING", keyring).start().await;
    let scene = Scene::at(here, chrome).await;
    scene.become_(ASTRID).await;
    scene.checked_in().await;
    let register = Cinema::demo(there.client().clone());
    let payment = register.start("1", "A-1", "95.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
    register.capture(&payment).await;
    scene.see("#outcome", "Paid").await;
}

#[tokio::test]
async fn a_server_with_listening_phones_stops_in_order() {
    let mut scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    assert_eq!(scene.till.terminate().await, Some(0));
    scene.see("#offline", "No connection").await;
}

#[tokio::test]
async fn the_phone_can_be_somebody_elses() {
    let scene = Scene::of(ASTRID).await;
    scene.checked_in().await;
    scene.click("#back").await;
    scene.see("#return", "You are checked in").await;
    scene.click("#person").await;
    scene.become_("+358200318002").await;
    scene.see("h1", "Hello, Eetu").await;
    scene.see(".card", "Debit card").await;
    assert!(scene.chrome.find_all("#return").await.is_empty());
    // Their own phone is as it was.
    scene.click("#person").await;
    scene.click(&format!("dialog [data-phone='{ASTRID}']")).await;
    scene.see("#title", "You are checked in").await;
}

#[tokio::test]
async fn a_locked_simulator_asks_for_its_secret() {
    let till = Till::builder().env("POLYTILL_MOBILEPAY_SIMULATOR_SECRET", "only for testers").start().await;
    let scene = Scene::at(till, Browser::default().size(390, 844).start().await).await;
    scene.till.client().get("/pos/app/usersimulation/customers").await.expect_status(401);
    for secret in ["a guess", "only for testers"] {
        let field = scene.chrome.find("#secret").await;
        assert_eq!(field.spoken_name().await, "Secret of the simulator");
        field.type_text(secret).await;
        scene.click("dialog button[type=submit]").await;
    }
    scene.become_(ASTRID).await;
    scene.checked_in().await;
    scene.cinema.start("1", "A-1", "95.00").await;
    scene.swipe(1.0, "touch").await;
    scene.see("#outcome", "Approved").await;
}

#[tokio::test]
async fn the_address_of_a_till_checks_in() {
    let scene = Scene::of(ASTRID).await;
    scene.chrome.goto(&scene.till.url("/healthz")).await;
    scene.chrome.goto(&scene.till.url(&format!("/phone#checkin/{}", scene.beacon))).await;
    scene.see("#title", "You are checked in").await;
}

#[tokio::test]
async fn the_address_of_a_till_checks_in_where_the_app_is_open() {
    let scene = Scene::of(ASTRID).await;
    let follow = "location.hash = arguments[0]";
    scene.chrome.execute(follow, json!([format!("checkin/{}", scene.beacon)])).await;
    scene.see("#title", "You are checked in").await;
    assert_eq!(scene.chrome.url().await, scene.till.url("/phone#till"));
    // The way back leads to no second check-in.
    scene.click("#leave").await;
    scene.at_home().await;
    // And what is no till's address leads home.
    for nothing in ["checkin/nothing", "checkin/%"] {
        scene.chrome.execute(follow, json!([nothing])).await;
        scene.at_home().await;
    }
    assert_eq!(scene.chrome.complaints().await, Vec::<String>::new());
}
