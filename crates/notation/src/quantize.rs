//! Played times to written times.

use crate::feel::Feel;
use crate::frame::Frames;
use crate::grid::Grid;
use crate::metre::Span;
use crate::value::{QUARTER, Time};
use score::{Note, NoteId};
use std::collections::BTreeMap;

/// Onsets this close together are one chord that is played unevenly: less than a 64th.
const CHORD: Time = QUARTER / 20;

/// How early an onset may be and still belong to the next beat: half a step of the document's bar grid.
const EARLY: Time = QUARTER / 48;

/// A note at its written time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tone {
    pub id: NoteId,
    pub pitch: u8,
    pub velocity: u8,
    /// From the start of the piece.
    pub start: Time,
    /// Later than the start.
    pub end: Time,
}

/// The notes at their written times, in the order of onset and pitch. Each time depends on the notes of the beat
/// that it lies in and on nothing else.
pub(crate) fn quantize(frames: &Frames, feel: &Feel, notes: &[&Note]) -> Vec<Tone> {
    let mut beats = Beats { frames, feel, beats: BTreeMap::new() };
    for note in notes {
        beats.expect(note);
    }
    let grids = beats.grids();
    let mut tones: Vec<Tone> = notes
        .iter()
        .map(|note| {
            let onset = beats.place(frames.time(note.start), true);
            let end = beats.place(frames.time(note.end()), false);
            let (start, step) = grids.get(&onset.0).map_or((frames.time(note.start), 1), |beat| beat.read(onset.1));
            let (end, _) = grids.get(&end.0).map_or((frames.time(note.end()), 1), |beat| beat.read(end.1));
            let end = if end > start { end } else { start + step };
            Tone { id: note.id, pitch: note.pitch, velocity: note.velocity, start, end }
        })
        .collect();
    tones.sort_by_key(|tone| (tone.start, tone.pitch, tone.end, tone.id));
    tones
}

/// What is heard in one beat.
struct Heard {
    /// The beat, from the start of the piece.
    start: Time,
    span: Span,
    onsets: Vec<Time>,
    ends: Vec<Time>,
}

/// A beat with the grid that its times are read on.
struct Read {
    start: Time,
    length: Time,
    swing: Option<f64>,
    grid: Grid,
}

impl Read {
    /// The written time of a place in the beat, and the grid's step.
    fn read(&self, at: Time) -> (Time, Time) {
        let even = self.swing.map_or(at, |swing| straighten(at, self.length, swing));
        (self.start + self.grid.nearest(even), self.grid.step())
    }
}

/// All beats in which something happens, by bar and number in it.
struct Beats<'a> {
    frames: &'a Frames,
    feel: &'a Feel,
    beats: BTreeMap<(usize, usize), Heard>,
}

impl Beats<'_> {
    fn expect(&mut self, note: &Note) {
        let (place, at) = self.place(self.frames.time(note.start), true);
        self.beat(place).onsets.push(at);
        let (place, at) = self.place(self.frames.time(note.end()), false);
        self.beat(place).ends.push(at);
    }

    fn beat(&mut self, (bar, number): (usize, usize)) -> &mut Heard {
        let frames = self.frames;
        self.beats.entry((bar, number)).or_insert_with(|| {
            let frame = frames.at(bar);
            let span = frame.span().beats()[number];
            Heard { start: frame.start + span.start, span, onsets: Vec::new(), ends: Vec::new() }
        })
    }

    /// The beat of a time and the place within it.
    fn place(&self, time: Time, onset: bool) -> ((usize, usize), Time) {
        let early = if onset { EARLY } else { 0 };
        let frame = self.frames.containing(time + early);
        let beats = frame.span().beats();
        let within = (time + early).saturating_sub(frame.start);
        let number = beats.partition_point(|beat| beat.start <= within).max(1) - 1;
        let at = within.saturating_sub(beats[number].start).saturating_sub(early);
        ((frame.index, number), at)
    }

    fn grids(&self) -> BTreeMap<(usize, usize), Read> {
        let read = self.beats.iter().map(|(&place, heard)| (place, heard.read(self.feel)));
        read.collect()
    }
}

impl Heard {
    fn read(&self, feel: &Feel) -> Read {
        let mut onsets = self.onsets.clone();
        onsets.sort_unstable();
        onsets.dedup();
        let swing = feel.swing.filter(|&swing| !self.span.is_triple() && swings(&onsets, self.span.length, swing));
        let even = |at: Time| swing.map_or(at, |swing| straighten(at, self.span.length, swing));
        let mut groups: Vec<Vec<Time>> = Vec::new();
        for at in onsets.into_iter().map(even) {
            match groups.last_mut().filter(|group| at - group[0] < CHORD) {
                Some(group) => group.push(at),
                None => groups.push(vec![at]),
            }
        }
        let mut ends: Vec<Time> = self.ends.iter().copied().map(even).collect();
        ends.sort_unstable();
        ends.dedup();
        let grid = Grid::of(self.span, &groups, &ends, feel.scatter);
        Read { start: self.start, length: self.span.length, swing, grid }
    }
}

/// How far from the swung eighth an onset may be, as a part of the beat.
const SWUNG: f64 = 0.07;

/// Whether the onsets inside a beat are one swung eighth and nothing else.
fn swings(onsets: &[Time], length: Time, swing: f64) -> bool {
    let mut inside = onsets.iter().map(|&at| at as f64 / length as f64).filter(|part| (0.1..0.9).contains(part));
    inside.all(|part| (part - swing).abs() < SWUNG)
}

/// A time in a beat whose second eighth begins at the part `swing` of it, as if that were its middle.
fn straighten(at: Time, length: Time, swing: f64) -> Time {
    let (part, length) = (at as f64 / length as f64, length as f64);
    let even = if part < swing { part / swing / 2.0 } else { 0.5 + (part - swing) / (1.0 - swing) / 2.0 };
    (even * length).round() as Time
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{Score, text};

    /// Written onsets and ends in 24ths of a quarter.
    fn written(music: &str, move_by: &[i32]) -> Vec<(Time, Time)> {
        let mut score: Score = text::score(music).unwrap();
        let track = std::sync::Arc::make_mut(&mut score.tracks[0]);
        let notes = std::sync::Arc::make_mut(&mut track.notes);
        for (note, by) in notes.iter_mut().zip(move_by.iter().cycle()) {
            note.start = note.start.saturating_add_signed(*by);
        }
        let feel = Feel::of(&score);
        let notes: Vec<&Note> = score.tracks[0].notes.iter().collect();
        let tones = quantize(&Frames::of(&score), &feel, &notes);
        tones.iter().map(|tone| (tone.start * 24 / QUARTER, tone.end * 24 / QUARTER)).collect()
    }

    #[test]
    fn exact_rhythms_stay() {
        let found = written("C4:1/3 C4:1/3 C4:1/3 C4:1/2 C4:1/4 C4:1/4 C4:3/4 C4:1/4 C4:1", &[0]);
        let exact = [(0, 8), (8, 16), (16, 24), (24, 36), (36, 42), (42, 48), (48, 66), (66, 72), (72, 96)];
        assert_eq!(found, exact);
    }

    #[test]
    fn an_uneven_player_is_understood() {
        let found = written(&"C4:1/2 C4:1/2 C4:1 C4:1/4 C4:1/4 C4:1/4 C4:1/4 C4:1 ".repeat(4), &[20, -25, 31, -12, 5]);
        let starts: Vec<Time> = found.iter().map(|tone| tone.0).take(8).collect();
        assert_eq!(starts, [0, 12, 24, 48, 54, 60, 66, 72]);
    }

    #[test]
    fn swing_is_written_straight_and_triplets_are_not() {
        let swung = "C4:2/3 C4:1/3 ".repeat(16);
        assert_eq!(written(&swung, &[0])[..4], [(0, 12), (12, 24), (24, 36), (36, 48)]);
        let triplets = "C4:2/3 C4:1/3 C4:1/3 C4:1/3 C4:1/3 ".repeat(8);
        assert_eq!(written(&triplets, &[0])[..2], [(0, 16), (16, 24)]);
    }
}
