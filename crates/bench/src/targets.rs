//! What is promised: for each judged row a floor that must hold and an aim to work towards.

/// Whether a larger figure is the better one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Better {
    More,
    Less,
}

/// The floor and the aim of a row, in the row's own unit or as a ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) better: Better,
    pub(crate) floor: f64,
    pub(crate) aim: f64,
}

const fn more(floor: f64, aim: f64) -> Target {
    Target { better: Better::More, floor, aim }
}

const fn less(floor: f64, aim: f64) -> Target {
    Target { better: Better::Less, floor, aim }
}

pub(crate) const CREATE_TO_BARE: Target = more(0.17, 0.35);
pub(crate) const CREATE_TO_PGBENCH: Target = more(3.0, 6.0);
pub(crate) const STATUS_TO_BARE: Target = more(0.35, 0.6);
pub(crate) const CREATE_P99_MS: Target = less(20.0, 8.0);
pub(crate) const LIVES_PER_S: Target = more(2000.0, 5000.0);
pub(crate) const POSTGRES_TO_PGBENCH: Target = more(1.0, 2.5);
pub(crate) const RECURRENCES_PER_S: Target = more(500.0, 4000.0);
pub(crate) const IDLE_RSS_MB: Target = less(80.0, 40.0);
pub(crate) const READY_S: Target = less(1.0, 0.2);
pub(crate) const BYTES_PER_PAID: Target = less(4096.0, 2048.0);
pub(crate) const RECOVERY_S: Target = less(2.0, 0.5);
pub(crate) const SALE_P99_MS: Target = less(30.0, 10.0);
pub(crate) const IDLE_TERMINALS_RSS_MB: Target = less(500.0, 200.0);
pub(crate) const TASK_REACHES_P99_MS: Target = less(20.0, 20.0);
pub(crate) const POS_START_TO_BARE: Target = more(0.17, 0.3);
pub(crate) const POS_LIVES_PER_S: Target = more(1000.0, 2000.0);
pub(crate) const TOKENS_PER_S: Target = more(2000.0, 10_000.0);
pub(crate) const POLLING_PERCENT: Target = less(5.0, 3.0);
pub(crate) const STORED_COST: Target = less(2.0, 1.2);

/// How a figure stands to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    AimMet,
    FloorHolds,
    BelowFloor,
}

impl Target {
    pub(crate) fn judge(&self, figure: f64) -> Verdict {
        let reaches = |mark: f64| match self.better {
            Better::More => figure >= mark,
            Better::Less => figure <= mark,
        };
        match (reaches(self.aim), reaches(self.floor)) {
            (true, _) => Verdict::AimMet,
            (false, true) => Verdict::FloorHolds,
            (false, false) => Verdict::BelowFloor,
        }
    }
}

impl Verdict {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::AimMet => "aim met",
            Self::FloorHolds => "floor holds",
            Self::BelowFloor => "BELOW FLOOR",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_judged_in_the_direction_of_their_target() {
        assert_eq!(more(1.0, 2.0).judge(2.0), Verdict::AimMet);
        assert_eq!(more(1.0, 2.0).judge(1.5), Verdict::FloorHolds);
        assert_eq!(more(1.0, 2.0).judge(0.9), Verdict::BelowFloor);
        assert_eq!(less(2.0, 1.0).judge(0.5), Verdict::AimMet);
        assert_eq!(less(2.0, 1.0).judge(2.1), Verdict::BelowFloor);
        assert_eq!(less(2.0, 1.0).judge(f64::NAN), Verdict::BelowFloor);
    }
}
