//! From one state of a piece to another: the edit that leads there, and what it comes to in numbers.

use crate::{Change, Edit, Error, Header, Note, NoteId, Score, Track, TrackId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What an edit does, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Notes that come, those of whole tracks included.
    pub added: usize,
    /// Notes that go.
    pub removed: usize,
    /// Notes that are altered.
    pub altered: usize,
    /// Tracks that come, go, change place or are set otherwise.
    pub tracks: usize,
    /// Changes of tempo, metre, key, chords, markers, title and of other events of the file.
    pub rest: usize,
}

impl Edit {
    /// The edit that makes `after` of `before`, two states of one piece: each note by its id, so that what both have
    /// is left alone. It is empty where they are equal.
    ///
    /// # Errors
    /// [`Error::Stale`] if the two count time in other ticks or have other sources; no edit changes that.
    pub fn between(before: &Score, after: &Score, label: impl Into<String>) -> Result<Edit, Error> {
        if before.tpq != after.tpq || before.source != after.source {
            return Err(Error::Stale { what: "resolution of the piece" });
        }
        let mut changes = removed_tracks(before, after);
        changes.extend(lanes(before, after));
        let kept = || before.tracks.iter().filter_map(|old| Some((old, after.track(old.id).ok()?)));
        for (old, new) in kept().filter(|(old, new)| old.header != new.header) {
            let boxed = |header: &Header| Box::new(header.clone());
            changes.push(Change::Header { track: old.id, before: boxed(&old.header), after: boxed(&new.header) });
        }
        // One run, in which a note may go from a track to another.
        for (old, new) in kept() {
            notes(old, new, &mut changes);
        }
        changes.extend(added_tracks(before, after));
        changes.extend([
            Change::Tempos { before: before.tempos.clone(), after: after.tempos.clone() },
            Change::Meters { before: before.meters.clone(), after: after.meters.clone() },
            Change::Keys { before: before.keys.clone(), after: after.keys.clone() },
            Change::Chords { before: before.chords.clone(), after: after.chords.clone() },
            Change::Markers { before: before.markers.clone(), after: after.markers.clone() },
            Change::Title { before: before.title.clone(), after: after.title.clone() },
        ]);
        changes.retain(|change| !change.is_nothing());
        Ok(Edit::new(label, changes))
    }

    /// What it comes to.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for change in &self.changes {
            match change {
                Change::Note { before: None, .. } => tally.added += 1,
                Change::Note { after: None, .. } => tally.removed += 1,
                Change::Note { .. } => tally.altered += 1,
                Change::Track { before, after, .. } => {
                    tally.tracks += 1;
                    tally.removed += before.as_ref().map_or(0, |track| track.notes.len());
                    tally.added += after.as_ref().map_or(0, |track| track.notes.len());
                }
                Change::Header { .. } | Change::Order { .. } => tally.tracks += 1,
                _ => tally.rest += 1,
            }
        }
        tally
    }
}

/// From the last one on, so that the places of those before it hold.
fn removed_tracks(before: &Score, after: &Score) -> Vec<Change> {
    let gone = before.tracks.iter().enumerate().rev().filter(|(_, track)| after.track(track.id).is_err());
    gone.map(|(index, track)| Change::Track { index, before: Some(boxed(track)), after: None }).collect()
}

/// At the end, and then everything in its order.
fn added_tracks(before: &Score, after: &Score) -> Vec<Change> {
    let mut order: Vec<TrackId> =
        before.tracks.iter().map(|track| track.id).filter(|id| after.track(*id).is_ok()).collect();
    let mut changes = Vec::new();
    for track in after.tracks.iter().filter(|track| before.track(track.id).is_err()) {
        changes.push(Change::Track { index: order.len(), before: None, after: Some(boxed(track)) });
        order.push(track.id);
    }
    changes.push(Change::Order { before: order, after: after.tracks.iter().map(|track| track.id).collect() });
    changes
}

fn boxed(track: &Arc<Track>) -> Box<Track> {
    Box::new(track.as_ref().clone())
}

/// What both have is changed where it stands; others come and go at the end of the list.
fn lanes(before: &Score, after: &Score) -> Vec<Change> {
    let mut changes = Vec::new();
    for (lane, (old, new)) in before.lanes.iter().zip(&after.lanes).enumerate() {
        let lane = lane as u32;
        changes.push(Change::Events { lane, before: old.events.clone(), after: new.events.clone() });
        changes.push(Change::End { lane, before: old.end, after: new.end });
    }
    let common = before.lanes.len().min(after.lanes.len());
    for lane in before.lanes[common..].iter().rev() {
        changes.push(Change::Lane { before: Some(Box::new(lane.as_ref().clone())), after: None });
    }
    for lane in &after.lanes[common..] {
        changes.push(Change::Lane { before: None, after: Some(Box::new(lane.as_ref().clone())) });
    }
    changes
}

fn notes(old: &Track, new: &Track, changes: &mut Vec<Change>) {
    if Arc::ptr_eq(&old.notes, &new.notes) {
        return;
    }
    let track = new.id;
    let mut left: HashMap<NoteId, Note> = old.notes.iter().map(|note| (note.id, *note)).collect();
    for &after in new.notes.iter() {
        match left.remove(&after.id) {
            Some(before) => changes.push(Change::Note { track, before: Some(before), after: Some(after) }),
            None => changes.push(Change::Note { track, before: None, after: Some(after) }),
        }
    }
    let gone: BTreeMap<_, _> = left.into_values().map(|note| (note.order(), note)).collect();
    changes.extend(gone.into_values().map(|note| Change::Note { track, before: Some(note), after: None }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Command, text};

    fn after(score: &Score, command: Command) -> Score {
        score.with(&score.edit_for(&command).unwrap()).unwrap()
    }

    #[test]
    fn two_states_lead_to_each_other() {
        let one = text::score("C4:1 E4:1 G4:1\nC3:3").unwrap();
        let mut two = after(&one, Command::DeleteNotes { ids: vec![NoteId(1)] });
        two = after(&two, Command::MoveNotes { ids: vec![NoteId(2)], ticks: 0, semitones: 2 });
        two = after(&two, Command::AddTrack { name: "Flute".into(), program: 73, drums: false, notes: vec![] });
        two = after(&two, Command::RemoveTrack { track: TrackId(1) });
        two = after(&two, Command::SetTempo { tick: 0, micros: 400_000 });
        let there = Edit::between(&one, &two, "Go back").unwrap();
        assert_eq!(one.with(&there).unwrap().to_bytes(), two.to_bytes());
        assert_eq!(two.with(&there.inverted()).unwrap().to_bytes(), one.to_bytes());
        let back = Edit::between(&two, &one, "Go back").unwrap();
        assert_eq!(two.with(&back).unwrap().to_bytes(), one.to_bytes());
        let tally = there.tally();
        assert_eq!((tally.added, tally.removed, tally.altered), (0, 2, 1), "a note of the tune and that of the track");
        assert_eq!(tally.tracks, 2, "one that went and one that came: {tally:?}");
        assert!(tally.rest >= 1, "{tally:?}");
    }

    #[test]
    fn equal_states_need_nothing() {
        let score = text::score("C4:1\nE4:1").unwrap();
        let edit = Edit::between(&score, &score.clone(), "Nothing").unwrap();
        assert!(edit.is_empty() && edit.tally() == Tally::default(), "{edit:?}");
    }

    #[test]
    fn a_note_that_went_to_another_track_comes_back() {
        let one = text::score("C4:1 E4:1\nG3:2").unwrap();
        let note = one.tracks[0].notes[0];
        let go = |from, to| {
            Edit::new(
                "Move",
                vec![
                    Change::Note { track: TrackId(to), before: None, after: Some(note) },
                    Change::Note { track: TrackId(from), before: Some(note), after: None },
                ],
            )
        };
        let two = one.with(&go(0, 1)).unwrap();
        let back = Edit::between(&two, &one, "Go back").unwrap();
        assert_eq!(two.with(&back).unwrap(), one);
    }

    #[test]
    fn other_ticks_are_another_piece() {
        let score = text::score("C4:1").unwrap();
        let other = Score { tpq: 480, ..score.clone() };
        let refused = Edit::between(&score, &other, "Go back").unwrap_err();
        assert_eq!(refused, Error::Stale { what: "resolution of the piece" });
    }
}
