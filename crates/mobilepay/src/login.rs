//! Who is asking, and the two operations that are about nothing else (mobilepay.md §4, §11).
//!
//! Credentials are parameters like any other; a posted body may leave them to the query, and either to the headers
//! `X-Bio-Code` and `X-Access-Token`. Whoever shows wrong ones often is slowed down, per address and per bioCode. What was
//! shown is never logged and never repeated, but for the bioCode of a merchant there is: of any other nobody knows
//! whether it is not a token in the wrong place.

use std::net::IpAddr;
use std::time::Duration;

use http::HeaderMap;
use polytill_http::throttle::{Attempt, GuessLimits, GuessThrottle};

use crate::answer::Failure;
use crate::door::Door;
use crate::fault::Problem;
use crate::inputs::Inputs;
use crate::operation::{Credentials, Operation, Spec};
use crate::reply::{Outcome, Refused, Reply};

const X_BIO_CODE: &str = "x-bio-code";
const X_ACCESS_TOKEN: &str = "x-access-token";

/// Where credentials may be besides the inputs, and where the request comes from.
pub(crate) struct Caller<'a> {
    pub(crate) query: &'a Inputs,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) peer: Option<IpAddr>,
}

impl Caller<'_> {
    fn find<'a>(&'a self, inputs: &'a Inputs, name: &str, header: Option<&str>) -> Option<&'a str> {
        let from_header = || self.headers.get(header?)?.to_str().ok().map(str::trim);
        let found = inputs.get(name).or_else(|| self.query.get(name)).or_else(from_header);
        found.filter(|value| !value.is_empty())
    }
}

/// What the operation shows and what it needs for that.
struct Shown<'a> {
    bio_code: &'a str,
    /// Empty where nothing but the bioCode is asked for.
    secret: &'a str,
}

impl<'a> Shown<'a> {
    const fn from(&self, address: IpAddr) -> Attempt<'a> {
        Attempt { address, name: self.bio_code, secret: self.secret }
    }
}

fn shown<'a>(spec: &Spec, inputs: &'a Inputs, caller: &'a Caller<'_>) -> Result<Shown<'a>, Vec<Problem>> {
    let bio_code = caller.find(inputs, "bioCode", Some(X_BIO_CODE)).ok_or(Problem::BioCodeMissing);
    let secret = match spec.credentials {
        Credentials::BioCode => Ok(""),
        Credentials::Full => {
            caller.find(inputs, "accessToken", Some(X_ACCESS_TOKEN)).ok_or(Problem::AccessTokenMissing)
        }
        Credentials::Previous => {
            caller.find(inputs, "previousAccessToken", None).ok_or(Problem::PreviousAccessTokenMissing)
        }
    };
    match (bio_code, secret) {
        (Ok(bio_code), Ok(secret)) => Ok(Shown { bio_code, secret }),
        (bio_code, secret) => Err([bio_code.err(), secret.err()].into_iter().flatten().collect()),
    }
}

/// Who has shown wrong credentials lately. Asking for a first token is told apart: it shows no secret, and says nothing
/// about those who have one.
pub(crate) struct Throttles {
    logins: GuessThrottle,
    first_tokens: GuessThrottle,
}

impl Throttles {
    pub(crate) fn new() -> Self {
        let throttle = || GuessThrottle::new(GuessLimits::default());
        Self { logins: throttle(), first_tokens: throttle() }
    }

    const fn of(&self, credentials: Credentials) -> &GuessThrottle {
        match credentials {
            Credentials::BioCode => &self.first_tokens,
            Credentials::Full | Credentials::Previous => &self.logins,
        }
    }
}

/// Lets those in who may, and asks the engine on their behalf.
pub(crate) async fn answer(
    door: &Door,
    spec: &Spec,
    inputs: &Inputs,
    caller: &Caller<'_>,
) -> Result<Outcome, Failure> {
    let shown = match shown(spec, inputs, caller) {
        Ok(shown) => shown,
        Err(problems) => return Ok(Err(problems.into())),
    };
    let throttle = door.throttles.of(spec.credentials);
    let attempt = caller.peer.map(|peer| shown.from(peer));
    if let Some(attempt) = &attempt {
        throttle.check(moment(door), attempt).map_err(|wait| Failure::Throttled(wait.0))?;
    }
    let outcome = ask(door, spec, inputs, &shown, caller.peer).await;
    let right = were_right(&outcome);
    match &attempt {
        Some(attempt) if right == Some(true) => throttle.succeeded(moment(door), attempt),
        Some(attempt) if right == Some(false) => throttle.failed(moment(door), attempt),
        _ => {}
    }
    let known = || door.engine.knows(shown.bio_code).then_some(shown.bio_code);
    if right == Some(false) {
        tracing::info!(operation = spec.path, bio_code = known(), "credentials were refused");
    }
    tracing::debug!(operation = spec.path, bio_code = known(), succeeded = outcome.is_ok(), "answered");
    Ok(outcome)
}

/// What an outcome says of the credentials, if anything.
fn were_right(outcome: &Outcome) -> Option<bool> {
    match outcome {
        Ok(_) => Some(true),
        Err(Refused::Problems(problems)) => {
            let strange = [Problem::Credentials, Problem::NoTokenIssued];
            Some(!problems.iter().any(|problem| strange.contains(problem)))
        }
        Err(Refused::Overloaded | Refused::Internal) => None,
    }
}

async fn ask(door: &Door, spec: &Spec, inputs: &Inputs, shown: &Shown<'_>, peer: Option<IpAddr>) -> Outcome {
    let engine = &door.engine;
    let token = match spec.operation {
        Operation::Token => engine.issue_token(shown.bio_code, peer).await?,
        Operation::ResetToken => engine.reset_token(shown.bio_code, shown.secret).await?,
        operation => {
            let merchant = engine.merchant(shown.bio_code, shown.secret).ok_or(Problem::Credentials)?;
            return engine.answer(operation, &merchant, inputs).await;
        }
    };
    // Whoever was given a token need not wait to use it.
    if let Some(peer) = peer {
        let given = Shown { secret: &token, ..*shown };
        door.throttles.logins.succeeded(moment(door), &given.from(peer));
    }
    Ok(Reply::text(token))
}

fn moment(door: &Door) -> Duration {
    Duration::from_millis(u64::try_from(door.engine.now().millis()).unwrap_or_default())
}
