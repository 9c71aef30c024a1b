//! Keyrings: what is read is written the same way.
#![no_main]

use gateway::Keyring;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(keyring) = Keyring::parse(text) {
        assert_eq!(keyring.expose().as_str(), text.trim().to_ascii_lowercase());
    }
});
