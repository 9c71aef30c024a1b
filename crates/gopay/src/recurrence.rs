//! Payments that follow a first one: `create-recurrence` and `void-recurrence` (§6.5, §6.6), and GoPay's words for how
//! they recur.

use axum::Json;
use axum::extract::State;
use domain::{Cycle, Money, Payment, PaymentId, RecurrenceTerms};
use gateway::{Error, NewCharge, RecurrenceError, Standing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::{Caller, Named, Sent};
use crate::create::{amount, check_order, currency, object};
use crate::eet;
use crate::error::{Code, ErrorBody, Failure};
use crate::extra::{AdditionalParam, Extra};
use crate::fields;
use crate::read::{Faults, Object};
use crate::routes::App;
use crate::state;
use crate::view::{PaymentView, ResultView};

/// The table, with the numbers that .NET sends (§9).
const CYCLES: [(Cycle, &str, &str); 4] = [
    (Cycle::Month, "MONTH", "0"),
    (Cycle::Week, "WEEK", "1"),
    (Cycle::Day, "DAY", "2"),
    (Cycle::OnDemand, "ON_DEMAND", "3"),
];

pub(crate) fn cycle(name: &str) -> Option<Cycle> {
    CYCLES.iter().find(|(_, own, number)| *own == name || *number == name).map(|(cycle, ..)| *cycle)
}

/// How a payment recurs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recurrence)]
pub(crate) struct RecurrenceView {
    /// DAY, WEEK, MONTH or ON_DEMAND
    recurrence_cycle: &'static str,
    /// Absent for ON_DEMAND
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence_period: Option<u16>,
    recurrence_date_to: String,
    /// REQUESTED, STARTED or STOPPED
    recurrence_state: &'static str,
}

pub(crate) fn view(terms: &RecurrenceTerms, standing: Standing) -> RecurrenceView {
    let name = CYCLES.iter().find(|(cycle, ..)| *cycle == terms.cycle).map_or("", |(_, name, _)| *name);
    RecurrenceView {
        recurrence_cycle: name,
        recurrence_period: Some(terms.every).filter(|_| terms.cycle != Cycle::OnDemand),
        recurrence_date_to: terms.until.to_string(),
        recurrence_state: match standing {
            Standing::Requested => "REQUESTED",
            Standing::Started => "STARTED",
            Standing::Stopped => "STOPPED",
        },
    }
}

#[utoipa::path(post, path = "/api/payments/payment/{id}/create-recurrence", params(("id" = i64, Path)),
    request_body(content = ChargeRequest, content_type = "application/json"),
    responses((status = 200, body = PaymentView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody),
        (status = 413, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn create_recurrence(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
    sent: Sent,
) -> Result<Json<PaymentView>, Failure> {
    let first = first(&app, caller, id).await?;
    let key = sent.key(&app, caller, &format!("create-recurrence {}", first.id));
    if let Some(key) = &key
        && let Some(before) = app.gateway.created_under(key).await?
    {
        return Ok(Json(app.view(&before).await?));
    }
    // The state comes before the body (§6).
    app.gateway.may_charge(&first).await.map_err(refused)?;
    let members = object(&sent.body)?;
    let new = charge(&app, &first, &Object::root(&members))?;
    let charge = app.gateway.charge_on_demand(&first, &new, key.as_ref()).await.map_err(refused)?;
    Ok(Json(app.view(&charge).await?))
}

#[utoipa::path(post, path = "/api/payments/payment/{id}/void-recurrence", params(("id" = i64, Path)),
    responses((status = 200, body = ResultView), (status = 403, body = ErrorBody), (status = 409, body = ErrorBody)),
    security(("token" = [])))]
pub(crate) async fn void_recurrence(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named,
) -> Result<Json<ResultView>, Failure> {
    let first = first(&app, caller, id).await?;
    app.gateway.stop_recurrence(&first).await.map_err(refused)?;
    Ok(Json(ResultView { id: first.id.get(), result: "FINISHED" }))
}

/// The caller's payment; an unknown one fails as recorded (§6.6, §8).
async fn first(app: &App, caller: Caller, id: Option<PaymentId>) -> Result<Payment, Failure> {
    let found = match id {
        Some(id) => app.gateway.payment_of(caller.client, id).await,
        None => Err(Error::NotFound),
    };
    found.map_err(|error| match error {
        Error::NotFound => Failure::conflict(Code::PAYMENT_RECURRENCE_FAILED),
        other => other.into(),
    })
}

fn refused(why: RecurrenceError) -> Failure {
    match (state::recurrence_refused(&why), why) {
        (Some(code), _) => Failure::conflict(code),
        (None, RecurrenceError::Gateway(error)) => error.into(),
        (None, _) => Failure::internal(),
    }
}

/// Reads the order of a charge. What it does not say is as in the first payment.
fn charge(app: &App, first: &Payment, request: &Object<'_>) -> Result<NewCharge, Failure> {
    let faults = &mut Faults::default();
    let shop = app.shop(first)?;
    let items = fields::items(request, faults);
    let amount = amount(request, faults);
    let currency = currency(request, Some(shop.as_ref()), faults);
    if currency.is_some_and(|currency| currency != first.terms.amount.currency) {
        faults.note(request.path("currency"), Code::INVALID, "The first payment has another currency.");
    }
    let order_number = request.text("order_number", 128, faults);
    if request.get("order_number").is_none() {
        request.missing("order_number", faults);
    }
    let description = request.text("order_description", 256, faults);
    let additional_params = fields::additional_params(request, faults);
    std::mem::take(faults).verdict()?;
    let (Some(amount), Some(currency), Some(order_number)) = (amount, currency, order_number) else {
        return Err(Failure::internal());
    };
    check_order(&shop, amount, &items)?;
    let eet = eet::of_sale(&shop, request, (amount, currency), &items)?;
    let extra = Extra { items, additional_params, ..Extra::of(&first.terms.extra) };
    Ok(NewCharge {
        money: Money::new(amount, currency),
        order_number,
        description,
        eet,
        extra: serde_json::to_string(&extra).map_err(|_| Failure::internal())?,
    })
}

/// The body of create-recurrence, for the documentation.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the body; it is read tolerantly by hand")]
pub(crate) struct ChargeRequest {
    /// In hundredths of the currency
    #[schema(minimum = 1, maximum = 1_000_000_000_000_i64)]
    amount: i64,
    /// That of the first payment
    currency: String,
    #[schema(max_length = 128)]
    order_number: String,
    #[schema(required = false, max_length = 256)]
    order_description: String,
    #[schema(required = false, max_items = 4)]
    additional_params: Vec<AdditionalParam>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_have_a_name_and_a_number() {
        for (expected, name, number) in CYCLES {
            assert_eq!((cycle(name), cycle(number)), (Some(expected), Some(expected)));
        }
        assert_eq!((cycle("YEAR"), cycle("4"), cycle("month")), (None, None, None));
    }

    #[test]
    fn on_demand_has_no_period() {
        let terms = |cycle| RecurrenceTerms { cycle, every: 2, until: "2030-12-31".parse().unwrap() };
        let text = |cycle, standing| serde_json::to_string(&view(&terms(cycle), standing)).unwrap();
        assert_eq!(
            text(Cycle::Week, Standing::Requested),
            r#"{"recurrence_cycle":"WEEK","recurrence_period":2,"recurrence_date_to":"2030-12-31","recurrence_state":"REQUESTED"}"#
        );
        assert_eq!(
            text(Cycle::OnDemand, Standing::Stopped),
            r#"{"recurrence_cycle":"ON_DEMAND","recurrence_date_to":"2030-12-31","recurrence_state":"STOPPED"}"#
        );
    }
}
