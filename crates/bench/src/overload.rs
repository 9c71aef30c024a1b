//! More than the store takes: how fast it says so, and how soon everything is as before.
//!
//! The server gets a queue of a few changes and many times as many clients that ask without a pause. A refusal
//! counts when it is one that shops' clients understand: 409, with a body and a `Retry-After`. When the load has
//! ended one client goes on; the recovery is the time until a run of its creates has succeeded without a refusal.

use crate::Failure;
use crate::histogram::Histogram;
use crate::till::Measured;
use crate::wire::Connection;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Changes that may wait in the server's queue, and clients that want to.
pub(crate) const QUEUE: &str = "8";
const CLIENTS: usize = 256;
/// Creates in a row that show that the server has recovered.
const IN_A_ROW: u32 = 50;
/// After so long without recovery there is none.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of the load.
pub(crate) struct Overload {
    pub(crate) done: u64,
    pub(crate) refusals: Histogram,
    pub(crate) refused: u64,
    pub(crate) errors: u64,
    pub(crate) complaint: Option<String>,
    pub(crate) recovery: Option<Duration>,
}

enum Answered {
    Done,
    Refused,
}

/// Loads the server for so long, and waits for it to recover.
pub(crate) async fn run(till: &Measured, load: Duration) -> Result<Overload, Failure> {
    let request: Arc<[u8]> = till.create("http://127.0.0.1:9/n").into();
    let until = Instant::now() + load;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(client(till.address(), Arc::clone(&request), until));
    }
    let (done, refused, errors, complaint) = (0, 0, 0, None);
    let mut total = Overload { done, refusals: Histogram::new(), refused, errors, complaint, recovery: None };
    while let Some(client) = clients.join_next().await {
        let client = client?;
        total.done += client.done;
        total.refused += client.refused;
        total.errors += client.errors;
        total.refusals.merge(&client.refusals);
        total.complaint = total.complaint.take().or(client.complaint);
    }
    total.recovery = recovery(till.address(), &request).await?;
    Ok(total)
}

async fn client(server: SocketAddr, request: Arc<[u8]>, until: Instant) -> Overload {
    let (done, refused, errors, complaint) = (0, 0, 0, None);
    let mut own = Overload { done, refusals: Histogram::new(), refused, errors, complaint, recovery: None };
    let mut connection = None;
    while Instant::now() < until {
        let sent = Instant::now();
        match exchange(&mut connection, server, &request).await {
            Ok(Answered::Done) => own.done += 1,
            Ok(Answered::Refused) => {
                own.refused += 1;
                own.refusals.record(sent.elapsed());
            }
            Err(failure) => {
                own.errors += 1;
                own.complaint.get_or_insert_with(|| failure.to_string());
                return own;
            }
        }
    }
    own
}

/// How long after the load creates succeed again, one after the other.
async fn recovery(server: SocketAddr, request: &[u8]) -> Result<Option<Duration>, Failure> {
    let ended = Instant::now();
    let (mut connection, mut in_a_row) = (None, 0);
    while ended.elapsed() < PATIENCE {
        match exchange(&mut connection, server, request).await? {
            Answered::Done => in_a_row += 1,
            Answered::Refused => in_a_row = 0,
        }
        if in_a_row == IN_A_ROW {
            // The run itself takes time as well: it counts, since only its end shows that it held.
            return Ok(Some(ended.elapsed()));
        }
    }
    Ok(None)
}

async fn exchange(
    connection: &mut Option<Connection>,
    server: SocketAddr,
    request: &[u8],
) -> Result<Answered, Failure> {
    let open = match connection {
        Some(open) => open,
        None => connection.insert(Connection::open(server).await?),
    };
    let answer = open.exchange(request).await?;
    let says = |text: &[u8]| answer.head.to_ascii_lowercase().windows(text.len()).any(|part| part == text);
    match answer.status {
        200 => Ok(Answered::Done),
        409 if says(b"\nretry-after:") && answer.body.starts_with(b"{") => Ok(Answered::Refused),
        other => Err(format!("{other}: {}", String::from_utf8_lossy(answer.body)).into()),
    }
}
