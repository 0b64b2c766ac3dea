//! Two edits as one.

use crate::{Change, Edit, NoteId, TrackId};
use std::collections::BTreeMap;

/// What a change speaks of. Changes of one subject that follow each other are one change.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Note(TrackId, Option<NoteId>),
    Header(TrackId),
    Events(u32),
    End(u32),
    Tempos,
    Meters,
    Keys,
    Chords,
    Markers,
    Title,
}

impl Edit {
    /// This edit and the `later` one, which was made for the state that this one leads to, as one edit under this
    /// one's label. What is changed twice is changed once, from the first `before` to the last `after`; what comes
    /// back to where it was is not changed.
    ///
    /// ```
    /// use score::{Command, NoteId, text};
    ///
    /// let score = text::score("C4:1 E4:1")?;
    /// let up = Command::MoveNotes { ids: vec![NoteId(0)], ticks: 0, semitones: 1 };
    /// let first = score.edit_for(&up)?;
    /// let between = score.with(&first)?;
    /// let both = first.then(&between.edit_for(&up)?);
    /// assert_eq!(both.changes.len(), 1);
    /// assert_eq!(text::print(&score.with(&both)?), "D4:1 E4:1");
    /// # Ok::<(), score::Error>(())
    /// ```
    pub fn then(&self, later: &Edit) -> Edit {
        let mut done = Vec::new();
        let mut open: BTreeMap<Subject, Change> = BTreeMap::new();
        for change in self.changes.iter().chain(&later.changes) {
            match change.subject() {
                Some(subject) => match open.get_mut(&subject) {
                    Some(earlier) => earlier.go_on_to(change),
                    None => {
                        open.insert(subject, change.clone());
                    }
                },
                // What comes before a track or lane is added or removed, or events get other places, must stay before it.
                None => {
                    close(&mut open, &mut done);
                    done.push(change.clone());
                }
            }
        }
        close(&mut open, &mut done);
        Edit { changes: done, ..self.named() }
    }
}

fn close(open: &mut BTreeMap<Subject, Change>, done: &mut Vec<Change>) {
    done.extend(std::mem::take(open).into_values().filter(|change| !change.is_nothing()));
}

impl Change {
    /// None for changes that give other changes their place.
    fn subject(&self) -> Option<Subject> {
        match self {
            Change::Note { track, before, after } => Some(Subject::Note(*track, before.or(*after).map(|note| note.id))),
            Change::Header { track, .. } => Some(Subject::Header(*track)),
            Change::Events { lane, .. } => Some(Subject::Events(*lane)),
            Change::End { lane, .. } => Some(Subject::End(*lane)),
            Change::Tempos { .. } => Some(Subject::Tempos),
            Change::Meters { .. } => Some(Subject::Meters),
            Change::Keys { .. } => Some(Subject::Keys),
            Change::Chords { .. } => Some(Subject::Chords),
            Change::Markers { .. } => Some(Subject::Markers),
            Change::Title { .. } => Some(Subject::Title),
            Change::Track { .. } | Change::Lane { .. } | Change::Splice { .. } | Change::Order { .. } => None,
        }
    }

    /// Leads to where `later`, a change of the same subject, leads.
    fn go_on_to(&mut self, later: &Change) {
        match (self, later) {
            (Change::Note { after, .. }, Change::Note { after: last, .. }) => *after = *last,
            (Change::Header { after, .. }, Change::Header { after: last, .. }) => after.clone_from(last),
            (Change::Events { after, .. }, Change::Events { after: last, .. }) => after.clone_from(last),
            (Change::End { after, .. }, Change::End { after: last, .. }) => *after = *last,
            (Change::Tempos { after, .. }, Change::Tempos { after: last, .. }) => after.clone_from(last),
            (Change::Meters { after, .. }, Change::Meters { after: last, .. }) => after.clone_from(last),
            (Change::Keys { after, .. }, Change::Keys { after: last, .. }) => after.clone_from(last),
            (Change::Chords { after, .. }, Change::Chords { after: last, .. }) => after.clone_from(last),
            (Change::Markers { after, .. }, Change::Markers { after: last, .. }) => after.clone_from(last),
            (Change::Title { after, .. }, Change::Title { after: last, .. }) => after.clone_from(last),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, NoteId, TrackId, text};

    #[test]
    fn there_and_back_is_nothing() {
        let score = text::score("C4:1 E4:1").unwrap();
        let up = score.edit_for(&Command::MoveNotes { ids: vec![NoteId(1)], ticks: 480, semitones: 7 }).unwrap();
        assert!(up.then(&up.inverted()).is_empty());
    }

    #[test]
    fn notes_of_a_track_that_goes_are_changed_before_it_goes() {
        let score = text::score("C4:1\nE4:1").unwrap();
        let up = score.edit_for(&Command::MoveNotes { ids: vec![NoteId(1)], ticks: 0, semitones: 1 }).unwrap();
        let moved = score.with(&up).unwrap();
        let gone = moved.edit_for(&Command::RemoveTrack { track: TrackId(1) }).unwrap();
        let both = up.then(&gone);
        assert_eq!(score.with(&both).unwrap(), moved.with(&gone).unwrap());
        assert_eq!(score.with(&both).unwrap().with(&both.inverted()).unwrap(), score);
    }
}
