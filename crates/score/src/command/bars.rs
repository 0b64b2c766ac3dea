//! Commands on whole bars of all tracks: time is put in, taken out, or played again.
//!
//! A note belongs to the bar in which it counts ([`crate::Bars::of_onset`]) and goes with it, whole, even where it sounds on
//! into the next. Of a note that is held from before into bars that are taken out, the part inside them is lost. A note
//! that is held into new bars keeps its length. Where bars are repeated, a note that is longer than all of them is cut
//! where its copy begins, and the last copy keeps the length.

mod copy;
mod lanes;
mod meters;

use super::alter::{exchange, removal};
use super::{NewNote, within};
use crate::maps::Timed;
use crate::{Change, Edit, Error, Note, Score, Tick, TrackId};
use std::sync::Arc;

/// The most bars that are put in, or times that bars are repeated, at once.
const MOST: u32 = 10_000;

/// Some bars, and what happens to them.
#[derive(Clone, Copy)]
struct Passage {
    /// Where they begin and end: bar lines.
    from: Tick,
    to: Tick,
    /// The first tick that counts in them, and the first that counts in the bar after them.
    first: Tick,
    after: Tick,
    action: Action,
}

#[derive(Clone, Copy)]
enum Action {
    /// So many ticks come before them.
    Insert(Tick),
    Delete,
    /// So many copies come after them.
    Repeat(u32),
}

impl Passage {
    fn length(&self) -> Tick {
        self.to - self.from
    }

    /// By how much what comes after them moves to the right.
    fn shift(&self) -> i64 {
        match self.action {
            Action::Insert(ticks) => i64::from(ticks),
            Action::Delete => -i64::from(self.length()),
            Action::Repeat(times) => i64::from(self.length()) * i64::from(times),
        }
    }

    /// A place after them, moved.
    fn moved(&self, tick: Tick) -> Tick {
        (i64::from(tick) + self.shift()).clamp(0, Tick::MAX.into()) as Tick
    }

    /// How far each copy lies to the right of the original.
    fn copies(&self) -> impl Iterator<Item = Tick> + use<> {
        let (length, times) = (self.length(), if let Action::Repeat(times) = self.action { times } else { 0 });
        (1..=times).map(move |number| length * number)
    }
}

impl Score {
    pub(super) fn insert_bars(&self, before: u32, count: u32) -> Result<Edit, Error> {
        within("number of bars", count, 1, MOST)?;
        let (bars, bar) = (self.bars(), self.passage(before, before, Action::Delete)?);
        // They have the metre of the bar before them.
        let index = before as usize - 1;
        let metre = bars.bar(index.saturating_sub(1)).meter;
        let whole = 4 * u64::from(metre.numerator) * u64::from(self.tpq) * u64::from(count);
        let ticks = Tick::try_from(whole / u64::from(metre.denominator.max(1))).unwrap_or(Tick::MAX);
        // Nothing is between their beginning and their end.
        let here = Passage { to: bar.from, after: bar.first, action: Action::Insert(ticks), ..bar };
        self.with_passage(format!("Insert {}", counted(count)), here)
    }

    pub(super) fn delete_bars(&self, from: u32, to: u32) -> Result<Edit, Error> {
        let passage = self.passage(from, to, Action::Delete)?;
        self.with_passage(format!("Delete {}", counted(to - from + 1)), passage)
    }

    pub(super) fn repeat_bars(&self, from: u32, to: u32, times: u32) -> Result<Edit, Error> {
        within("number of repetitions", times, 1, MOST)?;
        let passage = self.passage(from, to, Action::Repeat(times))?;
        self.with_passage(format!("Repeat {}", counted(to - from + 1)), passage)
    }

    /// Bars `from` to `to`, counted from 1, both included.
    fn passage(&self, from: u32, to: u32, action: Action) -> Result<Passage, Error> {
        within("first bar", from, 1, u32::MAX)?;
        within("last bar", to, from, u32::MAX)?;
        let bars = self.bars();
        let (index, next) = (from as usize - 1, to as usize);
        let passage = Passage {
            from: bars.bar(index).tick(),
            to: bars.bar(next).tick(),
            first: bars.first_tick(index),
            after: bars.first_tick(next),
            action,
        };
        within("end of the last bar in ticks", passage.to, 0, Score::LAST_TICK)?;
        Ok(passage)
    }

    fn with_passage(&self, label: String, passage: Passage) -> Result<Edit, Error> {
        let last = i64::from(self.last_moment()).max(passage.to.into());
        within("end of the piece in ticks", last + passage.shift(), 0, Score::LAST_TICK.into())?;
        let mut changes = self.notes_of(passage)?;
        changes.extend(self.lanes_of(passage));
        let open = last > i64::from(passage.to);
        changes.push(Change::Tempos { before: self.tempos.clone(), after: Arc::new(map(&self.tempos, passage, open)) });
        changes.push(Change::Meters { before: self.meters.clone(), after: Arc::new(self.meters_of(passage, open)) });
        changes.push(Change::Keys { before: self.keys.clone(), after: Arc::new(map(&self.keys, passage, open)) });
        changes.push(Change::Chords { before: self.chords.clone(), after: Arc::new(map(&self.chords, passage, open)) });
        let markers = Arc::new(markers(&self.markers, passage, open));
        changes.push(Change::Markers { before: self.markers.clone(), after: markers });
        changes.retain(|change| !change.is_nothing());
        Ok(Edit::new(label, changes))
    }

    /// The last tick at which anything is.
    fn last_moment(&self) -> Tick {
        let maps = [
            self.tempos.last().map(Timed::tick),
            self.meters.last().map(Timed::tick),
            self.keys.last().map(Timed::tick),
            self.chords.last().map(Timed::tick),
            self.markers.last().map(Timed::tick),
        ];
        let lanes = self.lanes.iter().filter_map(|lane| lane.events.last().map(Timed::tick));
        maps.into_iter().flatten().chain(lanes).fold(self.end(), Tick::max)
    }

    fn notes_of(&self, passage: Passage) -> Result<Vec<Change>, Error> {
        let mut changes = Vec::new();
        let mut copied: Vec<(TrackId, NewNote)> = Vec::new();
        for track in &self.tracks {
            for &note in track.notes.iter() {
                let fate = passage.fate(note);
                match fate {
                    None => changes.push(removal((track.id, note))),
                    Some(after) if after != note => changes.push(exchange(track.id, note, after)),
                    Some(_) => {}
                }
                if (passage.first..passage.after).contains(&note.start) {
                    let mut copies = passage.copies().peekable();
                    while let Some(later) = copies.next() {
                        let length =
                            if copies.peek().is_some() { note.length.min(passage.length()) } else { note.length };
                        let start = note.start.saturating_add(later);
                        copied.push((track.id, NewNote { start, length: length.max(1), ..note.into() }));
                    }
                }
            }
        }
        changes.extend(self.additions(copied.into_iter())?);
        Ok(changes)
    }
}

impl Passage {
    /// What becomes of a note; none if it is taken out.
    fn fate(&self, note: Note) -> Option<Note> {
        let ends = |end: Tick| Note { length: end - note.start, ..note };
        match self.action {
            _ if note.start >= self.after => Some(Note { start: self.moved(note.start), ..note }),
            Action::Insert(_) => Some(note),
            Action::Delete if note.start >= self.first => None,
            Action::Delete if note.end() <= self.from => Some(note),
            Action::Delete => Some(ends(if note.end() <= self.to { self.from } else { note.end() - self.length() })),
            Action::Repeat(_) if note.start >= self.first && note.length > self.length() => {
                Some(Note { length: self.length(), ..note })
            }
            Action::Repeat(_) => Some(note),
        }
    }
}

/// A map whose entries hold until the next: what was in force anywhere is in force there still. `open`: something comes
/// after the passage.
fn map<T: Timed>(map: &[T], passage: Passage, open: bool) -> Vec<T> {
    let mut parts = Parts::of(map, passage);
    let beginning = passage.from == 0;
    match passage.action {
        Action::Insert(_) if beginning => {
            // What holds from the beginning holds in the new bars too.
            let stay = parts.after.partition_point(|entry| entry.tick() == 0);
            parts.before.extend(parts.after.drain(..stay));
            parts.joined(passage, Vec::new())
        }
        Action::Insert(_) => parts.joined(passage, Vec::new()),
        Action::Delete => {
            let held = parts.inside.last().filter(|_| open && !parts.is_new_at(passage.to));
            let held = held.filter(|held| !parts.before.last().is_some_and(|old| old.is_like(held)));
            let between = held.map(|held| held.at(passage.from)).into_iter().collect();
            parts.inside.clear();
            parts.joined(passage, between)
        }
        Action::Repeat(_) => {
            let opening = parts.inside.iter().rfind(|entry| entry.tick() <= passage.from).or(parts.before.last());
            let opening = opening.cloned().or_else(T::unsaid).filter(|_| !parts.inside.is_empty());
            let mut copies: Vec<T> = Vec::new();
            for later in passage.copies() {
                copies.extend(opening.iter().map(|entry| entry.at(passage.from + later)));
                let rest = parts.inside.iter().filter(|entry| entry.tick() > passage.from);
                copies.extend(rest.map(|entry| entry.at(entry.tick() + later)));
            }
            // What says the same as what holds there already says nothing.
            let mut holds = parts.inside.last().cloned();
            copies.retain(|copy| !holds.replace(copy.clone()).is_some_and(|old| old.is_like(copy)));
            parts.joined(passage, copies)
        }
    }
}

/// Markers begin sections: the last one that is taken out begins what is left of its section.
fn markers(all: &[crate::Marker], passage: Passage, open: bool) -> Vec<crate::Marker> {
    let mut parts = Parts::of(all, passage);
    let between = match passage.action {
        Action::Insert(_) => Vec::new(),
        Action::Delete => {
            let held = parts.inside.last().filter(|_| open && !parts.is_new_at(passage.to));
            let held = held.map(|held| held.at(passage.from)).into_iter().collect();
            parts.inside.clear();
            held
        }
        Action::Repeat(_) => {
            let copy = |later| parts.inside.iter().map(move |marker| marker.at(marker.tick() + later));
            passage.copies().flat_map(copy).collect()
        }
    };
    parts.joined(passage, between)
}

/// What is before, inside and after a passage.
struct Parts<T> {
    before: Vec<T>,
    inside: Vec<T>,
    after: Vec<T>,
}

impl<T: Timed> Parts<T> {
    fn of(all: &[T], passage: Passage) -> Self {
        let first = all.partition_point(|one| one.tick() < passage.first);
        let after = all.partition_point(|one| one.tick() < passage.after).max(first);
        Parts { before: all[..first].to_vec(), inside: all[first..after].to_vec(), after: all[after..].to_vec() }
    }

    /// Whether something after the passage stands at its end.
    fn is_new_at(&self, to: Tick) -> bool {
        self.after.first().is_some_and(|entry| entry.tick() <= to)
    }

    /// All of it, with `between` before what comes after.
    fn joined(self, passage: Passage, between: Vec<T>) -> Vec<T> {
        let after = self.after.iter().map(|entry| entry.at(passage.moved(entry.tick())));
        let mut all: Vec<T> = self.before.into_iter().chain(self.inside).chain(between).chain(after).collect();
        all.sort_by_key(Timed::tick);
        all
    }
}

/// "a bar", "4 bars".
fn counted(bars: u32) -> String {
    if bars == 1 { "a bar".into() } else { format!("{bars} bars") }
}

#[cfg(test)]
mod tests;
