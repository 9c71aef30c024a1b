//! §3: tokens.

use super::refusal;
use testkit::prelude::*;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

async fn ask(till: &Till, authorization: &str, body: &str) -> Answer {
    let headers = [("Authorization", authorization), FORM];
    till.client().send(http::Method::POST, "/api/oauth2/token", &headers, body.to_owned()).await
}

#[tokio::test]
async fn a_client_gets_a_token_that_opens_its_own_payments() {
    let till = Till::sandbox().await;
    let answer = till.shop().token("payment-create").await.expect_status(200);
    let body = answer.json();
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-cache, no-store, must-revalidate");
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(1_800)));
    let keys: Vec<_> = answer.text().match_indices('"').map(|(at, _)| at).collect();
    assert!(answer.text().starts_with(r#"{"token_type":"bearer","access_token":""#), "{keys:?}");
    till.shop()
        .with_bearer(body["access_token"].as_str().unwrap())
        .create(&json!({}))
        .await
        .expect_status(200);
}

#[tokio::test]
async fn wrong_credentials_are_refused_alike() {
    let till = Till::sandbox().await;
    // The id, the secret, both, and no credentials at all.
    for authorization in
        ["Basic MTA2MTM5OTE2Mzp3cm9uZw==", "Basic MTpzdERUbVZYRg==", "Basic !!!", "Bearer x", ""]
    {
        let answer = ask(&till, authorization, "grant_type=client_credentials&scope=payment-all").await;
        assert_eq!(refusal(&answer), "403 G 202 AUTH_WRONG_CREDENTIALS", "{authorization}");
        assert_eq!(answer.json()["errors"][0]["message"], "Wrong credentials. Try sign in again.");
    }
}

#[tokio::test]
async fn credentials_are_read_as_sdks_spell_them() {
    let till = Till::sandbox().await;
    let spellings = [
        ("plain", "Basic MTA2MTM5OTE2MzpzdERUbVZYRg=="),
        // §15 no. 1: Java percent-encodes the pair, colon and all.
        ("percent-encoded", "Basic MTA2MTM5OTE2MyUzQXN0RFRtVlhG"),
        // §15 no. 2: Ruby breaks the line; a header can carry that only as a blank.
        ("with blanks", "Basic MTA2MTM5OTE2Mzpz dERUbVZYRg=="),
        ("another case", "basic MTA2MTM5OTE2MzpzdERUbVZYRg=="),
    ];
    for (spelling, authorization) in spellings {
        let answer = ask(&till, authorization, "grant_type=client_credentials").await;
        assert_eq!(answer.status, 200, "{spelling}: {}", answer.text());
    }
}

#[tokio::test]
async fn parameters_may_stand_in_the_query() {
    // §15 no. 35
    let till = Till::sandbox().await;
    let path = "/api/oauth2/token?grant_type=client_credentials&scope=payment-all";
    let headers = [("Authorization", "Basic MTA2MTM5OTE2MzpzdERUbVZYRg==")];
    till.client().send(http::Method::POST, path, &headers, String::new()).await.expect_status(200);
}

#[tokio::test]
async fn other_grants_and_scopes_are_refused() {
    let till = Till::sandbox().await;
    let good = "Basic MTA2MTM5OTE2MzpzdERUbVZYRg==";
    let answer = ask(&till, good, "grant_type=password").await;
    assert_eq!(refusal(&answer), "403 G 201 AUTH_GRANT_TYPE_NOT_SUPPORTED");
    let answer = ask(&till, good, "grant_type=client_credentials&scope=everything").await;
    assert_eq!(refusal(&answer), "409 F scope 111 INVALID");
}

#[tokio::test]
async fn many_failed_logins_are_slowed_and_other_clients_are_not() {
    let till = Till::sandbox().await;
    let mut slowed = None;
    for _ in 0..40 {
        let answer = ask(&till, "Basic MTA2MTM5OTE2Mzp3cm9uZw==", "grant_type=client_credentials").await;
        if answer.status == 429 {
            slowed = Some(answer);
            break;
        }
        assert_eq!(answer.status, 403);
    }
    let slowed = slowed.expect("forty failed logins in a row were all looked at");
    assert!(slowed.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(refusal(&slowed), "429 G 200 AUTH_UNAUTHORIZED");
    let other = ask(&till, "Basic MTpzdERUbVZYRg==", "grant_type=client_credentials").await;
    assert_eq!(other.status, 403, "another client waits for the first one's failures");
}

#[tokio::test]
async fn a_token_is_good_for_half_an_hour_and_a_minute_of_grace() {
    let till = Till::sandbox().await;
    let shop = till.shop();
    let id = shop.created(&json!({})).await;
    till.sandbox_api().advance("PT30M").await.expect_status(200);
    shop.status(id).await.expect_status(200);
    till.sandbox_api().advance("PT2M").await.expect_status(200);
    assert_eq!(refusal(&shop.status(id).await), "403 G 200 AUTH_UNAUTHORIZED");
}
