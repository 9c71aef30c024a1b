//! §6.11, §6.14: cards that a shop has a token for, and payments that one card alone may pay.

use super::{names_in_order, refusal, sandbox};
use testkit::prelude::*;

const VISA: &str = "4444444444444448";
const MASTERCARD: &str = "5447380000000006";

fn keep() -> Value {
    json!({"payer": {"request_card_token": true}})
}

/// What a shop is told about the card that paid.
async fn told(shop: &Shop, id: u64) -> (u64, String) {
    let payer = shop.status(id).await.expect_status(200).json()["payer"].clone();
    let token = payer["payment_card"]["card_token"].as_str().unwrap_or_else(|| panic!("no token: {payer}"));
    (payer["card_id"].as_u64().expect("a card has a number"), token.to_owned())
}

/// A payment that has kept this card.
async fn kept(shop: &Shop, buttons: &Sandbox, card: &str) -> (u64, String) {
    let id = shop.created(&keep()).await;
    buttons.pay_with(id, card).await.expect_status(200);
    told(shop, id).await
}

/// The payment page of a payment, by its path.
async fn page(till: &Till, shop: &Shop, id: u64) -> String {
    let url = shop.status(id).await.json()["gw_url"].as_str().unwrap().to_owned();
    url.strip_prefix(&till.url("")).unwrap().to_owned()
}

#[tokio::test]
async fn a_card_that_is_asked_for_has_a_number_and_a_token() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&keep()).await;
    assert_eq!(
        shop.status(id).await.json()["payer"],
        json!({}),
        "nothing is told before it is paid, nor echoed"
    );
    buttons.pay_with(id, VISA).await.expect_status(200);
    assert_eq!(
        names_in_order(&shop.status(id).await.text(), Some("payment_card")),
        [
            "card_number",
            "card_expiration",
            "card_brand",
            "card_issuer_country",
            "card_issuer_bank",
            "card_fingerprint",
            "card_token",
            "3ds_result"
        ]
    );
    let (number, token) = told(&shop, id).await;
    let shown = shop.card(number).await.expect_status(200);
    let body = shown.json();
    assert_eq!(
        names_in_order(&shown.text(), None),
        [
            "card_id",
            "card_number",
            "card_expiration",
            "card_brand",
            "card_issuer_country",
            "card_issuer_bank",
            "card_fingerprint",
            "card_token",
            "status",
            "real_masked_pan"
        ]
    );
    assert_eq!(
        (&body["card_id"], &body["card_number"], &body["status"], &body["card_token"]),
        (&json!(number), &json!("444444******4448"), &json!("ACTIVE"), &json!(token))
    );
    // The same card is the same card, another is another, and a payment that asked for nothing is told nothing.
    assert_eq!(kept(&shop, &buttons, VISA).await, (number, token.clone()));
    let (other, other_token) = kept(&shop, &buttons, MASTERCARD).await;
    assert!(other != number && other_token != token);
    let plain = super::paid(&shop, &buttons, &json!({})).await;
    let payer = shop.status(plain).await.json()["payer"].clone();
    assert!(payer.get("card_id").is_none() && payer["payment_card"].get("card_token").is_none(), "{payer}");
    assert_eq!(buttons.vault().await.json()["entries"].as_array().unwrap().len(), 2, "a copy for each card");
}

#[tokio::test]
async fn a_deleted_card_is_shown_as_such_and_pays_nothing_more() {
    let (_till, shop, buttons) = sandbox().await;
    let (card, token) = kept(&shop, &buttons, VISA).await;
    for _ in 0..2 {
        let answer = shop.delete_card(card).await;
        assert_eq!((answer.status.as_u16(), answer.text().as_str()), (204, ""), "twice is as good as once");
    }
    let shown = shop.card(card).await.expect_status(200).json();
    assert_eq!(
        (&shown["status"], shown.get("card_token"), shown.get("card_fingerprint")),
        (&json!("DELETED"), None, None)
    );
    assert_eq!(buttons.vault().await.json()["entries"], json!([]), "the ciphertext is gone");
    let refused = shop.create(&json!({"payer": {"allowed_card_token": token}})).await;
    assert_eq!(refusal(&refused), "409 F payer.allowed_card_token 111 INVALID");
    let (anew, new_token) = kept(&shop, &buttons, VISA).await;
    assert!(anew != card && new_token != token, "kept again, it is a new card");
    for unknown in [1, 99_999_999_999] {
        assert_eq!(refusal(&shop.card(unknown).await), "404 F card_id 111 INVALID");
        assert_eq!(refusal(&shop.delete_card(unknown).await), "404 F card_id 111 INVALID");
    }
}

#[tokio::test]
async fn a_recurrence_still_charges_a_card_that_was_deleted() {
    let (till, shop, buttons) = sandbox().await;
    let both = json!({"payer": {"request_card_token": true},
        "recurrence": {"recurrence_cycle": "DAY", "recurrence_period": 1, "recurrence_date_to": "2090-12-31"}});
    let id = super::paid(&shop, &buttons, &both).await;
    let (card, _) = told(&shop, id).await;
    assert_eq!(buttons.vault().await.json()["entries"].as_array().unwrap().len(), 2);
    shop.delete_card(card).await.expect_status(204);
    let left = buttons.vault().await.json();
    assert_eq!((left["entries"].as_array().unwrap().len(), &left["entries"][0]["payment"]), (1, &json!(id)));
    buttons.advance("P1D").await.expect_status(200);
    let charged = buttons.recurrence(id).await.json();
    assert_eq!(charged["charges"][0]["payment"]["state"], "captured");
    assert!(till.shop().status(id).await.json()["payer"]["payment_card"].get("card_token").is_none());
}

#[tokio::test]
async fn only_the_card_of_the_token_may_pay_and_its_number_need_not_be_typed() {
    let (till, shop, buttons) = sandbox().await;
    let (card, token) = kept(&shop, &buttons, VISA).await;
    let bound = json!({"payer": {"allowed_card_token": token}});
    let id = shop.created(&bound).await;
    let other = buttons.pay_with(id, MASTERCARD).await;
    assert_eq!((other.status.as_u16(), shop.state(id).await.as_str()), (409, "CREATED"), "{}", other.text());
    assert!(other.text().contains("other_card"), "{}", other.text());
    let by_bank = buttons.press(id, "pay", &json!({"method": "BANK_ACCOUNT"})).await;
    assert_eq!(by_bank.status, 409, "{}", by_bank.text());

    let path = page(&till, &shop, id).await;
    let html = till.client().get(&path).await.expect_status(200).text();
    assert!(
        html.contains("444444******4448")
            && html.contains("name=\"stored\"")
            && !html.contains("name=\"pan\"")
    );
    let typed = [("pan", MASTERCARD), ("exp", "12/40"), ("cvc", "123"), ("attempt", "0")];
    let refused = till.client().post_form(&format!("{path}/card"), &typed).await;
    assert_eq!((refused.status.as_u16(), shop.state(id).await.as_str()), (422, "CREATED"));
    let no_code = till.client().post_form(&format!("{path}/card"), &[("stored", "1"), ("cvc", "12")]).await;
    assert_eq!(no_code.status, 422);
    let paid = till
        .client()
        .post_form(&format!("{path}/card"), &[("stored", "1"), ("cvc", "123"), ("attempt", "0")])
        .await;
    assert_eq!((paid.status.as_u16(), shop.state(id).await.as_str()), (303, "PAID"));
    assert_eq!(told(&shop, id).await, (card, token.clone()));

    let typed_too = shop.created(&bound).await;
    buttons.pay_with(typed_too, VISA).await.expect_status(200);
    assert_eq!(told(&shop, typed_too).await, (card, token.clone()));
    let by_button = shop.created(&bound).await;
    buttons.pay_with(by_button, "stored").await.expect_status(200);
    assert_eq!(shop.state(by_button).await, "PAID");

    // Deleted while a payment waits for it: it can be typed, and is still the only one.
    let waiting = shop.created(&bound).await;
    shop.delete_card(card).await.expect_status(204);
    let html = till.client().get(&page(&till, &shop, waiting).await).await.text();
    assert!(html.contains("name=\"pan\"") && html.contains("444444******4448"));
    assert_eq!(buttons.pay_with(waiting, MASTERCARD).await.status, 409);
    buttons.pay_with(waiting, VISA).await.expect_status(200);
    assert_eq!(shop.state(waiting).await, "PAID");
}

#[tokio::test]
async fn a_text_in_the_banks_list_identifies_the_card() {
    let (_till, shop, buttons) = sandbox().await;
    let identify = json!({"payer": {"verify_pin": "1234"}, "preauthorization": true});
    let id = shop.created(&identify).await;
    buttons.pay_with(id, VISA).await.expect_status(200);
    let status = shop.status(id).await.json();
    assert_eq!(
        (&status["state"], &status["payer"]["payment_card"]["3ds_result"]),
        (&json!("AUTHORIZED"), &json!("Y/Y"))
    );
    let (card, token) = told(&shop, id).await;
    shop.void_authorization(id).await.expect_status(200);
    assert_eq!(kept(&shop, &buttons, VISA).await, (card, token));
    assert_eq!(
        refusal(&shop.create(&json!({"payer": {"verify_pin": "12a4"}})).await),
        "409 F payer.verify_pin 111 INVALID"
    );
}

#[tokio::test]
async fn a_token_nobody_gave_out_binds_a_sandbox_to_nothing() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&json!({"payer": {"allowed_card_token": "made-up"}})).await;
    buttons.pay_with(id, MASTERCARD).await.expect_status(200);
    assert_eq!(shop.state(id).await, "PAID");
}

#[tokio::test]
async fn a_declined_card_is_not_kept() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&keep()).await;
    buttons.decline_and_stay(id, "refused").await;
    assert_eq!(buttons.vault().await.json()["entries"], json!([]));
    buttons.fault(id, "authorise", "answer_lost").await.expect_status(200);
    buttons.pay_with(id, VISA).await.expect_status(200);
    assert_eq!(
        buttons.vault().await.json()["entries"][0]["payment"],
        json!(id),
        "sealed before anybody was asked"
    );
    buttons.advance("PT31S").await.expect_status(200);
    let (card, _) = told(&shop.renewed(), id).await;
    assert_eq!(buttons.vault().await.json()["entries"][0]["card"], json!(card), "and kept once it has paid");
}

#[tokio::test]
async fn a_new_key_changes_nothing_for_anybody() {
    let (till, shop, buttons) = sandbox().await;
    let nothing = buttons.rotate_vault().await.expect_status(200).json();
    assert_eq!((&nothing["key"], &nothing["sealed_anew"]), (&json!(0), &json!(0)));
    let (_, token) = kept(&shop, &buttons, VISA).await;
    let recurring = json!({"recurrence": {"recurrence_cycle": "DAY", "recurrence_period": 1, "recurrence_date_to": "2090-12-31"}});
    let id = super::paid(&shop, &buttons, &recurring).await;
    let before = buttons.vault().await.json();
    let done = buttons.rotate_vault().await.expect_status(200).json();
    assert_eq!((&done["sealed_anew"], &done["resumed"]), (&json!(2), &json!(false)));
    let after = buttons.vault().await.json();
    assert!(
        after["entries"].as_array().unwrap().iter().all(|entry| entry["key"] == done["key"]),
        "{before} {after}"
    );
    let bound = shop.created(&json!({"payer": {"allowed_card_token": token}})).await;
    buttons.pay_with(bound, "stored").await.expect_status(200);
    // The old key goes a day later.
    buttons.advance("P2D").await.expect_status(200);
    let again = buttons.rotate_vault().await.expect_status(200).json();
    assert_eq!((&again["sealed_anew"], &again["keys_removed"]), (&json!(2), &json!(1)));
    let charges = buttons.recurrence(id).await.json();
    assert!(
        charges["charges"].as_array().unwrap().iter().all(|charge| charge["payment"]["state"] == "captured")
    );
    drop(till);
}
