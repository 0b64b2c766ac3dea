//! Commands that put music in the place of other music, as one step.

use super::alter::removal;
use super::{NewCurve, NewNotes, notes};
use crate::{Change, Edit, Error, NoteId, Score, Tick, TrackId};
use std::collections::BTreeSet;
use std::ops::Range;

impl Score {
    pub(super) fn replace_notes(&self, ids: &[NoteId], new: &[NewNotes], curves: &[NewCurve]) -> Result<Edit, Error> {
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
        changes.extend(self.drawn(curves)?);
        Ok(Edit::new(label, changes))
    }

    /// What controllers say in these stretches from now on. Curves of one lane move each other's events, so that each is
    /// drawn where those before it have been.
    pub(super) fn drawn(&self, curves: &[NewCurve]) -> Result<Vec<Change>, Error> {
        let (mut changes, mut drawn) = (Vec::new(), None);
        for NewCurve { track, controller, from, to, ticks, values } in curves {
            let state: &Score = drawn.as_ref().unwrap_or(self);
            let edit = state.draw_controller(*track, *controller, *from..*to, ticks, values)?;
            drawn = Some(state.with(&edit)?);
            changes.extend(edit.changes);
        }
        Ok(changes)
    }

    pub(super) fn replace_range(
        &self,
        tracks: &[TrackId],
        range: Range<Tick>,
        keep: &[NoteId],
        new: &[NewNotes],
        curves: &[NewCurve],
    ) -> Result<Edit, Error> {
        let keep: BTreeSet<NoteId> = keep.iter().copied().collect();
        let mut ids = Vec::new();
        for &track in tracks {
            let inside = self.track(track)?.starting_in(range.start, range.end);
            ids.extend(inside.iter().filter(|note| !note.locked && !keep.contains(&note.id)).map(|note| note.id));
        }
        self.replace_notes(&ids, new, curves)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Controller, NewCurve, NewNote, NewNotes, NoteId, Score, TrackId, text};

    fn replaced(before: &str, keep: Vec<NoteId>) -> (Score, String, String) {
        let score = text::score(before).unwrap();
        let notes = vec![NewNotes { track: TrackId(0), notes: vec![NewNote::new(960, 960, 67, 80)] }];
        let tracks = vec![TrackId(0)];
        let command = Command::ReplaceRange { tracks, from: 960, to: 2880, keep, notes, curves: vec![] };
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
        let tracks = vec![TrackId(0)];
        let command = Command::ReplaceRange { tracks, from: 960, to: 0, keep: vec![], notes: vec![], curves: vec![] };
        assert!(score.edit_for(&command).unwrap().is_empty());
    }

    #[test]
    fn controllers_come_with_the_notes_as_one_step() {
        let score = text::score("C4:4").unwrap();
        let track = TrackId(0);
        let curve = |controller, values: Vec<i16>| NewCurve {
            track,
            controller,
            from: 960,
            to: 1920,
            ticks: vec![960, 1440],
            values,
        };
        let curves = vec![
            curve(Controller::Control(11), vec![20, 90]),
            curve(Controller::Control(64), vec![127, 0]),
            curve(Controller::Control(11), vec![30, 60]),
        ];
        let note = NewNote { release: 20, ..NewNote::new(960, 480, 60, 80) };
        let notes = vec![NewNotes { track, notes: vec![note] }];
        let command = Command::ReplaceNotes { ids: vec![], notes, curves };
        let edit = score.edit_for(&command).unwrap();
        assert_eq!(edit.label, "Insert a note");
        let after = score.with(&edit).unwrap();
        let points = after.points(&after.tracks[0], &after.voiced());
        let found: Vec<_> = points.iter().map(|point| (point.tick, point.controller.code(), point.value)).collect();
        assert_eq!(found, [(960, 64, 127), (960, 11, 30), (1440, 64, 0), (1440, 11, 60)]);
        assert_eq!(after.tracks[0].notes.iter().map(|note| note.release).collect::<Vec<_>>(), [64, 20]);
        assert_eq!(after.with(&edit.inverted()).unwrap(), score);
        let patch = crate::Patch::of(&edit, &after);
        assert_eq!(patch.notes.release, [20]);
        let wrong = curve(Controller::Control(11), vec![20, 300]);
        let command = Command::ReplaceNotes { ids: vec![], notes: vec![], curves: vec![wrong] };
        assert!(matches!(score.edit_for(&command), Err(crate::Error::Range { value: 300, .. })));
    }
}
