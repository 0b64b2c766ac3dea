//! What is in lanes where bars come and go: controllers keep the values that they had, words go with their notes.

use super::{Action, Parts, Passage};
use crate::maps::Timed;
use crate::{Change, Event, EventKind, Score, Tick};
use std::sync::Arc;

/// Meta types of words that are sung or read at their place: text, lyric, marker, cue (Standard MIDI Files 1.0).
const WORDS: [u8; 4] = [EventKind::TEXT, EventKind::LYRIC, 0x06, 0x07];

/// Values at which controllers start (General MIDI 1; MIDI 1.0, reset all controllers).
const STARTS: [(u8, u8); 7] = [(1, 0), (7, 100), (10, 64), (11, 127), (64, 0), (91, 40), (93, 0)];

impl Score {
    pub(super) fn lanes_of(&self, passage: Passage) -> Vec<Change> {
        let mut changes = Vec::new();
        for (lane, before) in (0..).zip(&self.lanes) {
            let after = Arc::new(events(&before.events, passage));
            changes.push(Change::Events { lane, before: before.events.clone(), after });
            let end = before.end;
            if end > passage.from {
                // A lane that ends inside what is taken out ends there.
                let after = if end < passage.to { passage.from.max(passage.moved(end)) } else { passage.moved(end) };
                changes.push(Change::End { lane, before: end, after });
            }
        }
        changes
    }
}

fn events(events: &[Event], passage: Passage) -> Vec<Event> {
    let mut parts = Parts::of(events, passage);
    let between = match passage.action {
        Action::Insert(_) => {
            if passage.from == 0 {
                // What sets the piece up does so before the new bars.
                let (stay, go) = parts.after.into_iter().partition(|event| event.tick == 0 && !is_word(&event.kind));
                parts.before = stay;
                parts.after = go;
            }
            Vec::new()
        }
        Action::Delete => {
            let inside = std::mem::take(&mut parts.inside);
            // Not after what is moved to just before the bar line.
            let at = parts.after.first().map_or(passage.from, |event| passage.moved(event.tick).min(passage.from));
            inside
                .iter()
                .enumerate()
                .filter(|(place, event)| lasts(event, &inside[place + 1..]))
                .map(|(_, event)| event.at(at))
                .collect()
        }
        Action::Repeat(_) => {
            let opening = opening(&parts, passage);
            let copied: Vec<&Event> =
                parts.inside.iter().filter(|event| event.kind.channel().is_some() || is_word(&event.kind)).collect();
            let copy = |later: Tick| {
                let opening = opening.iter().map(move |kind| Event { tick: passage.from + later, kind: kind.clone() });
                let mut all: Vec<Event> =
                    opening.chain(copied.iter().map(|event| event.at(event.tick + later))).collect();
                all.sort_by_key(Timed::tick);
                all
            };
            passage.copies().flat_map(copy).collect()
        }
    };
    parts.joined(passage, between)
}

fn is_word(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Meta { code, .. } if WORDS.contains(code))
}

/// Whether an event that is taken out still has to be said for what comes after; `rest`: what is taken out after it.
fn lasts(event: &Event, rest: &[Event]) -> bool {
    match &event.kind {
        // Parameter numbers and data entry mean what they mean together; a reset, what came before it.
        EventKind::Control { controller: 6 | 38 | 96..=101 | 121, .. } => true,
        EventKind::Control { controller: 120.., .. } | EventKind::KeyPressure { .. } => false,
        EventKind::SysEx { .. } => true,
        EventKind::Meta { .. } => !is_word(&event.kind),
        kind => !rest.iter().any(|later| is_same(&later.kind, kind)),
    }
}

/// Whether two events set the same thing.
fn is_same(a: &EventKind, b: &EventKind) -> bool {
    let same_kind = std::mem::discriminant(a) == std::mem::discriminant(b) && a.channel() == b.channel();
    match (a, b) {
        (EventKind::Control { controller: a, .. }, EventKind::Control { controller: b, .. }) => same_kind && a == b,
        _ => same_kind,
    }
}

/// What a copy says first, so that it begins as the original began: the values that hold at the beginning of all that
/// the passage changes later.
fn opening(parts: &Parts<Event>, passage: Passage) -> Vec<EventKind> {
    let mut said: Vec<EventKind> = Vec::new();
    let changing = |kind: &EventKind| match kind {
        EventKind::Control { controller, .. } => *controller < 96 && !matches!(controller, 6 | 38),
        EventKind::Bend { .. } | EventKind::Pressure { .. } => true,
        _ => false,
    };
    for Event { tick, kind } in parts.inside.iter().filter(|event| changing(&event.kind)) {
        if said.iter().any(|one| is_same(one, kind)) {
            continue;
        }
        let before = parts.before.iter().rfind(|event| is_same(&event.kind, kind)).map(|event| event.kind.clone());
        match before.or_else(|| start(kind)) {
            // One that is set at the beginning is copied from there.
            _ if *tick <= passage.from => {}
            Some(value) => said.push(value),
            None => {}
        }
    }
    said
}

/// What holds where nothing was said.
fn start(kind: &EventKind) -> Option<EventKind> {
    match *kind {
        EventKind::Control { channel, controller, .. } => {
            let (_, value) = STARTS.into_iter().find(|(number, _)| *number == controller)?;
            Some(EventKind::Control { channel, controller, value })
        }
        EventKind::Bend { channel, .. } => Some(EventKind::Bend { channel, value: 0 }),
        EventKind::Pressure { channel, .. } => Some(EventKind::Pressure { channel, value: 0 }),
        _ => None,
    }
}
