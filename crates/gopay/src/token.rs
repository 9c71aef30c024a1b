//! `POST /api/oauth2/token` (§3).

use axum::Json;
use axum::extract::{FromRequestParts, RawQuery, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::ClientId;
use gateway::Scope;
use polytill_http::peer::Peer;
use polytill_http::{credentials, form};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::Sent;
use crate::error::{Code, Failure};
use crate::routes::App;

/// A token and how long it is good.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    token_type: &'static str,
    access_token: String,
    /// Seconds
    expires_in: i64,
}

/// Who asks for a token. The secret is checked before anything is said about the rest of the request.
pub(crate) struct LoggedIn {
    client: ClientId,
    secret: secrecy::SecretString,
}

impl FromRequestParts<App> for LoggedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let basic = credentials::basic(&parts.headers).map_err(|_| Failure::wrong_credentials())?;
        let address = parts.extensions.get::<Peer>().map(|peer| peer.ip);
        if let Some(address) = address {
            app.throttle.check(address, &basic.id).map_err(|wait| slowed(wait.0.as_secs()))?;
        }
        let client = basic.id.parse::<ClientId>().unwrap_or(ClientId::new(0));
        if app.gateway.log_in(client, basic.secret.expose_secret(), Scope::Create).is_none() {
            if let Some(address) = address {
                app.throttle.failed(address, &basic.id);
            }
            return Err(Failure::wrong_credentials());
        }
        Ok(Self { client, secret: basic.secret })
    }
}

/// Too many failed logins: a client that waits is let in.
fn slowed(wait_s: u64) -> Failure {
    let mut failure = Failure::unauthorized().described("Too many failed logins, try again later.");
    failure.status = StatusCode::TOO_MANY_REQUESTS;
    failure.retry_after_s = Some(wait_s.saturating_add(1));
    failure
}

#[utoipa::path(
    post,
    path = "/api/oauth2/token",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, body = TokenView), (status = 403, body = crate::error::ErrorBody),
        (status = 409, body = crate::error::ErrorBody), (status = 413, body = crate::error::ErrorBody),
        (status = 429, body = crate::error::ErrorBody)),
    security(("client" = []))
)]
pub(crate) async fn issue(
    State(app): State<App>,
    who: LoggedIn,
    RawQuery(query): RawQuery,
    sent: Sent,
) -> Result<Json<TokenView>, Failure> {
    let read = |text: &[u8]| form::parse(text).map_err(|_| Failure::conflict(Code::INVALID_REQUEST));
    let (sent, asked) = (read(&sent.body)?, read(query.unwrap_or_default().as_bytes())?);
    // A community client sends its parameters in the query (§3).
    let parameter = |name| form::last(&sent, name).or_else(|| form::last(&asked, name));
    if parameter("grant_type").is_some_and(|grant| grant != "client_credentials") {
        return Err(Failure::global(StatusCode::FORBIDDEN, Code::AUTH_GRANT_TYPE_NOT_SUPPORTED));
    }
    let scope = scope(parameter("scope").unwrap_or_default())?;
    let token = app
        .gateway
        .log_in(who.client, who.secret.expose_secret(), scope)
        .ok_or_else(Failure::wrong_credentials)?;
    Ok(Json(TokenView {
        token_type: "bearer",
        access_token: token,
        expires_in: app.gateway.token_life().millis() / 1_000,
    }))
}

/// The widest of the scopes asked for; none is the narrowest.
fn scope(text: &str) -> Result<Scope, Failure> {
    let mut widest = Scope::Create;
    for name in text.split([' ', ',']).filter(|name| !name.is_empty()) {
        match name {
            "payment-create" => {}
            "payment-all" => widest = Scope::All,
            _ => return Err(Failure::field("scope", Code::INVALID)),
        }
    }
    Ok(widest)
}

/// The form of a token request, for the documentation.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes the form; it is read tolerantly by hand")]
pub(crate) struct TokenRequest {
    /// client_credentials
    grant_type: String,
    /// payment-create or payment-all
    #[schema(required = false)]
    scope: String,
}
