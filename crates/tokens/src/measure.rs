//! Bars as the model sees them: written bars, those over 8 quarters cut into virtual ones (§1).

use crate::grid::{self, STEPS};
use score::{FINE, Fine, Score, Tick};
use std::ops::Range;

/// Quarters in a bar at most; a longer one is cut.
const LONGEST: u64 = 8;

/// One bar of the model's grid: a written bar, or a piece of a long one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Which written bar of the piece it is or belongs to, from 0.
    pub written: usize,
    /// Where it starts.
    pub start: Fine,
    /// How long it is, at most 8 quarters.
    pub length: Fine,
    /// Beats and beat value of the written metre.
    pub meter: (u8, u8),
    /// Tempo class at its start.
    pub tempo: u8,
    /// Ticks to the quarter.
    pub tpq: u16,
}

impl Measure {
    /// How many steps a note can start at, 1..=192: positions are below this.
    pub fn steps(&self) -> u16 {
        let quarter = u64::from(self.tpq) * FINE;
        (self.length * STEPS).div_ceil(quarter).clamp(1, u64::from(grid::LONGEST_BAR)) as u16
    }

    /// Steps from beat to beat, at least 1; compound metres (6, 9, 12 over 8 or 16) are felt in dotted beats.
    pub fn beat(&self) -> u16 {
        let (beats, value) = (u16::from(self.meter.0), u16::from(self.meter.1.max(1)));
        let written = (96 / value).max(1);
        if value >= 8 && beats > 3 && beats.is_multiple_of(3) { 3 * written } else { written }
    }

    /// The tick at which a new note at `position` starts: inside this bar, so that it is counted here.
    pub fn onset(&self, position: u8) -> Tick {
        let start = grid::round(self.start, FINE);
        let tick = start + u64::from(grid::ticks(u16::from(position), self.tpq));
        let last = (self.start + self.length).saturating_sub(tolerance(self.tpq) + 1) / FINE;
        Tick::try_from(tick.min(last.max(start))).unwrap_or(Tick::MAX)
    }
}

/// Half a step: events this near to a bar line count as standing on it.
pub(crate) fn tolerance(tpq: u16) -> Fine {
    u64::from(tpq) * FINE / (2 * STEPS)
}

/// The bars of the model's grid that make up these written bars of a piece.
pub fn measures(score: &Score, bars: Range<usize>) -> Vec<Measure> {
    let grid = score.bars();
    let longest = LONGEST * u64::from(score.tpq) * FINE;
    let mut all = Vec::with_capacity(bars.len());
    for bar in bars.map(|index| grid.bar(index)) {
        let mut offset = 0;
        while offset < bar.length {
            let start = bar.start + offset;
            all.push(Measure {
                written: bar.index,
                start,
                length: longest.min(bar.length - offset),
                meter: (bar.meter.numerator, bar.meter.denominator),
                tempo: tempo_at(score, start),
                tpq: score.tpq,
            });
            offset += longest;
        }
    }
    all
}

/// The class of the tempo in force at a bar's start.
fn tempo_at(score: &Score, start: Fine) -> u8 {
    let limit = start + tolerance(score.tpq);
    let after = score.tempos.partition_point(|tempo| u64::from(tempo.tick) * FINE <= limit);
    let micros = after.checked_sub(1).map_or(score::Tempo::DEFAULT_MICROS, |last| score.tempos[last].micros);
    grid::tempo(micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Meter, Tempo};
    use std::sync::Arc;

    fn piece(meters: Vec<Meter>, tempos: Vec<Tempo>) -> Score {
        Score { tpq: 480, meters: Arc::new(meters), tempos: Arc::new(tempos), ..Score::empty() }
    }

    #[test]
    fn a_bar_of_twelve_quarters_is_cut_once() {
        let bars = measures(&piece(vec![Meter::new(0, 6, 2)], vec![]), 0..2);
        let seen: Vec<_> = bars.iter().map(|bar| (bar.written, bar.start / FINE, bar.steps())).collect();
        assert_eq!(seen, [(0, 0, 192), (0, 3840, 96), (1, 5760, 192), (1, 9600, 96)]);
    }

    #[test]
    fn a_tempo_just_after_the_bar_line_counts_from_it() {
        let bars = measures(&piece(vec![], vec![Tempo { tick: 1930, micros: 1_000_000 }]), 0..3);
        assert_eq!(bars.iter().map(|bar| bar.tempo).collect::<Vec<_>>(), [11, 3, 3]);
        let bars = measures(&piece(vec![], vec![Tempo { tick: 1931, micros: 1_000_000 }]), 0..3);
        assert_eq!(bars.iter().map(|bar| bar.tempo).collect::<Vec<_>>(), [11, 11, 3]);
    }

    #[test]
    fn beats_of_compound_metres_are_dotted() {
        let beat = |n, d| measures(&piece(vec![Meter::new(0, n, d)], vec![]), 0..1)[0].beat();
        assert_eq!(
            [beat(4, 4), beat(6, 8), beat(3, 8), beat(2, 2), beat(12, 16), beat(7, 8)],
            [24, 36, 12, 48, 18, 12]
        );
    }

    #[test]
    fn every_position_of_an_odd_bar_is_counted_in_it() {
        let score = piece(vec![Meter::new(0, 4, 4), Meter::new(1233, 3, 4)], vec![]);
        let bars = score.bars();
        for bar in measures(&score, 0..2) {
            for position in 0..bar.steps() {
                assert_eq!(bars.of_onset(bar.onset(position as u8)).index, bar.written, "position {position}");
            }
        }
    }
}
