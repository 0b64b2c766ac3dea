//! Training: shards of ids, a network with gradients, Muon and AdamW, and runs that survive a kill at any moment.
//!
//! A run's folder is the same that `tests/reference/twin.py` writes, so that either may go on where the other stopped.

mod accelerator;
mod adam;
mod dropout;
mod events;
mod folder;
mod gradients;
mod held;
mod moments;
mod muon;
mod network;
pub mod ops;
mod recipe;
mod run;
mod sgd;
mod shards;
mod ship;
mod trainer;

/// What the tensors of an accelerator are made of.
pub use candle_core;

pub use accelerator::{Accelerator, Gpu};
pub use gradients::gradients;
pub use held::Held;
pub use moments::Gradients;
#[cfg(test)]
pub(crate) use network::first_weights;
pub(crate) use network::normal;
pub use network::{Network, Pack};
pub use recipe::{Optimizer, Recipe};
pub use run::{Limits, Report, StoppedBy, Trained};
pub use shards::{Shard, Shards};
pub use ship::ship;
pub use trainer::{BASE, Step, Trainer};
