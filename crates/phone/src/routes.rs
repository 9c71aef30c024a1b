//! The requests of the interface, one function each: read, ask, show.

use axum::Json;
use axum::extract::{Extension, RawQuery, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use gateway::phone::{CUSTOMERS, PhoneError, PhoneNumber};
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use polytill_http::headers;
use polytill_http::request_id::RequestId;
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use crate::answer::Problem;
use crate::input::Input;
use crate::{Door, show};

type Id = Option<Extension<RequestId>>;

fn respond(id: Id, answer: Result<Option<Value>, Problem>) -> Response {
    let id = id.map_or_else(RequestId::next, |Extension(id)| id);
    let mut response = match answer {
        Ok(Some(shown)) => Json(shown).into_response(),
        Ok(None) => StatusCode::OK.into_response(),
        Err(problem) => return problem.respond(id),
    };
    headers::api(response.headers_mut());
    response
}

/// Whether the request may be made at all: with the secret if there is one, and not on behalf of another site.
pub(crate) async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().copied().unwrap_or_else(RequestId::next);
    if !may(door.settings.secret.as_deref(), request.headers()) {
        return Problem::Unauthorised.respond(id);
    }
    if request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site") {
        return Problem::CrossSite.respond(id);
    }
    next.run(request).await
}

fn may(secret: Option<&str>, headers: &HeaderMap) -> bool {
    let Some(secret) = secret else { return true };
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = shown.and_then(|shown| shown.split_once(' '));
    token.is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer") && bool::from(token.trim().as_bytes().ct_eq(secret.as_bytes()))
    })
}

/// Nobody but the test customers has a phone.
fn known(phone: PhoneNumber) -> Result<PhoneNumber, Problem> {
    phone.customer().map(|_| phone).ok_or(Problem::Phone(PhoneError::UnknownCustomer))
}

pub(crate) async fn check_in(State(door): State<Door>, id: Id, request: Request) -> Response {
    let done = async {
        let input = Input::of_body(request.into_body()).await?;
        let (beacon, phone) = (input.beacon()?, known(input.phone()?)?);
        Ok(door.phones.check_in(&beacon, phone).await.map(|()| None)?)
    };
    respond(id, done.await)
}

pub(crate) async fn accept(State(door): State<Door>, id: Id, request: Request) -> Response {
    let done = async {
        let input = Input::of_body(request.into_body()).await?;
        let (beacon, phone) = (input.beacon()?, known(input.phone()?)?);
        Ok(door.phones.accept(&beacon, phone).await.map(|()| None)?)
    };
    respond(id, done.await)
}

pub(crate) async fn cancel(State(door): State<Door>, id: Id, request: Request) -> Response {
    let done = async {
        let input = Input::of_body(request.into_body()).await?;
        let (beacon, phone) = (input.beacon()?, input.phone_if_any()?.map(known).transpose()?);
        Ok(door.phones.cancel(&beacon, phone).await.map(|()| None)?)
    };
    respond(id, done.await)
}

pub(crate) async fn leave(State(door): State<Door>, id: Id, request: Request) -> Response {
    let done = async {
        let input = Input::of_body(request.into_body()).await?;
        let (beacon, phone) = (input.beacon()?, known(input.phone()?)?);
        Ok(door.phones.leave(&beacon, phone).await.map(|()| None)?)
    };
    respond(id, done.await)
}

pub(crate) async fn view(State(door): State<Door>, id: Id, RawQuery(query): RawQuery) -> Response {
    let shown = async {
        let beacon = Input::of_query(query.as_deref())?.beacon()?;
        Ok(Some(show::at(&door.phones.at(&beacon).await?)))
    };
    respond(id, shown.await)
}

pub(crate) async fn phone(State(door): State<Door>, id: Id, RawQuery(query): RawQuery) -> Response {
    let shown = async {
        let phone = known(Input::of_query(query.as_deref())?.phone()?)?;
        Ok(Some(show::phone(&door.phones.phone(phone).await?, door.phones.now())))
    };
    respond(id, shown.await)
}

pub(crate) async fn points_of_sale(State(door): State<Door>, id: Id, RawQuery(query): RawQuery) -> Response {
    let shown = async {
        let search = Input::of_query(query.as_deref())?.search();
        let found = door.phones.points_of_sale(&search).await?;
        Ok(Some(json!({ "pointsOfSale": found.iter().map(show::pos).collect::<Vec<_>>() })))
    };
    respond(id, shown.await)
}

pub(crate) async fn customers(id: Id) -> Response {
    let everybody: Vec<Value> = CUSTOMERS.iter().map(show::customer).collect();
    respond(id, Ok(Some(json!({ "customers": everybody }))))
}

pub(crate) async fn events(State(door): State<Door>, id: Id, RawQuery(query): RawQuery) -> Response {
    let listening = async {
        let phone = known(Input::of_query(query.as_deref())?.phone()?)?;
        let place = door.live.place(phone).ok_or(Problem::TooManyStreams)?;
        // Told now whether the phone can be shown at all, while there is still a status to say so.
        let first = door.phones.phone(phone).await?;
        Ok(place.stream(door.phones.clone(), first))
    };
    let body = match listening.await {
        Ok(body) => body,
        Err(problem) => return respond(id, Err(problem)),
    };
    let mut response = body.into_response();
    headers::api(response.headers_mut());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    // Proxies that gather answers would keep every event until the stream ends.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}
