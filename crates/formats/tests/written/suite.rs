//! Every file of the unofficial MusicXML test suite opens, with what it says (P6).

use crate::oracle;
use crate::xml::Node;
use formats::{Kind, Opened, musicxml};
use score::{EventKind, Score};
use std::path::PathBuf;

/// Files of the suite, where they are.
pub fn files() -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(std::env::var_os("DIABELLI_SHARED")?).join("hostile/musicxml");
    let entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "xml" || end == "mxl")).collect();
    files.sort();
    (!files.is_empty()).then_some(files)
}

/// The file whose name begins like this; none where the suite is not.
fn open(name: &str) -> Option<Opened> {
    let path = files()?.into_iter().find(|path| path.file_name().unwrap().to_string_lossy().starts_with(name));
    Some(musicxml::read(&std::fs::read(path.unwrap()).unwrap()).unwrap())
}

fn has(opened: &Opened, kind: Kind) -> bool {
    opened.remarks.iter().any(|remark| remark.kind == kind)
}

fn quarters(score: &Score, tick: u32) -> f64 {
    f64::from(tick) / f64::from(score.tpq)
}

/// What is wrong with how a file was read.
fn difference(opened: &Opened, root: &Node) -> Option<String> {
    let told = oracle::tell(root);
    let score = &opened.score;
    let length = quarters(score, score.lanes[0].end);
    if (length - told.length).abs() > 1e-3 {
        return Some(format!("it lasts {length} quarters instead of {}", told.length));
    }
    let merged =
        opened.remarks.iter().filter(|remark| remark.kind == Kind::Unison).map(|remark| remark.count).sum::<usize>();
    let written: usize = told.parts.iter().map(Vec::len).sum::<usize>() + told.graces;
    if score.note_count() + merged != written {
        return Some(format!("{} notes and {merged} in unison instead of {written}", score.note_count()));
    }
    let mut missing = 0;
    for (number, part) in (1..).zip(&told.parts) {
        for (onset, key) in part {
            let tracks = score.tracks.iter().filter(|track| track.header.lane == number);
            let mut notes = tracks.flat_map(|track| track.notes.iter());
            let found = notes.any(|note| {
                (quarters(score, note.start) - onset).abs() < 0.003
                    && key.is_none_or(|key| i16::from(note.pitch) == key)
            });
            missing += usize::from(!found);
        }
    }
    // Grace notes at the very beginning move the note after them.
    (missing > told.graces).then(|| format!("{missing} notes are not where they are written"))
}

/// Checks one file of the suite by what is known about it.
fn expect(name: &str, check: impl FnOnce(&Opened)) {
    match open(name) {
        Some(opened) => check(&opened),
        None => println!("skipped: DIABELLI_SHARED is not set, or no MusicXML suite lies in it"),
    }
}

/// Lengths of bars in quarters, as played.
fn bars(opened: &Opened) -> Vec<f64> {
    let bars = opened.score.bars();
    let end = opened.score.lanes[0].end;
    (0..bars.count(end))
        .map(|index| quarters(&opened.score, bars.bar(index).end().min(end) - bars.bar(index).tick()))
        .collect()
}

fn micros(opened: &Opened) -> Vec<u32> {
    opened.score.tempos.iter().map(|tempo| tempo.micros).collect()
}

fn keys(opened: &Opened) -> Vec<(i8, bool)> {
    opened.score.keys.iter().map(|key| (key.fifths, key.minor)).collect()
}

fn pitches(opened: &Opened, track: usize) -> Vec<u8> {
    opened.score.tracks[track].notes.iter().map(|note| note.pitch).collect()
}

fn texts(opened: &Opened, code: u8) -> Vec<String> {
    let events = opened.score.lanes.iter().flat_map(|lane| lane.events.iter());
    let texts = events.filter_map(|event| match &event.kind {
        EventKind::Meta { code: own, bytes } if *own == code => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    });
    texts.collect()
}

#[test]
fn repeats_are_played() {
    let played =
        |name, quarters: f64| expect(name, |opened| assert_eq!(bars(opened).iter().sum::<f64>(), quarters, "{name}"));
    played("45a", 24.0);
    played("45b", 20.0);
    // Bars 2 and 3 five times, the outer repeat once.
    played("45c", 4.0 * (1.0 + 10.0 + 5.0));
    // First bar eight times; endings of 1, 3, 4 (three times), 1 (twice) and 1 bars; one bar at the end.
    played("45d", 4.0 * (8.0 + 1.0 + 3.0 + 12.0 + 2.0 + 1.0 + 1.0));
    // a b a c d e e f g f h i h i j
    played("45e", 4.0 * 15.0);
    played("45g", 8.0);
    played("45i", 40.0);
    played("45j", 12.0);
}

#[test]
fn metres_and_upbeats_have_their_bars() {
    expect("11c", |opened| {
        assert_eq!(
            opened.score.meters.iter().map(|meter| (meter.numerator, meter.denominator)).collect::<Vec<_>>(),
            [(5, 8), (9, 4)]
        )
    });
    expect("46d", |opened| assert_eq!(bars(opened), [1.5, 2.0, 2.0, 3.0]));
    expect("46f", |opened| assert_eq!(bars(opened), [2.0, 4.0, 2.0, 4.0]));
    expect("46i", |opened| assert_eq!(bars(opened), [5.0, 4.0, 5.0, 4.0]));
}

#[test]
fn transposing_instruments_sound_as_they_sound() {
    let scale = [60, 62, 64, 65, 67, 69, 71, 72];
    expect("72a", |opened| {
        let steps = |track| pitches(opened, track).iter().map(|pitch| pitch % 12).collect::<Vec<_>>();
        for track in 0..3 {
            assert_eq!(steps(track), scale.map(|pitch| pitch % 12), "track {track}");
        }
        assert_eq!(keys(opened), [(0, false)]);
    });
    expect("72b", |opened| {
        let mut pitches = opened.score.tracks.iter().flat_map(|track| track.notes.iter()).map(|note| note.pitch);
        assert!(pitches.all(|pitch| pitch == 72), "every part sounds c''");
    });
    expect("72c", |opened| assert_eq!(keys(opened), [(-2, false)]));
}

#[test]
fn percussion_is_drums() {
    expect("73a", |opened| {
        let channels: Vec<bool> = opened.score.tracks.iter().map(|track| track.header.is_drums()).collect();
        assert_eq!(channels, [false, true, true]);
        assert_eq!((opened.score.tracks[0].header.program, pitches(opened, 1)[0], pitches(opened, 2)[0]), (47, 49, 81));
    });
}

#[test]
fn tempi_dynamics_and_words_are_kept() {
    // A dotted quarter at 100, half of all dotted halves, and what lasts as long as something else did before.
    expect("31c", |opened| assert_eq!(micros(opened), [400_000, 233_333, 100_000, 519_481]));
    expect("61a", |opened| assert_eq!(texts(opened, EventKind::LYRIC)[..4], ["Tra-", "la-", "li", "Ja!"]));
    expect("71a", |opened| {
        let chords: Vec<String> = opened.score.chords.iter().map(|chord| chord.text()).collect();
        assert_eq!(chords, ["C", "Cmaj7#11", "Ebadd9", "Gm", "D#maj7", "Adim7", "Aaug"]);
        assert_eq!(texts(opened, EventKind::TEXT), ["B7(#5)(add#9)"], "what is not understood");
    });
    expect("31a", |opened| {
        let velocities: Vec<u8> = opened.score.tracks[0].notes.iter().map(|note| note.velocity).collect();
        assert_eq!(velocities[8..18], [49, 33, 16, 8, 8, 8, 96, 112, 126, 127]);
        let marks: Vec<String> =
            opened.score.markers.iter().map(|mark| String::from_utf8_lossy(&mark.text).into_owned()).collect();
        assert_eq!(marks, ["A", "B", "Test", "Crc"]);
        let pedals = opened.score.lanes[1]
            .events
            .iter()
            .filter(|event| matches!(event.kind, EventKind::Control { controller: 64, .. }));
        assert_eq!(pedals.count(), 4, "down, up and down again, up");
    });
    // Grace notes are 32nds before their note.
    expect("24c", |opened| assert_eq!(score::text::print(&opened.score), "E5:2 E5:7/4 G5:1/8 A5:1/8"));
    expect("90a", |opened| assert_eq!(opened.score.title, "Compressed MusicXML file"));
}

#[test]
fn every_file_of_the_suite_has_what_it_says() {
    let Some(files) = files() else {
        println!("skipped: DIABELLI_SHARED is not set, or no MusicXML suite lies in it");
        return;
    };
    let (mut compared, mut wrong) = (0, Vec::new());
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(path).unwrap();
        let opened = musicxml::read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        if name.ends_with("mxl") || has(&opened, Kind::Unfolded) || has(&opened, Kind::Tie) {
            continue;
        }
        compared += 1;
        let difference = difference(&opened, &Node::parse(&String::from_utf8(bytes).unwrap()));
        wrong.extend(difference.map(|difference| format!("{name}: {difference}")));
    }
    println!("{} files opened, {compared} compared with a second reading", files.len());
    assert!(files.len() >= 165 && compared >= 140, "{} files, {compared} compared", files.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
