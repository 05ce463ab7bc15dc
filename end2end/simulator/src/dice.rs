//! Small deterministic dice: splitmix64, so that a seed always makes the same world.

/// A stream of numbers that a seed fixes. <https://prng.di.unimi.it/splitmix64.c>
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

/// A UUID that no seed fixes: request ids and tokens must differ between two runs of the simulator.
#[expect(
    clippy::disallowed_methods,
    reason = "the simulator is a process of its own, and this is its only true chance"
)]
pub(crate) fn unseeded_uuid() -> uuid::Uuid {
    uuid::Uuid::new_v4()
}

impl Dice {
    /// The stream of this seed.
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream that these words fix together.
    pub(crate) fn of(words: &[&str]) -> Self {
        let bytes = words.iter().flat_map(|word| word.bytes());
        Self(bytes.fold(7, |sum, byte| Self(sum ^ u64::from(byte)).next()))
    }

    /// The next number.
    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next() % bound }
    }

    /// True in `percent` of a hundred throws.
    pub(crate) const fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the given things. The slice must not be empty.
    pub(crate) fn pick<T: Copy>(&mut self, things: &[T]) -> T {
        let count = u64::try_from(things.len()).unwrap_or(1);
        things[usize::try_from(self.below(count)).unwrap_or(0)]
    }

    /// A random (version 4) UUID as text.
    pub(crate) fn uuid(&mut self) -> String {
        self.raw_uuid().hyphenated().to_string()
    }

    /// 32 hexadecimal digits, the way IAM writes the ids of projects, users and accounts.
    pub(crate) fn hex(&mut self) -> String {
        self.raw_uuid().simple().to_string()
    }

    /// Text of the base64 alphabet, of this many characters.
    pub(crate) fn base64_like(&mut self, length: usize) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
        (0..length).map(|_| char::from(self.pick(ALPHABET))).collect()
    }

    fn raw_uuid(&mut self) -> uuid::Uuid {
        let bytes = (u128::from(self.next()) << 64) | u128::from(self.next());
        uuid::Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        let stream = |seed| {
            let mut dice = Dice::new(seed);
            [dice.next(), dice.next(), dice.next()]
        };
        assert_eq!(stream(7), stream(7));
        assert_ne!(stream(7), stream(8));
        assert_eq!(stream(1_234_567)[0], 6_457_827_717_110_365_317, "the published first value");
    }
}
