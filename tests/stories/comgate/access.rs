//! §2, §10: who gets in, and what is nobody else's business.

use super::register;
use testkit::prelude::*;

/// Every operation, as method and path below `/v2.0/`.
const OPERATIONS: [(&str, &str); 9] = [
    ("POST", "terminalPayment.json"),
    ("GET", "terminalPayment/transId/AB12-CD34-EF56.json"),
    ("DELETE", "terminalPayment/transId/AB12-CD34-EF56.json"),
    ("POST", "terminalRefund.json"),
    ("GET", "terminalRefund/transId/AB12-CD34-EF56.json"),
    ("DELETE", "terminalRefund/transId/AB12-CD34-EF56.json"),
    ("GET", "terminal.json"),
    ("POST", "terminalClosing.json"),
    ("POST", "simulation.json"),
];

/// Two more logins: one for the other terminal, one that may not come from here, one without a terminal.
async fn neighbours() -> Till {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("more.json");
    let logins = json!({"register_logins": [
        {"id": 2, "name": "neighbour", "secret": "s:e:cret", "merchant": 2, "terminal": "10012346"},
        {"id": 3, "name": "abroad", "secret": "secret", "merchant": 2, "terminal": "10012345",
         "networks": ["203.0.113.0/24"]},
        {"id": 4, "name": "homeless", "secret": "secret", "merchant": 2},
    ]});
    std::fs::write(&file, logins.to_string()).unwrap();
    let mut till = Till::sandbox().await;
    till.terminate().await;
    let (folder, file) = (till.data(), file.to_str().unwrap().to_owned());
    let output = testkit::server::run(&["import", &file, "--data", folder.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    till.restart().await;
    till
}

#[tokio::test]
async fn without_the_right_credentials_nothing_is_done() {
    let (till, _) = register().await;
    for (method, path) in OPERATIONS {
        let method: http::Method = method.parse().unwrap();
        let url = format!("/v2.0/{path}");
        for headers in [vec![], vec![("Authorization", "Bearer x")], vec![("Authorization", "Basic !")]] {
            let answer = till.client().send(method.clone(), &url, &headers, "").await;
            assert_eq!(answer.status, 401, "{method} {path}");
            assert_eq!(answer.text(), r#"{"code":1400,"message":"Unauthorized access!"}"#);
            assert_eq!(answer.header("www-authenticate"), "Basic realm=\"comgate\"");
        }
        let stranger = Register::new(till.client().clone(), &format!("123456{path}"), "wrong");
        assert_eq!(stranger.call(method, path, None).await.status, 401);
    }
}

#[tokio::test]
async fn a_wrong_address_is_told_to_the_holder_of_the_secret_only() {
    let till = neighbours().await;
    let abroad = Register::new(till.client().clone(), "abroad", "secret");
    for (method, path) in OPERATIONS {
        let answer = abroad.call(method.parse().unwrap(), path, None).await;
        assert_eq!(answer.status, 403, "{path}");
        let expected = r#"{"code":1400,"message":"Access from unauthorized location [127.0.0.1]!"}"#;
        assert_eq!(answer.text(), expected);
    }
    let wrong = Register::new(till.client().clone(), "abroad", "guess");
    assert_eq!(wrong.get("terminal.json").await.status, 401);
}

#[tokio::test]
async fn another_logins_payment_is_not_known() {
    let till = neighbours().await;
    let register = Register::demo(till.client().clone());
    super::online(&register).await;
    let id = register.paying(1_000).await;
    register.over(&id).await;
    // A secret may have colons in it.
    let neighbour = Register::new(till.client().clone(), "neighbour", "s:e:cret");
    let unknown = json!({"code": 1400, "message": "transId is not known"});
    assert_eq!(neighbour.status(&id).await.json(), unknown);
    assert_eq!(neighbour.cancel(&id).await.json(), unknown);
    assert_eq!(register.status(&id).await.json()["status"], "PAID");
    let homeless = Register::new(till.client().clone(), "homeless", "secret");
    assert_eq!(homeless.pay(1_000).await.json()["code"], 1301);
    assert_eq!(homeless.close().await.json()["code"], 1301);
    assert_eq!(homeless.get("terminal.json").await.json(), json!({"status": "UNKNOWN"}));
    let body = json!({"subject": "payment", "transId": id, "task": "PAID"});
    assert_eq!(neighbour.post("simulation.json", &body).await.json()["message"], "not a test login");
}

#[tokio::test]
async fn guessing_is_slowed() {
    let (till, _) = register().await;
    let guesser = Register::new(till.client().clone(), "123456", "guess");
    let mut last = guesser.get("terminal.json").await;
    for _ in 0..15 {
        last = guesser.get("terminal.json").await;
    }
    assert_eq!((last.status.as_u16(), &last.json()["code"]), (429, &json!(1400)));
    assert!(last.header("retry-after").parse::<u64>().unwrap() >= 1);
}
