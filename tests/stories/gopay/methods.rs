//! §7, §9: the payer pays otherwise than with a typed card.

use super::{refusal, sandbox};
use testkit::prelude::*;

/// A payment with no restriction on how it is paid.
async fn free(shop: &Shop, changes: &Value) -> u64 {
    let mut all = json!({ "payer": { "contact": { "email": "payer@example.com" } } });
    all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    shop.created(&all).await
}

/// State, sub-state and instrument as the shop reads them, on one line.
async fn words(shop: &Shop, id: u64) -> String {
    let body = shop.status(id).await.expect_status(200).json();
    let words = ["state", "sub_state", "payment_instrument"].map(|name| body[name].as_str().unwrap_or("-"));
    words.join(" ")
}

#[tokio::test]
async fn a_bank_is_chosen_and_confirms() {
    let (_till, shop, buttons) = sandbox().await;
    let id = free(&shop, &json!({})).await;
    let fio = json!({ "method": "BANK_ACCOUNT", "swift": "FIOBCZPP" });
    buttons.press(id, "choose", &fio).await.expect_status(200);
    assert_eq!(words(&shop, id).await, "PAYMENT_METHOD_CHOSEN _101 BANK_ACCOUNT");
    assert_eq!(shop.status(id).await.json()["payer"].get("bank_account"), None);
    buttons.press(id, "pay", &fio).await.expect_status(200);
    assert_eq!(words(&shop, id).await, "PAID _3001 BANK_ACCOUNT");
    let body = shop.status(id).await.json();
    let account = &body["payer"]["bank_account"];
    assert_eq!((&account["bank_code"], &account["account_name"]), (&json!("2010"), &json!("Jan Novák")));
    assert_eq!((account.get("iban"), account.get("bic")), (None, None), "not for Czech accounts");
    assert_eq!(body["payer"].get("payment_card"), None);
    shop.refund(id, 4_000).await.expect_status(200);
    assert_eq!(words(&shop, id).await, "PARTIALLY_REFUNDED - BANK_ACCOUNT");
    shop.refund(id, 6_000).await.expect_status(200);
    assert_eq!(buttons.balances().await.json()["sums"], json!({ "CZK": 0 }));
}

#[tokio::test]
async fn a_payment_order_is_awaited_for_two_weeks() {
    let (till, shop, buttons) = sandbox().await;
    let order = json!({ "method": "BANK_ACCOUNT", "swift": "OTHERS" });
    let (late, paid) = (free(&shop, &json!({})).await, free(&shop, &json!({})).await);
    for id in [late, paid] {
        buttons.press(id, "choose", &order).await.expect_status(200);
        assert_eq!(words(&shop, id).await, "PAYMENT_METHOD_CHOSEN _102 BANK_ACCOUNT");
    }
    buttons.advance("P13D").await.expect_status(200);
    let shop = till.shop();
    let announced = json!({ "swift": "OTHERS", "sub_state": "_3003" });
    buttons.press(paid, "pay", &announced).await.expect_status(200);
    assert_eq!(words(&shop, paid).await, "PAYMENT_METHOD_CHOSEN _3003 BANK_ACCOUNT");
    buttons.press(paid, "pay", &json!({ "swift": "OTHERS", "sub_state": "_3002" })).await.expect_status(200);
    assert_eq!(words(&shop, paid).await, "PAID _3002 BANK_ACCOUNT");
    buttons.advance("P2D").await.expect_status(200);
    let shop = till.shop();
    assert_eq!(words(&shop, late).await, "TIMEOUTED _5024 BANK_ACCOUNT");
    // §7: money that comes late revives nothing.
    buttons.press(late, "pay", &order).await.expect_status(409);
    assert_eq!(shop.state(late).await, "TIMEOUTED");
}

#[tokio::test]
async fn every_instrument_pays_and_says_so() {
    let (_till, shop, buttons) = sandbox().await;
    for (instrument, refundable) in [
        ("PAYMENT_CARD", true),
        ("BANK_ACCOUNT", true),
        ("GPAY", true),
        ("APPLE_PAY", true),
        ("CLICK_TO_PAY", false),
        ("GOPAY", true),
        ("PAYPAL", false),
        ("TWISTO", false),
        ("SKIPPAY", false),
        ("MPAYMENT", false),
        ("PRSMS", false),
        ("PAYSAFECARD", false),
        ("BITCOIN", false),
    ] {
        let id = free(&shop, &json!({})).await;
        let how = json!({ "method": instrument, "email": "wallet@example.com" });
        buttons.press(id, "pay", &how).await.expect_status(200);
        let sub_state = if instrument == "BANK_ACCOUNT" { "_3001" } else { "-" };
        assert_eq!(words(&shop, id).await, format!("PAID {sub_state} {instrument}"));
        let body = shop.status(id).await.json();
        let wallet = ["GOPAY", "PAYPAL"].contains(&instrument);
        assert_eq!(body["payer"]["email"].as_str(), wallet.then_some("wallet@example.com"), "{instrument}");
        let card = ["PAYMENT_CARD", "GPAY", "APPLE_PAY"].contains(&instrument);
        assert_eq!(body["payer"].get("payment_card").is_some(), card, "{instrument}");
        let refund = shop.refund(id, 10_000).await;
        if refundable {
            refund.expect_status(200);
        } else {
            assert_eq!(refusal(&refund), "409 G 330 PAYMENT_REFUND_NOT_SUPPORTED", "{instrument}");
        }
    }
}

#[tokio::test]
async fn a_payer_is_held_to_the_lists() {
    let (_till, shop, buttons) = sandbox().await;
    let lists = json!({ "allowed_payment_instruments": ["BANK_ACCOUNT"], "allowed_swifts": ["FIOBCZPP", "BREXCZPP"] });
    let id = shop.created(&json!({ "payer": lists })).await;
    for (method, swift) in [("GPAY", None), ("PAYMENT_CARD", None), ("BANK_ACCOUNT", Some("KOMBCZPP"))] {
        let refused = buttons.press(id, "pay", &json!({ "method": method, "swift": swift })).await;
        assert_eq!(refused.expect_status(409).json()["error"]["code"], "payment_method_not_allowed");
    }
    // A Slovak bank has no crowns, and only a card can hold money.
    let any = free(&shop, &json!({})).await;
    buttons.press(any, "pay", &json!({ "swift": "TATRSKBX" })).await.expect_status(409);
    let held = free(&shop, &json!({ "preauthorization": true })).await;
    buttons.press(held, "pay", &json!({ "method": "GOPAY" })).await.expect_status(409);
    buttons.press(held, "pay", &json!({ "method": "GPAY" })).await.expect_status(200);
    assert_eq!(words(&shop, held).await, "AUTHORIZED - GPAY");
    buttons.press(id, "pay", &json!({ "swift": "BREXCZPP" })).await.expect_status(200);
    assert_eq!(shop.state(id).await, "PAID");
}

#[tokio::test]
async fn a_lost_answer_of_a_bank_is_found_out() {
    let (till, shop, buttons) = sandbox().await;
    let fio = json!({ "swift": "FIOBCZPP" });
    for (fault, ending) in [("answer_lost", "PAID _3001"), ("question_lost", "PAYMENT_METHOD_CHOSEN _101")] {
        let id = free(&till.shop(), &json!({})).await;
        buttons.fault(id, "authorise", fault).await.expect_status(200);
        let answer = buttons.press(id, "pay", &fio).await.expect_status(200).json();
        assert_eq!(answer["outcome"], "unknown");
        buttons.press(id, "pay", &fio).await.expect_status(409);
        buttons.advance("PT1M").await.expect_status(200);
        assert_eq!(words(&till.shop(), id).await, format!("{ending} BANK_ACCOUNT"), "{fault}");
    }
    assert_eq!(buttons.balances().await.json()["sums"], json!({ "CZK": 0 }));
    assert_eq!(shop.keys.goid, 8_123_456_789);
}

#[tokio::test]
async fn every_sub_state_can_be_reached() {
    let (till, _, buttons) = sandbox().await;
    let states = buttons.states().await.expect_status(200).json();
    let states = states["sub_states"].as_array().unwrap();
    assert_eq!(states.len(), 61);
    for state in states {
        let shop = till.shop();
        let id = free(&shop, &json!({})).await;
        let path = state["post"].as_str().unwrap().replace("{id}", &id.to_string());
        till.client().post_json(&path, &state["body"]).await.expect_status(200);
        let shown = till.shop().status(id).await.json();
        assert_eq!(shown["sub_state"], state["sub_state"], "{state} gave {shown}");
        for card in state["cards"].as_array().unwrap() {
            let id = free(&till.shop(), &json!({})).await;
            buttons.pay_with(id, card.as_str().unwrap()).await.expect_status(200);
            assert_eq!(till.shop().status(id).await.json()["sub_state"], state["sub_state"], "{card}");
        }
    }
    let page = till.client().get("/_sandbox/states").await.expect_status(200).text();
    assert!(states.iter().all(|state| page.contains(state["sub_state"].as_str().unwrap())));
    assert!(!page.contains("<script") && !page.contains("style="), "{page}");
}

#[tokio::test]
async fn a_sub_state_belongs_to_one_attempt() {
    let (_till, shop, buttons) = sandbox().await;
    let id = free(&shop, &json!({})).await;
    let first = json!({ "sub_state": "_5017", "leave": false });
    buttons.press(id, "decline", &first).await.expect_status(200);
    assert_eq!(words(&shop, id).await, "PAYMENT_METHOD_CHOSEN _5017 PAYMENT_CARD");
    buttons.decline_and_stay(id, "insufficient_funds").await.expect_status(200);
    assert_eq!(words(&shop, id).await, "PAYMENT_METHOD_CHOSEN _5006 PAYMENT_CARD");
    buttons.pay(id).await.expect_status(200);
    assert_eq!(words(&shop, id).await, "PAID - PAYMENT_CARD");
}
