//! GoPay's CSV statements: UTF-8, CRLF, a text in quotes when it needs them. Czech files have semicolons and decimal
//! commas, English ones commas and decimal points.

use crate::cells::{Cell, Language, Table, head_lines};
use crate::writer::{Error, Head, Layout, Row};

pub(crate) struct Csv {
    table: &'static Table,
    line: String,
}

impl Csv {
    pub(crate) const fn new(table: &'static Table) -> Self {
        Self { table, line: String::new() }
    }

    fn write(&mut self, cells: impl Iterator<Item = String>, out: &mut Vec<u8>) {
        let separator = match self.table.language {
            Language::Czech => ';',
            Language::English => ',',
        };
        self.line.clear();
        for (place, cell) in cells.enumerate() {
            if place > 0 {
                self.line.push(separator);
            }
            quote_if_needed(&cell, separator, &mut self.line);
        }
        self.line.push_str("\r\n");
        out.extend_from_slice(self.line.as_bytes());
    }
}

impl Layout for Csv {
    fn begin(&mut self, head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        let language = self.table.language;
        if self.table.with_head {
            for (name, value) in head_lines(head) {
                self.write([name.to_owned(), value.spell(language)].into_iter(), out);
            }
            out.extend_from_slice(b"\r\n");
        }
        self.write(self.table.titles().map(str::to_owned), out);
        Ok(())
    }

    fn row(&mut self, head: &Head, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let table = self.table;
        let spell = |cell: Cell| cell.spell(table.language);
        self.write(table.cells(head, row).map(spell), out);
        Ok(())
    }

    fn end(&mut self, _head: &Head, _out: &mut Vec<u8>) -> Result<(), Error> {
        Ok(())
    }
}

fn quote_if_needed(cell: &str, separator: char, line: &mut String) {
    let plain = !cell.contains([separator, '"', '\'']);
    if plain { line.push_str(cell) } else { quote(cell, line) }
}

/// The cell in quotes, those inside doubled.
pub(crate) fn quote(cell: &str, line: &mut String) {
    line.push('"');
    for letter in cell.chars() {
        if letter == '"' {
            line.push('"');
        }
        line.push(letter);
    }
    line.push('"');
}
