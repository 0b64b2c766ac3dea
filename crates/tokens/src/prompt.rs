//! One layout for infilling, variation, accompaniment and continuation (§6): the window with cells masked, then
//! their themes, then SEP; the answer gives the cells one by one.
//!
//! Training samples and requests are written by the same code, so the network is asked as it was taught.

use crate::cell::{Cell, Shape};
use crate::passage::{Part, Passage};
use crate::vocabulary::{DEN, EMPTY, END, EOS, HI, Id, KEEP, LO, PLY, SEP, SIM, THEME, X};
use crate::window::{Window, write_part};
use crate::{Error, Measure};

/// What is asked of a masked cell; each control may be left out. Classes as in [`Shape`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Controls {
    /// Notes, 0..=7; 0 asks for silence.
    pub density: Option<u8>,
    /// Most notes at one onset, 0..=3.
    pub polyphony: Option<u8>,
    /// Octave of the lowest note, 0..=10.
    pub low: Option<u8>,
    /// Octave of the highest note, 0..=10.
    pub high: Option<u8>,
    /// What is kept of the theme, in the order of [`Keep::ALL`].
    pub keep: [bool; 4],
    /// Similarity to the theme, 0..=3: from .40, .55, .70, .85 on.
    pub similarity: Option<u8>,
}

/// An attribute of the theme that an answer keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// Onsets, durations and the number of notes at each onset.
    Rhythm,
    /// Pitches in their order.
    Pitches,
    /// The direction of each step of the top line.
    Contour,
    /// The chords of the half bars.
    Harmony,
}

impl Keep {
    /// All of them, in the order of their tokens.
    pub const ALL: [Keep; 4] = [Keep::Rhythm, Keep::Pitches, Keep::Contour, Keep::Harmony];
}

impl Controls {
    /// All that a cell's shape says.
    pub fn of(shape: Shape) -> Controls {
        Controls {
            density: Some(shape.density),
            polyphony: shape.polyphony,
            low: shape.octaves.map(|octaves| octaves.0),
            high: shape.octaves.map(|octaves| octaves.1),
            ..Controls::default()
        }
    }

    fn write(&self, out: &mut Vec<Id>) {
        let classes = [(DEN, self.density), (PLY, self.polyphony), (LO, self.low), (HI, self.high)];
        out.extend(classes.iter().filter_map(|(family, class)| class.map(|class| family.id(class.into()))));
        out.extend((0..4).filter(|&index| self.keep[usize::from(index)]).map(|index| KEEP.id(index)));
        out.extend(self.similarity.map(|class| SIM.id(class.into())));
    }
}

/// A cell to be left out and asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// Which bar of the passage.
    pub bar: usize,
    /// Which part of the passage.
    pub part: usize,
    /// What is asked of it.
    pub controls: Controls,
    /// What it shall vary: none, or up to two older forms.
    pub themes: Vec<Cell>,
}

/// A masked cell of a prompt, as its answer needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// Which bar of the passage.
    pub bar: usize,
    /// Which part of the passage.
    pub part: usize,
    /// Who plays it.
    pub voice: Part,
    /// Where it stands.
    pub measure: Measure,
}

/// A prompt: what the network reads before it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// From BOS to SEP.
    pub ids: Vec<Id>,
    /// The masked cells in the order in which they are answered.
    pub holes: Vec<Hole>,
}

/// How many cells can be masked at once.
pub const MOST_HOLES: usize = X.count as usize;

impl Window<'_> {
    /// The window with these cells masked; their order and repetitions do not matter.
    ///
    /// # Errors
    /// [`Error::NoCell`] for a cell outside the window, [`Error::TooManyHoles`] for more than 64.
    pub fn infill(&self, mut masked: Vec<Masked>) -> Result<Prompt, Error> {
        masked.sort_by_key(|cell| (cell.bar, cell.part));
        masked.dedup_by_key(|cell| (cell.bar, cell.part));
        if masked.len() > MOST_HOLES {
            return Err(Error::TooManyHoles { count: masked.len() });
        }
        let holes = masked.iter().map(|cell| self.hole(cell)).collect::<Result<Vec<_>, _>>()?;
        let mut ids = Vec::new();
        let mut next = 0;
        self.write(&mut ids, |bar, part, out| {
            let here = masked.get(next).filter(|cell| (cell.bar, cell.part) == (bar, part));
            let Some(cell) = here else { return false };
            write_part(&holes[next].voice, out);
            out.push(X.id(next as u16));
            cell.controls.write(out);
            next += 1;
            true
        });
        for (k, cell) in masked.iter().enumerate() {
            for theme in cell.themes.iter().filter(|theme| !theme.tones().is_empty()) {
                ids.extend([THEME, X.id(k as u16)]);
                write_part(&holes[k].voice, &mut ids);
                theme.write(&mut ids);
            }
        }
        ids.push(SEP);
        Ok(Prompt { ids, holes })
    }

    fn hole(&self, cell: &Masked) -> Result<Hole, Error> {
        let Masked { bar, part, .. } = *cell;
        let passage = self.passage;
        match (passage.measures.get(bar), passage.parts.get(part)) {
            (Some(&measure), Some(&voice)) => Ok(Hole { bar, part, voice, measure }),
            _ => Err(Error::NoCell { bar, part, bars: passage.bars(), parts: passage.parts.len() }),
        }
    }
}

impl Hole {
    /// What begins the answer of masked cell `k`: `X_k INST [ORD]`.
    pub fn opening(&self, k: usize) -> Vec<Id> {
        let mut out = vec![X.id(k as u16)];
        write_part(&self.voice, &mut out);
        out
    }
}

impl Prompt {
    /// The answer that gives back the cells of `passage`, as training shows it: from `X0` to EOS.
    pub fn answer(&self, passage: &Passage) -> Vec<Id> {
        let mut out = Vec::new();
        for (k, hole) in self.holes.iter().enumerate() {
            out.extend(hole.opening(k));
            match passage.cell(hole.bar, hole.part) {
                cell if cell.tones().is_empty() => out.push(EMPTY),
                cell => cell.write(&mut out),
            }
            out.push(END);
        }
        out.push(EOS);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Passage;
    use crate::vocabulary::name;
    use crate::window::tests::example;

    fn masked(bar: usize, part: usize) -> Masked {
        Masked { bar, part, controls: Controls::default(), themes: Vec::new() }
    }

    fn words(ids: &[Id]) -> String {
        ids.iter().map(|&id| name(id)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_violin_of_the_worked_example_is_asked_for_and_answered() {
        let passage = Passage::read(&example(), 0..2);
        let window = Window::of(&passage);
        let prompt = window.infill(vec![masked(1, 1)]).unwrap();
        assert!(prompt.ids.ends_with(&[133, 8, 3]));
        assert_eq!([&[3], prompt.answer(&passage).as_slice()].concat(), [3, 8, 133, 374, 407, 505, 4, 2]);
    }

    #[test]
    fn cells_are_numbered_in_reading_order_with_controls_and_themes() {
        let passage = Passage::read(&example(), 0..2);
        let window = Window::of(&passage);
        let mut violin = masked(1, 1);
        violin.controls = Controls::of(passage.cell(1, 1).shape());
        violin.controls.keep = [true, false, false, true];
        violin.controls.similarity = Some(2);
        violin.themes = vec![passage.cell(1, 1).clone(), Cell::SILENCE];
        let prompt = window.infill(vec![violin, masked(1, 2), masked(0, 2), masked(0, 2)]).unwrap();
        let text = words(&prompt.ids);
        assert!(text.contains("INST39 X0 BAR1"));
        assert!(
            text.ends_with("INST13 X1 DEN1 PLY0 LO6 HI6 KEEP0 KEEP3 SIM2 INST39 X2 THEME X1 INST13 VEL6 DUR31 P81 SEP")
        );
        assert!(
            words(&prompt.answer(&passage))
                .ends_with("D10 VEL4 END X1 INST13 VEL6 DUR31 P81 END X2 INST39 EMPTY END EOS")
        );
    }

    #[test]
    fn cells_that_are_not_there_and_too_many_cells_are_refused() {
        let passage = Passage::read(&example(), 0..30);
        let window = Window::of(&passage);
        assert_eq!(window.infill(vec![masked(30, 0)]), Err(Error::NoCell { bar: 30, part: 0, bars: 30, parts: 3 }));
        let all = (0..90).map(|at| masked(at / 3, at % 3)).collect();
        assert_eq!(window.infill(all), Err(Error::TooManyHoles { count: 90 }));
    }
}
