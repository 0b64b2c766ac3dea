//! What crosses between the engine and its callers: plain values, numbers that fit JavaScript, camelCase names.

use crate::VoiceUse;
use score::{Chord, Header, Key, Marker, Meter, Note, NoteId, Patch, Tempo, Tick, TrackId};
use serde::{Deserialize, Serialize};

/// A document as the window first sees it; the notes follow track by track in columns ([`crate::Studio::notes`]).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Which project it is, in the library.
    pub project: u32,
    /// What the piece is called.
    pub title: String,
    /// Counts every change since the project was opened.
    pub revision: u32,
    /// Ticks per quarter note.
    pub tpq: u16,
    /// Tempo map.
    pub tempos: Vec<Tempo>,
    /// Metre map.
    pub meters: Vec<Meter>,
    /// Key map.
    pub keys: Vec<Key>,
    /// Chord map.
    pub chords: Vec<Chord>,
    /// Markers.
    pub markers: Vec<Marker>,
    /// Tracks, in order.
    pub tracks: Vec<TrackSummary>,
    /// Where the last note ends.
    pub end: Tick,
    /// Where the last bar that is written ends.
    pub written: Tick,
    /// `score::Score::checksum` of the notes.
    pub checksum: u32,
    /// What can be undone and redone.
    pub history: HistoryState,
}

/// A track without its notes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TrackSummary {
    /// Its id.
    pub id: TrackId,
    /// Name, instrument, mixer settings.
    pub header: Header,
    /// The General MIDI name of its instrument or drum kit, or "Drums".
    pub instrument: String,
    /// How many notes it has.
    pub notes: u32,
}

/// An instrument that a track can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Instrument {
    /// General MIDI program, 0..=127; of drums the kit.
    pub program: u8,
    /// On the percussion channel.
    pub drums: bool,
    /// Its name.
    pub name: String,
    /// The family that it is listed in.
    pub family: String,
}

/// What undo and redo would do now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct HistoryState {
    /// Labels of the steps that were taken, oldest first, at most the last 200.
    pub done: Vec<String>,
    /// Labels of the steps that can be redone, the next one first, at most 200.
    pub undone: Vec<String>,
}

/// What happened to the document; sent on the one ordered channel after the journal has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// The revision that it leads to.
    pub revision: u32,
    /// The step's label: "Move 12 notes".
    pub label: String,
    /// What to change in the mirror.
    pub patch: Patch,
    /// What can be undone and redone now.
    pub history: HistoryState,
}

/// Everything that the engine tells a window by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Event {
    /// The document changed.
    Changed(Box<Changed>),
    /// Another document was opened.
    Opened(Document),
    /// Where playback is; at most 30 a second while playing, and at each start, stop, seek and loop.
    Anchor(sound::Anchor),
    /// How loud it is; at most 30 a second while anything sounds, and one when it has become silent.
    Levels(sound::Levels),
    /// A key was played, on whatever keyboard.
    Struck(Struck),
    /// A recording has begun or ended.
    Recording {
        /// It runs.
        on: bool,
    },
    /// Other keyboards are there now.
    Ports(Ports),
    /// Something worth a line in the status bar.
    Message {
        /// How serious.
        level: Level,
        /// Plain words, with what to do next.
        text: String,
    },
}

/// A key that was played.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Struck {
    /// MIDI key, 0..=127.
    pub pitch: u8,
    /// 1..=127; 0: it came up.
    pub velocity: u8,
    /// Where the music was at that moment, in ticks; none while it rests.
    pub tick: Option<f64>,
}

/// The MIDI ports of this machine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Ports {
    /// Keyboards that are listened to.
    pub inputs: Vec<String>,
    /// Outputs that tracks can be sent to.
    pub outputs: Vec<String>,
    /// Why there are none, if the machine has no MIDI.
    pub missing: Option<String>,
}

/// How a recording is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase", default)]
pub struct Recording {
    /// Bars of clicks before it begins, 0..=8; none while the music plays already.
    pub count_in: u8,
    /// Onsets go to the nearest place of a grid of so many ticks; none: they stay where they were played.
    pub grid: Option<Tick>,
    /// What is there already goes; otherwise it stays beside what is played.
    pub replace: bool,
}

/// How serious a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// Good to know.
    Info,
    /// Something does not work, the rest does.
    Warning,
    /// What was asked for did not happen.
    Error,
}

/// What a person asks for with G.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct VaryRequest {
    /// What is written anew.
    pub selection: Selection,
    /// How it is written.
    #[serde(default)]
    pub settings: compose::Settings,
    /// Notes that stay as they are, beside those that are locked in the document.
    #[serde(default)]
    pub locks: Vec<NoteId>,
    /// Which voices write; none: the base model alone.
    #[serde(default)]
    pub voices: Vec<VoiceUse>,
    /// Words that the voices are told, of those that they know.
    #[serde(default)]
    pub words: Vec<String>,
    /// As many candidates by the base model alone stand beside them, for the same selection and seed; not where no voice
    /// writes, because that would be the same twice.
    #[serde(default)]
    pub compare: bool,
}

impl VaryRequest {
    /// What the base model is asked: no locks but the document's, no voices, no words.
    pub fn new(selection: Selection, settings: compose::Settings) -> Self {
        VaryRequest { selection, settings, locks: Vec::new(), voices: Vec::new(), words: Vec::new(), compare: false }
    }
}

/// A rectangle of the arrangement, some tracks in some bars; or any set of cells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase", default)]
pub struct Selection {
    /// Which tracks; none means all that have notes there.
    pub tracks: Vec<TrackId>,
    /// First bar, counted from 1.
    pub from_bar: u32,
    /// Last bar, counted from 1, included.
    pub to_bar: u32,
    /// If there are any, they are the selection and the rest is ignored.
    pub cells: Vec<SelectionCell>,
}

/// One track in one bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct SelectionCell {
    /// Which track.
    pub track: TrackId,
    /// Which bar, counted from 1.
    pub bar: u32,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Range {
    /// First tick.
    pub from: Tick,
    /// The tick after the last.
    pub to: Tick,
}

/// Some bars of the score view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct FragmentRequest {
    /// First bar, counted from 1.
    pub from_bar: u32,
    /// Last bar, counted from 1, included.
    pub to_bar: u32,
    /// Which tracks, from the top.
    pub tracks: Vec<TrackId>,
    /// The proposal that is shown in its place.
    pub candidate: Option<u32>,
    /// What is being tried is shown, where something is; it goes before the proposal, as in what is heard.
    pub tried: bool,
    /// The checksums of these bars as the caller has them; none: it has nothing.
    pub known: Vec<u32>,
}

/// Some bars, ready to be engraved as one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Fragment {
    /// The revision that they are of.
    pub revision: u32,
    /// One for each bar; while it stays, so does what is written in it.
    pub checksums: Vec<u32>,
    /// MusicXML; none where the caller knows it already.
    pub text: Option<String>,
    /// Ids of signs of the first bar that are tied to the bar before.
    pub tied_before: Vec<String>,
    /// Ids of signs of the last bar that are tied to the bar after.
    pub tied_after: Vec<String>,
    /// The track of each staff, from the top.
    pub staves: Vec<TrackId>,
    /// Sharps (positive) or flats of the signature in each bar, -7..=7.
    pub fifths: Vec<i8>,
}

/// What one run of the model gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Variations {
    /// The proposals, the best first.
    pub candidates: Vec<Candidate>,
    /// Which model wrote them: its name and the first digits of its weights' hash.
    pub model: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u32,
    /// How long until the first note was there, in milliseconds.
    pub first_note_ms: u32,
    /// How many tokens were written, over all candidates.
    pub tokens: u32,
    /// Tokens written per second of the whole run.
    pub tokens_per_second: f32,
}

/// A proposal that is not yet part of the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Its id, for audition, accept and export.
    pub id: u32,
    /// With this seed and the same request it comes again.
    pub seed: u32,
    /// The notes that it writes, by track.
    pub notes: Vec<TrackNotes>,
    /// The notes that it replaces.
    pub removed: Vec<NoteId>,
    /// The bars that it speaks of, counted from 1, both included.
    pub from_bar: u32,
    /// See `from_bar`.
    pub to_bar: u32,
    /// Mean surprise under the model, in bits per note.
    pub bits_per_note: f32,
    /// How like the music it replaces it is, 0..=1: (F1 of onsets + F1 of notes) / 2.
    pub similarity: f32,
    /// The longest passage that it shares with the rest of the piece.
    pub copied: Copied,
    /// At least so much of it is as in one work that the model or a voice learnt from.
    pub known: Copied,
    /// Who wrote it: the model, with its voices.
    pub writer: String,
}

/// A passage that stands elsewhere too: equal steps between onsets and equal intervals.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Copied {
    /// How many notes long it is.
    pub notes: u32,
    /// Where it stands, in words; empty without notes.
    #[serde(rename = "where")]
    pub place: String,
}

/// Notes of one track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct TrackNotes {
    /// Which track.
    pub track: TrackId,
    /// Its notes.
    pub notes: Vec<Note>,
}

/// What a run of the model reports while it writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum VaryProgress {
    /// The music around the selection was read.
    Read {
        /// Tokens of the prompt.
        tokens: u32,
    },
    /// Notes of a candidate that is still being written; ghosts.
    Wrote {
        /// Which candidate, from 0.
        candidate: u32,
        /// What it has so far.
        notes: Vec<TrackNotes>,
    },
}

/// How far a longer job is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// How much is done, 0..=1.
    pub done: f32,
    /// The bar that it has reached, counted from 1.
    pub bar: u32,
    /// How many bars there are.
    pub bars: u32,
}

/// A project of the library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct ProjectSummary {
    /// Its id.
    pub id: u32,
    /// What it is called.
    pub title: String,
    /// It stands before all that are not.
    pub pinned: bool,
    /// Words that somebody has put on it, in the order of the alphabet.
    pub tags: Vec<String>,
    /// When it was last changed, in seconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub changed: u64,
}
