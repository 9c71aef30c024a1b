//! Hearing what other nodes signal: one connection that listens, for as long as the store is open.
//!
//! When it is lost it is looked for again, with a pause, until the store is closed; what was signalled meanwhile is not known,
//! so listeners are then told to look at everything again. A database without `LISTEN` is told of once, and
//! signals stay on their node.

use std::future::poll_fn;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Config, Error, NoTls};

use super::failure::describe;
use crate::signal::{Signal, Signals};

const PAUSE: Duration = Duration::from_millis(500);
/// How long the database may take to begin to listen before it is tried again.
const PATIENCE: Duration = Duration::from_secs(10);

/// Stops listening when it is closed or dropped.
pub(super) struct Listener {
    open: watch::Sender<bool>,
}

impl Listener {
    /// Starts to listen, and returns when it does: nothing that is signalled from then on is missed.
    pub(super) async fn start(config: Config, signals: Signals) -> Self {
        let (open, mut closed) = watch::channel(true);
        let (ready, mut listening) = watch::channel(false);
        tokio::spawn(async move {
            tokio::select! {
                () = listen_for_ever(config, signals, ready) => {}
                _ = closed.wait_for(|open| !open) => {}
            }
        });
        // An error means that this database does not know how.
        let _ = listening.wait_for(|ready| *ready).await;
        Self { open }
    }

    pub(super) fn close(&self) {
        self.open.send_replace(false);
    }
}

async fn listen_for_ever(config: Config, signals: Signals, ready: watch::Sender<bool>) {
    loop {
        match listen(&config, &signals, &ready).await {
            Err(error) if is_unknown(&error) => {
                tracing::warn!("the database cannot signal: nodes hear of each other's work when they look");
                return;
            }
            Err(error) => tracing::debug!(error = describe(&error), "not listening to other nodes"),
            Ok(()) => {}
        }
        // The first try must not keep the store from opening.
        ready.send_replace(true);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Listens until the connection ends.
async fn listen(config: &Config, signals: &Signals, ready: &watch::Sender<bool>) -> Result<(), Error> {
    let (client, mut connection) = config.connect(NoTls).await?;
    let mut starting = std::pin::pin!(timeout(PATIENCE, client.batch_execute("LISTEN polytill")));
    let mut started = false;
    loop {
        let message = tokio::select! {
            begun = &mut starting, if !started => {
                let Ok(begun) = begun else { return Ok(()) };
                begun?;
                started = true;
                signals.tell(Signal::LOST);
                ready.send_replace(true);
                continue;
            }
            message = poll_fn(|context| connection.poll_message(context)) => message,
        };
        match message {
            Some(Ok(AsyncMessage::Notification(note))) => {
                signals.tell(Signal::parse(note.payload()).unwrap_or(Signal::LOST));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error),
            None => return Ok(()),
        }
    }
}

fn is_unknown(error: &Error) -> bool {
    error
        .code()
        .is_some_and(|code| *code == SqlState::SYNTAX_ERROR || *code == SqlState::FEATURE_NOT_SUPPORTED)
}
