//! Statements to write: a small one by hand, and the helpers that make a file of one.

use domain::{Currency, Minor, ShopId, Timestamp};
use jiff::civil::{Date, DateTime, date, datetime};
use jiff::tz::TimeZone;
use statement::{AboVersion, AccountNumber, Encoding, Format, Kind, Movement, Period, Statement, Totals};

/// Every format there is.
pub(crate) fn formats() -> Vec<Format> {
    let mut formats: Vec<Format> =
        Format::gopay_names().map(|name| Format::of_gopay(name).unwrap()).collect();
    for encoding in [Encoding::Utf8, Encoding::Windows1250] {
        formats.push(Format::ComgateCsv(encoding));
        formats.push(Format::ComgateAbo(AboVersion::V1, encoding));
        formats.push(Format::ComgateAbo(AboVersion::V2, encoding));
    }
    formats
}

pub(crate) fn at(local: DateTime) -> Timestamp {
    let prague = TimeZone::get("Europe/Prague").unwrap();
    Timestamp::from_millis(local.to_zoned(prague).unwrap().timestamp().as_millisecond())
}

pub(crate) fn statement(from: Date, to: Date, opening: i64) -> Statement {
    Statement {
        provider: "GOPAY s.r.o.".to_owned(),
        owner: "Květinářství U Řeky, s. r. o.".to_owned(),
        login: "8123456789".to_owned(),
        account: AccountNumber::of_shop(ShopId::new(8_123_456_789), Currency::CZK),
        currency: Currency::CZK,
        period: Period::new(from, to).unwrap(),
        opening: Minor::new(opening),
        number: 7,
        issued: at(datetime(2026, 4, 1, 6, 30, 0, 0)),
        transfer: Some("0123456789".parse().unwrap()),
    }
}

pub(crate) fn march() -> (Statement, Vec<Movement>) {
    let payment = Movement {
        fee: Minor::new(-601),
        payment: "3000000001".to_owned(),
        order: "2026000123".to_owned(),
        counterparty: "Žofie \"Žížala\"; Nováková".to_owned(),
        payer_email: "zofie@example.com".to_owned(),
        method: "PAYMENT_CARD".to_owned(),
        card_brand: "VISA".to_owned(),
        instrument: "418803******0003".to_owned(),
        description: "=HYPERLINK(\"http://example.com\")".to_owned(),
        parameters: vec![("invoice".to_owned(), "2026;1".to_owned()), ("table".to_owned(), "4".to_owned())],
        ..Movement::new(101, at(datetime(2026, 3, 28, 23, 59, 59, 0)), Kind::Payment, Minor::new(61_300))
    };
    let refund = Movement {
        fee: Minor::new(100),
        payment: "3000000001".to_owned(),
        parent: "3000000001".to_owned(),
        order: "objednávka 5".to_owned(),
        description: "-1+cmd|' /C calc'!A0".to_owned(),
        ..Movement::new(102, at(datetime(2026, 3, 29, 3, 0, 0, 0)), Kind::Refund, Minor::new(-10_000))
    };
    let fee = Movement {
        description: "Poplatek za vedení účtu".to_owned(),
        ..Movement::new(103, at(datetime(2026, 3, 30, 12, 0, 0, 0)), Kind::Fee, Minor::new(-1_900))
    };
    let payout = Movement {
        counter_account: Some("19-2000145399/0800".parse().unwrap()),
        symbol: Some("8123456789".parse().unwrap()),
        value_date: Some(date(2026, 4, 1)),
        ..Movement::new(104, at(datetime(2026, 3, 31, 23, 59, 59, 0)), Kind::Payout, Minor::new(-48_899))
    };
    (statement(date(2026, 3, 1), date(2026, 3, 31), 0), vec![payment, refund, fee, payout])
}

pub(crate) fn file(format: Format, statement: &Statement, movements: &[Movement]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let totals: Totals = movements.iter().collect();
    statement::write(format, statement.clone(), totals, movements.iter().cloned(), &mut bytes).unwrap();
    bytes
}

/// The file's text, by the one table of Windows-1250 a test may have: that of the letters it uses.
pub(crate) fn utf8(format: Format, statement: &Statement, movements: &[Movement]) -> String {
    String::from_utf8(file(format, statement, movements)).unwrap()
}
