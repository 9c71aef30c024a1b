//! §11: what was paid out, and the files that say for what.

use super::register;
use base64::prelude::{BASE64_STANDARD, Engine};
use testkit::prelude::*;

const SHOP: &str = "/_sandbox/shops/8123456790/payouts";

fn decoded(answer: &Value, member: &str) -> Vec<u8> {
    BASE64_STANDARD
        .decode(answer[member].as_str().unwrap_or_else(|| panic!("no {member} in {answer}")))
        .unwrap()
}

async fn today(till: &Till) -> String {
    let now = till.sandbox_api().clock().await.json()["now"].as_str().unwrap().to_owned();
    let now: jiff::Timestamp = now.parse().unwrap();
    now.to_zoned(jiff::tz::TimeZone::get("Europe/Prague").unwrap()).date().to_string()
}

/// Two sales and a refund, which come to 246,85 after a fee of 0.9 %, paid out.
async fn paid_out(till: &Till, register: &Register) -> (i64, Vec<String>) {
    let mut names = Vec::new();
    for price in [10_000, 25_000] {
        let name = register.paying(price).await;
        assert_eq!(register.over(&name).await["status"], "PAID");
        names.push(name);
    }
    let refund = register.refund(10_000).await.json()["transId"].as_str().unwrap().to_owned();
    assert_eq!(register.over_at(&format!("terminalRefund/transId/{refund}.json")).await["status"], "PAID");
    names.push(refund);
    let payout = till.client().post_json(SHOP, &json!({})).await.expect_status(200).json();
    assert_eq!(payout["amount"], 10_000 - 90 + 25_000 - 225 - 10_000);
    (payout["payout"].as_i64().unwrap(), names)
}

#[tokio::test]
async fn a_transfer_is_listed_and_told_in_every_form() {
    let (till, register) = register().await;
    let day = today(&till).await;
    let list = format!("transferList/date/{day}.json?test=false");
    assert_eq!(register.get(&list).await.expect_status(200).json(), json!([]));
    let (id, names) = paid_out(&till, &register).await;
    let listed = register.get(&list).await.expect_status(200).json();
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((&listed[0]["transferId"], &listed[0]["transferDate"]), (&json!(id), &json!(day)));
    assert_eq!((&listed[0]["price"], &listed[0]["curr"]), (&json!("24685"), &json!("CZK")));
    let symbol = listed[0]["variableSymbol"].as_str().unwrap();

    let payments = register.get(&format!("singleTransfer/transferId/{id}.json?test=false")).await.json();
    let told: Vec<&Value> = payments.as_array().unwrap().iter().map(|payment| &payment["transId"]).collect();
    assert_eq!(json!(told), json!(names));
    assert_eq!(
        (&payments[1]["price"], &payments[1]["fee"], &payments[1]["transferred"]),
        (&json!("25000"), &json!("225"), &json!("24775"))
    );

    let csv = register
        .get(&format!("csvSingleTransfer/transferId/{id}.json?test=false"))
        .await
        .expect_status(200)
        .json();
    assert!(
        csv["nazev"].as_str().unwrap().ends_with(".csv") && !csv["nazev"].as_str().unwrap().contains('/')
    );
    let csv = String::from_utf8(decoded(&csv, "csv")).unwrap();
    let rows: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows.len(), 5, "{csv}");
    let first =
        format!(r#""123456";"{}";"Platební terminál";"100,00";"99,10";"";"{symbol}";"2010102600""#, names[0]);
    assert_eq!(rows[1], first);
    assert!(rows[4].starts_with(r#""suma""#) && rows[4].contains(r#""250,00";"246,85""#), "{csv}");

    for (kind, lines) in [("v1", 1 + 2 + 2 + 1 + 1), ("v2", 1 + 3 + 1 + 1)] {
        for encoding in ["win1250", "utf8"] {
            let path =
                format!("aboSingleTransfer/transferId/{id}.json?test=false&type={kind}&encoding={encoding}");
            let abo = decoded(&register.get(&path).await.expect_status(200).json(), "abo");
            let text: String = if encoding == "utf8" {
                String::from_utf8(abo).unwrap()
            } else {
                abo.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
            };
            let records: Vec<&str> = text.split_terminator("\r\n").collect();
            assert_eq!(records.len(), lines, "{kind} {encoding}\n{text}");
            assert!(records.iter().all(|record| record.chars().count() == 128), "{text}");
            assert!(
                records[0].starts_with("074") && records[1..].iter().all(|record| record.starts_with("075"))
            );
            // Balance before and after, both nothing: the payout is a line like the others.
            assert_eq!((&records[0][45..59], &records[0][60..74]), ("00000000000000", "00000000000000"));
        }
    }
}

#[tokio::test]
async fn a_days_files_are_downloaded_as_they_are() {
    let (till, register) = register().await;
    paid_out(&till, &register).await;
    let day = today(&till).await;
    let csv = register.get(&format!("csvDownload/date/{day}?test=false")).await.expect_status(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.header("content-disposition"), format!("attachment; filename=\"comgate_{day}.csv\""));
    assert_eq!(csv.text().lines().count(), 5);
    let abo = register
        .get(&format!("aboDownload/date/{day}?test=false&encoding=utf8&type=v2"))
        .await
        .expect_status(200);
    assert_eq!((abo.header("content-type"), abo.text().lines().count()), ("text/plain; charset=utf-8", 6));
    let nothing = register.get("csvDownload/date/2020-01-01?test=false").await.expect_status(200);
    assert_eq!(nothing.text(), "");
}

#[tokio::test]
async fn a_test_is_answered_with_what_is_always_the_same() {
    let (_till, register) = register().await;
    let listed = register.get("transferList/date/2026-03-28.json?test=true").await.expect_status(200).json();
    assert_eq!(listed[0]["transferId"], 1);
    let told = |name: &str| listed[0][name].as_str().unwrap().to_owned();
    assert_eq!(
        [told("transferDate"), told("accountCounterparty"), told("accountOutgoing"), told("variableSymbol")],
        ["2026-03-28", "0/0000", "1/0000", "0123456789"]
    );
    for id in [1, 42, 999_999] {
        let single = register
            .get(&format!("singleTransfer/transferId/{id}.json?test=true"))
            .await
            .expect_status(200)
            .json();
        assert_eq!(single.as_array().unwrap().len(), 1);
        let csv = register.get(&format!("csvSingleTransfer/transferId/{id}.json?test=true")).await.json();
        assert!(!decoded(&csv, "csv").is_empty());
        let abo = register
            .get(&format!("aboSingleTransfer/transferId/{id}.json?test=true&type=v2&encoding=utf8"))
            .await
            .json();
        assert_eq!(decoded(&abo, "abo").len() % 130, 0);
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_understood_is_told_with_a_code() {
    let (till, register) = register().await;
    for path in [
        "singleTransfer/transferId/7.json?test=false",
        "csvSingleTransfer/transferId/7.json",
        "aboSingleTransfer/transferId/abc.json",
        "csvSingleTransfer/transferId/-1.json?test=true",
        "transferList/date/28.3.2026.json",
        "transferList/date/2026-13-01.json",
        "transferList/date/2026-03-28.json?test=maybe",
        "aboSingleTransfer/transferId/1.json?test=true&type=v3",
        "aboSingleTransfer/transferId/1.json?test=true&encoding=latin2",
        "csvDownload/date/never",
    ] {
        let answer = register.get(path).await.expect_status(200).json();
        assert_eq!(answer["code"], 1400, "{path}: {answer}");
    }
    let stranger = Register::new(till.client().clone(), "123456", "wrong");
    stranger.get("transferList/date/2026-03-28.json?test=true").await.expect_status(401);
}
