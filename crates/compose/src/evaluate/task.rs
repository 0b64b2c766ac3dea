//! A task as a line of a file, so that others can be measured by the same ones.

use super::excerpt::Pattern;
use serde::{Deserialize, Serialize};

/// Which cells of which eight bars are to be filled; one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenTask {
    /// Whose piece it is.
    pub collection: String,
    /// The MIDI file, relative to the folder of what is held out.
    pub file: String,
    /// The first of the eight bars, from 0.
    pub from: usize,
    /// Which kind of task it is.
    pub pattern: Pattern,
    /// The cells that are taken out, each as its bar of the excerpt and its part, from 0; parts in the order of the model
    /// (by instrument group, then as in the file), of those that play in the excerpt.
    pub cells: Vec<(usize, usize)>,
}
