//! Signs of whether a part plays the like of a line in its other bars, and other parts in this one.

use super::{Signs, Spot, flag, greatest, mean};
use crate::echo::around::Around;
use crate::echo::line::{self, Line, OCTAVES, Source};
use analysis::{Tone, note_f1, onset_f1};

/// How sharply bars with likelier surroundings count more: likeness to these powers.
const SHARPNESS: [i32; 2] = [4, 16];

/// What stands for a sum of weights where there are none.
const NOTHING: f64 = 1e-9;

/// A line beside what the part plays in one of its other bars.
struct Beside {
    /// Which of the bars in which the part plays.
    at: usize,
    notes: f64,
    onsets: f64,
}

/// Whether the part plays the like in its other bars: in any, in those near by, in those whose surroundings are alike,
/// and in those whose neighbours play what this one's do; and how much the part repeats itself.
pub fn repetition(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    spot.lags.iter().for_each(|&lag| signs.push(lag));
    let all = others(around, spot, line);
    signs.maybe(mean(all.iter().map(|one| one.notes)));
    signs.push(mean(all.iter().map(|one| one.onsets)).unwrap_or(0.0));
    signs.push(greatest(all.iter().map(|one| one.notes)));
    signs.push(greatest(all.iter().map(|one| one.onsets)));
    for step in [-1, 1, -2, 2] {
        let near = spot.bar.checked_add_signed(step).and_then(|bar| around.played(bar, spot.part));
        signs.push(near.map_or(0.0, |near| note_f1(near, &line.tones)));
    }
    for power in SHARPNESS {
        let weight = |one: &Beside| spot.likeness[one.at].powi(power);
        signs.push(weighted(&all, weight, |one| one.notes).0);
        signs.push(weighted(&all, weight, |one| one.onsets).0);
    }
    signs.push(mean(all.iter().map(|one| flag(one.notes == 1.0))).unwrap_or(0.0));
    for likeness in &spot.neighbours {
        let (notes, known) = weighted(&all, |one| likeness[one.at].powi(2), |one| one.notes);
        signs.push(notes);
        signs.flag(known);
    }
}

/// The line beside the bars in which the part plays, but for the one that it comes from.
fn others(around: &Around, spot: &Spot, line: &Line) -> Vec<Beside> {
    let own = |bar: usize| matches!(line.source, Source::Bar { bar: from, .. } if from == bar);
    let beside = |(at, &bar): (usize, &usize)| {
        let tones = around.played(bar, spot.part).filter(|_| !own(bar))?;
        Some(Beside { at, notes: note_f1(tones, &line.tones), onsets: onset_f1(tones, &line.tones) })
    };
    spot.plays.iter().enumerate().filter_map(beside).collect()
}

/// The mean by weight, and whether any weight is more than nothing.
fn weighted(all: &[Beside], weight: impl Fn(&Beside) -> f64, what: fn(&Beside) -> f64) -> (f64, bool) {
    let sum: f64 = all.iter().map(&weight).sum();
    let mean = all.iter().map(|one| weight(one) * what(one)).sum::<f64>() / (sum + NOTHING);
    (mean, sum > 0.0)
}

/// Whether other parts play the like in this bar, and whether they do so in other bars.
pub fn doubling(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    let parts = &around.passage.parts;
    let drums = parts[spot.part].is_drums();
    let others = (0..parts.len()).filter(|&part| part != spot.part && parts[part].is_drums() == drums);
    let (mut notes, mut onsets) = (Vec::new(), Vec::new());
    for other in others.filter_map(|part| around.played(spot.bar, part)) {
        onsets.push(onset_f1(other, &line.tones));
        let doubled = (-OCTAVES..=OCTAVES).map(|octaves| note_f1(&higher(other, octaves), &line.tones));
        notes.push(doubled.fold(0.0, f64::max));
    }
    signs.push(greatest(onsets.iter().copied()));
    signs.push(mean(onsets.iter().copied()).unwrap_or(0.0));
    signs.push(greatest(notes.into_iter()));
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

/// Some octaves higher, as far as there are keys.
fn higher(tones: &[Tone], octaves: i8) -> Vec<Tone> {
    let higher = |tone: &Tone| Some(Tone { pitch: line::higher(tone.pitch, octaves)?, ..*tone });
    tones.iter().filter_map(higher).collect()
}
