//! Whatever happens in a month: in every format the rows lead from the opening balance to the closing one, and all
//! formats say the same.

use domain::{Minor, Timestamp};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use statement::{AboVersion, Encoding, Format, Kind, Movement, Statement};

use crate::read::{abo, amount, csv, spreadsheet};
use crate::sample::{file, statement, utf8};

/// A leap February, and the months in which the clocks change.
const MONTHS: [(Date, Date); 4] = [
    (date(2028, 2, 1), date(2028, 2, 29)),
    (date(2026, 3, 1), date(2026, 3, 31)),
    (date(2026, 10, 1), date(2026, 10, 31)),
    (date(2026, 12, 1), date(2026, 12, 31)),
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[0-9]{1,12}",
        "[A-Za-zěščřžýáíé ]{1,40}",
        "[=+@-][A-Z0-9()!;,\"']{0,20}",
        "[\"';,\r\n\t<>&|\\\\]{1,10}",
        "\\PC{0,60}",
        any::<String>(),
        Just("errors error_code".to_owned()),
    ]
}

fn any_amount() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => -200_000_i64..200_000,
        2 => Just(0_i64),
        1 => -1_000_000_000_000_i64..=1_000_000_000_000,
    ]
}

fn any_movement() -> impl Strategy<Value = (f64, Kind, i64, i64, Vec<String>)> {
    let kind = proptest::sample::select(&Kind::ALL[..]);
    (0.0..1.0, kind, any_amount(), any_amount(), proptest::collection::vec(text(), 10))
}

/// A month with its movements in the order of time.
fn any_month(most: usize) -> impl Strategy<Value = (Statement, Vec<Movement>)> {
    let month = proptest::sample::select(&MONTHS[..]);
    let movements = proptest::collection::vec(any_movement(), 0..most);
    (month, -1_000_000_000_i64..1_000_000_000, text(), movements).prop_map(
        |(month, opening, owner, drafts)| {
            let head = Statement { owner, ..statement(month.0, month.1, opening) };
            let (start, end) = head.period.moments().unwrap();
            let length = end.since(start).millis();
            let mut times: Vec<i64> = drafts.iter().map(|draft| place(draft.0, length)).collect();
            times.sort_unstable();
            let movements = drafts.into_iter().zip(times).zip(1..).map(|((draft, time), id)| {
                let at = Timestamp::from_millis(start.millis() + time);
                movement(id, at, draft.1, draft.2, draft.3, draft.4)
            });
            (head, movements.collect())
        },
    )
}

/// A moment of the period, its first and its last among them.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any moment will do")]
fn place(share: f64, length: i64) -> i64 {
    match share {
        share if share < 0.05 => 0,
        share if share > 0.95 => length - 1,
        share => (share * length as f64) as i64,
    }
}

fn movement(id: u64, at: Timestamp, kind: Kind, gross: i64, fee: i64, texts: Vec<String>) -> Movement {
    let mut texts = texts.into_iter();
    let mut text = || texts.next().unwrap_or_default();
    Movement {
        fee: Minor::new(fee),
        payment: text(),
        parent: text(),
        order: text(),
        counterparty: text(),
        payer_email: text(),
        method: text(),
        instrument: text(),
        description: text(),
        parameters: vec![(text(), text())],
        ..Movement::new(id, at, kind, Minor::new(gross))
    }
}

/// What every format has to say of a movement, in the order of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    id: u64,
    gross: i64,
    fee: i64,
}

fn truth(movements: &[Movement]) -> Vec<Line> {
    let line =
        |movement: &Movement| Line { id: movement.id, gross: movement.gross.get(), fee: movement.fee.get() };
    movements.iter().map(line).collect()
}

/// A table's rows, and the balance it ends with. The balances after each row have to add up on the way.
fn of_table(rows: &[Vec<String>], mark: char, opening: i64) -> (Vec<Line>, i64) {
    let mut balance = opening;
    let mut lines = vec![];
    for row in rows {
        let line =
            Line { id: row[1].parse().unwrap(), gross: amount(&row[7], mark), fee: amount(&row[8], mark) };
        balance += line.gross + line.fee;
        assert_eq!(amount(&row[9], mark), balance, "the balance after {line:?}");
        lines.push(line);
    }
    (lines, balance)
}

fn of_csv(format: Format, head: &Statement, movements: &[Movement]) -> (Vec<Line>, i64) {
    let text = utf8(format, head, movements);
    assert!(!text.contains("errors") && !text.contains("error_code"), "a client takes this for a refusal");
    let opening = head.opening.get();
    let (separator, mark, titles) = match format {
        Format::CsvA | Format::CsvB => (';', ',', 12),
        Format::CsvC => (',', '.', 12),
        Format::CsvD => (',', '.', 16),
        _ => (',', '.', 20),
    };
    let mut rows = csv(&text, separator);
    let mut said = None;
    if format == Format::CsvA {
        let head = |name: &str| amount(&rows.iter().find(|row| row[0] == name).unwrap()[1], mark);
        assert_eq!(head("Počáteční zůstatek"), opening);
        said = Some(head("Konečný zůstatek"));
        rows.drain(..9);
    }
    assert!(rows.iter().all(|row| row.len() == titles), "as many cells as titles");
    let rows = rows.split_off(1);
    assert_no_formula(&rows);
    let (lines, closing) = of_table(&rows, mark, opening);
    assert_eq!(said.unwrap_or(closing), closing);
    if titles > 12 {
        for (row, line) in rows.iter().zip(&lines) {
            assert_eq!(amount(&row[15], mark), line.gross + line.fee);
        }
    }
    (lines, closing)
}

fn of_xls(format: Format, head: &Statement, movements: &[Movement]) -> (Vec<Line>, i64) {
    let mut rows = spreadsheet(&utf8(format, head, movements));
    let opening = head.opening.get();
    let mut said = None;
    if format == Format::XlsA {
        assert_eq!(amount(&rows[6][1], '.'), opening);
        said = Some(amount(&rows[7][1], '.'));
        rows.drain(..9);
    }
    let rows = rows.split_off(1);
    assert_no_formula(&rows);
    let (lines, closing) = of_table(&rows, '.', opening);
    assert_eq!(said.unwrap_or(closing), closing);
    (lines, closing)
}

/// No cell but an amount begins like a formula.
fn assert_no_formula(rows: &[Vec<String>]) {
    for row in rows {
        let texts = row.iter().enumerate().filter(|(place, _)| ![7, 8, 9, 15].contains(place));
        for (_, cell) in texts {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell:?}");
            assert!(!cell.contains(char::is_control), "{cell:?}");
        }
    }
}

/// The sums of an ABO by the last digit of the document number, which says which amount of a movement it is.
struct Abo {
    lines: Vec<Line>,
    fees_together: i64,
    closing: i64,
}

fn of_abo(format: Format, head: &Statement, movements: &[Movement]) -> Abo {
    let bytes = file(format, head, movements);
    let text = match format {
        Format::ComgateAbo(_, Encoding::Utf8) => String::from_utf8(bytes).unwrap(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let (first, items) = abo(&text);
    assert_eq!(first.opening, head.opening.get());
    let sum = |sign: i64| {
        items.iter().map(|item| item.amount).filter(|amount| amount.signum() == sign).sum::<i64>()
    };
    assert_eq!((sum(1), -sum(-1)), (first.credits, first.debits), "the turnovers of the head");
    assert_eq!(first.opening + first.credits - first.debits, first.closing);
    let mut lines: Vec<Line> = vec![];
    let mut fees_together = 0;
    for item in items {
        let (id, part) = (item.document / 10, item.document % 10);
        if part > 1 {
            fees_together += item.amount;
            continue;
        }
        if lines.last().is_none_or(|line| line.id != id) {
            lines.push(Line { id, gross: 0, fee: 0 });
        }
        let line = lines.last_mut().unwrap();
        *(if part == 0 { &mut line.gross } else { &mut line.fee }) += item.amount;
    }
    Abo { lines, fees_together, closing: first.closing }
}

/// What ABO has no place for: movements of nothing.
fn moving(lines: &[Line]) -> Vec<Line> {
    lines.iter().copied().filter(|line| line.gross != 0 || line.fee != 0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_table_and_every_abo_leads_from_opening_to_closing((head, movements) in any_month(40)) {
        let truth = truth(&movements);
        let closing = head.opening.get() + truth.iter().map(|line| line.gross + line.fee).sum::<i64>();
        for format in [Format::CsvA, Format::CsvB, Format::CsvC, Format::CsvD, Format::CsvE] {
            prop_assert_eq!(of_csv(format, &head, &movements), (truth.clone(), closing), "{:?}", format);
        }
        for format in [Format::XlsA, Format::XlsB, Format::XlsC] {
            prop_assert_eq!(of_xls(format, &head, &movements), (truth.clone(), closing), "{:?}", format);
        }
        let item_by_item = [Encoding::Utf8, Encoding::Windows1250].map(|it| Format::ComgateAbo(AboVersion::V1, it));
        for format in [Format::AboA, Format::AboB].into_iter().chain(item_by_item) {
            let read = of_abo(format, &head, &movements);
            prop_assert_eq!(read.lines, moving(&truth), "{:?}", format);
            prop_assert_eq!((read.fees_together, read.closing), (0, closing), "{:?}", format);
        }
    }

    #[test]
    fn comgates_summed_fees_come_to_the_same((head, movements) in any_month(40)) {
        let own_fee = |movement: &&Movement| movement.kind == Kind::Fee;
        let fees: i64 = movements.iter().map(|movement| movement.fee.get()).sum::<i64>()
            + movements.iter().filter(own_fee).map(|movement| movement.gross.get()).sum::<i64>();
        let others: Vec<Movement> = movements.iter().filter(|movement| !own_fee(movement)).cloned().collect();
        let grosses: Vec<Line> = truth(&others).iter().map(|line| Line { fee: 0, ..*line }).collect();
        for encoding in [Encoding::Utf8, Encoding::Windows1250] {
            let read = of_abo(Format::ComgateAbo(AboVersion::V2, encoding), &head, &movements);
            prop_assert_eq!(read.fees_together, fees);
            prop_assert_eq!(&read.lines, &moving(&grosses));
        }
    }

    #[test]
    fn comgates_daily_file_comes_to_what_is_paid_out((head, movements) in any_month(40)) {
        let text = utf8(Format::ComgateCsv(Encoding::Utf8), &head, &movements);
        let mut rows = csv(text.strip_prefix('\u{feff}').unwrap(), ';').split_off(1);
        let sums = rows.pop().unwrap();
        prop_assert_eq!(&sums[0], "suma");
        let column = |place: usize| rows.iter().map(|row| amount(&row[place], ',')).sum::<i64>();
        prop_assert_eq!(amount(&sums[3], ','), column(3));
        prop_assert_eq!(amount(&sums[4], ','), column(4));
        let transferred: Vec<i64> = rows.iter().map(|row| amount(&row[4], ',')).collect();
        let payouts = |movement: &&Movement| movement.kind == Kind::Payout;
        let nets = movements.iter().filter(|movement| !payouts(movement)).map(|movement| movement.net().get());
        prop_assert_eq!(transferred, nets.collect::<Vec<_>>());
        let paid_out: i64 = movements.iter().filter(payouts).map(|movement| movement.net().get()).sum();
        let net: i64 = movements.iter().map(|movement| movement.net().get()).sum();
        prop_assert_eq!(column(4) + paid_out, net);

        let windows = file(Format::ComgateCsv(Encoding::Windows1250), &head, &movements);
        let windows: String = windows.iter().map(|byte| char::from(*byte)).collect();
        let mut amounts = csv(&windows, ';').split_off(1);
        amounts.pop();
        let transferred: Vec<i64> = amounts.iter().map(|row| amount(&row[4], ',')).collect();
        prop_assert_eq!(transferred.iter().sum::<i64>(), column(4));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_pdf_says_what_csv_says((head, movements) in any_month(60)) {
        let read = crate::pdf::read(&file(Format::PdfA, &head, &movements));
        let (lines, closing) = of_csv(Format::CsvA, &head, &movements);
        prop_assert_eq!((read.opening, read.closing), (head.opening.get(), closing));
        let mut balance = read.opening;
        prop_assert_eq!(read.rows.len(), lines.len());
        for (row, line) in read.rows.iter().zip(lines) {
            balance += row.gross + row.fee;
            prop_assert_eq!((row.gross, row.fee, row.balance), (line.gross, line.fee, balance));
        }
    }
}
