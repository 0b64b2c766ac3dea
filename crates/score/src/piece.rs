//! A whole piece.

use crate::{Bars, Chord, Error, Key, Lane, Marker, Meter, Note, NoteId, Tempo, TempoMap, Tick, Track, TrackId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a piece came from, as far as its file has to be written again in the same shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Standard MIDI File format, 0, 1 or 2; 1 for a piece that has no file.
    pub format: u8,
    /// Ticks per quarter of the file, 1..=32767.
    pub ppq: u16,
}

/// The most empty bars after the last note that are written. Where a file ends later still, that is how long its player
/// should wait, and no paper to write on.
const SPARE: usize = 256;

/// A piece of music: an immutable value. Changes are [`crate::Edit`]s, which make a new one that shares what
/// they leave alone.
///
/// Ticks are those of the source file, times a whole number where the file is coarser than 96 to the quarter, so
/// that reading never moves a note; a piece that begins here has [`Score::TPQ`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// What the piece is called; may be empty.
    pub title: String,
    /// Ticks per quarter note, 96..=32767.
    pub tpq: u16,
    /// What its file was like.
    pub source: Source,
    /// Tempo map, sorted by tick.
    pub tempos: Arc<Vec<Tempo>>,
    /// Metre map, sorted by tick.
    pub meters: Arc<Vec<Meter>>,
    /// Key map, sorted by tick.
    pub keys: Arc<Vec<Key>>,
    /// Chord map, sorted by tick. Left out where it is empty, as in pieces from before there were chords.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub chords: Arc<Vec<Chord>>,
    /// Markers, sorted by tick.
    pub markers: Arc<Vec<Marker>>,
    /// All other events, one lane for each file track; lane 0 also carries the maps when written.
    pub lanes: Vec<Arc<Lane>>,
    /// Tracks in the order of the file: by lane, channel, first note.
    pub tracks: Vec<Arc<Track>>,
}

impl Score {
    /// Ticks per quarter of a piece that begins here.
    pub const TPQ: u16 = 960;

    /// A piece without a note, with one lane for its maps.
    pub fn empty() -> Self {
        Score {
            title: String::new(),
            tpq: Self::TPQ,
            source: Source { format: 1, ppq: Self::TPQ },
            tempos: Arc::default(),
            meters: Arc::default(),
            keys: Arc::default(),
            chords: Arc::default(),
            markers: Arc::default(),
            lanes: vec![Arc::default()],
            tracks: Vec::new(),
        }
    }

    /// The tick at which the last note has ended.
    pub fn end(&self) -> Tick {
        self.tracks.iter().map(|track| track.end()).max().unwrap_or(0)
    }

    /// Its bar grid.
    pub fn bars(&self) -> Bars {
        Bars::new(self.tpq, &self.meters)
    }

    /// How many bars people count, up to the last note's end.
    pub fn bar_count(&self) -> usize {
        self.bars().count(self.end())
    }

    /// How many bars are written: those with notes, and the empty ones after them that the piece was given.
    pub fn written_bars(&self) -> usize {
        let (bars, sounding) = (self.bars(), self.bar_count());
        let given = bars.count(self.lanes.iter().map(|lane| lane.end).max().unwrap_or(0));
        if given > sounding + SPARE { sounding } else { given.max(sounding) }
    }

    /// The tick at which the last bar that is written has ended, or the last note where that hangs over.
    pub fn written_end(&self) -> Tick {
        self.bars().bar(self.written_bars() - 1).end().max(self.end())
    }

    /// Its tempo map, ready for conversion.
    pub fn tempo_map(&self) -> TempoMap {
        TempoMap::new(self.tpq, &self.tempos)
    }

    /// How many notes it has.
    pub fn note_count(&self) -> usize {
        self.tracks.iter().map(|track| track.notes.len()).sum()
    }

    /// The track with this id.
    ///
    /// # Errors
    /// [`Error::NoTrack`] if there is none.
    pub fn track(&self, id: TrackId) -> Result<&Track, Error> {
        self.tracks
            .iter()
            .find(|track| track.id == id)
            .map(Arc::as_ref)
            .ok_or(Error::NoTrack { track: id, count: self.tracks.len() })
    }

    /// The note with this id, and its track.
    ///
    /// # Errors
    /// [`Error::NoNote`] if there is none.
    pub fn note(&self, id: NoteId) -> Result<(&Track, &Note), Error> {
        self.tracks
            .iter()
            .find_map(|track| track.note(id).map(|note| (track.as_ref(), note)))
            .ok_or(Error::NoNote { note: id })
    }

    /// An id that no note has and every later one may have; the last one there is, [`u32::MAX`], if a note has that.
    pub fn free_note_id(&self) -> u32 {
        let used = self.tracks.iter().flat_map(|track| track.notes.iter()).map(|note| note.id.0);
        used.max().map_or(0, |id| id.saturating_add(1))
    }

    /// An id that no track has and every later one may have; [`u32::MAX`] if a track has that.
    pub fn free_track_id(&self) -> u32 {
        self.tracks.iter().map(|track| track.id.0).max().map_or(0, |id| id.saturating_add(1))
    }

    /// Its canonical bytes: two scores are equal exactly if these are.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Every field is a plain value with a string key, so that writing it cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

fn is_empty(chords: &[Chord]) -> bool {
    chords.is_empty()
}
