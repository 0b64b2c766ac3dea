//! What a network writes when nobody asks it for anything: its own picture of what it learnt from.
//!
//! A network that learns something new forgets less of the old if it learns beside it what it would have written before
//! (Shin et al., Continual Learning with Deep Generative Replay, 2017).

use crate::Error;
use model::{Batch, Decoder, Prompt, Sampling, sample};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tokens::vocabulary::{BOS, EOS, NOTE_CLASSES, class};

/// Sequences that are written together.
const TOGETHER: usize = 16;

/// Groups that are written beside each other.
const BESIDE: u64 = 2;

/// Ids of a group between two reports.
const TOLD_EVERY: usize = 512;

/// The longest sequence.
const LONGEST: usize = 512;

/// About `tokens` ids in sequences from the beginning on, drawn as the network learnt them, each with its notes.
/// `hear` is told how many there are, now and then.
///
/// # Errors
/// [`Error::Cancelled`] if the flag is raised; [`Error::Model`].
pub fn recall(
    decoder: &Decoder,
    tokens: usize,
    seed: u64,
    cancel: &AtomicBool,
    hear: &mut (dyn FnMut(usize) + Send),
) -> Result<Vec<(Vec<u16>, usize)>, Error> {
    let prompt = decoder.read(&[BOS.into()])?;
    let (done, hear) = (AtomicUsize::new(0), Mutex::new(hear));
    let mut written: Vec<Vec<u16>> = Vec::new();
    for round in 0_u64.. {
        // Each group has a thread and a chance of its own, so that none waits for another.
        let groups = (0..BESIDE).into_par_iter().map(|group| {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(round * BESIDE + group);
            group_of(decoder, &prompt, &mut rng, cancel, &|more| {
                let all = done.fetch_add(more, Ordering::Relaxed) + more;
                hear.lock().unwrap_or_else(PoisonError::into_inner)(all);
            })
        });
        written.extend(groups.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten());
        if written.iter().map(Vec::len).sum::<usize>() >= tokens {
            break;
        }
    }
    // Every note has one pitch.
    let counted = |ids: Vec<u16>| {
        let notes = ids.iter().filter(|&&id| Some(&class(id)) == NOTE_CLASSES.last()).count();
        (ids, notes)
    };
    Ok(written.into_iter().map(counted).collect())
}

/// Sequences that are written together, to their ends.
fn group_of(
    decoder: &Decoder,
    prompt: &Prompt,
    rng: &mut ChaCha8Rng,
    cancel: &AtomicBool,
    hear: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Vec<u16>>, Error> {
    let all: Vec<u32> = (0..decoder.config().vocab_size as u32).collect();
    let mut batch = Batch::with_threads(decoder, prompt, TOGETHER, 1)?;
    let mut sequences = vec![vec![BOS]; TOGETHER];
    let mut going: Vec<usize> = (0..TOGETHER).collect();
    let longest = LONGEST.min(decoder.context());
    let mut unheard = 0;
    while !going.is_empty() {
        if cancel.load(Ordering::Relaxed) {
            return Err(Error::Cancelled);
        }
        for &at in &going {
            let id = sample(batch.logits(at)?, &all, &Sampling::default(), rng)?;
            sequences[at].push(id as u16);
            batch.push(at, &[id])?;
        }
        unheard += going.len();
        going.retain(|&at| sequences[at].last() != Some(&EOS) && sequences[at].len() < longest);
        batch.step()?;
        if unheard >= TOLD_EVERY || going.is_empty() {
            hear(std::mem::take(&mut unheard));
        }
    }
    Ok(sequences)
}
