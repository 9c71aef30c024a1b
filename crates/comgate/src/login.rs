//! Who is asking: a login with its secret, from an address it may come from (comgate.md §2).
//!
//! The secret is looked at first and the address second, so that only who holds the secret learns that the address is
//! wrong. Failed logins are slowed per address and name.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::{ClientId, RegisterLogin, Terminal};
use gateway::{LONGEST_KEY, RequestKey};
use http::StatusCode;
use ipnet::IpNet;
use polytill_http::credentials;
use polytill_http::peer::Peer;
use secrecy::ExposeSecret;

use crate::error::{Code, Failure};
use crate::routes::App;

/// A login that has shown its secret.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) login: Arc<RegisterLogin>,
    key: Option<String>,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let basic = credentials::basic(&parts.headers).map_err(|_| Failure::unauthorized())?;
        let address = parts.extensions.get::<Peer>().map(|peer| peer.ip);
        if let Some(address) = address {
            let slowed = app.throttle.check(address, &basic.id);
            slowed.map_err(|wait| Failure::slowed(wait.0.as_secs()))?;
        }
        let Some(login) = app.gateway.register_login(&basic.id, basic.secret.expose_secret()) else {
            if let Some(address) = address {
                app.throttle.failed(address, &basic.id);
            }
            return Err(Failure::unauthorized());
        };
        match address {
            Some(address) if !may_come_from(&login, address) => {
                let message = format!("Access from unauthorized location [{address}]!");
                Err(Failure::with(StatusCode::FORBIDDEN, message))
            }
            _ => Ok(Self { login, key: idempotency_key(parts)? }),
        }
    }
}

impl Caller {
    /// The terminal the login stands for.
    pub(crate) fn terminal(&self, app: &App) -> Result<Arc<Terminal>, Failure> {
        let unknown = || Failure::new(Code::UNKNOWN_TERMINAL, "terminal is not known");
        app.gateway.terminal_of(&self.login).ok_or_else(unknown)
    }

    /// The request's `Idempotency-Key`, bound to the login, the operation and the body.
    pub(crate) fn key(&self, app: &App, operation: &str, body: &[u8]) -> Option<RequestKey> {
        // Below zero, where no client of another door is.
        let client = ClientId::new(-self.login.id);
        Some(app.gateway.request_key(client, self.key.as_deref()?, operation, body))
    }
}

fn idempotency_key(parts: &Parts) -> Result<Option<String>, Failure> {
    let Some(value) = parts.headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if !key.is_empty() && key.len() <= LONGEST_KEY => Ok(Some(key.to_owned())),
        _ => Err(Failure::bad("an Idempotency-Key has 1 to 255 visible ASCII characters")),
    }
}

/// Whether the address is in one of the login's networks; without any, whether it is this machine.
fn may_come_from(login: &RegisterLogin, address: IpAddr) -> bool {
    let address = address.to_canonical();
    if login.networks.is_empty() {
        return address.is_loopback();
    }
    login.networks.iter().any(|network| match network.parse::<IpNet>() {
        Ok(network) => network.contains(&address),
        Err(_) => network.parse::<IpAddr>().is_ok_and(|known| known.to_canonical() == address),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{MerchantId, SecretHash};

    #[test]
    fn networks_are_kept_to() {
        let login = |networks: &[&str]| RegisterLogin {
            id: 1,
            name: "123456".to_owned(),
            merchant: MerchantId::new(1),
            terminal: None,
            secret: SecretHash(String::new()),
            networks: networks.iter().map(|network| (*network).to_owned()).collect(),
            test: true,
            payment_timeout_s: None,
        };
        for (networks, address, lets_in) in [
            (&[][..], "127.0.0.1", true),
            (&[], "::1", true),
            (&[], "::ffff:127.0.0.1", true),
            (&[], "192.168.1.7", false),
            (&["192.168.1.0/24"], "192.168.1.7", true),
            (&["192.168.1.0/24"], "::ffff:192.168.1.7", true),
            (&["192.168.1.0/24"], "192.168.2.7", false),
            (&["192.168.1.0/24"], "127.0.0.1", false),
            (&["10.0.0.1", "2001:db8::/32"], "2001:db8::5", true),
            (&["10.0.0.1", "2001:db8::/32"], "10.0.0.1", true),
            (&["10.0.0.1"], "10.0.0.2", false),
            (&["0.0.0.0/0"], "203.0.113.9", true),
            (&["0.0.0.0/0"], "2001:db8::5", false),
            (&["::/0"], "2001:db8::5", true),
        ] {
            assert_eq!(
                may_come_from(&login(networks), address.parse().unwrap()),
                lets_in,
                "{networks:?} {address}"
            );
        }
    }
}
