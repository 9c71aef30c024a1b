//! What runs beside the requests: the outbox, the timers, and housekeeping. Started once, stopped together.

use std::sync::Arc;
use std::time::Duration;

use domain::Span;
use store::Topic;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::error::Error;
use crate::gateway::Gateway;
use crate::outbox::Dispatcher;

/// How often due payments are looked for. Windows are hours long; half a second is soon enough.
const TIMER_EVERY: Duration = Duration::from_millis(500);
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(60);
/// How long an idempotency key is remembered.
const KEYS_KEPT: Span = Span::from_days(7);

/// The running workers of a node.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Workers {
    /// Starts them. A second start finds the outbox taken and starts the rest without it.
    #[must_use]
    pub fn start(gateway: &Arc<Gateway>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        if let Some(inbox) = gateway.outbox.inbox() {
            let dispatcher = Dispatcher::new(Arc::clone(gateway));
            tasks.spawn(dispatcher.run(inbox, gateway.clock_moved.subscribe(), stopped.clone()));
        }
        let own = || (Arc::clone(gateway), stopped.clone());
        let (here, stop_here) = own();
        tasks.spawn(regularly(here, stop_here, "payments", |gateway| async move { gateway.run_due().await }));
        let (here, stop_here) = own();
        tasks.spawn(regularly(here, stop_here, "points of sale", |gateway| async move {
            gateway.run_due_points_of_sale().await
        }));
        let ((here, stop_here), told) = (own(), stopped.clone());
        // A night's run takes longer than an end may be waited for.
        tasks.spawn(regularly(here, stop_here, "recurrences", move |gateway| {
            let told = told.clone();
            async move { gateway.run_recurrences_unless(move || *told.borrow()).await }
        }));
        let (here, stop_here) = own();
        tasks.spawn(regularly(here, stop_here, "receipts", |gateway| async move {
            gateway.run_due_receipts().await
        }));
        let (here, stop_here) = own();
        tasks.spawn(regularly(here, stop_here, "payouts", |gateway| async move {
            gateway.run_due_payouts().await
        }));
        tasks.spawn(Arc::clone(gateway).pass_on_signals(stopped.clone()));
        tasks.spawn(Arc::clone(gateway).renew_lease_now_and_then(stopped.clone()));
        tasks.spawn(hearing(Arc::clone(gateway), stopped.clone()));
        tasks.spawn(housekeeping(Arc::clone(gateway), stopped));
        Self { stop, tasks }
    }

    /// Lets what runs finish and ends.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Looks again and again, until it is stopped. Each kind of work has a loop of its own: a long run keeps no other waiting.
async fn regularly<F>(
    gateway: Arc<Gateway>,
    mut stopped: watch::Receiver<bool>,
    what: &'static str,
    look: impl Fn(Arc<Gateway>) -> F,
) where
    F: Future<Output = Result<u64, Error>>,
{
    let mut tick = tokio::time::interval(TIMER_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stopped.changed() => return,
        }
        if let Err(error) = look(Arc::clone(&gateway)).await {
            tracing::error!(%error, "due {what} could not be looked at");
        }
    }
}

/// What other nodes and programs say has changed.
async fn hearing(gateway: Arc<Gateway>, mut stopped: watch::Receiver<bool>) {
    let mut signals = gateway.store.signals();
    loop {
        let heard = tokio::select! {
            heard = signals.recv() => heard,
            _ = stopped.changed() => return,
        };
        match heard.map(|signal| signal.topic) {
            Ok(Topic::Directory | Topic::Lost) | Err(RecvError::Lagged(_)) => read_directory(&gateway).await,
            Ok(Topic::Terminal | Topic::PointOfSale | Topic::Payment | Topic::Phone) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

async fn read_directory(gateway: &Gateway) {
    if let Err(error) = gateway.reload_directory().await {
        tracing::error!(%error, "the directory could not be read anew");
    }
}

async fn housekeeping(gateway: Arc<Gateway>, mut stopped: watch::Receiver<bool>) {
    let mut tick = tokio::time::interval(HOUSEKEEPING_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stopped.changed() => return,
        }
        let now = gateway.clock.now();
        gateway.challenges.forget_old(now);
        let before = now.plus(Span::from_millis(-KEYS_KEPT.millis()));
        if let Err(error) = gateway.store.prune_claims(before).await {
            tracing::error!(%error, "old idempotency keys could not be forgotten");
        }
        read_directory(&gateway).await;
    }
}
