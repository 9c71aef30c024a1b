//! Frames, messages and connections have bounds, and what is refused is never repeated.

use testkit::prelude::*;
use testkit::terminal::AUTOMATIC;

/// A WebSocket's frames as the actor's library has them.
type Message = testkit::terminal::Frame;

#[tokio::test]
async fn only_small_text_frames_are_taken() {
    let till = Till::sandbox().await;
    let mut device = till.device(AUTOMATIC).await;
    device.say(&json!({ "type": "ping", "padding": "x".repeat(16_000) })).await;
    device.told("pong").await;
    device.frame(Message::text(format!("\"{}\"", "x".repeat(17_000)))).await.unwrap();
    assert_eq!(device.closed().await, Some(1009));
    let mut device = till.device(AUTOMATIC).await;
    device.frame(Message::binary(b"{\"type\":\"ping\"}".to_vec())).await.unwrap();
    assert_eq!(device.closed().await, Some(1003));
}

#[tokio::test]
async fn ten_messages_that_mean_nothing_are_enough() {
    let till = Till::sandbox().await;
    let mut device = till.device(AUTOMATIC).await;
    let nonsense = [json!([]), json!({}), json!({ "type": "sing" }), json!({ "type": "accept" })];
    for message in nonsense.iter().cycle().take(10) {
        assert_eq!(device.refused(message).await, "bad_message", "{message}");
    }
    assert_eq!(device.closed().await, Some(1008));
}

#[tokio::test]
async fn before_hello_nothing_is_done() {
    let till = Till::sandbox().await;
    let mut device = Device::silent(till.address()).await;
    device.say(&json!({ "type": "ping" })).await;
    assert_eq!(device.closed().await, Some(1008));
    let answer = till.client().get("/terminal/v1").await;
    assert_eq!(answer.status, 400, "{}", answer.text());
}

#[tokio::test]
async fn one_terminal_has_so_many_connections() {
    let till = Till::sandbox().await;
    let counter = till.counter(AUTOMATIC);
    counter.when(|standing| standing["link"] == "online").await;
    let mut devices = Vec::new();
    let mut refused = None;
    // Connections that are replaced but not yet gone count too, so the number that is let in varies by a few.
    for _ in 0..200 {
        match Device::try_connect(till.address(), &Hello::new(AUTOMATIC).taking_over()).await {
            Ok(device) => devices.push(device),
            Err(told) => refused = Some(told["code"].clone()),
        }
    }
    assert!(refused.is_none_or(|code| code == "connections"));
    // However many came, one is the terminal.
    assert_eq!(counter.standing().await["link"], "online");
}

#[tokio::test]
async fn nothing_secret_is_repeated_or_logged() {
    // No test card: those are printed when the server starts.
    const PAN: &str = "4012888888881881";
    const PIN: &str = "80517";
    let till = Till::builder().arg("--log").arg("debug").start().await;
    let counter = till.counter(AUTOMATIC);
    let mut device = till.device(AUTOMATIC).await;
    let id = counter.sale(1_000).await;
    let task = device.told("task").await;
    let mut heard = Vec::new();
    let mut card = Device::card(&task, 1, "chip", PAN, Some(PIN));
    card["card"]["entry"] = json!("telepathy");
    heard.push(device.refused(&card).await);
    card["card"]["entry"] = json!("chip");
    heard.push(device.ask(&card, "authorised").await.to_string());
    heard.push(device.ask(&Device::abort(&task, "customer"), "done").await.to_string());
    heard.push(till.sandbox_api().payment(id).await.text());
    heard.push(counter.task(id).await.to_string());
    heard.push(till.output());
    for text in heard {
        for secret in [PAN, PIN, "demo-device-key"] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
    // Nor is it in the database, whatever was written there.
    for file in std::fs::read_dir(till.data()).unwrap() {
        let file = file.unwrap().path();
        let bytes = std::fs::read(&file).unwrap_or_default();
        for secret in [PAN, PIN, "demo-device-key"] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in {}", file.display());
        }
    }
}
