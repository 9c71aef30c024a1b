//! Requests as registers might write them.

use serde_json::json;

use super::*;

fn read(body: &Value) -> Result<Transaction, Vec<Wrong>> {
    let profile = Profile::load(None).unwrap();
    Reader::new(&profile, body.as_object().unwrap()).transaction()
}

fn complaints(body: &Value) -> String {
    let wrong = read(body).unwrap_err();
    wrong.iter().map(|wrong| wrong.field).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_digests_example() {
    let sale = read(&json!({"transactionType": "SALE", "paymentMethod": "CARD", "amount": 18950,
        "currencyCode": "CZK", "originReferenceNum": "UCT 2026-00817", "printByPaymentApp": true,
        "preferableReceiptType": "EMAIL", "clientInfo": {"contact": {"email": "host@example.org"}},
        "tipCollect": false}))
    .unwrap();
    assert_eq!((sale.operation, sale.amount), (Operation::Sale, Some(Minor::new(18_950))));
    assert_eq!(sale.receipt.email.as_deref(), Some("host@example.org"));
    assert_eq!(sale.reference.as_deref(), Some("UCT 2026-00817"));
}

#[test]
fn a_word_says_what_it_is_under_any_name() {
    for (body, operation, method) in [
        (json!({"amount": 1}), Operation::Sale, "CARD"),
        (json!({"amount": "1", "transactionType": 1}), Operation::Sale, "CARD"),
        (json!({"amount": 1, "transactionType": "CASH"}), Operation::Sale, "CASH"),
        (json!({"amount": 1, "type": "purchase", "paymentType": "qr"}), Operation::Sale, "ACCOUNT_PAYMENT"),
        (json!({"amount": 1, "operation": "RETURN"}), Operation::Refund, "CARD"),
        (json!({"amsId": "A"}), Operation::Void, "CARD"),
        (json!({"transactionType": "STORNO", "cancelMode": 1}), Operation::Void, "CARD"),
        (
            json!({"transactionType": "VOID", "originTransactionID": "A", "amount": null}),
            Operation::Void,
            "CARD",
        ),
    ] {
        let request = read(&body).unwrap();
        assert_eq!((request.operation, request.method.as_str()), (operation, method), "{body}");
    }
}

#[test]
fn everything_that_is_wrong_is_told() {
    for (body, fields) in [
        (json!({}), "amount"),
        (json!({"amount": 0}), "amount"),
        (json!({"amount": 100_000_000}), "amount"),
        (json!({"amount": 10.5}), "amount"),
        (json!({"amount": "10.50"}), "amount"),
        (json!({"amount": "-1"}), "amount"),
        (json!({"amount": true}), "amount"),
        (json!({"amount": 99_999_999, "tip": 1}), "tipAmount"),
        (
            json!({"amount": 1, "currency": "XYZ", "orderId": "a".repeat(21)}),
            "currencyCode originReferenceNum",
        ),
        (
            json!({"amount": 1, "transactionType": "SALE", "operation": "VOID"}),
            "transactionType originTransactionID",
        ),
        (json!({"amount": 1, "transactionType": "GIFT"}), "transactionType"),
        (json!({"transactionType": "VOID"}), "originTransactionID"),
        (json!({"transactionType": "VOID", "cancelMode": 3}), "cancelMode"),
        (json!({"amount": 1, "preferableReceiptType": "FAX"}), "preferableReceiptType"),
        (json!({"amount": 1, "preferableReceiptType": "EMAIL", "printByPaymentApp": "false"}), "clientInfo"),
        (json!({"amount": 1, "email": "nobody"}), "clientInfo"),
        (json!({"amount": 1, "phone": "12"}), "clientInfo"),
        (json!({"amount": 1, "timeoutSeconds": 9}), "timeoutSeconds"),
        (json!({"amount": 1, "tipCollect": "maybe"}), "tipCollect"),
    ] {
        assert_eq!(complaints(&body), fields, "{body}");
    }
}

#[test]
fn a_currency_is_answered_as_it_was_asked() {
    for (spelt, currency) in
        [(json!("czk"), Currency::CZK), (json!(978), Currency::EUR), (json!("348"), Currency::HUF)]
    {
        let request = read(&json!({"amount": 1, "currencyCode": spelt})).unwrap();
        assert_eq!(request.currency.as_ref().unwrap().currency, currency);
        assert_eq!(crate::record::Record::of(&request).spelt(Currency::CZK), spelt);
    }
}

#[test]
fn decimals_are_read_without_floating_point() {
    let profile = Profile::parse("amount_unit = \"major\"").unwrap();
    let amount = |value: Value| {
        let body = json!({"amount": value});
        Reader::new(&profile, body.as_object().unwrap()).transaction().ok()?.amount.map(Minor::get)
    };
    for (value, minor) in [
        (json!(50), Some(5_000)),
        (json!(50.5), Some(5_050)),
        (json!("50.05"), Some(5_005)),
        (json!("0.01"), Some(1)),
        (json!("1,50"), None),
        (json!("1.505"), None),
        (json!("1e3"), None),
        (json!(".5"), None),
    ] {
        assert_eq!(amount(value.clone()), minor, "{value}");
    }
}
