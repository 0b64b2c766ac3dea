//! What was put right while a file was read.

use std::fmt;

/// One thing that was not as the standard wants it. File tracks count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// Bytes before the header or between chunks.
    Junk {
        /// Where they begin.
        offset: usize,
        /// How many.
        bytes: usize,
    },
    /// The header names another number of tracks than there are.
    TrackCount {
        /// What it says.
        said: usize,
        /// How many there are.
        found: usize,
    },
    /// A chunk that says to be longer than the file.
    ShortTrack {
        /// Which file track.
        track: usize,
        /// Where the file ends.
        offset: usize,
    },
    /// No end-of-track event.
    NoEnd {
        /// Which file track.
        track: usize,
    },
    /// A status byte that may not stand in a file.
    Illegal {
        /// Which file track.
        track: usize,
        /// Where.
        offset: usize,
        /// The byte.
        status: u8,
    },
    /// An event that cannot be understood; the rest of its track is lost.
    Lost {
        /// Which file track.
        track: usize,
        /// Where it begins.
        offset: usize,
    },
    /// Notes without an end; they end with their track.
    Unclosed {
        /// Which file track.
        track: usize,
        /// How many.
        notes: usize,
    },
    /// Note-offs without a note.
    Stray {
        /// Which file track.
        track: usize,
        /// How many.
        events: usize,
    },
    /// A tempo, metre or key that cannot be, left out.
    Impossible {
        /// Which file track.
        track: usize,
        /// What it is.
        what: &'static str,
    },
    /// No ticks per quarter; 480 are assumed.
    NoResolution,
    /// A division in frames per second; the music is laid on a grid of 120 quarters a minute.
    Smpte,
    /// Format 2: patterns that are not meant to sound together are laid side by side.
    Patterns,
    /// A format that does not exist; read as format 1.
    Format {
        /// What the header says.
        said: u16,
    },
}

impl fmt::Display for Repair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Repair::Junk { offset, bytes } => write!(out, "{bytes} bytes at byte {offset} belong to no track and were left out"),
            Repair::TrackCount { said, found } => write!(out, "the header promises {said} tracks, the file has {found}"),
            Repair::ShortTrack { track, offset } => write!(out, "the file ends at byte {offset} within track {track}"),
            Repair::NoEnd { track } => write!(out, "track {track} has no end; it ends with its last event"),
            Repair::Illegal { track, offset, status } => {
                write!(out, "status byte {status:02X} at byte {offset} of track {track} may not stand in a file and was skipped")
            }
            Repair::Lost { track, offset } => write!(out, "track {track} cannot be understood from byte {offset} on; its rest is lost"),
            Repair::Unclosed { track, notes } => write!(out, "{notes} notes of track {track} have no end; they end with the track"),
            Repair::Stray { track, events } => write!(out, "{events} note ends of track {track} belong to no note"),
            Repair::Impossible { track, what } => write!(out, "a {what} of track {track} cannot be and was left out"),
            Repair::NoResolution => write!(out, "the file has no ticks per quarter; 480 are assumed"),
            Repair::Smpte => write!(out, "the file counts in frames; it was laid on a grid of 120 quarters a minute"),
            Repair::Patterns => write!(out, "the file holds separate patterns; they are laid side by side"),
            Repair::Format { said } => write!(out, "format {said} does not exist; the file was read as format 1"),
        }
    }
}
