//! Standard MIDI Files to the document and back, with a report of what was repaired on the way.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod error;
mod file;
pub mod midi;

pub use error::Error;
pub use file::{MAX_BYTES, read_file, write_file};
