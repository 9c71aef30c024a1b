//! Whole lives of payments: created, paid, announced to the shop, asked about, refunded.
//!
//! Each lane lives one life after the other on one connection. A life counts when every step was answered 200
//! and the notification of the payment has come; its latency is the whole life. A notification that does not
//! come is an error after [`PATIENCE`].

use crate::Failure;
use crate::load::{Outcome, Until, Window};
use crate::receiver::Notifications;
use crate::till::Measured;
use crate::wire::{Connection, payment_id};
use std::sync::Arc;
use std::time::Instant;
use testkit::PATIENCE;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How far a life goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// Until it is paid and announced.
    Paid,
    /// Until it is refunded.
    Full,
}

/// Lives lives on so many connections.
pub(crate) async fn run(
    till: &Arc<Measured>,
    connections: usize,
    life: Life,
    until: Until,
) -> Result<Outcome, Failure> {
    let (notifications, arrivals) = Notifications::listen(connections).await?;
    let mut lanes = JoinSet::new();
    for (number, arrivals) in arrivals.into_iter().enumerate() {
        let create = till.create(&notifications.url(number));
        let window = Window::of(until, number, connections);
        lanes.spawn(run_lane(Lane { till: Arc::clone(till), create, arrivals }, life, window));
    }
    let mut total = Outcome::new();
    while let Some(lane) = lanes.join_next().await {
        total.add(lane?);
    }
    Ok(total)
}

struct Lane {
    till: Arc<Measured>,
    create: Vec<u8>,
    arrivals: Receiver<u64>,
}

async fn run_lane(mut lane: Lane, life: Life, window: Window) -> Outcome {
    let mut outcome = Outcome::new();
    let mut connection = match Connection::open(lane.till.address()).await {
        Ok(connection) => connection,
        Err(failure) => {
            outcome.failed(&failure);
            return outcome;
        }
    };
    while !window.is_over(outcome.done) {
        let start = Instant::now();
        match lane.live(&mut connection, life).await {
            Ok(()) if start >= window.from => {
                outcome.latency.record(start.elapsed());
                outcome.done += 1;
            }
            Ok(()) => {}
            // What a broken life has left on the connection is unknown: the lane ends, the others go on.
            Err(failure) => {
                outcome.failed(&failure);
                break;
            }
        }
    }
    outcome.elapsed = window.from.elapsed();
    outcome
}

impl Lane {
    async fn live(&mut self, connection: &mut Connection, life: Life) -> Result<(), Failure> {
        let created = step(connection, &self.create, "create").await?;
        let id = created.ok_or("a payment without an id")?;
        step(connection, &self.till.pay(id), "pay").await?;
        self.announced(id).await?;
        if life == Life::Full {
            step(connection, &self.till.status(id), "status").await?;
            step(connection, &self.till.refund(id), "refund").await?;
        }
        Ok(())
    }

    /// Waits for the notification of this payment, passing those of earlier ones by.
    async fn announced(&mut self, id: u64) -> Result<(), Failure> {
        let wait = async { while self.arrivals.recv().await.is_some_and(|arrived| arrived != id) {} };
        Ok(timeout(PATIENCE, wait).await.map_err(|_| "a notification did not come")?)
    }
}

async fn step(connection: &mut Connection, request: &[u8], name: &str) -> Result<Option<u64>, Failure> {
    let answer = connection.exchange(request).await?;
    if answer.status != 200 {
        return Err(format!("{name}: {} {}", answer.status, String::from_utf8_lossy(answer.body)).into());
    }
    Ok(payment_id(answer.body))
}
