//! The style of a voice: vectors of ids that no music has, read before it.

use super::{STYLES, Voice};
use crate::train::normal;
use crate::{Config, Weight};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

/// The ids of a style prefix, which the vocabulary reserves.
pub const PREFIX: Range<u32> = 827..843;

/// The ids of a voice's words.
pub const WORDS: Range<u32> = 843..860;

/// The deviation of a style's first vectors from the vector that all reserved ids share.
const APART: f64 = 0.1;

/// Under which a voice's metadata keep its words, blanks between them, in the order of their ids.
pub(super) const WORD_LIST: &str = "words";

impl Voice {
    /// The voice with words that it will learn, at most as many as there are ids for; those that it knows stay as they
    /// are, and stay where they are.
    pub fn learning_words(mut self, words: &[String], config: &Config, seed: u64) -> Voice {
        let known = self.words();
        let new: Vec<&String> = words.iter().filter(|word| !known.contains(word)).collect();
        let new = &new[..new.len().min(WORDS.len() - known.len())];
        if new.is_empty() || config.vocab_size < WORDS.end as usize {
            return self;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ u64::from(WORDS.start));
        let more = vectors(new.len(), config.hidden_size, &mut rng).data;
        let empty = || Weight { shape: vec![0, config.hidden_size], data: Vec::new() };
        let all = self.weights.entry(STYLES[1].0.into()).or_insert_with(empty);
        all.data.extend(more);
        all.shape[0] += new.len();
        let list: Vec<&str> = known.iter().chain(new.iter().copied()).map(String::as_str).collect();
        self.metadata.insert(WORD_LIST.into(), list.join(" "));
        self
    }

    /// The words that it answers to, in the order of their ids.
    pub fn words(&self) -> Vec<String> {
        let list = self.metadata.get(WORD_LIST).map(String::as_str).unwrap_or_default();
        list.split_whitespace().map(str::to_owned).collect()
    }

    /// The voice with these words alone, in this order; one that it does not know says nothing to it.
    pub fn asked(&self, words: &[String]) -> Voice {
        let known = self.words();
        let mut voice = self.clone();
        let Some(all) = voice.weights.remove(STYLES[1].0) else { return voice };
        voice.metadata.insert(WORD_LIST.into(), words.join(" "));
        let width = all.shape.get(1).copied().unwrap_or(0);
        let row = |word: &String| match known.iter().position(|own| own == word) {
            Some(at) => all.data[at * width..(at + 1) * width].to_vec(),
            None => vec![0.0; width],
        };
        let data: Vec<f32> = words.iter().take(WORDS.len()).flat_map(row).collect();
        if !data.is_empty() {
            voice.weights.insert(STYLES[1].0.into(), Weight { shape: vec![data.len() / width, width], data });
        }
        voice
    }

    /// The ids that are always read before the music; none of a voice without a prefix.
    pub fn prefix(&self) -> Range<u32> {
        let count = self.weights.get(STYLES[0].0).and_then(|rows| rows.shape.first()).copied().unwrap_or(0);
        PREFIX.start..PREFIX.start + count as u32
    }
}

/// Vectors of a style that begins.
pub(super) fn vectors(count: usize, width: usize, rng: &mut ChaCha8Rng) -> Weight {
    Weight { shape: vec![count, width], data: (0..count * width).map(|_| (APART * normal(rng)) as f32).collect() }
}
