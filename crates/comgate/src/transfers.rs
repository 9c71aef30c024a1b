//! Bulk transfers and their statements, to be downloaded (§11): the payouts of the shop that the login's terminal
//! belongs to, with the movements each of them settles.
//!
//! A file is made as a whole and then answered; a transfer of more than [`MOST_MOVEMENTS`] is refused. With `test=true`
//! the answer is fixed, as it is with Comgate: any number is that of the one transfer there is.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::{Currency, Minor, Money, PaymentId, Payout, Shop, Timestamp};
use gateway::{AccountMovement, MovementKind, StatementOf};
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use jiff::civil::Date;
use polytill_http::form;
use serde::Serialize;
use serde_json::{Value, json};
use statement::{AboVersion, AccountNumber, Encoding, Format, Kind, Movement, Period, Statement, Totals};

use crate::error::Failure;
use crate::login::Caller;
use crate::routes::App;

/// More movements than this are not written into one file.
const MOST_MOVEMENTS: u64 = 50_000;
/// How far back a day's transfers are looked for.
const MOST_PAGES: usize = 100;
const AT_A_TERMINAL: &str = "Platební terminál";
const ELSEWHERE: &str = "Karta online";
/// The one transfer of a test (§11.1).
const TEST_ID: i64 = 1;
const TEST_SYMBOL: &str = "0123456789";

/// A transfer in the list of a day.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    transfer_id: i64,
    transfer_date: String,
    account_counterparty: String,
    account_outgoing: String,
    variable_symbol: String,
    price: String,
    curr: String,
}

/// What is asked for beside the path.
struct Wishes {
    test: bool,
    abo: AboVersion,
    encoding: Option<Encoding>,
}

impl Wishes {
    fn read(query: Option<&str>) -> Result<Self, Failure> {
        let pairs = form::parse(query.unwrap_or_default().as_bytes());
        let pairs = pairs.map_err(|_| Failure::bad("the query has too many members"))?;
        let of = |name| form::last(&pairs, name).filter(|text| !text.is_empty());
        let test = match of("test") {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => return Err(Failure::bad("test is true or false")),
        };
        let abo = match of("type") {
            None | Some("v1") => AboVersion::V1,
            Some("v2") => AboVersion::V2,
            Some(_) => return Err(Failure::bad("type is v1 or v2")),
        };
        let encoding = match of("encoding") {
            None => None,
            Some("win1250") => Some(Encoding::Windows1250),
            Some("utf8") => Some(Encoding::Utf8),
            Some(_) => return Err(Failure::bad("encoding is win1250 or utf8")),
        };
        Ok(Self { test, abo, encoding })
    }

    fn csv(&self) -> Format {
        Format::ComgateCsv(self.encoding.unwrap_or(Encoding::Utf8))
    }

    fn abo(&self) -> Format {
        Format::ComgateAbo(self.abo, self.encoding.unwrap_or(Encoding::Windows1250))
    }
}

/// What the path ends in, and what is asked for beside it.
pub(crate) struct Asked {
    name: String,
    wishes: Wishes,
}

impl FromRequestParts<App> for Asked {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let name = Path::<String>::from_request_parts(parts, app).await;
        let Path(name) = name.map_err(|_| Failure::no_such_method())?;
        Ok(Self { name, wishes: Wishes::read(parts.uri.query())? })
    }
}

/// A transfer with everything a file about it says.
struct Transfer {
    statement: Statement,
    movements: Vec<Movement>,
}

impl Transfer {
    fn file(&self, format: Format) -> Result<Vec<u8>, Failure> {
        let mut file = Vec::new();
        let totals: Totals = self.movements.iter().collect();
        let movements = self.movements.iter().cloned();
        statement::write(format, self.statement.clone(), totals, movements, &mut file).map_err(|error| {
            tracing::error!(%error, "a transfer's file could not be written");
            Failure::internal()
        })?;
        Ok(file)
    }

    /// What the file is called, and the file as text.
    fn named_file(&self, format: Format) -> Result<(String, String), Failure> {
        Ok((self.name(format), BASE64_STANDARD.encode(self.file(format)?)))
    }

    fn name(&self, format: Format) -> String {
        let symbol = self.statement.transfer.map(|symbol| symbol.to_string()).unwrap_or_default();
        let Statement { period, currency, .. } = &self.statement;
        format!("comgate_{}_{currency}_{symbol}.{}", period.to(), format.extension())
    }
}

pub(crate) async fn list(State(app): State<App>, caller: Caller, asked: Asked) -> Result<Response, Failure> {
    let Asked { name: day, wishes } = asked;
    let day = read_day(day.strip_suffix(".json").ok_or_else(unknown_day)?)?;
    if wishes.test {
        let listed = Listed {
            transfer_id: TEST_ID,
            transfer_date: day.to_string(),
            account_counterparty: "0/0000".to_owned(),
            account_outgoing: "1/0000".to_owned(),
            variable_symbol: TEST_SYMBOL.to_owned(),
            price: "9900".to_owned(),
            curr: "CZK".to_owned(),
        };
        return Ok(Json([listed]).into_response());
    }
    let shop = shop_of(&app, &caller)?;
    let listed: Vec<Listed> =
        of_day(&app, &shop, day).await?.iter().map(|payout| listed(&shop, payout)).collect();
    Ok(Json(listed).into_response())
}

pub(crate) async fn single(
    State(app): State<App>,
    caller: Caller,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let transfer = named(&app, &caller, &asked).await?;
    let payments = transfer.movements.iter().filter(|movement| movement.kind != Kind::Payout);
    Ok(Json(payments.map(|movement| shown(&transfer.statement, movement)).collect()))
}

pub(crate) async fn single_csv(
    State(app): State<App>,
    caller: Caller,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let transfer = named(&app, &caller, &asked).await?;
    let (name, file) = transfer.named_file(asked.wishes.csv())?;
    Ok(Json(json!({ "nazev": name, "csv": file })))
}

pub(crate) async fn single_abo(
    State(app): State<App>,
    caller: Caller,
    asked: Asked,
) -> Result<Json<Value>, Failure> {
    let transfer = named(&app, &caller, &asked).await?;
    let (name, file) = transfer.named_file(asked.wishes.abo())?;
    Ok(Json(json!({ "nazev": name, "abo": file })))
}

pub(crate) async fn day_csv(
    State(app): State<App>,
    caller: Caller,
    asked: Asked,
) -> Result<Response, Failure> {
    download(&app, &caller, &asked, asked.wishes.csv(), "text/csv").await
}

pub(crate) async fn day_abo(
    State(app): State<App>,
    caller: Caller,
    asked: Asked,
) -> Result<Response, Failure> {
    download(&app, &caller, &asked, asked.wishes.abo(), "text/plain").await
}

/// The files of all transfers of a day, one after the other: there is one for each currency.
async fn download(
    app: &App,
    caller: &Caller,
    Asked { name: day, wishes }: &Asked,
    format: Format,
    kind: &str,
) -> Result<Response, Failure> {
    let day = read_day(day.strip_suffix(".json").unwrap_or(day))?;
    let mut files = Vec::new();
    if wishes.test {
        files.extend(a_test(app, day)?.file(format)?);
    } else {
        let shop = shop_of(app, caller)?;
        for payout in of_day(app, &shop, day).await? {
            files.extend(told(app, caller, &shop, &payout).await?.file(format)?);
        }
    }
    let charset = match format {
        Format::ComgateCsv(Encoding::Windows1250) | Format::ComgateAbo(_, Encoding::Windows1250) => {
            "windows-1250"
        }
        _ => "utf-8",
    };
    let header = |text: String| HeaderValue::from_str(&text).map_err(|_| Failure::internal());
    let name = format!("attachment; filename=\"comgate_{day}.{}\"", format.extension());
    let headers =
        [(CONTENT_TYPE, header(format!("{kind}; charset={charset}"))?), (CONTENT_DISPOSITION, header(name)?)];
    Ok((headers, files).into_response())
}

fn unknown_day() -> Failure {
    Failure::bad("date is expected as YYYY-MM-DD")
}

fn read_day(text: &str) -> Result<Date, Failure> {
    let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    text.parse().ok().filter(|_| digits).ok_or_else(unknown_day)
}

/// The shop whose account the transfers are of.
fn shop_of(app: &App, caller: &Caller) -> Result<Arc<Shop>, Failure> {
    let terminal = caller.terminal(app)?;
    app.gateway.directory().shop(terminal.shop).cloned().ok_or_else(Failure::internal)
}

async fn of_day(app: &App, shop: &Shop, day: Date) -> Result<Vec<Payout>, Failure> {
    let (day, mut before, mut found) = (day.to_string(), None, Vec::new());
    for _ in 0..MOST_PAGES {
        let page = app.gateway.payouts(shop.id, before).await?;
        // What is asked for is behind a page that ends after its day. Days are written so that they compare.
        let older = page.iter().all(|payout| payout.day < day);
        before = page.iter().map(|payout| payout.id).min();
        found.extend(page.into_iter().filter(|payout| payout.day == day));
        if older || before.is_none() {
            break;
        }
    }
    found.sort_by_key(|payout| payout.id);
    Ok(found)
}

async fn named(app: &App, caller: &Caller, asked: &Asked) -> Result<Transfer, Failure> {
    let Asked { name, wishes } = asked;
    let id = name.strip_suffix(".json").ok_or_else(Failure::no_such_method)?;
    let id = id.parse::<i64>().ok().filter(|id| *id > 0).ok_or_else(unknown_transfer)?;
    if wishes.test {
        let now = jiff::Timestamp::from_millisecond(app.gateway.clock().now().millis()).unwrap_or_default();
        return a_test(app, now.to_zoned(app.prague.clone()).date());
    }
    let shop = shop_of(app, caller)?;
    let payout = app.gateway.payout(shop.id, PaymentId::new(id)).await?.ok_or_else(unknown_transfer)?;
    told(app, caller, &shop, &payout).await
}

/// Another shop's transfer and one that does not exist are the same.
fn unknown_transfer() -> Failure {
    Failure::bad("transferId is not known")
}

fn outgoing(shop: &Shop, currency: Currency) -> AccountNumber {
    AccountNumber::of_comgate(shop.merchant.get().unsigned_abs(), currency)
}

fn symbol(payout: &Payout) -> String {
    format!("{:010}", payout.variable_symbol())
}

fn listed(shop: &Shop, payout: &Payout) -> Listed {
    let local = payout.account.as_ref().map(|account| {
        let prefix = if account.prefix.is_empty() { String::new() } else { format!("{}-", account.prefix) };
        format!("{prefix}{}/{}", account.number, account.bank_code)
    });
    Listed {
        transfer_id: payout.id.get(),
        transfer_date: payout.day.clone(),
        account_counterparty: local.unwrap_or_else(|| "0/0000".to_owned()),
        account_outgoing: outgoing(shop, payout.money.currency).to_string(),
        variable_symbol: symbol(payout),
        price: payout.money.amount.to_string(),
        curr: payout.money.currency.to_string(),
    }
}

/// A payout with the movements it settles. Together they come to nothing; what was carried over is in the opening
/// balance.
async fn told(app: &App, caller: &Caller, shop: &Shop, payout: &Payout) -> Result<Transfer, Failure> {
    let Payout { money, from, until, .. } = payout;
    let of = StatementOf { shop: shop.id, currency: money.currency, from: *from, until: *until };
    let mut book = app.gateway.statement(of).await?;
    if book.turnover().movements > MOST_MOVEMENTS {
        return Err(Failure::bad("the transfer has too many payments for one file"));
    }
    let mut movements = Vec::new();
    loop {
        let page = book.next(&app.gateway).await?;
        if page.is_empty() {
            break;
        }
        let settled = page.iter().filter(|movement| movement.kind != MovementKind::Payout);
        movements.extend(settled.map(|movement| spelt(app, movement)));
    }
    let carried = movements.iter().fold(money.amount, |rest, movement| rest.minus(movement.net()));
    let first = movements.first().map_or(payout.made_at, |movement| movement.at);
    let id = payout.id.get().unsigned_abs();
    let mut paid = Movement::new(id, payout.made_at, Kind::Payout, money.amount.negated());
    paid.symbol = symbol(payout).parse().ok();
    movements.push(paid);
    let merchant = app.gateway.directory().merchant(shop.merchant).map(|merchant| merchant.name.clone());
    let owner = merchant.unwrap_or_else(|| shop.name.clone());
    let statement = head(
        app,
        (owner, caller.login.name.clone()),
        outgoing(shop, money.currency),
        (first, payout.made_at),
        *money,
    )?;
    let transfer = symbol(payout).parse().ok();
    let number = u32::try_from(payout.number % 1_000).unwrap_or_default();
    Ok(Transfer { statement: Statement { opening: carried, transfer, number, ..statement }, movements })
}

fn head(
    app: &App,
    (owner, login): (String, String),
    account: AccountNumber,
    (first, last): (Timestamp, Timestamp),
    money: Money,
) -> Result<Statement, Failure> {
    let day = |at: Timestamp| {
        let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
        at.to_zoned(app.prague.clone()).date()
    };
    let period = Period::new(day(first), day(last)).map_err(|_| Failure::internal())?;
    Ok(Statement {
        provider: "Polytill".to_owned(),
        owner,
        login,
        account,
        currency: money.currency,
        period,
        opening: Minor::ZERO,
        number: 1,
        issued: app.gateway.clock().now(),
        transfer: None,
    })
}

/// A movement in this door's words.
fn spelt(app: &App, movement: &AccountMovement) -> Movement {
    let kind = match movement.kind {
        MovementKind::Payment => Kind::Payment,
        MovementKind::RecurrentPayment => Kind::RecurrentPayment,
        MovementKind::Refund => Kind::Refund,
        MovementKind::Reversal => Kind::Reversal,
        MovementKind::Payout => Kind::Payout,
        MovementKind::Correction => Kind::Correction,
    };
    let mut spelt =
        Movement { fee: movement.fee, ..Movement::new(movement.id, movement.at, kind, movement.gross) };
    if let Some(payment) = &movement.payment {
        spelt.payment = app.gateway.payment_name(payment.id);
        spelt.order.clone_from(&payment.terms.order_number);
        spelt.symbol = payment.terms.order_number.parse().ok();
        let at_a_terminal = payment.terms.terminal.is_some();
        spelt.method = if at_a_terminal { AT_A_TERMINAL } else { ELSEWHERE }.to_owned();
        spelt.card_brand = payment.card.as_ref().map(|card| card.brand.clone()).unwrap_or_default();
    }
    spelt
}

fn shown(statement: &Statement, movement: &Movement) -> Value {
    json!({
        "merchant": statement.login,
        "transId": movement.payment,
        "method": movement.method,
        "price": movement.gross.to_string(),
        "transferred": movement.net().to_string(),
        "fee": movement.fee.negated().to_string(),
        "curr": statement.currency.code(),
        "refId": movement.order,
        "variableSymbol": statement.transfer.map(|symbol| symbol.to_string()),
        "type": movement.kind.code(),
    })
}

/// What a test is answered: one payment of a hundred crowns, and its transfer.
fn a_test(app: &App, day: Date) -> Result<Transfer, Failure> {
    let noon = day.at(12, 0, 0, 0).to_zoned(app.prague.clone());
    let at = Timestamp::from_millis(noon.map_or(0, |noon| noon.timestamp().as_millisecond()));
    let account = AccountNumber::of_comgate(1, Currency::CZK);
    let (amount, fee) = (Minor::new(10_000), Minor::new(-100));
    let mut payment = Movement { fee, ..Movement::new(1, at, Kind::Payment, amount) };
    "AAAA-BBBB-CCCC".clone_into(&mut payment.payment);
    AT_A_TERMINAL.clone_into(&mut payment.method);
    "2010102600".clone_into(&mut payment.order);
    let payout = Movement::new(2, at, Kind::Payout, amount.plus(fee).negated());
    let period = Period::new(day, day).map_err(|_| unknown_day())?;
    let statement = Statement {
        provider: "Polytill".to_owned(),
        owner: "Test".to_owned(),
        login: "123456".to_owned(),
        account,
        currency: Currency::CZK,
        period,
        opening: Minor::ZERO,
        number: 1,
        issued: app.gateway.clock().now(),
        transfer: TEST_SYMBOL.parse().ok(),
    };
    Ok(Transfer { statement, movements: vec![payment, payout] })
}
