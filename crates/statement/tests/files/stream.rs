//! A million movements: what is in memory at once has a bound that does not depend on how many there are.

use domain::{Minor, Timestamp};
use jiff::civil::date;
use statement::{AboVersion, CHUNK_BYTES, Chunks, Encoding, Format, Kind, MAX_CHUNK_BYTES, Movement, Totals};

use crate::sample::{formats, statement};

const MILLION: u64 = 1_000_000;

/// A month of movements, made when they are asked for.
fn movements(start: Timestamp, count: u64) -> impl Iterator<Item = Movement> {
    (0..count).map(move |number| {
        let step = i64::try_from(number).unwrap();
        let gross = 10_000 + step % 977;
        Movement {
            fee: Minor::new(-(gross / 100)),
            payment: (3_000_000_001 + number).to_string(),
            order: format!("2026{number:06}"),
            counterparty: "Jiří Dvořák".to_owned(),
            description: "Nákup na e-shopu".to_owned(),
            ..Movement::new(
                number + 1,
                Timestamp::from_millis(start.millis() + step * 2_000),
                Kind::Payment,
                Minor::new(gross),
            )
        }
    })
}

/// Writes a million and says how many bytes and line ends there were.
fn stream(format: Format) -> (usize, usize) {
    let head = statement(date(2026, 3, 1), date(2026, 3, 31), 0);
    let (start, _) = head.period.moments().unwrap();
    let mut totals = Totals::default();
    for movement in movements(start, MILLION) {
        totals.count(&movement);
    }
    let (mut bytes, mut lines, mut chunks) = (0, 0, 0);
    for chunk in Chunks::new(format, head, totals, movements(start, MILLION)) {
        let chunk = chunk.unwrap();
        assert!(chunk.len() <= CHUNK_BYTES + 4_096, "{} bytes at once", chunk.len());
        assert!(chunk.capacity() <= MAX_CHUNK_BYTES, "{} bytes kept", chunk.capacity());
        bytes += chunk.len();
        lines += chunk.iter().filter(|byte| **byte == b'\n').count();
        chunks += 1;
    }
    assert!(chunks >= bytes / (CHUNK_BYTES + 4_096));
    (bytes, lines)
}

#[test]
fn a_million_movements_as_csv() {
    let (_, lines) = stream(Format::CsvA);
    assert_eq!(lines, 1_000_010);
}

#[test]
fn a_million_movements_as_abo() {
    // A head, and for each payment a line for it and one for its fee.
    let (bytes, lines) = stream(Format::AboA);
    assert_eq!(lines, 2_000_001);
    assert_eq!(bytes, 2_000_001 * 130);
}

#[test]
fn a_million_movements_as_comgates_abo_with_one_line_of_fees() {
    let (bytes, lines) = stream(Format::ComgateAbo(AboVersion::V2, Encoding::Windows1250));
    assert_eq!(lines, 1_000_002);
    assert_eq!(bytes, 1_000_002 * 130);
}

#[test]
fn the_largest_row_there_can_be_stays_below_the_bound_in_every_format() {
    let head = statement(date(2026, 3, 1), date(2026, 3, 31), 0);
    let (start, _) = head.period.moments().unwrap();
    // What takes most room: quotes in CSV, ampersands in XML, four bytes a character in UTF-8, and the largest
    // amount, which is many ABO records.
    for text in ["\"".repeat(100_000), "&".repeat(100_000), "𝔛".repeat(100_000)] {
        let movement = |id: u64| Movement {
            payment: text.clone(),
            parent: text.clone(),
            order: text.clone(),
            counterparty: text.clone(),
            payer_email: text.clone(),
            method: text.clone(),
            card_brand: text.clone(),
            instrument: text.clone(),
            description: text.clone(),
            parameters: vec![(text.clone(), text.clone()); 9],
            fee: Minor::new(-99_999_999_999_998),
            ..Movement::new(id, start, Kind::Payment, Minor::new(99_999_999_999_999))
        };
        for format in formats().into_iter().filter(|format| format.streams()) {
            let mut totals = Totals::default();
            totals.count(&movement(1));
            let chunks = Chunks::new(format, head.clone(), totals, [movement(1)]);
            for chunk in chunks {
                assert!(chunk.unwrap().len() <= MAX_CHUNK_BYTES - CHUNK_BYTES, "{format:?}");
            }
        }
    }
}

#[test]
fn a_pdf_of_very_many_movements_tells_sums_of_days() {
    let mut head = statement(date(2026, 3, 1), date(2026, 3, 31), 0);
    head.opening = Minor::new(-100);
    let (start, _) = head.period.moments().unwrap();
    let count = 100_000;
    let mut totals = Totals::default();
    for movement in movements(start, count) {
        totals.count(&movement);
    }
    let mut bytes = Vec::new();
    for chunk in Chunks::new(Format::PdfA, head.clone(), totals, movements(start, count)) {
        let chunk = chunk.unwrap();
        assert!(chunk.len() <= MAX_CHUNK_BYTES);
        bytes.extend(chunk);
    }
    let read = crate::pdf::read(&bytes);
    assert_eq!(read.rows.len(), 3, "100 000 movements two seconds apart are of three days");
    assert_eq!(read.opening, -100);
    assert_eq!(read.closing, totals.closing(head.opening).get());
    assert_eq!(read.rows.last().unwrap().balance, read.closing);
}
