//! Starting: what keeps the server from it is one line and an exit code, and what it has survives the end.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic with its place is the best report")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use testkit::http::connect;
use testkit::logs::follow;
use testkit::prelude::*;
use testkit::process::{Guarded, must_succeed};
use testkit::server::{binary, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The one line on standard error, of a run that ended with this code and printed nothing else.
fn refused(output: &Output, code: i32) -> String {
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{told}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    assert_eq!(told.lines().count(), 1, "{told}");
    told.trim_end().strip_prefix("polytill: ").unwrap().to_owned()
}

/// Starts a server that must not start.
fn refused_serve(data: &Path, more: &[&str], code: i32) -> String {
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", text(data)];
    refused(&run(&[&arguments, more].concat()), code)
}

/// A folder that a sandbox has been in.
async fn used_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut till = Till::builder().data(folder.path()).start().await;
    assert_eq!(till.terminate().await, Some(0));
    folder
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let till = Till::sandbox().await;
    let address = till.address().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["serve", "--listen", &address, "--data", text(&folder.path().join("new"))]);
    let told = refused(&output, 1);
    assert!(told.starts_with(&format!("cannot listen on {address}: something else is listening")), "{told}");
    assert!(!folder.path().join("new").exists(), "a folder was made in vain");
}

#[test]
fn a_folder_that_cannot_be_used_is_told() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let told = refused_serve(&file.path().join("data"), &[], 1);
    assert!(told.starts_with("cannot use the data folder"), "{told}");
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_told() {
    let folder = used_folder().await;
    let database = folder.path().join("polytill.db");
    let mut bytes = fs::read(&database).unwrap();
    // SQLite keeps the schema's version ("user version") at offset 60 of its file, as four bytes.
    bytes[60..64].copy_from_slice(&9_999_u32.to_be_bytes());
    fs::write(&database, bytes).unwrap();
    let told = refused_serve(folder.path(), &[], 1);
    assert!(told.contains("is at schema version 9999") && told.contains("use a newer program"), "{told}");
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_told() {
    let till = Till::sandbox().await;
    let told = refused_serve(&till.data(), &[], 1);
    assert!(told.contains("another polytill is using"), "{told}");
}

#[tokio::test]
async fn another_keyring_is_told_and_the_right_one_is_taken() {
    let folder = used_folder().await;
    let own = folder.path().join("keyring");
    assert_eq!(fs::metadata(&own).unwrap().permissions().mode() & 0o777, 0o600);
    let right = fs::read_to_string(&own).unwrap();

    fs::write(&own, "ab".repeat(32)).unwrap();
    let told = refused_serve(folder.path(), &[], 1);
    assert!(told.starts_with("this is not the keyring the database was written with"), "{told}");
    fs::write(&own, "no keyring").unwrap();
    let told = refused_serve(folder.path(), &[], 1);
    assert!(told.contains("64 hexadecimal digits"), "{told}");
    fs::remove_file(&own).unwrap();
    let told = refused_serve(folder.path(), &[], 1);
    assert!(told.contains("is missing, and the database was written with it"), "{told}");
    assert!(!own.exists(), "a keyring was made that fits nothing");

    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    fs::write(elsewhere.path(), &right).unwrap();
    let till = Till::builder().data(folder.path()).arg("--keyring").arg(elsewhere.path()).start().await;
    till.shop().token("payment-all").await.expect_status(200);
    drop(till);
    let till = Till::builder().data(folder.path()).env("POLYTILL_KEYRING", right.trim()).start().await;
    till.shop().token("payment-all").await.expect_status(200);
}

#[tokio::test]
async fn a_keyring_that_others_can_read_is_told() {
    let folder = used_folder().await;
    let own = folder.path().join("keyring");
    for mode in [0o640, 0o604, 0o620] {
        fs::set_permissions(&own, fs::Permissions::from_mode(mode)).unwrap();
        let told = refused_serve(folder.path(), &[], 1);
        assert!(told.contains("can be read by others than its owner"), "{told}");
    }
}

#[test]
fn a_wrong_call_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let told = refused_serve(folder.path(), &["--lisen", "x"], 2);
    assert!(told.contains("'--lisen'") && told.contains("'--listen'"), "{told}");
    let options = folder.path().join("options.toml");
    fs::write(&options, "listne = \"127.0.0.1:0\"").unwrap();
    let told = refused_serve(folder.path(), &["--config", text(&options)], 2);
    assert!(told.ends_with("has an unknown key listne, did you mean listen?"), "{told}");
    let told = refused_serve(folder.path(), &["--log", "=="], 2);
    assert!(told.starts_with("log: "), "{told}");
    let told = refused_serve(folder.path(), &["--database", "mysql://here"], 2);
    assert!(told.starts_with("database: must be"), "{told}");
    let told = refused(&run(&["frobnicate"]), 2);
    assert!(told.contains("frobnicate"), "{told}");
}

#[test]
fn certificates_that_are_not_there_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let options = folder.path().join("options.toml");
    fs::write(&options, "[tls]\ncertificate = \"/nonexistent/c.pem\"\nkey = \"/nonexistent/k.pem\"").unwrap();
    let told = refused_serve(folder.path(), &["--config", text(&options)], 1);
    assert!(told.starts_with("cannot speak TLS: the certificate /nonexistent/c.pem"), "{told}");
}

#[tokio::test]
async fn production_tells_everything_it_objects_to() {
    let folder = used_folder().await;
    let own = folder.path().join("keyring");
    let arguments = ["serve", "--production", "--listen", "0.0.0.0:0", "--data", text(folder.path())];
    let told = |more: &[&str]| {
        let output = run(&[&arguments, more].concat());
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
        String::from_utf8(output.stderr).unwrap()
    };
    let objections = told(&[]);
    let told_all = ["an acquirer must be configured", "plain HTTP on an address", "there is no keyring"];
    assert!(told_all.iter().all(|part| objections.contains(part)), "{objections}");
    assert_eq!(objections.lines().count(), 3, "{objections}");

    let objections = told(&["--keyring", text(&own), "--behind-proxy"]);
    let told_all = ["an acquirer must be configured", "published secret"];
    assert!(told_all.iter().all(|part| objections.contains(part)), "{objections}");
    assert_eq!(objections.lines().count(), 2, "{objections}");
    assert!(!objections.contains("stDTmVXF"), "{objections}");
}

#[tokio::test]
async fn data_survive_an_orderly_end_and_a_power_cut() {
    for backend in Backend::ALL {
        data_survive_on(backend).await;
    }
}

async fn data_survive_on(backend: Backend) {
    let mut till = Till::sandbox_on(backend).await;
    let paid = till.shop().created(&json!({})).await;
    till.sandbox_api().pay(paid).await.expect_status(200);
    till.sandbox_api().advance("P3D").await.expect_status(200);
    let ahead = till.sandbox_api().clock().await.json()["ahead"].clone();
    assert_eq!(till.terminate().await, Some(0));
    till.restart().await;
    let open = till.shop().created(&json!({})).await;
    assert!(open > paid, "an id was given out twice");
    till.kill9();
    till.restart().await;
    assert_eq!(till.shop().state(paid).await, "PAID");
    assert_eq!(till.shop().state(open).await, "CREATED");
    assert_eq!(till.sandbox_api().clock().await.json()["ahead"], ahead);
}

#[tokio::test]
async fn what_is_printed_works() {
    let till = Till::sandbox().await;
    // The first line says that it is ready; the rest is on its way.
    let whole = async {
        loop {
            let printed = fs::read_to_string(till.stdout_file()).unwrap();
            if printed.contains("the question is lost\n") {
                return printed;
            }
            tokio::task::yield_now().await;
        }
    };
    let printed = tokio::time::timeout(testkit::PATIENCE, whole).await.unwrap();
    assert!(printed.starts_with(&format!("listening on {}\n", till.url(""))), "{printed}");
    for part in ["8123456789", "1061399163", "stDTmVXF", "4444444444444448", text(&till.data())] {
        assert!(printed.contains(part), "{part} is not in {printed}");
    }
    let is_command = |line: &&str| line.contains("curl -s") || line.starts_with("AUTH=");
    let lines: Vec<&str> = printed.lines().map(str::trim).filter(is_command).collect();
    assert_eq!(lines.len(), 11, "{printed}");
    let script = lines.join("\n");
    let shell = move || Command::new("sh").arg("-c").arg(script).output().unwrap();
    let output = tokio::task::spawn_blocking(shell).await.unwrap();
    let mut answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let (created, sale) = (answers.next().unwrap().unwrap(), answers.next().unwrap().unwrap());
    assert_eq!((&sale["code"], &sale["refId"]), (&json!(0), &json!("2010102600")), "{sale}");
    let task = answers.next().unwrap().unwrap();
    assert_eq!((&task["tid"], &task["request"]["amount"]), (&json!("10012345"), &json!(18_950)), "{task}");
    assert_eq!(created["state"], "CREATED", "{created}");
    assert!(created["gw_url"].as_str().unwrap().starts_with(&till.url("/gw/v3/")), "{created}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("<status>Initiated</status>"), "{told}");
    till.client().get("/phone").await.expect_status(200);
}

#[tokio::test]
async fn the_probes_answer_and_numbers_are_told() {
    let till = Till::sandbox().await;
    assert_eq!(till.client().get("/healthz").await.expect_status(200).text(), "ok\n");
    assert_eq!(till.client().get("/readyz").await.expect_status(200).text(), "ready\n");
    let nothing = till.client().get("/nowhere?token=x").await.expect_status(404);
    assert_eq!(nothing.text(), "There is nothing here.\n");
    assert_eq!(nothing.header("x-request-id").len(), 13);
    let unknown = till.client().get("/api/nowhere").await.expect_status(404);
    assert!(unknown.header("content-type").starts_with("application/json"), "{unknown:?}");
    let numbers = till.client().get("/metrics").await.expect_status(200).text();
    let counted = r#"polytill_http_requests_total{route="/healthz",status="2xx"} 1"#;
    assert!(numbers.contains(counted), "{numbers}");
    assert!(numbers.contains("# HELP polytill_http_requests_total"), "{numbers}");
}

#[tokio::test]
async fn help_and_version_and_options_are_printed() {
    let help = run(&["--help"]);
    assert!(help.status.success());
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("--production") && help.contains("import"), "{help}");
    let version = String::from_utf8(run(&["--version"]).stdout).unwrap();
    assert_eq!(version, format!("polytill {}\n", env!("CARGO_PKG_VERSION")));
    let folder = tempfile::tempdir().unwrap();
    let url = "postgres://till:hunter2@db.example/till";
    let options = run(&["check", "--data", text(folder.path()), "--database", url]);
    let options = String::from_utf8(options.stdout).unwrap();
    assert!(options.contains("listen = \"127.0.0.1:8480\"\n"), "{options}");
    assert!(options.contains("postgres://till@db.example/till") && !options.contains("hunter2"), "{options}");
}

#[tokio::test]
async fn what_runs_is_finished_before_the_end() {
    let mut till = Till::sandbox().await;
    let id = till.shop().created(&json!({})).await;
    let mut slow = connect(till.address()).await.unwrap();
    let head = format!(
        "POST /_sandbox/payments/{id}/pay HTTP/1.1\r\nHost: till\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    // Being told to go on means that the request runs.
    let mut told = [0; 25];
    slow.read_exact(&mut told).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");

    must_succeed(Command::new("kill").arg("-TERM").arg(till.pid().to_string()));
    let refuses = async { while connect(till.address()).await.is_ok() {} };
    tokio::time::timeout(testkit::PATIENCE, refuses).await.unwrap();
    slow.write_all(b"{}").await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("approved"), "{answer}");
    assert_eq!(till.terminate().await, Some(0));
    till.restart().await;
    assert_eq!(till.shop().state(id).await, "PAID");
}

#[tokio::test]
async fn with_a_certificate_it_speaks_https_and_reads_it_again_when_told() {
    let testdata = concat!(env!("CARGO_MANIFEST_DIR"), "/../http/testdata");
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let put = |number: &str| {
        for kind in ["cert", "key"] {
            fs::copy(format!("{testdata}/{number}.{kind}.pem"), file(kind)).unwrap();
        }
    };
    put("one");
    let options = format!("[tls]\ncertificate = {:?}\nkey = {:?}", file("cert"), file("key"));
    fs::write(file("options"), options).unwrap();

    let mut command = Command::new(binary());
    command.args([
        "--listen",
        "127.0.0.1:0",
        "--data",
        text(&file("data")),
        "--config",
        text(&file("options")),
    ]);
    let mut process = Guarded::spawn(command.stdout(Stdio::piped()).stderr(Stdio::piped()));
    let lines = follow(process.child().stdout.take().unwrap(), &file("stdout"), |line| {
        line.strip_prefix("listening on ").map(str::to_owned)
    });
    let log = follow(process.child().stderr.take().unwrap(), &file("stderr"), |line| {
        line.contains("the certificate was read again").then_some(())
    });
    let url = lines.recv_timeout(testkit::PATIENCE).unwrap();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");

    // The certificate that is shown is told by what curl pins: one fits, the other does not.
    let answers = |certificate: &str| {
        let certificate = format!("{testdata}/{certificate}.cert.pem");
        let mut curl = Command::new("curl");
        curl.args(["-s", "--cacert", &certificate]);
        let url = url.replace("127.0.0.1", "localhost");
        let output = curl.arg(format!("{url}/healthz")).output().unwrap();
        output.stdout == b"ok\n"
    };
    assert!(answers("one") && !answers("two"));
    put("two");
    process.signal("HUP");
    log.recv_timeout(testkit::PATIENCE).unwrap();
    assert!(answers("two") && !answers("one"));
    process.signal("TERM");
    assert_eq!(process.wait().code(), Some(0));
}

/// What a newcomer does: no option at all, in a folder of one's own. Only the port is another, because the usual one
/// may be taken where this runs.
#[test]
fn without_an_option_it_is_a_sandbox_with_its_data_here() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(binary());
    command.env_clear().env("POLYTILL_LISTEN", "127.0.0.1:0").current_dir(folder.path());
    let mut process = Guarded::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()));
    let output = process.child().stdout.take().unwrap();
    let log = folder.path().join("stdout");
    let listening = follow(output, &log, |line| line.strip_prefix("listening on http://").map(str::to_owned));
    let address = listening.recv_timeout(testkit::PATIENCE).unwrap();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    assert!(folder.path().join("polytill-data").is_dir());
    process.signal("TERM");
    assert_eq!(process.wait().code(), Some(0));
    let banner = fs::read_to_string(log).unwrap();
    for told in ["8123456789", "1061399163", "stDTmVXF", "curl -s http://127.0.0.1:", "4444444444444448"] {
        assert!(banner.contains(told), "{told} is not in {banner}");
    }
}
