//! The document: a piece of music as an immutable value, and every change to it as an [`Edit`] that inverts.
//!
//! A [`Score`] holds [`Track`]s of [`Note`]s, the maps that all tracks share (tempo, metre, key, chords, markers) and,
//! in [`Lane`]s, every other event that its file had, so that nothing is lost between reading and writing.
//! Nothing here knows files, sound, models or windows.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod apply;
mod bars;
mod between;
mod chord;
mod command;
mod curve;
mod edit;
mod error;
mod history;
mod ids;
mod ladder;
mod lane;
mod maps;
mod note;
mod patch;
mod piece;
mod tempo;
pub mod text;
mod then;
mod track;

pub use bars::{Bar, Bars, FINE, Fine};
pub use between::Tally;
pub use chord::{Chord, ChordKind, ChordSymbol, NO_CHORD, PitchName, chord_named, voiced};
pub use command::{Command, Edge, Landmark, NewCurve, NewNote, NewNotes, Spread, Transform, VelocityChange};
pub use curve::{Controller, Point};
pub use edit::{Change, Edit};
pub use error::Error;
pub use history::{History, Nudge, Pushed};
pub use ladder::Ladder;
pub use lane::{Event, EventKind, Lane};
pub use maps::{Key, Marker, Meter, Tempo};
pub use note::{Note, NoteId};
pub use patch::{CurveColumns, NoteColumns, Patch, TrackHeader};
pub use piece::{Score, Source};
pub use tempo::TempoMap;
pub use track::{Header, Mix, Output, Track, TrackId};

/// A moment or a length in ticks; how many make a quarter note is the score's [`Score::tpq`].
pub type Tick = u32;
