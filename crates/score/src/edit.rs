//! Edits: changes as values that invert.
//!
//! Each [`Change`] carries what stood there before and what stands there after, so its inverse is the two
//! exchanged, and applying it to any other state is refused instead of guessed at.

use crate::{Chord, Event, Header, Key, Lane, Marker, Meter, Note, Tempo, Tick, Track, TrackId};
use serde::{Deserialize, Serialize};
use std::mem::swap;
use std::sync::Arc;

/// A step of history: what people call it, and what it changes. All of it happens or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// For the undo menu, in the imperative: "Move 12 notes".
    pub label: String,
    /// Applied in order; note changes that follow each other speak of different notes.
    pub changes: Vec<Change>,
    /// What was asked for, where somebody else wrote the music, in the words of who wrote it: for a variation its
    /// request as JSON. It is kept with the step and never read here. Most steps have none, and neither has what was
    /// stored before there was any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<String>,
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
    /// A run of a lane's events; the others of the lane stay.
    Splice {
        /// Which lane.
        lane: u32,
        /// The place of the first of them in the lane.
        at: usize,
        /// As they were.
        before: Vec<Event>,
        /// As they will be.
        after: Vec<Event>,
    },
    /// Where a lane ends.
    End {
        /// Which lane.
        lane: u32,
        /// As it was.
        before: Tick,
        /// As it will be.
        after: Tick,
    },
    /// The order of the tracks.
    Order {
        /// As it was.
        before: Vec<TrackId>,
        /// As it will be.
        after: Vec<TrackId>,
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
    /// The chord map.
    Chords {
        /// As it was.
        before: Arc<Vec<Chord>>,
        /// As it will be.
        after: Arc<Vec<Chord>>,
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
    /// An edit of these changes.
    pub fn new(label: impl Into<String>, changes: Vec<Change>) -> Self {
        Edit { label: label.into(), changes, asked: None }
    }

    /// Label and origin of it, without changes.
    pub(crate) fn named(&self) -> Edit {
        Edit { label: self.label.clone(), changes: Vec::new(), asked: self.asked.clone() }
    }

    /// Whether it changes nothing; such an edit is no step of history.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The edit that takes this one back, under the same label.
    pub fn inverted(&self) -> Edit {
        Edit { changes: self.changes.iter().rev().map(Change::inverted).collect(), ..self.named() }
    }
}

impl Change {
    fn inverted(&self) -> Change {
        let mut change = self.clone();
        match &mut change {
            Change::Note { before, after, .. } => swap(before, after),
            Change::Track { before, after, .. } => swap(before, after),
            Change::Header { before, after, .. } => swap(before, after),
            Change::Lane { before, after } => swap(before, after),
            Change::Events { before, after, .. } => swap(before, after),
            Change::Splice { before, after, .. } => swap(before, after),
            Change::End { before, after, .. } => swap(before, after),
            Change::Order { before, after } => swap(before, after),
            Change::Tempos { before, after } => swap(before, after),
            Change::Meters { before, after } => swap(before, after),
            Change::Keys { before, after } => swap(before, after),
            Change::Chords { before, after } => swap(before, after),
            Change::Markers { before, after } => swap(before, after),
            Change::Title { before, after } => swap(before, after),
        }
        change
    }

    /// Whether it replaces something by itself.
    pub(crate) fn is_nothing(&self) -> bool {
        match self {
            Change::Note { before, after, .. } => before == after,
            Change::Track { before, after, .. } => before == after,
            Change::Header { before, after, .. } => before == after,
            Change::Lane { before, after } => before == after,
            Change::Events { before, after, .. } => before == after,
            Change::Splice { before, after, .. } => before == after,
            Change::End { before, after, .. } => before == after,
            Change::Order { before, after } => before == after,
            Change::Tempos { before, after } => before == after,
            Change::Meters { before, after } => before == after,
            Change::Keys { before, after } => before == after,
            Change::Chords { before, after } => before == after,
            Change::Markers { before, after } => before == after,
            Change::Title { before, after } => before == after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_that_were_stored_without_an_origin_are_read_and_written_as_ever() {
        let stored = r#"{"label":"Set the title","changes":[{"what":"title","before":"","after":"Ländler"}]}"#;
        let edit: Edit = serde_json::from_str(stored).unwrap();
        assert_eq!(edit.asked, None);
        assert_eq!(serde_json::to_string(&edit).unwrap(), stored);
        let asked = Edit { asked: Some(r#"{"seed":7}"#.into()), ..edit };
        assert_eq!(serde_json::from_str::<Edit>(&serde_json::to_string(&asked).unwrap()).unwrap(), asked);
        assert_eq!((asked.inverted().asked, asked.inverted().label), (asked.asked.clone(), asked.label.clone()));
    }
}
