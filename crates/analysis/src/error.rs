//! What can go wrong when music is described.

/// Why a description was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A scale without a tonic that is known.
    #[error("{text:?} does not begin with a note name; write one such as C, F# or Bb, then the scale: \"D minor\"")]
    Tonic {
        /// What was written.
        text: String,
    },
    /// A scale of a name that is not known.
    #[error("there is no scale {name:?}; there are {known}")]
    Scale {
        /// What was written after the tonic.
        name: String,
        /// The names that are known.
        known: String,
    },
    /// A file of fingerprints that is none.
    #[error("this is no file of known music: {why} (byte {at}); make it anew from the training music")]
    Known {
        /// Where, in bytes.
        at: usize,
        /// What is wrong there.
        why: &'static str,
    },
}
