//! Runs of notes that stand in known music, to see what was copied from it.

use std::collections::HashSet;
use tokens::{Passage, grid};

/// Notes of a run that counts as copied.
pub const RUN: usize = 16;

/// From one note to the next: steps, and semitones.
type Move = (u32, i16);

/// The runs of sixteen notes of a part, as hashes of their (onset step, interval) moves: transposing changes nothing.
#[derive(Debug, Default)]
pub struct Known {
    runs: HashSet<u64>,
}

impl Known {
    /// Adds all parts of a piece.
    pub fn learn(&mut self, passage: &Passage) {
        for part in 0..passage.parts.len() {
            let moves = moves(passage, part);
            self.runs.extend(moves.windows(RUN - 1).map(|run| hash(run.iter().map(|(_, step)| *step))));
        }
    }

    /// How many different runs it knows.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether it knows nothing.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Whether a part has a known run that lies in masked cells from its first note to its last.
    pub fn has_run_of(&self, passage: &Passage, part: usize, masked: &[(usize, usize)]) -> bool {
        let moves = moves(passage, part);
        let inside = |run: &[(usize, Move)]| run.iter().all(|(bar, _)| masked.contains(&(*bar, part)));
        moves.windows(RUN - 1).any(|run| inside(run) && self.runs.contains(&hash(run.iter().map(|(_, step)| *step))))
    }
}

/// The moves of a part, each with the bar of the note that it leads to.
fn moves(passage: &Passage, part: usize) -> Vec<(usize, Move)> {
    let mut start = 0;
    let mut notes: Vec<(usize, u32, u8)> = Vec::new();
    for bar in 0..passage.bars() {
        let tones = passage.cell(bar, part).tones().iter();
        notes.extend(tones.map(|tone| (bar, start + u32::from(tone.position), tone.pitch)));
        let measure = &passage.measures[bar];
        start += grid::round(measure.length * grid::STEPS, u64::from(measure.tpq) * score::FINE) as u32;
    }
    notes
        .windows(2)
        .map(|pair| (pair[1].0, (pair[1].1 - pair[0].1, i16::from(pair[1].2) - i16::from(pair[0].2))))
        .collect()
}

/// FNV-1a over the moves (Fowler, Noll and Vo).
fn hash(run: impl Iterator<Item = Move>) -> u64 {
    let bytes = run.flat_map(|(step, interval)| [step as u8, (step >> 8) as u8, interval as u8, (interval >> 8) as u8]);
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    #[test]
    fn a_transposed_run_is_known_and_another_is_not() {
        let up = "C4:1/2 D4:1/2 E4:1/2 F4:1/2 G4:1/2 A4:1/2 B4:1/2 C5:1/2 | D5:1/2 C5:1/2 B4:1/2 A4:1/2 G4:1/2 F4:1/2 E4:1/2 D4:1/2";
        let other = "C4:1/2 D4:1/2 E4:1/2 F4:1/2 G4:1/2 A4:1/2 B4:1/2 C5:1/2 | D5:1/2 C5:1/2 B4:1/2 A4:1/2 C5:1/2 F4:1/2 E4:1/2 D4:1/2";
        let passage = |music: &str| Passage::whole(&text::score(music).unwrap());
        let mut known = Known::default();
        known.learn(&passage(up));
        assert_eq!(known.len(), 1);
        let all = [(0, 0), (1, 0)];
        let higher = passage(up).transposed(3).unwrap();
        assert!(known.has_run_of(&higher, 0, &all) && !known.has_run_of(&passage(other), 0, &all));
        assert!(!known.has_run_of(&higher, 0, &[(1, 0)]), "half of it was there before");
    }
}
