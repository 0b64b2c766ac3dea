//! Patches: what a mirror of the document changes after an edit.

mod curves;

use crate::ids::Ids;
use crate::{Change, Chord, Edit, Header, Key, Marker, Meter, Note, NoteId, Score, Tempo, Tick, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a mirror does after an edit: drops `removed` notes, then puts each note of `notes` in the place of the one
/// with its id, or adds it; then takes over whatever else is there. The mirror knows a note's id, track, onset,
/// length, pitch, velocity, release velocity and flags, and of each track the controllers that it hears.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase", default)]
pub struct Patch {
    /// Notes that are new or different.
    pub notes: NoteColumns,
    /// Notes that are gone.
    pub removed: Vec<NoteId>,
    /// If a track was added, removed or moved: all tracks, in order.
    pub tracks: Option<Vec<TrackHeader>>,
    /// Otherwise: tracks whose header is different.
    pub headers: Vec<TrackHeader>,
    /// Stretches of controllers that are different.
    pub curves: Vec<CurveColumns>,
    /// The tempo map, if it is different.
    pub tempos: Option<Vec<Tempo>>,
    /// The metre map, if it is different.
    pub meters: Option<Vec<Meter>>,
    /// The key map, if it is different.
    pub keys: Option<Vec<Key>>,
    /// The chord map, if it is different.
    pub chords: Option<Vec<Chord>>,
    /// The markers, if they are different.
    pub markers: Option<Vec<Marker>>,
    /// The title, if it is different.
    pub title: Option<String>,
    /// Where the last note ends now.
    pub end: Tick,
    /// Where the last bar that is written ends now.
    pub written: Tick,
    /// [`Score::checksum`] of the document that the mirror shows now.
    pub checksum: u32,
}

/// Notes as columns of equal length, so that they are few bytes and go straight into typed arrays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct NoteColumns {
    /// Ids.
    pub id: Vec<u32>,
    /// Ids of their tracks.
    pub track: Vec<u32>,
    /// Onsets in ticks.
    pub start: Vec<Tick>,
    /// Lengths in ticks.
    pub length: Vec<Tick>,
    /// MIDI keys.
    pub pitch: Vec<u8>,
    /// Velocities.
    pub velocity: Vec<u8>,
    /// [`Note::flags`].
    pub flags: Vec<u8>,
    /// Release velocities; none at all where every one is [`Note::PLAIN_RELEASE`].
    #[serde(default)]
    pub release: Vec<u8>,
}

/// A stretch of one controller as a track hears it: the mirror drops what it knows from `from` to `to`, both included,
/// and puts these values there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct CurveColumns {
    /// Id of the track.
    pub track: u32,
    /// [`Controller::code`].
    pub controller: u8,
    /// First tick of the stretch.
    pub from: Tick,
    /// Last tick of the stretch.
    pub to: Tick,
    /// Ticks, rising; of several values at one tick the last holds.
    pub tick: Vec<Tick>,
    /// A value for each tick.
    pub value: Vec<i16>,
}

/// A track without its notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct TrackHeader {
    /// Its id.
    pub id: TrackId,
    /// Name, instrument, mixer setting and so on.
    pub header: Header,
}

impl Patch {
    /// What a mirror that shows the document before `edit` does to show `after`, to which the edit has led.
    pub fn of(edit: &Edit, after: &Score) -> Patch {
        let mut patch =
            Patch { end: after.end(), written: after.written_end(), checksum: after.checksum(), ..Patch::default() };
        let (mut touched, mut headers, mut order) = (Vec::new(), BTreeSet::new(), false);
        for change in &edit.changes {
            match change {
                Change::Note { before, after, .. } => {
                    touched.extend([before, after].into_iter().flatten().map(|note| note.id))
                }
                Change::Track { before, after, .. } => {
                    order = true;
                    let tracks = [before, after].into_iter().flatten();
                    touched.extend(tracks.flat_map(|track| track.notes.iter()).map(|note| note.id));
                }
                Change::Header { track, .. } => {
                    headers.insert(*track);
                }
                Change::Order { .. } => order = true,
                Change::Lane { .. } | Change::Events { .. } | Change::Splice { .. } | Change::End { .. } => {}
                Change::Tempos { .. } => patch.tempos = Some(after.tempos.to_vec()),
                Change::Meters { .. } => patch.meters = Some(after.meters.to_vec()),
                Change::Keys { .. } => patch.keys = Some(after.keys.to_vec()),
                Change::Chords { .. } => patch.chords = Some(after.chords.to_vec()),
                Change::Markers { .. } => patch.markers = Some(after.markers.to_vec()),
                Change::Title { .. } => patch.title = Some(after.title.clone()),
            }
        }
        patch.take_notes(touched, after);
        patch.curves = curves::of(edit, after);
        let listed = after.tracks.iter().filter(|track| order || headers.contains(&track.id));
        let listed = listed.map(|track| TrackHeader { id: track.id, header: track.header.clone() }).collect();
        match order {
            true => patch.tracks = Some(listed),
            false => patch.headers = listed,
        }
        patch
    }

    /// Each of these notes as it is in `after`, or as removed.
    fn take_notes(&mut self, touched: Vec<NoteId>, after: &Score) {
        if touched.is_empty() {
            return;
        }
        let touched = Ids::new(touched);
        for (track, note) in after.notes_among(&touched) {
            self.notes.push(track, note);
        }
        let present = Ids::new(self.notes.id.iter().map(|&id| NoteId(id)).collect());
        self.removed = touched.iter().filter(|&id| !present.contains(id)).collect();
    }
}

impl NoteColumns {
    /// How many notes there are.
    pub fn len(&self) -> usize {
        self.id.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    fn push(&mut self, track: TrackId, note: &Note) {
        self.id.push(note.id.0);
        self.track.push(track.0);
        self.start.push(note.start);
        self.length.push(note.length);
        self.pitch.push(note.pitch);
        self.velocity.push(note.velocity);
        self.flags.push(note.flags());
        let first = self.release.is_empty() && note.release != Note::PLAIN_RELEASE;
        if first {
            self.release = vec![Note::PLAIN_RELEASE; self.id.len() - 1];
        }
        if first || !self.release.is_empty() {
            self.release.push(note.release);
        }
    }
}

impl Score {
    /// A checksum of what a mirror knows of the notes, by which it finds out whether it is still right.
    ///
    /// It is the sum, modulo 2³², of a number for each note, so that the order of notes does not matter. With 32-bit
    /// words and products modulo 2³², a note's number is
    ///
    /// ```text
    /// h = 0x811C9DC5
    /// for word in [id, track, start, length, pitch + 256 · velocity + 65536 · flags]:
    ///     h = (h xor word) · 0x01000193
    /// h = (h xor (h >> 16)) · 0x85EBCA6B
    /// h = (h xor (h >> 13)) · 0xC2B2AE35
    /// h = h xor (h >> 16)
    /// ```
    ///
    /// with unsigned shifts (in TypeScript `Math.imul` and `>>>`, and `>>> 0` at the end). The first three lines
    /// are the step and the constants of FNV-1a by words instead of bytes (Fowler, Noll, Vo), the others the
    /// finaliser of MurmurHash3 (Appleby), without which errors could cancel in the sum. The note C4 with id 0,
    /// track 0, onset 0, length 960, velocity 80 and no flags has the checksum 0xB2786130; no notes have 0.
    pub fn checksum(&self) -> u32 {
        let notes = self.tracks.iter().flat_map(|track| track.notes.iter().map(|note| number(track.id, note)));
        notes.fold(0, u32::wrapping_add)
    }
}

/// A note's part of the checksum.
fn number(track: TrackId, note: &Note) -> u32 {
    let rest = u32::from(note.pitch) | u32::from(note.velocity) << 8 | u32::from(note.flags()) << 16;
    let mut h: u32 = 0x811C_9DC5;
    for word in [note.id.0, track.0, note.start, note.length, rest] {
        h = (h ^ word).wrapping_mul(0x0100_0193);
    }
    h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
    h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
    h ^ (h >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, Mix, text};

    fn patch(music: &str, command: Command) -> Patch {
        let score = text::score(music).unwrap();
        let edit = score.edit_for(&command).unwrap();
        Patch::of(&edit, &score.with(&edit).unwrap())
    }

    #[test]
    fn only_what_changed_is_in_it() {
        let moved = patch("C4:1 E4:1! G4:1", Command::MoveNotes { ids: vec![NoteId(1)], ticks: 0, semitones: 1 });
        let NoteColumns { id, pitch, flags, .. } = &moved.notes;
        assert_eq!((id.as_slice(), pitch.as_slice(), flags.as_slice()), (&[1][..], &[65][..], &[1][..]));
        assert_eq!((moved.end, moved.removed.len(), moved.headers.len(), &moved.tracks), (2880, 0, 0, &None));
        let removed = patch("C4:1 E4:1", Command::DeleteNotes { ids: vec![NoteId(1)] });
        assert_eq!((removed.notes.len(), removed.removed), (0, vec![NoteId(1)]));
    }

    #[test]
    fn tracks_come_whole_when_their_list_changes() {
        let mixed =
            patch("C4:1\nE4:1", Command::SetMix { track: TrackId(1), mix: Mix { solo: true, ..Mix::default() } });
        assert_eq!((mixed.headers.len(), mixed.headers[0].id), (1, TrackId(1)));
        let removed = patch("C4:1\nE4:1", Command::RemoveTrack { track: TrackId(0) });
        assert_eq!(removed.tracks.map(|tracks| tracks[0].id), Some(TrackId(1)));
        assert_eq!(removed.removed, [NoteId(0)]);
    }

    #[test]
    fn a_map_comes_whole() {
        let tempo = patch("C4:1", Command::SetTempo { tick: 0, micros: 400_000 });
        assert_eq!(tempo.tempos, Some(vec![Tempo { tick: 0, micros: 400_000 }]));
        assert_eq!((tempo.meters, tempo.title), (None, None));
    }

    #[test]
    fn the_checksum_is_the_one_in_its_description() {
        let checksum = |music| text::score(music).unwrap().checksum();
        assert_eq!(checksum("C4:1"), 0xB278_6130);
        assert_eq!(checksum(""), 0);
        assert_ne!(checksum("C4:1 E4:1"), checksum("E4:1 C4:1"));
        assert_ne!(checksum("C4:1"), checksum("C4:1!"));
    }
}
