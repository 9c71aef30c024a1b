//! The languages a browser asks for.
#![no_main]

use checkout::Lang;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(lang) = Lang::from_accept_language(text) {
        assert!(Lang::ALL.contains(&lang));
    }
    // A single language without a weight is the one that is read from its code.
    if !text.contains([',', ';']) {
        assert_eq!(Lang::from_accept_language(text), Lang::parse(text));
    }
});
