//! Arrows run one way: doors → gateway → domain, store, acquirer; store and acquirer → domain.

use std::collections::BTreeSet;

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

/// The names in `[dependencies]`; those for tests may be any.
fn dependencies(name: &str) -> Vec<String> {
    let manifest = std::fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside && let Some((name, _)) = line.split_once(['.', ' ', '=']) {
            names.push(name.to_owned());
        }
    }
    names
}
