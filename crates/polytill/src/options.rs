//! The table of all options: their keys in the file, what kind of value each has, and from both the name in
//! the environment. A misspelt key is answered with the nearest one.

use figment::value::Value;

/// What an option's text is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Flag,
    Number,
    /// Separated by commas.
    List,
}

/// Every key, as it is written in the file with its table.
pub const OPTIONS: [(&str, Kind); 33] = [
    ("listen", Kind::Text),
    ("public_url", Kind::Text),
    ("data", Kind::Text),
    ("database", Kind::Text),
    ("production", Kind::Flag),
    ("acquirer", Kind::Text),
    ("keyring", Kind::Text),
    ("sandbox_api", Kind::Flag),
    ("behind_proxy", Kind::Flag),
    ("trusted_proxies", Kind::List),
    ("threads", Kind::Number),
    ("connections", Kind::Number),
    ("queue", Kind::Number),
    ("log", Kind::Text),
    ("log_format", Kind::Text),
    ("tls.certificate", Kind::Text),
    ("tls.key", Kind::Text),
    ("decline_suffix", Kind::Text),
    ("notifications.allowed_networks", Kind::List),
    ("notifications.attempts", Kind::Number),
    ("notifications.pauses_s", Kind::Text),
    ("notifications.timeout_s", Kind::Number),
    ("gopay.strict_scopes", Kind::Flag),
    ("gopay.token_ttl_s", Kind::Number),
    ("gopay.token_grace_s", Kind::Number),
    ("gopay.accept_unknown_card_tokens", Kind::Flag),
    ("mobilepay.path_prefix", Kind::Text),
    ("mobilepay.default_format", Kind::Text),
    ("mobilepay.error_status_mode", Kind::Text),
    ("mobilepay.np_aliases", Kind::Flag),
    ("mobilepay.inactivity_minutes", Kind::Number),
    ("mobilepay.simulator_secret", Kind::Text),
    ("gptom.profile", Kind::Text),
];

/// The variable that names the configuration file; the file cannot name itself.
pub const CONFIG_VARIABLE: &str = "POLYTILL_CONFIG";

/// The name of an option in the environment.
#[must_use]
pub fn variable(key: &str) -> String {
    format!("POLYTILL_{}", key.replace('.', "_").to_uppercase())
}

#[must_use]
pub fn kind(key: &str) -> Option<Kind> {
    OPTIONS.iter().find(|(known, _)| *known == key).map(|(_, kind)| *kind)
}

/// An option's text as a value; the error says what was expected.
pub fn typed(kind: Kind, text: &str) -> Result<Value, &'static str> {
    match kind {
        Kind::Text => Ok(text.into()),
        Kind::Flag => text.parse::<bool>().map(Value::from).map_err(|_| "must be true or false"),
        Kind::Number => text.parse::<u64>().map(Value::from).map_err(|_| "must be a number"),
        Kind::List => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Ok(items.map(Value::from).collect::<Vec<_>>().into())
        }
    }
}

/// The known key that a misspelt one was probably meant to be.
#[must_use]
pub fn nearest(key: &str) -> Option<&'static str> {
    /// Below this two words have little in common.
    const ALIKE: f64 = 0.8;
    let likeness = |known: &'static str| (strsim::jaro_winkler(key, known), known);
    let best = OPTIONS.iter().map(|(known, _)| likeness(known)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(alike, _)| *alike >= ALIKE).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_key_finds_the_one_that_was_meant() {
        assert_eq!(nearest("listne"), Some("listen"));
        assert_eq!(nearest("tls.certifcate"), Some("tls.certificate"));
        assert_eq!(nearest("weather"), None);
    }

    #[test]
    fn names_in_the_environment_follow_the_keys() {
        assert_eq!(variable("public_url"), "POLYTILL_PUBLIC_URL");
        assert_eq!(variable("notifications.allowed_networks"), "POLYTILL_NOTIFICATIONS_ALLOWED_NETWORKS");
    }
}
