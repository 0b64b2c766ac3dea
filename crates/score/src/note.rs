//! Notes.

use crate::Tick;
use serde::{Deserialize, Serialize};

/// A note's name within one document. Never two notes with one id at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NoteId(pub u32);

/// One note of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Note {
    /// Its name in the document.
    pub id: NoteId,
    /// Onset in ticks.
    pub start: Tick,
    /// Length in ticks; 0 only where a file had it so.
    pub length: Tick,
    /// MIDI key, 0..=127, 60 = middle C.
    pub pitch: u8,
    /// Note-on velocity, 1..=127.
    pub velocity: u8,
    /// Note-off velocity, 0..=127; 64 where nobody chose one (MIDI 1.0 Detailed Specification, note-off).
    #[serde(default = "Note::plain_release", skip_serializing_if = "Note::is_plain_release")]
    pub release: u8,
    /// Kept as it is when a variation is written over it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub locked: bool,
    /// Silent, but still in the score.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
}

impl Note {
    /// The release velocity of a note for which nobody chose one.
    pub const PLAIN_RELEASE: u8 = 64;

    /// A note with plain release, neither locked nor muted.
    pub fn new(id: u32, start: Tick, length: Tick, pitch: u8, velocity: u8) -> Self {
        Note {
            id: NoteId(id),
            start,
            length,
            pitch,
            velocity,
            release: Self::PLAIN_RELEASE,
            locked: false,
            muted: false,
        }
    }

    /// The tick at which it has ended.
    pub fn end(&self) -> Tick {
        self.start.saturating_add(self.length)
    }

    /// The order of notes in a track: onset, then pitch, then length, then id.
    pub fn order(&self) -> (Tick, u8, Tick, NoteId) {
        (self.start, self.pitch, self.length, self.id)
    }

    /// What is set of it, as bits: 1 locked, 2 muted.
    pub fn flags(&self) -> u8 {
        u8::from(self.locked) | u8::from(self.muted) << 1
    }

    fn plain_release() -> u8 {
        Self::PLAIN_RELEASE
    }

    fn is_plain_release(release: &u8) -> bool {
        *release == Self::PLAIN_RELEASE
    }
}
