//! The two people of a GoPay payment: the shop, and the payer whose buttons the sandbox presses.
//!
//! Both speak only the public doors (gopay.md §§3-6; `/_sandbox/`) and return the whole [`Answer`], because
//! what is asserted is the story's business. A `Shop` fetches its token when it first needs one and keeps it.
//! [`keyed`](Shop::keyed) gives a shop whose POSTs carry an `Idempotency-Key`.

use crate::http::{Answer, Client, form};
use base64::prelude::{BASE64_STANDARD, Engine};
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::OnceCell;

const JSON: (&str, &str) = ("Content-Type", "application/json");
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// Who a shop is: its GoID and its API credentials.
#[derive(Clone, Copy, Debug)]
pub struct ShopKeys {
    pub goid: u64,
    pub client_id: &'static str,
    pub client_secret: &'static str,
}

/// The sandbox's demo shop, with the credentials that GoPay's own documents print.
pub const DEMO_SHOP: ShopKeys =
    ShopKeys { goid: 8_123_456_789, client_id: "1061399163", client_secret: "stDTmVXF" };

/// Why a request of a shop got no answer.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// An e-shop written for GoPay.
#[derive(Clone, Debug)]
pub struct Shop {
    client: Client,
    pub keys: ShopKeys,
    bearer: Arc<OnceCell<String>>,
    idempotency_key: Option<String>,
}

impl Shop {
    /// A shop with these keys, on this server.
    #[must_use]
    pub fn new(client: Client, keys: ShopKeys) -> Self {
        Self { client, keys, bearer: Arc::default(), idempotency_key: None }
    }

    /// The same shop, whose POSTs carry this `Idempotency-Key`.
    #[must_use]
    pub fn keyed(&self, key: impl Into<String>) -> Self {
        Self { idempotency_key: Some(key.into()), ..self.clone() }
    }

    /// The same shop without its token, so that it fetches a new one. A token lives half an hour of the
    /// server's clock (gopay.md §3): a story that sets the clock forward goes on with this.
    #[must_use]
    pub fn renewed(&self) -> Self {
        Self { bearer: Arc::default(), ..self.clone() }
    }

    /// The same shop with a token of somebody's choice.
    #[must_use]
    pub fn with_bearer(&self, token: impl Into<String>) -> Self {
        Self { bearer: Arc::new(OnceCell::new_with(Some(token.into()))), ..self.clone() }
    }

    /// `POST /api/oauth2/token` with this scope (`payment-create`, `payment-all`).
    pub async fn token(&self, scope: &str) -> Answer {
        self.try_token(scope).await.unwrap_or_else(|error| panic!("token: {error}"))
    }

    async fn try_token(&self, scope: &str) -> Result<Answer, Error> {
        let credentials = format!("{}:{}", self.keys.client_id, self.keys.client_secret);
        let basic = format!("Basic {}", BASE64_STANDARD.encode(credentials));
        let body = form(&[("grant_type", "client_credentials"), ("scope", scope)]);
        self.client
            .try_send(Method::POST, "/api/oauth2/token", &[("Authorization", &basic), FORM], body)
            .await
    }

    /// The access token, fetched when it is needed first.
    ///
    /// # Errors
    /// When the server is gone or refuses.
    pub async fn bearer(&self) -> Result<&str, Error> {
        let fetch = async || {
            let answer = self.try_token("payment-all").await?;
            let body: Value = serde_json::from_slice(&answer.body)?;
            body["access_token"].as_str().map(str::to_owned).ok_or_else(|| Error::from(answer.text()))
        };
        self.bearer.get_or_try_init(fetch).await.map(String::as_str)
    }

    /// Any call of this shop, to a server that may be gone. `body` is `None` for an empty one without a type.
    ///
    /// # Errors
    /// As [`Client::try_send`], or when no token can be had.
    pub async fn try_call(
        &self,
        method: Method,
        path: &str,
        body: Option<((&str, &str), String)>,
    ) -> Result<Answer, Error> {
        let bearer = format!("Bearer {}", self.bearer().await?);
        let mut headers = vec![("Authorization", bearer.as_str()), ("Accept", "application/json")];
        if let (Some(key), &Method::POST) = (&self.idempotency_key, &method) {
            headers.push(("Idempotency-Key", key));
        }
        let (content_type, body) = body.unzip();
        headers.extend(content_type);
        self.client.try_send(method, path, &headers, body.unwrap_or_default()).await
    }

    /// Anything below the origin, with the shop's token.
    pub async fn call(&self, method: Method, path: &str, body: Option<((&str, &str), String)>) -> Answer {
        self.try_call(method, path, body).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// A standard payment of 100 CZK with a card, with the members of `changes` put in (`null` takes one
    /// out).
    #[must_use]
    pub fn payment(&self, changes: &Value) -> Value {
        let mut payment = json!({
            "payer": {
                "allowed_payment_instruments": ["PAYMENT_CARD"],
                "default_payment_instrument": "PAYMENT_CARD",
                "contact": { "first_name": "Zbynek", "last_name": "Zak", "email": "zbynek.zak@example.com" },
            },
            "target": { "type": "ACCOUNT", "goid": self.keys.goid },
            "items": [{ "type": "ITEM", "name": "lodicky", "amount": 10_000, "count": 1, "vat_rate": 21 }],
            "amount": 10_000,
            "currency": "CZK",
            "order_number": "001",
            "order_description": "pumps",
            "lang": "CS",
        });
        let members = payment.as_object_mut().expect("a payment is an object");
        for (name, value) in changes.as_object().expect("changes are an object") {
            members.insert(name.clone(), value.clone());
        }
        members.retain(|_, value| !value.is_null());
        // The items of the template fit its own amount only.
        if changes.get("amount").is_some() && changes.get("items").is_none() {
            members.remove("items");
        }
        payment
    }

    /// `POST /api/payments/payment` of [`Shop::payment`] with these changes.
    pub async fn create(&self, changes: &Value) -> Answer {
        self.call(Method::POST, PAYMENTS, Some((JSON, self.payment(changes).to_string()))).await
    }

    /// The same, for the id of a payment that must be created.
    pub async fn created(&self, changes: &Value) -> u64 {
        let answer = self.create(changes).await.expect_status(200);
        answer.json()["id"].as_u64().expect("a payment has a number as id")
    }

    /// `GET …/{id}`.
    pub async fn status(&self, id: u64) -> Answer {
        self.call(Method::GET, &of(id, ""), None).await
    }

    /// The `state` of a payment that exists.
    pub async fn state(&self, id: u64) -> String {
        let answer = self.status(id).await.expect_status(200);
        answer.json()["state"].as_str().expect("a payment has a state").to_owned()
    }

    /// `POST …/{id}/refund` of an amount in the hundredth of the unit, as a form.
    pub async fn refund(&self, id: u64, amount: i64) -> Answer {
        let body = format!("amount={amount}");
        self.call(Method::POST, &of(id, "/refund"), Some((FORM, body))).await
    }

    /// The same with any body, as JSON.
    pub async fn refund_json(&self, id: u64, body: &Value) -> Answer {
        self.call(Method::POST, &of(id, "/refund"), Some((JSON, body.to_string()))).await
    }

    /// `GET …/{id}/refunds`.
    pub async fn refunds(&self, id: u64) -> Answer {
        self.call(Method::GET, &of(id, "/refunds"), None).await
    }

    /// `POST …/{id}/capture`: all of it without an amount, else this part.
    pub async fn capture(&self, id: u64, amount: Option<i64>) -> Answer {
        let body = amount.map(|amount| (JSON, json!({ "amount": amount }).to_string()));
        self.call(Method::POST, &of(id, "/capture"), body).await
    }

    /// `POST …/{id}/create-recurrence` of this amount, with the members of `changes` put in.
    pub async fn create_recurrence(&self, id: u64, amount: i64, changes: &Value) -> Answer {
        let mut order = json!({ "amount": amount, "currency": "CZK", "order_number": "002" });
        for (name, value) in changes.as_object().expect("changes are an object") {
            order[name] = value.clone();
        }
        self.call(Method::POST, &of(id, "/create-recurrence"), Some((JSON, order.to_string()))).await
    }

    /// `POST …/{id}/void-recurrence`.
    pub async fn void_recurrence(&self, id: u64) -> Answer {
        self.call(Method::POST, &of(id, "/void-recurrence"), None).await
    }

    /// `GET /api/payments/cards/{card}`.
    pub async fn card(&self, card: u64) -> Answer {
        self.call(Method::GET, &format!("/api/payments/cards/{card}"), None).await
    }

    /// The same to delete it.
    pub async fn delete_card(&self, card: u64) -> Answer {
        self.call(Method::DELETE, &format!("/api/payments/cards/{card}"), None).await
    }

    /// Any `GET` below `/api`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// `POST …/{id}/void-authorization`.
    pub async fn void_authorization(&self, id: u64) -> Answer {
        self.call(Method::POST, &of(id, "/void-authorization"), None).await
    }
}

const PAYMENTS: &str = "/api/payments/payment";

fn of(id: u64, action: &str) -> String {
    format!("{PAYMENTS}/{id}{action}")
}

/// The payer and the clock of a sandbox, by its own API.
#[derive(Clone, Debug)]
pub struct Sandbox {
    client: Client,
}

impl Sandbox {
    /// The sandbox of this server.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Pays with an approving test card.
    pub async fn pay(&self, payment: u64) -> Answer {
        self.press(payment, "pay", &json!({})).await
    }

    /// Pays with this card.
    pub async fn pay_with(&self, payment: u64, card: &str) -> Answer {
        self.press(payment, "pay", &json!({ "card": card })).await
    }

    /// Has the card declined for this reason (`insufficient_funds`…).
    pub async fn decline(&self, payment: u64, reason: &str) -> Answer {
        self.press(payment, "decline", &json!({ "reason": reason })).await
    }

    /// Has the card declined, and the payer stays on the page to try another.
    pub async fn decline_and_stay(&self, payment: u64, reason: &str) -> Answer {
        self.press(payment, "decline", &json!({ "reason": reason, "leave": false })).await
    }

    /// Has the acquirer fail at its next `operation` (`authorise`, `capture`, `void`, `refund`) in this way
    /// (`decline`, `answer_lost`, `question_lost`).
    pub async fn fault(&self, payment: u64, operation: &str, fault: &str) -> Answer {
        self.press(payment, "fault", &json!({ "operation": operation, "fault": fault })).await
    }

    /// A payment as the domain sees it, with its history and its ledger entries.
    pub async fn payment(&self, payment: u64) -> Answer {
        self.client.get(&format!("/_sandbox/payments/{payment}")).await
    }

    /// Where the recurrence stands that a payment has started, with its charges.
    pub async fn recurrence(&self, payment: u64) -> Answer {
        self.client.get(&format!("/_sandbox/payments/{payment}/recurrence")).await
    }

    /// For whom cards are kept, and under which key.
    pub async fn vault(&self) -> Answer {
        self.client.get("/_sandbox/vault").await
    }

    /// A new key for the cards that are kept.
    pub async fn rotate_vault(&self) -> Answer {
        self.client.post_json("/_sandbox/vault/rotate", &json!({})).await
    }

    /// Every account, and the sums per currency, which are zero.
    pub async fn balances(&self) -> Answer {
        self.client.get("/_sandbox/balances").await
    }

    /// Cancels as the payer.
    pub async fn cancel(&self, payment: u64) -> Answer {
        self.press(payment, "cancel", &json!({})).await
    }

    /// Any button of a payment (`pay`, `choose`, `decline`…) with any body.
    pub async fn press(&self, payment: u64, button: &str, body: &Value) -> Answer {
        self.client.post_json(&format!("/_sandbox/payments/{payment}/{button}"), body).await
    }

    /// Sets the clock forward by an ISO 8601 duration (`PT4H`, `P4D`).
    pub async fn advance(&self, by: &str) -> Answer {
        self.client.post_json("/_sandbox/clock/advance", &json!({ "by": by })).await
    }

    /// The clock.
    pub async fn clock(&self) -> Answer {
        self.client.get("/_sandbox/clock").await
    }

    /// Every sub-state and how to reach it.
    pub async fn states(&self) -> Answer {
        let json = ("Accept", "application/json");
        self.client.send(Method::GET, "/_sandbox/states", &[json], String::new()).await
    }

    /// A payment's notifications with their attempts.
    pub async fn notifications(&self, payment: u64) -> Answer {
        self.client.get(&format!("/_sandbox/notifications?payment={payment}")).await
    }

    /// Sends a notification again.
    pub async fn resend(&self, notification: u64) -> Answer {
        self.client.post_json(&format!("/_sandbox/notifications/{notification}/resend"), &json!({})).await
    }

    /// Back to the beginning.
    pub async fn reset(&self) -> Answer {
        self.client.post_json("/_sandbox/reset", &json!({})).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::{Receiver, Reply};

    fn token_answer() -> Reply {
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{\"access_token\":\"t o\"}".to_vec())
    }

    #[tokio::test]
    async fn a_shop_fetches_one_token_and_calls_as_the_documents_say() {
        let server = Receiver::start().await;
        server.answer_path("/api/oauth2/token", token_answer());
        let shop = Shop::new(Client::new(server.address()), DEMO_SHOP);
        shop.refund(7, 100).await;
        shop.keyed("k1").capture(7, Some(5)).await;
        shop.void_authorization(7).await;

        let token = server.next().await;
        assert_eq!(token.header("authorization"), "Basic MTA2MTM5OTE2MzpzdERUbVZYRg==");
        assert_eq!(token.body, "grant_type=client_credentials&scope=payment-all");
        let (refund, capture, void) = (server.next().await, server.next().await, server.next().await);
        assert_eq!(
            (refund.path.as_str(), refund.body.as_str()),
            ("/api/payments/payment/7/refund", "amount=100")
        );
        assert_eq!(refund.header("authorization"), "Bearer t o");
        assert_eq!((capture.header("idempotency-key"), capture.body.as_str()), ("k1", r#"{"amount":5}"#));
        assert_eq!((void.header("content-type"), void.header("content-length")), ("", "0"));
    }

    #[tokio::test]
    async fn changes_replace_and_remove_members() {
        let server = Receiver::start().await;
        let shop = Shop::new(Client::new(server.address()), DEMO_SHOP);
        let payment = shop.payment(&json!({ "amount": 1504, "payer": null }));
        assert_eq!((&payment["amount"], payment.get("payer")), (&json!(1504), None));
        assert_eq!(payment.get("items"), None);
        assert_eq!(payment["target"]["goid"], 8_123_456_789_u64);
    }
}
