//! Folders of music to an intake report and token shards.
//!
//! [`intake`] reads a folder and says of every file whether it is used; [`mixture`] draws samples from the pieces by
//! collection; [`shard`] writes them as any trainer reads them. Same folder, same seed: the same bytes.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod catalogue;
mod division;
mod error;
pub mod intake;
pub mod known;
mod likeness;
pub mod manifest;
pub mod mask;
pub mod mixture;
mod pair;
mod repair;
pub mod sample;
pub mod shard;
pub mod words;
mod worth;

pub use division::{Division, divide};
pub use error::Error;
