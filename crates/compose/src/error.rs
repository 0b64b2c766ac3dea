//! Why nothing was written.

/// A failure; the document is as it was.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The network refused.
    #[error(transparent)]
    Model(#[from] model::Error),
    /// The tokens do not fit together.
    #[error(transparent)]
    Tokens(#[from] tokens::Error),
    /// A scale that does not exist.
    #[error(transparent)]
    Analysis(#[from] analysis::Error),
    /// The document refused.
    #[error(transparent)]
    Score(#[from] score::Error),
    /// A file of the model's folder cannot be read.
    #[error("{path} cannot be read: {error}; look after its permissions, or take the model's folder anew")]
    Unread {
        /// Which file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// A voice of another model.
    #[error("the voice {voice} was learnt on top of another base model than this one; train it anew on this one")]
    OtherBase {
        /// Which voice.
        voice: String,
    },
    /// A word that no voice of the request has learnt.
    #[error("no voice here knows the word {word:?}; {}", match known.as_slice() {
        [] => "these voices know none: train one from a folder with a text beside each piece".to_owned(),
        known => format!("choose from: {}", known.join(", ")),
    })]
    Words {
        /// The word.
        word: String,
        /// Those that can be said.
        known: Vec<String>,
    },
    /// A control outside its range.
    #[error("{what} {value} is outside {low}..={high}")]
    Setting {
        /// Which control.
        what: &'static str,
        /// What was asked for.
        value: f64,
        /// Least allowed.
        low: f64,
        /// Most allowed.
        high: f64,
    },
    /// No cell was selected.
    #[error("nothing is selected; select at least one bar of one track")]
    NothingSelected,
    /// There is nothing to vary.
    #[error("the selected bars are empty, so there is nothing to vary; choose infill to have something new written")]
    NothingToVary,
    /// One bar is too large for the network.
    #[error("bar {bar} has too much music to be read at once ({tokens} tokens, {context} fit); select fewer tracks")]
    TooDense {
        /// Which, counted from 1.
        bar: usize,
        /// How many tokens it has.
        tokens: usize,
        /// How many fit.
        context: usize,
    },
    /// Stopped on request.
    #[error("cancelled")]
    Cancelled,
}
