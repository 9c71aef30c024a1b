//! A cinema's point of sale written for Integra's MobilePay API, and a customer with a phone (mobilepay.md §6, §10).
//!
//! Both speak public doors only. What an answer should be is the story's business; what must succeed for the story to
//! go on is asserted here.

use crate::http::{Answer, Client, escape};
use http::Method;
use serde_json::{Value, json};

const JSON: (&str, &str) = ("Accept", "application/json");

/// A cinema with its credentials.
#[derive(Clone, Debug)]
pub struct Cinema {
    client: Client,
    bio_code: String,
    token: String,
}

impl Cinema {
    #[must_use]
    pub fn new(client: Client, bio_code: &str, token: &str) -> Self {
        Self { client, bio_code: bio_code.to_owned(), token: token.to_owned() }
    }

    /// The sandbox's demo cinemas.
    #[must_use]
    pub fn demo(client: Client) -> Self {
        Self::new(client, "DEMO", "demo-access-token-of-the-demo-cinemas")
    }

    /// The sandbox's other one.
    #[must_use]
    pub fn other(client: Client) -> Self {
        Self::new(client, "DEMO-2", "demo-access-token-of-the-other-cinema")
    }

    /// The path and query of an operation with credentials.
    #[must_use]
    pub fn path(&self, operation: &str, inputs: &[(&str, &str)]) -> String {
        let credentials = [("bioCode", self.bio_code.as_str()), ("accessToken", self.token.as_str())];
        let all = inputs.iter().chain(&credentials);
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", escape(value))).collect();
        format!("/api/pos/{operation}?{}", query.join("&"))
    }

    /// Asks with GET, for JSON.
    pub async fn ask(&self, operation: &str, inputs: &[(&str, &str)]) -> Answer {
        self.client.send(Method::GET, &self.path(operation, inputs), &[JSON], "").await
    }

    /// The same for a server that may be gone.
    ///
    /// # Errors
    /// When the connection cannot be made or breaks.
    pub async fn try_ask(
        &self,
        operation: &str,
        inputs: &[(&str, &str)],
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        self.client.try_send(Method::GET, &self.path(operation, inputs), &[JSON], "").await
    }

    /// What was answered, successful or not.
    pub async fn told(&self, operation: &str, inputs: &[(&str, &str)]) -> Value {
        self.ask(operation, inputs).await.expect_status(200).json()
    }

    /// What must succeed.
    ///
    /// # Panics
    /// When it does not.
    pub async fn done(&self, operation: &str, inputs: &[(&str, &str)]) -> Value {
        let told = self.told(operation, inputs).await;
        assert_eq!((&told["success"], &told["errors"]), (&json!(true), &json!([])), "{operation} {told}");
        told
    }

    /// The only problem of what must fail.
    ///
    /// # Panics
    /// When it succeeds, or has several.
    pub async fn refused(&self, operation: &str, inputs: &[(&str, &str)]) -> String {
        let told = self.told(operation, inputs).await;
        assert_eq!(told["success"], false, "{operation} {told}");
        let errors = told["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{told}");
        errors[0].as_str().unwrap().to_owned()
    }

    /// Makes a terminal's point of sale and returns its beacon.
    pub async fn open(&self, terminal: &str) -> String {
        self.done("manage/create", &[("terminalId", terminal)]).await;
        self.information(terminal).await["beaconId"].as_str().unwrap().to_owned()
    }

    pub async fn information(&self, terminal: &str) -> Value {
        let told = self.done("manage/terminal/information", &[("terminalId", terminal)]).await;
        told["posInformation"].clone()
    }

    /// A payment that must be started.
    pub async fn start(&self, terminal: &str, order: &str, amount: &str) -> String {
        let inputs = [("terminalId", terminal), ("orderId", order), ("amount", amount)];
        text(&self.done("payment/start", &inputs).await, "paymentId")
    }

    pub async fn prepare(&self, terminal: &str, order: &str) -> String {
        let inputs = [("terminalId", terminal), ("orderId", order)];
        text(&self.done("payment/prepare", &inputs).await, "paymentId")
    }

    pub async fn ready(&self, terminal: &str, order: &str, payment: &str, amount: &str) {
        let inputs =
            [("terminalId", terminal), ("orderId", order), ("paymentId", payment), ("amount", amount)];
        self.done("payment/ready", &inputs).await;
    }

    pub async fn status(&self, payment: &str) -> String {
        text(&self.done("payment/status", &[("paymentId", payment)]).await, "status")
    }

    pub async fn details(&self, payment: &str) -> Value {
        self.done("payment/details", &[("paymentId", payment)]).await["paymentDetails"].clone()
    }

    pub async fn capture(&self, payment: &str) {
        self.done("payment/capture", &[("paymentId", payment)]).await;
    }

    pub async fn cancel(&self, payment: &str) {
        self.done("payment/cancel", &[("paymentId", payment)]).await;
    }

    /// A refund that must be reserved.
    pub async fn refund(&self, payment: &str, order: &str, amount: &str) -> String {
        let inputs = [("paymentId", payment), ("refundOrderId", order), ("amount", amount)];
        text(&self.done("refund/create", &inputs).await, "refundId")
    }

    pub async fn refund_status(&self, refund: &str) -> String {
        let told = self.done("refund/details", &[("refundId", refund)]).await;
        text(&told["refundDetails"], "status")
    }
}

fn text(told: &Value, name: &str) -> String {
    told[name].as_str().unwrap_or_else(|| panic!("no {name} in {told}")).to_owned()
}

/// A test customer with a phone.
#[derive(Clone, Debug)]
pub struct Payer {
    client: Client,
    number: String,
}

impl Payer {
    #[must_use]
    pub fn new(client: Client, number: &str) -> Self {
        Self { client, number: number.to_owned() }
    }

    /// The Danish customer whose number ends so, `01` to `07`.
    #[must_use]
    pub fn danish(client: Client, last: &str) -> Self {
        Self::new(client, &format!("+45200318{last}"))
    }

    #[must_use]
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Presses a button of the phone.
    pub async fn press(&self, button: &str, beacon: &str) -> Answer {
        let body = json!({"beaconId": beacon, "phoneNumber": self.number});
        self.client.post_json(&format!("/pos/app/usersimulation/{button}"), &body).await
    }

    /// The same for a server that may be gone.
    ///
    /// # Errors
    /// When the connection cannot be made or breaks.
    pub async fn try_press(
        &self,
        button: &str,
        beacon: &str,
    ) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let body = json!({"beaconId": beacon, "phoneNumber": self.number}).to_string();
        let path = format!("/pos/app/usersimulation/{button}");
        self.client.try_send(Method::POST, &path, &[("Content-Type", "application/json")], body).await
    }

    pub async fn check_in(&self, beacon: &str) {
        self.press("checkin", beacon).await.expect_status(200);
    }

    pub async fn accept(&self, beacon: &str) {
        self.press("acceptpayment", beacon).await.expect_status(200);
    }

    pub async fn refuse(&self, beacon: &str) {
        self.press("cancelpaymentbyuser", beacon).await.expect_status(200);
    }

    pub async fn leave(&self, beacon: &str) {
        self.press("leave", beacon).await.expect_status(200);
    }

    /// All that the phone shows.
    pub async fn phone(&self) -> Value {
        let path = format!("/pos/app/usersimulation/phone?phoneNumber={}", escape(&self.number));
        self.client.get(&path).await.expect_status(200).json()
    }
}
