//! The `Authorization` header: one is read or refused, two are refused, and no secret is printed.
#![no_main]

use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use polytill_http::credentials::{basic, bearer};
use secrecy::ExposeSecret;

fuzz_target!(|header: &[u8]| {
    let Ok(value) = HeaderValue::from_bytes(header) else { return };
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, value.clone());
    let (pair, token) = (basic(&headers), bearer(&headers));
    assert!(pair.is_err() || token.is_err());
    if let Ok(pair) = &pair {
        let secret = pair.secret.expose_secret();
        // A short secret may be a part of the id, or of the words around it.
        let tellable = secret.len() > 12 && !pair.id.contains(secret);
        assert!(!pair.id.contains(':') && !(tellable && format!("{pair:?}").contains(secret)));
    }
    if let Ok(token) = &token {
        let token = token.expose_secret();
        assert!(!token.is_empty() && !token.contains(char::is_whitespace));
    }
    headers.append(AUTHORIZATION, value);
    assert!(basic(&headers).is_err() && bearer(&headers).is_err());
});
