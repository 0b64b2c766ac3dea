//! Commands on notes.

use super::alter::{altered, placed, removal};
use super::{Edge, NewNote, VelocityChange, notes, within};
use crate::{Change, Edit, Error, Note, NoteId, Score, Tick, TrackId};
use std::collections::BTreeMap;

impl Score {
    pub(super) fn add_notes(&self, track: TrackId, new: &[NewNote]) -> Result<Edit, Error> {
        self.track(track)?;
        let changes = self.additions(new.iter().map(|&note| (track, note)))?;
        Ok(Edit::new(format!("Add {}", notes(changes.len())), changes))
    }

    /// New notes under free ids, which rise in their order.
    pub(super) fn additions(&self, new: impl Iterator<Item = (TrackId, NewNote)>) -> Result<Vec<Change>, Error> {
        let with_id = |(id, (track, note)): (i64, (TrackId, NewNote))| {
            within("note id", id, 0, i64::from(u32::MAX) - 1)?;
            Ok(Change::Note { track, before: None, after: Some(note.with_id(id as u32)?) })
        };
        (i64::from(self.free_note_id())..).zip(new).map(with_id).collect()
    }

    pub(super) fn delete_notes(&self, ids: &[NoteId]) -> Result<Edit, Error> {
        let changes: Vec<Change> = self.named(ids)?.into_iter().map(removal).collect();
        Ok(Edit::new(format!("Delete {}", notes(changes.len())), changes))
    }

    pub(super) fn move_notes(&self, ids: &[NoteId], ticks: i32, semitones: i32) -> Result<Edit, Error> {
        let chosen = self.named(ids)?;
        let step = Step::of_group(&chosen, ticks, semitones);
        let verb = if ticks == 0 { "Transpose" } else { "Move" };
        Ok(altered(verb, chosen, |note| step.taken(note)))
    }

    pub(super) fn duplicate_notes(&self, ids: &[NoteId], ticks: i32, semitones: i32) -> Result<Edit, Error> {
        let chosen = self.named(ids)?;
        let step = Step::of_group(&chosen, ticks, semitones);
        let copies = chosen.iter().map(|&(track, note)| (track, NewNote::from(step.taken(note))));
        // A copy that lies on its original is heard as one note, and cannot be told from it.
        let copies = copies.filter(|_| !step.is_none());
        let changes =
            self.additions(copies.map(|(track, note)| (track, NewNote { length: note.length.max(1), ..note })))?;
        Ok(Edit::new(format!("Duplicate {}", notes(changes.len())), changes))
    }

    pub(super) fn resize_notes(&self, ids: &[NoteId], ticks: i32, edge: Edge) -> Result<Edit, Error> {
        let chosen = self.named(ids)?;
        let each = || chosen.iter().map(|(_, note)| note);
        let spare = i64::from(each().map(|note| note.length).min().unwrap_or(1).saturating_sub(1));
        let ticks = match edge {
            Edge::End => i64::from(ticks).clamp(-spare, room_after(each())),
            Edge::Start => i64::from(ticks).clamp(-room_before(each()), spare),
        };
        Ok(altered("Resize", chosen, |note| match edge {
            Edge::End => Note { length: shifted(note.length, ticks), ..note },
            Edge::Start => Note { start: shifted(note.start, ticks), length: shifted(note.length, -ticks), ..note },
        }))
    }

    pub(super) fn set_length(&self, ids: &[NoteId], ticks: Tick) -> Result<Edit, Error> {
        within("length", ticks, 1, Score::LAST_TICK)?;
        let chosen = self.named(ids)?;
        Ok(altered("Change the length of", chosen, |note| placed(note, note.start.into(), ticks.into())))
    }

    pub(super) fn set_velocity(&self, ids: &[NoteId], change: VelocityChange) -> Result<Edit, Error> {
        match change {
            VelocityChange::Set(velocity) => within("velocity", velocity, 1, 127)?,
            VelocityChange::Add(_) => {}
            VelocityChange::Scale(percent) => within("percentage", percent, 0, 1000)?,
        }
        let velocity = |old: u8| match change {
            VelocityChange::Set(velocity) => i32::from(velocity),
            VelocityChange::Add(more) => i32::from(old) + i32::from(more),
            VelocityChange::Scale(percent) => (i32::from(old) * i32::from(percent) + 50) / 100,
        };
        let changed = |note: Note| Note { velocity: velocity(note.velocity).clamp(1, 127) as u8, ..note };
        Ok(altered("Change the velocity of", self.named(ids)?, changed))
    }

    pub(super) fn draw_velocities(&self, ids: &[NoteId], velocities: &[u8]) -> Result<Edit, Error> {
        within("number of velocities", velocities.len() as u32, ids.len() as u32, ids.len() as u32)?;
        for &velocity in velocities {
            within("velocity", velocity, 1, 127)?;
        }
        let drawn: BTreeMap<NoteId, u8> = ids.iter().copied().zip(velocities.iter().copied()).collect();
        let changed = |note: Note| Note { velocity: drawn.get(&note.id).copied().unwrap_or(note.velocity), ..note };
        Ok(altered("Change the velocity of", self.named(ids)?, changed))
    }

    pub(super) fn lock_notes(&self, ids: &[NoteId], locked: bool) -> Result<Edit, Error> {
        let verb = if locked { "Lock" } else { "Unlock" };
        Ok(altered(verb, self.named(ids)?, |note| Note { locked, ..note }))
    }

    pub(super) fn mute_notes(&self, ids: &[NoteId], muted: bool) -> Result<Edit, Error> {
        let verb = if muted { "Mute" } else { "Unmute" };
        Ok(altered(verb, self.named(ids)?, |note| Note { muted, ..note }))
    }
}

/// A movement that every note of a group can make.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    ticks: i64,
    semitones: i64,
}

impl Step {
    /// As much of a movement as the whole group can make.
    pub(super) fn of_group(group: &[(TrackId, Note)], ticks: i32, semitones: i32) -> Self {
        let each = || group.iter().map(|(_, note)| note);
        let pitches = || each().map(|note| i64::from(note.pitch));
        let (below, above) = (pitches().min().unwrap_or(0), 127 - pitches().max().unwrap_or(127));
        Step {
            ticks: i64::from(ticks).clamp(-room_before(each()), room_after(each())),
            semitones: i64::from(semitones).clamp(-below, above.max(-below)),
        }
    }

    pub(super) fn is_none(self) -> bool {
        self == Step { ticks: 0, semitones: 0 }
    }

    pub(super) fn taken(self, note: Note) -> Note {
        Note { start: shifted(note.start, self.ticks), pitch: shifted(note.pitch.into(), self.semitones) as u8, ..note }
    }
}

/// How far the first of these notes is from the beginning.
fn room_before<'a>(notes: impl Iterator<Item = &'a Note>) -> i64 {
    notes.map(|note| note.start).min().unwrap_or(0).into()
}

/// How far the last end of these notes is from the last tick there may be; 0 where a file has gone past it.
fn room_after<'a>(notes: impl Iterator<Item = &'a Note>) -> i64 {
    Score::LAST_TICK.saturating_sub(notes.map(Note::end).max().unwrap_or(0)).into()
}

/// A place or length moved by a distance that has been fitted to it.
fn shifted(at: Tick, by: i64) -> Tick {
    (i64::from(at) + by).clamp(0, Tick::MAX.into()) as Tick
}

#[cfg(test)]
mod tests {
    use crate::{Command, Edge, Error, NewNote, NoteId, Score, TrackId, VelocityChange, text};

    /// What a command, given the ids of all notes, makes of music.
    fn check(before: &str, command: impl Fn(Vec<NoteId>) -> Command, after: &str, label: &str) {
        let score = text::score(before).unwrap();
        let ids = (0..score.note_count() as u32).map(NoteId).collect();
        let edit = score.edit_for(&command(ids)).unwrap();
        assert_eq!(text::print(&score.with(&edit).unwrap()), after);
        if !edit.is_empty() {
            assert_eq!(edit.label, label);
        }
    }

    fn moved(ticks: i32, semitones: i32) -> impl Fn(Vec<NoteId>) -> Command {
        move |ids| Command::MoveNotes { ids, ticks, semitones }
    }

    fn resized(ticks: i32, edge: Edge) -> impl Fn(Vec<NoteId>) -> Command {
        move |ids| Command::ResizeNotes { ids, ticks, edge }
    }

    fn louder(velocity: VelocityChange) -> impl Fn(Vec<NoteId>) -> Command {
        move |ids| Command::SetVelocity { ids, velocity }
    }

    #[test]
    fn moving_keeps_the_group_together() {
        check("C4:1 E4:1", moved(0, 12), "C5:1 E5:1", "Transpose 2 notes");
        check("R:1 C4:1 E4:1", moved(480, -1), "R:3/2 B3:1 D#4:1", "Move 2 notes");
        check("R:1 C4:1 E4:1", moved(-9600, 0), "C4:1 E4:1", "Move 2 notes");
        check("C4:1 E9:1", moved(0, 60), "D#4:1 G9:1", "Transpose 2 notes");
        check("C-1:1 E4:1", moved(0, -5), "C-1:1 E4:1", "");
    }

    #[test]
    fn the_far_end_of_time_stops_the_group() {
        let score = text::score("C4:1 E4:1").unwrap();
        let far = Command::MoveNotes { ids: vec![NoteId(0), NoteId(1)], ticks: i32::MAX, semitones: 0 };
        let moved = score.with(&score.edit_for(&far).unwrap()).unwrap();
        assert_eq!(moved.end(), Score::LAST_TICK);
        assert_eq!(moved.tracks[0].notes[1].start - moved.tracks[0].notes[0].start, 960);
    }

    #[test]
    fn resizing_stops_at_one_tick() {
        check("C4:1 E4:2", resized(480, Edge::End), "C4:3/2 / R:1 E4:5/2", "Resize 2 notes");
        check("R:1 C4:1 E4:2", resized(480, Edge::Start), "R:3/2 C4:1/2 R:1/2 E4:3/2", "Resize 2 notes");
        check("C4:1 E4:2", resized(-5000, Edge::End), "C4:1/960 R:959/960 E4:961/960", "Resize 2 notes");
        check("C4:1", resized(-480, Edge::Start), "C4:1", "");
    }

    #[test]
    fn all_get_one_length() {
        let long = |ticks| move |ids| Command::SetLength { ids, ticks };
        check("C4:1 E4:2 G4:1", long(960), "C4:1 E4:1 R:1 G4:1", "Change the length of a note");
        check("C4:1 E4:1", long(960), "C4:1 E4:1", "");
        let score = text::score("R:1 C4:1").unwrap();
        let of = |ticks| Command::SetLength { ids: vec![NoteId(0)], ticks };
        assert!(matches!(score.edit_for(&of(0)), Err(Error::Range { value: 0, low: 1, .. })));
        let longest = score.with(&score.edit_for(&of(Score::LAST_TICK)).unwrap()).unwrap();
        assert_eq!(longest.end(), Score::LAST_TICK);
    }

    #[test]
    fn velocities_are_set_added_and_scaled() {
        check("C4:1 E4:1@100", louder(VelocityChange::Set(90)), "C4:1@90 E4:1@90", "Change the velocity of 2 notes");
        check("C4:1 E4:1@100", louder(VelocityChange::Add(30)), "C4:1@110 E4:1@127", "Change the velocity of 2 notes");
        check("C4:1 E4:1@101", louder(VelocityChange::Scale(50)), "C4:1@40 E4:1@51", "Change the velocity of 2 notes");
        check("C4:1", louder(VelocityChange::Scale(0)), "C4:1@1", "Change the velocity of a note");
    }

    #[test]
    fn flags_change_only_where_they_differ() {
        check("C4:1! E4:1", |ids| Command::LockNotes { ids, locked: true }, "C4:1! E4:1!", "Lock a note");
        check("C4:1! E4:1", |ids| Command::LockNotes { ids, locked: false }, "C4:1 E4:1", "Unlock a note");
        check("C4:1 E4:1", |ids| Command::MuteNotes { ids, muted: true }, "C4:1~ E4:1~", "Mute 2 notes");
    }

    #[test]
    fn copies_lie_where_they_were_put() {
        let copy = |ticks, semitones| move |ids| Command::DuplicateNotes { ids, ticks, semitones };
        check("C4:1 E4:1", copy(1920, 0), "C4:1 E4:1 C4:1 E4:1", "Duplicate 2 notes");
        check("C4:1 E4:1", copy(0, 12), "[C4 C5]:1 [E4 E5]:1", "Duplicate 2 notes");
        check("C4:1 E4:1", copy(-10, 0), "C4:1 E4:1", "");
    }

    #[test]
    fn deleting_and_adding() {
        check("C4:1 E4:1", |ids| Command::DeleteNotes { ids }, "", "Delete 2 notes");
        let new = NewNote::new(960, 960, 67, 80);
        let add = |_| Command::AddNotes { track: TrackId(0), notes: vec![new] };
        check("C4:1", add, "C4:1 G4:1", "Add a note");
    }

    #[test]
    fn what_is_not_there_or_out_of_range_is_refused() {
        let score = text::score("C4:1").unwrap();
        let refused = |command| score.edit_for(&command).unwrap_err();
        let ids = vec![NoteId(0), NoteId(7)];
        assert_eq!(refused(Command::DeleteNotes { ids }), Error::NoNote { note: NoteId(7) });
        let note = NewNote::new(0, 960, 60, 80);
        for wrong in [
            NewNote { pitch: 128, ..note },
            NewNote { velocity: 0, ..note },
            NewNote { length: 0, ..note },
            NewNote { start: u32::MAX, ..note },
            NewNote { length: u32::MAX, ..note },
            NewNote { release: 200, ..note },
        ] {
            let command = Command::AddNotes { track: TrackId(0), notes: vec![wrong] };
            assert!(matches!(refused(command), Error::Range { .. }), "{wrong:?}");
        }
        let nowhere = Command::AddNotes { track: TrackId(9), notes: vec![note] };
        assert_eq!(refused(nowhere), Error::NoTrack { track: TrackId(9), count: 1 });
        let loud = Command::SetVelocity { ids: vec![NoteId(0)], velocity: VelocityChange::Set(128) };
        assert!(matches!(refused(loud), Error::Range { value: 128, .. }));
    }
}
