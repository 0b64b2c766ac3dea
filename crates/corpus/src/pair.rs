//! Variation pairs: a passage of one part and a later one like it, which is what a composer made of a theme
//! (`docs/tokens.md` §6).

use crate::mask::Place;
use analysis::{SIMILARITY_BUCKETS, Tone, kept, similarity, similarity_bucket};
use rand::Rng;
use rand::seq::IndexedRandom;
use std::ops::Range;
use tokens::{Cell, Controls, Masked, Passage, grid};

/// How far apart theme and answer may be, in bars.
const FARTHEST: usize = 64;

/// Lengths of a unit in bars.
const UNITS: [usize; 2] = [2, 4];

/// Least notes of a unit for each of its bars.
const NOTES_A_BAR: usize = 2;

/// Units for which themes are looked for before a window counts as having none.
const TRIES: usize = 6;

/// How often the other parts of the same bars are varied too, where they have themes there.
const TOGETHER: f64 = 0.35;

/// A unit of one part with the theme it may come from.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pair {
    part: usize,
    /// First bar of the answer in the piece.
    answer: usize,
    /// How many bars earlier the theme stands.
    back: usize,
    bars: usize,
    class: u8,
}

/// Cells of the bars `within` of a piece with older forms of them, asked for as answers; none where nothing there is
/// like anything before. The classes of similarity are drawn evenly, because the near ones are scarce.
pub(crate) fn draw(whole: &Passage, within: Range<usize>, semitones: i8, rng: &mut impl Rng) -> Option<Vec<Masked>> {
    let mut found: [Vec<Pair>; SIMILARITY_BUCKETS.len() - 1] = Default::default();
    for _ in 0..TRIES {
        let bars = *UNITS.choose(rng)?;
        let last = within.end.checked_sub(bars).filter(|last| *last >= within.start)?;
        let answer = rng.random_range(within.start..=last);
        let part = rng.random_range(0..whole.parts.len());
        for pair in pairs(whole, part, answer, bars) {
            found[usize::from(pair.class)].push(pair);
        }
    }
    let classes: Vec<&Vec<Pair>> = found.iter().filter(|pairs| !pairs.is_empty()).collect();
    let pair = **classes.choose(rng)?.choose(rng).as_ref()?;
    let said = [rng.random_bool(0.7), rng.random_bool(0.5)];
    let mut places = cells(whole, pair, within.start, said, semitones)?;
    if rng.random_bool(TOGETHER) {
        for part in (0..whole.parts.len()).filter(|part| *part != pair.part) {
            let beside = like(whole, part, pair.answer, pair.back, pair.bars);
            places.extend(
                beside.and_then(|beside| cells(whole, beside, within.start, said, semitones)).into_iter().flatten(),
            );
        }
    }
    Some(places)
}

/// All earlier units that one is like.
fn pairs(whole: &Passage, part: usize, answer: usize, bars: usize) -> impl Iterator<Item = Pair> + '_ {
    (bars..=answer.min(FARTHEST)).filter_map(move |back| like(whole, part, answer, back, bars))
}

/// The pair of a unit and that `back` bars before, if they have the same metres and are alike, but not the same.
fn like(whole: &Passage, part: usize, answer: usize, back: usize, bars: usize) -> Option<Pair> {
    let theme = answer.checked_sub(back)?;
    let meter = |bar: usize| (whole.measures[bar].meter, whole.measures[bar].length);
    if (0..bars).any(|bar| meter(theme + bar) != meter(answer + bar)) {
        return None;
    }
    let (old, new) = (tones(whole, part, theme..theme + bars), tones(whole, part, answer..answer + bars));
    if old.len().min(new.len()) < NOTES_A_BAR * bars {
        return None;
    }
    let class = similarity_bucket(similarity(&old, &new))?;
    Some(Pair { part, answer, back, bars, class })
}

/// The answer's cells, each with its theme, the class of similarity and what is kept, as far as that is `said`. None if
/// the theme leaves the keyboard when it is transposed.
fn cells(whole: &Passage, pair: Pair, first: usize, said: [bool; 2], semitones: i8) -> Option<Vec<Masked>> {
    let Pair { part, answer, back, bars, class } = pair;
    let theme = answer - back;
    let (old, new) = (tones(whole, part, theme..theme + bars), tones(whole, part, answer..answer + bars));
    let kept = kept(&old, &new, &half_bars(whole, answer..answer + bars));
    let controls = Controls {
        keep: [kept.rhythm, kept.pitches, kept.contour, kept.harmony].map(|keep| keep && said[1]),
        similarity: Some(class).filter(|_| said[0]),
        ..Controls::default()
    };
    let cell = |bar: usize| -> Option<Masked> {
        let theme: Cell = whole.cell(theme + bar, part).transposed(semitones)?;
        let (bar, part): Place = (answer + bar - first, part);
        Some(Masked { bar, part, controls, themes: vec![theme] })
    };
    (0..bars).map(cell).collect()
}

/// The notes of a part in some bars, in steps from the first.
fn tones(whole: &Passage, part: usize, bars: Range<usize>) -> Vec<Tone> {
    let mut start = 0;
    let mut tones = Vec::new();
    for bar in bars {
        tones.extend(whole.cell(bar, part).tones().iter().map(|tone| Tone {
            position: start + u32::from(tone.position),
            length: u32::from(grid::DURATIONS[usize::from(tone.duration)]),
            pitch: tone.pitch,
        }));
        start += u32::from(whole.measures[bar].steps());
    }
    tones
}

/// The half bars of some bars, in steps from the first.
fn half_bars(whole: &Passage, bars: Range<usize>) -> Vec<Range<u32>> {
    let mut start = 0;
    let mut halves = Vec::new();
    for bar in bars {
        let steps = u32::from(whole.measures[bar].steps());
        halves.extend([start..start + steps.div_ceil(2), start + steps.div_ceil(2)..start + steps]);
        start += steps;
    }
    halves
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use score::text;

    /// Two bars, two others, the first two with another ending.
    const SONG: &str = "C4:1 D4:1 E4:1 F4:1 | G4:2 E4:2 | C5:4 | B4:1/2 A4:1/2 G4:3 | C4:1 D4:1 E4:1 F4:1 | G4:2 D4:2";

    #[test]
    fn a_later_form_of_a_theme_is_asked_for_with_it() {
        let whole = Passage::whole(&text::score(SONG).unwrap());
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let drawn = (0..50).find_map(|_| draw(&whole, 2..6, 2, &mut rng)).unwrap();
        let places: Vec<_> = drawn.iter().map(|cell| (cell.bar, cell.part)).collect();
        assert_eq!(places, [(2, 0), (3, 0)]);
        assert_eq!(drawn[0].themes[0].tones()[0].pitch, 62);
        assert!(drawn.iter().all(|cell| cell.controls.similarity.is_none_or(|class| class == 3)));
    }

    #[test]
    fn copies_and_strangers_are_no_pairs() {
        let whole = Passage::whole(&text::score(SONG).unwrap());
        assert_eq!(like(&whole, 0, 2, 2, 2), None);
        assert_eq!(like(&whole, 0, 4, 4, 2).map(|pair| pair.class), Some(3));
        let same =
            Passage::whole(&text::score("C4:1 D4:1 E4:1 F4:1 | G4:2 E4:2 | C4:1 D4:1 E4:1 F4:1 | G4:2 E4:2").unwrap());
        assert_eq!(like(&same, 0, 2, 2, 2), None);
    }
}
