//! Numbers as GUIDs, for doors whose protocol has these.
//!
//! A GUID is a number and what it is a number of, under a keyed permutation: it needs no index, cannot be guessed, and
//! one that was not made here is noticed without looking anything up. The permutation is a Feistel network over the
//! 122 bits of a GUID that do not say which kind of GUID it is.

use domain::Guid;

use crate::keyring::{Key, hex};

/// What a number is a number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GuidOf {
    Payment = 1,
    PosRefund = 2,
    PointOfSale = 3,
    Beacon = 4,
}

const HALF_BITS: u32 = 61;
const HALF: u64 = (1 << HALF_BITS) - 1;
const ROUNDS: u8 = 4;
/// The version and the variant of random GUIDs, with the bits that are theirs.
const VERSION: u128 = 0x4 << 76;
const VARIANT: u128 = 0x2 << 62;
const BELOW_VARIANT: u32 = 62;
const BETWEEN: u32 = 12;

pub(crate) struct Guids(Key);

impl Guids {
    pub(crate) const fn new(key: Key) -> Self {
        Self(key)
    }

    pub(crate) fn guid(&self, of: GuidOf, number: i64) -> Guid {
        let (mut left, mut right) = (of as u64, number.unsigned_abs() & HALF);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.mixed(round, right));
        }
        let bits = u128::from(left) << HALF_BITS | u128::from(right);
        let low = bits & ((1 << BELOW_VARIANT) - 1);
        let middle = bits >> BELOW_VARIANT & ((1 << BETWEEN) - 1);
        let high = bits >> (BELOW_VARIANT + BETWEEN);
        Guid::from_bytes((high << 80 | VERSION | middle << 64 | VARIANT | low).to_be_bytes())
    }

    /// The number of this kind that a GUID stands for.
    pub(crate) fn number(&self, of: GuidOf, guid: Guid) -> Option<i64> {
        let whole = u128::from_be_bytes(*guid.bytes());
        if whole & (0xf << 76) != VERSION || whole & (0x3 << 62) != VARIANT {
            return None;
        }
        let low = whole & ((1 << BELOW_VARIANT) - 1);
        let middle = whole >> 64 & ((1 << BETWEEN) - 1);
        let bits = (whole >> 80) << (BELOW_VARIANT + BETWEEN) | middle << BELOW_VARIANT | low;
        let mut left = u64::try_from(bits >> HALF_BITS).ok()?;
        let mut right = u64::try_from(bits & u128::from(HALF)).ok()?;
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.mixed(round, left), left);
        }
        if left == of as u64 { i64::try_from(right).ok() } else { None }
    }

    /// Where a list is kept that is known by a text, below a number.
    pub(crate) fn list(&self, of: i64, text: &str) -> i64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0.mac(&[b"list", &of.to_be_bytes(), text.as_bytes()]);
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// Sixteen bytes in hexadecimal that stand for two numbers together.
    pub(crate) fn token(&self, what: &[u8; 8], one: i64, other: i64) -> String {
        let mac = self.0.mac(&[b"token", what, &one.to_be_bytes(), &other.to_be_bytes()]);
        hex(mac.first_chunk::<16>().map_or(&[], |half| half.as_slice()))
    }

    fn mixed(&self, round: u8, half: u64) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0.mac(&[&[round], &half.to_be_bytes()]);
        u64::from_be_bytes([a, b, c, d, e, f, g, h]) & HALF
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::keyring::{Keyring, Purpose};

    #[test]
    fn a_guid_stands_for_one_number_of_one_kind() {
        let guids = Guids::new(Keyring::parse(&"07".repeat(32)).unwrap().key(Purpose::Guids));
        let mut seen = HashSet::new();
        for number in (3_000_000_001..3_000_002_001).chain([0, 1, 1 << 60]) {
            for of in [GuidOf::Payment, GuidOf::PosRefund, GuidOf::PointOfSale, GuidOf::Beacon] {
                let guid = guids.guid(of, number);
                assert_eq!(guids.number(of, guid), Some(number), "{guid}");
                assert!(of == GuidOf::Payment || guids.number(GuidOf::Payment, guid).is_none(), "{guid}");
                assert_eq!(guid, Guid::random(*guid.bytes()), "it looks like a random one");
                assert!(seen.insert(guid));
            }
        }
        assert_eq!(guids.number(GuidOf::Payment, Guid::random([7; 16])), None);
        assert_eq!(guids.number(GuidOf::Payment, Guid::from_bytes([0; 16])), None);
    }
}
