//! A training sample: one window of a piece, plain or with cells masked (`docs/tokens.md` §6).

use crate::intake::Piece;
use crate::{mask, pair};
use rand::Rng;
use rand::seq::IndexedRandom;
use tokens::vocabulary::Id;
use tokens::{Controls, Head, Masked, Passage, Window};

/// Window lengths in bars, each with its weight.
const LENGTHS: [(usize, u32); 5] = [(4, 2), (8, 4), (12, 2), (16, 1), (20, 1)];

/// How samples are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Most ids in a sample. Default 1024.
    pub context: usize,
    /// Share of samples with masked cells and nothing else to go by than what stands around them, 0..=1. Default 0.55.
    pub infill: f64,
    /// Share of samples that vary a theme, 0..=1; where a window has no theme, it is infilled. Default 0.25.
    pub pairs: f64,
    /// Share of samples that state their chords, 0..=1. Default 0.3.
    pub chords: f64,
    /// How many semitones pieces may be transposed, down and up; (0, 0): not at all. Default (5, 6).
    pub transpose: (i8, i8),
}

impl Default for Plan {
    fn default() -> Self {
        Plan { context: 1024, infill: 0.55, pairs: 0.25, chords: 0.3, transpose: (5, 6) }
    }
}

/// What a sample teaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lesson {
    /// A window as it is.
    Plain,
    /// Masked cells by what stands around them.
    Infill,
    /// Masked cells by an older form of them.
    Vary,
}

impl Plan {
    fn lesson(&self, rng: &mut impl Rng) -> Lesson {
        match rng.random::<f64>() {
            share if share < self.pairs => Lesson::Vary,
            share if share < self.pairs + self.infill => Lesson::Infill,
            _ => Lesson::Plain,
        }
    }
}

/// One sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its ids, from BOS on.
    pub ids: Vec<Id>,
    /// From which place on ids are scored: 0 for a plain window, the place after SEP with masked cells.
    pub loss_from: usize,
    /// How many notes the scored ids write.
    pub notes: usize,
}

/// Draws a sample that starts at bar `from` of a piece, halving its length until it fits.
/// Gives the sample, None where the bars are silent or even one does not fit, and how many bars it stands for.
pub fn draw(piece: &Piece, from: usize, plan: &Plan, rng: &mut impl Rng) -> (Option<Sample>, usize) {
    let wished = LENGTHS.choose_weighted(rng, |(_, weight)| *weight).map_or(8, |(bars, _)| *bars);
    let semitones = match plan.transpose {
        (0, 0) => 0,
        (down, up) => rng.random_range(-down..=up),
    };
    let lesson = plan.lesson(rng);
    let chords = rng.random_bool(plan.chords);
    let mut bars = wished.min(piece.passage.bars().saturating_sub(from)).max(1);
    loop {
        let section = piece.passage.section(from..from + bars);
        if section.note_count() == 0 {
            return (None, bars);
        }
        let sample = write(piece, from, section, semitones, lesson, chords, rng);
        match bars {
            _ if sample.ids.len() <= plan.context => return (Some(sample), bars),
            1 => return (None, 1),
            _ => bars /= 2,
        }
    }
}

/// Writes the section of a piece that begins at bar `from`. A transposition that would leave the keyboard is skipped.
fn write(
    piece: &Piece,
    from: usize,
    section: Passage,
    semitones: i8,
    lesson: Lesson,
    chords: bool,
    rng: &mut impl Rng,
) -> Sample {
    let (passage, semitones) = match section.transposed(semitones) {
        Some(passage) => (passage, semitones),
        None => (section, 0),
    };
    let mut said = || rng.random_bool(0.5);
    let head = Head {
        key: piece.key.filter(|_| said()).map(|key| key.transposed(semitones)),
        genre: piece.genre.filter(|_| said()),
        emotion: None,
    };
    let harmony: Vec<_> = if chords { passage.chords(|_, _| true).into_iter().map(Some).collect() } else { Vec::new() };
    let window = Window { passage: &passage, head, chords: &harmony };
    let within = from..from + passage.bars();
    let masked = match lesson {
        Lesson::Plain => None,
        Lesson::Infill => mask::draw(&passage, rng),
        Lesson::Vary => pair::draw(&piece.passage, within, semitones, rng).or_else(|| mask::draw(&passage, rng)),
    };
    masked.and_then(|masked| asked(&window, masked, rng)).unwrap_or_else(|| Sample {
        ids: window.plain(),
        loss_from: 0,
        notes: passage.note_count(),
    })
}

/// The sample that asks for these cells and answers with them. What they are like is said by kinds, each of them in
/// half of the samples.
fn asked(window: &Window, masked: Vec<Masked>, rng: &mut impl Rng) -> Option<Sample> {
    let passage = window.passage;
    let [density, polyphony, low, high]: [bool; 4] = std::array::from_fn(|_| rng.random_bool(0.5));
    let described = |cell: Masked| {
        let all = Controls::of(passage.cell(cell.bar, cell.part).shape());
        let controls = Controls {
            density: all.density.filter(|_| density),
            polyphony: all.polyphony.filter(|_| polyphony),
            low: all.low.filter(|_| low),
            high: all.high.filter(|_| high),
            ..cell.controls
        };
        Masked { controls, ..cell }
    };
    let prompt = window.infill(masked.into_iter().map(described).collect()).ok()?;
    let loss_from = prompt.ids.len();
    let notes = prompt.holes.iter().map(|hole| passage.cell(hole.bar, hole.part).tones().len()).sum();
    let ids = [prompt.ids.as_slice(), prompt.answer(passage).as_slice()].concat();
    Some(Sample { ids, loss_from, notes })
}
