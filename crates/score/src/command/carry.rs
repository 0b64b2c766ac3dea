//! Notes carried from track to track.

use super::alter::removal;
use super::notes::Step;
use super::{NewCurve, NewNote, notes};
use crate::{Change, Edit, Error, NoteId, Score, TrackId};

impl Score {
    pub(super) fn carry_notes(
        &self,
        ids: &[NoteId],
        tracks: i32,
        ticks: i32,
        copy: bool,
        curves: &[NewCurve],
    ) -> Result<Edit, Error> {
        let chosen = self.named(ids)?;
        let step = Step::of_group(&chosen, ticks, 0);
        let rows = self.rows_free(&chosen.iter().map(|&(track, _)| track).collect::<Vec<_>>(), tracks)?;
        let below = |track: TrackId| -> Result<TrackId, Error> {
            let row = self.track_index(track)? as i64 + rows;
            self.tracks
                .get(row as usize)
                .map(|track| track.id)
                .ok_or(Error::NoTrack { track, count: self.tracks.len() })
        };
        let stay = rows == 0 && step.is_none();
        let verb = if copy { "Copy" } else { "Move" };
        let mut changes = match (stay, copy) {
            (true, _) => Vec::new(),
            (_, true) => {
                let copies: Result<Vec<_>, Error> = chosen
                    .iter()
                    .map(|&(track, note)| {
                        let copy = NewNote::from(step.taken(note));
                        Ok((below(track)?, NewNote { length: note.length.max(1), ..copy }))
                    })
                    .collect();
                self.additions(copies?.into_iter())?
            }
            // Carried notes keep their ids, so that they stay chosen and engraved signs keep their names.
            (_, false) => {
                let mut changes: Vec<Change> = chosen.iter().copied().map(removal).collect();
                for &(track, note) in &chosen {
                    changes.push(Change::Note { track: below(track)?, before: None, after: Some(step.taken(note)) });
                }
                changes
            }
        };
        if !stay {
            changes.extend(self.drawn(curves)?);
        }
        let count = if stay { 0 } else { chosen.len() };
        let where_to = if rows == 0 { "" } else { " to other tracks" };
        Ok(Edit::new(format!("{verb} {}{where_to}", notes(count)), changes))
    }

    /// How many rows down the list all of these tracks can go, of so many.
    fn rows_free(&self, tracks: &[TrackId], by: i32) -> Result<i64, Error> {
        let rows: Result<Vec<i64>, Error> =
            tracks.iter().map(|&track| self.track_index(track).map(|row| row as i64)).collect();
        let rows = rows?;
        let (first, last) = (rows.iter().min().copied().unwrap_or(0), rows.iter().max().copied().unwrap_or(0));
        let most = (self.tracks.len() as i64 - 1 - last).max(0);
        Ok(i64::from(by).clamp(-first, most))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Controller, Edit, NewCurve, NoteId, Score, text};

    fn edit(score: &Score, ids: &[u32], tracks: i32, ticks: i32, copy: bool) -> Edit {
        let ids = ids.iter().map(|&id| NoteId(id)).collect();
        let edit = score.edit_for(&Command::CarryNotes { ids, tracks, ticks, copy, curves: Vec::new() }).unwrap();
        let after = score.with(&edit).unwrap();
        assert_eq!(after.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
        edit
    }

    fn carried(music: &str, ids: &[u32], tracks: i32, ticks: i32, copy: bool) -> (String, String) {
        let score = text::score(music).unwrap();
        let edit = edit(&score, ids, tracks, ticks, copy);
        (text::print(&score.with(&edit).unwrap()), edit.label)
    }

    const THREE: &str = "C4:1@90! D4:1\nE4:1\nG4:1";

    #[test]
    fn notes_go_to_the_tracks_below_with_all_they_are() {
        let (after, label) = carried(THREE, &[0], 1, 960, false);
        assert_eq!(after, "R:1 D4:1\nE4:1 C4:1@90!\nG4:1");
        assert_eq!(label, "Move a note to other tracks");
        assert_eq!(carried(THREE, &[3], -2, 0, false).0, "[C4@90! G4]:1 D4:1\nE4:1\n");
    }

    #[test]
    fn they_keep_their_ids_and_copies_have_new_ones() {
        let score = text::score(THREE).unwrap();
        let ids = |edit: &Edit| {
            let after = score.with(edit).unwrap();
            after
                .tracks
                .iter()
                .map(|track| track.notes.iter().map(|note| note.id.0).collect())
                .collect::<Vec<Vec<u32>>>()
        };
        assert_eq!(ids(&edit(&score, &[0, 1], 2, 0, false)), [vec![], vec![2], vec![0, 3, 1]]);
        assert_eq!(ids(&edit(&score, &[0], 1, 0, true)), [vec![0, 1], vec![4, 2], vec![3]]);
    }

    #[test]
    fn they_go_as_far_as_all_of_them_can() {
        assert_eq!(carried(THREE, &[0, 2], 9, 0, false).0, "R:1 D4:1\nC4:1@90!\n[E4 G4]:1");
        let score = text::score(THREE).unwrap();
        assert!(edit(&score, &[0, 3], 9, 0, false).is_empty());
        assert!(edit(&score, &[0, 3], 9, 0, true).is_empty());
        assert_eq!(carried(THREE, &[1], 0, 960, false).1, "Move a note");
    }

    #[test]
    fn controllers_go_along_as_they_are_told_unless_nothing_moves() {
        let score = text::score(THREE).unwrap();
        let (track, pedal) = (score.tracks[2].id, Controller::Control(64));
        let curve = NewCurve { track, controller: pedal, from: 0, to: 961, ticks: vec![0, 960], values: vec![127, 0] };
        let carry = |tracks| {
            let ids = vec![NoteId(0)];
            let command = Command::CarryNotes { ids, tracks, ticks: 0, copy: true, curves: vec![curve.clone()] };
            score.with(&score.edit_for(&command).unwrap()).unwrap()
        };
        let said = |score: &Score| score.lanes[score.tracks[2].header.lane as usize].events.len();
        assert_eq!((said(&score), said(&carry(2)), said(&carry(0))), (0, 2, 0));
    }
}
