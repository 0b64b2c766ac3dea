//! The metre of a bar as a tree: bar, groups of beats, beats, and halves of them for ever.
//!
//! Where a note may be written with one sign and where it must be tied is a question about this tree (as in
//! F. Lerdahl and R. Jackendoff, *A Generative Theory of Tonal Music*, MIT Press 1983, chapter 4: metrical structure).

use crate::value::{QUARTER, SHORTEST, Time};
use score::Meter;

/// A stretch of a bar that is one node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    /// Where it starts, from the bar's start.
    pub start: Time,
    /// How long it is.
    pub length: Time,
    /// How many equal units it is counted in; each is `length / units`.
    units: u32,
    /// Whether each unit is three (a compound beat) rather than two of the next level.
    triple: bool,
}

impl Span {
    /// The whole of a bar of a metre, cut off after `length`.
    pub fn bar(meter: Meter, length: Time) -> Span {
        let unit = 4 * QUARTER / Time::from(meter.denominator.clamp(1, 64));
        let count = u32::from(meter.numerator.max(1));
        let compound = count.is_multiple_of(3) && meter.denominator >= 8;
        let (beat, beats) = if compound { (3 * unit, count / 3) } else { (unit, count) };
        if length >= beat * Time::from(beats) {
            return Span::of_units(0, length, beats, compound);
        }
        // A bar that a change of metre cuts short, or an upbeat, has whole beats or else halves of them, and so on.
        let mut part = if length.is_multiple_of(beat) || !compound { beat } else { unit };
        while part > SHORTEST && !length.is_multiple_of(part) {
            part /= 2;
        }
        Span::of_units(0, length, (length / part) as u32, compound && part == beat)
    }

    /// A stretch of `units` equal units that divide by two.
    pub fn even(length: Time, units: u32) -> Span {
        Span::of_units(0, length, units, false)
    }

    fn of_units(start: Time, length: Time, units: u32, triple: bool) -> Span {
        Span { start, length, units: units.max(1), triple }
    }

    /// Where it ends.
    pub fn end(&self) -> Time {
        self.start + self.length
    }

    /// Whether it is one beat or a part of one.
    pub fn is_beat(&self) -> bool {
        self.units == 1
    }

    /// Whether it is a beat of three parts.
    pub fn is_triple(&self) -> bool {
        self.units == 1 && self.triple
    }

    /// Whether its beats have three parts.
    pub fn is_compound(&self) -> bool {
        self.triple
    }

    /// The stretches that it consists of; none where nothing shorter is written.
    pub fn children(&self) -> Vec<Span> {
        let unit = self.length / Time::from(self.units);
        if self.units == 1 {
            let parts = if self.triple { 3 } else { 2 };
            let length = self.length / parts;
            if length < SHORTEST || !self.length.is_multiple_of(parts) {
                return Vec::new();
            }
            return (0..parts).map(|at| Span::of_units(self.start + at * length, length, 1, false)).collect();
        }
        let mut at = self.start;
        let groups = grouping(self.units);
        let children = groups.iter().map(|&units| {
            let length = unit * Time::from(units);
            at += length;
            Span::of_units(at - length, length, units, self.triple)
        });
        children.collect()
    }

    /// The beats of a bar, in order.
    pub fn beats(&self) -> Vec<Span> {
        match self.is_beat() {
            true => vec![*self],
            false => self.children().iter().flat_map(Span::beats).collect(),
        }
    }
}

/// How so many beats are heard together: even counts in halves, threes as they are, and other counts as composers
/// beam them most often, the threes first (E. Gould, *Behind Bars*, Faber 2011, "Metre").
fn grouping(units: u32) -> Vec<u32> {
    match units {
        2 | 3 => vec![1; units as usize],
        5 => vec![3, 2],
        7 => vec![2, 2, 3],
        9 => vec![3, 3, 3],
        even if even % 2 == 0 => vec![even / 2; 2],
        odd => vec![odd / 2 + 1, odd / 2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(span: &Span) -> Vec<Time> {
        span.children().iter().map(|child| child.start * 4 / QUARTER).collect()
    }

    fn bar(numerator: u8, denominator: u8) -> Span {
        let length = 4 * QUARTER * Time::from(numerator) / Time::from(denominator);
        Span::bar(Meter::new(0, numerator, denominator), length)
    }

    #[test]
    fn bars_fall_into_groups_beats_and_halves() {
        assert_eq!(starts(&bar(4, 4)), [0, 8]);
        assert_eq!(starts(&bar(4, 4).children()[1]), [8, 12]);
        assert_eq!(starts(&bar(4, 4).beats()[1]), [4, 6]);
        assert_eq!(starts(&bar(3, 4)), [0, 4, 8]);
        assert_eq!(starts(&bar(6, 8)), [0, 6]);
        assert_eq!(starts(&bar(6, 8).beats()[1]), [6, 8, 10]);
        assert_eq!(starts(&bar(5, 4)), [0, 12]);
        assert!(bar(3, 8).is_triple() && !bar(3, 4).is_triple());
    }

    #[test]
    fn short_bars_keep_whole_beats() {
        let pickup = Span::bar(Meter::new(0, 4, 4), QUARTER);
        assert!(pickup.is_beat());
        let odd = Span::bar(Meter::new(0, 6, 8), QUARTER / 2 * 5);
        assert_eq!(odd.beats().len(), 5);
    }

    #[test]
    fn every_metre_is_covered_by_its_children() {
        for numerator in 1..=32 {
            for denominator in [1, 2, 4, 8, 16, 32, 64] {
                let mut open = vec![bar(numerator, denominator)];
                while let Some(span) = open.pop() {
                    let children = span.children();
                    let sum: Time = children.iter().map(|child| child.length).sum();
                    assert!(children.is_empty() || sum == span.length, "{numerator}/{denominator} {span:?}");
                    open.extend(children.into_iter().filter(|child| child.length > QUARTER / 8));
                }
            }
        }
    }
}
