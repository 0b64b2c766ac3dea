//! P3: a document that is written and read again has the same notes, maps and events at the same ticks, and its second
//! writing is the same to the byte.

use crate::corpus::events;
use crate::material::{Dice, hex, small_file};
use formats::midi;
use score::{
    Chord, Event, EventKind, Header, Key, Lane, Marker, Meter, Mix, Note, Score, Source, Tempo, Tick, Track,
    chord_named,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const DOCUMENTS: u64 = 100_000;
const FILES: u64 = 20_000;

/// A document of any kind that people can make: also with tracks that share a channel, and with a program that no
/// event brings.
fn document(dice: &mut Dice) -> Score {
    let tpq = *dice.of(&[96, 120, 384, 480, 960, 32_767]);
    // Notes of one file track and channel may end each other only on keys of their own.
    let mut keys: BTreeSet<(u32, u8, u8)> = BTreeSet::new();
    let lanes = 1 + dice.below(4) as u32;
    let tracks = (0..dice.below(6) as u32).map(|id| {
        let (lane, channel) = (dice.below(lanes as usize) as u32, *dice.of(&[0, 1, 9, 15]));
        let name = String::from_utf8_lossy(&dice.bytes(8, 128)).into_owned();
        let header = Header { name, lane, channel, program: dice.byte(4), hue: 0, mix: Mix::default(), output: None };
        Arc::new(Track::new(id, header, notes(dice, tpq, |key| keys.insert((lane, channel, key)))))
    });
    let tracks = tracks.collect();
    let format = if lanes == 1 { dice.byte(3) } else { 1 + dice.byte(2) };
    Score {
        title: String::new(),
        tpq,
        source: Source { format, ppq: tpq },
        tempos: Arc::new(map(dice, tpq, |dice, tick| Tempo { tick, micros: 1 + dice.below(16_777_215) as u32 })),
        meters: Arc::new(map(dice, tpq, |dice, tick| Meter::new(tick, 1 + dice.byte(255), 1 << dice.below(7)))),
        keys: Arc::new(map(dice, tpq, |dice, tick| Key {
            tick,
            fifths: dice.byte(15) as i8 - 7,
            minor: dice.one_in(2),
        })),
        chords: Arc::new(map(dice, tpq, |dice, tick| Chord {
            tick,
            symbol: chord_named(dice.of::<&str>(&["C", "Bbm7/F", "N.C.", "F#dim7", "Esus4"])).unwrap(),
            detected: dice.one_in(2),
        })),
        markers: Arc::new(map(dice, tpq, |dice, tick| Marker { tick, text: dice.bytes(9, 256) })),
        lanes: (0..lanes).map(|_| Arc::new(lane(dice, tpq))).collect(),
        tracks,
    }
}

/// Notes on keys that are `free`, overlapping on one key so that the first to begin is the first to end.
fn notes(dice: &mut Dice, tpq: u16, mut free: impl FnMut(u8) -> bool) -> Vec<Note> {
    let mut notes = Vec::new();
    for _ in 0..dice.below(4) {
        let key = dice.byte(128);
        if !free(key) {
            continue;
        }
        let (mut start, mut end) = (tick(dice, tpq), 0);
        for _ in 0..dice.below(6) {
            end = start.max(end) + if dice.one_in(4) { 0 } else { dice.below(500) as Tick };
            let release = if dice.one_in(2) { Note::PLAIN_RELEASE } else { dice.byte(128) };
            notes.push(Note { release, ..Note::new(0, start, end - start, key, 1 + dice.byte(127)) });
            start += dice.below(400) as Tick;
        }
    }
    notes
}

/// Most events stand at a few ticks, so that they meet; some lie beyond the longest delta.
fn tick(dice: &mut Dice, tpq: u16) -> Tick {
    match dice.below(300) {
        // Where quarters are that fine, a piece may be that long.
        0 if tpq == 32_767 => 300_000_000,
        1..=100 => dice.below(100_000) as Tick,
        _ => 240 * dice.below(5) as Tick,
    }
}

fn map<T>(dice: &mut Dice, tpq: u16, one: impl Fn(&mut Dice, Tick) -> T) -> Vec<T> {
    let mut ticks: Vec<Tick> = (0..dice.below(4)).map(|_| tick(dice, tpq)).collect();
    ticks.sort_unstable();
    ticks.into_iter().map(|tick| one(dice, tick)).collect()
}

fn lane(dice: &mut Dice, tpq: u16) -> Lane {
    let events = map(dice, tpq, |dice, tick| Event { tick, kind: kind(dice) });
    let end = events.last().map_or(0, |event: &Event| event.tick) + dice.below(1000) as Tick;
    Lane { events: Arc::new(events), end }
}

fn kind(dice: &mut Dice) -> EventKind {
    let (channel, value) = (*dice.of(&[0, 1, 9, 15]), dice.byte(128));
    match dice.below(9) {
        0 => EventKind::Program { channel, program: dice.byte(4) },
        1 => EventKind::Control { channel, controller: dice.byte(128), value },
        2 => EventKind::Bend { channel, value: dice.below(16_384) as i16 - 8192 },
        3 => EventKind::Pressure { channel, value },
        4 => EventKind::KeyPressure { channel, key: dice.byte(128), value },
        5 => EventKind::SysEx { bytes: dice.bytes(300, 256), escape: dice.one_in(2) },
        6 => EventKind::Meta {
            code: 0x54,
            bytes: vec![96 + dice.byte(24), dice.byte(60), dice.byte(60), dice.byte(24), 50],
        },
        _ => EventKind::Meta {
            code: *dice.of(&[0x00, 0x01, 0x02, 0x05, 0x07, 0x21, 0x60, 0x7f]),
            bytes: dice.bytes(9, 256),
        },
    }
}

type Sound = (Tick, u8, Tick, u8, u8);

/// All notes by file track, channel and program, without their ids.
fn sounds(score: &Score) -> BTreeMap<(u32, u8, u8), Vec<Sound>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for track in &score.tracks {
        let Header { lane, channel, program, .. } = track.header;
        let notes = track.notes.iter().map(|note| (note.start, note.pitch, note.length, note.velocity, note.release));
        found.entry((lane, channel, program)).or_default().extend(notes);
    }
    found.retain(|_, notes| !notes.is_empty());
    found.values_mut().for_each(|notes| notes.sort_unstable());
    found
}

/// That `written` has the events of `lane` in their order, and beside them only programs that notes need, the name of
/// a track and rests.
fn assert_events(lane: &Lane, written: &Lane) {
    let mut wanted = lane.events.iter().peekable();
    for event in written.events.iter() {
        match &event.kind {
            _ if wanted.peek() == Some(&event) => drop(wanted.next()),
            EventKind::Program { .. } | EventKind::Meta { code: EventKind::TRACK_NAME, .. } => {}
            EventKind::Meta { code: EventKind::TEXT, bytes } if bytes.is_empty() => {}
            other => panic!("{other:?} was not there"),
        }
    }
    assert_eq!(wanted.next(), None, "an event is gone");
}

#[test]
fn generated_documents_survive() {
    for seed in 0..DOCUMENTS {
        let score = document(&mut Dice::new(seed));
        let once = midi::write(&score);
        let opened = midi::read(&once).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let stray = |repair: &midi::Repair| !matches!(repair, midi::Repair::Patterns);
        assert!(!opened.repairs.iter().any(stray), "seed {seed}: {:?}", opened.repairs);
        let read = opened.score;
        assert_eq!((read.tpq, read.source), (score.tpq, score.source), "seed {seed}");
        assert_eq!(sounds(&read), sounds(&score), "seed {seed}");
        assert_eq!(read.tempos, score.tempos, "seed {seed}");
        assert_eq!(read.meters, score.meters, "seed {seed}");
        assert_eq!(read.keys, score.keys, "seed {seed}");
        assert_eq!(read.chords, score.chords, "seed {seed}");
        assert_eq!(read.markers, score.markers, "seed {seed}");
        assert_eq!(read.lanes.len(), score.lanes.len(), "seed {seed}");
        for (before, after) in score.lanes.iter().zip(&read.lanes) {
            assert_events(before, after);
            assert!(after.end >= before.end, "seed {seed}");
        }
        assert!(midi::write(&read) == once, "seed {seed}: the second writing differs\n{}", hex(&once));
    }
}

/// Files that are read come back whole: the document, and every event as an independent reader finds it.
#[test]
fn generated_files_survive() {
    for seed in 0..FILES {
        let file = small_file(&mut Dice::new(seed));
        let first = midi::read(&file).unwrap().score;
        let once = midi::write(&first);
        let mut second = midi::read(&once).unwrap().score;
        let coarse = first.tpq / first.source.ppq;
        assert!(u32::from(first.source.ppq) * u32::from(coarse) == u32::from(first.tpq));
        for (before, after) in first.lanes.iter().zip(&mut second.lanes) {
            // The first lane ends later where it took the maps of all.
            assert!(after.end >= before.end, "seed {seed}");
            Arc::make_mut(after).end = before.end;
        }
        assert_eq!(first, second, "seed {seed}");
        assert_eq!(events(&file), events(&once), "seed {seed}");
        assert!(midi::write(&second) == once, "seed {seed}: the second writing differs");
    }
}
