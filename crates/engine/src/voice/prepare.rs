//! What a voice learns from and is judged by, as samples.

use super::Knobs;
use crate::Error;
use compose::Composer;
use corpus::intake::{self, Piece};
use corpus::shard::Shard;
use corpus::{mixture, sample};
use model::Checkpoint;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Most ids that are drawn of the folder's music.
const DRAWN: usize = 4_000_000;

/// Ids of held-out windows that say when to stop: as many as are read in a few seconds.
pub const HELD: usize = 16_384;

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
    base: &Checkpoint,
    knobs: &Knobs,
    cancel: &AtomicBool,
) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    let context = base.config.max_position_embeddings;
    let plan = sample::Plan { context, transpose: knobs.transpose, ..sample::Plan::default() };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let going = |_: usize, _: usize| !cancel.load(Ordering::Relaxed);
    let tokens = (material(train) as f64 * knobs.epochs.max(1.0)) as usize;
    let mut shard =
        mixture::own(train, &plan, tokens.min(DRAWN), knobs.seed, threads, &going).map_err(|error| match error {
            corpus::Error::Stopped => Error::Cancelled,
            other => Error::file(folder, other),
        })?;
    if !replayed.is_empty() {
        shard.groups.push(("base".into(), knobs.replay / (1.0 - knobs.replay), replayed));
    }
    let write = |shard: &Shard, name: &str| shard.write(folder, name).map_err(|error| Error::file(folder, error));
    write(&shard, "train")?;
    write(&mixture::own_valid("held out", held, context, HELD, knobs.seed), "valid")?;
    tokens::vocabulary::save(&folder.join("tokenizer.json")).map_err(|error| Error::file(folder, error))
}

/// What the base model writes, to be learnt beside the folder.
pub fn replay(base: &Path, knobs: &Knobs, cancel: &AtomicBool) -> Result<Vec<sample::Sample>, Error> {
    match knobs.replay > 0.0 {
        true => recalled(base, REPLAYED, knobs.seed, cancel),
        false => Ok(Vec::new()),
    }
}

pub fn recalled(base: &Path, tokens: usize, seed: u64, cancel: &AtomicBool) -> Result<Vec<sample::Sample>, Error> {
    let composer = Composer::open(base)?;
    Ok(compose::recall(composer.decoder(), tokens, seed, cancel)?
        .into_iter()
        .map(|(ids, notes)| sample::Sample { ids, loss_from: 0, notes })
        .collect())
}

pub fn replayed_shard(samples: &[sample::Sample]) -> Shard {
    Shard { groups: vec![("base".into(), 1.0, samples.to_vec())] }
}

/// Windows of a corpus' held-out music.
pub fn held_of(corpus: &Path, context: usize, cancel: &AtomicBool) -> Result<Shard, Error> {
    let folder = corpus.join("valid");
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let going = |_: usize, _: usize| !cancel.load(Ordering::Relaxed);
    let taken = intake::read(&folder, &intake::Limits::default(), threads, &going)
        .map_err(|error| Error::file(&folder, error))?;
    Ok(mixture::valid(&taken.pieces, context, 40, 1))
}
