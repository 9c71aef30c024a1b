//! Reading the `Authorization` header.
//!
//! Always true: the secret half leaves here only as a [`SecretString`], which is wiped and prints nothing; what was
//! decoded on the way is wiped too; an error repeats nothing of the header. Tolerances are those real clients need
//! (gopay.md §3): white space inside the base64 text, both alphabets, padding or none, and a pair that was URL-encoded
//! before it was base64-encoded. A bearer token is compared by the caller exactly as it was sent.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, alphabet, engine::general_purpose};
use percent_encoding::percent_decode;
use secrecy::SecretString;
use zeroize::Zeroizing;

/// No client's header is longer; tokens of this house are far shorter.
const MAX_BYTES: usize = 4_096;

/// Ignores bits the encoder left over and padding: a pair that decodes to the right text is the right pair.
const BASE64: general_purpose::GeneralPurpose = general_purpose::GeneralPurpose::new(
    &alphabet::STANDARD,
    general_purpose::GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent),
);

/// Who the client says it is, and its proof.
#[derive(Clone, Debug)]
pub struct Basic {
    pub id: String,
    pub secret: SecretString,
}

/// Why the header gives no credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    #[error("there is no Authorization header")]
    Missing,
    /// Another scheme than the one asked for.
    #[error("the Authorization header has another scheme")]
    OtherScheme,
    /// The right scheme with something unreadable, or more than one header.
    #[error("the Authorization header cannot be read")]
    Malformed,
}

/// Reads `Authorization: Basic`.
///
/// # Errors
/// See [`CredentialsError`].
pub fn basic(headers: &HeaderMap) -> Result<Basic, CredentialsError> {
    let encoded = scheme(headers, "basic")?;
    let compact: Zeroizing<Vec<u8>> = Zeroizing::new(
        encoded.iter().filter(|byte| !byte.is_ascii_whitespace()).map(|byte| to_standard(*byte)).collect(),
    );
    let decoded =
        BASE64.decode(compact.as_slice()).map(Zeroizing::new).map_err(|_| CredentialsError::Malformed)?;
    let pair = if decoded.contains(&b':') {
        decoded
    } else {
        // The Java SDK encodes the pair, colon and all, before base64 (gopay.md §3).
        Zeroizing::new(percent_decode(&decoded).collect())
    };
    let pair = std::str::from_utf8(&pair).map_err(|_| CredentialsError::Malformed)?;
    let (id, secret) = pair.split_once(':').ok_or(CredentialsError::Malformed)?;
    Ok(Basic { id: id.to_owned(), secret: SecretString::from(secret) })
}

/// Reads `Authorization: Bearer`; the token is what follows, as it is.
///
/// # Errors
/// See [`CredentialsError`].
pub fn bearer(headers: &HeaderMap) -> Result<SecretString, CredentialsError> {
    let token = scheme(headers, "bearer")?;
    let token = std::str::from_utf8(token).map_err(|_| CredentialsError::Malformed)?;
    if token.contains(char::is_whitespace) {
        return Err(CredentialsError::Malformed);
    }
    Ok(SecretString::from(token))
}

/// What follows the scheme's name, never empty.
fn scheme<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a [u8], CredentialsError> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let value = all.next().ok_or(CredentialsError::Missing)?.as_bytes().trim_ascii();
    if all.next().is_some() || value.len() > MAX_BYTES {
        return Err(CredentialsError::Malformed);
    }
    let mut halves = value.splitn(2, u8::is_ascii_whitespace);
    let (scheme, rest) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    if !scheme.eq_ignore_ascii_case(name.as_bytes()) {
        return Err(CredentialsError::OtherScheme);
    }
    match rest.trim_ascii_start() {
        [] => Err(CredentialsError::Malformed),
        rest => Ok(rest),
    }
}

/// The URL-safe alphabet's two own characters in the standard one.
fn to_standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use secrecy::ExposeSecret;

    use super::*;

    fn header(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())])
    }

    fn pair(value: &str) -> Result<(String, String), CredentialsError> {
        basic(&header(value)).map(|basic| (basic.id, basic.secret.expose_secret().to_owned()))
    }

    #[test]
    fn a_pair_is_read_however_it_was_encoded() {
        let expected = Ok(("1061399163".to_owned(), "st>DT?mVXF~".to_owned()));
        let plain = "1061399163:st>DT?mVXF~";
        for encoded in [
            STANDARD.encode(plain),
            STANDARD_NO_PAD.encode(plain),
            URL_SAFE.encode(plain),
            URL_SAFE_NO_PAD.encode(plain),
            // Java (gopay.md §3): URL-encoded first.
            STANDARD.encode("1061399163%3Ast%3EDT%3FmVXF%7E"),
        ] {
            assert_eq!(pair(&format!("Basic {encoded}")), expected, "{encoded}");
            assert_eq!(pair(&format!("bAsIc   {encoded} ")), expected, "{encoded}");
            // Ruby (gopay.md §3): line breaks, which arrive as the white space of a folded header.
            let (left, right) = encoded.split_at(9);
            assert_eq!(pair(&format!("Basic {left} \t{right} ")), expected, "{encoded}");
        }
    }

    #[test]
    fn the_first_colon_divides_and_a_literal_one_forbids_decoding() {
        let read = |plain: &str| pair(&format!("Basic {}", STANDARD.encode(plain))).unwrap();
        assert_eq!(read("id:a:b"), ("id".to_owned(), "a:b".to_owned()));
        assert_eq!(read("id:a%3Ab"), ("id".to_owned(), "a%3Ab".to_owned()));
        assert_eq!(read(":"), (String::new(), String::new()));
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        assert_eq!(basic(&HeaderMap::new()).unwrap_err(), CredentialsError::Missing);
        assert_eq!(pair("Bearer abc"), Err(CredentialsError::OtherScheme));
        assert_eq!(pair("Basicabc"), Err(CredentialsError::OtherScheme));
        for value in ["Basic", "Basic  ", "Basic ***", "Basic aWQ=", "Basic /zo="] {
            assert_eq!(pair(value), Err(CredentialsError::Malformed), "{value}");
        }
        assert_eq!(pair(&format!("Basic {}", "QTpC".repeat(2_000))), Err(CredentialsError::Malformed));
        let mut twice = header("Basic QTpC");
        twice.append(AUTHORIZATION, "Basic QTpD".parse().unwrap());
        assert_eq!(basic(&twice).unwrap_err(), CredentialsError::Malformed);
    }

    #[test]
    fn a_token_is_taken_as_it_is() {
        let token = |value: &str| bearer(&header(value)).map(|token| token.expose_secret().to_owned());
        assert_eq!(token("Bearer a+b/c%3D=="), Ok("a+b/c%3D==".to_owned()));
        assert_eq!(token("bearer  abc"), Ok("abc".to_owned()));
        assert_eq!(token("Basic abc"), Err(CredentialsError::OtherScheme));
        assert_eq!(token("Bearer"), Err(CredentialsError::Malformed));
        assert_eq!(token("Bearer a b"), Err(CredentialsError::Malformed));
    }

    #[test]
    fn nothing_secret_is_printed() {
        let basic = basic(&header("Basic aWQ6aHVzaC1odXNo")).unwrap();
        assert_eq!(basic.secret.expose_secret(), "hush-hush");
        assert!(!format!("{basic:?}").contains("hush"));
    }
}
