//! How much of each collection a shard holds.

use crate::Error;
use crate::intake::{Piece, in_threads};
use crate::likeness::mixed;
use crate::sample::{Plan, Sample, draw};
use crate::shard::Shard;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;

/// Shares of the collections of the base corpus: the corpus' own advice, so that one large archive does not drown
/// bands, orchestras and drums. `freedoom` and `lmms_demos` divide theirs by what they hold.
const WEIGHTS: [(&str, f64); 11] = [
    ("freedoom", 0.20),
    ("lmms_demos", 0.02),
    ("groove", 0.08),
    ("openscore_orchestra", 0.12),
    ("openscore_quartets", 0.12),
    ("openscore_lieder", 0.15),
    ("polish_heritage", 0.18),
    ("openewld", 0.05),
    ("cre_irish", 0.03),
    ("open_hymnal", 0.03),
    ("mutopia", 0.02),
];

/// The largest share of one piece among a composer's own.
const MOST_OF_ONE: f64 = 0.2;

/// A piece is written at most this often: as often as there are transpositions, twice.
const MOST_PASSES: usize = 24;

/// Pieces by collection, in order.
fn collections(pieces: &[Piece]) -> BTreeMap<&str, Vec<&Piece>> {
    let mut groups: BTreeMap<&str, Vec<&Piece>> = BTreeMap::new();
    for piece in pieces {
        groups.entry(&piece.collection).or_default().push(piece);
    }
    groups
}

/// The weight of each collection: from the table if all are in it, else its share of the notes.
fn weights(groups: &BTreeMap<&str, Vec<&Piece>>) -> Vec<f64> {
    let known = |name: &str| WEIGHTS.iter().find(|(known, _)| *known == name).map(|(_, weight)| *weight);
    let notes = |pieces: &Vec<&Piece>| pieces.iter().map(|piece| piece.passage.note_count()).sum::<usize>() as f64;
    let listed: Option<Vec<f64>> = groups.keys().map(|name| known(name)).collect();
    listed.unwrap_or_else(|| groups.values().map(notes).collect())
}

/// Draws about `tokens` ids of training samples. Each collection gets its weight's share, at most [`MOST_PASSES`]
/// times its own material. `going` hears how many ids there are, of how many, and says whether to go on.
///
/// # Errors
/// [`Error::Stopped`] if `going` said so.
pub fn train(
    pieces: &[Piece],
    plan: &Plan,
    tokens: usize,
    seed: u64,
    threads: usize,
    going: &(dyn Fn(usize, usize) -> bool + Sync),
) -> Result<Shard, Error> {
    let groups = collections(pieces);
    let weights = weights(&groups);
    mixed_from(groups.into_iter().zip(weights).collect(), plan, tokens, seed, threads, going)
}

/// Draws about `tokens` ids, from each group as much as its weight among all of them.
fn mixed_from(
    groups: Vec<((&str, Vec<&Piece>), f64)>,
    plan: &Plan,
    tokens: usize,
    seed: u64,
    threads: usize,
    going: &(dyn Fn(usize, usize) -> bool + Sync),
) -> Result<Shard, Error> {
    let total: f64 = groups.iter().map(|(_, weight)| weight).sum();
    let mut shard = Shard::default();
    for ((name, pieces), weight) in groups {
        let target = (tokens as f64 * weight / total) as usize;
        let before = shard.tokens();
        let samples = passes(&pieces, plan, target, seed, threads, &|done| going(before + done, tokens))?;
        shard.groups.push((name.to_owned(), weight, samples));
    }
    Ok(shard)
}

/// Goes through the pieces again and again, each time with other windows, keys and masks, until `target` ids are
/// there. Where one pass is more than that, it takes windows from everywhere instead of all windows of some pieces.
fn passes(
    pieces: &[&Piece],
    plan: &Plan,
    target: usize,
    seed: u64,
    threads: usize,
    going: &(dyn Fn(usize) -> bool + Sync),
) -> Result<Vec<Sample>, Error> {
    let material: usize = pieces.iter().map(|piece| tokens::Window::of(&piece.passage).plain().len()).sum();
    let kept = (1.1 * target as f64 / material.max(1) as f64).min(1.0);
    let mut samples: Vec<Sample> = Vec::new();
    let mut length = 0;
    for pass in 0..MOST_PASSES as u64 {
        // Of many pieces a single pass takes its time.
        let drawn = in_threads(pieces, threads, |piece| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed_of(seed, pass, &piece.file));
            going(length).then(|| windows(piece, plan, kept, &mut rng)).ok_or(Error::Stopped)
        });
        let mut drawn = drawn.into_iter().collect::<Result<Vec<_>, Error>>()?.concat();
        drawn.shuffle(&mut ChaCha8Rng::seed_from_u64(seed_of(seed, pass, "")));
        for sample in drawn {
            length += sample.ids.len();
            samples.push(sample);
            if length >= target {
                return Ok(samples);
            }
        }
    }
    Ok(samples)
}

/// A seed of its own for each pass of each piece, so that threads do not change what is drawn.
fn seed_of(seed: u64, pass: u64, file: &str) -> u64 {
    file.bytes().fold(mixed(seed ^ mixed(pass)), |sum, byte| mixed(sum ^ u64::from(byte)))
}

/// Windows from a piece's beginning to its end, each kept with probability `kept`.
fn windows(piece: &Piece, plan: &Plan, kept: f64, rng: &mut impl Rng) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut from = 0;
    while from < piece.passage.bars() {
        let (sample, bars) = draw(piece, from, plan, rng);
        samples.extend(sample.filter(|_| rng.random_bool(kept)));
        from += bars;
    }
    samples
}

/// What is learnt from a composer's own pieces, at most about `tokens` ids: each piece is a group, which gets as much
/// as it has notes, but none more than a fifth of all where there are enough others.
///
/// # Errors
/// [`Error::Stopped`] if `going` said so.
pub fn own(
    pieces: &[Piece],
    plan: &Plan,
    tokens: usize,
    seed: u64,
    threads: usize,
    going: &(dyn Fn(usize, usize) -> bool + Sync),
) -> Result<Shard, Error> {
    let notes: Vec<f64> = pieces.iter().map(|piece| piece.passage.note_count() as f64).collect();
    let all: f64 = notes.iter().sum();
    let most = (all * MOST_OF_ONE).max(all / pieces.len().max(1) as f64);
    let capped: f64 = notes.iter().map(|notes| notes.min(most)).sum();
    let groups =
        pieces.iter().zip(notes).map(|(piece, notes)| ((piece.file.as_str(), vec![piece]), notes.min(most) / capped));
    mixed_from(groups.collect(), plan, tokens, seed, threads, going)
}

/// Windows of a composer's own pieces to judge by, as [`valid`] draws them: about `tokens` ids, or fewer if two rounds
/// through all windows have not so many. `dress` may put something in front of a window of a piece.
pub fn own_valid(
    name: &str,
    pieces: &[Piece],
    (context, tokens): (usize, usize),
    seed: u64,
    dress: &dyn Fn(&Piece, Sample) -> Sample,
) -> Shard {
    let mut left = tokens;
    let windows: usize = pieces.iter().map(|piece| piece.passage.bars().div_ceil(4)).sum();
    let all: Vec<&Piece> = pieces.iter().collect();
    let samples = judged(&all, context, name, seed).take(2 * windows);
    let enough = samples.filter_map(|(piece, sample)| Some((piece, sample?))).take_while(|(_, sample)| {
        let before = left;
        left = left.saturating_sub(sample.ids.len());
        before > 0
    });
    let enough = enough.map(|(piece, sample)| dress(piece, sample));
    Shard { groups: vec![(name.to_owned(), 1.0, enough.collect())] }
}

/// Windows to judge by: from pieces in turn, half plain and half with masked cells, never transposed.
fn judged<'a>(
    pieces: &[&'a Piece],
    context: usize,
    name: &str,
    seed: u64,
) -> impl Iterator<Item = (&'a Piece, Option<Sample>)> + use<'a> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed_of(seed, 0, name));
    let mut order = pieces.to_vec();
    order.shuffle(&mut rng);
    let turns = (0..order.len().min(1)).flat_map(|_| 0_u32..);
    turns.map(move |turn| {
        let piece = order[turn as usize % order.len()];
        let plan = Plan { context, infill: f64::from(turn % 2), pairs: 0.0, chords: 0.0, transpose: (0, 0) };
        let from = rng.random_range(0..piece.passage.bars().saturating_sub(4).max(1));
        (piece, draw(piece, from, &plan, &mut rng).0)
    })
}

/// Draws a fixed set of windows to judge by: `each` from every collection, from pieces in turn, half plain and half
/// with masked cells, never transposed.
pub fn valid(pieces: &[Piece], context: usize, each: usize, seed: u64) -> Shard {
    let groups = collections(pieces);
    let weights = weights(&groups);
    let mut shard = Shard::default();
    for ((name, pieces), weight) in groups.into_iter().zip(weights) {
        let samples = judged(&pieces, context, name, seed).take(4 * each).filter_map(|(_, sample)| sample);
        shard.groups.push((name.to_owned(), weight, samples.take(each).collect()));
    }
    shard
}
