//! Standard MIDI Files to the document and back, MusicXML in and out of it, and ABC in, each with a report of what was
//! repaired or lost on the way; and engraved pages to PDF. [`open`] reads any file of music by its content.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod abc;
mod error;
mod file;
pub mod midi;
pub mod musicxml;
mod open;
pub mod print;
mod written;

pub use error::Error;
pub use file::{MAX_BYTES, read_file, write_file};
pub use open::{ENDINGS, Piece, open};
pub use written::{Kind, Opened, Remark};
