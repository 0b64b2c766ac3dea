//! The keys of a scale, one above the other.

/// The MIDI keys of a scale, lowest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder(Vec<u8>);

impl Ladder {
    /// The scale of these pitch classes: bit n is pitch class n, 0 = C.
    pub fn of(scale: u16) -> Self {
        Ladder((0..128).filter(|key| scale >> (key % 12) & 1 == 1).collect())
    }

    /// The tones above a pitch.
    pub fn above(&self, pitch: u8) -> &[u8] {
        &self.0[self.0.partition_point(|&tone| tone <= pitch)..]
    }

    /// The tones below a pitch.
    pub fn below(&self, pitch: u8) -> &[u8] {
        &self.0[..self.0.partition_point(|&tone| tone < pitch)]
    }

    /// The tone so many steps from a pitch; a pitch between tones goes to the next one first. None beyond the keyboard.
    pub fn step(&self, pitch: u8, steps: i64) -> Option<u8> {
        let away = steps.unsigned_abs() as usize;
        match steps {
            0 => Some(pitch),
            1.. => self.above(pitch).get(away - 1).copied(),
            _ => self.below(pitch).iter().nth_back(away - 1).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_lead_along_the_scale_as_far_as_there_are_keys() {
        let major = Ladder::of(0b1010_1011_0101);
        assert_eq!([0, 1, 2, 7, -1, -3].map(|steps| major.step(60, steps)), [60, 62, 64, 72, 59, 55].map(Some));
        assert_eq!([1, -1].map(|steps| major.step(66, steps)), [67, 65].map(Some));
        assert_eq!((major.step(127, 1), major.step(0, -1), Ladder::of(0).step(60, 1)), (None, None, None));
        assert_eq!((major.below(2), major.above(124).len()), (&[0][..], 2));
    }
}
