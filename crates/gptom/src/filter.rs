//! What a list is cut by: times, a reference, a page (gptom.md §5.5).
//!
//! A terminal's tasks are looked through from the newest, as far back as `from` says and never further than [`MOST`].

use domain::{Task, Terminal, Timestamp};

use crate::caller::Caller;
use crate::error::ApiError;
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

impl Filter {
    pub(crate) fn read(caller: &Caller) -> Result<Self, ApiError> {
        let number = |name: &'static str, usual: usize| match caller.parameter(name).map(str::parse::<usize>)
        {
            None => Ok(usual),
            Some(Ok(number)) => Ok(number),
            Some(Err(_)) => Err(ApiError::wrong_field(name, "A number is expected.")),
        };
        let limit = number("limit", USUAL)?;
        if !(1..=MOST_TOLD).contains(&limit) {
            return Err(ApiError::wrong_field("limit", "1 to 200 is expected."));
        }
        let moment = |name: &'static str| {
            let text = caller.parameter(name);
            text.map(|text| moment(text).ok_or(ApiError::wrong_field(name, "A time is expected.")))
                .transpose()
        };
        Ok(Self {
            from: moment("from")?,
            to: moment("to")?,
            reference: caller.parameter("originReferenceNum").map(str::to_owned),
            limit,
            offset: number("offset", 0)?,
        })
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
