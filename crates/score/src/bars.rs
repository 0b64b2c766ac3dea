//! The bar grid of a piece, as composers count it (written bars).
//!
//! A bar starts at every metre event and each `4·n/d` quarters after it, so the bar before an event may be short.
//! Files put metre events a tick late: one within half a 24th of a quarter of tick 0 or of a bar start counts as
//! standing there. The grid is kept as runs of equal bars, so that its size does not depend on the piece's length.

use crate::{Meter, Tick};

/// How many [`Fine`] make a tick: bar starts are exact whenever the metre's denominator is at most this.
pub const FINE: u64 = 64;

/// A place or a length in 64ths of a tick, in which every bar start is a whole number.
pub type Fine = u64;

/// Steps of the token grid in a quarter note; half of one is the tolerance of bar starts.
const STEPS: u64 = 24;

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// Which, counted from 0.
    pub index: usize,
    /// Where it starts.
    pub start: Fine,
    /// How long it is; shorter than its metre says before a change of metre.
    pub length: Fine,
    /// Its metre.
    pub meter: Meter,
}

impl Bar {
    /// The tick nearest to its start.
    pub fn tick(&self) -> Tick {
        nearest_tick(self.start)
    }

    /// The tick nearest to its end.
    pub fn end(&self) -> Tick {
        nearest_tick(self.start + self.length)
    }
}

/// Equal bars from one metre event to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    first: usize,
    start: Fine,
    length: Fine,
    meter: Meter,
}

/// The bar grid. Beyond the last metre event it goes on for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    tolerance: Fine,
    runs: Vec<Run>,
}

impl Bars {
    /// The grid of metres sorted by tick, `tpq` ticks to the quarter.
    pub fn new(tpq: u16, meters: &[Meter]) -> Self {
        let tpq = u64::from(tpq.max(1));
        let run = |first, start, meter: Meter| {
            let length = 4 * u64::from(meter.numerator.max(1)) * tpq * FINE / u64::from(meter.denominator.clamp(1, 64));
            Run { first, start, length: length.max(1), meter }
        };
        // A tick is FINE units and half a step is tpq/48 ticks.
        let mut bars = Bars { tolerance: tpq * FINE / (2 * STEPS), runs: vec![run(0, 0, Meter::new(0, 4, 4))] };
        for meter in meters {
            let (first, start) = bars.place(u64::from(meter.tick) * FINE);
            if bars.runs.last().is_some_and(|last| last.start == start) {
                bars.runs.pop();
            }
            bars.runs.push(run(first, start, *meter));
        }
        bars
    }

    /// Which bar a metre event at `at` begins, and where that bar starts.
    fn place(&self, at: Fine) -> (usize, Fine) {
        let last = self.runs[self.runs.len() - 1];
        let since = at.saturating_sub(last.start);
        let (whole, rest) = (since / last.length, since % last.length);
        if rest <= self.tolerance {
            (last.first + whole as usize, last.start + whole * last.length)
        } else if last.length - rest <= self.tolerance {
            (last.first + whole as usize + 1, last.start + (whole + 1) * last.length)
        } else {
            (last.first + whole as usize + 1, at)
        }
    }

    /// Bar number `index`, from 0.
    pub fn bar(&self, index: usize) -> Bar {
        let at = self.runs.partition_point(|run| run.first <= index).max(1) - 1;
        let run = self.runs[at];
        let start = run.start + (index - run.first) as u64 * run.length;
        let until = self.runs.get(at + 1).map_or(Fine::MAX, |next| next.start);
        Bar { index, start, length: run.length.min(until - start), meter: run.meter }
    }

    /// The bar that contains `at`.
    pub fn containing(&self, at: Fine) -> Bar {
        let run = self.runs[self.runs.partition_point(|run| run.start <= at).max(1) - 1];
        self.bar(run.first + ((at - run.start) / run.length) as usize)
    }

    /// The bar in which a note with this onset is counted: half a step early belongs to the next bar.
    pub fn of_onset(&self, onset: Tick) -> Bar {
        self.containing(u64::from(onset) * FINE + self.tolerance)
    }

    /// The first tick at which a note counts in bar number `index`: half a step before its bar line.
    pub fn first_tick(&self, index: usize) -> Tick {
        let at = self.bar(index).start.saturating_sub(self.tolerance).div_ceil(FINE);
        Tick::try_from(at).unwrap_or(Tick::MAX)
    }

    /// How many bars there are up to `end`; at least one.
    pub fn count(&self, end: Tick) -> usize {
        match end {
            0 => 1,
            _ => self.containing(u64::from(end) * FINE - 1).index + 1,
        }
    }
}

/// The whole tick nearest to a place, halves up.
fn nearest_tick(at: Fine) -> Tick {
    Tick::try_from((2 * at + FINE) / (2 * FINE)).unwrap_or(Tick::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(bars: &Bars, count: usize) -> Vec<Tick> {
        (0..count).map(|index| bars.bar(index).tick()).collect()
    }

    #[test]
    fn without_metre_it_is_common_time() {
        assert_eq!(starts(&Bars::new(480, &[]), 3), [0, 1920, 3840]);
    }

    #[test]
    fn a_metre_in_mid_bar_cuts_that_bar_short() {
        let bars = Bars::new(480, &[Meter::new(0, 4, 4), Meter::new(2400, 3, 4)]);
        assert_eq!(starts(&bars, 4), [0, 1920, 2400, 3840]);
        assert_eq!(bars.bar(1).length, 480 * FINE);
    }

    #[test]
    fn a_metre_that_stands_a_tick_late_counts_from_the_bar_line() {
        let bars = Bars::new(480, &[Meter::new(1, 3, 4), Meter::new(1441, 2, 4)]);
        assert_eq!(starts(&bars, 4), [0, 1440, 2400, 3360]);
        assert_eq!(Bars::new(480, &[Meter::new(0, 3, 4), Meter::new(1432, 2, 4)]).bar(1).tick(), 1440);
    }

    #[test]
    fn a_note_half_a_step_early_belongs_to_the_next_bar() {
        let bars = Bars::new(480, &[]);
        assert_eq!(bars.of_onset(1910).index, 1);
        assert_eq!(bars.of_onset(1909).index, 0);
        assert_eq!((bars.first_tick(1), bars.first_tick(0)), (1910, 0));
    }

    #[test]
    fn the_last_of_several_metres_at_one_place_holds() {
        let bars = Bars::new(480, &[Meter::new(0, 4, 4), Meter::new(0, 6, 8)]);
        assert_eq!(bars.bar(1).tick(), 1440);
    }
}
