//! Promises that nobody remembers.

use std::collections::BTreeSet;

use crate::{files, root};

/// A room that grows longer is two rooms.
const LONGEST_FILE: usize = 500;

#[test]
fn no_file_is_longer_than_a_room() {
    let long: Vec<_> = files(&root(), ".rs")
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<_> = files(&root().join("crates"), ".rs")
        .into_iter()
        .filter(|path| !std::fs::read_to_string(path).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn every_file_is_part_of_its_crate() {
    for sources in
        std::fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path().join("src"))
    {
        let paths = files(&sources, ".rs");
        let declared: BTreeSet<String> =
            paths.iter().flat_map(|path| modules(&std::fs::read_to_string(path).unwrap())).collect();
        for path in paths {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let name = match stem.as_str() {
                "lib" | "main" => continue,
                "mod" => path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned(),
                _ => stem,
            };
            let bin = path.parent().is_some_and(|folder| folder.ends_with("bin"));
            assert!(bin || declared.contains(&name), "{} is not used", path.display());
        }
    }
}

fn modules(source: &str) -> Vec<String> {
    let declared = source.lines().filter_map(|line| {
        let line = line.trim();
        let name = line.strip_suffix(';')?;
        let (_, name) = name.split_once("mod ")?;
        name.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| name.to_owned())
    });
    declared.collect()
}

#[test]
fn nothing_is_left_over() {
    // Written apart, so that this file does not find itself.
    let leftovers = [concat!("dbg", "!("), concat!("todo", "!("), concat!("FIX", "ME"), concat!("XX", "X:")];
    let mut found = Vec::new();
    for path in files(&root(), ".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let leftover = leftovers.iter().any(|leftover| line.contains(leftover));
            if leftover || line.ends_with(' ') || line.contains('\t') {
                found.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_lock_file_stays_small_and_from_the_registry() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let crates = lock.lines().filter(|line| line.starts_with("source = ")).count();
    assert!(crates < 400, "{crates} locked crates");
    assert!(!lock.contains("git+"), "a git dependency");
}

#[test]
fn unsafe_code_is_forbidden_everywhere() {
    for manifest in files(&root(), "Cargo.toml") {
        let text = std::fs::read_to_string(&manifest).unwrap();
        let inherits = text.contains("[lints]\nworkspace = true");
        assert!(inherits || text.contains("unsafe_code = \"forbid\""), "{}", manifest.display());
    }
}
