//! What commands carry beside ids.

use super::within;
use crate::{Controller, Error, Note, NoteId, Score, Tick, TrackId};
use serde::{Deserialize, Serialize};

/// A note that has no id yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NewNote {
    /// Onset in ticks.
    pub start: Tick,
    /// Length in ticks, at least 1; it ends at [`Score::LAST_TICK`] at the latest.
    pub length: Tick,
    /// MIDI key, 0..=127.
    pub pitch: u8,
    /// Note-on velocity, 1..=127.
    pub velocity: u8,
    /// Note-off velocity, 0..=127. Default [`Note::PLAIN_RELEASE`].
    #[serde(default = "NewNote::plain_release")]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub release: u8,
    /// Kept as it is when a variation is written over it. Default: no.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub locked: bool,
    /// Silent. Default: no.
    #[serde(default)]
    #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
    pub muted: bool,
}

/// New notes of one track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NewNotes {
    /// Which track.
    pub track: TrackId,
    /// Its new notes.
    pub notes: Vec<NewNote>,
}

/// Values of a controller in a stretch of a track, as [`super::Command::DrawController`] has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NewCurve {
    /// In which track.
    pub track: TrackId,
    /// Of what.
    pub controller: Controller,
    /// First tick.
    pub from: Tick,
    /// The tick after the last.
    pub to: Tick,
    /// Where, from `from` to before `to`.
    pub ticks: Vec<Tick>,
    /// One value for each tick, in the controller's range.
    pub values: Vec<i16>,
}

/// An edge of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Edge {
    /// Where it begins; the end stays.
    Start,
    /// Where it ends.
    #[default]
    End,
}

/// What happens to velocities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum VelocityChange {
    /// All become this one, 1..=127.
    Set(u8),
    /// All become louder by this; negative: softer.
    Add(i16),
    /// All are multiplied by so many percent, 0..=1000, halves up.
    Scale(u16),
}

impl NewNote {
    /// A note with plain release, neither locked nor muted.
    pub fn new(start: Tick, length: Tick, pitch: u8, velocity: u8) -> Self {
        NewNote::from(Note::new(0, start, length, pitch, velocity))
    }

    /// This note under an id, if all its values are inside their ranges.
    pub(super) fn with_id(self, id: u32) -> Result<Note, Error> {
        let NewNote { start, length, pitch, velocity, release, locked, muted } = self;
        within("pitch", pitch, 0, 127)?;
        within("velocity", velocity, 1, 127)?;
        within("release velocity", release, 0, 127)?;
        within("onset", start, 0, Score::LAST_TICK - 1)?;
        within("length", length, 1, Score::LAST_TICK - start)?;
        Ok(Note { id: NoteId(id), start, length, pitch, velocity, release, locked, muted })
    }

    fn plain_release() -> u8 {
        Note::PLAIN_RELEASE
    }
}

impl From<Note> for NewNote {
    fn from(note: Note) -> Self {
        let Note { id: _, start, length, pitch, velocity, release, locked, muted } = note;
        NewNote { start, length, pitch, velocity, release, locked, muted }
    }
}
