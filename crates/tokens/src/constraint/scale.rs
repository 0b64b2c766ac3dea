//! # What it forbids
//! Pitches whose class is not in the scale.
//! # Why
//! A variation in the key of the piece; the network alone strays into chromatic notes about as often as its data.
//! # Source
//! Filter on P and AND: `docs/tokens.md` §6.

use crate::PitchSet;

/// A set of pitch classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Bit n is pitch class n, 0 = C.
    pub classes: u16,
}

impl Scale {
    /// Its pitches in every octave.
    pub fn pitches(self) -> PitchSet {
        PitchSet::of_classes(self.classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_allows_its_classes_in_every_octave() {
        let d_minor = Scale { classes: 0b0110_1011_0101 };
        for (pitch, allowed) in [(62, true), (65, true), (70, true), (61, false), (0, true), (122, true), (126, false)]
        {
            assert_eq!(d_minor.pitches().has(pitch), allowed, "pitch {pitch}");
        }
    }
}
