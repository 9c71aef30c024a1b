//! Recurrences under fire: two servers that look at the same night, servers that are away for a week, and servers that
//! are killed in the middle of a run. Every period that was due is charged once, and what was asked for under a key is
//! charged once as well.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use testkit::prelude::*;
use tokio::task::JoinSet;

use super::crash::{Moments, kills};
use super::nodes::beside;

const AMOUNT: i64 = 10_000;
const ON_DEMAND: i64 = 500;

fn terms(cycle: &str, notify: &str) -> Value {
    let recurrence =
        json!({"recurrence_cycle": cycle, "recurrence_period": 1, "recurrence_date_to": "2098-12-31"});
    json!({"amount": AMOUNT, "recurrence": recurrence, "callback": {"notification_url": notify}})
}

async fn started(till: &Till, cycle: &str, notify: &str, count: usize) -> Vec<u64> {
    let (shop, buttons, mut ids) = (till.shop(), till.sandbox_api(), Vec::new());
    for _ in 0..count {
        let id = shop.created(&terms(cycle, notify)).await;
        buttons.pay(id).await.expect_status(200);
        ids.push(id);
    }
    ids
}

/// What became of the charges of a recurrence.
#[derive(Debug, Default, PartialEq, Eq)]
struct Charges {
    /// How many were paid, by their period; 0 for those that were asked for.
    paid: BTreeMap<u64, usize>,
    /// Those that are not paid, for whatever reason.
    others: usize,
    ids: Vec<u64>,
    /// Whether anything is due or under way.
    busy: bool,
}

async fn charges(till: &Till, id: u64) -> Charges {
    let seen = till.sandbox_api().recurrence(id).await.expect_status(200).json();
    let clock = till.sandbox_api().clock().await.expect_status(200).json();
    let now = clock["now"].as_str().expect("a clock has a time");
    assert_eq!(seen["stopped"], Value::Null, "{seen}");
    // To the second: fractions are written as long as they need to be.
    let due = seen["next_at"].as_str().is_none_or(|next| next[..19] <= now[..19]);
    let mut charges = Charges { busy: due || seen["running"] != json!([]), ..Charges::default() };
    for charge in seen["charges"].as_array().unwrap() {
        charges.ids.push(charge["payment"]["id"].as_u64().unwrap());
        if charge["payment"]["state"] == "captured" {
            *charges.paid.entry(charge["period"].as_u64().unwrap_or(0)).or_default() += 1;
        } else {
            charges.others += 1;
        }
    }
    charges
}

fn once(periods: u64) -> BTreeMap<u64, usize> {
    (1..=periods).map(|period| (period, 1)).collect()
}

/// Waits until every recurrence has charged all that is due, and has done so once.
async fn charged_once(till: &Till, recurrences: &[u64], periods: u64) {
    for &id in recurrences {
        let settled = async {
            loop {
                let now = charges(till, id).await;
                if !now.busy && now.paid.len() as u64 >= periods {
                    return now;
                }
                tokio::task::yield_now().await;
            }
        };
        let settled =
            tokio::time::timeout(testkit::PATIENCE, settled).await.expect("all that is due is charged");
        assert_eq!((settled.paid, settled.others), (once(periods), 0), "{id}");
    }
}

async fn shop_has(till: &Till) -> i64 {
    let balances = till.sandbox_api().balances().await.expect_status(200).json();
    let of_shop = |balance: &&Value| balance["account"].as_str().unwrap().starts_with("shop");
    let accounts = balances["accounts"].as_array().unwrap();
    accounts.iter().filter(of_shop).map(|balance| -balance["amount"].as_i64().unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_charge_every_period_once() {
    let receiver = Receiver::start().await;
    let first = Till::sandbox_on(Backend::Postgres).await;
    let second = beside(&first).await;
    let recurrences = started(&first, "DAY", &receiver.url("/notify"), 16).await;
    let mut waking = JoinSet::new();
    for till in [&first, &second] {
        let buttons = till.sandbox_api();
        waking.spawn(async move { buttons.advance("P7D").await });
    }
    for answer in waking.join_all().await {
        answer.expect_status(200);
    }
    for till in [&first, &second] {
        charged_once(till, &recurrences, 7).await;
    }
    assert_eq!(shop_has(&second).await, 16 * 8 * AMOUNT);
    for &id in &recurrences {
        for child in charges(&first, id).await.ids {
            let listed = second.sandbox_api().notifications(child).await.expect_status(200).json();
            assert_eq!(listed["notifications"].as_array().unwrap().len(), 1, "{listed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_week_without_any_server_is_caught_up_by_itself() {
    let receiver = Receiver::start().await;
    let mut first = Till::sandbox_on(Backend::Postgres).await;
    let mut second = beside(&first).await;
    let notify = receiver.url("/notify");
    let daily = started(&first, "DAY", &notify, 4).await;
    let weekly = started(&first, "WEEK", &notify, 2).await;
    first.kill9();
    second.kill9();
    // Nobody presses a button: the time has passed when they are started, as it does.
    pass(&first, 7);
    tokio::join!(first.restart(), second.restart());
    for till in [&first, &second] {
        charged_once(till, &daily, 7).await;
        charged_once(till, &weekly, 1).await;
    }
    assert_eq!(shop_has(&first).await, (4 * 8 + 2 * 2) * AMOUNT);
}

/// Sets the clock forward as time does that passes while no server runs.
fn pass(till: &Till, days: i64) {
    let ahead = days * 86_400_000 + 1_000;
    let _printed = till.test_database().unwrap().query(&format!(
        "INSERT INTO settings VALUES ('clock_ahead_ms', '{ahead}') ON CONFLICT (key) DO UPDATE SET value = '{ahead}'"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_asked_to_stop_does_not_finish_the_night_first() {
    const DAYS: u64 = 30;
    let receiver = Receiver::start().await;
    let mut till = Till::sandbox_on(Backend::Postgres).await;
    let daily = started(&till, "DAY", &receiver.url("/notify"), 40).await;
    assert_eq!(till.terminate().await, Some(0));
    pass(&till, i64::try_from(DAYS).unwrap());
    let before = receiver.count();
    till.restart().await;
    while receiver.count() == before {
        tokio::task::yield_now().await;
    }
    assert_eq!(till.terminate().await, Some(0));
    let made = till.test_database().unwrap().query("SELECT count(*) FROM documents WHERE kind = 17");
    let made: u64 = made.trim().parse().expect("a count");
    assert!(made > 0 && made < 40 * DAYS, "{made} charges were made before it stopped");
    assert!(!till.output().contains("did not finish in time"));
    assert!(till.verified().contains("looked at 40 recurrences"));
    // Nobody asks for it: what is left is charged by the next one.
    till.restart().await;
    charged_once(&till, &daily, DAYS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_during_runs_on_sqlite() {
    survive(Backend::Sqlite, kills(20)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_kills_during_runs_on_postgres() {
    survive(Backend::Postgres, kills(8)).await;
}

/// A day passes and the server is killed while it charges, again and again.
async fn survive(backend: Backend, kills: usize) {
    let receiver = Receiver::start().await;
    let notify = receiver.url("/notify");
    let mut till = Till::sandbox_on(backend).await;
    let daily = started(&till, "DAY", &notify, 12).await;
    let asked = started(&till, "ON_DEMAND", &notify, 3).await;
    let mut moments = Moments(0x51ed_270b_0000_0007);
    let (mut days, mut orders) = (0, 0);
    for kill in 0..kills {
        let (before, hours_before) = (receiver.count(), hours_ahead(&till).await);
        let shop = Arc::new(till.shop());
        shop.bearer().await.expect("a token");
        let mut running = JoinSet::new();
        let client = till.client().clone();
        running.spawn(async move {
            let (path, body) = ("/_sandbox/clock/advance", r#"{"by":"P1D"}"#);
            let _ = client.try_send(Method::POST, path, &[("Content-Type", "application/json")], body).await;
        });
        for &first in &asked {
            let shop = Arc::clone(&shop);
            running.spawn(async move {
                let _ = ask(&shop.keyed(format!("{first}-{kill}")), first).await;
            });
        }
        heard(&receiver, before + moments.next(1, 14), &mut running).await;
        till.kill9();
        running.join_all().await;
        till.restart().await;
        orders += 1;
        ordered_again(&till, &asked, kill).await;
        days += (hours_ahead(&till).await - hours_before) / 24;
        settle(&till, &daily, &asked).await;
        for &id in &daily {
            let now = charges(&till, id).await;
            assert_eq!((now.paid, now.others), (once(days), 0), "{id} after kill {kill}");
        }
        for &id in &asked {
            let now = charges(&till, id).await;
            assert_eq!((now.paid, now.others), ([(0, orders)].into(), 0), "{id} after kill {kill}");
        }
    }
    assert!(days > 0, "the server was always killed before anything was due");
    let periods = i64::try_from(days).unwrap() + 1;
    let demanded = i64::try_from(orders).unwrap() * ON_DEMAND + AMOUNT;
    assert_eq!(shop_has(&till).await, 12 * periods * AMOUNT + 3 * demanded);
    all_told(&till, &receiver, &[daily, asked].concat()).await;
    till.terminate().await;
    assert!(till.verified().contains("looked at 15 recurrences, 0 stored cards and 15 encrypted cards"));
}

async fn ask(shop: &Shop, first: u64) -> Result<Answer, testkit::gopay::Error> {
    let body = json!({"amount": ON_DEMAND, "currency": "CZK", "order_number": "on demand"}).to_string();
    let path = format!("/api/payments/payment/{first}/create-recurrence");
    shop.try_call(Method::POST, &path, Some((("Content-Type", "application/json"), body))).await
}

/// Waits for so many messages, or for everything to be over.
async fn heard(receiver: &Receiver, count: usize, running: &mut JoinSet<()>) {
    let enough = async {
        while receiver.count() < count {
            tokio::task::yield_now().await;
        }
    };
    let over = async { while running.join_next().await.is_some() {} };
    tokio::select! {
        () = enough => {}
        () = over => {}
    }
}

/// Asks again under the same keys.
async fn ordered_again(till: &Till, asked: &[u64], kill: usize) {
    let shop = till.shop();
    for &first in asked {
        let shop = shop.keyed(format!("{first}-{kill}"));
        let first_time = ask(&shop, first).await.expect("a running server").expect_status(200).json();
        let again = ask(&shop, first).await.expect("a running server").expect_status(200).json();
        assert_eq!(first_time["id"], again["id"], "one key, one charge");
    }
}

/// How far the clock was set forward: a step that was not durable has not been made.
async fn hours_ahead(till: &Till) -> u64 {
    let clock = till.sandbox_api().clock().await.expect_status(200).json();
    let ahead = clock["ahead"].as_str().and_then(|ahead| ahead.strip_prefix("PT")).expect("a duration");
    ahead.split_once('H').map_or(0, |(hours, _)| hours.parse().expect("whole hours"))
}

/// What was lost is found out half a minute later, and charged after all.
async fn settle(till: &Till, daily: &[u64], asked: &[u64]) {
    for _ in 0..8 {
        till.sandbox_api().advance("PT31S").await.expect_status(200);
        let mut busy = false;
        for &id in daily {
            busy |= charges(till, id).await.busy;
        }
        for &id in asked {
            busy |= till.sandbox_api().recurrence(id).await.json()["running"] != json!([]);
        }
        if !busy {
            return;
        }
    }
    panic!("something is due or under way for ever");
}

/// Every charge was announced, those of dead servers too.
async fn all_told(till: &Till, receiver: &Receiver, recurrences: &[u64]) {
    till.sandbox_api().advance("PT2M").await.expect_status(200);
    for &id in recurrences {
        for child in charges(till, id).await.ids {
            let told = async {
                while receiver.count_for(child) == 0 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(testkit::PATIENCE, told).await.expect("a charge is announced");
        }
    }
}
