//! What the next tokens cost.

use super::{ROWS, numbers, operand};
use crate::Tier;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::sync::Arc;

const NAME: &str = "nats";

struct Nats {
    targets: Arc<Vec<u32>>,
}

/// The sum over all rows of −ln softmax(logits)[target]: logits [tokens, vocabulary] to one number [].
///
/// # Errors
/// If there are not as many targets as rows, one is beyond the vocabulary, or the logits are not contiguous in f32.
pub fn nats(logits: &Tensor, targets: Arc<Vec<u32>>) -> Result<Tensor> {
    let (tokens, vocabulary) = logits.dims2()?;
    if targets.len() != tokens || targets.iter().any(|&target| target as usize >= vocabulary) {
        candle_core::bail!("{} targets for logits of [{tokens}, {vocabulary}]", targets.len());
    }
    logits.apply_op1(Nats { targets })
}

fn largest(row: &[f32]) -> f32 {
    let mut sides = [f32::MIN; 8];
    let (chunks, rest) = row.as_chunks::<8>();
    for chunk in chunks {
        sides.iter_mut().zip(chunk).for_each(|(side, &number)| *side = if number > *side { number } else { *side });
    }
    sides.iter().chain(rest).copied().fold(f32::MIN, f32::max)
}

impl CustomOp1 for Nats {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, logits: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, vocabulary) = layout.shape().dims2()?;
        let logits = operand(logits, layout, NAME)?;
        let tier = Tier::detect();
        let tasks = logits.par_chunks(ROWS * vocabulary).zip(self.targets.par_chunks(ROWS));
        let parts: Vec<f64> = tasks
            .map_init(
                || vec![0.0_f32; vocabulary],
                |powers, (logits, targets)| {
                    let mut sum = 0.0;
                    for (row, &target) in logits.chunks_exact(vocabulary).zip(targets) {
                        let largest = largest(row);
                        powers.copy_from_slice(row);
                        let all = tier.exponentials(powers, largest);
                        sum += f64::from(all.ln()) + f64::from(largest) - f64::from(row[target as usize]);
                    }
                    sum
                },
            )
            .collect();
        Ok((CpuStorage::F32(vec![parts.iter().sum::<f64>() as f32]), Shape::from(())))
    }

    /// softmax(logits) less one at the target, times the gradient of the sum.
    fn bwd(&self, logits: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let (_, vocabulary) = logits.dims2()?;
        let grad = grad.to_scalar::<f32>()?;
        let all = numbers(logits, NAME)?;
        let tier = Tier::detect();
        let mut out = all.to_vec();
        out.par_chunks_mut(ROWS * vocabulary).zip(self.targets.par_chunks(ROWS)).for_each(|(out, targets)| {
            for (row, &target) in out.chunks_exact_mut(vocabulary).zip(targets) {
                let largest = largest(row);
                let scale = grad / tier.exponentials(row, largest);
                row.iter_mut().for_each(|number| *number *= scale);
                row[target as usize] -= grad;
            }
        });
        Ok(Some(Tensor::from_vec(out, logits.shape(), logits.device())?))
    }
}
