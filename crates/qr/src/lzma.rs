//! The least of an LZMA encoder: literals and an end marker, with the properties that PAY by square fixes (lc = 3,
//! lp = 0, pb = 2). A payment order has hardly anything that repeats, so matches would save a few bytes; any decoder
//! reads this.

const HALF: u16 = 1 << 10;
const PROBABILITY_BITS: u32 = 11;
const MOVE_BITS: u32 = 5;
const TOP: u32 = 1 << 24;
/// One tree of literals for each value of the upper three bits of the byte before.
const LITERAL_TREE: usize = 0x300;

/// A stream without a header, ended by a marker.
pub(crate) fn compress(data: &[u8]) -> Vec<u8> {
    let mut coder = Coder::new();
    let mut literals = vec![HALF; LITERAL_TREE * 8];
    // Whether a match follows, by the two low bits of the position. The state never leaves the first.
    let mut is_match = [HALF; 4];
    let mut before = 0_u8;
    let mut position = 0_usize;
    for byte in data {
        coder.bit(&mut is_match, position & 3, false);
        let tree = usize::from(before >> 5) * LITERAL_TREE;
        let mut symbol = 1_usize;
        for shift in (0..8).rev() {
            let bit = (byte >> shift) & 1 == 1;
            coder.bit(&mut literals, tree + symbol, bit);
            symbol = symbol << 1 | usize::from(bit);
        }
        before = *byte;
        position += 1;
    }
    coder.end_marker(&mut is_match, position & 3);
    coder.flush()
}

/// The range coder of the format.
struct Coder {
    low: u64,
    range: u32,
    cache: u8,
    pending: u64,
    out: Vec<u8>,
}

impl Coder {
    const fn new() -> Self {
        Self { low: 0, range: u32::MAX, cache: 0, pending: 1, out: Vec::new() }
    }

    fn bit(&mut self, probabilities: &mut [u16], place: usize, bit: bool) {
        let Some(probability) = probabilities.get_mut(place) else { return };
        let bound = (self.range >> PROBABILITY_BITS) * u32::from(*probability);
        if bit {
            self.low += u64::from(bound);
            self.range -= bound;
            *probability -= *probability >> MOVE_BITS;
        } else {
            self.range = bound;
            *probability += ((1 << PROBABILITY_BITS) - *probability) >> MOVE_BITS;
        }
        self.normalise();
    }

    fn even_bit(&mut self, bit: bool) {
        self.range >>= 1;
        if bit {
            self.low += u64::from(self.range);
        }
        self.normalise();
    }

    fn normalise(&mut self) {
        if self.range < TOP {
            self.range <<= 8;
            self.shift();
        }
    }

    fn shift(&mut self) {
        let [_, _, _, carry, top, ..] = self.low.to_be_bytes();
        if top < 0xFF || carry > 0 {
            let mut byte = self.cache;
            for _ in 0..self.pending {
                self.out.push(byte.wrapping_add(carry));
                byte = 0xFF;
            }
            self.pending = 0;
            self.cache = top;
        }
        self.pending += 1;
        self.low = (self.low & 0x00FF_FFFF) << 8;
    }

    /// A match of the shortest length at a distance no stream has.
    fn end_marker(&mut self, is_match: &mut [u16], position: usize) {
        self.bit(is_match, position, true);
        let fresh = || [HALF; 128];
        let mut is_repeated = fresh();
        self.bit(&mut is_repeated, 0, false);
        let mut length_choice = fresh();
        self.bit(&mut length_choice, 0, false);
        let mut length = fresh();
        let mut slot = fresh();
        let mut align = fresh();
        self.tree(&mut length, 3, false);
        self.tree(&mut slot, 6, true);
        for _ in 0..26 {
            self.even_bit(true);
        }
        self.tree(&mut align, 4, true);
    }

    /// The same bit at every fork; from either end that is the same.
    fn tree(&mut self, probabilities: &mut [u16], bits: u32, bit: bool) {
        let mut symbol = 1_usize;
        for _ in 0..bits {
            self.bit(probabilities, symbol, bit);
            symbol = symbol << 1 | usize::from(bit);
        }
    }

    fn flush(mut self) -> Vec<u8> {
        for _ in 0..5 {
            self.shift();
        }
        self.out
    }
}
