//! How well a network foretells what it has not learned from.

use super::gradients::unless;
use super::network::Look;
use super::ops::Place;
use super::shards::PACK;
use super::{Network, Shard};
use crate::{Checkpoint, Error};
use std::sync::atomic::AtomicBool;

/// The cost of the held-out samples, averaged over collections by weight; within one it is all bits over all tokens or
/// notes.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// Bits of a scored token.
    pub bits_per_token: f64,
    /// All scored tokens' bits by scored notes: the one figure that is reported.
    pub bits_per_note: f64,
    /// Scored tokens.
    pub tokens: u64,
    /// Scored notes.
    pub notes: u64,
    /// Bits per note of each collection that has any, in the order of the shard.
    pub collections: Vec<(String, f64)>,
}

impl Held {
    /// Measures the network of a checkpoint, in f32.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if the flag is raised, [`Error::Shard`] if no scored notes are there, [`Error::Tensor`].
    pub fn of(checkpoint: &Checkpoint, shard: &Shard, cancel: &AtomicBool) -> Result<Held, Error> {
        let Checkpoint { config, weights, .. } = checkpoint;
        let network = Network::reading(config, weights, Place::Processor)?;
        Held::measure(&network, shard, config.max_position_embeddings, cancel)
    }

    /// Measures a network.
    ///
    /// # Errors
    /// [`Error::Cancelled`] if the flag is raised, [`Error::Shard`] if no scored notes are there, [`Error::Tensor`].
    pub fn measure(network: &Network, shard: &Shard, context: usize, cancel: &AtomicBool) -> Result<Held, Error> {
        Held::measure_unless(network, shard, context, &unless(cancel))
    }

    fn measure_unless(network: &Network, shard: &Shard, context: usize, look: Look) -> Result<Held, Error> {
        let mut held = Held { bits_per_token: 0.0, bits_per_note: 0.0, tokens: 0, notes: 0, collections: Vec::new() };
        let mut whole = 0.0;
        for (group, (name, share)) in shard.collections().iter().zip(shard.shares()).enumerate() {
            let mut ordered = shard.of_group(group).to_vec();
            ordered.sort_by_key(|&index| (shard.sample(index).length, index));
            let notes: u64 = ordered.iter().map(|&index| shard.sample(index).notes).sum();
            if notes == 0 {
                continue;
            }
            let (mut nats, mut tokens) = (0.0, 0);
            for pack in shard.packs(&ordered, (context, PACK)) {
                if !pack.scored.is_empty() {
                    nats += f64::from(network.nats_unless(&pack, look)?.to_scalar::<f32>()?);
                    tokens += pack.scored.len() as u64;
                }
            }
            let bits = nats / std::f64::consts::LN_2;
            held.bits_per_token += share * bits / tokens.max(1) as f64;
            held.bits_per_note += share * bits / notes as f64;
            held.tokens += tokens;
            held.notes += notes;
            held.collections.push((name.clone(), bits / notes as f64));
            whole += share;
        }
        if whole == 0.0 {
            let reason = "no collection with a weight above 0 has scored notes".into();
            return Err(Error::Shard { path: shard.path().to_owned(), reason });
        }
        held.bits_per_token /= whole;
        held.bits_per_note /= whole;
        Ok(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;
    use crate::train::first_weights;
    use std::cell::Cell;

    #[test]
    fn it_is_looked_before_every_layer_of_every_pack_and_nothing_is_done_after_a_no() {
        let folder = tempfile::tempdir().unwrap();
        let ids: Vec<u8> = (0..4000_u16).flat_map(|place| (8 + place % 40).to_le_bytes()).collect();
        std::fs::write(folder.path().join("valid.bin"), &ids).unwrap();
        let samples: Vec<String> = (0..40).map(|at| format!("[{}, 100, 0, 9, 0]", 100 * at)).collect();
        let samples = samples.join(", ");
        let about =
            format!(r#"{{"vocab_size": 864, "groups": ["one"], "weights": {{"one": 1.0}}, "samples": [{samples}]}}"#);
        std::fs::write(folder.path().join("valid.json"), about).unwrap();
        let shard = Shard::open(folder.path(), "valid").unwrap();
        let config = Config::tiny();
        let network = Network::reading(&config, &first_weights(&config, 3), Place::Processor).unwrap();
        let looks = |no: usize| {
            let asked = Cell::new(0);
            let look = || {
                asked.set(asked.get() + 1);
                if asked.get() > no { Err(Error::Cancelled) } else { Ok(()) }
            };
            let ended = Held::measure_unless(&network, &shard, config.max_position_embeddings, &look);
            (asked.get(), ended.is_ok())
        };
        let packs = 4000_usize.div_ceil(PACK);
        let (whole, done) = looks(usize::MAX);
        assert!(done && whole >= packs * config.num_hidden_layers, "{whole} looks in {packs} packs");
        for no in 0..whole {
            assert_eq!(looks(no), (no + 1, false));
        }
    }
}
