//! §3.1, §3.2: tokens for a terminal, for a master account, renewed, refused.

use super::{ASSISTED, AT_ONCE, with_neighbours};
use testkit::gptom::{CASHIER, MASTER, PASSWORD, PROGRAM, token};
use testkit::prelude::*;

/// A program's pair, the fields of a request, and what it is answered.
type Case<'a> = ((&'a str, &'a str), Vec<(&'a str, &'a str)>, u16, &'a str);

const PATHS: [&str; 3] = ["/cloud/oauth/token", "/api/oauth/token", "/oauth/token"];

fn login<'a>(user: &'a str, tid: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("grant_type", "password"), ("username", user), ("password", PASSWORD)];
    fields.extend(tid.map(|tid| ("tid", tid)));
    fields
}

#[tokio::test]
async fn a_bound_token_has_all_six_members() {
    let till = Till::sandbox().await;
    for path in PATHS {
        let answer =
            token(till.client(), path, PROGRAM, &login(CASHIER, Some(AT_ONCE))).await.expect_status(200);
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(answer.header("cache-control").contains("no-store"));
        let mut body = answer.json();
        for name in ["access_token", "refresh_token"] {
            assert!(body[name].as_str().unwrap().starts_with("eyJ"));
            body[name] = json!("…");
        }
        assert_eq!(
            body,
            json!({"access_token": "…", "token_type": "bearer", "refresh_token": "…", "expires_in": 3600,
                "scope": "read write", "tid": AT_ONCE})
        );
    }
}

#[tokio::test]
async fn a_master_account_is_bound_to_nothing_unless_it_asks() {
    let till = Till::sandbox().await;
    let free = token(till.client(), PATHS[0], PROGRAM, &login(MASTER, None)).await.expect_status(200);
    assert!(free.text().contains(r#""tid":null"#), "{}", free.text());
    assert_eq!(free.json()["expires_in"], 86_399);
    let bound = token(till.client(), PATHS[0], PROGRAM, &login(MASTER, Some(ASSISTED)))
        .await
        .expect_status(200)
        .json();
    assert_eq!((&bound["tid"], &bound["expires_in"]), (&json!(ASSISTED), &json!(3600)));
    let desk = CashDesk::with_token(till.client(), bound["access_token"].as_str().unwrap());
    assert_eq!(desk.sale(100).await["tid"], ASSISTED);
    assert_eq!(desk.naming(AT_ONCE).get("tasks").await.status, 403);
}

#[tokio::test]
async fn a_renewed_token_keeps_what_it_was_bound_to() {
    let till = Till::sandbox().await;
    for (user, tid) in [(CASHIER, Some(AT_ONCE)), (MASTER, None)] {
        let first = token(till.client(), PATHS[0], PROGRAM, &login(user, tid)).await.json();
        let old = first["refresh_token"].as_str().unwrap();
        for path in PATHS {
            let renewal = [("grant_type", "refresh_token"), ("refresh_token", old)];
            // The old one stays usable: an answer may get lost.
            let renewed = token(till.client(), path, PROGRAM, &renewal).await.expect_status(200).json();
            assert_eq!(renewed["tid"], json!(tid));
            assert_ne!(renewed["access_token"], first["access_token"]);
            let mut desk = CashDesk::with_token(till.client(), renewed["access_token"].as_str().unwrap());
            if tid.is_none() {
                desk = desk.naming(AT_ONCE);
            }
            desk.get("tasks").await.expect_status(200);
        }
        let moved = [("grant_type", "refresh_token"), ("refresh_token", old), ("tid", ASSISTED)];
        let refused = token(till.client(), PATHS[0], PROGRAM, &moved).await.expect_status(400).json();
        assert_eq!(refused["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn tokens_end_by_the_clock() {
    let till = Till::sandbox().await;
    let first = token(till.client(), PATHS[0], PROGRAM, &login(CASHIER, Some(AT_ONCE))).await.json();
    let desk = CashDesk::with_token(till.client(), first["access_token"].as_str().unwrap());
    till.sandbox_api().advance("PT3600S").await.expect_status(200);
    desk.get("tasks").await.expect_status(200);
    till.sandbox_api().advance("PT60S").await.expect_status(200);
    let late = desk.get("tasks").await.expect_status(401);
    assert_eq!(late.json()["error"], "invalid_token");
    assert_eq!(late.header("www-authenticate"), r#"Bearer realm="gptom", error="invalid_token""#);
    let renewal =
        [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
    token(till.client(), PATHS[0], PROGRAM, &renewal).await.expect_status(200);
    till.sandbox_api().advance("P90D").await.expect_status(200);
    let over = token(till.client(), PATHS[0], PROGRAM, &renewal).await.expect_status(401);
    assert_eq!(over.json()["error"], "invalid_token");
}

#[tokio::test]
async fn every_refusal_has_its_word() {
    let mut till = Till::sandbox().await;
    with_neighbours(&mut till).await;
    let good = login(CASHIER, Some(AT_ONCE));
    let wrong_password =
        [("grant_type", "password"), ("username", CASHIER), ("password", "x"), ("tid", AT_ONCE)];
    let token_of_nobody = [("grant_type", "refresh_token"), ("refresh_token", "eyJx.e30.x")];
    let cases: Vec<Case<'_>> = vec![
        (("pos-demo", "wrong"), good.clone(), 401, "unauthorized"),
        (("nobody", "demo-secret"), good.clone(), 401, "unauthorized"),
        (PROGRAM, vec![], 400, "invalid_request"),
        (PROGRAM, vec![("grant_type", "client_credentials")], 400, "unsupported_grant_type"),
        (PROGRAM, vec![("grant_type", "password"), ("username", CASHIER)], 400, "invalid_request"),
        (PROGRAM, vec![("grant_type", "refresh_token")], 400, "invalid_request"),
        (PROGRAM, wrong_password.to_vec(), 400, "invalid_grant"),
        (PROGRAM, login("nobody@example.com", Some(AT_ONCE)), 400, "invalid_grant"),
        (PROGRAM, login("gone@example.com", Some(AT_ONCE)), 400, "invalid_grant"),
        (PROGRAM, login(CASHIER, Some("10012347")), 400, "invalid_grant"),
        (PROGRAM, login(CASHIER, Some("20000001")), 400, "invalid_grant"),
        (PROGRAM, login(MASTER, Some("20000001")), 400, "invalid_grant"),
        (PROGRAM, login(MASTER, Some("10012347")), 400, "invalid_grant"),
        (PROGRAM, login("neighbour@example.com", None), 400, "invalid_grant"),
        // Two terminals, and none named.
        (PROGRAM, login(CASHIER, None), 400, "invalid_request"),
        (PROGRAM, token_of_nobody.to_vec(), 400, "invalid_grant"),
        (("no-renewal", "secret"), token_of_nobody.to_vec(), 401, "invalid_client"),
    ];
    for (program, fields, status, word) in cases {
        let answer = token(till.client(), PATHS[0], program, &fields).await;
        let body = answer.json();
        assert_eq!((answer.status.as_u16(), body["error"].as_str().unwrap()), (status, word), "{fields:?}");
        assert!(body["error_description"].is_string(), "{body}");
        if word == "unauthorized" {
            assert_eq!(answer.header("www-authenticate"), r#"Basic realm="gptom""#);
        }
    }
    let got = till.client().get(PATHS[0]).await.expect_status(405);
    assert_eq!((got.header("allow"), &got.json()["error"]), ("POST", &json!("method_not_allowed")));
    // One terminal needs no naming, and a secret may have colons in it.
    let only =
        token(till.client(), PATHS[0], ("anybodys", "s:e:cret"), &login("single@example.com", None)).await;
    assert_eq!(only.expect_status(200).json()["tid"], AT_ONCE);
}

#[tokio::test]
async fn guessing_a_password_locks_the_name_for_a_while() {
    let till = Till::sandbox().await;
    let good = login(CASHIER, Some(AT_ONCE));
    let wrong = [("grant_type", "password"), ("username", CASHIER), ("password", "guess"), ("tid", AT_ONCE)];
    for _ in 0..4 {
        token(till.client(), PATHS[0], PROGRAM, &wrong).await.expect_status(400);
    }
    // In other letters it is the same name.
    let shouted = CASHIER.to_uppercase();
    let mut wrong = wrong;
    wrong[1].1 = &shouted;
    token(till.client(), PATHS[0], PROGRAM, &wrong).await.expect_status(400);
    let locked = token(till.client(), PATHS[0], PROGRAM, &good).await.expect_status(400);
    assert_eq!(locked.json()["error"], "invalid_grant", "even the right one");
    token(till.client(), PATHS[0], PROGRAM, &login(MASTER, None)).await.expect_status(200);
    till.sandbox_api().advance("PT61S").await.expect_status(200);
    token(till.client(), PATHS[0], PROGRAM, &good).await.expect_status(200);
}

#[tokio::test]
async fn a_token_to_read_with_creates_nothing() {
    let till = Till::sandbox().await;
    let mut fields = login(CASHIER, Some(AT_ONCE));
    fields.push(("scope", "read"));
    let read = token(till.client(), PATHS[0], PROGRAM, &fields).await.expect_status(200).json();
    assert_eq!(read["scope"], "read");
    let desk = CashDesk::with_token(till.client(), read["access_token"].as_str().unwrap());
    desk.get("tasks").await.expect_status(200);
    let refused = desk.create(&json!({"amount": 100})).await.expect_status(403);
    assert_eq!(refused.json()["error"], "insufficient_scope");
}
