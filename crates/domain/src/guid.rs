//! Globally unique identifiers, as doors write them that know nothing of numbers (mobilepay.md §5).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// 16 bytes; written in lower case with hyphens, read in any case, with or without hyphens and braces.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Guid([u8; 16]);

/// The text is not a GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID")]
pub struct NotAGuid;

impl Guid {
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Sixteen random bytes, marked as such (version 4, variant 1 of RFC 9562).
    #[must_use]
    pub const fn random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Self(bytes)
    }
}

/// Where hyphens stand between the 32 digits.
const HYPHENS: [usize; 4] = [8, 12, 16, 20];

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            if HYPHENS.contains(&(place * 2)) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Guid {
    type Err = NotAGuid;

    fn from_str(text: &str) -> Result<Self, NotAGuid> {
        let inner = match text.strip_prefix('{') {
            Some(rest) => rest.strip_suffix('}').ok_or(NotAGuid)?,
            None => text,
        };
        let hyphenated = inner.len() == 36;
        if !hyphenated && inner.len() != 32 {
            return Err(NotAGuid);
        }
        let mut bytes = [0_u8; 16];
        let mut digits = 0;
        for character in inner.chars() {
            if hyphenated && character == '-' && HYPHENS.contains(&digits) {
                continue;
            }
            let digit = character.to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or(NotAGuid)?;
            let byte = bytes.get_mut(digits / 2).ok_or(NotAGuid)?;
            *byte = *byte << 4 | digit;
            digits += 1;
        }
        if digits == 32 { Ok(Self(bytes)) } else { Err(NotAGuid) }
    }
}

impl TryFrom<String> for Guid {
    type Error = NotAGuid;

    fn try_from(text: String) -> Result<Self, NotAGuid> {
        text.parse()
    }
}

impl From<Guid> for String {
    fn from(guid: Guid) -> Self {
        guid.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_is_read_and_one_is_written() {
        let written = "0f8fad5b-d9cb-469f-a165-70867728950e";
        for spelling in [
            written,
            "0F8FAD5B-D9CB-469F-A165-70867728950E",
            "{0f8fad5b-d9cb-469f-a165-70867728950e}",
            "0f8fad5bd9cb469fa16570867728950e",
            "{0F8FAD5BD9CB469FA16570867728950E}",
        ] {
            assert_eq!(
                spelling.parse::<Guid>().map(|guid| guid.to_string()).as_deref(),
                Ok(written),
                "{spelling}"
            );
        }
        for wrong in [
            "",
            "0f8fad5b",
            "{0f8fad5b-d9cb-469f-a165-70867728950e",
            "0f8fad5b-d9cb-469f-a165-70867728950e}",
            "0f8fad5b-d9cb-469f-a165-70867728950",
            "0f8fad5b-d9cb-469f-a165-70867728950ef",
            "0f8fad5bd-9cb-469f-a165-70867728950e",
            "0f8fad5b--9cb-469f-a165-70867728950e",
            "------------------------------------",
            "0g8fad5b-d9cb-469f-a165-70867728950e",
            "０f8fad5bd9cb469fa16570867728950e",
        ] {
            assert_eq!(wrong.parse::<Guid>(), Err(NotAGuid), "{wrong}");
        }
        let random = Guid::random([0xff; 16]).to_string();
        assert_eq!(random, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
