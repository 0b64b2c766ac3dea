//! What a network writes when nobody asks it for anything: its own picture of what it learnt from.
//!
//! A network that learns something new forgets less of the old if it learns beside it what it would have written before
//! (Shin et al., Continual Learning with Deep Generative Replay, 2017).

use crate::Error;
use model::{Batch, Decoder, Sampling, sample};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::sync::atomic::{AtomicBool, Ordering};
use tokens::vocabulary::{BOS, EOS, NOTE_CLASSES, class};

/// Sequences that are written together.
const TOGETHER: usize = 16;

/// Ids of the first sequence between two reports.
const TOLD_EVERY: usize = 32;

/// The longest sequence.
const LONGEST: usize = 512;

/// About `tokens` ids in sequences from the beginning on, drawn as the network learnt them, each with its notes.
///
/// `hear` is told how many there are, now and then.
///
/// # Errors
/// [`Error::Cancelled`] if the flag is raised; [`Error::Model`].
pub fn recall(
    decoder: &Decoder,
    tokens: usize,
    seed: u64,
    cancel: &AtomicBool,
    hear: &mut dyn FnMut(usize),
) -> Result<Vec<(Vec<u16>, usize)>, Error> {
    let prompt = decoder.read(&[BOS.into()])?;
    let all: Vec<u32> = (0..decoder.config().vocab_size as u32).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut written = Vec::new();
    let mut count = 0;
    while count < tokens {
        let mut batch = Batch::new(decoder, &prompt, TOGETHER)?;
        let mut sequences = vec![vec![BOS]; TOGETHER];
        let mut going: Vec<usize> = (0..TOGETHER).collect();
        let longest = LONGEST.min(decoder.context());
        while !going.is_empty() {
            if cancel.load(Ordering::Relaxed) {
                return Err(Error::Cancelled);
            }
            for &at in &going {
                let id = sample(batch.logits(at)?, &all, &Sampling::default(), &mut rng)?;
                sequences[at].push(id as u16);
                batch.push(at, &[id])?;
            }
            going.retain(|&at| sequences[at].last() != Some(&EOS) && sequences[at].len() < longest);
            batch.step()?;
            let now = sequences[0].len();
            if now.is_multiple_of(TOLD_EVERY) {
                hear(count + sequences.iter().map(Vec::len).sum::<usize>());
            }
        }
        count += sequences.iter().map(Vec::len).sum::<usize>();
        written.extend(sequences);
    }
    // Every note has one pitch.
    let counted = |ids: Vec<u16>| {
        let notes = ids.iter().filter(|&&id| Some(&class(id)) == NOTE_CLASSES.last()).count();
        (ids, notes)
    };
    Ok(written.into_iter().map(counted).collect())
}
