//! Who is asking, and the two operations that are about nothing else (mobilepay.md §4, §11).
//!
//! Credentials are parameters like any other; a posted body may leave them to the query, and either to the headers
//! `X-Bio-Code` and `X-Access-Token`. Whoever shows wrong ones often is slowed down, per address and bioCode. What was
//! shown is never logged and never repeated; a bioCode is, shortened and with its odd characters escaped.

use std::net::IpAddr;

use http::HeaderMap;

use crate::answer::Failure;
use crate::door::Door;
use crate::fault::Problem;
use crate::inputs::Inputs;
use crate::operation::{Credentials, Operation, Spec};
use crate::reply::{Outcome, Refused, Reply};

const X_BIO_CODE: &str = "x-bio-code";
const X_ACCESS_TOKEN: &str = "x-access-token";
/// Longer ones are nobody's.
const LONGEST_BIO_CODE: usize = 64;

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
    let called: String = shown.bio_code.chars().take(LONGEST_BIO_CODE).collect();
    if let Some(peer) = caller.peer {
        door.throttle.check(peer, &called).map_err(|wait| Failure::Throttled(wait.0))?;
    }
    let outcome = ask(door, spec, inputs, &shown, caller.peer).await;
    let strange = [Problem::Credentials, Problem::NoTokenIssued];
    if let Err(Refused::Problems(problems)) = &outcome
        && problems.iter().any(|problem| strange.contains(problem))
    {
        tracing::info!(operation = spec.path, bio_code = ?called, "credentials were refused");
        if let Some(peer) = caller.peer {
            door.throttle.failed(peer, &called);
        }
    }
    tracing::debug!(operation = spec.path, bio_code = ?called, succeeded = outcome.is_ok(), "answered");
    Ok(outcome)
}

async fn ask(door: &Door, spec: &Spec, inputs: &Inputs, shown: &Shown<'_>, peer: Option<IpAddr>) -> Outcome {
    let engine = &door.engine;
    match spec.operation {
        Operation::Token => engine.issue_token(shown.bio_code, peer).await.map(Reply::text),
        Operation::ResetToken => engine.reset_token(shown.bio_code, shown.secret).await.map(Reply::text),
        operation => match engine.merchant(shown.bio_code, shown.secret) {
            Some(merchant) => engine.answer(operation, &merchant, inputs).await,
            None => Err(Problem::Credentials.into()),
        },
    }
}
