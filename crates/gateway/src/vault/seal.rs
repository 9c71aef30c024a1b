//! How a card is sealed: XChaCha20-Poly1305 under a data key, and a data key under the key that only the keyring has. Pure.
//!
//! What is sealed is bound to its place: a ciphertext moved to another entry, or a data key given another number, does not
//! open. All cards give ciphertexts of one length. The code on the back is not part of it, whatever the caller has.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use domain::{CardData, Expiry, Pan};
use zeroize::Zeroizing;

use crate::keyring::Key;

const KEY: usize = 32;
const NONCE: usize = 24;
/// `2030-12` and up to 19 digits, filled up with blanks.
const PLAIN: usize = 32;

/// Something that was sealed does not open: another key, another place, or not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed card or key does not open")]
pub(crate) struct Sealed;

/// A key that cards are sealed with.
pub(crate) struct DataKey(Zeroizing<[u8; KEY]>);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    pub(crate) fn generate() -> Result<Self, Sealed> {
        let mut key = Zeroizing::new([0; KEY]);
        getrandom::fill(key.as_mut()).map_err(|_| Sealed)?;
        Ok(Self(key))
    }

    /// The key as it may be kept.
    pub(crate) fn wrap(&self, keyring: &Key, id: i64) -> Result<String, Sealed> {
        seal(&wrapping(keyring), b"key", id, self.0.as_ref())
    }

    pub(crate) fn unwrap(text: &str, keyring: &Key, id: i64) -> Result<Self, Sealed> {
        let plain = open(&wrapping(keyring), b"key", id, text)?;
        let mut key = Zeroizing::new([0; KEY]);
        if plain.len() != KEY {
            return Err(Sealed);
        }
        key.copy_from_slice(&plain);
        Ok(Self(key))
    }

    /// A card as it may be kept in the entry of this number.
    pub(crate) fn seal(&self, entry: i64, card: &CardData) -> Result<String, Sealed> {
        let expiry = Zeroizing::new(String::from(card.expiry));
        let digits = card.pan.expose();
        let plain = Zeroizing::new(format!("{}{digits:<width$}", expiry.as_str(), width = PLAIN - 7));
        seal(&self.0, b"card", entry, plain.as_bytes())
    }

    pub(crate) fn open(&self, entry: i64, text: &str) -> Result<CardData, Sealed> {
        let plain = open(&self.0, b"card", entry, text)?;
        let plain = std::str::from_utf8(&plain).map_err(|_| Sealed)?;
        let (expiry, digits) = plain.split_at_checked(7).ok_or(Sealed)?;
        let expiry = Expiry::try_from(expiry.to_owned()).map_err(|_| Sealed)?;
        let pan = Pan::parse(digits.trim_end()).map_err(|_| Sealed)?;
        Ok(CardData { pan, expiry, cvc: None })
    }
}

/// Something else of ours that is kept sealed, under a key of the keyring.
pub(crate) fn seal_beside(keyring: &Key, kind: &[u8], id: i64, plain: &[u8]) -> Result<String, Sealed> {
    seal(&wrapping(keyring), kind, id, plain)
}

pub(crate) fn open_beside(
    keyring: &Key,
    kind: &[u8],
    id: i64,
    text: &str,
) -> Result<Zeroizing<Vec<u8>>, Sealed> {
    open(&wrapping(keyring), kind, id, text)
}

/// The key that data keys are wrapped with.
fn wrapping(keyring: &Key) -> Zeroizing<[u8; KEY]> {
    Zeroizing::new(keyring.mac(&[b"wrapping"]))
}

fn place(kind: &[u8], id: i64) -> Vec<u8> {
    [b"polytill vault 1 ", kind, b" ", id.to_string().as_bytes()].concat()
}

fn seal(key: &[u8; KEY], kind: &[u8], id: i64, plain: &[u8]) -> Result<String, Sealed> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(|_| Sealed)?;
    let aad = place(kind, id);
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &aad })
        .map_err(|_| Sealed)?;
    Ok(BASE64_STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
}

fn open(key: &[u8; KEY], kind: &[u8], id: i64, text: &str) -> Result<Zeroizing<Vec<u8>>, Sealed> {
    let bytes = BASE64_STANDARD_NO_PAD.decode(text).map_err(|_| Sealed)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Sealed)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Sealed)?;
    let aad = place(kind, id);
    let plain = XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &aad })
        .map_err(|_| Sealed)?;
    Ok(Zeroizing::new(plain))
}

#[cfg(test)]
mod tests {
    use domain::Cvc;

    use super::*;
    use crate::keyring::{Keyring, Purpose};

    fn keyring(root: &str) -> Key {
        Keyring::parse(&root.repeat(32)).unwrap().key(Purpose::Vault)
    }

    fn card(number: &str) -> CardData {
        let cvc = Some(Cvc::parse("987").unwrap());
        CardData { pan: Pan::parse(number).unwrap(), expiry: Expiry::new(2030, 12).unwrap(), cvc }
    }

    #[test]
    fn a_card_comes_back_without_its_code() {
        let key = DataKey::generate().unwrap();
        for number in ["4444444444444448", "378282246310005"] {
            let opened = key.open(-7, &key.seal(-7, &card(number)).unwrap()).unwrap();
            assert_eq!((opened.pan.expose(), opened.expiry.yymm().as_str()), (number, "3012"));
            assert!(opened.cvc.is_none());
        }
    }

    #[test]
    fn what_is_kept_tells_nothing_not_even_the_length() {
        let key = DataKey::generate().unwrap();
        let one = key.seal(1, &card("4444444444444448")).unwrap();
        let again = key.seal(1, &card("4444444444444448")).unwrap();
        let short = key.seal(1, &card("378282246310005")).unwrap();
        assert_ne!(one, again);
        assert_eq!(one.len(), short.len());
    }

    #[test]
    fn nothing_opens_elsewhere_or_changed_or_with_another_key() {
        let (key, other) = (DataKey::generate().unwrap(), DataKey::generate().unwrap());
        let sealed = key.seal(7, &card("4444444444444448")).unwrap();
        assert!(key.open(8, &sealed).is_err() && other.open(7, &sealed).is_err());
        for place in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(key.open(7, &changed).is_err(), "{place}");
        }
        let wrapped = key.wrap(&keyring("07"), 1).unwrap();
        assert!(DataKey::unwrap(&wrapped, &keyring("07"), 2).is_err());
        assert!(DataKey::unwrap(&wrapped, &keyring("08"), 1).is_err());
        let back = DataKey::unwrap(&wrapped, &keyring("07"), 1).unwrap();
        assert!(back.open(7, &sealed).is_ok());
        assert_eq!(format!("{back:?}"), "DataKey(…)");
    }
}
