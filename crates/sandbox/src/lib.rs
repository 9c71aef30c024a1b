//! The tester's door: every button of the payer, the issuer and the clock, as JSON below `/_sandbox/`.
//!
//! It presses the buttons that the payment page and the workers press: the same use cases of the gateway, no
//! way around them. An answer leaves after its effect is durable, so a test may look at once. An empty body
//! stands for the defaults, a member that is not known is refused by name, and no answer repeats what was sent.
//!
//! It exists in a sandbox only: [`router`] has nothing to give for a gateway that has no sandbox.
//! Deliberately absent: credentials. Whoever reaches a sandbox may play with it.

mod answer;
mod clock;
mod eet;
mod house;
mod input;
mod methods;
mod notifications;
mod on_file;
mod pages;
mod payments;
mod payouts;
mod states;
mod states_page;
mod terminals;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, any, get, post};
use gateway::Gateway;
use polytill_http::panic::PanicLayer;

use answer::Problem;
pub use pages::Base;

type House = Arc<Gateway>;

/// Every route below `/_sandbox`, with its method.
fn routes() -> Vec<(&'static str, MethodRouter<House>)> {
    vec![
        ("/payments/{id}", get(payments::show)),
        ("/payments/{id}/pay", post(payments::pay)),
        ("/payments/{id}/choose", post(methods::choose)),
        ("/payments/{id}/decline", post(payments::decline)),
        ("/payments/{id}/cancel", post(payments::cancel)),
        ("/payments/{id}/fault", post(payments::fault)),
        ("/payments/{id}/recurrence", get(on_file::recurrence)),
        ("/vault", get(on_file::vault)),
        ("/vault/rotate", post(on_file::rotate)),
        ("/clock", get(clock::show).post(clock::set)),
        ("/clock/advance", post(clock::advance)),
        ("/notifications", get(notifications::list)),
        ("/notifications/{id}/resend", post(notifications::resend)),
        ("/balances", get(house::balances)),
        ("/shops/{goid}/payouts", get(payouts::list).post(payouts::make)),
        ("/eet", post(eet::script)),
        ("/cards", get(house::cards)),
        ("/states", get(states_page::show)),
        ("/pages.css", get(pages::style)),
        ("/shop", get(pages::shop).post(pages::shop)),
        ("/terminals", get(terminals::list)),
        ("/terminals/{tid}", get(terminals::show)),
        ("/terminals/{tid}/tasks", get(terminals::tasks).post(terminals::create)),
        ("/terminals/{tid}/tasks/{id}", get(terminals::task).delete(terminals::cancel)),
        ("/terminals/{tid}/batches", get(terminals::batches)),
        ("/terminals/{tid}/batches/{number}", get(terminals::batch)),
        ("/terminals/{tid}/present", post(terminals::present)),
        ("/terminals/{tid}/abort", post(terminals::abort)),
        ("/terminals/{tid}/offline", post(terminals::offline)),
        ("/terminals/{tid}/online", post(terminals::online)),
        ("/terminals/{tid}/next-outcome", post(terminals::next_outcome)),
        ("/reset", post(house::reset)),
    ]
}

/// The door, if the gateway is a sandbox's. The start page tells of `bases`.
#[must_use]
pub fn router(gateway: &Arc<Gateway>, bases: Vec<Base>) -> Option<Router> {
    gateway.sandbox()?;
    let start = get(async move || pages::start(&bases)).fallback(|| async { Problem::MethodNotAllowed });
    let mut router = Router::new().route("/", start);
    for (path, methods) in routes() {
        let methods = methods.fallback(|| async { Problem::MethodNotAllowed });
        router = router.route(&format!("/_sandbox{path}"), methods);
    }
    for rest in ["/_sandbox", "/_sandbox/", "/_sandbox/{*rest}"] {
        router = router.route(rest, any(|| async { Problem::NoSuchPath }));
    }
    let router = router.layer(PanicLayer::new(answer::after_panic));
    Some(router.with_state(Arc::clone(gateway)))
}
