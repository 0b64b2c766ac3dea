//! Our own inference: int8 weights, f16 keys and values, a prompt that is read once and shared by all that follows.
//!
//! Every token's numbers depend on that token and those before it alone, never on how many were computed together or
//! on how many threads: reading a prompt at once, token by token or from a shared beginning gives the same bits.

mod batch;
mod board;
mod cache;
mod decoder;
mod kernel;
mod network;
mod quantised;
mod sampling;
mod share;

pub use batch::Batch;
pub use cache::Prompt;
pub use decoder::Decoder;
pub use kernel::Tier;
pub use sampling::{Sampling, log2_probability, sample};
