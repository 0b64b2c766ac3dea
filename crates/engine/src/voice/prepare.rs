//! What a voice learns from and is judged by, as samples.

use super::Knobs;
use crate::{Error, material};
use corpus::intake::Piece;
use corpus::shard::Shard;
use corpus::{mixture, sample};
use model::Decoder;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Most ids that are drawn of the folder's music.
const DRAWN: usize = 4_000_000;

/// Ids of held-out windows that say when to stop: as many as are read in a few seconds.
const HELD: usize = 16_384;

/// Ids that the base model writes to be learnt beside the folder, so that it is not forgotten.
const REPLAYED: usize = 49_152;

/// Ids of one pass through pieces.
pub fn material(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| tokens::Window::of(&piece.passage).plain().len()).sum()
}

/// Writes the shards of a run; the vocabulary last, because shards count as whole when they have one.
pub fn prepare(
    folder: &Path,
    train: &[Piece],
    held: &[Piece],
    replayed: Vec<sample::Sample>,
    context: usize,
    knobs: &Knobs,
    cancel: &AtomicBool,
) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    let plan = sample::Plan { context, transpose: knobs.transpose, ..sample::Plan::default() };
    let going = |_: usize, _: usize| !cancel.load(Ordering::Relaxed);
    let tokens = (material(train) as f64 * knobs.epochs.max(1.0)) as usize;
    let shard = mixture::own(train, &plan, tokens.min(DRAWN), knobs.seed, material::threads(), &going);
    let mut shard = shard.map_err(|error| material::failed(folder, error))?;
    if !replayed.is_empty() {
        shard.groups.push(("base".into(), knobs.replay / (1.0 - knobs.replay), replayed));
    }
    let write = |shard: &Shard, name: &str| shard.write(folder, name).map_err(|error| Error::file(folder, error));
    write(&shard, "train")?;
    write(&mixture::own_valid("held out", held, context, HELD, knobs.seed), "valid")?;
    tokens::vocabulary::save(&folder.join("tokenizer.json")).map_err(|error| Error::file(folder, error))
}

/// What the base model writes, to be learnt beside the folder.
pub fn replay(base: &Decoder, knobs: &Knobs, cancel: &AtomicBool) -> Result<Vec<sample::Sample>, Error> {
    match knobs.replay > 0.0 {
        true => recalled(base, REPLAYED, knobs.seed, cancel),
        false => Ok(Vec::new()),
    }
}

/// What the base model writes, to see what a voice has forgotten of it.
pub fn remembered(base: &Decoder, seed: u64, cancel: &AtomicBool) -> Result<Shard, Error> {
    Ok(Shard { groups: vec![("base".into(), 1.0, recalled(base, HELD, seed, cancel)?)] })
}

fn recalled(base: &Decoder, tokens: usize, seed: u64, cancel: &AtomicBool) -> Result<Vec<sample::Sample>, Error> {
    let written = compose::recall(base, tokens, seed, cancel)?;
    Ok(written.into_iter().map(|(ids, notes)| sample::Sample { ids, loss_from: 0, notes }).collect())
}
