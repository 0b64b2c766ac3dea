//! What is read, written as MusicXML and read again is the same music, but for what the report of the writer says.

use crate::suite;
use formats::Kind;
use formats::musicxml::{self, Loss};
use score::{Score, Tick};

/// Quarters, as a whole number of their 5040ths.
fn place(score: &Score, tick: Tick) -> i64 {
    (i64::from(tick) * 10_080 / i64::from(score.tpq) + 1) / 2
}

/// Every note: whether it is a drum, its key, onset and length.
fn notes(score: &Score) -> Vec<(bool, u8, i64, i64)> {
    let all = score.tracks.iter().flat_map(|track| track.notes.iter().map(|note| (track.header.is_drums(), note)));
    let mut notes: Vec<_> = all
        .map(|(drum, note)| {
            (drum, note.pitch, place(score, note.start), place(score, note.end()) - place(score, note.start))
        })
        .collect();
    notes.sort_unstable();
    notes
}

/// How far notes may move before the writer reports it: a 48th of a quarter.
const NEAR: i64 = 5040 / 48;

/// How many of the one are not among the other.
fn missing(some: &[(bool, u8, i64, i64)], others: &[(bool, u8, i64, i64)]) -> usize {
    let mut free = others.to_vec();
    let is_missing = |one: &&(bool, u8, i64, i64)| {
        let near = |other: &(bool, u8, i64, i64)| {
            let (start, end) = (one.2 - other.2, one.2 + one.3 - other.2 - other.3);
            (one.0, one.1) == (other.0, other.1) && start.abs() <= NEAR && end.abs() <= NEAR
        };
        let found = free.iter().position(near);
        found.map(|at| free.swap_remove(at)).is_none()
    };
    some.iter().filter(is_missing).count()
}

/// Where each bar of the music starts, and its metre.
fn bars(score: &Score, count: usize) -> Vec<(i64, u8, u8)> {
    let bars = score.bars();
    (0..count)
        .map(|index| bars.bar(index))
        .map(|bar| (place(score, bar.tick()), bar.meter.numerator, bar.meter.denominator))
        .collect()
}

/// The key in force at the start of each bar.
fn keys(score: &Score, count: usize) -> Vec<i8> {
    let bars = score.bars();
    let at = |tick: Tick| score.keys.iter().take_while(|key| key.tick <= tick).last().map_or(0, |key| key.fifths);
    (0..count).map(|index| at(bars.bar(index).tick())).collect()
}

/// Tempi that differ from the one before.
fn tempos(score: &Score) -> Vec<(i64, u32)> {
    score.tempos.iter().map(|tempo| (place(score, tempo.tick), tempo.micros)).collect()
}

/// What differs after a round trip.
fn difference(first: &Score) -> Option<String> {
    let written = musicxml::write(first);
    let (second, remarks) = match musicxml::read(written.text.as_bytes()) {
        Ok(opened) => (opened.score, opened.remarks),
        Err(error) => return Some(error.to_string()),
    };
    let lost =
        |wanted: fn(&Loss) -> bool| written.losses.iter().filter(|loss| wanted(loss)).map(Loss::count).sum::<usize>();
    // What was moved together on one key is one note afterwards.
    let merged: usize = remarks.iter().filter(|remark| remark.kind == Kind::Unison).map(|remark| remark.count).sum();
    let moved = lost(|loss| matches!(loss, Loss::Timing { .. })) + merged;
    let (before, after) = (notes(first), notes(&second));
    let differ = missing(&before, &after).max(missing(&after, &before));
    if before.len() != after.len() && moved == 0 || differ > moved {
        return Some(format!("{} notes, then {}; {differ} differ and {moved} are reported", before.len(), after.len()));
    }
    let count = first.bar_count();
    if bars(first, count) != bars(&second, count) {
        return Some(format!("bars {:?}, then {:?}", bars(first, count), bars(&second, count)));
    }
    if first.keys.len() > 1 && keys(first, count) != keys(&second, count) {
        return Some(format!("keys {:?}, then {:?}", keys(first, count), keys(&second, count)));
    }
    let dropped = lost(|loss| matches!(loss, Loss::Tempos { .. }));
    let kept = tempos(&second);
    let differ = tempos(first).iter().filter(|tempo| !kept.contains(tempo)).count();
    (differ > dropped).then(|| format!("tempos {:?}, then {:?}", tempos(first), tempos(&second)))
}

#[test]
fn a_compressed_document_is_the_same_document() {
    let score = score::text::score("C4:1 [E4 G4]:2 R:1 D4:4").unwrap();
    let text = musicxml::write(&score).text;
    let archive = musicxml::packed(&text).unwrap();
    assert_eq!(archive, musicxml::packed(&text).unwrap());
    // The first entry says what the archive is, for programs that look at its first bytes.
    let start = String::from_utf8_lossy(&archive[30..72]).into_owned();
    assert_eq!(start, "mimetypeapplication/vnd.recordare.musicxml");
    assert!(archive.len() < text.len());
    let (packed, plain) = (musicxml::read(&archive).unwrap(), musicxml::read(text.as_bytes()).unwrap());
    assert_eq!(packed.score, plain.score);
    assert_eq!(notes(&packed.score), notes(&score));
}

#[test]
fn the_suite_survives_being_written() {
    let Some(files) = suite::files() else {
        println!("skipped: DIABELLI_SHARED is not set, or no MusicXML suite lies in it");
        return;
    };
    let mut wrong = Vec::new();
    let mut sounding = 0;
    for path in &files {
        let score = musicxml::read(&std::fs::read(path).unwrap()).unwrap().score;
        if score.note_count() == 0 {
            continue;
        }
        sounding += 1;
        let name = path.file_name().unwrap().to_string_lossy();
        wrong.extend(difference(&score).map(|difference| format!("{name}: {difference}")));
    }
    println!("{sounding} files with notes were written and read again");
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}
