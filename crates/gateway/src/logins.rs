//! Logins of cash registers: a name and a secret that stand for one terminal (comgate.md §10).

use std::collections::HashMap;
use std::sync::Arc;

use domain::{MerchantId, RegisterLogin, SecretHash, Terminal, Tid};
use serde::Deserialize;
use store::{Record, RecordKind};
use subtle::ConstantTimeEq;

use crate::gateway::Gateway;
use crate::import::{ImportError, record};
use crate::keyring::hex;

/// Logins by name.
#[derive(Debug, Default)]
pub(crate) struct RegisterLogins(HashMap<String, Arc<RegisterLogin>>);

impl RegisterLogins {
    pub(crate) fn new(logins: Vec<RegisterLogin>) -> Self {
        Self(logins.into_iter().map(|login| (login.name.clone(), Arc::new(login))).collect())
    }
}

/// A login as an operator writes it down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterLoginFixture {
    pub id: i64,
    pub name: String,
    pub secret: String,
    pub merchant: MerchantId,
    #[serde(default)]
    pub terminal: Option<Tid>,
    /// Addresses and networks it may come from; none means this machine only.
    #[serde(default)]
    pub networks: Vec<String>,
    #[serde(default)]
    pub test: bool,
    #[serde(default)]
    pub payment_timeout_s: Option<u16>,
}

impl std::fmt::Debug for RegisterLoginFixture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RegisterLoginFixture({})", self.name)
    }
}

impl Gateway {
    /// The login with this name and secret. Takes as long for an unknown name as for a wrong secret.
    #[must_use]
    pub fn register_login(&self, name: &str, secret: &str) -> Option<Arc<RegisterLogin>> {
        let directory = self.directory();
        let login = directory.register_logins().0.get(name);
        let given = self.register_secret(login.map_or(0, |login| login.id), secret);
        let kept = login.map_or("", |login| login.secret.0.as_str());
        bool::from(given.as_bytes().ct_eq(kept.as_bytes())).then(|| login.cloned()).flatten()
    }

    /// The terminal that a login stands for, if it has one that is active.
    #[must_use]
    pub fn terminal_of(&self, login: &RegisterLogin) -> Option<Arc<Terminal>> {
        let directory = self.directory();
        directory.terminal_by_tid(login.terminal.as_ref()?).filter(|terminal| terminal.active).cloned()
    }

    fn register_secret(&self, id: i64, secret: &str) -> String {
        hex(&self.register_secrets.mac(&[&id.to_be_bytes(), secret.as_bytes()]))
    }

    pub(crate) fn register_login_records(
        &self,
        logins: &[RegisterLoginFixture],
    ) -> Result<Vec<Record>, ImportError> {
        let mut records = Vec::new();
        for login in logins {
            for network in &login.networks {
                let known =
                    network.parse::<ipnet::IpNet>().is_ok() || network.parse::<std::net::IpAddr>().is_ok();
                if !known {
                    return Err(ImportError::Record(format!(
                        "{network} is neither an address nor a network"
                    )));
                }
            }
            if login.payment_timeout_s.is_some_and(|seconds| !(30..=600).contains(&seconds)) {
                return Err(ImportError::Record("payment_timeout_s is 30 to 600".to_owned()));
            }
            let kept = RegisterLogin {
                id: login.id,
                name: login.name.clone(),
                merchant: login.merchant,
                terminal: login.terminal.clone(),
                secret: SecretHash(self.register_secret(login.id, &login.secret)),
                networks: login.networks.clone(),
                test: login.test,
                payment_timeout_s: login.payment_timeout_s,
            };
            records.push(record(RecordKind::ComgateLogin, login.id, login.merchant, &kept)?);
        }
        Ok(records)
    }
}
