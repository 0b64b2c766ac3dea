//! Which grid the onsets of a beat were meant on: the likeliest one, where onsets scatter around its points and
//! coarse grids are commoner than fine ones (the model of A. T. Cemgil, P. Desain and B. Kappen, "Rhythm Quantization
//! for Transcription", Computer Music Journal 24(2), 2000, for each beat by itself).

use crate::metre::Span;
use crate::value::Time;

/// A grid: the beat in so many equal parts, or in both of two ways at once where hands play against each other;
/// and how unlikely it is, as minus the logarithm of its probability (tuned on engraved songs, see the tests of
/// `formats`).
type Candidate = (&'static [u64], f64);

/// Grids of a beat of two halves.
const EVEN: [Candidate; 17] = [
    (&[1], 0.0),
    (&[2], 0.7),
    (&[4], 1.8),
    (&[3], 3.0),
    (&[8], 4.5),
    (&[6], 4.5),
    (&[3, 2], 4.2),
    (&[3, 4], 5.5),
    (&[6, 4], 6.0),
    (&[5], 6.5),
    (&[7], 8.0),
    (&[16], 8.0),
    (&[6, 8], 8.0),
    (&[12], 8.5),
    (&[9], 9.5),
    (&[10], 10.5),
    (&[32], 12.0),
];

/// Grids of a beat of three parts.
const TRIPLE: [Candidate; 11] = [
    (&[1], 0.0),
    (&[3], 0.5),
    (&[6], 1.8),
    (&[2], 3.5),
    (&[12], 4.5),
    (&[4], 5.0),
    (&[3, 2], 5.0),
    (&[6, 4], 6.0),
    (&[9], 7.0),
    (&[24], 8.5),
    (&[5], 9.5),
];

/// What an onset far from every point costs at most: it may be a mistake of the player.
const FAR: f64 = 8.0;

/// What it costs that two onsets fall on one point.
const COLLISION: f64 = 3.0;

/// What scatters, and by how much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scatter {
    /// Standard deviation of onsets.
    pub onset: f64,
    /// How much an end counts beside an onset, 0..=1.
    pub ends: f64,
}

/// The chosen grid of one beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grid {
    beat: Span,
    divisions: &'static [u64],
}

impl Grid {
    /// The likeliest grid for onsets (each a group of nearly simultaneous ones) and ends, as times from the beat's
    /// start.
    pub fn of(beat: Span, onsets: &[Vec<Time>], ends: &[Time], scatter: Scatter) -> Grid {
        let candidates: &[Candidate] = if beat.is_triple() { &TRIPLE } else { &EVEN };
        let (mut best, mut least) = (Grid { beat, divisions: candidates[0].0 }, f64::INFINITY);
        for &(divisions, unlikely) in candidates {
            let grid = Grid { beat, divisions };
            let cost = unlikely + grid.misfit(onsets, ends, scatter, least - unlikely);
            if cost < least {
                (best, least) = (grid, cost);
            }
        }
        best
    }

    /// How badly it fits, or anything beyond `enough`.
    fn misfit(&self, onsets: &[Vec<Time>], ends: &[Time], scatter: Scatter, enough: f64) -> f64 {
        let miss = |at: Time| {
            let miss = self.nearest(at).abs_diff(at) as f64 / scatter.onset;
            (miss * miss / 2.0).min(FAR)
        };
        let (mut sum, mut last) = (0.0, None);
        for group in onsets {
            sum += group.iter().map(|&at| miss(at)).fold(FAR, f64::min);
            let point = group.first().map(|&at| self.nearest(at));
            sum += if point == last { COLLISION } else { 0.0 };
            last = point;
            if sum > enough {
                return sum;
            }
        }
        sum + scatter.ends * ends.iter().map(|&at| miss(at)).sum::<f64>()
    }

    /// The point nearest to a time from the beat's start; it may be the beat's end.
    pub fn nearest(&self, at: Time) -> Time {
        let points = self.divisions.iter().map(|&parts| {
            let point = (2 * at * parts + self.beat.length) / (2 * self.beat.length);
            point * self.beat.length / parts
        });
        points.min_by_key(|point| point.abs_diff(at)).unwrap_or(at)
    }

    /// The shortest distance between its points.
    pub fn step(&self) -> Time {
        self.beat.length / self.divisions.iter().max().copied().unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::QUARTER;

    const EXACT: Scatter = Scatter { onset: 100.0, ends: 0.5 };
    const PLAYED: Scatter = Scatter { onset: 400.0, ends: 0.0 };

    fn divisions(parts: &[f64], scatter: Scatter) -> &'static [u64] {
        let onsets: Vec<Vec<Time>> = parts.iter().map(|part| vec![(part * QUARTER as f64) as Time]).collect();
        Grid::of(Span::even(QUARTER, 1), &onsets, &[], scatter).divisions
    }

    #[test]
    fn exact_onsets_have_the_coarsest_grid_they_stand_on() {
        assert_eq!(divisions(&[0.0], EXACT), [1]);
        assert_eq!(divisions(&[0.0, 0.5], EXACT), [2]);
        assert_eq!(divisions(&[0.75], EXACT), [4]);
        assert_eq!(divisions(&[0.0, 1.0 / 3.0, 2.0 / 3.0], EXACT), [3]);
        assert_eq!(divisions(&[0.0, 1.0 / 3.0, 0.5, 2.0 / 3.0], EXACT), [3, 2]);
        assert_eq!(divisions(&[0.0, 0.2, 0.4, 0.6, 0.8], EXACT), [5]);
    }

    #[test]
    fn played_onsets_are_heard_simply() {
        assert_eq!(divisions(&[0.03, 0.46], PLAYED), [2]);
        assert_eq!(divisions(&[0.02, 0.30, 0.69], PLAYED), [3]);
        assert_eq!(divisions(&[0.0, 0.27, 0.48, 0.77], PLAYED), [4]);
    }

    #[test]
    fn the_end_of_a_beat_is_a_point() {
        let grid = Grid { beat: Span::even(QUARTER, 1), divisions: &[2] };
        assert_eq!(grid.nearest(QUARTER * 9 / 10), QUARTER);
        assert_eq!(grid.step(), QUARTER / 2);
    }
}
