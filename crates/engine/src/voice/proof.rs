//! What a voice is worth: what it foretells better, what it forgot, and what it copies.

use super::card::{Copies, Judged, Quotation};
use crate::{Error, material};
use analysis::{Known, Move};
use compose::evaluate::{Excerpt, draw, measure, quotations, written};
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
pub fn bits(checkpoint: &Checkpoint, samples: &Shard, cancel: &AtomicBool) -> Result<Option<f64>, Error> {
    if samples.groups.iter().flat_map(|(_, _, samples)| samples).all(|sample| sample.notes == 0) {
        return Ok(None);
    }
    Ok(Some(material::foretold(checkpoint, samples, cancel)?.bits_per_note))
}

/// Bits per note of the base and of the voice on the same samples; those of the voice may have its style in front.
pub fn judged(
    (base, samples): (&Checkpoint, &Shard),
    (voiced, dressed): (&Checkpoint, &Shard),
    cancel: &AtomicBool,
) -> Result<Option<Judged>, Error> {
    let before = bits(base, samples, cancel)?;
    let after = bits(voiced, dressed, cancel)?;
    Ok(before.zip(after).map(|(before, after)| Judged { before, after }))
}

/// The most quotations that are told.
const TOLD: usize = 12;

/// What base and voice copy from the music that was learnt from, when both fill the same gaps of other pieces with the
/// same seed, and the longest passages of the voice's copies. None where the pieces have no eight bars to fill.
pub fn copies(
    (base, voiced): (&Composer, &Composer),
    folder: &Path,
    (learnt, pieces): (&[Piece], &[Piece]),
    known: &Known,
    (passages, seed): (usize, u64),
    cancel: &AtomicBool,
    mut hear: impl FnMut(usize, usize),
) -> Result<(Option<Copies>, Vec<Quotation>), Error> {
    let scores: Vec<Score> = pieces.iter().filter_map(|piece| material::piece(folder, &piece.file).ok()).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let excerpts: Vec<Excerpt> = draw("own", &scores, passages, &mut rng);
    let (mut sums, mut quoted) = ([0.0; 3], Vec::new());
    let stopped = || cancel.load(Ordering::Relaxed);
    for (at, excerpt) in excerpts.iter().enumerate() {
        hear(at, excerpts.len());
        let settings = Settings { mode: Mode::Infill, scale: "off".into(), seed: seed as u32, ..Settings::default() };
        let answer = |composer: &Composer| written(composer, excerpt, &settings, &[Merit::Agreed], cancel);
        // Whoever writes on a thread of a pool writes on it alone.
        let (plain, own) = rayon::join(|| answer(base), || answer(voiced));
        let answers = [Some(plain?), Some(own?), None];
        if let Some(music) = answers[1].as_ref().and_then(|answers| answers.first()) {
            let lines = quotations(known, excerpt, music);
            // Thousands of pieces take their time.
            let looked_at = || learnt.iter().take_while(|_| !stopped());
            quoted.extend(lines.iter().filter_map(|line| looked_at().find_map(|piece| found(piece, line))));
        }
        if stopped() {
            return Err(Error::Cancelled);
        }
        for (sum, answers) in sums.iter_mut().zip(&answers) {
            let music = answers.as_ref().and_then(|answers| answers.first()).unwrap_or(&excerpt.passage);
            *sum += measure(excerpt, music, Some(known)).copied.unwrap_or(0.0);
        }
    }
    let share = |sum: f64| sum / excerpts.len() as f64;
    let [base, voice, own] = sums.map(share);
    quoted.sort_by(|one: &Quotation, other| other.notes.cmp(&one.notes).then_with(|| one.file.cmp(&other.file)));
    quoted.dedup();
    quoted.truncate(TOLD);
    Ok(((!excerpts.is_empty()).then_some(Copies { passages: excerpts.len(), voice, base, own }), quoted))
}

/// Where at least [`Known::CERTAIN`] notes of a line stand in a piece, and how many of them.
fn found(piece: &Piece, line: &[Move]) -> Option<Quotation> {
    const LEAST: usize = Known::CERTAIN - 1;
    let passage = &piece.passage;
    for part in (0..passage.parts.len()).filter(|&part| !passage.parts[part].is_drums()) {
        let (bars, moves): (Vec<usize>, Vec<Move>) = passage.moves(part).into_iter().unzip();
        for start in 0..=line.len().saturating_sub(LEAST) {
            let Some(head) = line.get(start..start + LEAST) else { break };
            let Some(at) = moves.windows(LEAST).position(|window| window == head) else { continue };
            let same = moves[at..].iter().zip(&line[start..]).take_while(|(one, other)| one == other).count();
            // A move has the bar of its second note.
            let first = match at.checked_sub(1) {
                Some(before) => bars[before],
                None => (0..passage.bars()).find(|&bar| !passage.cell(bar, part).tones().is_empty())?,
            };
            let (from_bar, to_bar) = (first + 1, bars[at + same - 1] + 1);
            return Some(Quotation { file: piece.file.clone(), from_bar, to_bar, notes: same + 1 });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;
    use tokens::Passage;

    fn piece(words: &str) -> Piece {
        let passage = Passage::whole(&text::score(words).unwrap());
        Piece {
            file: "airs/one.mid".into(),
            title: "one".into(),
            collection: "airs".into(),
            passage,
            programs: vec![0],
            key: None,
            genre: None,
            words: Vec::new(),
        }
    }

    #[test]
    fn a_quotation_names_its_bars_and_a_shorter_one_is_none() {
        let bars = "C4:1 D4:1 E4:1 G4:1 | A4:1 B4:1 C5:1 E5:1 | D5:1 B4:1 G4:1 F4:1 | E4:1 C4:1 D4:1 B3:1 | C4:1 C4:1 C4:1 C4:1";
        let piece = piece(bars);
        let moves: Vec<Move> = piece.passage.moves(0).into_iter().map(|(_, step)| step).collect();
        let strange = (7, 7);
        let line: Vec<Move> = [strange].into_iter().chain(moves[1..17].iter().copied()).chain([strange]).collect();
        let place = found(&piece, &line).unwrap();
        assert_eq!((place.from_bar, place.to_bar, place.notes), (1, 5, 17));
        let from_two: Vec<Move> = moves[4..19].to_vec();
        assert_eq!(found(&piece, &from_two).map(|place| (place.from_bar, place.to_bar)), Some((2, 5)));
        assert_eq!(found(&piece, &moves[..14]), None);
    }
}
