//! What an operation is asked for, read once (mobilepay.md §5). Every problem is noted before any is told.

use domain::{Currency, Guid, Minor, Money};
use gateway::points_of_sale::PosState;

use crate::fault::Problem;
use crate::inputs::Inputs;
use crate::operation::Operation;
use crate::reply::Refused;

const LONGEST_ORDER: usize = 36;
/// Digits before and after the dot.
const WHOLE: usize = 9;
const PLACES: usize = 2;

pub(super) struct Wish<'a> {
    inputs: &'a Inputs,
    problems: Vec<Problem>,
}

impl<'a> Wish<'a> {
    pub(super) fn new(operation: Operation, inputs: &'a Inputs) -> Self {
        Self { inputs, problems: operation.missing(inputs) }
    }

    /// Tells all problems, if there are any.
    pub(super) fn check(self) -> Result<(), Refused> {
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems.into()) }
    }

    fn note<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Whatever was sent; empty when nothing was, which is noted already if it matters.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.inputs.get(name).unwrap_or_default()
    }

    /// The merchant's own name for a payment or a refund.
    pub(super) fn order(&mut self, name: &str, wrong: Problem) -> &'a str {
        let order = self.text(name);
        if order.chars().count() > LONGEST_ORDER || order.chars().any(char::is_control) {
            self.problems.push(wrong);
        }
        order
    }

    pub(super) fn amount(&mut self) -> Option<Minor> {
        let text = self.inputs.get("amount")?;
        self.note(minor(text))
    }

    pub(super) fn currency(&mut self, usual: Currency) -> Currency {
        let Some(text) = self.inputs.get("currencyCode") else { return usual };
        let known = [Currency::DKK, Currency::EUR];
        let found = known.into_iter().find(|currency| currency.code().eq_ignore_ascii_case(text));
        self.note(found.ok_or(Problem::Currency)).unwrap_or(usual)
    }

    /// An amount and its currency; zero only when a problem is noted.
    pub(super) fn money(&mut self, usual: Currency) -> Money {
        let amount = self.amount().unwrap_or_default();
        Money::new(amount, self.currency(usual))
    }

    /// A GUID. What is none stands for nothing there is.
    pub(super) fn guid(&self, name: &str) -> Guid {
        self.text(name).parse().unwrap_or(Guid::from_bytes([0; 16]))
    }

    pub(super) fn state(&mut self, name: &str) -> Option<PosState> {
        let text = self.inputs.get(name)?;
        self.note(PosState::from_name(text).ok_or(Problem::State))
    }
}

/// `27`, `27.5` and `27.06`, in hundredths, without a number that is not whole ever being made.
fn minor(text: &str) -> Result<Minor, Problem> {
    // An ampersand before "currencyCode" that an HTML page took for the beginning of a currency sign.
    if text.contains('\u{a4}') || text.contains("cyCode") {
        return Err(Problem::AmountWithCurrencySign);
    }
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, WHOLE) || !digits(places, PLACES) {
        return Err(Problem::Amount);
    }
    let amount = format!("{whole}{places:0<PLACES$}").parse().map(Minor::new);
    amount.ok().filter(|amount| amount.is_positive()).ok_or(Problem::Amount)
}

/// `27.00`.
pub(super) fn decimal(amount: Minor) -> String {
    let amount = amount.get();
    format!("{}.{:02}", amount / 100, amount % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, hundredths) in [
            ("27", 2_700),
            ("27.0", 2_700),
            ("27.5", 2_750),
            ("27.06", 2_706),
            ("0.01", 1),
            ("000000001", 100),
            ("999999999.99", 99_999_999_999),
        ] {
            assert_eq!(minor(text), Ok(Minor::new(hundredths)), "{text}");
        }
        for text in [
            "",
            "0",
            "0.00",
            ".5",
            "5.",
            "1,5",
            "-1",
            "+1",
            "1e2",
            "1.234",
            "1 000",
            "1_0",
            "0x1",
            "١",
            "1.٢",
            "NaN",
            "1234567890",
            "1.2.3",
            "\u{ff11}",
        ] {
            assert_eq!(minor(text), Err(Problem::Amount), "{text}");
        }
        for text in ["27.00\u{a4}cyCode=DKK", "27.00cyCode=DKK"] {
            assert_eq!(minor(text), Err(Problem::AmountWithCurrencySign), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for hundredths in (1..2_000).chain([99_999_999_999]) {
            let amount = Minor::new(hundredths);
            assert_eq!(minor(&decimal(amount)), Ok(amount));
        }
        assert_eq!(decimal(Minor::new(5)), "0.05");
    }
}
