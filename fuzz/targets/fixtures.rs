//! Fixture files: read, and loaded into a store that forgets them. Nonsense is refused, never a panic.
#![no_main]

use gateway::Fixtures;
use libfuzzer_sys::fuzz_target;
use polytill_fuzz::{GATEWAY, RUNTIME};

fuzz_target!(|file: &[u8]| {
    let Ok(fixtures) = serde_json::from_slice::<Fixtures>(file) else { return };
    let _ = RUNTIME.block_on(GATEWAY.import(&fixtures));
});
