//! A network made ready for writing.

use super::cache::{Cache, Prompt, Read};
use super::kernel::Tier;
use super::quantised::{Quantised, Vectors};
use super::sampling::log2_probability;
use crate::{Checkpoint, Config, Error, Weight};
use half::f16;
use rayon::prelude::*;
use std::sync::Arc;

/// Tokens of a prompt that one thread takes at a time.
const CHUNK: usize = 32;

/// A network in int8, on one kind of processor.
#[derive(Debug, Clone)]
pub struct Decoder {
    pub(super) tier: Tier,
    config: Config,
    embedding: Weight,
    head: Quantised,
    norm: Vec<f32>,
    layers: Vec<Layer>,
    /// cos and sin of each place [context, head width / 2].
    turns: Vec<(f32, f32)>,
}

#[derive(Debug, Clone)]
struct Layer {
    before_attention: Vec<f32>,
    /// Queries, keys and values.
    inward: Quantised,
    outward: Quantised,
    before_gate: Vec<f32>,
    /// Gate and up.
    widen: Quantised,
    narrow: Quantised,
}

/// Room for one thread's work, used again and again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    normed: Vec<f32>,
    ready: Vectors,
    wide: Vec<f32>,
    out: Vec<f32>,
    scores: Vec<f32>,
}

/// What one sequence can look back on: a shared beginning, and what it has added.
pub(super) struct View<'a> {
    pub shared: &'a Cache,
    pub own: &'a Cache,
}

impl Decoder {
    /// Makes a network ready for this processor.
    ///
    /// # Errors
    /// [`Error::Weight`] if the checkpoint lacks one.
    pub fn new(checkpoint: &Checkpoint, tier: Tier) -> Result<Self, Error> {
        let config = checkpoint.config.clone();
        config.check()?;
        let get = |name: &str| {
            let missing = || Error::Weight { name: name.to_owned(), problem: "is missing".into() };
            checkpoint.weights.get(name).ok_or_else(missing)
        };
        let layer = |index: usize| {
            let part = |name: &str| get(&format!("model.layers.{index}.{name}.weight"));
            let (query, key, value) = (part("self_attn.q_proj")?, part("self_attn.k_proj")?, part("self_attn.v_proj")?);
            Ok::<_, Error>(Layer {
                before_attention: part("input_layernorm")?.data.clone(),
                inward: Quantised::new(&[query, key, value]),
                outward: Quantised::new(&[part("self_attn.o_proj")?]),
                before_gate: part("post_attention_layernorm")?.data.clone(),
                widen: Quantised::new(&[part("mlp.gate_proj")?, part("mlp.up_proj")?]),
                narrow: Quantised::new(&[part("mlp.down_proj")?]),
            })
        };
        let embedding = get("model.embed_tokens.weight")?.clone();
        Ok(Decoder {
            tier,
            head: Quantised::new(&[&embedding]),
            embedding,
            norm: get("model.norm.weight")?.data.clone(),
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_, _>>()?,
            turns: turns(&config),
            config,
        })
    }

    /// The network's shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How many tokens a sequence can have.
    pub fn context(&self) -> usize {
        self.config.max_position_embeddings
    }

    /// Reads a prompt.
    ///
    /// # Errors
    /// [`Error::EmptyPrompt`], [`Error::Id`], [`Error::Context`].
    pub fn read(&self, ids: &[u32]) -> Result<Prompt, Error> {
        self.read_on(Vec::new(), self.empty_cache(), ids)
    }

    /// Reads a prompt that may begin like one that was read before; only what differs is read.
    ///
    /// # Errors
    /// As [`Decoder::read`].
    pub fn read_from(&self, before: &Prompt, ids: &[u32]) -> Result<Prompt, Error> {
        let same = before.ids().iter().zip(ids).take_while(|(one, other)| one == other).count();
        // The last token is read in any case: its logits are wanted.
        let same = same.min(ids.len().saturating_sub(1));
        self.read_on(ids[..same].to_vec(), before.0.cache.beginning(same, self.config.head()), ids)
    }

    fn read_on(&self, done: Vec<u32>, mut cache: Cache, ids: &[u32]) -> Result<Prompt, Error> {
        let from = done.len();
        let states = self.states(&ids[from..], from, &mut cache)?;
        let last = states.chunks_exact(self.config.hidden_size).last().ok_or(Error::EmptyPrompt)?;
        let mut logits = Vec::new();
        self.head(last, &mut Scratch::default(), &mut logits);
        Ok(Prompt(Arc::new(Read { ids: ids.to_vec(), cache, logits })))
    }

    /// log₂ of the probability of each id after the first, given those before it: `ids.len() - 1` numbers.
    ///
    /// # Errors
    /// As [`Decoder::read`].
    pub fn score(&self, ids: &[u32]) -> Result<Vec<f32>, Error> {
        let states = self.states(ids, 0, &mut self.empty_cache())?;
        let width = self.config.hidden_size;
        let next = &ids[1..];
        let score = |(states, next): (&[f32], &[u32])| {
            let mut logits = Vec::new();
            self.head(&states[..next.len() * width], &mut Scratch::default(), &mut logits);
            let rows = logits.chunks_exact(self.config.vocab_size).zip(next);
            rows.map(|(logits, &id)| log2_probability(logits, id)).collect::<Vec<_>>()
        };
        Ok(states.par_chunks(CHUNK * width).zip(next.par_chunks(CHUNK)).flat_map_iter(score).collect())
    }

    pub(super) fn empty_cache(&self) -> Cache {
        Cache::new(self.config.num_hidden_layers * self.config.num_key_value_heads)
    }

    /// Whether these ids can follow `before` tokens.
    pub(super) fn check(&self, ids: &[u32], before: usize) -> Result<(), Error> {
        let last = self.config.vocab_size as u32 - 1;
        match ids.iter().find(|&&id| id > last) {
            Some(&id) => Err(Error::Id { id, last }),
            None if before + ids.len() > self.context() => {
                Err(Error::Context { asked: before + ids.len(), context: self.context() })
            }
            None => Ok(()),
        }
    }

    /// The last layer's output [ids, width] of tokens that stand at `from` and on; their keys and values are added to
    /// the cache. Several threads share the tokens.
    fn states(&self, ids: &[u32], from: usize, cache: &mut Cache) -> Result<Vec<f32>, Error> {
        if ids.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        self.check(ids, from)?;
        let width = self.config.hidden_size;
        let mut states: Vec<f32> = ids.iter().flat_map(|&id| self.embed(id)).copied().collect();
        let inward = width + 2 * self.config.group_width();
        let mut turned = vec![0.0; ids.len() * inward];
        let nothing = self.empty_cache();
        for index in 0..self.layers.len() {
            let chunks = states.par_chunks(CHUNK * width).zip(turned.par_chunks_mut(CHUNK * inward)).enumerate();
            chunks.for_each_init(Scratch::default, |scratch, (chunk, (states, turned))| {
                self.enter(index, states, from + chunk * CHUNK, scratch, turned);
            });
            for turned in turned.chunks_exact(inward) {
                self.remember(index, turned, cache);
            }
            let view = View { shared: cache, own: &nothing };
            let chunks = states.par_chunks_mut(CHUNK * width).zip(turned.par_chunks(CHUNK * inward)).enumerate();
            chunks.for_each_init(Scratch::default, |scratch, (chunk, (states, turned))| {
                let sight = |row: usize| (&view, from + chunk * CHUNK + row + 1);
                self.leave(index, states, turned, sight, scratch);
            });
        }
        Ok(states)
    }

    /// A token's vector.
    pub(super) fn embed(&self, id: u32) -> &[f32] {
        let width = self.config.hidden_size;
        &self.embedding.data[id as usize * width..][..width]
    }

    /// Norm, queries, keys and values of rows that stand at `place` and on, turned by their place.
    pub(super) fn enter(&self, layer: usize, states: &[f32], place: usize, scratch: &mut Scratch, turned: &mut [f32]) {
        let rows = states.len() / self.config.hidden_size;
        self.enter_at(layer, states, |row| place + row, scratch, turned);
        debug_assert_eq!(turned.len() % rows.max(1), 0);
    }

    /// As [`Decoder::enter`], for rows at any places.
    pub(super) fn enter_at(
        &self,
        layer: usize,
        states: &[f32],
        place: impl Fn(usize) -> usize,
        scratch: &mut Scratch,
        turned: &mut [f32],
    ) {
        let Layer { before_attention, inward, .. } = &self.layers[layer];
        self.normalise(states, before_attention, &mut scratch.normed);
        inward.apply(self.tier, &scratch.normed, &mut scratch.ready, &mut scratch.out);
        turned.copy_from_slice(&scratch.out);
        let (half, head) = (self.config.head() / 2, self.config.head());
        let heads = self.config.num_attention_heads + self.config.num_key_value_heads;
        for (row, turned) in turned.chunks_exact_mut(inward.rows()).enumerate() {
            let turns = &self.turns[place(row) * half..][..half];
            for head in turned[..heads * head].chunks_exact_mut(head) {
                let (first, second) = head.split_at_mut(half);
                for ((first, second), (cos, sin)) in first.iter_mut().zip(second).zip(turns) {
                    (*first, *second) = (*first * cos - *second * sin, *second * cos + *first * sin);
                }
            }
        }
    }

    /// Adds one row's keys and values to a cache.
    pub(super) fn remember(&self, layer: usize, turned: &[f32], cache: &mut Cache) {
        let (head, groups) = (self.config.head(), self.config.num_key_value_heads);
        let (keys, values) = turned[self.config.hidden_size..].split_at(groups * head);
        for group in 0..groups {
            let at = layer * groups + group;
            cache.keys[at].extend(keys[group * head..][..head].iter().map(|&number| f16::from_f32(number)));
            cache.values[at].extend(values[group * head..][..head].iter().map(|&number| f16::from_f32(number)));
        }
    }

    /// Attention and the feed-forward part of rows; `sight` says what each row sees and how many places of it.
    pub(super) fn leave<'a, 'b: 'a>(
        &self,
        layer: usize,
        states: &mut [f32],
        turned: &[f32],
        sight: impl Fn(usize) -> (&'a View<'b>, usize),
        scratch: &mut Scratch,
    ) {
        let width = self.config.hidden_size;
        let Layer { inward, outward, before_gate, widen, narrow, .. } = &self.layers[layer];
        let mut seen = std::mem::take(&mut scratch.normed);
        seen.clear();
        seen.resize(states.len(), 0.0);
        for (row, (turned, seen)) in turned.chunks_exact(inward.rows()).zip(seen.chunks_exact_mut(width)).enumerate() {
            let (view, places) = sight(row);
            self.attend(layer, &turned[..width], view, places, &mut scratch.scores, seen);
        }
        outward.apply(self.tier, &seen, &mut scratch.ready, &mut scratch.out);
        scratch.normed = seen;
        add(states, &scratch.out);
        self.normalise(states, before_gate, &mut scratch.normed);
        widen.apply(self.tier, &scratch.normed, &mut scratch.ready, &mut scratch.wide);
        scratch.normed.clear();
        for wide in scratch.wide.chunks_exact_mut(widen.rows()) {
            let (gate, up) = wide.split_at_mut(self.config.intermediate_size);
            self.tier.gate(gate, up);
            scratch.normed.extend_from_slice(gate);
        }
        narrow.apply(self.tier, &scratch.normed, &mut scratch.ready, &mut scratch.out);
        add(states, &scratch.out);
    }

    /// softmax(q·k / √width)·v over the first `places` of what is seen, head by head (Vaswani et al., 2017, §3.2).
    fn attend(
        &self,
        layer: usize,
        queries: &[f32],
        view: &View,
        places: usize,
        scores: &mut Vec<f32>,
        out: &mut [f32],
    ) {
        let (head, groups) = (self.config.head(), self.config.num_key_value_heads);
        let shared_by = self.config.num_attention_heads / groups;
        let scale = 1.0 / (head as f32).sqrt();
        for (index, (query, out)) in queries.chunks_exact(head).zip(out.chunks_exact_mut(head)).enumerate() {
            let at = layer * groups + index / shared_by;
            let early = places.min(view.shared.keys[at].len() / head);
            let (first, second) = (early * head, (places - early) * head);
            scores.clear();
            scores.resize(places, 0.0);
            let (old, new) = scores.split_at_mut(early);
            self.tier.scores(query, &view.shared.keys[at][..first], old);
            self.tier.scores(query, &view.own.keys[at][..second], new);
            let mut largest = f32::MIN;
            for score in scores.iter_mut() {
                *score *= scale;
                largest = largest.max(*score);
            }
            let sum = self.tier.exponentials(scores, largest);
            let (old, new) = scores.split_at(early);
            self.tier.mix(old, &view.shared.values[at][..first], out);
            self.tier.mix(new, &view.own.values[at][..second], out);
            out.iter_mut().for_each(|number| *number /= sum);
        }
    }

    /// The logits [rows, vocabulary] of rows.
    pub(super) fn head(&self, states: &[f32], scratch: &mut Scratch, logits: &mut Vec<f32>) {
        self.normalise(states, &self.norm, &mut scratch.normed);
        self.head.apply(self.tier, &scratch.normed, &mut scratch.ready, logits);
    }

    /// x / √(mean x² + ε) · weight (Zhang and Sennrich, Root Mean Square Layer Normalization, 2019).
    fn normalise(&self, states: &[f32], weight: &[f32], out: &mut Vec<f32>) {
        out.clear();
        for state in states.chunks_exact(weight.len()) {
            let mut squares = [0.0_f32; 8];
            for eight in state.chunks(8) {
                eight.iter().zip(&mut squares).for_each(|(number, square)| *square += number * number);
            }
            let mean = squares.iter().sum::<f32>() / weight.len() as f32;
            let scale = 1.0 / (mean + self.config.rms_norm_eps as f32).sqrt();
            out.extend(state.iter().zip(weight).map(|(number, weight)| number * scale * weight));
        }
    }

    /// Bytes that one token has to be multiplied with: the physical limit is what memory can deliver of them.
    pub fn bytes(&self) -> usize {
        let layer =
            |layer: &Layer| layer.inward.bytes() + layer.outward.bytes() + layer.widen.bytes() + layer.narrow.bytes();
        self.layers.iter().map(layer).sum::<usize>() + self.head.bytes()
    }
}

fn add(states: &mut [f32], more: &[f32]) {
    states.iter_mut().zip(more).for_each(|(state, more)| *state += more);
}

/// cos and sin of place · θ^(-2i/width) (Su et al., RoFormer, 2021, §3.2.2), halves turned as in Hugging Face's Llama.
fn turns(config: &Config) -> Vec<(f32, f32)> {
    let half = config.head() / 2;
    let turn = |place: usize, at: usize| {
        let angle = place as f64 * config.rope_theta.powf(-(at as f64) / half as f64);
        (angle.cos() as f32, angle.sin() as f32)
    };
    (0..config.max_position_embeddings).flat_map(|place| (0..half).map(move |at| turn(place, at))).collect()
}
