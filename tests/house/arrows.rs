//! Arrows run one way: doors → gateway → domain, store, acquirer; store and acquirer → domain.

use std::collections::BTreeSet;
use std::process::Command;

use crate::root;

/// Which of our crates each crate may use (ARCHITECTURE.md). A crate that is not here is not in the house.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("acquirer", &["domain"]),
    ("gateway", &["domain", "store", "acquirer"]),
    ("http", &[]),
    ("gopay", &["domain", "gateway", "polytill-http", "qr", "statement"]),
    ("checkout", &["domain", "gateway", "polytill-http", "qr"]),
    ("statement", &["domain"]),
    ("qr", &["domain"]),
    ("comgate", &["domain", "gateway", "polytill-http", "statement"]),
    ("gptom", &["domain", "gateway", "polytill-http"]),
    ("mobilepay", &["domain", "gateway", "polytill-http"]),
    ("terminal", &["domain", "gateway", "polytill-http"]),
    ("phone", &["domain", "gateway", "polytill-http"]),
    ("sandbox", &["domain", "gateway", "polytill-http"]),
    ("testkit", &[]),
    ("bench", &["testkit"]),
    (
        "polytill",
        &[
            "domain",
            "store",
            "acquirer",
            "gateway",
            "polytill-http",
            "gopay",
            "comgate",
            "gptom",
            "mobilepay",
            "checkout",
            "terminal",
            "phone",
            "sandbox",
        ],
    ),
];

#[test]
fn no_crate_knows_one_it_must_not() {
    let ours: BTreeSet<&str> =
        ARROWS.iter().map(|(name, _)| if *name == "http" { "polytill-http" } else { *name }).collect();
    let mut wrong = Vec::new();
    for (name, allowed) in ARROWS {
        for used in dependencies(name) {
            if ours.contains(used.as_str()) && !allowed.contains(&used.as_str()) {
                wrong.push(format!("{name} must not know {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_crate_has_a_place_in_the_house() {
    let placed: BTreeSet<String> = ARROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let built: BTreeSet<String> = std::fs::read_dir(root().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(built, placed);
}

/// What a crate is built with, under whatever name, section or target it is declared; what only tests use may be
/// anything.
fn dependencies(name: &str) -> Vec<String> {
    let manifest = root().join("crates").join(name).join("Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path"])
        .arg(&manifest)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let own = packages.iter().find(|package| package["manifest_path"] == manifest.to_str().unwrap()).unwrap();
    let all = own["dependencies"].as_array().unwrap().iter();
    all.filter(|dependency| dependency["kind"] != "dev")
        .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
        .collect()
}
