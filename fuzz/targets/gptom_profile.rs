//! GP tom's profile: what is taken has a word for every state, and gives it back.
#![no_main]

use gptom::{Profile, TaskWord};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(profile) = Profile::parse(text) {
        for state in TaskWord::ALL {
            assert_eq!(profile.state(profile.word(state)), Some(state));
        }
    }
});
