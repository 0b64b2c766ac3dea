//! Why a file could not be read or written.

/// A failure; nothing has been changed then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused.
    #[error("cannot {doing} it: {source}; {advice}")]
    System {
        /// What was tried.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
        /// What to do.
        advice: &'static str,
    },
    /// A file that is larger than any piece of music.
    #[error("the file has {bytes} bytes, more than the {limit} that a piece may have; split it first")]
    TooLarge {
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        limit: u64,
    },
    /// Not a MIDI file at all.
    #[error(
        "this is no MIDI file: byte {offset} should begin {wanted}, found {found}; choose a .mid, .kar or .rmi file"
    )]
    NotMidi {
        /// Where.
        offset: usize,
        /// What should stand there.
        wanted: &'static str,
        /// What stands there, in hexadecimal.
        found: String,
    },
    /// A MIDI file that cannot be understood.
    #[error("the MIDI file is damaged at byte {offset}: {reason}; export it again from the program that made it")]
    Damaged {
        /// Where.
        offset: usize,
        /// What is wrong.
        reason: String,
    },
    /// Music that would last longer than anybody means.
    #[error(
        "an event at byte {offset} lies {quarters} quarter notes after the start, more than the {limit} that a piece may have"
    )]
    TooLong {
        /// Where.
        offset: usize,
        /// How far it lies.
        quarters: u64,
        /// How far it may lie.
        limit: u64,
    },
    /// More events than fit.
    #[error("the event at byte {offset} is one more than the {limit} that a piece may have; split the file first")]
    TooManyEvents {
        /// Where the first one too many lies.
        offset: usize,
        /// How many a piece may have.
        limit: usize,
    },
    /// More tracks than a header can count.
    #[error("the track at byte {offset} is one more than the {limit} that a piece may have; split the file first")]
    TooManyTracks {
        /// Where the first one too many begins.
        offset: usize,
        /// How many a piece may have.
        limit: usize,
    },
    /// A page that is no picture.
    #[error("page {number} cannot be drawn: {reason}; show the score anew and try again")]
    Page {
        /// Which, from 1.
        number: usize,
        /// Why.
        reason: String,
    },
    /// Nothing to print, or too much.
    #[error("{count} pages cannot be printed at once, 1 to {limit} can; print fewer tracks or a smaller score")]
    Pages {
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The reader itself failed.
    #[error("reading stopped unexpectedly ({0}); please report this file")]
    Broken(String),
}

impl Error {
    pub(crate) fn page(number: usize, reason: impl ToString) -> Error {
        Error::Page { number, reason: reason.to_string() }
    }

    pub(crate) fn system(doing: &'static str, advice: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::System { doing, source, advice }
    }
}
