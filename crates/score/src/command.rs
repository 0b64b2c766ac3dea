//! Commands: what a person means, before it is worked out what that changes.
//!
//! [`Score::edit_for`] turns a command into an [`Edit`]. A command checks its values and refuses what is outside
//! their ranges, with one exception: a movement that is too wide is carried as far as the whole group can go, so that
//! the notes keep their places relative to each other.
//!
//! Locks are a matter between a person and a variation: a command that names a locked note changes it like any other,
//! and only [`Command::ReplaceRange`], which names none, leaves it where it is.

mod alter;
mod bars;
mod carry;
mod chords;
mod curves;
mod humanize;
mod landmarks;
mod maps;
mod notes;
mod pieces;
mod programs;
mod quantize;
mod replace;
mod roster;
mod scale;
mod tracks;
mod transform;
mod values;

pub use humanize::Spread;
pub use landmarks::Landmark;
pub use transform::Transform;
pub use values::{Edge, NewCurve, NewNote, NewNotes, VelocityChange};

use crate::{Chord, Controller, Edit, Error, Mix, NoteId, Output, Score, Tick, TrackId};
use humanize::Most;
use quantize::Quantize;
use serde::{Deserialize, Serialize};

/// What a person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Command {
    /// Adds notes to a track.
    AddNotes {
        /// Where.
        track: TrackId,
        /// The notes; they get free ids, rising in this order.
        notes: Vec<NewNote>,
    },
    /// Deletes notes.
    DeleteNotes {
        /// Which.
        ids: Vec<NoteId>,
    },
    /// Moves notes in time and in pitch, as one group.
    MoveNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// Later by so many ticks; negative: earlier.
        ticks: i32,
        /// Higher by so many semitones; negative: lower.
        semitones: i32,
    },
    /// Makes notes longer or shorter by the same number of ticks, none shorter than a tick.
    ResizeNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// How far the edge moves to the right; negative: to the left.
        ticks: i32,
        /// Which edge moves. Default: the end.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        edge: Edge,
    },
    /// Gives notes the same length; one ends at [`Score::LAST_TICK`] at the latest.
    SetLength {
        /// Which.
        ids: Vec<NoteId>,
        /// Ticks, 1..=[`Score::LAST_TICK`].
        ticks: Tick,
    },
    /// Changes velocities; each stays in 1..=127.
    SetVelocity {
        /// Which notes.
        ids: Vec<NoteId>,
        /// How.
        velocity: VelocityChange,
    },
    /// Gives each note a velocity of its own, as drawn by hand in one stroke.
    DrawVelocities {
        /// Which notes.
        ids: Vec<NoteId>,
        /// One for each of them, in the same order, 1..=127.
        velocities: Vec<u8>,
    },
    /// Locks notes, so that a variation leaves them as they are, or unlocks them.
    LockNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// Locked from now on.
        locked: bool,
    },
    /// Silences single notes, or lets them sound again.
    MuteNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// Silent from now on.
        muted: bool,
    },
    /// Copies notes to another place of their tracks, as one group.
    DuplicateNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// Later by so many ticks; negative: earlier.
        ticks: i32,
        /// Higher by so many semitones; negative: lower. Default 0.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        semitones: i32,
    },
    /// Carries notes, or copies of them, to other tracks, as one group. They keep their pitches.
    CarryNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// So many tracks further down the list; negative: up.
        tracks: i32,
        /// Later by so many ticks; negative: earlier. Default 0.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        ticks: i32,
        /// The notes stay, and copies of them go. Default: no.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        copy: bool,
        /// What the tracks say of controllers then, one after the other. Default: none.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        curves: Vec<NewCurve>,
    },
    /// Draws notes to a grid, which is counted from every bar line. Without both edges it changes nothing.
    QuantizeNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// Ticks from one place of the grid to the next, 1..=[`Score::LAST_TICK`].
        grid: Tick,
        /// How much of the way they go in percent, 0..=100. Default 100.
        #[serde(default = "Command::whole")]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        strength: u8,
        /// How late every second place of the grid is in percent, 0..=100: at 100 two places share their time 2:1, as
        /// a triplet does. Default 0.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        swing: u8,
        /// Onsets are drawn to it; a note whose end is not keeps its length. Default: yes.
        #[serde(default = "Command::yes")]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        starts: bool,
        /// Ends are drawn to it, to a place after the onset. Default: no.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        ends: bool,
    },
    /// Makes notes a little uneven, as hands do. How a note changes depends on the seed, its id and its onset, not on
    /// what else is named.
    HumanizeNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// Earlier or later by at most so many ticks, 0..=[`Score::LAST_TICK`].
        timing: Tick,
        /// Softer or louder by at most this, 0..=126; each stays in 1..=127.
        velocity: u8,
        /// Shorter or longer by at most so many ticks, 0..=[`Score::LAST_TICK`]; none gets shorter than a tick.
        length: Tick,
        /// Which of the possible unevennesses; the same one gives the same notes.
        seed: u32,
        /// Notes of one onset move by the same ticks, so that chords stay chords. Default: yes.
        #[serde(default = "Command::yes")]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        together: bool,
        /// How often changes of each size come. Default: [`Spread::Near`].
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        spread: Spread,
    },
    /// Cuts those notes in two that sound through a tick. The first part keeps the id.
    SplitNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// Where the second parts begin, 0..=[`Score::LAST_TICK`].
        at: Tick,
    },
    /// Makes one note of all those of equal pitch in one track, from the first onset to the last end. The first of
    /// them stays, locked if any of them was.
    JoinNotes {
        /// Which.
        ids: Vec<NoteId>,
    },
    /// Moves notes along a scale, as one group. A note between its tones goes to the next tone in that direction as
    /// its first step.
    TransposeInScale {
        /// Which.
        ids: Vec<NoteId>,
        /// Higher by so many tones of the scale; negative: lower.
        steps: i32,
        /// The pitch classes of the scale as bits, from 1 for C to 2048 for B, 1..=4095.
        scale: u16,
    },
    /// Changes the shape of notes as one group.
    TransformNotes {
        /// Which.
        ids: Vec<NoteId>,
        /// How.
        transform: Transform,
    },
    /// Puts notes in the place of others, as one step: what accepting a variation does.
    ReplaceNotes {
        /// Which notes go. Locked ones go too if they are named.
        ids: Vec<NoteId>,
        /// What comes, by track.
        notes: Vec<NewNotes>,
        /// Controllers that come with them, each in the place of what was there. Default: none.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        curves: Vec<NewCurve>,
    },
    /// Puts notes in the place of all that begin in a stretch of some tracks, as one step: what pasting over does.
    /// Locked notes stay.
    ReplaceRange {
        /// In which tracks.
        tracks: Vec<TrackId>,
        /// First tick.
        from: Tick,
        /// The tick after the last.
        to: Tick,
        /// Notes that stay although they begin there.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        keep: Vec<NoteId>,
        /// What comes, by track.
        notes: Vec<NewNotes>,
        /// Controllers that come with them, each in the place of what was there. Default: none.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        curves: Vec<NewCurve>,
    },
    /// Puts empty bars before a bar, over all tracks. They have the metre of the bar before them.
    InsertBars {
        /// Which bar, counted from 1.
        before: u32,
        /// How many, 1..=10_000.
        count: u32,
    },
    /// Takes bars out, over all tracks: what begins in them goes, what comes after them follows what came before.
    DeleteBars {
        /// First bar, counted from 1.
        from: u32,
        /// Last bar, included.
        to: u32,
    },
    /// Puts copies of bars right after them, over all tracks.
    RepeatBars {
        /// First bar, counted from 1.
        from: u32,
        /// Last bar, included.
        to: u32,
        /// How many copies, 1..=10_000.
        times: u32,
    },
    /// Puts a copy of bars before another bar, over all tracks, with the tempo, metre, key, chords, sections and
    /// controllers that they have; everything else stays what it was where it was.
    CopyBars {
        /// First bar, counted from 1.
        from: u32,
        /// Last bar, included.
        to: u32,
        /// The bar before which the copy comes, counted from 1; it may lie after the end.
        before: u32,
    },
    /// Puts values of a controller in the place of all in a stretch of a track; none: clears it. Tracks that share the
    /// channel and the file track share its controllers.
    DrawController {
        /// In which track.
        track: TrackId,
        /// Of what.
        controller: Controller,
        /// First tick.
        from: Tick,
        /// The tick after the last. What is drawn last holds on from there.
        to: Tick,
        /// Where, from `from` to before `to`.
        ticks: Vec<Tick>,
        /// One value for each tick, in the controller's range.
        values: Vec<i16>,
    },
    /// Multiplies the values of a controller in a stretch of a track, as far as its range goes. The middle of balance
    /// and panorama stays, of all others 0.
    ScaleController {
        /// In which track.
        track: TrackId,
        /// Of what.
        controller: Controller,
        /// First tick.
        from: Tick,
        /// The tick after the last.
        to: Tick,
        /// By so many percent, 0..=1000, halves up.
        percent: u16,
    },
    /// Sets a track's gain, panorama, sends, mute and solo.
    SetMix {
        /// Which track.
        track: TrackId,
        /// How.
        mix: Mix,
    },
    /// Renames a track. An empty name shows the instrument's.
    RenameTrack {
        /// Which track.
        track: TrackId,
        /// Its name.
        name: String,
    },
    /// Gives a track another instrument, in its file's program changes too.
    SetProgram {
        /// Which track.
        track: TrackId,
        /// General MIDI program, 0..=127; on the percussion channel a kit.
        program: u8,
        /// On the percussion channel or on another. Default: where it is.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        drums: Option<bool>,
    },
    /// Has another instrument play what begins in a stretch of a track's line: of all tracks in its lane on its channel.
    /// The notes go to the one that has the instrument, or to a new one behind the track.
    ChangeProgram {
        /// A track of the line.
        track: TrackId,
        /// First tick.
        from: Tick,
        /// The tick after the last.
        to: Tick,
        /// General MIDI program, 0..=127; on the percussion channel a kit.
        program: u8,
    },
    /// Sends a track to a MIDI port, or has the studio play it again.
    SetOutput {
        /// Which track.
        track: TrackId,
        /// Where to; none: the studio plays it.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        output: Option<Output>,
    },
    /// Gives a track one of the twelve hues.
    SetHue {
        /// Which track.
        track: TrackId,
        /// Which hue, 0..=11.
        hue: u8,
    },
    /// Moves a track to another place in the list.
    MoveTrack {
        /// Which track.
        track: TrackId,
        /// Its new place, counted from 0; beyond the last: the last.
        to: u32,
    },
    /// Adds a copy of a track after it, with its notes and controllers, on a channel that is as free as possible.
    DuplicateTrack {
        /// Which track.
        track: TrackId,
    },
    /// Adds a track after the others, with a channel that is as free as possible.
    AddTrack {
        /// Its name; may be empty.
        name: String,
        /// General MIDI program, 0..=127.
        program: u8,
        /// On the percussion channel. Default: no.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        drums: bool,
        /// Its notes. Default: none.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        notes: Vec<NewNote>,
    },
    /// Removes a track and its notes. What else its file track held stays.
    RemoveTrack {
        /// Which track.
        track: TrackId,
    },
    /// Sets the tempo from a tick on, up to the next tempo.
    SetTempo {
        /// From here on.
        tick: Tick,
        /// Microseconds per quarter note, 1..=16_777_215.
        micros: u32,
    },
    /// Goes from one tempo to another in steps of a sixteenth, evenly in quarters a minute, in the place of the tempi of
    /// that stretch. After it the second one is in force, up to the next tempo.
    RampTempo {
        /// First tick.
        from: Tick,
        /// The tick at which the second tempo is reached.
        to: Tick,
        /// Microseconds per quarter note at the beginning, 1..=16_777_215.
        first: u32,
        /// Microseconds per quarter note at the end, 1..=16_777_215.
        last: u32,
    },
    /// Sets the metre from a tick on, up to the next metre. A bar begins there; the bars up to the next metre are laid
    /// anew, and the last of them is as short as that makes it. No note moves.
    SetMeter {
        /// From here on.
        tick: Tick,
        /// Beats in a bar, 1..=255.
        numerator: u8,
        /// The beat's note value: 1, 2, 4, 8, 16, 32 or 64.
        denominator: u8,
    },
    /// Sets the key signature from a tick on, up to the next.
    SetKey {
        /// From here on.
        tick: Tick,
        /// Sharps (positive) or flats (negative), -7..=7.
        fifths: i8,
        /// Minor rather than major.
        minor: bool,
    },
    /// Sets the chord from a tick on, up to the next.
    SetChord {
        /// From here on.
        tick: Tick,
        /// As players write it: `Am7/G`; `N.C.` for none.
        chord: String,
    },
    /// Puts chords in the place of those in a stretch. After it holds what held there before.
    WriteChords {
        /// First tick.
        from: Tick,
        /// The tick after the last.
        to: Tick,
        /// What comes, sorted by tick, all of it inside.
        chords: Vec<Chord>,
        /// What somebody wrote stays, and no other chord comes before the next one that stood there, or the end of its
        /// bar if none did. Default: no.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional, as = "Option<_>"))]
        spare: bool,
    },
    /// Adds the chords of a stretch to a track as notes.
    StampChords {
        /// To which.
        track: TrackId,
        /// First tick.
        from: Tick,
        /// The tick after the last.
        to: Tick,
        /// This one instead of those that hold there.
        #[serde(default)]
        #[cfg_attr(feature = "ts", ts(optional))]
        chord: Option<String>,
    },
    /// Names a place; what stood there gets this name.
    SetMarker {
        /// Where.
        tick: Tick,
        /// Its name.
        name: String,
    },
    /// Carries a tempo, metre, key, chord or marker to another place, where it is instead of what stood there.
    MoveLandmark {
        /// What.
        what: Landmark,
        /// Where it is.
        from: Tick,
        /// Where it goes.
        to: Tick,
    },
    /// Removes a tempo, metre, key, chord or marker; what was in force before it goes on.
    RemoveLandmark {
        /// What.
        what: Landmark,
        /// Where it is.
        tick: Tick,
    },
    /// Sets the title.
    SetTitle {
        /// What the piece is called.
        title: String,
    },
}

impl Score {
    /// The last tick at which a note that is written or moved may end: the longest delta time of a Standard MIDI
    /// File, so that every document can be written.
    pub const LAST_TICK: Tick = 0x0FFF_FFFF;

    /// What a command changes. A command that changes nothing gives an edit without changes.
    ///
    /// ```
    /// use score::{Command, NoteId, text};
    ///
    /// let score = text::score("C4:1 E4:1 G4:2")?;
    /// let octave = Command::MoveNotes { ids: vec![NoteId(0), NoteId(1)], ticks: 0, semitones: 12 };
    /// let edit = score.edit_for(&octave)?;
    /// assert_eq!(edit.label, "Transpose 2 notes");
    /// assert_eq!(text::print(&score.with(&edit)?), "C5:1 E5:1 G4:2");
    /// # Ok::<(), score::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoNote`] or [`Error::NoTrack`] if it speaks of something that is not there, [`Error::Range`] if a
    /// value is outside its range.
    pub fn edit_for(&self, command: &Command) -> Result<Edit, Error> {
        match command {
            Command::AddNotes { track, notes } => self.add_notes(*track, notes),
            Command::DeleteNotes { ids } => self.delete_notes(ids),
            Command::MoveNotes { ids, ticks, semitones } => self.move_notes(ids, *ticks, *semitones),
            Command::ResizeNotes { ids, ticks, edge } => self.resize_notes(ids, *ticks, *edge),
            Command::SetLength { ids, ticks } => self.set_length(ids, *ticks),
            Command::SetVelocity { ids, velocity } => self.set_velocity(ids, *velocity),
            Command::DrawVelocities { ids, velocities } => self.draw_velocities(ids, velocities),
            Command::LockNotes { ids, locked } => self.lock_notes(ids, *locked),
            Command::MuteNotes { ids, muted } => self.mute_notes(ids, *muted),
            Command::DuplicateNotes { ids, ticks, semitones } => self.duplicate_notes(ids, *ticks, *semitones),
            Command::QuantizeNotes { ids, grid, strength, swing, starts, ends } => {
                self.quantize_notes(ids, Quantize { grid: *grid, strength: *strength, swing: *swing }, *starts, *ends)
            }
            Command::HumanizeNotes { ids, timing, velocity, length, seed, together, spread } => {
                let most = Most { timing: *timing, velocity: *velocity, length: *length, spread: *spread };
                self.humanize_notes(ids, most, *seed, *together)
            }
            Command::SplitNotes { ids, at } => self.split_notes(ids, *at),
            Command::JoinNotes { ids } => self.join_notes(ids),
            Command::TransposeInScale { ids, steps, scale } => self.transpose_in_scale(ids, *steps, *scale),
            Command::CarryNotes { ids, tracks, ticks, copy, curves } => {
                self.carry_notes(ids, *tracks, *ticks, *copy, curves)
            }
            Command::TransformNotes { ids, transform } => self.transform_notes(ids, *transform),
            Command::ReplaceNotes { ids, notes, curves } => self.replace_notes(ids, notes, curves),
            Command::ReplaceRange { tracks, from, to, keep, notes, curves } => {
                self.replace_range(tracks, *from..*to, keep, notes, curves)
            }
            Command::InsertBars { before, count } => self.insert_bars(*before, *count),
            Command::DeleteBars { from, to } => self.delete_bars(*from, *to),
            Command::RepeatBars { from, to, times } => self.repeat_bars(*from, *to, *times),
            Command::CopyBars { from, to, before } => self.copy_bars(*from, *to, *before),
            Command::DrawController { track, controller, from, to, ticks, values } => {
                self.draw_controller(*track, *controller, *from..*to, ticks, values)
            }
            Command::ScaleController { track, controller, from, to, percent } => {
                self.scale_controller(*track, *controller, *from..*to, *percent)
            }
            Command::SetMix { track, mix } => self.set_mix(*track, *mix),
            Command::RenameTrack { track, name } => self.rename_track(*track, name),
            Command::SetProgram { track, program, drums } => self.set_program(*track, *program, *drums),
            Command::ChangeProgram { track, from, to, program } => self.change_program(*track, &(*from..*to), *program),
            Command::SetOutput { track, output } => self.set_output(*track, output.as_ref()),
            Command::SetHue { track, hue } => self.set_hue(*track, *hue),
            Command::MoveTrack { track, to } => self.move_track(*track, *to),
            Command::DuplicateTrack { track } => self.duplicate_track(*track),
            Command::AddTrack { name, program, drums, notes } => self.add_track(name, *program, *drums, notes),
            Command::RemoveTrack { track } => self.remove_track(*track),
            Command::SetTempo { tick, micros } => self.set_tempo(*tick, *micros),
            Command::RampTempo { from, to, first, last } => self.ramp_tempo(*from..*to, *first, *last),
            Command::SetMeter { tick, numerator, denominator } => self.set_meter(*tick, *numerator, *denominator),
            Command::SetKey { tick, fifths, minor } => self.set_key(*tick, *fifths, *minor),
            Command::SetChord { tick, chord } => self.set_chord(*tick, chord),
            Command::WriteChords { from, to, chords, spare } => self.write_chords(*from..*to, chords, *spare),
            Command::StampChords { track, from, to, chord } => self.stamp_chords(*track, *from..*to, chord.as_deref()),
            Command::SetMarker { tick, name } => self.set_marker(*tick, name),
            Command::MoveLandmark { what, from, to } => self.move_landmark(*what, *from, *to),
            Command::RemoveLandmark { what, tick } => self.remove_landmark(*what, *tick),
            Command::SetTitle { title } => self.set_title(title),
        }
    }
}

impl Command {
    /// All of the way, in percent.
    fn whole() -> u8 {
        100
    }

    fn yes() -> bool {
        true
    }
}

/// Refuses a value outside `low..=high`.
fn within<T: Into<i64>>(what: &'static str, value: T, low: T, high: T) -> Result<(), Error> {
    let (value, low, high) = (value.into(), low.into(), high.into());
    match (low..=high).contains(&value) {
        true => Ok(()),
        false => Err(Error::Range { what, value, low, high }),
    }
}

/// "a note", "12 notes".
fn notes(count: usize) -> String {
    match count {
        1 => "a note".into(),
        _ => format!("{count} notes"),
    }
}
