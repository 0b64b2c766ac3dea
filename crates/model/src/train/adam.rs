//! AdamW with clipping by global norm (Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019).

use super::Recipe;
use crate::{Config, Weight};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Numbers that one task takes.
const PIECE: usize = 1 << 14;

/// A gradient for each weight, by name.
pub type Gradients = BTreeMap<String, Vec<f32>>;

/// First and second moments of every weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Adam {
    pub first: BTreeMap<String, Weight>,
    pub second: BTreeMap<String, Weight>,
}

impl Adam {
    /// Moments of a run that begins.
    pub fn new(config: &Config) -> Self {
        let zero = |(name, shape): (String, Vec<usize>)| {
            let data = vec![0.0; shape.iter().product()];
            (name, Weight { shape, data })
        };
        let zeros: BTreeMap<_, _> = config.weights().into_iter().map(zero).collect();
        Adam { first: zeros.clone(), second: zeros }
    }

    /// The step with this number, 1 for the first. Matrices decay, norms do not. `norm` is the gradients' length.
    pub fn step(
        &mut self,
        weights: &mut BTreeMap<String, Weight>,
        gradients: &Gradients,
        (number, norm, rate): (u64, f64, f64),
        recipe: &Recipe,
    ) {
        let (keep_first, keep_second) = (recipe.betas.0 as f32, recipe.betas.1 as f32);
        let scale = (recipe.clip / (norm + 1e-6)).min(1.0) as f32;
        let whole = |beta: f64| (1.0 - beta.powf(number as f64)) as f32;
        let (first_whole, second_whole) = (whole(recipe.betas.0), whole(recipe.betas.1));
        let (rate, eps) = (rate as f32, recipe.eps as f32);
        let all = weights.values_mut().zip(gradients.values());
        let moments = self.first.values_mut().zip(self.second.values_mut());
        for ((weight, gradient), (first, second)) in all.zip(moments) {
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
    }
}

/// The length of all gradients together; not finite if one of them is not.
pub fn length(gradients: &Gradients) -> f64 {
    let squares = |piece: &[f32]| piece.iter().map(|&number| f64::from(number) * f64::from(number)).sum::<f64>();
    let pieces = |gradient: &Vec<f32>| gradient.par_chunks(PIECE).map(squares).collect::<Vec<f64>>();
    let of_one = |gradient| pieces(gradient).iter().sum::<f64>();
    gradients.values().map(of_one).sum::<f64>().sqrt()
}
