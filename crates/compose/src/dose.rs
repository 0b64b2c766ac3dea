//! How much of what was written is taken, so that a variation is as strong as it was asked to be.
//!
//! What the model writes for a stop of the strength is as far from the old music as it happens to be. So that the dial
//! means the same everywhere, parts of it are taken one by one, in an order drawn by the seed, until the note F1 to the
//! old music has come down to 1 − strength: whole cells, or single onsets where the rhythm was kept. A line whose contour
//! is kept is taken whole, because its steps hang together.

use crate::chords;
use crate::draft::Draft;
use crate::{Cell, Task};
use rand::Rng;
use rand::seq::SliceRandom;
use score::{Note, NoteId, Score, Track, TrackId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A place where old and new music differ.
#[derive(Debug, Default)]
struct Unit {
    old: Vec<Note>,
    new: Vec<Note>,
    /// Notes of the new that are the old ones' own, by onset and key.
    same: usize,
}

/// Puts parts of the old music back into a draft until it is as near to it as `1 − strength` says.
pub fn dose(before: &Score, draft: &mut Draft, task: &Task, by_onset: bool, rng: &mut impl Rng) {
    let mut units = units(before, &draft.score, task, by_onset);
    units.shuffle(rng);
    if task.settings.chords {
        // What stands against the chord track goes first.
        let is_against = |note: &Note| chords::is_against(before, note.pitch, note.start);
        units.sort_by_key(|(_, unit)| !unit.old.iter().any(is_against));
    }
    let wanted = f64::from(1.0 - task.settings.strength);
    let old: usize =
        units.iter().map(|(_, unit)| unit.old.len()).sum::<usize>() + unchanged(before, &draft.score, task);
    let (mut kept, mut now) = (old, old);
    let mut taken = 0;
    let mut near = f64::INFINITY;
    for (_, unit) in &units {
        kept = kept + unit.same - unit.old.len();
        now = now + unit.new.len() - unit.old.len();
        let apart = (2.0 * kept as f64 / (old + now).max(1) as f64 - wanted).abs();
        // At least one place is new; farther from what was wanted is no better.
        if taken > 0 && apart >= near {
            break;
        }
        (near, taken) = (apart, taken + 1);
    }
    let mut back: BTreeMap<TrackId, (BTreeSet<NoteId>, Vec<Note>)> = BTreeMap::new();
    for (track, unit) in units.into_iter().skip(taken) {
        let (gone, come) = back.entry(track).or_default();
        gone.extend(unit.new.iter().map(|note| note.id));
        come.extend(unit.old);
    }
    for track in &mut draft.score.tracks {
        let Some((gone, come)) = back.remove(&track.id) else { continue };
        let kept =
            track.notes.iter().filter(|note| !gone.contains(&note.id) && come.iter().all(|old| old.id != note.id));
        let notes = kept.copied().chain(come.iter().copied()).collect();
        *track = Arc::new(Track::new(track.id.0, track.header.clone(), notes));
    }
}

/// Where the selected cells differ, by track and cell, or by track, cell and onset.
fn units(before: &Score, after: &Score, task: &Task, by_onset: bool) -> Vec<(TrackId, Unit)> {
    let mut all: BTreeMap<(Cell, u32), Unit> = BTreeMap::new();
    let step = |note: &Note| step(before, note);
    let place = |cell: Cell, note: &Note| (cell, if by_onset { step(note) } else { 0 });
    each(before, task, |cell, note| all.entry(place(cell, note)).or_default().old.push(*note));
    each(after, task, |cell, note| all.entry(place(cell, note)).or_default().new.push(*note));
    for unit in all.values_mut() {
        let mut left: Vec<(u32, u8)> = unit.old.iter().map(|note| (step(note), note.pitch)).collect();
        for note in &unit.new {
            if let Some(at) = left.iter().position(|old| *old == (step(note), note.pitch)) {
                left.swap_remove(at);
                unit.same += 1;
            }
        }
    }
    let differs = |unit: &Unit| unit.same < unit.old.len().max(unit.new.len());
    all.into_iter().filter(|(_, unit)| differs(unit)).map(|((cell, _), unit)| (cell.track, unit)).collect()
}

/// Notes of the old music in places that are the same in the new.
fn unchanged(before: &Score, after: &Score, task: &Task) -> usize {
    let mut all = 0;
    each(before, task, |_, _| all += 1);
    let differing: usize = units(before, after, task, false).iter().map(|(_, unit)| unit.old.len()).sum();
    all - differing
}

/// The notes of the selected cells.
fn each(score: &Score, task: &Task, mut hear: impl FnMut(Cell, &Note)) {
    let bars = score.bars();
    for track in &score.tracks {
        for note in track.notes.iter() {
            let cell = Cell { track: track.id, bar: bars.of_onset(note.start).index };
            if task.cells.contains(&cell) {
                hear(cell, note);
            }
        }
    }
}

/// The step of the grid on which a note stands.
fn step(score: &Score, note: &Note) -> u32 {
    tokens::grid::round(u64::from(note.start) * tokens::grid::STEPS, score.tpq.into()) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use crate::echo::Echo;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use score::text;

    const OLD: &str = "C4:1 D4:1 E4:1 F4:1 | G4:1 A4:1 B4:1 C5:1 | C4:1 D4:1 E4:1 F4:1 | G4:1 A4:1 B4:1 C5:1";
    const NEW: &str = "E4:1 F4:1 G4:1 A4:1 | B4:1 C5:1 D5:1 E5:1 | E4:1 F4:1 G4:1 A4:1 | B4:1 C5:1 D5:1 E5:1";

    /// How many of sixteen notes are new.
    fn changed(strength: f32, by_onset: bool) -> usize {
        let (old, mut new) = (text::score(OLD).unwrap(), text::score(NEW).unwrap());
        let track = new.tracks[0].clone();
        let notes = track.notes.iter().map(|note| Note { id: NoteId(note.id.0 + 100), ..*note }).collect();
        new.tracks[0] = Arc::new(Track::new(track.id.0, track.header.clone(), notes));
        let cells = (0..4).map(|bar| Cell { track: track.id, bar }).collect();
        let settings = Settings { strength, ..Settings::default() };
        let task = Task { cells, locks: BTreeSet::new(), settings };
        let mut draft = Draft::new(0, Echo::Not, &new);
        dose(&old, &mut draft, &task, by_onset, &mut ChaCha8Rng::seed_from_u64(1));
        assert_eq!(draft.score.note_count(), 16);
        draft.score.tracks[0].notes.iter().filter(|note| note.id.0 >= 100).count()
    }

    #[test]
    fn strength_says_how_many_notes_are_new() {
        let by_onset = [0.0, 0.1, 0.3, 0.5, 1.0].map(|strength| changed(strength, true));
        assert_eq!(by_onset, [1, 2, 5, 8, 16]);
        let by_cell = [0.1, 0.3, 0.5, 0.8, 1.0].map(|strength| changed(strength, false));
        assert_eq!(by_cell, [4, 4, 8, 12, 16]);
    }
}
