//! The days a statement is about. A day is a day in Prague: 23 hours when the clocks go forward, 25 when they go
//! back.

use std::fmt;

use domain::Timestamp;
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::writer::Error;

/// The first and the last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    from: Date,
    to: Date,
}

/// The last day is before the first, or a day is out of the calendar's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a period")]
pub struct NotAPeriod;

impl Period {
    /// # Errors
    /// [`NotAPeriod`] when the last day is before the first, or not a year that four digits can write.
    pub fn new(from: Date, to: Date) -> Result<Self, NotAPeriod> {
        let years = from.year() >= 1970 && to.year() <= 9998;
        if from <= to && years { Ok(Self { from, to }) } else { Err(NotAPeriod) }
    }

    #[must_use]
    pub const fn from(&self) -> Date {
        self.from
    }

    #[must_use]
    pub const fn to(&self) -> Date {
        self.to
    }

    /// The moments this period is made of: from its first midnight to the one after it, which is not in it any more.
    /// The opening balance is the balance before the first.
    ///
    /// # Errors
    /// [`Error::NoTimeZone`] when this build has no calendar of Prague.
    pub fn moments(&self) -> Result<(Timestamp, Timestamp), Error> {
        let zone = prague()?;
        let end = self.to.tomorrow().map_err(|_| Error::NoTimeZone)?;
        Ok((midnight(self.from, &zone)?, midnight(end, &zone)?))
    }

    /// The day before the first: the day an opening balance is of.
    pub(crate) fn eve(&self) -> Date {
        self.from.yesterday().unwrap_or(self.from)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{2013}{}", czech_date(self.from), czech_date(self.to))
    }
}

pub(crate) fn prague() -> Result<TimeZone, Error> {
    TimeZone::get("Europe/Prague").map_err(|_| Error::NoTimeZone)
}

fn midnight(day: Date, zone: &TimeZone) -> Result<Timestamp, Error> {
    let start = day.to_zoned(zone.clone()).map_err(|_| Error::NoTimeZone)?;
    Ok(Timestamp::from_millis(start.timestamp().as_millisecond()))
}

/// The moment as a clock in that zone shows it; `None` for one no calendar reaches.
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    Some(jiff::Timestamp::from_millisecond(at.millis()).ok()?.to_zoned(zone.clone()))
}

/// `28.02.2026`
pub(crate) fn czech_date(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

/// `28.02.2026 13:05:09`
pub(crate) fn czech_moment(at: &Zoned) -> String {
    format!("{} {:02}:{:02}:{:02}", czech_date(at.date()), at.hour(), at.minute(), at.second())
}

/// `280226`
pub(crate) fn six_digits(day: Date) -> String {
    format!("{:02}{:02}{:02}", day.day(), day.month(), day.year().rem_euclid(100))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn hours(from: Date, to: Date) -> i64 {
        let (start, end) = Period::new(from, to).unwrap().moments().unwrap();
        end.since(start).millis() / 3_600_000
    }

    #[test]
    fn days_are_as_long_as_in_prague() {
        assert_eq!(hours(date(2026, 3, 28), date(2026, 3, 28)), 24);
        assert_eq!(hours(date(2026, 3, 29), date(2026, 3, 29)), 23);
        assert_eq!(hours(date(2026, 10, 25), date(2026, 10, 25)), 25);
        assert_eq!(hours(date(2028, 2, 1), date(2028, 2, 29)), 29 * 24);
        assert_eq!(hours(date(2026, 1, 1), date(2026, 12, 31)), 365 * 24);
    }

    #[test]
    fn a_period_has_an_order() {
        assert_eq!(Period::new(date(2026, 2, 2), date(2026, 2, 1)), Err(NotAPeriod));
        let leap = Period::new(date(2028, 3, 1), date(2028, 3, 1)).unwrap();
        assert_eq!(six_digits(leap.eve()), "290228");
        assert_eq!(leap.to_string(), "01.03.2028\u{2013}01.03.2028");
    }
}
