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

/// What an opaque name of 128 bits stands for: equal numbers of two kinds look nothing alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameOf {
    Task,
    Transaction,
}

impl Gateway {
    /// A version 4 UUID in lower case (gptom.md §2): the number hidden by a keyed hash, and that hash to prove it.
    #[must_use]
    pub fn uuid_name(&self, of: NameOf, number: i64) -> String {
        uuid(&self.names, of, number)
    }

    /// The number a UUID stands for, if it was made here for this kind.
    #[must_use]
    pub fn named_by_uuid(&self, of: NameOf, uuid: &str) -> Option<i64> {
        number_of(&self.names, of, uuid)
    }
}

/// 58 bits of proof; the six that say "version 4" are fixed.
const PROOF: u64 = 0xffff_ffff_ffff_0fff;
const VERSION_4: u64 = 0x4000;
const VARIANT: u64 = 0b11 << 62;

fn uuid(key: &Key, of: NameOf, number: i64) -> String {
    let proof = proof(key, of, number);
    let hidden = u64::from_be_bytes(number.to_be_bytes()) ^ pad(key, of, proof);
    // Numbers are positive and below 2^62, so two bits are free for the variant: what they hide is known to be zero.
    let low = (hidden & !VARIANT) | (0b10 << 62);
    let (one, two, three) = (proof >> 32, proof >> 16 & 0xffff, proof & 0xffff);
    format!("{one:08x}-{two:04x}-{three:04x}-{:04x}-{:012x}", low >> 48, low & 0xffff_ffff_ffff)
}

fn number_of(key: &Key, of: NameOf, text: &str) -> Option<i64> {
    let dashes = [8, 13, 18, 23];
    let plain = text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match dashes.contains(&place) {
            true => byte == b'-',
            false => byte.is_ascii_hexdigit(),
        });
    let digits: String = text.chars().filter(|digit| *digit != '-').collect();
    let both = u128::from_str_radix(&digits, 16).ok().filter(|_| plain)?;
    let (high, low) = (u64::try_from(both >> 64).ok()?, u64::try_from(both & u128::from(u64::MAX)).ok()?);
    let number = i64::try_from((low ^ pad(key, of, high)) & !VARIANT).ok()?;
    (proof(key, of, number) == high && low >> 62 == 0b10).then_some(number)
}

fn proof(key: &Key, of: NameOf, number: i64) -> u64 {
    first_eight(&key.mac(&[label(of), b"proof", &number.to_be_bytes()])) & PROOF | VERSION_4
}

const fn label(of: NameOf) -> &'static [u8] {
    match of {
        NameOf::Task => b"task",
        NameOf::Transaction => b"transaction",
    }
}

fn pad(key: &Key, of: NameOf, proof: u64) -> u64 {
    first_eight(&key.mac(&[label(of), b"pad", &proof.to_be_bytes()]))
}

fn first_eight(hash: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
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

    #[test]
    fn a_uuid_stands_for_one_number_of_one_kind() {
        let key = Keyring::parse(&"07".repeat(32)).unwrap().key(Purpose::PaymentNames);
        for number in [1, 2, PaymentId::FIRST.get(), 1 << 61] {
            let name = uuid(&key, NameOf::Task, number);
            assert_eq!(number_of(&key, NameOf::Task, &name), Some(number));
            assert_eq!(number_of(&key, NameOf::Task, &name.to_uppercase()), Some(number));
            assert_eq!(number_of(&key, NameOf::Transaction, &name), None);
            assert_eq!((name.len(), name.as_bytes()[14]), (36, b'4'));
            assert!(b"89ab".contains(&name.as_bytes()[19]), "{name}");
            let other = name.replace(if name.contains('0') { '0' } else { '1' }, "2");
            assert_ne!(other, name);
            assert_eq!(number_of(&key, NameOf::Task, &other), None);
        }
        for wrong in ["", "7", "00000000-0000-4000-8000-000000000000", "é".repeat(18).as_str()] {
            assert_eq!(number_of(&key, NameOf::Task, wrong), None, "{wrong}");
        }
    }
}
