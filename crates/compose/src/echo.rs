//! What the piece itself plays where things go alike.
//!
//! Music comes again. The bar that a composer leaves open in the second verse often stands in the first, or a step
//! higher in the bar before, or an octave lower in another part; and a small network that has to draw each note seldom
//! says a whole bar again. So some draws follow a line of the piece: a critic that has seen which lines composers took
//! in such places judges what the piece offers.

mod around;
mod critic;
mod lesson;
mod line;
mod signs;

pub use lesson::{Lesson, lessons};
pub use signs::SIGNS;

use crate::{Cell, Error};
use around::Around;
use line::{Line, Source, lines};
use score::{Fine, Score, TrackId};
use signs::{Spot, signs};
use std::collections::{BTreeMap, BTreeSet};
use tokens::constraint::Playable;
use tokens::{Hole, Passage, PitchSet};

/// Bars before and after the selection among which a likeness is looked for.
const WITHIN: usize = 48;

/// The least worth of a line that is followed: of notes like the composer's own, the share that a critic expects. Set
/// by hand; with twice as much, pieces that neither train nor test come out as well.
const WORTH: f32 = 0.1;

/// The least worth of another part's line. Who asks for a part does not ask for a double, unless the part doubles.
const DOUBLES: f32 = 0.3;

/// Bars before and after a place that say whether a part plays an ostinato.
const REACH: usize = 4;

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
    /// Looks for lines for `cells`, which nobody sees; with `nothing_after` nor what stands after them.
    ///
    /// # Errors
    /// [`Error::Model`] if the program's critic is damaged.
    pub fn new(score: &Score, cells: &BTreeSet<Cell>, nothing_after: bool) -> Result<Self, Error> {
        let bars = cells.iter().map(|cell| cell.bar);
        let (Some(first), Some(last)) = (bars.clone().min(), bars.max()) else { return Ok(Echoes::default()) };
        let end = if nothing_after { last + 1 } else { score.bar_count().max(last + 1).min(last + 1 + WITHIN) };
        let passage = Passage::read(score, first.saturating_sub(WITHIN)..end);
        let parts = passage.parts.len();
        let places = (0..parts).flat_map(|part| (0..passage.bars()).map(move |bar| (bar, part)));
        let is_open = |&(bar, part): &(usize, usize)| {
            cells.contains(&Cell { track: passage.parts[part].track, bar: passage.measures[bar].written })
        };
        // Part by part, so that each bar knows what the one before it follows.
        let order: Vec<(usize, usize)> = places.filter(is_open).collect();
        let open = order.iter().copied().collect();
        let mut choice = Choice { around: Around::new(&passage, &open), followed: BTreeMap::new() };
        for &(bar, part) in &order {
            choice.follow(bar, part)?;
        }
        let place = |((bar, part), cell): ((usize, usize), tokens::Cell)| {
            ((passage.measures[bar].start, passage.parts[part].track), cell)
        };
        let found: BTreeMap<_, _> = choice.followed.into_iter().map(place).collect();
        let whole = found.len() == order.len();
        Ok(Echoes { found, whole })
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

/// Which line each open cell follows.
struct Choice<'a> {
    around: Around<'a>,
    followed: BTreeMap<(usize, usize), tokens::Cell>,
}

impl Choice<'_> {
    /// Lets an open cell follow the best line that does not make the part hang.
    fn follow(&mut self, bar: usize, part: usize) -> Result<(), Error> {
        let critic = critic::shipped()?;
        let spot = Spot::new(&mut self.around, bar, part);
        let playable = self.playable(part);
        let mut judged: Vec<(f32, Line)> = Vec::new();
        let offered = lines(&mut self.around, bar, part).into_iter();
        for line in offered.filter(|line| line.tones.iter().all(|tone| playable.has(tone.pitch))) {
            let worth = critic.worth(&signs(&mut self.around, &spot, &line));
            let least = if matches!(line.source, Source::Bar { .. }) { WORTH } else { DOUBLES };
            judged.extend((worth >= least).then_some((worth, line)));
        }
        judged.sort_by(|one, other| other.0.total_cmp(&one.0));
        let keeps_on = self.keeps_on(bar, part);
        let best = judged.into_iter().map(|(_, line)| line.cell);
        if let Some(cell) = best.into_iter().find(|cell| keeps_on || !self.hangs(bar, part, cell)) {
            self.followed.insert((bar, part), cell);
        }
        Ok(())
    }

    /// What the player of a part can play: lines that are moved or another part's may lie beyond it.
    fn playable(&self, part: usize) -> PitchSet {
        let known = (0..self.around.passage.bars()).filter_map(|bar| self.around.played(bar, part)).flatten();
        let played = PitchSet::of(known.map(|tone| tone.pitch));
        Playable { group: self.around.passage.parts[part].group, played }.pitches()
    }

    /// What a part plays in a bar, as far as it is known or decided.
    fn cell(&self, bar: usize, part: usize) -> Option<&tokens::Cell> {
        let known = self.around.tones(bar, part).map(|_| self.around.passage.cell(bar, part));
        known.or_else(|| self.followed.get(&(bar, part)))
    }

    /// Whether a part that plays this here plays it too often in a row.
    fn hangs(&self, bar: usize, part: usize, own: &tokens::Cell) -> bool {
        let same = |bar: &usize| self.cell(*bar, part).is_some_and(|cell| sounds_like(cell, own));
        let before = (0..bar).rev().take_while(same).count();
        let after = (bar + 1..self.around.passage.bars()).take_while(same).count();
        before + 1 + after >= HANGING
    }

    /// Whether a part plays one and the same thing in all bars around this one, as ostinatos do.
    fn keeps_on(&self, bar: usize, part: usize) -> bool {
        let near = bar.saturating_sub(REACH)..(bar + REACH + 1).min(self.around.passage.bars());
        let played = near.filter(|&bar| self.around.played(bar, part).is_some());
        let known: Vec<_> = played.map(|bar| self.around.passage.cell(bar, part)).collect();
        known.len() + 1 >= HANGING && known.windows(2).all(|pair| sounds_like(pair[0], pair[1]))
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
        let echoes = Echoes::new(&score, &open.iter().map(cell).collect(), nothing_after).unwrap();
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
    fn a_verse_is_known_bar_by_bar() {
        let (score, found) = echoes(VERSES, &[(0, 4), (0, 5), (0, 6)], false);
        let bars: Vec<_> = (4..7).map(|bar| played(&score, &found, 0, bar)).collect();
        assert_eq!(bars, [vec![60, 62, 64, 65], vec![67, 64], vec![69]].map(Some));
    }

    #[test]
    fn a_sequence_goes_on_along_the_scale() {
        let tune =
            "C4:1 D4:1 E4:2 | D4:1 E4:1 F4:2 | E4:1 F4:1 G4:2 | F4:1 G4:1 A4:2 | G4:1 A4:1 B4:2 | A4:1 B4:1 C5:2";
        let chords = "[C3 E3]:4 | [D3 F3]:4 | [E3 G3]:4 | [F3 A3]:4 | [G3 B3]:4 | [A3 C4]:4";
        let (score, found) = echoes(&format!("{tune}\n{chords}"), &[(0, 3)], false);
        assert_eq!(played(&score, &found, 0, 3), Some(vec![65, 67, 69]));
    }

    #[test]
    fn no_echo_asks_for_what_the_instrument_cannot_play() {
        let climbing = |octave: u32| {
            let [low, high] = [octave, octave + 1];
            format!(
                "C{low}:1 D{low}:1 E{low}:2 | D{low}:1 E{low}:1 F{low}:2 | E{low}:1 F{low}:1 G{low}:2 | \
                 F{low}:1 G{low}:1 A{low}:2 | G{low}:1 A{low}:1 B{low}:2 | A{low}:1 B{low}:1 C{high}:2 | C{low}:4\n\
                 [C3 E3]:4 | [D3 F3]:4 | [E3 G3]:4 | [F3 A3]:4 | [G3 B3]:4 | [A3 C4]:4 | [B3 D4]:4"
            )
        };
        let highest = |octave: u32| {
            let (score, found) = echoes(&climbing(octave), &[(0, 6)], false);
            played(&score, &found, 0, 6).into_iter().flatten().max()
        };
        assert_eq!(highest(4), Some(74), "a step higher again");
        assert!(highest(7).is_none_or(|key| key <= 108), "a piano ends at C8");
    }

    #[test]
    fn no_echo_makes_a_part_hang_unless_it_is_an_ostinato() {
        let chords = "[C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4 | [C3 E3]:4";
        let tune = format!("C4:4 | C4:4 | D4:4 | C4:4 | C4:4 | D4:4\n{chords}");
        let (score, found) = echoes(&tune, &[(0, 2)], false);
        assert!(played(&score, &found, 0, 2).is_some_and(|keys| keys != [60]));
        let (score, found) = echoes(&tune, &[(1, 2)], false);
        assert_eq!(played(&score, &found, 1, 2), Some(vec![48, 52]));
        let (_, found) = echoes("C4:4 | C4:4 | C4:4 | D4:4 | D4:4 | D4:4", &[(0, 3)], true);
        assert!(found.is_whole());
    }

    #[test]
    fn where_nothing_is_known_there_is_no_echo() {
        let (_, found) = echoes("C4:4 | D4:4", &[(0, 0), (0, 1)], false);
        assert!(found.is_empty() && !found.is_whole());
        let (_, found) = echoes("C4:4 | D4:4", &[], false);
        assert!(found.is_empty());
    }

    #[test]
    fn who_asks_for_a_part_is_not_given_another_ones_double() {
        let (_, found) = echoes(VERSES, &(0..8).map(|bar| (0, bar)).collect::<Vec<_>>(), false);
        assert!(found.is_empty());
    }
}
