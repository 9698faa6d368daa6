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
    #[inline]
    pub fn clear(&mut self, mask: &Bits<W>) {
        for at in 0..W {
            self.0[at] &= !mask.0[at];
        }
    }

    /// Sets every bit of the other; whether that changed anything.
    #[inline]
    pub fn add(&mut self, other: &Bits<W>) -> bool {
        let mut new = 0;
        for at in 0..W {
            new |= other.0[at] & !self.0[at];
            self.0[at] |= other.0[at];
        }
        new != 0
    }

    /// The bits set in both.
    #[inline]
    pub fn common(&self, other: &Bits<W>) -> Bits<W> {
        let mut both = *self;
        for at in 0..W {
            both.0[at] &= other.0[at];
        }
        both
    }

    /// Whether no bit is set.
    #[inline]
    pub fn is_empty(&self) -> bool {
        let mut any = 0;
        for at in 0..W {
            any |= self.0[at];
        }
        any == 0
    }

    /// Whether both have a bit in common.
    #[inline]
    pub fn meets(&self, other: &Bits<W>) -> bool {
        let mut any = 0;
        for at in 0..W {
            any |= self.0[at] & other.0[at];
        }
        any != 0
    }

    /// The set bits, in order.
    #[inline]
    pub fn ones(&self) -> Ones<W> {
        Ones { left: *self, word: 0 }
    }
}

/// The set bits of a state, in order.
pub struct Ones<const W: usize> {
    left: Bits<W>,
    word: usize,
}

impl<const W: usize> Iterator for Ones<W> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.word < W {
            let word = self.left.0[self.word];
            if word != 0 {
                self.left.0[self.word] = word & (word - 1);
                return Some(self.word * 64 + word.trailing_zeros() as usize);
            }
            self.word += 1;
        }
        None
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
