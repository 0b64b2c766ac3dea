//! What commands that alter notes have in common.

use super::notes;
use crate::{Change, Edit, Note, Score, TrackId};
use std::collections::BTreeMap;

/// The change that takes a note away.
pub(super) fn removal((track, note): (TrackId, Note)) -> Change {
    Change::Note { track, before: Some(note), after: None }
}

/// The change that puts a note in the place of another.
pub(super) fn exchange(track: TrackId, before: Note, after: Note) -> Change {
    Change::Note { track, before: Some(before), after: Some(after) }
}

/// Notes of one pitch in one track together, in the order of the document.
pub(super) fn by_pitch(chosen: Vec<(TrackId, Note)>) -> BTreeMap<(TrackId, u8), Vec<Note>> {
    let mut lines: BTreeMap<(TrackId, u8), Vec<Note>> = BTreeMap::new();
    for (track, note) in chosen {
        lines.entry((track, note.pitch)).or_default().push(note);
    }
    lines
}

/// An edit of those notes that `alter` changes; the label counts them.
pub(super) fn altered(verb: &str, chosen: Vec<(TrackId, Note)>, alter: impl Fn(Note) -> Note) -> Edit {
    let pairs = chosen.into_iter().map(|(track, note)| (track, note, alter(note)));
    let changed = pairs.filter(|(_, before, after)| before != after);
    let changes: Vec<Change> = changed.map(|(track, before, after)| exchange(track, before, after)).collect();
    Edit::new(format!("{verb} {}", notes(changes.len())), changes)
}

/// A note with another onset and length, cut at the beginning and at the last tick there may be; only a note without
/// length stays without one.
pub(super) fn placed(note: Note, start: i64, length: i64) -> Note {
    // A file may have gone past the last tick; what lies there is not pulled back.
    let last = i64::from(Score::LAST_TICK.max(note.end()));
    let shortest = i64::from(note.length.min(1));
    let start = start.clamp(0, last - shortest);
    let length = length.clamp(shortest, last - start);
    Note { start: start as u32, length: length as u32, ..note }
}

/// So many percent of a number, halves up.
pub(super) fn percent_of(value: i64, percent: u8) -> i64 {
    (2 * value * i64::from(percent) + 100).div_euclid(200)
}
