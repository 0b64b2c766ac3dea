//! Signs of a line itself: how it goes with what sounds beside it, before it and after it.

use super::{Signs, Spot, first, flag, last, mean};
use crate::echo::around::{Around, INTERVALS, weights};
use crate::echo::line::{Line, Source};
use analysis::{Tone, cosine};
use std::collections::BTreeSet;

/// The share of all that sounds from which a pitch class belongs to the music.
const BELONGS: f64 = 0.02;

/// How the line goes with what sounds beside it, there and where it comes from.
pub fn harmony(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
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

/// Which intervals it sounds in with the other parts, and whether the part usually does.
pub fn together(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
    if around.passage.parts[spot.part].is_drums() {
        (0..=INTERVALS).for_each(|_| signs.push(0.0));
        return;
    }
    let intervals = around.intervals(&line.tones, spot.bar, spot.part);
    intervals[..INTERVALS].iter().for_each(|&share| signs.push(share));
    signs.push(cosine(&intervals, &spot.intervals));
}

/// How far it leaps from the bar before and into the bar after, there and where it comes from.
pub fn joints(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
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
pub fn shape(signs: &mut Signs, spot: &Spot, line: &Line) {
    let notes = line.tones.len() as f64;
    signs.push((notes / spot.density.max(0.5)).ln());
    signs.push((1.0 + notes).ln());
    let height = mean(line.tones.iter().map(|tone| f64::from(tone.pitch))).unwrap_or(60.0);
    signs.maybe(spot.height.map(|usual| ((height - usual).abs() / 12.0).min(3.0)));
    signs.push((height - 60.0) / 24.0);
    let onsets: BTreeSet<u32> = line.tones.iter().map(|tone| tone.position).collect();
    signs.push(onsets.len() as f64 / notes);
}

/// What plays, and how much is known.
pub fn instruments(signs: &mut Signs, around: &Around, spot: &Spot, line: &Line) {
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
