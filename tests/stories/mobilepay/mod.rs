//! A cinema's point of sale written for Integra's MobilePay API meets Polytill, and a customer's phone. Section numbers
//! are those of the wire digest that docs/mobilepay.md is built on.

mod access;
mod amounts;
mod formats;
mod manage;
mod nodes;
mod phone;
mod races;
mod refunds;
mod refusals;
mod replaced;
mod scripts;
mod timers;
mod unlucky;

use testkit::prelude::*;

/// A till, the demo cinemas, and the beacon of their terminal 1, which has a point of sale.
async fn cinema() -> (Till, Cinema, String) {
    on(Backend::Sqlite).await
}

async fn on(backend: Backend) -> (Till, Cinema, String) {
    let till = Till::sandbox_on(backend).await;
    let cinema = Cinema::demo(till.client().clone());
    let beacon = cinema.open("1").await;
    (till, cinema, beacon)
}

/// The usual customer.
fn astrid(till: &Till) -> Payer {
    Payer::danish(till.client().clone(), "01")
}

/// A payment of 95.00 that the usual customer has approved.
async fn reserved(till: &Till, cinema: &Cinema, beacon: &str, order: &str) -> String {
    let payment = cinema.start("1", order, "95.00").await;
    let payer = astrid(till);
    payer.check_in(beacon).await;
    payer.accept(beacon).await;
    assert_eq!(cinema.status(&payment).await, "Reserved");
    payment
}

/// What the sandbox calls the payment of an order.
async fn number(till: &Till, order: &str) -> u64 {
    for number in 3_000_000_001..3_000_000_100 {
        let found = till.sandbox_api().payment(number).await;
        if found.status == 200 && found.json()["payment"]["order_number"] == order {
            return number;
        }
    }
    panic!("no payment of order {order}")
}

/// The same, captured.
async fn captured(till: &Till, cinema: &Cinema, beacon: &str, order: &str) -> String {
    let payment = reserved(till, cinema, beacon, order).await;
    cinema.capture(&payment).await;
    payment
}
