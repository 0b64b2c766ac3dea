//! Notes cut in two and put together again.

use super::alter::{by_pitch, exchange, removal};
use super::{NewNote, notes, within};
use crate::{Edit, Error, Note, NoteId, Score, Tick};

impl Score {
    pub(super) fn split_notes(&self, ids: &[NoteId], at: Tick) -> Result<Edit, Error> {
        within("tick", at, 0, Score::LAST_TICK)?;
        let mut chosen = self.named(ids)?;
        chosen.retain(|(_, note)| note.start < at && at < note.end());
        let second = |note: Note| NewNote { start: at, length: note.end() - at, ..note.into() };
        let mut changes = self.additions(chosen.iter().map(|&(track, note)| (track, second(note))))?;
        changes.extend(chosen.iter().map(|&(track, note)| {
            let first = Note { length: at - note.start, ..note };
            exchange(track, note, first)
        }));
        Ok(Edit::new(format!("Split {}", notes(chosen.len())), changes))
    }

    pub(super) fn join_notes(&self, ids: &[NoteId]) -> Result<Edit, Error> {
        let mut changes = Vec::new();
        for ((track, _), parts) in by_pitch(self.named(ids)?).into_iter().filter(|(_, parts)| parts.len() > 1) {
            // The notes are in the order of the document, so that the first one begins first.
            let first = parts[0];
            let end = parts.iter().map(Note::end).max().unwrap_or(first.end());
            let locked = parts.iter().any(|note| note.locked);
            let whole = Note { length: end - first.start, locked, ..first };
            changes.push(exchange(track, first, whole));
            changes.extend(parts[1..].iter().map(|&note| removal((track, note))));
        }
        Ok(Edit::new(format!("Join {}", notes(changes.len())), changes))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Error, NoteId, Score, text};

    /// What a command, given the ids of all notes, makes of music, and its label.
    fn done(music: &str, command: impl Fn(Vec<NoteId>) -> Command) -> (String, String) {
        let score = text::score(music).unwrap();
        let ids = (0..score.note_count() as u32).map(NoteId).collect();
        let edit = score.edit_for(&command(ids)).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        (text::print(&after), edit.label)
    }

    fn split(music: &str, at: u32) -> (String, String) {
        done(music, |ids| Command::SplitNotes { ids, at })
    }

    fn joined(music: &str) -> (String, String) {
        done(music, |ids| Command::JoinNotes { ids })
    }

    #[test]
    fn notes_are_cut_where_they_sound() {
        let (after, label) = split("C4:2@90! E4:1\nG4:4", 960);
        assert_eq!(after, "C4:1@90! C4:1@90! E4:1\nG4:1 G4:3");
        assert_eq!(label, "Split 2 notes");
        assert_eq!(split("C4:1 E4:1", 960).0, "C4:1 E4:1");
        assert_eq!(split("C4:1", 959).0, "C4:959/960 C4:1/960");
    }

    #[test]
    fn the_first_part_keeps_its_name() {
        let score = text::score("C4:2 E4:1").unwrap();
        let edit = score.edit_for(&Command::SplitNotes { ids: vec![NoteId(0)], at: 480 }).unwrap();
        let after = score.with(&edit).unwrap();
        let found = |id| after.note(NoteId(id)).unwrap().1.start;
        assert_eq!((found(0), found(1), found(2)), (0, 1920, 480));
        let far = Command::SplitNotes { ids: vec![NoteId(0)], at: Score::LAST_TICK + 1 };
        assert!(matches!(score.edit_for(&far), Err(Error::Range { what: "tick", .. })));
    }

    #[test]
    fn equal_pitches_of_a_track_become_one_note() {
        let (after, label) = joined("C4:1@90 C4:1! R:1 C4:1\nC4:1");
        assert_eq!((after.as_str(), label.as_str()), ("C4:4@90!\nC4:1", "Join 3 notes"));
        assert_eq!(joined("C4:4 / R:1 C4:1").0, "C4:4");
        assert_eq!(joined("C4:1 C5:1 D4:1").0, "C4:1 C5:1 D4:1");
    }
}
