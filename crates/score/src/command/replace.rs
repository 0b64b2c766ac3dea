//! Commands that put music in the place of other music, as one step.

use super::alter::removal;
use super::{NewNotes, notes};
use crate::{Change, Edit, Error, NoteId, Score, Tick, TrackId};
use std::collections::BTreeSet;
use std::ops::Range;

impl Score {
    pub(super) fn replace_notes(&self, ids: &[NoteId], new: &[NewNotes]) -> Result<Edit, Error> {
        for part in new {
            self.track(part.track)?;
        }
        let mut changes: Vec<Change> = self.named(ids)?.into_iter().map(removal).collect();
        let gone = changes.len();
        let come = new.iter().flat_map(|part| part.notes.iter().map(|&note| (part.track, note)));
        changes.extend(self.additions(come)?);
        let label = match gone {
            0 => format!("Insert {}", notes(changes.len())),
            _ => format!("Replace {}", notes(gone)),
        };
        Ok(Edit::new(label, changes))
    }

    pub(super) fn replace_range(
        &self,
        tracks: &[TrackId],
        range: Range<Tick>,
        keep: &[NoteId],
        new: &[NewNotes],
    ) -> Result<Edit, Error> {
        let keep: BTreeSet<NoteId> = keep.iter().copied().collect();
        let mut ids = Vec::new();
        for &track in tracks {
            let inside = self.track(track)?.starting_in(range.start, range.end);
            ids.extend(inside.iter().filter(|note| !note.locked && !keep.contains(&note.id)).map(|note| note.id));
        }
        self.replace_notes(&ids, new)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, NewNote, NewNotes, NoteId, Score, TrackId, text};

    fn replaced(before: &str, keep: Vec<NoteId>) -> (Score, String, String) {
        let score = text::score(before).unwrap();
        let notes = vec![NewNotes { track: TrackId(0), notes: vec![NewNote::new(960, 960, 67, 80)] }];
        let command = Command::ReplaceRange { tracks: vec![TrackId(0)], from: 960, to: 2880, keep, notes };
        let edit = score.edit_for(&command).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap(), score);
        (score, text::print(&after), edit.label)
    }

    #[test]
    fn notes_that_begin_in_the_range_go() {
        let (_, after, label) = replaced("C4:2 D4:1 E4:1 F4:1", vec![]);
        assert_eq!(after, "C4:2 R:1 E4:1 F4:1 / R:1 G4:1");
        assert_eq!(label, "Replace a note");
    }

    #[test]
    fn kept_and_locked_notes_stay() {
        let (_, after, _) = replaced("C4:1 [D4 A4]:1! E4:1 F4:1", vec![]);
        assert_eq!(after, "C4:1 [D4! G4 A4!]:1 R:1 F4:1");
        let (_, after, _) = replaced("C4:1 D4:1 E4:1 F4:1", vec![NoteId(2)]);
        assert_eq!(after, "C4:1 G4:1 E4:1 F4:1");
    }

    #[test]
    fn an_empty_range_only_inserts() {
        let (_, after, label) = replaced("C4:1 R:2 F4:1", vec![]);
        assert_eq!(after, "C4:1 G4:1 R:1 F4:1");
        assert_eq!(label, "Insert a note");
    }

    #[test]
    fn a_backward_range_holds_nothing() {
        let score = text::score("C4:1 D4:1").unwrap();
        let command = Command::ReplaceRange { tracks: vec![TrackId(0)], from: 960, to: 0, keep: vec![], notes: vec![] };
        assert!(score.edit_for(&command).unwrap().is_empty());
    }
}
