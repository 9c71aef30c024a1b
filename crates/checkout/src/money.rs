//! Amounts as people of each language write them.
//!
//! On the wire an amount is an integer in hundredths of the currency unit, also for the forint (gopay.md §0). Here
//! it becomes text: the language decides the separators, the place and the spacing of the currency, and which
//! currencies have a sign instead of their ISO code. The tables follow Unicode's CLDR, so the page agrees with what
//! the browser's own formatter would write. Spaces inside an amount never break.

use crate::lang::Lang;

const NO_BREAK_SPACE: &str = "\u{a0}";
const NARROW_NO_BREAK_SPACE: &str = "\u{202f}";

/// An amount of money to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// In hundredths of the currency unit, whatever the currency.
    pub hundredths: i64,
    /// ISO 4217 code in capitals.
    pub currency: String,
}

/// How one language writes numbers and where it puts the currency.
struct Style {
    group: &'static str,
    decimal: char,
    /// Fewest digits before the first separator: 2 means that 1399 is written without one.
    leading_digits: usize,
    currency_first: bool,
}

const fn style(lang: Lang) -> Style {
    let (group, decimal, leading_digits, currency_first) = match lang {
        Lang::Cs | Lang::Sk | Lang::Ru => (NO_BREAK_SPACE, ',', 1, false),
        Lang::Pl | Lang::Hu | Lang::Bg => (NO_BREAK_SPACE, ',', 2, false),
        Lang::De | Lang::Ro | Lang::Hr => (".", ',', 1, false),
        Lang::It | Lang::Es => (".", ',', 2, false),
        Lang::Fr => (NARROW_NO_BREAK_SPACE, ',', 1, false),
        Lang::En => (",", '.', 1, true),
    };
    Style { group, decimal, leading_digits, currency_first }
}

/// The sign a language uses for a currency, where it uses one.
fn sign(lang: Lang, currency: &str) -> Option<&'static str> {
    let sign = match (currency, lang) {
        ("EUR", Lang::Hu | Lang::Ro) => return None,
        ("EUR", _) => "€",
        ("GBP", Lang::Cs | Lang::En | Lang::De | Lang::Ru | Lang::It) => "£",
        ("GBP", Lang::Fr) => "£GB",
        ("USD", Lang::En | Lang::De | Lang::Ru) => "$",
        ("USD", Lang::Cs | Lang::Es) => "US$",
        ("USD", Lang::Fr) => "$US",
        ("USD", Lang::Bg) => "щ.д.",
        ("CZK", Lang::Cs) => "Kč",
        ("PLN", Lang::Pl) => "zł",
        ("HUF", Lang::Hu) => "Ft",
        ("BGN", Lang::Bg) => "лв.",
        ("HRK", Lang::Hr) => "kn",
        _ => return None,
    };
    Some(sign)
}

impl Amount {
    #[must_use]
    pub fn new(hundredths: i64, currency: &str) -> Self {
        Self { hundredths, currency: currency.to_owned() }
    }

    /// The amount as text in `lang`: `1 399,50 Kč`, `CZK 1,399.50`, `1.399,50 €`.
    #[must_use]
    pub fn format(&self, lang: Lang) -> String {
        let style = style(lang);
        let number = self.number(&style);
        let sign = sign(lang, &self.currency);
        match (style.currency_first, sign) {
            (true, Some(sign)) => format!("{sign}{number}"),
            (true, None) => format!("{}{NO_BREAK_SPACE}{number}", self.currency),
            (false, sign) => format!("{number}{NO_BREAK_SPACE}{}", sign.unwrap_or(&self.currency)),
        }
    }

    fn number(&self, style: &Style) -> String {
        let magnitude = self.hundredths.unsigned_abs();
        let (units, cents) = (magnitude / 100, magnitude % 100);
        let minus = if self.hundredths < 0 { "-" } else { "" };
        let whole = grouped(&units.to_string(), style);
        // Forints have had no coins below one for a long time; the hundredths show only if a shop did send some.
        if cents == 0 && self.currency == "HUF" {
            return format!("{minus}{whole}");
        }
        format!("{minus}{whole}{}{cents:02}", style.decimal)
    }
}

fn grouped(digits: &str, style: &Style) -> String {
    let count = digits.len();
    let separated = count >= 3 + style.leading_digits;
    let mut text = String::with_capacity(count * 2);
    for (position, digit) in digits.chars().enumerate() {
        if separated && position > 0 && (count - position).is_multiple_of(3) {
            text.push_str(style.group);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Amount;
    use crate::lang::Lang;

    /// `~` stands for a no-break space, `^` for a narrow one.
    fn shown(lang: Lang, hundredths: i64, currency: &str) -> String {
        Amount::new(hundredths, currency).format(lang).replace('\u{a0}', "~").replace('\u{202f}', "^")
    }

    #[test]
    fn every_language_writes_amounts_its_own_way() {
        for (lang, small, large) in [
            (Lang::Cs, "1~399,50~€", "1~234~567,89~€"),
            (Lang::Sk, "1~399,50~€", "1~234~567,89~€"),
            (Lang::En, "€1,399.50", "€1,234,567.89"),
            (Lang::De, "1.399,50~€", "1.234.567,89~€"),
            (Lang::Ru, "1~399,50~€", "1~234~567,89~€"),
            (Lang::Pl, "1399,50~€", "1~234~567,89~€"),
            (Lang::Hu, "1399,50~EUR", "1~234~567,89~EUR"),
            (Lang::Ro, "1.399,50~EUR", "1.234.567,89~EUR"),
            (Lang::Bg, "1399,50~€", "1~234~567,89~€"),
            (Lang::Hr, "1.399,50~€", "1.234.567,89~€"),
            (Lang::It, "1399,50~€", "1.234.567,89~€"),
            (Lang::Fr, "1^399,50~€", "1^234^567,89~€"),
            (Lang::Es, "1399,50~€", "1.234.567,89~€"),
        ] {
            assert_eq!(shown(lang, 139_950, "EUR"), small, "{lang:?}");
            assert_eq!(shown(lang, 123_456_789, "EUR"), large, "{lang:?}");
        }
    }

    #[test]
    fn currencies_have_a_sign_where_the_language_has_one() {
        for (lang, currency, expected) in [
            (Lang::Cs, "CZK", "1~399,50~Kč"),
            (Lang::En, "CZK", "CZK~1,399.50"),
            (Lang::De, "CZK", "1.399,50~CZK"),
            (Lang::En, "USD", "$1,399.50"),
            (Lang::En, "GBP", "£1,399.50"),
            (Lang::Cs, "USD", "1~399,50~US$"),
            (Lang::Fr, "USD", "1^399,50~$US"),
            (Lang::Fr, "GBP", "1^399,50~£GB"),
            (Lang::Pl, "PLN", "1399,50~zł"),
            (Lang::Ro, "RON", "1.399,50~RON"),
            (Lang::Bg, "BGN", "1399,50~лв."),
            (Lang::Hr, "HRK", "1.399,50~kn"),
            (Lang::Cs, "XYZ", "1~399,50~XYZ"),
        ] {
            assert_eq!(shown(lang, 139_950, currency), expected, "{lang:?} {currency}");
        }
    }

    #[test]
    fn forints_show_hundredths_only_if_there_are_some() {
        assert_eq!(shown(Lang::Hu, 1_399_000, "HUF"), "13~990~Ft");
        assert_eq!(shown(Lang::Hu, 1_399_050, "HUF"), "13~990,50~Ft");
        assert_eq!(shown(Lang::En, 139_900, "HUF"), "HUF~1,399");
    }

    #[test]
    fn the_smallest_and_the_largest_amounts_have_a_form() {
        assert_eq!(shown(Lang::En, 1, "EUR"), "€0.01");
        assert_eq!(shown(Lang::Cs, 0, "CZK"), "0,00~Kč");
        assert_eq!(shown(Lang::De, -139_950, "EUR"), "-1.399,50~€");
        assert_eq!(shown(Lang::En, i64::MIN, "EUR"), "€-92,233,720,368,547,758.08");
    }

    proptest! {
        #[test]
        fn the_digits_shown_are_the_digits_given(hundredths in 0_i64..=i64::MAX, lang in 0_usize..13) {
            let text = Amount::new(hundredths, "EUR").format(Lang::ALL[lang]);
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits.parse::<i64>().unwrap(), hundredths);
            prop_assert!(!text.contains(' '), "a breaking space in {:?}", text);
        }
    }
}
