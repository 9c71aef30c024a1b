//! The card form, three lines of text: what it accepts the domain accepts too, with the same digits.
#![no_main]

use checkout::card_form::{YearMonth, parse};
use domain::{Cvc, Expiry, Pan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let mut field = || lines.next().unwrap_or_default();
    let today = YearMonth { year: 2026, month: 11 };
    match parse(field(), field(), field(), today) {
        Ok(card) => {
            let pan = Pan::parse(card.pan.expose()).expect("the domain takes the number");
            assert_eq!(pan.expose(), card.pan.expose());
            Expiry::new(card.expiry.year, card.expiry.month).expect("the domain takes the expiry");
            Cvc::parse(card.cvc.expose()).expect("the domain takes the code");
            assert!(card.expiry >= today);
        }
        Err(errors) => assert!(errors.pan.is_some() || errors.expiry.is_some() || errors.cvc.is_some()),
    }
});
