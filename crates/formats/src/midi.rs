//! Standard MIDI Files 1.0, formats 0, 1 and 2, also within RMI; karaoke files are MIDI files with text.

mod beginning;
mod chain;
mod chords;
mod clock;
mod container;
mod events;
mod mix;
mod programs;
mod read;
mod repair;
mod text;
mod write;

pub use clock::MAX_QUARTERS;
pub use container::MAX_TRACKS;
pub use read::{MAX_EVENTS, Opened, read};
pub use repair::Repair;
pub use text::decode;
pub use write::write;
