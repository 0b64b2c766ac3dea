//! Several commands that are one step of the history.

use crate::Error;
use score::{Change, Command, Edit, Score};

/// A piece on the way: each command sees what those before it have done.
pub(crate) struct Steps {
    /// The piece as it is after the commands so far.
    pub score: Score,
    changes: Vec<Change>,
}

impl Steps {
    /// None yet.
    pub fn new(score: &Score) -> Self {
        Steps { score: score.clone(), changes: Vec::new() }
    }

    /// Takes one more.
    pub fn take(&mut self, command: &Command) -> Result<(), Error> {
        let edit = self.score.edit_for(command)?;
        self.score = self.score.with(&edit)?;
        self.changes.extend(edit.changes);
        Ok(())
    }

    /// Makes it another piece, in which the same notes and tracks have the same ids.
    pub fn become_one(&mut self, score: Score) -> Result<(), Error> {
        self.changes.extend(Edit::between(&self.score, &score, "")?.changes);
        self.score = score;
        Ok(())
    }

    /// All of them as one edit of the piece that they began with.
    pub fn edit(self, label: impl Into<String>) -> Edit {
        Edit::new(label, self.changes)
    }
}
