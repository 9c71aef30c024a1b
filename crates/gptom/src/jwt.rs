//! Tokens as JSON web tokens (gptom.md §3.1): HS256 under a key of this server, made and read here only.
//!
//! What always holds: the header is ours and fixed, so a token cannot choose how it is checked; a token for access
//! is no token for renewal and the other way round; nothing of a token is ever repeated in an answer or a log.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{MerchantId, Timestamp};
use serde::{Deserialize, Serialize};

/// A token of ours is far shorter.
const LONGEST: usize = 4_096;
/// How much later than it says a token is still taken.
const LEEWAY_S: i64 = 30;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Use {
    Access,
    Refresh,
}

/// What a token says. The members have the names of the Spring servers that clients know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) user_name: String,
    pub(crate) client_id: String,
    pub(crate) company: MerchantId,
    /// The terminal it is bound to; none for a master account.
    pub(crate) tid: Option<String>,
    pub(crate) master: bool,
    pub(crate) scope: Vec<String>,
    #[serde(rename = "use")]
    pub(crate) purpose: Use,
    pub(crate) jti: String,
    /// Of a token for renewal: the access token that came with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ati: Option<String>,
    /// Seconds since 1970.
    pub(crate) iat: i64,
    pub(crate) exp: i64,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rejected {
    /// Not one of ours, or for something else.
    Malformed,
    Expired,
}

const HEADER: &[u8] = br#"{"alg":"HS256","typ":"JWT"}"#;

/// Signs. `mac` is the keyed hash of this server.
pub(crate) fn issue(claims: &Claims, mac: impl Fn(&[u8]) -> [u8; 32]) -> String {
    // Claims are texts and numbers: they always have a JSON form.
    let body = serde_json::to_vec(claims).unwrap_or_default();
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(body));
    let signature = URL_SAFE_NO_PAD.encode(mac(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Reads a token that was made for this use and is good at `now`.
pub(crate) fn check(
    token: &str,
    purpose: Use,
    now: Timestamp,
    mac: impl Fn(&[u8]) -> [u8; 32],
) -> Result<Claims, Rejected> {
    if token.len() > LONGEST {
        return Err(Rejected::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Rejected::Malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Rejected::Malformed)?;
    if !bool::from(subtle::ConstantTimeEq::ct_eq(mac(signed.as_bytes()).as_slice(), signature.as_slice())) {
        return Err(Rejected::Malformed);
    }
    let (_, body) = signed.split_once('.').ok_or(Rejected::Malformed)?;
    let body = URL_SAFE_NO_PAD.decode(body).map_err(|_| Rejected::Malformed)?;
    let claims: Claims = serde_json::from_slice(&body).map_err(|_| Rejected::Malformed)?;
    if claims.purpose != purpose {
        return Err(Rejected::Malformed);
    }
    if now.millis() / 1_000 > claims.exp.saturating_add(LEEWAY_S) {
        return Err(Rejected::Expired);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Not a hash, but different for different texts, which is all these tests need.
    fn mac(text: &[u8]) -> [u8; 32] {
        let mut sum = [7_u8; 32];
        for (place, byte) in text.iter().enumerate() {
            sum[place % 32] = sum[place % 32].wrapping_mul(31).wrapping_add(*byte);
        }
        sum
    }

    fn claims() -> Claims {
        Claims {
            user_name: "kasa1@kavarna.example".to_owned(),
            client_id: "pos-demo".to_owned(),
            company: MerchantId::new(1),
            tid: None,
            master: true,
            scope: vec!["read".to_owned(), "write".to_owned()],
            purpose: Use::Access,
            jti: "a".to_owned(),
            ati: None,
            iat: 0,
            exp: 100,
        }
    }

    #[test]
    fn a_token_comes_back_as_it_was_made() {
        let token = issue(&claims(), mac);
        assert!(token.starts_with("eyJ"));
        let at = |seconds: i64| check(&token, Use::Access, Timestamp::from_millis(seconds * 1_000), mac);
        assert_eq!(at(130), Ok(claims()));
        assert_eq!(at(131), Err(Rejected::Expired));
        assert_eq!(check(&token, Use::Refresh, Timestamp::default(), mac), Err(Rejected::Malformed));
    }

    #[test]
    fn a_changed_token_is_no_token() {
        let token = issue(&claims(), mac);
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'B' { b'C' } else { b'B' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(check(&changed, Use::Access, Timestamp::default(), mac).is_err(), "{place}");
        }
        for wrong in ["", ".", "..", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
            assert_eq!(check(wrong, Use::Access, Timestamp::default(), mac), Err(Rejected::Malformed));
        }
    }
}
