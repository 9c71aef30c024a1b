//! What production refuses to start with. A list of checks, each a question and the sentence that answers it;
//! all that fail are told at once, so that one start is enough to learn what is missing.

use crate::config::{AcquirerKind, Config};

/// What the checks look at.
pub struct Facts<'a> {
    pub config: &'a Config,
    /// A secret of the demo merchants opens a door. False when the database could not be asked.
    pub knows_the_demo_secret: bool,
}

/// What is wrong, if it is.
type Check = fn(&Facts<'_>) -> Option<&'static str>;

const CHECKS: [Check; 5] = [acquirer, demo_secret, sandbox_api, plain_http, keyring];

/// Everything that production objects to; nothing for a sandbox.
#[must_use]
pub fn objections(facts: &Facts<'_>) -> Vec<String> {
    if !facts.config.production {
        return vec![];
    }
    CHECKS.iter().filter_map(|check| check(facts)).map(str::to_owned).collect()
}

fn acquirer(facts: &Facts<'_>) -> Option<&'static str> {
    match facts.config.acquirer {
        AcquirerKind::Simulator => Some(
            "the acquirer is the simulator, which moves no money: an acquirer must be configured (acquirer)",
        ),
    }
}

fn demo_secret(facts: &Facts<'_>) -> Option<&'static str> {
    facts.knows_the_demo_secret.then_some(
        "a demo login (client 1061399163, register 123456, bioCode DEMO or DEMO-2) opens with its published secret: import another secret for it",
    )
}

fn sandbox_api(facts: &Facts<'_>) -> Option<&'static str> {
    (facts.config.sandbox_api == Some(true))
        .then_some("the sandbox API is switched on: it lets anybody pay without money (sandbox_api)")
}

fn plain_http(facts: &Facts<'_>) -> Option<&'static str> {
    let config = facts.config;
    let private = config.listen.ip().to_canonical().is_loopback() || config.has_tls() || config.behind_proxy;
    (!private).then_some(
        "plain HTTP on an address others can reach: configure tls.certificate and tls.key, or say behind_proxy",
    )
}

fn keyring(facts: &Facts<'_>) -> Option<&'static str> {
    facts
        .config
        .keyring
        .is_none()
        .then_some("there is no keyring: give one with --keyring FILE or POLYTILL_KEYRING")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyring::KeyringSource;

    /// Production with nothing to object to but the acquirer, of which there is no other yet.
    fn sound() -> Config {
        Config {
            production: true,
            keyring: Some(KeyringSource::File("/etc/polytill/keyring".into())),
            ..Config::default()
        }
    }

    fn objection(check: Check, change: impl FnOnce(&mut Config)) -> Option<&'static str> {
        let mut config = sound();
        change(&mut config);
        check(&Facts { config: &config, knows_the_demo_secret: false })
    }

    #[test]
    fn the_simulator_is_no_acquirer() {
        assert!(objection(acquirer, |_| ()).unwrap().contains("an acquirer must be configured"));
    }

    #[test]
    fn the_published_secret_is_no_secret() {
        assert_eq!(objection(demo_secret, |_| ()), None);
        let config = sound();
        assert!(demo_secret(&Facts { config: &config, knows_the_demo_secret: true }).is_some());
    }

    #[test]
    fn the_sandbox_api_has_no_place() {
        assert_eq!(objection(sandbox_api, |_| ()), None);
        assert_eq!(objection(sandbox_api, |config| config.sandbox_api = Some(false)), None);
        assert!(objection(sandbox_api, |config| config.sandbox_api = Some(true)).is_some());
    }

    #[test]
    fn plain_http_stays_at_home_unless_a_proxy_speaks_tls() {
        let public = |config: &mut Config| config.listen = ([0, 0, 0, 0], 80).into();
        assert_eq!(objection(plain_http, |_| ()), None);
        assert_eq!(objection(plain_http, |config| config.listen = "[::1]:80".parse().unwrap()), None);
        assert!(objection(plain_http, public).is_some());
        assert!(
            objection(plain_http, |config| config.listen = "[2001:db8::1]:80".parse().unwrap()).is_some()
        );
        let behind_proxy = |config: &mut Config| {
            public(config);
            config.behind_proxy = true;
        };
        assert_eq!(objection(plain_http, behind_proxy), None);
        let with_tls = |config: &mut Config| {
            public(config);
            config.tls.certificate = Some("c.pem".into());
        };
        assert_eq!(objection(plain_http, with_tls), None);
    }

    #[test]
    fn keys_are_given_not_made() {
        assert_eq!(objection(keyring, |_| ()), None);
        assert!(objection(keyring, |config| config.keyring = None).is_some());
    }

    #[test]
    fn everything_is_told_at_once_and_a_sandbox_is_told_nothing() {
        let mut config =
            Config { listen: ([0, 0, 0, 0], 80).into(), sandbox_api: Some(true), ..Config::default() };
        let told = |config: &Config| objections(&Facts { config, knows_the_demo_secret: true }).len();
        assert_eq!(told(&config), 0);
        config.production = true;
        assert_eq!(told(&config), CHECKS.len());
    }
}
