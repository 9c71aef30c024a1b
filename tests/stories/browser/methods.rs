//! §9, §10: a payer pays otherwise than with a typed card: by bank, by payment order, with a wallet, with a telephone.

use super::{NO_FUNDS, Order, Scene};
use testkit::prelude::*;

const CONTINUE: &str = "[data-cy=methodSubmit]";
const TO_THE_BANK: &str = "[data-cy=bankSubmit]";

/// A payment that may be paid in any way, with these members of its payer.
async fn free(scene: &Scene, payer: Value) -> Order {
    let order = scene.order(&json!({ "payer": payer })).await;
    scene.open(&order.path).await;
    order
}

async fn instrument(scene: &Scene, order: &Order) -> Value {
    scene.shop.status(order.id).await.json()["payment_instrument"].clone()
}

/// Opens the list of banks, chooses one and goes there.
async fn to_the_bank(scene: &Scene, code: &str) {
    scene.click("a.tile[href*='method=bank_transfer']").await;
    scene.click(&format!("label[for='bank-{code}']")).await;
    scene.click(TO_THE_BANK).await;
}

#[tokio::test]
async fn a_bank_confirms_and_the_payer_is_back_in_the_shop() {
    let scene = Scene::new().await;
    let order = free(&scene, json!({})).await;
    to_the_bank(&scene, "FIOBCZPP").await;
    scene.see(".simulation", "stands in for Fio banka").await;
    scene.see(".facts", "100.00").await;
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _101");
    scene.click("#confirm").await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    assert_eq!(scene.status(&order).await, "PAID _3001");
    assert_eq!(scene.happened(&order, "captured").await, 1);
    scene.notified(&order).await;
    let body = scene.shop.status(order.id).await.json();
    assert_eq!(body["payer"]["bank_account"]["bank_code"], "2010");
}

#[tokio::test]
async fn a_bank_refuses_or_is_left_and_a_card_pays() {
    let scene = Scene::new().await;
    let order = free(&scene, json!({})).await;
    to_the_bank(&scene, "KOMBCZPP").await;
    scene.click("#leave").await;
    // Where the payer was before, with the bank still chosen.
    assert!(scene.chrome.find("#bank-KOMBCZPP").await.property("checked").await == true);
    scene.click(TO_THE_BANK).await;
    scene.click("#refuse").await;
    scene.see("#problem", "bank or wallet refused").await;
    scene.see("#problem .attempts", "2 attempts left").await;
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _5042");
    scene.click("a.tile[href*='method=card']").await;
    scene.pay_with(super::APPROVED).await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
    assert_eq!(instrument(&scene, &order).await, "PAYMENT_CARD");
}

#[tokio::test]
async fn a_payment_order_waits_for_its_money() {
    let scene = Scene::new().await;
    let order = free(&scene, json!({})).await;
    to_the_bank(&scene, "OTHERS").await;
    scene.see("h1", "Payment order").await;
    scene.see(".facts", &order.id.to_string()).await;
    scene.see(".facts", "TEST ").await;
    scene.see(".codes", "QR Platba").await;
    scene.see(".codes", "Test code: do not pay it").await;
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _102");
    // Coming back to the payment's address shows the order again.
    scene.open(&order.path).await;
    scene.click("#review").await;
    scene.see("h1", "being checked").await;
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _3003");
    scene.click("#confirm").await;
    scene.see("h1", "Thank you").await;
    assert_eq!(scene.status(&order).await, "PAID _3002");
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
}

#[tokio::test]
async fn a_wallet_wants_an_address_that_is_one() {
    let scene = Scene::new().await;
    let order = free(&scene, json!({ "default_payment_instrument": "GOPAY" })).await;
    // What the shop prefers is open, though it is one of those behind "more".
    scene.see(".tile[aria-current]", "GoPay").await;
    scene.click(CONTINUE).await;
    let email = scene.chrome.find("#walletEmail").await;
    assert!(!email.property("value").await.as_str().unwrap().is_empty());
    let fields = [("method", "gopay_wallet"), ("attempt", "0"), ("answer", "confirm"), ("email", "nobody")];
    let path = format!("{}/approval", order.path);
    let wrong = scene.till.client().post_form(&path, &fields).await.expect_status(422);
    assert!(wrong.text().contains("aria-invalid"), "{}", wrong.text());
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _101");
    scene.click("#confirm").await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
    assert_eq!(scene.shop.status(order.id).await.json()["payer"]["email"], "payer@example.com");
}

#[tokio::test]
async fn a_telephone_pays_with_one_of_its_cards() {
    let scene = Scene::new().await;
    let order = free(&scene, json!({ "allowed_payment_instruments": ["GPAY", "APPLE_PAY"] })).await;
    assert_eq!(scene.chrome.find_all(".tile").await.len(), 2);
    scene.click(CONTINUE).await;
    scene.see("header", "Google Pay").await;
    scene.click(&format!("label[for='card-{NO_FUNDS}']")).await;
    scene.click("#confirm").await;
    scene.see("#problem", "not enough money").await;
    scene.click("a.tile[href*='method=apple_pay']").await;
    scene.click(CONTINUE).await;
    scene.click("#confirm").await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
    assert_eq!(instrument(&scene, &order).await, "APPLE_PAY");
    assert_eq!(scene.happened(&order, "authentication_started").await, 0);
}

#[tokio::test]
async fn another_provider_confirms_by_itself() {
    let scene = Scene::new().await;
    let order = free(&scene, json!({ "allowed_payment_instruments": ["BITCOIN"] })).await;
    // Nobody is called Bitcoin.
    scene.see("#elsewhereForm", "You will confirm the payment on the next page.").await;
    scene.click(CONTINUE).await;
    scene.see(".simulation", "plays the payment method “Bitcoin”").await;
    scene.click("#review").await;
    scene.see("h1", "being checked").await;
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _101");
    scene.click("#confirm").await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    scene.assert_paid_once(&order).await;
    assert_eq!(instrument(&scene, &order).await, "BITCOIN");
}

#[tokio::test]
async fn only_the_banks_the_shop_allows_are_offered() {
    let scene = Scene::new().await;
    let payer = json!({
        "allowed_payment_instruments": ["BANK_ACCOUNT", "PAYMENT_CARD"], "allowed_swifts": ["FIOBCZPP", "BREXCZPP"],
        "default_payment_instrument": "BANK_ACCOUNT", "default_swift": "BREXCZPP",
    });
    let order = free(&scene, payer).await;
    let mut offered = Vec::new();
    for bank in scene.chrome.find_all("#bankForm input[name=bank]").await {
        offered.push((bank.attribute("value").await.unwrap(), bank.property("checked").await == true));
    }
    assert_eq!(offered, [("FIOBCZPP".to_owned(), false), ("BREXCZPP".to_owned(), true)]);
    // A bank that is not on the list cannot be slipped in.
    let fields = [("method", "bank_transfer"), ("bank", "KOMBCZPP")];
    scene.till.client().post_form(&format!("{}/method", order.path), &fields).await.expect_status(303);
    assert_eq!(scene.status(&order).await, "CREATED");
    scene.click(TO_THE_BANK).await;
    scene.see(".simulation", "mBank").await;
}

#[tokio::test]
async fn everything_works_without_javascript_and_without_a_bank_nothing_happens() {
    let scene = Scene::with(Browser::default().without_javascript()).await;
    let order = free(&scene, json!({ "default_payment_instrument": "BANK_ACCOUNT" })).await;
    scene.click(TO_THE_BANK).await;
    let problem = scene.chrome.find("#problem[role=alert]").await.text().await;
    assert!(problem.contains("Choose a bank"), "{problem}");
    assert_eq!(scene.status(&order).await, "CREATED");
    scene.click("label[for='bank-AIRACZPP']").await;
    scene.click(TO_THE_BANK).await;
    scene.click("#confirm").await;
    let there = scene.return_address(&order);
    assert_eq!(scene.chrome.until_url(&there).await, there);
    assert_eq!(scene.status(&order).await, "PAID _3001");
}

#[tokio::test]
async fn a_confirmation_sent_twice_pays_once() {
    let scene = Scene::new().await;
    let order = free(&scene, json!({})).await;
    to_the_bank(&scene, "FIOBCZPP").await;
    scene.see(".simulation", "Fio banka").await;
    let fields = [("method", "bank_transfer"), ("attempt", "0"), ("answer", "confirm")];
    let path = format!("{}/approval", order.path);
    let client = scene.till.client();
    let (one, two) = tokio::join!(client.post_form(&path, &fields), client.post_form(&path, &fields));
    one.expect_status(303);
    two.expect_status(303);
    assert_eq!(scene.happened(&order, "captured").await, 1);
    // An answer for a method that is not the chosen one does nothing either.
    let order = free(&scene, json!({})).await;
    to_the_bank(&scene, "FIOBCZPP").await;
    scene.see(".simulation", "Fio banka").await;
    let other = [("method", "bitcoin"), ("answer", "confirm")];
    client.post_form(&format!("{}/approval", order.path), &other).await.expect_status(303);
    assert_eq!(scene.status(&order).await, "PAYMENT_METHOD_CHOSEN _101");
}

#[tokio::test]
async fn tiles_are_alike_at_every_width() {
    let heights = "const high = (css) => [...new Set([...document.querySelectorAll(css)] \
        .filter((it) => it.checkVisibility()).map((it) => Math.round(it.getBoundingClientRect().height)))]; \
        const middle = (it) => { const { top, bottom } = it.getBoundingClientRect(); return (top + bottom) / 2 }; \
        const notes = [...document.querySelectorAll('.choice-note')]; \
        const below = notes.every((it) => it.getBoundingClientRect().top >= \
            it.previousElementSibling.getBoundingClientRect().bottom - 1); \
        const card = document.querySelector('.tile:has(.tile-brands)'); \
        const off = Math.abs(middle(card) - middle(card.querySelector('.tile-brands'))); \
        return [high('.tile').length, notes.length > 0 && below, off < 2]";
    for width in [320, 375, 1_280] {
        let scene = Scene::with(Browser::default().size(width, 800)).await;
        for language in ["EN", "FR"] {
            let order = scene.order(&json!({ "payer": {}, "lang": language })).await;
            scene.open(&format!("{}?method=bank_transfer", order.path)).await;
            scene.chrome.find("#bankForm").await;
            let seen = scene.chrome.execute(heights, json!([])).await;
            assert_eq!(seen, json!([1, true, true]), "{language} at {width} px");
        }
    }
}

#[tokio::test]
async fn a_keyboard_is_enough() {
    let scene = Scene::with(Browser::default().narrow()).await;
    let order =
        free(&scene, json!({ "default_payment_instrument": "BANK_ACCOUNT", "default_swift": "GIBACZPX" }))
            .await;
    let chosen = scene.chrome.find("#bank-GIBACZPX").await;
    // Down to the next bank, then Enter sends the form.
    chosen.type_text("\u{E015}").await;
    scene.chrome.find("#bank-KOMBCZPP").await.type_text("\u{E007}").await;
    scene.see(".simulation", "Komerční banka").await;
    scene.chrome.find("#confirm").await.type_text("\u{E007}").await;
    assert_eq!(scene.back_in_shop().await, scene.return_address(&order));
    assert_eq!(scene.status(&order).await, "PAID _3001");
}
