//! What real files get wrong musically, put right as far as that is certain: parts, drums, the beat and the metre.
//! Every step leaves music alone that it is not sure about.
//!
//! What is wrong with the bytes of a file is repaired when it is read ([`formats::midi::Repair`]).

mod beat;
mod drums;
mod metre;
mod parts;
mod phase;
mod pulse;
mod warp;

use score::Score;
use std::fmt;

/// What was put right or has to be known about a piece. Its text is a line of the intake report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Repair {
    /// One file track plays several instruments on several channels.
    Channels {
        /// Which file track, from 1.
        track: usize,
        /// How many parts were made of it.
        parts: usize,
    },
    /// One instrument was spread over several tracks.
    Joined {
        /// Their common name.
        name: String,
        /// How many they were.
        tracks: usize,
    },
    /// Drums that are not on the drum channel.
    Drums {
        /// The track's name, maybe empty.
        name: String,
        /// The channel that it is on, from 1.
        channel: u8,
        /// Whether the name told it; else the keys did.
        named: bool,
    },
    /// All notes stood beside the grid by the same distance.
    Shifted {
        /// By how much they were moved, in quarters.
        quarters: f64,
    },
    /// The music has a steady pulse, but not the file's.
    Beat {
        /// Share of onsets beside the grid before and after, 0..=1.
        off: [f64; 2],
        /// Quarters of the music for each quarter of the file.
        rate: f64,
    },
    /// A metre that the file does not state, or not rightly.
    Metre {
        /// Beats and beat value.
        meter: (u8, u8),
        /// Whether the file states another.
        stated: bool,
    },
    /// The file counts its upbeat as a whole bar.
    Upbeat {
        /// How long it is, in quarters.
        quarters: f64,
    },
    /// The file states no metre and none is plain.
    NoMetre,
}

impl fmt::Display for Repair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let called = |name: &str| if name.is_empty() { "a track without a name".into() } else { format!("\"{name}\"") };
        match self {
            Repair::Channels { track, parts } => {
                write!(
                    out,
                    "track {track} plays {parts} instruments on several channels; each became a part of its own"
                )
            }
            Repair::Joined { name, tracks } => {
                write!(out, "{tracks} tracks {} never play at the same time; they became one part", called(name))
            }
            Repair::Drums { name, channel, named } => {
                let told = if *named { "by its name" } else { "by its keys" };
                write!(out, "{} on channel {channel} is a drum part {told}; it was read as drums", called(name))
            }
            Repair::Shifted { quarters } => {
                let way = if *quarters < 0.0 { "earlier" } else { "later" };
                write!(out, "all notes stand beside the beat; they were moved {:.3} quarters {way}", quarters.abs())
            }
            Repair::Beat { off: [before, after], rate } => write!(
                out,
                "the beat of the file is not that of the music ({:.0} % of the onsets beside the grid); a beat of {rate:.3} \
                 to each quarter of the file was found ({:.0} %)",
                100.0 * before,
                100.0 * after
            ),
            Repair::Metre { meter: (beats, value), stated } => {
                let why = if *stated { "the file says 4/4, but" } else { "the file states no metre;" };
                write!(out, "{why} the music repeats in bars of {beats}/{value}")
            }
            Repair::Upbeat { quarters } => {
                write!(out, "the file counts its upbeat as a bar; the first whole bar begins {quarters} quarters later")
            }
            Repair::NoMetre => write!(out, "the file states no metre and none is plain; 4/4 is assumed"),
        }
    }
}

/// The piece with everything put right that is certain, and what that was.
///
/// # Errors
/// A reason in plain words if it has no beat that can be found.
pub(crate) fn repaired(mut score: Score) -> Result<(Score, Vec<Repair>), String> {
    let mut repairs = parts::split(&score);
    repairs.extend(parts::join(&mut score));
    repairs.extend(drums::find(&mut score));
    repairs.extend(beat::find(&mut score)?);
    repairs.extend(metre::find(&mut score));
    Ok((score, repairs))
}
