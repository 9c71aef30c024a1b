//! The routes under every prefix of the profile, and the door's own answer to what it does not know there
//! (gptom.md §1, §5).

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get};
use axum::{Json, Router};
use gateway::Gateway;
use polytill_http::panic::PanicLayer;
use polytill_http::throttle::{LoginThrottle, ThrottleLimits};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::error::{self, ApiError};
use crate::profile::Profile;
use crate::{batches, create, tasks, token, transactions};

/// What every handler has at hand; a clone is one count.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

pub(crate) struct Parts {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) profile: Profile,
    pub(crate) throttle: LoginThrottle,
}

/// A path's methods; any other is told which there are.
fn only(methods: MethodRouter<App>, allow: &'static str) -> MethodRouter<App> {
    methods.fallback(move || async move { ApiError::wrong_method(allow) })
}

/// Everything of this door.
pub fn router(gateway: Arc<Gateway>, profile: Profile) -> Router {
    let prefixes = profile.path_prefixes.clone();
    let throttle = LoginThrottle::new(ThrottleLimits::default());
    let app = App(Arc::new(Parts { gateway, profile, throttle }));
    let of_one = get(tasks::read).post(create::create).delete(tasks::cancel);
    let of_task: Router<App> = Router::new()
        .route("/", only(get(tasks::list), "GET"))
        .route("/{one}", only(of_one, "GET, POST, DELETE"))
        .route("/{one}/{two}", only(get(tasks::read_more).post(tasks::act), "GET, POST"));
    let of_transaction: Router<App> = Router::new()
        .route("/", only(get(transactions::list), "GET"))
        .route("/{name}", only(get(transactions::read), "GET"));
    let of_batch: Router<App> = Router::new()
        .route("/", only(get(batches::list), "GET"))
        .route("/{name}", only(get(batches::read), "GET"));
    let mut doors: Router<App> = Router::new();
    for prefix in &prefixes {
        let token = format!("{prefix}/oauth/token");
        doors = doors
            .route(&token, any(token::token))
            .route(&format!("{token}/"), any(token::token))
            .route(&format!("{prefix}/v1/health"), only(get(health), "GET"))
            .route(&format!("{prefix}/actuator/health"), only(get(health), "GET"));
        for unknown in ["oauth/{*rest}", "v1", "v1/", "v1/{*rest}"] {
            doors = doors.route(&format!("{prefix}/{unknown}"), any(nothing_here));
        }
        for (place, routes) in
            [("tasks", &of_task), ("transactions", &of_transaction), ("batches", &of_batch)]
        {
            doors = doors.nest_service(&format!("{prefix}/v1/{place}"), resource(routes, &app));
        }
    }
    doors
        .layer(PanicLayer::new(|_| ApiError::internal().into_response()))
        .layer(from_fn_with_state(app.clone(), error::finish))
        .with_state(app)
}

/// The routes of a resource; a slash at the end of a path is taken off for a second look.
fn resource(routes: &Router<App>, app: &App) -> Router {
    let plain = routes.clone().fallback(nothing_here).with_state(app.clone());
    let again = plain.clone();
    routes.clone().fallback(move |request| tidied(again, request)).with_state(app.clone())
}

async fn tidied(routes: Router, mut request: Request) -> Response {
    let uri = request.uri();
    let path = uri.path().trim_end_matches('/');
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(tidy) = format!("{path}{query}").parse() else { return ApiError::not_found().into_response() };
    *request.uri_mut() = tidy;
    match routes.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn nothing_here() -> ApiError {
    ApiError::not_found()
}

/// Public (§5.5).
async fn health() -> Json<Value> {
    Json(json!({"status": "UP"}))
}
