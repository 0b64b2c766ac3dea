//! Engraved scores against the MIDI files that were made from them by another program: the same keys at the same times.
//!
//! `cargo test --release -p formats --test written engraved -- --nocapture` prints the table. DIABELLI_SCORES and
//! DIABELLI_CORPUS as in `tests/engraved`; DIABELLI_PIECE, the beginning of a score's name, prints what differs.

use formats::{midi, musicxml};
use score::Score;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How far onsets may lie from each other, in 48ths of a quarter.
const NEAR: i64 = 2;

/// Onsets, in 48ths of a quarter, of each key.
fn onsets(score: &Score) -> BTreeMap<u8, Vec<i64>> {
    let mut found: BTreeMap<u8, Vec<i64>> = BTreeMap::new();
    for note in score.tracks.iter().flat_map(|track| track.notes.iter()) {
        found.entry(note.pitch).or_default().push(i64::from(note.start) * 48 / i64::from(score.tpq));
    }
    found.values_mut().for_each(|onsets| onsets.sort_unstable());
    found
}

/// How many notes are in both, each counted once.
fn both(ours: &BTreeMap<u8, Vec<i64>>, theirs: &BTreeMap<u8, Vec<i64>>) -> usize {
    let mut both = 0;
    for (key, onsets) in ours {
        let mut others = theirs.get(key).into_iter().flatten().peekable();
        for onset in onsets {
            while others.next_if(|other| **other < onset - NEAR).is_some() {}
            both += usize::from(others.next_if(|other| **other <= onset + NEAR).is_some());
        }
    }
    both
}

fn count(onsets: &BTreeMap<u8, Vec<i64>>) -> usize {
    onsets.values().map(Vec::len).sum()
}

fn index(folder: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("index.jsonl")).unwrap();
    let field = |line: &str, name: &str| {
        let from = line.find(&format!("\"{name}\": \"")).unwrap() + name.len() + 5;
        line[from..].split('"').next().unwrap().to_owned()
    };
    text.lines().map(|line| (field(line, "score"), field(line, "midi"))).collect()
}

#[test]
fn engraved_scores_sound_as_their_midi_files() {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let corpus = folder("DIABELLI_CORPUS");
    let beside = corpus.as_ref().map(|corpus| corpus.join("../scores/scores"));
    let scores = folder("DIABELLI_SCORES").or(beside).filter(|scores| scores.join("index.jsonl").exists());
    let (Some(scores), Some(corpus)) = (scores, corpus) else {
        println!("skipped: DIABELLI_CORPUS is not set, or no engravings lie beside it");
        return;
    };
    let only = std::env::var("DIABELLI_PIECE").unwrap_or_default();
    let (mut sum, mut ours_in_all, mut theirs_in_all) = (0, 0, 0);
    let mut rows = Vec::new();
    for (name, midi) in index(&scores).iter().filter(|piece| piece.0.starts_with(&only)) {
        let opened = musicxml::read(&std::fs::read(scores.join(name)).unwrap());
        let opened = opened.unwrap_or_else(|error| panic!("{name}: {error}"));
        let reference = midi::read(&std::fs::read(corpus.join(midi)).unwrap()).unwrap().score;
        let (ours, theirs) = (onsets(&opened.score), onsets(&reference));
        let both = both(&ours, &theirs);
        let (own, other) = (count(&ours), count(&theirs));
        (sum, ours_in_all, theirs_in_all) = (sum + both, ours_in_all + own, theirs_in_all + other);
        let f1 = 200.0 * both as f64 / (own + other).max(1) as f64;
        let remarks: Vec<String> = opened.remarks.iter().map(ToString::to_string).collect();
        rows.push((f1, own, other, opened.score.end() / u32::from(opened.score.tpq), reference.end() / u32::from(reference.tpq), name.clone(), remarks));
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (f1, own, other, length, other_length, name, remarks) in &rows {
        println!("{f1:6.2} {own:6} {other:6} {length:5} {other_length:5} {name}");
        if *f1 < 99.0 {
            println!("       {}", remarks.join("; "));
        }
    }
    let f1 = 200.0 * sum as f64 / (ours_in_all + theirs_in_all) as f64;
    println!("{f1:.3} percent of {ours_in_all} notes in {} pieces", rows.len());
}
