//! Why a network could not be loaded, trained or asked.

use std::path::PathBuf;

/// A failure; files are as they were before.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused.
    #[error("cannot {doing} {}: {source}; check that it exists, that you may use it and that the disk has space", path.display())]
    System {
        /// What was tried.
        doing: &'static str,
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that is not what it should be.
    #[error("{}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong, with what to do.
        reason: String,
    },
    /// A setting outside its range.
    #[error("{what} is {value}, it has to be {range}; correct config.json or the settings")]
    Config {
        /// Which setting.
        what: &'static str,
        /// What it says.
        value: String,
        /// What it may be.
        range: String,
    },
    /// A weight that is not as the configuration wants it.
    #[error("weight {name} {problem}; the model's files do not belong together, fetch or train them again")]
    Weight {
        /// Its name.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// An id beyond the vocabulary.
    #[error("token id {id} is outside 0..={last}; the text was made for another vocabulary")]
    Id {
        /// The id.
        id: u32,
        /// The last id there is.
        last: u32,
    },
    /// More tokens than the network can look back on.
    #[error("{asked} tokens do not fit into a context of {context}; read fewer bars or write in several passes")]
    Context {
        /// How many there would be.
        asked: usize,
        /// How many fit.
        context: usize,
    },
    /// Nothing to read.
    #[error("an empty prompt cannot be continued; begin with BOS")]
    EmptyPrompt,
    /// Nothing may follow.
    #[error("no token is allowed to follow; the constraints contradict each other, release one of them")]
    NothingAllowed,
    /// No such sequence in the batch.
    #[error("there is no sequence {sequence} in a batch of {count}")]
    Sequence {
        /// Which was asked for.
        sequence: usize,
        /// How many there are.
        count: usize,
    },
    /// The system has no thread left.
    #[error("cannot start a thread for writing: {0}; close other programs and try again")]
    Thread(std::io::Error),
    /// A thread that shared the work has ended.
    #[error("a thread of the decoder ended early; try again, and please report this")]
    Stopped,
    /// Training data that cannot be used.
    #[error("{}: {reason}; make the shards again", path.display())]
    Shard {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The tensor library refused.
    #[error("the tensor library failed: {0}; please report this")]
    Tensor(#[from] candle_core::Error),
    /// A critic has nothing to learn from.
    #[error("there is nothing to choose between; give it a folder with pieces of several bars and parts")]
    NoLessons,
    /// There is no GPU to compute on.
    #[error("no GPU can be used: {reason}; the processor learns instead")]
    Gpu {
        /// Why.
        reason: String,
    },
    /// Training does not recover.
    #[error("the loss is not a number after {times} attempts from the last good checkpoint; lower the rate")]
    Diverged {
        /// How often it was tried.
        times: u32,
    },
    /// A step needs more memory than there is.
    #[error(
        "a step of {tokens} tokens at once needs {needs} MB of memory and {free} MB are free; close other programs, or learn less of the network"
    )]
    Memory {
        /// Tokens that would be read at once, the fewest that make sense.
        tokens: usize,
        /// Megabytes that they need.
        needs: u64,
        /// Megabytes that are free.
        free: u64,
    },
    /// Stopped on request.
    #[error("cancelled")]
    Cancelled,
}

impl Error {
    pub(crate) fn system(doing: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::System { doing, path, source }
    }

    pub(crate) fn file(path: &std::path::Path, reason: impl ToString) -> Error {
        Error::File { path: path.to_owned(), reason: reason.to_string() }
    }
}
