//! Who is calling, by the token, and which terminal the call is about (gptom.md §3.3, §3.4).

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{Person, Terminal};
use http::{HeaderMap, Method, StatusCode};
use polytill_http::{credentials, form};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use crate::error::{ApiError, OauthError, Refused};
use crate::jwt::{self, Claims, Rejected, Use};
use crate::routes::App;
use crate::tid::{self, Bound, NoTid};

/// A token that is good, and everything of the request that may name a terminal.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    person: Arc<Person>,
    /// The terminal the token is bound to.
    bound: Option<String>,
    pub(crate) query: Vec<(String, String)>,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let token = credentials::bearer(&parts.headers).map_err(|_| OauthError::no_token())?;
        let sign = |text: &[u8]| app.gateway.sign_for_people(text);
        let claims = jwt::check(token.expose_secret(), Use::Access, app.gateway.clock().now(), sign);
        let claims = claims.map_err(|rejected| {
            OauthError::invalid_token(match rejected {
                Rejected::Malformed => "The token is not valid.",
                Rejected::Expired => "The token has expired.",
            })
        })?;
        let person =
            app.holder(&claims).ok_or(OauthError::invalid_token("The token is not valid any more."))?;
        let needed = if parts.method == Method::GET { "read" } else { "write" };
        if !claims.scope.iter().any(|scope| scope == needed) {
            let description = "The token's scope does not allow this.";
            return Err(OauthError::new(StatusCode::FORBIDDEN, "insufficient_scope", description).into());
        }
        let query = form::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let query = query.map_err(|_| ApiError::wrong_field("query", "There are too many parameters."))?;
        Ok(Self { person, bound: claims.tid, query, headers: parts.headers.clone() })
    }
}

impl Caller {
    /// A parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        form::last(&self.query, name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The terminal a call is about.
    pub(crate) fn terminal(
        &self,
        app: &App,
        body: Option<&Map<String, Value>>,
    ) -> Result<Arc<Terminal>, ApiError> {
        let named = tid::named(&app.profile, body, &self.query, &self.headers);
        let bound = self.bound.as_deref().map_or(Bound::Company, Bound::To);
        let tid = tid::resolve(bound, &named)?;
        // One of another company and one that does not exist are the same.
        app.permitted(&self.person, &tid).ok_or(ApiError::forbidden())
    }

    /// The terminal a read is about; none when the profile lets a master account leave it out.
    pub(crate) fn terminal_read(&self, app: &App) -> Result<Option<Arc<Terminal>>, ApiError> {
        let named = tid::named(&app.profile, None, &self.query, &self.headers);
        let bound = self.bound.as_deref().map_or(Bound::Company, Bound::To);
        match tid::resolve(bound, &named) {
            Err(NoTid::Missing) if !app.profile.require_tid_on_reads => Ok(None),
            _ => self.terminal(app, None).map(Some),
        }
    }

    /// Whether something of this terminal may be read by this call.
    pub(crate) fn may_read(&self, asked: Option<&Terminal>, terminal: &Terminal) -> bool {
        match asked {
            Some(asked) => asked.id == terminal.id,
            None => terminal.merchant == self.person.merchant,
        }
    }

    pub(crate) fn merchant(&self) -> domain::MerchantId {
        self.person.merchant
    }

    /// The request's own name for itself, in a header.
    pub(crate) fn request_key(&self) -> Result<Option<String>, ApiError> {
        let Some(value) = self.headers.get("idempotency-key") else { return Ok(None) };
        match value.to_str() {
            Ok(key) if !key.is_empty() && key.len() <= gateway::LONGEST_KEY => Ok(Some(key.to_owned())),
            _ => Err(ApiError::wrong_field("Idempotency-Key", "1 to 255 visible characters are expected.")),
        }
    }

    /// Whether the body is said to be something else than JSON.
    pub(crate) fn is_json(&self) -> bool {
        let Some(kind) = self.headers.get(http::header::CONTENT_TYPE) else { return true };
        String::from_utf8_lossy(kind.as_bytes()).to_ascii_lowercase().contains("json")
    }
}

impl crate::routes::Parts {
    /// The person a token was made for, if everything it says is still so.
    pub(crate) fn holder(&self, claims: &Claims) -> Option<Arc<Person>> {
        let person = self.gateway.person_named(&claims.user_name)?;
        let same = person.merchant == claims.company && person.master == claims.master;
        let terminal = match &claims.tid {
            Some(tid) => self.permitted(&person, tid).is_some(),
            None => person.master,
        };
        (same && terminal).then_some(person)
    }

    /// The terminal if this person may use it.
    pub(crate) fn permitted(&self, person: &Person, tid: &str) -> Option<Arc<Terminal>> {
        let tid = tid.parse().ok()?;
        let directory = self.gateway.directory();
        let terminal = directory.terminal_by_tid(&tid)?;
        let own = terminal.merchant == person.merchant && (person.master || person.terminals.contains(&tid));
        own.then(|| Arc::clone(terminal))
    }
}
