//! The statement people read: a tagged PDF (PDF/UA-1) with the account's data in one table and its movements in
//! another. A PDF exists only when it is complete, so its lines are kept until the end, and there is a bound to
//! them: more movements than that are told as the sums of each day.

mod lines;
mod page;
mod typeface;

use lines::{Days, Line};

use crate::writer::{Error, Head, Layout, Row};

/// How many movements a PDF lists one by one.
pub const MAX_PDF_ROWS: u64 = 5_000;

/// How many lines it has at most: the sums of thirteen years and more.
const MAX_LINES: usize = 20_000;

#[derive(Default)]
pub(crate) struct Pdf {
    lines: Vec<Line>,
    days: Option<Days>,
}

impl Pdf {
    fn keep(&mut self, lines: impl IntoIterator<Item = Line>) -> Result<(), Error> {
        self.lines.extend(lines);
        if self.lines.len() > MAX_LINES { Err(Error::TooLong) } else { Ok(()) }
    }
}

impl Layout for Pdf {
    fn begin(&mut self, head: &Head, _out: &mut Vec<u8>) -> Result<(), Error> {
        self.days = (head.totals.movements > MAX_PDF_ROWS).then(|| Days::new(head.statement.opening));
        Ok(())
    }

    fn row(&mut self, _head: &Head, row: &Row<'_>, _out: &mut Vec<u8>) -> Result<(), Error> {
        let lines = match &mut self.days {
            Some(days) => days.add(row),
            None => vec![Line::of_movement(row)],
        };
        self.keep(lines)
    }

    fn end(&mut self, head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        let last = self.days.as_mut().map(Days::end).unwrap_or_default();
        self.keep(last)?;
        out.extend(page::render(head, &self.lines, self.days.is_some())?);
        Ok(())
    }
}
