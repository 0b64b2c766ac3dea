//! The network: configure, load, train, decode. It knows ids, not music.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod checkpoint;
mod config;
mod error;

pub use checkpoint::{Checkpoint, Precision, Weight, read_tensors, write_tensors};
pub use config::Config;
pub use error::Error;
