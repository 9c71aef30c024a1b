//! The device's door: card terminals that dial out, keep a WebSocket open and are told what to do
//! (docs/terminal-protocol.md), a simulated device that plays one, and a page that is one in a browser.
//!
//! Every device goes the same way: a [`session`] that knows no socket, behind a [`socket`] or beside the simulated
//! device. What a device is told is read from the gateway each time something may have changed.
//!
//! What always holds: connections are bounded, of one terminal and of all; so are frames, waits and bad messages. No card
//! number, PIN or key is in an answer, an error or the log.
//!
//! Deliberately absent: rules about payments and tasks, which are the domain's, and the words of registers.

mod page;
mod page_assets;
mod session;
mod simulated;
mod socket;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};
use gateway::Gateway;
use polytill_http::peer::Peer;
use polytill_http::throttle::{LoginThrottle, ThrottleLimits};
use serde_json::json;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// The protocol's version.
const VERSION: u32 = 1;
/// How often a device says that it is there, and how long it may say nothing.
const HEARTBEAT: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(60);
/// Bytes of a message, fragments together.
const LARGEST_MESSAGE: usize = 16 * 1_024;
/// Kept for every connection, however idle; a larger message makes it grow for a while.
const READ_BUFFER: usize = 1_024;
/// How long the simulated devices may take to be there.
const ENTER_WITHIN: Duration = Duration::from_secs(3);
/// How long devices may take to take leave when the server goes down.
const LEAVE_WITHIN: Duration = Duration::from_secs(3);

/// The door. Devices come in through its router and leave when it is closed.
#[derive(Clone)]
pub struct Door {
    gateway: Arc<Gateway>,
    throttle: Arc<LoginThrottle>,
    /// One for each connection that may be open.
    places: Arc<Semaphore>,
    most: u32,
    stop: Arc<watch::Sender<bool>>,
}

impl Door {
    /// A door for so many connections at a time.
    #[must_use]
    pub fn new(gateway: Arc<Gateway>, most: u32) -> Self {
        Self {
            gateway,
            throttle: Arc::new(LoginThrottle::new(ThrottleLimits::default())),
            places: Arc::new(Semaphore::new(
                usize::try_from(most).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS),
            )),
            most,
            stop: Arc::new(watch::channel(false).0),
        }
    }

    pub fn router(&self) -> Router {
        Router::new()
            .route("/terminal/v1", get(connect))
            .route("/terminal/v1/{*rest}", any(|| async { StatusCode::NOT_FOUND }))
            .merge(page::router(self))
            .with_state(self.clone())
    }

    /// Lets the built-in device be every terminal that is set up so and that nobody else is. In a sandbox only.
    ///
    /// When this returns they are there, unless that takes too long.
    pub async fn simulate(&self) -> Vec<JoinHandle<()>> {
        if self.gateway.sandbox().is_none() {
            return vec![];
        }
        let directory = self.gateway.directory();
        let (tried, mut trying) = tokio::sync::mpsc::channel::<()>(1);
        let mut devices = Vec::new();
        for terminal in directory.terminals().filter(|terminal| terminal.simulated.is_some()) {
            let gateway = Arc::clone(&self.gateway);
            let device = simulated::Device::new(gateway, terminal.id, self.stop.subscribe());
            devices.push(tokio::spawn(device.run(tried.clone())));
        }
        drop(tried);
        // Each lets its end go when it has tried once, and then there is nothing more to receive.
        let _ = tokio::time::timeout(ENTER_WITHIN, trying.recv()).await;
        devices
    }

    /// Sends every device away and waits until they are gone, or for a moment.
    pub async fn close(&self) {
        self.stop.send_replace(true);
        let all = self.places.acquire_many(self.most);
        if tokio::time::timeout(LEAVE_WITHIN, all).await.is_err() {
            tracing::warn!("some devices did not take leave in time");
        }
    }
}

/// Returns when the server stops, or whoever would say so is gone.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stopping| *stopping).await;
}

async fn connect(
    State(door): State<Door>,
    peer: Option<Extension<Peer>>,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return (rejection.status(), no("this is a WebSocket")).into_response(),
    };
    let Some(Extension(peer)) = peer else {
        return (StatusCode::INTERNAL_SERVER_ERROR, no("the server is not set up for devices"))
            .into_response();
    };
    let Ok(place) = Arc::clone(&door.places).try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, no("too many devices are connected")).into_response();
    };
    let connection = socket::Connection {
        gateway: Arc::clone(&door.gateway),
        throttle: Arc::clone(&door.throttle),
        peer,
        stopping: door.stop.subscribe(),
    };
    upgrade
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(4 * LARGEST_MESSAGE)
        .on_upgrade(move |socket| async move {
            let _counted = Counted::new();
            connection.run(socket).await;
            drop(place);
        })
}

/// A connection in the metrics, until it is dropped.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("polytill_terminal_connections").increment(1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("polytill_terminal_connections").decrement(1);
    }
}

fn no(message: &str) -> Json<serde_json::Value> {
    Json(json!({ "error": message }))
}
