//! Training: gradients against numerical differences, stock candle and PyTorch; runs that survive kills.

use candle_core::{D, Device, Tensor, Var};
use model::train::ops::{self, Turns};
use model::{Config, Recipe, Shards, Trainer};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::Path;
use std::sync::Arc;

type Result<T = ()> = std::result::Result<T, candle_core::Error>;

fn numbers(count: usize, spread: f32, seed: u64) -> Vec<f32> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..count).map(|_| rng.random_range(-spread..spread)).collect()
}

fn tensor(shape: &[usize], spread: f32, seed: u64) -> Tensor {
    Tensor::from_vec(numbers(shape.iter().product(), spread, seed), shape, &Device::Cpu).unwrap()
}

fn flat(tensor: &Tensor) -> Vec<f32> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// The largest difference, as a part of the largest number.
fn apart(one: &[f32], other: &[f32]) -> f32 {
    assert_eq!(one.len(), other.len());
    let largest = one.iter().fold(1e-6_f32, |largest, number| largest.max(number.abs()));
    one.iter().zip(other).fold(0.0_f32, |worst, (one, other)| worst.max((one - other).abs())) / largest
}

/// Output and gradients, each for a fixed mixture of the output's numbers.
fn evaluate(inputs: &[Tensor], f: &dyn Fn(&[Tensor]) -> Result<Tensor>) -> (Vec<f32>, Vec<Vec<f32>>) {
    let vars: Vec<Var> = inputs.iter().map(|input| Var::from_tensor(input).unwrap()).collect();
    let tensors: Vec<Tensor> = vars.iter().map(|var| var.as_tensor().clone()).collect();
    let out = f(&tensors).unwrap();
    let mixture = tensor(out.dims(), 1.0, 99);
    let gradients = (&out * mixture).unwrap().sum_all().unwrap().backward().unwrap();
    (flat(&out), tensors.iter().map(|tensor| flat(gradients.get(tensor).expect("a gradient"))).collect())
}

/// The gradient along a direction is the difference of two outputs, to 5e-3 of the gradient's size: outputs have 24
/// bits, their difference over a step of 1e-2 has about ten left.
fn agrees_with_differences(inputs: &[Tensor], f: &dyn Fn(&[Tensor]) -> Result<Tensor>) {
    let (_, gradients) = evaluate(inputs, f);
    for (index, (input, gradient)) in inputs.iter().zip(&gradients).enumerate() {
        for seed in 0..4 {
            let direction = tensor(input.dims(), 1.0, 1000 + seed);
            let value = |step: f64| {
                let mut moved = inputs.to_vec();
                moved[index] = (input + (&direction * step).unwrap()).unwrap();
                let out = f(&moved).unwrap();
                let mixture = flat(&tensor(out.dims(), 1.0, 99));
                flat(&out).iter().zip(mixture).map(|(out, part)| f64::from(*out) * f64::from(part)).sum::<f64>()
            };
            let step = 1e-2;
            let difference = (value(step) - value(-step)) / (2.0 * step);
            let direction = flat(&direction);
            let along: f64 = gradient.iter().zip(&direction).map(|(one, other)| f64::from(one * other)).sum();
            let size = gradient.iter().map(|one| f64::from(one * one)).sum::<f64>().sqrt();
            assert!((difference - along).abs() < 5e-3 * size, "input {index}: {difference} and {along}, size {size}");
        }
    }
}

fn agrees_with_stock(
    inputs: &[Tensor],
    ours: &dyn Fn(&[Tensor]) -> Result<Tensor>,
    stock: &dyn Fn(&[Tensor]) -> Result<Tensor>,
) {
    let ((out, gradients), (stock_out, stock_gradients)) = (evaluate(inputs, ours), evaluate(inputs, stock));
    assert!(apart(&stock_out, &out) < 1e-5, "outputs are {} apart", apart(&stock_out, &out));
    for (index, (one, other)) in gradients.iter().zip(&stock_gradients).enumerate() {
        assert!(apart(other, one) < 2e-5, "gradients of input {index} are {} apart", apart(other, one));
    }
}

#[test]
fn a_linear_layer_has_the_gradient_of_its_product() {
    let inputs = [tensor(&[70, 12], 1.0, 1), tensor(&[20, 12], 1.0, 2)];
    let ours = |x: &[Tensor]| ops::linear(&x[0], &x[1]);
    agrees_with_differences(&inputs, &ours);
    agrees_with_stock(&inputs, &ours, &|x| x[0].matmul(&x[1].t()?));
}

#[test]
fn the_norm_has_the_gradient_of_the_slow_norm() {
    let inputs = [tensor(&[130, 20], 2.0, 3), tensor(&[20], 1.5, 4)];
    let ours = |x: &[Tensor]| ops::norm(&x[0], &x[1], 1e-5);
    agrees_with_differences(&inputs, &ours);
    agrees_with_stock(&inputs, &ours, &|x| candle_nn::ops::rms_norm_slow(&x[0], &x[1], 1e-5));
}

#[test]
fn the_gate_has_the_gradient_of_silu_times_up() {
    let inputs = [tensor(&[130, 34], 6.0, 5)];
    let ours = |x: &[Tensor]| ops::gate(&x[0]);
    agrees_with_differences(&inputs, &ours);
    agrees_with_stock(&inputs, &ours, &|x| x[0].narrow(1, 0, 17)?.silu()? * x[0].narrow(1, 17, 17)?);
    let far = Tensor::new(&[[-200.0_f32, 200.0, 3.0, 3.0]], &Device::Cpu).unwrap();
    let (out, gradients) = evaluate(&[far], &ours);
    assert!(out.iter().chain(&gradients[0]).all(|number| number.is_finite()), "{out:?} {gradients:?}");
}

#[test]
fn the_cost_has_the_gradient_of_cross_entropy() {
    let inputs = [tensor(&[130, 21], 4.0, 6)];
    let targets: Vec<u32> = (0..130).map(|row| row * 5 % 21).collect();
    let shared = Arc::new(targets.clone());
    let ours = |x: &[Tensor]| ops::nats(&x[0], Arc::clone(&shared));
    agrees_with_differences(&inputs, &ours);
    let targets = Tensor::new(targets, &Device::Cpu).unwrap();
    agrees_with_stock(&inputs, &ours, &|x| candle_nn::loss::cross_entropy(&x[0], &targets)? * 130.0);
    assert!(ops::nats(&inputs[0], Arc::new(vec![21; 130])).is_err());
    assert!(ops::nats(&inputs[0], Arc::new(vec![1; 129])).is_err());
}

/// Attention of one sample with stock ops that have gradients: [places, (4 + 2 · 2) · 8].
fn stock_attention(x: &Tensor) -> Result<Tensor> {
    let (length, head) = (x.dim(0)?, 8);
    let frequency = |pair: usize| 10_000_f32.powf(-2.0 * pair as f32 / head as f32);
    let angles: Vec<f32> = (0..length * 4).map(|index| (index / 4) as f32 * frequency(index % 4)).collect();
    let angles = Tensor::from_vec(angles, (length, 4), &Device::Cpu)?;
    let split = |at: usize, heads: usize| x.narrow(1, at * head, heads * head)?.reshape((1, length, heads, head))?.transpose(1, 2)?.contiguous();
    let turn = |x: Tensor| candle_nn::rotary_emb::rope_slow(&x, &angles.cos()?, &angles.sin()?);
    let shared = |x: Tensor| x.unsqueeze(2)?.broadcast_as((1, 2, 2, length, head))?.reshape((1, 4, length, head));
    let (q, k, v) = (turn(split(0, 4)?)?, shared(turn(split(4, 2)?)?)?, shared(split(6, 2)?)?);
    let hidden: Vec<f32> = (0..length * length).map(|at| if at % length > at / length { -1e9 } else { 0.0 }).collect();
    let hidden = Tensor::from_vec(hidden, (1, 1, length, length), &Device::Cpu)?;
    let scores = (q.matmul(&k.t()?)? / 8_f64.sqrt())?.broadcast_add(&hidden)?;
    let parts = candle_nn::ops::softmax(&scores, D::Minus1)?;
    parts.matmul(&v)?.transpose(1, 2)?.reshape((length, 4 * head))
}

#[test]
fn attention_has_the_gradient_of_the_slow_way_and_keeps_samples_apart() {
    let turns = Arc::new(Turns::new(&Config::new(32, 1, 4, 2, 8, 96)));
    // More than one block of queries, one token alone, and a short sample.
    let lengths = Arc::new(vec![75, 1, 20]);
    let inputs = [tensor(&[96, 64], 1.5, 7)];
    let ours = |x: &[Tensor]| ops::attend(&x[0], &turns, &lengths);
    agrees_with_differences(&inputs, &ours);
    agrees_with_stock(&inputs, &ours, &|x| {
        let samples = [(0, 75), (75, 1), (76, 20)];
        let each: Result<Vec<Tensor>> = samples.iter().map(|&(from, length)| stock_attention(&x[0].narrow(0, from, length)?)).collect();
        Tensor::cat(&each?, 0)
    });
    assert!(ops::attend(&inputs[0], &turns, &Arc::new(vec![95])).is_err());
    assert!(ops::attend(&inputs[0], &turns, &Arc::new(vec![96, 0])).is_err());
    assert!(ops::attend(&tensor(&[97, 64], 1.0, 8), &turns, &Arc::new(vec![97])).is_err(), "longer than the context");
}

fn shards(folder: &Path, seed: u64, count: usize) -> Shards {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut ids, mut samples): (Vec<u16>, Vec<[usize; 5]>) = (Vec::new(), Vec::new());
    for index in 0..count {
        let length = 12 + index * 5 % 17;
        let loss_from = if index % 2 == 0 { 0 } else { 4 };
        samples.push([ids.len(), length, loss_from, (length - loss_from.max(1)) / 2, index % 2]);
        ids.push(1);
        ids.extend((1..length).map(|_| rng.random_range(8..864_u16)));
    }
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_le_bytes()).collect();
    let about = serde_json::json!({
        "vocab_size": 864, "groups": ["even", "odd", "none"], "weights": {"even": 0.7, "odd": 0.2, "none": 0.1},
        "classes": [], "note_classes": [2, 3, 4, 5], "samples": samples,
    });
    for name in ["train", "valid"] {
        std::fs::write(folder.join(format!("{name}.bin")), &bytes).unwrap();
        std::fs::write(folder.join(format!("{name}.json")), about.to_string()).unwrap();
    }
    Shards::open(folder).unwrap()
}

fn recipe() -> Recipe {
    Recipe { tokens: 20_000, batch_tokens: 100, rate: 5e-3, warm_tokens: 400, ..Recipe::default() }
}

#[test]
fn a_run_that_was_killed_goes_on_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 1, 12);
    let mut whole = Trainer::begin(&Config::tiny(), &recipe(), &folder.path().join("whole")).unwrap();
    let out = folder.path().join("killed");
    let mut killed = Trainer::begin(&Config::tiny(), &recipe(), &out).unwrap();
    for step in 0..12 {
        whole.step(&shards).unwrap();
        killed.step(&shards).unwrap();
        if step % 3 == 0 {
            killed.save().unwrap();
            // What is learned after the checkpoint is lost and learned again.
            killed.step(&shards).unwrap();
            killed = Trainer::resume(&out).unwrap();
        }
    }
    assert_eq!((whole.steps(), whole.tokens()), (12, killed.tokens()));
    assert!(whole.checkpoint().weights == killed.checkpoint().weights);
}

#[test]
fn a_small_shard_is_learned_by_heart() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 2, 6);
    let mut trainer = Trainer::begin(&Config::tiny(), &recipe(), &folder.path().join("run")).unwrap();
    let first = trainer.step(&shards).unwrap().loss;
    assert!((first - 864_f64.ln()).abs() < 0.1, "{first}");
    let mut last = first;
    for _ in 0..199 {
        last = trainer.step(&shards).unwrap().loss;
    }
    assert!(last < 0.1, "{last}");
}
