//! Waiting to be told that something has changed.

use store::{Signal, Topic};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

/// Waits for a signal, or for word that it may have been missed. False when the time is over before.
pub(crate) async fn heard(signals: &mut Receiver<Signal>, wanted: Signal, until: Instant) -> bool {
    loop {
        match tokio::time::timeout_at(until, signals.recv()).await {
            Err(_late) => return false,
            Ok(Err(RecvError::Closed)) => return false,
            Ok(Err(RecvError::Lagged(_)) | Ok(Signal { topic: Topic::Lost, .. })) => return true,
            Ok(Ok(signal)) if signal == wanted => return true,
            Ok(Ok(_)) => {}
        }
    }
}
