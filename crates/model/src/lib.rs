//! The network: configure, load, train, decode. It knows ids, not music.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod checkpoint;
mod config;
mod critic;
mod decode;
mod error;
mod ngram;
pub mod train;
mod voice;

pub use checkpoint::{Checkpoint, Precision, Weight, read_tensors, write_tensors};
pub use config::Config;
pub use critic::{Critic, Lesson};
pub use decode::{Batch, Decoder, Prompt, Sampling, Tier, log2_probability, sample};
pub use error::Error;
pub use ngram::Ngram;
pub use train::{
    Accelerator, BASE, Gpu, Held, Limits, Optimizer, Recipe, Report, Shard, Shards, Step, StoppedBy, Trained, Trainer,
    ship,
};
pub use voice::{Method, PREFIX, STRONGEST, Voice, WORDS};
