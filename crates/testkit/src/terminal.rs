//! The two ends of a terminal: the [`Device`] that speaks its protocol (docs/terminal-protocol.md), and the counter
//! where somebody asks for money, [`Counter`], which presses the tester's buttons of one terminal.
//!
//! A device keeps what it was told and has not looked at yet, so that a story waits for the message it is about. Dropped,
//! it is cut off as by a pulled cable.

use crate::PATIENCE;
use crate::http::{Answer, Client};
use futures_util::{SinkExt, StreamExt};
use http::Method;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// A frame as it goes over the wire.
pub type Frame = Message;

/// The sandbox's terminals: TID and device key.
pub const AUTOMATIC: (&str, &str) = ("10012345", "demo-device-key");
pub const ASSISTED: (&str, &str) = ("10012346", "demo-device-key-2");

/// A card that is good, with its PIN.
pub const GOOD_CARD: &str = "4444444444444448";
pub const RIGHT_PIN: &str = "1234";

static INSTANCES: AtomicU64 = AtomicU64::new(1);

/// What a device says first.
#[derive(Clone, Debug)]
pub struct Hello(Value);

impl Hello {
    /// Of a device nobody has seen before.
    #[must_use]
    pub fn new((tid, secret): (&str, &str)) -> Self {
        let number = INSTANCES.fetch_add(1, Ordering::SeqCst);
        let instance = format!("device-{}-{number}", std::process::id());
        Self(json!({ "type": "hello", "version": 1, "tid": tid, "secret": secret, "instance": instance,
            "device": { "model": format!("model {number}") },
            "capabilities": { "entry": ["contactless", "chip"], "pin": true } }))
    }

    /// With another value for a member.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0[member] = value.into();
        self
    }

    /// Replacing whatever device is the terminal.
    #[must_use]
    pub fn taking_over(self) -> Self {
        self.with("takeover", true)
    }

    /// After a cut, in the middle of a task.
    #[must_use]
    pub fn about(self, task: &Value) -> Self {
        self.with("last", json!({ "task": task["task"], "attempt": task["attempt"] }))
    }
}

/// A device at the other end of a WebSocket.
#[derive(Debug)]
pub struct Device {
    socket: WebSocketStream<TcpStream>,
    unread: VecDeque<Value>,
    pub welcome: Value,
}

/// How a connection ended: the close code, or `None` without one.
pub type Closed = Option<u16>;

impl Device {
    /// A WebSocket on which nothing was said yet.
    ///
    /// # Errors
    /// When the server cannot be reached or does not let a WebSocket be.
    #[expect(clippy::disallowed_methods, reason = "a device dials the till it is told")]
    pub async fn socket(address: SocketAddr) -> Result<WebSocketStream<TcpStream>, Error> {
        let dial = async {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            Ok(client_async(format!("ws://{address}/terminal/v1"), stream).await?.0)
        };
        timeout(PATIENCE, dial).await.expect("the server answers")
    }

    /// Connects and is let in.
    ///
    /// # Panics
    /// When it is not.
    pub async fn connect(address: SocketAddr, hello: &Hello) -> Self {
        Self::try_connect(address, hello).await.unwrap_or_else(|refused| panic!("not let in: {refused}"))
    }

    /// Connects, and is let in or not.
    ///
    /// # Errors
    /// What it was told instead of `welcome`, or a text when the connection broke.
    pub async fn try_connect(address: SocketAddr, hello: &Hello) -> Result<Self, Value> {
        let broken = |error: Error| Value::from(error.to_string());
        let socket = Self::socket(address).await.map_err(broken)?;
        let mut device = Self { socket, unread: VecDeque::new(), welcome: Value::Null };
        device.try_say(&hello.0).await.map_err(|()| json!("cut off"))?;
        let first = device.hear().await.ok_or_else(|| json!("cut off"))?;
        if first["type"] != "welcome" {
            return Err(first);
        }
        device.welcome = first;
        Ok(device)
    }

    /// A device that is connected and has not said hello.
    ///
    /// # Panics
    /// When it cannot connect.
    pub async fn silent(address: SocketAddr) -> Self {
        let socket = Self::socket(address).await.expect("connect");
        Self { socket, unread: VecDeque::new(), welcome: Value::Null }
    }

    /// Says something.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn say(&mut self, message: &Value) {
        self.try_say(message).await.expect("the device is connected");
    }

    /// The same to a server that may be gone.
    ///
    /// # Errors
    /// When it is.
    pub async fn try_say(&mut self, message: &Value) -> Result<(), ()> {
        let sent = timeout(PATIENCE, self.socket.send(Message::text(message.to_string()))).await;
        sent.ok().and_then(Result::ok).ok_or(())
    }

    /// Sends a frame as it is.
    ///
    /// # Errors
    /// The library's.
    pub async fn frame(&mut self, message: Message) -> Result<(), Error> {
        self.socket.send(message).await
    }

    /// The next thing it is told, `None` when the connection has ended.
    ///
    /// # Panics
    /// When nothing comes for too long.
    pub async fn hear(&mut self) -> Option<Value> {
        if let Some(told) = self.unread.pop_front() {
            return Some(told);
        }
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("a message in time")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).expect("JSON")),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The next thing of this type; what came before it is kept for later.
    ///
    /// # Panics
    /// When the connection ends first, or an `error` comes that was not asked for.
    pub async fn told(&mut self, kind: &str) -> Value {
        self.try_told(kind).await.unwrap_or_else(|| panic!("cut off before {kind}"))
    }

    /// The same from a server that may be gone: `None` then.
    ///
    /// # Panics
    /// When an `error` comes that was not asked for.
    pub async fn try_told(&mut self, kind: &str) -> Option<Value> {
        let mut others = VecDeque::new();
        let found = loop {
            let told = self.hear().await;
            match told {
                Some(told) if told["type"] == kind => break Some(told),
                Some(told) if told["type"] == "error" => panic!("{told} instead of {kind}"),
                Some(told) => others.push_back(told),
                None => break None,
            }
        };
        others.append(&mut self.unread);
        self.unread = others;
        found
    }

    /// Says something and waits for an answer of this type.
    pub async fn ask(&mut self, message: &Value, kind: &str) -> Value {
        self.say(message).await;
        self.told(kind).await
    }

    /// Says something that is refused, and returns the code.
    ///
    /// # Panics
    /// When the connection ends instead.
    pub async fn refused(&mut self, message: &Value) -> String {
        self.say(message).await;
        let mut others = VecDeque::new();
        let code = loop {
            let told = self.hear().await.expect("an answer");
            if told["type"] == "error" {
                break told["code"].as_str().unwrap_or_default().to_owned();
            }
            others.push_back(told);
        };
        others.append(&mut self.unread);
        self.unread = others;
        code
    }

    /// Reads to the end of the connection and returns its close code.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn closed(&mut self) -> Closed {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("an end in time") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// Takes leave politely.
    pub async fn leave(mut self) {
        let _ = self.socket.close(None).await;
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// `authorise`: a card for a task.
    #[must_use]
    pub fn card(task: &Value, presentation: u64, entry: &str, pan: &str, pin: Option<&str>) -> Value {
        json!({ "type": "authorise", "task": task["task"], "attempt": task["attempt"], "presentation": presentation,
            "card": { "entry": entry, "pan": pan, "expiry": "9912", "pin": pin } })
    }

    /// A message about a task that needs nothing more.
    #[must_use]
    pub fn about(task: &Value, kind: &str) -> Value {
        json!({ "type": kind, "task": task["task"], "attempt": task["attempt"] })
    }

    /// `complete`.
    #[must_use]
    pub fn complete(task: &Value, result: &str) -> Value {
        json!({ "type": "complete", "task": task["task"], "attempt": task["attempt"], "result": result })
    }

    /// `abort`.
    #[must_use]
    pub fn abort(task: &Value, by: &str) -> Value {
        json!({ "type": "abort", "task": task["task"], "attempt": task["attempt"], "by": by })
    }

    /// Taps a good card for the task that comes next and completes it.
    ///
    /// # Panics
    /// When it is not approved.
    pub async fn sell(&mut self) -> Value {
        let task = self.told("task").await;
        let verdict = self.ask(&Self::card(&task, 1, "chip", GOOD_CARD, Some(RIGHT_PIN)), "authorised").await;
        assert_eq!(verdict["outcome"], "approved", "{verdict}");
        self.ask(&Self::complete(&task, "approved"), "done").await
    }
}

/// Somebody at the counter of one terminal, pressing the tester's buttons.
#[derive(Clone, Debug)]
pub struct Counter {
    client: Client,
    tid: String,
}

impl Counter {
    #[must_use]
    pub fn new(client: Client, tid: &str) -> Self {
        Self { client, tid: tid.to_owned() }
    }

    fn path(&self, rest: &str) -> String {
        format!("/_sandbox/terminals/{}{rest}", self.tid)
    }

    /// Asks for something: `{"kind":"sale","amount":1000}`…
    pub async fn ask(&self, wanted: &Value) -> Answer {
        self.client.post_json(&self.path("/tasks"), wanted).await
    }

    /// Asks for a sale in CZK and returns the task's number.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn sale(&self, amount: i64) -> u64 {
        self.made(&json!({ "kind": "sale", "amount": amount })).await
    }

    /// Asks for something and returns the task's number.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn made(&self, wanted: &Value) -> u64 {
        self.ask(wanted).await.expect_status(200).json()["task"].as_u64().expect("a number")
    }

    /// A task as it stands.
    ///
    /// # Panics
    /// When there is none.
    pub async fn task(&self, id: u64) -> Value {
        self.client.get(&self.path(&format!("/tasks/{id}"))).await.expect_status(200).json()
    }

    /// A task when something is true of it.
    ///
    /// # Panics
    /// When it does not become true.
    pub async fn task_when(&self, id: u64, is: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let task = self.task(id).await;
            if is(&task) {
                return task;
            }
            assert!(Instant::now() < end, "the task does not become so: {task}");
            tokio::task::yield_now().await;
        }
    }

    /// How a task ended.
    pub async fn end(&self, id: u64) -> Value {
        self.task_when(id, |task| task["state"] == "done").await["end"].clone()
    }

    /// Takes back a queued task.
    pub async fn cancel(&self, id: u64) -> Answer {
        self.client.send(Method::DELETE, &self.path(&format!("/tasks/{id}")), &[], "").await
    }

    /// Presses a button of the simulated device.
    pub async fn press(&self, button: &str, body: &Value) -> Answer {
        self.client.post_json(&self.path(&format!("/{button}")), body).await
    }

    /// Who is there, what runs, what waits.
    ///
    /// # Panics
    /// When there is no such terminal.
    pub async fn standing(&self) -> Value {
        self.client.get(&self.path("")).await.expect_status(200).json()
    }

    /// The terminal when something is true of it.
    ///
    /// # Panics
    /// When it does not become true.
    pub async fn when(&self, is: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let standing = self.standing().await;
            if is(&standing) {
                return standing;
            }
            assert!(Instant::now() < end, "the terminal does not become so: {standing}");
            tokio::task::yield_now().await;
        }
    }

    /// A batch with its transactions.
    pub async fn batch(&self, number: u64) -> Answer {
        self.client.get(&self.path(&format!("/batches/{number}"))).await
    }

    /// All batches, the newest first.
    ///
    /// # Panics
    /// When there is no such terminal.
    pub async fn batches(&self) -> Vec<Value> {
        let listed = self.client.get(&self.path("/batches")).await.expect_status(200).json();
        listed["batches"].as_array().expect("a list").clone()
    }

    /// All tasks, the newest number first.
    ///
    /// # Panics
    /// When there is no such terminal.
    pub async fn tasks(&self) -> Vec<Value> {
        let listed = self.client.get(&self.path("/tasks")).await.expect_status(200).json();
        listed["tasks"].as_array().expect("a list").clone()
    }
}
