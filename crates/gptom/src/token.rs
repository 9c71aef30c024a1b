//! The token endpoint (gptom.md §3.1, §3.2): a person's name and password, or an older token, become a pair of tokens.
//!
//! What always holds: the program is looked at first, the person second, the terminal last, and whatever is wrong about
//! the person or the terminal is the same `invalid_grant`. Nothing of a request is logged.

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use domain::{Grant, OauthClient, Person, Timestamp};
use gateway::PersonLogin;
use http::{Method, StatusCode};
use polytill_http::body::{self, BodyLimits};
use polytill_http::credentials;
use polytill_http::form;
use polytill_http::peer::Peer;
use secrecy::ExposeSecret;
use serde::Serialize;
use std::sync::Arc;

use crate::error::OauthError;
use crate::jwt::{self, Claims, Rejected, Use};
use crate::routes::App;

const SCOPES: [&str; 2] = ["read", "write"];
const DAY_S: u32 = 86_400;

/// All six members, always (§3.1).
#[derive(Debug, Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    refresh_token: String,
    expires_in: u32,
    scope: String,
    tid: Option<String>,
}

pub(crate) async fn token(State(app): State<App>, request: Request) -> Response {
    match issue(&app, request).await {
        Ok(tokens) => Json(tokens).into_response(),
        Err(error) => error.into_response(),
    }
}

async fn issue(app: &App, request: Request) -> Result<Tokens, OauthError> {
    if request.method() != Method::POST {
        let status = StatusCode::METHOD_NOT_ALLOWED;
        return Err(OauthError::new(status, "method_not_allowed", "Only POST is known here."));
    }
    let client = client(app, &request)?;
    let pairs = pairs(request).await?;
    let field = |name: &str| form::last(&pairs, name).filter(|value| !value.is_empty());
    match field("grant_type") {
        None => Err(OauthError::bad("invalid_request", "grant_type is missing.")),
        Some("password") => {
            allowed(&client, Grant::Password)?;
            by_password(app, &client, &field).await
        }
        Some("refresh_token") => {
            allowed(&client, Grant::RefreshToken)?;
            by_refresh(app, &client, &field)
        }
        Some(_) => Err(OauthError::bad("unsupported_grant_type", "The grant type is not known.")),
    }
}

/// The program, by its pair. Guessing is slowed per address and name.
fn client(app: &App, request: &Request) -> Result<Arc<OauthClient>, OauthError> {
    let basic = credentials::basic(request.headers()).map_err(|_| OauthError::no_client())?;
    let address = request.extensions().get::<Peer>().map(|peer| peer.ip);
    if let Some(address) = address
        && let Err(wait) = app.throttle.check(address, &basic.id)
    {
        return Err(OauthError::later(StatusCode::TOO_MANY_REQUESTS, wait.0.as_secs().saturating_add(1)));
    }
    let client = app.gateway.oauth_client(&basic.id, basic.secret.expose_secret());
    if client.is_none()
        && let Some(address) = address
    {
        app.throttle.failed(address, &basic.id);
    }
    client.ok_or_else(OauthError::no_client)
}

fn allowed(client: &OauthClient, grant: Grant) -> Result<(), OauthError> {
    if client.grants.contains(&grant) {
        return Ok(());
    }
    Err(OauthError::new(StatusCode::UNAUTHORIZED, "invalid_client", "The client may not use this grant."))
}

/// The fields of the body, and of the query, which some clients use instead.
async fn pairs(request: Request) -> Result<Vec<(String, String)>, OauthError> {
    let too_many = |_| OauthError::bad("invalid_request", "There are too many fields.");
    let query = request.uri().query().unwrap_or_default().to_owned();
    let limits = BodyLimits::default();
    let body = body::read(request.into_body(), limits).await.map_err(|error| match error {
        body::BodyError::TooLarge { .. } => {
            OauthError::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "The body is too large.")
        }
        body::BodyError::Timeout | body::BodyError::Broken => {
            OauthError::bad("invalid_request", "The body did not arrive.")
        }
    })?;
    let mut pairs = form::parse(query.as_bytes()).map_err(too_many)?;
    pairs.extend(form::parse(&body).map_err(too_many)?);
    Ok(pairs)
}

/// One answer for everything that is wrong about a person, a password or a terminal.
const fn invalid_grant() -> OauthError {
    OauthError::bad("invalid_grant", "Bad credentials")
}

async fn by_password<'f>(
    app: &App,
    client: &OauthClient,
    field: &impl Fn(&str) -> Option<&'f str>,
) -> Result<Tokens, OauthError> {
    let (Some(name), Some(password)) = (field("username"), field("password")) else {
        return Err(OauthError::bad("invalid_request", "username and password are needed."));
    };
    let person = match app.gateway.person(name, password).await {
        Ok(PersonLogin::In(person)) => person,
        Ok(PersonLogin::Wrong | PersonLogin::Locked { .. }) => return Err(invalid_grant()),
        Err(gateway::Error::Overloaded) => return Err(OauthError::later(StatusCode::SERVICE_UNAVAILABLE, 1)),
        Err(error) => {
            tracing::error!(%error, "a login failed");
            return Err(OauthError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "Something went wrong here.",
            ));
        }
    };
    serves(client, &person)?;
    let tid = terminal_for(app, &person, field("tid"))?;
    let scope = scope(field("scope"))?;
    Ok(pair(app, client, &person, tid, &scope))
}

fn serves(client: &OauthClient, person: &Person) -> Result<(), OauthError> {
    let serves = client.merchant.is_none_or(|merchant| merchant == person.merchant);
    if serves { Ok(()) } else { Err(invalid_grant()) }
}

/// The terminal the token is bound to; none for a master account that names none.
fn terminal_for(app: &App, person: &Person, asked: Option<&str>) -> Result<Option<String>, OauthError> {
    let tid = match (asked.map(str::trim), person.terminals.as_slice()) {
        (Some(tid), _) => tid.to_owned(),
        (None, _) if person.master => return Ok(None),
        (None, [only]) => only.to_string(),
        (None, _) => return Err(OauthError::bad("invalid_request", "tid is needed.")),
    };
    if app.permitted(person, &tid).is_some_and(|terminal| terminal.active) {
        Ok(Some(tid))
    } else {
        Err(invalid_grant())
    }
}

/// What the token may be used for: everything, or less if less was asked for.
fn scope(asked: Option<&str>) -> Result<Vec<String>, OauthError> {
    let Some(asked) = asked else { return Ok(SCOPES.map(str::to_owned).to_vec()) };
    let wanted: Vec<&str> = asked.split_whitespace().collect();
    if wanted.iter().any(|scope| !SCOPES.contains(scope)) {
        return Err(OauthError::bad("invalid_scope", "read and write are known."));
    }
    Ok(SCOPES.into_iter().filter(|scope| wanted.contains(scope)).map(str::to_owned).collect())
}

fn by_refresh<'f>(
    app: &App,
    client: &OauthClient,
    field: &impl Fn(&str) -> Option<&'f str>,
) -> Result<Tokens, OauthError> {
    let Some(token) = field("refresh_token") else {
        return Err(OauthError::bad("invalid_request", "refresh_token is missing."));
    };
    let sign = |text: &[u8]| app.gateway.sign_for_people(text);
    let claims = jwt::check(token, Use::Refresh, app.gateway.clock().now(), sign);
    let claims = claims.map_err(|rejected| match rejected {
        Rejected::Malformed => OauthError::bad("invalid_grant", "The refresh token is not valid."),
        Rejected::Expired => OauthError::invalid_token("The refresh token has expired."),
    })?;
    let person = app.holder(&claims).filter(|_| claims.client_id == client.name);
    let person = person.ok_or_else(invalid_grant)?;
    serves(client, &person)?;
    if field("tid").is_some_and(|tid| Some(tid.trim()) != claims.tid.as_deref()) {
        return Err(invalid_grant());
    }
    Ok(pair(app, client, &person, claims.tid, &claims.scope))
}

/// An access token and the token that renews it.
fn pair(app: &App, client: &OauthClient, person: &Person, tid: Option<String>, scope: &[String]) -> Tokens {
    let now = app.gateway.clock().now();
    let (lasts_s, told_s) = match tid {
        Some(_) => (app.profile.access_ttl_bound_s, app.profile.access_ttl_bound_s),
        // The vendor tells the time that is left, a second after it began.
        None => (app.profile.access_ttl_master_s, app.profile.access_ttl_master_s.saturating_sub(1)),
    };
    let access = Claims {
        user_name: person.user_name.clone(),
        client_id: client.name.clone(),
        company: person.merchant,
        tid: tid.clone(),
        master: person.master,
        scope: scope.to_vec(),
        purpose: Use::Access,
        jti: random_name(),
        ati: None,
        iat: seconds(now),
        exp: seconds(now).saturating_add(lasts_s.into()),
    };
    let refresh = Claims {
        purpose: Use::Refresh,
        jti: random_name(),
        ati: Some(access.jti.clone()),
        exp: seconds(now).saturating_add((app.profile.refresh_ttl_days.saturating_mul(DAY_S)).into()),
        ..access.clone()
    };
    let sign = |text: &[u8]| app.gateway.sign_for_people(text);
    Tokens {
        access_token: jwt::issue(&access, sign),
        token_type: "bearer",
        refresh_token: jwt::issue(&refresh, sign),
        expires_in: told_s,
        scope: scope.join(" "),
        tid,
    }
}

const fn seconds(at: Timestamp) -> i64 {
    at.millis() / 1_000
}

/// 128 random bits. Without randomness the names are all alike, and nothing depends on them.
fn random_name() -> String {
    let mut bytes = [0; 16];
    let _ = getrandom::fill(&mut bytes);
    format!("{:032x}", u128::from_be_bytes(bytes))
}
