//! What is measured of an answer, against the bars that a person wrote there.

use super::excerpt::Excerpt;
use crate::tones::tones;
use analysis::{Known, Move, groove_similarity, note_f1, onset_f1};
use std::collections::BTreeSet;
use tokens::{Cell, Passage};

/// Equal bars in a row from which a part has collapsed.
const COLLAPSED: usize = 4;

/// Steps of the grid that count as one place of a rhythm: 12 to the quarter.
const COARSE: u32 = 2;

/// Figures of one answer; none where there is nothing to measure.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    /// How many notes person and answer have together.
    pub notes: usize,
    /// F1 of notes matched one to one by cell, onset and pitch.
    pub note_f1: Option<f64>,
    /// The same by cell and onset.
    pub onset_f1: Option<f64>,
    /// Overlap of the pitch-class histograms, Σ min(p, q).
    pub pitch_classes: Option<f64>,
    /// |H(person) − H(answer)| of pitch classes, in bits (MusPy's pitch-class entropy, Dong et al. 2020).
    pub entropy: Option<f64>,
    /// Mean over cells of the likeness of their rhythms, 1 − XOR/places, 12 places to the quarter.
    pub groove: Option<f64>,
    /// Share of notes in the scale of the excerpt's key.
    pub in_key: Option<f64>,
    /// Share of the cells in which the person wrote notes that have notes.
    pub coverage: Option<f64>,
    /// 1 if a part with masked cells has four equal bars in a row.
    pub collapse: Option<f64>,
    /// Share of notes outside the instrument's range.
    pub range: Option<f64>,
    /// 1 if sixteen notes in a row stand in the music that the model learnt from, drums and mere scales left out.
    pub copied: Option<f64>,
}

impl Figures {
    /// The F1 of the notes of many answers counted together; beside it, a mean in which each answer weighs the same.
    pub const COUNTED: &'static str = "note F1, counted";

    /// Their names, in the order of [`Figures::all`].
    pub const NAMES: [&'static str; 10] = [
        "note F1",
        "onset F1",
        "pitch classes",
        "entropy difference",
        "groove",
        "in key",
        "coverage",
        "collapse",
        "range errors",
        "copied",
    ];

    /// All of them in order.
    pub fn all(&self) -> [Option<f64>; 10] {
        [
            self.note_f1,
            self.onset_f1,
            self.pitch_classes,
            self.entropy,
            self.groove,
            self.in_key,
            self.coverage,
            self.collapse,
            self.range,
            self.copied,
        ]
    }
}

/// Measures an answer: the excerpt's passage with other notes in its masked cells.
pub fn measure(excerpt: &Excerpt, answer: &Passage, known: Option<&Known>) -> Figures {
    let pairs: Vec<(&Cell, &Cell)> =
        excerpt.masked.iter().map(|&(bar, part)| (excerpt.passage.cell(bar, part), answer.cell(bar, part))).collect();
    let far = |cells: &mut dyn Iterator<Item = &Cell>| -> Vec<analysis::Tone> {
        let apart = |(at, cell): (usize, &Cell)| {
            let shift =
                move |tone: analysis::Tone| analysis::Tone { position: tone.position + 1000 * at as u32, ..tone };
            tones(cell.tones()).into_iter().map(shift).collect::<Vec<_>>()
        };
        cells.enumerate().flat_map(apart).collect()
    };
    let (person, own) = (far(&mut pairs.iter().map(|pair| pair.0)), far(&mut pairs.iter().map(|pair| pair.1)));
    let [theirs, ours] = [&excerpt.passage, answer].map(|passage| histogram(excerpt, passage));
    let pitched = theirs.zip(ours);
    Figures {
        notes: person.len() + own.len(),
        note_f1: Some(note_f1(&person, &own)),
        onset_f1: Some(onset_f1(&person, &own)),
        pitch_classes: pitched.map(|(p, q)| p.iter().zip(q).map(|(p, q)| p.min(q)).sum()),
        entropy: pitched.map(|(p, q)| (entropy(&p) - entropy(&q)).abs()),
        groove: mean(
            excerpt.masked.iter().zip(&pairs).map(|(&(bar, _), (person, own))| groove(excerpt, bar, person, own)),
        ),
        in_key: in_key(excerpt, answer),
        coverage: mean(
            pairs
                .iter()
                .filter(|(person, _)| !person.tones().is_empty())
                .map(|(_, own)| share(!own.tones().is_empty())),
        ),
        collapse: Some(share(collapsed(excerpt, answer))),
        range: out_of_range(excerpt, answer),
        copied: known.map(|known| share(!quotations(known, excerpt, answer).is_empty())),
    }
}

/// The moves of every known run of at least sixteen notes that lies in masked cells from its first note to its last;
/// drums have none.
pub fn quotations(known: &Known, excerpt: &Excerpt, answer: &Passage) -> Vec<Vec<Move>> {
    let melodic = parts(excerpt).into_iter().filter(|&part| !excerpt.passage.parts[part].is_drums());
    let mut found = Vec::new();
    for part in melodic {
        let moves = answer.moves(part);
        for stretch in moves.split(|(bar, _)| !excerpt.masked.contains(&(*bar, part))) {
            let line: Vec<Move> = stretch.iter().map(|(_, step)| *step).collect();
            let runs = known.runs(&line).into_iter().filter(|run| run.notes >= Known::CERTAIN);
            found.extend(runs.map(|run| line[run.first..run.first + run.notes - 1].to_vec()));
        }
    }
    found
}

fn share(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The parts that have masked cells.
fn parts(excerpt: &Excerpt) -> BTreeSet<usize> {
    excerpt.masked.iter().map(|place| place.1).collect()
}

/// Pitches of the masked cells, drums left out, with the program of their part.
fn pitches<'a>(excerpt: &'a Excerpt, passage: &'a Passage) -> impl Iterator<Item = (u8, u8)> + 'a {
    let melodic = excerpt.masked.iter().filter(|place| !excerpt.passage.parts[place.1].is_drums());
    melodic.flat_map(|&(bar, part)| {
        let group = excerpt.passage.parts[part].group;
        passage.cell(bar, part).tones().iter().map(move |tone| (tone.pitch, tokens::instrument::program(group)))
    })
}

fn histogram(excerpt: &Excerpt, passage: &Passage) -> Option<[f64; 12]> {
    let mut counts = [0.0; 12];
    pitches(excerpt, passage).for_each(|(pitch, _)| counts[usize::from(pitch % 12)] += 1.0);
    let all: f64 = counts.iter().sum();
    (all > 0.0).then(|| counts.map(|count| count / all))
}

fn entropy(shares: &[f64; 12]) -> f64 {
    -shares.iter().filter(|share| **share > 0.0).map(|share| share * share.log2()).sum::<f64>()
}

fn groove(excerpt: &Excerpt, bar: usize, person: &Cell, own: &Cell) -> f64 {
    let onsets = |cell: &Cell| cell.tones().iter().map(|tone| u32::from(tone.position) / COARSE).collect::<Vec<_>>();
    let places = u32::from(excerpt.passage.measures[bar].steps()).div_ceil(COARSE);
    groove_similarity(&onsets(person), &onsets(own), places)
}

/// The key is that of the person's excerpt, the masked bars too; its scale is what `auto` takes for it.
fn in_key(excerpt: &Excerpt, answer: &Passage) -> Option<f64> {
    let scale = analysis::auto_scale(&excerpt.score, 0..excerpt.score.end());
    mean(pitches(excerpt, answer).map(|(pitch, _)| share(scale.has(pitch))))
}

fn out_of_range(excerpt: &Excerpt, answer: &Passage) -> Option<f64> {
    mean(pitches(excerpt, answer).map(|(pitch, program)| share(!analysis::playable_range(program).contains(&pitch))))
}

fn collapsed(excerpt: &Excerpt, answer: &Passage) -> bool {
    parts(excerpt).into_iter().any(|part| {
        (0..=answer.bars().saturating_sub(COLLAPSED)).any(|first| {
            let run = first..first + COLLAPSED;
            let cell = answer.cell(first, part);
            !cell.tones().is_empty()
                && run.clone().all(|bar| answer.cell(bar, part) == cell)
                && run.clone().any(|bar| excerpt.masked.contains(&(bar, part)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::excerpt::tests::piece;
    use super::*;
    use crate::evaluate::draw;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn a_persons_own_bars_are_like_themselves() {
        for excerpt in draw("a", &[piece()], 6, &mut ChaCha8Rng::seed_from_u64(2)) {
            let figures = measure(&excerpt, &excerpt.passage, None);
            assert_eq!((figures.note_f1, figures.onset_f1, figures.groove), (Some(1.0), Some(1.0), Some(1.0)));
            assert_eq!((figures.entropy, figures.coverage, figures.collapse), (Some(0.0), Some(1.0), Some(0.0)));
            assert_eq!(figures.in_key, Some(1.0));
        }
    }

    #[test]
    fn silence_and_repetition_are_seen() {
        let excerpt = draw("a", &[piece()], 2, &mut ChaCha8Rng::seed_from_u64(2)).remove(1);
        let part = excerpt.masked[0].1;
        let mut silent = excerpt.passage.clone();
        excerpt.masked.iter().for_each(|&(bar, part)| silent.set(bar, part, Cell::SILENCE));
        let figures = measure(&excerpt, &silent, None);
        assert_eq!((figures.note_f1, figures.coverage, figures.in_key), (Some(0.0), Some(0.0), None));
        let mut same = excerpt.passage.clone();
        (0..8).for_each(|bar| same.set(bar, part, excerpt.passage.cell(0, part).clone()));
        assert_eq!(measure(&excerpt, &same, None).collapse, Some(1.0));
    }
}
