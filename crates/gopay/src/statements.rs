//! Account statements: `POST /api/accounts/account-statement` (§6.10, §12), written while it is sent.
//!
//! Before the first byte leaves, the movements are counted and the file's beginning is made, so that whatever can be
//! refused is refused in words. What fails later breaks the connection off: a file that ends early is never complete.

use std::io;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::{Currency, Door, LocalNumber, MethodKind, Payment, Shop, Source};
use futures_util::stream;
use gateway::{AccountMovement, AccountStatement, Gateway, MovementKind, StatementOf};
use jiff::civil::Date;
use statement::{AccountNumber, CHUNK_BYTES, Format, Kind, Movement, Period, Statement, Totals, Writer};
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use crate::access::{Caller, Sent};
use crate::create::object;
use crate::error::{Code, ErrorBody, Failure};
use crate::extra::Extra;
use crate::fields;
use crate::instrument;
use crate::read::{Faults, Object};
use crate::routes::App;

/// Statements told at the same time: each reads the ledger from its first entry to its last.
pub(crate) const AT_A_TIME: usize = 8;
/// Who keeps the account, as it is named in the file.
const PROVIDER: &str = "GOPAY";

/// The request, for the documentation.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
pub(crate) struct StatementRequest {
    /// The first day, yyyy-mm-dd
    date_from: String,
    /// The last day, yyyy-mm-dd
    date_to: String,
    goid: i64,
    currency: String,
    /// CSV_A to CSV_E, XLS_A to XLS_C, ABO_A, ABO_B, PDF_A
    format: String,
}

#[utoipa::path(post, path = "/api/accounts/account-statement",
    request_body(content = StatementRequest, content_type = "application/json"),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 403, body = ErrorBody), (status = 409, body = ErrorBody), (status = 413, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn account_statement(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Failure> {
    let members = object(&sent.body)?;
    let asked = read(&app, caller, &Object::root(&members))?;
    let turn = Arc::clone(&app.telling).try_acquire_owned().map_err(|_| Failure::overloaded())?;
    let (from, until) = asked.period.moments().map_err(|error| refused(&error))?;
    let (shop, currency, gateway) = (asked.shop.id, asked.currency, Arc::clone(&app.gateway));
    let book = gateway.statement(StatementOf { shop, currency, from, until }).await?;
    let turnover = book.turnover();
    let totals = Totals { movements: turnover.movements, credits: turnover.credits, debits: turnover.debits };
    let mut begun = Vec::new();
    let head = head(&app, &asked, &book);
    let writer = Writer::begin(asked.format, head, totals, &mut begun).map_err(|error| refused(&error))?;
    let mut telling = Telling { gateway, book, writer: Some(writer), bytes: begun, turn };
    let first = telling.next().await.map_err(|error| {
        match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(inner) => refused(inner),
            None => broken(&error),
        }
    })?;
    let rest = stream::unfold(Some(telling), |telling| async move {
        let mut telling = telling?;
        match telling.next().await {
            Ok(None) => None,
            Ok(Some(chunk)) => Some((Ok(chunk), Some(telling))),
            Err(error) => {
                tracing::error!(%error, "a statement broke off");
                Some((Err(error), None))
            }
        }
    });
    let all = stream::StreamExt::chain(stream::iter(first.map(Ok)), rest);
    let headers = [
        // Some clients compare the whole value (§15 no. 29).
        (CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (CONTENT_DISPOSITION, file_name(&asked)?),
    ];
    Ok((headers, Body::from_stream(all)).into_response())
}

/// A period may be too long for one kind of file and not for another.
fn refused(error: &statement::Error) -> Failure {
    match error {
        statement::Error::TooLong => {
            Failure::field("format", Code::INVALID).described("The period is too long for this format.")
        }
        other => broken(other),
    }
}

fn broken(error: &dyn std::fmt::Display) -> Failure {
    tracing::error!(%error, "a statement could not be told");
    Failure::internal()
}

struct Asked {
    shop: Arc<Shop>,
    currency: Currency,
    period: Period,
    format: Format,
}

/// Reads the request, or says everything that is wrong with it.
fn read(app: &App, caller: Caller, request: &Object<'_>) -> Result<Asked, Failure> {
    let faults = &mut Faults::default();
    let (from, to) = (day("date_from", request, faults), day("date_to", request, faults));
    let shop = fields::goid(app, caller, request, faults);
    let currency = required("currency", request, faults).and_then(|text| {
        known("currency", text.parse::<Currency>().ok(), request, "This currency is not known.", faults)
    });
    let format = required("format", request, faults).and_then(|text| {
        known("format", Format::of_gopay(&text), request, "This format is not known.", faults)
    });
    let period = from.zip(to).and_then(|(from, to)| {
        let period = Period::new(from, to).ok();
        known("date_to", period, request, "The last day is before the first.", faults)
    });
    std::mem::take(faults).verdict()?;
    let (Some(shop), Some(currency), Some(format), Some(period)) = (shop, currency, format, period) else {
        return Err(Failure::internal());
    };
    if !shop.currencies.contains(&currency) {
        return Err(Failure::conflict(Code::ACCOUNT_NOT_FOUND));
    }
    Ok(Asked { shop, currency, period, format })
}

fn required(name: &str, request: &Object<'_>, faults: &mut Faults) -> Option<String> {
    if request.get(name).is_none() {
        request.missing(name, faults);
        return None;
    }
    request.text(name, 64, faults)
}

fn known<T>(
    name: &str,
    value: Option<T>,
    request: &Object<'_>,
    wrong: &'static str,
    faults: &mut Faults,
) -> Option<T> {
    if value.is_none() {
        faults.note(request.path(name), Code::INVALID, wrong);
    }
    value
}

/// A day; a time of day behind it is of no interest.
fn day(name: &str, request: &Object<'_>, faults: &mut Faults) -> Option<Date> {
    let text = required(name, request, faults)?;
    let (day, rest) = text.split_at_checked(10).unwrap_or((&text, ""));
    let day = day.parse::<Date>().ok().filter(|_| rest.is_empty() || rest.starts_with(['T', ' ']));
    known(name, day, request, "A day is expected, as yyyy-mm-dd.", faults)
}

fn head(app: &App, asked: &Asked, book: &AccountStatement) -> Statement {
    let directory = app.gateway.directory();
    let merchant = directory.merchant(asked.shop.merchant);
    let number = u32::try_from(asked.period.to().day_of_year()).unwrap_or_default();
    Statement {
        provider: PROVIDER.to_owned(),
        owner: merchant.map_or_else(|| asked.shop.name.clone(), |merchant| merchant.name.clone()),
        login: asked.shop.id.to_string(),
        account: AccountNumber::of_shop(asked.shop.id, asked.currency),
        currency: asked.currency,
        period: asked.period,
        opening: book.opening(),
        number,
        issued: app.gateway.clock().now(),
        transfer: None,
    }
}

fn file_name(asked: &Asked) -> Result<HeaderValue, Failure> {
    let Asked { shop, currency, period, format } = asked;
    let (from, to, ending) = (period.from(), period.to(), format.extension());
    let text = format!("attachment; filename=\"{}_{from}_{to}_{currency}.{ending}\"", shop.id);
    HeaderValue::from_str(&text).map_err(|_| Failure::internal())
}

/// A file on its way.
struct Telling {
    gateway: Arc<Gateway>,
    book: AccountStatement,
    /// Gone when the file is complete.
    writer: Option<Writer>,
    bytes: Vec<u8>,
    #[allow(dead_code, reason = "it is held as long as the file is on its way")]
    turn: OwnedSemaphorePermit,
}

impl Telling {
    /// The next piece of the file; none at its end.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.bytes.len() < CHUNK_BYTES {
            let Some(writer) = &mut self.writer else { break };
            let movements = self.book.next(&self.gateway).await.map_err(io::Error::other)?;
            for movement in &movements {
                writer.push(&told(movement), &mut self.bytes).map_err(io::Error::other)?;
            }
            if movements.is_empty() {
                self.finish().await?;
            }
        }
        let piece = std::mem::take(&mut self.bytes);
        Ok((!piece.is_empty()).then(|| piece.into()))
    }

    /// Some files are only made when all is known, which takes a while: away from where requests are answered.
    async fn finish(&mut self) -> io::Result<()> {
        let Some(writer) = self.writer.take() else { return Ok(()) };
        let mut bytes = std::mem::take(&mut self.bytes);
        let ended = tokio::task::spawn_blocking(move || writer.finish(&mut bytes).map(|()| bytes)).await;
        self.bytes = ended.map_err(io::Error::other)?.map_err(io::Error::other)?;
        Ok(())
    }
}

/// A movement in this door's words.
fn told(movement: &AccountMovement) -> Movement {
    let AccountMovement { id, at, kind, gross, fee, payment, payout } = movement;
    let mut told = Movement { fee: *fee, ..Movement::new(*id, *at, self::kind(*kind), *gross) };
    if let Some(payment) = payment {
        describe(payment, &mut told);
    }
    if let Some(payout) = payout {
        told.symbol = payout.variable_symbol().to_string().parse().ok();
        told.counter_account = payout.account.as_ref().and_then(czech);
        told.instrument = payout.account.as_ref().map(written).unwrap_or_default();
    }
    told
}

/// As people write it.
fn written(account: &LocalNumber) -> String {
    let LocalNumber { prefix, number, bank_code } = account;
    let dash = if prefix.is_empty() { "" } else { "-" };
    format!("{prefix}{dash}{number}/{bank_code}")
}

/// Elsewhere than in Czechia numbers are checked otherwise, and there is no place for them in an ABO record.
fn czech(account: &LocalNumber) -> Option<AccountNumber> {
    written(account).parse().ok()
}

const fn kind(kind: MovementKind) -> Kind {
    match kind {
        MovementKind::Payment => Kind::Payment,
        MovementKind::RecurrentPayment => Kind::RecurrentPayment,
        MovementKind::Refund => Kind::Refund,
        MovementKind::Reversal => Kind::Reversal,
        MovementKind::Payout => Kind::Payout,
        MovementKind::Correction => Kind::Correction,
    }
}

fn describe(payment: &Payment, told: &mut Movement) {
    let own = payment.terms.door == Door::GoPay;
    let extra = if own { Extra::of(&payment.terms.extra) } else { Extra::default() };
    let contact = extra.payer.contact.unwrap_or_default();
    let names: Vec<String> = [contact.first_name, contact.last_name].into_iter().flatten().collect();
    let card = payment.card.as_ref();
    let method = payment.method().map(domain::Method::kind).or(card.map(|_| MethodKind::Card));
    let (account, wallet) = match &payment.source {
        Some(Source::Account(account)) => (Some(account), None),
        Some(Source::Wallet { email }) => (None, Some(email.clone())),
        Some(Source::Unnamed) | None => (None, None),
    };
    told.payment = payment.id.to_string();
    told.parent = payment.terms.on_file.parent.map(|parent| parent.to_string()).unwrap_or_default();
    told.order.clone_from(&payment.terms.order_number);
    told.counterparty = match account {
        Some(account) if names.is_empty() => account.name.clone(),
        _ => names.join(" "),
    };
    told.payer_email = contact.email.or(wallet).unwrap_or_default();
    method.map(instrument::name).unwrap_or_default().clone_into(&mut told.method);
    told.card_brand = card.map(|card| card.brand.clone()).unwrap_or_default();
    told.instrument = match (card, account) {
        (Some(card), _) => card.masked(),
        (None, Some(account)) => account.iban.clone(),
        (None, None) => String::new(),
    };
    told.description = payment.terms.description.clone().unwrap_or_default();
    told.parameters = extra.additional_params.into_iter().map(|own| (own.name, own.value)).collect();
}
