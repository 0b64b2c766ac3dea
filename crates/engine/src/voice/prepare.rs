//! What a voice learns from and is judged by, as samples.

use super::Knobs;
use super::style::Style;
use crate::{Error, material};
use corpus::intake::Piece;
use corpus::shard::Shard;
use corpus::{Division, mixture, sample};
use model::Decoder;
use std::path::Path;
use std::sync::Mutex;
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

/// Writes the shards of a run; the vocabulary last, because shards count as whole when they have one. `hear` is told how
/// many ids there are, of about how many.
pub fn prepare(
    folder: &Path,
    division: &Division,
    (base, context): (&Decoder, usize),
    style: &Style,
    knobs: &Knobs,
    cancel: &AtomicBool,
    hear: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
    let Division { train, held, .. } = division;
    let context = context.saturating_sub(style.len());
    let transpose = if knobs.transpose { (knobs.transpose_down, knobs.transpose_up) } else { (0, 0) };
    let plan = sample::Plan { context, transpose, ..sample::Plan::default() };
    let wanted = ((material(train) as f64 * knobs.epochs.max(1.0)) as usize).min(DRAWN);
    let replayed = if knobs.replay > 0.0 { REPLAYED } else { 0 };
    let all = wanted + replayed;
    let replay = match replayed {
        0 => Vec::new(),
        _ => recalled(base, replayed, knobs.seed, cancel, &mut |done| hear(done.min(replayed), all))?,
    };
    let shard = {
        let hear = Mutex::new((hear, 0));
        let going = |done: usize, _: usize| {
            if cancel.load(Ordering::Relaxed) {
                return false;
            }
            let (hear, told) = &mut *crate::lock::lock(&hear);
            let done = replayed + done.min(wanted);
            if done >= *told {
                hear(done, all);
                *told = done + all / material::TOLD;
            }
            true
        };
        mixture::own(train, &plan, wanted, knobs.seed, material::threads(), &going)
    };
    let mut shard = shard.map_err(|error| material::failed(folder, error))?;
    if !replay.is_empty() {
        shard.groups.push(("base".into(), knobs.replay / (1.0 - knobs.replay), replay));
    }
    style.dress_all(&mut shard, train, knobs.seed);
    let write = |shard: &Shard, name: &str| shard.write(folder, name).map_err(|error| Error::file(folder, error));
    write(&shard, "train")?;
    let held = mixture::own_valid("held out", held, (context, HELD), knobs.seed, &|_, sample| style.dress(sample));
    write(&held, "valid")?;
    tokens::vocabulary::save(&folder.join("tokenizer.json")).map_err(|error| Error::file(folder, error))
}

/// What the base model writes, to see what a voice has forgotten of it.
pub fn remembered(base: &Decoder, seed: u64, cancel: &AtomicBool) -> Result<Shard, Error> {
    Ok(Shard { groups: vec![("base".into(), 1.0, recalled(base, HELD, seed, cancel, &mut |_| ())?)] })
}

/// The same samples with a style in front.
pub fn dressed(shard: &Shard, style: &Style) -> Shard {
    let mut shard = shard.clone();
    style.dress_all(&mut shard, &[], 0);
    shard
}

fn recalled(
    base: &Decoder,
    tokens: usize,
    seed: u64,
    cancel: &AtomicBool,
    hear: &mut (dyn FnMut(usize) + Send),
) -> Result<Vec<sample::Sample>, Error> {
    let written = compose::recall(base, tokens, seed, cancel, hear)?;
    Ok(written.into_iter().map(|(ids, notes)| sample::Sample { ids, loss_from: 0, notes }).collect())
}
