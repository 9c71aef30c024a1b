//! The device's door: a counter asks, a device answers, and the books agree (docs/terminal-protocol.md).

mod batches;
mod devices;
mod limits;
mod lost;
mod nodes;
mod pins;
mod protocol;
mod queue;
mod reconnect;
mod sales;
mod simulated;

use testkit::prelude::*;

/// What the acquirer owes, after everything: debit positive.
pub(crate) async fn acquirer(till: &Till) -> i64 {
    let balances = till.sandbox_api().balances().await.expect_status(200).json();
    for sum in balances["sums"].as_object().unwrap().values() {
        assert_eq!(sum, 0, "the books do not balance: {balances}");
    }
    let accounts = balances["accounts"].as_array().unwrap();
    accounts.iter().filter(|it| it["account"] == "acquirer").map(|it| it["amount"].as_i64().unwrap()).sum()
}

/// The events of a payment by name.
pub(crate) async fn history(till: &Till, payment: u64) -> Vec<String> {
    let shown = till.sandbox_api().payment(payment).await.expect_status(200).json();
    let events = shown["history"].as_array().unwrap().iter();
    events.map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}
