//! An engine that echoes, and a way to ask the door.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use domain::{BeaconId, Currency, Issuing, MerchantId, MobilePayMerchant, Timestamp};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use mobilepay::engine::Engine;
use mobilepay::fault::Problem;
use mobilepay::inputs::Inputs;
use mobilepay::operation::{Operation, Spec};
use mobilepay::reply::{
    CheckInStatus, Outcome, PaymentDetails, PosInformation, RefundDetails, Refused, Reply, Restrictions,
    StoreInformation,
};
use mobilepay::types::Kind;
use mobilepay::{Settings, router};
use tower::ServiceExt;

pub(crate) const BIO_CODE: &str = "BIO-1";
pub(crate) const TOKEN: &str = "right-token";
pub(crate) const BEACON: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// Answers with the inputs it was given, under the names of the operation's parameters.
pub(crate) struct Echo(Arc<MobilePayMerchant>);

impl Echo {
    fn new() -> Self {
        Self(Arc::new(MobilePayMerchant {
            id: 1,
            bio_code: BIO_CODE.to_owned(),
            merchant: MerchantId::new(1),
            name: "Biograf".to_owned(),
            vat_number: None,
            currency: Currency::DKK,
            brands: vec![],
            token: None,
            issuing: Issuing::Closed,
            issuing_networks: vec![],
            generation: 0,
            created_at: Timestamp::from_millis(0),
            changed_at: Timestamp::from_millis(0),
        }))
    }
}

#[async_trait]
impl Engine for Echo {
    fn merchant(&self, bio_code: &str, token: &str) -> Option<Arc<MobilePayMerchant>> {
        (bio_code == BIO_CODE && token == TOKEN).then(|| Arc::clone(&self.0))
    }

    fn knows(&self, bio_code: &str) -> bool {
        bio_code == BIO_CODE
    }

    async fn issue_token(&self, bio_code: &str, _: Option<IpAddr>) -> Result<String, Refused> {
        if bio_code == BIO_CODE { Ok("fresh-token".to_owned()) } else { Err(Problem::NoTokenIssued.into()) }
    }

    async fn reset_token(&self, bio_code: &str, previous: &str) -> Result<String, Refused> {
        let known = bio_code == BIO_CODE && previous == TOKEN;
        if known { Ok("next-token".to_owned()) } else { Err(Problem::Credentials.into()) }
    }

    async fn answer(&self, operation: Operation, merchant: &MobilePayMerchant, inputs: &Inputs) -> Outcome {
        assert_eq!(merchant.bio_code, BIO_CODE);
        let missing = operation.missing(inputs);
        if !missing.is_empty() {
            return Err(missing.into());
        }
        match inputs.get("orderId") {
            Some("PANIC") => panic!("as it was told"),
            Some("OVERLOADED") => return Err(Refused::Overloaded),
            Some("BROKEN") => return Err(Refused::Internal),
            Some("WRONG TYPE") => return Ok(Reply::list(vec![])),
            _ => Ok(reply(operation.spec(), inputs)),
        }
    }

    async fn knows_beacon(&self, beacon: &BeaconId) -> bool {
        beacon.to_string() == BEACON
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_767_225_600_000)
    }
}

fn reply(spec: &Spec, inputs: &Inputs) -> Reply {
    let said = spec.parameters.iter().filter_map(|parameter| {
        inputs.get(parameter.name).map(|value| format!("{}={value}", parameter.name))
    });
    let said: Vec<String> = said.collect();
    match (spec.answer.fields[0].kind, spec.operation) {
        (Kind::Text, _) => Reply::text(said.join(";")),
        (Kind::List, _) => Reply::list(said),
        (_, Operation::TerminalInformation) => pos(&said).into(),
        (_, Operation::Details) => payment(&said).into(),
        (_, Operation::RefundDetails) => refund(&said).into(),
        (_, Operation::Store) => store(&said).into(),
        (_, Operation::CheckInByPosId | Operation::CheckInByTerminal) => check_in(said).into(),
        (_, other) => panic!("{other:?} answers with an object that is not known here"),
    }
}

fn pos(said: &[String]) -> PosInformation {
    PosInformation {
        beacon_id: BEACON.to_owned(),
        merchant_pos_id: said.join(";"),
        name: "Kasse 1 & <2>".to_owned(),
        pos_id: "c7a1e5cc-6a0c-4d5c-8b11-2f0f3f9f5a11".to_owned(),
        require_payment_before_checkin: false,
        store_id: "7f3f2c60-5b52-4d0b-8d3c-0d4f4a3f1e01".to_owned(),
        supported_beacon_types: "QR,NFC".to_owned(),
        callback_alias: None,
    }
}

fn payment(said: &[String]) -> PaymentDetails {
    PaymentDetails {
        payment_id: said.join(";"),
        pos_id: "c7a1e5cc-6a0c-4d5c-8b11-2f0f3f9f5a11".to_owned(),
        order_id: "17".to_owned(),
        amount: Some("27.00".to_owned()),
        currency_code: Some("DKK".to_owned()),
        restrictions: Some(Restrictions { debit_card_disallowed: false, credit_card_disallowed: true }),
        merchant_payment_label: None,
        planned_capture_delay: "None",
        status: "Reserved",
        customer_token: Some("0a1b".to_owned()),
        customer_receipt_token: None,
        loyalty_ids: Some(vec!["L1".to_owned(), "L2".to_owned()]),
        payment_expires_at: Some("2026-01-08T12:00:00Z".to_owned()),
        partial_capture_possible: Some(true),
        poll_delay_in_ms: 1_000,
    }
}

fn refund(said: &[String]) -> RefundDetails {
    RefundDetails {
        refund_id: said.join(";"),
        payment_id: "3f0c5a2e-1111-4222-8333-444455556666".to_owned(),
        refund_order_id: "17-R".to_owned(),
        amount: "5.00".to_owned(),
        currency_code: "EUR".to_owned(),
        status: "Reserved",
        poll_delay_in_ms: 100,
    }
}

fn store(said: &[String]) -> StoreInformation {
    StoreInformation {
        store_id: said.join(";"),
        store_name: "Biograf Grand".to_owned(),
        store_street: String::new(),
        store_zip_code: "1620".to_owned(),
        store_city: "København".to_owned(),
        brand_name: "Biograferne".to_owned(),
        merchant_brand_id: "POSDK12345".to_owned(),
        merchant_location_id: "00001".to_owned(),
    }
}

fn check_in(said: Vec<String>) -> CheckInStatus {
    CheckInStatus {
        is_user_checked_in: true,
        loyalty_ids: if said == ["posId=none"] { None } else { Some(said) },
        poll_delay_in_ms: 1_000,
        customer_token: Some("0a1b".to_owned()),
        customer_receipt_token: None,
    }
}

/// The door, put together the way the house does it: a second look at what is spelled otherwise.
pub(crate) fn door(settings: Settings) -> Router {
    let door = router(Arc::new(Echo::new()), settings.clone());
    let again = door.clone();
    door.fallback(move |mut request: axum::extract::Request| async move {
        if let Some(uri) = mobilepay::respelled(request.uri(), &settings) {
            *request.uri_mut() = uri;
        }
        again.oneshot(request).await.unwrap()
    })
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answered {
    pub(crate) fn kind(&self) -> &str {
        self.headers["content-type"].to_str().unwrap()
    }
}

/// A request with these headers.
pub(crate) fn request(
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).unwrap()
}

pub(crate) async fn ask(door: &Router, request: Request<Body>) -> Answered {
    let response = door.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    Answered { status: parts.status, headers: parts.headers, body }
}

pub(crate) async fn get(door: &Router, uri: &str, headers: &[(&str, &str)]) -> Answered {
    ask(door, request("GET", uri, headers, Body::empty())).await
}

/// The credentials as a query.
pub(crate) fn credentials() -> String {
    format!("accessToken={TOKEN}&bioCode={BIO_CODE}")
}
