//! Tokens that need no database read: signed, self-contained, checked in constant time.
//!
//! An access token says which client it belongs to, what it may do and until when. A page token stands for
//! a payment in the address of its payment page: it is derived from the payment's id, so it needs no index,
//! cannot be guessed and does not tell how many payments there are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use domain::{ClientId, PaymentId, Span, Timestamp};
use subtle::ConstantTimeEq;

use crate::keyring::{Key, Keyring, Purpose, hex};

/// What a token may be used for (gopay.md §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Create,
    All,
}

/// What an access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    pub client: ClientId,
    pub scope: Scope,
    pub expires_at: Timestamp,
}

const BODY: usize = 26;
const TAG: usize = 22;

/// Makes and checks tokens.
pub(crate) struct Tokens {
    access: Key,
    page: Key,
    cards: Key,
}

impl Tokens {
    #[must_use]
    pub(crate) fn new(keyring: &Keyring) -> Self {
        Self {
            access: keyring.key(Purpose::AccessTokens),
            page: keyring.key(Purpose::PageTokens),
            cards: keyring.key(Purpose::CardTokens),
        }
    }

    /// A token of 64 characters of base64. Two tokens are never alike: `nonce` sees to that.
    #[must_use]
    pub(crate) fn issue(&self, access: Access, nonce: u64) -> String {
        let scope = match access.scope {
            Scope::Create => 1,
            Scope::All => 2,
        };
        let mut token = Vec::with_capacity(BODY + TAG);
        token.push(1);
        token.extend(access.client.get().to_be_bytes());
        token.push(scope);
        token.extend(access.expires_at.millis().to_be_bytes());
        token.extend(nonce.to_be_bytes());
        let mac = self.access.mac(&[&token]);
        token.extend(mac.iter().take(TAG));
        STANDARD_NO_PAD.encode(token)
    }

    /// What a token says, if we made it and it is good at `now`, or was until `grace` ago.
    #[must_use]
    pub(crate) fn check(&self, token: &str, now: Timestamp, grace: Span) -> Option<Access> {
        let bytes: [u8; BODY + TAG] = STANDARD_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (body, tag) = bytes.split_at_checked(BODY)?;
        let mac = self.access.mac(&[body]);
        if !bool::from(mac.get(..TAG)?.ct_eq(tag)) || body.first() != Some(&1) {
            return None;
        }
        let number = |from: usize| Some(i64::from_be_bytes(body.get(from..from + 8)?.try_into().ok()?));
        let scope = match body.get(9)? {
            1 => Scope::Create,
            2 => Scope::All,
            _ => return None,
        };
        let expires_at = Timestamp::from_millis(number(10)?);
        let access = Access { client: ClientId::new(number(1)?), scope, expires_at };
        (now < expires_at.plus(grace)).then_some(access)
    }

    /// The 32 hexadecimal digits that stand for a payment.
    #[must_use]
    pub(crate) fn page_token(&self, id: PaymentId) -> String {
        spelled(&self.page, id.get())
    }

    /// The payment a page token stands for, if we made it.
    #[must_use]
    pub(crate) fn page_payment(&self, token: &str) -> Option<PaymentId> {
        meant(&self.page, token).map(PaymentId::new)
    }

    /// The same for a stored card.
    #[must_use]
    pub(crate) fn card_token(&self, card: i64) -> String {
        spelled(&self.cards, card)
    }

    #[must_use]
    pub(crate) fn card(&self, token: &str) -> Option<i64> {
        meant(&self.cards, token)
    }
}

/// 32 hexadecimal digits that stand for a number: eight bytes of keyed hash, and the number hidden under another
/// keyed hash of those.
fn spelled(key: &Key, number: i64) -> String {
    let number = number.to_be_bytes();
    let tag = first_eight(key.mac(&[b"tag", &number]));
    let mask = first_eight(key.mac(&[b"mask", &tag]));
    let mut token = [0; 16];
    let hidden = number.iter().zip(mask).map(|(byte, mask)| byte ^ mask);
    for (to, from) in token.iter_mut().zip(tag.into_iter().chain(hidden)) {
        *to = from;
    }
    hex(&token)
}

/// The number that such digits stand for, if they are of our making.
fn meant(key: &Key, token: &str) -> Option<i64> {
    if token.len() != 32 || !token.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let (tag, hidden) = token.split_at_checked(16)?;
    let tag = u64::from_str_radix(tag, 16).ok()?.to_be_bytes();
    let hidden = u64::from_str_radix(hidden, 16).ok()?;
    let mask = u64::from_be_bytes(first_eight(key.mac(&[b"mask", &tag])));
    let number = (hidden ^ mask).to_be_bytes();
    let expected = first_eight(key.mac(&[b"tag", &number]));
    bool::from(expected.ct_eq(&tag)).then(|| i64::from_be_bytes(number))
}

fn first_eight(mac: [u8; 32]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = mac;
    [a, b, c, d, e, f, g, h]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> Tokens {
        Tokens::new(&Keyring::parse(&"07".repeat(32)).unwrap())
    }

    #[test]
    fn an_access_token_is_good_until_it_expires_and_not_after() {
        let access = Access {
            client: ClientId::new(1_061_399_163),
            scope: Scope::All,
            expires_at: Timestamp::from_millis(1_000),
        };
        let token = tokens().issue(access, 7);
        let check = |now| tokens().check(&token, Timestamp::from_millis(now), Span::from_millis(10));
        assert_eq!(token.len(), 64);
        assert_eq!(check(1_009), Some(access));
        assert_eq!(check(1_010), None);
    }

    #[test]
    fn a_changed_token_is_no_token() {
        let access =
            Access { client: ClientId::new(1), scope: Scope::Create, expires_at: Timestamp::from_millis(9) };
        let token = tokens().issue(access, 7);
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(tokens().check(&changed, Timestamp::default(), Span::default()), None, "{place}");
        }
    }

    #[test]
    fn a_page_token_stands_for_its_payment_only() {
        let token = tokens().page_token(PaymentId::FIRST);
        assert_eq!(tokens().page_payment(&token), Some(PaymentId::FIRST));
        assert_eq!(tokens().page_payment(&token.replace('a', "b").replace('1', "2")), None);
        assert_eq!(tokens().page_payment(&token.to_uppercase().replace('A', "é")), None);
    }
}
