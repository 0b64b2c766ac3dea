//! Tracks: what one instrument plays.

use crate::{Note, NoteId, Tick};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A track's name within one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TrackId(pub u32);

/// What the studio's own mixer does to a track, beside the controllers that its file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(default)]
pub struct Mix {
    /// Gain in tenths of a decibel, -600 (silent) ..= 60. Default 0.
    pub gain: i16,
    /// Panorama in percent, -100 (left) ..= 100 (right). Default 0.
    pub pan: i8,
    /// How much goes into the reverb, 0..=127; none: what the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub reverb: Option<u8>,
    /// How much goes into the chorus, 0..=127; none: what the file says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub chorus: Option<u8>,
    /// Silent.
    pub mute: bool,
    /// While any track is solo, only solo tracks sound.
    pub solo: bool,
}

/// Where a track goes instead of being played by the studio itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Output {
    /// The MIDI port, as the system calls it.
    pub port: String,
    /// The MIDI channel there, 0..=15.
    pub channel: u8,
    /// Whether the track's bank and program are sent too. Default: yes.
    #[serde(default = "Output::yes")]
    pub programs: bool,
}

impl Output {
    fn yes() -> bool {
        true
    }
}

/// All of a track but its notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Header {
    /// What people call it; empty: its instrument's name is shown.
    pub name: String,
    /// Which [`crate::Lane`] of the score it is written into.
    pub lane: u32,
    /// MIDI channel, 0..=15; 9 is percussion (General MIDI).
    pub channel: u8,
    /// General MIDI program, 0..=127.
    pub program: u8,
    /// Which of the twelve track hues it has, 0..=11.
    pub hue: u8,
    /// Mixer settings.
    #[serde(default)]
    pub mix: Mix,
    /// Where it is sent; none: the studio plays it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ts", ts(optional))]
    pub output: Option<Output>,
}

impl Header {
    /// The General MIDI percussion channel, counted from 0.
    pub const DRUM_CHANNEL: u8 = 9;
    /// How many track hues there are.
    pub const HUES: u8 = 12;

    /// Whether its pitches are drums rather than keys.
    pub fn is_drums(&self) -> bool {
        self.channel == Self::DRUM_CHANNEL
    }
}

/// One instrument's notes: a (file track, channel, program) of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// Its name in the document.
    pub id: TrackId,
    /// Everything but the notes.
    pub header: Header,
    /// Notes, sorted by [`Note::order`].
    pub notes: Arc<Vec<Note>>,
}

impl Track {
    /// A track; the notes are put in order.
    pub fn new(id: u32, header: Header, mut notes: Vec<Note>) -> Self {
        notes.sort_by_key(Note::order);
        Track { id: TrackId(id), header, notes: Arc::new(notes) }
    }

    /// The tick at which its last note has ended; 0 without notes.
    pub fn end(&self) -> Tick {
        self.notes.iter().map(Note::end).max().unwrap_or(0)
    }

    /// The note with this id.
    pub fn note(&self, id: NoteId) -> Option<&Note> {
        self.notes.iter().find(|note| note.id == id)
    }

    /// Whether another track plays on the same channel of the same lane, as the programs of one line do; so does itself.
    pub fn same_line(&self, other: &Track) -> bool {
        (self.header.lane, self.header.channel) == (other.header.lane, other.header.channel)
    }

    /// The notes whose onset lies in `from..to`.
    pub fn starting_in(&self, from: Tick, to: Tick) -> &[Note] {
        let first = self.notes.partition_point(|note| note.start < from);
        let last = self.notes.partition_point(|note| note.start < to);
        &self.notes[first..last.max(first)]
    }
}
