//! AdamW (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019).

use super::Recipe;
use super::moments::{PIECE, Stride};
use crate::Weight;
use rayon::prelude::*;

/// One step of one weight.
pub fn step(
    weight: &mut Weight,
    gradient: &[f32],
    first: &mut Weight,
    second: &mut Weight,
    stride: Stride,
    recipe: &Recipe,
) {
    let Stride { number, scale, rate } = stride;
    let (keep_first, keep_second) = (recipe.betas.0 as f32, recipe.betas.1 as f32);
    let whole = |beta: f64| (1.0 - beta.powf(number as f64)) as f32;
    let (first_whole, second_whole) = (whole(recipe.betas.0), whole(recipe.betas.1));
    let eps = recipe.eps as f32;
    let decay = if weight.shape.len() == 2 { recipe.weight_decay as f32 } else { 0.0 };
    let keep = 1.0 - rate * decay;
    let pieces = weight.data.par_chunks_mut(PIECE).zip(gradient.par_chunks(PIECE));
    let moments = first.data.par_chunks_mut(PIECE).zip(second.data.par_chunks_mut(PIECE));
    pieces.zip(moments).for_each(|((weights, gradients), (firsts, seconds))| {
        let moments = firsts.iter_mut().zip(seconds);
        for ((weight, gradient), (first, second)) in weights.iter_mut().zip(gradients).zip(moments) {
            let gradient = gradient * scale;
            *first += (gradient - *first) * (1.0 - keep_first);
            *second = *second * keep_second + gradient * gradient * (1.0 - keep_second);
            *weight = *weight * keep - rate * (*first / first_whole) / ((*second / second_whole).sqrt() + eps);
        }
    });
}
