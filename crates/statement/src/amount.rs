//! How an amount is spelled: two decimal places, no thousands separator, and no float on the way.

use domain::Minor;

/// What stands between whole units and hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decimal {
    Comma,
    Point,
}

impl Decimal {
    pub(crate) fn spell(self, amount: Minor) -> String {
        let sign = if amount.get() < 0 { "-" } else { "" };
        let hundredths = amount.get().unsigned_abs();
        let mark = match self {
            Self::Comma => ',',
            Self::Point => '.',
        };
        format!("{sign}{}{mark}{:02}", hundredths / 100, hundredths % 100)
    }
}

/// As a person reads it: groups of three parted by a no-break space, and a true minus sign.
pub(crate) fn for_reading(amount: Minor) -> String {
    let plain = Decimal::Comma.spell(amount);
    let (sign, rest) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("\u{2212}", rest));
    let (whole, hundredths) = rest.split_once(',').unwrap_or((rest, "00"));
    let mut grouped = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push('\u{a0}');
        }
        grouped.push(digit);
    }
    format!("{grouped},{hundredths}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_spelled_exactly() {
        for (minor, spelled) in [
            (0, "0,00"),
            (5, "0,05"),
            (-5, "-0,05"),
            (-100, "-1,00"),
            (61_300, "613,00"),
            (i64::MIN, "-92233720368547758,08"),
            (i64::MAX, "92233720368547758,07"),
        ] {
            assert_eq!(Decimal::Comma.spell(Minor::new(minor)), spelled);
            assert_eq!(Decimal::Point.spell(Minor::new(minor)), spelled.replace(',', "."));
        }
    }

    #[test]
    fn a_reader_gets_groups_of_three() {
        assert_eq!(for_reading(Minor::new(-123_456_789)), "\u{2212}1\u{a0}234\u{a0}567,89");
        assert_eq!(for_reading(Minor::new(99_999)), "999,99");
    }
}
