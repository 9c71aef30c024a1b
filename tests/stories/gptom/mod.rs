//! A cash register written for GP tom's Cloud API meets Polytill. Section numbers are those of the wire digest that
//! docs/gptom.md is built on. The terminals are the sandbox's: one simulated device answers at once, one waits for a button.

mod access;
mod batches;
mod browser;
mod modes;
mod profile;
mod sales;
mod tokens;
mod voids;

use testkit::prelude::*;

/// The terminal whose device answers at once, and the one whose operator picks.
const AT_ONCE: &str = "10012345";
const ASSISTED: &str = "10012346";

/// A sandbox and a register at its first terminal.
async fn desk() -> (Till, CashDesk) {
    let till = Till::sandbox().await;
    let desk = CashDesk::at(till.client(), AT_ONCE).await;
    (till, desk)
}

/// What matters of a task that is over.
fn ending(task: &Value) -> (String, Value, Value) {
    (task["state"].as_str().unwrap().to_owned(), task["result"].clone(), task["error"]["code"].clone())
}

/// Loads a second company and people with other rights, which needs the server to be down.
async fn with_neighbours(till: &mut Till) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("more.json");
    let password = testkit::gptom::PASSWORD;
    let more = json!({
        "merchants": [{"id": 3, "name": "Neighbour"}],
        "shops": [{"id": 8_123_456_791_i64, "merchant": 3, "name": "Next door", "active": true,
            "currencies": ["CZK"], "language": "cs"}],
        "terminals": [
            {"tid": "20000001", "shop": 8_123_456_791_i64, "device_key": "neighbours-key", "simulated": "at_once"},
            {"tid": "10012347", "shop": 8_123_456_790_i64, "device_key": "sleeping-key", "active": false},
        ],
        "oauth_clients": [
            {"id": 2, "name": "anybodys", "secret": "s:e:cret"},
            {"id": 3, "name": "no-renewal", "secret": "secret", "merchant": 2, "grants": ["password"]},
        ],
        "people": [
            {"id": 3, "user_name": "neighbour@example.com", "password": password, "merchant": 3, "master": true},
            {"id": 4, "user_name": "single@example.com", "password": password, "merchant": 2,
             "terminals": ["10012345"]},
            {"id": 5, "user_name": "gone@example.com", "password": password, "merchant": 2,
             "terminals": ["10012345"], "active": false},
        ],
    });
    std::fs::write(&file, more.to_string()).unwrap();
    till.terminate().await;
    let (data, file) = (till.data(), file.to_str().unwrap().to_owned());
    let output = testkit::server::run(&["import", &file, "--data", data.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    till.restart().await;
}
