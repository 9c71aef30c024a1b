//! Polytill under measurement: a release build in a process of its own, and the requests for it as bytes.

use crate::Failure;
use crate::wire::request;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use testkit::gopay::Shop;
use testkit::postgres::TestDatabase;
use testkit::server::Till;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// A running till with a shop's token.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) till: Till,
    pub(crate) ready_after: Duration,
    shop: Shop,
    bearer: String,
}

/// The changes to a payment that make the shop hear of it here.
pub(crate) fn callback(notification_url: &str) -> Value {
    json!({ "callback": { "return_url": "http://127.0.0.1/back", "notification_url": notification_url } })
}

/// The release build, made now unless one is given.
pub(crate) fn binary(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(given) = given {
        return Ok(given.canonicalize()?);
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built =
        Command::new(cargo).args(["build", "--release", "--locked", "--package", "polytill"]).status()?;
    if !built.success() {
        return Err("polytill does not build".into());
    }
    let own = std::env::current_exe()?;
    let beside = own.ancestors().nth(1).map(|folder| folder.join("polytill")).filter(|file| file.is_file());
    beside
        .or_else(|| Path::new("target/release/polytill").canonicalize().ok())
        .ok_or("no release build".into())
}

impl Measured {
    /// Starts it on this data folder, and on this database if there is one.
    pub(crate) async fn start(
        binary: &Path,
        data: &Path,
        database: Option<TestDatabase>,
    ) -> Result<Self, Failure> {
        Self::start_with(binary, data, database, &[]).await
    }

    /// The same with some variables in its environment.
    pub(crate) async fn start_with(
        binary: &Path,
        data: &Path,
        database: Option<TestDatabase>,
        variables: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        let mut builder = Till::builder().binary(binary).data(data);
        for (name, value) in variables {
            builder = builder.env(name, value);
        }
        if let Some(database) = database {
            builder = builder.database(database);
        }
        let start = Instant::now();
        let till =
            builder.try_start().await.map_err(|output| format!("polytill does not start: {output}"))?;
        let ready_after = start.elapsed();
        let shop = till.shop();
        let bearer = shop.bearer().await?.to_owned();
        Ok(Self { till, ready_after, shop, bearer })
    }

    pub(crate) fn bearer(&self) -> &str {
        &self.bearer
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.till.address()
    }

    /// The request that creates a payment, announced at this URL.
    pub(crate) fn create(&self, notification_url: &str) -> Vec<u8> {
        let payment = self.shop.payment(&callback(notification_url)).to_string();
        self.authorized("POST", "/api/payments/payment", JSON, &payment)
    }

    /// The request that creates a payment which recurs daily. Nobody hears of it.
    pub(crate) fn recurring(&self) -> Vec<u8> {
        let terms =
            json!({ "recurrence_cycle": "DAY", "recurrence_period": 1, "recurrence_date_to": "2098-12-31" });
        let payment = self.shop.payment(&json!({ "recurrence": terms })).to_string();
        self.authorized("POST", "/api/payments/payment", JSON, &payment)
    }

    pub(crate) fn status(&self, id: u64) -> Vec<u8> {
        self.authorized("GET", &format!("/api/payments/payment/{id}"), "", "")
    }

    pub(crate) fn refund(&self, id: u64) -> Vec<u8> {
        self.authorized("POST", &format!("/api/payments/payment/{id}/refund"), FORM, "amount=10000")
    }

    /// The payer's button.
    pub(crate) fn pay(&self, id: u64) -> Vec<u8> {
        request("POST", &format!("/_sandbox/payments/{id}/pay"), self.address(), "", JSON, "{}")
    }

    fn authorized(&self, method: &str, path: &str, content_type: &str, body: &str) -> Vec<u8> {
        request(method, path, self.address(), &self.bearer, content_type, body)
    }
}
