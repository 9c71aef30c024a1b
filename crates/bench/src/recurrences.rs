//! A run of recurrences: so many payments are agreed to recur daily, a week passes at once, and every period is charged.
//! What is measured is the time from the step of the clock until everything is durable; a charge is two commits
//! and a question to the simulated acquirer. The ledger has to say that each was made once.

use crate::Failure;
use crate::till::Measured;
use crate::wire::{Connection, payment_id, request};
use serde_json::Value;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;

/// How many periods are due at once.
const DAYS: u64 = 7;
/// What the first payment is over, and so every charge.
const AMOUNT: u64 = 10_000;

/// Charges a second over a week of so many recurrences.
#[allow(clippy::cast_precision_loss, reason = "a rate for people")]
pub(crate) async fn run(till: &Arc<Measured>, connections: u64, recurrences: u64) -> Result<f64, Failure> {
    let mut lanes = JoinSet::new();
    for lane in 0..connections {
        let share = recurrences / connections + u64::from(lane < recurrences % connections);
        lanes.spawn(agree(Arc::clone(till), share));
    }
    while let Some(lane) = lanes.join_next().await {
        lane??;
    }
    let mut connection = Connection::open(till.address()).await?;
    let (address, json) = (till.address(), "application/json");
    let step =
        request("POST", "/_sandbox/clock/advance", address, "", json, &format!(r#"{{"by":"P{DAYS}D"}}"#));
    let start = Instant::now();
    taken(&mut connection, &step, "advance").await?;
    let elapsed = start.elapsed();
    let charged = booked(till).await?.checked_sub(recurrences * AMOUNT).map(|later| later / AMOUNT);
    if charged != Some(recurrences * DAYS) {
        return Err(format!("{charged:?} charges for {recurrences} recurrences over {DAYS} days").into());
    }
    Ok((recurrences * DAYS) as f64 / elapsed.as_secs_f64())
}

async fn agree(till: Arc<Measured>, count: u64) -> Result<(), Failure> {
    let mut connection = Connection::open(till.address()).await?;
    let create = till.recurring();
    for _ in 0..count {
        let id = taken(&mut connection, &create, "create").await?.ok_or("a payment without an id")?;
        taken(&mut connection, &till.pay(id), "pay").await?;
    }
    Ok(())
}

async fn taken(connection: &mut Connection, request: &[u8], name: &str) -> Result<Option<u64>, Failure> {
    let answer = connection.exchange(request).await?;
    if answer.status != 200 {
        return Err(format!("{name}: {} {}", answer.status, String::from_utf8_lossy(answer.body)).into());
    }
    Ok(payment_id(answer.body))
}

/// What the shops have by the ledger.
async fn booked(till: &Measured) -> Result<u64, Failure> {
    let balances = till.till.sandbox_api().balances().await.json();
    let accounts = balances.get("accounts").and_then(Value::as_array).ok_or("no accounts")?;
    let of_shop = |balance: &&Value| {
        let account = balance.get("account").and_then(Value::as_str);
        account.is_some_and(|account| account.starts_with("shop"))
    };
    let amount = |balance: &Value| balance.get("amount").and_then(Value::as_i64);
    let sum: i64 = accounts.iter().filter(of_shop).filter_map(amount).sum();
    Ok(u64::try_from(-sum)?)
}
