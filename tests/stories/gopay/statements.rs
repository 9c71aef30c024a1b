//! §6.10, §12: account statements in every format, told from what the shop's payments did; and every way to ask wrongly.

use super::{paid, refusal, sandbox};
use testkit::prelude::*;

const PATH: &str = "/api/accounts/account-statement";
const FORMATS: [&str; 11] =
    ["CSV_A", "CSV_B", "CSV_C", "CSV_D", "CSV_E", "XLS_A", "XLS_B", "XLS_C", "ABO_A", "ABO_B", "PDF_A"];

/// The day it is in Prague on the sandbox's clock, and as many days later.
async fn day(buttons: &Sandbox, later: i64) -> String {
    let now: jiff::Timestamp = buttons.clock().await.json()["now"].as_str().unwrap().parse().unwrap();
    let today = now.in_tz("Europe/Prague").unwrap().date();
    today.saturating_add(jiff::Span::new().days(later)).to_string()
}

fn asked(from: &str, to: &str, format: &str) -> Value {
    json!({"date_from": from, "date_to": to, "goid": 8_123_456_789_u64, "currency": "CZK", "format": format})
}

async fn ask(till: &Till, shop: &Shop, body: &Value) -> Answer {
    let bearer = format!("Bearer {}", shop.bearer().await.unwrap());
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    till.client().send(http::Method::POST, PATH, &headers, body.to_string()).await
}

/// Rows of a file of commas, quotes undone.
fn rows(text: &str) -> Vec<Vec<String>> {
    let row = |line: &str| {
        let (mut cells, mut quoted) = (vec![String::new()], false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                c => cells.last_mut().unwrap().push(c),
            }
        }
        cells
    };
    text.split_terminator("\r\n").map(row).collect()
}

/// Hundredths of an amount with a decimal point.
fn minor(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap_or_else(|_| panic!("{text} is not an amount"))
}

/// A shop that has been paid, has refunded, captured and voided.
async fn a_day_of_trade(shop: &Shop, buttons: &Sandbox) -> [u64; 3] {
    let whole = paid(
        shop,
        buttons,
        &json!({"order_number": "=2+2", "additional_params": [{"name": "k", "value": "v"}],
        "payer": {"allowed_payment_instruments": ["PAYMENT_CARD"],
            "contact": {"first_name": "Žofie", "last_name": "Malá", "email": "zofie@example.org"}}}),
    )
    .await;
    shop.refund(whole, 100).await.expect_status(200);
    let held = paid(shop, buttons, &json!({"preauthorization": true})).await;
    shop.capture(held, Some(500)).await.expect_status(200);
    let released = paid(shop, buttons, &json!({"preauthorization": true})).await;
    shop.void_authorization(released).await.expect_status(200);
    [whole, held, released]
}

#[tokio::test]
async fn every_format_tells_the_same_movements() {
    let (till, shop, buttons) = sandbox().await;
    let [whole, held, released] = a_day_of_trade(&shop, &buttons).await;
    let (yesterday, today) = (day(&buttons, -1).await, day(&buttons, 0).await);
    for format in FORMATS {
        let answer = ask(&till, &shop, &asked(&yesterday, &today, format)).await.expect_status(200);
        assert_eq!(answer.header("content-type"), "application/octet-stream", "{format}");
        let ending = match &format[..3] {
            "CSV" => "csv",
            "XLS" => "xls",
            "ABO" => "gpc",
            _ => "pdf",
        };
        let name = format!("attachment; filename=\"8123456789_{yesterday}_{today}_CZK.{ending}\"");
        assert_eq!(answer.header("content-disposition"), name);
        let text = answer.text();
        assert!(!text.contains("error_code") && !text.contains("errors"), "{format}");
        match ending {
            "pdf" => assert!(text.starts_with("%PDF-1.7"), "{format}"),
            "gpc" => {
                let lines: Vec<&str> = text.split_terminator("\r\n").collect();
                assert!(lines[0].starts_with("074"), "{text}");
                assert_eq!(
                    lines.len(),
                    4,
                    "a head and three movements, nothing for what was released: {text}"
                );
                assert!(lines.iter().all(|line| line.chars().count() == 128), "{text}");
            }
            _ => {
                assert!(text.contains(&whole.to_string()) && text.contains(&held.to_string()), "{text}");
                assert!(!text.contains(&released.to_string()), "nothing was booked for it");
            }
        }
    }
}

#[tokio::test]
async fn the_rows_lead_from_the_opening_to_the_closing_balance() {
    let (till, shop, buttons) = sandbox().await;
    let [whole, held, _] = a_day_of_trade(&shop, &buttons).await;
    let amount = shop.status(whole).await.json()["amount"].as_i64().unwrap();
    let today = day(&buttons, 0).await;
    let told = rows(&ask(&till, &shop, &asked(&today, &today, "CSV_E")).await.expect_status(200).text());
    let place =
        |title: &str| told[0].iter().position(|own| own == title).unwrap_or_else(|| panic!("{title}"));
    let column =
        |title: &str| -> Vec<String> { told[1..].iter().map(|row| row[place(title)].clone()).collect() };
    assert_eq!(column("Type"), ["PAYMENT", "REFUND", "PAYMENT"]);
    let ids = [whole, whole, held].map(|id| id.to_string());
    assert_eq!(column("Payment ID"), ids);
    let amounts: Vec<i64> = column("Amount").iter().map(|cell| minor(cell)).collect();
    assert_eq!(amounts, [amount, -100, 500]);
    assert_eq!(column("Payment method"), ["PAYMENT_CARD"; 3]);
    assert_eq!(column("Order number")[0], "'=2+2", "a spreadsheet must not run it");
    assert_eq!(
        (&*column("Counterparty")[0], &*column("Payer e-mail")[0]),
        ("Žofie Malá", "zofie@example.org")
    );
    assert_eq!(column("Parameter 1")[0], "k=v");
    let fees: i64 = column("Fee").iter().map(|cell| minor(cell)).sum();
    let closing = minor(column("Balance").last().unwrap());
    assert_eq!(closing, amounts.iter().sum::<i64>() + fees);
    let numbers = column("Movement ID");
    let again = ask(&till, &shop, &asked(&day(&buttons, -30).await, &today, "CSV_C")).await.text();
    assert!(numbers.iter().all(|number| again.contains(number)), "a movement keeps its number");

    // The next day begins with what this one ended with, and nothing happens on it.
    buttons.advance("P1D").await.expect_status(200);
    let (shop, tomorrow) = (till.shop(), day(&buttons, 0).await);
    let empty = ask(&till, &shop, &asked(&tomorrow, &tomorrow, "CSV_A")).await.expect_status(200).text();
    let balance =
        format!("{}{},{:02}", if closing < 0 { "-" } else { "" }, closing.abs() / 100, closing.abs() % 100);
    assert!(empty.contains(&format!("Počáteční zůstatek;{balance}")), "{empty}");
    assert!(empty.contains(&format!("Konečný zůstatek;{balance}")), "{empty}");
    let balances = buttons.balances().await.json();
    assert!(balances.to_string().contains(&(-closing).to_string()), "as the ledger has it: {balances}");
}

#[tokio::test]
async fn an_empty_account_has_a_statement_in_every_format() {
    let (till, shop, buttons) = sandbox().await;
    let today = day(&buttons, 0).await;
    for format in FORMATS {
        let answer = ask(&till, &shop, &asked("2020-01-01", &today, format)).await.expect_status(200);
        assert!(!answer.text().is_empty(), "{format}");
    }
}

#[tokio::test]
async fn a_charge_that_repeats_another_says_so() {
    let (till, shop, buttons) = sandbox().await;
    let until = day(&buttons, 300).await;
    let recurring = json!({"payer": {"allowed_payment_instruments": ["PAYMENT_CARD"]},
        "recurrence": {"recurrence_cycle": "DAY", "recurrence_period": 1, "recurrence_date_to": until}});
    let first = paid(&shop, &buttons, &recurring).await;
    buttons.advance("P1D").await.expect_status(200);
    let shop = till.shop();
    let today = day(&buttons, 0).await;
    let told = rows(&ask(&till, &shop, &asked(&today, &today, "CSV_D")).await.text());
    let [_, row] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((&*row[2], &*row[12]), ("RECURRENT_PAYMENT", &*first.to_string()));
    assert_eq!(shop.state(row[3].parse().unwrap()).await, "PAID");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_told_field_by_field() {
    let (till, shop, _) = sandbox().await;
    let fine = asked("2020-01-01", "2020-01-31", "CSV_A");
    for (field, value, expected) in [
        ("date_from", Value::Null, "409 F date_from 110 MANDATORY"),
        ("date_to", Value::Null, "409 F date_to 110 MANDATORY"),
        ("goid", Value::Null, "409 F goid 110 MANDATORY"),
        ("currency", Value::Null, "409 F currency 110 MANDATORY"),
        ("format", Value::Null, "409 F format 110 MANDATORY"),
        ("date_from", json!("31.1.2020"), "409 F date_from 111 INVALID"),
        ("date_from", json!("2020-02-30"), "409 F date_from 111 INVALID"),
        ("date_from", json!("2020-01-01x"), "409 F date_from 111 INVALID"),
        ("date_to", json!("2019-12-31"), "409 F date_to 111 INVALID"),
        ("date_to", json!("žluťoučký kůň"), "409 F date_to 111 INVALID"),
        ("goid", json!(8_000_000_002_u64), "409 F goid 111 INVALID"),
        ("goid", json!("x"), "409 F goid 111 INVALID"),
        ("currency", json!("XYZ"), "409 F currency 111 INVALID"),
        ("currency", json!("DKK"), "409 G 394 ACCOUNT_NOT_FOUND"),
        ("format", json!("CSV_F"), "409 F format 111 INVALID"),
        ("format", json!("csv_a"), "409 F format 111 INVALID"),
    ] {
        let mut body = fine.clone();
        body[field] = value.clone();
        assert_eq!(refusal(&ask(&till, &shop, &body).await), expected, "{field} {value}");
    }
    let all = ask(&till, &shop, &json!({})).await.json();
    let fields: Vec<&str> =
        all["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["date_from", "date_to", "goid", "currency", "format"]);
    assert_eq!(refusal(&ask(&till, &shop, &json!([])).await), "409 G 116 INVALID_REQUEST");
    let mut spelled = fine;
    spelled["goid"] = json!("8123456789");
    spelled["date_from"] = json!("2020-01-01T00:00:00");
    ask(&till, &shop, &spelled).await.expect_status(200);
}

#[tokio::test]
async fn a_token_for_creating_may_ask_for_statements() {
    let till = Till::builder().env("POLYTILL_GOPAY_STRICT_SCOPES", "true").start().await;
    let token = till.shop().token("payment-create").await.json();
    let shop = till.shop().with_bearer(token["access_token"].as_str().unwrap());
    ask(&till, &shop, &asked("2020-01-01", "2020-01-31", "CSV_A")).await.expect_status(200);
}

/// A shop that pays fees and has a bank account, imported into a sandbox of its own.
async fn a_shop_with_fees(data: &std::path::Path) -> (Till, Shop) {
    let shop = json!({"id": 8_700_000_001_u64, "merchant": 70, "name": "Fees", "active": true, "currencies": ["CZK"],
        "language": "cs", "settings": {"fee": {"basis_points": 200, "fixed_minor": 300},
        "payouts": {"daily": false, "account": {"prefix": "19", "number": "2000145399", "bank_code": "0800"}}}});
    let fixtures = json!({"merchants": [{"id": 70, "name": "Fees"}], "shops": [shop],
        "clients": [{"id": 70, "merchant": 70, "secret": "a client's secret"}]});
    let mut till = Till::builder().data(data).start().await;
    till.terminate().await;
    let file = data.join("fees.json");
    std::fs::write(&file, fixtures.to_string()).unwrap();
    let (data, file) = (till.data().display().to_string(), file.display().to_string());
    let output = testkit::server::run(&["import", "--data", &data, &file]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    till.restart().await;
    let keys =
        testkit::gopay::ShopKeys { goid: 8_700_000_001, client_id: "70", client_secret: "a client's secret" };
    let shop = Shop::new(till.client().clone(), keys);
    (till, shop)
}

#[tokio::test]
async fn fees_and_payouts_are_told_and_the_ledger_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let (mut till, shop) = a_shop_with_fees(folder.path()).await;
    let buttons = till.sandbox_api();
    let of_shop = |format: &str, today: &str| {
        let mut body = asked(today, today, format);
        body["goid"] = json!(8_700_000_001_u64);
        body
    };
    paid(&shop, &buttons, &json!({"amount": 10_000, "items": []})).await;
    let payout = till.client().post_json("/_sandbox/shops/8700000001/payouts", &json!({})).await;
    let payout = payout.expect_status(200).json();
    assert_eq!(payout["amount"], 9_500);
    paid(&shop, &buttons, &json!({"amount": 20_000, "items": []})).await;

    let today = day(&buttons, 0).await;
    let told = rows(&ask(&till, &shop, &of_shop("CSV_D", &today)).await.expect_status(200).text());
    let short: Vec<String> = told[1..]
        .iter()
        .map(|row| [&row[2], &row[7], &row[8], &row[9]].map(String::as_str).join(" "))
        .collect();
    assert_eq!(
        short,
        ["PAYMENT 100.00 -5.00 95.00", "PAYOUT -95.00 0.00 0.00", "PAYMENT 200.00 -7.00 193.00"]
    );
    assert_eq!((&*told[2][3], &*told[2][13]), ("", "19-2000145399/0800"), "a payout belongs to no payment");
    let abo = ask(&till, &shop, &of_shop("ABO_A", &today)).await.text();
    let out =
        abo.lines().find(|line| line[3..].starts_with(&abo[3..19]) && line.contains("0000192000145399"));
    let out = out.unwrap_or_else(|| panic!("no record with the bank account: {abo}"));
    assert_eq!(&out[48..61], "0000000095001", "taken away");
    till.terminate().await;
    assert!(till.verified().contains("sums to zero in every currency"));
}
