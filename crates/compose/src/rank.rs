//! Which of many draws are shown, and in which order.

use crate::draft::Draft;
use crate::echo::{Echo, HANGING};
use crate::{Cell, Mode, Task, copied};
use analysis::{Known, Tone, note_f1, similarity};
use score::{Note, Score, TrackId};
use std::collections::BTreeMap;

/// What is heard in the selected cells: (track, onset, length, key).
type Heard = Vec<(TrackId, u32, u32, u8)>;

/// Bits per note that are worth a tenth of likeness to the theme.
const BITS: f64 = 4.0;

/// What it counts, beside likeness note by note, that draws agree on how often each pitch class sounds. Chosen on pieces
/// that neither train nor test: notes match as often, pitch classes more.
const CLASSES: f64 = 0.3;

/// What likeness to a draw that is shown already takes away from another, of its merit.
const DIVERSITY: f64 = 0.3;

/// What makes one draw better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merit {
    /// Nothing: they come as they were drawn.
    Chance,
    /// How likely the model finds it, by the note.
    Likely,
    /// What the draws agree on: the one that is most like all the others has the least expected error (Kumar and Byrne,
    /// "Minimum Bayes-Risk Decoding", 2004).
    Agreed,
    /// What ships. A variation: how near it is to the strength that was asked for, and a little how likely. Else one
    /// that echoes the piece, if there is any, then what the other draws agree on.
    Shipped,
}

/// What draws are judged by.
pub struct Rank<'a> {
    before: &'a Score,
    task: &'a Task,
    /// What the model learnt from.
    known: &'a [Known],
    source: Heard,
    /// Whether the source hangs already, or is known; then nobody minds.
    hangs: bool,
    copies: bool,
    tones: Vec<Tone>,
}

impl<'a> Rank<'a> {
    /// Judges draws for a task on a piece.
    pub fn new(before: &'a Score, task: &'a Task, known: &'a [Known]) -> Self {
        let (source, hangs, tones) = (heard(before, task), hangs(before, task), tones(before, task));
        let copies = copies(known, before, &selected(before, task));
        Rank { before, task, known, source, hangs, copies, tones }
    }

    /// The draws that are neither what stood there nor equal to an earlier one.
    pub fn new_ones(&self, draws: &[Draft]) -> Vec<usize> {
        let all: Vec<Heard> = draws.iter().map(|draw| heard(&draw.score, self.task)).collect();
        (0..all.len()).filter(|&at| all[at] != self.source && !all[..at].contains(&all[at])).collect()
    }

    /// The places of `count` of these draws, the best first; fewer if there are not so many. What is new goes before
    /// what is not, what is not known from elsewhere before what is, and what moves on before what hangs; then the
    /// better ones, as far as they are not like one that was chosen before.
    pub fn choose(&self, draws: &[Draft], count: usize, merit: Merit) -> Vec<usize> {
        let new = self.new_ones(draws);
        let tones: Vec<Vec<Tone>> = draws.iter().map(|draw| tones(&draw.score, self.task)).collect();
        let likeness: Vec<Vec<f64>> =
            tones.iter().map(|one| tones.iter().map(|other| similarity(one, other)).collect()).collect();
        let classes: Vec<[f64; 12]> = tones.iter().map(|tones| classes(tones)).collect();
        let common = |one: usize, other: usize| -> f64 {
            classes[one].iter().zip(&classes[other]).map(|(one, other)| one.min(*other)).sum()
        };
        // The mean over the draws of its kind, itself too.
        let agreement = |at: usize| {
            let kind: Vec<usize> =
                (0..draws.len()).filter(|&other| draws[other].echoes() == draws[at].echoes()).collect();
            kind.iter().map(|&other| likeness[at][other] + CLASSES * common(at, other)).sum::<f64>() / kind.len() as f64
        };
        let merits: Vec<f64> = (0..draws.len())
            .map(|at| match merit {
                Merit::Chance => 0.0,
                Merit::Likely => -draws[at].bits_per_note(),
                Merit::Agreed => agreement(at),
                Merit::Shipped => self.worth(&draws[at], &tones[at], agreement(at)),
            })
            .collect();
        // What repeats itself is always likely, so neither likelihood nor the others' agreement would avoid it. Nothing
        // but echo goes on as often as the piece itself does.
        let moves_on = |draw: &Draft| self.hangs || draw.echo == Echo::Whole || !hangs(&draw.score, self.task);
        let own = |draw: &Draft| self.copies || !copies(self.known, &draw.score, &draw.difference(self.before).0);
        let class = |at: usize| (new.contains(&at), own(&draws[at]), moves_on(&draws[at]));
        let first: Vec<(bool, bool, bool)> = (0..draws.len()).map(class).collect();
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < count.min(draws.len()) {
            let now = |at: usize| {
                merits[at] - DIVERSITY * chosen.iter().map(|&other| likeness[at][other]).fold(0.0, f64::max)
            };
            // What echoes the piece is worth showing first, but once.
            let echoed = merit != Merit::Shipped || chosen.iter().any(|&other| draws[other].echoes());
            let place = |at: usize| (first[at], if draws[at].echoes() { !echoed } else { echoed });
            let better = |one: usize, other: usize| {
                place(other) > place(one) || (place(other) == place(one) && now(other) > now(one))
            };
            let open = (0..draws.len()).filter(|at| !chosen.contains(at));
            // The first of equals, so that the choice is the same everywhere.
            let best = open.reduce(|one, other| if better(one, other) { other } else { one });
            chosen.extend(best);
        }
        chosen
    }

    /// [`Merit::Shipped`]; `agreement` is what draws of its kind agree on.
    fn worth(&self, draft: &Draft, tones: &[Tone], agreement: f64) -> f64 {
        match self.task.settings.mode {
            Mode::Variation => {
                let wanted = f64::from(1.0 - self.task.settings.strength);
                -(note_f1(&self.tones, tones) - wanted).abs() - draft.bits_per_note() / (10.0 * BITS)
            }
            _ => agreement,
        }
    }

    /// Likeness of the selected cells before and after, on the grid.
    pub fn similarity(&self, draft: &Draft) -> f64 {
        similarity(&self.tones, &tones(&draft.score, self.task))
    }
}

/// Whether these notes may have a run of another work that is too long for chance ([`Known::CERTAIN`]). Where not every
/// fingerprint is kept, such a run may show no more than its shortest part, so that any part of it counts.
fn copies(known: &[Known], score: &Score, notes: &[(TrackId, Note)]) -> bool {
    copied::known(known, score, notes).notes > 0
}

/// How often each pitch class sounds, as shares of all notes.
fn classes(tones: &[Tone]) -> [f64; 12] {
    let mut shares = [0.0; 12];
    tones.iter().for_each(|tone| shares[usize::from(tone.pitch % 12)] += 1.0 / tones.len() as f64);
    shares
}

/// Whether a part plays the same bar so often in a row, in or into the selected cells.
fn hangs(score: &Score, task: &Task) -> bool {
    let bars = score.bars();
    // On the grid, as ears hear it: what is written there and what it was read from may be a tick apart.
    let mut sounding: BTreeMap<Cell, Vec<(u32, u8)>> = BTreeMap::new();
    for track in score.tracks.iter().filter(|track| task.cells.iter().any(|cell| cell.track == track.id)) {
        for note in track.notes.iter() {
            let bar = bars.of_onset(note.start);
            let cell = sounding.entry(Cell { track: track.id, bar: bar.index }).or_default();
            cell.push((steps(score, note.start.saturating_sub(bar.tick())), note.pitch));
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
    let heard = |(track, note): (TrackId, Note)| (track, note.start, note.length, note.pitch);
    selected(score, task).into_iter().map(heard).collect()
}

/// The notes in the selected cells.
fn selected(score: &Score, task: &Task) -> Vec<(TrackId, Note)> {
    let bars = score.bars();
    let mut notes = Vec::new();
    for track in &score.tracks {
        let inside =
            |note: &&Note| task.cells.contains(&Cell { track: track.id, bar: bars.of_onset(note.start).index });
        notes.extend(track.notes.iter().filter(inside).map(|note| (track.id, *note)));
    }
    notes
}

/// Ticks as steps of the grid.
fn steps(score: &Score, ticks: u32) -> u32 {
    tokens::grid::round(u64::from(ticks) * tokens::grid::STEPS, score.tpq.into()) as u32
}

/// The same on the grid; tracks are set far apart, so that only notes of one track meet.
fn tones(score: &Score, task: &Task) -> Vec<Tone> {
    let far = |track: TrackId| score.tracks.iter().position(|other| other.id == track).unwrap_or(0) as u32 * 10_000_000;
    let tone = |(track, start, length, pitch): (TrackId, u32, u32, u8)| Tone {
        position: far(track) + steps(score, start),
        length: steps(score, length),
        pitch,
    };
    let mut tones: Vec<Tone> = heard(score, task).into_iter().map(tone).collect();
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
        let header = Header {
            name: String::new(),
            lane: 0,
            channel: 0,
            program: 0,
            hue: 0,
            mix: Default::default(),
            output: None,
        };
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

    #[test]
    fn what_is_known_from_elsewhere_comes_last_unless_it_stood_there() {
        let tune =
            "C4:1 E4:1/2 D4:1/2 G4:2 | A4:1 C5:1/2 B4:1/2 E4:2 | F4:1 D4:1/2 G4:1/2 C4:2 | E4:1 G4:1/2 B3:1/2 C4:2";
        let own =
            "D4:1 F4:1/2 A4:1/2 G4:2 | E4:1 C5:1/2 A4:1/2 D4:2 | F4:1 E4:1/2 C4:1/2 C4:2 | E4:1 D4:1/2 B3:1/2 C4:2";
        let [learnt, own] = [tune, own].map(|text| score::text::score(text).unwrap());
        let line = tokens::Passage::whole(&learnt).moves(0).into_iter().map(|(_, step)| step).collect();
        let known = [Known::of([("A tune".to_owned(), vec![line])], 1)];
        let task = Task {
            cells: (0..4).map(|bar| Cell { track: learnt.tracks[0].id, bar }).collect(),
            locks: Default::default(),
            settings: Settings { mode: Mode::Infill, ..Settings::default() },
        };
        let with = |notes: Vec<Note>| {
            let track = Track::new(learnt.tracks[0].id.0, learnt.tracks[0].header.clone(), notes);
            Score { tracks: vec![track.into()], ..learnt.clone() }
        };
        // Two agree on what is known, one is alone with its own.
        let shorter = |by: u32| {
            with(learnt.tracks[0].notes.iter().map(|note| Note { length: note.length - by, ..*note }).collect())
        };
        let draws = [shorter(1), shorter(2), own].map(|score| Draft::new(0, Echo::Not, &score));
        let chosen =
            |before: &Score, known: &[Known]| Rank::new(before, &task, known).choose(&draws, 1, Merit::Shipped);
        let before = with(Vec::new());
        assert_eq!(chosen(&before, &[]), [0]);
        assert_eq!(chosen(&before, &known), [2]);
        assert_eq!(chosen(&learnt, &known), [0]);
    }
}
