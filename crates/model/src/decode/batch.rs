//! Several sequences that go on from one prompt.

use super::cache::{Cache, Prompt};
use super::decoder::{Decoder, Scratch, View};
use crate::Error;
use rayon::prelude::*;

/// Sequences that share a prompt and are written together.
pub struct Batch<'a> {
    decoder: &'a Decoder,
    prompt: Prompt,
    sequences: Vec<Sequence>,
}

struct Sequence {
    own: Cache,
    /// Tokens after the prompt that have been read.
    length: usize,
    /// Tokens that are to be read at the next step.
    pending: Vec<u32>,
    logits: Vec<f32>,
}

impl<'a> Batch<'a> {
    /// `count` sequences that begin with the prompt.
    pub fn new(decoder: &'a Decoder, prompt: &Prompt, count: usize) -> Self {
        let sequence = || Sequence {
            own: decoder.empty_cache(),
            length: 0,
            pending: Vec::new(),
            logits: prompt.logits().to_vec(),
        };
        Batch { decoder, prompt: prompt.clone(), sequences: (0..count).map(|_| sequence()).collect() }
    }

    /// Adds ids to a sequence; they are read at the next step. Ids that had to follow anyway can be added together.
    ///
    /// # Errors
    /// [`Error::Sequence`], [`Error::Id`], [`Error::Context`].
    pub fn push(&mut self, sequence: usize, ids: &[u32]) -> Result<(), Error> {
        let count = self.sequences.len();
        let sequence = self.sequences.get_mut(sequence).ok_or(Error::Sequence { sequence, count })?;
        let before = self.prompt.ids().len() + sequence.length + sequence.pending.len();
        self.decoder.check(ids, before)?;
        sequence.pending.extend_from_slice(ids);
        Ok(())
    }

    /// Reads what is pending. Sequences without anything pending take no part. As many groups as there are threads
    /// work beside each other; what a group has in common are the weights, read once for all of its tokens.
    pub fn step(&mut self) {
        let (decoder, prompt) = (self.decoder, &self.prompt);
        let mut busy: Vec<&mut Sequence> = self.sequences.iter_mut().filter(|one| !one.pending.is_empty()).collect();
        let group = busy.len().div_ceil(rayon::current_num_threads().max(1)).max(1);
        if busy.len() <= group {
            read(decoder, prompt, &mut busy);
        } else {
            busy.par_chunks_mut(group).for_each(|group| read(decoder, prompt, group));
        }
    }

    /// The logits [vocabulary] of what follows a sequence, as of the last step.
    ///
    /// # Errors
    /// [`Error::Sequence`].
    pub fn logits(&self, sequence: usize) -> Result<&[f32], Error> {
        let count = self.sequences.len();
        self.sequences.get(sequence).map(|one| one.logits.as_slice()).ok_or(Error::Sequence { sequence, count })
    }
}

/// Reads the pending tokens of some sequences, all as rows of one matrix.
fn read(decoder: &Decoder, prompt: &Prompt, group: &mut [&mut Sequence]) {
    let (width, before) = (decoder.config().hidden_size, prompt.ids().len());
    let mut states = Vec::new();
    // For each row its sequence in the group and its place in the text.
    let mut rows = Vec::new();
    for (index, sequence) in group.iter().enumerate() {
        for (offset, &id) in sequence.pending.iter().enumerate() {
            states.extend_from_slice(decoder.embed(id));
            rows.push((index, before + sequence.length + offset));
        }
    }
    let mut scratch = Scratch::default();
    let inward = width + 2 * decoder.config().group_width();
    let mut turned = vec![0.0; rows.len() * inward];
    for layer in 0..decoder.config().num_hidden_layers {
        decoder.enter_at(layer, &states, |row| rows[row].1, &mut scratch, &mut turned);
        for (turned, &(index, _)) in turned.chunks_exact(inward).zip(&rows) {
            decoder.remember(layer, turned, &mut group[index].own);
        }
        let views: Vec<View> = group.iter().map(|one| View { shared: &prompt.0.cache, own: &one.own }).collect();
        decoder.leave(layer, &mut states, &turned, |row| (&views[rows[row].0], rows[row].1 + 1), &mut scratch);
    }
    let mut row = 0;
    for sequence in group {
        row += sequence.pending.len();
        sequence.length += sequence.pending.len();
        sequence.pending.clear();
        decoder.head(&states[(row - 1) * width..row * width], &mut scratch, &mut sequence.logits);
    }
}
