//! §6.5, §6.6, §7: payments that follow a first one, by themselves or when the shop asks.

use super::{names_in_order, refusal, sandbox};
use testkit::prelude::*;

/// What a payer agrees to who subscribes to something.
fn every(cycle: &str, period: u64) -> Value {
    json!({"recurrence": {"recurrence_cycle": cycle, "recurrence_period": period, "recurrence_date_to": "2090-12-31"}})
}

fn on_demand() -> Value {
    json!({"recurrence": {"recurrence_cycle": "ON_DEMAND", "recurrence_date_to": "2090-12-31"}})
}

/// The first payment, paid.
async fn started(shop: &Shop, buttons: &Sandbox, terms: &Value) -> u64 {
    super::paid(shop, buttons, terms).await
}

async fn recurrence_state(shop: &Shop, id: u64) -> String {
    shop.status(id).await.json()["recurrence"]["recurrence_state"].as_str().unwrap_or("absent").to_owned()
}

/// The charges so far, oldest first: which period, and what became of the payment.
async fn charges(buttons: &Sandbox, id: u64) -> Vec<(u64, String)> {
    let listed = buttons.recurrence(id).await.expect_status(200).json();
    let charge = |charge: &Value| {
        (charge["period"].as_u64().unwrap_or(0), charge["payment"]["state"].as_str().unwrap().to_owned())
    };
    listed["charges"].as_array().unwrap().iter().rev().map(charge).collect()
}

fn captured(periods: std::ops::RangeInclusive<u64>) -> Vec<(u64, String)> {
    periods.map(|period| (period, "captured".to_owned())).collect()
}

async fn newest_charge(buttons: &Sandbox, id: u64) -> u64 {
    let listed = buttons.recurrence(id).await.expect_status(200).json();
    listed["charges"][0]["payment"]["id"].as_u64().expect("something was charged")
}

/// A charge that was asked for has ended.
async fn ended(shop: &Shop, id: u64) -> String {
    let end = async {
        loop {
            let state = shop.state(id).await;
            if state != "CREATED" && state != "PAYMENT_METHOD_CHOSEN" {
                return state;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testkit::PATIENCE, end).await.expect("a charge comes to its end")
}

/// The moment something is charged next.
async fn next(buttons: &Sandbox, id: u64) -> String {
    let listed = buttons.recurrence(id).await.expect_status(200).json();
    listed["next_at"].as_str().unwrap_or("never").chars().take(16).collect()
}

#[tokio::test]
async fn a_subscription_is_charged_day_by_day_until_the_shop_stops_it() {
    let (till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    let mut terms = every("DAY", 1);
    terms["callback"] = json!({"notification_url": receiver.url("/notify?shop=1")});
    let id = shop.created(&terms).await;
    assert_eq!(recurrence_state(&shop, id).await, "REQUESTED");
    buttons.pay(id).await.expect_status(200);
    assert_eq!(recurrence_state(&shop, id).await, "STARTED");
    assert_eq!(receiver.next().await.payment(), id);

    buttons.advance("PT23H").await.expect_status(200);
    assert_eq!(charges(&buttons, id).await, [], "not before it is due");
    buttons.advance("PT1H").await.expect_status(200);
    let child = newest_charge(&buttons, id).await;
    let told = receiver.next().await;
    assert_eq!(
        (told.payment(), told.parameter("parent_id"), told.parameter("shop")),
        (child, Some(id.to_string().as_str()), Some("1"))
    );
    let shop = till.shop();
    let status = shop.status(child).await.expect_status(200);
    let year_month = status.json()["payer"]["payment_card"]["card_expiration"].as_str().unwrap().to_owned();
    let address = status.json()["gw_url"].as_str().unwrap().to_owned();
    let body = status.text().replace(&child.to_string(), "<id>").replace(&id.to_string(), "<parent>");
    let body = body.replace(&address, "<gw_url>").replace(&year_month, "<yymm>");
    insta::assert_snapshot!(body, @r#"{"id":<id>,"parent_id":<parent>,"order_number":"001","state":"PAID","payment_instrument":"PAYMENT_CARD","amount":10000,"currency":"CZK","payer":{"allowed_payment_instruments":["PAYMENT_CARD"],"default_payment_instrument":"PAYMENT_CARD","payment_card":{"card_number":"444444******4448","card_expiration":"<yymm>","card_brand":"Visa Gold","card_issuer_country":"POL","card_issuer_bank":"CREDIT AGRICOLE BANK POLSKA, S.A."},"contact":{"first_name":"Zbynek","last_name":"Zak","email":"zbynek.zak@example.com","country_code":"POL"}},"target":{"type":"ACCOUNT","goid":8123456789},"lang":"cs","gw_url":"<gw_url>"}"#);

    assert_eq!(
        shop.void_recurrence(id).await.expect_status(200).text(),
        format!(r#"{{"id":{id},"result":"FINISHED"}}"#)
    );
    assert_eq!(
        (recurrence_state(&shop, id).await, shop.state(id).await),
        ("STOPPED".to_owned(), "PAID".to_owned())
    );
    assert_eq!(buttons.vault().await.json()["entries"], json!([]), "nothing is kept of the card");
    buttons.advance("P30D").await.expect_status(200);
    assert_eq!(charges(&buttons, id).await, captured(1..=1));
}

#[tokio::test]
async fn a_missed_week_is_caught_up_a_charge_for_each_day() {
    let (mut till, shop, buttons) = sandbox().await;
    let id = started(&shop, &buttons, &every("DAY", 1)).await;
    let weekly = started(&shop, &buttons, &every("WEEK", 1)).await;
    buttons.advance("P7D").await.expect_status(200);
    assert_eq!(charges(&buttons, id).await, captured(1..=7));
    assert_eq!(charges(&buttons, weekly).await, captured(1..=1));
    till.restart().await;
    let buttons = till.sandbox_api();
    buttons.advance("PT1S").await.expect_status(200);
    assert_eq!(charges(&buttons, id).await, captured(1..=7), "nothing is charged twice");
    buttons.advance("P1D").await.expect_status(200);
    assert_eq!(charges(&buttons, id).await, captured(1..=8));
}

#[tokio::test]
async fn the_31st_and_the_night_of_a_change_keep_their_places() {
    let (till, _, buttons) = sandbox().await;
    let to = async |moment: &str| {
        till.client().post_json("/_sandbox/clock", &json!({"to": moment})).await.expect_status(200)
    };
    to("2028-01-31T10:00:00Z").await;
    let monthly = started(&till.shop(), &buttons, &every("MONTH", 1)).await;
    // The last day of February, and then the 31st again, an hour earlier in UTC.
    assert_eq!(next(&buttons, monthly).await, "2028-02-29T10:00");
    to("2028-02-29T10:01:00Z").await;
    assert_eq!(next(&buttons, monthly).await, "2028-03-31T09:00");
    // 26 March 2028, 2:30 in Prague does not exist.
    to("2028-03-25T01:30:00Z").await;
    let daily = started(&till.shop(), &buttons, &every("DAY", 1)).await;
    assert_eq!(next(&buttons, daily).await, "2028-03-26T01:30");
    to("2028-03-26T01:31:00Z").await;
    assert_eq!(next(&buttons, daily).await, "2028-03-27T00:30");
    assert_eq!(charges(&buttons, daily).await, captured(1..=1));
}

#[tokio::test]
async fn the_last_day_is_charged_and_then_it_is_over() {
    let (till, _, buttons) = sandbox().await;
    till.client()
        .post_json("/_sandbox/clock", &json!({"to": "2030-03-10T12:00:00Z"}))
        .await
        .expect_status(200);
    let until = json!({"recurrence": {"recurrence_cycle": "DAY", "recurrence_period": "2", "recurrence_date_to": "2030-03-14"}});
    let id = started(&till.shop(), &buttons, &until).await;
    buttons.advance("P30D").await.expect_status(200);
    assert_eq!(charges(&buttons, id).await, captured(1..=2));
    let shop = till.shop();
    assert_eq!(recurrence_state(&shop, id).await, "STOPPED");
    assert_eq!(refusal(&shop.void_recurrence(id).await), "409 G 342 PAYMENT_RECURRENCE_STOPPED");
    assert_eq!(buttons.vault().await.json()["entries"], json!([]));
}

#[tokio::test]
async fn a_charge_that_is_asked_for_is_created_and_soon_paid() {
    let (_till, shop, buttons) = sandbox().await;
    let receiver = Receiver::start().await;
    let mut terms = on_demand();
    terms["callback"] = json!({"notification_url": receiver.url("/notify")});
    let id = started(&shop, &buttons, &terms).await;
    assert_eq!(receiver.next().await.payment(), id);
    let order = json!({"order_number": "002", "order_description": "second", "items": [{"name": "a", "amount": 500}],
        "additional_params": [{"name": "n", "value": "v"}]});
    let created = shop.keyed("charge-1").create_recurrence(id, 500, &order).await.expect_status(200);
    let body = created.json();
    let child = body["id"].as_u64().unwrap();
    assert_eq!(
        names_in_order(&created.text(), None),
        [
            "id",
            "parent_id",
            "order_number",
            "state",
            "payment_instrument",
            "amount",
            "currency",
            "payer",
            "target",
            "additional_params",
            "lang",
            "gw_url"
        ]
    );
    assert_eq!(
        (&body["state"], &body["parent_id"], &body["amount"], &body["payment_instrument"]),
        (&json!("CREATED"), &json!(id), &json!(500), &json!("PAYMENT_CARD"))
    );
    assert_eq!(ended(&shop, child).await, "PAID");
    let told = receiver.next().await;
    assert_eq!((told.payment(), told.parameter("parent_id")), (child, Some(id.to_string().as_str())));
    let again = shop.keyed("charge-1").create_recurrence(id, 500, &order).await.expect_status(200);
    assert_eq!(again.text(), created.text(), "the same key, the same answer");
    // Its own refund, and nothing of the parent's.
    shop.refund(child, 500).await.expect_status(200);
    assert_eq!((shop.state(child).await, shop.state(id).await), ("REFUNDED".to_owned(), "PAID".to_owned()));
    assert_eq!(charges(&buttons, id).await, [(0, "captured".to_owned())]);
}

#[tokio::test]
async fn what_cannot_be_charged_says_why() {
    let (till, shop, buttons) = sandbox().await;
    let charge = async |id: u64| refusal(&till.shop().create_recurrence(id, 100, &json!({})).await);
    assert_eq!(charge(100).await, "409 G 340 PAYMENT_RECURRENCE_FAILED");
    assert_eq!(charge(shop.created(&on_demand()).await).await, "409 G 340 PAYMENT_RECURRENCE_FAILED");
    let plain = super::paid(&shop, &buttons, &json!({})).await;
    assert_eq!(charge(plain).await, "409 G 341 PAYMENT_RECURRENCE_NOT_SUPPORTED");
    let monthly = started(&shop, &buttons, &every("MONTH", 1)).await;
    assert_eq!(charge(monthly).await, "409 G 341 PAYMENT_RECURRENCE_NOT_SUPPORTED");

    let id = started(&shop, &buttons, &on_demand()).await;
    let wrong = [
        (json!({"currency": "EUR"}), "409 F currency 111 INVALID"),
        (json!({"order_number": null}), "409 F order_number 110 MANDATORY"),
        (json!({"amount": 0}), "409 F amount 111 INVALID"),
        (json!({"items": [{"name": "a", "amount": 101}]}), "409 G 360 PAYMENT_ITEMS_SUM_MISMATCH"),
    ];
    for (changes, expected) in &wrong {
        assert_eq!(refusal(&shop.create_recurrence(id, 100, changes).await), *expected, "{changes}");
    }
    shop.void_recurrence(id).await.expect_status(200);
    // The state comes before the body.
    for (changes, _) in &wrong {
        let answer = shop.create_recurrence(id, 100, changes).await;
        assert_eq!(refusal(&answer), "409 G 342 PAYMENT_RECURRENCE_STOPPED", "{changes}");
    }
    assert_eq!(refusal(&shop.void_recurrence(id).await), "409 G 342 PAYMENT_RECURRENCE_STOPPED");
    assert_eq!(refusal(&shop.void_recurrence(100).await), "409 G 340 PAYMENT_RECURRENCE_FAILED");
    assert_eq!(refusal(&shop.void_recurrence(plain).await), "409 G 341 PAYMENT_RECURRENCE_NOT_SUPPORTED");
    let unpaid = shop.created(&on_demand()).await;
    assert_eq!(refusal(&shop.void_recurrence(unpaid).await), "409 G 340 PAYMENT_RECURRENCE_FAILED");
}

#[tokio::test]
async fn after_the_last_day_or_three_refusals_nothing_can_be_asked_for() {
    let (till, shop, buttons) = sandbox().await;
    let id = started(&shop, &buttons, &on_demand()).await;
    for _ in 0..3 {
        buttons
            .press(
                id,
                "fault",
                &json!({"operation": "charge", "fault": "decline", "reason": "insufficient_funds"}),
            )
            .await
            .expect_status(200);
        let child = shop.create_recurrence(id, 100, &json!({})).await.expect_status(200).json();
        let child = child["id"].as_u64().unwrap();
        assert_eq!(ended(&shop, child).await, "CANCELED");
        assert_eq!(shop.status(child).await.json()["sub_state"], "_5006");
    }
    let limit = "409 G 343 PAYMENT_RECURRENCE_LIMIT_EXCEEDED";
    assert_eq!(refusal(&shop.create_recurrence(id, 100, &json!({})).await), limit);
    let short = json!({"recurrence": {"recurrence_cycle": "ON_DEMAND", "recurrence_date_to": "2050-06-30"}});
    let late = started(&shop, &buttons, &short).await;
    for moment in ["2046-07-01T00:00:00Z", "2050-06-30T21:59:00Z"] {
        // A step is ten years at most.
        for to in ["2035-01-01T00:00:00Z", "2044-01-01T00:00:00Z", moment] {
            let _refused_when_past = till.client().post_json("/_sandbox/clock", &json!({ "to": to })).await;
        }
    }
    let shop = till.shop();
    let last = shop.create_recurrence(late, 100, &json!({})).await.expect_status(200).json();
    assert_eq!(ended(&shop, last["id"].as_u64().unwrap()).await, "PAID", "the last day counts, in Prague");
    buttons.advance("PT2M").await.expect_status(200);
    assert_eq!(refusal(&till.shop().create_recurrence(late, 100, &json!({})).await), limit);
    assert_eq!(recurrence_state(&till.shop(), late).await, "STOPPED");
}

#[tokio::test]
async fn a_refused_period_is_tried_again_a_day_later_and_then_let_go() {
    let (till, shop, buttons) = sandbox().await;
    let id = started(&shop, &buttons, &every("WEEK", 1)).await;
    let refuse = async || {
        buttons
            .press(id, "fault", &json!({"operation": "charge", "fault": "decline", "reason": "card_blocked"}))
            .await
            .expect_status(200)
    };
    refuse().await;
    buttons.advance("P7D").await.expect_status(200);
    let child = newest_charge(&buttons, id).await;
    let status = till.shop().status(child).await.json();
    assert_eq!((&status["state"], &status["sub_state"]), (&json!("CANCELED"), &json!("_5005")));
    buttons.advance("P1D").await.expect_status(200);
    let refused = (1, "closed".to_owned());
    assert_eq!(
        charges(&buttons, id).await,
        [refused.clone(), (1, "captured".to_owned())],
        "the same period again"
    );
    // The second week is refused three times and let go; the third is paid again.
    buttons.advance("P5D").await.expect_status(200);
    for _ in 0..3 {
        refuse().await;
        buttons.advance("P1D").await.expect_status(200);
    }
    assert_eq!(charges(&buttons, id).await.len(), 5);
    assert_eq!(next(&buttons, id).await.len(), 16, "the third week is planned");
    buttons.advance("P7D").await.expect_status(200);
    let all = charges(&buttons, id).await;
    assert_eq!(all.last(), Some(&(3, "captured".to_owned())), "{all:?}");
    assert_eq!(all.iter().filter(|(period, state)| *period == 2 && state == "closed").count(), 3);
}

#[tokio::test]
async fn a_lost_answer_or_question_is_no_second_charge() {
    let (_till, shop, buttons) = sandbox().await;
    let id = started(&shop, &buttons, &every("DAY", 1)).await;
    for (day, fault) in ["answer_lost", "question_lost"].into_iter().enumerate() {
        buttons.fault(id, "charge", fault).await.expect_status(200);
        buttons.advance("P1D").await.expect_status(200);
        let all = charges(&buttons, id).await;
        assert_eq!(all.last().unwrap().1, "open", "{fault}: not known yet");
        // Found out, and charged after all if the question was lost.
        buttons.advance("PT31S").await.expect_status(200);
        buttons.advance("PT31S").await.expect_status(200);
        let periods = u64::try_from(day).unwrap() + 1;
        assert_eq!(charges(&buttons, id).await, captured(1..=periods), "{fault}");
    }
    let ledger = buttons.balances().await.json();
    let shop_has: i64 = ledger["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|account| account["account"].as_str().unwrap().starts_with("shop"))
        .map(|account| -account["amount"].as_i64().unwrap())
        .sum();
    assert_eq!(shop_has, 30_000, "the first payment and two charges");
}

#[tokio::test]
async fn with_preauthorisation_it_starts_when_the_shop_captures() {
    let (_till, shop, buttons) = sandbox().await;
    let mut terms = every("MONTH", 1);
    terms["preauthorization"] = json!(true);
    let id = started(&shop, &buttons, &terms).await;
    assert_eq!(
        (shop.state(id).await, recurrence_state(&shop, id).await),
        ("AUTHORIZED".to_owned(), "REQUESTED".to_owned())
    );
    shop.capture(id, None).await.expect_status(200);
    assert_eq!(recurrence_state(&shop, id).await, "STARTED");
    let voided = started(&shop, &buttons, &terms).await;
    shop.void_authorization(voided).await.expect_status(200);
    assert_eq!(recurrence_state(&shop, voided).await, "STOPPED");
    let entries = buttons.vault().await.json();
    assert_eq!(
        entries["entries"].as_array().unwrap().len(),
        1,
        "only the started one keeps its card: {entries}"
    );
}

#[tokio::test]
async fn a_declined_first_payment_keeps_no_card_and_starts_nothing() {
    let (_till, shop, buttons) = sandbox().await;
    let id = shop.created(&every("DAY", 1)).await;
    buttons.decline_and_stay(id, "insufficient_funds").await;
    assert_eq!(buttons.vault().await.json()["entries"], json!([]));
    buttons.pay(id).await.expect_status(200);
    assert_eq!(recurrence_state(&shop, id).await, "STARTED");
    let gone = shop.created(&every("DAY", 1)).await;
    buttons.decline(gone, "refused").await;
    assert_eq!(
        (shop.state(gone).await, recurrence_state(&shop, gone).await),
        ("CANCELED".to_owned(), "STOPPED".to_owned())
    );
    assert_eq!(buttons.vault().await.json()["entries"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_a_card_can_recur() {
    let (_till, shop, buttons) = sandbox().await;
    let mut terms = on_demand();
    terms["payer"] = json!({"allowed_payment_instruments": ["BANK_ACCOUNT"]});
    assert_eq!(refusal(&shop.create(&terms).await), "409 F payer.allowed_payment_instruments 111 INVALID");
    terms["payer"] = json!({"allowed_payment_instruments": ["PAYMENT_CARD", "BANK_ACCOUNT"]});
    let id = shop.created(&terms).await;
    let by_bank = buttons.press(id, "pay", &json!({"method": "BANK_ACCOUNT"})).await;
    assert_eq!(by_bank.status, 409, "{}", by_bank.text());
    buttons.pay(id).await.expect_status(200);
    assert_eq!(recurrence_state(&shop, id).await, "STARTED");
}

#[tokio::test]
async fn it_is_asked_for_as_sdks_spell_it() {
    let (_till, shop, _) = sandbox().await;
    let spelled = [
        (
            json!({"recurrence_cycle": "DAY", "recurrence_period": "2", "recurrence_state": "STARTED"}),
            ("DAY", Some(2)),
        ),
        (json!({"recurrence_cycle": "WEEK", "recurrence_period": 3.0}), ("WEEK", Some(3))),
        (json!({"recurrence_cycle": 0, "recurrence_period": 0}), ("MONTH", Some(1))),
        (json!({"recurrence_cycle": 1, "recurrence_state": "REQUESTED"}), ("WEEK", Some(1))),
        (json!({"recurrence_cycle": 2, "recurrence_period": null}), ("DAY", Some(1))),
        (json!({"recurrence_cycle": 3, "recurrence_period": 0}), ("ON_DEMAND", None)),
        (json!({"recurrence_cycle": "ON_DEMAND", "recurrence_period": 7}), ("ON_DEMAND", None)),
    ];
    for (mut sent, (cycle, period)) in spelled {
        sent["recurrence_date_to"] = json!("2100-04-01");
        let told = shop.create(&json!({ "recurrence": sent })).await.expect_status(200).json();
        let told = &told["recurrence"];
        assert_eq!(
            (&told["recurrence_cycle"], &told["recurrence_state"]),
            (&json!(cycle), &json!("REQUESTED"))
        );
        assert_eq!(told["recurrence_period"].as_i64(), period, "{sent}");
        assert_eq!(told["recurrence_date_to"], "2100-04-01");
    }
}

#[tokio::test]
async fn a_void_ignores_its_body() {
    let (_till, shop, buttons) = sandbox().await;
    let bodies = [
        ("application/x-www-form-urlencoded", "3000000001"),
        ("application/json", "{"),
        ("application/x-www-from-urlencoded", "null"),
    ];
    for (content_type, body) in bodies {
        let id = started(&shop, &buttons, &on_demand()).await;
        let path = format!("/api/payments/payment/{id}/void-recurrence");
        let body = Some((("Content-Type", content_type), body.to_owned()));
        let answer = shop.try_call(http::Method::POST, &path, body).await.unwrap().expect_status(200);
        assert_eq!(answer.json(), json!({"id": id, "result": "FINISHED"}));
        assert_eq!(recurrence_state(&shop, id).await, "STOPPED");
    }
}

#[tokio::test]
async fn a_charge_may_be_ordered_in_latin_1_and_by_nobody_else() {
    let (till, shop, buttons) = sandbox().await;
    let id = started(&shop, &buttons, &on_demand()).await;
    let path = format!("/api/payments/payment/{id}/create-recurrence");
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let order = r#"{"amount":"1504","currency":"CZK","order_number":"p\u0159es \u00e9t\u00e9 ","items":null,"eet":null,"additional_params":[]}"#;
    // The same two letters, one byte each.
    let latin: Vec<u8> = order
        .replace("\\u00e9", "\u{e9}")
        .replace("\\u0159", "r")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let created = till.client().try_send(http::Method::POST, &path, &headers, latin).await.unwrap();
    assert_eq!(created.expect_status(200).json()["order_number"], "pres \u{e9}t\u{e9}");
    let nobody = [("Content-Type", "application/json")];
    let refused = till.client().try_send(http::Method::POST, &path, &nobody, order).await.unwrap();
    assert_eq!(refusal(&refused), "403 G 200 AUTH_UNAUTHORIZED");
    for broken in ["", "[]", "{,}"] {
        let answer = till.client().try_send(http::Method::POST, &path, &headers, broken).await.unwrap();
        assert_eq!(refusal(&answer), "409 G 116 INVALID_REQUEST", "{broken}");
    }
}
