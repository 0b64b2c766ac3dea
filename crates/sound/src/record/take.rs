//! Takes: what was played, as notes and controllers in ticks.

use super::run::Run;
use super::tape::Taking;
use super::{Message, Played};
use score::{Controller, NewNote, Note, Score, TempoMap, Tick};
use std::collections::BTreeMap;

/// Milliseconds before the music began in which a key is held to be early rather than outside.
const EARLY: f64 = 150.0;

/// Controllers that hold on from before the music began: pedals, wheels.
const HELD_ON: [Controller; 5] = [
    Controller::Control(1),
    Controller::Control(64),
    Controller::Control(66),
    Controller::Control(67),
    Controller::Bend,
];

/// Values of a controller in a stretch of time, in the place of all that were there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// Of what.
    pub controller: Controller,
    /// First tick.
    pub from: Tick,
    /// The tick after the last.
    pub to: Tick,
    /// Ticks, rising, and values in the controller's range.
    pub points: Vec<(Tick, i16)>,
}

/// A stretch in which a hand has set another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch {
    /// First tick.
    pub from: Tick,
    /// The tick after the last: the next program, or where the music stopped or turned.
    pub to: Tick,
    /// General MIDI program, 0..=127.
    pub program: u8,
}

/// What was played, ready to be put into tracks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Take {
    /// Its notes by onset; each ends where its key came up, or where the music stopped.
    pub notes: Vec<NewNote>,
    /// Those that were played with another program than the tracks' own, by program.
    pub elsewhere: BTreeMap<u8, Vec<NewNote>>,
    /// Where programs were set while the music went on, in order; later ones stand in the place of earlier ones.
    pub switches: Vec<Switch>,
    /// Its controllers; later ones stand in the place of earlier ones.
    pub curves: Vec<Curve>,
    /// The stretches in which the music went on, sorted and apart from each other: first tick, and the one after the last.
    pub spans: Vec<(Tick, Tick)>,
}

impl Take {
    /// Whether nothing was played.
    pub fn is_empty(&self) -> bool {
        self.count() == 0 && self.curves.is_empty() && self.switches.is_empty()
    }

    /// How many notes it has, with whatever program.
    pub fn count(&self) -> usize {
        self.notes.len() + self.elsewhere.values().map(Vec::len).sum::<usize>()
    }
}

/// A key that is down.
#[derive(Clone, Copy)]
struct Down {
    run: usize,
    tick: f64,
    velocity: u8,
    program: Option<u8>,
}

/// A note and the run in which it began.
struct Sung {
    run: usize,
    note: NewNote,
    program: Option<u8>,
}

/// A program that was set while the music went on, or the tracks' own.
struct Set {
    run: usize,
    tick: f64,
    program: Option<u8>,
}

/// The take of `played`, which is sorted by time, in these runs; `program`: what a hand had set before.
pub(super) fn notes(
    played: impl Iterator<Item = Played>,
    runs: &[Run],
    score: &Score,
    taking: Taking,
    mut program: Option<u8>,
) -> Take {
    let tempo = score.tempo_map();
    let mut down: BTreeMap<(u32, u8), Down> = BTreeMap::new();
    let mut sung: Vec<Sung> = Vec::new();
    let mut turns: Vec<(usize, Controller, f64, i16)> = Vec::new();
    let mut held_on: BTreeMap<Controller, i16> = BTreeMap::new();
    let mut set: Vec<Set> = Vec::new();
    for Played { at_ms, source, message } in played {
        let place = place(at_ms, runs, &tempo);
        match message {
            Message::On { key, velocity } => {
                up(&mut down, &mut sung, runs, (source, key), place, Note::PLAIN_RELEASE);
                if let Some((run, tick)) = place {
                    down.insert((source, key), Down { run, tick, velocity, program });
                }
            }
            Message::Off { key, velocity } => up(&mut down, &mut sung, runs, (source, key), place, velocity),
            Message::AllOff => {
                let keys: Vec<_> = down.keys().copied().filter(|(one, _)| *one == source).collect();
                keys.into_iter().for_each(|key| up(&mut down, &mut sung, runs, key, place, Note::PLAIN_RELEASE));
            }
            Message::Program { program: now } => {
                program = now;
                set.extend(place.map(|(run, tick)| Set { run, tick, program }));
            }
            Message::Turn { controller, value } => match place {
                Some((run, tick)) => turns.push((run, controller, tick, value)),
                None if runs.first().is_some_and(|run| at_ms < run.from_ms) => drop(held_on.insert(controller, value)),
                None => {}
            },
        }
    }
    while let Some((&key, _)) = down.first_key_value() {
        up(&mut down, &mut sung, runs, key, None, Note::PLAIN_RELEASE);
    }
    if let Some(grid) = taking.grid {
        sung.iter_mut().for_each(|sung| quantize(sung, &runs[sung.run], score, grid));
    }
    if taking.replace {
        let span = |run: usize| whole(runs[run].from)..whole(runs[run].to);
        let last = |sung: &Sung| (sung.run + 1..runs.len()).all(|later| !span(later).contains(&sung.note.start));
        sung.retain(last);
    }
    for controller in HELD_ON {
        if let Some(&value) = held_on.get(&controller).filter(|value| **value != 0) {
            turns.push((0, controller, runs[0].from, value));
        }
    }
    turns.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)).then(one.2.total_cmp(&other.2)));
    sung.sort_by_key(|Sung { note, .. }| (note.start, note.pitch, note.length));
    let (mut notes, mut elsewhere) = (Vec::new(), BTreeMap::<u8, Vec<NewNote>>::new());
    for Sung { note, program, .. } in sung {
        program.map_or(&mut notes, |program| elsewhere.entry(program).or_default()).push(note);
    }
    let curves = turns.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1));
    let curves = curves.filter_map(|turns| curve(turns, &runs[turns[0].0], taking.replace)).collect();
    Take { notes, elsewhere, switches: switches(&set, runs), curves, spans: spans(runs) }
}

/// What was set in these runs, each until the next or the end of its run.
fn switches(set: &[Set], runs: &[Run]) -> Vec<Switch> {
    let tick = |tick: f64| whole(tick).min(Score::LAST_TICK);
    let ends = set.iter().skip(1).map(Some).chain([None]);
    let stretch = |(one, next): (&Set, Option<&Set>)| {
        let to = next.filter(|next| next.run == one.run).map_or(runs[one.run].to, |next| next.tick);
        Some(Switch { from: tick(one.tick), to: tick(to), program: one.program? }).filter(|one| one.from < one.to)
    };
    set.iter().zip(ends).filter_map(stretch).collect()
}

/// In which run a moment lies, and at which tick; a little before a run counts as its beginning.
fn place(at_ms: f64, runs: &[Run], tempo: &TempoMap) -> Option<(usize, f64)> {
    let run = runs.partition_point(|run| run.to_ms <= at_ms);
    let found = runs.get(run)?;
    (at_ms >= found.from_ms - EARLY).then(|| (run, found.tick(at_ms, tempo).clamp(found.from, found.to)))
}

/// A key comes up: its note ends here, or where its run ended.
fn up(
    down: &mut BTreeMap<(u32, u8), Down>,
    sung: &mut Vec<Sung>,
    runs: &[Run],
    key: (u32, u8),
    place: Option<(usize, f64)>,
    release: u8,
) {
    let Some(began) = down.remove(&key) else { return };
    let end = match place {
        Some((run, tick)) if run == began.run => tick,
        _ => runs[began.run].to,
    };
    let start = whole(began.tick).min(Score::LAST_TICK - 1);
    let length = whole(end).min(Score::LAST_TICK).saturating_sub(start).max(1);
    let note = NewNote { release, ..NewNote::new(start, length, key.1, began.velocity) };
    sung.push(Sung { run: began.run, note, program: began.program });
}

/// Draws an onset to the grid; one that belongs to the loop's end begins the loop. The length stays.
fn quantize(Sung { note, .. }: &mut Sung, run: &Run, score: &Score, grid: Tick) {
    note.start = score.on_grid(note.start, grid).min(Score::LAST_TICK - 1);
    if let Some(from) = run.turned_to.filter(|_| note.start >= whole(run.to)) {
        note.start = from;
    }
    note.length = note.length.min(Score::LAST_TICK - note.start);
}

/// The values of one controller in one run. Where it ends, pedals come up and the wheel goes back.
fn curve(turns: &[(usize, Controller, f64, i16)], run: &Run, whole_run: bool) -> Option<Curve> {
    let controller = turns[0].1;
    let (low, high) = controller.range();
    let (start, end) = (whole(run.from).min(Score::LAST_TICK), whole(run.to).min(Score::LAST_TICK));
    let mut points: Vec<(Tick, i16)> = Vec::with_capacity(turns.len() + 1);
    let mut put = |tick: Tick, value: i16| {
        let value = value.clamp(low, high);
        match points.last_mut() {
            Some(last) if last.0 == tick => last.1 = value,
            Some(last) if last.1 == value => {}
            _ => points.push((tick, value)),
        }
    };
    for &(_, _, tick, value) in turns {
        put(whole(tick).clamp(start, end), value);
    }
    if HELD_ON.contains(&controller) && turns.last().is_some_and(|last| last.3 != 0) {
        put(end, 0);
    }
    let (first, last) = (points.first()?.0, points.last()?.0);
    let (from, to) = if whole_run { (start.min(first), end.max(last)) } else { (first, last) };
    Some(Curve { controller, from, to: to.saturating_add(1).min(Score::LAST_TICK + 1), points })
}

fn spans(runs: &[Run]) -> Vec<(Tick, Tick)> {
    let mut spans: Vec<(Tick, Tick)> = runs.iter().map(|run| (whole(run.from), whole(run.to))).collect();
    spans.retain(|(from, to)| from < to);
    spans.sort_unstable();
    let mut merged: Vec<(Tick, Tick)> = Vec::new();
    for (from, to) in spans {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// The nearest tick.
fn whole(tick: f64) -> Tick {
    tick.round().clamp(0.0, f64::from(Tick::MAX)) as Tick
}
