//! Currencies and identifiers: what is read is written the same way.
#![no_main]

use domain::{ClientId, Currency, PaymentId};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(currency) = text.parse::<Currency>() {
        assert_eq!(currency.code(), text);
    }
    let id = text.parse::<PaymentId>();
    assert_eq!(id.is_ok(), text.parse::<ClientId>().is_ok());
    if let Ok(id) = id {
        assert!(id.get() > 0);
        assert_eq!(id.to_string(), text.trim_start_matches('0'));
    }
});
