//! What is known around the open cells of a passage.

use crate::tones::tones;
use analysis::{Tone, Weights, key_of_weights, note_f1, onset_f1, similarity};
use score::Ladder;
use std::collections::{BTreeSet, HashMap};
use tokens::Passage;

/// Bars before and after a place that say what it is like.
const REACH: isize = 4;

/// By how much each bar counts less than the one nearer to the place.
const FADING: f64 = 0.7;

/// Bars of a phrase: music comes again after so many, or twice so many, more often than after any other number.
const PHRASE: usize = 4;

/// The likeness that is expected before anything is known, a whole number of phrases apart; otherwise none is.
const EXPECTED: f64 = 0.7;

/// How much that expectation counts, beside 1 for what stands in the bars themselves.
const DOUBT: f64 = 0.6;

/// Steps of the scales whose tones music climbs by, from the tonic: major, and natural minor.
const STEPS: [[u8; 7]; 2] = [[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10]];

/// Intervals that differ when octaves and directions do not count: unison to tritone.
pub const INTERVALS: usize = 7;

/// How like two bars of a part are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alike {
    /// F1 of notes.
    pub notes: f64,
    /// F1 of onsets.
    pub onsets: f64,
}

/// A passage as those know it who do not see its open cells.
pub struct Around<'a> {
    /// The passage; what stands in open cells is not looked at.
    pub passage: &'a Passage,
    open: &'a BTreeSet<(usize, usize)>,
    /// The tones along which lines are moved.
    pub ladder: Ladder,
    /// How long each pitch class sounds in all that is known.
    pub classes: Weights,
    /// Bar by bar, part by part; none where a cell is open.
    tones: Vec<Vec<Tone>>,
    /// How long each pitch class sounds in all parts, by bar.
    harmony: Vec<Weights>,
    alike: HashMap<(usize, usize, usize, i8), Alike>,
    likeness: HashMap<(usize, usize), Option<f64>>,
    recurrence: HashMap<(isize, usize, i8), Option<Alike>>,
}

impl<'a> Around<'a> {
    /// The passage without the cells at these (bar, part).
    pub fn new(passage: &'a Passage, open: &'a BTreeSet<(usize, usize)>) -> Self {
        let parts = passage.parts.len();
        let places = (0..passage.bars()).flat_map(|bar| (0..parts).map(move |part| (bar, part)));
        let known = |place: (usize, usize)| match open.contains(&place) {
            true => Vec::new(),
            false => tones(passage.cell(place.0, place.1).tones()),
        };
        let tones: Vec<Vec<Tone>> = places.map(known).collect();
        let pitched = |bar: usize| {
            let heard = (0..parts).filter(|&part| !passage.parts[part].is_drums());
            heard.fold([0.0; 12], |sum, part| sum_of(&sum, &weights(&tones[bar * parts + part]), 1.0))
        };
        let harmony: Vec<Weights> = (0..passage.bars()).map(pitched).collect();
        let classes = harmony.iter().fold([0.0; 12], |sum, bar| sum_of(&sum, bar, 1.0));
        let key = key_of_weights(&classes);
        let scale = key.map_or(0xfff, |key| analysis::PitchClasses::above(key.tonic, &STEPS[usize::from(key.minor)]).0);
        let (alike, likeness, recurrence) = Default::default();
        Around { passage, open, ladder: Ladder::of(scale), classes, tones, harmony, alike, likeness, recurrence }
    }

    /// What a part plays in a bar, if that is known.
    pub fn tones(&self, bar: usize, part: usize) -> Option<&[Tone]> {
        let known = !self.open.contains(&(bar, part)) && part < self.passage.parts.len();
        known.then(|| self.tones.get(bar * self.passage.parts.len() + part)).flatten().map(Vec::as_slice)
    }

    /// The same, if it is more than silence.
    pub fn played(&self, bar: usize, part: usize) -> Option<&[Tone]> {
        self.tones(bar, part).filter(|tones| !tones.is_empty())
    }

    /// How long each pitch class sounds in the other parts of a bar.
    pub fn beside(&self, bar: usize, part: usize) -> Weights {
        let own = match self.passage.parts[part].is_drums() {
            true => [0.0; 12],
            false => weights(self.tones(bar, part).unwrap_or_default()),
        };
        sum_of(&self.harmony[bar], &own, -1.0)
    }

    /// How like what a part plays in a bar is to what it plays in another one, moved by steps of the scale. None where
    /// one is open, or both are silent.
    pub fn alike(&mut self, bar: usize, other: usize, part: usize, steps: i8) -> Option<Alike> {
        let (one, two) = (self.tones(bar, part)?, self.tones(other, part)?);
        if one.is_empty() && two.is_empty() {
            return None;
        }
        let steps = if self.passage.parts[part].is_drums() { 0 } else { steps };
        let place = (bar, other, part, steps);
        if let Some(known) = self.alike.get(&place) {
            return Some(*known);
        }
        // What leaves the keyboard stays where it is: this is only to compare.
        let moved = |tone: &Tone| Tone { pitch: self.moved(tone.pitch, steps).unwrap_or(tone.pitch), ..*tone };
        let two: Vec<Tone> = two.iter().map(moved).collect();
        let alike = Alike { notes: note_f1(one, &two), onsets: onset_f1(one, &two) };
        self.alike.insert(place, alike);
        Some(alike)
    }

    /// How like a part's bars are to those so many bars before them, moved by steps of the scale: the mean over all that
    /// are known. None if none are.
    pub fn recurrence(&mut self, bars: isize, part: usize, steps: i8) -> Option<Alike> {
        if let Some(known) = self.recurrence.get(&(bars, part, steps)) {
            return *known;
        }
        let places = 0..self.passage.bars();
        let alike = |bar: usize| self.alike(bar, bar.checked_add_signed(-bars)?, part, steps);
        let all: Vec<Alike> = places.filter_map(alike).collect();
        let of = |what: fn(&Alike) -> f64| all.iter().map(what).sum::<f64>() / all.len() as f64;
        let mean = (!all.is_empty()).then(|| Alike { notes: of(|one| one.notes), onsets: of(|one| one.onsets) });
        self.recurrence.insert((bars, part, steps), mean);
        mean
    }

    /// How long a part's tones in a bar sound together with those of the other pitched parts, by the interval between
    /// them, 0 to 6 half tones up or down to an octave's place; shares of all, and all 0 if nothing sounds together.
    /// What stands after the first [`INTERVALS`] is 0.
    pub fn intervals(&self, tones: &[Tone], bar: usize, part: usize) -> Weights {
        let parts = &self.passage.parts;
        let others = (0..parts.len()).filter(|&other| other != part && !parts[other].is_drums());
        let mut sums = Weights::default();
        for two in others.filter_map(|other| self.tones(bar, other)).flatten() {
            for one in tones {
                let end = (one.position + one.length).min(two.position + two.length);
                let together = end.saturating_sub(one.position.max(two.position));
                let apart = one.pitch.abs_diff(two.pitch) % 12;
                sums[usize::from(apart.min(12 - apart))] += f64::from(together);
            }
        }
        let all = sums.iter().sum::<f64>().max(1.0);
        sums.map(|sum| sum / all)
    }

    /// The pitch that lies so many steps of the scale away.
    pub fn moved(&self, pitch: u8, steps: i8) -> Option<u8> {
        self.ladder.step(pitch, steps.into())
    }

    /// How like two bars are by what stands in, before and after them, 0..=1.
    pub fn surroundings(&mut self, bar: usize, other: usize) -> f64 {
        let expected = if bar.abs_diff(other).is_multiple_of(PHRASE) { EXPECTED } else { 0.0 };
        let (mut sum, mut all) = (DOUBT * expected, DOUBT);
        for step in -REACH..=REACH {
            let beside = bar.checked_add_signed(step).zip(other.checked_add_signed(step));
            let within = beside.filter(|&(one, two)| one.max(two) < self.passage.bars());
            let Some(likeness) = within.and_then(|(one, two)| self.bars(one, two)) else { continue };
            let weight = FADING.powi(step.unsigned_abs() as i32);
            (sum, all) = (sum + weight * likeness, all + weight);
        }
        sum / all
    }

    /// How like two bars are, over the parts that are known in both and play in one; none if there is no such part.
    fn bars(&mut self, one: usize, two: usize) -> Option<f64> {
        let pair = (one.min(two), one.max(two));
        if let Some(known) = self.likeness.get(&pair) {
            return *known;
        }
        let known = (0..self.passage.parts.len()).filter_map(|part| self.tones(one, part).zip(self.tones(two, part)));
        let playing = known.filter(|(a, b)| !(a.is_empty() && b.is_empty()));
        let all: Vec<f64> = playing.map(|(a, b)| similarity(a, b)).collect();
        let mean = (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64);
        self.likeness.insert(pair, mean);
        mean
    }
}

/// How long each pitch class sounds; a drum, which has no length, counts as one step.
pub fn weights(tones: &[Tone]) -> Weights {
    let mut weights = [0.0; 12];
    tones.iter().for_each(|tone| weights[usize::from(tone.pitch % 12)] += f64::from(tone.length.max(1)));
    weights
}

/// The one and so many times the other.
pub fn sum_of(one: &Weights, other: &Weights, times: f64) -> Weights {
    std::array::from_fn(|class| one[class] + times * other[class])
}
