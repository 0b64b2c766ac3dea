//! What is seen of a line before anybody knows whether it is the right one: numbers that a critic judges by.
//!
//! Shares and likenesses are 0..=1 as they are, intervals are in octaves, numbers of notes are logarithms. What is not
//! known is 0, with a sign of its own that says so where 0 means something else.

mod again;
mod place;
mod sound;

use super::around::{Around, sum_of};
use super::line::Line;
use analysis::{Tone, Weights};

/// How many signs a line has.
pub const SIGNS: usize = 135;

/// After how many bars it is asked whether a part comes again.
const LAGS: [usize; 3] = [1, 2, 4];

/// An open cell, and what is known of its part.
pub struct Spot {
    bar: usize,
    part: usize,
    /// The bars in which the part is known to play.
    plays: Vec<usize>,
    /// The key that it plays last before, and first after this bar.
    before: Option<u8>,
    after: Option<u8>,
    /// How like its bars are to those so many bars later.
    lags: Vec<f64>,
    /// Its notes in a bar.
    density: f64,
    /// Its mean key; none if nothing is known.
    height: Option<f64>,
    /// What sounds in the other parts.
    harmony: Weights,
    /// How many of them play.
    company: usize,
    /// How long the part sounds together with them, by interval, in the bars in which it plays.
    intervals: Weights,
    /// How like the surroundings of each bar in which it plays are to those of this one,
    likeness: Vec<f64>,
    /// and how like what it plays in the bar before each, and in the bar after each, is to what it plays there.
    neighbours: [Vec<f64>; 2],
}

impl Spot {
    /// What is known of a part around one of its bars.
    pub fn new(around: &mut Around, bar: usize, part: usize) -> Self {
        let bars = around.passage.bars();
        let plays: Vec<usize> = (0..bars).filter(|&bar| around.played(bar, part).is_some()).collect();
        let lags = LAGS.iter().flat_map(|&lag| {
            let pairs = plays.iter().filter(|&&bar| plays.contains(&(bar + lag)));
            let alike: Vec<_> = pairs.filter_map(|&bar| around.alike(bar, bar + lag, part, 0)).collect();
            let (notes, onsets) = (mean(alike.iter().map(|one| one.notes)), mean(alike.iter().map(|one| one.onsets)));
            [notes.unwrap_or(0.0), onsets.unwrap_or(0.0), flag(!alike.is_empty())]
        });
        let lags = lags.collect();
        let likeness = plays.iter().map(|&other| around.surroundings(bar, other)).collect();
        let neighbours = [-1, 1].map(|step| {
            let mut beside = |other: usize| {
                let (one, two) = (bar.checked_add_signed(step)?, other.checked_add_signed(step)?);
                around.alike(one, two, part, 0)
            };
            plays.iter().map(|&other| beside(other).map_or(0.0, |alike| alike.notes)).collect()
        });
        let keys = || plays.iter().filter_map(|&bar| around.played(bar, part)).flatten().map(|tone| tone.pitch);
        let own = |bar: usize| around.intervals(around.tones(bar, part).unwrap_or_default(), bar, part);
        let intervals = plays.iter().fold(Weights::default(), |sum, &bar| sum_of(&sum, &own(bar), 1.0));
        let company = (0..around.passage.parts.len()).filter(|&other| other != part);
        Spot {
            before: bar.checked_sub(1).and_then(|bar| last(around.played(bar, part)?)),
            after: around.played(bar + 1, part).and_then(first),
            density: keys().count() as f64 / plays.len().max(1) as f64,
            height: mean(keys().map(f64::from)),
            harmony: around.beside(bar, part),
            company: company.filter(|&other| around.played(bar, other).is_some()).count(),
            bar,
            part,
            plays,
            lags,
            intervals,
            likeness,
            neighbours,
        }
    }
}

/// The signs of a line that is offered for a spot, [`SIGNS`] of them.
pub fn signs(around: &mut Around, spot: &Spot, line: &Line) -> Vec<f32> {
    let mut signs = Signs(Vec::with_capacity(SIGNS));
    place::source(&mut signs, around, spot, line);
    place::surroundings(&mut signs, around, spot, line);
    place::recurrence(&mut signs, around, spot, line);
    sound::harmony(&mut signs, around, spot, line);
    sound::together(&mut signs, around, spot, line);
    sound::joints(&mut signs, around, spot, line);
    sound::shape(&mut signs, spot, line);
    sound::instruments(&mut signs, around, spot, line);
    again::repetition(&mut signs, around, spot, line);
    again::doubling(&mut signs, around, spot, line);
    signs.0
}

/// Signs as they come.
struct Signs(Vec<f32>);

impl Signs {
    fn push(&mut self, value: f64) {
        self.0.push(value as f32);
    }

    fn flag(&mut self, is: bool) {
        self.push(flag(is));
    }

    /// A value, and whether it is known.
    fn maybe(&mut self, value: Option<f64>) {
        self.push(value.unwrap_or(0.0));
        self.flag(value.is_some());
    }

    /// A sign for each number from `from` on, of which one holds.
    fn one_of(&mut self, number: usize, numbers: std::ops::RangeInclusive<usize>) {
        numbers.for_each(|each| self.flag(each == number));
    }
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

fn greatest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, f64::max)
}

fn first(tones: &[Tone]) -> Option<u8> {
    tones.first().map(|tone| tone.pitch)
}

fn last(tones: &[Tone]) -> Option<u8> {
    tones.last().map(|tone| tone.pitch)
}
