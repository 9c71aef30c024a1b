//! What is counted about HTTP, by the names an operator sees.
//!
//! Labels have few values: the route as it is written in the router (never the path) and the class of the status. Handles
//! are made once per route and kept, since looking one up by its labels would cost more than counting. They belong to the
//! recorder that is installed when they are made, so a recorder is installed before anything is served.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use axum::http::StatusCode;
use metrics::{Counter, Gauge};
use parking_lot::RwLock;

/// Counter: answered requests, by `route` and `status` (`1xx` … `5xx`).
pub const REQUESTS: &str = "polytill_http_requests_total";
/// Gauge: requests being worked on.
pub const IN_FLIGHT: &str = "polytill_http_requests_in_flight";
/// Gauge: open connections.
pub const CONNECTIONS: &str = "polytill_http_connections";
/// Counter: connections closed at once because there were too many.
pub const CONNECTIONS_REFUSED: &str = "polytill_http_connections_refused_total";

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// Gives the recorder the descriptions it shows beside the names.
pub fn describe() {
    metrics::describe_counter!(REQUESTS, "Answered HTTP requests by route and class of status.");
    metrics::describe_gauge!(IN_FLIGHT, "HTTP requests being worked on.");
    metrics::describe_gauge!(CONNECTIONS, "Open HTTP connections.");
    metrics::describe_counter!(
        CONNECTIONS_REFUSED,
        "Connections closed at once because there were too many."
    );
}

/// The handles of the requests' metrics.
pub(crate) struct Meters {
    in_flight: Gauge,
    /// As many entries as the router has routes.
    by_route: RwLock<HashMap<Box<str>, [Counter; CLASSES.len()]>>,
}

impl Meters {
    pub(crate) fn new() -> Self {
        Self { in_flight: metrics::gauge!(IN_FLIGHT), by_route: RwLock::default() }
    }

    pub(crate) fn begin(self: &Arc<Self>) -> InFlight {
        self.in_flight.increment(1.0);
        InFlight(Arc::clone(self))
    }

    fn count(&self, route: &str, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).wrapping_sub(1);
        if let Some(counters) = self.by_route.read().get(route) {
            return counters.get(class).into_iter().for_each(|counter| counter.increment(1));
        }
        let counters =
            CLASSES.map(|class| metrics::counter!(REQUESTS, "route" => route.to_owned(), "status" => class));
        if let Some(counter) = counters.get(class) {
            counter.increment(1);
        }
        self.by_route.write().insert(route.into(), counters);
    }
}

/// A request being worked on; also when its client hangs up and its future is dropped, it is over.
pub(crate) struct InFlight(Arc<Meters>);

impl InFlight {
    pub(crate) fn answered(self, route: &str, status: StatusCode) {
        self.0.count(route, status);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.decrement(1.0);
    }
}

/// An open connection.
pub(crate) struct Open(Gauge);

pub(crate) fn connection_opened() -> Open {
    static CONNECTED: LazyLock<Gauge> = LazyLock::new(|| metrics::gauge!(CONNECTIONS));
    CONNECTED.increment(1.0);
    Open(CONNECTED.clone())
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

pub(crate) fn connection_refused() {
    metrics::counter!(CONNECTIONS_REFUSED).increment(1);
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use axum::{Router, body::Body, extract::Request, routing::get};
    use metrics::{CounterFn, GaugeFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
    use tower::ServiceExt;

    use super::*;
    use crate::request_id::RequestLayer;

    /// Writes down what is counted.
    #[derive(Clone, Default)]
    struct Notes(Arc<Mutex<HashMap<String, f64>>>);

    struct Note(String, Notes);

    impl Note {
        fn add(&self, by: f64) {
            *self.1.0.lock().unwrap().entry(self.0.clone()).or_default() += by;
        }
    }

    impl CounterFn for Note {
        fn increment(&self, value: u64) {
            self.add(f64::from(u32::try_from(value).unwrap()));
        }
        fn absolute(&self, _: u64) {}
    }

    impl GaugeFn for Note {
        fn increment(&self, value: f64) {
            self.add(value);
        }
        fn decrement(&self, value: f64) {
            self.add(-value);
        }
        fn set(&self, _: f64) {}
    }

    impl Notes {
        fn note(&self, key: &Key) -> Arc<Note> {
            let labels: Vec<_> =
                key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            Arc::new(Note(format!("{} {}", key.name(), labels.join(" ")).trim().to_owned(), self.clone()))
        }
    }

    impl Recorder for Notes {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            Counter::from_arc(self.note(key))
        }
        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::from_arc(self.note(key))
        }
        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> metrics::Histogram {
            metrics::Histogram::noop()
        }
    }

    #[test]
    fn requests_are_counted_by_route_and_class() {
        let notes = Notes::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        metrics::with_local_recorder(&notes, || {
            let router = Router::new()
                .route("/payment/{id}", get(|| async { "ok" }))
                .route("/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
                .route("/stuck", get(std::future::pending::<()>))
                .layer(RequestLayer::new());
            for path in ["/payment/1", "/payment/2?token=x", "/broken", "/elsewhere", "/and/elsewhere"] {
                let request = Request::get(path).body(Body::empty()).unwrap();
                runtime.block_on(router.clone().oneshot(request)).unwrap();
            }
            // A client that hangs up.
            drop(router.oneshot(Request::get("/stuck").body(Body::empty()).unwrap()));
        });
        let notes = notes.0.lock().unwrap();
        assert_eq!(notes[&format!("{REQUESTS} route=/payment/{{id}} status=2xx")], 2.0);
        assert_eq!(notes[&format!("{REQUESTS} route=/broken status=5xx")], 1.0);
        assert_eq!(notes[&format!("{REQUESTS} route=none status=4xx")], 2.0);
        assert_eq!(notes[IN_FLIGHT], 0.0);
    }
}
