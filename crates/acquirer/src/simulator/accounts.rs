//! The simulated banks' side: accounts with valid check digits that belong to nobody.

use domain::{Bank, BankAccount, BankCode, Currency, LocalNumber, PaymentId, Source, iban};

/// What the payer's bank says whose account pays: the same for the same payment.
pub(super) fn of_payer(code: BankCode, payment: PaymentId) -> Source {
    let Some(bank) = code.bank().filter(|bank| !bank.is_pseudo()).or_else(|| Bank::of(Currency::CZK).next())
    else {
        return Source::Unnamed;
    };
    let number = 1_000_000 + payment.get().unsigned_abs() % 9_000_000;
    Source::Account(account(bank, number, "Jan Novák"))
}

/// Where payment orders in a currency go to.
pub(super) fn collecting(currency: Currency) -> Option<BankAccount> {
    let (bank, number) = match currency {
        Currency::CZK => (bank("FIOBCZPP")?, 2_801_234),
        Currency::EUR => (bank("TATRSKBX")?, 2_905_678),
        Currency::PLN => (bank("BPKOPLPW")?, 2_709_012),
        Currency::HUF => (&HUNGARIAN, 2_603_456),
        _ => return None,
    };
    Some(account(bank, number, "Polytill Sandbox"))
}

/// No bank a payer can choose, but payment orders in forints have to go somewhere.
static HUNGARIAN: Bank = Bank {
    code: "OTPVHUHB",
    name: "OTP Bank",
    country: "HU",
    number: "11773016",
    online: false,
    currencies: &[Currency::HUF],
};

fn bank(code: &str) -> Option<&'static Bank> {
    BankCode::new(code).ok()?.bank()
}

fn account(bank: &Bank, number: u64, name: &str) -> BankAccount {
    let (within, local) = match bank.country {
        "CZ" | "SK" => {
            let (prefix, number) = ("19", eleven(number));
            let local = LocalNumber {
                prefix: prefix.to_owned(),
                number: number.clone(),
                bank_code: bank.number.to_owned(),
            };
            (format!("{}{prefix:0>6}{number:0>10}", bank.number), Some(local))
        }
        "PL" => (format!("{}{number:016}", bank.number), None),
        "HU" => (format!("{}{number:016}", bank.number), None),
        _ => (format!("{}{number:011}", bank.number), None),
    };
    BankAccount {
        name: name.to_owned(),
        iban: iban(bank.country, &within),
        bic: bank.bic().to_owned(),
        local,
    }
}

/// A number whose weighted sum divides by eleven, as Czech and Slovak account numbers have: the last digit is
/// chosen so, and where none fits the next number is taken.
fn eleven(seed: u64) -> String {
    (seed..seed.saturating_add(50))
        .find_map(|base| {
            let weighted = (0..9_u32).fold(0, |sum, place| {
                let digit = base / 10_u64.pow(place) % 10;
                sum + digit * (1_u64 << (place + 1)) % 11
            });
            let check = (11 - weighted % 11) % 11;
            (check < 10).then(|| format!("{base}{check}"))
        })
        .unwrap_or_else(|| "0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_divide_by_eleven() {
        for seed in 1_000_000..1_001_000 {
            let number = eleven(seed);
            let sum: u64 =
                number.bytes().rev().enumerate().map(|(place, byte)| u64::from(byte - b'0') << place).sum();
            assert_eq!(sum % 11, 0, "{number}");
            assert!((8..=10).contains(&number.len()));
        }
    }

    #[test]
    fn every_bank_has_an_account_of_the_right_length() {
        for bank in domain::BANKS {
            let code = BankCode::new(bank.code).unwrap();
            let Source::Account(account) = of_payer(code, PaymentId::FIRST) else { panic!("{code}") };
            let length = match account.iban.get(..2).unwrap() {
                "CZ" | "SK" => 24,
                "PL" => 28,
                _ => 20,
            };
            assert_eq!(account.iban.len(), length, "{code}");
        }
        assert_eq!(collecting(Currency::HUF).unwrap().iban.len(), 28);
    }
}
