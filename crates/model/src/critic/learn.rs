//! How a critic learns to judge.

use super::{Critic, Layer};
use crate::Error;
use crate::train::normal;
use candle_core::{D, DType, Device, Tensor, Var};
use candle_nn::ops::{sigmoid, softmax};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

/// Units of the hidden layers.
const UNITS: [usize; 2] = [128, 64];

/// Lessons of a step.
const TOGETHER: usize = 64;

/// How often each lesson is learnt.
const TURNS: usize = 4;

/// The rate of the first step; it falls to nothing in a straight line.
const RATE: f64 = 2e-3;

/// How surely the best is chosen while it learns, beside by chance.
const SHARPNESS: f64 = 4.0;

/// What stands for an alternative that a lesson does not have.
const NEVER: f32 = -1e9;

/// Steps between two reports.
const TOLD_EVERY: usize = 200;

/// Some alternatives, and what each turned out to be worth.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lesson {
    /// The signs of one after the other.
    pub signs: Vec<f32>,
    /// What each was worth, 0..=1.
    pub worth: Vec<f32>,
}

/// What is learnt, as tensors that get gradients: weights and biases of each layer.
struct Weights(Vec<[Var; 2]>);

impl Critic {
    /// Learns from lessons whose alternatives have so many signs each: to foretell worth, and to choose so that it may
    /// expect most. `hear` is told the step, all steps, and the mean worth of what it lately chose.
    ///
    /// # Errors
    /// [`Error::NoLessons`]; [`Error::Tensor`].
    pub fn learn(
        signs: usize,
        lessons: &[Lesson],
        seed: u64,
        hear: &mut dyn FnMut(usize, usize, f32),
    ) -> Result<Self, Error> {
        if lessons.iter().all(|lesson| lesson.worth.is_empty()) {
            return Err(Error::NoLessons);
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let scale = Scale::of(signs, lessons);
        let weights = Weights::first(signs, &mut rng)?;
        let mut optimizer = AdamW::new(weights.0.concat(), ParamsAdamW { lr: RATE, ..ParamsAdamW::default() })?;
        let mut order: Vec<usize> = (0..lessons.len()).collect();
        let steps = TURNS * lessons.len().div_ceil(TOGETHER);
        let (mut step, mut sum) = (0, 0.0);
        for _ in 0..TURNS {
            order.shuffle(&mut rng);
            for batch in order.chunks(TOGETHER) {
                let batch: Vec<&Lesson> = batch.iter().map(|&at| &lessons[at]).collect();
                optimizer.set_learning_rate(RATE * (1.0 - step as f64 / steps as f64));
                let (loss, chosen) = weights.loss(&scale, &batch)?;
                optimizer.backward_step(&loss)?;
                (step, sum) = (step + 1, sum + chosen.to_scalar::<f32>()?);
                if step % TOLD_EVERY == 0 {
                    hear(step, steps, sum / TOLD_EVERY as f32);
                    sum = 0.0;
                }
            }
        }
        weights.critic(&scale)
    }
}

impl Weights {
    fn first(signs: usize, rng: &mut ChaCha8Rng) -> Result<Self, Error> {
        let mut drawn = |rows: usize, columns: usize, gain: f64| {
            let size = (gain / columns.max(1) as f64).sqrt();
            let data: Vec<f32> = (0..rows * columns).map(|_| (normal(rng) * size) as f32).collect();
            Var::from_tensor(&Tensor::from_vec(data, (rows, columns), &Device::Cpu)?)
        };
        let sizes = [&[signs], &UNITS[..], &[1]].concat();
        let layer = |pair: &[usize]| {
            // Twice the spread before rectified units (He et al., Delving Deep into Rectifiers, 2015).
            let gain = if pair[1] == 1 { 1.0 } else { 2.0 };
            Ok([drawn(pair[1], pair[0], gain)?, Var::zeros(pair[1], DType::F32, &Device::Cpu)?])
        };
        sizes.windows(2).map(layer).collect::<Result<_, Error>>().map(Weights)
    }

    /// The loss of some lessons, and the mean worth of what would be chosen.
    fn loss(&self, scale: &Scale, lessons: &[&Lesson]) -> Result<(Tensor, Tensor), Error> {
        let most = lessons.iter().map(|lesson| lesson.worth.len()).max().unwrap_or(0);
        let shape = (lessons.len(), most);
        let (mut signs, mut worth, mut absent) = (Vec::new(), Vec::new(), Vec::new());
        // Only what there is is judged; any will do in the place of what there is not.
        let (mut places, mut count) = (Vec::new(), 0_u32);
        for lesson in lessons {
            let (here, missing) = (lesson.worth.len(), most - lesson.worth.len());
            scale.apply(&lesson.signs, &mut signs);
            places.extend((count..count + here as u32).chain(std::iter::repeat_n(0, missing)));
            count += here as u32;
            worth.extend(lesson.worth.iter().copied().chain(std::iter::repeat_n(0.0, missing)));
            absent.extend(lesson.worth.iter().map(|_| 0.0).chain(std::iter::repeat_n(NEVER, missing)));
        }
        let present: Vec<f32> = absent.iter().map(|&absent| if absent == 0.0 { 1.0 } else { 0.0 }).collect();
        let tensor = |data: Vec<f32>| Tensor::from_vec(data, shape, &Device::Cpu);
        let (worth, absent, present) = (tensor(worth)?, tensor(absent)?, tensor(present)?);
        let mut seen = Tensor::from_vec(signs, (count as usize, scale.0.len()), &Device::Cpu)?;
        for (number, [weight, bias]) in self.0.iter().enumerate() {
            let sums = seen.matmul(&weight.t()?)?.broadcast_add(bias)?;
            seen = if number + 1 < self.0.len() { sums.relu()? } else { sums };
        }
        let places = Tensor::from_vec(places, shape.0 * shape.1, &Device::Cpu)?;
        let judged = seen.index_select(&places, 0)?.reshape(shape)?;
        let chances = softmax(&((&judged * SHARPNESS)? + &absent)?, D::Minus1)?;
        let chosen = ((chances * &worth)?.sum_all()? / lessons.len() as f64)?;
        // Cross-entropy with a worth between 0 and 1.
        let foretold = sigmoid(&judged)?.clamp(1e-6, 1.0 - 1e-6)?;
        let right = (&worth * foretold.log()?)?;
        let wrong = ((1.0 - &worth)? * (1.0 - foretold)?.log()?)?;
        let entropy = ((right + wrong)? * &present)?.sum_all()?.neg()?.div(&present.sum_all()?)?;
        Ok(((entropy - &chosen)?, chosen))
    }

    /// The network for signs as they come: the scale goes into the first layer.
    fn critic(&self, scale: &Scale) -> Result<Critic, Error> {
        let mut layers = Vec::new();
        for (number, [weight, bias]) in self.0.iter().enumerate() {
            let (mut weight, mut bias) = (weight.flatten_all()?.to_vec1::<f32>()?, bias.to_vec1::<f32>()?);
            if number == 0 {
                for (row, bias) in weight.chunks_exact_mut(scale.0.len().max(1)).zip(&mut bias) {
                    for (weight, (mean, spread)) in row.iter_mut().zip(&scale.0) {
                        *weight /= spread;
                        *bias -= *weight * mean;
                    }
                }
            }
            layers.push(Layer::new(&weight, bias));
        }
        Ok(Critic { layers })
    }
}

/// Mean and spread of each sign.
struct Scale(Vec<(f32, f32)>);

impl Scale {
    /// Added to each spread: a sign that hardly ever differs says hardly anything.
    const LEAST: f64 = 1e-3;

    fn of(signs: usize, lessons: &[Lesson]) -> Self {
        let mut sums = vec![(0.0_f64, 0.0_f64); signs];
        let mut count = 0_usize;
        for row in lessons.iter().flat_map(|lesson| lesson.signs.chunks_exact(signs.max(1))) {
            count += 1;
            for (sum, &sign) in sums.iter_mut().zip(row) {
                *sum = (sum.0 + f64::from(sign), sum.1 + f64::from(sign).powi(2));
            }
        }
        let count = count.max(1) as f64;
        let scale = |(sum, squares): (f64, f64)| {
            let mean = sum / count;
            (mean as f32, ((squares / count - mean * mean).max(0.0).sqrt() + Self::LEAST) as f32)
        };
        Scale(sums.into_iter().map(scale).collect())
    }

    fn apply(&self, signs: &[f32], out: &mut Vec<f32>) {
        let rows = signs.chunks_exact(self.0.len().max(1));
        out.extend(rows.flat_map(|row| row.iter().zip(&self.0).map(|(sign, (mean, spread))| (sign - mean) / spread)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use std::collections::BTreeMap;
    use std::path::Path;

    /// Lessons in which the second of three signs says what an alternative is worth.
    fn lessons(count: usize) -> Vec<Lesson> {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut lesson = |_| {
            let signs: Vec<f32> = (0..15).map(|_| rng.random_range(-5.0..5.0)).collect();
            let worth = signs.chunks(3).map(|row| if row[1] > 2.0 { 1.0 } else { 0.0 }).collect();
            Lesson { signs, worth }
        };
        (0..count).map(&mut lesson).collect()
    }

    fn learnt(count: usize) -> Critic {
        Critic::learn(3, &lessons(count), 1, &mut |_, _, _| ()).unwrap()
    }

    #[test]
    fn it_finds_the_sign_that_matters() {
        let critic = learnt(2000);
        assert!(critic.worth(&[0.0, 4.0, 0.0]) > 0.8 && critic.worth(&[4.0, -4.0, -4.0]) < 0.2);
        assert_eq!(critic, learnt(2000));
    }

    #[test]
    fn a_file_gives_back_what_was_learnt() {
        let critic = learnt(40);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("critic.safetensors");
        critic.save(&path, &BTreeMap::from([("from".into(), "a test".into())])).unwrap();
        let read = Critic::parse(&path, &std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(read.signs(), 3);
        assert!((read.worth(&[1.0, 3.0, -2.0]) - critic.worth(&[1.0, 3.0, -2.0])).abs() < 0.01);
    }

    #[test]
    fn what_is_no_critic_is_refused() {
        assert!(matches!(Critic::learn(3, &[], 1, &mut |_, _, _| ()), Err(Error::NoLessons)));
        assert!(matches!(Critic::parse(Path::new("c"), b"no critic"), Err(Error::File { .. })));
    }
}
