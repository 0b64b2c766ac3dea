//! What stands in front of the music that a voice learns from: its prefix, and the words of each piece.

use corpus::intake::Piece;
use corpus::sample::Sample;
use corpus::shard::Shard;
use model::{Voice, WORDS};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeMap;
use tokens::vocabulary::Id;

/// How often a word of a piece is said while it is learnt: the voice is to write like its folder without them, too.
const SAID: f64 = 0.5;

/// The ids of a voice that stand behind BOS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    prefix: Vec<Id>,
    words: Vec<String>,
}

impl Style {
    /// That of a voice, as it learns.
    pub fn of(voice: &Voice) -> Style {
        Style { prefix: voice.prefix().map(|id| id as Id).collect(), words: voice.words() }
    }

    /// The most ids that it takes from a window.
    pub fn len(&self) -> usize {
        self.prefix.len() + self.words.len()
    }

    /// A window with the prefix in front, without a word.
    pub fn dress(&self, sample: Sample) -> Sample {
        put(sample, &self.prefix)
    }

    /// A window with the prefix and all words of its piece in front.
    pub fn told(&self, piece: &Piece, sample: Sample) -> Sample {
        put(sample, &self.said(piece, |_| true))
    }

    /// The ids of a piece's words that are said.
    fn said(&self, piece: &Piece, mut say: impl FnMut(&str) -> bool) -> Vec<Id> {
        let known = self.words.iter().enumerate().filter(|(_, word)| piece.words.contains(word));
        let words = known.filter(|(_, word)| say(word)).map(|(at, _)| WORDS.start as Id + at as Id);
        self.prefix.iter().copied().chain(words).collect()
    }

    /// Puts itself in front of all that is learnt: of the folder's pieces, which are groups by their files, with each of
    /// their words now and then.
    pub fn dress_all(&self, shard: &mut Shard, pieces: &[Piece], seed: u64) {
        let by_file: BTreeMap<&str, &Piece> = pieces.iter().map(|piece| (piece.file.as_str(), piece)).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for (name, _, samples) in &mut shard.groups {
            let piece = by_file.get(name.as_str());
            for sample in samples {
                let ids = match piece {
                    Some(piece) => self.said(piece, |_| rng.random_bool(SAID)),
                    None => self.prefix.clone(),
                };
                *sample = put(std::mem::replace(sample, Sample { ids: Vec::new(), loss_from: 0, notes: 0 }), &ids);
            }
        }
    }

    /// Whether a voice answers to a word of these pieces.
    pub fn tells(&self, pieces: &[Piece]) -> bool {
        pieces.iter().any(|piece| self.words.iter().any(|word| piece.words.contains(word)))
    }
}

/// A window with ids behind its BOS, which nobody has to foretell.
fn put(mut sample: Sample, ids: &[Id]) -> Sample {
    if !ids.is_empty() {
        sample.loss_from = sample.loss_from.max(1) + ids.len();
        sample.ids.splice(1..1, ids.iter().copied());
    }
    sample
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Config, Method};

    #[test]
    fn a_style_is_read_and_never_scored() {
        let words = ["slow".to_owned(), "sad".to_owned()];
        let config = Config::tiny();
        let voice = Voice::begin(&config, Method::Prefix, 1).unwrap().learning_words(&words, &config, 1);
        let style = Style::of(&voice);
        assert_eq!(style.len(), 18);
        let plain = Sample { ids: vec![1, 72, 120, 2], loss_from: 0, notes: 1 };
        let dressed = style.dress(plain.clone());
        assert_eq!((dressed.ids.len(), dressed.loss_from), (20, 17), "the first bar is the first that counts");
        assert_eq!((dressed.ids[0], dressed.ids[1], dressed.ids[17]), (1, 827, 72));
        let none = Style { prefix: Vec::new(), words: Vec::new() };
        assert_eq!(none.dress(plain.clone()), plain);
    }

    #[test]
    fn style_ids_are_free_in_the_vocabulary() {
        let ids = model::PREFIX.chain(WORDS);
        assert!(ids.into_iter().all(|id| tokens::vocabulary::name(id as Id).starts_with("RESERVED")));
        assert!(WORDS.end as usize <= tokens::vocabulary::SIZE);
    }
}
