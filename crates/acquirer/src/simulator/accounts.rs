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

/// Where payment orders in a currency go to. The numbers pass their checks, so that whoever reads one can check it; the
/// banks do not exist, so that nobody's money goes anywhere.
pub(super) fn collecting(currency: Currency) -> Option<BankAccount> {
    let bank = NOBODYS.iter().find(|bank| bank.currencies.contains(&currency))?;
    Some(account(bank, 2_801_234, "Polytill Sandbox"))
}

/// Banks whose numbers are not given to any. A zero in the eighth place of a BIC marks one for tests (ISO 9362).
static NOBODYS: [Bank; 4] = [
    nobodys("TESTCZP0", "CZ", "9999", &[Currency::CZK]),
    nobodys("TESTSKP0", "SK", "9999", &[Currency::EUR]),
    nobodys("TESTPLP0", "PL", "99999999", &[Currency::PLN]),
    nobodys("TESTHUP0", "HU", "99999999", &[Currency::HUF]),
];

const fn nobodys(
    code: &'static str,
    country: &'static str,
    number: &'static str,
    currencies: &'static [Currency],
) -> Bank {
    Bank { code, name: "", country, number, online: false, currencies }
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
    }

    #[test]
    fn payment_orders_go_to_no_bank_there_is() {
        for (currency, length) in
            [(Currency::CZK, 24), (Currency::EUR, 24), (Currency::PLN, 28), (Currency::HUF, 28)]
        {
            let account = collecting(currency).unwrap();
            assert_eq!(account.iban.len(), length, "{currency}");
            for bank in domain::BANKS.iter().filter(|bank| !bank.is_pseudo()) {
                let (country, rest) = account.iban.split_at(2);
                let number = rest.split_at(2).1;
                assert!(country != bank.country || !number.starts_with(bank.number), "{}", bank.name);
                assert_ne!(account.bic, bank.bic());
            }
            assert_eq!(account.bic.as_bytes()[7], b'0', "{currency}: marked as a test");
        }
        assert!(collecting(Currency::USD).is_none());
    }
}
