//! Random pieces and random edits of them, from a seed.

use score::{Change, Edit, Event, EventKind, Header, Key, Lane, Marker, Meter, Note, NoteId, Score, Tempo, Track};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, sides: usize) -> usize {
        (self.roll() % sides.max(1) as u64) as usize
    }
}

/// The checksum of a score, in hexadecimal.
pub fn hash(score: &Score) -> String {
    Sha256::digest(score.to_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A piece of `count` notes on three tracks.
pub fn piece(dice: &mut Dice, count: u32) -> Score {
    let mut score = Score { title: format!("Piece {}", dice.below(1000)), ..Score::empty() };
    for index in 0..3 {
        let ids = (0..count).filter(|id| id % 3 == index);
        let notes = ids.map(|id| note(dice, id)).collect();
        score.tracks.push(Arc::new(Track::new(index, header(dice, index), notes)));
    }
    score
}

/// An edit that `score` can take.
pub fn edit(dice: &mut Dice, score: &Score) -> Edit {
    let change = match dice.below(16) {
        0 => Change::Title { before: score.title.clone(), after: format!("Title \"{}\" ü", dice.below(1000)) },
        1 => tempos(dice, score),
        2 => Change::Meters { before: score.meters.clone(), after: Arc::new(vec![Meter::new(0, 3, 4)]) },
        3 => keys(dice, score),
        4 => markers(dice, score),
        5 => lane(dice, score),
        6 => events(dice, score),
        7 => track(dice, score),
        8 => retitled_track(dice, score),
        _ => return notes(dice, score),
    };
    Edit::new("Change", vec![change])
}

/// An edit of up to 40 notes of one track: added, removed and altered.
pub fn notes(dice: &mut Dice, score: &Score) -> Edit {
    let Some(track) = score.tracks.get(dice.below(score.tracks.len())) else {
        return Edit::new("Nothing to change", vec![]);
    };
    let used = score.tracks.iter().flat_map(|track| track.notes.iter()).map(|note| note.id.0).max();
    let first = used.map_or(0, |id| id + 1);
    let mut changes = BTreeMap::new();
    for id in first..first + 1 + dice.below(20) as u32 {
        changes.insert(NoteId(id), (None, Some(note(dice, id))));
    }
    for _ in 0..dice.below(20) {
        if let Some(&before) = track.notes.get(dice.below(track.notes.len())) {
            let moved = Note { locked: !before.locked, ..note(dice, before.id.0) };
            changes.insert(before.id, (Some(before), (dice.below(3) > 0).then_some(moved)));
        }
    }
    let change = |(before, after)| Change::Note { track: track.id, before, after };
    Edit::new("Change notes", changes.into_values().map(change).collect())
}

/// An edit that moves the first `count` notes of every track by `ticks`.
pub fn nudge(score: &Score, count: usize, ticks: u32) -> Edit {
    let mut changes = Vec::new();
    for track in &score.tracks {
        changes.extend(track.notes.iter().take(count / score.tracks.len()).map(|before| Change::Note {
            track: track.id,
            before: Some(*before),
            after: Some(Note { start: before.start + ticks, ..*before }),
        }));
    }
    Edit::new("Move notes", changes)
}

fn note(dice: &mut Dice, id: u32) -> Note {
    let start = dice.below(960 * 400) as u32;
    Note::new(id, start, 1 + dice.below(2000) as u32, dice.below(128) as u8, 1 + dice.below(127) as u8)
}

fn header(dice: &mut Dice, index: u32) -> Header {
    let name = format!("Track {}", dice.below(100));
    Header {
        name,
        lane: 0,
        channel: (index % 16) as u8,
        program: dice.below(128) as u8,
        hue: 0,
        mix: Default::default(),
        output: None,
    }
}

fn tempos(dice: &mut Dice, score: &Score) -> Change {
    let after =
        (0..dice.below(5)).map(|n| Tempo { tick: n as u32 * 960, micros: 300_000 + dice.below(500_000) as u32 });
    Change::Tempos { before: score.tempos.clone(), after: Arc::new(after.collect()) }
}

fn keys(dice: &mut Dice, score: &Score) -> Change {
    let key = Key { tick: 0, fifths: dice.below(15) as i8 - 7, minor: dice.below(2) == 0 };
    Change::Keys { before: score.keys.clone(), after: Arc::new(vec![key]) }
}

fn markers(dice: &mut Dice, score: &Score) -> Change {
    let text = (0..dice.below(12)).map(|_| dice.below(256) as u8).collect();
    let marker = Marker { tick: dice.below(9000) as u32, text };
    Change::Markers { before: score.markers.clone(), after: Arc::new(vec![marker]) }
}

fn lane(dice: &mut Dice, score: &Score) -> Change {
    match score.lanes.last() {
        Some(last) if score.lanes.len() > 1 && dice.below(2) == 0 => {
            Change::Lane { before: Some(Box::new(Lane::clone(last))), after: None }
        }
        _ => Change::Lane { before: None, after: Some(Box::default()) },
    }
}

fn events(dice: &mut Dice, score: &Score) -> Change {
    let at = dice.below(score.lanes.len());
    let event = Event { tick: 7, kind: EventKind::SysEx { bytes: vec![dice.below(256) as u8; 9], escape: false } };
    Change::Events { lane: at as u32, before: score.lanes[at].events.clone(), after: Arc::new(vec![event]) }
}

fn track(dice: &mut Dice, score: &Score) -> Change {
    let index = dice.below(score.tracks.len());
    match score.tracks.get(index) {
        Some(track) if score.tracks.len() > 4 => {
            Change::Track { index, before: Some(Box::new(Track::clone(track))), after: None }
        }
        _ => {
            let id = score.tracks.iter().map(|track| track.id.0 + 1).max().unwrap_or(0);
            let after = Track::new(id, header(dice, id), vec![]);
            Change::Track { index, before: None, after: Some(Box::new(after)) }
        }
    }
}

fn retitled_track(dice: &mut Dice, score: &Score) -> Change {
    match score.tracks.get(dice.below(score.tracks.len())) {
        Some(track) => {
            let after = header(dice, u32::from(track.header.channel));
            Change::Header { track: track.id, before: Box::new(track.header.clone()), after: Box::new(after) }
        }
        None => keys(dice, score),
    }
}
