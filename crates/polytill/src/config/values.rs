//! Values of options that are more than a text or a number.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Pauses in seconds: `10,30,60`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pauses(pub Vec<u32>);

impl Default for Pauses {
    fn default() -> Self {
        let seconds = |pause: &domain::Span| u32::try_from(pause.millis() / 1_000).unwrap_or(u32::MAX);
        Self(gateway::PAUSES.iter().map(seconds).collect())
    }
}

impl TryFrom<String> for Pauses {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let wrong = "must be seconds with commas, each 1 to 86400";
        let pauses = text.split(',').map(|pause| pause.trim().parse().map_err(|_| wrong));
        let pauses: Vec<u32> = pauses.collect::<Result<_, _>>()?;
        let fits = pauses.len() <= 100 && pauses.iter().all(|pause| (1..=86_400).contains(pause));
        if fits { Ok(Self(pauses)) } else { Err(wrong) }
    }
}

impl From<Pauses> for String {
    fn from(pauses: Pauses) -> Self {
        pauses.0.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
    }
}

/// The last two digits of amounts that the simulator declines; none when empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ending(pub Option<u8>);

impl TryFrom<String> for Ending {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|_| digits)
            .map(|ending| Self(Some(ending)))
            .ok_or("must be two digits, or empty")
    }
}

impl From<Ending> for String {
    fn from(ending: Ending) -> Self {
        ending.0.map_or_else(Self::new, |ending| format!("{ending:02}"))
    }
}

/// A text that is printed nowhere.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Hidden(pub String);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(not shown)")
    }
}

impl Serialize for Hidden {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("(not shown)")
    }
}
