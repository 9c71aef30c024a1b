//! Bodies and queries of MobilePay's door in all three languages: the first byte says which. What was read is trimmed,
//! not empty, and bounded; and what JSON or a form says of a name, XML says too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mobilepay::inputs::Inputs;
use mobilepay::operation::OPERATIONS;
use mobilepay::read::{Language, pairs};

fn check(inputs: &Inputs) {
    for spec in &OPERATIONS {
        let missing = spec.operation.missing(inputs);
        let needed = spec.parameters.iter().filter(|parameter| parameter.missing.is_some());
        let absent = needed.filter(|parameter| inputs.get(parameter.name).is_none());
        assert_eq!(absent.count(), missing.len());
        for parameter in spec.parameters {
            if let Some(value) = inputs.get(parameter.name) {
                assert!(!value.is_empty() && value.trim() == value);
                assert_eq!(inputs.get(&parameter.name.to_uppercase()), Some(value), "in any case");
            }
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((first, body)) = input.split_first() else { return };
    let language = match first % 4 {
        0 => Language::Json,
        1 => Language::Xml,
        2 => Language::Form,
        _ => {
            if let Ok(inputs) = pairs(body) {
                check(&inputs);
            }
            return;
        }
    };
    if let Ok(inputs) = language.read(body) {
        check(&inputs);
    }
});
