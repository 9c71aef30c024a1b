//! docs/mobilepay.md repeats the tables of operations, types and sentences between markers, and this holds it to them. With
//! `POLYTILL_WRITE_DOCS=1` it writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic with its place is the best report")]

use std::fmt::Write as _;
use std::path::PathBuf;

use mobilepay::fault::Problem;
use mobilepay::operation::{Credentials, OPERATIONS, Spec};
use mobilepay::types::{
    Alias, Field, Kind, NS_ARR, NS_BASE, NS_I, NS_MODELS, NS_MP, NS_VM, OBJECTS, Origin, RESPONSES,
};

fn operations() -> String {
    let mut out = String::from("| operation | inputs besides the credentials | answer |\n|---|---|---|\n");
    for spec in &OPERATIONS {
        for method in spec.methods.allow().split(", ") {
            writeln!(out, "| {method} `{}` | {} | `{}` |", spec.path, inputs(spec), spec.answer.root)
                .unwrap();
        }
    }
    out
}

/// Optional ones in parentheses, as in a manual page.
fn inputs(spec: &Spec) -> String {
    let own = spec.parameters.iter().map(|parameter| match parameter.missing {
        Some(_) => format!("`{}`", parameter.name),
        None => format!("(`{}`)", parameter.name),
    });
    let mut inputs: Vec<String> = own.collect();
    match spec.credentials {
        Credentials::Full => {}
        Credentials::BioCode => inputs.push("credentials: `bioCode` only".to_owned()),
        Credentials::Previous => inputs.push("credentials: `bioCode`, `previousAccessToken`".to_owned()),
    }
    if inputs.is_empty() { "none".to_owned() } else { inputs.join(", ") }
}

fn bodies() -> String {
    let mut out = String::from("| POST | root element | namespace |\n|---|---|---|\n");
    let names = [(NS_VM, "view models"), (NS_MODELS, "models")];
    for spec in &OPERATIONS {
        let Some(body) = spec.body else { continue };
        let namespace = names.iter().find(|(namespace, _)| *namespace == body.namespace).unwrap().1;
        writeln!(out, "| `{}` | `{}` | {namespace} |", spec.path, body.root).unwrap();
    }
    out
}

fn types() -> String {
    let mut out = String::from("| type | own fields | origin | also written |\n|---|---|---|---|\n");
    for of in RESPONSES {
        let origin = match of.origin {
            Origin::Documented => "documented",
            Origin::Reconstructed => "reconstructed",
        };
        let aliases: Vec<String> = of
            .aliases
            .iter()
            .map(|alias| match alias {
                Alias::Named { name, of } => format!("`{of}` as `{name}`"),
                Alias::Members { of } => format!("the members of `{of}` beside it"),
            })
            .collect();
        writeln!(out, "| `{}` | {} | {origin} | {} |", of.root, fields(of.fields), aliases.join(", "))
            .unwrap();
    }
    out
}

fn objects() -> String {
    let mut out = String::from("| nested type | members, in JSON's order |\n|---|---|\n");
    for of in OBJECTS {
        writeln!(out, "| `{}` | {} |", of.name, fields(of.fields)).unwrap();
    }
    out
}

fn fields(fields: &[Field]) -> String {
    let field = |field: &Field| match field.kind {
        Kind::Text => format!("`{}`", field.name),
        Kind::List => format!("`{}` (list)", field.name),
        Kind::Object(of) => format!("`{}`: `{}`", field.name, of.name),
    };
    fields.iter().map(field).collect::<Vec<_>>().join(", ")
}

fn namespaces() -> String {
    let mut out = String::from("| name here | namespace |\n|---|---|\n");
    for (name, namespace) in [
        ("view models", NS_VM),
        ("base of requests", NS_BASE),
        ("models", NS_MODELS),
        ("nested objects", NS_MP),
        ("lists", NS_ARR),
        ("`i`", NS_I),
    ] {
        writeln!(out, "| {name} | `{namespace}` |").unwrap();
    }
    out
}

fn sentences() -> String {
    let mut out = String::from("| sentence in `errors` | status when mapped |\n|---|---|\n");
    for problem in Problem::ALL {
        writeln!(out, "| {problem} | {} |", problem.status()).unwrap();
    }
    out
}

#[test]
fn the_page_repeats_the_tables() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/mobilepay.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    let before = page.clone();
    for (name, table) in [
        ("operations", operations()),
        ("bodies", bodies()),
        ("types", types()),
        ("objects", objects()),
        ("namespaces", namespaces()),
        ("sentences", sentences()),
    ] {
        let (start, end) = (format!("<!-- {name}: generated -->\n"), format!("<!-- end of {name} -->\n"));
        let (head, rest) =
            page.split_once(&start).unwrap_or_else(|| panic!("{name} has no place in the page"));
        let (_, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("{name} has no end in the page"));
        page = format!("{head}{start}{table}{end}{tail}");
    }
    if std::env::var_os("POLYTILL_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
        return;
    }
    assert!(
        page == before,
        "docs/mobilepay.md is behind the tables: run this test with POLYTILL_WRITE_DOCS=1"
    );
}
