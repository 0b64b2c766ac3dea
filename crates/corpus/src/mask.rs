//! Which cells of a training window are left out (`docs/tokens.md` §6).

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use tokens::{Controls, MOST_HOLES, Masked, Passage};

/// A cell as (bar, part).
pub type Place = (usize, usize);

/// The ways to mask a window, each with its weight.
const PATTERNS: [(Pattern, u32); 7] = [
    (Pattern::Scattered, 4),
    (Pattern::Tracks, 6),
    (Pattern::Bars { most: 1, spare: false }, 1),
    (Pattern::Bars { most: 1, spare: true }, 1),
    (Pattern::Bars { most: 4, spare: false }, 2),
    (Pattern::Bars { most: 4, spare: true }, 2),
    (Pattern::Spans, 4),
];

#[derive(Debug, Clone, Copy)]
enum Pattern {
    /// Each cell by itself, with one probability from .2 to .8.
    Scattered,
    /// Some parts from beginning to end.
    Tracks,
    /// Successive bars (one, or two to `most`) of all parts, or of all but one.
    Bars { most: usize, spare: bool },
    /// In some parts, a run of bars of its own.
    Spans,
}

/// Tries before a window counts as having nothing to mask.
const TRIES: usize = 8;

/// Draws the cells to mask in a window, at most 64, at least one of them with notes; None if that does not come about.
pub fn draw(passage: &Passage, rng: &mut impl Rng) -> Option<Vec<Masked>> {
    let has_notes = |part: &usize| (0..passage.bars()).any(|bar| !passage.cell(bar, *part).tones().is_empty());
    let parts: Vec<usize> = (0..passage.parts.len()).filter(has_notes).collect();
    if parts.is_empty() {
        return None;
    }
    for _ in 0..TRIES {
        let pattern = PATTERNS.choose_weighted(rng, |(_, weight)| *weight).ok()?.0;
        let mut cells = pattern.cells(passage.bars(), &parts, rng);
        cells.shuffle(rng);
        cells.truncate(MOST_HOLES);
        cells.sort_unstable();
        if cells.iter().any(|&(bar, part)| !passage.cell(bar, part).tones().is_empty()) {
            let masked = |(bar, part)| Masked { bar, part, controls: Controls::default(), themes: Vec::new() };
            return Some(cells.into_iter().map(masked).collect());
        }
    }
    None
}

impl Pattern {
    fn cells(self, bars: usize, parts: &[usize], rng: &mut impl Rng) -> Vec<Place> {
        match self {
            Pattern::Scattered => {
                let share = rng.random_range(0.2..0.8);
                let all = (0..bars).flat_map(|bar| parts.iter().map(move |&part| (bar, part)));
                all.filter(|_| rng.random_bool(share)).collect()
            }
            Pattern::Tracks => {
                let most = (parts.len() - 1).min(MOST_HOLES / bars).max(1);
                some_of(parts, most, rng).into_iter().flat_map(|part| (0..bars).map(move |bar| (bar, part))).collect()
            }
            Pattern::Bars { most, spare } => {
                let count = rng.random_range(most.min(2)..=most).min(bars);
                let first = rng.random_range(0..=bars - count);
                let spared = parts.choose(rng).filter(|_| spare && parts.len() > 1);
                let others = parts.iter().filter(|part| Some(*part) != spared);
                others.flat_map(|&part| (first..first + count).map(move |bar| (bar, part))).collect()
            }
            Pattern::Spans => {
                let chosen = some_of(parts, parts.len(), rng);
                chosen.into_iter().flat_map(|part| span(bars, rng).map(move |bar| (bar, part))).collect()
            }
        }
    }
}

/// One to `most` of the parts.
fn some_of(parts: &[usize], most: usize, rng: &mut impl Rng) -> Vec<usize> {
    let count = rng.random_range(1..=most);
    parts.choose_multiple(rng, count).copied().collect()
}

/// A run of bars of any length.
fn span(bars: usize, rng: &mut impl Rng) -> std::ops::Range<usize> {
    let length = rng.random_range(1..=bars);
    let first = rng.random_range(0..=bars - length);
    first..first + length
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn every_pattern_stays_inside_the_window() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        for (pattern, _) in PATTERNS {
            for (bars, parts) in [(1, vec![3]), (1, vec![0, 4]), (8, vec![2]), (20, (0..30).collect::<Vec<_>>())] {
                for _ in 0..50 {
                    let cells = pattern.cells(bars, &parts, &mut rng);
                    assert!(cells.iter().all(|(bar, part)| *bar < bars && parts.contains(part)), "{pattern:?}");
                }
            }
        }
    }

    #[test]
    fn bars_of_all_but_one_part_leave_that_part_alone() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        for _ in 0..50 {
            let cells = Pattern::Bars { most: 4, spare: true }.cells(8, &[0, 1, 2], &mut rng);
            let parts: std::collections::BTreeSet<_> = cells.iter().map(|cell| cell.1).collect();
            assert_eq!(parts.len(), 2);
            assert!((4..=8).contains(&cells.len()));
        }
    }
}
