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

/// Calls to one receiver at a time: at first, and when it has kept answering.
const FIRST_WIDTH: usize = 2;
const WIDTH: usize = 64;
/// Calls to all receivers at a time, and to those among them that have not answered yet or not lately: however many of
/// them hang, the others have the rest.
const MOST_CALLS: usize = 256;
const MOST_UNPROVEN: usize = MOST_CALLS / 2;
/// Receivers that are remembered while there is nothing to tell them.
const MOST_REMEMBERED: usize = 4_096;
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

struct Lane {
    /// Payments, and whether the store has leased them to us.
    waiting: VecDeque<(PaymentId, bool)>,
    running: usize,
    /// How many calls the receiver has earned by how it answered: doubled by success, one after a failure.
    width: usize,
    standing: Standing,
    /// Stands in the queue for a place among all calls.
    held_up: bool,
}

/// What the receiver's last answer says about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Unknown,
    Answering,
    Failing,
}

impl Default for Lane {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            running: 0,
            width: FIRST_WIDTH,
            standing: Standing::Unknown,
            held_up: false,
        }
    }
}

impl Lane {
    /// How many calls may run in all when this lane wants another.
    fn room(&self) -> usize {
        if self.standing == Standing::Answering { MOST_CALLS } else { MOST_UNPROVEN }
    }

    fn learn(&mut self, round: Round) {
        (self.standing, self.width) = match round {
            Round::Clear => (Standing::Answering, self.width.saturating_mul(2).min(WIDTH)),
            Round::Failed => (Standing::Failing, 1),
        };
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
        self.line_up(payment, destination, leased);
        self.advance(destination);
    }

    fn line_up(&mut self, payment: PaymentId, destination: &str, leased: bool) {
        let lane = self.lanes.entry(destination.to_owned()).or_default();
        if lane.waiting.len() < LANE && self.known.len() < MOST_WAITING {
            lane.waiting.push_back((payment, leased));
            self.known.insert(payment);
        }
    }

    /// Starts as many calls of a lane as it may have.
    fn advance(&mut self, destination: &str) {
        let Some(lane) = self.lanes.get_mut(destination) else { return };
        while lane.running < lane.width {
            if self.calls.len() >= lane.room() && !lane.waiting.is_empty() {
                if !lane.held_up {
                    lane.held_up = true;
                    self.held_up.push_back(destination.to_owned());
                }
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
            lane.waiting = VecDeque::new();
            // Who answers is remembered, so that it need not prove itself again beside a crowd of dead receivers.
            if lane.standing != Standing::Answering || self.lanes.len() > MOST_REMEMBERED {
                self.lanes.remove(destination);
            }
        }
    }

    fn ended(&mut self, ended: Result<(PaymentId, String, Round), tokio::task::JoinError>) {
        let Ok((payment, destination, round)) = ended else {
            return;
        };
        self.known.remove(&payment);
        if self.again.remove(&payment) {
            self.line_up(payment, &destination, false);
        }
        if let Some(lane) = self.lanes.get_mut(&destination) {
            lane.running = lane.running.saturating_sub(1);
            lane.learn(round);
            // Who gives a place back stands behind those who wait for one, or a few busy receivers keep them all.
            if !lane.held_up {
                lane.held_up = true;
                self.held_up.push_back(destination);
            }
        }
        for _ in 0..self.held_up.len() {
            if self.calls.len() >= MOST_CALLS {
                break;
            }
            let Some(next) = self.held_up.pop_front() else { break };
            if let Some(lane) = self.lanes.get_mut(&next) {
                lane.held_up = false;
            }
            self.advance(&next);
        }
    }

    /// Takes messages that are due and that nobody has: retries, and what a dead node left behind.
    async fn scan(&mut self) {
        let full = |(destination, lane): (&String, &Lane)| {
            (lane.waiting.len() >= LANE / 2 || lane.standing == Standing::Failing)
                .then(|| destination.clone())
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
