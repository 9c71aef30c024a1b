//! One small statement in every kind of file, byte for byte.

use statement::{AboVersion, Encoding, Error, Format, Movement, Totals};

use crate::sample::{file, march, statement, utf8};

fn lines(format: Format) -> Vec<String> {
    let (statement, movements) = march();
    let text = utf8(format, &statement, &movements);
    assert!(text.ends_with("\r\n"));
    text.trim_end().split("\r\n").map(str::to_owned).collect()
}

#[test]
fn csv_a_has_a_head_and_czech_columns() {
    assert_eq!(
        lines(Format::CsvA),
        [
            "Obchodník;Květinářství U Řeky, s. r. o.",
            "GoID;8123456789",
            "Poskytovatel;GOPAY s.r.o.",
            "Vytvořeno;01.04.2026 06:30:00",
            "Období;01.03.2026 - 31.03.2026",
            "Měna;CZK",
            "Počáteční zůstatek;0,00",
            "Konečný zůstatek;0,00",
            "",
            "Datum a čas;ID pohybu;Typ;ID platby;Číslo objednávky;Platební metoda;Protistrana;Částka;Poplatek;\
             Zůstatek;Měna;Popis",
            "28.03.2026 23:59:59;101;Platba;3000000001;2026000123;PAYMENT_CARD;\"Žofie \"\"Žížala\"\"; Nováková\";\
             613,00;-6,01;606,99;CZK;\"'=HYPERLINK(\"\"http://example.com\"\")\"",
            "29.03.2026 03:00:00;102;Vrácení platby;3000000001;objednávka 5;;;-100,00;1,00;507,99;CZK;\
             \"'-1+cmd|' /C calc'!A0\"",
            "30.03.2026 12:00:00;103;Poplatek;;;;;-19,00;0,00;488,99;CZK;Poplatek za vedení účtu",
            "31.03.2026 23:59:59;104;Výplata;;;;;-488,99;0,00;0,00;CZK;",
        ]
    );
}

#[test]
fn csv_b_is_csv_a_without_a_head() {
    assert_eq!(lines(Format::CsvB), lines(Format::CsvA).split_off(9));
}

#[test]
fn csv_c_is_for_machines() {
    let lines = lines(Format::CsvC);
    assert_eq!(
        lines[..2],
        [
            "Date and time,Movement ID,Type,Payment ID,Order number,Payment method,Counterparty,Amount,Fee,\
             Balance,Currency,Description",
            "2026-03-28T23:59:59+01:00,101,PAYMENT,3000000001,2026000123,PAYMENT_CARD,\
             \"Žofie \"\"Žížala\"\"; Nováková\",613.00,-6.01,606.99,CZK,\
             \"'=HYPERLINK(\"\"http://example.com\"\")\"",
        ]
    );
    // The hour between two and three does not exist that night.
    assert!(lines[2].starts_with("2026-03-29T03:00:00+02:00,102,REFUND,"), "{}", lines[2]);
}

#[test]
fn csv_d_and_csv_e_add_columns_on_the_right() {
    let (c, d, e) = (lines(Format::CsvC), lines(Format::CsvD), lines(Format::CsvE));
    let details = [
        ",Parent payment ID,Card or account,Payer e-mail,Net amount",
        ",,VISA 418803******0003,zofie@example.com,606.99",
        ",3000000001,,,-99.00",
        ",,,,-19.00",
        ",,,,-488.99",
    ];
    let parameters = [
        ",Parameter 1,Parameter 2,Parameter 3,Parameter 4",
        ",invoice=2026;1,table=4,,",
        ",,,,",
        ",,,,",
        ",,,,",
    ];
    for (row, (details, parameters)) in details.iter().zip(parameters).enumerate() {
        assert_eq!(d[row], format!("{}{details}", c[row]));
        assert_eq!(e[row], format!("{}{parameters}", d[row]));
    }
}

/// A record cut into its fields, with a bar between them.
fn fields(record: &str) -> String {
    let widths: &[usize] = if record.starts_with("074") {
        &[3, 16, 20, 6, 14, 1, 14, 1, 14, 1, 14, 1, 3, 6, 14]
    } else {
        &[3, 16, 16, 13, 12, 1, 10, 10, 10, 6, 20, 1, 4, 6]
    };
    let mut letters = record.chars();
    let mut field = |width: &usize| letters.by_ref().take(*width).collect::<String>();
    let fields: Vec<String> = widths.iter().map(&mut field).collect();
    assert_eq!(letters.next(), None, "{record}");
    fields.join("|")
}

#[test]
fn abo_in_its_two_forms() {
    let (statement, movements) = march();
    let edit = file(Format::AboA, &statement, &movements);
    // Bytes of Windows-1250, shown as if they were Latin-1.
    let text: String = edit.iter().map(|byte| char::from(*byte)).collect();
    let records: Vec<String> = text.lines().map(fields).collect();
    let zeros = "0000000000000000";
    assert_eq!(statement.account.edit_form(), "0203002345678908");
    assert_eq!(
        records,
        [
            "074|0203002345678908|Kv\u{ec}tin\u{e1}\u{f8}stv\u{ed} U \u{d8}eky,|280226|00000000000000|+|00000000000000|+\
             |00000000061400|0|00000000061400|0|007|310326|              "
                .to_owned(),
            format!(
                "075|0203002345678908|{zeros}|0000000001010|000000061300|2|2026000123|0000000000|0000000000|280326\
                 |\u{8e}ofie \"\u{8e}\u{ed}\u{9e}ala\"; Nov\u{e1}|0|0203|280326"
            ),
            format!(
                "075|0203002345678908|{zeros}|0000000001011|000000000601|1|2026000123|0000000000|0000000000|280326\
                 |Poplatek            |0|0203|280326"
            ),
            format!(
                "075|0203002345678908|{zeros}|0000000001020|000000010000|1|3000000001|0000000000|0000000000|290326\
                 |-1+cmd|' /C calc'!A0|0|0203|290326"
            ),
            format!(
                "075|0203002345678908|{zeros}|0000000001021|000000000100|2|3000000001|0000000000|0000000000|290326\
                 |Poplatek            |0|0203|290326"
            ),
            format!(
                "075|0203002345678908|{zeros}|0000000001030|000000001900|1|0000000000|0000000000|0000000000|300326\
                 |Poplatek za veden\u{ed} \u{fa}|0|0203|300326"
            ),
            "075|0203002345678908|0000192000145399|0000000001040|000000048899|1|8123456789|0008000000|0000000000\
             |010426|V\u{fd}plata             |0|0203|310326"
                .to_owned(),
        ]
    );

    let internal = file(Format::AboB, &statement, &movements);
    let own = statement.account.internal_form();
    assert!(
        internal
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .all(|record| { record[3..19] == *own.as_bytes() && record.len() == 129 })
    );
    assert_eq!(internal.len(), edit.len());
}

#[test]
fn comgate_tells_fees_line_by_line_or_together() {
    let codes = |version| {
        let (statement, movements) = march();
        let text = utf8(Format::ComgateAbo(version, Encoding::Utf8), &statement, &movements);
        let items = text.lines().skip(1).map(|line| line.chars().collect::<Vec<char>>());
        let column = |line: &[char], from: usize, to: usize| line[from..to].iter().collect::<String>();
        items
            .map(|line| {
                format!(
                    "{}{} {} {}",
                    column(&line, 48, 60).trim_start_matches('0'),
                    if line[60] == '1' { "-" } else { "+" },
                    column(&line, 61, 71),
                    column(&line, 97, 117).trim_end(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        codes(AboVersion::V1),
        [
            "61300+ 2026000123 3000000001",
            "601- 0123456789 Poplatek",
            "10000- 0000000000 3000000001",
            "100+ 0123456789 Poplatek",
            "1900- 0123456789 Poplatek",
            "48899- 8123456789 Květinářství U Řeky,",
        ]
    );
    assert_eq!(
        codes(AboVersion::V2),
        [
            "61300+ 2026000123 3000000001",
            "10000- 0000000000 3000000001",
            "2501- 0123456789 Poplatky",
            "100+ 0123456789 Vrácené poplatky",
            "48899- 8123456789 Květinářství U Řeky,",
        ]
    );
}

#[test]
fn comgates_daily_csv_quotes_everything_and_ends_in_sums() {
    assert_eq!(
        lines(Format::ComgateCsv(Encoding::Utf8)),
        [
            "\u{feff}\"Merchant\";\"ID ComGate\";\"Metoda\";\"Potvrzená částka\";\"Převedená částka\";\"Produkt\";\
             \"Variabilní symbol převodu\";\"ID od klienta\"",
            "\"8123456789\";\"3000000001\";\"PAYMENT_CARD\";\"613,00\";\"606,99\";\
             \"'=HYPERLINK(\"\"http://example.com\"\")\";\"0123456789\";\"2026000123\"",
            "\"8123456789\";\"3000000001\";\"\";\"-100,00\";\"-99,00\";\"'-1+cmd|' /C calc'!A0\";\"0123456789\";\
             \"objednávka 5\"",
            "\"8123456789\";\"\";\"\";\"0,00\";\"-19,00\";\"Poplatek za vedení účtu\";\"0123456789\";\"\"",
            "\"suma\";\"\";\"\";\"513,00\";\"488,99\";\"\";\"\";\"\"",
        ]
    );
    let (statement, movements) = march();
    let bytes = file(Format::ComgateCsv(Encoding::Windows1250), &statement, &movements);
    assert!(bytes.starts_with(b"\"Merchant\""));
    assert!(bytes.windows(6).any(|part| part == b"\xe8\xe1stka"), "no č and á of Windows-1250");
}

#[test]
fn an_empty_period_still_has_a_file_in_every_format() {
    let (statement, _) = march();
    for format in crate::sample::formats() {
        let bytes = file(format, &statement, &[]);
        assert!(!bytes.is_empty(), "{format:?}");
    }
}

#[test]
fn a_statement_that_does_not_add_up_is_refused() {
    let (statement, movements) = march();
    let mut promised: Totals = movements.iter().collect();
    promised.credits = promised.credits.plus(domain::Minor::new(1));
    for format in crate::sample::formats() {
        let mut sink = Vec::new();
        let refused =
            statement::write(format, statement.clone(), promised, movements.iter().cloned(), &mut sink);
        assert!(matches!(refused, Err(Error::DoesNotAddUp { .. })), "{format:?}");
    }
}

#[test]
fn a_movement_of_another_day_and_an_amount_beyond_fourteen_digits_are_refused() {
    let (head, movements) = march();
    let first = head.period.from();
    let early: Vec<Movement> = movements.clone();
    let head = statement(first.tomorrow().unwrap(), jiff::civil::date(2026, 3, 28), 0);
    let totals: Totals = early.iter().collect();
    let refused = statement::write(Format::CsvB, head.clone(), totals, early, &mut Vec::new());
    assert!(matches!(refused, Err(Error::OutsidePeriod(102))));

    let huge = Movement { gross: domain::Minor::new(100_000_000_000_000), ..movements[0].clone() };
    let totals: Totals = [&huge].into_iter().collect();
    let refused = statement::write(Format::CsvB, head, totals, [huge], &mut Vec::new());
    assert!(matches!(refused, Err(Error::TooLarge)));
}
