//! Tokens in headers and addresses: only those we made are good, in the one spelling we gave them.
#![no_main]

use domain::PaymentId;
use libfuzzer_sys::fuzz_target;
use polytill_fuzz::GATEWAY;

fuzz_target!(|text: &str| {
    assert!(GATEWAY.access(text).is_none(), "a token was guessed");
    if let Some(payment) = GATEWAY.page_payment(text) {
        assert_eq!(GATEWAY.page_token(payment), text);
    }
    if let Ok(id) = text.parse::<PaymentId>() {
        assert_eq!(GATEWAY.page_payment(&GATEWAY.page_token(id)), Some(id));
    }
});
