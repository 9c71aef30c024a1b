//! A shop written for GoPay meets Polytill. Section numbers are those of the wire digest that docs/gopay.md
//! is built on.

mod access;
mod cards;
mod coverage;
mod create;
mod documents;
mod eet;
mod errors;
mod idempotency;
mod instruments;
mod knobs;
mod life;
mod methods;
mod notifications;
mod preauthorisation;
mod qr_payment;
mod quirks;
mod recurrence;
mod refunds;
mod statements;
mod timers;
mod token;
mod vectors;

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

/// The names of the members of an object, in the order in which they were sent: a parsed object has forgotten it.
fn names_in_order(answer: &str, member: Option<&str>) -> Vec<String> {
    let start = member.map_or(0, |member| {
        let named = format!("\"{member}\":");
        answer.find(&named).unwrap_or_else(|| panic!("no {member} in {answer}")) + named.len()
    });
    let (mut depth, mut names, mut rest) = (0, Vec::new(), &answer[start..]);
    while let Some(next) = rest.chars().next() {
        match next {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            '"' => {
                let end = rest[1..].find('"').expect("a text ends") + 1;
                if depth == 1 && rest[end + 1..].starts_with(':') {
                    names.push(rest[1..end].to_owned());
                }
                rest = &rest[end..];
            }
            _ => {}
        }
        rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        if depth == 0 {
            break;
        }
    }
    names
}

/// Status and error of an answer on one line, as stories compare it.
fn refusal(answer: &Answer) -> String {
    let (scope, field, code, name) = only_error(answer);
    let field = field.map(|field| format!(" {field}")).unwrap_or_default();
    format!("{} {scope}{field} {code} {name}", answer.status.as_u16())
}
