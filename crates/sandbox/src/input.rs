//! Reading what a tester sends: a JSON object, or nothing.
//!
//! Members are taken one by one and what is left over is refused, so that a misspelt name is told instead of
//! ignored. A refusal names the member and says what was expected; what was sent is never repeated, because a
//! card number may be among it.

use axum::extract::{FromRequest, Request};
use polytill_http::body::{self, BodyLimits, Content};
use polytill_http::json::{self, Encoding};
use serde_json::{Map, Value};

use crate::answer::Problem;

/// The members of a body that have not been taken yet.
#[derive(Debug, Default)]
pub(crate) struct Members(Map<String, Value>);

impl<S: Sync> FromRequest<S> for Members {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let bytes = body::read(request.into_body(), BodyLimits::default()).await?;
        let value = match body::content(&bytes) {
            Content::Empty => return Ok(Self::default()),
            Content::Json(text) | Content::Form(text) => json::parse(text, Encoding::Utf8),
        };
        match value.map_err(|error| Problem::Body(error.to_string()))? {
            Value::Object(members) => Ok(Self(members)),
            _ => Err(Problem::Body("the body must be a JSON object".to_owned())),
        }
    }
}

impl Members {
    /// A text; `None` when absent or null.
    pub(crate) fn text(&mut self, field: &'static str) -> Result<Option<String>, Problem> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::input(field, "must be a text")),
        }
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&mut self, field: &'static str) -> Result<Option<i64>, Problem> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_i64() {
                Some(number) if number >= 0 => Ok(Some(number)),
                _ => Err(Problem::input(field, "must be a whole number, not negative")),
            },
        }
    }

    pub(crate) fn flag(&mut self, field: &'static str) -> Result<Option<bool>, Problem> {
        match self.0.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(Problem::input(field, "must be true or false")),
        }
    }

    /// One of a table's names, as what it stands for.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        field: &'static str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, meaning)| *meaning);
        found.map(Some).ok_or_else(|| {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            Problem::input(field, format!("must be one of {}", names.join(", ")))
        })
    }

    /// Refuses what nobody has taken.
    pub(crate) fn finish(self, known: &[&'static str]) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let why = match known {
            [] => "this request has no members".to_owned(),
            known => format!("there is an unknown member; known are {}", known.join(", ")),
        };
        Err(Problem::Body(why))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    async fn members(body: &'static str) -> Result<Members, String> {
        let request = Request::new(Body::from(body));
        Members::from_request(request, &()).await.map_err(|problem| problem.to_string())
    }

    #[tokio::test]
    async fn nothing_stands_for_the_defaults() {
        for body in ["", "  \n", "{}", r#"{"card":null}"#] {
            let mut members = members(body).await.unwrap();
            assert_eq!(members.text("card").unwrap(), None, "{body:?}");
            assert!(members.finish(&["card"]).is_ok());
        }
    }

    #[tokio::test]
    async fn a_refusal_names_the_member_and_never_repeats_what_was_sent() {
        let mut body = members(r#"{"card":4444444444444448,"leave":"4444"}"#).await.unwrap();
        assert_eq!(body.text("card").unwrap_err().to_string(), "card: must be a text");
        assert_eq!(body.flag("leave").unwrap_err().to_string(), "leave: must be true or false");
        let mut body = members(r#"{"by":"4444","4444444444444448":1}"#).await.unwrap();
        let problem = body.choice("by", &[("payer", 1), ("merchant", 2)]).unwrap_err();
        assert_eq!(problem.to_string(), "by: must be one of payer, merchant");
        assert_eq!(body.finish(&["by"]).unwrap_err().to_string(), "there is an unknown member; known are by");
        for wrong in ["4444", "[4444]", "{\"card\":4444", "card=4444"] {
            let problem = members(wrong).await.unwrap_err();
            assert!(!problem.contains("4444"), "{problem}");
        }
    }
}
