//! What an optimiser remembers of each weight, and the step that it makes with it.

use super::{Optimizer, Recipe, adam, muon, sgd};
use crate::{Error, Weight};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Numbers that one task takes.
pub const PIECE: usize = 1 << 14;

/// A gradient for each weight, by name.
pub type Gradients = BTreeMap<String, Vec<f32>>;

/// First moments of every weight, and second moments of those that AdamW steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Moments {
    pub first: BTreeMap<String, Weight>,
    pub second: BTreeMap<String, Weight>,
}

/// One step of one weight: its number (1 for the first), what its gradient is multiplied with, and the rate.
#[derive(Debug, Clone, Copy)]
pub struct Stride {
    pub number: u64,
    pub scale: f32,
    pub rate: f32,
}

impl Moments {
    /// Moments of a run that begins.
    pub fn new(weights: &BTreeMap<String, Weight>, optimizer: Optimizer) -> Self {
        let zero = |(name, weight): (&String, &Weight)| {
            (name.clone(), Weight { shape: weight.shape.clone(), data: vec![0.0; weight.data.len()] })
        };
        let first: BTreeMap<_, _> = weights.iter().map(zero).collect();
        let mut second = first.clone();
        second.retain(|name, weight| match optimizer {
            Optimizer::Muon => !is_inner(name, weight),
            Optimizer::AdamW => true,
            Optimizer::Sgd => false,
        });
        Moments { first, second }
    }

    /// The step with this number, 1 for the first. Matrices decay, norms do not. `norm` is the gradients' length.
    ///
    /// # Errors
    /// [`Error::Tensor`].
    pub fn step(
        &mut self,
        weights: &mut BTreeMap<String, Weight>,
        gradients: &Gradients,
        (number, norm, rate): (u64, f64, f64),
        recipe: &Recipe,
    ) -> Result<(), Error> {
        let scale = (recipe.clip / (norm + 1e-6)).min(1.0) as f32;
        let stride = Stride { number, scale, rate: rate as f32 };
        for ((name, weight), (gradient, first)) in
            weights.iter_mut().zip(gradients.values().zip(self.first.values_mut()))
        {
            match self.second.get_mut(name) {
                Some(second) => adam::step(weight, gradient, first, second, stride, recipe),
                None if recipe.optimizer == Optimizer::Sgd => sgd::step(weight, gradient, first, stride, recipe),
                None => muon::step(weight, gradient, first, stride, recipe)?,
            }
        }
        Ok(())
    }
}

/// Whether a weight is a matrix inside a layer, so that Muon can step it.
pub fn is_inner(name: &str, weight: &Weight) -> bool {
    weight.shape.len() == 2 && name.starts_with("model.layers.")
}

/// The length of all gradients together; not finite if one of them is not.
pub fn length(gradients: &Gradients) -> f64 {
    let squares = |piece: &[f32]| piece.iter().map(|&number| f64::from(number) * f64::from(number)).sum::<f64>();
    let pieces = |gradient: &Vec<f32>| gradient.par_chunks(PIECE).map(squares).collect::<Vec<f64>>();
    let of_one = |gradient| pieces(gradient).iter().sum::<f64>();
    gradients.values().map(of_one).sum::<f64>().sqrt()
}
