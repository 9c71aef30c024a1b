//! Reading what a payer typed into the card form.
//!
//! Three fields of text become a card or one typed complaint per field; nothing half-valid leaves this room. The
//! digits live in [`Digits`], which is wiped when dropped, prints nothing and cannot be serialised. What was typed
//! is never given back: a form with a mistake is shown empty.
//!
//! Deliberately absent: which cards are accepted, and whether one exists. The issuer knows that.

use zeroize::Zeroizing;

/// Longest text looked at in any field; real ones have at most 23 characters.
const FIELD_MAX_BYTES: usize = 64;

/// Digits of a card number or security code.
#[derive(Clone, PartialEq, Eq)]
pub struct Digits(Zeroizing<String>);

impl Digits {
    /// The digits themselves, to be handed on and not kept.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Digits(hidden)")
    }
}

/// A month of the calendar: until when a card is valid, or the current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct YearMonth {
    /// Four digits.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
}

/// A card as typed: well-formed, its number's check digit right, not out of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardInput {
    /// 12 to 19 digits that pass the Luhn check.
    pub pan: Digits,
    /// The last month in which the card is valid.
    pub expiry: YearMonth,
    /// 3 digits, for American Express 4.
    pub cvc: Digits,
}

/// What is wrong with the card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanError {
    Missing,
    Characters,
    Length,
    Checksum,
}

/// What is wrong with the expiry date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiryError {
    Missing,
    Format,
    Past,
}

/// What is wrong with the security code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CvcError {
    Missing,
    ThreeDigits,
    FourDigits,
}

/// At most one complaint per field; at least one if this was returned as an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardErrors {
    pub pan: Option<PanError>,
    pub expiry: Option<ExpiryError>,
    pub cvc: Option<CvcError>,
}

impl PanError {
    /// The key of the text that tells the payer.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "error-pan-missing",
            Self::Characters => "error-pan-characters",
            Self::Length => "error-pan-length",
            Self::Checksum => "error-pan-checksum",
        }
    }
}

impl ExpiryError {
    /// The key of the text that tells the payer.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "error-exp-missing",
            Self::Format => "error-exp-format",
            Self::Past => "error-exp-past",
        }
    }
}

impl CvcError {
    /// The key of the text that tells the payer.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Missing => "error-cvc-missing",
            Self::ThreeDigits => "error-cvc-three",
            Self::FourDigits => "error-cvc-four",
        }
    }
}

/// Reads the fields `pan`, `exp` and `cvc`; `today` is the current month by the gateway's clock.
///
/// # Errors
/// One complaint for every field that has one.
pub fn parse(pan: &str, exp: &str, cvc: &str, today: YearMonth) -> Result<CardInput, CardErrors> {
    let four_digit_code = has_four_digit_code(pan);
    match (parse_pan(pan), parse_expiry(exp, today), parse_cvc(cvc, four_digit_code)) {
        (Ok(pan), Ok(expiry), Ok(cvc)) => Ok(CardInput { pan, expiry, cvc }),
        (pan, expiry, cvc) => Err(CardErrors { pan: pan.err(), expiry: expiry.err(), cvc: cvc.err() }),
    }
}

/// The same for a card that is kept, of which only the code is typed.
///
/// # Errors
/// The complaint about the code.
pub fn parse_code(cvc: &str, four_digits: bool) -> Result<Digits, CardErrors> {
    parse_cvc(cvc, four_digits).map_err(|error| CardErrors { cvc: Some(error), ..CardErrors::default() })
}

fn parse_pan(text: &str) -> Result<Digits, PanError> {
    let packed = packed(text);
    if packed.is_empty() {
        return Err(PanError::Missing);
    }
    if !is_digits(&packed) {
        return Err(PanError::Characters);
    }
    if !(12..=19).contains(&packed.len()) {
        return Err(PanError::Length);
    }
    if luhn_ok(&packed) { Ok(Digits(packed)) } else { Err(PanError::Checksum) }
}

/// `MMYY`, `MMYYYY`, or month and year apart (`12/30`, `1 / 2030`, `12-30`).
fn parse_expiry(text: &str, today: YearMonth) -> Result<YearMonth, ExpiryError> {
    let packed: Zeroizing<String> =
        Zeroizing::new(bounded(text).chars().filter(|c| !c.is_whitespace()).collect());
    if packed.is_empty() {
        return Err(ExpiryError::Missing);
    }
    let (month, year) = match packed.split_once(['/', '-', '.']) {
        Some(halves) => halves,
        None => packed.split_at_checked(2).ok_or(ExpiryError::Format)?,
    };
    let expiry = year_month(month, year).ok_or(ExpiryError::Format)?;
    if expiry < today { Err(ExpiryError::Past) } else { Ok(expiry) }
}

fn year_month(month: &str, year: &str) -> Option<YearMonth> {
    if !is_digits(month) || !is_digits(year) || month.len() > 2 {
        return None;
    }
    let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
    let year: u16 = match year.len() {
        2 => 2000 + year.parse::<u16>().ok()?,
        4 => year.parse().ok().filter(|year| (2000..=2099).contains(year))?,
        _ => return None,
    };
    Some(YearMonth { year, month })
}

fn parse_cvc(text: &str, four_digits: bool) -> Result<Digits, CvcError> {
    let packed = packed(text);
    let (length, complaint) =
        if four_digits { (4, CvcError::FourDigits) } else { (3, CvcError::ThreeDigits) };
    if packed.is_empty() {
        return Err(CvcError::Missing);
    }
    if is_digits(&packed) && packed.len() == length { Ok(Digits(packed)) } else { Err(complaint) }
}

/// American Express numbers start with 34 or 37; its security code has four digits.
pub(crate) fn has_four_digit_code(pan: &str) -> bool {
    let packed = packed(pan);
    packed.starts_with("34") || packed.starts_with("37")
}

/// The text without the spaces and dashes people put between groups of digits.
fn packed(text: &str) -> Zeroizing<String> {
    let separator = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2014}');
    Zeroizing::new(bounded(text).chars().filter(|c| !separator(c)).collect())
}

/// What is longer than any real value is cut; the rest still shows what is wrong with it.
fn bounded(text: &str) -> &str {
    let end =
        (0..=FIELD_MAX_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// ISO/IEC 7812-1, annex B: every second digit from the right doubled, the sum divisible by ten.
fn luhn_ok(digits: &str) -> bool {
    let weighed = |(place, byte): (usize, u8)| {
        let digit = u32::from(byte.saturating_sub(b'0'));
        let doubled = if place % 2 == 1 { digit * 2 } else { digit };
        if doubled > 9 { doubled - 9 } else { doubled }
    };
    digits.bytes().rev().enumerate().map(weighed).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CardErrors, CvcError, ExpiryError, PanError, YearMonth, luhn_ok, parse};

    const TODAY: YearMonth = YearMonth { year: 2026, month: 11 };
    const VISA: &str = "4444444444444448";
    const AMEX: &str = "378282246310005";

    fn errors(pan: &str, exp: &str, cvc: &str) -> CardErrors {
        parse(pan, exp, cvc, TODAY).err().unwrap_or_default()
    }

    #[test]
    fn card_numbers() {
        for (text, expected) in [
            (VISA, None),
            ("4444 4444 4444 4448", None),
            ("5447-3800-0000-0006", None),
            ("\u{a0}4188 0300 0000 0003 ", None),
            ("", Some(PanError::Missing)),
            (" - ", Some(PanError::Missing)),
            ("4444x44444444448", Some(PanError::Characters)),
            ("٤٤٤٤٤٤٤٤٤٤٤٤٤٤٤٨", Some(PanError::Characters)),
            ("444444444", Some(PanError::Length)),
            ("44444444444444444448", Some(PanError::Length)),
            ("4444444444444449", Some(PanError::Checksum)),
        ] {
            assert_eq!(errors(text, "12/30", "123").pan, expected, "{text:?}");
        }
        assert_eq!(errors(&"4".repeat(1_000_000), "12/30", "123").pan, Some(PanError::Length));
    }

    #[test]
    fn expiry_dates() {
        for text in ["1230", "12/30", "12 / 2030", "122030", "12-30", "12.2030", "1/31", " 11/26 "] {
            assert_eq!(errors(VISA, text, "123").expiry, None, "{text:?}");
        }
        for (text, expected) in [
            ("", ExpiryError::Missing),
            ("10/26", ExpiryError::Past),
            ("1225", ExpiryError::Past),
            ("13/30", ExpiryError::Format),
            ("0030", ExpiryError::Format),
            ("1", ExpiryError::Format),
            ("12", ExpiryError::Format),
            ("12/3", ExpiryError::Format),
            ("12/303", ExpiryError::Format),
            ("12/3030", ExpiryError::Format),
            ("12/30/01", ExpiryError::Format),
            ("012/30", ExpiryError::Format),
            ("+1/30", ExpiryError::Format),
            ("december", ExpiryError::Format),
            ("é/é", ExpiryError::Format),
            ("aé30", ExpiryError::Format),
        ] {
            assert_eq!(errors(VISA, text, "123").expiry, Some(expected), "{text:?}");
        }
    }

    #[test]
    fn security_codes() {
        for (pan, text, expected) in [
            (VISA, "123", None),
            (VISA, " 12 3", None),
            (AMEX, "1234", None),
            (VISA, "", Some(CvcError::Missing)),
            (VISA, "1234", Some(CvcError::ThreeDigits)),
            (VISA, "12a", Some(CvcError::ThreeDigits)),
            (AMEX, "123", Some(CvcError::FourDigits)),
        ] {
            assert_eq!(errors(pan, "12/30", text).cvc, expected, "{text:?}");
        }
    }

    #[test]
    fn every_field_is_told_of_at_once() {
        let expected = CardErrors {
            pan: Some(PanError::Missing),
            expiry: Some(ExpiryError::Missing),
            cvc: Some(CvcError::Missing),
        };
        assert_eq!(parse("", "", "", TODAY), Err(expected));
    }

    #[test]
    fn a_card_does_not_print_itself() {
        let card = parse(VISA, "12/30", "987", TODAY).unwrap();
        let printed = format!("{card:?} {card:#?}");
        assert!(!printed.contains("4444") && !printed.contains("987"), "{printed}");
        assert_eq!((card.pan.expose(), card.cvc.expose()), (VISA, "987"));
        assert_eq!(card.expiry, YearMonth { year: 2030, month: 12 });
    }

    /// A number with its check digit appended.
    fn with_check_digit(body: &str) -> String {
        (0..10).map(|digit| format!("{body}{digit}")).find(|pan| luhn_ok(pan)).unwrap()
    }

    proptest! {
        #[test]
        fn any_grouping_of_a_valid_number_is_read(body in "[1-9][0-9]{10,17}", seed in any::<u32>()) {
            let pan = with_check_digit(&body);
            let typed: String = pan.chars().enumerate().flat_map(|(place, digit)| {
                let gap = [None, Some(' '), Some('-')][(seed >> (place % 16)) as usize % 3];
                std::iter::once(digit).chain(gap)
            }).collect();
            let code = if pan.starts_with("34") || pan.starts_with("37") { "1234" } else { "123" };
            let card = parse(&typed, "12/30", code, TODAY).unwrap();
            prop_assert_eq!(card.pan.expose(), pan);
        }

        #[test]
        fn one_wrong_digit_is_always_noticed(body in "[1-9][0-9]{10,17}", place in 0_usize..12, shift in 1_u8..10) {
            let mut pan = with_check_digit(&body).into_bytes();
            pan[place] = b'0' + (pan[place] - b'0' + shift) % 10;
            let pan = String::from_utf8(pan).unwrap();
            prop_assert_eq!(errors(&pan, "12/30", "123").pan, Some(PanError::Checksum));
        }

        #[test]
        fn an_expiry_is_read_in_every_form(month in 1_u8..=12, year in 2027_u16..2099) {
            let short = year - 2000;
            for text in [
                format!("{month:02}{short:02}"), format!("{month:02}/{short:02}"), format!("{month}/{year}"),
                format!("{month:02} / {year}"), format!("{month:02}{year}"),
            ] {
                let card = parse(VISA, &text, "123", TODAY).unwrap();
                prop_assert_eq!(card.expiry, YearMonth { year, month });
            }
        }

        #[test]
        fn no_text_makes_it_stumble(pan in any::<String>(), exp in any::<String>(), cvc in any::<String>()) {
            if let Ok(card) = parse(&pan, &exp, &cvc, TODAY) {
                prop_assert!(luhn_ok(card.pan.expose()) && card.expiry >= TODAY);
            }
        }
    }
}
