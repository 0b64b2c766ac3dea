//! RMSNorm (Zhang and Sennrich, Root Mean Square Layer Normalization, 2019). candle's own fast form has no gradient.

use super::{ROWS, dot, numbers, operand};
use candle_core::{CpuStorage, CustomOp2, Layout, Result, Shape, Tensor};
use rayon::prelude::*;

const NAME: &str = "norm";

struct Norm {
    eps: f32,
}

/// x / √(mean x² + eps) · weight, row by row: x [tokens, width], weight [width].
///
/// # Errors
/// If the widths differ, or either is not contiguous in f32.
pub fn norm(x: &Tensor, weight: &Tensor, eps: f64) -> Result<Tensor> {
    x.apply_op2(weight, Norm { eps: eps as f32 })
}

impl Norm {
    /// 1 / √(mean x² + eps).
    fn scale(&self, x: &[f32]) -> f32 {
        1.0 / (dot(x, x) / x.len() as f32 + self.eps).sqrt()
    }
}

impl CustomOp2 for Norm {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, x: &CpuStorage, lx: &Layout, w: &CpuStorage, lw: &Layout) -> Result<(CpuStorage, Shape)> {
        let ((_, width), wide) = (lx.shape().dims2()?, lw.shape().dims1()?);
        if width != wide {
            candle_core::bail!("rows of {width} numbers do not fit a norm of {wide}");
        }
        let (x, w) = (operand(x, lx, NAME)?, operand(w, lw, NAME)?);
        let mut out = vec![0.0; x.len()];
        out.par_chunks_mut(ROWS * width).zip(x.par_chunks(ROWS * width)).for_each(|(out, x)| {
            for (out, x) in out.chunks_exact_mut(width).zip(x.chunks_exact(width)) {
                let scale = self.scale(x);
                for ((out, x), w) in out.iter_mut().zip(x).zip(w) {
                    *out = x * scale * w;
                }
            }
        });
        Ok((CpuStorage::F32(out), lx.shape().clone()))
    }

    /// With r = 1 / √(mean x² + eps) and h = gradient · weight: dx = r (h − x r² mean(h x)), dw = Σ gradient · x r.
    fn bwd(&self, x: &Tensor, w: &Tensor, _: &Tensor, grad: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let (_, width) = x.dims2()?;
        let (xs, ws, grads) = (numbers(x, NAME)?, numbers(w, NAME)?, numbers(&grad, NAME)?);
        let (xs, ws, grads): (&[f32], &[f32], &[f32]) = (&xs, &ws, &grads);
        let mut dx = vec![0.0; xs.len()];
        let size = ROWS * width;
        let tasks = dx.par_chunks_mut(size).zip(xs.par_chunks(size)).zip(grads.par_chunks(size));
        let parts: Vec<Vec<f32>> = tasks
            .map(|((dx, x), grad)| {
                let (mut dw, mut h) = (vec![0.0_f32; width], vec![0.0_f32; width]);
                let rows = dx.chunks_exact_mut(width).zip(x.chunks_exact(width)).zip(grad.chunks_exact(width));
                for ((dx, x), grad) in rows {
                    let scale = self.scale(x);
                    for (((h, dw), (grad, w)), x) in h.iter_mut().zip(&mut dw).zip(grad.iter().zip(ws)).zip(x) {
                        *h = grad * w;
                        *dw += grad * x * scale;
                    }
                    let along = dot(&h, x) / width as f32 * scale * scale;
                    for ((dx, h), x) in dx.iter_mut().zip(&h).zip(x) {
                        *dx = scale * (h - x * along);
                    }
                }
                dw
            })
            .collect();
        let mut dw = vec![0.0; width];
        for part in parts {
            dw.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
        }
        let dx = Tensor::from_vec(dx, x.shape(), x.device())?;
        Ok((Some(dx), Some(Tensor::from_vec(dw, width, w.device())?)))
    }
}
