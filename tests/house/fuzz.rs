//! The fuzz targets stand outside the workspace, where no other test would miss one.

use std::collections::BTreeSet;

use crate::{files, root};

#[test]
fn every_fuzz_target_is_declared_and_described() {
    let fuzz = root().join("fuzz");
    let read = |name: &str| std::fs::read_to_string(fuzz.join(name)).unwrap();
    let targets: BTreeSet<String> = files(&fuzz.join("targets"), ".rs")
        .into_iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let manifest = read("Cargo.toml");
    let declared: BTreeSet<String> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = \"targets/")?.strip_suffix(".rs\""))
        .map(str::to_owned)
        .collect();
    assert_eq!(declared, targets);
    let manual = read("README.md");
    for target in targets {
        assert!(manual.contains(&format!("`{target}`")), "{target} is not in fuzz/README.md");
    }
}
