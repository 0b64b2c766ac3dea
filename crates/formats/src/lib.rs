//! Standard MIDI Files to the document and back, and MusicXML out of it, each with a report of what was repaired or lost
//! on the way; and engraved pages to PDF.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod error;
mod file;
pub mod midi;
pub mod musicxml;
pub mod print;

pub use error::Error;
pub use file::{MAX_BYTES, read_file, write_file};
