//! The lines of a PDF's table: one a movement, or one a day and kind when there are too many movements.

use std::collections::BTreeMap;

use domain::Minor;
use jiff::civil::Date;

use crate::Kind;
use crate::amount::for_reading;
use crate::period::{czech_date, czech_moment};
use crate::text::clean;
use crate::writer::Row;

/// How many columns the table has.
pub(super) const COLUMNS: usize = 8;

/// What stands in one line, in the table's order.
pub(super) struct Line(pub(super) [String; COLUMNS]);

impl Line {
    pub(super) fn of_movement(row: &Row<'_>) -> Self {
        let movement = row.movement;
        let other = [&movement.counterparty, &movement.description, &movement.method]
            .map(|text| clean(text))
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        Self([
            czech_moment(&row.at),
            movement.kind.czech().to_owned(),
            clean(&movement.payment),
            clean(&movement.order),
            other,
            for_reading(movement.gross),
            for_reading(movement.fee),
            for_reading(row.balance),
        ])
    }
}

/// What the movements of one kind on one day come to.
#[derive(Default)]
struct Sum {
    movements: u64,
    gross: Minor,
    fee: Minor,
}

/// Adds movements up until their day is over. The balance after a line is the balance before it and its amounts, so
/// that the column still leads from the opening balance to the closing one.
pub(super) struct Days {
    day: Option<Date>,
    sums: BTreeMap<Kind, Sum>,
    balance: Minor,
}

impl Days {
    pub(super) const fn new(opening: Minor) -> Self {
        Self { day: None, sums: BTreeMap::new(), balance: opening }
    }

    /// The lines of the day that is over when this movement is of another one.
    pub(super) fn add(&mut self, row: &Row<'_>) -> Vec<Line> {
        let day = row.at.date();
        let over = if self.day == Some(day) { vec![] } else { self.end() };
        self.day = Some(day);
        let sum = self.sums.entry(row.movement.kind).or_default();
        sum.movements = sum.movements.saturating_add(1);
        sum.gross = sum.gross.plus(row.movement.gross);
        sum.fee = sum.fee.plus(row.movement.fee);
        over
    }

    pub(super) fn end(&mut self) -> Vec<Line> {
        let Some(day) = self.day.take() else { return vec![] };
        let sums = std::mem::take(&mut self.sums);
        sums.into_iter().map(|(kind, sum)| self.line(day, kind, &sum)).collect()
    }

    fn line(&mut self, day: Date, kind: Kind, sum: &Sum) -> Line {
        self.balance = self.balance.plus(sum.gross).plus(sum.fee);
        Line([
            czech_date(day),
            kind.czech().to_owned(),
            String::new(),
            String::new(),
            format!("Počet pohybů: {}", sum.movements),
            for_reading(sum.gross),
            for_reading(sum.fee),
            for_reading(self.balance),
        ])
    }
}
