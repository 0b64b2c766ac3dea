//! Which of several draws for a candidate is shown.

use crate::draft::Draft;
use crate::{Cell, Mode, Task};
use analysis::{note_f1, similarity};
use score::{Score, TrackId};
use std::collections::BTreeMap;

/// What is heard in the selected cells: (track, onset, length, key).
type Heard = Vec<(TrackId, u32, u32, u8)>;

/// Bits per note that are worth a tenth of likeness to the theme.
const BITS: f64 = 4.0;

/// Equal bars in a row from which a part hangs.
const HANGING: usize = 4;

/// What draws are judged by.
pub struct Rank<'a> {
    task: &'a Task,
    source: Heard,
    /// Whether the source hangs already; then nobody minds.
    hangs: bool,
    tones: Vec<analysis::Tone>,
}

impl<'a> Rank<'a> {
    /// Judges draws for a task on a piece.
    pub fn new(score: &Score, task: &'a Task) -> Self {
        Rank { task, source: heard(score, task), hangs: hangs(score, task), tones: tones(score, task) }
    }

    /// The best of the draws that are neither what stood there nor one of the others. None if there is none, but the
    /// best of all with `anyhow`.
    pub fn best(&self, mut draws: Vec<Draft>, others: &[&Draft], anyhow: bool) -> Option<Draft> {
        let others: Vec<Heard> = others.iter().map(|other| heard(&other.score, self.task)).collect();
        let is_new = |draft: &Draft| {
            let own = heard(&draft.score, self.task);
            own != self.source && !others.contains(&own)
        };
        if draws.iter().any(is_new) {
            draws.retain(is_new);
        } else if !anyhow {
            return None;
        }
        // What repeats itself is always likely, so likelihood alone would choose it.
        if !self.hangs && draws.iter().any(|draft| !hangs(&draft.score, self.task)) {
            draws.retain(|draft| !hangs(&draft.score, self.task));
        }
        // The first of equals, so that the choice is the same everywhere.
        let merits: Vec<f64> = draws.iter().map(|draft| self.merit(draft)).collect();
        let best = (0..draws.len()).reduce(|best, at| if merits[at] > merits[best] { at } else { best })?;
        Some(draws.swap_remove(best))
    }

    /// How good a draw is: how near to the strength that was asked for, and how plausible to the model.
    fn merit(&self, draft: &Draft) -> f64 {
        let plausible = -draft.bits_per_note();
        match self.task.settings.mode {
            Mode::Variation => {
                let wanted = f64::from(1.0 - self.task.settings.strength);
                let own = note_f1(&self.tones, &tones(&draft.score, self.task));
                plausible / (10.0 * BITS) - (own - wanted).abs()
            }
            _ => plausible,
        }
    }

    /// Likeness of the selected cells before and after, on the grid.
    pub fn similarity(&self, draft: &Draft) -> f64 {
        similarity(&self.tones, &tones(&draft.score, self.task))
    }
}

/// Whether a part plays the same bar so often in a row, in or into the selected cells.
fn hangs(score: &Score, task: &Task) -> bool {
    let bars = score.bars();
    let mut sounding: BTreeMap<Cell, Vec<(u32, u32, u8)>> = BTreeMap::new();
    for track in score.tracks.iter().filter(|track| task.cells.iter().any(|cell| cell.track == track.id)) {
        for note in track.notes.iter() {
            let bar = bars.of_onset(note.start);
            let cell = sounding.entry(Cell { track: track.id, bar: bar.index }).or_default();
            cell.push((note.start.saturating_sub(bar.tick()), note.length, note.pitch));
        }
    }
    task.cells.iter().any(|cell| {
        let at = |bar: usize| sounding.get(&Cell { track: cell.track, bar });
        let same = |bar: &usize| at(*bar) == at(cell.bar);
        at(cell.bar).is_some_and(|_| {
            let before = (0..cell.bar).rev().take_while(same).count();
            let after = (cell.bar + 1..).take_while(same).count();
            before + 1 + after >= HANGING
        })
    })
}

fn heard(score: &Score, task: &Task) -> Heard {
    let bars = score.bars();
    let mut heard = Vec::new();
    for track in &score.tracks {
        let inside =
            |note: &&score::Note| task.cells.contains(&Cell { track: track.id, bar: bars.of_onset(note.start).index });
        heard.extend(track.notes.iter().filter(inside).map(|note| (track.id, note.start, note.length, note.pitch)));
    }
    heard
}

/// The same on the grid; tracks are set far apart, so that only notes of one track meet.
fn tones(score: &Score, task: &Task) -> Vec<analysis::Tone> {
    let steps = |ticks: u32| tokens::grid::round(u64::from(ticks) * tokens::grid::STEPS, score.tpq.into()) as u32;
    let far = |track: TrackId| score.tracks.iter().position(|other| other.id == track).unwrap_or(0) as u32 * 10_000_000;
    let tone = |(track, start, length, pitch): (TrackId, u32, u32, u8)| analysis::Tone {
        position: far(track) + steps(start),
        length: steps(length),
        pitch,
    };
    let mut tones: Vec<analysis::Tone> = heard(score, task).into_iter().map(tone).collect();
    tones.sort();
    tones
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use score::{Header, Note, Track};

    /// One note in each bar of four quarters, of these keys.
    fn piece(keys: &[u8]) -> Score {
        let mut score = Score::empty();
        let long = 4 * u32::from(score.tpq);
        let note = |(bar, &pitch): (usize, &u8)| Note::new(bar as u32, bar as u32 * long, long, pitch, 80);
        let notes = keys.iter().enumerate().map(note).collect();
        let header = Header { name: String::new(), lane: 0, channel: 0, program: 0, hue: 0, mix: Default::default() };
        score.tracks.push(std::sync::Arc::new(Track::new(1, header, notes)));
        score
    }

    #[test]
    fn a_part_hangs_from_four_equal_bars_that_touch_the_selection() {
        let task = |bars: std::ops::Range<usize>| Task {
            cells: bars.map(|bar| Cell { track: TrackId(1), bar }).collect(),
            locks: Default::default(),
            settings: Settings::default(),
        };
        assert!(hangs(&piece(&[60, 62, 62, 62, 62, 64]), &task(4..6)));
        assert!(!hangs(&piece(&[60, 62, 62, 62, 62, 64]), &task(5..6)));
        assert!(!hangs(&piece(&[60, 62, 62, 62, 64, 62]), &task(0..6)));
        assert!(!hangs(&piece(&[]), &task(0..6)));
    }
}
