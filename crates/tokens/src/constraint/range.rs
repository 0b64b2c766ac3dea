//! # What it forbids
//! Pitches below the lowest or above the highest.
//! # Why
//! A register that the composer chose, for instance to leave room for another part.
//! # Source
//! Filter on P and AND: `docs/tokens.md` §6.

use crate::PitchSet;

/// A range of pitches, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Lowest MIDI pitch.
    pub low: u8,
    /// Highest MIDI pitch.
    pub high: u8,
}

impl Range {
    /// Its pitches; none if the ends are exchanged.
    pub fn pitches(self) -> PitchSet {
        PitchSet::between(self.low, self.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_both_its_ends() {
        for (low, high, count) in [(48, 60, 13), (60, 60, 1), (0, 127, 128), (60, 59, 0), (120, 255, 8)] {
            assert_eq!(Range { low, high }.pitches().count(), count, "{low}..={high}");
        }
    }
}
