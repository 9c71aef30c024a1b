//! `POST /api/payments/payment` (§6.1): every field is read tolerantly and checked, then there is a payment.

use axum::Json;
use axum::extract::State;
use domain::{
    CaptureMode, Currency, Door, ItemsSum, Minor, Money, OnFile, OtherMethods, RecurrenceTerms, Shop, Terms,
};
use gateway::TokenMeaning;
use polytill_http::body::{Content, content};
use polytill_http::json;
use serde_json::{Map, Value};

use crate::access::{Caller, Sent};
use crate::eet;
use crate::error::{Code, ErrorBody, Failure};
use crate::extra::{Extra, Item};
use crate::fields::{self, CardWishes};
use crate::instrument;
use crate::read::{Faults, Object};
use crate::routes::App;
use crate::view::PaymentView;

#[utoipa::path(post, path = "/api/payments/payment",
    request_body(content = fields::CreateRequest, content_type = "application/json"),
    responses((status = 200, body = PaymentView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn create(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Json<PaymentView>, Failure> {
    let key = sent.key(&app, caller, "create");
    if let Some(key) = &key
        && let Some(before) = app.gateway.created_under(key).await?
    {
        return Ok(Json(app.view(&before).await?));
    }
    let members = object(&sent.body)?;
    let terms = terms(&app, caller, &Object::root(&members)).await?;
    let payment = app.gateway.create(terms, key.as_ref()).await?;
    Ok(Json(app.view(&payment).await?))
}

pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    let refused = |what| Failure::conflict(Code::INVALID_REQUEST).described(what);
    let Content::Json(body) = content(body) else { return Err(refused("A JSON object is expected.")) };
    match json::parse(body, json::Encoding::Utf8OrLatin1) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(refused("A JSON object is expected.")),
        Err(_) => Err(refused("The body is not well-formed JSON.")),
    }
}

/// Reads a request into terms, or says everything that is wrong with it in the order of §6.1.
async fn terms(app: &App, caller: Caller, request: &Object<'_>) -> Result<Terms, Failure> {
    let faults = &mut Faults::default();
    let (payer, wishes) = fields::payer(request, faults);
    let shop = fields::target(app, caller, request, faults);
    let items = fields::items(request, faults);
    let amount = amount(request, faults);
    let currency = currency(request, shop.as_deref(), faults);
    let order_number = request.text("order_number", 128, faults);
    if request.get("order_number").is_none() {
        request.missing("order_number", faults);
    }
    let description = request.text("order_description", 256, faults);
    let lang = request.text("lang", 8, faults).map(|lang| lang.to_ascii_lowercase());
    let (return_url, notification_url) = fields::callback(request, faults);
    let additional_params = fields::additional_params(request, faults);
    let preauthorised = request.truth("preauthorization", faults).unwrap_or(false);
    let recurrence = fields::recurrence(request, app.today(), faults);
    let card_allowed = instrument::is_card_allowed(&payer);
    let card_only = recurrence.is_some() || wishes.allowed_token.is_some();
    if card_only && !card_allowed {
        let path = "payer.allowed_payment_instruments".to_owned();
        faults.note(path, Code::INVALID, "Only a card can do this, and no card is allowed.");
    }
    if shop.as_deref().is_some_and(|shop| shop.settings.strict_create) {
        fields::strict(request, order_number.as_deref(), lang.as_deref(), faults);
    }
    std::mem::take(faults).verdict()?;

    let (Some(shop), Some(amount), Some(currency), Some(order_number)) =
        (shop, amount, currency, order_number)
    else {
        return Err(Failure::internal());
    };
    check_business(&shop, amount, &items, preauthorised, recurrence.is_some())?;
    let eet = eet::of_sale(&shop, request, (amount, currency), &items)?;
    let on_file = on_file(app, &shop, wishes, recurrence).await?;
    let language = lang.clone().unwrap_or_else(|| shop.language.clone());
    let (mut other_methods, mut preselected) = (instrument::others(&payer), instrument::preselected(&payer));
    if recurrence.is_some() || on_file.only.is_some() {
        (other_methods, preselected) = (OtherMethods::None, None);
    }
    let extra = Extra { payer, items, additional_params, lang };
    Ok(Terms {
        door: Door::GoPay,
        shop: shop.id,
        amount: Money::new(amount, currency),
        capture: if preauthorised { CaptureMode::Manual } else { CaptureMode::Automatic },
        order_number,
        description,
        language,
        return_url,
        notification_url,
        card_allowed,
        other_methods,
        preselected,
        windows: shop.settings.windows,
        fee: shop.settings.fee,
        terminal: None,
        on_file,
        eet,
        extra: serde_json::to_string(&extra).map_err(|_| Failure::internal())?,
    })
}

pub(crate) fn amount(request: &Object<'_>, faults: &mut Faults) -> Option<Minor> {
    if request.get("amount").is_none() {
        request.missing("amount", faults);
        return None;
    }
    let amount = Minor::new(request.integer("amount", faults)?);
    if amount.is_positive() && amount <= Minor::MAX {
        return Some(amount);
    }
    faults.note(request.path("amount"), Code::INVALID, "The amount is not positive or far too large.");
    None
}

pub(crate) fn currency(request: &Object<'_>, shop: Option<&Shop>, faults: &mut Faults) -> Option<Currency> {
    if request.get("currency").is_none() {
        request.missing("currency", faults);
        return None;
    }
    let currency = request.text("currency", 3, faults)?.parse::<Currency>().ok();
    // Whether an unknown shop takes the currency is not the client's problem yet.
    let taken = currency.filter(|currency| shop.is_none_or(|shop| shop.currencies.contains(currency)));
    if taken.is_none() {
        faults.note(request.path("currency"), Code::INVALID, "The e-shop does not take this currency.");
    }
    taken
}

/// What is agreed about cards on file. A token that was deleted is refused; one that was never heard of as well, unless
/// the server is told to be lenient about it (§19).
async fn on_file(
    app: &App,
    shop: &Shop,
    wishes: CardWishes,
    recurrence: Option<RecurrenceTerms>,
) -> Result<OnFile, Failure> {
    let meaning = match &wishes.allowed_token {
        Some(token) => Some(app.gateway.card_behind(shop.id, token).await?),
        None => None,
    };
    let only = match meaning {
        None => None,
        Some(TokenMeaning::Card(card)) => Some(card),
        Some(TokenMeaning::Nothing) if app.settings.accept_unknown_card_tokens => None,
        Some(TokenMeaning::Nothing | TokenMeaning::Deleted) => {
            return Err(Failure::field("payer.allowed_card_token", Code::INVALID)
                .described("The e-shop has no such card."));
        }
    };
    Ok(OnFile {
        recurrence,
        parent: None,
        keep: wishes.request_token || wishes.statement_text.is_some(),
        statement_text: wishes.statement_text,
        only,
    })
}

/// The rules that every order has to keep, also that of a later charge.
pub(crate) fn check_order(shop: &Shop, amount: Minor, items: &[Item]) -> Result<(), Failure> {
    let sum = items.iter().fold(0_i64, |sum, item| sum.saturating_add(item.amount));
    let fits = match shop.settings.items_sum {
        ItemsSum::Off => true,
        ItemsSum::NotGreater => sum <= amount.get(),
        // Many shops send no items at all.
        ItemsSum::Equal => items.is_empty() || sum == amount.get(),
    };
    if !fits {
        return Err(Failure::conflict(Code::PAYMENT_ITEMS_SUM_MISMATCH));
    }
    if !shop.active {
        return Err(Failure::conflict(Code::ESHOP_DEACTIVATED));
    }
    Ok(())
}

/// The rules that are about the whole request (§6.1).
fn check_business(
    shop: &Shop,
    amount: Minor,
    items: &[Item],
    preauthorised: bool,
    recurring: bool,
) -> Result<(), Failure> {
    check_order(shop, amount, items)?;
    if preauthorised && !shop.settings.preauthorisation {
        return Err(Failure::conflict(Code::PAYMENT_CREATION_FAILED));
    }
    if recurring && !shop.settings.recurrence {
        return Err(Failure::conflict(Code::PAYMENT_RECURRENCE_NOT_SUPPORTED));
    }
    Ok(())
}
