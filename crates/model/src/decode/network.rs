//! The network's numbers in int8, and its arithmetic on rows of a matrix, whole or for some heads of keys.
//!
//! Several threads share a row by heads of keys: each takes the queries, keys and values of its heads and as large a
//! part of every other product. Rows of weights lie in that order, so that a thread's part is one run of memory.

use super::cache::Cache;
use super::kernel::Tier;
use super::quantised::{Quantised, Vectors};
use crate::voice::{EMBEDDING, READ};
use crate::{Checkpoint, Config, Error, Weight};
use std::ops::Range;

/// Weights for one kind of processor.
#[derive(Debug)]
pub struct Network {
    pub tier: Tier,
    pub config: Config,
    embedding: Weight,
    head: Quantised,
    norm: Vec<f32>,
    layers: Vec<Layer>,
    /// cos and sin of each place [context, head width / 2].
    turns: Vec<(f32, f32)>,
}

#[derive(Debug)]
struct Layer {
    before_attention: Vec<f32>,
    /// By heads of keys: the queries that share it, the key, the value.
    inward: Quantised,
    outward: Quantised,
    before_gate: Vec<f32>,
    /// By heads of keys: their part of the gate, and as much of what it lets through.
    widen: Quantised,
    narrow: Quantised,
}

/// Room for one thread's work, used again and again.
#[derive(Debug, Default)]
pub struct Room {
    normed: Vec<f32>,
    ready: Vectors,
    wide: Vec<f32>,
    scores: Vec<f32>,
    sums: Vec<f32>,
}

/// What one sequence can look back on: a shared beginning, and what it has added.
pub struct View<'a> {
    pub shared: &'a Cache,
    pub own: &'a Cache,
}

impl Network {
    pub fn new(checkpoint: &Checkpoint, tier: Tier) -> Result<Self, Error> {
        let config = checkpoint.config.clone();
        config.check()?;
        let get = |name: &str| {
            let missing = || Error::Weight { name: name.to_owned(), problem: "is missing".into() };
            checkpoint.weights.get(name).ok_or_else(missing)
        };
        let layer = |index: usize| {
            let part = |name: &str| get(&format!("model.layers.{index}.{name}.weight"));
            let woven = |names: &[&str]| {
                let weights = names.iter().map(|name| part(name)).collect::<Result<Vec<_>, _>>()?;
                Ok::<_, Error>(Quantised::woven(&weights, config.num_key_value_heads))
            };
            Ok::<_, Error>(Layer {
                before_attention: part("input_layernorm")?.data.clone(),
                inward: woven(&["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"])?,
                outward: woven(&["self_attn.o_proj"])?,
                before_gate: part("post_attention_layernorm")?.data.clone(),
                widen: woven(&["mlp.gate_proj", "mlp.up_proj"])?,
                narrow: woven(&["mlp.down_proj"])?,
            })
        };
        let head = Quantised::woven(&[get(EMBEDDING)?], 1);
        Ok(Network {
            tier,
            head,
            embedding: get(READ).or_else(|_| get(EMBEDDING))?.clone(),
            norm: get("model.norm.weight")?.data.clone(),
            layers: (0..config.num_hidden_layers).map(layer).collect::<Result<_, _>>()?,
            turns: turns(&config),
            config,
        })
    }

    /// All heads of keys.
    pub fn all(&self) -> Range<usize> {
        0..self.config.num_key_value_heads
    }

    /// The part of so many numbers that falls to some heads of keys.
    pub fn part(&self, numbers: usize, heads: &Range<usize>) -> Range<usize> {
        part(numbers, self.config.num_key_value_heads, heads)
    }

    pub fn empty_cache(&self) -> Cache {
        Cache::new(self.config.num_hidden_layers * self.config.num_key_value_heads)
    }

    /// Whether these ids can follow `before` tokens.
    pub fn check(&self, ids: &[u32], before: usize) -> Result<(), Error> {
        let (last, context) = (self.config.vocab_size as u32 - 1, self.config.max_position_embeddings);
        match ids.iter().find(|&&id| id > last) {
            Some(&id) => Err(Error::Id { id, last }),
            None if before + ids.len() > context => Err(Error::Context { asked: before + ids.len(), context }),
            None => Ok(()),
        }
    }

    /// A token's vector.
    pub fn embed(&self, id: u32) -> &[f32] {
        let width = self.config.hidden_size;
        &self.embedding.data[id as usize * width..][..width]
    }

    /// How many numbers [`Network::enter`] makes of a row for some heads.
    pub fn inward(&self, heads: &Range<usize>) -> usize {
        self.part(self.config.hidden_size + 2 * self.config.group_width(), heads).len()
    }

    /// Norm, queries, keys and values of rows for some heads, turned by the place of each row.
    pub fn enter(
        &self,
        layer: usize,
        heads: &Range<usize>,
        states: &[f32],
        place: impl Fn(usize) -> usize,
        room: &mut Room,
        turned: &mut Vec<f32>,
    ) {
        let Layer { before_attention, inward, .. } = &self.layers[layer];
        self.normalise(states, before_attention, &mut room.normed);
        inward.ready(&room.normed, &mut room.ready);
        let rows = self.part(inward.rows(), heads);
        inward.apply(self.tier, rows.clone(), &mut room.ready, turned);
        let (half, head) = (self.config.head() / 2, self.config.head());
        let of_head = rows.len() / heads.len();
        for (row, turned) in turned.chunks_exact_mut(rows.len()).enumerate() {
            let turns = &self.turns[place(row) * half..][..half];
            // All but the values.
            for head in turned.chunks_exact_mut(of_head).flat_map(|one| one[..of_head - head].chunks_exact_mut(head)) {
                let (first, second) = head.split_at_mut(half);
                for ((first, second), (cos, sin)) in first.iter_mut().zip(second).zip(turns) {
                    (*first, *second) = (*first * cos - *second * sin, *second * cos + *first * sin);
                }
            }
        }
    }

    /// Adds one row's keys and values to a cache.
    pub fn remember(&self, layer: usize, heads: &Range<usize>, turned: &[f32], cache: &mut Cache) {
        let head = self.config.head();
        for (index, turned) in heads.clone().zip(turned.chunks_exact(turned.len() / heads.len())) {
            let (key, value) = turned[turned.len() - 2 * head..].split_at(head);
            cache.push(layer * self.config.num_key_value_heads + index, key, value);
        }
    }

    /// softmax(q·k / √width)·v over the first `places` of what is seen (Vaswani et al., 2017, §3.2), for one row.
    pub fn attend(
        &self,
        layer: usize,
        heads: &Range<usize>,
        turned: &[f32],
        (view, places): (&View, usize),
        room: &mut Room,
        out: &mut [f32],
    ) {
        let head = self.config.head();
        let scale = 1.0 / (head as f32).sqrt();
        let out = out.chunks_exact_mut(out.len() / heads.len());
        for ((index, turned), out) in heads.clone().zip(turned.chunks_exact(turned.len() / heads.len())).zip(out) {
            let queries = &turned[..out.len()];
            let at = layer * self.config.num_key_value_heads + index;
            let early = places.min(view.shared.places(at));
            let (old_keys, old_values) = view.shared.seen(at, early, head);
            let (new_keys, new_values) = view.own.seen(at, places - early, head);
            let scores = &mut room.scores;
            scores.resize(queries.len() / head * places, 0.0);
            self.tier.scores(queries, old_keys, scores, places);
            self.tier.scores(queries, new_keys, &mut scores[early..], places);
            room.sums.clear();
            room.sums.extend(scores.chunks_exact_mut(places).map(|scores| self.tier.weigh(scores, scale)));
            out.fill(0.0);
            self.tier.mix(scores, places, old_values, out);
            self.tier.mix(&scores[early..], places, new_values, out);
            for (out, sum) in out.chunks_exact_mut(head).zip(&room.sums) {
                out.iter_mut().for_each(|number| *number /= sum);
            }
        }
    }

    /// What attention adds to rows, of which `seen` is all that was seen: the part of some heads.
    pub fn outward(&self, layer: usize, heads: &Range<usize>, seen: &[f32], room: &mut Room, out: &mut Vec<f32>) {
        let outward = &self.layers[layer].outward;
        outward.ready(seen, &mut room.ready);
        outward.apply(self.tier, self.part(outward.rows(), heads), &mut room.ready, out);
    }

    /// Norm and gated widening of rows: the part of some heads.
    pub fn widen(&self, layer: usize, heads: &Range<usize>, states: &[f32], room: &mut Room, gated: &mut Vec<f32>) {
        let Layer { before_gate, widen, .. } = &self.layers[layer];
        self.normalise(states, before_gate, &mut room.normed);
        widen.ready(&room.normed, &mut room.ready);
        let rows = self.part(self.config.intermediate_size, heads);
        widen.apply(self.tier, 2 * rows.start..2 * rows.end, &mut room.ready, &mut room.wide);
        gated.clear();
        for wide in room.wide.chunks_exact_mut(2 * rows.len()) {
            let mut rest = wide;
            for head in heads.clone() {
                let of_head = self.part(self.config.intermediate_size, &(head..head + 1)).len();
                let (wide, after) = rest.split_at_mut(2 * of_head);
                let (gate, up) = wide.split_at_mut(of_head);
                self.tier.gate(gate, up);
                gated.extend_from_slice(gate);
                rest = after;
            }
        }
    }

    /// What the feed-forward part adds to rows, of which `gated` is all that the gate let through: the part of some
    /// heads.
    pub fn narrow(&self, layer: usize, heads: &Range<usize>, gated: &[f32], room: &mut Room, out: &mut Vec<f32>) {
        let narrow = &self.layers[layer].narrow;
        narrow.ready(gated, &mut room.ready);
        narrow.apply(self.tier, self.part(narrow.rows(), heads), &mut room.ready, out);
    }

    /// The logits of rows: [rows, vocabulary], or the part of some heads.
    pub fn head(&self, heads: &Range<usize>, states: &[f32], room: &mut Room, logits: &mut Vec<f32>) {
        self.normalise(states, &self.norm, &mut room.normed);
        self.head.ready(&room.normed, &mut room.ready);
        self.head.apply(self.tier, self.part(self.head.rows(), heads), &mut room.ready, logits);
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

    /// Bytes of weights that one token has to be multiplied with.
    pub fn bytes(&self) -> usize {
        let layer =
            |layer: &Layer| layer.inward.bytes() + layer.outward.bytes() + layer.widen.bytes() + layer.narrow.bytes();
        self.layers.iter().map(layer).sum::<usize>() + self.head.bytes()
    }
}

/// The part of so many numbers that falls to some of `of` equal shares.
pub fn part(numbers: usize, of: usize, shares: &Range<usize>) -> Range<usize> {
    numbers * shares.start / of..numbers * shares.end / of
}

pub fn add(states: &mut [f32], more: &[f32]) {
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
