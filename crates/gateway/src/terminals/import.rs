//! A terminal as a fixture file has it: with its device key, which is hashed on the way in.

use std::collections::BTreeMap;
use std::fmt;

use domain::{AmountLimits, Currency, Door, Mode, ShopId, Simulated, Terminal, TerminalId, Tid, Timings};
use serde::Deserialize;

use crate::gateway::Gateway;

/// Batches of a terminal are numbered together with it.
const LARGEST_ID: i64 = 1 << 38;
/// What a guesser would have to go through.
const SHORTEST_KEY: usize = 8;
const LONGEST_KEY: usize = 128;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerminalFixture {
    /// Without it the TID's own number, when it is one.
    #[serde(default)]
    id: Option<TerminalId>,
    tid: Tid,
    pub(crate) shop: ShopId,
    device_key: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default = "comgate")]
    door: Door,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    currencies: Option<Vec<Currency>>,
    #[serde(default)]
    limits: BTreeMap<Currency, AmountLimits>,
    #[serde(default)]
    refund_enabled: bool,
    #[serde(default)]
    tips: bool,
    #[serde(default)]
    printer: bool,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    timings: Timings,
    /// How the built-in device answers; only in a sandbox.
    #[serde(default)]
    simulated: Option<Simulated>,
}

fn comgate() -> Door {
    Door::Comgate
}

fn yes() -> bool {
    true
}

impl fmt::Debug for TerminalFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TerminalFixture({})", self.tid)
    }
}

impl TerminalFixture {
    /// The terminal as it is kept, or what is wrong with it.
    pub(crate) fn terminal(&self, gateway: &Gateway, shop: &domain::Shop) -> Result<Terminal, String> {
        let wrong = |what: &str| format!("terminal {}: {what}", self.tid);
        let number = || self.tid.as_str().parse::<TerminalId>().ok();
        let id = self.id.or_else(number).ok_or_else(|| wrong("its TID is no number, so it needs an id"))?;
        if !(1..LARGEST_ID).contains(&id.get()) {
            return Err(wrong("its id is not between 1 and 274877906943"));
        }
        let taken = gateway.directory().terminal_by_tid(&self.tid).map(|known| known.id);
        if taken.is_some_and(|known| known != id) {
            return Err(wrong("its TID belongs to a terminal with another id"));
        }
        if !(SHORTEST_KEY..=LONGEST_KEY).contains(&self.device_key.len()) {
            return Err(wrong("its device_key must have 8 to 128 characters"));
        }
        let timings = self.timings;
        if [timings.present_ms, timings.queue_ms, timings.settle_ms].iter().any(|span| span.millis() < 1_000)
        {
            return Err(wrong("its timings must be a second or more"));
        }
        Ok(Terminal {
            id,
            tid: self.tid.clone(),
            merchant: shop.merchant,
            shop: shop.id,
            name: self.name.clone().unwrap_or_else(|| format!("Terminal {}", self.tid)),
            door: self.door,
            active: self.active,
            currencies: self.currencies.clone().unwrap_or_else(|| shop.currencies.clone()),
            limits: self.limits.clone(),
            refund_enabled: self.refund_enabled,
            tips: self.tips,
            printer: self.printer,
            mode: self.mode,
            language: self.language.clone().unwrap_or_else(|| shop.language.clone()),
            timings,
            device_key: gateway.device_key_hash(id, &self.device_key),
            simulated: self.simulated,
        })
    }
}
