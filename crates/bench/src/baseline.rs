//! The bare endpoint: what HTTP and JSON alone cost with the very libraries Polytill is built on.
//!
//! POST decodes a create request into types and encodes it again; GET answers fixed bytes of a status
//! answer's size. No credentials, no rules, no database: nothing that answers these requests can be faster by
//! much.

use crate::Failure;
use axum::Router;
use axum::body::Bytes;
use axum::http::{StatusCode, header::CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::net::SocketAddr;
use tokio::net::TcpListener;

pub(crate) const CREATE_PATH: &str = "/api/payments/payment";
pub(crate) const STATUS_PATH: &str = "/api/payments/payment/3000000001";

const STATUS: &str = r#"{"id":3000000001,"order_number":"001","state":"PAID","payment_instrument":"PAYMENT_CARD","amount":10000,"currency":"CZK","payer":{"allowed_payment_instruments":["PAYMENT_CARD"],"default_payment_instrument":"PAYMENT_CARD","payment_card":{"card_number":"444444******4448","card_expiration":"3012","card_brand":"VISA","card_issuer_country":"POL","card_issuer_bank":"TEST BANK"},"contact":{"first_name":"Zbynek","last_name":"Zak","email":"zbynek.zak@example.com","country_code":"POL"}},"target":{"type":"ACCOUNT","goid":8123456789},"lang":"cs","gw_url":"http://127.0.0.1:8480/gw/v3/0123456789abcdef0123456789abcdef"}"#;

#[derive(Debug, Serialize, Deserialize)]
struct Payment {
    payer: Payer,
    target: Target,
    #[serde(default)]
    items: Vec<Item>,
    amount: i64,
    currency: String,
    order_number: String,
    order_description: Option<String>,
    lang: Option<String>,
    callback: Option<Callback>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Payer {
    allowed_payment_instruments: Vec<String>,
    default_payment_instrument: Option<String>,
    contact: Contact,
}

#[derive(Debug, Serialize, Deserialize)]
struct Contact {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Target {
    r#type: String,
    goid: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Item {
    r#type: String,
    name: String,
    amount: i64,
    count: i64,
    vat_rate: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Callback {
    return_url: Option<String>,
    notification_url: Option<String>,
}

async fn create(body: Bytes) -> impl IntoResponse {
    let encoded = serde_json::from_slice::<Payment>(&body).and_then(|payment| serde_json::to_vec(&payment));
    match encoded {
        Ok(payment) => (StatusCode::OK, [(CONTENT_TYPE, "application/json")], payment),
        Err(error) => (StatusCode::CONFLICT, [(CONTENT_TYPE, "text/plain")], error.to_string().into_bytes()),
    }
}

async fn status() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], STATUS)
}

fn routes() -> Router {
    Router::new().route(CREATE_PATH, post(create)).route("/api/payments/payment/{id}", get(status))
}

/// Serves until the process is killed, on as many threads as there are cores, as Polytill does.
pub(crate) fn serve(listen: SocketAddr) -> Result<(), Failure> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind(listen).await?;
        println!("listening on http://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        Ok(axum::serve(listener, routes()).await?)
    })
}

/// The same inside a test.
#[cfg(test)]
pub(crate) async fn start_in_process() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, routes()).await });
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::gopay::{DEMO_SHOP, Shop};
    use testkit::http::Client;

    #[tokio::test]
    async fn it_decodes_and_encodes_the_request_that_polytill_is_measured_with() {
        let client = Client::new(start_in_process().await);
        let payment =
            Shop::new(client.clone(), DEMO_SHOP).payment(&crate::till::callback("http://127.0.0.1:1/n"));
        let answer = client.post_json(CREATE_PATH, &payment).await.expect_status(200);
        assert_eq!(answer.json(), payment);
        assert_eq!(client.get(STATUS_PATH).await.expect_status(200).json()["state"], "PAID");
        assert_eq!(client.post_json(CREATE_PATH, &serde_json::json!({})).await.status, 409);
    }
}
