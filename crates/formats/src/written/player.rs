//! Plays the notes of one part: ties are joined, grace notes get their time.

use super::report::{Kind, Report};
use super::{Item, Sign, Units, What};
use std::collections::{BTreeMap, VecDeque};

/// A note as it sounds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sound {
    pub start: Units,
    pub end: Units,
    pub key: u8,
    pub velocity: u8,
    pub program: u8,
    pub drum: bool,
}

/// A tie that waits for its other end.
struct Tie {
    sound: usize,
    voice: u32,
}

/// More ties than this never wait on one key; the oldest are given up.
const MOST_TIES: usize = 64;

/// What a voice has played last.
#[derive(Default)]
struct Voice {
    /// The notes of its last onset.
    last: Vec<usize>,
    onset: Option<Units>,
    /// Grace notes that wait for their note, those of one onset together, and the time at which they stand.
    graces: Vec<Vec<usize>>,
    at: Units,
}

/// The player of a part.
pub(super) struct Player<'a> {
    /// A quarter.
    unit: Units,
    name: &'a str,
    pub sounds: Vec<Sound>,
    /// Open ties of each key and of each drum.
    ties: BTreeMap<(bool, u8), VecDeque<Tie>>,
    voices: BTreeMap<u32, Voice>,
}

impl<'a> Player<'a> {
    pub fn new(unit: Units, name: &'a str) -> Player<'a> {
        Player { unit, name, sounds: Vec::new(), ties: BTreeMap::new(), voices: BTreeMap::new() }
    }

    /// Plays what stands in a measure that begins at `start`, in the order of time; `velocity` says how loud the signs
    /// are that do not say it.
    pub fn measure(
        &mut self,
        items: &[Item],
        start: Units,
        (bar, pass): (usize, u32),
        velocity: impl Fn(&Item, &Sign) -> u8,
        report: &mut Report,
    ) {
        for item in items {
            let What::Note(sign) = &item.what else { continue };
            if !sign.passes.is_empty() && !sign.passes.contains(&pass) {
                continue;
            }
            let velocity = sign.velocity.unwrap_or_else(|| velocity(item, sign));
            self.note(sign, start + item.at, velocity, bar, report);
        }
        self.finish_graces();
    }

    fn note(&mut self, sign: &Sign, at: Units, velocity: u8, bar: usize, report: &mut Report) {
        let Sign { key, program, drum, .. } = *sign;
        let sound = Sound { start: at, end: at + sign.length, key, velocity, program, drum };
        let voice = self.voices.entry(sign.voice).or_default();
        if sign.grace {
            if voice.at != at {
                self.finish_voice_graces(sign.voice);
            }
            let voice = self.voices.entry(sign.voice).or_default();
            voice.at = at;
            let index = self.sounds.len();
            match voice.graces.last_mut() {
                Some(chord) if sign.chord => chord.push(index),
                _ => voice.graces.push(vec![index]),
            }
            self.sounds.push(sound);
            self.keep_tie(sign, index, report);
            return;
        }
        let shift = self.finish_voice_graces(sign.voice);
        let sound = Sound { start: (sound.start + shift).min(sound.end - 1).max(at), ..sound };
        let index = self.join(sign, &sound, bar, report).unwrap_or_else(|| {
            self.sounds.push(sound);
            self.sounds.len() - 1
        });
        let voice = self.voices.entry(sign.voice).or_default();
        if voice.onset != Some(at) {
            (voice.onset, voice.last) = (Some(at), Vec::new());
        }
        voice.last.push(index);
        self.keep_tie(sign, index, report);
    }

    fn keep_tie(&mut self, sign: &Sign, sound: usize, report: &mut Report) {
        if !sign.tied_after {
            return;
        }
        let ties = self.ties.entry((sign.drum, sign.key)).or_default();
        let now = self.sounds[sound].start;
        let given_up = |tie: &Tie| self.sounds[tie.sound].end + 4 * self.unit < now;
        while ties.len() >= MOST_TIES || ties.front().is_some_and(given_up) {
            ties.pop_front();
            report.add(Kind::Tie, || format!("a part that is called {}", self.name));
        }
        ties.push_back(Tie { sound, voice: sign.voice });
    }

    /// Lets a tied note go on, if this sign is its other end, and answers which. A tie may cross a rest, as in a
    /// written-out arpeggio, but none that is longer than a whole note.
    fn join(&mut self, sign: &Sign, sound: &Sound, bar: usize, report: &mut Report) -> Option<usize> {
        let place = || format!("measure {} of {}", bar + 1, self.name);
        let (sounds, longest) = (&self.sounds, 4 * self.unit);
        let gap = |tie: &Tie| sound.start - sounds[tie.sound].end;
        let fits = |tie: &Tie| match sign.tied_before {
            true => (0..=longest).contains(&gap(tie)),
            false => gap(tie) == 0 && tie.voice == sign.voice,
        };
        let ties = self.ties.get_mut(&(sign.drum, sign.key));
        let open = ties.iter().flat_map(|ties| ties.iter().enumerate()).filter(|(_, tie)| fits(tie));
        let nearest = open.min_by_key(|(_, tie)| (gap(tie), tie.voice != sign.voice)).map(|(number, _)| number);
        report.add_many(Kind::Tie, usize::from(sign.tied_before != nearest.is_some()), place);
        let tie = ties?.remove(nearest?)?;
        self.sounds[tie.sound].end = self.sounds[tie.sound].end.max(sound.end);
        Some(tie.sound)
    }

    fn finish_graces(&mut self) {
        let voices: Vec<u32> = self.voices.keys().copied().collect();
        for voice in voices {
            self.finish_voice_graces(voice);
        }
    }

    /// Gives the waiting grace notes of a voice their time. Answers how much later the note after them begins, which
    /// is something only where there is no time before them.
    fn finish_voice_graces(&mut self, voice: u32) -> Units {
        let Some(voice) = self.voices.get_mut(&voice).filter(|voice| !voice.graces.is_empty()) else { return 0 };
        let graces = std::mem::take(&mut voice.graces);
        let count = graces.len() as Units;
        // A 960th of a quarter is as fine as grace notes are laid.
        let step = self.unit / 960;
        let short = |space: Units| (self.unit / 8).min(space / (2 * count) / step * step).max(step.min(space / count));
        let before = voice.at - voice.onset.unwrap_or(0);
        let (first, each, shift) = match voice.at {
            0 => (0, short(self.unit), count * short(self.unit)),
            at => (at - count * short(before), short(before), 0),
        };
        let (at, last) = (voice.at, std::mem::take(&mut voice.last));
        for (number, chord) in (0..).zip(&graces) {
            for &index in chord {
                self.sounds[index].start = first + number * each;
                self.sounds[index].end = first + (number + 1) * each;
            }
        }
        for index in last {
            let sound = &mut self.sounds[index];
            let ties = self.ties.get(&(sound.drum, sound.key));
            let tied = ties.is_some_and(|ties| ties.iter().any(|tie| tie.sound == index));
            if sound.end == at && sound.start < first && !tied {
                sound.end = first;
            }
        }
        shift
    }

    /// Ties that are open at the end have no other end.
    pub fn finish(self, report: &mut Report) -> Vec<Sound> {
        let name = self.name;
        let open = self.ties.values().map(VecDeque::len).sum();
        report.add_many(Kind::Tie, open, || format!("the end of {name}"));
        self.sounds
    }
}
