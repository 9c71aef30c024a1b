//! Reading a request for a payment or a refund (comgate.md §3.3, §4.1), tolerantly and in the documented order.

use domain::{Currency, Minor, Money};
use polytill_http::body::{self, Content};
use polytill_http::json::{self, Encoding};
use serde_json::{Map, Value};

use crate::error::{Code, Failure};

/// Smallest and largest price, in minor units.
const LIMITS: [(Currency, i64, i64); 2] = [(Currency::CZK, 100, 100_000_000), (Currency::EUR, 10, 4_000_000)];
const LONGEST_REF: usize = 255;

/// The object a body is.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    // Some editors put a byte order mark before what they save.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if !matches!(body::content(body), Content::Json(_)) {
        return Err(Failure::bad("a JSON object is expected"));
    }
    match json::parse(body, Encoding::Utf8) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) | Err(_) => Err(Failure::bad("a JSON object is expected")),
    }
}

/// What is asked for, within what is documented; the terminal's own limits come later.
pub(crate) fn money(request: &Map<String, Value>) -> Result<Money, Failure> {
    let currency = currency(request.get("curr"))?;
    let amount = price(request)?;
    let within =
        LIMITS.iter().any(|(known, least, most)| *known == currency && (*least..=*most).contains(&amount));
    if !within {
        return Err(Failure::new(Code::WRONG_AMOUNT, "price is out of range"));
    }
    Ok(Money::new(Minor::new(amount), currency))
}

fn currency(value: Option<&Value>) -> Result<Currency, Failure> {
    let known = value.and_then(Value::as_str).and_then(|text| text.trim().to_ascii_uppercase().parse().ok());
    known
        .filter(|currency| LIMITS.iter().any(|(known, ..)| known == currency))
        .ok_or_else(|| Failure::new(Code::UNKNOWN_CURRENCY, "curr must be CZK or EUR"))
}

/// `price`, or `amount` where there is no `price`; both only when they agree (§4.1).
fn price(request: &Map<String, Value>) -> Result<i64, Failure> {
    let wrong = || Failure::new(Code::WRONG_AMOUNT, "price must be a whole number of minor units");
    let read = |name: &str| match request.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => whole(value).map(Some).ok_or_else(wrong),
    };
    match (read("price")?, read("amount")?) {
        (Some(price), Some(amount)) if price != amount => {
            Err(Failure::new(Code::WRONG_AMOUNT, "price and amount differ"))
        }
        (Some(price), _) | (None, Some(price)) => Ok(price),
        (None, None) => Err(wrong()),
    }
}

/// An integer, a float without a fraction, or a text of one to ten digits.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| integral(number.as_f64()?)),
        Value::String(text) => {
            let digits = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            if digits { text.parse().ok() } else { None }
        }
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole and far inside the exact range")]
fn integral(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

/// The register's own name for it; any text of 255 characters, and a number is its digits.
pub(crate) fn reference(request: &Map<String, Value>) -> Result<Option<String>, Failure> {
    let text = match request.get("refId") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(Failure::bad("refId must be a text")),
    };
    if text.chars().count() > LONGEST_REF || text.chars().any(char::is_control) {
        return Err(Failure::bad("refId is too long or has control characters"));
    }
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &Value) -> Result<i64, u16> {
        money(body.as_object().unwrap()).map(|money| money.amount.get()).map_err(|failure| failure.code.0)
    }

    #[test]
    fn prices_and_currencies() {
        for (body, expected) in [
            (json!({"price": 1000, "curr": "CZK"}), Ok(1_000)),
            (json!({"price": 1000.0, "curr": " czk "}), Ok(1_000)),
            (json!({"price": "1000", "curr": "CZK"}), Ok(1_000)),
            (json!({"amount": 1000, "curr": "CZK"}), Ok(1_000)),
            (json!({"price": 1000, "amount": 1000, "curr": "CZK"}), Ok(1_000)),
            (json!({"price": 1000, "amount": 2000, "curr": "CZK"}), Err(1309)),
            (json!({"price": 99, "curr": "CZK"}), Err(1309)),
            (json!({"price": 100, "curr": "CZK"}), Ok(100)),
            (json!({"price": 100_000_000, "curr": "CZK"}), Ok(100_000_000)),
            (json!({"price": 100_000_001, "curr": "CZK"}), Err(1309)),
            (json!({"price": 9, "curr": "EUR"}), Err(1309)),
            (json!({"price": 10, "curr": "EUR"}), Ok(10)),
            (json!({"price": 4_000_000, "curr": "EUR"}), Ok(4_000_000)),
            (json!({"price": 4_000_001, "curr": "EUR"}), Err(1309)),
            (json!({"price": 1000, "curr": "USD"}), Err(1310)),
            (json!({"price": 1000}), Err(1310)),
            (json!({"price": 1000, "curr": 203}), Err(1310)),
            (json!({"price": "10.50", "curr": "CZK"}), Err(1309)),
            (json!({"price": 10.5, "curr": "CZK"}), Err(1309)),
            (json!({"price": "-1000", "curr": "CZK"}), Err(1309)),
            (json!({"price": -1000, "curr": "CZK"}), Err(1309)),
            (json!({"price": "", "curr": "CZK"}), Err(1309)),
            (json!({"price": "12345678901", "curr": "CZK"}), Err(1309)),
            (json!({"price": true, "curr": "CZK"}), Err(1309)),
            (json!({"price": null, "curr": "CZK"}), Err(1309)),
            (json!({"curr": "CZK"}), Err(1309)),
            // The currency is looked at first.
            (json!({"price": "x", "curr": "XXX"}), Err(1310)),
        ] {
            assert_eq!(read(&body), expected, "{body}");
        }
    }

    #[test]
    fn references_and_bodies() {
        let reference = |value: Value| reference(json!({"refId": value}).as_object().unwrap());
        assert_eq!(reference(json!(null)), Ok(None));
        assert_eq!(reference(json!(42)), Ok(Some("42".to_owned())));
        assert_eq!(reference(json!("ž".repeat(255))), Ok(Some("ž".repeat(255))));
        for wrong in [json!("x".repeat(256)), json!("a\nb"), json!(true), json!([])] {
            assert!(reference(wrong).is_err());
        }
        assert!(object(b"\xef\xbb\xbf{\"price\":1}").is_ok());
        for wrong in [&b""[..], b"[]", b"price=1000&curr=CZK", b"{", b"null", b"\xff"] {
            assert!(object(wrong).is_err());
        }
        let last = object(br#"{"price":1,"price":2}"#).unwrap();
        assert_eq!(last["price"], 2, "the last of two counts");
    }
}
