//! A cash register written for Comgate's terminal API (comgate.md §4).
//!
//! It speaks the public door and returns the whole [`Answer`]: what is asserted is the story's business.

use crate::http::{Answer, Client};
use base64::prelude::{BASE64_STANDARD, Engine};
use http::Method;
use serde_json::{Value, json};

const JSON: (&str, &str) = ("Content-Type", "application/json");

/// A register with its login.
#[derive(Clone, Debug)]
pub struct Register {
    client: Client,
    authorization: String,
    idempotency_key: Option<String>,
}

impl Register {
    /// A register with this login, on this server.
    #[must_use]
    pub fn new(client: Client, login: &str, secret: &str) -> Self {
        let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("{login}:{secret}")));
        Self { client, authorization, idempotency_key: None }
    }

    /// The sandbox's demo register, with the login that Comgate's own documents show.
    #[must_use]
    pub fn demo(client: Client) -> Self {
        Self::new(client, "123456", "gx4q8OV3TJt6noJnfhjqJKyX3z6Ych0y")
    }

    /// The same register, whose POSTs carry this `Idempotency-Key`.
    #[must_use]
    pub fn keyed(&self, key: impl Into<String>) -> Self {
        Self { idempotency_key: Some(key.into()), ..self.clone() }
    }

    /// The header it logs in with.
    #[must_use]
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// Any call below `/v2.0/`.
    pub async fn call(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        let mut headers = vec![("Authorization", self.authorization.as_str())];
        headers.extend(body.as_ref().map(|_| JSON));
        if let Some(key) = &self.idempotency_key {
            headers.push(("Idempotency-Key", key));
        }
        self.client.send(method, &format!("/v2.0/{path}"), &headers, body.unwrap_or_default()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body.to_string())).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// A payment of so many hellers.
    pub async fn pay(&self, price: i64) -> Answer {
        self.post("terminalPayment.json", &json!({"price": price, "curr": "CZK", "refId": "2010102600"}))
            .await
    }

    /// The same, for the name of one that must be begun.
    pub async fn paying(&self, price: i64) -> String {
        let answer = self.pay(price).await.expect_status(200).json();
        answer["transId"].as_str().unwrap_or_else(|| panic!("not begun: {answer}")).to_owned()
    }

    pub async fn status(&self, trans_id: &str) -> Answer {
        self.get(&format!("terminalPayment/transId/{trans_id}.json")).await
    }

    /// Waits until a payment is no longer pending, and returns its status.
    pub async fn over(&self, trans_id: &str) -> Value {
        let path = format!("terminalPayment/transId/{trans_id}.json");
        self.over_at(&path).await
    }

    /// The same for a payment or a refund by its path.
    pub async fn over_at(&self, path: &str) -> Value {
        let waiting = async {
            loop {
                let status = self.get(path).await.expect_status(200).json();
                assert_eq!(status["code"], 0, "{status}");
                if status["status"] != "PENDING" {
                    return status;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(crate::PATIENCE, waiting).await.expect("pending for ever")
    }

    pub async fn cancel(&self, trans_id: &str) -> Answer {
        self.call(Method::DELETE, &format!("terminalPayment/transId/{trans_id}.json"), None).await
    }

    pub async fn refund(&self, price: i64) -> Answer {
        self.post("terminalRefund.json", &json!({"price": price, "curr": "CZK"})).await
    }

    pub async fn close(&self) -> Answer {
        self.call(Method::POST, "terminalClosing.json", None).await
    }
}
