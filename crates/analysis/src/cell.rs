//! What the notes of one track in one bar are like, in the classes that prompts state and sliders steer
//! (`docs/tokens.md` §2: DEN, PLY, LO, HI).

use crate::Tone;

/// Counts over the notes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CellFeatures {
    /// How many notes there are.
    pub notes: usize,
    /// Most notes at one onset; 0 in an empty cell.
    pub polyphony: usize,
    /// Lowest and highest key; none in an empty cell.
    pub span: Option<(u8, u8)>,
}

impl CellFeatures {
    /// Counts notes; onsets are the same where positions are.
    ///
    /// ```
    /// use analysis::{CellFeatures, Tone};
    ///
    /// let tone = |position, pitch| Tone { position, length: 24, pitch };
    /// let cell = CellFeatures::of(&[tone(0, 48), tone(0, 64), tone(24, 67)]);
    /// assert_eq!((cell.density(), cell.polyphony_class(), cell.octaves()), (2, 1, Some((4, 5))));
    /// ```
    pub fn of(tones: &[Tone]) -> Self {
        let mut positions: Vec<u32> = tones.iter().map(|tone| tone.position).collect();
        positions.sort_unstable();
        let polyphony = positions.chunk_by(|a, b| a == b).map(<[u32]>::len).max().unwrap_or(0);
        let pitches = || tones.iter().map(|tone| tone.pitch);
        CellFeatures { notes: tones.len(), polyphony, span: pitches().min().zip(pitches().max()) }
    }

    /// Density class: 0, 1, 2–3, 4–7, 8–15, 16–31, 32–63, 64 and more notes are 0..=7.
    pub fn density(&self) -> u8 {
        (usize::BITS - self.notes.leading_zeros()).min(7) as u8
    }

    /// The notes of a density class, both included; class 7 has no upper end.
    pub fn notes_of_density(class: u8) -> (usize, usize) {
        match class {
            0 => (0, 0),
            1..=6 => (1 << (class - 1), (1 << class) - 1),
            _ => (64, usize::MAX),
        }
    }

    /// Polyphony class: at most 1, 2, 3, 4 and more notes at one onset are 0..=3.
    pub fn polyphony_class(&self) -> u8 {
        self.polyphony.clamp(1, 4) as u8 - 1
    }

    /// Octaves of the lowest and the highest key, 0..=10, `key div 12`.
    pub fn octaves(&self) -> Option<(u8, u8)> {
        self.span.map(|(low, high)| (low / 12, high / 12))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn density_classes_double() {
        let class = |notes| CellFeatures { notes, ..CellFeatures::default() }.density();
        let counts = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 5000];
        assert_eq!(counts.map(class), [0, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]);
        for one in 0..=7 {
            let (least, most) = CellFeatures::notes_of_density(one);
            assert_eq!((class(least), class(most)), (one, one));
        }
    }

    #[test]
    fn an_empty_cell_has_no_octaves() {
        let empty = CellFeatures::of(&[]);
        assert_eq!((empty.density(), empty.polyphony_class(), empty.octaves()), (0, 0, None));
    }
}
