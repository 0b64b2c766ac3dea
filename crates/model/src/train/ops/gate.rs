//! SwiGLU (Shazeer, GLU Variants Improve Transformer, 2020), gate and up side by side.

use super::{ROWS, numbers, operand};
use crate::Tier;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

const NAME: &str = "gate";

struct Gate;

/// silu(g) · u of rows that hold g and then u: [tokens, 2 · inner] to [tokens, inner].
///
/// # Errors
/// If the rows are of odd width, or not contiguous in f32.
pub fn gate(x: &Tensor) -> Result<Tensor> {
    x.apply_op1(Gate)
}

impl CustomOp1 for Gate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (tokens, width) = layout.shape().dims2()?;
        if !width.is_multiple_of(2) {
            candle_core::bail!("rows of {width} numbers have no two halves");
        }
        let (x, inner, tier) = (operand(x, layout, NAME)?, width / 2, Tier::detect());
        let mut out = vec![0.0; tokens * inner];
        out.par_chunks_mut(ROWS * inner).zip(x.par_chunks(ROWS * width)).for_each(|(out, x)| {
            for (out, x) in out.chunks_exact_mut(inner).zip(x.chunks_exact(width)) {
                let (gate, up) = x.split_at(inner);
                out.copy_from_slice(gate);
                tier.gate(out, up);
            }
        });
        Ok((CpuStorage::F32(out), (tokens, inner).into()))
    }

    /// With s = sigmoid(g): dg = gradient · u · s (1 + g (1 − s)), du = gradient · g s.
    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let grad = grad.contiguous()?;
        let (_, width) = x.dims2()?;
        let inner = width / 2;
        let (xs, grads) = (numbers(x, NAME)?, numbers(&grad, NAME)?);
        let (xs, grads): (&[f32], &[f32]) = (&xs, &grads);
        let tier = Tier::detect();
        let mut dx = vec![0.0; xs.len()];
        let rows = dx.par_chunks_mut(ROWS * width).zip(xs.par_chunks(ROWS * width));
        let tasks = rows.zip(grads.par_chunks(ROWS * inner));
        tasks.for_each_init(
            || vec![0.0_f32; inner],
            |small, ((dx, x), grad)| {
                let rows = dx.chunks_exact_mut(width).zip(x.chunks_exact(width)).zip(grad.chunks_exact(inner));
                for ((dx, x), grad) in rows {
                    let (gates, ups) = x.split_at(inner);
                    let (dgates, dups) = dx.split_at_mut(inner);
                    // e to the −|g| never overflows.
                    small.iter_mut().zip(gates).for_each(|(small, gate)| *small = -gate.abs());
                    tier.exponentials(small, 0.0);
                    for index in 0..inner {
                        let (gate, up, grad) = (gates[index], ups[index], grad[index]);
                        let part = 1.0 / (1.0 + small[index]);
                        let sigmoid = if gate >= 0.0 { part } else { small[index] * part };
                        dgates[index] = grad * up * sigmoid * (1.0 + gate * (1.0 - sigmoid));
                        dups[index] = grad * gate * sigmoid;
                    }
                }
            },
        );
        Ok(Some(Tensor::from_vec(dx, x.shape(), x.device())?))
    }
}
