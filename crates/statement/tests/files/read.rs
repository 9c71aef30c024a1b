//! Small readers of what is written, each from its format's description alone.

/// Lines of cells: quotes, doubled quotes, CRLF.
pub(crate) fn csv(text: &str, separator: char) -> Vec<Vec<String>> {
    let mut lines = vec![];
    let mut line = vec![];
    let mut cell = String::new();
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                cell.push('"');
                letters.next();
            }
            '"' => quoted = !quoted,
            '\r' if !quoted => {
                assert_eq!(letters.next(), Some('\n'), "a line that ends in CR alone");
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            plain if plain == separator && !quoted => line.push(std::mem::take(&mut cell)),
            plain => cell.push(plain),
        }
    }
    assert!(cell.is_empty() && line.is_empty() && !quoted, "the file ends in the middle of a line");
    lines
}

/// Hundredths of what two decimal places say.
pub(crate) fn amount(spelled: &str, mark: char) -> i64 {
    let (whole, hundredths) = spelled.rsplit_once(mark).unwrap_or_else(|| panic!("no amount: {spelled:?}"));
    assert_eq!(hundredths.len(), 2, "{spelled}");
    let digits = whole.trim_start_matches('-');
    assert!(!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()), "{spelled}");
    format!("{whole}{hundredths}").parse().unwrap()
}

/// The rows of every sheet of a SpreadsheetML workbook: what is between `Data` tags, cell by cell.
pub(crate) fn spreadsheet(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![];
    for part in text.split("<Row").skip(1) {
        if part.starts_with("/>") {
            rows.push(vec![]);
            continue;
        }
        let (row, _) = part.split_once("</Row>").unwrap();
        let cells = row.split("<Cell").skip(1).map(|cell| {
            let Some((_, data)) = cell.split_once("<Data") else { return String::new() };
            let (_, data) = data.split_once('>').unwrap();
            let (data, _) = data.split_once("</Data>").unwrap();
            assert!(!data.contains(['<', '>']), "{data}");
            data.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        });
        rows.push(cells.collect());
    }
    rows
}

/// What a 074 says.
pub(crate) struct AboHead {
    pub(crate) opening: i64,
    pub(crate) closing: i64,
    pub(crate) debits: i64,
    pub(crate) credits: i64,
}

/// What a 075 says.
pub(crate) struct AboItem {
    /// The movement, and which of its amounts.
    pub(crate) document: u64,
    pub(crate) amount: i64,
}

/// A file of records of 128 characters, one byte each in Windows-1250.
pub(crate) fn abo(records: &str) -> (AboHead, Vec<AboItem>) {
    let mut records: Vec<Vec<char>> = records.split("\r\n").map(|record| record.chars().collect()).collect();
    assert_eq!(records.pop(), Some(vec![]), "the last record has no end");
    let mut head = None;
    let mut items = vec![];
    for record in &records {
        assert_eq!(record.len(), 128, "{}", record.iter().collect::<String>());
        let field = |position: usize, length: usize| -> String {
            record[position - 1..position - 1 + length].iter().collect()
        };
        let number = |position, length| field(position, length).parse::<i64>().unwrap();
        let signed = |position| match field(position + 14, 1).as_str() {
            "+" => number(position, 14),
            "-" => -number(position, 14),
            other => panic!("a sign of {other:?}"),
        };
        match field(1, 3).as_str() {
            "074" => {
                assert!(head.is_none(), "two heads");
                let (opening, closing) = (signed(46), signed(61));
                head = Some(AboHead { opening, closing, debits: number(76, 14), credits: number(91, 14) });
            }
            "075" => {
                let sign = match field(61, 1).as_str() {
                    "1" => -1,
                    "2" => 1,
                    other => panic!("a posting code of {other:?}"),
                };
                let document = field(36, 13).parse().unwrap();
                assert!(
                    field(62, 36).bytes().all(|byte| byte.is_ascii_digit()),
                    "symbols and dates are digits"
                );
                items.push(AboItem { document, amount: sign * number(49, 12) });
            }
            other => panic!("a record {other}"),
        }
    }
    (head.expect("no head"), items)
}
