//! An answer: the cells that the network gave, and their notes in ticks (§1, §6).

use crate::cell::{Cell, Tone};
use crate::grid::{self, DURATIONS};
use crate::prompt::Hole;
use crate::vocabulary::{EMPTY, END, EOS, Id, name};
use crate::{Error, instrument};
use score::{Note, Tick};

/// Reads the cells of an answer, one for each hole. An EOS after the last may be there or not.
///
/// # Errors
/// [`Error::Misplaced`] where the sequence is no answer to these holes, [`Error::Short`] if it stops early.
pub fn read(ids: &[Id], holes: &[Hole]) -> Result<Vec<Cell>, Error> {
    let mut at = 0;
    let mut cells = Vec::with_capacity(holes.len());
    for (k, hole) in holes.iter().enumerate() {
        for expected in hole.opening(k) {
            match ids.get(at) {
                Some(&id) if id == expected => at += 1,
                Some(&id) => return Err(misplaced(at, id, "the next masked cell with its instrument is due here")),
                None => return Err(Error::Short { length: ids.len(), missing: "a masked cell" }),
            }
        }
        let length = ids[at..].iter().position(|&id| id == END);
        let end = at + length.ok_or(Error::Short { length: ids.len(), missing: "the END of a cell" })?;
        cells.push(body(&ids[at..end], at, hole.voice.is_drums())?);
        at = end + 1;
    }
    match ids[at..] {
        [] | [EOS] => Ok(cells),
        [id, ..] => Err(misplaced(at, id, "all masked cells are answered already")),
    }
}

fn misplaced(at: usize, id: Id, why: &'static str) -> Error {
    Error::Misplaced { at, id, name: name(id), why }
}

fn body(ids: &[Id], offset: usize, drums: bool) -> Result<Cell, Error> {
    match ids {
        [EMPTY] => Ok(Cell::new(drums, Vec::new())),
        [] => Err(misplaced(offset, END, "a cell without notes says EMPTY")),
        _ => Cell::read(ids, drums).map_err(|error| match error {
            Error::Misplaced { at, id, why, .. } => misplaced(offset + at, id, why),
            other => other,
        }),
    }
}

/// The notes of a cell in ticks, with ids from `first_id` on. Notes that stand for `locked` ones, at their position
/// and pitch, are left out: the originals stay in the document.
pub fn notes(cell: &Cell, hole: &Hole, locked: &[Tone], first_id: u32) -> Vec<Note> {
    let place = |tone: &Tone| (tone.position, tone.pitch);
    let new = cell.tones().iter().filter(|tone| !locked.iter().any(|old| place(old) == place(tone)));
    new.zip(first_id..).map(|(tone, id)| note(tone, hole, id)).collect()
}

/// How long a new drum note is, in steps: a 32nd. Tokens give drums no duration.
const DRUM_STEPS: u16 = 3;

fn note(tone: &Tone, hole: &Hole, id: u32) -> Note {
    let (pitch, steps) = match hole.voice.is_drums() {
        true => (instrument::drum_key(tone.pitch), DRUM_STEPS),
        false => (tone.pitch.min(127), DURATIONS[usize::from(tone.duration) % DURATIONS.len()]),
    };
    let length = grid::ticks(steps, hole.measure.tpq).max(1);
    Note::new(id, hole.measure.onset(tone.position), length, pitch, grid::loudness(tone.velocity))
}

/// Ends each new note where an untouched note of its own pitch starts (`untouched` sorted by onset); a new note that
/// would start with one is dropped. Untouched notes that ring into the new ones stay as they are.
pub fn make_room(new: &mut Vec<Note>, untouched: &[Note]) {
    new.retain_mut(|note| {
        let first = untouched.partition_point(|old| old.start < note.start);
        let met = untouched[first..].iter().find(|old| old.pitch == note.pitch);
        if let Some(limit) = met.map(|old| old.start).filter(|&start: &Tick| start < note.end()) {
            note.length = limit - note.start;
        }
        note.length > 0
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::{Controls, Masked};
    use crate::window::tests::example;
    use crate::{Passage, Window};

    fn asked(cells: &[(usize, usize)]) -> (Passage, crate::Prompt) {
        let passage = Passage::read(&example(), 0..2);
        let mask = |&(bar, part)| Masked { bar, part, controls: Controls::default(), themes: Vec::new() };
        let window = Window::of(&passage);
        let prompt = window.infill(cells.iter().map(mask).collect()).unwrap();
        (passage, prompt)
    }

    #[test]
    fn an_answer_gives_back_the_cells() {
        let (passage, prompt) = asked(&[(0, 0), (0, 1), (0, 2), (1, 2)]);
        let ids = prompt.answer(&passage);
        let cells = read(&ids, &prompt.holes).unwrap();
        assert_eq!(cells, [(0, 0), (0, 1), (0, 2), (1, 2)].map(|(bar, part)| passage.cell(bar, part).clone()));
        assert_eq!(read(&ids[..ids.len() - 1], &prompt.holes).unwrap(), cells);
        assert!(matches!(read(&ids[..ids.len() - 2], &prompt.holes), Err(Error::Short { .. })));
        assert!(matches!(read(&ids[1..], &prompt.holes), Err(Error::Misplaced { at: 0, .. })));
    }

    #[test]
    fn notes_come_back_where_they_stood() {
        let (passage, prompt) = asked(&[(0, 1), (0, 2)]);
        let violin = notes(passage.cell(0, 1), &prompt.holes[0], &[], 500);
        let seen: Vec<_> =
            violin.iter().map(|note| (note.id.0, note.start, note.length, note.pitch, note.velocity)).collect();
        assert_eq!(
            seen,
            [(500, 0, 480, 74, 88), (501, 480, 240, 76, 88), (502, 720, 240, 78, 88), (503, 960, 480, 79, 104)]
        );
        let drums = notes(passage.cell(0, 2), &prompt.holes[1], &[], 0);
        assert_eq!(
            drums.iter().map(|note| (note.start, note.length, note.pitch)).collect::<Vec<_>>(),
            [(0, 60, 36), (480, 60, 42), (960, 60, 38), (960, 60, 42)]
        );
        let locked = passage.cell(0, 1).tones()[1];
        assert_eq!(notes(passage.cell(0, 1), &prompt.holes[0], &[locked], 0).len(), 3);
    }

    #[test]
    fn a_new_note_ends_where_an_untouched_one_of_its_pitch_starts() {
        let untouched =
            [Note::new(0, 0, 2000, 60, 64), Note::new(1, 900, 100, 60, 64), Note::new(2, 1000, 100, 62, 64)];
        let mut new = vec![
            Note::new(10, 480, 960, 60, 64),
            Note::new(11, 480, 960, 61, 64),
            Note::new(12, 900, 10, 60, 64),
            Note::new(13, 500, 500, 62, 64),
        ];
        make_room(&mut new, &untouched);
        assert_eq!(
            new.iter().map(|note| (note.id.0, note.length)).collect::<Vec<_>>(),
            [(10, 420), (11, 960), (13, 500)]
        );
    }
}
