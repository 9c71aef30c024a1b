//! The tester's door, through real sockets: every button has its effect, and the effect is there when the
//! answer is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic with its place is the best report")]

use http::Method;
use testkit::prelude::*;

/// `GET /_sandbox/payments/{id}`.
async fn shown(till: &Till, id: u64) -> Value {
    till.client().get(&format!("/_sandbox/payments/{id}")).await.expect_status(200).json()
}

async fn press(till: &Till, path: &str, body: &Value) -> Answer {
    till.client().post_json(&format!("/_sandbox/{path}"), body).await
}

/// Status, code and the field that is named, if any.
fn error(answer: &Answer) -> (u16, String, Value) {
    let error = answer.json()["error"].clone();
    assert!(!error["message"].as_str().unwrap().is_empty());
    (answer.status.as_u16(), error["code"].as_str().unwrap().to_owned(), error["field"].clone())
}

#[tokio::test]
async fn a_payer_pays_and_it_shows_everywhere() {
    let till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    let paid = till.sandbox_api().pay(id).await.expect_status(200).json();
    assert_eq!((&paid["outcome"], &paid["payment"]["state"]), (&json!("approved"), &json!("captured")));
    assert_eq!(till.shop().state(id).await, "PAID");

    let shown = shown(&till, id).await;
    let events: Vec<&str> =
        shown["history"].as_array().unwrap().iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["created", "authorisation_sent", "authorised", "captured"]);
    let entries: Vec<i64> =
        shown["entries"].as_array().unwrap().iter().map(|entry| entry["amount"].as_i64().unwrap()).collect();
    assert_eq!(entries, [10_000, -10_000]);
    assert_eq!(shown["payment"]["card"]["masked"], "444444******4448");
    assert!(!shown.to_string().contains("4444444444444448") && !shown.to_string().contains("fingerprint"));

    let balances = till.client().get("/_sandbox/balances").await.expect_status(200).json();
    assert_eq!(balances["sums"], json!({ "CZK": 0 }));
    assert_eq!(error(&till.sandbox_api().pay(id).await), (409, "not_open".to_owned(), Value::Null));
}

#[tokio::test]
async fn every_reason_declines_and_closes_and_a_payer_may_stay() {
    let till = Till::sandbox().await;
    let reasons = [
        "refused",
        "insufficient_funds",
        "card_expired",
        "wrong_cvc",
        "wrong_pin",
        "pin_tries_exceeded",
        "limit_exceeded",
        "card_blocked",
        "lost_or_stolen",
        "issuer_unavailable",
        "three_d_secure_failed",
        "account_problem",
        "card_not_supported",
        "region_not_supported",
        "suspected_fraud",
        "duplicate",
        "technical_problem",
    ];
    for reason in reasons {
        let id = till.shop().created(&json!({})).await;
        let declined = till.sandbox_api().decline(id, reason).await.expect_status(200).json();
        assert_eq!(declined["payment"]["close_reason"], json!({ "declined": reason }));
        assert_eq!(till.shop().state(id).await, "CANCELED", "{reason}");
    }

    let id = till.shop().created(&json!({})).await;
    let path = format!("payments/{id}/decline");
    let stays = json!({ "reason": "limit_exceeded", "leave": false });
    let declined = press(&till, &path, &stays).await.expect_status(200).json();
    assert_eq!((&declined["outcome"], &declined["reason"]), (&json!("declined"), &json!("limit_exceeded")));
    assert_eq!(declined["payment"]["state"], "open");
    till.sandbox_api().pay(id).await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "PAID");
}

#[tokio::test]
async fn a_challenge_is_confirmed_or_refused() {
    let till = Till::sandbox().await;
    for (answer, outcome, state) in [("confirm", "approved", "captured"), ("refuse", "declined", "open")] {
        let id = till.shop().created(&json!({})).await;
        let body = json!({ "card": "4444 4400 0000 1002", "challenge": answer });
        let told = press(&till, &format!("payments/{id}/pay"), &body).await.expect_status(200).json();
        assert_eq!((&told["outcome"], &told["payment"]["state"]), (&json!(outcome), &json!(state)));
    }
}

#[tokio::test]
async fn a_payer_or_a_merchant_cancels() {
    let till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    let cancelled = till.sandbox_api().cancel(id).await.expect_status(200).json();
    assert_eq!(cancelled["payment"]["close_reason"], "cancelled_by_payer");
    let id = till.shop().created(&json!({})).await;
    let by = json!({ "by": "merchant" });
    let cancelled = press(&till, &format!("payments/{id}/cancel"), &by).await.expect_status(200).json();
    assert_eq!(cancelled["payment"]["close_reason"], "cancelled_by_merchant");
    assert_eq!(error(&till.sandbox_api().cancel(id).await).0, 409);
}

#[tokio::test]
async fn a_lost_answer_is_found_when_time_goes_on() {
    let till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    let fault = json!({ "operation": "authorise", "fault": "answer_lost" });
    press(&till, &format!("payments/{id}/fault"), &fault).await.expect_status(200);
    let told = till.sandbox_api().pay(id).await.expect_status(200).json();
    assert_eq!((&told["outcome"], &told["payment"]["pending"]), (&json!("unknown"), &json!("authorisation")));
    till.sandbox_api().advance("PT1M").await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "PAID");
}

#[tokio::test]
async fn a_refund_fails_on_demand_once() {
    let till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    till.sandbox_api().pay(id).await.expect_status(200);
    let fault = json!({ "operation": "refund", "fault": "decline", "reason": "account_problem" });
    press(&till, &format!("payments/{id}/fault"), &fault).await.expect_status(200);
    till.shop().refund(id, 10_000).await;
    assert_eq!(shown(&till, id).await["refunds"][0]["state"], "failed");
    till.shop().refund(id, 10_000).await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "REFUNDED");
}

#[tokio::test]
async fn the_clock_goes_forward_and_takes_windows_along() {
    let till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    till.sandbox_api().advance("PT11H59M").await.expect_status(200);
    assert_eq!(till.shop().state(id).await, "CREATED");
    let advanced = till.sandbox_api().advance("PT2M").await.expect_status(200).json();
    assert_eq!(advanced["ahead"], "PT12H1M");
    assert_eq!(till.shop().state(id).await, "TIMEOUTED");

    let to = json!({ "to": "2031-05-06T07:08:09Z" });
    let set = press(&till, "clock", &to).await.expect_status(200).json();
    assert!(set["now"].as_str().unwrap() >= "2031-05-06T07:08:09", "{set}");
    for (path, body, field) in [
        ("clock/advance", json!({ "by": "-PT1S" }), "by"),
        ("clock/advance", json!({ "by": "PT0S" }), "by"),
        ("clock/advance", json!({ "by": "P4000D" }), "by"),
        ("clock/advance", json!({ "by": "4 hours" }), "by"),
        ("clock/advance", json!({}), "by"),
        ("clock", json!({ "to": "2030-01-01T00:00:00Z" }), "to"),
        ("clock", json!({ "to": "soon" }), "to"),
    ] {
        let refused = error(&press(&till, path, &body).await);
        assert_eq!(refused, (400, "invalid_input".to_owned(), json!(field)), "{body}");
    }
}

/// The payment's only notification, as soon as it is listed in this state with this many attempts.
async fn listed(till: &Till, id: u64, state: &str, count: usize) -> Value {
    let on_record = async {
        loop {
            let list = till.sandbox_api().notifications(id).await.expect_status(200).json();
            let first = list["notifications"][0].clone();
            if first["state"] == state && first["attempts"].as_array().unwrap().len() == count {
                return first;
            }
        }
    };
    tokio::time::timeout(testkit::PATIENCE, on_record).await.unwrap()
}

#[tokio::test]
async fn notifications_are_listed_with_their_attempts_and_sent_again() {
    let till = Till::sandbox().await;
    let receiver = Receiver::start().await;
    receiver.answer_next(Reply::Status(503));
    let callback = json!({ "callback": {
        "return_url": receiver.url("/back"), "notification_url": receiver.url("/told") } });
    let id = till.shop().created(&callback).await;
    till.sandbox_api().pay(id).await.expect_status(200);
    let told = receiver.next().await;
    assert_eq!((told.path.as_str(), told.payment()), ("/told", id));
    assert!(told.header("user-agent").starts_with("Polytill/"), "{told:?}");

    // The receiver knows of an attempt before it is on record, and the next one counts from there.
    listed(&till, id, "pending", 1).await;
    till.sandbox_api().advance("PT1M").await.expect_status(200);
    assert_eq!(receiver.next().await.payment(), id);
    let delivered = listed(&till, id, "delivered", 2).await;
    assert_eq!(delivered["next_at"], Value::Null);
    let number = delivered["id"].as_u64().unwrap();
    till.sandbox_api().resend(number).await.expect_status(200);
    assert_eq!(receiver.next().await.payment(), id);
    let statuses: Vec<Value> = listed(&till, id, "delivered", 3).await["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["status"].clone())
        .collect();
    assert_eq!(statuses, [503, 200, 200]);
    assert_eq!(error(&till.sandbox_api().resend(999_999).await).1, "no_such_notification");
}

#[tokio::test]
async fn the_cards_do_what_they_are_said_to() {
    let till = Till::sandbox().await;
    let list = till.client().get("/_sandbox/cards").await.expect_status(200).json();
    let cards = list["cards"].as_array().unwrap();
    assert_eq!(cards.iter().filter(|card| card["default"] == true).count(), 1);
    for card in cards {
        let id = till.shop().created(&json!({})).await;
        let number = card["number"].as_str().unwrap();
        let told = till.sandbox_api().pay_with(id, number).await.expect_status(200).json();
        let expected = match card["effect"].as_str().unwrap() {
            effect if effect.contains("lost") && !effect.contains("stolen") => "unknown",
            effect if effect.starts_with("approved") => "approved",
            _ => "declined",
        };
        assert_eq!(told["outcome"], expected, "{card}");
    }
}

#[tokio::test]
async fn starting_over_forgets_payments_and_keeps_the_shop() {
    let till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    till.sandbox_api().pay(id).await.expect_status(200);
    till.sandbox_api().reset().await.expect_status(200);
    assert_eq!(till.shop().status(id).await.status, 404);
    let balances = till.client().get("/_sandbox/balances").await.expect_status(200).json();
    assert_eq!(balances["accounts"], json!([]));
    let next = till.shop().created(&json!({})).await;
    assert_eq!(till.shop().state(next).await, "CREATED");
}

#[tokio::test]
async fn wrong_requests_are_answered_with_the_reason_and_without_what_was_sent() {
    let till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    let pay = format!("/_sandbox/payments/{id}/pay");
    let client = till.client();
    let send =
        async |method: Method, path: &str, body: String| error(&client.send(method, path, &[], body).await);

    for unknown in
        ["/_sandbox/payments/3999999999/pay", "/_sandbox/payments/x/pay", "/_sandbox/payments/-1/pay"]
    {
        assert_eq!(send(Method::POST, unknown, String::new()).await.1, "no_such_payment");
    }
    for nowhere in ["/_sandbox", "/_sandbox/", "/_sandbox/nowhere/at/all"] {
        assert_eq!(
            send(Method::GET, nowhere, String::new()).await,
            (404, "no_such_path".to_owned(), Value::Null)
        );
    }
    let wrong_method = send(Method::GET, &pay, String::new()).await;
    assert_eq!(wrong_method, (405, "method_not_allowed".to_owned(), Value::Null));
    assert_eq!(send(Method::POST, &pay, " ".repeat(70_000)).await.0, 413);
    assert_eq!(send(Method::POST, &pay, "{".to_owned()).await.1, "invalid_body");
    assert_eq!(send(Method::POST, &pay, "[".repeat(60_000)).await.1, "invalid_body");
    assert_eq!(send(Method::POST, &pay, r#"{"crad":"4444444444444448"}"#.to_owned()).await.1, "invalid_body");
    assert_eq!(send(Method::GET, "/_sandbox/notifications", String::new()).await.2, "payment");
    for body in [r#"{"card":"4444444444444449"}"#, r#"{"card":4444444444444448}"#] {
        let answer = client.send(Method::POST, &pay, &[], body).await;
        assert_eq!(error(&answer), (400, "invalid_input".to_owned(), json!("card")));
        assert!(!answer.text().contains("4444"), "{}", answer.text());
    }
    let decline = format!("/_sandbox/payments/{id}/decline");
    assert_eq!(send(Method::POST, &decline, r#"{"reason":"rain"}"#.to_owned()).await.2, "reason");
    let fault = format!("/_sandbox/payments/{id}/fault");
    assert_eq!(send(Method::POST, &fault, r#"{"fault":"decline"}"#.to_owned()).await.2, "operation");
    assert_eq!(send(Method::POST, &fault, r#"{"operation":"void"}"#.to_owned()).await.2, "fault");
    // Nothing of all that has touched the payment, and no body at all means the defaults.
    assert_eq!(shown(&till, id).await["payment"]["version"], 1);
    client.send(Method::POST, &pay, &[], "").await.expect_status(200);
}

#[tokio::test]
async fn the_door_can_be_closed() {
    let till = Till::builder().env("POLYTILL_SANDBOX_API", "false").start().await;
    let answer = till.client().get("/_sandbox/clock").await.expect_status(404);
    assert_eq!(answer.text(), "There is nothing here.\n");
}

#[tokio::test]
async fn the_start_page_leads_everywhere() {
    let till = Till::builder().env("POLYTILL_MOBILEPAY_PATH_PREFIX", "/mobilepay").start().await;
    let client = till.client();
    let page = client.get("/").await.expect_status(200);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let text = page.text();
    let links: Vec<&str> =
        text.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.contains(&"/mobilepay/help") && links.len() > 6, "{links:?}");
    for link in links {
        client.get(link).await.expect_status(200);
    }
    for told in ["/mobilepay/api/pos", "/v2.0", "4444444444444448"] {
        assert!(text.contains(told), "{told}");
    }
    assert!(!text.contains("stDTmVXF"), "no secret is on a page");
    client.send(Method::POST, "/", &[], "").await.expect_status(405);
}

#[tokio::test]
async fn a_shop_that_is_none_yet_takes_payers_and_notifications() {
    let till = Till::sandbox().await;
    let shop = till.shop();
    let own = till.url("/_sandbox/shop");
    let id = shop.created(&json!({ "callback": { "return_url": own, "notification_url": own } })).await;
    let page = async || till.client().get(&format!("/_sandbox/shop?id={id}")).await.expect_status(200).text();
    assert!(page().await.contains("is not paid yet"));
    till.sandbox_api().pay(id).await.expect_status(200);
    assert!(page().await.contains("is paid"));
    till.client().send(Method::POST, "/_sandbox/shop", &[], "anything").await.expect_status(200);
    for none in ["", "?id=7", "?id=%00", "?id=%3Cscript%3E"] {
        let page = till.client().get(&format!("/_sandbox/shop{none}")).await.expect_status(200).text();
        assert!(page.contains("your shop takes over") && !page.contains("<script>"), "{none}");
    }
}
