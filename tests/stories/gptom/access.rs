//! §3.3, §3.4: every operation without a token, with one that is over, at the wrong terminal, of another company, and of
//! a master account that names none.

use super::{ASSISTED, AT_ONCE, desk, with_neighbours};
use testkit::prelude::*;

/// Every operation but health, which is public. `TASK`, `TRANSACTION` and `BATCH` stand for things of the first terminal.
const OPERATIONS: [(&str, &str); 15] = [
    ("POST", "tasks/TRANSACTION"),
    ("POST", "tasks/BATCH"),
    ("GET", "tasks"),
    ("GET", "tasks/{TASK}"),
    ("GET", "tasks/{TASK}/state"),
    ("GET", "tasks/{TASK}/detail"),
    ("GET", "tasks/{TASK}/transaction"),
    ("GET", "tasks/TRANSACTION/{TASK}"),
    ("DELETE", "tasks/{TASK}"),
    ("POST", "tasks/{TASK}/cancel"),
    ("GET", "transactions"),
    ("GET", "transactions/{TRANSACTION}"),
    ("GET", "batches"),
    ("GET", "batches/OPEN"),
    ("GET", "batches/{BATCH}"),
];

struct Things {
    task: String,
    transaction: String,
    batch: String,
}

impl Things {
    /// One of each, at the register's terminal.
    async fn of(desk: &CashDesk) -> Self {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let sold = desk.sold(1_000).await;
        let closed = desk.closed().await;
        Self {
            task: text(&sold["taskId"]),
            transaction: text(&sold["transactionId"]),
            batch: text(&closed["batchId"]),
        }
    }

    fn path(&self, path: &str) -> String {
        let named = path.replace("{TASK}", &self.task).replace("{TRANSACTION}", &self.transaction);
        named.replace("{BATCH}", &self.batch)
    }

    async fn call(&self, desk: &CashDesk, method: &str, path: &str) -> Answer {
        let body = path.ends_with("/TRANSACTION").then(|| json!({"amount": 100}).to_string());
        desk.call(method.parse().unwrap(), &self.path(path), body).await
    }
}

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let (till, desk) = desk().await;
    let things = Things::of(&desk).await;
    let before = desk.get("tasks").await.json()["total"].clone();
    for prefix in ["", "/cloud", "/api"] {
        for (method, path) in OPERATIONS {
            for token in ["", "Bearer", "Basic cG9zLWRlbW86ZGVtby1zZWNyZXQ="] {
                let headers = [("Authorization", token)];
                let url = format!("{prefix}/v1/{}", things.path(path));
                let answer = till.client().send(method.parse().unwrap(), &url, &headers, "").await;
                assert_eq!(answer.status, 401, "{method} {path}");
                assert_eq!(answer.json()["error"], "unauthorized");
                assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="gptom""#);
            }
            let forged = CashDesk::with_token(till.client(), "eyJhbGciOiJub25lIn0.e30.").under(prefix);
            let answer = things.call(&forged, method, path).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["error"]),
                (401, &json!("invalid_token")),
                "{path}"
            );
        }
    }
    assert_eq!(desk.get("tasks").await.json()["total"], before);
    till.sandbox_api().advance("PT2H").await.expect_status(200);
    for (method, path) in OPERATIONS {
        let answer = things.call(&desk, method, path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (401, &json!("invalid_token")),
            "{path}"
        );
    }
    assert_eq!(till.client().get("/v1/health").await.expect_status(200).json(), json!({"status": "UP"}));
    till.client().get("/actuator/health").await.expect_status(200);
}

#[tokio::test]
async fn a_token_is_good_for_its_own_terminal_only() {
    let (till, desk) = desk().await;
    let things = Things::of(&desk).await;
    let wrong = desk.naming(ASSISTED);
    for (method, path) in OPERATIONS {
        let answer = things.call(&wrong, method, path).await;
        assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
    }
    // At the other terminal the first one's things do not exist.
    let other = CashDesk::at(till.client(), ASSISTED).await;
    for (method, path) in OPERATIONS.into_iter().filter(|(_, path)| path.contains('{')) {
        let answer = things.call(&other, method, path).await;
        assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
    }
    for (method, path) in OPERATIONS {
        let own = things.call(&desk.naming(AT_ONCE), method, path).await;
        assert!(matches!(own.status.as_u16(), 200 | 409), "{method} {path}: {}", own.text());
    }
}

#[tokio::test]
async fn another_company_sees_nothing() {
    let (mut till, desk) = desk().await;
    let things = Things::of(&desk).await;
    with_neighbours(&mut till).await;
    let fields = [
        ("grant_type", "password"),
        ("username", "neighbour@example.com"),
        ("password", testkit::gptom::PASSWORD),
    ];
    let program = ("anybodys", "s:e:cret");
    let tokens = testkit::gptom::token(till.client(), "/oauth/token", program, &fields).await.json();
    let neighbour = CashDesk::with_token(till.client(), tokens["access_token"].as_str().unwrap());
    for (method, path) in OPERATIONS {
        for tid in [AT_ONCE, "99999999"] {
            let answer = things.call(&neighbour.naming(tid), method, path).await;
            assert_eq!(answer.status, 403, "{method} {path}: {}", answer.text());
        }
        if path.contains('{') {
            let answer = things.call(&neighbour.naming("20000001"), method, path).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_master_account_names_the_terminal_in_every_call() {
    let (till, desk) = desk().await;
    let things = Things::of(&desk).await;
    let master = CashDesk::master(till.client()).await;
    for (method, path) in OPERATIONS {
        let unnamed = things.call(&master, method, path).await;
        assert_eq!(unnamed.status, 400, "{method} {path}: {}", unnamed.text());
        assert_eq!(unnamed.json()["fieldErrors"][0]["field"], "tid");
        let named = things.call(&master.naming(AT_ONCE), method, path).await;
        assert!(matches!(named.status.as_u16(), 200 | 409), "{method} {path}: {}", named.text());
    }
    // In the header above; in the body and in the query here, and never two different ones.
    for body in [json!({"amount": 100, "tid": AT_ONCE}), json!({"amount": 100, "terminalId": 10_012_345})] {
        assert_eq!(master.made(&body).await["tid"], AT_ONCE);
    }
    let both = json!({"amount": 100, "tid": AT_ONCE});
    assert_eq!(master.naming(ASSISTED).create(&both).await.status, 400);
    let path = format!("tasks/{}", things.task);
    master.get(&format!("{path}?tid={AT_ONCE}")).await.expect_status(200);
    master.get(&format!("{path}?tid={ASSISTED}")).await.expect_status(404);
    master.get(&format!("{path}?tid={AT_ONCE}&terminalId={ASSISTED}")).await.expect_status(400);
}
