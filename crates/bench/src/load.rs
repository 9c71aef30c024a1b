//! A closed loop: so many connections, each with one request under way, for so long or so often.
//!
//! All connections live in one task set on one thread: the client must not take more of the cores it shares
//! with the server than it has to. Latency is from the first byte written to the last byte read. A warm-up
//! comes first and is not counted. After an error a connection is opened anew; errors are counted, not timed.

use crate::Failure;
use crate::histogram::Histogram;
use crate::wire::{Connection, payment_id};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// How many errors in a row end a lane: a server that is gone must not be dialled for ever.
const PATIENCE: u32 = 100;

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// After a warm-up, measure for this long.
    Elapsed { warm_up: Duration, measure: Duration },
    /// After so many requests, all of them measured.
    Count(u64),
}

/// What is sent.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) server: SocketAddr,
    pub(crate) connections: usize,
    /// Each connection goes round these, starting somewhere else.
    pub(crate) requests: Arc<[Vec<u8>]>,
    /// Keep every so-manieth payment id of the answers; 0 for none.
    pub(crate) keep_ids: u64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) done: u64,
    pub(crate) errors: u64,
    pub(crate) elapsed: Duration,
    pub(crate) latency: Histogram,
    pub(crate) ids: Vec<u64>,
    /// What the first error said.
    pub(crate) complaint: Option<String>,
}

impl Outcome {
    pub(crate) fn new() -> Self {
        let (latency, ids) = (Histogram::new(), Vec::new());
        Self { done: 0, errors: 0, elapsed: Duration::ZERO, latency, ids, complaint: None }
    }

    #[allow(clippy::cast_precision_loss, reason = "a rate for people; counts stay far below 2^52")]
    pub(crate) fn per_second(&self) -> f64 {
        self.done as f64 / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.done += other.done;
        self.errors += other.errors;
        self.elapsed = self.elapsed.max(other.elapsed);
        self.latency.merge(&other.latency);
        self.ids.extend(other.ids);
        self.complaint = self.complaint.take().or(other.complaint);
    }

    pub(crate) fn failed(&mut self, failure: &impl ToString) {
        self.errors += 1;
        self.complaint.get_or_insert_with(|| failure.to_string());
    }
}

/// When a lane measures and when it stops.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) from: Instant,
    to: Option<Instant>,
    count: u64,
}

impl Window {
    /// The window of lane `lane` of `lanes`.
    pub(crate) fn of(until: Until, lane: usize, lanes: usize) -> Self {
        let now = Instant::now();
        match until {
            Until::Elapsed { warm_up, measure } => {
                Self { from: now + warm_up, to: Some(now + warm_up + measure), count: u64::MAX }
            }
            Until::Count(count) => {
                let (lane, lanes) = (lane as u64, lanes as u64);
                Self { from: now, to: None, count: count / lanes + u64::from(lane < count % lanes) }
            }
        }
    }

    pub(crate) fn is_over(&self, done: u64) -> bool {
        done >= self.count || self.to.is_some_and(|to| Instant::now() >= to)
    }
}

/// Runs the load to its end.
pub(crate) async fn run(load: &Load, until: Until) -> Result<Outcome, Failure> {
    let mut lanes = JoinSet::new();
    for lane in 0..load.connections {
        let window = Window::of(until, lane, load.connections);
        lanes.spawn(run_lane(load.clone(), lane, window));
    }
    let mut total = Outcome::new();
    while let Some(lane) = lanes.join_next().await {
        total.add(lane?);
    }
    Ok(total)
}

async fn run_lane(load: Load, lane: usize, window: Window) -> Outcome {
    let mut outcome = Outcome::new();
    let start = lane * load.requests.len() / load.connections.max(1);
    let mut requests = load.requests.iter().cycle().skip(start);
    let (mut connection, mut in_a_row) = (None, 0);
    while in_a_row < PATIENCE && !window.is_over(outcome.done) {
        let Some(request) = requests.next() else { break };
        match exchange(&mut connection, load.server, request).await {
            Ok((sent, id)) => {
                in_a_row = 0;
                if sent >= window.from {
                    outcome.latency.record(sent.elapsed());
                    if load.keep_ids > 0 && outcome.done.is_multiple_of(load.keep_ids) {
                        outcome.ids.extend(id);
                    }
                    outcome.done += 1;
                }
            }
            Err(failure) => {
                in_a_row += 1;
                connection = None;
                outcome.failed(&failure);
            }
        }
    }
    outcome.elapsed = window.from.elapsed();
    outcome
}

/// One request; when it was sent, and the id its answer begins with.
async fn exchange(
    connection: &mut Option<Connection>,
    server: SocketAddr,
    request: &[u8],
) -> Result<(Instant, Option<u64>), Failure> {
    let open = match connection {
        Some(open) => open,
        None => connection.insert(Connection::open(server).await?),
    };
    let sent = Instant::now();
    let answer = open.exchange(request).await?;
    if answer.status != 200 {
        return Err(format!("{}: {}", answer.status, String::from_utf8_lossy(answer.body)).into());
    }
    Ok((sent, payment_id(answer.body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline;
    use crate::wire::request;

    fn load(server: SocketAddr, path: &str) -> Load {
        let requests = Arc::from([request("GET", path, server, "", "", "")]);
        Load { server, connections: 3, requests, keep_ids: 1 }
    }

    #[tokio::test]
    async fn exactly_as_many_requests_as_asked_are_done() {
        let server = baseline::start_in_process().await;
        let outcome = run(&load(server, baseline::STATUS_PATH), Until::Count(10)).await.unwrap();
        assert_eq!((outcome.done, outcome.errors, outcome.ids.len()), (10, 0, 10));
        assert!(outcome.latency.per_mille(500) > Duration::ZERO);
    }

    #[tokio::test]
    async fn refusals_and_a_missing_server_are_counted_as_errors_and_end() {
        let server = baseline::start_in_process().await;
        let refused = run(&load(server, "/nowhere"), Until::Count(10)).await.unwrap();
        assert_eq!((refused.done, refused.errors), (0, 3 * u64::from(PATIENCE)));
        assert!(refused.complaint.unwrap().starts_with("404"));

        let nobody = SocketAddr::from(([127, 0, 0, 1], testkit::process::free_port()));
        let gone = run(&load(nobody, "/"), Until::Count(10)).await.unwrap();
        assert_eq!((gone.done, gone.errors), (0, 3 * u64::from(PATIENCE)));
    }
}
