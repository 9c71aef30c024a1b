//! Payments that follow a first one without the payer: when they are due, and when they end (gopay.md §7).
//!
//! A recurrence starts when its first payment is captured, and belongs to that payment. Every change is a pure function of
//! what was before; which day it is where the shop is, a [`Calendar`] says. At most one charge of a period is
//! under way or paid. What was missed is caught up: each period that is due is charged, one after the other.
//!
//! Deliberately absent: the card that is charged, and time zones.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{PaymentId, ShopId, Span, Timestamp};

/// How often a period is charged before it counts as lost, and how long after a failure.
pub(crate) const MAX_CHARGES_OF_A_PERIOD: u8 = 3;
pub(crate) const RETRY_AFTER: Span = Span::from_days(1);
/// How many periods, or charges on demand, may be lost in a row before nothing is charged any more.
pub const MAX_LOST_IN_A_ROW: u8 = 3;
/// How many charges on demand may be under way at a time.
pub const MAX_RUNNING: usize = 50;

/// A day of the calendar, written `2030-12-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day, as yyyy-mm-dd")]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let mut parts = text.splitn(3, '-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits).ok_or(NotADay)?;
            let plain = part.bytes().all(|b| b.is_ascii_digit());
            if plain { part.parse::<i16>().map_err(|_| NotADay) } else { Err(NotADay) }
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let last = match month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Err(NotADay),
        };
        let small = |value: i16| i8::try_from(value).map_err(|_| NotADay);
        if (1..=last).contains(&day) {
            Ok(Self { year, month: small(month)?, day: small(day)? })
        } else {
            Err(NotADay)
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;

    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cycle {
    Day,
    Week,
    Month,
    /// Nothing is charged until the merchant asks.
    OnDemand,
}

/// What the payer agrees to with the first payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurrenceTerms {
    pub cycle: Cycle,
    /// Every how many days, weeks or months; at least 1.
    pub every: u16,
    /// The last day on which something becomes due. What is refused or missed then is charged later all the same.
    pub until: Day,
}

/// Where the days are.
pub trait Calendar {
    /// When the `period`th charge after a start is due; `None` after the last day.
    fn due(&self, start: Timestamp, terms: &RecurrenceTerms, period: u32) -> Option<Timestamp>;
    /// The first moment after a day.
    fn end_of(&self, day: Day) -> Timestamp;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The merchant wanted it.
    Voided,
    /// The last day has passed.
    Ended,
    /// Too many charges were refused.
    Refused,
    /// There is no card any more that could be charged.
    NoCard,
}

/// Why something was not done to a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceRefusal {
    #[error("the recurrence charges by itself")]
    NotOnDemand,
    #[error("the recurrence was stopped")]
    Stopped,
    #[error("the recurrence has come to its end")]
    Over,
    #[error("too many charges are under way")]
    TooMany,
    #[error("nothing is due")]
    NotDue,
}

/// A recurrence that has started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    pub shop: ShopId,
    pub terms: RecurrenceTerms,
    pub started_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<Stop>,
    /// The period that is charged next, or is being charged; the first after the start is 1.
    pub period: u32,
    /// Charges of this period that were refused.
    pub refused: u8,
    /// Periods, or charges on demand, that were lost since the last success.
    pub lost: u8,
    /// Charges so far, whatever became of them.
    pub charges: u32,
    /// Charges whose outcome is not known yet.
    pub running: Vec<PaymentId>,
    /// When something is to be done by itself.
    pub next_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub why: StopReason,
    pub at: Timestamp,
}

impl Recurrence {
    #[must_use]
    pub fn start(shop: ShopId, terms: RecurrenceTerms, at: Timestamp, calendar: &dyn Calendar) -> Self {
        let mut new = Self {
            shop,
            terms,
            started_at: at,
            stopped: None,
            period: 1,
            refused: 0,
            lost: 0,
            charges: 0,
            running: vec![],
            next_at: None,
        };
        new.plan(at, calendar);
        new
    }

    /// Whether a card may still be needed: without this it must not be kept.
    #[must_use]
    pub fn needs_card(&self) -> bool {
        self.stopped.is_none() || !self.running.is_empty()
    }

    /// Charges the period that is due, as the payment `child`.
    pub fn charge(&mut self, child: PaymentId, now: Timestamp) -> Result<(), RecurrenceRefusal> {
        let due = self.next_at.is_some_and(|next| next <= now);
        if !due || !self.running.is_empty() || self.stopped.is_some() || self.is_on_demand() {
            return Err(RecurrenceRefusal::NotDue);
        }
        self.next_at = None;
        self.run(child);
        Ok(())
    }

    /// Charges because the merchant asks.
    pub fn charge_on_demand(
        &mut self,
        child: PaymentId,
        now: Timestamp,
        calendar: &dyn Calendar,
    ) -> Result<(), RecurrenceRefusal> {
        self.may_be_asked(now, calendar)?;
        self.run(child);
        Ok(())
    }

    /// Whether the merchant may ask for a charge.
    pub fn may_be_asked(&self, now: Timestamp, calendar: &dyn Calendar) -> Result<(), RecurrenceRefusal> {
        match self.stopped.map(|stop| stop.why) {
            Some(StopReason::Voided | StopReason::NoCard) => return Err(RecurrenceRefusal::Stopped),
            Some(StopReason::Ended | StopReason::Refused) => return Err(RecurrenceRefusal::Over),
            None => {}
        }
        if !self.is_on_demand() {
            return Err(RecurrenceRefusal::NotOnDemand);
        }
        if calendar.end_of(self.terms.until) <= now {
            return Err(RecurrenceRefusal::Over);
        }
        if self.running.len() >= MAX_RUNNING { Err(RecurrenceRefusal::TooMany) } else { Ok(()) }
    }

    /// A charge was paid or refused. One that is not under way changes nothing.
    pub fn conclude(&mut self, child: PaymentId, paid: bool, at: Timestamp, calendar: &dyn Calendar) {
        let Some(place) = self.running.iter().position(|running| *running == child) else { return };
        self.running.remove(place);
        self.refused = if paid { 0 } else { self.refused.saturating_add(1) };
        self.lost = if paid { 0 } else { self.lost };
        let last_try = self.is_on_demand() || self.refused >= MAX_CHARGES_OF_A_PERIOD;
        if !paid && last_try {
            self.lost = self.lost.saturating_add(1);
            self.refused = 0;
        }
        if self.stopped.is_some() {
            return;
        }
        if self.lost >= MAX_LOST_IN_A_ROW {
            self.end(StopReason::Refused, at);
        } else if self.refused > 0 {
            self.next_at = Some(at.plus(RETRY_AFTER));
        } else if !self.is_on_demand() {
            self.period = self.period.saturating_add(1);
            self.plan(at, calendar);
        }
    }

    /// Nothing is charged from now on; what is under way comes to its end.
    pub fn stop(&mut self, why: StopReason, at: Timestamp) -> Result<(), RecurrenceRefusal> {
        if self.stopped.is_some() {
            return Err(RecurrenceRefusal::Stopped);
        }
        self.end(why, at);
        Ok(())
    }

    /// The last day may have passed while nothing was charged.
    #[must_use]
    pub fn is_over(&self, now: Timestamp, calendar: &dyn Calendar) -> bool {
        self.is_on_demand() && calendar.end_of(self.terms.until) <= now
    }

    #[must_use]
    pub fn is_on_demand(&self) -> bool {
        self.terms.cycle == Cycle::OnDemand
    }

    fn run(&mut self, child: PaymentId) {
        self.charges = self.charges.saturating_add(1);
        self.running.push(child);
    }

    fn plan(&mut self, at: Timestamp, calendar: &dyn Calendar) {
        self.next_at = if self.is_on_demand() {
            Some(calendar.end_of(self.terms.until))
        } else {
            calendar.due(self.started_at, &self.terms, self.period)
        };
        if self.next_at.is_none() {
            self.end(StopReason::Ended, at);
        }
    }

    fn end(&mut self, why: StopReason, at: Timestamp) {
        self.stopped = Some(Stop { why, at });
        self.next_at = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    /// Days of 24 hours from 1970-01-01, five of them to charge on.
    struct Plain;

    impl Calendar for Plain {
        fn due(&self, start: Timestamp, terms: &RecurrenceTerms, period: u32) -> Option<Timestamp> {
            let days = i64::from(period) * i64::from(terms.every);
            (days <= 5).then(|| start.plus(Span::from_days(days)))
        }

        fn end_of(&self, _: Day) -> Timestamp {
            Timestamp::from_millis(6 * DAY)
        }
    }

    fn recurrence(cycle: Cycle) -> Recurrence {
        let terms = RecurrenceTerms { cycle, every: 1, until: "1970-01-06".parse().unwrap() };
        Recurrence::start(ShopId::new(1), terms, Timestamp::default(), &Plain)
    }

    fn day(day: i64) -> Timestamp {
        Timestamp::from_millis(day * DAY)
    }

    #[test]
    fn days_are_read_and_written_and_only_real_ones() {
        for text in ["2030-12-31", "2028-02-29", "2099-01-01"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        for wrong in
            ["2030-13-01", "2030-02-29", "2100-02-29", "2030-1-1", "30-01-01", "2030-01-00", "+030-01-01"]
        {
            assert_eq!(wrong.parse::<Day>(), Err(NotADay), "{wrong}");
        }
    }

    #[test]
    fn a_missed_week_is_caught_up_a_period_at_a_time_and_then_it_ends() {
        let mut recurrence = recurrence(Cycle::Day);
        let mut charged = 0;
        while recurrence.stopped.is_none() {
            charged += 1;
            let child = PaymentId::new(charged);
            recurrence.charge(child, day(7)).unwrap();
            assert_eq!(recurrence.charge(child, day(7)), Err(RecurrenceRefusal::NotDue), "one at a time");
            recurrence.conclude(child, true, day(7), &Plain);
        }
        assert_eq!((charged, recurrence.stopped.unwrap().why), (5, StopReason::Ended));
        assert!(!recurrence.needs_card());
    }

    #[test]
    fn a_refused_charge_is_tried_again_a_day_later_and_three_lost_periods_are_the_end() {
        let mut recurrence = recurrence(Cycle::Day);
        for charge in 1..=9 {
            let now = recurrence.next_at.unwrap();
            recurrence.charge(PaymentId::new(charge), now).unwrap();
            recurrence.conclude(PaymentId::new(charge), false, now, &Plain);
            if charge == 1 {
                assert_eq!((recurrence.period, recurrence.next_at), (1, Some(now.plus(RETRY_AFTER))));
            }
        }
        assert_eq!((recurrence.period, recurrence.charges), (3, 9));
        assert_eq!(recurrence.stopped.unwrap().why, StopReason::Refused);
    }

    #[test]
    fn a_success_makes_good_what_was_lost() {
        let mut recurrence = recurrence(Cycle::Day);
        for (charge, paid) in [false, false, false, false, true].into_iter().enumerate() {
            let (child, now) = (PaymentId::new(i64::try_from(charge).unwrap()), recurrence.next_at.unwrap());
            recurrence.charge(child, now).unwrap();
            recurrence.conclude(child, paid, now, &Plain);
        }
        assert_eq!((recurrence.period, recurrence.refused, recurrence.lost), (3, 0, 0));
    }

    #[test]
    fn on_demand_is_charged_when_asked_until_its_last_day() {
        let mut recurrence = recurrence(Cycle::OnDemand);
        let (one, two) = (PaymentId::new(1), PaymentId::new(2));
        assert_eq!(recurrence.charge(one, day(9)), Err(RecurrenceRefusal::NotDue));
        recurrence.charge_on_demand(one, day(1), &Plain).unwrap();
        recurrence.charge_on_demand(two, day(1), &Plain).unwrap();
        recurrence.stop(StopReason::Voided, day(2)).unwrap();
        assert!(recurrence.needs_card(), "what is under way still needs it");
        recurrence.conclude(two, true, day(2), &Plain);
        recurrence.conclude(one, false, day(2), &Plain);
        assert!(!recurrence.needs_card());
        assert_eq!(recurrence.may_be_asked(day(2), &Plain), Err(RecurrenceRefusal::Stopped));
        let late = self::recurrence(Cycle::OnDemand);
        assert_eq!(late.may_be_asked(day(6), &Plain), Err(RecurrenceRefusal::Over));
        assert!(late.is_over(day(6), &Plain) && !late.is_over(Timestamp::from_millis(6 * DAY - 1), &Plain));
    }
}
