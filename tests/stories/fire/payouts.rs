//! Payouts under fire: business days that pass, two servers that look at the same morning, and servers that are killed
//! while they pay. Whatever happens, what a shop has earned is on its account or has been paid out once.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use testkit::prelude::*;
use tokio::task::JoinSet;

use super::crash::{Moments, kills};
use super::nodes::beside;

const SHOPS: u64 = 20;
const FIRST: u64 = 8_600_000_001;
const AMOUNT: i64 = 10_000;
/// Two per cent.
const NET: i64 = 9_800;

/// Shops that are paid every business day.
fn import(till: &Till) {
    let shop = |number| {
        json!({ "id": FIRST + number, "merchant": 60, "name": format!("Shop {number}"), "active": true,
            "currencies": ["CZK"], "language": "cs", "settings": { "fee": { "basis_points": 200, "fixed_minor": 0 },
            "payouts": { "daily": true, "account": { "prefix": "19", "number": "2000145399", "bank_code": "0800" } } } })
    };
    let shops: Vec<Value> = (0..SHOPS).map(shop).collect();
    let fixtures = json!({ "merchants": [{ "id": 60, "name": "Paid daily" }], "shops": shops,
        "clients": [{ "id": 60, "merchant": 60, "secret": "a client's secret" }] });
    let file = till.data().join("shops.json");
    std::fs::write(&file, fixtures.to_string()).unwrap();
    let (data, file) = (till.data().display().to_string(), file.display().to_string());
    let mut arguments = vec!["import", "--data", &data, &file];
    let database = till.test_database().map(|database| database.url.clone());
    if let Some(url) = &database {
        arguments.extend(["--database", url]);
    }
    let output = testkit::server::run(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

async fn ready(backend: Backend) -> Till {
    let mut till = Till::sandbox_on(backend).await;
    till.terminate().await;
    import(&till);
    till.restart().await;
    till
}

fn shop(till: &Till, number: u64) -> Shop {
    let keys = testkit::gopay::ShopKeys {
        goid: FIRST + number,
        client_id: "60",
        client_secret: "a client's secret",
    };
    Shop::new(till.client().clone(), keys)
}

/// A payment in every shop, paid.
async fn earn(till: &Till) {
    let token = shop(till, 0).bearer().await.unwrap().to_owned();
    let mut earning = JoinSet::new();
    for number in 0..SHOPS {
        let (shop, buttons) = (shop(till, number).with_bearer(&token), till.sandbox_api());
        earning.spawn(async move {
            let id = shop.created(&json!({ "amount": AMOUNT })).await;
            buttons.pay(id).await.expect_status(200);
        });
    }
    earning.join_all().await;
}

async fn payouts(till: &Till, number: u64) -> Vec<Value> {
    let path = format!("/_sandbox/shops/{}/payouts", FIRST + number);
    till.client().get(&path).await.expect_status(200).json().as_array().unwrap().clone()
}

/// Every shop has been paid what it earned, but for what is still on its account, and never twice for a day.
async fn add_up(till: &Till, earned: i64) {
    // What the workers are about to pay is paid when this is answered, and nothing moves while it is looked at.
    till.sandbox_api().advance("PT1S").await.expect_status(200);
    let balances = till.sandbox_api().balances().await.expect_status(200).json();
    assert_eq!(balances["sums"], json!({ "CZK": 0 }));
    let account = |name: String| {
        let of = balances["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .find(|balance| balance["account"] == name.as_str());
        of.map_or(0, |balance| balance["amount"].as_i64().unwrap())
    };
    let mut all = 0;
    for number in 0..SHOPS {
        let payouts = payouts(till, number).await;
        let paid: i64 = payouts.iter().map(|payout| payout["amount"].as_i64().unwrap()).sum();
        assert_eq!(paid - account(format!("shop {}", FIRST + number)), earned, "{payouts:?}");
        let days: BTreeSet<&str> = payouts.iter().map(|payout| payout["day"].as_str().unwrap()).collect();
        assert_eq!(days.len(), payouts.len(), "{payouts:?}");
        for (payout, place) in payouts.iter().rev().zip(1..) {
            assert_eq!(payout["number"], place);
            let day: Date = payout["day"].as_str().unwrap().parse().unwrap();
            assert!(!matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday), "{payout}");
        }
        for pair in payouts.windows(2) {
            assert_eq!(pair[0]["from"], pair[1]["until"], "nothing is left out between two");
        }
        all += paid;
    }
    assert_eq!(account("bank".to_owned()), -all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shops_are_paid_on_business_days() {
    let till = ready(Backend::Sqlite).await;
    for day in 1..=9 {
        earn(&till).await;
        till.sandbox_api().advance("P1D").await.expect_status(200);
        add_up(&till, day * NET).await;
    }
    // Of nine days at least five are no weekend; the first may come before anything was earned.
    assert!(payouts(&till, 0).await.len() >= 5);
    let demo = till.client().get("/_sandbox/shops/8123456789/payouts").await.expect_status(200).json();
    assert_eq!(demo, json!([]), "by default nobody is paid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_pay_once() {
    let first = ready(Backend::Postgres).await;
    let second = beside(&first).await;
    for day in 1..=4 {
        earn(&first).await;
        let mut waking = JoinSet::new();
        for till in [&first, &second] {
            let buttons = till.sandbox_api();
            waking.spawn(async move { buttons.advance("P2D").await });
        }
        for answer in waking.join_all().await {
            answer.expect_status(200);
        }
        first.sandbox_api().advance("PT1S").await.expect_status(200);
        add_up(&second, day * NET).await;
    }
    assert!(!payouts(&first, 0).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_while_paying_on_sqlite() {
    survive(Backend::Sqlite, kills(20)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_kills_while_paying_on_postgres() {
    survive(Backend::Postgres, kills(6)).await;
}

async fn survive(backend: Backend, kills: usize) {
    let mut till = ready(backend).await;
    let mut moments = Moments(0x0bad_5eed_0000_0011);
    let mut earned = 0;
    for _ in 0..kills {
        earn(&till).await;
        earned += NET;
        let client = till.client().clone();
        let waking = tokio::spawn(async move {
            let (path, body) = ("/_sandbox/clock/advance", r#"{"by":"P1D"}"#);
            let headers = [("Content-Type", "application/json")];
            let _ = client.try_send(http::Method::POST, path, &headers, body.to_owned()).await;
        });
        for _ in 0..moments.next(0, 25) {
            let _ = till.client().try_send(http::Method::GET, "/healthz", &[], String::new()).await;
        }
        till.kill9();
        waking.await.unwrap();
        till.restart().await;
        add_up(&till, earned).await;
    }
    till.sandbox_api().advance("P3D").await.expect_status(200);
    add_up(&till, earned).await;
    assert!(!payouts(&till, 0).await.is_empty());
    till.terminate().await;
}
