//! Other spellings of a payment's number, for doors that do not show numbers.
//!
//! A name is the number under a keyed permutation: it needs no index, cannot be guessed, and does not tell how many
//! payments there are. The permutation is a Feistel network over two halves of six base-36 digits each; numbers below
//! 36^12, more than there will ever be, have one name each, and every well-formed name stands for one number, whether
//! or not there is such a payment.

use domain::PaymentId;

use crate::gateway::Gateway;
use crate::keyring::Key;

/// One half: six digits of base 36.
const HALF: u64 = 36_u64.pow(6);
const ROUNDS: u8 = 8;
const DIGITS: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

impl Gateway {
    /// Three groups of four capital letters and digits, `AB12-CD34-EF56` (comgate.md §7).
    #[must_use]
    pub fn payment_name(&self, id: PaymentId) -> String {
        let (left, right) = permuted(&self.names, id);
        let digits: Vec<u8> = letters(left).into_iter().chain(letters(right)).collect();
        let groups: Vec<String> =
            digits.chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
        groups.join("-")
    }

    /// The payment a name stands for, if it is a name.
    #[must_use]
    pub fn named_payment(&self, name: &str) -> Option<PaymentId> {
        let groups: Vec<&str> = name.split('-').collect();
        let [one, two, three] = groups.as_slice() else { return None };
        if [one, two, three].iter().any(|group| group.len() != 4) {
            return None;
        }
        let digits = format!("{one}{two}{three}");
        let (left, right) = digits.split_at_checked(6)?;
        original(&self.names, number(left)?, number(right)?)
    }
}

fn permuted(key: &Key, id: PaymentId) -> (u64, u64) {
    let id = u64::try_from(id.get()).unwrap_or_default();
    let (mut left, mut right) = (id / HALF % HALF, id % HALF);
    for round in 0..ROUNDS {
        (left, right) = (right, (left + mixed(key, round, right)) % HALF);
    }
    (left, right)
}

fn original(key: &Key, mut left: u64, mut right: u64) -> Option<PaymentId> {
    for round in (0..ROUNDS).rev() {
        (left, right) = ((right + HALF - mixed(key, round, left)) % HALF, left);
    }
    i64::try_from(left * HALF + right).ok().map(PaymentId::new)
}

/// The round's share, below a half.
fn mixed(key: &Key, round: u8, half: u64) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = key.mac(&[&[round], &half.to_be_bytes()]);
    u64::from_be_bytes([a, b, c, d, e, f, g, h]) % HALF
}

fn letters(mut half: u64) -> [u8; 6] {
    let mut digits = [0; 6];
    for place in digits.iter_mut().rev() {
        let digit = usize::try_from(half % 36).unwrap_or_default();
        *place = DIGITS.get(digit).copied().unwrap_or(b'A');
        half /= 36;
    }
    digits
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().try_fold(0, |number, digit| {
        let value = DIGITS.iter().position(|known| *known == digit)?;
        Some(number * 36 + u64::try_from(value).ok()?)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::keyring::{Keyring, Purpose};

    #[test]
    fn a_name_stands_for_one_number_and_back() {
        let key = Keyring::parse(&"07".repeat(32)).unwrap().key(Purpose::PaymentNames);
        let mut seen = HashSet::new();
        let many = (0..2_000).map(|step| PaymentId::FIRST.get() + step);
        for id in many.chain([1, i64::from(u32::MAX), 1 << 61]) {
            let (left, right) = permuted(&key, PaymentId::new(id));
            assert_eq!(original(&key, left, right), Some(PaymentId::new(id)), "{id}");
            assert!(seen.insert((left, right)));
        }
        let (one, two) = (permuted(&key, PaymentId::new(7)), permuted(&key, PaymentId::new(8)));
        assert!(one.0 != two.0 && one.1 != two.1, "neighbours look nothing alike");
        assert_eq!(number("AAAAAB"), Some(1));
        assert_eq!((number("aaaaaa"), number("AAAAA!")), (None, None));
    }
}
