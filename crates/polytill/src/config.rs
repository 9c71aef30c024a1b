//! The options, all of them: defaults, then the file, then the environment, then the command line.
//!
//! `polytill.example.toml` is the manual; a test holds it, [`Config`] and the table of options together. A key
//! that is not known is refused. What may be a secret does not show in `Debug` nor in what `check` prints.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Value};
use figment::{Figment, Profile, Provider};
use gateway::Tuning;
use ipnet::IpNet;
use mobilepay::ErrorStatus;
use serde::{Deserialize, Serialize};

pub use values::{Ending, Hidden, Pauses};

use crate::cli::Options;
use crate::error::{StartError, one_line};
use crate::keyring::KeyringSource;
use crate::options::{self, CONFIG_VARIABLE, OPTIONS};

/// What the server goes by. Each key is explained in `polytill.example.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub listen: SocketAddr,
    pub public_url: Option<PublicUrl>,
    pub data: PathBuf,
    pub database: Option<Database>,
    pub production: bool,
    pub acquirer: AcquirerKind,
    pub keyring: Option<KeyringSource>,
    /// Unset: on in a sandbox, off in production.
    pub sandbox_api: Option<bool>,
    pub behind_proxy: bool,
    pub trusted_proxies: Vec<Network>,
    /// 0: as many as there are processors.
    pub threads: u16,
    pub connections: u32,
    /// Changes that may wait to be written before new ones are refused.
    pub queue: u16,
    pub log: String,
    pub log_format: LogFormat,
    pub tls: TlsFiles,
    /// Amounts that end so are declined by the simulator.
    pub decline_suffix: Ending,
    pub notifications: Notifications,
    pub gopay: GoPay,
    pub mobilepay: MobilePay,
    pub gptom: GpTom,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

/// The GoPay door's own settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoPay {
    /// Whether a token for creating payments is refused for refunds, captures and voids.
    pub strict_scopes: bool,
    /// Seconds that an access token is good, and how much longer a late one is let through.
    pub token_ttl_s: u32,
    pub token_grace_s: u32,
    /// Whether a card token that was never heard of restricts nothing; in a sandbox it does not unless said otherwise.
    pub accept_unknown_card_tokens: Option<bool>,
}

impl Default for GoPay {
    fn default() -> Self {
        Self { strict_scopes: false, token_ttl_s: 1_800, token_grace_s: 60, accept_unknown_card_tokens: None }
    }
}

/// The MobilePay door's own settings.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MobilePay {
    pub path_prefix: PathPrefix,
    pub default_format: mobilepay::negotiate::Format,
    pub error_status_mode: ErrorStatus,
    pub np_aliases: bool,
    /// Minutes that an open payment waits for whoever is to do something next.
    pub inactivity_minutes: u16,
    /// What whoever plays a customer's phone in a sandbox has to show.
    pub simulator_secret: Option<Hidden>,
}

impl Default for MobilePay {
    fn default() -> Self {
        let mobilepay::Settings { default_format, error_status, np_aliases, .. } =
            mobilepay::Settings::default();
        Self {
            path_prefix: PathPrefix::default(),
            default_format,
            error_status_mode: error_status,
            np_aliases,
            inactivity_minutes: 10,
            simulator_secret: None,
        }
    }
}

impl MobilePay {
    #[must_use]
    pub fn inactivity(&self) -> domain::Span {
        domain::Span::from_secs(i64::from(self.inactivity_minutes.max(1)) * 60)
    }

    /// As the phone's door wants to hear it. An empty secret is none.
    #[must_use]
    pub fn phone(&self) -> phone::Settings {
        let secret = self.simulator_secret.as_ref().map(|secret| secret.0.clone());
        phone::Settings { secret: secret.filter(|secret| !secret.is_empty()) }
    }

    /// As the door wants to hear it.
    #[must_use]
    pub fn settings(&self) -> mobilepay::Settings {
        mobilepay::Settings {
            path_prefix: self.path_prefix.0.clone(),
            default_format: self.default_format,
            error_status: self.error_status_mode,
            np_aliases: self.np_aliases,
        }
    }
}

/// The GP tom door's own settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GpTom {
    /// The words that differ from the built-in ones.
    pub profile: Option<PathBuf>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notifications {
    pub allowed_networks: Vec<Network>,
    /// How often one is tried.
    pub attempts: u16,
    /// Seconds between the attempts, with commas; the last pause repeats.
    pub pauses_s: Pauses,
    /// Seconds a receiver may take.
    pub timeout_s: u16,
}

impl Default for Notifications {
    fn default() -> Self {
        let Tuning { attempts, .. } = Tuning::default();
        Self { allowed_networks: Vec::new(), attempts, pauses_s: Pauses::default(), timeout_s: 10 }
    }
}

/// Who moves the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcquirerKind {
    Simulator,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8_480)),
            public_url: None,
            data: "./polytill-data".into(),
            database: None,
            production: false,
            acquirer: AcquirerKind::Simulator,
            keyring: None,
            sandbox_api: None,
            behind_proxy: false,
            trusted_proxies: vec![],
            threads: 0,
            connections: 20_000,
            queue: 4_096,
            log: "info,polytill_http=warn".to_owned(),
            log_format: LogFormat::Text,
            tls: TlsFiles::default(),
            decline_suffix: Ending(Some(gateway::DECLINED_ENDING)),
            notifications: Notifications::default(),
            gopay: GoPay::default(),
            mobilepay: MobilePay::default(),
            gptom: GpTom::default(),
        }
    }
}

impl Config {
    /// The options in force; `variable` looks into the environment.
    pub fn load(given: &Options, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, StartError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        let file = given.config.clone().or_else(|| variable(CONFIG_VARIABLE).map(PathBuf::from));
        if let Some(file) = file {
            figment = figment.merge(Serialized::defaults(from_file(&file)?));
        }
        for (key, kind) in OPTIONS {
            let name = options::variable(key);
            let Some(text) = variable(&name) else { continue };
            let value = options::typed(kind, &text);
            let value = value.map_err(|expected| StartError::Usage(format!("{name} {expected}")))?;
            figment = figment.merge(Serialized::default(key, value));
        }
        for (key, text) in given.given() {
            let kind = options::kind(key).unwrap_or(options::Kind::Text);
            let value = options::typed(kind, text);
            let value = value.map_err(|expected| StartError::Usage(format!("--{key} {expected}")))?;
            figment = figment.merge(Serialized::default(key, value));
        }
        Self::extracted(&figment)
    }

    /// What the gateway is told to do otherwise than usual.
    #[must_use]
    pub fn tuning(&self) -> Tuning {
        let seconds = |seconds: u32| domain::Span::from_secs(i64::from(seconds));
        Tuning {
            token_life: seconds(self.gopay.token_ttl_s.max(1)),
            token_grace: seconds(self.gopay.token_grace_s),
            attempts: self.notifications.attempts.max(1),
            pauses: self.notifications.pauses_s.0.iter().copied().map(seconds).collect(),
        }
    }

    /// The options that a file's text alone leads to.
    pub fn from_text(text: &str) -> Result<Self, StartError> {
        let figment = Figment::from(Serialized::defaults(Self::default()));
        Self::extracted(&figment.merge(Serialized::defaults(members(text, "the text")?)))
    }

    fn extracted(figment: &Figment) -> Result<Self, StartError> {
        let config: Self = figment.extract().map_err(|error| StartError::Usage(explain(error)))?;
        config.consistent()?;
        Ok(config)
    }

    fn consistent(&self) -> Result<(), StartError> {
        if self.tls.certificate.is_some() != self.tls.key.is_some() {
            return Err(StartError::Usage("tls.certificate and tls.key belong together".to_owned()));
        }
        Ok(())
    }

    /// Where payments are kept.
    #[must_use]
    pub fn database(&self) -> Database {
        self.database.clone().unwrap_or_else(|| Database::Sqlite(self.data.join("polytill.db")))
    }

    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.tls.certificate.is_some()
    }

    /// Whether the tester's door is open.
    #[must_use]
    pub fn has_sandbox_api(&self) -> bool {
        !self.production && self.sandbox_api.unwrap_or(true)
    }

    /// Every option as a line of the file, without secrets.
    #[must_use]
    pub fn to_text(&self) -> String {
        let members = serde_json::to_value(self).unwrap_or_default();
        let line = |(key, _): &(&str, options::Kind)| {
            let found = key.split('.').try_fold(&members, |place, part| place.get(part));
            match found {
                None | Some(serde_json::Value::Null) => format!("# {key} is not set\n"),
                Some(value) => format!("{key} = {value}\n"),
            }
        };
        OPTIONS.iter().map(line).collect()
    }
}

fn from_file(path: &Path) -> Result<Dict, StartError> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| StartError::Usage(format!("cannot read the options in {place}: {error}")))?;
    members(&text, &place)
}

/// The members of a file, all of which are known.
fn members(text: &str, place: &str) -> Result<Dict, StartError> {
    let mut data = Toml::string(text)
        .data()
        .map_err(|error| StartError::Usage(format!("{place} is not TOML: {}", explain(error))))?;
    let members = data.remove(&Profile::Default).unwrap_or_default();
    for key in keys(&members) {
        if options::kind(&key).is_none() {
            let meant = options::nearest(&key).map_or_else(String::new, |it| format!(", did you mean {it}?"));
            return Err(StartError::Usage(format!("{place} has an unknown key {key}{meant}")));
        }
    }
    Ok(members)
}

/// The keys of all values, with the tables they are in.
fn keys(members: &Dict) -> Vec<String> {
    let within = |(key, value): (&String, &Value)| match value.as_dict() {
        Some(inner) => keys(inner).into_iter().map(|rest| format!("{key}.{rest}")).collect(),
        None => vec![key.clone()],
    };
    members.iter().flat_map(within).collect()
}

/// The library's first error in our words: which key, and what is wrong with it.
fn explain(error: figment::Error) -> String {
    let Some(first) = error.into_iter().next() else { return "the options are wrong".to_owned() };
    let key = first.path.join(".");
    match key.as_str() {
        "" => one_line(&first.kind.to_string()),
        // What these hold is not for repeating.
        "database" | "keyring" if !matches!(first.kind, figment::error::Kind::Message(_)) => {
            format!("{key} must be a text")
        }
        key => format!("{key}: {}", one_line(&first.kind.to_string())),
    }
}

/// Where payments are kept.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Database {
    Sqlite(PathBuf),
    /// A URL, perhaps with a password in it.
    Postgres(String),
}

impl TryFrom<String> for Database {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text)),
            Some(_) => Err("must be a postgres:// URL or the path of an SQLite file"),
            None if text.is_empty() => Err("must not be empty"),
            None => Ok(Self::Sqlite(text.into())),
        }
    }
}

impl Database {
    /// As the store wants to hear it.
    #[must_use]
    pub fn location(&self) -> String {
        match self {
            Self::Sqlite(path) => path.to_string_lossy().into_owned(),
            Self::Postgres(url) => url.clone(),
        }
    }
}

/// Without the password.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => path.display().fmt(f),
            Self::Postgres(url) => {
                let shown = url::Url::parse(url).ok().map(|url| {
                    let host = url.host_str().unwrap_or_default();
                    format!("postgres://{}@{host}{}", url.username(), url.path())
                });
                f.write_str(shown.as_deref().unwrap_or("postgres://…"))
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Database {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Scheme and host that payers reach the server by, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicUrl(String);

impl TryFrom<String> for PublicUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let url = url::Url::parse(&text).map_err(|_| "must be a URL such as https://pay.example.com")?;
        let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
        if !plain || url.query().is_some() || url.fragment().is_some() || url.path() != "/" {
            return Err("must be http:// or https:// with a host and nothing after it");
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl From<PublicUrl> for String {
    fn from(url: PublicUrl) -> Self {
        url.0
    }
}

/// A network such as `10.0.0.0/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Network(pub IpNet);

impl TryFrom<String> for Network {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let single = |text: &str| text.parse::<std::net::IpAddr>().map(IpNet::from);
        let network = text.parse().or_else(|_| single(&text));
        network.map(Self).map_err(|_| "must be a network such as 10.0.0.0/8")
    }
}

impl From<Network> for String {
    fn from(network: Network) -> Self {
        network.0.to_string()
    }
}

/// What is before a door's paths: nothing, or words in lower case with a slash before each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PathPrefix(String);

impl TryFrom<String> for PathPrefix {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/-_".contains(&b);
        let tidy = text.is_empty() || text.starts_with('/') && !text.ends_with('/') && !text.contains("//");
        if !tidy || !text.bytes().all(plain) {
            return Err("must be empty, or a path such as /mobilepay in lower case");
        }
        Ok(Self(text))
    }
}

impl From<PathPrefix> for String {
    fn from(prefix: PathPrefix) -> Self {
        prefix.0
    }
}

mod values;

#[cfg(test)]
mod tests;
