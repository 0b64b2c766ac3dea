//! Keys and values of what has been read.

use super::kernel::{Keys, PLACES, Values};
use half::f16;
use std::sync::Arc;

/// Keys and values of one run of tokens, in f16.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    /// By layer · key heads + head.
    heads: Vec<Head>,
}

/// What one key head remembers.
#[derive(Debug, Clone, Default)]
struct Head {
    places: usize,
    /// By blocks of places, as [`Keys`] has them.
    keys: Vec<f16>,
    /// [places, width]
    values: Vec<f16>,
}

impl Cache {
    /// An empty cache of so many layers and key heads in all.
    pub fn new(heads: usize) -> Self {
        Cache { heads: vec![Head::default(); heads] }
    }

    /// The first places of this cache, whose heads are so wide.
    pub fn beginning(&self, places: usize, width: usize) -> Cache {
        let cut = |head: &Head| {
            let places = places.min(head.places);
            let keys = head.keys[..places.next_multiple_of(PLACES) * width].to_vec();
            Head { places, keys, values: head.values[..places * width].to_vec() }
        };
        Cache { heads: self.heads.iter().map(cut).collect() }
    }

    /// How many places a head remembers.
    pub fn places(&self, at: usize) -> usize {
        self.heads[at].places
    }

    /// Adds a key and a value of equal width.
    pub fn push(&mut self, at: usize, key: &[f32], value: &[f32]) {
        let head = &mut self.heads[at];
        let (block, place) = (head.places / PLACES * PLACES * key.len(), head.places % PLACES);
        if place == 0 {
            head.keys.resize(block + PLACES * key.len(), f16::ZERO);
        }
        for (column, &number) in key.iter().enumerate() {
            head.keys[block + column * PLACES + place] = f16::from_f32(number);
        }
        head.values.extend(value.iter().map(|&number| f16::from_f32(number)));
        head.places += 1;
    }

    /// The first `places` of a head that is so wide.
    pub fn seen(&self, at: usize, places: usize, width: usize) -> (Keys<'_>, Values<'_>) {
        let head = &self.heads[at];
        (Keys { blocks: &head.keys, width, places }, Values { rows: &head.values[..places * width], width })
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
