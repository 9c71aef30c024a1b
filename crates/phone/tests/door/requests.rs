//! Every request, and every way to be refused.

use axum::body::Body;
use http::{Request, StatusCode};
use phone::Settings;
use serde_json::{Value, json};

use super::{ASTRID, JEPPE, ROOT, Scene, told};

#[tokio::test]
async fn a_customer_checks_in_is_asked_and_pays() {
    let scene = Scene::new();
    assert_eq!(scene.at("checkin", 0, ASTRID).await, (StatusCode::OK, Value::Null));
    scene.world.ask(0, Some(12_550));
    let shown = scene.phone(ASTRID).await;
    assert_eq!(shown["checkIn"]["pointOfSale"]["storeName"], "Bio Lumen Aarhus");
    let payment = &shown["checkIn"]["payment"];
    assert_eq!(
        [&payment["status"], &payment["amount"], &payment["currencyCode"], &payment["capturedAmount"]],
        [&json!("IssuedToUser"), &json!("125.50"), &json!("DKK"), &Value::Null]
    );
    assert_eq!(scene.at("acceptpayment", 0, ASTRID).await, (StatusCode::OK, Value::Null));
    scene.world.capture();
    scene.world.refund(50);
    let shown = scene.phone(ASTRID).await;
    assert_eq!(shown["checkIn"], Value::Null);
    let kinds: Vec<&Value> = shown["activity"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["refund", "payment"]);
    assert_eq!(shown["activity"][0]["refund"]["amount"], "0.50");
    assert_eq!(shown["activity"][1]["payment"]["capturedAmount"], "125.50");
}

#[tokio::test]
async fn a_till_is_seen_by_its_beacon() {
    let scene = Scene::new();
    scene.world.ask(2, Some(995));
    let (_, shown) = scene.get(&format!("view?beaconId={}", scene.world.beacon(2))).await;
    assert_eq!((&shown["brandName"], &shown["checkedIn"]), (&json!("Kino Saaristo"), &Value::Null));
    assert_eq!(shown["payment"]["status"], "Initiated");
    scene.at("checkin", 2, JEPPE).await;
    let (_, shown) = scene.get(&format!("view?beaconId={}", scene.world.beacon(2))).await;
    assert_eq!((&shown["checkedIn"], &shown["payment"]["status"]), (&json!(JEPPE), &json!("IssuedToUser")));
}

#[tokio::test]
async fn tills_and_customers_are_listed() {
    let scene = Scene::new();
    let (_, all) = scene.get("pointsofsale").await;
    assert_eq!(all["pointsOfSale"].as_array().unwrap().len(), 3);
    let (_, found) = scene.get("pointsofsale?search=Kino+Saaristo").await;
    assert_eq!(found["pointsOfSale"].as_array().unwrap().len(), 1);
    let (_, everybody) = scene.get("customers").await;
    let everybody = everybody["customers"].as_array().unwrap();
    let number = |country: &str| everybody.iter().filter(|it| it["country"] == country).count();
    assert_eq!((number("DK"), number("FI")), (7, 7));
    assert_eq!(everybody[0]["phoneNumber"], ASTRID);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_by_name_and_not_repeated() {
    let scene = Scene::new();
    let beacon = scene.world.beacon(0).to_string();
    for (body, why) in [
        ("", "the body must be a JSON object"),
        ("[1]", "the body must be a JSON object"),
        ("{}", "beaconId is missing"),
        (r#"{"beaconId":7}"#, "beaconId is missing"),
        (r#"{"beaconId":"4444444444444448"}"#, "beaconId must be a GUID or 15 digits"),
        (&format!(r#"{{"beaconId":"{beacon}"}}"#), "phoneNumber is missing"),
        (
            &format!(r#"{{"beaconId":"{beacon}","phoneNumber":"4444"}}"#),
            "phoneNumber must be + and 7 to 15 digits",
        ),
    ] {
        let (status, said) = scene.post("checkin", body).await;
        assert_eq!(
            (status, &said["code"], &said["message"]),
            (StatusCode::BAD_REQUEST, &json!("invalid"), &json!(why))
        );
        assert!(said["correlationId"].as_str().is_some_and(|id| !id.is_empty()));
    }
    let (status, said) = scene.post("checkin", &format!("{{\"beaconId\":\"{}\"}}", "a".repeat(70_000))).await;
    assert_eq!((status, &said["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("too_large")));
}

#[tokio::test]
async fn every_no_has_its_code() {
    let scene = Scene::new();
    let nowhere = r#"{"beaconId":"123456789012345","phoneNumber":"+4520031801"}"#;
    let beacon = scene.world.beacon(0);
    let nobody = format!(r#"{{"beaconId":"{beacon}","phoneNumber":"+4599999999"}}"#);
    for (what, body, status, code) in [
        ("checkin", nowhere, 404, "unknown_beacon"),
        ("checkin", nobody.as_str(), 404, "unknown_customer"),
        (
            "acceptpayment",
            &format!(r#"{{"beaconId":"{beacon}","phoneNumber":"{ASTRID}"}}"#),
            409,
            "not_checked_in",
        ),
        ("cancelpaymentbyuser", &format!(r#"{{"beaconId":"{beacon}"}}"#), 409, "not_cancellable"),
        ("nothing", "{}", 404, "no_such_path"),
        ("view", "{}", 405, "wrong_method"),
    ] {
        let (given, said) = scene.post(what, body).await;
        assert_eq!((given.as_u16(), &said["code"]), (status, &json!(code)), "{what} {body}");
    }
    for (request, allowed) in [
        (Request::get(format!("{ROOT}/checkin")), "POST"),
        (Request::put(format!("{ROOT}/leave")), "POST"),
        (Request::post(format!("{ROOT}/view")), "GET, HEAD"),
        (Request::delete(format!("{ROOT}/customers")), "GET, HEAD"),
    ] {
        let answer = scene.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.headers().get("allow").map(|it| it.to_str().unwrap()), Some(allowed));
        assert_eq!(told(answer).await.0, StatusCode::METHOD_NOT_ALLOWED);
    }
    scene.at("checkin", 0, ASTRID).await;
    assert_eq!(scene.at("acceptpayment", 0, ASTRID).await.1["code"], "nothing_to_pay");
    scene.world.ask(0, None);
    assert_eq!(scene.at("checkin", 0, JEPPE).await.1["code"], "other_customer");
}

#[tokio::test]
async fn a_secret_keeps_strangers_out() {
    let scene = Scene::with(Settings { secret: Some("only for the testers".to_owned()) });
    for (shown, status) in [
        (None, 401),
        (Some("Bearer only for the tester"), 401),
        (Some("Basic only for the testers"), 401),
        (Some("bearer only for the testers"), 200),
    ] {
        let mut request = Request::get(format!("{ROOT}/customers"));
        if let Some(shown) = shown {
            request = request.header("authorization", shown);
        }
        let response = scene.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.headers().contains_key("www-authenticate"), status == 401);
        let (given, said) = told(response).await;
        assert_eq!(given.as_u16(), status, "{shown:?}");
        assert!(!said.to_string().contains("only for"), "{said}");
    }
    // The page itself has no secrets.
    let page = scene.send(Request::get("/phone").body(Body::empty()).unwrap()).await;
    assert_eq!(page.status(), StatusCode::OK);
}

#[tokio::test]
async fn another_site_cannot_press_the_buttons() {
    let scene = Scene::new();
    let request = Request::post(format!("{ROOT}/checkin")).header("sec-fetch-site", "cross-site");
    let (status, said) = told(scene.send(request.body(Body::from("{}")).unwrap()).await).await;
    assert_eq!((status, &said["code"]), (StatusCode::FORBIDDEN, &json!("cross_site")));
}

#[tokio::test]
async fn the_page_and_its_files_come_with_a_strict_policy() {
    let scene = Scene::new();
    let page = scene.send(Request::get("/phone").body(Body::empty()).unwrap()).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let text = http_body_util::BodyExt::collect(page.into_body()).await.unwrap().to_bytes();
    let text = std::str::from_utf8(&text).unwrap().to_owned();
    let (_, rest) = text.split_once("/phone/files/").unwrap();
    let (version, _) = rest.split_once('/').unwrap();
    for (path, status, kept) in [
        (format!("/phone/files/{version}/app.js"), 200, Some("immutable")),
        (format!("/phone/files/{version}/words/fi.json"), 200, Some("immutable")),
        ("/phone/files/0123/app.js".to_owned(), 200, Some("no-cache")),
        (format!("/phone/files/{version}/../Cargo.toml"), 404, None),
        ("/phone/else".to_owned(), 404, None),
    ] {
        let file = scene.send(Request::get(&path).body(Body::empty()).unwrap()).await;
        assert_eq!(file.status().as_u16(), status, "{path}");
        let cached = file.headers().get("cache-control").map(|it| it.to_str().unwrap().to_owned());
        assert_eq!(
            kept.is_some(),
            cached.as_deref().is_some_and(|it| it.contains(kept.unwrap_or("?"))),
            "{path}"
        );
    }
}
