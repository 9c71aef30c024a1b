//! The objects of a create request (§5.2–§5.7), each read by a function of its own.

use std::sync::Arc;

use domain::{Cycle, Day, RecurrenceTerms, Shop, ShopId};
use gateway::civil;
use jiff::civil::Date;
use utoipa::ToSchema;

use crate::access::Caller;
use crate::eet::EetRequest;
use crate::error::Code;
use crate::extra::{AdditionalParam, Contact, Item, Payer};
use crate::labels::LANGUAGES;
use crate::read::{Faults, Object};
use crate::recurrence;
use crate::routes::App;

/// Every instrument some version of the documentation or of an SDK knows (§9).
const INSTRUMENTS: [&str; 17] = [
    "PAYMENT_CARD",
    "BANK_ACCOUNT",
    "GPAY",
    "APPLE_PAY",
    "GOPAY",
    "PAYPAL",
    "MPAYMENT",
    "PRSMS",
    "PAYSAFECARD",
    "BITCOIN",
    "CLICK_TO_PAY",
    "TWISTO",
    "SKIPPAY",
    "ACCOUNT",
    "SUPERCASH",
    "MASTERPASS",
    "COUPON",
];
const ITEM_TYPES: [&str; 4] = ["ITEM", "DELIVERY", "DISCOUNT", "POSTAGE"];
const BNPL_TYPES: [&str; 2] = ["DEFERRED_PAYMENT", "PAY_IN_THREE"];
const MOST_PARAMS: usize = 4;
/// No order has more rows than this; a body of 64 KiB hardly could.
const MOST_ITEMS: usize = 1_000;
const LONGEST_URL: usize = 512;

/// What a request says about cards that are kept (§5.2, §6.14).
#[derive(Debug, Default)]
pub(crate) struct CardWishes {
    /// `verify_pin`: a text that the payer finds in the bank's list.
    pub(crate) statement_text: Option<String>,
    pub(crate) allowed_token: Option<String>,
    pub(crate) request_token: bool,
}

pub(crate) fn payer(request: &Object<'_>, faults: &mut Faults) -> (Payer, CardWishes) {
    let Some(payer) = request.object("payer", faults) else { return Default::default() };
    let kept = Payer {
        allowed_payment_instruments: known(&payer, "allowed_payment_instruments", &INSTRUMENTS, faults),
        default_payment_instrument: one_of(&payer, "default_payment_instrument", &INSTRUMENTS, faults),
        allowed_swifts: payer.texts("allowed_swifts", 32, faults).unwrap_or_default(),
        default_swift: payer.text("default_swift", 32, faults),
        allowed_bnpl_types: known(&payer, "allowed_bnpl_types", &BNPL_TYPES, faults),
        default_bnpl_type: one_of(&payer, "default_bnpl_type", &BNPL_TYPES, faults),
        contact: contact(&payer, faults),
    };
    let pin = payer.text("verify_pin", 256, faults);
    if pin.as_deref().is_some_and(|pin| pin.len() != 4 || !pin.bytes().all(|b| b.is_ascii_digit())) {
        faults.note(payer.path("verify_pin"), Code::INVALID, "Four digits are expected.");
    }
    let wishes = CardWishes {
        statement_text: pin,
        allowed_token: payer.text("allowed_card_token", 512, faults),
        request_token: payer.truth("request_card_token", faults).unwrap_or(false),
    };
    payer.text("masked_pan", 32, faults);
    (kept, wishes)
}

fn known(object: &Object<'_>, name: &str, values: &[&str], faults: &mut Faults) -> Vec<String> {
    let texts = object.texts(name, 64, faults).unwrap_or_default();
    for (place, text) in texts.iter().enumerate() {
        if !values.contains(&text.as_str()) {
            let path = format!("{}[{place}]", object.path(name));
            faults.note(path, Code::INVALID, "This value is not known.");
        }
    }
    texts
}

fn one_of(object: &Object<'_>, name: &str, values: &[&str], faults: &mut Faults) -> Option<String> {
    let text = object.text(name, 64, faults)?;
    if values.contains(&text.as_str()) {
        return Some(text);
    }
    faults.note(object.path(name), Code::INVALID, "This value is not known.");
    None
}

fn contact(payer: &Object<'_>, faults: &mut Faults) -> Option<Contact> {
    let contact = payer.object("contact", faults)?;
    let kept = Contact {
        first_name: contact.text("first_name", 256, faults),
        last_name: contact.text("last_name", 256, faults),
        email: contact.text("email", 128, faults),
        phone_number: contact.text("phone_number", 128, faults),
        city: contact.text("city", 128, faults),
        street: contact.text("street", 128, faults),
        postal_code: contact.text("postal_code", 16, faults),
        country_code: contact.text("country_code", 3, faults),
    };
    if kept.email.as_deref().is_some_and(|email| !is_email(email)) {
        faults.note(contact.path("email"), Code::INVALID, "An e-mail address is expected.");
    }
    Some(kept)
}

/// Something before and after one `@`, and no blanks: whether it exists only a message to it can tell.
fn is_email(text: &str) -> bool {
    let blank = text.chars().any(|c| c.is_whitespace() || c.is_control());
    matches!(text.split_once('@'), Some((name, host)) if !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !blank
}

/// The shop that is paid: the one named, or the client's only one (§5.7).
pub(crate) fn target(
    app: &App,
    caller: Caller,
    request: &Object<'_>,
    faults: &mut Faults,
) -> Option<Arc<Shop>> {
    let directory = app.gateway.directory();
    let Some(target) = request.object("target", faults) else {
        let only = directory.only_shop_of(caller.client).cloned();
        if only.is_none() && request.lacks("target") {
            request.missing("target", faults);
        }
        return only;
    };
    if target.text("type", 64, faults).is_some_and(|kind| kind != "ACCOUNT") {
        faults.note(target.path("type"), Code::INVALID, "ACCOUNT is expected.");
    }
    if target.get("goid").is_none() {
        let only = directory.only_shop_of(caller.client).cloned();
        if only.is_none() {
            target.missing("goid", faults);
        }
        return only;
    }
    goid(app, caller, &target, faults)
}

/// The shop that is named.
pub(crate) fn goid(app: &App, caller: Caller, object: &Object<'_>, faults: &mut Faults) -> Option<Arc<Shop>> {
    if object.get("goid").is_none() {
        object.missing("goid", faults);
        return None;
    }
    let goid = object.integer("goid", faults)?;
    let shop = app.gateway.directory().shop_of(caller.client, ShopId::new(goid)).cloned();
    if shop.is_none() {
        faults.note(object.path("goid"), Code::INVALID, "The client has no such e-shop.");
    }
    shop
}

pub(crate) fn items(request: &Object<'_>, faults: &mut Faults) -> Vec<Item> {
    let rows = request.objects("items", "name", faults).unwrap_or_default();
    if rows.len() > MOST_ITEMS {
        faults.note(request.path("items"), Code::INVALID, "There are too many items.");
        return vec![];
    }
    rows.iter().filter_map(|row| item(row, faults)).collect()
}

fn item(row: &Object<'_>, faults: &mut Faults) -> Option<Item> {
    let kind = one_of(row, "type", &ITEM_TYPES, faults).unwrap_or_else(|| "ITEM".to_owned());
    let name = row.text("name", 256, faults);
    let amount = row.integer("amount", faults);
    for required in ["name", "amount"] {
        if row.get(required).is_none() {
            row.missing(required, faults);
        }
    }
    let count = row.integer("count", faults).unwrap_or(1);
    if count < 0 {
        faults.note(row.path("count"), Code::INVALID, "A positive number is expected.");
    }
    let vat_rate = row.integer("vat_rate", faults);
    if vat_rate.is_some_and(|rate| !(0..=100).contains(&rate)) {
        faults.note(row.path("vat_rate"), Code::INVALID, "A number from 0 to 100 is expected.");
    }
    let ean = row.text("ean", 14, faults);
    if ean.as_deref().is_some_and(|ean| !ean.bytes().all(|byte| byte.is_ascii_digit())) {
        faults.note(row.path("ean"), Code::INVALID, "Digits are expected.");
    }
    let product_url = row.text("product_url", LONGEST_URL, faults);
    // .NET sends a count of 0 for one that is not set (§5.6).
    Some(Item { kind, name: name?, amount: amount?, count: count.max(1), vat_rate, ean, product_url })
}

/// What only a strict shop refuses (§6.1, §19).
pub(crate) fn strict(
    request: &Object<'_>,
    order_number: Option<&str>,
    lang: Option<&str>,
    faults: &mut Faults,
) {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | ' ');
    if order_number.is_some_and(|number| !number.chars().all(plain)) {
        faults.note(request.path("order_number"), Code::INVALID, "Letters, digits and - _ / . are expected.");
    }
    if request.get("items").is_some_and(|items| items.as_array().is_some_and(Vec::is_empty)) {
        faults.note(request.path("items"), Code::INVALID, "An empty list says nothing.");
    }
    if lang.is_some_and(|lang| !LANGUAGES.contains(&lang)) {
        faults.note(request.path("lang"), Code::INVALID, "This language is not known.");
    }
}

/// Where the payer returns to, and where the shop is told.
pub(crate) fn callback(request: &Object<'_>, faults: &mut Faults) -> (Option<String>, Option<String>) {
    let Some(callback) = request.object("callback", faults) else { return (None, None) };
    (url(&callback, "return_url", faults), url(&callback, "notification_url", faults))
}

/// An absolute web address. Other schemes would let a shop run scripts on the payment page.
fn url(object: &Object<'_>, name: &str, faults: &mut Faults) -> Option<String> {
    let text = object.text(name, LONGEST_URL, faults)?;
    // What a browser or a client would read differently than it is written is not an address.
    let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    let web = url::Url::parse(&text).is_ok_and(|url| {
        let no_user = url.username().is_empty() && url.password().is_none();
        matches!(url.scheme(), "http" | "https") && url.host().is_some() && url.port() != Some(0) && no_user
    });
    if plain && web {
        return Some(text);
    }
    faults.note(object.path(name), Code::INVALID, "An absolute http or https address is expected.");
    None
}

pub(crate) fn additional_params(request: &Object<'_>, faults: &mut Faults) -> Vec<AdditionalParam> {
    let params = request.objects("additional_params", "name", faults).unwrap_or_default();
    if params.len() > MOST_PARAMS {
        let path = request.path("additional_params");
        faults.note(path, Code::INVALID, "There are more than four parameters.");
        return vec![];
    }
    let mut kept = Vec::with_capacity(params.len());
    for param in &params {
        let name = param.text("name", 256, faults);
        if param.get("name").is_none() {
            param.missing("name", faults);
        }
        let value = param.text("value", 1_024, faults).unwrap_or_default();
        kept.extend(name.map(|name| AdditionalParam { name, value }));
    }
    kept
}

/// The recurrence that is asked for (§5.7).
pub(crate) fn recurrence(request: &Object<'_>, today: Date, faults: &mut Faults) -> Option<RecurrenceTerms> {
    let recurrence = request.object("recurrence", faults)?;
    let name = recurrence.text("recurrence_cycle", 64, faults);
    let cycle = name.as_deref().and_then(recurrence::cycle);
    if name.is_some() && cycle.is_none() {
        faults.note(recurrence.path("recurrence_cycle"), Code::INVALID, "This value is not known.");
    }
    let until = recurrence.text("recurrence_date_to", 32, faults);
    for required in ["recurrence_cycle", "recurrence_date_to"] {
        if recurrence.get(required).is_none() {
            recurrence.missing(required, faults);
        }
    }
    let period = recurrence.integer("recurrence_period", faults);
    // .NET sends 0 for a period that is not set, which is 1.
    let every = u16::try_from(period.unwrap_or(1)).map(|every| every.max(1)).ok();
    let every = if cycle == Some(Cycle::OnDemand) { Some(1) } else { every };
    if every.is_none() {
        let path = recurrence.path("recurrence_period");
        faults.note(path, Code::INVALID, "A positive number is expected.");
    }
    let day = until.as_deref().and_then(|until| until.get(..10)).and_then(|day| day.parse::<Day>().ok());
    let later = day.filter(|day| *day > civil(today));
    if until.is_some() && later.is_none() {
        let path = recurrence.path("recurrence_date_to");
        faults.note(path, Code::INVALID, "A day after today is expected, as yyyy-mm-dd.");
    }
    Some(RecurrenceTerms { cycle: cycle?, every: every?, until: later? })
}

/// A create request, for the documentation. What is read is more tolerant than what is documented.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
pub(crate) struct CreateRequest {
    #[schema(required = false)]
    payer: PayerRequest,
    #[schema(required = false)]
    target: TargetRequest,
    #[schema(required = false)]
    items: Vec<ItemRequest>,
    /// In hundredths of the currency
    #[schema(minimum = 1, maximum = 1_000_000_000_000_i64)]
    amount: i64,
    /// CZK, EUR, PLN, USD, GBP, HUF, RON, BGN, HRK, DKK
    currency: String,
    #[schema(max_length = 128)]
    order_number: String,
    #[schema(required = false, max_length = 256)]
    order_description: String,
    #[schema(required = false, max_length = 8)]
    lang: String,
    #[schema(required = false)]
    callback: CallbackRequest,
    #[schema(required = false, max_items = 4)]
    additional_params: Vec<AdditionalParam>,
    #[schema(required = false)]
    preauthorization: bool,
    #[schema(required = false)]
    recurrence: RecurrenceRequest,
    /// For e-shops whose sales are reported
    #[schema(required = false)]
    eet: EetRequest,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
struct RecurrenceRequest {
    /// DAY, WEEK, MONTH or ON_DEMAND
    recurrence_cycle: String,
    /// Every how many days, weeks or months
    #[schema(required = false, minimum = 1, maximum = 65535)]
    recurrence_period: i64,
    /// The last day, yyyy-mm-dd
    recurrence_date_to: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
struct PayerRequest {
    #[schema(required = false)]
    allowed_payment_instruments: Vec<String>,
    #[schema(required = false)]
    default_payment_instrument: String,
    /// DEFERRED_PAYMENT, PAY_IN_THREE
    #[schema(required = false)]
    allowed_bnpl_types: Vec<String>,
    #[schema(required = false)]
    default_bnpl_type: String,
    #[schema(required = false)]
    allowed_swifts: Vec<String>,
    #[schema(required = false)]
    default_swift: String,
    /// Four digits that the payer finds in the bank's list of transactions; identifies the card
    #[schema(required = false)]
    verify_pin: String,
    /// Only the card this stands for may pay
    #[schema(required = false)]
    allowed_card_token: String,
    /// Keep the card that pays
    #[schema(required = false)]
    request_card_token: bool,
    #[schema(required = false)]
    contact: Contact,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
struct TargetRequest {
    /// ACCOUNT
    #[schema(required = false)]
    r#type: String,
    goid: i64,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
struct ItemRequest {
    #[schema(required = false)]
    r#type: String,
    #[schema(max_length = 256)]
    name: String,
    amount: i64,
    #[schema(required = false, minimum = 1)]
    count: i64,
    #[schema(required = false, minimum = 0, maximum = 100)]
    vat_rate: i64,
    #[schema(required = false)]
    ean: String,
    #[schema(required = false)]
    product_url: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
struct CallbackRequest {
    #[schema(required = false, max_length = 512)]
    return_url: String,
    #[schema(required = false, max_length = 512)]
    notification_url: String,
}
