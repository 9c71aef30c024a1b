//! The server's keys. One root secret, shared by all nodes, from which every purpose has its own key.
//!
//! The root is in a file or the environment, never in the database; the database holds a check value that
//! tells whether it was written with the same root.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

const ROOT_BYTES: usize = 32;

/// What a key is for. Keys of different purposes have nothing to do with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    ClientSecrets,
    AccessTokens,
    PageTokens,
    CardFingerprints,
    CheckValue,
    RequestKeys,
    OauthSecrets,
    PeoplesTokens,
    PeoplesLogins,
    RegisterSecrets,
    PaymentNames,
    Vault,
    CardTokens,
    MobilePayTokens,
    Guids,
    EetKeys,
    EetAuthority,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::ClientSecrets => b"client secrets",
            Self::AccessTokens => b"access tokens",
            Self::PageTokens => b"page tokens",
            Self::CardFingerprints => b"card fingerprints",
            Self::CheckValue => b"check value",
            Self::RequestKeys => b"request keys",
            Self::OauthSecrets => b"oauth secrets",
            Self::PeoplesTokens => b"people's tokens",
            Self::PeoplesLogins => b"people's logins",
            Self::RegisterSecrets => b"register secrets",
            Self::PaymentNames => b"payment names",
            Self::Vault => b"vault",
            Self::CardTokens => b"card tokens",
            Self::MobilePayTokens => b"mobilepay tokens",
            Self::Guids => b"guids",
            Self::EetKeys => b"eet keys",
            Self::EetAuthority => b"eet authority",
        }
    }
}

/// The text is not a keyring: 64 hexadecimal digits are expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a keyring is 64 hexadecimal digits")]
pub struct NotAKeyring;

/// The root secret.
#[derive(Clone)]
pub struct Keyring(Zeroizing<[u8; ROOT_BYTES]>);

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl Keyring {
    /// A new one, from the operating system's randomness.
    pub fn generate() -> Result<Self, getrandom::Error> {
        let mut root = Zeroizing::new([0; ROOT_BYTES]);
        getrandom::fill(root.as_mut())?;
        Ok(Self(root))
    }

    pub fn parse(text: &str) -> Result<Self, NotAKeyring> {
        let text = text.trim().as_bytes();
        let mut root = Zeroizing::new([0; ROOT_BYTES]);
        if text.len() != ROOT_BYTES * 2 || !text.iter().all(u8::is_ascii_hexdigit) {
            return Err(NotAKeyring);
        }
        for (byte, pair) in root.iter_mut().zip(text.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| NotAKeyring)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| NotAKeyring)?;
        }
        Ok(Self(root))
    }

    /// The text form, for the file it is kept in and nothing else.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(hex(self.0.as_ref()))
    }

    #[must_use]
    pub fn key(&self, purpose: Purpose) -> Key {
        let root = Key::from_bytes(self.0.as_ref());
        Key::from_bytes(&root.mac(&[purpose.label()]))
    }

    /// Tells this keyring from any other without revealing it.
    #[must_use]
    pub fn check_value(&self) -> String {
        hex(&self.key(Purpose::CheckValue).mac(&[b"polytill"]))
    }
}

/// The key of one purpose: an HMAC-SHA-256 that is ready to use.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    fn from_bytes(bytes: &[u8]) -> Self {
        let padded = {
            // A key of up to one block is used as it is; all of ours are 32 bytes.
            let mut block = Zeroizing::new([0_u8; 64]);
            for (to, from) in block.iter_mut().zip(bytes) {
                *to = *from;
            }
            block
        };
        Self(Hmac::new(&(*padded).into()))
    }

    /// The keyed hash of several parts, as if they were one text.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_survives_its_text_form_and_purposes_differ() {
        let keyring = Keyring::generate().unwrap();
        let again = Keyring::parse(&keyring.expose()).unwrap();
        assert_eq!(keyring.check_value(), again.check_value());
        assert_ne!(Keyring::generate().unwrap().check_value(), keyring.check_value());
        assert_ne!(
            keyring.key(Purpose::AccessTokens).mac(&[b"x"]),
            keyring.key(Purpose::PageTokens).mac(&[b"x"])
        );
        for wrong in ["abc", &"07".repeat(33), &"+7".repeat(32)] {
            assert_eq!(Keyring::parse(wrong).unwrap_err(), NotAKeyring);
        }
    }
}
