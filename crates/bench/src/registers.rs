//! Cash registers at GP tom's door: how fast tokens are given out for logins that are known, and what it costs the server
//! when ten registers ask twice a second for the state of fifty open tasks each.
//!
//! The asking is paced, so its figure is not a rate but the processor time that the server's process has used meanwhile, as
//! the system counts it, in hundredths of one core.

use crate::Failure;
use crate::load::{self, Load, Outcome, Until};
use crate::till::Measured;
use crate::wire::{Connection, request};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use testkit::gptom::{CASHIER, CashDesk, PASSWORD};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

/// Where nobody picks the tasks, so that they stay open.
const TID: &str = "10012346";
const REGISTERS: usize = 10;
const TASKS_EACH: usize = 50;
const EVERY: Duration = Duration::from_millis(500);
/// `pos-demo:demo-secret`.
const BASIC: &str = "cG9zLWRlbW86ZGVtby1zZWNyZXQ=";

/// Logins that were verified before, as fast as they are answered.
pub(crate) async fn tokens(till: &Measured, connections: usize, until: Until) -> Result<Outcome, Failure> {
    let body = format!("grant_type=password&username={CASHIER}&password={PASSWORD}&tid={TID}");
    let length = body.len();
    let head = format!(
        "POST /cloud/oauth/token HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic {BASIC}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n",
        till.address()
    );
    let request = [head.into_bytes(), body.into_bytes()].concat();
    // The first one is computed.
    let answer = Connection::open(till.address()).await?.exchange(&request).await?.status;
    if answer != 200 {
        return Err(format!("no token: {answer}").into());
    }
    let load = Load { server: till.address(), connections, requests: Arc::from([request]), keep_ids: 0 };
    load::run(&load, until).await
}

/// What the polling has cost.
#[derive(Debug)]
pub(crate) struct Polling {
    pub(crate) outcome: Outcome,
    /// Of one core, in hundredths.
    pub(crate) percent: f64,
}

/// Ten registers that poll for so long.
pub(crate) async fn polling(till: &Measured, measure: Duration) -> Result<Polling, Failure> {
    let desk = CashDesk::at(till.till.client(), TID).await;
    let bearer = desk.bearer().to_owned();
    let mut requests = Vec::with_capacity(REGISTERS * TASKS_EACH);
    for number in 0..REGISTERS * TASKS_EACH {
        let task = desk.sale(1_000 + i64::try_from(number)?).await;
        let name = task.get("taskId").and_then(Value::as_str).ok_or("a task without a name")?.to_owned();
        requests.push(request("GET", &format!("/v1/tasks/{name}"), till.address(), &bearer, "", ""));
    }
    let before = used(till)?;
    let start = Instant::now();
    let mut registers = JoinSet::new();
    for tasks in requests.chunks(TASKS_EACH) {
        registers.spawn(register(till.address(), tasks.to_vec(), start + measure));
    }
    let mut outcome = Outcome::new();
    while let Some(register) = registers.join_next().await {
        outcome.add(register?);
    }
    outcome.elapsed = start.elapsed();
    let percent = (used(till)? - before).as_secs_f64() / outcome.elapsed.as_secs_f64() * 100.0;
    Ok(Polling { outcome, percent })
}

/// Asks for all of its tasks, twice a second, on one connection.
async fn register(server: std::net::SocketAddr, tasks: Vec<Vec<u8>>, until: Instant) -> Outcome {
    let mut outcome = Outcome::new();
    let mut connection = match Connection::open(server).await {
        Ok(connection) => connection,
        Err(failure) => {
            outcome.failed(&failure);
            return outcome;
        }
    };
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while Instant::now() < until {
        ticks.tick().await;
        for task in &tasks {
            let sent = Instant::now();
            match connection.exchange(task).await {
                Ok(answer) if answer.status == 200 => {
                    outcome.latency.record(sent.elapsed());
                    outcome.done += 1;
                }
                Ok(answer) => outcome.failed(&format!("{}", answer.status)),
                Err(failure) => {
                    outcome.failed(&failure);
                    return outcome;
                }
            }
        }
    }
    outcome
}

/// The processor time of the server so far. The system counts it in hundredths of a second.
fn used(till: &Measured) -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", till.till.pid()))?;
    // The name in brackets may have blanks in it; what follows has none.
    let (_, rest) = stat.rsplit_once(')').ok_or("no process status")?;
    let mut fields = rest.split_whitespace().skip(11);
    let mut ticks = || -> Result<u64, Failure> { Ok(fields.next().ok_or("no processor time")?.parse()?) };
    Ok(Duration::from_millis((ticks()? + ticks()?) * 10))
}
