//! Asks for music with random wishes on real pieces, and counts notes that break one. Every draw counts as a generation.
//!
//!     violations MODEL FOLDER [GENERATIONS] [SEED]
//!
//! `FOLDER` is searched for MIDI files. What is asked for in turn: mode, strength, scale, range, most notes at once,
//! density, rhythm, pitches, harmony, locked notes. A wish that the table of `tokens::constraint` lets give way is
//! counted only where it had no reason to.

use analysis::PitchClasses;
use compose::{Cell, Composer, Keep, Mode, Proposal, Settings, Task};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use score::{Note, NoteId, Score, Track};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Draws of one request, at most.
const DRAWS: u8 = 16;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [model, folder, rest @ ..] = words.as_slice() else {
        return Err("usage: violations MODEL FOLDER [GENERATIONS] [SEED]".into());
    };
    let number = |at: usize, default: u64| rest.get(at).map_or(Ok(default), |word| word.parse());
    let (wanted, seed) = (number(0, 10_000)?, number(1, 1)?);
    let composer = Composer::open(Path::new(model))?;
    let mut files = Vec::new();
    search(Path::new(folder), &mut files)?;
    files.sort();
    let mut chance = ChaCha8Rng::seed_from_u64(seed);
    let mut counts = Counts::default();
    let mut errors: BTreeMap<String, usize> = BTreeMap::new();
    while counts.generations < wanted {
        let file = files.choose(&mut chance).ok_or("no MIDI file there")?;
        let Some(score) = formats::read_file(file).ok().and_then(|bytes| formats::midi::read(&bytes).ok()) else {
            continue;
        };
        let Some(task) = task(&score.score, &mut chance) else { continue };
        match composer.vary(&score.score, &task, &mut |_| true) {
            Ok(written) => written.proposals.iter().for_each(|one| counts.judge(&score.score, &task, one)),
            Err(error) => *errors.entry(error.to_string()).or_default() += 1,
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} generations, {} notes", counts.generations, counts.notes)?;
    for (wish, (asked, broken)) in &counts.wishes {
        writeln!(out, "{wish:<22} asked of {asked:>7}, broken by {broken}")?;
    }
    for (error, count) in &errors {
        writeln!(out, "refused {count} times: {error}")?;
    }
    let broken: u64 = counts.wishes.values().map(|(_, broken)| broken).sum();
    if broken > 0 { Err(format!("{broken} violations").into()) } else { Ok(()) }
}

fn search(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, files)?;
        } else if path.extension().is_some_and(|end| end == "mid") {
            files.push(path);
        }
    }
    Ok(())
}

/// One to four bars of a track, with random wishes.
fn task(score: &Score, chance: &mut ChaCha8Rng) -> Option<Task> {
    let track: &Track = score.tracks.choose(chance)?;
    let (first, last) = (track.notes.first()?, track.notes.last()?);
    let bars = score.bars();
    let (first, last) = (bars.of_onset(first.start).index, bars.of_onset(last.start).index);
    let from = chance.random_range(first..=last);
    let to = (from + chance.random_range(0..4)).min(last);
    let cells: BTreeSet<Cell> = (from..=to).map(|bar| Cell { track: track.id, bar }).collect();
    let old = inside(score, track, &cells);
    let locks = old.iter().filter(|_| chance.random_bool(0.1)).map(|note| note.id).collect();
    let mode = *[Mode::Variation, Mode::Variation, Mode::Infill, Mode::Continue].choose(chance)?;
    let scales = ["auto", "off", "C major", "D minor", "E phrygian", "F# harmonic minor"];
    let keeps = [Keep::Rhythm, Keep::Pitches, Keep::Harmony];
    let low = chance.random_range(36..60);
    let settings = Settings {
        mode,
        strength: chance.random_range(0.05..1.0),
        keep: keeps.into_iter().filter(|_| chance.random_bool(0.25)).collect(),
        scale: (*scales.choose(chance)?).to_owned(),
        range: chance.random_bool(0.4).then(|| (low, low + 24)),
        polyphony: chance.random_bool(0.4).then(|| chance.random_range(1..4)),
        density: if chance.random_bool(0.5) { 0.0 } else { chance.random_range(-1.0..1.0) },
        seed: chance.random_range(0..1_000_000),
        count: DRAWS,
        ..Settings::default()
    };
    Some(Task { cells, locks, settings })
}

fn inside(score: &Score, track: &Track, cells: &BTreeSet<Cell>) -> Vec<Note> {
    let bars = score.bars();
    let here = |note: &&Note| cells.contains(&Cell { track: track.id, bar: bars.of_onset(note.start).index });
    track.notes.iter().filter(here).copied().collect()
}

#[derive(Default)]
struct Counts {
    generations: u64,
    notes: u64,
    /// Of how many generations something was asked, and how many broke it.
    wishes: BTreeMap<&'static str, (u64, u64)>,
}

impl Counts {
    fn count(&mut self, wish: &'static str, held: bool) {
        let (asked, broken) = self.wishes.entry(wish).or_default();
        *asked += 1;
        *broken += u64::from(!held);
    }

    fn judge(&mut self, score: &Score, task: &Task, proposal: &Proposal) {
        let Some(track) = task.cells.first().and_then(|cell| score.track(cell.track).ok()) else { return };
        let settings = &task.settings;
        let bars = score.bars();
        let new: Vec<Note> = proposal.notes.iter().map(|(_, note)| *note).collect();
        self.generations += 1;
        self.notes += new.len() as u64;
        let old = inside(score, track, &task.cells);
        let here = |note: &Note| task.cells.contains(&Cell { track: track.id, bar: bars.of_onset(note.start).index });
        let own: BTreeSet<NoteId> = old.iter().map(|note| note.id).collect();
        self.count(
            "outside untouched",
            proposal.notes.iter().all(|(at, note)| *at == track.id && here(note))
                && proposal.removed.iter().all(|id| own.contains(id)),
        );
        let locked = |note: &&Note| note.locked || task.locks.contains(&note.id);
        if old.iter().any(|note| locked(&note)) {
            let removed: BTreeSet<NoteId> = proposal.removed.iter().copied().collect();
            self.count("locked notes", old.iter().filter(locked).all(|note| !removed.contains(&note.id)));
        }
        let left: Vec<Note> =
            old.iter().filter(|note| !proposal.removed.contains(&note.id)).chain(&new).copied().collect();
        self.count("notes where asked", settings.mode != Mode::Variation || old.is_empty() || !left.is_empty());
        if let Some(most) = settings.polyphony {
            let at = |notes: &[Note], start: u32| notes.iter().filter(|note| note.start == start).count();
            let kept = |start| left.iter().filter(|note| own.contains(&note.id) && note.start == start).count();
            let held = new.iter().all(|note| at(&left, note.start) <= usize::from(most).max(kept(note.start)));
            self.count("most at once", held);
        }
        let drums = track.header.is_drums();
        let scale = match settings.scale.as_str() {
            "off" => None,
            "auto" => {
                let first = task.cells.iter().map(|cell| cell.bar).min().unwrap_or(0);
                let last = task.cells.iter().map(|cell| cell.bar).max().unwrap_or(0);
                Some(analysis::auto_scale(score, bars.bar(first).tick()..bars.bar(last).end()))
            }
            name => analysis::scale(name).ok(),
        };
        let fits = |pitch: u8| {
            scale.is_none_or(|scale| scale.has(pitch))
                && settings.range.is_none_or(|(low, high)| (low..=high).contains(&pitch))
        };
        if let Some(scale) = scale.filter(|_| !drums) {
            // What was only guessed takes nothing away of pitches that are kept.
            let variation = settings.mode == Mode::Variation && (0.4..0.6).contains(&settings.strength);
            let keeps = settings.keep.contains(&Keep::Pitches) || variation && !settings.chords;
            let free = settings.scale == "auto" && keeps;
            let own = |note: &Note| {
                let bar = bars.of_onset(note.start).index;
                let here = old.iter().filter(|other| bars.of_onset(other.start).index == bar);
                here.map(|other| other.pitch).collect::<PitchClasses>().has(note.pitch)
            };
            self.count("scale", new.iter().all(|note| scale.has(note.pitch) || free && own(note)));
        }
        if let Some((low, high)) = settings.range.filter(|_| !drums) {
            self.count("range", new.iter().all(|note| (low..=high).contains(&note.pitch)));
        }
        let theme = |note: &Note| old.iter().any(|own| own.start.abs_diff(note.start) <= u32::from(score.tpq) / 24);
        if settings.keep.contains(&Keep::Rhythm) && settings.mode == Mode::Variation {
            self.count("rhythm", new.iter().all(theme));
        }
        if settings.keep.contains(&Keep::Pitches) && settings.mode == Mode::Variation && !drums {
            let line = |notes: &[Note], cell: &Cell| {
                let here = |note: &&Note| bars.of_onset(note.start).index == cell.bar;
                let mut notes: Vec<Note> = notes.iter().filter(here).copied().collect();
                notes.sort_by_key(Note::order);
                notes.into_iter().map(|note| note.pitch).collect::<Vec<_>>()
            };
            // Each in turn is found behind the one before.
            let within = |part: &[u8], all: &[u8]| {
                let mut rest = all.iter();
                part.iter().all(|pitch| rest.any(|other| other == pitch))
            };
            let free: Vec<Note> = left.iter().filter(|note| !own.contains(&note.id)).copied().collect();
            // Of a bar that has none in scale and range, none can be kept.
            let some = |cell: &&Cell| line(&old, cell).into_iter().any(fits);
            let held = |cell: &Cell| within(&line(&free, cell), &line(&old, cell));
            self.count("pitches", task.cells.iter().filter(some).all(held));
        }
    }
}
