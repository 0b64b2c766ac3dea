//! The network as a graph of tensors, with gradients.
//!
//! Llama's shape (Touvron et al., LLaMA, 2023, section 2): RMSNorm, rotary positions, shared key heads, SwiGLU, and the
//! embedding as head.

use super::dropout::Dropout;
use super::ops::{Place, Turns};
use crate::voice::{EMBEDDING, Part, READ, SCALE, STYLES, low_names, part};
use crate::{Checkpoint, Config, Error, Voice, Weight};
use candle_core::{DType, Tensor, Var};
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
    /// How many notes the ids that count have, as their samples say.
    pub notes: u64,
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

/// Asked while something is computed; an error ends that.
pub(super) type Look<'a> = &'a dyn Fn() -> Result<(), Error>;

/// A network in f32.
#[derive(Debug)]
pub struct Network {
    config: Config,
    place: Place,
    /// Every weight, with the changes of whole weights in it.
    weights: BTreeMap<String, Tensor>,
    /// What low-rank changes there are: D and U of a weight.
    lows: BTreeMap<String, (Tensor, Tensor)>,
    /// What is read of each id, where a style makes that another thing than the embedding.
    read: Option<Tensor>,
    /// What gets gradients.
    parameters: BTreeMap<String, Tensor>,
    turns: Arc<Turns>,
    dropout: Option<Dropout>,
}

impl Network {
    /// A network whose weights get gradients.
    ///
    /// # Errors
    /// [`Error::Config`], [`Error::Weight`] if one is missing or of another shape.
    pub fn learning(config: &Config, weights: &BTreeMap<String, Weight>, place: Place) -> Result<Self, Error> {
        let variables = tensors(config, weights, &place, |tensor| Ok(Var::from_tensor(&tensor)?.into_inner()))?;
        Network::new(config, place, variables.clone(), variables)
    }

    /// A network that only reads; no graph is kept.
    ///
    /// # Errors
    /// As [`Network::learning`].
    pub fn reading(config: &Config, weights: &BTreeMap<String, Weight>, place: Place) -> Result<Self, Error> {
        let weights_there = tensors(config, weights, &place, Ok)?;
        let network = Network::new(config, place, weights_there, BTreeMap::new())?;
        let tensor =
            |weight: &Weight| Tensor::from_slice(&weight.data, weight.shape.as_slice(), network.place.device());
        Ok(Network { read: weights.get(READ).map(tensor).transpose()?, ..network })
    }

    /// A network that stays as it is, with a voice that gets gradients.
    ///
    /// # Errors
    /// As [`Network::learning`], of the voice too.
    pub fn adapting(base: &Checkpoint, voice: &Voice, place: Place) -> Result<Self, Error> {
        voice.check(&base.config)?;
        let variable = |weight: &Weight| {
            let tensor = Tensor::from_slice(&weight.data, weight.shape.as_slice(), place.device())?;
            Ok::<_, Error>(Var::from_tensor(&tensor)?.into_inner())
        };
        let parameters: BTreeMap<String, Tensor> = voice
            .weights
            .iter()
            .map(|(name, weight)| Ok((name.clone(), variable(weight)?)))
            .collect::<Result<_, Error>>()?;
        let weights = tensors(&base.config, &base.weights, &place, Ok)?;
        let mut network = Network::new(&base.config, place, weights, parameters)?;
        for (name, change) in &network.parameters {
            match part(name) {
                Some(Part::Whole(of)) => {
                    if let Some(weight) = network.weights.get_mut(of) {
                        *weight = (&*weight + change)?;
                    }
                }
                Some(Part::Down(of)) => {
                    let of = format!("{of}.weight");
                    if let Some(up) = network.parameters.get(&low_names(&of).1) {
                        network.lows.insert(of, (change.clone(), up.clone()));
                    }
                }
                Some(Part::Up(_) | Part::Rows(_)) | None => {}
            }
        }
        network.read = network.with_styles()?;
        Ok(network)
    }

    /// The embedding with the vectors of a style added to those of its ids.
    fn with_styles(&self) -> Result<Option<Tensor>, Error> {
        let (embedding, width, device) = (self.get(EMBEDDING)?, self.config.hidden_size, self.place.device());
        let styles: Vec<(u32, &Tensor)> =
            STYLES.iter().filter_map(|(name, ids)| Some((ids.start, self.parameters.get(*name)?))).collect();
        if styles.is_empty() {
            return Ok(None);
        }
        let mut change = Vec::new();
        let mut done = 0;
        for (first, rows) in styles {
            change.push(Tensor::zeros((first as usize - done, width), DType::F32, device)?);
            done = first as usize + rows.dim(0)?;
            change.push(rows.clone());
        }
        change.push(Tensor::zeros((self.config.vocab_size - done, width), DType::F32, device)?);
        change.retain(|part| part.elem_count() > 0);
        Ok(Some((embedding + Tensor::cat(&change, 0)?)?))
    }

    /// Lets a share of what low-rank changes read be zero, another one for each step of each run.
    pub fn with_dropout(self, share: f64, seed: u64, step: u64) -> Self {
        let dropout = (share > 0.0).then(|| Dropout::new(share, seed, step));
        Network { dropout, ..self }
    }

    fn new(
        config: &Config,
        place: Place,
        weights: BTreeMap<String, Tensor>,
        parameters: BTreeMap<String, Tensor>,
    ) -> Result<Self, Error> {
        config.check()?;
        let turns = Arc::new(Turns::new(config));
        Ok(Network {
            config: config.clone(),
            place,
            weights,
            lows: BTreeMap::new(),
            parameters,
            read: None,
            turns,
            dropout: None,
        })
    }

    /// What gets gradients, by name.
    pub fn parameters(&self) -> &BTreeMap<String, Tensor> {
        &self.parameters
    }

    fn get(&self, name: &str) -> Result<&Tensor, Error> {
        self.weights.get(name).ok_or_else(|| Error::Weight { name: name.to_owned(), problem: "is missing".into() })
    }

    fn norm(&self, x: &Tensor, layer: usize, name: &str) -> Result<Tensor, Error> {
        Ok(self.place.norm(x, self.get(&name_of(layer, name))?, self.config.rms_norm_eps)?)
    }

    /// Rows times matrices of a layer, side by side.
    fn project(&self, x: &Tensor, layer: usize, names: &[&str]) -> Result<Tensor, Error> {
        let names: Vec<String> = names.iter().map(|name| name_of(layer, name)).collect();
        let all = names.iter().map(|name| self.get(name)).collect::<Result<Vec<_>, _>>()?;
        let out = match all.as_slice() {
            [one] => self.place.linear(x, one)?,
            all => self.place.linear(x, &Tensor::cat(all, 0)?)?,
        };
        let lows: Vec<&(Tensor, Tensor)> = names.iter().filter_map(|name| self.lows.get(name)).collect();
        if lows.is_empty() {
            return Ok(out);
        }
        // A voice changes all matrices of a layer or none.
        let downs: Vec<&Tensor> = lows.iter().map(|(down, _)| down).collect();
        let x = self.dropout.as_ref().map_or(Ok(x.clone()), |dropout| dropout.thin(x, &self.place))?;
        let narrow = self.place.linear(&x, &Tensor::cat(&downs, 0)?)?;
        let ups: Vec<&Tensor> = lows.iter().map(|(_, up)| up).collect();
        let rows = ups.iter().map(|up| up.dim(0)).collect::<Result<Vec<_>, _>>()?;
        Ok(self.place.lowered(&out, &narrow, &Tensor::cat(&ups, 0)?, rows, SCALE)?)
    }

    /// What the first layer reads: [ids, width].
    ///
    /// # Errors
    /// [`Error::Context`] if a sample is too long, [`Error::Id`], [`Error::Tensor`].
    pub(super) fn enter(&self, pack: &Pack) -> Result<Tensor, Error> {
        let context = self.config.max_position_embeddings;
        if let Some(&asked) = pack.lengths.iter().find(|&&length| length > context) {
            return Err(Error::Context { asked, context });
        }
        let last = self.config.vocab_size as u32 - 1;
        if let Some(&id) = pack.ids.iter().chain(&pack.targets).find(|&&id| id > last) {
            return Err(Error::Id { id, last });
        }
        let ids = Tensor::from_slice(&pack.ids, pack.ids.len(), self.place.device())?;
        let read = self.read.as_ref().map_or_else(|| self.get(EMBEDDING), Ok)?;
        Ok(read.index_select(&ids, 0)?)
    }

    /// What a layer makes of what it reads.
    pub(super) fn layer(&self, layer: usize, x: &Tensor, lengths: &Arc<Vec<usize>>) -> Result<Tensor, Error> {
        let inward = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"];
        let h = self.project(&self.norm(x, layer, "input_layernorm")?, layer, &inward)?;
        let x = (x + self.project(&self.place.attend(&h, &self.turns, lengths)?, layer, &["self_attn.o_proj"])?)?;
        let widen = ["mlp.gate_proj", "mlp.up_proj"];
        let h = self.project(&self.norm(&x, layer, "post_attention_layernorm")?, layer, &widen)?;
        Ok((&x + self.project(&self.place.gate(&h)?, layer, &["mlp.down_proj"])?)?)
    }

    /// How many layers there are.
    pub(super) fn layers(&self) -> usize {
        self.config.num_hidden_layers
    }

    /// What the scored ids cost in all after the last layer.
    pub(super) fn leave(&self, x: &Tensor, pack: &Pack) -> Result<Tensor, Error> {
        let scored = Tensor::from_slice(&pack.scored, pack.scored.len(), self.place.device())?;
        let states = self.last_norm(x)?.index_select(&scored, 0)?;
        let logits = self.place.linear(&states, self.get(EMBEDDING)?)?;
        Ok(self.place.nats(&logits, &pack.targets)?)
    }

    fn last_norm(&self, x: &Tensor) -> Result<Tensor, Error> {
        Ok(self.place.norm(x, self.get("model.norm.weight")?, self.config.rms_norm_eps)?)
    }

    /// The last layer's output: [ids, width]. `look` is asked before each layer whether to go on.
    fn through(&self, pack: &Pack, look: Look) -> Result<Tensor, Error> {
        let lengths = Arc::new(pack.lengths.clone());
        let mut x = self.enter(pack)?;
        for layer in 0..self.layers() {
            look()?;
            x = self.layer(layer, &x, &lengths)?;
        }
        Ok(x)
    }

    /// The logits after every id: [ids, vocabulary].
    ///
    /// # Errors
    /// [`Error::Context`] if a sample is too long, [`Error::Id`], [`Error::Tensor`].
    pub fn logits(&self, pack: &Pack) -> Result<Tensor, Error> {
        let states = self.last_norm(&self.through(pack, &|| Ok(()))?)?;
        Ok(self.place.linear(&states, self.get(EMBEDDING)?)?)
    }

    /// What the scored ids cost in all, in nats: one number, from which gradients flow.
    ///
    /// # Errors
    /// As [`Network::logits`].
    pub fn nats(&self, pack: &Pack) -> Result<Tensor, Error> {
        self.nats_unless(pack, &|| Ok(()))
    }

    /// As [`Network::nats`]; `look` is asked before each layer whether to go on.
    pub(super) fn nats_unless(&self, pack: &Pack, look: Look) -> Result<Tensor, Error> {
        self.leave(&self.through(pack, look)?, pack)
    }
}

fn name_of(layer: usize, name: &str) -> String {
    format!("model.layers.{layer}.{name}.weight")
}

/// A tensor of each weight of a network.
fn tensors(
    config: &Config,
    weights: &BTreeMap<String, Weight>,
    place: &Place,
    make: impl Fn(Tensor) -> Result<Tensor, Error>,
) -> Result<BTreeMap<String, Tensor>, Error> {
    let tensor = |(name, shape): (String, Vec<usize>)| {
        let wrong = |problem: String| Error::Weight { name: name.clone(), problem };
        let weight = weights.get(&name).ok_or_else(|| wrong("is missing".into()))?;
        if weight.shape != shape {
            return Err(wrong(format!("has the shape {:?} instead of {shape:?}", weight.shape)));
        }
        let tensor = make(Tensor::from_slice(&weight.data, shape, place.device())?)?;
        Ok((name, tensor))
    };
    config.weights().into_iter().map(tensor).collect()
}

/// The weights that a network begins with: normal with a deviation of 0.02, those that write into the residual stream
/// smaller by √(2 · layers) (Radford et al., GPT-2, 2019, section 2.3), norms at 1.
pub(crate) fn first_weights(config: &Config, seed: u64) -> BTreeMap<String, Weight> {
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
pub(crate) fn normal(rng: &mut impl Rng) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random(), rng.random());
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}
