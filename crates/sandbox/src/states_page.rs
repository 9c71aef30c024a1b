//! `GET /_sandbox/states`: one page for the tester, every sub-state and how to bring it about. HTML for people, and
//! the same as JSON for whoever asks for JSON.

use std::fmt::Write as _;

use axum::Json;
use axum::response::{IntoResponse, Response};
use gateway::{Behaviour, TEST_CARDS};
use http::HeaderMap;
use http::header::ACCEPT;
use serde_json::{Value, json};

use crate::pages;
use crate::states::{ALL, SubState, Way};

impl Way {
    /// What to call below `/_sandbox`, and with which body.
    fn call(self, state: &SubState) -> (&'static str, Value) {
        let name = state.name();
        let with = |method: &str| {
            if method.is_empty() {
                json!({ "sub_state": name })
            } else {
                json!({ "method": method, "sub_state": name })
            }
        };
        match self {
            Self::Choose(method) => ("payments/{id}/choose", with(method)),
            Self::Pay(method) => ("payments/{id}/pay", with(method)),
            Self::Decline => ("payments/{id}/decline", with("")),
            Self::Expire => ("clock/advance", json!({ "by": "PT13H" })),
            Self::Cancel => ("payments/{id}/cancel", json!({})),
            Self::CancelByMerchant => ("payments/{id}/cancel", json!({ "by": "merchant" })),
        }
    }
}

/// The sub-states that GoPay's door gives an issuer's reasons: several sub-states share a reason, one is shown.
const BY_CARD: [u16; 14] =
    [5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009, 5010, 5022, 5035, 5036, 5039, 5041];

/// Test cards that end so by themselves.
fn cards(state: &SubState) -> Vec<&'static str> {
    let own = |behaviour| match behaviour {
        Behaviour::Decline(reason) => Some(reason),
        Behaviour::AuthenticationRefused => Some(domain::DeclineReason::ThreeDSecureFailed),
        Behaviour::Approve | Behaviour::Challenge | Behaviour::AnswerLost | Behaviour::QuestionLost => None,
    };
    if !BY_CARD.contains(&state.code) {
        return vec![];
    }
    TEST_CARDS.iter().filter(|card| own(card.behaviour) == state.reason).map(|card| card.number).collect()
}

/// Endings of the amount that decline by themselves.
fn amount(state: &SubState) -> Option<&'static str> {
    (state.code == 5003).then_some("04")
}

pub(crate) async fn show(headers: HeaderMap) -> Response {
    let wants_json =
        headers.get(ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    if wants_json {
        return Json(json!({ "sub_states": ALL.iter().map(row).collect::<Vec<_>>() })).into_response();
    }
    pages::page("Sub-states of the sandbox", &table())
}

fn row(state: &SubState) -> Value {
    let (path, body) = state.way.call(state);
    json!({ "sub_state": state.name(), "meaning": state.meaning, "post": format!("/_sandbox/{path}"),
        "body": body, "cards": cards(state), "amount_ending": amount(state) })
}

fn table() -> String {
    let mut rows = String::new();
    for state in ALL {
        let (path, body) = state.way.call(state);
        let mut otherwise: Vec<String> =
            cards(state).iter().map(|number| format!("card <code>{number}</code>")).collect();
        otherwise.extend(amount(state).map(|ending| format!("an amount ending in <code>{ending}</code>")));
        let otherwise =
            if otherwise.is_empty() { String::new() } else { format!("<br>or {}", otherwise.join(" or ")) };
        let body = body.to_string().replace('&', "&amp;").replace('<', "&lt;");
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td><code>POST {path}</code> \
             <code>{body}</code>{otherwise}</td></tr>",
            state.name(),
            state.meaning,
        );
    }
    format!(
        "<h1>Sub-states</h1>\
         <p>Every sub-state a payment can show, and how to bring it about. Paths stand below \
         <code>/_sandbox/</code>; <code>{{id}}</code> is a new payment's id.</p>\
         <div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Sub-states\"><table><thead><tr>\
         <th scope=\"col\">Sub-state</th><th scope=\"col\">Meaning</th><th scope=\"col\">How to reach it</th>\
         </tr></thead><tbody>\n{rows}</tbody></table></div>"
    )
}
