//! A packed state: a fixed number of bits that can be copied, compared and hashed.

/// `W` times 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bits<const W: usize>([u64; W]);

impl<const W: usize> Bits<W> {
    /// No bit set.
    pub const EMPTY: Bits<W> = Bits([0; W]);

    /// Whether the bit is set.
    #[inline]
    pub fn get(&self, bit: usize) -> bool {
        self.0[bit >> 6] >> (bit & 63) & 1 == 1
    }

    /// Sets or clears the bit.
    #[inline]
    pub fn put(&mut self, bit: usize, to: bool) {
        let mask = 1u64 << (bit & 63);
        if to {
            self.0[bit >> 6] |= mask;
        } else {
            self.0[bit >> 6] &= !mask;
        }
    }

    /// Clears every bit of the mask.
    pub fn clear(&mut self, mask: &Bits<W>) {
        for (word, mask) in self.0.iter_mut().zip(&mask.0) {
            *word &= !mask;
        }
    }

    /// Sets every bit of the other; whether that changed anything.
    pub fn add(&mut self, other: &Bits<W>) -> bool {
        let before = *self;
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
        before != *self
    }

    /// The bits set in both.
    pub fn common(&self, other: &Bits<W>) -> Bits<W> {
        let mut both = *self;
        for (word, mask) in both.0.iter_mut().zip(&other.0) {
            *word &= mask;
        }
        both
    }

    /// Whether no bit is set.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    /// Whether both have a bit in common.
    #[inline]
    pub fn meets(&self, other: &Bits<W>) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    /// The set bits, in order.
    pub fn ones(&self) -> impl Iterator<Item = usize> {
        let whole = *self;
        (0..W * 64).filter(move |bit| whole.get(*bit))
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn bits_are_put_and_cleared() {
        let mut bits = Bits::<3>::EMPTY;
        for bit in [0, 63, 64, 191] {
            bits.put(bit, true);
        }
        bits.put(64, false);
        assert_eq!(bits.ones().collect::<Vec<_>>(), [0, 63, 191]);
        let mask = bits;
        bits.clear(&mask);
        assert!(bits.is_empty() && !bits.meets(&mask));
    }
}
