//! Chance that is the same on every machine.

/// `SplitMix64` (Steele, Lea and Flood, 2014): tiny, and good enough to pick words with.
pub struct Random(u64);

impl Random {
    /// A stream of its own for each page and language, so that pages can be written in any order.
    pub fn new(seed: u64, page: usize, language: &str) -> Self {
        let language = language.bytes().fold(0u64, |sum, byte| sum * 256 + u64::from(byte));
        let mut random = Self(seed ^ (page as u64) << 20 ^ language << 48);
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0, below `end`.
    #[expect(clippy::cast_possible_truncation, reason = "the rest is below `end`, which fits")]
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
