//! Streams: what a phone that listens is told, and when its stream ends.

use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt;
use http::{Request, StatusCode};
use serde_json::Value;

use super::{ASTRID, JEPPE, ROOT, Scene, told};

fn address(phone: &str) -> Request<Body> {
    let path = format!("{ROOT}/events?phoneNumber={}", phone.replace('+', "%2B"));
    Request::get(path).body(Body::empty()).unwrap()
}

async fn listen(scene: &Scene, phone: &str) -> BodyDataStream {
    let response = scene.send(address(phone)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body().into_data_stream()
}

/// The next event's phone.
async fn next(stream: &mut BodyDataStream) -> Value {
    let event = stream.next().await.unwrap().unwrap();
    let text = std::str::from_utf8(&event).unwrap();
    let data = text.strip_prefix("event: phone\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
    serde_json::from_str(data).unwrap()
}

#[tokio::test]
async fn a_phone_is_told_at_once_and_after_every_change() {
    let scene = Scene::new();
    let mut stream = listen(&scene, ASTRID).await;
    assert_eq!(next(&mut stream).await["checkIn"], Value::Null);
    scene.at("checkin", 0, ASTRID).await;
    assert_eq!(next(&mut stream).await["checkIn"]["payment"], Value::Null);
    scene.world.ask(0, Some(100));
    assert_eq!(next(&mut stream).await["checkIn"]["payment"]["status"], "IssuedToUser");
    scene.world.end(0, "CancelledByClient");
    let told = next(&mut stream).await;
    assert_eq!(
        (&told["checkIn"], &told["activity"][0]["payment"]["status"]),
        (&Value::Null, &"CancelledByClient".into())
    );
}

#[tokio::test]
async fn what_is_others_is_not_told() {
    let scene = Scene::new();
    let mut stream = listen(&scene, ASTRID).await;
    next(&mut stream).await;
    scene.at("checkin", 0, JEPPE).await;
    scene.world.ask(0, Some(100));
    scene.at("checkin", 1, ASTRID).await;
    assert_eq!(next(&mut stream).await["checkIn"]["pointOfSale"]["name"], "Sweets and popcorn");
}

#[tokio::test]
async fn streams_of_one_phone_are_few_and_their_places_come_back() {
    let scene = Scene::new();
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(listen(&scene, ASTRID).await);
    }
    let response = scene.send(address(ASTRID)).await;
    assert!(response.headers().contains_key("retry-after"));
    let (status, said) = told(response).await;
    assert_eq!((status, &said["code"]), (StatusCode::SERVICE_UNAVAILABLE, &"overloaded".into()));
    drop(listen(&scene, JEPPE).await);
    streams.pop();
    drop(listen(&scene, ASTRID).await);
}

#[tokio::test]
async fn a_stream_ends_when_the_door_is_closed() {
    let scene = Scene::new();
    let mut stream = listen(&scene, ASTRID).await;
    next(&mut stream).await;
    scene.door.close();
    assert!(stream.next().await.is_none());
    assert_eq!(scene.send(address(ASTRID)).await.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_stream_shows_that_it_is_there_and_ends_after_ten_minutes() {
    let scene = Scene::new();
    let mut stream = listen(&scene, ASTRID).await;
    next(&mut stream).await;
    let mut beats = 0;
    while let Some(beat) = stream.next().await {
        assert_eq!(beat.unwrap(), ":\n\n");
        beats += 1;
    }
    assert_eq!(beats, 39);
}

#[tokio::test]
async fn nobody_listens_to_a_phone_that_is_not_there() {
    let scene = Scene::new();
    let (status, said) = told(scene.send(address("+4599999999")).await).await;
    assert_eq!((status, &said["code"]), (StatusCode::NOT_FOUND, &"unknown_customer".into()));
}
