//! What belongs to no single payment: the books, the test cards, and starting over.

use axum::Json;
use axum::extract::State;
use gateway::{DEFAULT_CARD, RIGHT_PIN, TERMINAL_CARDS, TEST_CARDS, inspect};
use serde_json::{Map, Value, json};

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::view;

/// `GET balances`: every account, and what the accounts of a currency sum to, which is zero.
pub(crate) async fn balances(State(gateway): State<House>) -> Answer {
    let balances = gateway.balances().await?;
    let sums: Map<String, Value> = inspect::sums(&balances)
        .into_iter()
        .map(|(currency, sum)| (currency.code().to_owned(), sum.get().into()))
        .collect();
    let accounts: Vec<Value> = balances.iter().map(view::balance).collect();
    Ok(Json(json!({ "accounts": accounts, "sums": sums })))
}

/// `GET cards`: the test cards and what they do, on a page and at a terminal.
pub(crate) async fn cards() -> Answer {
    let cards: Vec<Value> = TEST_CARDS
        .iter()
        .map(|card| {
            json!({ "number": card.number, "effect": card.effect, "default": card.number == DEFAULT_CARD })
        })
        .collect();
    let terminal: Vec<Value> = TERMINAL_CARDS
        .iter()
        .map(|card| json!({ "number": card.number, "effect": card.effect, "brand": card.brand }))
        .collect();
    Ok(Json(json!({ "cards": cards, "terminal_cards": terminal, "pin": RIGHT_PIN })))
}

/// `POST reset`: forgets all payments. Merchants, shops, clients and the clock stay.
pub(crate) async fn reset(State(gateway): State<House>, members: Members) -> Answer {
    members.finish(&[])?;
    gateway.sandbox().ok_or(Problem::NoSuchPath)?.reset().await?;
    Ok(Json(json!({ "reset": true })))
}
