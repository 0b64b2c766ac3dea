//! The decoder against candle's own Llama, and against itself.
#![allow(clippy::unwrap_used)]

use candle_core::{DType, Device, Tensor};
use candle_transformers::models::llama::{Cache, Config as LlamaConfig, Llama, LlamaEosToks};
use model::{Batch, Checkpoint, Config, Decoder, Tier, Weight};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, HashMap};

/// A network with weights as large as trained ones, so that logits differ.
fn network(config: Config, seed: u64) -> Checkpoint {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut weight = |(name, shape): (String, Vec<usize>)| {
        let spread = if shape.len() == 1 { 0.2 } else { 1.7 / (shape[1] as f32).sqrt() };
        let centre = if shape.len() == 1 { 1.0 } else { 0.0 };
        let data = (0..shape.iter().product()).map(|_| centre + rng.random_range(-spread..spread)).collect();
        (name, Weight { shape, data })
    };
    let weights = config.weights().into_iter().map(&mut weight).collect();
    Checkpoint { config, weights, metadata: BTreeMap::new() }
}

fn text(length: usize, seed: u64) -> Vec<u32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..length).map(|_| rng.random_range(0..864)).collect()
}

/// The logits of candle's Llama after `ids`.
fn candle_logits(checkpoint: &Checkpoint, ids: &[u32]) -> Vec<f32> {
    let c = &checkpoint.config;
    let config = LlamaConfig {
        hidden_size: c.hidden_size,
        intermediate_size: c.intermediate_size,
        vocab_size: c.vocab_size,
        num_hidden_layers: c.num_hidden_layers,
        num_attention_heads: c.num_attention_heads,
        num_key_value_heads: c.num_key_value_heads,
        use_flash_attn: false,
        rms_norm_eps: c.rms_norm_eps,
        rope_theta: c.rope_theta as f32,
        bos_token_id: Some(1),
        eos_token_id: Some(LlamaEosToks::Single(2)),
        rope_scaling: None,
        max_position_embeddings: c.max_position_embeddings,
        tie_word_embeddings: true,
    };
    let tensor = |weight: &Weight| Tensor::from_vec(weight.data.clone(), weight.shape.clone(), &Device::Cpu).unwrap();
    let tensors: HashMap<String, Tensor> =
        checkpoint.weights.iter().map(|(name, weight)| (name.clone(), tensor(weight))).collect();
    let builder = candle_nn::VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    let llama = Llama::load(builder, &config).unwrap();
    let mut cache = Cache::new(false, DType::F32, &config, &Device::Cpu).unwrap();
    let ids = Tensor::new(ids, &Device::Cpu).unwrap().unsqueeze(0).unwrap();
    llama.forward(&ids, 0, &mut cache).unwrap().squeeze(0).unwrap().to_vec1().unwrap()
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
