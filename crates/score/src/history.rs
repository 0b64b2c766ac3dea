//! History: the steps that led to a document, and those that were taken back.

use crate::{Command, Edit, NoteId, TrackId};
use std::sync::Arc;

/// Steps in order, and how many of them are in force. It keeps every step; a copy of it shares them.
///
/// ```
/// use score::{Command, History, NoteId, text};
///
/// let score = text::score("C4:1 E4:1")?;
/// let edit = score.edit_for(&Command::DeleteNotes { ids: vec![NoteId(1)] })?;
/// let after = score.with(&edit)?;
/// let mut history = History::default();
/// history.push(edit);
/// let back = history.undo().expect("there is a step");
/// assert_eq!(after.with(&back)?, score);
/// let again = history.redo().expect("there is a step");
/// assert_eq!(score.with(&again)?, after);
/// # Ok::<(), score::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    steps: Vec<Arc<Edit>>,
    cursor: usize,
    nudge: Option<(Nudge, u64)>,
}

/// What repeated commands have in common that make up one gesture, such as a held arrow key: their kind and what
/// they speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nudge(Gesture);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Gesture {
    Move(Vec<NoteId>),
    Transpose(Vec<NoteId>),
    InScale(Vec<NoteId>),
    Resize(Vec<NoteId>),
    Velocity(Vec<NoteId>),
    Mix(TrackId),
}

/// What became of a step that may belong to the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It is a step of its own.
    Added,
    /// It went into the last step, which is now [`History::last`].
    Merged,
    /// It took the last step back to where that began, and both are gone.
    Cancelled,
}

impl Nudge {
    /// The gesture that a command may be part of.
    pub fn of(command: &Command) -> Option<Nudge> {
        let sorted = |ids: &[NoteId]| {
            let mut ids = ids.to_vec();
            ids.sort_unstable();
            ids
        };
        match command {
            Command::MoveNotes { ids, ticks: 0, .. } => Some(Nudge(Gesture::Transpose(sorted(ids)))),
            Command::MoveNotes { ids, .. } => Some(Nudge(Gesture::Move(sorted(ids)))),
            Command::TransposeInScale { ids, .. } => Some(Nudge(Gesture::InScale(sorted(ids)))),
            Command::ResizeNotes { ids, .. } => Some(Nudge(Gesture::Resize(sorted(ids)))),
            Command::SetVelocity { ids, .. } => Some(Nudge(Gesture::Velocity(sorted(ids)))),
            Command::SetMix { track, .. } => Some(Nudge(Gesture::Mix(*track))),
            _ => None,
        }
    }
}

impl History {
    /// How long after a nudge the next one still belongs to it, in milliseconds.
    pub const NUDGE_MS: u64 = 700;

    /// A history as it was stored: all steps, oldest first, of which the first `cursor` are in force.
    pub fn restored(steps: Vec<Edit>, cursor: usize) -> Self {
        let cursor = cursor.min(steps.len());
        History { steps: steps.into_iter().map(Arc::new).collect(), cursor, nudge: None }
    }

    /// Adds a step that has been taken. What could be redone is forgotten.
    pub fn push(&mut self, edit: Edit) {
        self.steps.truncate(self.cursor);
        self.steps.push(Arc::new(edit));
        self.cursor += 1;
        self.nudge = None;
    }

    /// Adds a step that has been taken at `now` milliseconds of any steady clock, or merges it into the last one if
    /// that was the same nudge and ended less than [`History::NUDGE_MS`] ago. A journal then writes
    /// [`History::last`] in the place of its last row, or drops that row.
    pub fn push_nudge(&mut self, edit: Edit, nudge: Nudge, now: u64) -> Pushed {
        let Some(merged) = self.merged(&edit, &nudge, now) else {
            self.push(edit);
            self.nudge = Some((nudge, now));
            return Pushed::Added;
        };
        self.steps.truncate(self.cursor - 1);
        if merged.is_empty() {
            self.cursor -= 1;
            self.nudge = None;
            return Pushed::Cancelled;
        }
        self.steps.push(Arc::new(merged));
        self.nudge = Some((nudge, now));
        Pushed::Merged
    }

    /// What the last step would be with `edit` merged into it; none if it would be a step of its own.
    pub fn merged(&self, edit: &Edit, nudge: &Nudge, now: u64) -> Option<Edit> {
        let (running, since) = self.nudge.as_ref()?;
        let same = running == nudge && now.saturating_sub(*since) < Self::NUDGE_MS;
        self.last().filter(|_| same).map(|last| last.then(edit))
    }

    /// Moves back over the last step; answers the edit that takes it back, to be applied.
    pub fn undo(&mut self) -> Option<Edit> {
        self.nudge = None;
        self.cursor = self.cursor.checked_sub(1)?;
        self.steps.get(self.cursor).map(|edit| edit.inverted())
    }

    /// Moves on over the next step; answers the edit that takes it again, to be applied.
    pub fn redo(&mut self) -> Option<Edit> {
        self.nudge = None;
        let edit = self.steps.get(self.cursor)?;
        self.cursor += 1;
        Some(Edit::clone(edit))
    }

    /// How many steps are in force.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The step that undo takes back.
    pub fn last(&self) -> Option<&Edit> {
        self.done().next_back()
    }

    /// The steps in force, oldest first.
    pub fn done(&self) -> impl DoubleEndedIterator<Item = &Edit> {
        self.steps[..self.cursor].iter().map(Arc::as_ref)
    }

    /// The steps that can be redone, the next one first.
    pub fn undone(&self) -> impl DoubleEndedIterator<Item = &Edit> {
        self.steps[self.cursor..].iter().map(Arc::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Score, text};

    /// A score on which commands are carried out at times.
    struct Desk {
        score: Score,
        history: History,
    }

    impl Desk {
        fn new(music: &str) -> Self {
            Desk { score: text::score(music).unwrap(), history: History::default() }
        }

        fn nudge(&mut self, ids: &[u32], semitones: i32, now: u64) -> Pushed {
            let ids = ids.iter().map(|&id| NoteId(id)).collect();
            let command = Command::MoveNotes { ids, ticks: 0, semitones };
            let edit = self.score.edit_for(&command).unwrap();
            self.score = self.score.with(&edit).unwrap();
            self.history.push_nudge(edit, Nudge::of(&command).unwrap(), now)
        }

        fn undo(&mut self) {
            self.score = self.score.with(&self.history.undo().unwrap()).unwrap();
        }
    }

    #[test]
    fn a_held_key_is_one_step() {
        let mut desk = Desk::new("C4:1 E4:1");
        let pushed = [desk.nudge(&[0, 1], 1, 0), desk.nudge(&[1, 0], 1, 600), desk.nudge(&[0, 1], 1, 1299)];
        assert_eq!(pushed, [Pushed::Added, Pushed::Merged, Pushed::Merged]);
        assert_eq!(text::print(&desk.score), "D#4:1 G4:1");
        assert_eq!(desk.history.last().map(|edit| edit.label.as_str()), Some("Transpose 2 notes"));
        desk.undo();
        assert_eq!(text::print(&desk.score), "C4:1 E4:1");
        assert_eq!((desk.history.cursor(), desk.history.undone().count()), (0, 1));
    }

    #[test]
    fn a_pause_other_notes_or_an_undo_end_a_nudge() {
        let mut desk = Desk::new("C4:1 E4:1");
        desk.nudge(&[0], 1, 0);
        assert_eq!(desk.nudge(&[0], 1, 700), Pushed::Added);
        assert_eq!(desk.nudge(&[1], 1, 800), Pushed::Added);
        desk.undo();
        assert_eq!(desk.nudge(&[1], 1, 900), Pushed::Added);
        assert_eq!(desk.history.cursor(), 3);
    }

    #[test]
    fn there_and_back_leaves_no_step() {
        let mut desk = Desk::new("C4:1");
        desk.nudge(&[0], 1, 0);
        assert_eq!(desk.nudge(&[0], -1, 100), Pushed::Cancelled);
        assert_eq!(desk.history, History::default());
    }

    #[test]
    fn a_new_step_forgets_what_could_be_redone() {
        let mut history = History::restored(["A", "B", "C"].map(|label| Edit::new(label, vec![])).to_vec(), 2);
        assert_eq!(history.redo().map(|edit| edit.label), Some("C".into()));
        assert!(history.undo().is_some() && history.undo().is_some());
        history.push(Edit::new("D", vec![]));
        assert_eq!(history.done().map(|edit| edit.label.as_str()).collect::<Vec<_>>(), ["A", "D"]);
        assert_eq!(history.redo(), None);
        assert_eq!(History::restored(vec![], 9).cursor(), 0);
    }

    #[test]
    fn it_holds_thousands_of_steps() {
        let mut desk = Desk::new("C4:1");
        for step in 0..5_000 {
            desk.nudge(&[0], if step % 2 == 0 { 1 } else { -1 }, step * 1_000);
        }
        assert_eq!(desk.history.cursor(), 5_000);
        for _ in 0..5_000 {
            desk.undo();
        }
        assert_eq!(text::print(&desk.score), "C4:1");
        assert!(desk.history.undo().is_none());
    }
}
