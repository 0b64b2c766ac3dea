//! Causal attention with rotary positions and shared key heads, over several samples that stand end to end.
//!
//! Vaswani et al., Attention Is All You Need (2017); Su et al., RoFormer (2021), halves rotated as in Hugging Face's
//! Llama; Ainslie et al., GQA (2023). A sample looks back on itself alone and its places begin at 0. Probabilities are
//! computed a block of queries at a time and again in the backward pass, never kept (Dao et al., FlashAttention, 2022).

use super::product::{By, Matrix, product};
use super::{dot, numbers, operand};
use crate::{Config, Tier};
use candle_core::{CpuStorage, CustomOp1, Device, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::sync::Arc;

const NAME: &str = "attend";

/// Queries that are taken at a time.
const BLOCK: usize = 64;

/// cos and sin of every place: two of [context, head width / 2].
#[derive(Debug)]
pub struct Turns {
    heads: usize,
    groups: usize,
    head: usize,
    context: usize,
    cos: Vec<f32>,
    sin: Vec<f32>,
}

impl Turns {
    /// Of a network of this shape.
    pub fn new(config: &Config) -> Self {
        let (head, context) = (config.head(), config.max_position_embeddings);
        let angle = |index: usize| {
            let (place, pair) = (index / (head / 2), index % (head / 2));
            let frequency = config.rope_theta.powf(-2.0 * pair as f64 / head as f64) as f32;
            place as f32 * frequency
        };
        let all = || (0..context * (head / 2)).map(angle);
        let (heads, groups) = (config.num_attention_heads, config.num_key_value_heads);
        let (cos, sin) = (all().map(f32::cos).collect(), all().map(f32::sin).collect());
        Turns { heads, groups, head, context, cos, sin }
    }

    /// Query heads, key heads, and the width of a head.
    pub(super) fn shape(&self) -> (usize, usize, usize) {
        (self.heads, self.groups, self.head)
    }

    /// cos and sin of the first places, as tensors [places, head width / 2].
    pub(super) fn tables(&self, places: usize, device: &Device) -> Result<(Tensor, Tensor)> {
        let (half, shape) = (self.head / 2, (places, self.head / 2));
        let table = |all: &[f32]| Tensor::from_slice(&all[..places * half], shape, device);
        Ok((table(&self.cos)?, table(&self.sin)?))
    }

    fn width(&self) -> usize {
        (self.heads + 2 * self.groups) * self.head
    }

    /// Turns vectors [places, head width] that begin at place 0; with `back`, the other way, which is the gradient.
    fn turn(&self, vectors: &mut [f32], back: bool) {
        let half = self.head / 2;
        let turns = self.cos.chunks_exact(half).zip(self.sin.chunks_exact(half));
        for (vector, (cos, sin)) in vectors.chunks_exact_mut(self.head).zip(turns) {
            let (first, second) = vector.split_at_mut(half);
            for ((first, second), (cos, sin)) in first.iter_mut().zip(second).zip(cos.iter().zip(sin)) {
                let sin = if back { -sin } else { *sin };
                (*first, *second) = (*first * cos - *second * sin, *second * cos + *first * sin);
            }
        }
    }

    /// The vectors [places, head width] that begin at column `at` of rows.
    fn column(&self, rows: &[f32], at: usize, turned: bool) -> Vec<f32> {
        let mut vectors = Vec::with_capacity(rows.len() / self.width() * self.head);
        rows.chunks_exact(self.width()).for_each(|row| vectors.extend_from_slice(&row[at..at + self.head]));
        if turned {
            self.turn(&mut vectors, false);
        }
        vectors
    }
}

struct Attend {
    turns: Arc<Turns>,
    lengths: Arc<Vec<usize>>,
}

/// Attention of rows that hold queries, keys and values side by side, [tokens, (heads + 2 · key heads) · head width],
/// of samples of these lengths: [tokens, heads · head width].
///
/// # Errors
/// If the lengths do not add up to the rows, a sample is empty or longer than the context, or the rows are not
/// contiguous in f32.
pub fn attend(x: &Tensor, turns: &Arc<Turns>, lengths: &Arc<Vec<usize>>) -> Result<Tensor> {
    let (tokens, width) = x.dims2()?;
    let (whole, context) = (lengths.iter().sum::<usize>(), turns.context);
    if whole != tokens || width != turns.width() || !lengths.iter().all(|length| (1..=context).contains(length)) {
        candle_core::bail!("samples of {lengths:?} tokens do not fit [{tokens}, {width}] and a context of {context}");
    }
    x.apply_op1(Attend { turns: Arc::clone(turns), lengths: Arc::clone(lengths) })
}

impl Attend {
    /// Each sample's rows with each key head.
    fn tasks<'a>(&self, rows: &'a [f32]) -> Vec<(&'a [f32], usize)> {
        let samples = cut(rows, &self.lengths, self.turns.width());
        samples.into_iter().flat_map(|sample| (0..self.turns.groups).map(move |group| (sample, group))).collect()
    }

    /// The columns where a group's first query head, its keys and its values begin.
    fn columns(&self, group: usize) -> (usize, usize, usize) {
        let Turns { heads, groups, head, .. } = *self.turns;
        (group * (heads / groups) * head, (heads + group) * head, (heads + groups + group) * head)
    }

    /// Probabilities [queries, keys] of the queries `from..to`, which look at the keys before and including themselves.
    fn probabilities(&self, queries: &[f32], keys: &[f32], (from, to): (usize, usize), out: &mut Vec<f32>) {
        let head = self.turns.head;
        out.resize((to - from) * to, 0.0);
        let queries = Matrix::new(&queries[from * head..], to - from, head, head);
        let scale = 1.0 / (head as f32).sqrt();
        product(queries, Matrix::new(keys, to, head, head).turned(), scale, out, to, false, By::One);
        let tier = Tier::detect();
        for (place, row) in (from..to).zip(out.chunks_exact_mut(to)) {
            let (seen, hidden) = row.split_at_mut(place + 1);
            let largest = seen.iter().copied().fold(f32::MIN, |one, other| if other > one { other } else { one });
            let share = 1.0 / tier.exponentials(seen, largest);
            seen.iter_mut().for_each(|number| *number *= share);
            hidden.fill(0.0);
        }
    }

    /// The output [places, query heads of the group · head width] of one sample and one key head.
    fn forward(&self, rows: &[f32], group: usize) -> Vec<f32> {
        let (head, width, shared) = (self.turns.head, self.turns.width(), self.turns.heads / self.turns.groups);
        let (query_at, key_at, value_at) = self.columns(group);
        let length = rows.len() / width;
        let keys = self.turns.column(rows, key_at, true);
        let mut out = vec![0.0; length * shared * head];
        let mut parts = Vec::new();
        for member in 0..shared {
            let queries = self.turns.column(rows, query_at + member * head, true);
            for (from, to) in blocks(length) {
                self.probabilities(&queries, &keys, (from, to), &mut parts);
                let values = Matrix::new(&rows[value_at..], to, head, width);
                let out = &mut out[from * shared * head + member * head..];
                product(Matrix::new(&parts, to - from, to, to), values, 1.0, out, shared * head, false, By::One);
            }
        }
        out
    }

    /// The gradients of one sample and one key head: of the queries as `forward`'s output, of keys and of values.
    fn backward(&self, rows: &[f32], group: usize, out: &[f32], grad: &[f32]) -> [Vec<f32>; 3] {
        let Turns { heads, groups, head, .. } = *self.turns;
        let (width, shared, full) = (self.turns.width(), heads / groups, heads * head);
        let (query_at, key_at, value_at) = self.columns(group);
        let length = rows.len() / width;
        let keys = self.turns.column(rows, key_at, true);
        let (mut dqueries, mut dkeys, mut dvalues) =
            (vec![0.0; length * shared * head], vec![0.0; length * head], vec![0.0; length * head]);
        let (mut parts, mut dparts, mut dquery) = (Vec::new(), Vec::new(), vec![0.0; length * head]);
        let scale = 1.0 / (head as f32).sqrt();
        for member in 0..shared {
            let at = query_at + member * head;
            let queries = self.turns.column(rows, at, true);
            for (from, to) in blocks(length) {
                let count = to - from;
                self.probabilities(&queries, &keys, (from, to), &mut parts);
                let grads = Matrix::new(&grad[from * full + at..], count, head, full);
                let values = Matrix::new(&rows[value_at..], to, head, width);
                product(Matrix::new(&parts, count, to, to).turned(), grads, 1.0, &mut dvalues, head, true, By::One);
                dparts.resize(count * to, 0.0);
                product(grads, values.turned(), 1.0, &mut dparts, to, false, By::One);
                let of_rows = parts.chunks_exact(to).zip(dparts.chunks_exact_mut(to));
                for (place, (parts, dparts)) in (from..to).zip(of_rows) {
                    let place = place * full + at;
                    let along = dot(&out[place..place + head], &grad[place..place + head]);
                    parts.iter().zip(dparts).for_each(|(part, dpart)| *dpart = part * (*dpart - along));
                }
                let dparts = Matrix::new(&dparts, count, to, to);
                let these = &mut dquery[from * head..to * head];
                product(dparts, Matrix::new(&keys, to, head, head), scale, these, head, false, By::One);
                let queries = Matrix::new(&queries[from * head..], count, head, head);
                product(dparts.turned(), queries, scale, &mut dkeys, head, true, By::One);
            }
            self.turns.turn(&mut dquery, true);
            for (row, from) in dqueries.chunks_exact_mut(shared * head).zip(dquery.chunks_exact(head)) {
                row[member * head..][..head].copy_from_slice(from);
            }
        }
        self.turns.turn(&mut dkeys, true);
        [dqueries, dkeys, dvalues]
    }
}

/// Blocks of queries.
fn blocks(length: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..length).step_by(BLOCK).map(move |from| (from, (from + BLOCK).min(length)))
}

/// The samples of rows that stand end to end.
fn cut<'a>(mut rows: &'a [f32], lengths: &[usize], width: usize) -> Vec<&'a [f32]> {
    let cut = |length: &usize| {
        let (sample, rest) = rows.split_at(length * width);
        rows = rest;
        sample
    };
    lengths.iter().map(cut).collect()
}

/// Puts column blocks of samples where they belong in rows of `width`: for each sample its blocks, as `[places, wide]`
/// with the column at which they begin.
fn gather(lengths: &[usize], width: usize, blocks: &[Vec<(usize, usize, &[f32])>]) -> Vec<f32> {
    let mut all = vec![0.0; lengths.iter().sum::<usize>() * width];
    let mut rest = all.as_mut_slice();
    let mut samples = Vec::with_capacity(lengths.len());
    for length in lengths {
        let (sample, others) = rest.split_at_mut(length * width);
        samples.push(sample);
        rest = others;
    }
    samples.into_par_iter().zip(blocks).for_each(|(sample, blocks)| {
        for &(at, wide, block) in blocks {
            for (row, part) in sample.chunks_exact_mut(width).zip(block.chunks_exact(wide)) {
                row[at..at + wide].copy_from_slice(part);
            }
        }
    });
    all
}

impl CustomOp1 for Attend {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let rows = operand(x, layout, NAME)?;
        let Turns { heads, groups, head, .. } = *self.turns;
        let tasks = self.tasks(rows);
        let outs: Vec<Vec<f32>> =
            tasks.par_iter().with_max_len(1).map(|&(rows, group)| self.forward(rows, group)).collect();
        let wide = heads / groups * head;
        let mut blocks: Vec<Vec<(usize, usize, &[f32])>> = Vec::with_capacity(self.lengths.len());
        for sample in outs.chunks_exact(groups) {
            blocks.push(sample.iter().enumerate().map(|(group, out)| (group * wide, wide, out.as_slice())).collect());
        }
        let out = gather(&self.lengths, heads * head, &blocks);
        Ok((CpuStorage::F32(out), (layout.shape().dims2()?.0, heads * head).into()))
    }

    fn bwd(&self, x: &Tensor, out: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (rows, outs, grads) = (numbers(x, NAME)?, numbers(out, NAME)?, numbers(&grad, NAME)?);
        let Turns { heads, groups, head, .. } = *self.turns;
        let (outs, grads) = (cut(&outs, &self.lengths, heads * head), cut(&grads, &self.lengths, heads * head));
        let tasks = self.tasks(&rows);
        let all: Vec<[Vec<f32>; 3]> = tasks
            .par_iter()
            .enumerate()
            .with_max_len(1)
            .map(|(task, &(rows, group))| self.backward(rows, group, outs[task / groups], grads[task / groups]))
            .collect();
        let mut blocks: Vec<Vec<(usize, usize, &[f32])>> = Vec::with_capacity(self.lengths.len());
        for sample in all.chunks_exact(groups) {
            let mut parts: Vec<(usize, usize, &[f32])> = Vec::with_capacity(3 * groups);
            for (group, [dqueries, dkeys, dvalues]) in sample.iter().enumerate() {
                let (query_at, key_at, value_at) = self.columns(group);
                let queries = (query_at, heads / groups * head, dqueries.as_slice());
                parts.extend([queries, (key_at, head, dkeys), (value_at, head, dvalues)]);
            }
            blocks.push(parts);
        }
        let dx = gather(&self.lengths, self.turns.width(), &blocks);
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}
