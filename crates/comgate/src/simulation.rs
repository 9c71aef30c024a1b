//! Ending a test payment without touching the terminal (comgate.md §13): a button of the built-in simulated device,
//! pressed by the register.

use axum::Json;
use axum::extract::{Request, State};
use domain::{CardData, CardEntry, Expiry, Minor, MoneyState, Pan, TaskKind};
use gateway::terminals::{CardRead, Press, PressError};
use gateway::{Behaviour, DEFAULT_CARD, TEST_CARDS};
use serde_json::{Map, Value};

use crate::error::{Failure, Verdict};
use crate::login::Caller;
use crate::payments::{Own, own, whole};
use crate::routes::App;
use crate::{read, state};

/// What is asked for: `{"subject":"payment","transId":…,"task":"PAID|CANCELLED","reason":…}`.
pub(crate) async fn simulate(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<Json<Verdict>, Failure> {
    let request = read::object(&whole(request).await?)?;
    if !caller.login.test {
        return Err(Failure::bad("not a test login"));
    }
    let text = |name: &str| request.get(name).and_then(Value::as_str);
    let name = text("transId").ok_or_else(|| Failure::bad("transId is missing"))?;
    let name = format!("{name}.json");
    let kind = match text("subject") {
        Some("payment") | None => TaskKind::Sale,
        Some("refund") => TaskKind::Refund,
        Some(_) => return Err(Failure::bad("subject must be payment or refund")),
    };
    let Own { task, payment, .. } = own(&app, &caller, &name, kind).await?;
    if payment.money != MoneyState::Open {
        return Err(Failure::bad("payment is not in the PENDING state"));
    }
    let sandbox = app.gateway.sandbox();
    let sandbox = sandbox.as_ref().ok_or_else(|| Failure::bad("this terminal is not simulated"))?;
    let press = press(&request, text("task"))?;
    sandbox.presses().press(task.terminal, press).await.map_err(not_pressed)?;
    Ok(Json(Verdict::ok()))
}

/// A test card on a phone, which asks for no PIN.
fn card(number: &str) -> Result<CardRead, Failure> {
    let pan = Pan::parse(number).map_err(|_| Failure::internal())?;
    let expiry = Expiry::new(2_049, 12).map_err(|_| Failure::internal())?;
    let card = CardData { pan, expiry, cvc: None };
    let (entry, pin, tip) = (CardEntry::Contactless, None, Minor::ZERO);
    Ok(CardRead { card, entry, pin, device_verified: true, tip, conversion: None })
}

fn press(request: &Map<String, Value>, task: Option<&str>) -> Result<Press, Failure> {
    match task {
        Some("PAID") => Ok(Press::Present(Box::new(card(DEFAULT_CARD)?))),
        Some("CANCELLED") => match request.get("reason").and_then(Value::as_str) {
            None | Some("CANCELLED_BY_CUSTOMER") => Ok(Press::Abort { by_operator: false }),
            Some("CANCELLED_BY_OPERATOR") => Ok(Press::Abort { by_operator: true }),
            Some(word) => {
                let reason = state::reason_of(word).ok_or_else(|| Failure::bad("reason is not known"))?;
                let declined = TEST_CARDS.iter().find(|card| card.behaviour == Behaviour::Decline(reason));
                let declined = declined.ok_or_else(|| Failure::bad("reason cannot be simulated"))?;
                Ok(Press::Present(Box::new(card(declined.number)?)))
            }
        },
        Some("AUTHORIZED") => Err(Failure::bad("terminals do not preauthorise")),
        _ => Err(Failure::bad("task must be PAID or CANCELLED")),
    }
}

fn not_pressed(error: PressError) -> Failure {
    Failure::bad(error.to_string())
}
