//! A small network that judges alternatives: signs of each in, one number out.
//!
//! Layers of rectified units, and one unit that is not. It knows numbers, not music: what the signs say is its user's
//! matter.

mod learn;

pub use learn::Lesson;

use crate::checkpoint::parse_tensors;
use crate::{Error, Precision, Weight, write_tensors};
use std::collections::BTreeMap;
use std::path::Path;

/// The network.
#[derive(Debug, Clone, PartialEq)]
pub struct Critic {
    /// The first one reads the signs, the last one has one unit.
    layers: Vec<Layer>,
}

/// Some units that read the same inputs.
#[derive(Debug, Clone, PartialEq)]
struct Layer {
    /// A row for each input, in it a weight for each unit: so that the units are summed side by side.
    rows: Vec<f32>,
    bias: Vec<f32>,
}

impl Layer {
    /// `weight` has a row for each unit, as files do.
    fn new(weight: &[f32], bias: Vec<f32>) -> Self {
        let (units, inputs) = (bias.len(), weight.len() / bias.len().max(1));
        let rows = (0..inputs).flat_map(|input| (0..units).map(move |unit| weight[unit * inputs + input])).collect();
        Layer { rows, bias }
    }

    fn inputs(&self) -> usize {
        self.rows.len() / self.bias.len().max(1)
    }

    /// A row for each unit.
    fn weight(&self) -> Vec<f32> {
        let (units, inputs) = (self.bias.len(), self.inputs());
        (0..units).flat_map(|unit| (0..inputs).map(move |input| self.rows[input * units + unit])).collect()
    }

    /// Inputs that are missing count as 0.
    fn read(&self, inputs: &[f32]) -> Vec<f32> {
        let mut sums = self.bias.clone();
        for (row, input) in self.rows.chunks_exact(self.bias.len().max(1)).zip(inputs) {
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight * input);
        }
        sums
    }
}

impl Critic {
    /// How many signs it wants of each alternative.
    pub fn signs(&self) -> usize {
        self.layers.first().map_or(0, Layer::inputs)
    }

    /// What an alternative is worth, 0..=1, the more the better. Signs that are missing count as 0.
    pub fn worth(&self, signs: &[f32]) -> f32 {
        let Some((last, hidden)) = self.layers.split_last() else { return 0.0 };
        let rectified = |layer: &Layer, seen: &[f32]| layer.read(seen).iter().map(|sum| sum.max(0.0)).collect();
        let seen = hidden.iter().fold(signs.to_vec(), |seen: Vec<f32>, layer| rectified(layer, &seen));
        1.0 / (1.0 + (-last.read(&seen)[0]).exp())
    }

    /// The critic in the bytes of a safetensors file, which `path` only names.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Weight`] if one is missing or does not fit the others.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let (mut weights, _) = parse_tensors(path, bytes)?;
        let mut layers: Vec<Layer> = Vec::new();
        loop {
            let [weight, bias] = names(layers.len());
            let problem = |name: String, problem: String| Err(Error::Weight { name, problem });
            let Some(found) = weights.remove(&weight) else {
                let whole = layers.last().is_some_and(|last| last.bias.len() == 1);
                return if whole { Ok(Critic { layers }) } else { problem(weight, "is missing".into()) };
            };
            let Some(own) = weights.remove(&bias) else { return problem(bias, "is missing".into()) };
            let inputs = layers.last().map_or(found.shape.get(1).copied().unwrap_or(0), |last| last.bias.len());
            if found.shape != [own.data.len(), inputs] || found.data.is_empty() {
                return problem(weight, format!("has the shape {:?}", found.shape));
            }
            layers.push(Layer::new(&found.data, own.data));
        }
    }

    /// Writes it as a safetensors file in half precision, with words about where it comes from.
    ///
    /// # Errors
    /// [`Error::System`] or [`Error::File`].
    pub fn save(&self, path: &Path, metadata: &BTreeMap<String, String>) -> Result<(), Error> {
        let tensors = self.layers.iter().enumerate().flat_map(|(number, layer)| {
            let [weight, bias] = names(number);
            let units = layer.bias.len();
            let shape = vec![units, layer.inputs()];
            [
                (weight, Weight { shape, data: layer.weight() }),
                (bias, Weight { shape: vec![units], data: layer.bias.clone() }),
            ]
        });
        write_tensors(path, &tensors.collect(), metadata, Precision::Half)
    }
}

/// The names of a layer's weights and biases in a file.
fn names(layer: usize) -> [String; 2] {
    ["weight", "bias"].map(|what| format!("{layer}.{what}"))
}
