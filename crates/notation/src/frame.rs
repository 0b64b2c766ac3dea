//! The bar grid of the document in units of notation.

use crate::metre::Span;
use crate::value::{QUARTER, SHORTEST, Time};
use score::{Bar, Bars, FINE, Fine, Meter, Score, Tick};

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub index: usize,
    /// From the start of the piece.
    pub start: Time,
    /// A whole number of the shortest notes, even where a change of metre cuts a bar short anywhere.
    pub length: Time,
    pub meter: Meter,
}

impl Frame {
    pub fn end(&self) -> Time {
        self.start + self.length
    }

    /// Its metre as a tree.
    pub fn span(&self) -> Span {
        Span::bar(self.meter, self.length)
    }
}

/// All bars; they go on for ever.
#[derive(Debug, Clone)]
pub(crate) struct Frames {
    bars: Bars,
    tpq: u64,
}

impl Frames {
    pub fn of(score: &Score) -> Frames {
        Frames { bars: score.bars(), tpq: u64::from(score.tpq.max(1)) }
    }

    /// Bar number `index`, from 0.
    pub fn at(&self, index: usize) -> Frame {
        self.frame(self.bars.bar(index))
    }

    /// The bar in which a note with this onset is counted.
    pub fn of_onset(&self, onset: Tick) -> Frame {
        self.frame(self.bars.of_onset(onset))
    }

    /// The bar in which a time lies.
    pub fn containing(&self, time: Time) -> Frame {
        self.frame(self.bars.containing(time * self.tpq * FINE / QUARTER))
    }

    /// The tick nearest to a bar's start.
    pub fn tick(&self, index: usize) -> Tick {
        self.bars.bar(index).tick()
    }

    /// A tick as a time.
    pub fn time(&self, tick: Tick) -> Time {
        self.time_of(u64::from(tick) * FINE)
    }

    fn frame(&self, bar: Bar) -> Frame {
        let (start, end) = (self.time_of(bar.start), self.time_of(bar.start + bar.length));
        let shortest = (end - start + SHORTEST / 2) / SHORTEST;
        Frame { index: bar.index, start, length: shortest.max(1) * SHORTEST, meter: bar.meter }
    }

    /// The nearest unit, halves up.
    fn time_of(&self, at: Fine) -> Time {
        (2 * at * QUARTER / (self.tpq * FINE)).div_ceil(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn bars_and_ticks_have_their_times() {
        let mut score = Score::empty();
        score.meters = Arc::new(vec![Meter::new(0, 3, 4), Meter::new(960 * 4 + 7, 4, 4)]);
        let frames = Frames::of(&score);
        assert_eq!((frames.at(0).start, frames.at(0).length), (0, 3 * QUARTER));
        assert_eq!((frames.at(1).start, frames.at(1).length), (3 * QUARTER, QUARTER));
        assert_eq!(frames.time(480), QUARTER / 2);
        assert_eq!(frames.time(1), 11);
    }
}
