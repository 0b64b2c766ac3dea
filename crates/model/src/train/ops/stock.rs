//! The same operations by candle's own, which run wherever candle does, each with its gradient. On the processor they
//! are slower and hold more memory than those beside them; tests hold the two to each other.

use super::{Turns, thinning};
use candle_core::{D, DType, Device, Result, Tensor};

/// What a key that is not to be seen adds to its score.
const HIDDEN: f64 = -1e9;

/// See [`super::linear`].
pub fn linear(x: &Tensor, weight: &Tensor) -> Result<Tensor> {
    x.matmul(&weight.t()?)
}

/// See [`super::norm`].
pub fn norm(x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    // candle's fast form has no gradient.
    candle_nn::ops::rms_norm_slow(x, weight, eps as f32)
}

/// See [`super::gate`].
pub fn gate(x: &Tensor) -> Result<Tensor> {
    let inner = x.dim(1)? / 2;
    x.narrow(1, 0, inner)?.silu()? * x.narrow(1, inner, inner)?
}

/// See [`super::nats`].
pub fn nats(logits: &Tensor, targets: &[u32]) -> Result<Tensor> {
    let ids = Tensor::from_slice(targets, targets.len(), logits.device())?;
    candle_nn::loss::cross_entropy(logits, &ids)? * targets.len() as f64
}

/// See [`super::lowered`].
pub fn lowered(out: &Tensor, narrow: &Tensor, ups: &Tensor, rows: &[usize], scale: f32) -> Result<Tensor> {
    let rank = ups.dim(1)?;
    let mut from = 0;
    let block = |(block, rows): (usize, &usize)| {
        let up = ups.narrow(0, from, *rows)?;
        from += rows;
        narrow.narrow(1, block * rank, rank)?.contiguous()?.matmul(&up.t()?)
    };
    let changes = rows.iter().enumerate().map(block).collect::<Result<Vec<_>>>()?;
    out + (Tensor::cat(&changes, 1)? * f64::from(scale))?
}

/// See [`super::thin`]: what is left out is drawn on the processor, so that it is the same everywhere.
pub fn thin(x: &Tensor, share: f64, chance: (u64, u64)) -> Result<Tensor> {
    let kept = thinning(x.dims2()?, share, chance);
    x * Tensor::from_vec(kept, x.shape(), x.device())?
}

/// See [`super::attend`].
pub fn attend(x: &Tensor, turns: &Turns, lengths: &[usize]) -> Result<Tensor> {
    let mut from = 0;
    let sample = |length: &usize| {
        let rows = x.narrow(0, from, *length)?;
        from += length;
        alone(&rows, turns)
    };
    Tensor::cat(&lengths.iter().map(sample).collect::<Result<Vec<_>>>()?, 0)
}

/// Attention of one sample.
fn alone(x: &Tensor, turns: &Turns) -> Result<Tensor> {
    let (length, (heads, groups, head)) = (x.dim(0)?, turns.shape());
    let part = |at: usize, count: usize| {
        let part = x.narrow(1, at * head, count * head)?;
        part.reshape((1, length, count, head))?.transpose(1, 2)?.contiguous()
    };
    let (cos, sin) = turns.tables(length, x.device())?;
    let turned = |x: Tensor| candle_nn::rotary_emb::rope_slow(&x, &cos, &sin);
    let shared = |x: Tensor| {
        let shape = (1, groups, heads / groups, length, head);
        x.unsqueeze(2)?.broadcast_as(shape)?.reshape((1, heads, length, head))
    };
    let (q, k, v) =
        (turned(part(0, heads)?)?, shared(turned(part(heads, groups)?)?)?, shared(part(heads + groups, groups)?)?);
    let scores = (q.matmul(&k.t()?)? / (head as f64).sqrt())?.broadcast_add(&hidden(length, x.device())?)?;
    let parts = candle_nn::ops::softmax(&scores, D::Minus1)?;
    parts.matmul(&v)?.transpose(1, 2)?.reshape((length, heads * head))
}

/// What keys behind a query add to its scores: [queries, keys].
fn hidden(length: usize, device: &Device) -> Result<Tensor> {
    let places = Tensor::arange(0_u32, length as u32, device)?;
    let later = places.unsqueeze(0)?.broadcast_gt(&places.unsqueeze(1)?)?;
    later.to_dtype(DType::F32)? * HIDDEN
}
