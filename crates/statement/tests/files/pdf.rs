//! A PDF as a screen reader gets it: the tree of tags, and for each tag the text that is marked as its own.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

use crate::read::amount;
use crate::sample::{file, march};

/// What the listing says.
pub(crate) struct Listing {
    pub(crate) opening: i64,
    pub(crate) closing: i64,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) cells: Vec<String>,
    pub(crate) gross: i64,
    pub(crate) fee: i64,
    pub(crate) balance: i64,
}

pub(crate) fn read(bytes: &[u8]) -> Listing {
    let (facts, mut lines) = tables(bytes);
    let fact = |name: &str| {
        let row = facts.iter().find(|row| row[0] == name).unwrap_or_else(|| panic!("no {name}"));
        amount_read(row[1].strip_suffix(" CZK").unwrap())
    };
    assert_eq!(lines[0][5..], ["Částka", "Poplatek", "Zůstatek"]);
    let rows = lines.split_off(1).into_iter().map(|cells| Row {
        gross: amount_read(&cells[5]),
        fee: amount_read(&cells[6]),
        balance: amount_read(&cells[7]),
        cells,
    });
    let listing = Listing {
        opening: fact("Počáteční zůstatek"),
        closing: fact("Konečný zůstatek"),
        rows: rows.collect(),
    };
    let turnover = fact("Připsáno") + fact("Odepsáno");
    assert_eq!(listing.opening + turnover, listing.closing);
    listing
}

fn amount_read(text: &str) -> i64 {
    amount(&text.replace('\u{a0}', "").replace('\u{2212}', "-"), ',')
}

/// A table: rows of cells.
type Table = Vec<Vec<String>>;

/// The two tables, which stand after a heading.
fn tables(bytes: &[u8]) -> (Table, Table) {
    let document = Document::parse(bytes);
    let root = document.objects.values().find(|object| object.is("Type", "StructTreeRoot")).unwrap();
    let [Value::Ref(top)] = root.list("K") else { panic!("no single root") };
    let top = &document.objects[top];
    let kinds: Vec<&str> = document.children(top).map(|child| child.name("S")).collect();
    assert_eq!(kinds, ["H1", "Table", "Table"]);
    let mut tables = document.children(top).skip(1).map(|table| {
        let rows = document.children(table).map(|row| {
            assert_eq!(row.name("S"), "TR");
            document.children(row).map(|cell| document.text_of(cell)).collect()
        });
        rows.collect()
    });
    (tables.next().unwrap(), tables.next().unwrap())
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Name(String),
    Text(Vec<u8>),
    Number(i64),
    Word(String),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
    Ref(i64),
}

impl Value {
    fn get(&self, key: &str) -> Option<&Value> {
        let Self::Map(map) = self else { return None };
        map.get(key)
    }

    fn is(&self, key: &str, name: &str) -> bool {
        self.get(key) == Some(&Self::Name(name.to_owned()))
    }

    fn name(&self, key: &str) -> &str {
        let Some(Self::Name(name)) = self.get(key) else { panic!("no name {key} in {self:?}") };
        name
    }

    fn list(&self, key: &str) -> &[Value] {
        let Some(Self::List(list)) = self.get(key) else { return &[] };
        list
    }

    fn reference(&self, key: &str) -> i64 {
        let Some(Self::Ref(number)) = self.get(key) else { panic!("no {key} in {self:?}") };
        *number
    }
}

/// The objects of a file, the streams among them unpacked, and what each page says by the marks in it.
struct Document {
    objects: BTreeMap<i64, Value>,
    said: BTreeMap<(i64, i64), String>,
}

impl Document {
    fn parse(bytes: &[u8]) -> Self {
        let mut objects = BTreeMap::new();
        let mut streams = BTreeMap::new();
        let mut reader = Reader { bytes, at: 0 };
        while let Some(number) = reader.next_object() {
            let Some(value) = reader.value() else { continue };
            reader.skip_space();
            if reader.rest().starts_with(b"stream\n") {
                let Some(Value::Number(length)) = value.get("Length") else { panic!("no length") };
                let start = reader.at + b"stream\n".len();
                let end = start + usize::try_from(*length).unwrap();
                let mut unpacked = Vec::new();
                if value.is("Filter", "FlateDecode") {
                    ZlibDecoder::new(&bytes[start..end]).read_to_end(&mut unpacked).unwrap();
                }
                streams.insert(number, unpacked);
                reader.at = end;
            }
            objects.insert(number, value);
        }
        let mut document = Self { objects, said: BTreeMap::new() };
        let pages: Vec<i64> = document
            .objects
            .iter()
            .filter(|(_, object)| object.is("Type", "Page"))
            .map(|(id, _)| *id)
            .collect();
        for page in pages {
            document.listen(page, &streams);
        }
        document
    }

    /// Notes what a page says by its marks.
    fn listen(&mut self, page: i64, streams: &BTreeMap<i64, Vec<u8>>) {
        let object = &self.objects[&page];
        let resources = &self.objects[&object.reference("Resources")];
        let Some(Value::Map(fonts)) = resources.get("Font") else { return };
        let letters: BTreeMap<&str, BTreeMap<u16, char>> = fonts
            .iter()
            .map(|(name, font)| {
                let Value::Ref(font) = font else { panic!("no font") };
                (name.as_str(), letters(&streams[&self.objects[font].reference("ToUnicode")]))
            })
            .collect();
        let mut reader = Reader { bytes: &streams[&object.reference("Contents")], at: 0 };
        let mut operands: Vec<Value> = vec![];
        let (mut mark, mut font, mut said) = (None, String::new(), String::new());
        let mut whole = None;
        let mut heard = vec![];
        while let Some(value) = reader.value() {
            let Value::Word(operator) = &value else {
                operands.push(value);
                continue;
            };
            match operator.as_str() {
                "BDC" => {
                    let properties = operands.pop().unwrap();
                    mark = properties.get("MCID").cloned();
                    whole = properties.get("ActualText").map(text_string);
                    said.clear();
                }
                "EMC" => {
                    if let Some(Value::Number(mark)) = mark.take() {
                        heard.push(((page, mark), whole.take().unwrap_or_else(|| said.clone())));
                    }
                }
                "Tf" => {
                    let Value::Name(name) = &operands[operands.len() - 2] else { panic!("no font") };
                    font.clone_from(name);
                }
                "Tj" | "TJ" => {
                    let parts = match operands.pop() {
                        Some(Value::List(parts)) => parts,
                        Some(text) => vec![text],
                        None => panic!("nothing to show"),
                    };
                    for part in parts {
                        let Value::Text(codes) = part else { continue };
                        let codes = codes.chunks(2).map(|code| u16::from_be_bytes([code[0], code[1]]));
                        said.extend(codes.map(|code| letters[font.as_str()][&code]));
                    }
                }
                _ => {}
            }
            operands.clear();
        }
        self.said.extend(heard);
    }

    fn children<'a>(&'a self, of: &'a Value) -> impl Iterator<Item = &'a Value> {
        of.list("K").iter().filter_map(|child| match child {
            Value::Ref(number) => Some(&self.objects[number]),
            _ => None,
        })
    }

    fn text_of(&self, cell: &Value) -> String {
        assert!(matches!(cell.name("S"), "TH" | "TD"));
        let page = cell.reference("Pg");
        let marks = cell.list("K").iter().map(|mark| {
            let Value::Number(mark) = mark else { panic!("no mark: {mark:?}") };
            self.said[&(page, *mark)].as_str()
        });
        marks.collect()
    }
}

/// Which character each code of a font is.
fn letters(map: &[u8]) -> BTreeMap<u16, char> {
    let map = String::from_utf8_lossy(map);
    assert!(!map.contains("beginbfrange"), "a reader that knows single characters only");
    let pairs = map.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"));
    pairs
        .filter(|(code, _)| *code != "0000")
        .map(|(code, letter)| {
            let units: Vec<u16> = letter
                .as_bytes()
                .chunks(4)
                .map(|hex| u16::from_str_radix(str::from_utf8(hex).unwrap(), 16).unwrap())
                .collect();
            let letter = char::decode_utf16(units).next().unwrap().unwrap();
            (u16::from_str_radix(code, 16).unwrap(), letter)
        })
        .collect()
}

fn text_string(value: &Value) -> String {
    let Value::Text(bytes) = value else { panic!("no text: {value:?}") };
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(units) => {
            let units: Vec<u16> =
                units.chunks(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]])).collect();
            String::from_utf16(&units).unwrap()
        }
        None => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// Reads values one after another.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn skip_space(&mut self) {
        while self.rest().first().is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Moves behind the next `N 0 obj` and says N.
    fn next_object(&mut self) -> Option<i64> {
        let mark = b" 0 obj\n";
        let found = self.rest().windows(mark.len()).position(|window| window == mark)?;
        let number = self.rest()[..found].rsplit(|byte| !byte.is_ascii_digit()).next()?;
        let number = str::from_utf8(number).unwrap().parse().unwrap();
        self.at += found + mark.len();
        Some(number)
    }

    fn word(&mut self) -> String {
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b"()<>[]/".contains(byte);
        let length = self.rest().iter().position(ends).unwrap_or(self.rest().len());
        let word = String::from_utf8_lossy(&self.rest()[..length]).into_owned();
        self.at += length;
        word
    }

    fn value(&mut self) -> Option<Value> {
        self.skip_space();
        let first = *self.rest().first()?;
        if self.rest().starts_with(b"<<") {
            self.at += 2;
            return Some(self.map());
        }
        self.at += 1;
        Some(match first {
            b'/' => Value::Name(self.word()),
            b'(' => Value::Text(self.literal()),
            b'<' => Value::Text(self.hexadecimal()),
            b'[' => Value::List(self.values_until(b"]")),
            _ => {
                self.at -= 1;
                self.number_or_word()?
            }
        })
    }

    fn map(&mut self) -> Value {
        let values = self.values_until(b">>");
        let pairs = values.chunks(2).map(|pair| {
            let [Value::Name(key), value] = pair else { panic!("no pair: {pair:?}") };
            (key.clone(), value.clone())
        });
        Value::Map(pairs.collect())
    }

    fn values_until(&mut self, end: &[u8]) -> Vec<Value> {
        let mut values = vec![];
        loop {
            self.skip_space();
            if self.rest().starts_with(end) {
                self.at += end.len();
                return values;
            }
            values.push(self.value().expect("an end"));
        }
    }

    fn number_or_word(&mut self) -> Option<Value> {
        let word = self.word();
        if word.is_empty() {
            return None;
        }
        let Ok(number) = word.parse() else {
            // Numbers with a point are coordinates, which say nothing.
            let coordinate = word.parse::<f64>().is_ok();
            return Some(if coordinate { Value::Number(0) } else { Value::Word(word) });
        };
        if self.rest().starts_with(b" 0 R") {
            self.at += 4;
            return Some(Value::Ref(number));
        }
        Some(Value::Number(number))
    }

    fn literal(&mut self) -> Vec<u8> {
        let mut text = vec![];
        let mut depth = 1;
        loop {
            let byte = self.bytes[self.at];
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => return text,
                b')' => depth -= 1,
                b'\\' => {
                    text.push(self.escaped());
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    fn escaped(&mut self) -> u8 {
        let byte = self.bytes[self.at];
        self.at += 1;
        match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let octal = &self.bytes[self.at - 1..self.at + 2];
                self.at += 2;
                u8::from_str_radix(str::from_utf8(octal).unwrap(), 8).unwrap()
            }
            other => other,
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let length = self.rest().iter().position(|byte| *byte == b'>').unwrap();
        let digits = str::from_utf8(&self.rest()[..length]).unwrap().to_owned();
        self.at += length + 1;
        digits
            .as_bytes()
            .chunks(2)
            .map(|hex| u8::from_str_radix(str::from_utf8(hex).unwrap(), 16).unwrap())
            .collect()
    }
}

#[test]
fn a_screen_reader_hears_the_whole_statement() {
    let (statement, movements) = march();
    let listing = read(&file(statement::Format::PdfA, &statement, &movements));
    assert_eq!((listing.opening, listing.closing), (0, 0));
    let cells: Vec<String> = listing.rows.iter().map(|row| row.cells.join(" | ")).collect();
    assert_eq!(
        cells,
        [
            "28.03.2026 23:59:59 | Platba | 3000000001 | 2026000123 | Žofie \"Žížala\"; Nováková, \
             =HYPERLINK(\"http://example.com\"), PAYMENT_CARD | 613,00 | −6,01 | 606,99",
            "29.03.2026 03:00:00 | Vrácení platby | 3000000001 | objednávka 5 | -1+cmd|' /C calc'!A0 | −100,00 | \
             1,00 | 507,99",
            "30.03.2026 12:00:00 | Poplatek |  |  | Poplatek za vedení účtu | −19,00 | 0,00 | 488,99",
            "31.03.2026 23:59:59 | Výplata |  |  |  | −488,99 | 0,00 | 0,00",
        ]
    );
}

#[test]
fn a_pdf_says_that_it_is_accessible_and_in_czech() {
    let (statement, movements) = march();
    let bytes = file(statement::Format::PdfA, &statement, &movements);
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    for sign in [
        "%PDF-1.7",
        "/Lang(cs)",
        "<pdfuaid:part>1</pdfuaid:part>",
        "/MarkInfo<</Marked true",
        "/DisplayDocTitle true",
    ] {
        assert!(text.contains(sign), "no {sign}");
    }
}

#[test]
fn a_listing_goes_on_over_pages() {
    let (statement, movements) = march();
    let many: Vec<_> = movements.iter().cycle().take(120).cloned().collect();
    let listing = read(&file(statement::Format::PdfA, &statement, &many));
    assert_eq!(listing.rows.len(), 120);
    assert_eq!(listing.rows.last().unwrap().balance, listing.closing);
}
