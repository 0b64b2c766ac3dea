//! What can go wrong with a document.

use crate::{NoteId, TrackId};

/// Why an edit or a command was refused; the document is unchanged then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The edit was made for another state of this note.
    #[error("note {} of track {} is not as this edit expects it; ask again for the present document", note.0, track.0)]
    StaleNote {
        /// Where.
        track: TrackId,
        /// Which.
        note: NoteId,
    },
    /// The edit was made for another state of this part of the document.
    #[error("the {what} is not as this edit expects it; ask again for the present document")]
    Stale {
        /// Which part.
        what: &'static str,
    },
    /// No track has this id.
    #[error("there is no track {}; the piece has {count}", track.0)]
    NoTrack {
        /// The id asked for.
        track: TrackId,
        /// How many there are.
        count: usize,
    },
    /// No note has this id.
    #[error("there is no note {}; it may have been deleted meanwhile", note.0)]
    NoNote {
        /// The id asked for.
        note: NoteId,
    },
    /// Nothing of this kind stands at this tick.
    #[error("there is no {what} at tick {tick}; it may have been moved or removed meanwhile")]
    NoLandmark {
        /// Tempo, metre, key, chord or marker.
        what: &'static str,
        /// The tick asked for.
        tick: crate::Tick,
    },
    /// An edit would give this id to two notes.
    #[error("two notes would have the id {}; give new notes ids from the document's free ones", note.0)]
    TakenNote {
        /// The id.
        note: NoteId,
    },
    /// A value outside its range.
    #[error("{what} {value} is outside {low}..={high}; choose one inside")]
    Range {
        /// Which value.
        what: &'static str,
        /// What was asked for.
        value: i64,
        /// Least allowed.
        low: i64,
        /// Most allowed.
        high: i64,
    },
    /// A beat's note value that is no power of two.
    #[error("a beat cannot be a 1/{value} note; choose 1, 2, 4, 8, 16, 32 or 64")]
    NoteValue {
        /// What was asked for.
        value: u8,
    },
    /// A chord that is not understood.
    #[error(
        "{part:?} is not understood in the chord {text:?}; write a letter from A to G, a # or b, and what stands on it, such as Am7, F#dim7 or C/E"
    )]
    Chord {
        /// All of it.
        text: String,
        /// What of it cannot be read.
        part: String,
    },
    /// Drums have no chords.
    #[error("track {} plays drums, which have no chords; choose another track", track.0)]
    Drums {
        /// Which track.
        track: TrackId,
    },
    /// Music written down as text cannot be read.
    #[error(
        "{word:?} is not understood; write a note such as C4:1, a chord such as [C4 E4]:1/2, or a rest such as R:2"
    )]
    Text {
        /// The word at which reading stopped.
        word: String,
    },
}
