//! Training: gradients against numerical differences, stock candle and PyTorch; runs that survive kills.
#![allow(clippy::unwrap_used)]

mod accelerator;
#[path = "../peer/mod.rs"]
mod peer;
mod voices;

use candle_core::{D, Device, Tensor, Var};
use model::train::ops::{self, Place, Turns};
use model::train::{Network, Pack};
use model::{Checkpoint, Config, Decoder, Error, Limits, Precision, Recipe, Report, Shards, StoppedBy, Tier, Trainer};
use model::{Weight, ship};
use peer::{candle_logits, network};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    let split = |at: usize, heads: usize| {
        let part = x.narrow(1, at * head, heads * head)?;
        part.reshape((1, length, heads, head))?.transpose(1, 2)?.contiguous()
    };
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
        let alone = |(from, length)| stock_attention(&x[0].narrow(0, from, length)?);
        Tensor::cat(&samples.map(alone).into_iter().collect::<Result<Vec<_>>>()?, 0)
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
        if step % 3 != 2 {
            killed.save().unwrap();
        }
        match step {
            // Killed after a step that was not kept, which is learned again.
            0 | 1 | 6 | 7 => _ = killed.step(&shards).unwrap(),
            // Killed while a checkpoint was written.
            3 => {
                std::fs::create_dir(out.join("last.part")).unwrap();
                std::fs::write(out.join("last.part/model.safetensors"), [0; 100]).unwrap();
            }
            // Killed between the two renames.
            4 => {
                std::fs::rename(out.join("last"), out.join("last.part")).unwrap();
                assert!(Trainer::resume(&out).unwrap().steps() == 4, "the checkpoint before is whole");
                std::fs::rename(out.join("last.part"), out.join("last")).unwrap();
            }
            _ => continue,
        }
        killed = Trainer::resume(&out).unwrap();
        assert_eq!(killed.steps(), step + 1);
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

fn text(length: usize, seed: u64) -> Vec<u16> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..length).map(|_| rng.random_range(0..864)).collect()
}

fn length(numbers: impl Iterator<Item = f32>) -> f32 {
    numbers.map(|number| number * number).sum::<f32>().sqrt()
}

#[test]
fn logits_are_those_of_candle_llama_and_of_the_decoder() {
    let checkpoint = network(Config::new(64, 3, 4, 2, 176, 128), 1);
    let samples = [text(100, 2), text(30, 3)];
    let mut pack = Pack::default();
    samples.iter().for_each(|sample| pack.add(sample, 0));
    let network = Network::reading(&checkpoint.config, &checkpoint.weights, Place::Processor).unwrap();
    let ours: Vec<Vec<f32>> = network.logits(&pack).unwrap().to_vec2().unwrap();
    let decoder = Decoder::new(&checkpoint, Tier::detect()).unwrap();
    for (sample, start, place) in [(0, 0, 1), (0, 0, 64), (0, 0, 99), (1, 99, 29)] {
        let ids: Vec<u32> = samples[sample][..place].iter().map(|&id| id.into()).collect();
        let ours = &ours[start + place - 1];
        let theirs = candle_logits(&checkpoint, &ids);
        assert!(ours.iter().zip(&theirs).all(|(one, other)| (one - other).abs() < 1e-4), "{sample} {place}");
        let read = decoder.read(&ids).unwrap();
        let error = length(ours.iter().zip(read.logits()).map(|(one, other)| one - other));
        assert!(error < 0.03 * length(ours.iter().copied()), "{sample} {place}: {error}");
    }
}

#[test]
fn every_weight_gets_a_gradient_along_which_the_loss_falls() {
    let checkpoint = network(Config::tiny(), 4);
    let mut pack = Pack::default();
    pack.add(&text(60, 5), 0);
    pack.add(&text(30, 6), 20);
    assert_eq!((pack.scored.len(), pack.tokens), (59 + 10, 90));
    let learning = Network::learning(&checkpoint.config, &checkpoint.weights, Place::Processor).unwrap();
    let loss = |weights: &BTreeMap<String, Weight>| {
        let network = Network::reading(&checkpoint.config, weights, Place::Processor).unwrap();
        f64::from(network.nats(&pack).unwrap().to_scalar::<f32>().unwrap())
    };
    let gradients = learning.nats(&pack).unwrap().backward().unwrap();
    for (name, weight) in learning.parameters() {
        let gradient = flat(gradients.get(weight).expect(name));
        let square: f64 = gradient.iter().map(|number| f64::from(number * number)).sum();
        assert!(square > 0.0, "{name} gets no gradient");
        // So small a step that the loss changes by half a nat, up and down.
        let step = 0.25 / square;
        let moved = |sign: f64| {
            let mut weights = checkpoint.weights.clone();
            let data = &mut weights.get_mut(name).unwrap().data;
            data.iter_mut().zip(&gradient).for_each(|(number, gradient)| *number += (sign * step) as f32 * gradient);
            loss(&weights)
        };
        let change = moved(1.0) - moved(-1.0);
        assert!((change - 0.5).abs() < 0.02, "{name}: the loss changes by {change}");
    }
}

#[test]
fn a_run_ends_by_plan_by_time_and_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let (shards, out) = (shards(folder.path(), 7, 12), folder.path().join("run"));
    let recipe = Recipe { tokens: 4000, save_minutes: 0.5, look_minutes: 2.0, ..recipe() };
    let mut trainer = Trainer::begin(&Config::tiny(), &recipe, &out).unwrap();
    let seconds = Cell::new(0.0);
    let clock = || {
        seconds.set(seconds.get() + 10.0);
        seconds.get()
    };
    let cancel = AtomicBool::new(false);
    let limits = |minutes| Limits { minutes, cancel: &cancel, free: &|| None };
    let mut lines = Vec::new();
    let timed = trainer.run(&shards, limits(Some(3.0)), &clock, &mut |report| lines.push(report.to_string())).unwrap();
    assert_eq!((timed.stopped_by, timed.stopped_by.to_string().as_str()), (StoppedBy::Time, "time"));
    assert!(timed.steps > 3 && timed.tokens < 4000, "{timed:?}");
    assert!(timed.seconds > 180.0 && timed.tokens_per_second > 1.0, "{timed:?}");
    assert!(lines.len() >= 3 && lines[0].contains("held out"), "{lines:?}");
    let mut trainer = Trainer::resume(&out).unwrap();
    assert_eq!((trainer.steps(), trainer.tokens(), trainer.recipe()), (timed.steps, timed.tokens, &recipe));
    let mut stop = |report: &Report| cancel.store(matches!(report, Report::Step { .. }), Ordering::Relaxed);
    let stopped = trainer.run(&shards, limits(None), &clock, &mut stop).unwrap();
    assert_eq!((stopped.stopped_by, stopped.steps), (StoppedBy::Cancelled, 20));
    assert_eq!(stopped.before, timed.after);
    assert_eq!(Trainer::resume(&out).unwrap().steps(), 20);
    assert!(matches!(trainer.run(&shards, limits(None), &clock, &mut |_| ()), Err(Error::Cancelled)));
    cancel.store(false, Ordering::Relaxed);
    let planned = trainer.run(&shards, limits(None), &clock, &mut |_| ()).unwrap();
    assert!(planned.stopped_by == StoppedBy::Plan && planned.tokens >= 4000);
    assert!(planned.after.bits_per_note < timed.before.bits_per_note && planned.best <= planned.after.bits_per_note);
    assert!(planned.after.bits_per_token < 9.75 && planned.after.collections.len() == 2);
    let best = Trainer::resume(&out).unwrap().best();
    assert_eq!(best, Some(planned.best));
    Checkpoint::load(&out.join("best")).unwrap();
    let rows = |name: &str| std::fs::read_to_string(out.join(name)).unwrap().lines().count();
    assert!(rows("loss.csv") == planned.steps as usize / 20 && rows("held_out.csv") >= 5);
}

#[test]
fn what_is_shipped_is_half_as_large_and_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("run"), folder.path().join("base"));
    let trainer = Trainer::begin(&Config::tiny(), &recipe(), &from).unwrap();
    let shipped = ship(&from.join("last"), &to).unwrap();
    for (name, weight) in &trainer.checkpoint().weights {
        // Half of the last of 11 bits.
        assert!(apart(&weight.data, &shipped.weights[name].data) <= 1.0 / 2048.0, "{name}");
    }
    assert_eq!((shipped.metadata["tokens"].as_str(), shipped.config.torch_dtype.as_str()), ("0", "float16"));
    assert_eq!(Checkpoint::load(&to).unwrap(), shipped);
    Decoder::new(&shipped, Tier::detect()).unwrap().read(&[1, 2, 3]).unwrap();
    let size = |path: &Path| std::fs::metadata(path.join("model.safetensors")).unwrap().len();
    assert!(size(&to) < size(&from.join("last")) * 11 / 20);
    let mut large = trainer.checkpoint().clone();
    large.weights.get_mut("model.norm.weight").unwrap().data[0] = 70_000.0;
    large.save(&from, Precision::Full).unwrap();
    assert!(ship(&from, &to).unwrap_err().to_string().contains("70000"));
}

#[test]
fn broken_shards_name_the_file_and_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let whole = shards(folder.path(), 8, 4);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    let (bin, json) = (read("train.bin"), String::from_utf8(read("train.json")).unwrap());
    let words = |bin: &[u8], json: &str| {
        std::fs::write(folder.path().join("train.bin"), bin).unwrap();
        std::fs::write(folder.path().join("train.json"), json).unwrap();
        let error = Shards::open(folder.path()).map(|_| ()).unwrap_err();
        assert!(matches!(error, Error::Shard { .. }), "{error}");
        assert!(error.to_string().contains("train.") && error.to_string().contains("make the shards again"), "{error}");
        error.to_string()
    };
    let half = words(&bin[..bin.len() - 1], &json);
    assert!(half.contains(&format!("byte {} is half an id", bin.len() - 2)), "{half}");
    let mut beyond = bin.clone();
    beyond[21] = 0xff;
    assert!(words(&beyond, &json).contains("at byte 20 is outside a vocabulary of 864"));
    assert!(words(&bin[..40], &json).contains("is no window of at least 2 of the 20 ids"));
    let with = |from: &str, to: &str| {
        assert!(json.contains(from), "{from} in {json}");
        words(&bin, &json.replacen(from, to, 1))
    };
    assert!(with("[0,12,0,5,0]", "[0,12,12,5,0]").contains("sample 0 [0, 12, 12, 5, 0] scores nothing"));
    assert!(with("[0,12,0,5,0]", "[0,1,0,5,0]").contains("at least 2"));
    assert!(with("[0,12,0,5,0]", "[18446744073709551615,12,0,5,0]").contains("is no window"));
    assert!(with("[0,12,0,5,0]", "[0,12,0,5,3]").contains("beyond the 3 there are"));
    assert!(with("[0,12,0,5,0]", "[0,12,-1,5,0]").contains("line 1 column"));
    assert!(with("\"even\":0.7", "\"even\":-0.7").contains("a weight is -0.7"));
    assert!(words(&bin, &json.replace("0.7", "0").replace("0.2", "0")).contains("no collection"));
    assert!(words(&bin, &json[..json.len() / 2]).contains("EOF"));
    assert!(with("864", "900").contains("vocab_size is 864, but 900"));
    std::fs::remove_file(folder.path().join("train.bin")).unwrap();
    assert!(matches!(Shards::open(folder.path()), Err(Error::System { .. })));
    let other = Config { vocab_size: 900, ..Config::tiny() };
    let mut trainer = Trainer::begin(&other, &recipe(), &folder.path().join("run")).unwrap();
    assert!(trainer.step(&whole).unwrap_err().to_string().contains("made for 864 ids and the network has 900"));
}

#[test]
fn broken_runs_are_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    assert!(Trainer::resume(&out).unwrap_err().to_string().contains("begin one"));
    let config = Config::tiny();
    let backward = Trainer::begin(&config, &Recipe { rate: -1.0, ..recipe() }, &out);
    assert!(matches!(backward, Err(Error::Config { what: "rate", .. })));
    Trainer::begin(&config, &recipe(), &out).unwrap();
    assert!(Trainer::begin(&config, &recipe(), &out).unwrap_err().to_string().contains("resume it"));
    let last = out.join("last");
    let broken = |name: &str, bytes: &[u8]| {
        let path = if name == "recipe.json" { out.join(name) } else { last.join(name) };
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let error = Trainer::resume(&out).map(|_| ()).unwrap_err();
        std::fs::write(&path, whole).unwrap();
        Trainer::resume(&out).unwrap();
        error
    };
    let moments = std::fs::read(last.join("optimizer.safetensors")).unwrap();
    let model = std::fs::read(last.join("model.safetensors")).unwrap();
    assert!(matches!(broken("optimizer.safetensors", &moments[..moments.len() - 1]), Error::File { .. }));
    let other = broken("optimizer.safetensors", &model).to_string();
    assert!(other.contains("weight m.model.embed_tokens.weight is missing"), "{other}");
    assert!(matches!(broken("model.safetensors", &model[..9]), Error::File { .. }));
    assert!(broken("state.json", b"{}").to_string().contains("remove this folder"));
    assert!(broken("config.json", b"[]").to_string().contains("no configuration"));
    assert!(broken("recipe.json", b"{\"rat\": 1}").to_string().contains("rat"));
}

/// Runs a script of `tests/reference` with the Python that has torch, from `DIABELLI_TORCH`.
fn reference(script: &str, arguments: &[&str]) -> Option<String> {
    let Some(python) = std::env::var_os("DIABELLI_TORCH") else {
        eprintln!("skipped: DIABELLI_TORCH names no Python with torch");
        return None;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/reference").join(script);
    let out = Command::new(python).arg(script).args(arguments).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap())
}

#[test]
fn transformers_gives_the_same_logits() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = network(Config::tiny(), 12);
    checkpoint.save(folder.path(), Precision::Full).unwrap();
    let ids: Vec<u32> = text(48, 13).into_iter().map(u32::from).collect();
    let words: Vec<String> = ids.iter().map(u32::to_string).collect();
    let out = folder.path().join("logits");
    let paths = [folder.path(), &out].map(|path| path.to_str().unwrap());
    let arguments: Vec<&str> = paths.into_iter().chain(words.iter().map(String::as_str)).collect();
    if reference("llama.py", &arguments).is_none() {
        return;
    }
    let (theirs, _) = model::read_tensors(&out).unwrap();
    let last = theirs["logits"].data.chunks(864).next_back().unwrap();
    assert!(apart(last, &candle_logits(&checkpoint, &ids)) < 1e-4);
}

#[test]
fn losses_and_gradients_are_those_of_torch() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 9, 8);
    let checkpoint = network(Config::tiny(), 10);
    let out = folder.path().join("run");
    let mut trainer = Trainer::adapt(checkpoint.clone(), &recipe(), &out).unwrap();
    let [data, last, theirs] = [folder.path().to_owned(), out.join("last"), folder.path().join("gradients")];
    let paths = [data, last, theirs.clone()].map(|path| path.to_str().unwrap().to_owned());
    let Some(said) = reference("twin.py", &["grads", &paths[0], &paths[1], &paths[2], "--count", "8"]) else { return };
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let near = |ours: f64, theirs: &serde_json::Value| {
        let theirs = theirs.as_f64().unwrap();
        assert!((ours - theirs).abs() < 1e-4 * theirs, "{ours} and {theirs}");
    };
    let pack = shards.train.pack(&(0..8).collect::<Vec<_>>(), 64);
    let learning = Network::learning(&checkpoint.config, &checkpoint.weights, Place::Processor).unwrap();
    let loss = (learning.nats(&pack).unwrap() / pack.scored.len() as f64).unwrap();
    near(loss.to_scalar::<f32>().unwrap().into(), &said["loss"]);
    let gradients = loss.backward().unwrap();
    let (theirs, _) = model::read_tensors(&theirs).unwrap();
    for (name, weight) in learning.parameters() {
        let apart = apart(&theirs[name].data, &flat(gradients.get(weight).unwrap()));
        assert!(apart < 1e-4, "{name}: {apart}");
    }
    let held = trainer.validate(&shards).unwrap();
    near(held.bits_per_note, &said["bits_per_note"]);
    held.collections.iter().for_each(|(name, bits)| near(*bits, &said["collections"][name]));
}

#[test]
fn torch_goes_on_with_our_run_and_we_with_its() {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 11, 8);
    let out = folder.path().join("run");
    let mut trainer = Trainer::begin(&Config::small(), &Recipe { rate: 1e-3, ..recipe() }, &out).unwrap();
    trainer.step(&shards).unwrap();
    trainer.save().unwrap();
    let paths = [folder.path(), &out].map(|path| path.to_str().unwrap().to_owned());
    let tokens = (trainer.tokens() + 1).to_string();
    let plan = ["--tokens", &tokens, "--batch", "100", "--warm", "100", "--decay", "0"];
    let Some(said) = reference("twin.py", &[&["train", &paths[0], &paths[1], "--resume"], &plan[..]].concat()) else {
        return;
    };
    assert!(said.starts_with("2 "), "{said}");
    let ours = trainer.checkpoint().weights.clone();
    let mut trainer = Trainer::resume(&out).unwrap();
    assert!(trainer.steps() == 2 && trainer.tokens() >= 200 && trainer.best().is_some());
    for (name, weight) in &trainer.checkpoint().weights {
        let far = apart(&ours[name].data, &weight.data);
        assert!(far > 0.0 && far < 0.2, "{name}: {far}");
    }
    assert!(!trainer.step(&shards).unwrap().rolled_back);
    assert_eq!(trainer.steps(), 3);
}
