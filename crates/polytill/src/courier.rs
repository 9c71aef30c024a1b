//! Carries notifications: a GET through the client that checks every address it dials (gopay.md §11).

use std::time::Duration;

use async_trait::async_trait;
use gateway::Courier;
use gateway::outgoing::{Outgoing, OutgoingRequest, Policy, Timeouts};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue};

use crate::config::Config;
use crate::error::StartError;

/// Who calls. What the real gateway calls itself is not known.
const OWN_NAME: &str = concat!("Polytill/", env!("CARGO_PKG_VERSION"));

pub(crate) struct HttpCourier {
    client: Outgoing,
    headers: HeaderMap,
}

impl HttpCourier {
    /// A sandbox may call the machine and the network it runs in; production only what is public or listed.
    pub(crate) fn new(config: &Config) -> Result<Self, StartError> {
        let allowed = config.notifications.allowed_networks.iter().map(|network| network.0).collect();
        let policy = Policy { allow_private: !config.production, allowed };
        let patience = Duration::from_secs(u64::from(config.notifications.timeout_s.max(1)));
        let client = Outgoing::new(policy, Timeouts { connect: patience, answer: patience })
            .map_err(|error| StartError::failed("cannot set up outgoing calls", error))?;
        let headers = HeaderMap::from_iter([
            (USER_AGENT, HeaderValue::from_static(OWN_NAME)),
            (ACCEPT, HeaderValue::from_static("*/*")),
        ]);
        Ok(Self { client, headers })
    }
}

#[async_trait]
impl Courier for HttpCourier {
    async fn call(&self, url: &str) -> Result<u16, String> {
        let answer = self.client.send(OutgoingRequest::get(url, self.headers.clone())).await;
        answer.map(|answer| answer.status.as_u16()).map_err(|error| error.to_string())
    }
}
