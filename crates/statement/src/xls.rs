//! Spreadsheets as XML (SpreadsheetML 2003), which every spreadsheet program opens by the name `.xls`. It was taken
//! because it can be written row by row and because an amount in it is a decimal text: the newer container's
//! libraries keep numbers as floats.

use std::fmt::Write;

use crate::amount::Decimal;
use crate::cells::{Cell, Language, Table, head_lines};
use crate::writer::{Error, Head, Layout, Row};

/// How many rows stand on a sheet: a spreadsheet program reads 1 048 576 and leaves out the rest.
const ROWS_ON_A_SHEET: u64 = 1_000_000;

const BEGINNING: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Styles>
<Style ss:ID="title"><Font ss:Bold="1"/></Style>
<Style ss:ID="amount"><NumberFormat ss:Format="0.00"/></Style>
<Style ss:ID="moment"><NumberFormat ss:Format="dd\.mm\.yyyy\ hh:mm:ss"/></Style>
<Style ss:ID="isoMoment"><NumberFormat ss:Format="yyyy\-mm\-dd\ hh:mm:ss"/></Style>
</Styles>
"#;

pub(crate) struct Xls {
    table: &'static Table,
    rows: u64,
    sheet: u64,
}

impl Xls {
    pub(crate) const fn new(table: &'static Table) -> Self {
        Self { table, rows: 0, sheet: 0 }
    }

    /// Begins the next sheet. Movements that need several have their titles on each.
    fn begin_sheet(&mut self, out: &mut String) {
        self.rows = 0;
        self.sheet += 1;
        let name = match self.table.language {
            Language::Czech => "Pohyby",
            Language::English => "Movements",
        };
        let _ = writeln!(out, "<Worksheet ss:Name=\"{name} {}\"><Table>", self.sheet);
    }

    fn write_titles(&self, out: &mut String) {
        out.push_str("<Row>");
        for title in self.table.titles() {
            write_text("<Cell ss:StyleID=\"title\">", title, out);
        }
        out.push_str("</Row>\n");
    }

    fn write_cell(&self, cell: Cell, out: &mut String) {
        match cell {
            Cell::Text(text) if text.is_empty() => out.push_str("<Cell/>"),
            Cell::Text(text) => write_text("<Cell>", &text, out),
            Cell::Amount(amount) => {
                let amount = Decimal::Point.spell(amount);
                let _ = write!(
                    out,
                    "<Cell ss:StyleID=\"amount\"><Data ss:Type=\"Number\">{amount}</Data></Cell>"
                );
            }
            Cell::Moment(at) => {
                let style = match self.table.language {
                    Language::Czech => "moment",
                    Language::English => "isoMoment",
                };
                let at = at.strftime("%Y-%m-%dT%H:%M:%S.000");
                let _ =
                    write!(out, "<Cell ss:StyleID=\"{style}\"><Data ss:Type=\"DateTime\">{at}</Data></Cell>");
            }
        }
    }
}

const END_OF_SHEET: &str = "</Table></Worksheet>\n";

impl Layout for Xls {
    fn begin(&mut self, head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut text = BEGINNING.to_owned();
        self.begin_sheet(&mut text);
        if self.table.with_head {
            for (name, value) in head_lines(head) {
                text.push_str("<Row>");
                write_text("<Cell ss:StyleID=\"title\">", name, &mut text);
                self.write_cell(value, &mut text);
                text.push_str("</Row>\n");
            }
            text.push_str("<Row/>\n");
        }
        self.write_titles(&mut text);
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn row(&mut self, head: &Head, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut text = String::with_capacity(1_024);
        if self.rows == ROWS_ON_A_SHEET {
            text.push_str(END_OF_SHEET);
            self.begin_sheet(&mut text);
            self.write_titles(&mut text);
        }
        self.rows += 1;
        text.push_str("<Row>");
        for cell in self.table.cells(head, row) {
            self.write_cell(cell, &mut text);
        }
        text.push_str("</Row>\n");
        out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn end(&mut self, _head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        out.extend_from_slice(END_OF_SHEET.as_bytes());
        out.extend_from_slice(b"</Workbook>\n");
        Ok(())
    }
}

fn write_text(cell: &str, text: &str, out: &mut String) {
    out.push_str(cell);
    out.push_str("<Data ss:Type=\"String\">");
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            plain => out.push(plain),
        }
    }
    out.push_str("</Data></Cell>");
}

#[cfg(test)]
mod tests {
    use domain::{Currency, Minor, ShopId, Timestamp};
    use jiff::civil::date;

    use super::*;
    use crate::period::{local, prague};
    use crate::{AccountNumber, Kind, Movement, Period, Statement, Totals, cells};

    #[test]
    fn a_full_sheet_is_followed_by_another_with_titles() {
        let period = Period::new(date(2026, 3, 1), date(2026, 3, 1)).unwrap();
        let (at, _) = period.moments().unwrap();
        let moment = |at: Timestamp| local(at, &prague().unwrap()).unwrap();
        let statement = Statement {
            provider: String::new(),
            owner: String::new(),
            login: String::new(),
            account: AccountNumber::of_shop(ShopId::new(1), Currency::CZK),
            currency: Currency::CZK,
            period,
            opening: Minor::ZERO,
            number: 1,
            issued: at,
            transfer: None,
        };
        let head = Head { statement, totals: Totals::default(), closing: Minor::ZERO, issued: moment(at) };
        let movement = Movement::new(1, at, Kind::Payment, Minor::new(5));
        let row = Row { movement: &movement, at: moment(at), balance: Minor::new(5) };

        let mut sheet = Xls::new(&cells::CZECH);
        let mut out = Vec::new();
        sheet.begin(&head, &mut out).unwrap();
        sheet.rows = ROWS_ON_A_SHEET - 1;
        sheet.row(&head, &row, &mut out).unwrap();
        sheet.row(&head, &row, &mut out).unwrap();
        sheet.end(&head, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let sheets: Vec<&str> = text.split("<Worksheet ").skip(1).collect();
        assert_eq!(sheets.len(), 2);
        for (sheet, name) in sheets.iter().zip(["Pohyby 1", "Pohyby 2"]) {
            assert!(sheet.starts_with(&format!("ss:Name=\"{name}\"")));
            assert_eq!(sheet.matches("<Row>").count(), 2, "titles and one movement");
            assert!(sheet.contains("ID pohybu") && sheet.contains(END_OF_SHEET.trim()));
        }
    }
}
