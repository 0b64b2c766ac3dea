//! Differentiable parts of the network that candle has no fast form of, or whose gradient candle drops in silence.
//!
//! All of them work on f32 on the processor; what candle has instead, for other devices, is in [`stock`]. They work on rows that stand end to end: `[tokens, width]`. Work is shared out in
//! pieces whose size does not depend on the number of threads, and sums of pieces are taken in order, so that the same
//! input gives the same bits.

mod attention;
mod cross_entropy;
mod gate;
mod linear;
mod lowered;
mod norm;
mod place;
mod product;
pub mod stock;
mod thin;

pub use attention::{Turns, attend};
pub use cross_entropy::nats;
pub use gate::gate;
pub use linear::linear;
pub use lowered::lowered;
pub use norm::norm;
pub use place::Place;
pub(crate) use product::{By, Matrix, product};
pub use thin::thin;
use thin::thinning;

use candle_core::{CpuStorage, Error, Layout, Result, Storage, Tensor};
use std::ops::Deref;

/// Rows that one task takes.
const ROWS: usize = 64;

/// The numbers of an operand within an op.
fn operand<'a>(storage: &'a CpuStorage, layout: &Layout, op: &'static str) -> Result<&'a [f32]> {
    let (from, to) = layout.contiguous_offsets().ok_or_else(|| Error::RequiresContiguous { op }.bt())?;
    Ok(&storage.as_slice::<f32>()?[from..to])
}

/// The numbers of a tensor that is contiguous and in f32.
struct Numbers<S> {
    storage: S,
    from: usize,
    to: usize,
}

/// The numbers of a tensor, as long as they are borrowed.
fn numbers<'a>(tensor: &'a Tensor, op: &'static str) -> Result<Numbers<impl Deref<Target = Storage> + 'a>> {
    let (storage, layout) = tensor.storage_and_layout();
    let (from, to) = layout.contiguous_offsets().ok_or_else(|| Error::RequiresContiguous { op }.bt())?;
    match &*storage {
        Storage::Cpu(CpuStorage::F32(_)) => Ok(Numbers { storage, from, to }),
        _ => Err(Error::Msg(format!("{op} works on f32 on the processor only")).bt()),
    }
}

impl<S: Deref<Target = Storage>> Deref for Numbers<S> {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        match &*self.storage {
            Storage::Cpu(CpuStorage::F32(all)) => &all[self.from..self.to],
            _ => &[],
        }
    }
}

/// Eight sums side by side, so that they do not wait for each other.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let ((ones, one), (others, other)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    for (one, other) in ones.iter().zip(others) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    sums.iter().sum::<f32>() + one.iter().zip(other).map(|(one, other)| one * other).sum::<f32>()
}
