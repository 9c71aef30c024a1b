//! Pages for the person in front of a sandbox: where to begin, and the shop that a payer comes back to when there is
//! none yet. They need no script, and they show no credentials: these are printed where the server was started.

use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use domain::{MoneyState, Payment};
use gateway::TEST_CARDS;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use polytill_http::form;

use crate::{House, payments};

const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";

/// A page of this door; `main` is HTML.
pub(crate) fn page(title: &str, main: &str) -> Response {
    let headers =
        [(CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    let text = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/_sandbox/pages.css\"></head><body><main>{main}</main></body></html>\n"
    );
    (headers, Html(text)).into_response()
}

/// `GET /_sandbox/pages.css`
pub(crate) async fn style() -> Response {
    const STYLE: &str = include_str!("pages.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-store")], STYLE).into_response()
}

/// An interface that clients call, as the start page tells of it.
#[derive(Debug, Clone)]
pub struct Base {
    pub name: &'static str,
    pub path: String,
    /// A page that lists its operations.
    pub help: Option<String>,
}

impl Base {
    fn row(&self) -> String {
        let Self { name, path, help } = self;
        let more =
            help.as_ref().map(|page| format!(" <a href=\"{page}\">Operations</a>")).unwrap_or_default();
        format!("<tr><th scope=\"row\">{name}</th><td><code>{path}</code>{more}</td></tr>")
    }
}

/// `GET /`: what there is, and where.
pub(crate) fn start(bases: &[Base]) -> Response {
    const PLACES: [(&str, &str, &str); 6] = [
        ("/terminal", "Card terminal", "be the terminal of a cash register, with cards and a PIN pad"),
        ("/phone", "Phone", "be a customer who pays at a till"),
        ("/_sandbox/states", "Sub-states", "every way a GoPay payment can end, and how to bring it about"),
        ("/_sandbox/cards", "Test cards", "on the payment page and at a terminal"),
        ("/_sandbox/balances", "Ledger", "the balance of every account"),
        ("/_sandbox/clock", "Clock", "which a test can move"),
    ];
    let doors: String = bases.iter().map(Base::row).collect();
    let places: String = PLACES
        .iter()
        .map(|(path, name, what)| {
            format!("<tr><th scope=\"row\"><a href=\"{path}\">{name}</a></th><td>{what}</td></tr>")
        })
        .collect();
    let cards: String = TEST_CARDS
        .iter()
        .map(|card| {
            format!("<tr><th scope=\"row\"><code>{}</code></th><td>{}</td></tr>", card.number, card.effect)
        })
        .collect();
    let table = |label: &str, rows: &str| {
        format!(
            "<h2>{label}</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table><tbody>{rows}</tbody></table></div>"
        )
    };
    page(
        "Polytill, a sandbox",
        &format!(
            "<h1>Polytill</h1><p>This is a sandbox: no money moves. The demo credentials and the first calls are \
             printed where the server was started.</p>{}{}{}",
            table("Where to look", &places),
            table("Where clients call", &doors),
            table("Test cards, with any code and any expiry to come", &cards),
        ),
    )
}

/// `/_sandbox/shop?id=…`: stands in for a shop: payers come back to it, and it takes every notification.
pub(crate) async fn shop(State(gateway): State<House>, RawQuery(query): RawQuery) -> Response {
    let pairs = form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let found = match form::last(&pairs, "id") {
        Some(id) => payments::find(&gateway, id).await.ok(),
        None => None,
    };
    let standing = found.as_ref().map(standing).unwrap_or_default();
    page(
        "A shop",
        &format!(
            "<h1>Here your shop takes over</h1>{standing}<p>This page stands in for it: give your own addresses as \
             <code>return_url</code> and <code>notification_url</code>.</p>"
        ),
    )
}

fn standing(payment: &Payment) -> String {
    let state = match payment.money {
        MoneyState::Open => "is not paid yet",
        MoneyState::Authorized => "is authorised",
        MoneyState::Captured if payment.refunded.is_positive() => "was paid and refunded, at least in part",
        MoneyState::Captured => "is paid",
        MoneyState::Closed(_) => "is over and was not paid",
    };
    let id = payment.id.get();
    format!(
        "<p>Payment <code>{id}</code> {state}. <a href=\"/_sandbox/payments/{id}\">All that is known of it</a></p>"
    )
}
