//! How like a theme an answer is, and what of it is kept (`docs/tokens.md` §6, variation pairs).

use crate::classes::{Weights, cosine};
use std::cmp::Ordering;
use std::ops::Range;

/// A note as places compare it: on a grid of steps, without velocity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tone {
    /// Onset in steps from the start of the passage.
    pub position: u32,
    /// Length in steps.
    pub length: u32,
    /// MIDI key.
    pub pitch: u8,
}

/// Bounds of the similarity classes that prompts state: class n is `BUCKETS[n] ≤ similarity < BUCKETS[n + 1]`.
pub const SIMILARITY_BUCKETS: [f64; 5] = [0.40, 0.55, 0.70, 0.85, 0.95];

/// Similarity of two passages of equal length, 0..=1: the mean of [`onset_f1`] and [`note_f1`].
pub fn similarity(theme: &[Tone], answer: &[Tone]) -> f64 {
    (onset_f1(theme, answer) + note_f1(theme, answer)) / 2.0
}

/// The class of a similarity, 0..=3; none below .40, where nothing of the theme is left, and from .95, a copy.
pub fn similarity_bucket(similarity: f64) -> Option<u8> {
    let bounds = SIMILARITY_BUCKETS.windows(2);
    (0..).zip(bounds).find(|(_, bounds)| (bounds[0]..bounds[1]).contains(&similarity)).map(|(class, _)| class)
}

/// F1 of notes matched one to one where their onsets are the same.
pub fn onset_f1(theme: &[Tone], answer: &[Tone]) -> f64 {
    f1(theme, answer, |tone| tone.position)
}

/// F1 of notes matched one to one where onset and pitch are the same.
pub fn note_f1(theme: &[Tone], answer: &[Tone]) -> f64 {
    f1(theme, answer, |tone| (tone.position, tone.pitch))
}

/// F1 of notes matched one to one where pitches are the same, wherever they stand.
pub fn pitch_f1(theme: &[Tone], answer: &[Tone]) -> f64 {
    f1(theme, answer, |tone| tone.pitch)
}

/// 2 · matches / notes of both; two empty passages are alike.
fn f1<T: Ord>(theme: &[Tone], answer: &[Tone], what: impl Fn(&Tone) -> T) -> f64 {
    let sorted = |tones: &[Tone]| {
        let mut all: Vec<T> = tones.iter().map(&what).collect();
        all.sort_unstable();
        all
    };
    let (a, b) = (sorted(theme), sorted(answer));
    let (mut i, mut j, mut matches) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => (i, j, matches) = (i + 1, j + 1, matches + 1),
        }
    }
    match a.len() + b.len() {
        0 => 1.0,
        notes => 2.0 * f64::from(matches) / notes as f64,
    }
}

/// The share of top-line steps with equal direction, 0..=1. The top line is the highest note of each onset; steps are
/// matched in order, and a step that the other line does not have is unequal. Two lines without a step are alike.
pub fn contour_match(theme: &[Tone], answer: &[Tone]) -> f64 {
    let (a, b) = (directions(theme), directions(answer));
    match a.len().max(b.len()) {
        0 => 1.0,
        steps => a.iter().zip(&b).filter(|(a, b)| a == b).count() as f64 / steps as f64,
    }
}

/// Down, level or up, from each onset's highest note to the next.
fn directions(tones: &[Tone]) -> Vec<Ordering> {
    let mut sorted: Vec<(u32, u8)> = tones.iter().map(|tone| (tone.position, tone.pitch)).collect();
    sorted.sort_unstable();
    let tops: Vec<u8> = sorted.chunk_by(|a, b| a.0 == b.0).filter_map(|onset| onset.last()).map(|top| top.1).collect();
    tops.windows(2).map(|pair| pair[1].cmp(&pair[0])).collect()
}

/// What an answer keeps of its theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Onsets: [`onset_f1`] ≥ .95.
    pub rhythm: bool,
    /// Pitches: [`pitch_f1`] ≥ .95.
    pub pitches: bool,
    /// The ups and downs of the top line: [`contour_match`] ≥ .9.
    pub contour: bool,
    /// Harmony: in every half bar the cosine of how long the pitch classes sound is ≥ .9.
    pub harmony: bool,
}

/// What an answer keeps of its theme; `half_bars` are the passage's half bars in steps.
pub fn kept(theme: &[Tone], answer: &[Tone], half_bars: &[Range<u32>]) -> Kept {
    let alike = |half: &Range<u32>| cosine(&sounding(theme, half), &sounding(answer, half)) >= 0.9;
    Kept {
        rhythm: onset_f1(theme, answer) >= 0.95,
        pitches: pitch_f1(theme, answer) >= 0.95,
        contour: contour_match(theme, answer) >= 0.9,
        harmony: half_bars.iter().all(alike),
    }
}

/// How many steps each pitch class sounds within a stretch.
fn sounding(tones: &[Tone], within: &Range<u32>) -> Weights {
    let mut weights = [0.0; 12];
    for tone in tones {
        let end = tone.position.saturating_add(tone.length.max(1)).min(within.end);
        weights[usize::from(tone.pitch % 12)] += f64::from(end.saturating_sub(tone.position.max(within.start)));
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Quarters from the start, as (quarter, pitch).
    fn tones(notes: &[(u32, u8)]) -> Vec<Tone> {
        notes.iter().map(|&(quarter, pitch)| Tone { position: 24 * quarter, length: 24, pitch }).collect()
    }

    #[test]
    fn matching_is_one_to_one() {
        let theme = tones(&[(0, 60), (0, 64), (1, 67), (2, 72)]);
        let answer = tones(&[(0, 60), (1, 65), (2, 72), (3, 60)]);
        assert_eq!(onset_f1(&theme, &answer), 6.0 / 8.0);
        assert_eq!(note_f1(&theme, &answer), 4.0 / 8.0);
        assert_eq!(pitch_f1(&theme, &answer), 4.0 / 8.0);
        assert_eq!(similarity(&theme, &answer), 0.625);
        assert_eq!((similarity(&theme, &theme), similarity(&theme, &[]), similarity(&[], &[])), (1.0, 0.0, 1.0));
    }

    #[test]
    fn buckets_leave_out_strangers_and_copies() {
        let classes = [0.39, 0.4, 0.55, 0.7, 0.85, 0.949, 0.95, 1.0].map(similarity_bucket);
        assert_eq!(classes, [None, Some(0), Some(1), Some(2), Some(3), Some(3), None, None]);
    }

    #[test]
    fn the_top_line_goes_up_and_down() {
        let theme = tones(&[(0, 48), (0, 60), (1, 64), (2, 62), (3, 62)]);
        assert_eq!(contour_match(&theme, &tones(&[(0, 70), (1, 80), (2, 71), (3, 71)])), 1.0);
        assert_eq!(contour_match(&theme, &tones(&[(0, 70), (1, 80), (2, 81), (3, 81)])), 2.0 / 3.0);
        assert_eq!(contour_match(&theme, &tones(&[(0, 70), (1, 80)])), 1.0 / 3.0);
        assert_eq!(contour_match(&tones(&[(0, 60)]), &[]), 1.0);
    }

    #[test]
    fn what_is_kept_is_said() {
        let halves = [0..48, 48..96];
        let theme = tones(&[(0, 60), (1, 64), (2, 67), (3, 71)]);
        let octave = tones(&[(0, 72), (1, 76), (2, 79), (3, 83)]);
        let all_but_pitches = Kept { rhythm: true, pitches: false, contour: true, harmony: true };
        assert_eq!(kept(&theme, &octave, &halves), all_but_pitches);
        let backwards = tones(&[(0, 71), (1, 67), (2, 64), (3, 60)]);
        assert_eq!(kept(&theme, &backwards, &halves), Kept { rhythm: true, pitches: true, ..Kept::default() });
        assert_eq!(kept(&theme, &theme, &halves), Kept { rhythm: true, pitches: true, contour: true, harmony: true });
    }

    #[test]
    fn a_note_that_rings_on_counts_in_both_halves() {
        let long = [Tone { position: 0, length: 96, pitch: 60 }];
        assert_eq!((sounding(&long, &(0..48))[0], sounding(&long, &(48..96))[0]), (48.0, 48.0));
        assert_eq!(sounding(&long, &(96..144))[0], 0.0);
    }
}
