//! Who is asking, what was sent, and under which key: what every handler takes as arguments.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use bytes::Bytes;
use domain::{ClientId, PaymentId};
use gateway::{LONGEST_KEY, RequestKey, Scope};
use polytill_http::body::{self, BodyError, BodyLimits};
use polytill_http::credentials;
use secrecy::ExposeSecret;

use crate::error::{Code, Failure};
use crate::routes::App;

/// A client with a token that is good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) client: ClientId,
    scope: Scope,
}

impl Caller {
    /// Refuses a token that was only made for creating, when the server is strict about scopes (§3).
    pub(crate) fn may_more_than_create(self, app: &App) -> Result<(), Failure> {
        match self.scope {
            Scope::Create if app.settings.strict_scopes => Err(Failure::unauthorized()),
            Scope::Create | Scope::All => Ok(()),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let token = credentials::bearer(&parts.headers).map_err(|_| Failure::unauthorized())?;
        let access = app.gateway.access(token.expose_secret()).ok_or_else(Failure::unauthorized)?;
        Ok(Self { client: access.client, scope: access.scope })
    }
}

/// The payment the path names; `None` when what it names cannot be a payment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named(pub(crate) Option<PaymentId>);

impl FromRequestParts<App> for Named {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let id = Path::<String>::from_request_parts(parts, app).await.ok().and_then(|id| id.parse().ok());
        Ok(Self(id))
    }
}

/// The whole body, and the idempotency key it came with.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) body: Bytes,
    key: Option<String>,
}

impl Sent {
    /// The key bound to the client, the operation and the body.
    pub(crate) fn key(&self, app: &App, caller: Caller, operation: &str) -> Option<RequestKey> {
        let key = self.key.as_deref()?;
        Some(app.gateway.request_key(caller.client, key, operation, &self.body))
    }
}

impl FromRequest<App> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        let key = idempotency_key(&request)?;
        let body = body::read(request.into_body(), BodyLimits::default()).await.map_err(|error| {
            let (status, what) = match error {
                BodyError::TooLarge { .. } => {
                    (StatusCode::PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB.")
                }
                BodyError::Timeout => (StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time."),
                BodyError::Broken => (StatusCode::BAD_REQUEST, "The body ended early."),
            };
            Failure::global(status, Code::INVALID_REQUEST).described(what)
        })?;
        Ok(Self { body, key })
    }
}

fn idempotency_key(request: &Request) -> Result<Option<String>, Failure> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => Ok(Some(key.to_owned())),
        _ => Err(Failure::conflict(Code::INVALID_REQUEST)
            .described("An Idempotency-Key has 1 to 255 visible ASCII characters.")),
    }
}
