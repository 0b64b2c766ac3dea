//! A run of bars of a piece, read onto the grid (§3).

use crate::cell::{Cell, Tone};
use crate::grid;
use crate::instrument;
use crate::measure::{Measure, measures, tolerance};
use score::{Event, EventKind, FINE, Header, Note, Score, Tick, Track, TrackId};
use std::ops::Range;

/// A track as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which track of the document.
    pub track: TrackId,
    /// Its place in the document's list of tracks.
    pub index: usize,
    /// Instrument group, 0..=38, or 39 for drums.
    pub group: u8,
    /// Which of the tracks of its group, 1..=16; the 16th stands for all beyond.
    pub ordinal: u8,
}

impl Part {
    /// Whether it is percussion.
    pub fn is_drums(&self) -> bool {
        self.group == instrument::DRUMS
    }

    /// The parts of a piece in the order of the model: by group, then as in the file.
    pub fn all(score: &Score) -> Vec<Part> {
        let part = |(index, track): (usize, &std::sync::Arc<Track>)| Part {
            track: track.id,
            index,
            group: instrument::group(own_program(score, track), track.header.is_drums()),
            ordinal: 1,
        };
        let mut parts: Vec<Part> = score.tracks.iter().enumerate().map(part).collect();
        parts.sort_by_key(|part| (part.group, part.index));
        for at in 1..parts.len() {
            if parts[at].group == parts[at - 1].group {
                parts[at].ordinal = (parts[at - 1].ordinal + 1).min(16);
            }
        }
        parts
    }
}

/// The program that a track's own file track gives it. One that it merely inherits, because another file track sets
/// it on the same channel, is that other track's (§3): such a track counts as program 0.
fn own_program(score: &Score, track: &Track) -> u8 {
    let Header { lane: own, channel, program, .. } = track.header;
    let stated = score.lanes.iter().zip(0..).flat_map(|(lane, at)| {
        let set = move |event: &Event| match event.kind {
            EventKind::Program { channel: on, program } if on == channel => Some((at, program)),
            _ => None,
        };
        lane.events.iter().filter_map(set)
    });
    let stated: Vec<(u32, u8)> = stated.collect();
    let inherited = stated.iter().all(|&(at, _)| at != own) && stated.iter().any(|&(_, set)| set == program);
    if inherited { 0 } else { program }
}

/// Bars of a piece with the cells of all its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The bars, virtual ones where written bars are long.
    pub measures: Vec<Measure>,
    /// The parts in the order of the model.
    pub parts: Vec<Part>,
    /// Whether no note starts after these bars.
    pub ends: bool,
    /// Bar by bar, part by part.
    cells: Vec<Cell>,
}

impl Passage {
    /// The written bars `bars` of a piece.
    pub fn read(score: &Score, bars: Range<usize>) -> Passage {
        let measures = measures(score, bars.clone());
        let parts = Part::all(score);
        let spare = grid::spare(score);
        let read = |measure, part: &Part| {
            cell(notes_of(&score.tracks[part.index].notes, measure), measure, part.is_drums(), spare)
        };
        let cells = measures.iter().flat_map(|measure| parts.iter().map(move |part| read(measure, part))).collect();
        let ends = last_bar(score).is_none_or(|last| last < bars.end);
        Passage { measures, parts, ends, cells }
    }

    /// A whole piece, from its first bar to the last one with a note.
    pub fn whole(score: &Score) -> Passage {
        Passage::read(score, 0..last_bar(score).map_or(0, |last| last + 1))
    }

    /// How many bars it has.
    pub fn bars(&self) -> usize {
        self.measures.len()
    }

    /// The notes of a part in a bar; an empty cell outside the passage.
    pub fn cell(&self, bar: usize, part: usize) -> &Cell {
        static SILENCE: Cell = Cell::SILENCE;
        let cell = (part < self.parts.len()).then(|| self.cells.get(bar * self.parts.len() + part));
        cell.flatten().unwrap_or(&SILENCE)
    }

    /// The same bars with another cell at this place; nothing happens outside the passage.
    pub fn set(&mut self, bar: usize, part: usize, cell: Cell) {
        if part < self.parts.len()
            && let Some(place) = self.cells.get_mut(bar * self.parts.len() + part)
        {
            *place = cell;
        }
    }

    /// How many notes it has.
    pub fn note_count(&self) -> usize {
        self.cells.iter().map(|cell| cell.tones().len()).sum()
    }

    /// Some of its bars; the range is cut to what there is.
    pub fn section(&self, bars: Range<usize>) -> Passage {
        let to = bars.end.min(self.bars());
        let from = bars.start.min(to);
        Passage {
            measures: self.measures[from..to].to_vec(),
            parts: self.parts.clone(),
            ends: self.ends && to == self.bars(),
            cells: self.cells[from * self.parts.len()..to * self.parts.len()].to_vec(),
        }
    }

    /// The passage `semitones` higher, drums left alone. None if a pitch leaves 0..=127.
    pub fn transposed(&self, semitones: i8) -> Option<Passage> {
        let cells: Option<Vec<Cell>> = self.cells.iter().map(|cell| cell.transposed(semitones)).collect();
        cells.map(|cells| Passage {
            cells,
            measures: self.measures.clone(),
            parts: self.parts.clone(),
            ends: self.ends,
        })
    }
}

/// The last written bar in which a note starts.
pub fn last_bar(score: &Score) -> Option<usize> {
    let onset = score.tracks.iter().filter_map(|track| track.notes.last()).map(|note| note.start).max();
    onset.map(|onset| score.bars().of_onset(onset).index)
}

/// The notes that belong to a bar: an onset half a step early counts as standing on the bar line.
pub fn notes_of<'a>(notes: &'a [Note], measure: &Measure) -> &'a [Note] {
    let first = first_tick(measure.start, measure.tpq);
    let after = first_tick(measure.start + measure.length, measure.tpq);
    let from = notes.partition_point(|note| note.start < first);
    let to = notes.partition_point(|note| note.start < after);
    &notes[from..to.max(from)]
}

/// The first tick that belongs to a bar that starts at `start`.
fn first_tick(start: score::Fine, tpq: u16) -> Tick {
    Tick::try_from(start.saturating_sub(tolerance(tpq)).div_ceil(FINE)).unwrap_or(Tick::MAX)
}

/// Notes of one bar as a cell; `spare` is one tick of the source file. Of several notes at one (position, pitch) the
/// longest is kept, then the loudest.
pub fn cell(notes: &[Note], measure: &Measure, drums: bool, spare: u64) -> Cell {
    let mut notes: Vec<&Note> = notes.iter().collect();
    notes.sort_by_key(|note| std::cmp::Reverse((note.length, note.velocity)));
    let tone = |note: &&Note| Tone {
        position: grid::position(note.start, measure.start, measure.tpq),
        pitch: if drums { instrument::drum(note.pitch) } else { note.pitch.min(127) },
        duration: if drums { 0 } else { grid::duration(note.length, spare, measure.tpq) },
        velocity: grid::velocity(note.velocity),
    };
    Cell::new(drums, notes.iter().map(tone).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn header(program: u8, channel: u8) -> Header {
        Header { name: String::new(), lane: 0, channel, program, hue: 0, mix: Default::default(), output: None }
    }

    #[test]
    fn parts_stand_by_group_and_count_within_it() {
        let programs = [(40, 0), (0, 1), (0, 9), (40, 2), (3, 3)];
        let track = |(id, &(program, channel)): (usize, &(u8, u8))| {
            Arc::new(Track::new(id as u32, header(program, channel), vec![]))
        };
        let score = Score { tracks: programs.iter().enumerate().map(track).collect(), ..Score::empty() };
        let order: Vec<_> = Part::all(&score).iter().map(|part| (part.index, part.group, part.ordinal)).collect();
        assert_eq!(order, [(1, 0, 1), (4, 0, 2), (0, 13, 1), (3, 13, 2), (2, 39, 1)]);
    }

    #[test]
    fn a_program_that_another_file_track_sets_is_not_its_own() {
        let lane = |event: Option<EventKind>| {
            let events = event.map(|kind| Event { tick: 0, kind }).into_iter().collect();
            Arc::new(score::Lane { events: Arc::new(events), ..Default::default() })
        };
        let set = EventKind::Program { channel: 3, program: 45 };
        let track = |id, lane, program| Arc::new(Track::new(id, Header { lane, ..header(program, 3) }, vec![]));
        let tracks = vec![track(0, 0, 45), track(1, 1, 45), track(2, 1, 40)];
        let score = Score { lanes: vec![lane(Some(set)), lane(None)], tracks, ..Score::empty() };
        let groups: Vec<_> = Part::all(&score).iter().map(|part| (part.index, part.group)).collect();
        assert_eq!(groups, [(1, 0), (2, 13), (0, 17)]);
    }

    #[test]
    fn of_double_notes_the_longest_then_the_loudest_stays() {
        let notes = [Note::new(0, 0, 100, 60, 20), Note::new(1, 1, 480, 60, 50), Note::new(2, 2, 480, 60, 90)];
        let score =
            Score { tpq: 480, tracks: vec![Arc::new(Track::new(0, header(0, 0), notes.to_vec()))], ..Score::empty() };
        let passage = Passage::whole(&score);
        let tones = passage.cell(0, 0).tones();
        assert_eq!((tones.len(), tones[0].velocity, grid::DURATIONS[usize::from(tones[0].duration)]), (1, 5, 24));
    }

    #[test]
    fn a_section_and_a_transposition_keep_the_rest() {
        let notes = vec![Note::new(0, 0, 960, 60, 64), Note::new(1, 3840, 960, 127, 64)];
        let score = Score { tracks: vec![Arc::new(Track::new(0, header(0, 0), notes))], ..Score::empty() };
        let passage = Passage::whole(&score);
        assert_eq!((passage.bars(), passage.ends, passage.note_count()), (2, true, 2));
        assert!(passage.transposed(1).is_none());
        let first = passage.section(0..1).transposed(1).unwrap();
        assert_eq!((first.ends, first.cell(0, 0).tones()[0].pitch), (false, 61));
        assert!(first.cell(1, 0).tones().is_empty() && first.cell(0, 1).tones().is_empty());
    }
}
