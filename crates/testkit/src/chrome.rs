//! The payer's browser: a real Chromium without a window, driven by its own chromedriver.
//!
//! Every browser has a fresh profile and asks nobody on the internet anything. It and its driver end with the
//! value, even when the test panics: the driver is told to close the browser before it is killed itself.

use crate::PATIENCE;
use crate::http::Client;
use crate::logs::{follow, tail};
use crate::process::{Guarded, program};
use crate::webdriver::Session;
use serde_json::{Value, json};
use std::ops::Deref;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What keeps the browser quiet and makes it start as root in a container.
const QUIET: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-pings",
    "--password-store=basic",
];

/// Which browser a story wants.
#[derive(Clone, Debug)]
pub struct Browser {
    width: u32,
    height: u32,
    javascript: bool,
    dark: bool,
    language: String,
    /// A name that leads to this machine.
    host: Option<String>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            width: 1280,
            height: 900,
            javascript: true,
            dark: false,
            language: "en-US".to_owned(),
            host: None,
        }
    }
}

impl Browser {
    /// A phone's window, in CSS pixels.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        (self.width, self.height) = (width, height);
        self
    }

    /// The narrowest phone there is: 320 px.
    #[must_use]
    pub fn narrow(self) -> Self {
        self.size(320, 640)
    }

    /// Scripts of pages do not run.
    #[must_use]
    pub fn without_javascript(mut self) -> Self {
        self.javascript = false;
        self
    }

    /// The payer prefers dark pages.
    #[must_use]
    pub fn dark(mut self) -> Self {
        self.dark = true;
        self
    }

    /// The payer's language (`Accept-Language`).
    #[must_use]
    pub fn language(mut self, tag: impl Into<String>) -> Self {
        self.language = tag.into();
        self
    }

    /// A name that leads to this machine, as if the web were full of it.
    #[must_use]
    pub fn knowing(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    fn capabilities(&self, profile: &str) -> Value {
        let mut arguments: Vec<String> = QUIET.iter().map(|&argument| argument.to_owned()).collect();
        arguments.push(format!("--user-data-dir={profile}"));
        arguments.push(format!("--window-size={},{}", self.width.max(500), self.height));
        arguments.push(format!("--lang={}", self.language));
        arguments.extend(self.host.iter().map(|host| format!("--host-resolver-rules=MAP {host} 127.0.0.1")));
        let mut preferences = json!({ "intl.accept_languages": self.language });
        if !self.javascript {
            preferences["profile.managed_default_content_settings.javascript"] = json!(2);
        }
        json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": { "args": arguments, "prefs": preferences },
        })
    }

    /// Starts it.
    ///
    /// # Panics
    /// When chromedriver or Chromium is not installed or does not start.
    pub async fn start(self) -> Chrome {
        let folder = TempDir::with_prefix("chrome-").expect("make a folder");
        let (driver, client) = start_driver(&folder).await;
        let profile = folder.path().join("profile");
        let session = Session::open(client, &self.capabilities(&profile.to_string_lossy())).await;
        // A window cannot be narrower than 500 px; the page in it can.
        let metrics = json!({
            "width": self.width, "height": self.height, "deviceScaleFactor": 1, "mobile": self.width < 500,
        });
        session.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let scheme = if self.dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        session.devtools("Emulation.setEmulatedMedia", media).await;
        Chrome { session, _driver: driver, _folder: folder }
    }
}

/// A running browser; what it can do is in [`Session`].
#[derive(Debug)]
pub struct Chrome {
    session: Session,
    // In this order: the driver ends before the folder goes in which its browser writes.
    _driver: Guarded,
    _folder: TempDir,
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // The driver's death alone would leave the browser behind.
        self.session.close_blocking();
    }
}

impl Chrome {
    /// A desktop browser with scripts.
    pub async fn start() -> Self {
        Browser::default().start().await
    }
}

impl Deref for Chrome {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

async fn start_driver(folder: &TempDir) -> (Guarded, Client) {
    let chromedriver = program("chromedriver", &["/usr/bin/chromedriver"]);
    let chromedriver = chromedriver.expect("chromedriver is installed: run scripts/install-test-tools");
    let log = folder.path().join("chromedriver.log");
    let mut command = Command::new(chromedriver);
    // Its own home, so that nothing is read from or left in the developer's.
    command.arg("--port=0").env("HOME", folder.path()).env("TMPDIR", folder.path());
    let mut driver =
        Guarded::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()));
    let output = driver.child().stdout.take().expect("the output is piped");
    let ready = follow(output, &log, |line| {
        line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
    });
    let port = tokio::task::spawn_blocking(move || ready.recv_timeout(PATIENCE)).await.expect("wait");
    let port = port.unwrap_or_else(|_| panic!("chromedriver is not ready\n{}", tail(&log, 20)));
    (driver, Client::new(([127, 0, 0, 1], port).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receiver::{Receiver, Reply};
    use crate::webdriver::keys;

    const PAGE: &str = "<!doctype html><title>Page</title><meta name=viewport content='width=device-width'>\
        <form action=/done><label>Name <input name=name></label><button>Go</button></form><p id=js>no</p>\
        <script>document.querySelector('#js').textContent = innerWidth + ' ' \
        + matchMedia('(prefers-color-scheme: dark)').matches + ' ' + navigator.language</script>";

    async fn server() -> Receiver {
        let server = Receiver::start().await;
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n", PAGE.len());
        server.answer_all(Reply::Bytes(format!("{head}{PAGE}").into_bytes()));
        server
    }

    #[tokio::test]
    async fn a_person_types_and_sends_a_form_with_the_keyboard() {
        let (server, chrome) = (server().await, Chrome::start().await);
        chrome.goto(&server.url("/")).await;
        assert_eq!(chrome.title().await, "Page");
        let field = chrome.find("input").await;
        assert_eq!(
            (field.spoken_name().await.as_str(), field.spoken_role().await.as_str()),
            ("Name", "textbox")
        );
        chrome.press(keys::TAB).await;
        chrome.press("Jana").await;
        chrome.press(&[keys::TAB, keys::ENTER].concat()).await;
        assert_eq!(chrome.until_url(&server.url("/done")).await, server.url("/done?name=Jana"));
        assert!(chrome.find_all("h1").await.is_empty());
    }

    #[tokio::test]
    async fn it_is_as_narrow_dark_and_foreign_as_asked() {
        let (server, chrome) =
            (server().await, Browser::default().narrow().dark().language("cs-CZ").start().await);
        chrome.goto(&server.url("/")).await;
        assert_eq!(chrome.find("#js").await.text().await, "320 true cs-CZ");
    }

    #[tokio::test]
    async fn without_javascript_scripts_do_not_run() {
        let (server, chrome) = (server().await, Browser::default().without_javascript().start().await);
        chrome.goto(&server.url("/")).await;
        assert_eq!(chrome.find("#js").await.text().await, "no");
    }

    #[tokio::test]
    async fn the_browser_ends_with_its_value() {
        let chrome = Chrome::start().await;
        let profile = chrome._folder.path().to_string_lossy().into_owned();
        let users = || {
            let all = std::fs::read_dir("/proc").unwrap().flatten();
            all.filter(|entry| {
                let command = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
                String::from_utf8_lossy(&command).contains(&profile)
            })
            .count()
        };
        assert!(users() > 0, "the browser has our profile");
        drop(chrome);
        assert_eq!(users(), 0);
    }
}
