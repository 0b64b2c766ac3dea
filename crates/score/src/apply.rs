//! Edits applied to a score.

use crate::ids::Ids;
use crate::{Change, Edit, Error, Event, Lane, Note, NoteId, Score, Track, TrackId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What happens to the notes of one track.
#[derive(Default)]
struct Exchange {
    gone: Vec<Note>,
    come: Vec<Note>,
}

impl Score {
    /// The score after `edit`; what the edit leaves alone is shared with this one.
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::StaleNote`] or [`Error::NoTrack`] if the edit was made for another state,
    /// [`Error::TakenNote`] if it would give two notes one id.
    pub fn with(&self, edit: &Edit) -> Result<Score, Error> {
        let mut score = self.clone();
        let mut rest = edit.changes.as_slice();
        while let Some(change) = rest.first() {
            // Each track is rebuilt once for all its notes, so that an edit of n notes is not n passes.
            let notes = rest.iter().take_while(|next| matches!(next, Change::Note { .. })).count();
            match notes {
                0 => score.change(change)?,
                _ => score.change_notes(&rest[..notes])?,
            }
            rest = &rest[notes.max(1)..];
        }
        Ok(score)
    }

    pub(crate) fn track_index(&self, track: TrackId) -> Result<usize, Error> {
        let found = self.tracks.iter().position(|one| one.id == track);
        found.ok_or(Error::NoTrack { track, count: self.tracks.len() })
    }

    fn change_notes(&mut self, changes: &[Change]) -> Result<(), Error> {
        let mut exchanges: BTreeMap<TrackId, Exchange> = BTreeMap::new();
        for change in changes {
            if let Change::Note { track, before, after } = change {
                let exchange = exchanges.entry(*track).or_default();
                exchange.gone.extend(before);
                exchange.come.extend(after);
            }
        }
        let ids = |notes: fn(&Exchange) -> &Vec<Note>| exchanges.values().flat_map(notes).map(|note| note.id).collect();
        let (gone, mut come): (Vec<NoteId>, Vec<NoteId>) = (ids(|one| &one.gone), ids(|one| &one.come));
        for (track, exchange) in exchanges {
            let at = self.track_index(track)?;
            let notes = exchange.applied(track, &self.tracks[at].notes)?;
            Arc::make_mut(&mut self.tracks[at]).notes = Arc::new(notes);
        }
        let gone = Ids::new(gone);
        refuse_twice(come.clone())?;
        come.retain(|&id| !gone.contains(id));
        self.refuse_taken(come)
    }

    /// Refuses a state in which one of these notes, which have just been added, shares its id with another.
    fn refuse_taken(&self, added: Vec<NoteId>) -> Result<(), Error> {
        match added.is_empty() {
            true => Ok(()),
            false => refuse_twice(self.notes_among(&Ids::new(added)).map(|(_, note)| note.id).collect()),
        }
    }

    fn change(&mut self, change: &Change) -> Result<(), Error> {
        match change {
            Change::Note { .. } => self.change_notes(std::slice::from_ref(change)),
            Change::Track { index, before, after } => self.change_track(*index, before.as_deref(), after.as_deref()),
            Change::Header { track, before, after } => {
                let at = self.track_index(*track)?;
                replace("track", &mut Arc::make_mut(&mut self.tracks[at]).header, before, after)
            }
            Change::Lane { before, after } => self.change_lane(before.as_deref(), after.as_deref()),
            Change::Events { lane, before, after } => match self.lanes.get_mut(*lane as usize) {
                Some(lane) => replace("lane", &mut Arc::make_mut(lane).events, before, after),
                None => Err(Error::Stale { what: "list of lanes" }),
            },
            Change::Splice { lane, at, before, after } => self.splice(*lane, *at, before, after),
            Change::End { lane, before, after } => match self.lanes.get_mut(*lane as usize) {
                Some(lane) => replace("end of a lane", &mut Arc::make_mut(lane).end, before, after),
                None => Err(Error::Stale { what: "list of lanes" }),
            },
            Change::Order { before, after } => self.reorder(before, after),
            Change::Tempos { before, after } => replace("tempo map", &mut self.tempos, before, after),
            Change::Meters { before, after } => replace("metre map", &mut self.meters, before, after),
            Change::Keys { before, after } => replace("key map", &mut self.keys, before, after),
            Change::Chords { before, after } => replace("chord map", &mut self.chords, before, after),
            Change::Markers { before, after } => replace("list of markers", &mut self.markers, before, after),
            Change::Title { before, after } => replace("title", &mut self.title, before, after),
        }
    }

    fn splice(&mut self, lane: u32, at: usize, before: &[Event], after: &[Event]) -> Result<(), Error> {
        let lane = self.lanes.get_mut(lane as usize).ok_or(Error::Stale { what: "list of lanes" })?;
        let events = Arc::make_mut(&mut Arc::make_mut(lane).events);
        let range = at..at.saturating_add(before.len());
        if events.get(range.clone()) != Some(before) {
            return Err(Error::Stale { what: "lane" });
        }
        events.splice(range, after.iter().cloned());
        Ok(())
    }

    fn reorder(&mut self, before: &[TrackId], after: &[TrackId]) -> Result<(), Error> {
        let stale = || Error::Stale { what: "list of tracks" };
        if self.tracks.iter().map(|track| track.id).ne(before.iter().copied()) || after.len() != before.len() {
            return Err(stale());
        }
        let track = |id: &TrackId| self.tracks.iter().find(|track| track.id == *id).cloned();
        let tracks: Vec<_> = after.iter().filter_map(track).collect();
        let mut ids: Vec<TrackId> = after.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if tracks.len() != before.len() || ids.len() != before.len() {
            return Err(stale());
        }
        self.tracks = tracks;
        Ok(())
    }

    fn change_track(&mut self, index: usize, before: Option<&Track>, after: Option<&Track>) -> Result<(), Error> {
        let stale = Error::Stale { what: "list of tracks" };
        if let Some(before) = before {
            if self.tracks.get(index).map(Arc::as_ref) != Some(before) {
                return Err(stale);
            }
            self.tracks.remove(index);
        }
        if let Some(after) = after {
            if index > self.tracks.len() || self.tracks.iter().any(|track| track.id == after.id) {
                return Err(stale);
            }
            self.tracks.insert(index, Arc::new(after.clone()));
            self.refuse_taken(after.notes.iter().map(|note| note.id).collect())?;
        }
        Ok(())
    }

    fn change_lane(&mut self, before: Option<&Lane>, after: Option<&Lane>) -> Result<(), Error> {
        if let Some(before) = before {
            if self.lanes.last().map(Arc::as_ref) != Some(before) {
                return Err(Error::Stale { what: "last lane" });
            }
            self.lanes.pop();
        }
        self.lanes.extend(after.map(|lane| Arc::new(lane.clone())));
        Ok(())
    }
}

impl Exchange {
    /// The track's notes, which are in order, after the exchange; in order again.
    fn applied(mut self, track: TrackId, notes: &[Note]) -> Result<Vec<Note>, Error> {
        self.gone.sort_unstable_by_key(Note::order);
        self.come.sort_unstable_by_key(Note::order);
        let (mut gone, mut come) = (self.gone.iter().peekable(), self.come.iter().peekable());
        let mut merged = Vec::with_capacity(notes.len() + self.come.len());
        for note in notes {
            if gone.next_if_eq(&note).is_none() {
                while let Some(new) = come.next_if(|new| new.order() < note.order()) {
                    merged.push(*new);
                }
                merged.push(*note);
            }
        }
        merged.extend(come);
        match gone.next() {
            Some(missing) => Err(Error::StaleNote { track, note: missing.id }),
            None => Ok(merged),
        }
    }
}

/// Refuses a list that holds an id twice.
fn refuse_twice(mut ids: Vec<NoteId>) -> Result<(), Error> {
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::TakenNote { note: pair[0] }),
        None => Ok(()),
    }
}

fn replace<T: PartialEq + Clone>(what: &'static str, place: &mut T, before: &T, after: &T) -> Result<(), Error> {
    if place != before {
        return Err(Error::Stale { what });
    }
    *place = after.clone();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    fn note_change(before: Option<Note>, after: Option<Note>) -> Change {
        Change::Note { track: TrackId(0), before, after }
    }

    #[test]
    fn an_edit_and_its_inverse_give_the_same_bytes() {
        let score = text::score("C4:1").unwrap();
        let old = score.tracks[0].notes[0];
        let moved = Note { pitch: 62, ..old };
        let changes = vec![
            note_change(Some(old), Some(moved)),
            note_change(None, Some(Note::new(1, 960, 480, 64, 70))),
            Change::Title { before: String::new(), after: "Waltz".into() },
        ];
        let edit = Edit::new("Change", changes);
        let changed = score.with(&edit).unwrap();
        assert_eq!(changed.tracks[0].notes.len(), 2);
        assert_eq!(changed.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
    }

    #[test]
    fn an_edit_for_another_state_is_refused() {
        let score = text::score("C4:1").unwrap();
        let edit = Edit::new("Delete", vec![note_change(Some(Note::new(0, 0, 960, 61, 80)), None)]);
        assert_eq!(score.with(&edit), Err(Error::StaleNote { track: TrackId(0), note: NoteId(0) }));
    }

    #[test]
    fn two_notes_never_share_an_id() {
        let score = text::score("C4:1 E4:1").unwrap();
        let again = Edit::new("Add", vec![note_change(None, Some(Note::new(1, 0, 960, 67, 80)))]);
        assert_eq!(score.with(&again), Err(Error::TakenNote { note: NoteId(1) }));
        let new = Note::new(2, 0, 960, 67, 80);
        let twice =
            Edit::new("Add", vec![note_change(None, Some(new)), note_change(None, Some(Note { pitch: 70, ..new }))]);
        assert_eq!(score.with(&twice), Err(Error::TakenNote { note: NoteId(2) }));
    }

    #[test]
    fn a_run_of_events_is_exchanged_only_where_it_stands() {
        let mut score = text::score("C4:1").unwrap();
        let event = |tick, value| Event { tick, kind: crate::EventKind::Bend { channel: 0, value } };
        let lane = score.tracks[0].header.lane;
        let events = Arc::new(vec![event(0, 1), event(10, 2), event(20, 3)]);
        score.lanes[lane as usize] = Arc::new(Lane { events, end: 0 });
        let splice = |at| {
            let after = vec![event(5, 8), event(12, 9)];
            Edit::new("Draw", vec![Change::Splice { lane, at, before: vec![event(10, 2)], after }])
        };
        let changed = score.with(&splice(1)).unwrap();
        let ticks: Vec<u32> = changed.lanes[lane as usize].events.iter().map(|event| event.tick).collect();
        assert_eq!(ticks, [0, 5, 12, 20]);
        assert_eq!(changed.with(&splice(1).inverted()).unwrap(), score);
        for elsewhere in [0, 2, 3, usize::MAX] {
            assert_eq!(score.with(&splice(elsewhere)), Err(Error::Stale { what: "lane" }));
        }
    }

    #[test]
    fn an_order_names_every_track_once() {
        let score = text::score("C4:1\nE4:1\nG4:1").unwrap();
        let order = |after: [u32; 3]| {
            let [before, after] = [[0, 1, 2], after].map(|ids| ids.map(TrackId).to_vec());
            Edit::new("Move", vec![Change::Order { before, after }])
        };
        let turned = score.with(&order([2, 0, 1])).unwrap();
        assert_eq!(text::print(&turned), "G4:1\nC4:1\nE4:1");
        assert_eq!(turned.with(&order([2, 0, 1]).inverted()).unwrap(), score);
        for wrong in [[0, 0, 1], [0, 1, 7]] {
            assert_eq!(score.with(&order(wrong)), Err(Error::Stale { what: "list of tracks" }));
        }
    }

    #[test]
    fn a_note_may_go_to_another_track() {
        let score = text::score("C4:1 E4:1\nG3:2").unwrap();
        let note = score.tracks[0].notes[0];
        let to_other = Change::Note { track: TrackId(1), before: None, after: Some(note) };
        let edit = Edit::new("Move", vec![to_other, note_change(Some(note), None)]);
        let moved = score.with(&edit).unwrap();
        assert_eq!(text::print(&moved), "R:1 E4:1\nG3:2 / C4:1");
        assert_eq!(moved.with(&edit.inverted()).unwrap(), score);
    }
}
