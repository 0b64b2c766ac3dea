//! What can go wrong with sound, in words for composers.

use std::io;
use std::path::{Path, PathBuf};

/// Why something did not sound or was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}; check that the place exists and that you may use it", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A SoundFont is damaged, or of a kind that the synthesiser does not play.
    #[error(
        "the SoundFont {name} cannot be used: {reason} (byte {offset}); choose another .sf2 bank, or none to hear the \
         built-in one"
    )]
    Font {
        /// Its name.
        name: String,
        /// What is wrong, in plain words.
        reason: String,
        /// Where in the file it was noticed.
        offset: u64,
    },
    /// The synthesiser cannot run at this sample rate.
    #[error("a sample rate of {value} Hz is outside {low}..={high}; choose one inside")]
    Rate {
        /// What was asked for, in hertz.
        value: u32,
        /// Least allowed.
        low: u32,
        /// Most allowed.
        high: u32,
    },
    /// A tail of this length is not written.
    #[error("a tail of {seconds} s is outside 0..={most}; choose one inside, or none to let the last note ring out")]
    Tail {
        /// What was asked for, in seconds.
        seconds: f64,
        /// Most allowed.
        most: f64,
    },
    /// The piece is longer than the caller allows.
    #[error(
        "the piece lasts {minutes:.1} minutes, more than the {most:.1} allowed; allow more, or look for a stray note \
         at its end"
    )]
    TooLong {
        /// How long it is.
        minutes: f64,
        /// The limit.
        most: f64,
    },
    /// A WAV file cannot hold this much.
    #[error("the recording would be {bytes} bytes and a WAV file holds {most}; choose a lower rate or depth")]
    TooLarge {
        /// How large it would be at most.
        bytes: u64,
        /// The limit.
        most: u64,
    },
    /// No track has this id.
    #[error("there is no track {track}; the piece has {count}")]
    NoTrack {
        /// The id asked for.
        track: u32,
        /// How many there are.
        count: usize,
    },
    /// Not a sample format that can be written.
    #[error("{text:?} is no depth; choose 16, 24 or 32f")]
    Depth {
        /// What was asked for.
        text: String,
    },
    /// FLAC holds whole numbers only.
    #[error("a FLAC file holds 16 or 24 bits; choose one of them, or WAV for floating point")]
    FlacDepth,
    /// Somebody asked to stop; nothing was left behind.
    #[error("cancelled; nothing was written")]
    Cancelled,
}

impl Error {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Error::File { path: path.to_owned(), source }
    }
}
