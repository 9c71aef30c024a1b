//! Reading what a phone sends: a JSON object of texts in a body, or pairs in a query. Members that are not known are
//! passed over, and a refusal never repeats what was sent.

use axum::body::Body;
use domain::BeaconId;
use gateway::phone::PhoneNumber;
use polytill_http::body::{self, BodyLimits};
use polytill_http::form;
use polytill_http::json::{self, Encoding};
use serde_json::Value;

use crate::answer::Problem;

/// Characters of a search that are looked at.
const LONGEST_SEARCH: usize = 64;

/// Names and texts, from wherever.
#[derive(Debug, Default)]
pub(crate) struct Input(Vec<(String, String)>);

impl Input {
    pub(crate) async fn of_body(body: Body) -> Result<Self, Problem> {
        let bytes = body::read(body, BodyLimits::default()).await?;
        let Ok(Value::Object(object)) = json::parse(&bytes, Encoding::Utf8) else {
            return Err(Problem::Invalid("the body must be a JSON object"));
        };
        let texts = object.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            _ => None,
        });
        Ok(Self(texts.collect()))
    }

    pub(crate) fn of_query(query: Option<&str>) -> Result<Self, Problem> {
        let pairs = form::parse(query.unwrap_or_default().as_bytes());
        pairs.map(Self).map_err(|_| Problem::Invalid("the query has too many pairs"))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, text)| text.trim())
    }

    pub(crate) fn beacon(&self) -> Result<BeaconId, Problem> {
        let text = self.text("beaconId").ok_or(Problem::Invalid("beaconId is missing"))?;
        text.parse().map_err(|_| Problem::Invalid("beaconId must be a GUID or 15 digits"))
    }

    pub(crate) fn phone(&self) -> Result<PhoneNumber, Problem> {
        self.phone_if_any()?.ok_or(Problem::Invalid("phoneNumber is missing"))
    }

    pub(crate) fn phone_if_any(&self) -> Result<Option<PhoneNumber>, Problem> {
        let Some(text) = self.text("phoneNumber") else { return Ok(None) };
        let number =
            text.parse().map_err(|_| Problem::Invalid("phoneNumber must be + and 7 to 15 digits"))?;
        Ok(Some(number))
    }

    pub(crate) fn search(&self) -> String {
        self.text("search").unwrap_or_default().chars().take(LONGEST_SEARCH).collect()
    }
}
