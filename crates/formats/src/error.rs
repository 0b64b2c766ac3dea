//! Why a file could not be read or written.

use std::panic::{AssertUnwindSafe, catch_unwind};

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
    /// Neither notation nor MIDI.
    #[error(
        "this is no piece that can be read: it begins with {found}; choose a .mid, .kar, .rmi, .musicxml, .xml, .mxl or .abc file"
    )]
    Unknown {
        /// What stands at its beginning, in hexadecimal.
        found: String,
    },
    /// XML that is not well-formed, or that ends in the middle.
    #[error(
        "the XML is damaged in line {line}, column {column}: {reason}; export it again from the program that made it"
    )]
    Xml {
        /// Which line, from 1.
        line: usize,
        /// Which letter of the line, from 1.
        column: usize,
        /// What is wrong.
        reason: String,
    },
    /// XML that declares entities, with which small files become large and read other files.
    #[error("line {line} declares entities, which no score needs and which can do harm; export it again without them")]
    Entities {
        /// Which line, from 1.
        line: usize,
    },
    /// XML of another kind.
    #[error(
        "this is no MusicXML score: line {line} begins <{found}> instead of <score-partwise> or <score-timewise>; choose a score"
    )]
    NotMusicXml {
        /// What the outermost element is called.
        found: String,
        /// Which line, from 1.
        line: usize,
    },
    /// More of something than any score has.
    #[error("line {line}: {value} {what}, more than the {limit} that a score may have; split it first")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        value: u64,
        /// How much there may be.
        limit: u64,
        /// Which line, from 1.
        line: usize,
    },
    /// An archive that is broken or means harm.
    #[error("the compressed score cannot be opened: {reason}; export it again, or uncompressed")]
    Archive {
        /// Why.
        reason: String,
    },
    /// ABC that cannot be read.
    #[error("line {line}, column {column} of the ABC text: {reason}")]
    Abc {
        /// Which line, from 1.
        line: usize,
        /// Which letter of the line, from 1.
        column: usize,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// Written music that would last longer than anybody means.
    #[error(
        "measure {measure} ends {quarters} quarter notes after the start, more than the {limit} that a piece may have"
    )]
    LongMusic {
        /// Which measure, from 1.
        measure: usize,
        /// How far it goes.
        quarters: u64,
        /// How far it may go.
        limit: u64,
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
    /// Runs a reader so that its failure is an error as any other.
    pub(crate) fn guard<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            let words = panic.downcast_ref::<String>().cloned();
            let words = words.or(panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
            Err(Error::Broken(words.unwrap_or_default()))
        })
    }

    pub(crate) fn page(number: usize, reason: impl ToString) -> Error {
        Error::Page { number, reason: reason.to_string() }
    }

    pub(crate) fn system(doing: &'static str, advice: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        move |source| Error::System { doing, source, advice }
    }
}
