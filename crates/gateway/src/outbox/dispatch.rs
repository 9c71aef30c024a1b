//! Who is called when. One task owns the lanes; the calls themselves are tasks of their own.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use domain::{PaymentId, Span};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::Nudge;
use super::deliver::Round;
use crate::gateway::Gateway;

/// Calls to one receiver at a time, while it answers.
const WIDTH: usize = 64;
/// Calls to all receivers at a time.
const MOST_CALLS: usize = 256;
/// Payments that wait in all lanes; more are left to the scan.
const MOST_WAITING: usize = 65_536;
/// Payments that wait in a lane; more are left to the scan.
const LANE: usize = 8_192;
/// How often overdue messages are looked for.
const SCAN_EVERY: Duration = Duration::from_secs(1);
/// How many overdue payments one scan takes, and for how long nobody else takes them.
const SCAN_SIZE: u32 = 512;
const LEASE: Span = Span::from_secs(60);
/// How long running calls may take to finish when the node stops.
const FAREWELL: Duration = Duration::from_secs(3);

#[derive(Default)]
struct Lane {
    /// Payments, and whether the store has leased them to us.
    waiting: VecDeque<(PaymentId, bool)>,
    running: usize,
    failing: bool,
}

impl Lane {
    fn width(&self) -> usize {
        if self.failing { 1 } else { WIDTH }
    }
}

pub(crate) struct Dispatcher {
    gateway: Arc<Gateway>,
    lanes: HashMap<String, Lane>,
    /// Payments that are waiting or running, so that none is worked on twice at a time.
    known: HashSet<PaymentId>,
    /// Payments nudged while running: there may be something new since they looked.
    again: HashSet<PaymentId>,
    calls: JoinSet<(PaymentId, String, Round)>,
    /// Receivers that could be called but for [`MOST_CALLS`], in the order they came to want it.
    held_up: VecDeque<String>,
}

impl Dispatcher {
    pub(crate) fn new(gateway: Arc<Gateway>) -> Self {
        Self {
            gateway,
            lanes: HashMap::new(),
            known: HashSet::new(),
            again: HashSet::new(),
            calls: JoinSet::new(),
            held_up: VecDeque::new(),
        }
    }

    /// Works until told to stop. `scan` is rung when the clock has been moved.
    pub(crate) async fn run(
        mut self,
        mut inbox: mpsc::Receiver<Nudge>,
        mut moved: watch::Receiver<u64>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut tick = tokio::time::interval(SCAN_EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                Some(nudge) = inbox.recv() => self.enqueue(nudge.payment, &nudge.destination, false),
                Some(ended) = self.calls.join_next(), if !self.calls.is_empty() => self.ended(ended),
                _ = tick.tick() => self.scan().await,
                Ok(()) = moved.changed() => self.scan().await,
                _ = stop.changed() => break,
            }
        }
        let farewell = async { while self.calls.join_next().await.is_some() {} };
        if tokio::time::timeout(FAREWELL, farewell).await.is_err() {
            tracing::info!("some notifications were still being delivered; they will be tried again");
        }
    }

    fn enqueue(&mut self, payment: PaymentId, destination: &str, leased: bool) {
        if self.known.contains(&payment) {
            self.again.insert(payment);
            return;
        }
        let lane = self.lanes.entry(destination.to_owned()).or_default();
        if lane.waiting.len() < LANE && self.known.len() < MOST_WAITING {
            lane.waiting.push_back((payment, leased));
            self.known.insert(payment);
        }
        self.advance(destination);
    }

    /// Starts as many calls of a lane as it may have.
    fn advance(&mut self, destination: &str) {
        let Some(lane) = self.lanes.get_mut(destination) else { return };
        while lane.running < lane.width() {
            if self.calls.len() >= MOST_CALLS && !lane.waiting.is_empty() {
                self.held_up.push_back(destination.to_owned());
                break;
            }
            let Some((payment, leased)) = lane.waiting.pop_front() else { break };
            lane.running += 1;
            let (gateway, destination) = (Arc::clone(&self.gateway), destination.to_owned());
            self.calls.spawn(async move {
                // A task of its own: whatever happens in it, the place it takes is given back.
                let round = match tokio::spawn(async move { gateway.deliver(payment, leased).await }).await {
                    Ok(Ok(round)) => round,
                    Ok(Err(error)) => {
                        tracing::error!(%payment, %error, "a delivery could not be recorded");
                        Round::Failed
                    }
                    Err(_) => Round::Failed,
                };
                (payment, destination, round)
            });
        }
        if lane.running == 0 && lane.waiting.is_empty() {
            self.lanes.remove(destination);
        }
    }

    fn ended(&mut self, ended: Result<(PaymentId, String, Round), tokio::task::JoinError>) {
        let Ok((payment, destination, round)) = ended else {
            return;
        };
        self.known.remove(&payment);
        if let Some(lane) = self.lanes.get_mut(&destination) {
            lane.running = lane.running.saturating_sub(1);
            lane.failing = round == Round::Failed;
        }
        if self.again.remove(&payment) {
            self.enqueue(payment, &destination, false);
        }
        self.advance(&destination);
        for _ in 0..self.held_up.len() {
            if self.calls.len() >= MOST_CALLS {
                break;
            }
            let Some(next) = self.held_up.pop_front() else { break };
            self.advance(&next);
        }
    }

    /// Takes messages that are due and that nobody has: retries, and what a dead node left behind.
    async fn scan(&mut self) {
        let full = |(destination, lane): (&String, &Lane)| {
            (lane.waiting.len() >= LANE / 2 || lane.failing).then(|| destination.clone())
        };
        let busy: Vec<String> = self.lanes.iter().filter_map(full).take(256).collect();
        let now = self.gateway.clock.now();
        let leased = self.gateway.store.lease_deliveries(now, now.plus(LEASE), SCAN_SIZE, &busy).await;
        match leased {
            Ok(due) => {
                for (payment, destination) in due {
                    self.enqueue(payment, &destination, true);
                }
            }
            Err(error) => tracing::error!(%error, "overdue notifications could not be listed"),
        }
    }
}
