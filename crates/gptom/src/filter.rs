//! What a list is cut by: times, a reference, a page (gptom.md §5.5).
//!
//! A terminal's tasks are looked through from the newest, as far back as `from` says and never further than [`MOST`].

use std::ops::RangeInclusive;

use domain::{Task, Terminal, Timestamp};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::request::Wrong;
use crate::routes::App;
use crate::view;

/// How many tasks are looked at for one list.
const MOST: usize = 10_000;
const AT_A_TIME: u32 = 200;
const USUAL: usize = 50;
const MOST_TOLD: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    reference: Option<String>,
    limit: usize,
    offset: usize,
}

/// What is told of a list, and how many there are.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) found: Vec<Task>,
    pub(crate) total: usize,
}

/// What is wrong with a query, all of it: a register should not have to mend one thing after the other.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Wrong>);

impl Faults {
    /// The value, or a note of what was expected of this parameter.
    pub(crate) fn of<T>(&mut self, field: &'static str, read: Result<T, &'static str>) -> Option<T> {
        read.map_err(|message| self.0.push(Wrong { field, message })).ok()
    }

    pub(crate) fn refuse(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::wrong(self.0)) }
    }
}

impl Filter {
    /// What a query cuts a list by. It may be used when no fault was found.
    pub(crate) fn read(caller: &Caller, faults: &mut Faults) -> Self {
        let mut number = |name: &'static str, usual: usize, range: RangeInclusive<usize>, message| {
            let read = caller.parameter(name).map(str::parse::<usize>).transpose();
            let fitting = read.ok().map(|number| number.unwrap_or(usual));
            faults.of(name, fitting.filter(|number| range.contains(number)).ok_or(message))
        };
        let limit = number("limit", USUAL, 1..=MOST_TOLD, "1 to 200 is expected.");
        let offset = number("offset", 0, 0..=usize::MAX, "A whole number from 0 on is expected.");
        let mut moment = |name: &'static str| {
            let read = caller.parameter(name).map(|text| moment(text).ok_or("A time is expected."));
            faults.of(name, read.transpose()).flatten()
        };
        Self {
            from: moment("from"),
            to: moment("to"),
            reference: caller.parameter("originReferenceNum").map(str::to_owned),
            limit: limit.unwrap_or(USUAL),
            offset: offset.unwrap_or_default(),
        }
    }

    /// A terminal's tasks that fit, the newest first.
    pub(crate) async fn tasks(
        &self,
        app: &App,
        terminal: &Terminal,
        wanted: impl Fn(&Task) -> bool,
    ) -> Result<Page, ApiError> {
        let (mut found, mut total, mut before, mut looked) = (vec![], 0_usize, None, 0_usize);
        while looked < MOST {
            let some = app.gateway.terminal_tasks(terminal.id, before, AT_A_TIME).await?;
            looked += some.len();
            before = some.last().map(|task| task.id);
            let last = some.is_empty();
            // Numbers of several nodes are not in the order of time: one page that is too old may be before one that is not.
            let too_old =
                !last && some.iter().all(|task| self.from.is_some_and(|from| view::at(task) < from));
            for task in some.into_iter().filter(|task| self.fits(task) && wanted(task)) {
                if total >= self.offset && found.len() < self.limit {
                    found.push(task);
                }
                total += 1;
            }
            if last || too_old {
                break;
            }
        }
        Ok(Page { found, total })
    }

    fn fits(&self, task: &Task) -> bool {
        let at = view::at(task);
        self.from.is_none_or(|from| at >= from)
            && self.to.is_none_or(|to| at <= to)
            && (self.reference.is_none() || self.reference == task.reference)
    }
}

/// A moment with an offset, or a day, which begins at midnight UTC.
fn moment(text: &str) -> Option<Timestamp> {
    // A plus of an offset may have become a blank on its way through the query.
    let text = text.replace(' ', "+");
    let at = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let day = text.parse::<jiff::civil::Date>().ok()?;
        day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|midnight| midnight.timestamp())
    })?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        for (text, millis) in [
            ("1970-01-01T00:00:01.5Z", Some(1_500)),
            ("1970-01-01T01:00:01+01:00", Some(1_000)),
            ("1970-01-01T01:00:01 01:00", Some(1_000)),
            ("1970-01-02", Some(86_400_000)),
            ("yesterday", None),
        ] {
            assert_eq!(moment(text).map(Timestamp::millis), millis, "{text}");
        }
    }
}
