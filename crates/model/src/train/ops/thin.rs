//! Numbers that are left out, by chance.

use super::{ROWS, numbers, operand};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

const NAME: &str = "thin";

/// What every number of rows [count, width] is multiplied with.
pub fn thinning((count, width): (usize, usize), share: f64, chance: (u64, u64)) -> Vec<f32> {
    Thin { share, chance }.apply(&vec![1.0; count * width], width)
}

struct Thin {
    share: f64,
    /// Seed and stream of the chance.
    chance: (u64, u64),
}

/// The numbers of rows, of which a share (0..1) is zero and the others so much larger that their mean stays. Which they
/// are is a function of seed and stream.
///
/// # Errors
/// If it is not contiguous in f32.
pub fn thin(x: &Tensor, share: f64, chance: (u64, u64)) -> Result<Tensor> {
    x.apply_op1(Thin { share, chance })
}

impl Thin {
    /// Each piece of the rows has a chance of its own, so that threads do not change it.
    fn apply(&self, x: &[f32], width: usize) -> Vec<f32> {
        // Of 16 bits.
        let below = (self.share * f64::from(u16::MAX)) as u16;
        let grown = (1.0 / (1.0 - self.share)) as f32;
        let mut out = vec![0.0; x.len()];
        let size = (ROWS * width).max(1);
        out.par_chunks_mut(size).zip(x.par_chunks(size)).enumerate().for_each(|(piece, (out, x))| {
            let mut rng = ChaCha8Rng::seed_from_u64(self.chance.0 ^ (piece as u64) << 32);
            rng.set_stream(self.chance.1);
            for (out, x) in out.chunks_mut(4).zip(x.chunks(4)) {
                let bits = rng.next_u64();
                for (at, (out, x)) in out.iter_mut().zip(x).enumerate() {
                    let kept = (bits >> (16 * at)) as u16 >= below;
                    *out = if kept { x * grown } else { 0.0 };
                }
            }
        });
        out
    }
}

impl CustomOp1 for Thin {
    fn name(&self) -> &'static str {
        NAME
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        Ok((CpuStorage::F32(self.apply(operand(x, layout, NAME)?, width)), layout.shape().clone()))
    }

    /// What was left out learns nothing, and what was kept as much more.
    fn bwd(&self, x: &Tensor, _: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let (grad, (_, width)) = (grad.contiguous()?, x.dims2()?);
        let thinned = self.apply(&numbers(&grad, NAME)?, width);
        Ok(Some(Tensor::from_vec(thinned, x.shape(), x.device())?))
    }
}
