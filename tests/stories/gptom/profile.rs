//! §12: words are data. A file renames them; no code does.

use super::AT_ONCE;
use testkit::gptom::{CASHIER, PASSWORD, PROGRAM, token};
use testkit::prelude::*;

async fn till_with(profile: &str) -> (Till, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gptom.toml");
    std::fs::write(&file, profile).unwrap();
    (Till::builder().env("POLYTILL_GPTOM_PROFILE", file).start().await, folder)
}

#[tokio::test]
async fn a_state_a_member_a_path_and_a_unit_are_renamed() {
    let (till, _folder) = till_with(
        r#"
        path_prefixes = ["/gp"]
        amount_unit = "major"
        batch_amount_unit = "minor"
        create_status = 201
        decline_task_state = "ERROR"
        void_check_http_errors = true
        access_ttl_bound_s = 60
        [state_names]
        COMPLETED = "FINISHED"
        [request]
        amount = ["castka"]
        [task]
        state = ["taskState"]
        batchId = []
        "#,
    )
    .await;
    let fields =
        [("grant_type", "password"), ("username", CASHIER), ("password", PASSWORD), ("tid", AT_ONCE)];
    token(till.client(), "/cloud/oauth/token", PROGRAM, &fields).await.expect_status(404);
    let tokens = token(till.client(), "/gp/oauth/token", PROGRAM, &fields).await.expect_status(200).json();
    assert_eq!(tokens["expires_in"], 60);
    let desk = CashDesk::with_token(till.client(), tokens["access_token"].as_str().unwrap()).under("/gp");
    let answer = desk.create(&json!({"castka": "95.50"})).await.expect_status(201).json();
    assert_eq!(
        (&answer["taskState"], answer.get("state"), answer.get("batchId")),
        (&json!("CREATED"), None, None)
    );
    let over = desk.when(&answer, |task| task["taskState"] == "FINISHED").await;
    assert_eq!((&over["transaction"]["amount"], &over["request"]["amount"]), (&json!(95.5), &json!(95.5)));
    assert_eq!(desk.get("batches/OPEN").await.json()["saleAmount"], 9_550);
    let declined = desk.create(&json!({"castka": 11.22})).await.expect_status(201).json();
    let declined = desk.when(&declined, |task| task["finished"].is_string()).await;
    assert_eq!((&declined["taskState"], &declined["result"]), (&json!("ERROR"), &json!(-4)));
    let void = json!({"transactionType": "VOID", "originTransactionID": declined["transactionId"]});
    assert_eq!(desk.create(&void).await.expect_status(409).json()["code"], 47);
    let void = json!({"transactionType": "VOID", "originTransactionID": "x"});
    assert_eq!(desk.create(&void).await.expect_status(404).json()["code"], 98);
}

#[tokio::test]
async fn reads_of_a_master_account_may_do_without_a_terminal() {
    let (till, _folder) = till_with("require_tid_on_reads = false").await;
    let master = CashDesk::master(till.client()).await;
    let task = master.naming(AT_ONCE).sale(100).await;
    assert_eq!(master.over(&task).await["result"], 0);
    assert_eq!(master.create(&json!({"amount": 100})).await.status, 400);
    assert_eq!(master.cancel(&task).await.status, 400, "a change names its terminal");
}

#[test]
fn the_words_are_printed_as_a_file_to_correct() {
    let printed = testkit::server::run(&["gptom-profile"]);
    let text = String::from_utf8(printed.stdout).unwrap();
    assert!(printed.status.success() && text.contains("[state_names]\nCREATED = \"CREATED\""), "{text}");
}

#[tokio::test]
async fn a_file_that_makes_no_sense_keeps_the_server_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gptom.toml");
    std::fs::write(&file, "[task]\nstait = [\"x\"]").unwrap();
    let error = Till::builder().env("POLYTILL_GPTOM_PROFILE", file).try_start().await.err().unwrap();
    assert!(error.contains("gptom.profile: [task] stait is not a member"), "{error}");
}
