//! When periods are due on the calendar of Prague (gopay.md §7), whatever the machine thinks of time zones.
//!
//! The nth charge is n periods after the day of the first payment, at the same time of that day. A month that is too short has
//! it on its last day, and the months after it not any earlier for that: the day is always counted from the first. An
//! hour that does not exist in the night of a change is the one after it, and of one that exists twice it is the first.

use domain::{Calendar, Cycle, Day, RecurrenceTerms, Timestamp};
use jiff::Span;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The calendar of a place.
#[derive(Debug, Clone)]
pub struct LocalCalendar(TimeZone);

impl LocalCalendar {
    /// The database of zones is compiled in; without Prague there is still a valid offset.
    #[must_use]
    pub fn prague() -> Self {
        Self(TimeZone::get("Europe/Prague").unwrap_or(TimeZone::UTC))
    }

    /// What the clocks show.
    #[must_use]
    pub fn time(&self, at: Timestamp) -> DateTime {
        instant(at).to_zoned(self.0.clone()).datetime()
    }

    /// What the clocks show, and how far they are from UTC: `2026-03-28T23:59:59+01:00`.
    #[must_use]
    pub fn written(&self, at: Timestamp) -> String {
        instant(at).to_zoned(self.0.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// When a day begins.
    #[must_use]
    pub fn start_of(&self, day: Date) -> Option<Timestamp> {
        let start = day.to_zoned(self.0.clone()).ok()?;
        Some(Timestamp::from_millis(start.timestamp().as_millisecond()))
    }

    /// The day it is.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Date {
        instant(at).to_zoned(self.0.clone()).date()
    }
}

impl Calendar for LocalCalendar {
    fn due(&self, start: Timestamp, terms: &RecurrenceTerms, period: u32) -> Option<Timestamp> {
        let first = instant(start).to_zoned(self.0.clone()).datetime();
        let day = first.date().checked_add(distance(terms, period)?).ok()?;
        if day > date(terms.until)? {
            return None;
        }
        let due = day.to_datetime(first.time()).to_zoned(self.0.clone()).ok()?;
        Some(Timestamp::from_millis(due.timestamp().as_millisecond()))
    }

    fn end_of(&self, day: Day) -> Timestamp {
        let next = date(day).and_then(|day| day.tomorrow().ok());
        let start = next.and_then(|next| next.to_zoned(self.0.clone()).ok());
        start.map_or(Timestamp::from_millis(i64::MAX), |start| {
            Timestamp::from_millis(start.timestamp().as_millisecond())
        })
    }
}

/// `period` times what lies between two charges; nothing for a distance beyond all calendars.
fn distance(terms: &RecurrenceTerms, period: u32) -> Option<Span> {
    let count = i64::from(period).checked_mul(i64::from(terms.every))?;
    match terms.cycle {
        Cycle::Day => Span::new().try_days(count).ok(),
        Cycle::Week => Span::new().try_weeks(count).ok(),
        Cycle::Month => Span::new().try_months(count).ok(),
        Cycle::OnDemand => None,
    }
}

fn date(day: Day) -> Option<Date> {
    Date::new(day.year, day.month, day.day).ok()
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default()
}

/// A day as the domain writes it.
#[must_use]
pub fn civil(date: Date) -> Day {
    Day { year: date.year(), month: date.month(), day: date.day() }
}

#[cfg(test)]
mod tests {
    use domain::Span as Length;
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        let moment: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_millis(moment.as_millisecond())
    }

    fn terms(cycle: Cycle, every: u16, until: &str) -> RecurrenceTerms {
        RecurrenceTerms { cycle, every, until: until.parse().unwrap() }
    }

    fn dues(start: &str, terms: &RecurrenceTerms, periods: u32) -> Vec<String> {
        let calendar = LocalCalendar::prague();
        let zone = TimeZone::get("Europe/Prague").unwrap();
        (1..=periods)
            .filter_map(|period| calendar.due(at(start), terms, period))
            .map(|due| instant(due).to_zoned(zone.clone()).strftime("%F %H:%M%z").to_string())
            .collect()
    }

    #[test]
    fn a_31st_falls_on_the_last_day_and_comes_back() {
        let monthly = terms(Cycle::Month, 1, "2028-05-31");
        assert_eq!(
            dues("2027-12-31T10:00:00Z", &monthly, 12),
            [
                "2028-01-31 11:00+0100",
                "2028-02-29 11:00+0100",
                "2028-03-31 11:00+0200",
                "2028-04-30 11:00+0200",
                "2028-05-31 11:00+0200",
            ],
            "the last day is included, and nothing after it"
        );
    }

    #[test]
    fn in_the_nights_of_a_change_each_day_is_charged_once() {
        let daily = terms(Cycle::Day, 1, "2027-12-31");
        // Half past two does not exist on 28 March 2027, and exists twice on 31 October.
        assert_eq!(
            dues("2027-03-26T01:30:00Z", &daily, 3),
            ["2027-03-27 02:30+0100", "2027-03-28 03:30+0200", "2027-03-29 02:30+0200"]
        );
        assert_eq!(
            dues("2027-10-29T00:30:00Z", &daily, 3),
            ["2027-10-30 02:30+0200", "2027-10-31 02:30+0200", "2027-11-01 02:30+0100"]
        );
    }

    #[test]
    fn a_day_ends_at_midnight_in_prague() {
        let calendar = LocalCalendar::prague();
        assert_eq!(calendar.end_of("2027-07-31".parse().unwrap()), at("2027-07-31T22:00:00Z"));
        assert_eq!(calendar.end_of("2027-12-31".parse().unwrap()), at("2027-12-31T23:00:00Z"));
        assert_eq!(
            calendar.due(at("2027-01-01T00:00:00Z"), &terms(Cycle::OnDemand, 1, "2099-12-31"), 1),
            None
        );
    }

    proptest! {
        /// Whatever the terms: dues come one after the other, each on a day of its own that is the right distance from the
        /// first, none after the last day, and none is left out before it.
        #[test]
        fn dues_follow_each_other_until_the_last_day(
            start in 1_700_000_000_000_i64..2_500_000_000_000,
            which in 0..3_usize,
            every in 1..40_u16,
            length in 0..1_500_i64,
        ) {
            let calendar = LocalCalendar::prague();
            let start = Timestamp::from_millis(start);
            let until = civil(calendar.day(start.plus(Length::from_days(length))));
            let cycle = [Cycle::Day, Cycle::Week, Cycle::Month][which];
            let terms = RecurrenceTerms { cycle, every, until };
            let first = calendar.day(start);
            let (mut before, mut period) = (start, 1);
            while let Some(due) = calendar.due(start, &terms, period) {
                prop_assert!(due > before && due < calendar.end_of(until));
                let day = calendar.day(due);
                let count = i64::from(every) * i64::from(period);
                match cycle {
                    Cycle::Month => {
                        let months = i64::from(day.year() - first.year()) * 12
                            + i64::from(day.month()) - i64::from(first.month());
                        prop_assert_eq!(months, count);
                        prop_assert_eq!(day.day(), first.day().min(day.days_in_month()));
                    }
                    Cycle::Week => prop_assert_eq!(day, first.checked_add((7 * count).days()).unwrap()),
                    _ => prop_assert_eq!(day, first.checked_add(count.days()).unwrap()),
                }
                before = due;
                period += 1;
            }
            // The first that is missing would have been after the last day.
            let later = RecurrenceTerms { until: "2399-12-31".parse().unwrap(), ..terms };
            let missing = calendar.due(start, &later, period).unwrap();
            prop_assert!(missing >= calendar.end_of(until));
        }
    }
}
