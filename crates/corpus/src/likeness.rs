//! Near-duplicates: pieces that are the same but for transposition, layout, a few notes or velocities.
//!
//! Every run of [`RUN`] notes of a part is reduced to its (onset step, pitch interval) differences, which do not
//! change when a piece is transposed or moved. A piece is the set of the hashes of its runs; two sets are compared by
//! their 64 smallest hashes (bottom-k sketch; Cohen and Kaplan 2007, "Summarizing data using bottom-k sketches").

use std::collections::HashMap;
use tokens::Passage;
use tokens::grid::STEPS;

/// Notes in a run.
const RUN: usize = 6;

/// Hashes kept of each piece.
const KEPT: usize = 64;

/// Pieces between two questions whether to go on.
const ASKED_EVERY: usize = 64;

/// Share of common runs from which two pieces count as the same.
const SAME: f64 = 0.8;

/// The smallest hashes of a piece's runs, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sketch(Vec<u64>);

impl Sketch {
    /// The sketch of a piece; empty for one with fewer notes than a run in every part.
    pub(crate) fn of(passage: &Passage) -> Sketch {
        let mut hashes: Vec<u64> = (0..passage.parts.len()).flat_map(|part| runs(passage, part)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes.truncate(KEPT);
        Sketch(hashes)
    }

    /// An estimate of the share of runs that two pieces have in common, 0..=1.
    fn likeness(&self, other: &Sketch) -> f64 {
        let mut union: Vec<u64> = self.0.iter().chain(&other.0).copied().collect();
        union.sort_unstable();
        union.dedup();
        union.truncate(KEPT);
        let both = union.iter().filter(|hash| self.has(hash) && other.has(hash)).count();
        both as f64 / union.len().max(1) as f64
    }

    fn has(&self, hash: &u64) -> bool {
        self.0.binary_search(hash).is_ok()
    }
}

/// The hashes of the runs of one part.
fn runs(passage: &Passage, part: usize) -> Vec<u64> {
    let mut notes = Vec::new();
    for bar in 0..passage.bars() {
        let measure = &passage.measures[bar];
        let start = measure.start * STEPS / (u64::from(measure.tpq) * score::FINE);
        let tones = passage.cell(bar, part).tones().iter();
        notes.extend(tones.map(|tone| (start + u64::from(tone.position), tone.pitch)));
    }
    let hash = |run: &[(u64, u8)]| {
        run.windows(2).fold(u64::from(passage.parts[part].is_drums()), |sum, pair| {
            let interval = u64::from(pair[1].1).wrapping_sub(u64::from(pair[0].1));
            mixed(mixed(sum ^ (pair[1].0 - pair[0].0)) ^ interval)
        })
    };
    notes.windows(RUN).map(hash).collect()
}

/// A bijection that spreads every bit over the word (finaliser of SplitMix64; Steele, Lea and Flood 2014).
pub(crate) fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// For each piece, in order, the earlier piece that it is nearly the same as; nothing if `going`, which is asked now and
/// then, says no.
pub(crate) fn duplicates(sketches: &[Sketch], going: &dyn Fn() -> bool) -> Option<Vec<Option<usize>>> {
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut found = Vec::with_capacity(sketches.len());
    for (index, sketch) in sketches.iter().enumerate() {
        if index % ASKED_EVERY == 0 && !going() {
            return None;
        }
        let mut others: Vec<usize> = sketch.0.iter().filter_map(|hash| holders.get(hash)).flatten().copied().collect();
        others.sort_unstable();
        // Whoever is the same has most of these hashes; of thousands that have a few, none has to be looked at closely.
        let least = SAME * sketch.0.len() as f64 - 1e-6;
        let near = others.chunk_by(|one, next| one == next).filter(|same| same.len() as f64 >= least);
        let twin = near.map(|same| same[0]).find(|&other| sketches[other].likeness(sketch) >= SAME);
        if twin.is_none() {
            for hash in &sketch.0 {
                holders.entry(*hash).or_default().push(index);
            }
        }
        found.push(twin);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Header, Note, Score, Track};
    use std::sync::Arc;

    fn piece(seed: u64, notes: u32, up: u8, later: u32) -> Sketch {
        let header = Header {
            name: String::new(),
            lane: 0,
            channel: 0,
            program: 0,
            hue: 0,
            mix: Default::default(),
            output: None,
        };
        let note = |at: u32| {
            let pitch = 50 + (mixed(seed * 1000 + u64::from(at)) % 20) as u8 + up;
            Note::new(at, later + at * 480, 480, pitch, 64)
        };
        let track = Track::new(0, header, (0..notes).map(note).collect());
        Sketch::of(&Passage::whole(&Score { tracks: vec![Arc::new(track)], ..Score::empty() }))
    }

    fn all(sketches: &[Sketch]) -> Vec<Option<usize>> {
        duplicates(sketches, &|| true).unwrap()
    }

    #[test]
    fn a_transposed_or_moved_copy_is_found_and_another_piece_is_not() {
        let sketches =
            [piece(1, 200, 0, 0), piece(2, 200, 0, 0), piece(1, 200, 5, 0), piece(1, 200, 0, 3840), piece(3, 9, 0, 0)];
        assert_eq!(all(&sketches), [None, None, Some(0), Some(0), None]);
    }

    #[test]
    fn a_piece_with_a_few_other_notes_at_its_end_is_the_same() {
        assert_eq!(all(&[piece(1, 200, 0, 0), piece(1, 190, 2, 0), piece(1, 80, 0, 0)]), [None, Some(0), None]);
    }

    #[test]
    fn pieces_too_short_for_a_run_are_like_nothing() {
        assert_eq!(all(&[piece(1, 3, 0, 0), piece(1, 3, 0, 0)]), [None, None]);
    }

    #[test]
    fn of_thousands_with_a_little_in_common_none_is_the_same_and_it_can_be_stopped() {
        // Each has a few hashes of all the others and most of its own.
        let sketch = |number: u64| {
            let mut hashes: Vec<u64> = (0..20).chain((20..64).map(|at| mixed(64 * number + at))).collect();
            hashes.sort_unstable();
            Sketch(hashes)
        };
        let sketches: Vec<Sketch> = (0..3000).map(sketch).chain([sketch(7)]).collect();
        let found = all(&sketches);
        assert_eq!((found[3000], found.iter().flatten().count()), (Some(7), 1));
        let asked = std::cell::Cell::new(0);
        let going = || {
            asked.set(asked.get() + 1);
            asked.get() < 3
        };
        assert_eq!((duplicates(&sketches, &going), asked.get()), (None, 3));
    }
}
