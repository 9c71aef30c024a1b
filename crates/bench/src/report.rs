//! The table: one row a figure, with what it is compared to and whether that suffices.
//!
//! A row fails when it is below its floor or any of its requests failed. A row that could not be measured is
//! printed as such and does not fail: what is missing is said above the table.

use crate::Failure;
use crate::histogram::Histogram;
use crate::load::Outcome;
use crate::overload::Overload;
use crate::targets::{Target, Verdict};
use serde_json::{Value, json};
use std::fmt::{self, Write as _};
use std::path::Path;
use std::time::Duration;

/// One line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    what: &'static str,
    unit: &'static str,
    measured: Option<f64>,
    latency: Option<(Duration, Duration)>,
    errors: Option<u64>,
    complaint: Option<String>,
    ratio: Option<f64>,
    target: Option<Target>,
}

impl Row {
    pub(crate) fn figure(what: &'static str, unit: &'static str, measured: Option<f64>) -> Self {
        let (latency, errors, complaint, ratio, target) = (None, None, None, None, None);
        Self { what, unit, measured, latency, errors, complaint, ratio, target }
    }

    /// A part of the run that broke off. The others still count, but the run does not pass.
    pub(crate) fn broken(what: &'static str, failure: &Failure) -> Self {
        Self { errors: Some(1), complaint: Some(failure.to_string()), ..Self::figure(what, "", None) }
    }

    /// The rate, the latencies and the errors of a load.
    pub(crate) fn load(what: &'static str, unit: &'static str, outcome: &Outcome) -> Self {
        let row = Self::figure(what, unit, Some(outcome.per_second()));
        let (errors, complaint) = (Some(outcome.errors), outcome.complaint.clone());
        Self { errors, complaint, ..row.timed(&outcome.latency) }
    }

    /// How many requests were refused, how fast, and whether any was lost.
    #[allow(clippy::cast_precision_loss, reason = "a count for people")]
    pub(crate) fn overload(what: &'static str, outcome: &Overload) -> Self {
        let refused = outcome.refused as f64 / (outcome.refused + outcome.done).max(1) as f64;
        let row = Self::figure(what, "%", Some(refused * 100.0)).timed(&outcome.refusals);
        Self { errors: Some(outcome.errors), complaint: outcome.complaint.clone(), ..row }
    }

    pub(crate) fn timed(self, latency: &Histogram) -> Self {
        Self { latency: Some((latency.per_mille(500), latency.per_mille(990))), ..self }
    }

    /// Judged by the figure itself.
    pub(crate) fn against(self, target: Target) -> Self {
        Self { target: Some(target), ..self }
    }

    /// Judged by its ratio to a baseline, if there is one.
    pub(crate) fn divided_by(self, baseline: Option<f64>, target: Target) -> Self {
        let ratio = self.measured.zip(baseline).map(|(measured, baseline)| measured / baseline);
        // Without its baseline there is no verdict on the row.
        Self { ratio, target: ratio.map(|_| target), ..self }
    }

    fn verdict(&self) -> Option<Verdict> {
        Some(self.target?.judge(self.ratio.or(self.measured)?))
    }

    fn fails(&self) -> bool {
        self.errors.is_some_and(|errors| errors > 0) || self.verdict() == Some(Verdict::BelowFloor)
    }

    fn cells(&self) -> [String; 10] {
        let optional = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), figure);
        let ms = |latency: Duration| format!("{:.2}", latency.as_secs_f64() * 1000.0);
        let latency = |pick: fn((Duration, Duration)) -> Duration| {
            self.latency.map_or("-".to_owned(), |it| ms(pick(it)))
        };
        let verdict = match (self.verdict(), self.errors) {
            (_, Some(1..)) => "ERRORS",
            (Some(verdict), _) => verdict.words(),
            (None, _) if self.measured.is_none() => "not measured",
            (None, _) => "-",
        };
        [
            self.what.to_owned(),
            optional(self.measured),
            self.unit.to_owned(),
            latency(|(p50, _)| p50),
            latency(|(_, p99)| p99),
            self.errors.map_or_else(|| "-".to_owned(), |errors| errors.to_string()),
            optional(self.ratio),
            optional(self.target.map(|target| target.floor)),
            optional(self.target.map(|target| target.aim)),
            verdict.to_owned(),
        ]
    }

    fn json(&self) -> Value {
        let ms = |latency: Duration| latency.as_secs_f64() * 1000.0;
        json!({
            "what": self.what, "unit": self.unit, "measured": self.measured, "ratio": self.ratio,
            "p50_ms": self.latency.map(|(p50, _)| ms(p50)), "p99_ms": self.latency.map(|(_, p99)| ms(p99)),
            "errors": self.errors, "complaint": self.complaint,
            "floor": self.target.map(|target| target.floor), "aim": self.target.map(|target| target.aim),
            "verdict": self.verdict().map(Verdict::words), "fails": self.fails(),
        })
    }
}

/// Three digits that say something, without exponents.
fn figure(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.1 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}

const HEADS: [&str; 10] =
    ["what", "measured", "unit", "p50 ms", "p99 ms", "errors", "ratio", "floor", "aim", "verdict"];

/// All rows of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) rows: Vec<Row>,
    /// Said above the table: what could not be measured, and why.
    pub(crate) notes: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, row: Row) {
        println!("  {}", row.cells().join("  "));
        self.rows.push(row);
    }

    pub(crate) fn passes(&self) -> bool {
        !self.rows.iter().any(Row::fails)
    }

    pub(crate) fn write_json(&self, file: &Path) -> Result<(), Failure> {
        let rows: Vec<Value> = self.rows.iter().map(Row::json).collect();
        let report = json!({ "rows": rows, "notes": self.notes, "passes": self.passes() });
        Ok(std::fs::write(file, format!("{report:#}\n"))?)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.notes.iter().try_for_each(|note| writeln!(f, "note: {note}"))?;
        let lines: Vec<[String; 10]> =
            std::iter::once(HEADS.map(str::to_owned)).chain(self.rows.iter().map(Row::cells)).collect();
        let widths: Vec<usize> = (0..HEADS.len())
            .map(|column| {
                lines
                    .iter()
                    .filter_map(|line| line.get(column))
                    .map(|it| it.chars().count())
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        for line in &lines {
            let mut text = String::new();
            for (column, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                // Words stand left, figures right.
                match column {
                    0 | 2 | 9 => write!(text, "{cell:<width$}  ")?,
                    _ => write!(text, "{cell:>width$}  ")?,
                }
            }
            writeln!(f, "{}", text.trim_end())?;
        }
        let complaints = self.rows.iter().filter_map(|row| Some((row.what, row.complaint.as_ref()?)));
        complaints
            .into_iter()
            .try_for_each(|(what, complaint)| writeln!(f, "first error of {what}: {complaint}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::{CREATE_P99_MS, CREATE_TO_BARE};

    fn report(rows: impl IntoIterator<Item = Row>) -> Report {
        Report { rows: rows.into_iter().collect(), notes: vec![] }
    }

    #[test]
    fn a_row_below_its_floor_fails_the_run_and_an_unmeasured_one_does_not() {
        let row = |measured| Row::figure("p99", "ms", measured).against(CREATE_P99_MS);
        assert!(report([row(Some(20.0)), row(None)]).passes());
        assert!(!report([row(Some(20.1))]).passes());
        let ratio = |baseline| Row::figure("create", "/s", Some(15.0)).divided_by(baseline, CREATE_TO_BARE);
        assert!(report([ratio(None), ratio(Some(50.0))]).passes());
        assert!(!report([ratio(Some(100.0))]).passes());
    }

    #[test]
    fn one_failed_request_fails_the_run() {
        let mut outcome = Outcome::new();
        assert!(report([Row::load("create", "/s", &outcome)]).passes());
        outcome.failed(&"500: oh");
        let report = report([Row::load("create", "/s", &outcome)]);
        assert!(!report.passes());
        assert!(report.to_string().contains("first error of create: 500: oh"), "{report}");
    }

    #[test]
    fn the_table_is_aligned() {
        let rows = [Row::figure("a", "/s", Some(123_456.7)), Row::figure("a longer row", "ms", None)];
        let text = report(rows).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0].find("unit"), lines[1].find("/s"));
        assert_eq!(lines[1].find("/s"), lines[2].find("ms"));
        assert!(lines[2].ends_with("not measured"), "{text}");
    }
}
