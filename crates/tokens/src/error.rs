//! What can go wrong with tokens.

use crate::Id;

/// Why ids could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An id stands where the format does not allow it.
    #[error("token {name} (id {id}) at place {at} cannot stand there: {why}; check which program wrote these ids")]
    Misplaced {
        /// Which place in the sequence, from 0.
        at: usize,
        /// The id.
        id: Id,
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A sequence ends before it is complete.
    #[error("the sequence stops after {length} tokens, before {missing}; generate or copy it again")]
    Short {
        /// How many tokens there are.
        length: usize,
        /// What should have followed.
        missing: &'static str,
    },
    /// More masked cells than there are names for.
    #[error("{count} cells are masked, at most 64 can be asked for at once; split the selection into several passes")]
    TooManyHoles {
        /// How many cells were asked for.
        count: usize,
    },
    /// A masked cell that is not in the window.
    #[error("bar {bar} of part {part} is not in the window ({bars} bars, {parts} parts); choose cells inside it")]
    NoCell {
        /// Which bar of the passage.
        bar: usize,
        /// Which part of the passage.
        part: usize,
        /// How many bars the passage has.
        bars: usize,
        /// How many parts it has.
        parts: usize,
    },
    /// A value that has no token.
    #[error("{what} {value} is outside {low}..={high}; choose one inside")]
    Range {
        /// Which value.
        what: &'static str,
        /// What was given.
        value: i64,
        /// Least allowed.
        low: i64,
        /// Most allowed.
        high: i64,
    },
    /// The vocabulary's file could not be written.
    #[error("cannot write the vocabulary to {path}: {reason}; check that the folder exists and has space")]
    Vocabulary {
        /// Which file.
        path: String,
        /// What the system said.
        reason: String,
    },
}
