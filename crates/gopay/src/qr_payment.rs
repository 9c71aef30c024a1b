//! `GET …/payment/{id}/qr-payment` (§6.12): a payment order for a banking application, as data and as pictures.
//!
//! Asking changes nothing: the payment stays as it is until money arrives.

use axum::Json;
use axum::extract::{RawQuery, State};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::{Bank, BankAccount, BankCode, Channel, Method, Payment};
use gateway::Error;
use polytill_http::form;
use qr::{Order, Picture, Standard};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Caller, Named};
use crate::error::{Code, ErrorBody, Failure};
use crate::routes::App;

/// The answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QrPayment)]
pub(crate) struct QrPaymentView {
    amount: i64,
    currency: String,
    recipient: RecipientView,
    qr_code: CodesView,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QrRecipient)]
struct RecipientView {
    name: String,
    bank_account: AccountView,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QrBankAccount)]
struct AccountView {
    /// As it is written in Czechia and Slovakia
    #[serde(skip_serializing_if = "Option::is_none")]
    local: Option<LocalView>,
    international: InternationalView,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QrLocalAccount)]
struct LocalView {
    #[serde(skip_serializing_if = "String::is_empty")]
    prefix: String,
    account_number: String,
    bank_code: String,
    variable_symbol: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QrInternationalAccount)]
struct InternationalView {
    bic: String,
    iban: String,
    reference: String,
}

/// Pictures in base64, by their standard
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = QrCodes)]
struct CodesView {
    #[serde(skip_serializing_if = "Option::is_none")]
    spayd: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paybysquare: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sepa: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mnb_qr: Option<String>,
}

#[derive(Clone, Copy)]
enum Format {
    Png,
    Svg,
}

#[utoipa::path(get, path = "/api/payments/payment/{id}/qr-payment",
    params(("id" = i64, Path), ("format" = Option<String>, Query, description = "png or svg")),
    responses((status = 200, body = QrPaymentView), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn qr_payment(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
    RawQuery(query): RawQuery,
) -> Result<Json<QrPaymentView>, Failure> {
    let payment = app.gateway.payment_of(caller.client, id.ok_or(Error::NotFound)?).await?;
    let account = payable(&app, &payment).ok_or_else(|| Failure::conflict(Code::PAYMENT_NOT_POSSIBLE))?;
    let format = format(query.as_deref())?;
    let symbol = payment.id.to_string();
    let until = payment.wake_at.map(|at| {
        jiff::Timestamp::from_millisecond(at.millis())
            .unwrap_or_default()
            .strftime("%Y%m%d%H%M%S")
            .to_string()
    });
    let order = Order {
        account: &account,
        money: payment.terms.amount,
        symbol: &symbol,
        message: &payment.terms.order_number,
        until: until.as_deref().unwrap_or_default(),
    };
    let codes = codes(&order, format).map_err(|error| {
        tracing::info!(payment = %payment.id, %error, "no payment code for a payment");
        Failure::conflict(Code::PAYMENT_NOT_POSSIBLE)
    })?;
    Ok(Json(QrPaymentView {
        amount: payment.terms.amount.amount.get(),
        currency: payment.terms.amount.currency.to_string(),
        recipient: recipient(&account, &symbol),
        qr_code: codes,
    }))
}

/// The account to pay to, if a payment order could pay this payment now.
fn payable(app: &App, payment: &Payment) -> Option<BankAccount> {
    let now = app.gateway.clock().now();
    let late = payment.wake_at.is_none_or(|end| end <= now);
    if !payment.is_open() || payment.pending.is_some() || late {
        return None;
    }
    let bank = BankCode::new(Bank::QR_PAYMENT).ok()?;
    let method = Method::BankTransfer { bank, channel: Channel::Offline };
    if !payment.terms.allows(method) {
        return None;
    }
    app.gateway.collecting_account(payment.terms.amount.currency)
}

fn format(query: Option<&str>) -> Result<Format, Failure> {
    let pairs = form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    match form::last(&pairs, "format").map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "png") => Ok(Format::Png),
        Some("svg") => Ok(Format::Svg),
        Some(_) => Err(Failure::field("format", Code::INVALID)),
    }
}

fn codes(order: &Order<'_>, format: Format) -> Result<CodesView, qr::Error> {
    let mut codes = CodesView::default();
    for standard in Standard::of(order.money.currency) {
        let picture = drawn(&standard.picture(order)?, format)?;
        let place = match standard {
            Standard::Spayd => &mut codes.spayd,
            Standard::PayBySquare => &mut codes.paybysquare,
            Standard::Sepa => &mut codes.sepa,
            Standard::Mnb => &mut codes.mnb_qr,
        };
        *place = Some(picture);
    }
    Ok(codes)
}

fn drawn(picture: &Picture, format: Format) -> Result<String, qr::Error> {
    Ok(match format {
        Format::Png => BASE64_STANDARD.encode(picture.png()?),
        Format::Svg => BASE64_STANDARD.encode(picture.svg()),
    })
}

fn recipient(account: &BankAccount, symbol: &str) -> RecipientView {
    let local = account.local.as_ref().map(|local| LocalView {
        prefix: local.prefix.clone(),
        account_number: local.number.clone(),
        bank_code: local.bank_code.clone(),
        variable_symbol: symbol.to_owned(),
    });
    let international = InternationalView {
        bic: account.bic.clone(),
        iban: account.iban.clone(),
        reference: symbol.to_owned(),
    };
    RecipientView { name: account.name.clone(), bank_account: AccountView { local, international } }
}
