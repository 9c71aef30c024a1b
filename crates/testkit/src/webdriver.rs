//! WebDriver, as far as the browser stories need it: JSON over HTTP to a local chromedriver.
//!
//! The protocol (W3C WebDriver) is a dozen plain requests, and the client for HTTP is here already; a library
//! for it would bring its own HTTP stack. Looking for an element waits for it inside the driver (its implicit
//! wait), so nothing here polls except [`Session::until`], which asks the page again until what is wanted
//! holds.

use crate::PATIENCE;
use crate::http::Client;
use base64::prelude::{BASE64_STANDARD, Engine};
use http::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;
use tokio::time::{interval, timeout};

/// The name under which the protocol wraps a reference to an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long the driver looks for an element before it says there is none.
const LOOK_MS: u64 = 15_000;
/// How often an element may be replaced between finding and clicking it.
const STALE: usize = 10;

/// An open browser window.
#[derive(Clone, Debug)]
pub struct Session {
    driver: Client,
    path: String,
}

/// Something on the page, found by a CSS selector.
#[derive(Clone, Debug)]
pub struct Element {
    session: Session,
    reference: String,
    selector: String,
}

/// What the driver says instead of doing it, by its protocol name (`no such element`, `stale element
/// reference`…).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub error: String,
    pub message: String,
}

impl Session {
    /// Opens a browser with these capabilities.
    ///
    /// # Panics
    /// When the driver cannot start it.
    pub async fn open(driver: Client, capabilities: &Value) -> Self {
        let asked = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = driver.post_json("/session", &asked).await.json();
        let id = answer["value"]["sessionId"].as_str().unwrap_or_else(|| panic!("no browser: {answer}"));
        let session = Self { path: format!("/session/{id}"), driver };
        session.post("/timeouts", json!({ "implicit": LOOK_MS, "pageLoad": 60_000, "script": 60_000 })).await;
        session
    }

    /// Any command of the protocol, below the session's path.
    ///
    /// # Errors
    /// When the driver refuses it.
    pub async fn command(&self, method: Method, path: &str, body: Value) -> Result<Value, Refused> {
        let headers = [("Content-Type", "application/json")];
        let body = if method == Method::POST { body.to_string() } else { String::new() };
        let answer = self.driver.send(method, &format!("{}{path}", self.path), &headers, body).await.json();
        let value = &answer["value"];
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        match (text("error"), text("message")) {
            (Some(error), Some(message)) => Err(Refused { error, message }),
            _ => Ok(value.clone()),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let done = self.command(Method::POST, path, body).await;
        done.unwrap_or_else(|refused| panic!("{path}: {refused:?}"))
    }

    async fn get(&self, path: &str) -> Value {
        let done = self.command(Method::GET, path, Value::Null).await;
        done.unwrap_or_else(|refused| panic!("{path}: {refused:?}"))
    }

    async fn text_of(&self, path: &str) -> String {
        self.get(path).await.as_str().unwrap_or_default().to_owned()
    }

    /// Opens a page and waits until it is loaded.
    pub async fn goto(&self, url: &str) {
        self.post("/url", json!({ "url": url })).await;
    }

    /// The address of the page.
    pub async fn url(&self) -> String {
        self.text_of("/url").await
    }

    /// Its title.
    pub async fn title(&self) -> String {
        self.text_of("/title").await
    }

    /// Its present source.
    pub async fn source(&self) -> String {
        self.text_of("/source").await
    }

    /// The back button.
    pub async fn back(&self) {
        self.post("/back", json!({})).await;
    }

    /// The reload button.
    pub async fn reload(&self) {
        self.post("/refresh", json!({})).await;
    }

    /// The first element that matches, waiting for it.
    ///
    /// # Panics
    /// When there is none after a while.
    pub async fn find(&self, css: &str) -> Element {
        let found =
            self.command(Method::POST, "/element", json!({ "using": "css selector", "value": css })).await;
        match found {
            Ok(value) => self.element(css, &value),
            Err(refused) => panic!("{css} on {}: {refused:?}\n{}", self.url().await, self.source().await),
        }
    }

    /// All elements that match now, without waiting for any.
    pub async fn find_all(&self, css: &str) -> Vec<Element> {
        self.post("/timeouts", json!({ "implicit": 0 })).await;
        let found = self.post("/elements", json!({ "using": "css selector", "value": css })).await;
        self.post("/timeouts", json!({ "implicit": LOOK_MS })).await;
        found.as_array().into_iter().flatten().map(|value| self.element(css, value)).collect()
    }

    /// The element that has the focus.
    pub async fn focused(&self) -> Element {
        let value = self.get("/element/active").await;
        self.element(":focus", &value)
    }

    fn element(&self, css: &str, value: &Value) -> Element {
        let reference = value[ELEMENT].as_str().expect("the driver returns an element").to_owned();
        Element { session: self.clone(), reference, selector: css.to_owned() }
    }

    /// Runs a function body in the page; `arguments` holds the arguments, what it returns comes back.
    pub async fn execute(&self, script: &str, arguments: Value) -> Value {
        self.post("/execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Asks again until it is so: for what happens to the page without an element to look for.
    ///
    /// # Panics
    /// When it is never so; `what` says what was waited for.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut(&Self) -> bool) {
        let mut again = interval(Duration::from_millis(25));
        let wait = timeout(PATIENCE, async {
            while !holds(self).await {
                again.tick().await;
            }
        });
        if wait.await.is_err() {
            panic!("never {what}, on {}\n{}", self.url().await, self.source().await);
        }
    }

    /// Waits until the address starts like this.
    pub async fn until_url(&self, start: &str) -> String {
        self.until(&format!("at {start}"), async |session| session.url().await.starts_with(start)).await;
        self.url().await
    }

    /// Presses and releases keys one after the other, wherever the focus is. Special keys are in [`keys`].
    pub async fn press(&self, keys: &str) {
        let strokes = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })));
        let strokes: Vec<Value> = strokes.collect();
        self.chord(strokes).await;
    }

    /// Presses a key while another is held (`press_with(keys::SHIFT, keys::TAB)`).
    pub async fn press_with(&self, held: &str, key: &str) {
        let stroke = |kind: &str, value: &str| json!({ "type": kind, "value": value });
        let strokes = [("keyDown", held), ("keyDown", key), ("keyUp", key), ("keyUp", held)];
        self.chord(strokes.map(|(kind, value)| stroke(kind, value)).to_vec()).await;
    }

    async fn chord(&self, strokes: Vec<Value>) {
        self.post(
            "/actions",
            json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] }),
        )
        .await;
    }

    /// Goes on inside an iframe.
    pub async fn enter_frame(&self, frame: &Element) {
        self.post("/frame", json!({ "id": { ELEMENT: frame.reference } })).await;
    }

    /// Goes on in the page itself.
    pub async fn leave_frames(&self) {
        self.post("/frame", json!({ "id": null })).await;
    }

    /// Opens another tab and returns its handle; the present one stays.
    pub async fn new_tab(&self) -> String {
        let opened = self.post("/window/new", json!({ "type": "tab" })).await;
        opened["handle"].as_str().expect("a tab has a handle").to_owned()
    }

    /// The handle of the present tab.
    pub async fn tab(&self) -> String {
        self.text_of("/window").await
    }

    /// Goes on in that tab.
    pub async fn switch_to(&self, tab: &str) {
        self.post("/window", json!({ "handle": tab })).await;
    }

    /// A picture of what is seen, for a failure that needs eyes.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) {
        let picture = BASE64_STANDARD.decode(self.text_of("/screenshot").await).expect("a picture is base64");
        std::fs::write(file, picture).expect("write the picture");
    }

    /// A command of Chrome's own debugging protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// What the browser has complained about since this was asked last: script errors, blocked content,
    /// failed loads.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.post("/se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().cloned().unwrap_or_default();
        entries.iter().map(|entry| format!("{} {}", entry["level"], entry["message"])).collect()
    }

    /// Closes the browser and waits until it is gone, also where nothing can be awaited.
    pub fn close_blocking(&self) {
        let request =
            format!("DELETE {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", self.path);
        // It may have crashed already: what matters is that it is gone.
        let _ = TcpStream::connect(self.driver.address()).and_then(|mut stream| {
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.write_all(request.as_bytes())?;
            // The answer comes when the browser is gone; the driver then keeps the connection.
            stream.read(&mut [0; 64])
        });
    }
}

impl Element {
    async fn post(&self, action: &str, body: Value) {
        let path = format!("/element/{}{action}", self.reference);
        let done = self.session.command(Method::POST, &path, body).await;
        done.unwrap_or_else(|refused| panic!("{} {action}: {refused:?}", self.selector));
    }

    async fn get(&self, what: &str) -> Value {
        let path = format!("/element/{}{what}", self.reference);
        let done = self.session.command(Method::GET, &path, Value::Null).await;
        done.unwrap_or_else(|refused| panic!("{} {what}: {refused:?}", self.selector))
    }

    /// A click in its middle, as a person does it: not when something covers it. A page that was drawn anew meanwhile
    /// has another element of the same kind, which is then clicked.
    pub async fn click(&self) {
        let mut reference = self.reference.clone();
        for _ in 0..STALE {
            let path = format!("/element/{reference}/click");
            match self.session.command(Method::POST, &path, json!({})).await {
                Ok(_) => return,
                Err(refused) if refused.error == "stale element reference" => {
                    reference = self.session.find(&self.selector).await.reference;
                }
                Err(refused) => panic!("{} /click: {refused:?}", self.selector),
            }
        }
        panic!("{} is drawn anew all the time", self.selector);
    }

    /// Types into it.
    pub async fn type_text(&self, text: &str) {
        self.post("/value", json!({ "text": text })).await;
    }

    /// Empties it.
    pub async fn clear(&self) {
        self.post("/clear", json!({})).await;
    }

    /// The text as it is rendered.
    pub async fn text(&self) -> String {
        self.get("/text").await.as_str().unwrap_or_default().to_owned()
    }

    /// An attribute as the page's source has it.
    pub async fn attribute(&self, name: &str) -> Option<String> {
        self.get(&format!("/attribute/{name}")).await.as_str().map(str::to_owned)
    }

    /// A property as scripts see it (`value`, `checked`…).
    pub async fn property(&self, name: &str) -> Value {
        self.get(&format!("/property/{name}")).await
    }

    /// A computed style (`color`…).
    pub async fn css(&self, name: &str) -> String {
        self.get(&format!("/css/{name}")).await.as_str().unwrap_or_default().to_owned()
    }

    /// The name that a screen reader says.
    pub async fn spoken_name(&self) -> String {
        self.get("/computedlabel").await.as_str().unwrap_or_default().to_owned()
    }

    /// The role that a screen reader says.
    pub async fn spoken_role(&self) -> String {
        self.get("/computedrole").await.as_str().unwrap_or_default().to_owned()
    }

    /// Whether it can be seen.
    pub async fn is_displayed(&self) -> bool {
        self.get("/displayed").await == json!(true)
    }
}

/// Keys that have no character, as WebDriver names them.
pub mod keys {
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const SHIFT: &str = "\u{e008}";
    pub const ESCAPE: &str = "\u{e00c}";
    pub const SPACE: &str = "\u{e00d}";
    pub const DOWN: &str = "\u{e015}";
    pub const BACKSPACE: &str = "\u{e003}";
}
