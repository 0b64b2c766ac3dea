//! What is seen of a line before anybody knows whether it is the right one: numbers that a critic judges by.
//!
//! Shares and likenesses are 0..=1 as they are, intervals are in octaves, numbers of notes are logarithms. What is not
//! known is 0, with a sign of its own that says so where 0 means something else.

use super::around::Around;
use super::around::weights;
use super::line::{self, Line, OCTAVES, Source};
use analysis::{Tone, Weights, cosine, note_f1, onset_f1};
use std::collections::BTreeSet;

/// How many signs a line has.
pub const SIGNS: usize = 109;

/// Distances between bars, in bars, that have a sign each.
const DISTANCES: usize = 8;

/// Bars before and after two places that are compared one by one.
const COMPARED: isize = 2;

/// After how many bars it is asked whether a part comes again.
const LAGS: [usize; 3] = [1, 2, 4];

/// The share of all that sounds from which a pitch class belongs to the music.
const BELONGS: f64 = 0.02;

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
        let keys = || plays.iter().filter_map(|&bar| around.played(bar, part)).flatten().map(|tone| tone.pitch);
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
        }
    }
}

/// The signs of a line that is offered for a spot, [`SIGNS`] of them.
pub fn signs(around: &mut Around, spot: &Spot, line: &Line) -> Vec<f32> {
    let mut signs = Signs(Vec::with_capacity(SIGNS));
    source(&mut signs, around, spot, line);
    surroundings(&mut signs, around, spot, line);
    harmony(&mut signs, around, spot, line);
    joints(&mut signs, around, spot, line);
    shape(&mut signs, spot, line);
    repetition(&mut signs, around, spot, line);
    doubling(&mut signs, around, spot, line);
    instruments(&mut signs, around, spot, line);
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

/// Where the line comes from, and how far away that is.
fn source(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    let (steps, octaves, from) = match line.source {
        Source::Bar { bar, steps } => (steps, 0, bar),
        Source::Beside { octaves, .. } => (0, octaves, spot.bar),
    };
    signs.flag(steps != 0);
    signs.flag(matches!(line.source, Source::Beside { .. }));
    signs.flag(around.passage.parts[spot.part].is_drums());
    signs.one_of(steps.unsigned_abs().into(), 1..=7);
    signs.push(steps.signum().into());
    signs.push(octaves.into());
    let distance = spot.bar.abs_diff(from);
    signs.one_of(distance, 1..=DISTANCES);
    signs.flag(distance > 0 && distance.is_multiple_of(4));
    signs.flag(distance > 0 && distance.is_multiple_of(8));
    signs.push((1.0 + distance as f64).ln());
    signs.flag(from < spot.bar);
}

/// How like the bars around the spot are to those around the line's own place, part by part.
fn surroundings(signs: &mut Signs, around: &mut Around, spot: &Spot, line: &Line) {
    let Source::Bar { bar, steps } = line.source else {
        // Four numbers for each bar, and three more where the part itself is compared.
        (0..4 * (2 * COMPARED + 1) + 3 * 2 * COMPARED + 1).for_each(|_| signs.push(0.0));
        return;
    };
    for step in -COMPARED..=COMPARED {
        let two = spot.bar.checked_add_signed(step).zip(bar.checked_add_signed(step));
        let two = two.filter(|(one, other)| (*one).max(*other) < around.passage.bars());
        if step != 0 {
            let own = two.and_then(|(one, other)| around.alike(one, other, spot.part, steps));
            signs.maybe(own.map(|own| own.notes));
            signs.push(own.map_or(0.0, |own| own.onsets));
        }
        let parts = (0..around.passage.parts.len()).filter(|&part| part != spot.part);
        let (mut asis, mut moved) = (Vec::new(), Vec::new());
        for (part, (one, other)) in parts.flat_map(|part| two.map(|two| (part, two))) {
            asis.extend(around.alike(one, other, part, 0));
            moved.extend(around.alike(one, other, part, steps).map(|alike| alike.notes));
        }
        signs.maybe(mean(asis.iter().map(|alike| alike.notes)));
        signs.push(mean(asis.iter().map(|alike| alike.onsets)).unwrap_or(0.0));
        signs.push(mean(moved.into_iter()).unwrap_or(0.0));
    }
    signs.push(around.surroundings(spot.bar, bar));
}

/// How the line goes with what sounds beside it, there and where it comes from.
fn harmony(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    if around.passage.parts[spot.part].is_drums() {
        (0..6).for_each(|_| signs.push(0.0));
        return;
    }
    let (there, own) = match line.source {
        Source::Bar { bar, .. } => (around.beside(bar, spot.part), around.tones(bar, spot.part)),
        Source::Beside { part, .. } => (around.beside(spot.bar, part), around.tones(spot.bar, part)),
    };
    let steps = if let Source::Bar { steps, .. } = line.source { steps } else { 0 };
    let mut moved = [0.0; 12];
    for class in 0..12_u8 {
        let to = around.moved(60 + class, steps).unwrap_or(class);
        moved[usize::from(to % 12)] += there[usize::from(class)];
    }
    let same_part = flag(matches!(line.source, Source::Bar { .. }));
    signs.push(same_part * cosine(&spot.harmony, &moved));
    signs.push(same_part * cosine(&spot.harmony, &there));
    let sounds = weights(&line.tones);
    let (fit, fitted) = (cosine(&sounds, &spot.harmony), cosine(&weights(own.unwrap_or_default()), &there));
    signs.push(fit);
    signs.push(fit - fitted);
    signs.push(cosine(&sounds, &around.classes));
    let all: f64 = around.classes.iter().sum();
    let belongs = |tone: &Tone| flag(around.classes[usize::from(tone.pitch % 12)] > BELONGS * all);
    signs.push(mean(line.tones.iter().map(belongs)).unwrap_or(0.0));
}

/// How far it leaps from the bar before and into the bar after, there and where it comes from.
fn joints(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    let leap = |one: Option<u8>, other: Option<u8>| {
        one.zip(other).map(|(one, other)| (f64::from(one.abs_diff(other)) / 12.0).min(2.0))
    };
    signs.maybe(leap(spot.before, first(&line.tones)));
    signs.maybe(leap(last(&line.tones), spot.after));
    let (mut before, mut after) = (None, None);
    if let Source::Bar { bar, steps } = line.source {
        let moved = |key: Option<u8>| key.and_then(|key| around.moved(key, steps));
        before = moved(bar.checked_sub(1).and_then(|bar| last(around.played(bar, spot.part)?)));
        after = moved(around.played(bar + 1, spot.part).and_then(first));
    }
    signs.maybe(leap(spot.before, before));
    signs.maybe(leap(after, spot.after));
}

/// What it is like by itself, beside the part's other bars.
fn shape(signs: &mut Signs, spot: &Spot, line: &Line) {
    let notes = line.tones.len() as f64;
    signs.push((notes / spot.density.max(0.5)).ln());
    signs.push((1.0 + notes).ln());
    let height = mean(line.tones.iter().map(|tone| f64::from(tone.pitch))).unwrap_or(60.0);
    signs.maybe(spot.height.map(|usual| ((height - usual).abs() / 12.0).min(3.0)));
    signs.push((height - 60.0) / 24.0);
    let onsets: BTreeSet<u32> = line.tones.iter().map(|tone| tone.position).collect();
    signs.push(onsets.len() as f64 / notes);
}

/// Whether the part plays the like in its other bars, and how much it repeats itself.
fn repetition(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    spot.lags.iter().for_each(|&lag| signs.push(lag));
    let here = |bar: &&usize| !matches!(line.source, Source::Bar { bar: from, .. } if from == **bar);
    let others = || spot.plays.iter().filter(here).filter_map(|&bar| around.played(bar, spot.part));
    let (notes, onsets): (Vec<f64>, Vec<f64>) =
        others().map(|other| (note_f1(other, &line.tones), onset_f1(other, &line.tones))).unzip();
    signs.maybe(mean(notes.iter().copied()));
    signs.push(mean(onsets.iter().copied()).unwrap_or(0.0));
    signs.push(greatest(&notes));
    signs.push(greatest(&onsets));
    for step in [-1, 1, -2, 2] {
        let near = spot.bar.checked_add_signed(step).and_then(|bar| around.played(bar, spot.part));
        signs.push(near.map_or(0.0, |near| note_f1(near, &line.tones)));
    }
}

/// Whether other parts play the like in this bar, and whether they do so in other bars.
fn doubling(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    let parts = &around.passage.parts;
    let drums = parts[spot.part].is_drums();
    let others = (0..parts.len()).filter(|&part| part != spot.part && parts[part].is_drums() == drums);
    let (mut notes, mut onsets) = (Vec::new(), Vec::new());
    for other in others.filter_map(|part| around.played(spot.bar, part)) {
        onsets.push(onset_f1(other, &line.tones));
        let doubled = (-OCTAVES..=OCTAVES).map(|octaves| note_f1(&higher(other, octaves), &line.tones));
        notes.push(doubled.fold(0.0, f64::max));
    }
    signs.push(greatest(&onsets));
    signs.push(mean(onsets.iter().copied()).unwrap_or(0.0));
    signs.push(greatest(&notes));
    let mut pairs = Vec::new();
    if let Source::Beside { part, octaves } = line.source {
        let both = |&bar: &usize| around.played(bar, part).zip(around.played(bar, spot.part));
        let alike = |(other, own): (&[Tone], &[Tone])| {
            let other = higher(other, octaves);
            (note_f1(&other, own), onset_f1(&other, own))
        };
        pairs.extend(spot.plays.iter().filter_map(both).map(alike));
    }
    signs.maybe(mean(pairs.iter().map(|pair| pair.0)));
    signs.push(mean(pairs.iter().map(|pair| pair.1)).unwrap_or(0.0));
}

/// What plays, and how much is known.
fn instruments(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    let parts = &around.passage.parts;
    let group = parts[spot.part].group;
    let other = if let Source::Beside { part, .. } = line.source { Some(parts[part].group) } else { None };
    signs.flag(other == Some(group));
    signs.push(other.map_or(0.0, |other| (f64::from(other) - f64::from(group)) / 39.0));
    signs.push(spot.plays.len().min(16) as f64 / 8.0);
    signs.push((parts.len() as f64).ln());
    signs.push(spot.company.min(6) as f64 / 3.0);
    signs.flag(group < 6);
    signs.flag((9..13).contains(&group));
    signs.push(f64::from(group) / 39.0);
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u32, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / f64::from(count))
}

fn greatest(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

fn first(tones: &[Tone]) -> Option<u8> {
    tones.first().map(|tone| tone.pitch)
}

fn last(tones: &[Tone]) -> Option<u8> {
    tones.last().map(|tone| tone.pitch)
}

/// Some octaves higher, as far as there are keys.
fn higher(tones: &[Tone], octaves: i8) -> Vec<Tone> {
    let higher = |tone: &Tone| Some(Tone { pitch: line::higher(tone.pitch, octaves)?, ..*tone });
    tones.iter().filter_map(higher).collect()
}
