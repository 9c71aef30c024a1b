//! From a head and movements to bytes. A [`Writer`] is pushed, so that a door may fetch movements page by page;
//! [`Chunks`] and [`write`] pull from an iterator.

use std::io;

use domain::{Minor, Timestamp};
use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::period::{local, prague};
use crate::{Format, Movement, Statement, Totals};

/// About how large a chunk is handed on.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// No chunk is larger: one row may stand on top of an almost full one.
pub const MAX_CHUNK_BYTES: usize = 4 * CHUNK_BYTES;

/// The largest amount or balance: what fourteen digits can say (comgate.md §11.3).
const LARGEST: i64 = 99_999_999_999_999;

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the movements come to {found:?}, not to {promised:?}")]
    DoesNotAddUp { promised: Totals, found: Totals },
    #[error("the movement {0} is not of the statement's period")]
    OutsidePeriod(u64),
    #[error("an amount or a balance of more than fourteen digits")]
    TooLarge,
    #[error("the period is too long to be listed")]
    TooLong,
    #[error("no calendar of Prague in this build")]
    NoTimeZone,
    #[error("a PDF could not be made: {0}")]
    Pdf(String),
    #[error("a statement could not be written on")]
    Io(#[from] io::Error),
}

/// What a layout knows before the first movement.
pub(crate) struct Head {
    pub(crate) statement: Statement,
    pub(crate) totals: Totals,
    pub(crate) closing: Minor,
    pub(crate) issued: Zoned,
}

/// A movement with what only its place in the file tells.
pub(crate) struct Row<'a> {
    pub(crate) movement: &'a Movement,
    /// When, on a clock in Prague.
    pub(crate) at: Zoned,
    /// The balance after it.
    pub(crate) balance: Minor,
}

/// How one kind of file is written. Every call appends to `out`, and nothing that was appended is kept.
pub(crate) trait Layout {
    fn begin(&mut self, head: &Head, out: &mut Vec<u8>) -> Result<(), Error>;
    fn row(&mut self, head: &Head, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error>;
    fn end(&mut self, head: &Head, out: &mut Vec<u8>) -> Result<(), Error>;
}

/// Writes one file: [`Writer::begin`], then [`Writer::push`] for every movement in the order of time, then
/// [`Writer::finish`]. What a call appends to `out` is the file's next bytes; the caller sends and clears it.
pub struct Writer {
    layout: Box<dyn Layout + Send>,
    head: Head,
    zone: TimeZone,
    first: Timestamp,
    end: Timestamp,
    counted: Totals,
}

impl Writer {
    /// Starts a file and appends its beginning. `totals` are what the movements will come to: they stand in the
    /// head of some files, and are counted again on the way.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when a balance has more than fourteen digits, and what a layout cannot show.
    pub fn begin(
        format: Format,
        statement: Statement,
        totals: Totals,
        out: &mut Vec<u8>,
    ) -> Result<Self, Error> {
        let zone = prague()?;
        let (first, end) = statement.period.moments()?;
        let issued = local(statement.issued, &zone).ok_or(Error::NoTimeZone)?;
        let closing = totals.closing(statement.opening);
        for balance in [statement.opening, closing, totals.credits, totals.debits] {
            bounded(balance)?;
        }
        let head = Head { statement, totals, closing, issued };
        let mut layout = format.layout();
        layout.begin(&head, out)?;
        Ok(Self { layout, head, zone, first, end, counted: Totals::default() })
    }

    /// Appends one movement.
    ///
    /// # Errors
    /// [`Error::OutsidePeriod`] for a movement of another day, [`Error::TooLarge`] for an amount of more than
    /// fourteen digits. The file is of no use then.
    pub fn push(&mut self, movement: &Movement, out: &mut Vec<u8>) -> Result<(), Error> {
        if movement.at < self.first || movement.at >= self.end {
            return Err(Error::OutsidePeriod(movement.id));
        }
        bounded(movement.gross)?;
        bounded(movement.fee)?;
        self.counted.count(movement);
        let balance = self.counted.closing(self.head.statement.opening);
        bounded(balance)?;
        let at = local(movement.at, &self.zone).ok_or(Error::OutsidePeriod(movement.id))?;
        self.layout.row(&self.head, &Row { movement, at, balance }, out)
    }

    /// Appends the file's end.
    ///
    /// # Errors
    /// [`Error::DoesNotAddUp`] when the movements were not what the totals had promised: the file must not be used.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.counted != self.head.totals {
            return Err(Error::DoesNotAddUp { promised: self.head.totals, found: self.counted });
        }
        self.layout.end(&self.head, out)
    }
}

fn bounded(amount: Minor) -> Result<(), Error> {
    if (-LARGEST..=LARGEST).contains(&amount.get()) { Ok(()) } else { Err(Error::TooLarge) }
}

/// A file in pieces of about [`CHUNK_BYTES`], none above [`MAX_CHUNK_BYTES`]. After an error there are no more.
pub struct Chunks<I> {
    start: Option<(Format, Statement, Totals)>,
    writer: Option<Writer>,
    movements: I,
    pending: Vec<u8>,
}

impl<I: Iterator<Item = Movement>> Chunks<I> {
    pub fn new(
        format: Format,
        statement: Statement,
        totals: Totals,
        movements: impl IntoIterator<IntoIter = I>,
    ) -> Self {
        Self {
            start: Some((format, statement, totals)),
            writer: None,
            movements: movements.into_iter(),
            pending: Vec::new(),
        }
    }

    fn fill(&mut self) -> Result<(), Error> {
        if let Some((format, statement, totals)) = self.start.take() {
            self.writer = Some(Writer::begin(format, statement, totals, &mut self.pending)?);
        }
        while self.pending.len() < CHUNK_BYTES {
            let Some(writer) = &mut self.writer else { return Ok(()) };
            match self.movements.next() {
                Some(movement) => writer.push(&movement, &mut self.pending)?,
                None => {
                    let Some(writer) = self.writer.take() else { return Ok(()) };
                    return writer.finish(&mut self.pending);
                }
            }
        }
        Ok(())
    }
}

impl<I: Iterator<Item = Movement>> Iterator for Chunks<I> {
    type Item = Result<Vec<u8>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(error) = self.fill() {
            self.start = None;
            self.writer = None;
            self.pending = Vec::new();
            return Some(Err(error));
        }
        if self.pending.is_empty() {
            return None;
        }
        // What a PDF says at once is handed on in pieces as well.
        let rest = self.pending.split_off(self.pending.len().min(MAX_CHUNK_BYTES));
        Some(Ok(std::mem::replace(&mut self.pending, rest)))
    }
}

/// Writes a whole file.
///
/// # Errors
/// As [`Writer`] has them, and [`Error::Io`] when `to` does not take the bytes.
pub fn write(
    format: Format,
    statement: Statement,
    totals: Totals,
    movements: impl IntoIterator<Item = Movement>,
    to: &mut impl io::Write,
) -> Result<(), Error> {
    for chunk in Chunks::new(format, statement, totals, movements) {
        to.write_all(&chunk?)?;
    }
    to.flush()?;
    Ok(())
}
