//! What the piece itself plays where things go alike.
//!
//! Music comes again. The bar that a composer leaves open in the second verse often stands in the first, and a small
//! network that has to draw each note seldom says a whole bar again. So some draws follow what the same part plays in
//! the place whose surroundings are most like those of the open bar.

use crate::Cell;
use crate::tones::tones;
use analysis::similarity;
use score::{Fine, Score, TrackId};
use std::collections::{BTreeMap, BTreeSet};
use tokens::{Hole, Passage};

/// Bars before and after the selection among which a likeness is looked for.
const WITHIN: usize = 48;

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

/// The least likeness at which a place is followed. These figures were chosen on pieces that neither train nor test.
const ALIKE: f64 = 0.3;

/// Equal bars in a row from which a part hangs.
pub const HANGING: usize = 4;

/// How far a draw follows what the piece plays elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    /// Nowhere.
    Not,
    /// Where there is something to follow.
    Partly,
    /// In each open cell.
    Whole,
}

/// For open cells, what the piece plays in like places.
#[derive(Debug, Default)]
pub struct Echoes {
    found: BTreeMap<(Fine, TrackId), tokens::Cell>,
    whole: bool,
}

impl Echoes {
    /// Looks for places like those of `cells`, which nobody sees; with `nothing_after` nor what stands after them.
    pub fn new(score: &Score, cells: &BTreeSet<Cell>, nothing_after: bool) -> Self {
        let bars = cells.iter().map(|cell| cell.bar);
        let (Some(first), Some(last)) = (bars.clone().min(), bars.max()) else { return Echoes::default() };
        let end = if nothing_after { last + 1 } else { score.bar_count().max(last + 1).min(last + 1 + WITHIN) };
        let passage = Passage::read(score, first.saturating_sub(WITHIN)..end);
        let open = |bar: usize, part: usize| {
            let cell = Cell { track: passage.parts[part].track, bar: passage.measures[bar].written };
            cells.contains(&cell)
        };
        let open_cells = (0..passage.parts.len()).flat_map(|part| (0..passage.bars()).map(move |bar| (bar, part)));
        let open_cells: Vec<(usize, usize)> = open_cells.filter(|&(bar, part)| open(bar, part)).collect();
        let mut places =
            Places { passage: &passage, open: &open, likeness: BTreeMap::new(), followed: BTreeMap::new() };
        let mut found = BTreeMap::new();
        for &(bar, part) in &open_cells {
            if let Some(other) = places.follow(bar, part) {
                let place = (passage.measures[bar].start, passage.parts[part].track);
                found.insert(place, passage.cell(other, part).clone());
            }
        }
        let whole = found.len() == open_cells.len();
        Echoes { found, whole }
    }

    /// What is played in the place that is like a hole's, if there is one.
    pub fn of(&self, hole: &Hole) -> Option<&tokens::Cell> {
        self.found.get(&(hole.measure.start, hole.voice.track))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether there is one for each open cell.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}

/// Places of a passage side by side.
struct Places<'a> {
    passage: &'a Passage,
    open: &'a dyn Fn(usize, usize) -> bool,
    /// How like bars are in what is known of both.
    likeness: BTreeMap<(usize, usize), Option<f64>>,
    /// Which bar an open cell follows.
    followed: BTreeMap<(usize, usize), usize>,
}

impl Places<'_> {
    /// The bar that an open cell follows: the first that is like it and does not make the part hang.
    fn follow(&mut self, bar: usize, part: usize) -> Option<usize> {
        let like = self.like(bar, part);
        let keeps_on = self.keeps_on(bar, part);
        let other = like.into_iter().find(|&other| keeps_on || !self.hangs(bar, part, other))?;
        self.followed.insert((bar, part), other);
        Some(other)
    }

    /// What a part plays in a bar, as far as it is known or decided.
    fn cell(&self, bar: usize, part: usize) -> Option<&tokens::Cell> {
        match (self.open)(bar, part) {
            true => self.followed.get(&(bar, part)).map(|&other| self.passage.cell(other, part)),
            false => Some(self.passage.cell(bar, part)),
        }
    }

    /// Whether a part that plays here what it plays in the other bar plays it too often in a row.
    fn hangs(&self, bar: usize, part: usize, other: usize) -> bool {
        let own = self.passage.cell(other, part);
        let same = |bar: &usize| self.cell(*bar, part).is_some_and(|cell| sounds_like(cell, own));
        let before = (0..bar).rev().take_while(same).count();
        let after = (bar + 1..self.passage.bars()).take_while(same).count();
        before + 1 + after >= HANGING
    }

    /// Whether a part plays one and the same thing in all bars around this one, as ostinatos do.
    fn keeps_on(&self, bar: usize, part: usize) -> bool {
        let reach = REACH.unsigned_abs();
        let around = bar.saturating_sub(reach)..(bar + reach + 1).min(self.passage.bars());
        let known = around.filter(|&bar| !(self.open)(bar, part)).map(|bar| self.passage.cell(bar, part));
        let known: Vec<_> = known.filter(|cell| !cell.tones().is_empty()).collect();
        known.len() + 1 >= HANGING && known.windows(2).all(|pair| sounds_like(pair[0], pair[1]))
    }

    /// The bars in which a part plays what it could play here: the most alike first, of equals the nearest.
    fn like(&mut self, bar: usize, part: usize) -> Vec<usize> {
        let length = self.passage.measures[bar].length;
        let plays = |other: &usize| {
            let known = !(self.open)(*other, part) && !self.passage.cell(*other, part).tones().is_empty();
            known && self.passage.measures[*other].length == length
        };
        let others: Vec<usize> = (0..self.passage.bars()).filter(plays).collect();
        let mut like: Vec<(f64, usize)> =
            others.into_iter().map(|other| (self.surroundings(bar, other), other)).collect();
        like.retain(|(likeness, _)| *likeness >= ALIKE);
        like.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.abs_diff(bar).cmp(&other.1.abs_diff(bar))));
        like.into_iter().map(|(_, other)| other).collect()
    }

    /// How like two bars are by what stands beside, before and after them, 0..=1.
    fn surroundings(&mut self, bar: usize, other: usize) -> f64 {
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
        let known = (0..self.passage.parts.len()).filter(|&part| !(self.open)(one, part) && !(self.open)(two, part));
        let cells = known.map(|part| (self.passage.cell(one, part), self.passage.cell(two, part)));
        let likeness = |(a, b): (&tokens::Cell, &tokens::Cell)| {
            let plays = !(a.tones().is_empty() && b.tones().is_empty());
            plays.then(|| if a == b { 1.0 } else { similarity(&tones(a.tones()), &tones(b.tones())) })
        };
        let all: Vec<f64> = cells.filter_map(likeness).collect();
        let mean = (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64);
        self.likeness.insert(pair, mean);
        mean
    }
}

/// Whether two bars have the same keys at the same places.
fn sounds_like(one: &tokens::Cell, other: &tokens::Cell) -> bool {
    let keys = |cell: &tokens::Cell| cell.tones().iter().map(|tone| (tone.position, tone.pitch)).collect::<Vec<_>>();
    keys(one) == keys(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use score::text;

    /// A tune of two verses over chords: the second ends otherwise.
    const VERSES: &str = "C4:1 D4:1 E4:1 F4:1 | G4:2 E4:2 | A4:4 | D4:4 | C4:1 D4:1 E4:1 F4:1 | G4:2 E4:2 | A4:4 | C4:4
[C3 E3]:4 | [C3 E3]:4 | [F2 A2]:4 | [G2 B2]:4 | [C3 E3]:4 | [C3 E3]:4 | [F2 A2]:4 | [C3 G3]:4";

    fn echoes(text: &str, open: &[(u32, usize)], nothing_after: bool) -> (Score, Echoes) {
        let score = text::score(text).unwrap();
        let cell = |&(track, bar): &(u32, usize)| Cell { track: score.tracks[track as usize].id, bar };
        let echoes = Echoes::new(&score, &open.iter().map(cell).collect(), nothing_after);
        (score, echoes)
    }

    fn played(score: &Score, echoes: &Echoes, track: usize, bar: usize) -> Option<Vec<u8>> {
        let measure = tokens::measures(score, bar..bar + 1)[0];
        let voice = *Passage::read(score, 0..1).parts.iter().find(|part| part.index == track).unwrap();
        let hole = Hole { bar: 0, part: 0, voice, measure };
        echoes.of(&hole).map(|cell| cell.tones().iter().map(|tone| tone.pitch).collect())
    }

    #[test]
    fn the_second_verse_is_known_from_the_first() {
        let (score, found) = echoes(VERSES, &[(0, 5)], false);
        assert_eq!(played(&score, &found, 0, 5), Some(vec![67, 64]));
        assert!(found.is_whole() && !found.is_empty());
    }

    #[test]
    fn nobody_sees_what_is_open_or_comes_after() {
        // Both verses' second bars are open, so neither can tell of the other.
        let (score, found) = echoes(VERSES, &[(0, 1), (0, 5)], false);
        assert_ne!(played(&score, &found, 0, 1), Some(vec![67, 64]));
        let (_, found) = echoes(VERSES, &[(0, 0), (1, 0)], true);
        assert!(found.is_empty() && !found.is_whole());
    }

    #[test]
    fn a_phrase_is_expected_to_come_again() {
        let tune = "C4:4 | D4:4 | E4:4 | F4:4 | G4:4 | A4:4 | B4:4 | C5:4";
        let (score, found) = echoes(tune, &[(0, 4), (0, 5), (0, 6), (0, 7)], true);
        let bars: Vec<_> = (4..8).map(|bar| played(&score, &found, 0, bar)).collect();
        assert_eq!(bars, [60, 62, 64, 65].map(|pitch| Some(vec![pitch])));
    }

    #[test]
    fn no_echo_makes_a_part_hang_unless_it_is_an_ostinato() {
        let chords = "[C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4";
        let tune = format!("C4:4 | C4:4 | D4:4 | C4:4 | C4:4 | D4:4\n{chords}");
        let (score, found) = echoes(&tune, &[(0, 2)], false);
        assert_eq!(played(&score, &found, 0, 2), Some(vec![62]));
        let (score, found) = echoes(&tune, &[(1, 2)], false);
        assert_eq!(played(&score, &found, 1, 2), Some(vec![48, 52]));
        let (_, found) = echoes("C4:4 | C4:4 | C4:4 | D4:4 | D4:4 | D4:4", &[(0, 3)], true);
        assert!(found.is_whole());
    }

    #[test]
    fn what_is_like_nothing_has_no_echo() {
        let (_, found) = echoes("C4:4 | D4:1 E4:1 F4:1 G4:1 | B4:3 A4:1", &[(0, 2)], false);
        assert!(found.is_empty());
        let (_, found) = echoes("C4:4 | D4:4", &[], false);
        assert!(found.is_empty());
    }
}
