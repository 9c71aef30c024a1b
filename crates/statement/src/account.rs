//! Czech account numbers with their check digits, and the symbols that travel with a transfer. A number that exists
//! has been checked: both of its parts satisfy the weighted sum modulo 11, or an importer would refuse the file.

use std::fmt;
use std::str::FromStr;

use domain::{Currency, ShopId};

/// The weights of a number's ten digits; a prefix has the last six of them.
const WEIGHTS: [u64; 10] = [6, 3, 7, 9, 10, 5, 8, 4, 2, 1];

/// Where each digit of the internal form comes from, numbered as in the edit form P0…P5 C0…C9 (gopay.md §12).
const INTERNAL_ORDER: [usize; 16] = [15, 13, 14, 11, 6, 7, 8, 9, 10, 12, 0, 1, 2, 3, 4, 5];

const MAX_PREFIX: u64 = 999_999;
const MAX_NUMBER: u64 = 9_999_999_999;

/// Comgate's accounts are kept by one bank, whatever the currency (comgate.md §11.3).
const COMGATE_BANK: BankCode = BankCode(800);

/// The four digits that name a Czech bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BankCode(u16);

impl BankCode {
    /// `None` for a number of more than four digits.
    #[must_use]
    pub const fn new(code: u16) -> Option<Self> {
        if code <= 9_999 { Some(Self(code)) } else { None }
    }

    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

/// An account as Czech banks write it: `prefix-number/bank`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountNumber {
    prefix: u64,
    number: u64,
    bank: BankCode,
}

/// Too many digits, no digits, or digits that do not satisfy the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid account number")]
pub struct NotAnAccount;

impl AccountNumber {
    /// # Errors
    /// [`NotAnAccount`] when a part is too long, the number is zero, or a check fails.
    pub fn new(prefix: u64, number: u64, bank: BankCode) -> Result<Self, NotAnAccount> {
        let fits = prefix <= MAX_PREFIX && (1..=MAX_NUMBER).contains(&number);
        if fits && weighted(prefix) == 0 && weighted(number) == 0 {
            Ok(Self { prefix, number, bank })
        } else {
            Err(NotAnAccount)
        }
    }

    /// The account a shop has in a currency. Nobody publishes how such accounts are numbered: ours has the
    /// currency's ISO number in its prefix and the last eight digits of the GoID in its number, both completed by
    /// digits that satisfy the check.
    #[must_use]
    pub fn of_shop(shop: ShopId, currency: Currency) -> Self {
        let number = checked(shop.get().unsigned_abs() % 100_000_000);
        Self { prefix: checked(u64::from(currency.number())), number, bank: BankCode(0) }
    }

    /// The account a client of Comgate has in a currency: a prefix for the currency (comgate.md §11.3) and the
    /// client's number, completed as for [`AccountNumber::of_shop`].
    #[must_use]
    pub fn of_comgate(client: u64, currency: Currency) -> Self {
        let known = COMGATE_PREFIXES.iter().find(|(known, _)| *known == currency);
        let prefix = known.map_or_else(|| checked(u64::from(currency.number())), |(_, prefix)| *prefix);
        Self { prefix, number: checked(client % 100_000_000), bank: COMGATE_BANK }
    }

    #[must_use]
    pub const fn bank(&self) -> BankCode {
        self.bank
    }

    /// Sixteen digits as people write them: prefix, then number.
    #[must_use]
    pub fn edit_form(&self) -> String {
        format!("{:06}{:010}", self.prefix, self.number)
    }

    /// Sixteen digits as banks' own systems shuffle them.
    #[must_use]
    pub fn internal_form(&self) -> String {
        let digits: Vec<char> = self.edit_form().chars().collect();
        INTERNAL_ORDER.iter().filter_map(|from| digits.get(*from)).collect()
    }
}

const COMGATE_PREFIXES: [(Currency, u64); 7] = [
    (Currency::CZK, 888_118),
    (Currency::EUR, 888_126),
    (Currency::PLN, 888_134),
    (Currency::HUF, 888_142),
    (Currency::RON, 888_150),
    (Currency::GBP, 888_193),
    (Currency::USD, 888_206),
];

/// The weighted sum of the digits modulo 11: zero in a valid number.
fn weighted(mut number: u64) -> u64 {
    let mut sum = 0;
    for weight in WEIGHTS.iter().rev() {
        sum += number % 10 * weight;
        number /= 10;
    }
    sum % 11
}

/// The number followed by the first two digits that make it valid. Two suffice: whatever the number is, the last
/// digit alone mends every remainder but one, and the digit before it moves that one away.
fn checked(number: u64) -> u64 {
    (0..100).map(|tail| number * 100 + tail).find(|full| *full > 0 && weighted(*full) == 0).unwrap_or(0)
}

impl fmt::Display for AccountNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.prefix > 0 {
            write!(f, "{}-", self.prefix)?;
        }
        write!(f, "{}", self.number)?;
        if self.bank.0 > 0 {
            write!(f, "/{:04}", self.bank.0)?;
        }
        Ok(())
    }
}

/// Reads `prefix-number/bank`; prefix and bank may be missing.
impl FromStr for AccountNumber {
    type Err = NotAnAccount;

    fn from_str(text: &str) -> Result<Self, NotAnAccount> {
        let (account, bank) = text.split_once('/').unwrap_or((text, "0"));
        let (prefix, number) = account.split_once('-').unwrap_or(("0", account));
        let bank = digits(bank, 4).and_then(|code| BankCode::new(u16::try_from(code).ok()?));
        match (digits(prefix, 6), digits(number, 10), bank) {
            (Some(prefix), Some(number), Some(bank)) => Self::new(prefix, number, bank),
            _ => Err(NotAnAccount),
        }
    }
}

fn digits(text: &str, most: usize) -> Option<u64> {
    let plain = (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// What a Czech payer writes beside a transfer so that it can be recognised: one to ten digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariableSymbol {
    number: u64,
    /// How many digits were written: leading zeros mean nothing to a bank, and are kept as they came.
    width: usize,
}

/// Not one to ten decimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a variable symbol")]
pub struct NotASymbol;

impl VariableSymbol {
    /// The field of ten digits in an ABO record.
    #[must_use]
    pub fn padded(self) -> String {
        format!("{:010}", self.number)
    }
}

impl FromStr for VariableSymbol {
    type Err = NotASymbol;

    fn from_str(text: &str) -> Result<Self, NotASymbol> {
        digits(text, 10).map(|number| Self { number, width: text.len() }).ok_or(NotASymbol)
    }
}

impl fmt::Display for VariableSymbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$}", self.number, width = self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_checked_in_both_parts() {
        // The sample of the help pages (comgate.md §11.3).
        let sample: AccountNumber = "888118-1234000008/0800".parse().unwrap();
        assert_eq!(sample.edit_form(), "8881181234000008");
        assert_eq!(sample.to_string(), "888118-1234000008/0800");
        for wrong in
            ["888118-1234000009/0800", "888119-1234000008/0800", "0", "", "1-2-3", "12345678901", "+8"]
        {
            assert_eq!(wrong.parse::<AccountNumber>(), Err(NotAnAccount), "{wrong:?}");
        }
    }

    #[test]
    fn the_internal_form_moves_every_digit_to_its_place() {
        let sample = AccountNumber { prefix: 123_456, number: 9_876_543_210, bank: BankCode(0) };
        assert_eq!(sample.edit_form(), "1234569876543210");
        // C9 C7 C8 C5 C0 C1 C2 C3 C4 C6 P0…P5
        assert_eq!(sample.internal_form(), "0214987653123456");
    }

    #[test]
    fn every_account_we_number_is_valid_and_its_currency_shows() {
        for currency in Currency::ALL {
            for owner in [0, 1, 7, 42, 123_456, 99_999_999, 8_123_456_789, 8_999_999_999] {
                let shop = AccountNumber::of_shop(ShopId::new(owner), currency);
                assert_eq!(AccountNumber::new(shop.prefix, shop.number, shop.bank), Ok(shop));
                let client = AccountNumber::of_comgate(owner.unsigned_abs(), currency);
                assert_eq!(AccountNumber::new(client.prefix, client.number, client.bank), Ok(client));
            }
        }
        let prefixes: std::collections::BTreeSet<u64> =
            Currency::ALL.map(|currency| AccountNumber::of_comgate(1, currency).prefix).into();
        assert_eq!(prefixes.len(), Currency::ALL.len());
    }

    #[test]
    fn a_symbol_is_one_to_ten_digits() {
        let symbol = "042".parse::<VariableSymbol>().unwrap();
        assert_eq!((symbol.to_string(), symbol.padded()), ("042".to_owned(), "0000000042".to_owned()));
        for wrong in ["", "12345678901", "12a", "-1", "１"] {
            assert_eq!(wrong.parse::<VariableSymbol>(), Err(NotASymbol), "{wrong:?}");
        }
    }
}
