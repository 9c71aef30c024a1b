//! The documents name the story that shows a promise: it has to be there.

use std::path::Path;

use crate::{files, root};

#[test]
fn stories_that_documents_name_exist() {
    let sources: Vec<(String, String)> = ["tests", "crates"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), ".rs"))
        .map(|path| (module(&path), std::fs::read_to_string(&path).unwrap()))
        .collect();
    let mut missing = Vec::new();
    let mut documents = files(&root().join("docs"), ".md");
    documents.push(root().join("SECURITY.md"));
    for document in documents {
        let text = std::fs::read_to_string(&document).unwrap();
        for name in named(&text) {
            let (place, story) = name.rsplit_once("::").unwrap();
            let module = place.rsplit("::").next().unwrap();
            let function = format!("fn {}", story.trim_end_matches('…'));
            let whole = if story.ends_with('…') { function } else { format!("{function}(") };
            let shown = sources.iter().any(|(of, text)| of == module && text.contains(&whole));
            if !shown {
                missing.push(format!("{}: {name}", document.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

/// What is in backticks and looks like `module::story`; `…` stands for any ending.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | ':' | '…');
    text.split('`').skip(1).step_by(2).filter(move |name| name.contains("::") && name.chars().all(fits))
}

fn module(path: &Path) -> String {
    let own = path.file_stem().unwrap().to_string_lossy().into_owned();
    if own == "mod" {
        path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned()
    } else {
        own
    }
}
