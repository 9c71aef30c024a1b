//! The README's commands, run as they stand but for the address of the server.

use std::process::Command;

use testkit::prelude::*;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap()
}

/// The contents of all fenced blocks that begin so.
fn blocks(fence: &str) -> Vec<String> {
    let text = readme();
    let start = format!("```{fence}\n");
    text.split(&start).skip(1).map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_command_of_the_readme_works() {
    let till = Till::sandbox().await;
    // A person is slower than the terminal that comes online; this test may not be.
    crate::comgate::online(&Register::demo(till.client().clone())).await;
    let script = blocks("sh run").join("\n").replace("127.0.0.1:8480", &till.address().to_string());
    assert!(script.contains("/refund"));
    let folder = tempfile::tempdir().unwrap();
    let run =
        Command::new("bash").args(["-euo", "pipefail", "-c", &script]).current_dir(folder.path()).output();
    let output = run.expect("bash and curl are there");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    for expected in [
        r#""state":"CREATED""#,
        r#""amount":139950"#,
        r#""result":"FINISHED""#,
        r#""state":"SUCCESS""#,
        r#"{"status":"ONLINE"}"#,
        r#""refId":"2010102600""#,
        r#""status":"Captured""#,
        r#""originReferenceNum":"UCT 2026-00817""#,
        r#""type":"BATCH""#,
    ] {
        assert!(said.contains(expected), "{expected} is missing in\n{said}");
    }
    assert!(!said.contains("\"errors\""), "{said}");
}

#[test]
fn the_two_commands_exist() {
    let commands = blocks("sh").remove(0);
    let first: Vec<&str> = commands.lines().map(|line| line.split('#').next().unwrap().trim()).collect();
    assert_eq!(first, ["cargo run --release", "scripts/test"]);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    assert!(std::path::Path::new(root).join("scripts/test").is_file());
    let manifest = std::fs::read_to_string(format!("{root}/Cargo.toml")).unwrap();
    assert!(
        manifest.contains("default-members = [\"crates/polytill\"]"),
        "cargo run would not know what to run"
    );
}
