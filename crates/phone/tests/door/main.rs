//! The phone's door over a little world of its own: what it answers, what it refuses, what it tells those who listen.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a panic with its place is the best report"
)]

mod listening;
mod requests;
mod world;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use phone::{Door, Settings};
use serde_json::Value;
use tower::ServiceExt;
use world::World;

const ASTRID: &str = "+4520031801";
const JEPPE: &str = "+4520031802";
const ROOT: &str = "/pos/app/usersimulation";

/// A door and the world behind it.
struct Scene {
    world: Arc<World>,
    door: Door,
    router: Router,
}

impl Scene {
    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn with(settings: Settings) -> Self {
        let world = World::new();
        let door = Door::open(world.clone(), settings);
        Self { router: door.router(), door, world }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        told(self.send(Request::get(format!("{ROOT}/{path}")).body(Body::empty()).unwrap()).await).await
    }

    async fn post(&self, path: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::post(format!("{ROOT}/{path}")).body(Body::from(body.to_owned())).unwrap();
        told(self.send(request).await).await
    }

    /// What a customer does at a till.
    async fn at(&self, what: &str, till: usize, phone: &str) -> (StatusCode, Value) {
        let body =
            serde_json::json!({ "beaconId": self.world.beacon(till).to_string(), "phoneNumber": phone });
        self.post(what, &body.to_string()).await
    }

    async fn phone(&self, phone: &str) -> Value {
        let (status, shown) = self.get(&format!("phone?phoneNumber={}", phone.replace('+', "%2B"))).await;
        assert_eq!(status, StatusCode::OK, "{shown}");
        shown
    }
}

async fn told(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let value = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    (status, value)
}
