//! The decoder against candle's own Llama, and against itself.
#![allow(clippy::unwrap_used)]

mod peer;

use model::{Batch, Config, Decoder, Tier};
use peer::{candle_logits, network};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn text(length: usize, seed: u64) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..length).map(|_| rng.random_range(0..864)).collect()
}

#[test]
fn logits_are_those_of_candle_llama_within_the_error_of_int8() {
    let checkpoint = network(Config::new(64, 3, 4, 2, 176, 128), 1);
    let ids = text(40, 2);
    let exact = candle_logits(&checkpoint, &ids);
    let length = |logits: &mut dyn Iterator<Item = f32>| logits.map(|logit| logit * logit).sum::<f32>().sqrt();
    let spread = length(&mut exact.iter().copied());
    for tier in Tier::all() {
        let ours = Decoder::new(&checkpoint, tier).unwrap().read(&ids).unwrap();
        let error = length(&mut exact.iter().zip(ours.logits()).map(|(one, other)| one - other));
        assert!(error < 0.03 * spread, "{tier}: {error} of {spread}");
    }
}

#[test]
fn a_prompt_gives_the_same_bits_however_it_is_read() {
    let decoder = Decoder::new(&network(Config::tiny(), 3), Tier::detect()).unwrap();
    let ids = text(60, 4);
    let whole = decoder.read(&ids).unwrap();
    let shared = decoder.read_from(&decoder.read(&[&ids[..33], &[7, 8]].concat()).unwrap(), &ids).unwrap();
    assert!(whole.logits() == shared.logits());
    let begun = decoder.read(&ids[..20]).unwrap();
    for threads in 1..=3 {
        let mut batch = Batch::with_threads(&decoder, &begun, 3, threads).unwrap();
        for &id in &ids[20..40] {
            batch.push(0, &[id]).unwrap();
            batch.push(2, &[863 - id]).unwrap();
            batch.step().unwrap();
        }
        batch.push(0, &ids[40..]).unwrap();
        batch.push(1, &ids[20..]).unwrap();
        batch.step().unwrap();
        assert!(batch.logits(0).unwrap() == whole.logits(), "{threads} threads");
        assert!(batch.logits(1).unwrap() == whole.logits(), "{threads} threads");
        assert!(batch.logits(2).unwrap() != whole.logits(), "{threads} threads");
    }
}

#[test]
fn scores_are_what_reading_says() {
    let decoder = Decoder::new(&network(Config::tiny(), 5), Tier::detect()).unwrap();
    let ids = text(50, 6);
    let scores = decoder.score(&ids).unwrap();
    assert_eq!(scores.len(), 49);
    for place in [1, 31, 32, 49] {
        let before = decoder.read(&ids[..place]).unwrap();
        assert_eq!(scores[place - 1], model::log2_probability(before.logits(), ids[place]));
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_limit() {
    let decoder = Decoder::new(&network(Config::tiny(), 7), Tier::Scalar).unwrap();
    let words = |ids: &[u32]| decoder.read(ids).map(|_| ()).unwrap_err().to_string();
    assert!(words(&[]).contains("empty prompt"));
    assert!(words(&[864]).contains("0..=863"));
    assert!(words(&[1; 65]).contains("context of 64"));
    let prompt = decoder.read(&[1; 64]).unwrap();
    assert!(Batch::new(&decoder, &prompt, 1).unwrap().push(0, &[1]).is_err());
    assert!(Batch::new(&decoder, &prompt, 1).unwrap().push(1, &[1]).is_err());
}
