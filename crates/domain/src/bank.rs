//! Banks a payer may pay from, and bank accounts.
//!
//! The list is data: the codes are those of gopay.md §9.2, the national bank codes are the countries' own. A bank
//! that is `online` has a page on which its customers confirm a payment at once; from the others, and from banks
//! that are not listed, money comes by a payment order.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Currency;

/// Longest code of a bank: a BIC, sometimes with a suffix of the provider's own.
const LONGEST: usize = 24;

/// A bank's code: upper-case letters, digits and dashes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BankCode([u8; LONGEST]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the code of a bank")]
pub struct NotABankCode;

impl BankCode {
    pub fn new(text: &str) -> Result<Self, NotABankCode> {
        let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
        if text.is_empty() || text.len() > LONGEST || !text.bytes().all(plain) {
            return Err(NotABankCode);
        }
        let mut code = [0; LONGEST];
        for (place, byte) in code.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Ok(Self(code))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('\0')
    }

    /// The bank, if it is one of the list.
    #[must_use]
    pub fn bank(&self) -> Option<&'static Bank> {
        BANKS.iter().find(|bank| bank.code == self.as_str())
    }
}

impl TryFrom<String> for BankCode {
    type Error = NotABankCode;

    fn try_from(text: String) -> Result<Self, NotABankCode> {
        Self::new(&text)
    }
}

impl From<BankCode> for String {
    fn from(code: BankCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Debug for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for BankCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A bank of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bank {
    pub code: &'static str,
    /// What people call it; empty where there is no bank behind the code.
    pub name: &'static str,
    /// ISO 3166-1 alpha-2; empty where there is no bank behind the code.
    pub country: &'static str,
    /// The bank's number within its country, as it stands in an IBAN.
    pub number: &'static str,
    pub online: bool,
    pub currencies: &'static [Currency],
}

impl Bank {
    /// Any bank that is not in the list.
    pub const OTHERS: &'static str = "OTHERS";
    /// Whichever bank the payer scans a payment code with.
    pub const QR_PAYMENT: &'static str = "QRPAYMENT";

    /// The banks that take a currency, in the order of the list.
    pub fn of(currency: Currency) -> impl Iterator<Item = &'static Self> {
        BANKS.iter().filter(move |bank| bank.currencies.contains(&currency))
    }

    /// The BIC without what providers have added to it.
    #[must_use]
    pub fn bic(&self) -> &'static str {
        self.code.split('-').next().unwrap_or_default()
    }

    #[must_use]
    pub fn is_pseudo(&self) -> bool {
        self.country.is_empty()
    }
}

const CZK: &[Currency] = &[Currency::CZK];
const EUR: &[Currency] = &[Currency::EUR];
const PLN: &[Currency] = &[Currency::PLN];

macro_rules! banks {
    ($($country:literal $currencies:expr; $(($code:literal, $name:literal, $number:literal, $online:literal))*)*) => {
        &[$($(Bank { code: $code, name: $name, country: $country, number: $number, online: $online,
            currencies: $currencies },)*)*]
    };
}

/// Every bank that can be chosen.
pub const BANKS: &[Bank] = banks! {
    "CZ" CZK;
    ("GIBACZPX", "Česká spořitelna", "0800", true)
    ("KOMBCZPP", "Komerční banka", "0100", true)
    ("CEKOCZPP", "ČSOB", "0300", true)
    ("CEKOCZPP-ERA", "Poštovní spořitelna", "0300", true)
    ("RZBCCZPP", "Raiffeisenbank", "5500", true)
    ("FIOBCZPP", "Fio banka", "2010", true)
    ("AGBACZPP", "Moneta Money Bank", "0600", true)
    ("AIRACZPP", "Air Bank", "3030", true)
    ("BACXCZPP", "UniCredit Bank", "2700", true)
    ("BREXCZPP", "mBank", "6210", true)
    ("CTASCZ22", "Creditas", "2250", true)
    ("PTBNCZPP", "Partners Banka", "6363", true)
    ("JTBPCZPP", "J&T Banka", "5800", false)
    ("EQBKCZPP", "Equa bank", "6100", false)
    ("INGBCZPP", "ING Bank", "3500", false)
    ("EXPNCZPP", "Max banka", "4000", false)
    ("OBKLCZ2X", "Oberbank", "8040", false)
    ("VBOECZ2X", "Sberbank", "6800", false)
    ("SUBACZPP", "VÚB Praha", "6700", false)
    ("BPPFCZP1", "Hello bank!", "3050", false)
    "LT" &[Currency::CZK, Currency::EUR];
    ("RVUALT2VXXX", "Revolut", "32500", true)
    "SK" EUR;
    ("TATRSKBX", "Tatra banka", "1100", true)
    ("SUBASKBX", "VÚB banka", "0200", true)
    ("GIBASKBX", "Slovenská sporiteľňa", "0900", true)
    ("CEKOSKBX", "ČSOB", "7500", true)
    ("UNCRSKBX", "UniCredit Bank", "1111", true)
    ("POBNSKBA", "Poštová banka", "6500", true)
    ("POBNSKBAXXX", "365.bank", "6500", true)
    ("TATRSKBXXXX", "Raiffeisen Bank", "1100", true)
    ("OTPVSKBX", "OTP Banka", "5200", false)
    ("KOMASK2X", "Prima banka", "5600", false)
    ("CITISKBA", "Citibank", "8130", false)
    ("FIOZSKBA", "Fio banka", "8330", false)
    ("INGBSKBX", "ING Bank", "7300", false)
    ("BREXSKBX", "mBank", "8360", false)
    ("JTBPSKBA", "J&T Banka", "8320", false)
    ("OBKLSKBA", "Oberbank", "8370", false)
    ("BSLOSK22", "Privatbanka", "8120", false)
    ("BFKKSKBB", "BKS Bank", "8420", false)
    ("KOMBSKBA", "Komerční banka", "8100", false)
    "PL" PLN;
    ("BPKOPLPW", "PKO Bank Polski", "10201026", true)
    ("BPKOPLPW-IKO", "PKO Bank Polski IKO", "10201026", true)
    ("BPKOPLPW-INTELIGO", "Inteligo", "10205558", true)
    ("PKOPPLPW", "Bank Pekao", "12401037", true)
    ("WBKPPLPP", "Santander", "10901014", true)
    ("BREXPLPW", "mBank", "11402004", true)
    ("BREXPLPW-OMB", "Orange Finanse", "11402105", true)
    ("INGBPLPW", "ING Bank Śląski", "10501012", true)
    ("ALBPPLPW", "Alior Bank", "24900005", true)
    ("BIGBPLPW", "Bank Millennium", "11602202", true)
    ("AGRIPLPR", "Crédit Agricole", "19401076", true)
    ("CITIPLPX", "Citi Handlowy", "10301508", true)
    ("PPABPLPK", "BNP Paribas", "16001462", true)
    ("GBGCPLPK-BLIK", "BLIK", "15601010", true)
    ("GBGCPLPK", "Getin Bank", "15601010", true)
    ("GBGCPLPK-NOB", "Noble Bank", "15601013", true)
    ("GBGCPLPK-GIO", "Getin Online", "15601010", true)
    ("NESBPLPW", "Nest Bank", "25300008", true)
    ("EBOSPLPW", "Bank Ochrony Środowiska", "15401098", true)
    ("POLUPLPR", "Bank Nowy BFG", "19301012", true)
    ("POCZPLP4", "Bank Pocztowy", "13201537", true)
    ("IEEAPLPA", "Idea Bank", "19501004", true)
    ("IVSEPLPP", "Plus Bank", "16801017", true)
    ("VOWAPLP9", "Volkswagen Bank", "21300004", true)
    ("VOWAPLP1", "Volkswagen Bank direct", "21300004", true)
    ("TOBAPLPW", "Toyota Bank", "21600003", true)
    ("GBWCPLPP", "Spółdzielcza Grupa Bankowa", "16101188", true)
    ("BPHKPLPK", "Bank BPH", "10601028", false)
    ("GOPZPLPW", "BGŻ", "20300045", false)
    ("RCBWPLPW", "Raiffeisen Polbank", "17501009", false)
    ("DEUTPLPX", "Deutsche Bank", "18801009", false)
    ("DNBANOKK", "DNB", "23500005", false)
    ("NBPLPLPW", "e-SKOK", "79999995", false)
    ("SOGEPLPW", "Eurobank", "14700002", false)
    ("PBPBPLPW", "Bank PBP", "15001012", false)
    "" &[Currency::CZK, Currency::EUR, Currency::HUF];
    ("QRPAYMENT", "", "", false)
    "" &[Currency::CZK, Currency::EUR, Currency::PLN, Currency::HUF];
    ("OTHERS", "", "", false)
};

/// An account at a bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// Whose it is.
    pub name: String,
    pub iban: String,
    pub bic: String,
    /// As people write it at home, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local: Option<LocalNumber>,
}

/// An account number of Czechia or Slovakia: prefix and number, and the bank's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalNumber {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    pub number: String,
    pub bank_code: String,
}

/// Where the payer's money came from, when it was not a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Account(BankAccount),
    Wallet {
        email: String,
    },
    /// The provider does not say.
    Unnamed,
}

/// The IBAN of an account: two check digits make the whole divide by 97 with remainder 1 (ISO 13616).
#[must_use]
pub fn iban(country: &str, account: &str) -> String {
    let digits = account.chars().chain(country.chars()).chain("00".chars());
    let remainder = digits.filter_map(|c| c.to_digit(36)).fold(0_u32, |rest, value| {
        let scale = if value > 9 { 100 } else { 10 };
        (rest * scale + value) % 97
    });
    format!("{country}{:02}{account}", 98_u32.saturating_sub(remainder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bank_has_a_code_of_its_own_that_can_be_kept() {
        for bank in BANKS {
            let code = BankCode::new(bank.code).unwrap();
            assert_eq!(code.bank(), Some(bank), "{}", bank.code);
            assert_eq!(String::from(code), bank.code);
            assert_eq!(bank.name.is_empty(), bank.is_pseudo());
        }
        assert!(BankCode::new("fiobczpp").is_err() && BankCode::new("").is_err());
        assert!(BankCode::new("ABCDEFGHIJKLMNOPQRSTUVWXY").is_err());
    }

    #[test]
    fn check_digits_of_an_iban() {
        // The examples of the Czech, Slovak and Polish standards.
        assert_eq!(iban("CZ", "08000000192000145399"), "CZ6508000000192000145399");
        assert_eq!(iban("SK", "12000000198742637541"), "SK3112000000198742637541");
        assert_eq!(iban("PL", "109010140000071219812874"), "PL61109010140000071219812874");
    }
}
