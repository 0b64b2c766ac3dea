//! What computes beside the processor gives the same, and a run goes on without it when it fails.

use super::peer::network;
use super::{apart, flat, recipe, shards, tensor};
use candle_core::{Device, Tensor, Var};
use model::train::ops::{self, Place, Turns};
use model::train::{Accelerator, Gpu, Gradients, Network, Pack};
use model::{Config, Error, Held, Limits, Method, Optimizer, Recipe, Report, Shard, StoppedBy, Trainer, Voice};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Output and gradients of an operation for a fixed mixture of the output's numbers.
fn evaluated(inputs: &[Tensor], place: &Place, op: &dyn Fn(&Place, &[Tensor]) -> Tensor) -> Vec<Vec<f32>> {
    let inputs: Vec<Tensor> = inputs.iter().map(|input| Var::from_tensor(input).unwrap().into_inner()).collect();
    let out = op(place, &inputs);
    let gradients = (&out * tensor(out.dims(), 1.0, 9)).unwrap().sum_all().unwrap().backward().unwrap();
    let of = inputs.iter().map(|input| flat(gradients.get(input).expect("a gradient")));
    std::iter::once(flat(&out)).chain(of).collect()
}

#[test]
fn candles_operations_are_those_of_our_own() {
    let turns = Arc::new(Turns::new(&Config::new(32, 1, 4, 2, 8, 96)));
    let lengths = Arc::new(vec![75, 1, 20]);
    let targets: Vec<u32> = (0..96).map(|row| row * 5 % 64).collect();
    let (x, weight) = (tensor(&[96, 64], 1.5, 1), tensor(&[20, 64], 1.0, 2));
    let (narrow, ups) = (tensor(&[96, 6], 1.0, 3), tensor(&[64, 3], 1.0, 4));
    type Op<'a> = &'a dyn Fn(&Place, &[Tensor]) -> Tensor;
    let ops: [(&str, Vec<Tensor>, Op); 7] = [
        ("linear", vec![x.clone(), weight], &|place, x| place.linear(&x[0], &x[1]).unwrap()),
        ("norm", vec![x.clone(), tensor(&[64], 1.5, 5)], &|place, x| place.norm(&x[0], &x[1], 1e-5).unwrap()),
        ("gate", vec![x.clone()], &|place, x| place.gate(&x[0]).unwrap()),
        ("nats", vec![x.clone()], &|place, x| place.nats(&x[0], &targets).unwrap()),
        ("attend", vec![x.clone()], &|place, x| place.attend(&x[0], &turns, &lengths).unwrap()),
        ("lowered", vec![x.clone(), narrow, ups], &|place, x| {
            place.lowered(&x[0], &x[1], &x[2], vec![40, 24], 2.0).unwrap()
        }),
        ("thin", vec![x], &|place, x| place.thin(&x[0], 0.3, (1, 2)).unwrap()),
    ];
    for (name, inputs, op) in &ops {
        let [own, candle] = [Place::Processor, Place::Device(Device::Cpu)].map(|place| evaluated(inputs, &place, op));
        for (at, (own, candle)) in own.iter().zip(&candle).enumerate() {
            assert!(apart(own, candle) < 2e-5, "{name}, output or gradient {at}: {}", apart(own, candle));
        }
    }
    assert!(ops::attend(&ops[4].1[0], &turns, &Arc::new(vec![95])).is_err());
}

/// candle's operations on the processor, as on a GPU, until so many steps or measurements have been made: then what a
/// driver says when its card is lost.
#[derive(Debug, Default)]
struct Fragile {
    steps: AtomicUsize,
    last_step: usize,
    looks: AtomicUsize,
    last_look: usize,
}

impl Fragile {
    fn after(last_step: usize, last_look: usize) -> Arc<Fragile> {
        Arc::new(Fragile { last_step, last_look, ..Fragile::default() })
    }
}

fn lost() -> Error {
    candle_core::Error::Msg("CUDA_ERROR_DEVICE_UNAVAILABLE".into()).into()
}

impl Accelerator for Fragile {
    fn name(&self) -> String {
        "the test's GPU".into()
    }

    fn device(&self) -> &Device {
        &Device::Cpu
    }

    fn gradients(&self, network: &Network, packs: &[Pack], cancel: &AtomicBool) -> Result<(f64, Gradients), Error> {
        match self.steps.fetch_add(1, Ordering::Relaxed) < self.last_step {
            true => model::train::gradients(network, packs, cancel),
            false => Err(lost()),
        }
    }

    fn measure(&self, network: &Network, shard: &Shard, context: usize, cancel: &AtomicBool) -> Result<Held, Error> {
        match self.looks.fetch_add(1, Ordering::Relaxed) < self.last_look {
            true => Held::measure(network, shard, context, cancel),
            false => Err(lost()),
        }
    }
}

/// A voice's run to the end of its plan; what it told, and the loss of every step that counts.
fn run(out: &Path, accelerator: Option<Arc<dyn Accelerator>>) -> (Vec<String>, Vec<(u64, f64)>, Trainer) {
    let folder = tempfile::tempdir().unwrap();
    let shards = shards(folder.path(), 31, 8);
    let base = Arc::new(network(Config::tiny(), 32));
    let voice = Voice::begin(&base.config, Method::Lora { rank: 3, from: 0 }, 1).unwrap();
    let recipe = Recipe {
        optimizer: Optimizer::AdamW,
        dropout: 0.2,
        tokens: 2000,
        look_tokens: Some(500),
        line_steps: 1,
        ..recipe()
    };
    let mut trainer = Trainer::begin_voice(base, voice, &recipe, out).unwrap().on(accelerator);
    let (mut told, mut curve) = (Vec::new(), Vec::new());
    let cancel = AtomicBool::new(false);
    let limits = Limits { minutes: None, cancel: &cancel, free: &|| None };
    let done = trainer.run(&shards, limits, &|| 0.0, &mut |report| match report {
        Report::Alone { .. } => told.push(report.to_string()),
        Report::Step { steps, loss, .. } => {
            curve.retain(|(known, _)| known < steps);
            curve.push((*steps, *loss));
        }
        _ => {}
    });
    assert_eq!(done.unwrap().stopped_by, StoppedBy::Plan);
    (told, curve, trainer)
}

#[test]
fn a_run_whose_gpu_is_lost_goes_on_from_its_checkpoint_on_the_processor() {
    let folder = tempfile::tempdir().unwrap();
    let (told, whole, _) = run(&folder.path().join("processor"), None);
    assert!(told.is_empty() && whole.len() > 12, "{whole:?}");
    // It fails at the first step, at one in the middle, at the first measurement, at a later one, and never.
    for (last_step, last_look) in [(0, 99), (9, 99), (99, 0), (99, 2), (9999, 99)] {
        let gpu = Fragile::after(last_step, last_look);
        let (told, curve, trainer) = run(&folder.path().join(format!("{last_step}-{last_look}")), Some(gpu.clone()));
        let lost = last_step < 9999;
        assert_eq!(told.len(), usize::from(lost), "{told:?}");
        assert_eq!(trainer.accelerator().is_none(), lost);
        assert!(!lost || told[0].contains("the test's GPU failed (CUDA_ERROR_DEVICE_UNAVAILABLE"), "{told:?}");
        assert!(!lost || told[0].contains("going on with the processor"), "{told:?}");
        if last_look == 99 {
            assert_eq!(gpu.steps.load(Ordering::Relaxed), (last_step + 1).min(whole.len()), "it is not asked again");
        }
        assert_eq!(curve.len(), whole.len(), "no step is missing");
        for ((step, loss), (same, other)) in whole.iter().zip(&curve) {
            assert!(step == same && (loss / other - 1.0).abs() < 1e-3, "step {step}: {loss} and {other}");
        }
    }
}

#[test]
fn a_machine_without_a_gpu_says_why() {
    // Whoever runs this where there is one has another test to run.
    if let Err(error) = Gpu::find() {
        assert!(matches!(error, Error::Gpu { .. }) && error.to_string().contains("processor"), "{error}");
    }
}
