//! Standard MIDI Files 1.0, formats 0, 1 and 2, also within RMI; karaoke files are MIDI files with text.

mod container;
mod programs;
mod read;
mod repair;
mod text;
mod write;

pub use read::{MAX_EVENTS, MAX_QUARTERS, Opened, read};
pub use repair::Repair;
pub use text::decode;
pub use write::write;
