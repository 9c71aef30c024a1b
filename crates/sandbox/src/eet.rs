//! The tax authority, made to misbehave.

use axum::Json;
use axum::extract::State;
use gateway::EetScript;
use serde_json::json;

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;

/// `POST eet`: what the authority answers next: `{"outcome":"no_answer","times":3}`, `{"outcome":"refused","code":4}`; with
/// `{"outcome":"usual"}` it confirms everything again.
pub(crate) async fn script(State(gateway): State<House>, mut members: Members) -> Answer {
    let outcome = members.text("outcome")?.unwrap_or_default();
    let code = members.number("code")?.unwrap_or(4);
    let times = members.number("times")?.unwrap_or(1);
    members.finish(&["outcome", "code", "times"])?;
    let fault = u32::try_from(code).map_err(|_| Problem::input("code", "must be a number of a fault"))?;
    let times = usize::try_from(times).unwrap_or(usize::MAX);
    let sandbox = gateway.sandbox().ok_or(Problem::NoSuchPath)?;
    let script = match outcome.as_str() {
        "no_answer" => EetScript::NoAnswer,
        "refused" => EetScript::Refused { fault },
        "usual" => {
            sandbox.authority().reset();
            return Ok(Json(json!({ "outcome": outcome })));
        }
        _ => return Err(Problem::input("outcome", "must be no_answer, refused or usual")),
    };
    if !sandbox.authority().script(script, times) {
        return Err(Problem::input("times", "must be less: too many answers wait"));
    }
    Ok(Json(json!({ "outcome": outcome, "times": times })))
}
