//! What the strength of a variation does: how like the source it is, from stop to stop.

use super::excerpt::Excerpt;
use crate::tones::tones;
use crate::{Cell, Composer, Error, Settings, Task};
use analysis::{contour_match, note_f1, onset_f1, pitch_f1};
use serde::Serialize;
use std::collections::BTreeSet;
use tokens::Passage;

/// Likeness of a variation to its source over the selected cells, each 0..=1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Likeness {
    /// Notes: onset and pitch.
    pub notes: f64,
    /// Rhythm: onsets.
    pub rhythm: f64,
    /// Pitches, wherever they stand.
    pub pitches: f64,
    /// Directions of the top line.
    pub contour: f64,
}

/// The first candidate for a variation of what stands in the excerpt's cells, as people ask for it: everything is known.
///
/// # Errors
/// As [`Composer::vary`].
pub fn varied(composer: &Composer, excerpt: &Excerpt, strength: f32, seed: u32) -> Result<Likeness, Error> {
    let track = |part: usize| excerpt.passage.parts[part].track;
    let cells: BTreeSet<Cell> = excerpt.masked.iter().map(|&(bar, part)| Cell { track: track(part), bar }).collect();
    let settings = Settings { strength, seed, count: 1, ..Settings::default() };
    let task = Task { cells, locks: BTreeSet::new(), settings };
    let written = composer.vary(&excerpt.score, &task, &mut |_| true)?;
    let score = match written.proposals.first() {
        Some(first) => excerpt.score.with(&first.edit)?,
        None => excerpt.score.clone(),
    };
    let answer = Passage::read(&score, 0..excerpt.passage.bars());
    let [old, new] = [&excerpt.passage, &answer].map(|passage| line(excerpt, passage));
    Ok(Likeness {
        notes: note_f1(&old, &new),
        rhythm: onset_f1(&old, &new),
        pitches: pitch_f1(&old, &new),
        contour: contour_match(&old, &new),
    })
}

/// The masked cells one after the other.
fn line(excerpt: &Excerpt, passage: &Passage) -> Vec<analysis::Tone> {
    let cell = |(at, &(bar, part)): (usize, &(usize, usize))| {
        let later = move |tone: analysis::Tone| analysis::Tone { position: tone.position + 1000 * at as u32, ..tone };
        tones(passage.cell(bar, part).tones()).into_iter().map(later).collect::<Vec<_>>()
    };
    excerpt.masked.iter().enumerate().flat_map(cell).collect()
}

/// Spearman's rank correlation of pairs; ties share the mean of their ranks. None without any spread.
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let ranks = |values: Vec<f64>| -> Vec<f64> {
        let rank = |value: &f64| {
            let below = values.iter().filter(|other| *other < value).count() as f64;
            let same = values.iter().filter(|other| *other == value).count() as f64;
            below + (same - 1.0) / 2.0
        };
        values.iter().map(rank).collect()
    };
    let (one, two) =
        (ranks(pairs.iter().map(|pair| pair.0).collect()), ranks(pairs.iter().map(|pair| pair.1).collect()));
    let mean = (pairs.len() as f64 - 1.0) / 2.0;
    let sum =
        |left: &[f64], right: &[f64]| -> f64 { left.iter().zip(right).map(|(l, r)| (l - mean) * (r - mean)).sum() };
    let spread = (sum(&one, &one) * sum(&two, &two)).sqrt();
    (spread > 0.0).then(|| sum(&one, &two) / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_correlate_whatever_the_curve() {
        let curve: Vec<(f64, f64)> = (1..10).map(|at| (f64::from(at), f64::from(at * at))).collect();
        assert!((spearman(&curve).unwrap() - 1.0).abs() < 1e-12);
        let back: Vec<(f64, f64)> = curve.iter().map(|pair| (pair.0, -pair.1)).collect();
        assert!((spearman(&back).unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(spearman(&[(1.0, 2.0), (2.0, 2.0)]), None);
    }
}
