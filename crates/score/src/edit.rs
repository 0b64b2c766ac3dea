//! Edits: changes as values that invert.
//!
//! Each [`Change`] carries what stood there before and what stands there after, so its inverse is the two
//! exchanged, and applying it to any other state is refused instead of guessed at.

use crate::{Error, Event, Header, Key, Lane, Marker, Meter, Note, Score, Tempo, Track, TrackId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A step of history: what people call it, and what it changes. All of it happens or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// For the undo menu, in the imperative: "Move 12 notes".
    pub label: String,
    /// Applied in order; note changes of one edit speak of different notes.
    pub changes: Vec<Change>,
}

/// One replacement of `before` by `after`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "camelCase")]
pub enum Change {
    /// A note is added (no `before`), removed (no `after`) or altered (both, with one id).
    Note {
        /// Where.
        track: TrackId,
        /// As it was.
        before: Option<Note>,
        /// As it will be.
        after: Option<Note>,
    },
    /// A track is added or removed, with all its notes.
    Track {
        /// Its place in the order of tracks.
        index: usize,
        /// As it was.
        before: Option<Box<Track>>,
        /// As it will be.
        after: Option<Box<Track>>,
    },
    /// A track's name, instrument, mixer setting and so on.
    Header {
        /// Which track.
        track: TrackId,
        /// As it was.
        before: Box<Header>,
        /// As it will be.
        after: Box<Header>,
    },
    /// A lane is added to or removed from the end of the list.
    Lane {
        /// As it was.
        before: Option<Box<Lane>>,
        /// As it will be.
        after: Option<Box<Lane>>,
    },
    /// The events of a lane.
    Events {
        /// Which lane.
        lane: u32,
        /// As they were.
        before: Arc<Vec<Event>>,
        /// As they will be.
        after: Arc<Vec<Event>>,
    },
    /// The tempo map.
    Tempos {
        /// As it was.
        before: Arc<Vec<Tempo>>,
        /// As it will be.
        after: Arc<Vec<Tempo>>,
    },
    /// The metre map.
    Meters {
        /// As it was.
        before: Arc<Vec<Meter>>,
        /// As it will be.
        after: Arc<Vec<Meter>>,
    },
    /// The key map.
    Keys {
        /// As it was.
        before: Arc<Vec<Key>>,
        /// As it will be.
        after: Arc<Vec<Key>>,
    },
    /// The markers.
    Markers {
        /// As they were.
        before: Arc<Vec<Marker>>,
        /// As they will be.
        after: Arc<Vec<Marker>>,
    },
    /// The title.
    Title {
        /// As it was.
        before: String,
        /// As it will be.
        after: String,
    },
}

impl Edit {
    /// An edit of note changes.
    pub fn new(label: impl Into<String>, changes: Vec<Change>) -> Self {
        Edit { label: label.into(), changes }
    }

    /// The edit that takes this one back, under the same label.
    pub fn inverted(&self) -> Edit {
        Edit { label: self.label.clone(), changes: self.changes.iter().rev().map(Change::inverted).collect() }
    }
}

impl Change {
    fn inverted(&self) -> Change {
        let mut change = self.clone();
        match &mut change {
            Change::Note { before, after, .. } => std::mem::swap(before, after),
            Change::Track { before, after, .. } => std::mem::swap(before, after),
            Change::Header { before, after, .. } => std::mem::swap(before, after),
            Change::Lane { before, after } => std::mem::swap(before, after),
            Change::Events { before, after, .. } => std::mem::swap(before, after),
            Change::Tempos { before, after } => std::mem::swap(before, after),
            Change::Meters { before, after } => std::mem::swap(before, after),
            Change::Keys { before, after } => std::mem::swap(before, after),
            Change::Markers { before, after } => std::mem::swap(before, after),
            Change::Title { before, after } => std::mem::swap(before, after),
        }
        change
    }
}

impl Score {
    /// The score after `edit`.
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::StaleNote`] or [`Error::NoTrack`] if the edit was made for another state.
    pub fn with(&self, edit: &Edit) -> Result<Score, Error> {
        let mut score = self.clone();
        let mut rest = edit.changes.as_slice();
        while let Some(change) = rest.first() {
            if let Change::Note { track, .. } = *change {
                // Notes of one track are changed in one pass, so that an edit of n notes is not n passes.
                let run = rest.iter().take_while(|next| matches!(next, Change::Note { track: t, .. } if *t == track));
                let length = run.count();
                score.change_notes(track, &rest[..length])?;
                rest = &rest[length..];
            } else {
                score.change(change)?;
                rest = &rest[1..];
            }
        }
        Ok(score)
    }

    fn track_index(&self, track: TrackId) -> Result<usize, Error> {
        let found = self.tracks.iter().position(|one| one.id == track);
        found.ok_or(Error::NoTrack { track, count: self.tracks.len() })
    }

    fn change_notes(&mut self, track: TrackId, changes: &[Change]) -> Result<(), Error> {
        let at = self.track_index(track)?;
        let mut gone = BTreeMap::new();
        let mut come = Vec::new();
        for change in changes {
            if let Change::Note { before, after, .. } = change {
                gone.extend(before.map(|note| (note.id, note)));
                come.extend(*after);
            }
        }
        let mut notes = Vec::with_capacity(self.tracks[at].notes.len() + come.len());
        for note in self.tracks[at].notes.iter() {
            match gone.remove(&note.id) {
                None => notes.push(*note),
                Some(before) if before == *note => {}
                Some(before) => return Err(Error::StaleNote { track, note: before.id }),
            }
        }
        if let Some((&note, _)) = gone.first_key_value() {
            return Err(Error::StaleNote { track, note });
        }
        notes.extend(come);
        notes.sort_by_key(Note::order);
        Arc::make_mut(&mut self.tracks[at]).notes = Arc::new(notes);
        Ok(())
    }

    fn change(&mut self, change: &Change) -> Result<(), Error> {
        match change {
            Change::Note { track, .. } => self.change_notes(*track, std::slice::from_ref(change)),
            Change::Track { index, before, after } => self.change_track(*index, before.as_deref(), after.as_deref()),
            Change::Header { track, before, after } => {
                let at = self.track_index(*track)?;
                replace("track", &mut Arc::make_mut(&mut self.tracks[at]).header, before, after)
            }
            Change::Lane { before, after } => {
                if let Some(before) = before {
                    if self.lanes.last().map(Arc::as_ref) != Some(before) {
                        return Err(Error::Stale { what: "last lane" });
                    }
                    self.lanes.pop();
                }
                self.lanes.extend(after.as_ref().map(|lane| Arc::new(Lane::clone(lane))));
                Ok(())
            }
            Change::Events { lane, before, after } => match self.lanes.get_mut(*lane as usize) {
                Some(lane) => replace("lane", &mut Arc::make_mut(lane).events, before, after),
                None => Err(Error::Stale { what: "list of lanes" }),
            },
            Change::Tempos { before, after } => replace("tempo map", &mut self.tempos, before, after),
            Change::Meters { before, after } => replace("metre map", &mut self.meters, before, after),
            Change::Keys { before, after } => replace("key map", &mut self.keys, before, after),
            Change::Markers { before, after } => replace("list of markers", &mut self.markers, before, after),
            Change::Title { before, after } => replace("title", &mut self.title, before, after),
        }
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
        }
        Ok(())
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

    fn one_track() -> Score {
        let header = Header { name: "Piano".into(), lane: 0, channel: 0, program: 0, hue: 0, mix: Default::default() };
        let mut score = Score::empty();
        score.tracks.push(Arc::new(Track::new(0, header, vec![Note::new(0, 0, 960, 60, 80)])));
        score
    }

    #[test]
    fn an_edit_and_its_inverse_give_the_same_bytes() {
        let score = one_track();
        let old = score.tracks[0].notes[0];
        let moved = Note { pitch: 62, ..old };
        let changes = vec![
            Change::Note { track: TrackId(0), before: Some(old), after: Some(moved) },
            Change::Note { track: TrackId(0), before: None, after: Some(Note::new(1, 960, 480, 64, 70)) },
            Change::Title { before: String::new(), after: "Waltz".into() },
        ];
        let edit = Edit::new("Change", changes);
        let changed = score.with(&edit).unwrap();
        assert_eq!(changed.tracks[0].notes.len(), 2);
        assert_eq!(changed.with(&edit.inverted()).unwrap().to_bytes(), score.to_bytes());
    }

    #[test]
    fn an_edit_for_another_state_is_refused() {
        let score = one_track();
        let other = Note::new(0, 0, 960, 61, 80);
        let edit = Edit::new("Delete", vec![Change::Note { track: TrackId(0), before: Some(other), after: None }]);
        assert!(matches!(score.with(&edit), Err(Error::StaleNote { .. })));
    }
}
