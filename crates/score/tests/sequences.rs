//! Random sequences of commands: undoing all of them gives the bytes at the start, redoing all the bytes at the end,
//! every note on the way can be written into a file, and a mirror that only ever heard the patches shows the same notes.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use score::{
    Chord, Command, Controller, CurveColumns, Edge, Edit, History, Landmark, Mix, NewCurve, NewNote, NewNotes, Note,
    NoteId, Nudge, Output, Patch, Score, Spread, TrackId, Transform, VelocityChange, text,
};
use std::collections::BTreeMap;

/// Above this the sequences delete instead of adding, so that they stay quick.
const MANY: usize = 40;

const START: &str = "C4:1 [E4 G4]:1/2 A4:1/2! R:1 C5:2@100\nC2:4 G2:2 C2:2\n[C3 E3]:1~ R:1 [D3 F3]:2";

/// What the window keeps: every note's track, onset, length, pitch, velocity and flags, the controllers of every
/// track, and everything beside notes.
#[derive(Default)]
struct Mirror {
    notes: BTreeMap<u32, [u32; 7]>,
    beside: Patch,
    /// By track and controller: ticks and values.
    curves: BTreeMap<(u32, u8), Vec<(u32, i16)>>,
}

impl Mirror {
    fn of(score: &Score) -> Self {
        let mut mirror = Mirror::default();
        for track in &score.tracks {
            for note in track.notes.iter() {
                let rest = [note.pitch, note.velocity, note.flags()].map(u32::from);
                let values = [track.id.0, note.start, note.length, rest[0], rest[1], rest[2], note.release.into()];
                mirror.notes.insert(note.id.0, values);
            }
        }
        let headers =
            score.tracks.iter().map(|track| score::TrackHeader { id: track.id, header: track.header.clone() });
        mirror.beside.tracks = Some(headers.collect());
        mirror.beside.tempos = Some(score.tempos.to_vec());
        mirror.beside.meters = Some(score.meters.to_vec());
        mirror.beside.keys = Some(score.keys.to_vec());
        mirror.beside.title = Some(score.title.clone());
        mirror.beside.chords = Some(score.chords.to_vec());
        mirror.beside.markers = Some(score.markers.to_vec());
        let voiced = score.voiced();
        for track in &score.tracks {
            for point in score.points(track, &voiced) {
                let curve = mirror.curves.entry((track.id.0, point.controller.code())).or_default();
                curve.push((point.tick, point.value));
            }
        }
        mirror
    }

    fn take(&mut self, patch: Patch) {
        for id in &patch.removed {
            assert!(self.notes.remove(&id.0).is_some(), "the mirror never had note {}", id.0);
        }
        let columns = &patch.notes;
        for row in 0..columns.len() {
            let rest = [columns.pitch[row], columns.velocity[row], columns.flags[row]].map(u32::from);
            let release = columns.release.get(row).copied().unwrap_or(Note::PLAIN_RELEASE).into();
            let values =
                [columns.track[row], columns.start[row], columns.length[row], rest[0], rest[1], rest[2], release];
            self.notes.insert(columns.id[row], values);
        }
        for header in patch.headers {
            for known in self.beside.tracks.iter_mut().flatten().filter(|known| known.id == header.id) {
                *known = header.clone();
            }
        }
        self.beside.tracks = patch.tracks.or(self.beside.tracks.take());
        let left: Vec<u32> = self.beside.tracks.iter().flatten().map(|track| track.id.0).collect();
        self.curves.retain(|(track, _), _| left.contains(track));
        for CurveColumns { track, controller, from, to, tick, value } in patch.curves {
            if controller == CurveColumns::ALL {
                self.curves.retain(|(one, _), _| *one != track);
                continue;
            }
            let curve = self.curves.entry((track, controller)).or_default();
            let at = curve.partition_point(|point| point.0 < from);
            let end = curve.partition_point(|point| point.0 <= to);
            curve.splice(at..end, tick.into_iter().zip(value));
        }
        self.curves.retain(|_, curve| !curve.is_empty());
        self.beside.chords = patch.chords.or(self.beside.chords.take());
        self.beside.markers = patch.markers.or(self.beside.markers.take());
        self.beside.tempos = patch.tempos.or(self.beside.tempos.take());
        self.beside.meters = patch.meters.or(self.beside.meters.take());
        self.beside.keys = patch.keys.or(self.beside.keys.take());
        self.beside.title = patch.title.or(self.beside.title.take());
        assert_eq!(self.checksum(), patch.checksum);
        let end = self.notes.values().map(|note| note[1] + note[2]).max().unwrap_or(0);
        assert_eq!(end, patch.end);
    }

    /// As `Score::checksum` describes it.
    fn checksum(&self) -> u32 {
        let number = |(id, [track, start, length, pitch, velocity, flags, _]): (&u32, &[u32; 7])| {
            let words = [*id, *track, *start, *length, pitch + 256 * velocity + 65536 * flags];
            let mut h = words.iter().fold(0x811C_9DC5_u32, |h, word| (h ^ word).wrapping_mul(0x0100_0193));
            h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
            h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
            h ^ (h >> 16)
        };
        self.notes.iter().map(number).fold(0, u32::wrapping_add)
    }
}

/// A command for this document out of four random numbers.
fn command(score: &Score, [kind, which, a, b]: [u32; 4]) -> Command {
    let all: Vec<NoteId> = score.tracks.iter().flat_map(|track| track.notes.iter()).map(|note| note.id).collect();
    let first = which as usize % (all.len() + 1);
    let ids = all[first..(first + 1 + which as usize / 1_000 % 6).min(all.len())].to_vec();
    let track = score.tracks.get(which as usize % score.tracks.len().max(1)).map_or(TrackId(0), |track| track.id);
    let note = |a: u32| NewNote {
        release: if a.is_multiple_of(3) { (b % 128) as u8 } else { Note::PLAIN_RELEASE },
        ..NewNote::new(a % 20_000, 1 + b % 4_000, (a % 128) as u8, 1 + (b % 127) as u8)
    };
    let notes = vec![note(a), note(b)];
    let signed = |value: u32, span: u32| (value % (2 * span + 1)) as i32 - span as i32;
    let tick = a % 10_000;
    let kind = if all.len() > MANY { 1 } else { kind % 55 };
    match kind {
        0 => Command::AddNotes { track, notes },
        1 => Command::DeleteNotes { ids },
        2..=4 => Command::MoveNotes { ids, ticks: signed(a, 3_000) * (b % 2) as i32, semitones: signed(b, 30) },
        5 => Command::ResizeNotes {
            ids,
            ticks: signed(a, 1_000),
            edge: if b.is_multiple_of(2) { Edge::Start } else { Edge::End },
        },
        6 => Command::SetVelocity { ids, velocity: VelocityChange::Set(1 + (a % 127) as u8) },
        7 => Command::SetVelocity { ids, velocity: VelocityChange::Add(signed(a, 60) as i16) },
        8 => Command::SetVelocity { ids, velocity: VelocityChange::Scale((a % 300) as u16) },
        9 => Command::LockNotes { ids, locked: a.is_multiple_of(2) },
        10 => Command::MuteNotes { ids, muted: a.is_multiple_of(2) },
        11 => Command::DuplicateNotes { ids, ticks: signed(a, 3_000), semitones: signed(b, 12) },
        12 => Command::ReplaceNotes { ids, notes: vec![NewNotes { track, notes }], curves: vec![] },
        13 => {
            let notes = vec![NewNotes { track, notes }];
            let to = tick + 1 + b % 5_000;
            let ticks = (0..4).map(|step| tick + (to - tick) * step / 4).collect::<Vec<_>>();
            let values = vec![(a % 128) as i16, (b % 128) as i16, 0, 127];
            let controller = Controller::Control([1, 11, 64][(a % 3) as usize]);
            let curves = vec![NewCurve { track, controller, from: tick, to, ticks, values }];
            Command::ReplaceRange { tracks: vec![track], from: tick, to, keep: ids, notes, curves }
        }
        14 => Command::SetMix {
            track,
            mix: Mix { gain: signed(a, 60) as i16, pan: signed(b, 100) as i8, ..Mix::default() },
        },
        15 => Command::RenameTrack { track, name: format!("Track {}", a % 5) },
        16 => Command::SetProgram {
            track,
            program: (a % 128) as u8,
            drums: [None, Some(true), Some(false)][b as usize % 3],
        },
        17 if score.tracks.len() < 6 => {
            Command::AddTrack { name: String::new(), program: 7, drums: a.is_multiple_of(2), notes }
        }
        17 => Command::RemoveTrack { track },
        18 => Command::SetTempo { tick, micros: 1 + b % 0xFF_FFFF },
        19 => Command::SetMeter { tick, numerator: 1 + (b % 12) as u8, denominator: 1 << (a % 7) },
        20 => Command::SetKey { tick, fifths: signed(a, 7) as i8, minor: b.is_multiple_of(2) },
        21 => {
            let velocities = (0..ids.len()).map(|at| 1 + ((a as usize + at * 7) % 127) as u8).collect();
            Command::DrawVelocities { ids, velocities }
        }
        22 | 23 => Command::QuantizeNotes {
            ids,
            grid: 1 + a % 2_000,
            strength: (a % 101) as u8,
            swing: (b % 101) as u8,
            starts: a.is_multiple_of(3),
            ends: b.is_multiple_of(2),
        },
        24 => Command::HumanizeNotes {
            ids,
            timing: a % 500,
            velocity: (b % 127) as u8,
            length: b % 500,
            seed: a,
            together: b.is_multiple_of(2),
            spread: [Spread::Even, Spread::Near, Spread::Bell][(a % 3) as usize],
        },
        25 | 26 => Command::SplitNotes { ids, at: tick },
        27 => Command::JoinNotes { ids },
        28 => Command::TransposeInScale { ids, steps: signed(a, 9), scale: 1 + (b % 4_095) as u16 },
        29..=31 => Command::TransformNotes { ids, transform: transform(a, b) },
        33..=35 => arrangement(kind - 33, a, b),
        36 | 37 => draw(track, a, b),
        38 => Command::ScaleController {
            track,
            controller: controller(b),
            from: tick,
            to: tick + 1 + b % 9_000,
            percent: (a % 300) as u16,
        },
        39 => Command::SetMarker { tick, name: format!("Part {}", b % 9) },
        40..=42 => landmark(score, a, b),
        43 => Command::SetHue { track, hue: (a % 12) as u8 },
        44 => Command::MoveTrack { track, to: a % 7 },
        45 if score.tracks.len() < 6 => Command::DuplicateTrack { track },
        45 => Command::RemoveTrack { track },
        46 => Command::SetMix { track, mix: Mix { reverb: Some((a % 128) as u8), chorus: None, ..Mix::default() } },
        47 => Command::SetChord { tick, chord: symbol(b).into() },
        48 => {
            let chord =
                |at: u32| Chord { tick: tick + at * 500, symbol: symbol(a + at).parse().ok(), detected: at > 0 };
            let chords = (0..b % 4).map(chord).collect();
            Command::WriteChords { from: tick, to: tick + 2_000 + b % 9_000, chords, spare: a.is_multiple_of(2) }
        }
        49 => {
            let chord = b.is_multiple_of(3).then(|| symbol(a).to_owned());
            match score.track(track).is_ok_and(|track| track.header.is_drums()) {
                true => Command::SetChord { tick, chord: symbol(b).into() },
                false => Command::StampChords { track, from: tick, to: tick + 1 + b % 5_000, chord },
            }
        }
        50 => Command::SetLength { ids, ticks: 1 + a % 4_000 },
        52 => Command::CarryNotes {
            ids,
            tracks: signed(a, 4),
            ticks: signed(b, 2_000),
            copy: b.is_multiple_of(3),
            curves: Vec::new(),
        },
        53 => Command::RampTempo {
            from: tick,
            to: tick + 1 + b % 9_000,
            first: 1 + a % 0xFF_FFFF,
            last: 1 + b % 0xFF_FFFF,
        },
        54 => Command::ChangeProgram { track, from: tick, to: tick + 1 + b % 5_000, program: (a % 4) as u8 },
        51 => Command::SetOutput {
            track,
            output: a.is_multiple_of(2).then(|| Output {
                port: format!("Port {}", b % 3),
                channel: (b % 16) as u8,
                programs: true,
            }),
        },
        _ => Command::SetTitle { title: format!("Title {}", a % 5) },
    }
}

/// A chord of some kind, or none.
fn symbol(b: u32) -> &'static str {
    ["C", "Bbm7/F", "N.C.", "F#dim7", "G7b9", "Esus4"][b as usize % 6]
}

/// Bars that come, go or come again.
fn arrangement(which: u32, a: u32, b: u32) -> Command {
    let (from, more) = (1 + a % 9, b % 3);
    match which {
        0 => Command::InsertBars { before: from, count: 1 + more },
        1 => Command::DeleteBars { from, to: from + more },
        2 if a.is_multiple_of(2) => Command::CopyBars { from, to: from + more, before: 1 + b % 11 },
        _ => Command::RepeatBars { from, to: from + more, times: 1 },
    }
}

fn controller(b: u32) -> Controller {
    [Controller::Bend, Controller::Control(1), Controller::Control(64), Controller::Pressure][b as usize % 4]
}

fn draw(track: TrackId, a: u32, b: u32) -> Command {
    let (from, count) = (a % 10_000, b % 7);
    let ticks = (0..count).map(|at| from + at * 40).collect();
    let values = (0..count).map(|at| ((a % 90 + at * (b % 90)) % 128) as i16).collect();
    Command::DrawController { track, controller: controller(b), from, to: from + 1 + count * 40, ticks, values }
}

/// Moves or removes something that is there; names a place if there is nothing.
fn landmark(score: &Score, a: u32, b: u32) -> Command {
    let some = |ticks: Vec<u32>| ticks.get(a as usize % ticks.len().max(1)).copied();
    let found = match b % 5 {
        0 => (Landmark::Tempo, some(score.tempos.iter().map(|one| one.tick).collect())),
        1 => (Landmark::Meter, some(score.meters.iter().map(|one| one.tick).collect())),
        3 => (Landmark::Chord, some(score.chords.iter().map(|one| one.tick).collect())),
        2 => (Landmark::Key, some(score.keys.iter().map(|one| one.tick).collect())),
        _ => (Landmark::Marker, some(score.markers.iter().map(|one| one.tick).collect())),
    };
    match found {
        (what, Some(from)) if a.is_multiple_of(2) => Command::MoveLandmark { what, from, to: b % 20_000 },
        (what, Some(tick)) => Command::RemoveLandmark { what, tick },
        (_, None) => Command::SetMarker { tick: b % 20_000, name: "Here".into() },
    }
}

fn transform(a: u32, b: u32) -> Transform {
    match a % 6 {
        0 => Transform::Reverse,
        1 => Transform::Invert,
        2 => Transform::ScaleTime { numerator: 1 + (b % 5) as u16, denominator: 1 + (b / 5 % 5) as u16 },
        3 => Transform::Legato,
        4 => Transform::Staccato((b % 101) as u8),
        _ => Transform::RemoveOverlaps,
    }
}

/// Whether every note can be written into a file.
fn is_writable(score: &Score) -> bool {
    let fits = |note: &Note| {
        let inside = note.length >= 1 && note.end() <= Score::LAST_TICK;
        inside && note.pitch <= 127 && (1..=127).contains(&note.velocity)
    };
    score.tracks.iter().flat_map(|track| track.notes.iter()).all(fits)
}

/// The document, its history and its mirror after an edit.
fn step(score: Score, mirror: &mut Mirror, edit: &Edit) -> Score {
    let after = score.with(edit).unwrap();
    mirror.take(Patch::of(edit, &after));
    after
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn undo_all_and_redo_all(recipes in proptest::collection::vec(any::<[u32; 4]>(), 1..=200)) {
        let start = text::score(START).unwrap();
        let mut mirror = Mirror::of(&start);
        let mut history = History::default();
        let mut score = start.clone();
        let mut now = 0;
        for recipe in recipes {
            let command = match score.tracks.is_empty() {
                true => Command::AddTrack { name: "New".into(), program: 0, drums: false, notes: vec![] },
                false => command(&score, recipe),
            };
            now += u64::from(recipe[2] % 1_000);
            let edit = score.edit_for(&command).unwrap();
            if !edit.is_empty() {
                score = step(score, &mut mirror, &edit);
                prop_assert!(is_writable(&score), "{command:?}");
                match Nudge::of(&command) {
                    Some(nudge) => {
                        history.push_nudge(edit, nudge, now);
                    }
                    None => history.push(edit),
                }
            }
        }
        let end = score.clone();
        while let Some(edit) = history.undo() {
            score = step(score, &mut mirror, &edit);
        }
        prop_assert_eq!(score.to_bytes(), start.to_bytes());
        // In one step from the end to the start, and that step taken back.
        let mut other = Mirror::of(&end);
        let back = Edit::between(&end, &start, "Go back").unwrap();
        let there = step(end.clone(), &mut other, &back);
        prop_assert_eq!(there.to_bytes(), start.to_bytes());
        prop_assert_eq!(step(there, &mut other, &back.inverted()).to_bytes(), end.to_bytes());
        prop_assert_eq!(other.notes, Mirror::of(&end).notes);
        prop_assert_eq!(other.curves, Mirror::of(&end).curves);
        while let Some(edit) = history.redo() {
            score = step(score, &mut mirror, &edit);
        }
        prop_assert_eq!(score.to_bytes(), end.to_bytes());
        let expected = Mirror::of(&end);
        prop_assert_eq!(mirror.notes, expected.notes);
        prop_assert_eq!(mirror.beside, expected.beside);
        prop_assert_eq!(mirror.curves, expected.curves);
    }
}

/// A stream of patches as the window hears them, and what it has to show after them: its own mirror follows the same ones
/// (`ui/src/document/stream.test.ts`).
#[cfg(feature = "ts")]
#[test]
fn the_windows_mirror_is_given_the_same_stream() {
    let shown = |score: &Score| {
        let Mirror { notes, beside, curves } = Mirror::of(score);
        let columns = |points: Vec<(u32, i16)>| points.into_iter().unzip::<u32, i16, Vec<u32>, Vec<i16>>();
        let curves: Vec<_> = curves.into_iter().map(|((track, code), points)| (track, code, columns(points))).collect();
        let notes: Vec<_> = notes.into_iter().collect();
        let ends = [score.end(), score.written_end()];
        serde_json::json!({ "tpq": score.tpq, "notes": notes, "beside": beside, "curves": curves, "ends": ends })
    };
    let mut state = 1_u64;
    // Knuth's MMIX generator, its upper half.
    let mut dice = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u32
    };
    let start = text::score(START).unwrap();
    let (mut score, mut mirror, mut patches) = (start.clone(), Mirror::of(&start), Vec::new());
    while patches.len() < 300 {
        let recipe = [dice(), dice(), dice(), dice()];
        let edit = match score.tracks.is_empty() {
            true => score.edit_for(&Command::AddTrack { name: "New".into(), program: 0, drums: false, notes: vec![] }),
            false => score.edit_for(&command(&score, recipe)),
        };
        let edit = edit.unwrap();
        // Some steps are taken back at once.
        for edit in [edit.clone(), edit.inverted()].iter().take(1 + usize::from(recipe[3].is_multiple_of(5))) {
            if !edit.is_empty() {
                score = step(score, &mut mirror, edit);
                patches.push(Patch::of(edit, &score));
            }
        }
    }
    let stream = serde_json::json!({ "start": shown(&start), "patches": patches, "end": shown(&score) });
    let folder = std::env::var_os("TS_RS_EXPORT_DIR").expect("cargo sets it");
    std::fs::write(std::path::Path::new(&folder).join("stream.json"), stream.to_string() + "\n").unwrap();
}
