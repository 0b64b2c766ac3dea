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
    /// A header that gives itself a length that it does not have.
    HeaderLength {
        /// What it says.
        said: u32,
    },
    /// A chunk that says to be longer than the file.
    ShortTrack {
        /// Which file track.
        track: usize,
        /// Where the file ends.
        offset: usize,
    },
    /// A track that ends elsewhere than its chunk says.
    TrackLength {
        /// Which file track.
        track: usize,
        /// How many bytes it says.
        said: usize,
        /// How many it has.
        found: usize,
    },
    /// No end-of-track event.
    NoEnd {
        /// Which file track.
        track: usize,
    },
    /// Bytes after the end-of-track event, which nobody reads.
    AfterEnd {
        /// Which file track.
        track: usize,
        /// Where they begin.
        offset: usize,
        /// How many.
        bytes: usize,
    },
    /// An event without a status byte after one that ended running status; the last status was taken.
    Running {
        /// Which file track.
        track: usize,
        /// Where.
        offset: usize,
    },
    /// An event that says to be longer than its track; what is there was kept.
    Cut {
        /// Which file track.
        track: usize,
        /// Where.
        offset: usize,
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
        /// How many bytes are lost.
        bytes: usize,
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
    /// A tempo, metre, key or other meta event that cannot be, left out.
    Impossible {
        /// Which file track.
        track: usize,
        /// Where.
        offset: usize,
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
    /// More repairs than anybody reads.
    More {
        /// How many are not listed.
        repairs: usize,
    },
}

/// How many repairs are listed; the others are counted.
const LISTED: usize = 1000;

/// What was put right so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    listed: Vec<Repair>,
    more: usize,
}

impl Report {
    /// Lists or counts a repair.
    pub fn push(&mut self, repair: Repair) {
        match self.listed.len() < LISTED {
            true => self.listed.push(repair),
            false => self.more += 1,
        }
    }

    /// All of them.
    pub fn finish(mut self) -> Vec<Repair> {
        if self.more > 0 {
            self.listed.push(Repair::More { repairs: self.more });
        }
        self.listed
    }
}

impl fmt::Display for Repair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Repair::Junk { offset, bytes: 1 } => {
                write!(out, "1 byte at byte {offset} belongs to no track and was left out")
            }
            Repair::Junk { offset, bytes } => {
                write!(out, "{bytes} bytes at byte {offset} belong to no track and were left out")
            }
            Repair::TrackCount { said, found } => {
                write!(out, "the header promises {said} tracks, the file has {found}")
            }
            Repair::ShortTrack { track, offset } => write!(out, "the file ends at byte {offset} within track {track}"),
            Repair::HeaderLength { said } => {
                write!(out, "the header says to have {said} bytes; it was read as one of 6")
            }
            Repair::TrackLength { track, said, found } => {
                write!(out, "track {track} says to have {said} bytes, its end comes after {found}; all of it was read")
            }
            Repair::AfterEnd { track, offset, bytes: 1 } => {
                write!(out, "1 byte at byte {offset} comes after the end of track {track} and was left out")
            }
            Repair::AfterEnd { track, offset, bytes } => {
                write!(out, "{bytes} bytes at byte {offset} come after the end of track {track} and were left out")
            }
            Repair::Running { track, offset } => {
                write!(out, "the event at byte {offset} of track {track} has no status; it was given the last one")
            }
            Repair::Cut { track, offset } => {
                write!(out, "the event at byte {offset} says to be longer than track {track}")
            }
            Repair::NoEnd { track } => write!(out, "track {track} has no end; it ends with its last event"),
            Repair::Illegal { track, offset, status } => {
                write!(
                    out,
                    "status byte {status:02X} at byte {offset} of track {track} may not stand in a file and was skipped"
                )
            }
            Repair::Lost { track, offset, bytes } => {
                write!(out, "track {track} cannot be understood from byte {offset} on; {bytes} bytes of it are lost")
            }
            Repair::Unclosed { track, notes: 1 } => {
                write!(out, "1 note of track {track} has no end; it ends with the track")
            }
            Repair::Unclosed { track, notes } => {
                write!(out, "{notes} notes of track {track} have no end; they end with the track")
            }
            Repair::Stray { track, events: 1 } => write!(out, "1 note end of track {track} belongs to no note"),
            Repair::Stray { track, events } => write!(out, "{events} note ends of track {track} belong to no note"),
            Repair::Impossible { track, offset, what } => {
                write!(out, "the {what} at byte {offset} of track {track} cannot be and was left out")
            }
            Repair::NoResolution => write!(out, "the file has no ticks per quarter; 480 are assumed"),
            Repair::Smpte => write!(out, "the file counts in frames; it was laid on a grid of 120 quarters a minute"),
            Repair::Patterns => write!(out, "the file holds separate patterns; they are laid side by side"),
            Repair::Format { said } => write!(out, "format {said} does not exist; the file was read as format 1"),
            Repair::More { repairs } => write!(out, "{repairs} more repairs are not listed"),
        }
    }
}
