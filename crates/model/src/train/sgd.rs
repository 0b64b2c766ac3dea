//! Gradient descent with momentum (Polyak 1964), the plainest of all.

use super::Recipe;
use super::moments::Stride;
use crate::Weight;

/// How much of the step before is kept.
const MOMENTUM: f32 = 0.9;

/// One step of one weight.
pub fn step(weight: &mut Weight, gradient: &[f32], first: &mut Weight, stride: Stride, recipe: &Recipe) {
    let Stride { scale, rate, .. } = stride;
    let decay = if weight.shape.len() == 2 { recipe.weight_decay as f32 } else { 0.0 };
    let keep = 1.0 - rate * decay;
    for ((weight, gradient), moment) in weight.data.iter_mut().zip(gradient).zip(&mut first.data) {
        *moment = *moment * MOMENTUM + gradient * scale;
        *weight = *weight * keep - rate * *moment;
    }
}
