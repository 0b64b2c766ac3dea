//! A training sample: one window of a piece, plain or with cells masked (`docs/tokens.md` §6).

use crate::intake::Piece;
use crate::mask;
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
    /// Share of samples with masked cells, 0..=1. Default 0.75.
    pub infill: f64,
    /// Whether pieces are transposed, by -5..=6 semitones. Default true.
    pub transpose: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { context: 1024, infill: 0.75, transpose: true }
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
    let semitones = if plan.transpose { rng.random_range(-5..=6) } else { 0 };
    let infill = rng.random_bool(plan.infill);
    let mut bars = wished.min(piece.passage.bars().saturating_sub(from)).max(1);
    loop {
        let section = piece.passage.section(from..from + bars);
        if section.note_count() == 0 {
            return (None, bars);
        }
        let sample = write(piece, section, semitones, infill, rng);
        match bars {
            _ if sample.ids.len() <= plan.context => return (Some(sample), bars),
            1 => return (None, 1),
            _ => bars /= 2,
        }
    }
}

/// Writes one section of a piece. A transposition that would leave the keyboard is skipped.
fn write(piece: &Piece, section: Passage, semitones: i8, infill: bool, rng: &mut impl Rng) -> Sample {
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
    let window = Window { passage: &passage, head, chords: &[] };
    let masked = if infill { mask::draw(&passage, rng) } else { None };
    masked.and_then(|places| asked(&window, &places, rng)).unwrap_or_else(|| Sample {
        ids: window.plain(),
        loss_from: 0,
        notes: passage.note_count(),
    })
}

/// The sample that asks for these cells and answers with them.
fn asked(window: &Window, places: &[mask::Place], rng: &mut impl Rng) -> Option<Sample> {
    let passage = window.passage;
    let [density, polyphony, low, high]: [bool; 4] = std::array::from_fn(|_| rng.random_bool(0.5));
    let mask = |&(bar, part): &mask::Place| {
        let all = Controls::of(passage.cell(bar, part).shape());
        let controls = Controls {
            density: all.density.filter(|_| density),
            polyphony: all.polyphony.filter(|_| polyphony),
            low: all.low.filter(|_| low),
            high: all.high.filter(|_| high),
            ..all
        };
        Masked { bar, part, controls, themes: Vec::new() }
    };
    let prompt = window.infill(places.iter().map(mask).collect()).ok()?;
    let loss_from = prompt.ids.len();
    let notes = prompt.holes.iter().map(|hole| passage.cell(hole.bar, hole.part).tones().len()).sum();
    let ids = [prompt.ids.as_slice(), prompt.answer(passage).as_slice()].concat();
    Some(Sample { ids, loss_from, notes })
}
