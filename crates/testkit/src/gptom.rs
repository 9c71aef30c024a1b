//! A cash register written for GP tom's Cloud API (gptom.md): it gets a token, creates tasks and asks what became of them.
//!
//! It speaks the public door and returns the whole [`Answer`]: what is asserted is the story's business.

use crate::http::{Answer, Client, form};
use base64::prelude::{BASE64_STANDARD, Engine};
use http::Method;
use serde_json::{Value, json};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-Type", "application/json");

/// The sandbox's demo people and the program that asks for their tokens.
pub const PROGRAM: (&str, &str) = ("pos-demo", "demo-secret");
pub const CASHIER: &str = "till@example.com";
pub const MASTER: &str = "master@example.com";
pub const PASSWORD: &str = "demo-password";

/// Asks for a token; the program's pair is `name` and `secret`.
pub async fn token(
    client: &Client,
    path: &str,
    (name, secret): (&str, &str),
    fields: &[(&str, &str)],
) -> Answer {
    let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("{name}:{secret}")));
    let headers = [("Authorization", authorization.as_str()), FORM];
    client.send(Method::POST, path, &headers, form(fields)).await
}

/// A register that has its token.
#[derive(Clone, Debug)]
pub struct CashDesk {
    client: Client,
    prefix: String,
    authorization: String,
    tid: Option<String>,
    request_id: Option<String>,
}

impl CashDesk {
    /// Logs in as the demo cashier at one terminal.
    pub async fn at(client: &Client, tid: &str) -> Self {
        Self::log_in(client, CASHIER, Some(tid)).await
    }

    /// Logs in as the master account, for all terminals.
    pub async fn master(client: &Client) -> Self {
        Self::log_in(client, MASTER, None).await
    }

    /// Logs in with the demo password.
    ///
    /// # Panics
    /// When it is not let in.
    pub async fn log_in(client: &Client, user: &str, tid: Option<&str>) -> Self {
        let mut fields = vec![("grant_type", "password"), ("username", user), ("password", PASSWORD)];
        fields.extend(tid.map(|tid| ("tid", tid)));
        let tokens = token(client, "/cloud/oauth/token", PROGRAM, &fields).await.expect_status(200).json();
        Self::with_token(client, tokens["access_token"].as_str().expect("a token"))
    }

    #[must_use]
    pub fn with_token(client: &Client, token: &str) -> Self {
        let (prefix, authorization) = (String::new(), format!("Bearer {token}"));
        Self { client: client.clone(), prefix, authorization, tid: None, request_id: None }
    }

    /// The token, for those who make their requests themselves.
    #[must_use]
    pub fn bearer(&self) -> &str {
        self.authorization.strip_prefix("Bearer ").unwrap_or_default()
    }

    /// The same, naming a terminal in every call.
    #[must_use]
    pub fn naming(&self, tid: &str) -> Self {
        Self { tid: Some(tid.to_owned()), ..self.clone() }
    }

    /// The same under another prefix.
    #[must_use]
    pub fn under(&self, prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ..self.clone() }
    }

    /// The same on a server that was started anew.
    #[must_use]
    pub fn on(&self, client: &Client) -> Self {
        Self { client: client.clone(), ..self.clone() }
    }

    /// The same, whose POSTs carry this `Idempotency-Key`.
    #[must_use]
    pub fn keyed(&self, key: impl Into<String>) -> Self {
        Self { request_id: Some(key.into()), ..self.clone() }
    }

    /// Any call below `/v1/`.
    pub async fn call(&self, method: Method, path: &str, body: Option<String>) -> Answer {
        self.try_call(method, path, body).await.expect("the server answers")
    }

    /// The same to a server that may be gone.
    ///
    /// # Errors
    /// When it is.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<String>,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let mut headers = vec![("Authorization", self.authorization.as_str())];
        headers.extend(body.as_ref().map(|_| JSON));
        headers.extend(self.tid.as_deref().map(|tid| ("X-TID", tid)));
        headers.extend(self.request_id.as_deref().map(|key| ("Idempotency-Key", key)));
        let path = format!("{}/v1/{path}", self.prefix);
        self.client.try_send(method, &path, &headers, body.unwrap_or_default()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// A new task for a transaction.
    pub async fn create(&self, wanted: &Value) -> Answer {
        self.call(Method::POST, "tasks/TRANSACTION", Some(wanted.to_string())).await
    }

    /// The same, for one that must be taken.
    pub async fn made(&self, wanted: &Value) -> Value {
        self.create(wanted).await.expect_status(200).json()
    }

    /// A sale in CZK.
    pub async fn sale(&self, amount: i64) -> Value {
        self.made(&json!({"transactionType": "SALE", "amount": amount, "currencyCode": "CZK"})).await
    }

    /// A sale that is over, whatever came of it.
    pub async fn sold(&self, amount: i64) -> Value {
        let task = self.sale(amount).await;
        self.over(&task).await
    }

    /// A cancellation, when it is over.
    pub async fn voided(&self, original: &str) -> Value {
        let task = self.made(&json!({"transactionType": "VOID", "originTransactionID": original})).await;
        self.over(&task).await
    }

    /// A closing, when it is over.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn closed(&self) -> Value {
        let task = self.call(Method::POST, "tasks/BATCH", None).await.expect_status(200).json();
        self.over(&task).await
    }

    /// A task as it is now.
    pub async fn task(&self, task: &Value) -> Value {
        self.get(&format!("tasks/{}", task["taskId"].as_str().expect("an id")))
            .await
            .expect_status(200)
            .json()
    }

    /// A task when something is true of it.
    ///
    /// # Panics
    /// When it does not become true.
    pub async fn when(&self, task: &Value, is: impl Fn(&Value) -> bool) -> Value {
        let waiting = async {
            loop {
                let now = self.task(task).await;
                if is(&now) {
                    return now;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(crate::PATIENCE, waiting).await.expect("the task does not become so")
    }

    /// A task when it is final.
    pub async fn over(&self, task: &Value) -> Value {
        self.when(task, |now| !matches!(now["state"].as_str(), Some("CREATED" | "IN_PROGRESS"))).await
    }

    /// Takes a task back.
    pub async fn cancel(&self, task: &Value) -> Answer {
        let path = format!("tasks/{}", task["taskId"].as_str().expect("an id"));
        self.call(Method::DELETE, &path, None).await
    }
}
