//! A network that looks trained, and candle's own Llama with its weights.

use candle_core::{DType, Device, Tensor};
use candle_transformers::models::llama::{Cache, Config as LlamaConfig, Llama, LlamaEosToks};
use model::{Checkpoint, Config, Weight};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, HashMap};

/// A network with weights as large as trained ones, so that logits differ.
pub fn network(config: Config, seed: u64) -> Checkpoint {
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

/// The logits of candle's Llama after `ids`.
pub fn candle_logits(checkpoint: &Checkpoint, ids: &[u32]) -> Vec<f32> {
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
    llama.forward(&ids, 0, &mut cache).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}
