//! A voice: what a network has learnt on top of another one, kept apart from it.
//!
//! A weight W of the base acts as W + s·(2·U·D + Δ), where s is the strength at which the voice is used. D (`lora_A`,
//! [rank, columns]) and U (`lora_B`, [rows, rank]) are the low-rank change of Hu et al. (LoRA, 2021, section 4.1, with
//! alpha at twice the rank), Δ a change of the whole weight. Which of them there are depends on how it learnt.
//!
//! A voice may also have a style: vectors of ids that no music has, read at the beginning of a window (Lester et al., The
//! Power of Scale for Parameter-Efficient Prompt Tuning, 2021, section 2). Those of [`PREFIX`] are always read, those of
//! [`WORDS`] when their words are asked for. They change what is read, never what is foretold: the head stays as it is.

mod blend;
mod part;
mod style;

pub use blend::STRONGEST;
pub(crate) use part::{EMBEDDING, Part, READ, SCALE, STYLES, low_names, part};
pub use style::{PREFIX, WORDS};

use crate::checkpoint::{read_tensors, write_tensors};
use crate::train::normal;
use crate::{Checkpoint, Config, Error, Precision, Weight};
use part::DELTA;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use style::{WORD_LIST, vectors};

/// The form of the file, in its metadata.
const FORM: (&str, &str) = ("form", "diabelli voice 1");

/// The largest rank.
const MOST_RANK: usize = 256;

/// What of a network learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Method {
    /// A low-rank change of every matrix inside the layers from `from` on; 1..=256.
    Lora {
        /// Rank of the changes.
        rank: usize,
        /// Layers below this one stay as they are.
        from: usize,
    },
    /// All of the last layers; 1 to as many as there are.
    Top {
        /// How many.
        layers: usize,
    },
    /// Every weight.
    Full,
    /// The vectors of a style prefix, and the norms.
    Prefix,
}

/// A change of a network's weights, by the names of its file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Voice {
    /// The tensors of the change.
    pub weights: BTreeMap<String, Weight>,
    /// Where it came from: the base's hash under `base`, and whatever else is known.
    pub metadata: BTreeMap<String, String>,
}

impl Voice {
    /// A voice that changes nothing yet: D is drawn evenly as for a layer of its width (Hu et al. after He et al.,
    /// 2015), U and Δ are zero. The vectors of a prefix begin a little apart from each other, so that they can differ.
    ///
    /// # Errors
    /// [`Error::Config`] with the value and its range if the method does not fit the network.
    pub fn begin(config: &Config, method: Method, seed: u64) -> Result<Voice, Error> {
        let layers = config.num_hidden_layers;
        let wrong = |what, value: usize, range: String| Err(Error::Config { what, value: value.to_string(), range });
        match method {
            Method::Lora { rank, .. } if !(1..=MOST_RANK).contains(&rank) => {
                return wrong("rank", rank, format!("1..={MOST_RANK}"));
            }
            Method::Lora { from, .. } if from >= layers => {
                return wrong("frozen layers", from, format!("0..={}", layers - 1));
            }
            Method::Top { layers: top } if !(1..=layers).contains(&top) => {
                return wrong("layers", top, format!("1..={layers}"));
            }
            Method::Prefix if config.vocab_size < WORDS.end as usize => {
                return wrong("vocab_size", config.vocab_size, format!("{} or more for a style", WORDS.end));
            }
            _ => {}
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let zero = |shape: Vec<usize>| Weight { data: vec![0.0; shape.iter().product()], shape };
        let mut weights = BTreeMap::new();
        for (name, shape) in config.weights() {
            let layer = layer(&name);
            match method {
                Method::Lora { rank, from } if shape.len() == 2 && layer.is_some_and(|layer| layer >= from) => {
                    let (down, up) = low_names(&name);
                    let deviation = 1.0 / (3.0 * shape[1] as f64).sqrt();
                    let data = (0..rank * shape[1]).map(|_| (deviation * normal(&mut rng)) as f32).collect();
                    weights.insert(down, Weight { shape: vec![rank, shape[1]], data });
                    weights.insert(up, zero(vec![shape[0], rank]));
                }
                Method::Top { layers: top } if layer.is_some_and(|layer| layer + top >= layers) => {
                    weights.insert(format!("{DELTA}{name}"), zero(shape));
                }
                Method::Full => {
                    weights.insert(format!("{DELTA}{name}"), zero(shape));
                }
                Method::Prefix if shape.len() == 1 => {
                    weights.insert(format!("{DELTA}{name}"), zero(shape));
                }
                _ => {}
            }
        }
        if method == Method::Prefix {
            weights.insert(STYLES[0].0.into(), vectors(PREFIX.len(), config.hidden_size, &mut rng));
        }
        Ok(Voice { weights, metadata: BTreeMap::new() })
    }

    /// Checks that every tensor belongs to a network of this shape.
    ///
    /// # Errors
    /// [`Error::Weight`] with the tensor and what is wrong with it.
    pub fn check(&self, config: &Config) -> Result<(), Error> {
        let shapes: BTreeMap<String, Vec<usize>> = config.weights().into_iter().collect();
        for (name, weight) in &self.weights {
            let wrong = |problem: String| Err(Error::Weight { name: name.clone(), problem });
            if let Some((_, ids)) = STYLES.iter().find(|(style, _)| style == name) {
                let fits = matches!(*weight.shape.as_slice(), [rows, width]
                    if (1..=ids.len()).contains(&rows) && width == config.hidden_size)
                    && config.vocab_size >= WORDS.end as usize;
                if !fits || !weight.data.iter().all(|number| number.is_finite()) {
                    return wrong(format!("has the shape {:?} or numbers that do not fit a style", weight.shape));
                }
                if *ids == WORDS && self.words().len() != weight.shape[0] && self.metadata.contains_key(WORD_LIST) {
                    return wrong(format!("has {} rows for {} words", weight.shape[0], self.words().len()));
                }
                continue;
            }
            let known = |weight: &str| shapes.get(weight).or_else(|| shapes.get(&format!("{weight}.weight")));
            let Some((part, shape)) = part(name).and_then(|part| {
                let (Part::Down(of) | Part::Up(of) | Part::Whole(of)) = part else { return None };
                Some((part, known(of)?))
            }) else {
                return wrong("belongs to no weight of this model; the voice was made for another one".into());
            };
            let fits = match (part, weight.shape.as_slice()) {
                (Part::Whole(_), own) => own == shape,
                (Part::Down(_), [rank, columns]) => shape.len() == 2 && *columns == shape[1] && self.pairs(name, *rank),
                (Part::Up(_), [rows, rank]) => shape.len() == 2 && *rows == shape[0] && self.pairs(name, *rank),
                _ => false,
            };
            if !fits {
                return wrong(format!("has the shape {:?}, which does not fit a weight of {shape:?}", weight.shape));
            }
            if !weight.data.iter().all(|number| number.is_finite()) {
                return wrong("holds numbers that are not finite".into());
            }
        }
        Ok(())
    }

    /// Whether D or U has its other half, of the same rank.
    fn pairs(&self, name: &str, rank: usize) -> bool {
        let (other, side) = match name.strip_suffix(".lora_A.weight") {
            Some(stem) => (format!("{stem}.lora_B.weight"), 1),
            None => (name.replace(".lora_B.", ".lora_A."), 0),
        };
        (1..=MOST_RANK).contains(&rank)
            && self.weights.get(&other).is_some_and(|other| other.shape.get(side) == Some(&rank))
    }

    /// Reads a voice from one file. Whether it fits a network is for [`Voice::check`] to say.
    ///
    /// # Errors
    /// [`Error::System`]; [`Error::File`] if it is no voice, a Python pickle among others.
    pub fn load(path: &Path) -> Result<Voice, Error> {
        let (weights, metadata) = read_tensors(path)?;
        if metadata.get(FORM.0).map(String::as_str) != Some(FORM.1) || weights.is_empty() {
            let reason = format!("it does not say that it is a {:?}; choose a file that Diabelli exported", FORM.1);
            return Err(Error::file(path, reason));
        }
        Ok(Voice { weights, metadata })
    }

    /// The best of a run that learnt a voice; if nothing was measured yet, the last.
    ///
    /// # Errors
    /// As [`Checkpoint::load`].
    pub fn from_run(run: &Path) -> Result<Voice, Error> {
        let (best, last) = (run.join("best"), run.join("last"));
        let Checkpoint { weights, metadata, .. } = Checkpoint::read(if best.is_dir() { &best } else { &last })?;
        Ok(Voice { weights, metadata })
    }

    /// Writes it to one file, in f16; the file is replaced whole.
    ///
    /// # Errors
    /// [`Error::System`] or [`Error::File`].
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let mut metadata = self.metadata.clone();
        metadata.insert(FORM.0.into(), FORM.1.into());
        write_tensors(path, &self.weights, &metadata, Precision::Half)
    }

    /// The voice at a share of its strength, which is what counts as 1 from then on.
    pub fn turned(&self, share: f32) -> Voice {
        let mut voice = self.clone();
        for (name, weight) in &mut voice.weights {
            // Of D and U one is enough.
            if !matches!(part(name), Some(Part::Down(_))) {
                weight.data.iter_mut().for_each(|number| *number *= share);
            }
        }
        voice
    }

    /// How many numbers it holds.
    pub fn size(&self) -> usize {
        self.weights.values().map(|weight| weight.data.len()).sum()
    }
}

/// The layer that a weight belongs to.
fn layer(name: &str) -> Option<usize> {
    name.strip_prefix("model.layers.")?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::first_weights;

    fn base() -> Checkpoint {
        let config = Config::tiny();
        Checkpoint { weights: first_weights(&config, 3), config, metadata: BTreeMap::new() }
    }

    /// Every method's voice, with numbers that change something.
    fn voices() -> Vec<Voice> {
        let methods = [Method::Lora { rank: 3, from: 1 }, Method::Top { layers: 1 }, Method::Full];
        let begun = methods.into_iter().map(|method| Voice::begin(&Config::tiny(), method, 7).unwrap());
        begun
            .map(|mut voice| {
                let data = voice.weights.values_mut().flat_map(|weight| &mut weight.data).enumerate();
                data.for_each(|(place, number)| *number += (place % 7) as f32 / 64.0 - 0.03125);
                voice
            })
            .collect()
    }

    #[test]
    fn a_voice_that_has_learnt_nothing_changes_nothing_at_any_strength() {
        let base = base();
        for method in [Method::Lora { rank: 4, from: 0 }, Method::Top { layers: 2 }, Method::Full] {
            let voice = Voice::begin(&base.config, method, 1).unwrap();
            assert_eq!(base.with_voices(&[(&voice, 1.5)]).unwrap().weights, base.weights, "{method:?}");
        }
    }

    #[test]
    fn strength_goes_in_a_straight_line_and_two_voices_add_up() {
        let base = base();
        let voices = voices();
        for voice in &voices {
            let at = |strength| base.with_voices(&[(voice, strength)]).unwrap().weights;
            let (half, whole) = (at(0.5), at(1.0));
            assert_ne!(whole, base.weights);
            assert_eq!(base.with_voices(&[(&voice.turned(0.5), 1.0)]).unwrap().weights, half);
            for (name, weight) in &base.weights {
                for ((half, whole), base) in half[name].data.iter().zip(&whole[name].data).zip(&weight.data) {
                    assert!((2.0 * half - whole - base).abs() < 1e-5);
                }
            }
        }
        let blend = base.with_voices(&[(&voices[0], 0.5), (&voices[2], 1.0)]).unwrap();
        let one_by_one = base.with_voices(&[(&voices[0], 0.5)]).unwrap().with_voices(&[(&voices[2], 1.0)]).unwrap();
        assert_eq!(blend.weights, one_by_one.weights);
    }

    #[test]
    fn layers_below_stay_as_they_are() {
        let base = base();
        for voice in &voices()[..2] {
            let changed = base.with_voices(&[(voice, 1.0)]).unwrap();
            for (name, weight) in &base.weights {
                let top = layer(name) == Some(1) && (weight.shape.len() == 2 || voice == &voices()[1]);
                assert_eq!(changed.weights[name] != *weight, top, "{name}");
            }
        }
    }

    #[test]
    fn a_file_comes_back_and_what_is_no_voice_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("voice.safetensors");
        let words = |voice: Result<Voice, Error>| voice.unwrap_err().to_string();
        for mut voice in voices() {
            // What f16 can hold.
            let data = voice.weights.values_mut().flat_map(|weight| &mut weight.data);
            data.for_each(|number| *number = (*number * 64.0).round() / 64.0);
            voice.metadata.insert("name".into(), "Reels".into());
            voice.save(&path).unwrap();
            let back = Voice::load(&path).unwrap();
            assert_eq!(back.weights, voice.weights);
            assert_eq!(back.metadata["name"], "Reels");
            back.check(&Config::tiny()).unwrap();
        }
        base().save(folder.path(), Precision::Half).unwrap();
        assert!(words(Voice::load(&folder.path().join("model.safetensors"))).contains("diabelli voice 1"));
        std::fs::write(&path, b"\x80\x04\x95 a pickle that is long enough to be one").unwrap();
        assert!(words(Voice::load(&path)).contains("pickle"));
    }

    #[test]
    fn what_does_not_fit_the_network_is_named() {
        let words = |voice: &Voice| base().with_voices(&[(voice, 1.0)]).unwrap_err().to_string();
        let mut voice = voices().remove(0);
        let (down, up) = low_names("model.layers.1.self_attn.q_proj.weight");
        let kept = voice.weights.remove(&up).unwrap();
        assert!(words(&voice).contains(&down), "{}", words(&voice));
        voice.weights.insert(up.clone(), Weight { shape: vec![kept.shape[0], 2], data: vec![0.0; kept.shape[0] * 2] });
        assert!(words(&voice).contains("does not fit"));
        voice.weights.insert(up.clone(), kept);
        assert!(base().with_voices(&[(&voice, 1.0)]).is_ok());
        voice.weights.get_mut(&up).unwrap().data[0] = f32::INFINITY;
        assert!(words(&voice).contains("not finite"));
        let voice = voices().remove(1);
        assert!(base().with_voices(&[(&voice, 1.6)]).unwrap_err().to_string().contains("0..=1.5"));
        let mut other = Voice::default();
        other
            .weights
            .insert("delta.model.layers.9.input_layernorm.weight".into(), Weight { shape: vec![1], data: vec![0.0] });
        assert!(words(&other).contains("another one"));
        assert!(Voice::begin(&Config::tiny(), Method::Lora { rank: 0, from: 0 }, 1).is_err());
        assert!(Voice::begin(&Config::tiny(), Method::Top { layers: 3 }, 1).is_err());
    }
}
