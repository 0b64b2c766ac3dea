//! What can go wrong with a corpus.

/// Why a folder could not be read or shards not be written. Single damaged files are no error: the intake report
/// names them.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A folder or file could not be read or written.
    #[error("cannot {what} {path}: {reason}; check that it exists, can be reached and has space")]
    Io {
        /// What was tried.
        what: &'static str,
        /// Where.
        path: String,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A line of the catalogue is not what it should be.
    #[error("line {line} of {path} is no entry of a catalogue: {reason}; correct or remove that line")]
    Catalogue {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// No file of the folder can be used.
    #[error("none of the {files} files in {path} can be used; the report names a reason for each")]
    Nothing {
        /// Which folder.
        path: String,
        /// How many files it has.
        files: usize,
    },
    /// The caller asked to stop.
    #[error("stopped as asked; nothing was written")]
    Stopped,
    /// A figure could not be written as JSON.
    #[error("cannot describe the shard {path}: {reason}; report this with the folder it came from")]
    Description {
        /// Which shard.
        path: String,
        /// What the writer said.
        reason: serde_json::Error,
    },
}

impl Error {
    /// An [`Error::Io`] for `path`.
    pub(crate) fn io(what: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error + use<> {
        let path = path.display().to_string();
        move |reason| Error::Io { what, path, reason }
    }
}
