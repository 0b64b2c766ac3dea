//! A small network that judges alternatives: signs of each in, one number out.
//!
//! One hidden layer with rectified units. It knows numbers, not music: what the signs say is its user's matter.

mod learn;

pub use learn::Lesson;

use crate::checkpoint::parse_tensors;
use crate::{Error, Precision, Weight, write_tensors};
use std::collections::BTreeMap;
use std::path::Path;

/// Names of the weights in a file, in the order of [`Critic`].
const NAMES: [&str; 4] = ["hidden.weight", "hidden.bias", "worth.weight", "worth.bias"];

/// The network.
#[derive(Debug, Clone, PartialEq)]
pub struct Critic {
    signs: usize,
    /// Row by row, a row for each hidden unit.
    hidden: Vec<f32>,
    bias: Vec<f32>,
    out: Vec<f32>,
    out_bias: f32,
}

impl Critic {
    /// How many signs it wants of each alternative.
    pub fn signs(&self) -> usize {
        self.signs
    }

    /// What an alternative is worth, 0..=1, the more the better. Signs that are missing count as 0.
    pub fn worth(&self, signs: &[f32]) -> f32 {
        let unit = |(row, bias): (&[f32], &f32)| {
            (row.iter().zip(signs).map(|(weight, sign)| weight * sign).sum::<f32>() + bias).max(0.0)
        };
        let hidden = self.hidden.chunks_exact(self.signs.max(1)).zip(&self.bias).map(unit);
        let sum: f32 = hidden.zip(&self.out).map(|(unit, weight)| unit * weight).sum();
        1.0 / (1.0 + (-(sum + self.out_bias)).exp())
    }

    /// The critic in the bytes of a safetensors file, which `path` only names.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Weight`] if one is missing or does not fit the others.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let (mut weights, _) = parse_tensors(path, bytes)?;
        let mut take = |name: &str| {
            let missing = || Error::Weight { name: name.to_owned(), problem: "is missing".into() };
            weights.remove(name).ok_or_else(missing)
        };
        let [hidden, bias, out, out_bias] = [take(NAMES[0])?, take(NAMES[1])?, take(NAMES[2])?, take(NAMES[3])?];
        let units = bias.data.len();
        let signs = hidden.shape.get(1).copied().unwrap_or(0);
        let fit = [(&hidden, units * signs), (&out, units), (&out_bias, 1)];
        if let Some(at) = fit.iter().position(|(weight, size)| weight.data.len() != *size) {
            let (name, problem) = (NAMES[[0, 2, 3][at]].to_owned(), format!("has the shape {:?}", fit[at].0.shape));
            return Err(Error::Weight { name, problem });
        }
        Ok(Critic { signs, hidden: hidden.data, bias: bias.data, out: out.data, out_bias: out_bias.data[0] })
    }

    /// Writes it as a safetensors file in half precision, with words about where it comes from.
    ///
    /// # Errors
    /// [`Error::System`] or [`Error::File`].
    pub fn save(&self, path: &Path, metadata: &BTreeMap<String, String>) -> Result<(), Error> {
        let units = self.bias.len();
        let shapes = [vec![units, self.signs], vec![units], vec![1, units], vec![1]];
        let data = [self.hidden.clone(), self.bias.clone(), self.out.clone(), vec![self.out_bias]];
        let named = NAMES.into_iter().zip(shapes.into_iter().zip(data));
        let weights = named.map(|(name, (shape, data))| (name.to_owned(), Weight { shape, data })).collect();
        write_tensors(path, &weights, metadata, Precision::Half)
    }
}
