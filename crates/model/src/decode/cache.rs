//! Keys and values of what has been read.

use half::f16;
use std::sync::Arc;

/// Keys and values of one run of tokens, in f16: for each layer and each key head `[places, head width]`.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    /// By layer · key heads + head.
    pub keys: Vec<Vec<f16>>,
    /// As the keys.
    pub values: Vec<Vec<f16>>,
}

impl Cache {
    /// An empty cache of so many layers and key heads in all.
    pub fn new(heads: usize) -> Self {
        Cache { keys: vec![Vec::new(); heads], values: vec![Vec::new(); heads] }
    }

    /// The first places of this cache.
    pub fn beginning(&self, places: usize, width: usize) -> Cache {
        let cut = |all: &[Vec<f16>]| all.iter().map(|one| one[..(places * width).min(one.len())].to_vec()).collect();
        Cache { keys: cut(&self.keys), values: cut(&self.values) }
    }
}

/// A prompt that has been read; cheap to clone and shared by all sequences that go on from it.
#[derive(Debug, Clone)]
pub struct Prompt(pub(crate) Arc<Read>);

#[derive(Debug)]
pub(crate) struct Read {
    pub ids: Vec<u32>,
    pub cache: Cache,
    /// What may follow the last token.
    pub logits: Vec<f32>,
}

impl Prompt {
    /// Its ids.
    pub fn ids(&self) -> &[u32] {
        &self.0.ids
    }

    /// The logits [vocabulary] of what follows it.
    pub fn logits(&self) -> &[f32] {
        &self.0.logits
    }
}
