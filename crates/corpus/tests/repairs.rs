//! Files as they are in the wild, each with one musical fault: the report names it in plain words.
#![allow(clippy::unwrap_used)]

use corpus::intake::{self, Intake, Limits, Outcome};
use score::{Header, Meter, Note, Score, Track};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A track in a file track of its own: what begins in quarters, how long, on which key.
fn track(lane: u32, name: &str, channel: u8, program: u8, notes: &[(f64, f64, u8)]) -> Arc<Track> {
    let header = Header { name: name.into(), lane, channel, program, hue: 0, mix: Default::default(), output: None };
    let tick = |quarters: f64| (quarters * 960.0).round() as u32;
    let note = |(id, &(at, length, key)): (u32, &(f64, f64, u8))| {
        Note::new(10_000 * lane + id, tick(at), tick(length), key, 80)
    };
    Arc::new(Track::new(lane, header, (0..).zip(notes).map(note).collect()))
}

fn file(format: u8, meter: Option<(u8, u8)>, tracks: Vec<Arc<Track>>) -> Vec<u8> {
    let lanes = tracks.iter().map(|_| Arc::default()).collect();
    let meters = Arc::new(meter.map(|(beats, value)| Meter::new(0, beats, value)).into_iter().collect());
    let source = score::Source { format, ppq: 960 };
    formats::midi::write(&Score { lanes, meters, source, tracks, ..Score::empty() })
}

/// `bars` bars of `quarters`, a long low note and shorter chords, over harmonies that change with the bar.
fn dance(quarters: usize, bars: usize, from: f64) -> Vec<(f64, f64, u8)> {
    let bar = |bar: usize| {
        let (start, root) = (from + (bar * quarters) as f64, [36, 41, 43, 38, 45][bar % 5]);
        let chords = (1..quarters).flat_map(move |at| [16, 19].map(|up| (start + at as f64, 0.5, root + up)));
        chords.chain([(start, quarters as f64, root), (start, quarters as f64, root + 12)])
    };
    (0..bars).flat_map(bar).collect()
}

/// A line that no grid of bars explains.
fn line(notes: usize, key: u8) -> Vec<(f64, f64, u8)> {
    (0..notes).map(|at| (at as f64, 0.9, key + (at * at * 7 % 17) as u8)).collect()
}

fn read(files: &[(&str, Vec<u8>)]) -> Intake {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("diabelli-repairs-{}-{count}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
    let intake = intake::read(&folder, &Limits::default(), 2, &|_, _| true).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    intake
}

fn repairs(intake: &Intake, file: &str) -> Vec<String> {
    match &intake.report.iter().find(|line| line.file == file).unwrap().outcome {
        Outcome::Used => Vec::new(),
        Outcome::Repaired { repairs } => repairs.clone(),
        Outcome::Rejected { reason } => panic!("{file}: {reason}"),
    }
}

fn reason(intake: &Intake, file: &str) -> String {
    match &intake.report.iter().find(|line| line.file == file).unwrap().outcome {
        Outcome::Rejected { reason } => reason.clone(),
        other => panic!("{file}: {other:?}"),
    }
}

#[test]
fn channels_of_one_track_become_parts_and_clips_of_one_instrument_become_one() {
    let in_one = |id: u32, channel: u8, program: u8, key: u8| {
        let track = track(0, "", channel, program, &line(64, key));
        let notes =
            track.notes.iter().map(|note| Note::new(1000 * id + note.id.0, note.start, note.length, note.pitch, 80));
        Arc::new(Track::new(id, track.header.clone(), notes.collect()))
    };
    let one = vec![in_one(0, 0, 0, 60), in_one(1, 1, 33, 36), in_one(2, 9, 0, 36)];
    let single = formats::midi::write(&Score {
        tracks: one,
        meters: Arc::new(vec![Meter::new(0, 4, 4)]),
        source: score::Source { format: 0, ppq: 960 },
        ..Score::empty()
    });
    let clips: Vec<_> = (0..3)
        .map(|clip| {
            let notes: Vec<_> = line(16, 40)
                .into_iter()
                .map(|(at, length, key)| (at + 16.0 * clip as f64, length, key + clip))
                .collect();
            track(u32::from(clip), "Bass", 2, 33, &notes)
        })
        .collect();
    let intake = read(&[("single.mid", single), ("clips.mid", file(1, Some((4, 4)), clips))]);
    assert!(repairs(&intake, "single.mid")[0].contains("3 instruments on several channels"));
    assert!(repairs(&intake, "clips.mid")[0].contains("3 tracks \"Bass\""));
    let parts = |name: &str| intake.pieces.iter().find(|piece| piece.file == name).unwrap().passage.parts.len();
    assert_eq!((parts("single.mid"), parts("clips.mid")), (3, 1));
}

#[test]
fn drums_beside_their_channel_are_read_as_drums() {
    let beat = |at: usize| (at as f64 / 2.0, 0.25, [36, 42, 38, 42][at % 4]);
    let drums: Vec<_> = (0..128).map(beat).chain((0..64).map(|at| (at as f64, 0.25, 44))).collect();
    let tracks = |name: &str| vec![track(0, "Piano", 0, 0, &line(64, 60)), track(1, name, 4, 0, &drums)];
    let intake = read(&[
        ("named.mid", file(1, Some((4, 4)), tracks("Schlagzeug"))),
        ("played.mid", file(1, Some((4, 4)), tracks(""))),
    ]);
    assert!(repairs(&intake, "named.mid")[0].contains("\"Schlagzeug\" on channel 5 is a drum part by its name"));
    assert!(reason(&intake, "played.mid").contains("nearly the same as named.mid"), "both have the same drums");
    assert!(intake.pieces[0].passage.parts.iter().any(|part| part.is_drums()));
}

#[test]
fn metres_and_upbeats_are_found_and_doubts_are_said() {
    let tracks = |notes: &[(f64, f64, u8)]| vec![track(0, "", 0, 0, notes)];
    let upbeat: Vec<_> = [(0.0, 0.9, 55)].into_iter().chain(dance(4, 40, 1.0)).collect();
    let intake = read(&[
        ("none.mid", file(1, None, tracks(&dance(3, 64, 0.0)))),
        ("upbeat.mid", file(1, Some((4, 4)), tracks(&upbeat))),
        ("unknown.mid", file(1, None, tracks(&line(64, 50)))),
    ]);
    let four = read(&[("four.mid", file(1, Some((4, 4)), tracks(&dance(3, 64, 0.0))))]);
    let plain = read(&[("plain.mid", file(1, Some((4, 4)), tracks(&dance(4, 40, 0.0))))]);
    assert!(repairs(&plain, "plain.mid").is_empty());
    assert!(repairs(&four, "four.mid")[0].contains("says 4/4, but the music repeats in bars of 3/4"));
    assert!(repairs(&intake, "none.mid")[0].contains("states no metre; the music repeats in bars of 3/4"));
    assert!(repairs(&intake, "upbeat.mid")[0].contains("the first whole bar begins 1 quarters later"));
    assert!(repairs(&intake, "unknown.mid")[0].contains("4/4 is assumed"));
    let meter =
        |name: &str| intake.pieces.iter().find(|piece| piece.file == name).map(|piece| piece.passage.measures[0].meter);
    assert_eq!((meter("none.mid"), meter("upbeat.mid")), (Some((3, 4)), Some((4, 4))));
}

#[test]
fn a_wrong_beat_is_put_right_and_no_beat_is_rejected() {
    let late = |notes: Vec<(f64, f64, u8)>, by: f64, rate: f64| -> Vec<_> {
        notes.into_iter().map(|(at, length, key)| (at / rate + by, length / rate, key)).collect()
    };
    let sixteenths: Vec<_> = line(300, 48).into_iter().map(|(at, _, key)| (at / 4.0, 0.2, key)).collect();
    let free: Vec<_> = (0..300_u64)
        .map(|at| {
            let chance = (at * at * 7919 + at * 104_729) % 9973;
            (at as f64 * 0.41 + chance as f64 / 30_000.0, 0.3, 50 + (chance % 20) as u8)
        })
        .collect();
    let drummer: Vec<_> =
        line(100, 0).iter().zip(&free).map(|((.., key), (at, length, _))| (*at, *length, 36 + key % 12)).collect();
    let one: Vec<_> = (0..20).map(|at| (f64::from(at), 1.0, 60)).collect();
    let tracks = |notes: &[(f64, f64, u8)]| vec![track(0, "", 0, 0, notes)];
    let drums = vec![track(0, "", 9, 0, &drummer)];
    let intake = read(&[
        ("late.mid", file(1, Some((4, 4)), tracks(&late(sixteenths.clone(), 0.05, 1.0)))),
        ("slow.mid", file(1, Some((4, 4)), tracks(&late(dance(4, 60, 0.0), 0.0, 0.9317)))),
        ("free.mid", file(1, Some((4, 4)), tracks(&free))),
        ("drummer.mid", file(1, Some((4, 4)), drums)),
        ("one.mid", file(1, Some((4, 4)), tracks(&one))),
    ]);
    assert!(repairs(&intake, "late.mid")[0].contains("moved 0.050 quarters earlier"));
    assert!(repairs(&intake, "slow.mid")[0].contains("a beat of 0.932"), "{:?}", repairs(&intake, "slow.mid"));
    assert!(reason(&intake, "free.mid").contains("% of the onsets stand further than 1/48 quarter"));
    assert!(repairs(&intake, "drummer.mid").is_empty(), "drums keep their timing");
    assert!(reason(&intake, "one.mid").contains("one pitch"));
}

#[test]
fn hostile_files_are_read_or_refused_but_never_break_anything() {
    let Some(shared) = std::env::var_os("DIABELLI_SHARED").map(PathBuf::from) else {
        eprintln!("skipped: DIABELLI_SHARED is not set");
        return;
    };
    let folder: &Path = &shared.join("hostile/midi");
    let one = intake::read(folder, &Limits::default(), 1, &|_, _| true).unwrap();
    let two = intake::read(folder, &Limits::default(), 2, &|_, _| true).unwrap();
    assert!(one.report.len() > 50 && one == two, "{} files", one.report.len());
}
