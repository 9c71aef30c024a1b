//! A new key for the cards while they are used: no read fails, nothing is lost when the server or the command is killed
//! in the middle, and the next rotation takes up what the last one left.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use http::Method;
use testkit::prelude::*;
use testkit::process::Guarded;
use tokio::task::JoinSet;

use super::crash::{Moments, kills};

const CARDS: [&str; 3] = ["4444444444444448", "5447380000000006", "4188030000000003"];
const LANES: usize = 4;
const JSON: (&str, &str) = ("Content-Type", "application/json");

/// What is in the vault: recurrences that charge a card, and tokens that stand for one.
struct Kept {
    recurring: Vec<u64>,
    tokens: Vec<String>,
}

async fn fill(till: &Till, count: usize) -> Kept {
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    let on_demand =
        json!({"recurrence": {"recurrence_cycle": "ON_DEMAND", "recurrence_date_to": "2098-12-31"}});
    let mut kept = Kept { recurring: vec![], tokens: vec![] };
    for number in 0..count {
        let id = shop.created(&on_demand).await;
        buttons.pay_with(id, CARDS[number % CARDS.len()]).await.expect_status(200);
        kept.recurring.push(id);
    }
    for card in CARDS {
        let id = shop.created(&json!({"payer": {"request_card_token": true}})).await;
        buttons.pay_with(id, card).await.expect_status(200);
        let token = shop.status(id).await.json()["payer"]["payment_card"]["card_token"].clone();
        kept.tokens.push(token.as_str().expect("a token").to_owned());
    }
    kept
}

/// How much the lanes have done, and whether they should go on.
#[derive(Default)]
struct Load {
    done: AtomicUsize,
    enough: AtomicBool,
}

impl Load {
    async fn reach(&self, count: usize) {
        while self.done.load(Ordering::SeqCst) < count {
            tokio::task::yield_now().await;
        }
    }
}

struct Gone;

type Step<T> = Result<T, Gone>;

/// Uses the cards until it is enough or the server is gone. Returns the payments that must be paid in the end: each of them
/// has read a card from the vault, or was to.
async fn lane(till: (Shop, Client), kept: Arc<Kept>, number: usize, load: Arc<Load>) -> Vec<u64> {
    let (shop, client) = till;
    let mut payments = Vec::new();
    for turn in (number..).step_by(LANES) {
        if load.enough.load(Ordering::SeqCst) {
            break;
        }
        let first = kept.recurring[turn % kept.recurring.len()];
        if charge(&shop, first, &mut payments).await.is_err() {
            break;
        }
        if turn % 2 == 0 && pay_bound(&shop, &client, &kept.tokens[turn % kept.tokens.len()]).await.is_err() {
            break;
        }
        load.done.fetch_add(1, Ordering::SeqCst);
    }
    payments
}

/// A charge on demand, until it has ended: a card that could not be read would end it as cancelled.
async fn charge(shop: &Shop, first: u64, payments: &mut Vec<u64>) -> Step<()> {
    let order = json!({"amount": 100, "currency": "CZK", "order_number": "1"}).to_string();
    let path = format!("/api/payments/payment/{first}/create-recurrence");
    let created = shop.try_call(Method::POST, &path, Some((JSON, order))).await.map_err(|_| Gone)?;
    let id = created.expect_status(200).json()["id"].as_u64().unwrap();
    payments.push(id);
    loop {
        let path = format!("/api/payments/payment/{id}");
        let status = shop.try_call(Method::GET, &path, None).await.map_err(|_| Gone)?;
        match status.expect_status(200).json()["state"].as_str().unwrap() {
            "PAID" => return Ok(()),
            "CREATED" | "PAYMENT_METHOD_CHOSEN" => tokio::task::yield_now().await,
            other => panic!("a charge is {other}: its card was not read"),
        }
    }
}

/// A payment by a stored card, whose number nobody types, and which is kept anew.
async fn pay_bound(shop: &Shop, client: &Client, token: &str) -> Step<()> {
    let bound = shop
        .payment(&json!({"payer": {"allowed_card_token": token, "request_card_token": true}}))
        .to_string();
    let path = "/api/payments/payment";
    let created = shop.try_call(Method::POST, path, Some((JSON, bound))).await.map_err(|_| Gone)?;
    let id = created.expect_status(200).json()["id"].as_u64().unwrap();
    let path = format!("/_sandbox/payments/{id}/pay");
    let body = json!({"card": "stored"}).to_string();
    let paid = client.try_send(Method::POST, &path, &[JSON], body).await.map_err(|_| Gone)?;
    paid.expect_status(200);
    Ok(())
}

fn lanes(till: &Till, kept: &Arc<Kept>, load: &Arc<Load>) -> JoinSet<Vec<u64>> {
    let mut lanes = JoinSet::new();
    for number in 0..LANES {
        let seen = (till.shop(), till.client().clone());
        lanes.spawn(lane(seen, Arc::clone(kept), number, Arc::clone(load)));
    }
    lanes
}

/// The keys that entries are under, and how many entries there are.
async fn keys(till: &Till) -> (Vec<u64>, usize) {
    let entries = till.sandbox_api().vault().await.expect_status(200).json();
    let entries = entries["entries"].as_array().unwrap().clone();
    let mut keys: Vec<u64> = entries.iter().map(|entry| entry["key"].as_u64().unwrap()).collect();
    keys.sort_unstable();
    keys.dedup();
    (keys, entries.len())
}

async fn all_paid(till: &Till, payments: &[u64]) {
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    till.sandbox_api().advance("PT31S").await.expect_status(200);
    let shop = till.shop();
    for &id in payments {
        assert_eq!(shop.state(id).await, "PAID", "{id}");
    }
}

async fn rotate_under_load(backend: Backend) {
    let till = Till::sandbox_on(backend).await;
    let kept = Arc::new(fill(&till, 40).await);
    let load = Arc::new(Load::default());
    let lanes = lanes(&till, &kept, &load);
    for rotation in 1..=6 {
        let done = till.sandbox_api().rotate_vault().await.expect_status(200).json();
        assert_eq!((&done["unreadable"], &done["resumed"]), (&json!(0), &json!(false)), "{done}");
        // All but those three at most that a payment has kept anew meanwhile, under the new key.
        assert!(done["sealed_anew"].as_u64().unwrap() >= 40, "everything is sealed anew: {done}");
        load.reach(rotation * 5).await;
    }
    load.enough.store(true, Ordering::SeqCst);
    let payments = lanes.join_all().await.concat();
    all_paid(&till, &payments).await;
    // Keys that nothing is under are gone a day later, and everything still opens.
    till.sandbox_api().advance("P2D").await.expect_status(200);
    let last = till.sandbox_api().rotate_vault().await.expect_status(200).json();
    assert_eq!((&last["unreadable"], &last["keys_removed"]), (&json!(0), &json!(6)), "{last}");
    assert_eq!(keys(&till).await, (vec![last["key"].as_u64().unwrap()], 43));
    let mut more = Vec::new();
    for &first in &kept.recurring {
        assert!(charge(&till.shop(), first, &mut more).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_card_fails_to_open_while_keys_change_on_sqlite() {
    rotate_under_load(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_card_fails_to_open_while_keys_change_on_postgres() {
    rotate_under_load(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_during_rotations_on_sqlite() {
    survive(Backend::Sqlite, kills(20)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_kills_during_rotations_on_postgres() {
    survive(Backend::Postgres, kills(8)).await;
}

/// The server is killed while it rotates and charges; what it left is taken up.
async fn survive(backend: Backend, kills: usize) {
    let mut till = Till::sandbox_on(backend).await;
    let kept = Arc::new(fill(&till, 40).await);
    let mut moments = Moments(0x7a11_0000_0000_0003);
    let (mut resumed, mut payments) = (0, Vec::new());
    for kill in 0..kills {
        let load = Arc::new(Load::default());
        let lanes = lanes(&till, &kept, &load);
        load.reach(2).await;
        let client = till.client().clone();
        let rotating = tokio::spawn(async move {
            let _ = client.try_send(Method::POST, "/_sandbox/vault/rotate", &[JSON], "{}").await;
        });
        if kill % 2 == 0 {
            // As soon as something is under the new key, and something under the old one.
            while keys(&till).await.0.len() < 2 && !rotating.is_finished() {}
        } else {
            load.reach(2 + moments.next(0, 12)).await;
        }
        till.kill9();
        payments.extend(lanes.join_all().await.concat());
        rotating.await.expect("a task");
        till.restart().await;
        all_paid(&till, &payments).await;
        let done = till.sandbox_api().rotate_vault().await.expect_status(200).json();
        assert_eq!(done["unreadable"], json!(0), "after kill {kill}: {done}");
        resumed += u64::from(done["resumed"] == json!(true));
        assert_eq!(keys(&till).await, (vec![done["key"].as_u64().unwrap()], 43), "after kill {kill}");
    }
    assert!(resumed > 0, "no kill has met a rotation");
    let mut more = Vec::new();
    for &first in &kept.recurring {
        assert!(charge(&till.shop(), first, &mut more).await.is_ok());
    }
    till.terminate().await;
    assert!(till.verified().contains("looked at 40 recurrences, 3 stored cards and 43 encrypted cards"));
}

/// A server that has its file to itself changes the key when it is told to, and goes on serving.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_sqlite_is_told_to_change_the_key() {
    let till = Till::sandbox().await;
    let kept = Arc::new(fill(&till, 20).await);
    let load = Arc::new(Load::default());
    let lanes = lanes(&till, &kept, &load);
    let refused = rotation_of(&till).output().expect("run polytill");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another polytill is using"));
    let (before, _) = keys(&till).await;
    till.tell_to_rotate();
    let moved = async {
        while keys(&till).await.0.iter().any(|key| before.contains(key)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(testkit::PATIENCE, moved).await.expect("every card is under the new key");
    load.reach(load.done.load(Ordering::SeqCst) + 4).await;
    load.enough.store(true, Ordering::SeqCst);
    let payments = lanes.join_all().await.concat();
    all_paid(&till, &payments).await;
    assert_eq!(keys(&till).await.1, 23);
}

/// The command beside a running server, killed in the middle and given again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_is_killed_and_given_again_while_a_server_runs() {
    let till = Till::sandbox_on(Backend::Postgres).await;
    let kept = Arc::new(fill(&till, 40).await);
    let load = Arc::new(Load::default());
    let lanes = lanes(&till, &kept, &load);
    let (before, _) = keys(&till).await;
    let mut cut = Guarded::spawn(rotation(&till).stdout(Stdio::null()).stderr(Stdio::null()));
    while cut.is_running() && keys(&till).await.0 == before {
        tokio::task::yield_now().await;
    }
    cut.kill9();
    load.reach(8).await;
    let output = rotation(&till).output().expect("run polytill");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.starts_with("went on with key ") || told.starts_with("made key "), "{told}");
    load.reach(16).await;
    load.enough.store(true, Ordering::SeqCst);
    let payments = lanes.join_all().await.concat();
    all_paid(&till, &payments).await;
    let (after, entries) = keys(&till).await;
    assert_eq!(
        (after.len(), entries),
        (1, 43),
        "the server seals under the new key since it has heard of it"
    );
    assert!(after > before);
}

fn rotation(till: &Till) -> Command {
    let mut command = rotation_of(till);
    let url = &till.test_database().expect("a database that can be shared").url;
    command.args(["--database", url]).env("POLYTILL_KEYRING", till.data().join("keyring"));
    command
}

fn rotation_of(till: &Till) -> Command {
    let mut command = Command::new(testkit::server::binary());
    command.args(["vault", "rotate", "--data"]).arg(till.data());
    command
}
