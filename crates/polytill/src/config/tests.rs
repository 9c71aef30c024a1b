//! The layers of the options, what is said about wrong ones, and that the manual, the table of options and
//! [`Config`] know the same keys.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use super::*;
use crate::cli::{self, Parsed};

const EXAMPLE: &str = include_str!("../../polytill.example.toml");

fn load(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Config, StartError> {
    let arguments = std::iter::once("polytill").chain(arguments.iter().copied()).map(OsString::from);
    let Parsed::Run(_, options) = cli::parse(arguments)? else { panic!("nothing to run") };
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    Config::load(&options, &|name| variables.get(name).map(|text| (*text).to_owned()))
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

fn with_file(text: &str) -> Result<Config, StartError> {
    load(&["--config", file(text).path().to_str().unwrap()], &[])
}

/// The example with the keys that are commented out put in force.
fn whole_example() -> String {
    let is_key = |line: &str| {
        let name = line.split(" = ").next().unwrap_or_default();
        line.contains(" = ") && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    };
    let put = |line: &'static str| match line.strip_prefix("# ") {
        Some(rest) if is_key(rest) => rest,
        _ => line,
    };
    EXAMPLE.lines().map(put).collect::<Vec<_>>().join("\n")
}

fn members(text: &str) -> Dict {
    Toml::string(text).data().unwrap().remove(&Profile::Default).unwrap()
}

#[test]
fn each_layer_overrides_the_one_below() {
    let file = file("threads = 2\nlisten = \"127.0.0.1:1\"\ndata = \"from-file\"");
    let arguments = ["--config", file.path().to_str().unwrap(), "--listen", "127.0.0.1:3"];
    let variables = [("POLYTILL_LISTEN", "127.0.0.1:2"), ("POLYTILL_THREADS", "4")];
    let config = load(&arguments, &variables).unwrap();
    assert_eq!((config.listen.port(), config.threads), (3, 4));
    assert_eq!(config.data, Path::new("from-file"));
    assert_eq!(config.database(), Database::Sqlite("from-file/polytill.db".into()));
}

#[test]
fn the_environment_can_say_everything_the_file_can() {
    let config = load(
        &[],
        &[
            ("POLYTILL_PRODUCTION", "true"),
            ("POLYTILL_TLS_CERTIFICATE", "c.pem"),
            ("POLYTILL_TLS_KEY", "k.pem"),
            ("POLYTILL_NOTIFICATIONS_ALLOWED_NETWORKS", "10.0.0.0/8, 192.0.2.7"),
        ],
    )
    .unwrap();
    assert!(config.production && config.has_tls() && !config.has_sandbox_api());
    let networks = config.notifications.allowed_networks.map_to_text();
    assert_eq!(networks, ["10.0.0.0/8", "192.0.2.7/32"]);
}

trait MapToText {
    fn map_to_text(self) -> Vec<String>;
}

impl MapToText for Vec<Network> {
    fn map_to_text(self) -> Vec<String> {
        self.into_iter().map(String::from).collect()
    }
}

#[test]
fn what_is_wrong_is_said_in_one_line_that_names_it() {
    let usage = |result: Result<Config, StartError>| {
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.lines().len()), (2, 1));
        error.lines().concat()
    };
    assert!(usage(with_file("listne = 1")).ends_with("unknown key listne, did you mean listen?"));
    assert!(usage(with_file("[tls]\ncertifcate = \"x\"")).ends_with("did you mean tls.certificate?"));
    assert!(usage(with_file("weather = \"fair\"")).ends_with("unknown key weather"));
    assert!(usage(with_file("listen = [\n")).contains("is not TOML"));
    assert!(usage(with_file("threads = \"many\"")).starts_with("threads: "));
    assert!(usage(load(&["--config", "/nonexistent.toml"], &[])).starts_with("cannot read the options"));
    assert!(usage(load(&["--listen", "8480"], &[])).starts_with("listen: "));
    assert!(usage(load(&["--database", "mysql://x"], &[])).starts_with("database: must be"));
    assert!(usage(load(&["--public-url", "https://x/y"], &[])).starts_with("public_url: must be"));
    assert_eq!(
        usage(load(&[], &[("POLYTILL_PRODUCTION", "yes")])),
        "POLYTILL_PRODUCTION must be true or false"
    );
    assert!(usage(load(&[], &[("POLYTILL_TLS_KEY", "k.pem")])).contains("belong together"));
    assert!(usage(load(&[], &[("POLYTILL_ACQUIRER", "somebody")])).contains("simulator"));
    assert!(usage(with_file("[mobilepay]\ndefault_format = \"yaml\"")).contains("xml"));
    for prefix in ["mobilepay", "/", "/Mobile", "/a//b", "/a/", "/{a}", "/a b"] {
        let file = format!("[mobilepay]\npath_prefix = \"{prefix}\"");
        assert!(usage(with_file(&file)).starts_with("mobilepay.path_prefix: must be"), "{prefix}");
    }
    assert!(usage(with_file("trusted_proxies = [\"here\"]")).contains("must be a network"));
}

#[test]
fn secrets_are_not_printed() {
    let keys = "0a".repeat(32);
    let url = "postgres://till:hunter2@db.example/till?password=hunter3";
    let given = [("POLYTILL_KEYRING", keys.as_str()), ("POLYTILL_MOBILEPAY_SIMULATOR_SECRET", "hunter4")];
    let config = load(&["--database", url], &given).unwrap();
    for printed in [config.to_text(), format!("{config:?}")] {
        assert!(!printed.contains("hunter") && !printed.contains("0a0a"), "{printed}");
    }
    assert!(config.to_text().contains("postgres://till@db.example/till"));
    let wrong = with_file("keyring = 4242").unwrap_err().lines().concat();
    assert_eq!(wrong, "keyring must be a text");
}

#[test]
fn the_example_has_every_key_and_no_other() {
    let example: BTreeSet<String> = keys(&members(&whole_example())).into_iter().collect();
    let table: BTreeSet<String> = OPTIONS.iter().map(|(key, _)| (*key).to_owned()).collect();
    let members = serde_json::to_value(Config::default()).unwrap();
    let mut own = BTreeSet::new();
    for (key, value) in members.as_object().unwrap() {
        match value.as_object() {
            Some(inner) => own.extend(inner.keys().map(|rest| format!("{key}.{rest}"))),
            None => _ = own.insert(key.clone()),
        }
    }
    assert_eq!(example, table);
    assert_eq!(own, table);
}

#[test]
fn the_example_is_valid_and_what_is_in_force_in_it_is_the_default() {
    let config = with_file(EXAMPLE).unwrap();
    assert_eq!(config.to_text(), Config::default().to_text());
    with_file(&whole_example()).unwrap();
}

#[test]
fn the_example_names_every_variable() {
    for (key, _) in OPTIONS {
        let variable = options::variable(key);
        assert!(EXAMPLE.contains(&format!("({variable})")), "{variable} is not explained");
    }
    assert!(EXAMPLE.contains(CONFIG_VARIABLE));
}
