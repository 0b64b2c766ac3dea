//! What can go wrong, as callers see it: a closed code to act on, and words for people.

use serde::{Serialize, Serializer, ser::SerializeStruct};
use std::path::PathBuf;

/// What the window does something about; everything else is only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// The document changed meanwhile; ask again.
    Stale,
    /// Somebody stopped it.
    Cancelled,
    /// No piece is open.
    NoPiece,
    /// There is no model to write with.
    NoModel,
    /// A voice is not there any more.
    NoVoice,
    /// A file could not be read or written.
    File,
    /// What was written is no chord.
    NoChord,
    /// What was asked for cannot be done as it stands.
    Refused,
}

/// Any failure of the studio.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is open.
    #[error("no piece is open; open one first")]
    NoPiece,
    /// The caller's picture of the document is old.
    #[error("the piece has changed meanwhile (revision {asked}, now {now}); ask again")]
    Stale {
        /// The revision that the caller knew.
        asked: u32,
        /// The present one.
        now: u32,
    },
    /// No such proposal.
    #[error("there is no candidate {id} any more; generate again")]
    NoCandidate {
        /// The id asked for.
        id: u32,
    },
    /// Stopped on request.
    #[error("cancelled")]
    Cancelled,
    /// There is nothing to write in.
    #[error("{0}")]
    Selection(String),
    /// Nothing that is heard is a chord.
    #[error("no chord is heard there; a chord needs notes that sound together, in one track or in several")]
    NoChords,
    /// No model was found.
    #[error("no model was found; looked in {}", looked.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "))]
    NoModel {
        /// Where it should have been.
        looked: Vec<PathBuf>,
    },
    /// No such voice.
    #[error("there is no voice {id:?} in the library; choose another one")]
    NoVoice {
        /// The id asked for.
        id: String,
    },
    /// There is no library to keep voices in.
    #[error("there is no library here to keep pieces and voices in; name a folder for the voice")]
    NoLibrary,
    /// No such version.
    #[error("the piece has no version {version} any more; look at the list again")]
    NoVersion {
        /// The id asked for.
        version: u32,
    },
    /// The piece is kept nowhere.
    #[error("this piece is in no library, so that it has no versions; open it in the studio")]
    NoVersions,
    /// Tags that cannot be kept.
    #[error("{0}")]
    Tags(String),
    /// One voice is trained at a time.
    #[error("a voice is being trained; wait until it is done, or stop it")]
    Training,
    /// A file could not be read.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why, with what to do.
        reason: String,
    },
    /// The document refused.
    #[error(transparent)]
    Score(#[from] score::Error),
    /// The library refused.
    #[error(transparent)]
    Library(#[from] library::Error),
    /// The model's side refused.
    #[error(transparent)]
    Compose(compose::Error),
    /// Training failed.
    #[error(transparent)]
    Model(model::Error),
    /// Sound failed.
    #[error(transparent)]
    Sound(#[from] sound::Error),
    /// A background job ended without an answer.
    #[error("a background job ended without an answer: {0}; please report this")]
    Job(String),
}

impl Error {
    /// What to do about it.
    pub fn code(&self) -> Code {
        match self {
            Error::NoPiece => Code::NoPiece,
            Error::Stale { .. } | Error::NoCandidate { .. } => Code::Stale,
            Error::Cancelled => Code::Cancelled,
            Error::NoModel { .. } => Code::NoModel,
            Error::NoVoice { .. } => Code::NoVoice,
            Error::File { .. } => Code::File,
            Error::Score(score::Error::Chord { .. }) => Code::NoChord,
            _ => Code::Refused,
        }
    }

    /// A file error.
    pub(crate) fn file(path: &std::path::Path, reason: impl ToString) -> Self {
        Error::File { path: path.to_owned(), reason: reason.to_string() }
    }
}

/// Whoever was stopped: it was cancelled.
impl From<compose::Error> for Error {
    fn from(error: compose::Error) -> Self {
        match error {
            compose::Error::Cancelled => Error::Cancelled,
            other => Error::Compose(other),
        }
    }
}

/// As of [`compose::Error`].
impl From<model::Error> for Error {
    fn from(error: model::Error) -> Self {
        match error {
            model::Error::Cancelled => Error::Cancelled,
            other => Error::Model(other),
        }
    }
}

/// On the wire: `{ code, message }`.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut error = serializer.serialize_struct("Error", 2)?;
        error.serialize_field("code", &self.code())?;
        error.serialize_field("message", &self.to_string())?;
        error.end()
    }
}
