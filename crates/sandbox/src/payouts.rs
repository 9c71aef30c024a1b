//! Payouts looked at, and made at once.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use domain::{Currency, Payout, Shop, ShopId};
use serde_json::{Value, json};

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::view;

/// `GET shops/{goid}/payouts`: the latest hundred, newest first.
pub(crate) async fn list(State(gateway): State<House>, Path(shop): Path<String>) -> Answer {
    let shop = find(&gateway, &shop)?;
    let payouts = gateway.payouts(shop.id, None).await?;
    Ok(Json(payouts.iter().map(told).collect()))
}

/// `POST shops/{goid}/payouts`: everything the shop has goes to its bank. `null` when it has nothing.
pub(crate) async fn make(
    State(gateway): State<House>,
    Path(shop): Path<String>,
    mut members: Members,
) -> Answer {
    let shop = find(&gateway, &shop)?;
    let currency = members.text("currency")?.map_or(Ok(Currency::CZK), |code| code.parse());
    let currency = currency.map_err(|_| Problem::input("currency", "must be a currency such as CZK"))?;
    members.finish(&["currency"])?;
    let payout = gateway.pay_out(&shop, currency).await?;
    Ok(Json(payout.as_ref().map_or(Value::Null, told)))
}

fn find(gateway: &House, shop: &str) -> Result<Arc<Shop>, Problem> {
    let id = shop.parse().map(ShopId::new).map_err(|_| Problem::NoSuchPath)?;
    gateway.directory().shop(id).cloned().ok_or(Problem::NoSuchPath)
}

fn told(payout: &Payout) -> Value {
    json!({
        "payout": payout.id.get(),
        "number": payout.number,
        "amount": payout.money.amount.get(),
        "currency": payout.money.currency.code(),
        "day": payout.day,
        "from": view::time(payout.from),
        "until": view::time(payout.until),
        "made_at": view::time(payout.made_at),
    })
}
