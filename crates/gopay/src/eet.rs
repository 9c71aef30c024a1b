//! Electronic records of sales (§13): the `eet` object of requests, and the receipts that tell what was reported.
//!
//! A shop whose sales are not reported may send what it likes; it is looked at no further.

use axum::Json;
use axum::extract::State;
use domain::{
    Currency, EetMode, EetSettings, EetSums, Minor, Payment, PaymentId, Receipt, ReceiptState, Shop,
};
use gateway::Error;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use polytill_http::body::{Content, content};
use polytill_http::json;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::access::{Caller, Named, Sent};
use crate::create::object;
use crate::error::{Code, ErrorBody, Failure};
use crate::extra::Item;
use crate::fields;
use crate::read::{Faults, Object};
use crate::routes::App;
use crate::view;

/// The longest list is of so many days.
const MOST_DAYS: i32 = 30;
const SUMS: [&str; 14] = [
    "celk_trzba",
    "zakl_nepodl_dph",
    "zakl_dan1",
    "dan1",
    "zakl_dan2",
    "dan2",
    "zakl_dan3",
    "dan3",
    "cest_sluz",
    "pouzit_zboz1",
    "pouzit_zboz2",
    "pouzit_zboz3",
    "urceno_cerp_zuct",
    "cerp_zuct",
];

/// The sums of a sale as its shop wants them reported, or what is wrong with them.
pub(crate) fn of_sale(
    shop: &Shop,
    request: &Object<'_>,
    (amount, currency): (Minor, Currency),
    items: &[Item],
) -> Result<Option<Box<EetSums>>, Failure> {
    let settings = &shop.settings.eet;
    if settings.mode == EetMode::Off {
        return Ok(None);
    }
    if items.is_empty() {
        return Err(Failure::field("items", Code::MANDATORY));
    }
    if sum(items) != amount.get() {
        return Err(Failure::conflict(Code::PAYMENT_ITEMS_SUM_MISMATCH));
    }
    let sums = match settings.mode {
        EetMode::Auto => of_items(items),
        EetMode::Eet | EetMode::Off => {
            let faults = &mut Faults::default();
            if request.lacks("eet") {
                request.missing("eet", faults);
            }
            let eet = request.object("eet", faults);
            let sums = eet.map(|eet| sent(&eet, (amount.get(), currency), false, faults));
            std::mem::take(faults).verdict()?;
            sums.ok_or_else(Failure::internal)?
        }
    };
    Ok(Some(Box::new(sums)))
}

/// The sums that a capture or a refund brings along; `whole` is what it is about when it names no amount.
pub(crate) fn of_part(
    settings: &EetSettings,
    body: &[u8],
    amount: Option<Minor>,
    (whole, currency): (Minor, Currency),
) -> Result<Option<EetSums>, Failure> {
    let (Content::Json(text), true) = (content(body), settings.mode != EetMode::Off) else { return Ok(None) };
    let Ok(Value::Object(members)) = json::parse(text, json::Encoding::Utf8OrLatin1) else { return Ok(None) };
    let (request, faults) = (Object::root(&members), &mut Faults::default());
    let amount = amount.unwrap_or(whole).get();
    let items = fields::items(&request, faults);
    let eet = request.object("eet", faults);
    let sums = match (settings.mode, eet) {
        (EetMode::Eet, Some(eet)) => Some(sent(&eet, (amount, currency), true, faults)),
        (EetMode::Auto, _) if !items.is_empty() => Some(of_items(&items)),
        _ => None,
    };
    std::mem::take(faults).verdict()?;
    if !items.is_empty() && sum(&items).saturating_abs() != amount {
        return Err(Failure::conflict(Code::PAYMENT_ITEMS_SUM_MISMATCH));
    }
    Ok(sums)
}

fn of_items(items: &[Item]) -> EetSums {
    EetSums::of_items(items.iter().map(|item| (item.amount, item.vat_rate)))
}

fn sum(items: &[Item]) -> i64 {
    items.iter().fold(0_i64, |sum, item| sum.saturating_add(item.amount))
}

/// Reads an `eet` object and checks it against what it is about.
fn sent(eet: &Object<'_>, (amount, currency): (i64, Currency), back: bool, faults: &mut Faults) -> EetSums {
    if eet.get("celk_trzba").is_none() {
        eet.missing("celk_trzba", faults);
    }
    if eet.get("mena").is_none() {
        eet.missing("mena", faults);
    }
    let mena = eet.text("mena", 3, faults);
    if mena.is_some_and(|mena| mena != currency.code()) {
        faults.note(eet.path("mena"), Code::INVALID, "The payment has another currency.");
    }
    let [
        celk_trzba,
        zakl_nepodl_dph,
        z1,
        d1,
        z2,
        d2,
        z3,
        d3,
        cest_sluz,
        p1,
        p2,
        p3,
        urceno_cerp_zuct,
        cerp_zuct,
    ] = SUMS.map(|name| eet.integer(name, faults).unwrap_or_default());
    let sums = EetSums {
        dic_poverujiciho: eet.text("dic_poverujiciho", 12, faults),
        celk_trzba,
        zakl_nepodl_dph,
        zakl_dan: [z1, z2, z3],
        dan: [d1, d2, d3],
        cest_sluz,
        pouzit_zboz: [p1, p2, p3],
        urceno_cerp_zuct,
        cerp_zuct,
    };
    let whole = if back { sums.celk_trzba.saturating_abs() } else { sums.celk_trzba };
    if eet.get("celk_trzba").is_some() && whole != amount {
        faults.note(eet.path("celk_trzba"), Code::INVALID, "That is not the amount.");
    } else if !sums.adds_up() {
        faults.note(eet.path("celk_trzba"), Code::INVALID, "Bases and taxes do not come to it.");
    }
    if !back && sums.is_negative_anywhere() {
        faults.note("eet".to_owned(), Code::INVALID, "Nothing in a sale is negative.");
    }
    sums
}

/// What stands on the payer's receipt (§13).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EetCode)]
pub(crate) struct CodeView {
    #[serde(skip_serializing_if = "Option::is_none")]
    fik: Option<String>,
    bkp: String,
    pkp: String,
}

pub(crate) fn code(receipt: Receipt) -> Option<CodeView> {
    Some(CodeView { fik: receipt.fik, bkp: receipt.bkp?, pkp: receipt.pkp? })
}

/// A receipt as GoPay shows it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EetReceipt)]
pub(crate) struct ReceiptView {
    payment_id: i64,
    /// CREATED, DELIVERY_FAILED or DELIVERED
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_last_attempt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_next_attempt: Option<String>,
    /// AUTO or EET
    eet_mode: &'static str,
    uuid_zprava: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_odesl: Option<String>,
    dic_popl: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dic_poverujiciho: Option<String>,
    id_provoz: u32,
    id_pokl: String,
    /// Absent for a refund
    #[serde(skip_serializing_if = "Option::is_none")]
    dat_trzby: Option<String>,
    porad_cis: String,
    celk_trzba: i64,
    zakl_nepodl_dph: i64,
    zakl_dan1: i64,
    dan1: i64,
    zakl_dan2: i64,
    dan2: i64,
    zakl_dan3: i64,
    dan3: i64,
    cest_sluz: i64,
    pouzit_zboz1: i64,
    pouzit_zboz2: i64,
    pouzit_zboz3: i64,
    urceno_cerp_zuct: i64,
    cerp_zuct: i64,
    mena: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kod_chyby: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fik: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bkp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pkp: Option<String>,
}

fn shown(receipt: Receipt, zone: &TimeZone) -> ReceiptView {
    let at = |at| view::timestamp(at, zone);
    let (settings, sums) = (receipt.settings.clone(), receipt.sums.clone());
    let ([zakl_dan1, zakl_dan2, zakl_dan3], [dan1, dan2, dan3]) = (sums.zakl_dan, sums.dan);
    let [pouzit_zboz1, pouzit_zboz2, pouzit_zboz3] = sums.pouzit_zboz;
    ReceiptView {
        payment_id: receipt.payment.get(),
        state: match receipt.state {
            ReceiptState::Created => "CREATED",
            ReceiptState::DeliveryFailed => "DELIVERY_FAILED",
            ReceiptState::Delivered => "DELIVERED",
        },
        date_last_attempt: receipt.last_at.map(at),
        date_next_attempt: receipt.next_at.map(at),
        eet_mode: if settings.mode == EetMode::Auto { "AUTO" } else { "EET" },
        uuid_zprava: receipt.uuid.clone(),
        date_odesl: receipt.last_at.map(at),
        dic_popl: settings.dic,
        dic_poverujiciho: sums.dic_poverujiciho,
        id_provoz: settings.premises,
        id_pokl: settings.register,
        dat_trzby: receipt.refund.is_none().then(|| at(receipt.sold_at)),
        porad_cis: receipt.number(),
        celk_trzba: sums.celk_trzba,
        zakl_nepodl_dph: sums.zakl_nepodl_dph,
        zakl_dan1,
        dan1,
        zakl_dan2,
        dan2,
        zakl_dan3,
        dan3,
        cest_sluz: sums.cest_sluz,
        pouzit_zboz1,
        pouzit_zboz2,
        pouzit_zboz3,
        urceno_cerp_zuct: sums.urceno_cerp_zuct,
        cerp_zuct: sums.cerp_zuct,
        mena: receipt.currency.to_string(),
        kod_chyby: receipt.fault,
        fik: receipt.fik,
        bkp: receipt.bkp,
        pkp: receipt.pkp,
    }
}

#[utoipa::path(get, path = "/api/payments/payment/{id}/eet-receipts", params(("id" = i64, Path)),
    responses((status = 200, body = Vec<ReceiptView>), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn eet_receipts_of_payment(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<Vec<ReceiptView>>, Failure> {
    let id: PaymentId = id.ok_or(Error::NotFound)?;
    let payment: Payment = app.gateway.payment_of(caller.client, id).await?;
    let receipts = app.gateway.receipts_of(payment.id).await?;
    Ok(Json(receipts.into_iter().map(|receipt| shown(receipt, &app.prague)).collect()))
}

#[utoipa::path(post, path = "/api/eet-receipts",
    request_body(content = ReceiptsRequest, content_type = "application/json"),
    responses((status = 200, body = Vec<ReceiptView>), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn eet_receipts(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Json<Vec<ReceiptView>>, Failure> {
    let members = object(&sent.body)?;
    let (request, faults) = (Object::root(&members), &mut Faults::default());
    let first = day(&request, "date_from", faults);
    let last = day(&request, "date_to", faults);
    let premises = request.integer("id_provozovny", faults);
    if let (Some(first), Some(last)) = (first, last)
        && (last < first || (last - first).get_days() > MOST_DAYS)
    {
        faults.note("date_to".to_owned(), Code::INVALID, "At most 30 days after date_from.");
    }
    std::mem::take(faults).verdict()?;
    let (Some(first), Some(last)) = (first, last) else { return Err(Failure::internal()) };
    let mut found = Vec::new();
    for shop in app.gateway.directory().shops_of(caller.client) {
        let receipts = app.gateway.receipts_between(shop.id, first, last).await?;
        let too_many =
            || Failure::field("date_to", Code::INVALID).described("Too many receipts: ask for less.");
        found.extend(receipts.ok_or_else(too_many)?);
    }
    found.retain(|receipt| premises.is_none_or(|premises| premises == i64::from(receipt.settings.premises)));
    found.sort_by_key(|receipt| (receipt.sold_at, receipt.payment, receipt.refund));
    Ok(Json(found.into_iter().map(|receipt| shown(receipt, &app.prague)).collect()))
}

fn day(request: &Object<'_>, name: &str, faults: &mut Faults) -> Option<Date> {
    if request.get(name).is_none() {
        request.missing(name, faults);
        return None;
    }
    // A day may come with a time, which says nothing here.
    let text = request.text(name, 40, faults)?;
    let day = text.get(..10).unwrap_or(&text).parse().ok();
    if day.is_none() {
        faults.note(request.path(name), Code::INVALID, "A day is expected, 2026-03-28.");
    }
    day
}

/// The body of the list, for the documentation.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
pub(crate) struct ReceiptsRequest {
    /// `2026-03-01`
    date_from: String,
    /// At most 30 days later
    date_to: String,
    #[schema(required = false)]
    id_provozovny: i64,
}

/// The `eet` object of requests, for the documentation.
#[derive(ToSchema)]
#[schema(as = Eet)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
pub(crate) struct EetRequest {
    #[schema(required = false)]
    dic_poverujiciho: String,
    /// In hundredths, as all of these
    celk_trzba: i64,
    #[schema(required = false)]
    zakl_nepodl_dph: i64,
    #[schema(required = false)]
    zakl_dan1: i64,
    #[schema(required = false)]
    dan1: i64,
    #[schema(required = false)]
    zakl_dan2: i64,
    #[schema(required = false)]
    dan2: i64,
    #[schema(required = false)]
    zakl_dan3: i64,
    #[schema(required = false)]
    dan3: i64,
    #[schema(required = false)]
    cest_sluz: i64,
    #[schema(required = false)]
    pouzit_zboz1: i64,
    #[schema(required = false)]
    pouzit_zboz2: i64,
    #[schema(required = false)]
    pouzit_zboz3: i64,
    #[schema(required = false)]
    urceno_cerp_zuct: i64,
    #[schema(required = false)]
    cerp_zuct: i64,
    mena: String,
}
