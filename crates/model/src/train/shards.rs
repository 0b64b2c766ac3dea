//! Training data: ids and where its samples lie (docs/tokens.md, section 8).

use super::Pack;
use crate::Error;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The largest shard that is read, in bytes.
const MAX_BYTES: u64 = 4 << 30;

/// Tokens that are read at once; more would only need more memory. A longer sample stands alone.
pub(super) const PACK: usize = 2048;

/// What is learned from and what is held out.
#[derive(Debug, Clone)]
pub struct Shards {
    /// What is learned from.
    pub train: Shard,
    /// What is held out.
    pub valid: Shard,
}

impl Shards {
    /// Reads `train` and `valid` of a folder and checks every sample and id.
    ///
    /// # Errors
    /// [`Error::System`], or [`Error::Shard`] with the file, the place and what is wrong.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let (train, valid) = (Shard::open(folder, "train")?, Shard::open(folder, "valid")?);
        if train.vocabulary != valid.vocabulary {
            let reason = format!("vocab_size is {}, but {} in train.json", valid.vocabulary, train.vocabulary);
            return Err(Error::Shard { path: folder.join("valid.json"), reason });
        }
        Ok(Shards { train, valid })
    }
}

/// Samples of several collections.
#[derive(Debug, Clone)]
pub struct Shard {
    path: PathBuf,
    ids: Vec<u16>,
    vocabulary: usize,
    groups: Vec<String>,
    /// The share of each collection.
    weights: Vec<f64>,
    samples: Vec<Sample>,
    /// The samples of each collection.
    of_group: Vec<Vec<usize>>,
}

/// One window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub offset: usize,
    pub length: usize,
    pub loss_from: usize,
    pub notes: u64,
}

#[derive(Deserialize)]
struct About {
    vocab_size: usize,
    groups: Vec<String>,
    weights: BTreeMap<String, f64>,
    samples: Vec<[u64; 5]>,
}

impl Shard {
    /// Reads `NAME.bin` and `NAME.json`.
    ///
    /// # Errors
    /// As [`Shards::open`].
    pub fn open(folder: &Path, name: &str) -> Result<Self, Error> {
        let (path, about) = (folder.join(format!("{name}.bin")), folder.join(format!("{name}.json")));
        let read = |path: &Path| {
            let size = std::fs::metadata(path).map_err(Error::system("open", path))?.len();
            if size > MAX_BYTES {
                return Err(wrong(path, format!("it has {size} bytes, more than the {MAX_BYTES} that are read")));
            }
            std::fs::read(path).map_err(Error::system("read", path))
        };
        let bytes = read(&path)?;
        let (pairs, rest) = bytes.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(wrong(&path, format!("byte {} is half an id; ids have two bytes", bytes.len() - 1)));
        }
        let ids: Vec<u16> = pairs.iter().map(|&pair| u16::from_le_bytes(pair)).collect();
        let text: About = serde_json::from_slice(&read(&about)?).map_err(|error| wrong(&about, error.to_string()))?;
        if let Some(place) = ids.iter().position(|&id| usize::from(id) >= text.vocab_size) {
            let (id, byte, size) = (ids[place], 2 * place, text.vocab_size);
            let reason = format!("id {id} at byte {byte} is outside a vocabulary of {size}");
            return Err(wrong(&path, reason));
        }
        let mut shard = Shard {
            path: about.clone(),
            weights: text.groups.iter().map(|group| text.weights.get(group).copied().unwrap_or(0.0)).collect(),
            of_group: vec![Vec::new(); text.groups.len()],
            samples: Vec::with_capacity(text.samples.len()),
            vocabulary: text.vocab_size,
            groups: text.groups,
            ids,
        };
        for (index, sample) in text.samples.iter().enumerate() {
            shard.add(*sample).map_err(|problem| wrong(&about, format!("sample {index} {sample:?} {problem}")))?;
        }
        if let Some(weight) = shard.weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
            return Err(wrong(&about, format!("a weight is {weight}; weights are 0 or more")));
        }
        if shard.shares().iter().all(|share| *share == 0.0) {
            return Err(wrong(&about, "no collection with a weight above 0 has a sample".into()));
        }
        Ok(shard)
    }

    fn add(&mut self, [offset, length, loss_from, notes, group]: [u64; 5]) -> Result<(), String> {
        let (size, groups) = (self.ids.len() as u64, self.groups.len() as u64);
        if length < 2 || offset.checked_add(length).is_none_or(|end| end > size) {
            return Err(format!("is no window of at least 2 of the {size} ids"));
        }
        if loss_from >= length {
            return Err(format!("scores nothing: loss_from has to be below {length}"));
        }
        if group >= groups {
            return Err(format!("is of a collection beyond the {groups} there are"));
        }
        self.of_group[group as usize].push(self.samples.len());
        let (offset, length, loss_from) = (offset as usize, length as usize, loss_from as usize);
        self.samples.push(Sample { offset, length, loss_from, notes });
        Ok(())
    }

    /// Its description.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many ids there are to choose from.
    pub fn vocabulary(&self) -> usize {
        self.vocabulary
    }

    /// How many ids it holds.
    pub fn tokens(&self) -> usize {
        self.ids.len()
    }

    /// Its collections, in the order of their numbers.
    pub fn collections(&self) -> &[String] {
        &self.groups
    }

    /// The weights of collections; 0 for those without samples.
    pub(super) fn shares(&self) -> Vec<f64> {
        let share = |(weight, samples): (&f64, &Vec<usize>)| if samples.is_empty() { 0.0 } else { *weight };
        self.weights.iter().zip(&self.of_group).map(share).collect()
    }

    pub(super) fn sample(&self, index: usize) -> Sample {
        self.samples[index]
    }

    pub(super) fn of_group(&self, group: usize) -> &[usize] {
        &self.of_group[group]
    }

    /// What one step learns from, a function of seed and step: collections are drawn by weight and samples evenly
    /// within one, until there are so many tokens; longer samples are cut at the context.
    pub(super) fn step(&self, seed: u64, step: u64, tokens: usize, (context, pack): (usize, usize)) -> Vec<Pack> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(step);
        let shares = self.shares();
        let whole: f64 = shares.iter().sum();
        let (mut chosen, mut total) = (Vec::new(), 0);
        while total < tokens {
            let mut left = rng.random::<f64>() * whole;
            let mut group = shares.iter().rposition(|share| *share > 0.0).unwrap_or(0);
            for (index, share) in shares.iter().enumerate() {
                if left < *share {
                    group = index;
                    break;
                }
                left -= share;
            }
            let samples = &self.of_group[group];
            let index = samples[rng.random_range(0..samples.len())];
            total += self.samples[index].length.min(context);
            chosen.push(index);
        }
        self.packs(&chosen, (context, pack))
    }

    /// Samples end to end, by number, each cut at the context; numbers beyond the last are left out.
    pub fn pack(&self, chosen: &[usize], context: usize) -> Pack {
        let mut pack = Pack::default();
        for Sample { offset, length, loss_from, .. } in chosen.iter().filter_map(|&index| self.samples.get(index)) {
            pack.add(&self.ids[*offset..offset + (*length).min(context)], *loss_from);
        }
        pack
    }

    /// Samples in this order, each cut at the context, end to end, in packs of so many tokens.
    pub(super) fn packs(&self, chosen: &[usize], (context, size): (usize, usize)) -> Vec<Pack> {
        let mut packs: Vec<Pack> = Vec::new();
        for &index in chosen {
            let Sample { offset, length, loss_from, notes } = self.samples[index];
            let length = length.min(context);
            let ids = &self.ids[offset..offset + length];
            if packs.last().is_none_or(|pack| pack.tokens + length > size) {
                packs.push(Pack::default());
            }
            if let Some(pack) = packs.last_mut() {
                pack.add(ids, loss_from);
                pack.notes += notes;
            }
        }
        packs
    }
}

fn wrong(path: &Path, reason: String) -> Error {
    Error::Shard { path: path.to_owned(), reason }
}
