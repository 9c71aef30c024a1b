//! Every operation × method × body × `Accept`, succeeding, failing and refused: byte for byte.
//!
//! The engine echoes its inputs, so that a way of asking that loses one shows. Ways that lead to the same bytes stand
//! above them in the snapshot, one file for each operation.

use std::fmt::Write as _;

use axum::Router;
use http::Request;
use mobilepay::Settings;
use mobilepay::operation::{Credentials, OPERATIONS, Spec};
use mobilepay::types::{NS_ARR, NS_BASE, NS_I, NS_MP, NS_VM};

use crate::echo::{Answered, BIO_CODE, TOKEN, ask, door, request};

const ACCEPTS: [Option<&str>; 3] = [None, Some("application/xml"), Some("application/json")];

/// What is sent beside the credentials, and whose credentials they are.
#[derive(Clone, Copy, Debug)]
enum Case {
    Succeeding,
    /// Nothing that is required.
    Missing,
    WrongCredentials,
    NoCredentials,
}

const CASES: [Case; 4] = [Case::Succeeding, Case::Missing, Case::WrongCredentials, Case::NoCredentials];

/// Names and values, as the case has them.
fn inputs(spec: &Spec, case: Case) -> Vec<(&'static str, String)> {
    let (bio_code, secret) = match case {
        Case::Succeeding | Case::Missing => (BIO_CODE, TOKEN),
        Case::WrongCredentials => ("BIO-2", "wrong & token"),
        Case::NoCredentials => ("", ""),
    };
    let own = spec.parameters.iter().filter(|_| !matches!(case, Case::Missing));
    let mut inputs: Vec<_> =
        own.map(|parameter| (parameter.name, format!("{} <é&>", parameter.name.len()))).collect();
    let secret_name = match spec.credentials {
        Credentials::Full => Some("accessToken"),
        Credentials::Previous => Some("previousAccessToken"),
        Credentials::BioCode => None,
    };
    inputs.extend(secret_name.map(|name| (name, secret.to_owned())));
    inputs.push(("bioCode", bio_code.to_owned()));
    inputs
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn form(inputs: &[(&str, String)]) -> String {
    inputs.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

fn json(inputs: &[(&str, String)]) -> String {
    let members = inputs.iter().map(|(name, value)| (*name, serde_json::Value::from(value.as_str())));
    serde_json::Value::Object(members.map(|(name, value)| (name.to_owned(), value)).collect()).to_string()
}

/// As the original documents it: the base class first, then the others in ordinal order, each in its namespace.
fn xml(spec: &Spec, inputs: &[(&str, String)]) -> String {
    let body = spec.body.unwrap();
    let is_base = |name: &str| ["accessToken", "bioCode"].contains(&name);
    let mut sorted: Vec<_> = inputs.iter().collect();
    sorted.sort_by_key(|(name, _)| (!is_base(name), *name));
    let mut out = format!("<{} xmlns:i=\"{NS_I}\" xmlns=\"{}\">", body.root, body.namespace);
    for (name, value) in sorted {
        let value = value.replace('&', "&amp;").replace('<', "&lt;");
        let namespace = if is_base(name) { format!(" xmlns=\"{NS_BASE}\"") } else { String::new() };
        write!(out, "<{name}{namespace}>{value}</{name}>").unwrap();
    }
    out + &format!("</{}>", body.root)
}

/// A way of asking, by name.
fn ways(spec: &Spec, inputs: &[(&str, String)]) -> Vec<(String, Request<axum::body::Body>)> {
    let path = format!("/api/pos/{}", spec.path);
    let mut ways = Vec::new();
    for accept in ACCEPTS {
        let wish: Vec<(&str, &str)> = accept.map(|wish| ("accept", wish)).into_iter().collect();
        let named = |way: &str| format!("{way}, {}", accept.unwrap_or("no wish"));
        for method in spec.methods.allow().split(", ").filter(|method| *method != "POST") {
            let uri = format!("{path}?{}", form(inputs));
            ways.push((named(&format!("{method} query")), request(method, &uri, &wish, "")));
        }
        if spec.body.is_none() {
            continue;
        }
        for (name, kind, body) in [
            ("POST json", "application/json", json(inputs)),
            ("POST xml", "application/xml", xml(spec, inputs)),
            ("POST form", "application/x-www-form-urlencoded", form(inputs)),
        ] {
            let headers = [wish.as_slice(), &[("content-type", kind)]].concat();
            ways.push((named(name), request("POST", &path, &headers, body)));
        }
    }
    ways
}

fn shown(answered: &Answered) -> String {
    let names = [(NS_VM, "{VM}"), (NS_MP, "{MP}"), (NS_ARR, "{ARR}"), (NS_I, "{I}")];
    let body = names.iter().fold(answered.body.clone(), |body, (long, short)| {
        body.replace(&format!("\"{long}\""), &format!("\"{short}\""))
    });
    format!("{} {}\n{body}\n", answered.status.as_u16(), answered.kind())
}

async fn table(door: &Router, spec: &Spec) -> String {
    let mut out = format!("{}\nNamespaces are shortened: VM, MP, ARR, I.\n", spec.path);
    for case in CASES {
        writeln!(out, "\n== {case:?} ==").unwrap();
        let mut answers: Vec<(String, Vec<String>)> = Vec::new();
        for (name, request) in ways(spec, &inputs(spec, case)) {
            let shown = shown(&ask(door, request).await);
            match answers.iter_mut().find(|(known, _)| *known == shown) {
                Some((_, names)) => names.push(name),
                None => answers.push((shown, vec![name])),
            }
        }
        for (shown, names) in answers {
            write!(out, "{}\n{shown}", names.join("\n")).unwrap();
        }
    }
    out
}

#[tokio::test]
async fn every_way_of_asking_for_every_operation() {
    let door = door(Settings::default());
    for spec in &OPERATIONS {
        let name = format!("{:?}", spec.operation);
        insta::assert_snapshot!(name, table(&door, spec).await);
    }
}

/// No way of asking, and no wish, makes another answer than the plain one of its format.
#[tokio::test]
async fn formats_are_the_only_difference() {
    let door = door(Settings::default());
    for spec in &OPERATIONS {
        for case in CASES {
            let mut seen: Vec<(String, String)> = Vec::new();
            for (name, request) in ways(spec, &inputs(spec, case)) {
                let answered = ask(&door, request).await;
                assert_eq!(answered.status, 200, "{} {name}", spec.path);
                let succeeded = answered.body.contains("<success>true</success>")
                    || answered.body.contains("\"success\":true");
                let expected = match case {
                    Case::Succeeding => true,
                    Case::Missing => spec.parameters.iter().all(|parameter| parameter.missing.is_none()),
                    Case::WrongCredentials | Case::NoCredentials => false,
                };
                assert_eq!(succeeded, expected, "{} {name}: {}", spec.path, answered.body);
                let kind = answered.kind().to_owned();
                match seen.iter().find(|(known, _)| *known == kind) {
                    Some((_, body)) => assert_eq!(*body, answered.body, "{} {name}", spec.path),
                    None => seen.push((kind, answered.body)),
                }
            }
            assert_eq!(seen.len(), 2, "{}", spec.path);
        }
    }
}
