//! What a voice is worth: what it foretells better, what it forgot, and what it copies.

use super::card::{Copies, Judged};
use crate::{Error, material};
use analysis::Known;
use compose::evaluate::{Excerpt, draw, measure, written};
use compose::{Composer, Merit, Mode, Settings};
use corpus::intake::Piece;
use corpus::shard::Shard;
use model::Checkpoint;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use score::Score;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bits per note of a network on samples; none if there are no notes in them.
fn bits(checkpoint: &Checkpoint, samples: &Shard, cancel: &AtomicBool) -> Result<Option<f64>, Error> {
    if samples.groups.iter().flat_map(|(_, _, samples)| samples).all(|sample| sample.notes == 0) {
        return Ok(None);
    }
    Ok(Some(material::foretold(checkpoint, samples, cancel)?.bits_per_note))
}

/// Bits per note of the base and of the voice on the same samples.
pub fn judged(
    base: &Checkpoint,
    voiced: &Checkpoint,
    samples: &Shard,
    cancel: &AtomicBool,
) -> Result<Option<Judged>, Error> {
    let before = bits(base, samples, cancel)?;
    let after = bits(voiced, samples, cancel)?;
    Ok(before.zip(after).map(|(before, after)| Judged { before, after }))
}

/// What base and voice copy from the music that was learnt from, when both fill the same gaps of other pieces with the
/// same seed. None where the pieces have no eight bars to fill.
pub fn copies(
    (base, voiced): (&Composer, &Composer),
    folder: &Path,
    pieces: &[Piece],
    known: &Known,
    (passages, seed): (usize, u64),
    cancel: &AtomicBool,
    mut hear: impl FnMut(usize, usize),
) -> Result<Option<Copies>, Error> {
    let scores: Vec<Score> = pieces.iter().filter_map(|piece| material::piece(folder, &piece.file).ok()).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let excerpts: Vec<Excerpt> = draw("own", &scores, passages, &mut rng);
    let mut sums = [0.0; 3];
    for (at, excerpt) in excerpts.iter().enumerate() {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        hear(at, excerpts.len());
        let settings = Settings { mode: Mode::Infill, scale: "off".into(), seed: seed as u32, ..Settings::default() };
        let answer = |composer: &Composer| written(composer, excerpt, &settings, &[Merit::Shipped]);
        let answers = [Some(answer(base)?), Some(answer(voiced)?), None];
        for (sum, answers) in sums.iter_mut().zip(&answers) {
            let music = answers.as_ref().and_then(|answers| answers.first()).unwrap_or(&excerpt.passage);
            *sum += measure(excerpt, music, Some(known)).copied.unwrap_or(0.0);
        }
    }
    let share = |sum: f64| sum / excerpts.len() as f64;
    let [base, voice, own] = sums.map(share);
    Ok((!excerpts.is_empty()).then_some(Copies { passages: excerpts.len(), voice, base, own }))
}
