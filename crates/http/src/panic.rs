//! A handler that panics costs its own request and nothing else.
//!
//! [`PanicLayer`] goes around a door's router and turns a panic into that door's own answer for "something is wrong here",
//! which gets the request's id and nothing more. The log gets the id too; the panic's message is printed by the panic hook.
//! A panic is still a defect: it is logged as an error every time.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
};

use axum::{extract::Request, response::Response};
use tower::{Layer, Service};

use crate::request_id::RequestId;

/// Catches panics of the handlers below it and answers with the given function (status 500, the door's own body).
#[derive(Clone, Copy)]
pub struct PanicLayer(fn(RequestId) -> Response);

impl PanicLayer {
    #[must_use]
    pub fn new(answer: fn(RequestId) -> Response) -> Self {
        Self(answer)
    }
}

impl<S> Layer<S> for PanicLayer {
    type Service = PanicService<S>;

    fn layer(&self, inner: S) -> PanicService<S> {
        PanicService { inner, answer: self.0 }
    }
}

/// See [`PanicLayer`].
#[derive(Clone)]
pub struct PanicService<S> {
    inner: S,
    answer: fn(RequestId) -> Response,
}

impl<S> Service<Request> for PanicService<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let id = request.extensions().get::<RequestId>().copied().unwrap_or_else(RequestId::next);
        let answer = self.answer;
        // Nothing of a handler is looked at again after it panicked, so nothing half-done can be seen.
        match catch_unwind(AssertUnwindSafe(|| self.inner.call(request))) {
            Ok(running) => {
                Box::pin(
                    async move { caught(running).await.unwrap_or_else(|Panicked| Ok(after(id, answer))) },
                )
            }
            Err(_) => Box::pin(std::future::ready(Ok(after(id, answer)))),
        }
    }
}

struct Panicked;

async fn caught<F: Future>(running: F) -> Result<F::Output, Panicked> {
    let mut running = std::pin::pin!(running);
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(cx))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

fn after(id: RequestId, answer: fn(RequestId) -> Response) -> Response {
    tracing::error!(request = id.as_str(), "a handler panicked");
    answer(id)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, response::IntoResponse, routing::get};
    use tower::ServiceExt;

    use super::*;
    use crate::request_id::{RequestLayer, X_REQUEST_ID};

    #[tokio::test]
    async fn a_panic_becomes_the_doors_answer_with_nothing_but_the_id() {
        let router = Router::new()
            .route(
                "/",
                get(|| async {
                    if true {
                        panic!("card 4111111111111111")
                    }
                }),
            )
            .layer(PanicLayer::new(|id| (StatusCode::INTERNAL_SERVER_ERROR, id.to_string()).into_response()))
            .layer(RequestLayer::new());
        for _ in 0..2 {
            let response =
                router.clone().oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            let id = response.headers()[X_REQUEST_ID].clone();
            assert_eq!(axum::body::to_bytes(response.into_body(), 100).await.unwrap(), id.as_bytes());
        }
    }
}
