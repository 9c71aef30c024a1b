//! A shop written for GoPay meets Polytill. Section numbers are those of the wire digest that docs/gopay.md
//! is built on.

mod access;
mod cards;
mod create;
mod documents;
mod errors;
mod idempotency;
mod instruments;
mod life;
mod methods;
mod notifications;
mod preauthorisation;
mod qr_payment;
mod quirks;
mod recurrence;
mod refunds;
mod timers;
mod token;

use testkit::prelude::*;

/// A till with its demo shop and its buttons.
async fn sandbox() -> (Till, Shop, Sandbox) {
    let till = Till::sandbox().await;
    let (shop, buttons) = (till.shop(), till.sandbox_api());
    (till, shop, buttons)
}

/// The number of a payment that has been paid.
async fn paid(shop: &Shop, buttons: &Sandbox, changes: &Value) -> u64 {
    let id = shop.created(changes).await;
    buttons.pay(id).await.expect_status(200);
    id
}

/// The one error of an answer: its scope, field, code and name.
fn only_error(answer: &Answer) -> (String, Option<String>, i64, String) {
    let body = answer.json();
    let errors = body["errors"].as_array().unwrap_or_else(|| panic!("not an error: {body}"));
    assert_eq!(errors.len(), 1, "{body}");
    let text = |name: &str| errors[0][name].as_str().map(str::to_owned);
    (
        text("scope").unwrap(),
        text("field"),
        errors[0]["error_code"].as_i64().unwrap(),
        text("error_name").unwrap(),
    )
}

/// Status and error of an answer on one line, as stories compare it.
fn refusal(answer: &Answer) -> String {
    let (scope, field, code, name) = only_error(answer);
    let field = field.map(|field| format!(" {field}")).unwrap_or_default();
    format!("{} {scope}{field} {code} {name}", answer.status.as_u16())
}
