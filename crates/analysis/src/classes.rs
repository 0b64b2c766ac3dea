//! Pitch classes: sets of them, and how much of each there is.

use score::Note;

/// How much there is of each pitch class, 0 = C.
pub type Weights = [f64; 12];

/// A set of pitch classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PitchClasses(
    /// Bit n is pitch class n, 0 = C; only the low twelve bits are used.
    pub u16,
);

impl PitchClasses {
    /// All twelve.
    pub const ALL: Self = PitchClasses(0x0fff);

    /// The set with these distances, in semitones, from a tonic.
    pub fn above(tonic: u8, steps: &[u8]) -> Self {
        PitchClasses(steps.iter().fold(0, |set, step| set | 1 << ((tonic % 12 + step % 12) % 12)))
    }

    /// Whether a pitch, of any octave, is in it.
    pub fn has(self, pitch: u8) -> bool {
        self.0 >> (pitch % 12) & 1 == 1
    }

    /// Its members, from C upwards.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..12).filter(move |&class| self.has(class))
    }

    /// How many there are.
    pub fn len(self) -> usize {
        (self.0 & Self::ALL.0).count_ones() as usize
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl FromIterator<u8> for PitchClasses {
    fn from_iter<T: IntoIterator<Item = u8>>(pitches: T) -> Self {
        PitchClasses(pitches.into_iter().fold(0, |set, pitch| set | 1 << (pitch % 12)))
    }
}

/// How many ticks each pitch class sounds; a note of no length counts as one tick. Leave drums out.
pub fn weights<'a>(notes: impl IntoIterator<Item = &'a Note>) -> Weights {
    let mut weights = [0.0; 12];
    for note in notes {
        weights[usize::from(note.pitch % 12)] += f64::from(note.length.max(1));
    }
    weights
}

/// The cosine of the angle between two weightings, 0..=1: 1 for equal proportions, 0 for nothing in common. Two empty
/// ones are alike, an empty one is unlike any other.
pub fn cosine(a: &Weights, b: &Weights) -> f64 {
    let dot = |x: &Weights, y: &Weights| -> f64 { x.iter().zip(y).map(|(x, y)| x * y).sum() };
    let (of_a, of_b) = (dot(a, a), dot(b, b));
    match (of_a > 0.0, of_b > 0.0) {
        (true, true) => dot(a, b) / (of_a * of_b).sqrt(),
        (false, false) => 1.0,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_knows_pitches_of_any_octave() {
        let triad = PitchClasses::above(9, &[0, 3, 7]);
        assert_eq!(triad.iter().collect::<Vec<_>>(), [0, 4, 9]);
        assert!(triad.has(69) && triad.has(0) && !triad.has(61));
        assert_eq!([57, 60, 64, 72].into_iter().collect::<PitchClasses>(), triad);
        assert_eq!((triad.len(), PitchClasses::default().is_empty()), (3, true));
    }

    #[test]
    fn the_cosine_is_of_proportions() {
        let notes = score::text::notes("C4:1 E4:1 C5:2").unwrap();
        let one = weights(&notes);
        assert_eq!((one[0], one[4]), (2880.0, 960.0));
        let double = one.map(|weight| 2.0 * weight);
        assert!((cosine(&one, &double) - 1.0).abs() < 1e-12);
        let other = weights(&score::text::notes("D4:1").unwrap());
        assert_eq!(cosine(&one, &other), 0.0);
        assert_eq!((cosine(&[0.0; 12], &[0.0; 12]), cosine(&one, &[0.0; 12])), (1.0, 0.0));
    }
}
