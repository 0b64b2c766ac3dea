//! What is asked for, and what comes back.

use crate::{Copied, Settings};
use score::{Edit, Note, NoteId, TrackId};
use std::collections::BTreeSet;

/// How many bars after the last note can be written in.
pub const BARS_BEYOND: u32 = 64;

/// One track in one bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// Which track.
    pub track: TrackId,
    /// Which written bar, counted from 0.
    pub bar: usize,
}

/// A request.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// What is written anew; everything else stays as it is.
    pub cells: BTreeSet<Cell>,
    /// Notes in those cells that stay, beside those that the document has locked.
    pub locks: BTreeSet<NoteId>,
    /// How it is written.
    pub settings: Settings,
}

/// What is heard while the model writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The music around the selection was read.
    Read {
        /// Tokens of the prompt.
        tokens: u32,
    },
    /// A candidate grew.
    Wrote {
        /// Which, from 0.
        candidate: u32,
        /// All that it has written so far, in ticks.
        notes: Vec<(TrackId, Note)>,
    },
}

/// One candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// With this seed the same request gives it again.
    pub seed: u32,
    /// What accepting it would do.
    pub edit: Edit,
    /// The notes that it adds.
    pub notes: Vec<(TrackId, Note)>,
    /// The notes that it takes away.
    pub removed: Vec<NoteId>,
    /// First and last written bar, counted from 0.
    pub bars: (usize, usize),
    /// Bits that its tokens cost the model, per note; of what the model chose, not of what was forced.
    pub bits_per_note: f32,
    /// Likeness to what it replaces, 0..=1: the mean of onset F1 and note F1 (`docs/tokens.md` §6).
    pub similarity: f32,
    /// The longest passage that it shares with the rest of the piece.
    pub copied: Copied,
    /// At least so much of it is as in one work that the model learnt from.
    pub known: Copied,
}

/// All that one run gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The candidates, the best first.
    pub proposals: Vec<Proposal>,
    /// How many tokens were drawn or forced.
    pub tokens: u32,
}
