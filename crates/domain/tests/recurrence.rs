//! What holds of a recurrence whatever becomes of its charges, whenever anybody looks.

use std::collections::BTreeMap;

use domain::{
    Calendar, Cycle, Day, MAX_LOST_IN_A_ROW, MAX_RUNNING, PaymentId, Recurrence, RecurrenceTerms, ShopId,
    Span, StopReason, Timestamp,
};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;
const DAYS: i64 = 9;

/// Days of 24 hours from 1970-01-01, of which the tenth is the last.
struct Plain;

impl Calendar for Plain {
    fn due(&self, start: Timestamp, terms: &RecurrenceTerms, period: u32) -> Option<Timestamp> {
        let days = i64::from(period) * i64::from(terms.every);
        (days <= DAYS).then(|| start.plus(Span::from_days(days)))
    }

    fn end_of(&self, _: Day) -> Timestamp {
        Timestamp::default().plus(Span::from_days(DAYS + 1))
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Time passes.
    Hours(u8),
    /// A worker charges what is due, or the shop asks for a charge.
    Charge,
    /// The outcome of a charge under way becomes known.
    Conclude {
        which: usize,
        paid: bool,
    },
    Stop,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..40_u8).prop_map(Step::Hours),
        12 => Just(Step::Charge),
        12 => (0..4_usize, any::<bool>()).prop_map(|(which, paid)| Step::Conclude { which, paid }),
        1 => Just(Step::Stop),
    ]
}

/// What was seen from outside.
#[derive(Debug, Default)]
struct Seen {
    /// Charges by period, and when the last one of it began.
    tries: BTreeMap<u32, (u32, Timestamp)>,
    /// The periods of charges that are under way.
    under_way: BTreeMap<i64, u32>,
    paid: BTreeMap<u32, u32>,
    lost_in_a_row: u8,
}

fn charge(
    recurrence: &mut Recurrence,
    seen: &mut Seen,
    child: i64,
    now: Timestamp,
) -> Result<(), TestCaseError> {
    let before = recurrence.clone();
    let done = if recurrence.is_on_demand() {
        recurrence.charge_on_demand(PaymentId::new(child), now, &Plain)
    } else {
        recurrence.charge(PaymentId::new(child), now)
    };
    if done.is_err() {
        prop_assert_eq!(&before, &*recurrence, "a refusal changes nothing");
        return Ok(());
    }
    prop_assert!(before.stopped.is_none(), "nothing is charged after the end");
    prop_assert!(recurrence.needs_card());
    seen.under_way.insert(child, recurrence.period);
    if recurrence.is_on_demand() {
        prop_assert!(recurrence.running.len() <= MAX_RUNNING && now < Plain.end_of(recurrence.terms.until));
        return Ok(());
    }
    prop_assert_eq!(recurrence.running.len(), 1, "one charge at a time");
    let due = Plain.due(recurrence.started_at, &recurrence.terms, recurrence.period);
    prop_assert!(due.is_some_and(|due| due <= now), "not before it is due, and nothing after the last day");
    let (tries, last) = seen.tries.entry(recurrence.period).or_insert((0, Timestamp::default()));
    prop_assert!(*tries == 0 || now.since(*last) >= Span::from_days(1), "a day between tries");
    (*tries, *last) = (*tries + 1, now);
    prop_assert!(*tries <= 3, "a period is let go");
    Ok(())
}

fn conclude(
    recurrence: &mut Recurrence,
    seen: &mut Seen,
    which: usize,
    paid: bool,
    now: Timestamp,
) -> Result<(), TestCaseError> {
    let child = recurrence.running.get(which).copied().unwrap_or(PaymentId::new(0));
    let before = recurrence.clone();
    recurrence.conclude(child, paid, now, &Plain);
    let Some(period) = seen.under_way.remove(&child.get()) else {
        prop_assert_eq!(&before, &*recurrence, "what is not under way changes nothing");
        return Ok(());
    };
    let last_try = recurrence.is_on_demand() || seen.tries.get(&period).is_some_and(|(tries, _)| *tries == 3);
    seen.lost_in_a_row = match (paid, last_try) {
        (true, _) => 0,
        (false, true) => seen.lost_in_a_row + 1,
        (false, false) => seen.lost_in_a_row,
    };
    if paid && !recurrence.is_on_demand() {
        let times = seen.paid.entry(period).or_default();
        *times += 1;
        prop_assert_eq!(*times, 1, "a period is paid once");
        prop_assert!(before.stopped.is_some() || recurrence.period == period + 1, "none is left out");
    }
    let patience_is_over = recurrence.stopped.is_some_and(|stop| stop.why == StopReason::Refused);
    if before.stopped.is_none() {
        prop_assert_eq!(patience_is_over, seen.lost_in_a_row >= MAX_LOST_IN_A_ROW);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_period_is_paid_once_at_most_and_patience_ends(
        on_demand in any::<bool>(),
        every in 1..3_u16,
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let cycle = if on_demand { Cycle::OnDemand } else { Cycle::Day };
        let terms = RecurrenceTerms { cycle, every, until: "1970-01-10".parse().unwrap() };
        let mut now = Timestamp::default();
        let mut recurrence = Recurrence::start(ShopId::new(1), terms, now, &Plain);
        let mut seen = Seen::default();
        for (number, step) in (1..).zip(steps) {
            match step {
                Step::Hours(hours) => now = now.plus(Span::from_millis(i64::from(hours) * HOUR)),
                Step::Charge => charge(&mut recurrence, &mut seen, number, now)?,
                Step::Conclude { which, paid } => conclude(&mut recurrence, &mut seen, which, paid, now)?,
                Step::Stop => drop(recurrence.stop(StopReason::Voided, now)),
            }
            // Whoever still may be charged is looked at again; whoever may not, is not, and needs no card.
            let idle = recurrence.running.is_empty();
            prop_assert_eq!(recurrence.needs_card(), recurrence.stopped.is_none() || !idle);
            if recurrence.stopped.is_some() {
                prop_assert_eq!(recurrence.next_at, None);
            } else if idle {
                prop_assert!(recurrence.next_at.is_some(), "it would be forgotten: {recurrence:?}");
            }
        }
    }
}
