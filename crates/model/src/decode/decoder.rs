//! A network made ready for writing.

use super::cache::{Cache, Prompt, Read};
use super::kernel::Tier;
use super::network::{Network, Room, View, add};
use super::sampling::log2_probability;
use crate::{Checkpoint, Config, Error};
use rayon::prelude::*;
use std::sync::Arc;

/// Tokens of a prompt that one thread takes at a time.
const CHUNK: usize = 32;

/// A network in int8, on one kind of processor; cheap to clone.
#[derive(Debug, Clone)]
pub struct Decoder {
    pub(super) network: Arc<Network>,
}

impl Decoder {
    /// Makes a network ready for this processor.
    ///
    /// # Errors
    /// [`Error::Weight`] if the checkpoint lacks one.
    pub fn new(checkpoint: &Checkpoint, tier: Tier) -> Result<Self, Error> {
        Ok(Decoder { network: Arc::new(Network::new(checkpoint, tier)?) })
    }

    /// The network's shape.
    pub fn config(&self) -> &Config {
        &self.network.config
    }

    /// How many tokens a sequence can have.
    pub fn context(&self) -> usize {
        self.config().max_position_embeddings
    }

    /// Bytes of weights that one token has to be multiplied with: the physical limit is how often memory can deliver
    /// them.
    pub fn bytes(&self) -> usize {
        self.network.bytes()
    }

    /// Reads a prompt.
    ///
    /// # Errors
    /// [`Error::EmptyPrompt`], [`Error::Id`], [`Error::Context`].
    pub fn read(&self, ids: &[u32]) -> Result<Prompt, Error> {
        self.read_on(Vec::new(), self.network.empty_cache(), ids)
    }

    /// Reads a prompt that may begin like one that was read before; only what differs is read.
    ///
    /// # Errors
    /// As [`Decoder::read`].
    pub fn read_from(&self, before: &Prompt, ids: &[u32]) -> Result<Prompt, Error> {
        let same = before.ids().iter().zip(ids).take_while(|(one, other)| one == other).count();
        // The last token is read in any case: its logits are wanted.
        let same = same.min(ids.len().saturating_sub(1));
        self.read_on(ids[..same].to_vec(), before.0.cache.beginning(same, self.config().head()), ids)
    }

    fn read_on(&self, done: Vec<u32>, mut cache: Cache, ids: &[u32]) -> Result<Prompt, Error> {
        let from = done.len();
        let states = self.states(&ids[from..], from, &mut cache)?;
        let last = states.chunks_exact(self.config().hidden_size).last().ok_or(Error::EmptyPrompt)?;
        let mut logits = Vec::new();
        self.network.head(&self.network.all(), last, &mut Room::default(), &mut logits);
        Ok(Prompt(Arc::new(Read { ids: ids.to_vec(), cache, logits })))
    }

    /// log₂ of the probability of each id after the first, given those before it: `ids.len() - 1` numbers.
    ///
    /// # Errors
    /// As [`Decoder::read`].
    pub fn score(&self, ids: &[u32]) -> Result<Vec<f32>, Error> {
        let states = self.states(ids, 0, &mut self.network.empty_cache())?;
        let width = self.config().hidden_size;
        let next = &ids[1..];
        let score = |(states, next): (&[f32], &[u32])| {
            let mut logits = Vec::new();
            let states = &states[..next.len() * width];
            self.network.head(&self.network.all(), states, &mut Room::default(), &mut logits);
            let rows = logits.chunks_exact(self.config().vocab_size).zip(next);
            rows.map(|(logits, &id)| log2_probability(logits, id)).collect::<Vec<_>>()
        };
        Ok(states.par_chunks(CHUNK * width).zip(next.par_chunks(CHUNK)).flat_map_iter(score).collect())
    }

    /// The last layer's output [ids, width] of tokens that stand at `from` and on; their keys and values are added to
    /// the cache. Several threads share the tokens.
    fn states(&self, ids: &[u32], from: usize, cache: &mut Cache) -> Result<Vec<f32>, Error> {
        if ids.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        let network = &*self.network;
        network.check(ids, from)?;
        let (width, all) = (network.config.hidden_size, network.all());
        let mut states: Vec<f32> = ids.iter().flat_map(|&id| network.embed(id)).copied().collect();
        let nothing = network.empty_cache();
        for layer in 0..network.config.num_hidden_layers {
            let enter = |room: &mut Room, (chunk, states): (usize, &[f32])| {
                let mut turned = Vec::new();
                network.enter(layer, &all, states, |row| from + chunk * CHUNK + row, room, &mut turned);
                turned
            };
            let chunks = states.par_chunks(CHUNK * width).enumerate();
            let turned: Vec<Vec<f32>> = chunks.map_init(Room::default, enter).collect();
            let inward = network.inward(&all);
            for turned in turned.iter().flat_map(|turned| turned.chunks_exact(inward)) {
                network.remember(layer, &all, turned, cache);
            }
            let view = View { shared: cache, own: &nothing };
            let leave = |(room, seen, more): &mut (Room, Vec<f32>, Vec<f32>), (chunk, (states, turned))| {
                let (states, turned): (&mut [f32], &Vec<f32>) = (states, turned);
                seen.resize(states.len(), 0.0);
                for (row, (seen, turned)) in seen.chunks_exact_mut(width).zip(turned.chunks_exact(inward)).enumerate() {
                    network.attend(layer, &all, turned, (&view, from + chunk * CHUNK + row + 1), room, seen);
                }
                network.outward(layer, &all, seen, room, more);
                add(states, more);
                network.widen(layer, &all, states, room, seen);
                network.narrow(layer, &all, seen, room, more);
                add(states, more);
            };
            let chunks = states.par_chunks_mut(CHUNK * width).zip(&turned).enumerate();
            chunks.for_each_init(Default::default, leave);
        }
        Ok(states)
    }
}
