//! The voices of one staff in one measure.
//!
//! Notes that begin and end together are a chord of one voice. Chords are given to voices from the measure's start
//! on, cheapest first, where it costs something to leap, to rest, to cross another voice and to need one more voice:
//! the criteria of E. Cambouropoulos, "Voice Separation", Proc. ICMPC 2000, and of E. Chew and X. Wu, "Separating
//! Voices in Polyphonic Music", CMMR 2004 (pitch proximity, few voices, no crossing).

use crate::quantize::Tone;
use crate::value::{QUARTER, Time};

/// Most voices of a staff: two with stems up and two with stems down.
pub(crate) const MOST: usize = 4;

/// How many ways to give out the chords so far are kept.
const WAYS: usize = 48;

/// What one more voice costs.
const VOICE: f64 = 8.0;
/// What it costs to leap by a semitone.
const LEAP: f64 = 0.12;
/// What a rest costs, and each quarter of it.
const REST: (f64, f64) = (1.0, 0.3);
/// What it costs to cross another voice that sounds.
const CROSS: f64 = 5.0;

/// What one voice has at once: tones that begin and end together, as indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chord {
    pub start: Time,
    pub end: Time,
    /// Indices of the tones, from the lowest.
    pub tones: Vec<usize>,
}

/// The voices from the upper to the lower, each in order of time; times are from the start of the piece and lie
/// within `measure`.
pub(crate) fn voices(tones: &[Tone], inside: &[usize], measure: std::ops::Range<Time>) -> Vec<Vec<Chord>> {
    let chords = chords(tones, inside, &measure);
    let alone = chords.windows(2).all(|pair| pair[0].end <= pair[1].start);
    if alone {
        return vec![chords];
    }
    let mut ways = vec![Way { cost: 0.0, voices: Vec::new(), given: Vec::new() }];
    for chord in &chords {
        let pitches = chord.tones.iter().map(|&index| tones[index].pitch);
        let (low, high) = (pitches.clone().min().unwrap_or(0), pitches.max().unwrap_or(0));
        let mut next: Vec<Way> = ways.iter().flat_map(|way| way.give(chord, low, high, measure.start)).collect();
        next.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        next.truncate(WAYS);
        ways = next;
    }
    let Some(way) = ways.into_iter().next() else { return vec![chords] };
    let mut voices = vec![Vec::new(); way.voices.len()];
    for (chord, voice) in chords.into_iter().zip(way.given) {
        voices[voice].push(chord);
    }
    voices.sort_by(|a, b| height(tones, b).total_cmp(&height(tones, a)));
    voices
}

/// Tones that begin and end together, by onset and from the highest.
fn chords(tones: &[Tone], inside: &[usize], measure: &std::ops::Range<Time>) -> Vec<Chord> {
    let mut chords: Vec<Chord> = Vec::new();
    for &index in inside {
        let (start, end) = (tones[index].start.max(measure.start), tones[index].end.min(measure.end));
        match chords.iter_mut().rev().find(|chord| (chord.start, chord.end) == (start, end)) {
            Some(chord) => chord.tones.push(index),
            None => chords.push(Chord { start, end, tones: vec![index] }),
        }
    }
    for chord in &mut chords {
        chord.tones.sort_by_key(|&index| (tones[index].pitch, tones[index].id));
    }
    let top = |chord: &Chord| chord.tones.last().map_or(0, |&index| tones[index].pitch);
    chords.sort_by_key(|chord| (chord.start, std::cmp::Reverse(top(chord)), chord.end));
    chords
}

/// The mean pitch of a voice.
fn height(tones: &[Tone], voice: &[Chord]) -> f64 {
    let pitches = voice.iter().flat_map(|chord| &chord.tones).map(|&index| f64::from(tones[index].pitch));
    pitches.clone().sum::<f64>() / pitches.count().max(1) as f64
}

/// Where a voice has come to.
#[derive(Debug, Clone, Copy)]
struct Line {
    end: Time,
    low: u8,
    high: u8,
}

/// One way to give out the chords so far.
#[derive(Debug, Clone)]
struct Way {
    cost: f64,
    voices: Vec<Line>,
    given: Vec<usize>,
}

impl Way {
    /// All ways to give out one more chord.
    fn give(&self, chord: &Chord, low: u8, high: u8, start: Time) -> Vec<Way> {
        let free = (0..self.voices.len()).filter(|&voice| self.voices[voice].end <= chord.start);
        let fresh = (self.voices.len() < MOST).then_some(self.voices.len());
        let mut ways: Vec<Way> = free.chain(fresh).map(|voice| self.with(voice, chord, low, high, start)).collect();
        if ways.is_empty() {
            // Five at once: the voice that is free soonest is cut short.
            let soonest = (0..self.voices.len()).min_by_key(|&voice| self.voices[voice].end);
            ways.extend(soonest.map(|voice| self.with(voice, chord, low, high, start)));
        }
        ways
    }

    fn with(&self, voice: usize, chord: &Chord, low: u8, high: u8, start: Time) -> Way {
        let mut way = self.clone();
        let line = Line { end: chord.end, low, high };
        let rested = match self.voices.get(voice) {
            Some(last) => {
                let leap = (middle(last.low, last.high) - middle(low, high)).abs();
                way.cost += LEAP * leap;
                way.voices[voice] = line;
                chord.start.saturating_sub(last.end)
            }
            None => {
                way.cost += VOICE;
                way.voices.push(line);
                chord.start - start
            }
        };
        if rested > 0 {
            way.cost += REST.0 + REST.1 * rested as f64 / QUARTER as f64;
        }
        let crossed = self.voices.iter().enumerate().filter(|&(other, line)| {
            let sounds = other != voice && line.end > chord.start;
            // Where the ranges of two chords meet, neither voice is the upper one.
            sounds && low < line.high && line.low < high
        });
        way.cost += CROSS * crossed.count() as f64;
        way.given.push(voice);
        way
    }
}

fn middle(low: u8, high: u8) -> f64 {
    (f64::from(low) + f64::from(high)) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::{NoteId, text};

    /// The pitches of each voice, the upper one first, of a bar of four quarters.
    fn found(music: &str) -> Vec<Vec<u8>> {
        let notes = text::notes(music).unwrap();
        let time = |ticks: u32| Time::from(ticks) * QUARTER / 960;
        let tones = notes.iter().map(|note| Tone {
            id: NoteId(0),
            pitch: note.pitch,
            velocity: 80,
            start: time(note.start),
            end: time(note.end()),
        });
        let tones: Vec<Tone> = tones.collect();
        let inside: Vec<usize> = (0..tones.len()).collect();
        let voices = voices(&tones, &inside, 0..4 * QUARTER);
        let pitch = |&index: &usize| tones[index].pitch;
        voices.iter().map(|voice| voice.iter().flat_map(|chord| chord.tones.iter().map(pitch)).collect()).collect()
    }

    #[test]
    fn chords_are_one_voice() {
        assert_eq!(found("[C4 E4]:1 [D4 F4]:1 R:1 G4:1"), [[60, 64, 62, 65, 67]]);
    }

    #[test]
    fn a_melody_over_a_held_note_is_a_voice_of_its_own() {
        assert_eq!(found("E5:1 D5:1 C5:1 D5:1 / C4:4"), [vec![76, 74, 72, 74], vec![60]]);
        assert_eq!(found("G4:2 F4:2 / E5:1 D5:1 C5:1 D5:1"), [vec![76, 74, 72, 74], vec![67, 65]]);
    }

    #[test]
    fn there_are_never_more_than_four() {
        let clusters = "C4:4 / R:1/4 E4:15/4 / R:1/2 G4:7/2 / R:3/4 B4:13/4 / R:1 D5:3 / R:5/4 F5:11/4";
        assert_eq!(found(clusters).len(), MOST);
    }
}
