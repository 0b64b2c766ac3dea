//! The network as a graph of tensors, with gradients.
//!
//! Llama's shape (Touvron et al., LLaMA, 2023, section 2): RMSNorm, rotary positions, shared key heads, SwiGLU, and the
//! embedding as head.

use super::ops::{Turns, attend, gate, linear, nats, norm};
use crate::{Config, Error, Weight};
use candle_core::{Device, Tensor, Var};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Samples that stand end to end; each looks back on itself alone and begins at place 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pack {
    /// What is read: every sample but its last id.
    pub ids: Vec<u32>,
    /// How many of the ids belong to each sample.
    pub lengths: Vec<usize>,
    /// The places in `ids` after which the next id counts, rising.
    pub scored: Vec<u32>,
    /// The next id at each of them.
    pub targets: Vec<u32>,
    /// How many ids the samples have in all, last ones included.
    pub tokens: usize,
}

impl Pack {
    /// Adds a sample of at least two ids; ids from `loss_from` on count, the first of all never does.
    pub fn add(&mut self, sample: &[u16], loss_from: usize) {
        let start = self.ids.len();
        let Some((_, read)) = sample.split_last().filter(|(_, read)| !read.is_empty()) else { return };
        self.ids.extend(read.iter().map(|&id| u32::from(id)));
        self.lengths.push(read.len());
        for (place, &id) in sample.iter().enumerate().skip(loss_from.max(1)) {
            self.scored.push((start + place - 1) as u32);
            self.targets.push(u32::from(id));
        }
        self.tokens += sample.len();
    }
}

/// A network in f32 on the processor.
#[derive(Debug, Clone)]
pub struct Network {
    config: Config,
    weights: BTreeMap<String, Tensor>,
    turns: Arc<Turns>,
}

impl Network {
    /// A network whose weights get gradients.
    ///
    /// # Errors
    /// [`Error::Config`], [`Error::Weight`] if one is missing or of another shape.
    pub fn learning(config: &Config, weights: &BTreeMap<String, Weight>) -> Result<Self, Error> {
        Network::new(config, weights, |tensor| Ok(Var::from_tensor(&tensor)?.into_inner()))
    }

    /// A network that only reads; no graph is kept.
    ///
    /// # Errors
    /// As [`Network::learning`].
    pub fn reading(config: &Config, weights: &BTreeMap<String, Weight>) -> Result<Self, Error> {
        Network::new(config, weights, Ok)
    }

    fn new(
        config: &Config,
        weights: &BTreeMap<String, Weight>,
        make: impl Fn(Tensor) -> Result<Tensor, Error>,
    ) -> Result<Self, Error> {
        config.check()?;
        let tensor = |(name, shape): (String, Vec<usize>)| {
            let wrong = |problem: String| Error::Weight { name: name.clone(), problem };
            let weight = weights.get(&name).ok_or_else(|| wrong("is missing".into()))?;
            if weight.shape != shape {
                return Err(wrong(format!("has the shape {:?} instead of {shape:?}", weight.shape)));
            }
            let tensor = make(Tensor::from_slice(&weight.data, shape, &Device::Cpu)?)?;
            Ok((name, tensor))
        };
        let weights = config.weights().into_iter().map(tensor).collect::<Result<_, Error>>()?;
        Ok(Network { config: config.clone(), weights, turns: Arc::new(Turns::new(config)) })
    }

    /// The weights by name.
    pub fn weights(&self) -> &BTreeMap<String, Tensor> {
        &self.weights
    }

    fn weight(&self, layer: usize, name: &str) -> Result<&Tensor, Error> {
        self.get(&format!("model.layers.{layer}.{name}.weight"))
    }

    fn get(&self, name: &str) -> Result<&Tensor, Error> {
        self.weights.get(name).ok_or_else(|| Error::Weight { name: name.to_owned(), problem: "is missing".into() })
    }

    /// The last layer's output after its norm: [ids, width].
    ///
    /// # Errors
    /// [`Error::Context`] if a sample is too long, [`Error::Id`], [`Error::Tensor`].
    fn states(&self, pack: &Pack) -> Result<Tensor, Error> {
        let context = self.config.max_position_embeddings;
        if let Some(&asked) = pack.lengths.iter().find(|&&length| length > context) {
            return Err(Error::Context { asked, context });
        }
        let last = self.config.vocab_size as u32 - 1;
        if let Some(&id) = pack.ids.iter().chain(&pack.targets).find(|&&id| id > last) {
            return Err(Error::Id { id, last });
        }
        let lengths = Arc::new(pack.lengths.clone());
        let eps = self.config.rms_norm_eps;
        let ids = Tensor::from_slice(&pack.ids, pack.ids.len(), &Device::Cpu)?;
        let mut x = self.get("model.embed_tokens.weight")?.index_select(&ids, 0)?;
        for layer in 0..self.config.num_hidden_layers {
            let part = |name: &str| self.weight(layer, name);
            let inward = [part("self_attn.q_proj")?, part("self_attn.k_proj")?, part("self_attn.v_proj")?];
            let h = linear(&norm(&x, part("input_layernorm")?, eps)?, &Tensor::cat(&inward, 0)?)?;
            x = (x + linear(&attend(&h, &self.turns, &lengths)?, part("self_attn.o_proj")?)?)?;
            let widen = Tensor::cat(&[part("mlp.gate_proj")?, part("mlp.up_proj")?], 0)?;
            let h = linear(&norm(&x, part("post_attention_layernorm")?, eps)?, &widen)?;
            x = (x + linear(&gate(&h)?, part("mlp.down_proj")?)?)?;
        }
        Ok(norm(&x, self.get("model.norm.weight")?, eps)?)
    }

    /// The logits after every id: [ids, vocabulary].
    ///
    /// # Errors
    /// [`Error::Context`] if a sample is too long, [`Error::Id`], [`Error::Tensor`].
    pub fn logits(&self, pack: &Pack) -> Result<Tensor, Error> {
        Ok(linear(&self.states(pack)?, self.get("model.embed_tokens.weight")?)?)
    }

    /// What the scored ids cost in all, in nats: one number, from which gradients flow.
    ///
    /// # Errors
    /// As [`Network::logits`].
    pub fn nats(&self, pack: &Pack) -> Result<Tensor, Error> {
        let scored = Tensor::from_slice(&pack.scored, pack.scored.len(), &Device::Cpu)?;
        let states = self.states(pack)?.index_select(&scored, 0)?;
        let logits = linear(&states, self.get("model.embed_tokens.weight")?)?;
        Ok(nats(&logits, Arc::new(pack.targets.clone()))?)
    }
}

/// The weights that a network begins with: normal with a deviation of 0.02, those that write into the residual stream
/// smaller by √(2 · layers) (Radford et al., GPT-2, 2019, section 2.3), norms at 1.
pub(super) fn first_weights(config: &Config, seed: u64) -> BTreeMap<String, Weight> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let deep = 1.0 / (2.0 * config.num_hidden_layers as f64).sqrt();
    let weight = |(name, shape): (String, Vec<usize>)| {
        let count = shape.iter().product();
        let inward = name.ends_with("o_proj.weight") || name.ends_with("down_proj.weight");
        let deviation = if inward { 0.02 * deep } else { 0.02 };
        let data = match shape.len() {
            1 => vec![1.0; count],
            _ => (0..count).map(|_| (deviation * normal(&mut rng)) as f32).collect(),
        };
        (name, Weight { shape, data })
    };
    config.weights().into_iter().map(weight).collect()
}

/// A normal number (Box and Muller, 1958).
fn normal(rng: &mut impl Rng) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}
