//! What a model has to beat: people, and rules of a few lines.

use super::excerpt::Excerpt;
use crate::tones::tones;
use analysis::similarity;
use rand::Rng;
use rand::seq::IndexedRandom;
use tokens::{Cell, Chord, Passage, Tone, grid};

/// Who else answers the tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rival {
    /// The bars that a person wrote.
    Person,
    /// The nearest bar of the same part that is not masked.
    NearestBar,
    /// The bar of the same part in whose bars the other parts are most like those here.
    MatchingBar,
    /// A chord tone on every beat, near the note before it; a plain beat on drums.
    ChordTones,
    /// As many notes as in the nearest bar, on eighths, in the scale of what stands around.
    InKey,
}

impl Rival {
    /// All of them, in the order of the table.
    pub const ALL: [Rival; 5] = [Rival::Person, Rival::NearestBar, Rival::MatchingBar, Rival::ChordTones, Rival::InKey];

    /// What it is called in the table.
    pub fn name(self) -> &'static str {
        match self {
            Rival::Person => "people",
            Rival::NearestBar => "copy the nearest bar",
            Rival::MatchingBar => "copy the matching bar",
            Rival::ChordTones => "chord tones",
            Rival::InKey => "random in key",
        }
    }

    /// The excerpt with its masked cells filled.
    pub fn answer(self, excerpt: &Excerpt, rng: &mut impl Rng) -> Passage {
        let mut answer = excerpt.passage.clone();
        if self == Rival::Person {
            return answer;
        }
        let asked = Asked::new(excerpt);
        for &(bar, part) in &excerpt.masked {
            let cell = match self {
                Rival::Person => excerpt.passage.cell(bar, part).clone(),
                Rival::NearestBar => asked.copy(part, asked.nearest(bar, part)),
                Rival::MatchingBar => asked.copy(part, asked.matching(bar, part)),
                Rival::ChordTones => asked.chord_tones(bar, part),
                Rival::InKey => asked.in_key(bar, part, rng),
            };
            answer.set(bar, part, cell);
        }
        answer
    }
}

/// What a rival may know: the excerpt without its masked cells.
struct Asked<'a> {
    seen: Passage,
    masked: &'a [(usize, usize)],
    chords: Vec<[Chord; 2]>,
    scale: analysis::PitchClasses,
}

impl<'a> Asked<'a> {
    fn new(excerpt: &'a Excerpt) -> Self {
        let mut seen = excerpt.passage.clone();
        excerpt.masked.iter().for_each(|&(bar, part)| seen.set(bar, part, Cell::SILENCE));
        let scale = analysis::auto_scale(&excerpt.asked, 0..excerpt.score.end());
        Asked { chords: seen.chords(|_, _| true), seen, masked: &excerpt.masked, scale }
    }

    /// Bars of a part that can be copied to `bar`: not masked, with notes, equally long.
    fn others(&self, bar: usize, part: usize) -> impl Iterator<Item = usize> + '_ {
        let length = self.seen.measures[bar].length;
        (0..self.seen.bars()).filter(move |&other| {
            !self.masked.contains(&(other, part))
                && !self.seen.cell(other, part).tones().is_empty()
                && self.seen.measures[other].length == length
        })
    }

    fn nearest(&self, bar: usize, part: usize) -> Option<usize> {
        self.others(bar, part).min_by_key(|other| (other.abs_diff(bar), *other))
    }

    fn matching(&self, bar: usize, part: usize) -> Option<usize> {
        let like = |other: usize| -> f64 {
            let beside = (0..self.seen.parts.len()).filter(|&one| {
                one != part && !self.masked.contains(&(bar, one)) && !self.masked.contains(&(other, one))
            });
            beside
                .map(|one| {
                    similarity(&tones(self.seen.cell(bar, one).tones()), &tones(self.seen.cell(other, one).tones()))
                })
                .sum()
        };
        let near = |other: usize| -(other.abs_diff(bar) as f64);
        self.others(bar, part).max_by(|&one, &other| {
            (like(one), near(one)).partial_cmp(&(like(other), near(other))).unwrap_or(std::cmp::Ordering::Equal)
        })
    }

    fn copy(&self, part: usize, bar: Option<usize>) -> Cell {
        bar.map_or(Cell::SILENCE, |bar| self.seen.cell(bar, part).clone())
    }

    /// The middle of what the part plays where it can be seen, else of what its instrument can play.
    fn middle(&self, part: usize) -> u8 {
        let mut pitches: Vec<u8> =
            (0..self.seen.bars()).flat_map(|bar| self.seen.cell(bar, part).tones()).map(|tone| tone.pitch).collect();
        pitches.sort_unstable();
        let range = analysis::playable_range(tokens::instrument::program(self.seen.parts[part].group));
        pitches.get(pitches.len() / 2).copied().unwrap_or_else(|| (range.start() / 2 + range.end() / 2).clamp(48, 72))
    }

    fn chord_tones(&self, bar: usize, part: usize) -> Cell {
        let measure = &self.seen.measures[bar];
        let (steps, beat) = (measure.steps(), measure.beat());
        if self.seen.parts[part].is_drums() {
            return backbeat(steps);
        }
        let mut last = self.middle(part);
        let duration = (grid::DURATIONS.partition_point(|&class| class <= beat) - 1) as u8;
        let mut tones = Vec::new();
        for position in (0..steps).step_by(usize::from(beat)) {
            let half = usize::from(2 * position >= steps);
            let classes: Vec<u8> = match self.chords[bar][half] {
                Chord::Sounding { root, quality } => {
                    [0, if quality == 1 || quality == 2 || quality == 6 { 3 } else { 4 }, 7]
                        .iter()
                        .map(|step| (root + step) % 12)
                        .collect()
                }
                Chord::Silent => self.scale.iter().collect(),
            };
            let apart = |pitch: &u8| (pitch.abs_diff(last), *pitch);
            let near = (last.saturating_sub(12)..=last.saturating_add(12).min(127))
                .filter(|pitch| classes.contains(&(pitch % 12)) && *pitch != last);
            last = near.min_by_key(apart).unwrap_or(last);
            tones.push(Tone { position: position as u8, pitch: last, duration, velocity: 5 });
        }
        Cell::new(false, tones)
    }

    fn in_key(&self, bar: usize, part: usize, rng: &mut impl Rng) -> Cell {
        let drums = self.seen.parts[part].is_drums();
        let count = self.nearest(bar, part).map_or(4, |bar| self.seen.cell(bar, part).tones().len());
        let eighths: Vec<u8> = (0..self.seen.measures[bar].steps()).step_by(12).map(|step| step as u8).collect();
        let middle = self.middle(part);
        let near = |pitch: &u8| self.scale.has(*pitch);
        let pitches: Vec<u8> = match drums {
            true => vec![0, 2, 10, 12],
            false => (middle.saturating_sub(12)..=middle.saturating_add(12).min(127)).filter(near).collect(),
        };
        let tone = |_| {
            let (position, pitch) = (*eighths.choose(rng)?, *pitches.choose(rng)?);
            Some(Tone { position, pitch, duration: if drums { 0 } else { 11 }, velocity: 5 })
        };
        Cell::new(drums, (0..count).filter_map(tone).collect())
    }
}

/// Bass drum and snare by turns on the quarters, hi-hat on the eighths.
fn backbeat(steps: u16) -> Cell {
    let tone = |position: u16, pitch: u8| Tone { position: position as u8, pitch, duration: 0, velocity: 5 };
    let hats = (0..steps).step_by(12).map(|step| tone(step, 10));
    let drums = (0..steps).step_by(24).enumerate().map(|(at, step)| tone(step, if at % 2 == 0 { 0 } else { 2 }));
    Cell::new(true, hats.chain(drums).collect())
}

#[cfg(test)]
mod tests {
    use super::super::excerpt::tests::piece;
    use super::*;
    use crate::evaluate::{draw, measure};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn every_rival_fills_every_masked_cell_and_nothing_else() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for excerpt in draw("a", &[piece()], 9, &mut rng) {
            for rival in Rival::ALL {
                let answer = rival.answer(&excerpt, &mut rng);
                for (bar, part) in (0..8).flat_map(|bar| (0..2).map(move |part| (bar, part))) {
                    let masked = excerpt.masked.contains(&(bar, part));
                    assert!(masked || answer.cell(bar, part) == excerpt.passage.cell(bar, part), "{rival:?}");
                }
                assert!(rival != Rival::ChordTones || measure(&excerpt, &answer, None).coverage == Some(1.0));
            }
        }
    }

    #[test]
    fn the_matching_bar_is_the_one_with_the_same_chord() {
        let excerpt = draw("a", &[piece()], 3, &mut ChaCha8Rng::seed_from_u64(4)).remove(2);
        let mut only_tune = excerpt.clone();
        only_tune.masked = vec![(7, 0)];
        let answer = Rival::MatchingBar.answer(&only_tune, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(measure(&only_tune, &answer, None).note_f1, Some(1.0), "bar 4 is bar 8");
        let near = Rival::NearestBar.answer(&only_tune, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(near.cell(7, 0), excerpt.passage.cell(6, 0));
    }
}
