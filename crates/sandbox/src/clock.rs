//! The clock: it goes with the machine's and can be set forward, never back.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::Span;
use gateway::Gateway;
use jiff::{SpanRelativeTo, Timestamp};
use serde_json::json;

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::view::instant;

/// The longest step.
const LONGEST_STEP: Span = Span::from_days(3_653);
/// Where time ends: cards bear years up to 2099. 2099-01-01T00:00:00Z in milliseconds.
const END_OF_TIME_MS: i64 = 4_070_908_800_000;

/// `GET clock`.
pub(crate) async fn show(State(gateway): State<House>) -> Answer {
    Ok(Json(reading(&gateway)))
}

/// `POST clock/advance {"by":"PT4H"}`: moves the clock and does everything that has become due.
pub(crate) async fn advance(State(gateway): State<House>, mut members: Members) -> Answer {
    let by = members.text("by")?.ok_or_else(|| Problem::input("by", "is missing"))?;
    members.finish(&["by"])?;
    step(&gateway, "by", duration(&by)?).await
}

/// `POST clock {"to":"2030-01-01T00:00:00Z"}`: the same, up to a point in time.
pub(crate) async fn set(State(gateway): State<House>, mut members: Members) -> Answer {
    let to = members.text("to")?.ok_or_else(|| Problem::input("to", "is missing"))?;
    members.finish(&["to"])?;
    let to: Timestamp =
        to.parse().map_err(|_| Problem::input("to", "must be a time such as 2030-01-31T12:00:00Z"))?;
    let to = domain::Timestamp::from_millis(to.as_millisecond());
    step(&gateway, "to", to.since(gateway.clock().now())).await
}

async fn step(gateway: &Arc<Gateway>, field: &'static str, by: Span) -> Answer {
    let sandbox = gateway.sandbox().ok_or(Problem::NoSuchPath)?;
    if by.millis() <= 0 {
        return Err(Problem::input(field, "must be forward: the clock is never set back"));
    }
    if by > LONGEST_STEP {
        return Err(Problem::input(field, "must not be more than ten years"));
    }
    if gateway.clock().now().plus(by).millis() >= END_OF_TIME_MS {
        return Err(Problem::input(field, "must not lead beyond the year 2098"));
    }
    sandbox.advance(by).await?;
    Ok(Json(reading(gateway)))
}

fn reading(gateway: &Arc<Gateway>) -> serde_json::Value {
    let ahead = gateway.clock_ahead().unwrap_or_default();
    let ahead = jiff::SignedDuration::from_millis(ahead.millis());
    json!({ "now": instant(gateway.clock().now()).to_string(), "ahead": ahead.to_string() })
}

/// An ISO 8601 duration of weeks, days, hours, minutes and seconds. A day has 24 hours here.
fn duration(text: &str) -> Result<Span, Problem> {
    let wrong =
        || Problem::input("by", "must be an ISO 8601 duration such as PT4H or P4D, without months or years");
    // The parser knows friendlier spellings too; this door speaks one.
    if !text.trim_start_matches(['+', '-']).starts_with(['P', 'p']) {
        return Err(wrong());
    }
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    if span.get_years() != 0 || span.get_months() != 0 {
        return Err(wrong());
    }
    let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| wrong())?;
    i64::try_from(length.as_millis()).map(Span::from_millis).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_iso_8601() {
        for (text, millis) in [
            ("PT4H", 14_400_000),
            ("P4D", 345_600_000),
            ("P1W", 604_800_000),
            ("P1DT1M30.5S", 86_490_500),
            ("-PT1S", -1_000),
            ("PT0S", 0),
        ] {
            assert_eq!(duration(text).ok().map(Span::millis), Some(millis), "{text}");
        }
        for text in ["", "4h", "P", "PT", "4 hours", "P1M", "P1Y", "tomorrow", "P99999999999999D"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn time_ends_where_it_is_said_to() {
        let end = instant(domain::Timestamp::from_millis(END_OF_TIME_MS));
        assert_eq!(end.to_string(), "2099-01-01T00:00:00Z");
    }
}
