//! What it costs to have many payments stored: they are created through the door, then the loads are
//! repeated.

use crate::Failure;
use crate::load::{self, Load, Outcome, Until};
use crate::till::Measured;
use std::sync::Arc;

/// How many ids a status load goes round.
const SAMPLE: u64 = 4096;

/// Fills the till with so many payments, as fast as it takes them; a sample of their ids comes back. A
/// refused payment ends the filling: its figures would be those of another load.
pub(crate) async fn fill(till: &Measured, connections: usize, payments: u64) -> Result<Vec<u64>, Failure> {
    let load = creates(till, connections, (payments / SAMPLE).max(1));
    let filled = load::run(&load, Until::Count(payments)).await?;
    match filled.complaint {
        None => Ok(filled.ids),
        Some(complaint) => Err(format!("filling stopped after {} payments: {complaint}", filled.done).into()),
    }
}

/// The load of creates, keeping every so-manieth id of a connection.
pub(crate) fn creates(till: &Measured, connections: usize, keep_ids: u64) -> Load {
    // Nobody listens there and nobody pays: a created payment announces nothing.
    let requests = Arc::from([till.create("http://127.0.0.1:9/n")]);
    Load { server: till.address(), connections, requests, keep_ids }
}

/// The load of status reads over these payments.
pub(crate) async fn statuses(
    till: &Measured,
    connections: usize,
    ids: &[u64],
    until: Until,
) -> Result<Outcome, Failure> {
    if ids.is_empty() {
        return Err("no payment was created that could be asked about".into());
    }
    let requests: Vec<Vec<u8>> = ids.iter().map(|&id| till.status(id)).collect();
    load::run(&Load { server: till.address(), connections, requests: requests.into(), keep_ids: 0 }, until)
        .await
}
