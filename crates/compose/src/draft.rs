//! A draw while it is being written: the piece as it would be, and how it came to that.

use crate::echo::Echo;
use crate::{Cell, Error, Task};
use score::{Change, Edit, Header, Lane, Mix, Note, NoteId, Score, Track, TrackId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokens::{Hole, Tone, answer, notes_of};

/// The piece as one draw would have it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Which of a request's draws it is, from 0: with the seed, all its chance.
    pub draw: u32,
    /// How far it follows what the piece plays in like places.
    pub echo: Echo,
    /// The piece as it stands in this draw.
    pub score: Score,
    /// Bits of what was drawn, and how many notes that gave.
    pub bits: f64,
    /// How many notes it has written.
    pub written: usize,
    /// How many tokens it took.
    pub tokens: u32,
}

impl Draft {
    /// Nothing is written yet.
    pub fn new(draw: u32, echo: Echo, score: &Score) -> Self {
        Draft { draw, echo, score: score.clone(), bits: 0.0, written: 0, tokens: 0 }
    }

    /// Whether it follows what the piece plays in like places.
    pub fn echoes(&self) -> bool {
        self.echo != Echo::Not
    }

    /// Bits that its notes cost the model, each.
    pub fn bits_per_note(&self) -> f64 {
        self.bits / self.written.max(1) as f64
    }

    /// The notes of a hole as they stand now.
    pub fn notes(&self, hole: &Hole) -> &[Note] {
        self.score.tracks.get(hole.voice.index).map_or(&[], |track| notes_of(&track.notes, &hole.measure))
    }

    /// Puts answered cells in the place of what stood there; `staying` are the notes of each hole that stay.
    pub fn put(&mut self, holes: &[Hole], cells: &[tokens::Cell], staying: &[Vec<(Tone, NoteId)>]) {
        let mut next = self.score.free_note_id();
        let mut by_track: BTreeMap<usize, (Vec<Note>, BTreeSet<NoteId>)> = BTreeMap::new();
        for ((hole, cell), staying) in holes.iter().zip(cells).zip(staying) {
            let tones: Vec<Tone> = staying.iter().map(|(tone, _)| *tone).collect();
            let new = answer::notes(cell, hole, &tones, next);
            next += new.len() as u32;
            let gone =
                self.notes(hole).iter().map(|note| note.id).filter(|id| staying.iter().all(|(_, kept)| kept != id));
            let gone: Vec<NoteId> = gone.collect();
            let (added, removed) = by_track.entry(hole.voice.index).or_default();
            added.extend(new);
            removed.extend(gone);
        }
        for (index, (mut added, removed)) in by_track {
            let Some(track) = self.score.tracks.get_mut(index) else { continue };
            let kept: Vec<Note> = track.notes.iter().filter(|note| !removed.contains(&note.id)).copied().collect();
            answer::make_room(&mut added, &kept);
            self.written += added.len();
            let track = Arc::make_mut(track);
            *track = Track::new(track.id.0, track.header.clone(), [kept, added].concat());
        }
    }

    /// The step from `before` to this draft.
    pub fn edit(&self, before: &Score, label: &str) -> Edit {
        let mut changes = Vec::new();
        for lane in &self.score.lanes[before.lanes.len().min(self.score.lanes.len())..] {
            changes.push(Change::Lane { before: None, after: Some(Box::new(Lane::clone(lane))) });
        }
        for (index, track) in self.score.tracks.iter().enumerate() {
            match before.tracks.iter().find(|old| old.id == track.id) {
                None => changes.push(Change::Track { index, before: None, after: Some(Box::new(Track::clone(track))) }),
                Some(old) if Arc::ptr_eq(old, track) => {}
                Some(old) => changes.extend(note_changes(old, track)),
            }
        }
        Edit::new(label, changes)
    }

    /// The notes that are new against `before`, and those that are gone.
    pub fn difference(&self, before: &Score) -> (Vec<(TrackId, Note)>, Vec<NoteId>) {
        let (mut added, mut removed) = (Vec::new(), Vec::new());
        for track in &self.score.tracks {
            let old = before.tracks.iter().find(|old| old.id == track.id);
            // Most tracks are not written in: nothing of them is looked at.
            if old.is_some_and(|old| Arc::ptr_eq(old, track)) {
                continue;
            }
            let old: BTreeSet<NoteId> = old.into_iter().flat_map(|old| old.notes.iter()).map(|note| note.id).collect();
            let now: BTreeSet<NoteId> = track.notes.iter().map(|note| note.id).collect();
            added.extend(track.notes.iter().filter(|note| !old.contains(&note.id)).map(|note| (track.id, *note)));
            removed.extend(old.difference(&now));
        }
        (added, removed)
    }
}

fn note_changes(old: &Track, new: &Track) -> Vec<Change> {
    let ids = |track: &Track| track.notes.iter().map(|note| note.id).collect::<BTreeSet<_>>();
    let (before, after) = (ids(old), ids(new));
    let gone = old.notes.iter().filter(|note| !after.contains(&note.id));
    let come = new.notes.iter().filter(|note| !before.contains(&note.id));
    let gone = gone.map(|note| Change::Note { track: new.id, before: Some(*note), after: None });
    gone.chain(come.map(|note| Change::Note { track: new.id, before: None, after: Some(*note) })).collect()
}

/// The piece with an empty track beside each selected one, and the cells that stand in those instead: a new part
/// plays what the selected one does not.
///
/// # Errors
/// [`Error::Score`] if a selected track does not exist.
pub fn with_new_part(score: &Score, task: &Task, program: Option<u8>) -> Result<(Score, Task), Error> {
    let first = task.cells.iter().map(|cell| cell.track).next().ok_or(Error::NothingSelected)?;
    let beside = score.track(first)?.header.clone();
    let mut score = score.clone();
    let lane = score.lanes.len() as u32;
    let header = Header {
        name: String::new(),
        lane,
        channel: free_channel(&score),
        program: program.unwrap_or(if beside.is_drums() { 0 } else { beside.program }),
        hue: (score.tracks.len() % 12) as u8,
        mix: Mix::default(),
        output: None,
    };
    let id = score.free_track_id();
    score.lanes.push(Arc::default());
    score.tracks.push(Arc::new(Track::new(id, header, Vec::new())));
    let cells = task.cells.iter().map(|cell| Cell { track: TrackId(id), bar: cell.bar }).collect();
    Ok((score, Task { cells, ..task.clone() }))
}

/// A channel that no track uses; the first one if all are used. Never the drums'.
fn free_channel(score: &Score) -> u8 {
    let used: BTreeSet<u8> = score.tracks.iter().map(|track| track.header.channel).collect();
    (0..16).find(|channel| *channel != Header::DRUM_CHANNEL && !used.contains(channel)).unwrap_or(0)
}

/// What stood in a hole before the run.
pub fn theme(before: &Score, hole: &Hole) -> tokens::Cell {
    let notes = before.tracks.get(hole.voice.index).map_or(&[][..], |track| notes_of(&track.notes, &hole.measure));
    tokens::cell(notes, &hole.measure, hole.voice.is_drums(), tokens::grid::spare(before))
}
