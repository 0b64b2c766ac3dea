//! Which hand plays what: a split that moves with the music, found by dynamic programming over the onsets.
//!
//! The split is a key; what lies at or above it is the right hand's. At each onset it costs something that a hand
//! must stretch, that it plays notes of different lengths at once, that the split lies close to a note or far from the
//! middle of the keyboard, and that it moves. The cheapest course of the split is the answer (A. J. Viterbi's algorithm,
//! 1967). What each of these costs was tuned on the training part of the engraved songs, see the tests of `formats`.

use crate::quantize::Tone;
use crate::value::QUARTER;
use std::ops::RangeInclusive;

/// Where the split may lie.
const SPLITS: RangeInclusive<u8> = 36..=84;
const COUNT: usize = 84 - 36 + 1;

/// What a semitone costs by which a hand stretches beyond [`REACH`].
const STRETCH: f64 = 3.0;
/// A hand reaches an octave without strain.
const REACH: u8 = 12;
/// What a semitone costs that a note lies nearer to the split than [`CLEAR`].
const CLOSE: f64 = 0.25;
/// So far from the nearest notes a split is clear, in semitones.
const CLEAR: f64 = 1.5;
/// What a semitone between the split and middle C costs.
const AWAY: f64 = 0.03;
/// What it costs to move the split by a semitone.
const MOVE: f64 = 0.35;
/// What it costs that neighbours in one hand do not begin and end together.
const MIXED: f64 = 1.4;
/// Where both hands meet at rest: middle C.
const MIDDLE: f64 = 60.0;

/// For each tone whether the left hand plays it. The tones are in order of their onsets.
pub(crate) fn left_hand(tones: &[Tone]) -> Vec<bool> {
    let onsets = onsets(tones);
    let splits = course(&onsets.iter().map(|onset| costs(tones, onset)).collect::<Vec<_>>());
    let mut left = vec![false; tones.len()];
    for (onset, split) in onsets.iter().zip(splits) {
        for index in onset.new.clone() {
            left[index] = tones[index].pitch < split;
        }
    }
    left
}

/// What sounds at one onset.
struct Onset {
    /// The tones that begin.
    new: std::ops::Range<usize>,
    /// Those that are still held.
    held: Vec<usize>,
}

fn onsets(tones: &[Tone]) -> Vec<Onset> {
    let mut onsets: Vec<Onset> = Vec::new();
    let mut sounding: Vec<usize> = Vec::new();
    let mut from = 0;
    for group in tones.chunk_by(|a, b| a.start == b.start) {
        let start = group[0].start;
        sounding.retain(|&index| tones[index].end > start && start - tones[index].start <= 4 * QUARTER);
        let new = from..from + group.len();
        onsets.push(Onset { new: new.clone(), held: sounding.clone() });
        sounding.extend(new);
        from += group.len();
    }
    onsets
}

/// What each split costs at an onset.
fn costs(tones: &[Tone], onset: &Onset) -> [f64; COUNT] {
    let sounding = onset.new.clone().chain(onset.held.iter().copied()).map(|index| &tones[index]);
    let mut sounding: Vec<&Tone> = sounding.collect();
    sounding.sort_unstable_by_key(|tone| (tone.pitch, tone.end));
    let together = |pair: &[&Tone]| (pair[0].start, pair[0].end) == (pair[1].start, pair[1].end);
    let mixed = |hand: &[&Tone]| hand.windows(2).filter(|pair| !together(pair)).count() as f64 * MIXED;
    let mut costs = [0.0; COUNT];
    for (cost, split) in costs.iter_mut().zip(SPLITS) {
        let at = sounding.partition_point(|tone| tone.pitch < split);
        let (left, right) = sounding.split_at(at);
        let away = f64::from(split) - 0.5 - MIDDLE;
        *cost = stretch(left) + stretch(right) + AWAY * away.abs() + mixed(left) + mixed(right);
        let below = left.last().map(|tone| f64::from(split) - 0.5 - f64::from(tone.pitch));
        let above = right.first().map(|tone| f64::from(tone.pitch) + 0.5 - f64::from(split));
        for gap in [below, above].into_iter().flatten() {
            *cost += CLOSE * (CLEAR - gap).max(0.0);
        }
    }
    costs
}

fn stretch(hand: &[&Tone]) -> f64 {
    match hand {
        [low, .., high] => STRETCH * f64::from((high.pitch - low.pitch).saturating_sub(REACH)),
        _ => 0.0,
    }
}

/// The cheapest course of the split over all onsets.
fn course(costs: &[[f64; COUNT]]) -> Vec<u8> {
    let Some((first, rest)) = costs.split_first() else { return Vec::new() };
    let mut sums = *first;
    let mut from: Vec<[usize; COUNT]> = Vec::with_capacity(rest.len());
    for cost in rest {
        let (mut least, mut origin) = (sums, [0; COUNT]);
        for (at, origin) in origin.iter_mut().enumerate() {
            *origin = at;
        }
        // A move costs the same for each semitone, so the cheapest origin is found by looking at neighbours, once
        // upwards and once downwards.
        for at in (1..COUNT).chain((0..COUNT - 1).rev().map(|at| at + COUNT)) {
            let (at, neighbour) = if at < COUNT { (at, at - 1) } else { (at - COUNT, at - COUNT + 1) };
            if least[neighbour] + MOVE < least[at] {
                (least[at], origin[at]) = (least[neighbour] + MOVE, origin[neighbour]);
            }
        }
        for at in 0..COUNT {
            sums[at] = least[at] + cost[at];
        }
        from.push(origin);
    }
    let mut at = (0..COUNT).min_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0);
    let mut course = vec![at];
    for origin in from.iter().rev() {
        at = origin[at];
        course.push(at);
    }
    course.iter().rev().map(|&at| SPLITS.start() + at as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Time;

    fn tones(chords: &[&[u8]]) -> Vec<Tone> {
        let mut tones = Vec::new();
        for (start, chord) in chords.iter().enumerate() {
            for &pitch in *chord {
                let start = start as Time * QUARTER;
                tones.push(Tone { id: score::NoteId(0), pitch, velocity: 80, start, end: start + QUARTER });
            }
        }
        tones
    }

    fn left(chords: &[&[u8]]) -> Vec<u8> {
        let tones = tones(chords);
        let left = left_hand(&tones);
        tones.iter().zip(left).filter(|(_, left)| *left).map(|(tone, _)| tone.pitch).collect()
    }

    #[test]
    fn hands_are_told_apart_where_they_are_apart() {
        assert_eq!(left(&[&[36, 48, 64, 67, 72], &[43, 52, 65, 71]]), [36, 48, 43, 52]);
    }

    #[test]
    fn the_split_follows_the_hands_up_and_down() {
        // Both hands above middle C, then both below it.
        let high: &[u8] = &[65, 69, 84, 88];
        assert_eq!(left(&[high; 6]), [65, 69].repeat(6));
        let low: &[u8] = &[31, 38, 52, 57];
        assert_eq!(left(&[low; 6]), [31, 38].repeat(6));
    }
}
