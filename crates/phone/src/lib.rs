//! The payer's door with a phone: the interface that plays a customer (docs/mobilepay-phone.md) and the app at `/phone`
//! that is a client of it and of nothing else.
//!
//! A request is read, [`Phones`] does what is asked, and the answer leaves when it is durable. A phone that listens is told
//! everything it shows, now and after every change, without anybody asking the database in between.
//!
//! What always holds: bodies, streams, their number and their life are bounded. It exists in a sandbox only.
//!
//! Deliberately absent: rules about payments and check-ins, which are the domain's, and the till's words.

mod answer;
mod assets;
mod house;
mod input;
mod live;
mod phones;
mod routes;
mod show;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, any, get, post};
use polytill_http::panic::PanicLayer;

pub use assets::{LANGUAGES, words};
pub use house::House;
pub use phones::{Changes, Phones};

use answer::Problem;
use live::Live;

/// The door's own settings.
#[derive(Clone, Default)]
pub struct Settings {
    /// What a request has to show; without one everybody may play.
    pub secret: Option<String>,
}

/// The door. Phones that listen are sent away when it is closed.
#[derive(Clone)]
pub struct Door {
    phones: Arc<dyn Phones>,
    settings: Arc<Settings>,
    live: Arc<Live>,
}

const ROOT: &str = "/pos/app/usersimulation";

const GET: &str = "GET, HEAD";
const POST: &str = "POST";

/// Every route below the root, and the methods it has.
fn routes() -> [(&'static str, &'static str, MethodRouter<Door>); 9] {
    [
        ("checkin", POST, post(routes::check_in)),
        ("acceptpayment", POST, post(routes::accept)),
        ("cancelpaymentbyuser", POST, post(routes::cancel)),
        ("leave", POST, post(routes::leave)),
        ("view", GET, get(routes::view)),
        ("phone", GET, get(routes::phone)),
        ("events", GET, get(routes::events)),
        ("customers", GET, get(routes::customers)),
        ("pointsofsale", GET, get(routes::points_of_sale)),
    ]
}

impl Door {
    /// Opens the door. Needs a runtime: somebody listens for changes from now on.
    #[must_use]
    pub fn open(phones: Arc<dyn Phones>, settings: Settings) -> Self {
        let live = Live::start(phones.changes());
        Self { phones, settings: Arc::new(settings), live }
    }

    pub fn router(&self) -> Router {
        let mut interface = Router::new();
        for (path, allowed, methods) in routes() {
            let methods = methods.fallback(move || async move { Problem::WrongMethod { allowed } });
            interface = interface.route(&format!("{ROOT}/{path}"), methods);
        }
        for rest in ["", "/", "/{*rest}"] {
            interface = interface.route(&format!("{ROOT}{rest}"), any(|| async { Problem::NoSuchPath }));
        }
        let guard = axum::middleware::from_fn_with_state(self.clone(), routes::guard);
        let interface = interface.layer(guard).layer(PanicLayer::new(answer::after_panic));
        interface.merge(assets::router()).with_state(self.clone())
    }

    /// Ends every stream, so that the server can stop.
    pub fn close(&self) {
        self.live.stop();
    }
}
