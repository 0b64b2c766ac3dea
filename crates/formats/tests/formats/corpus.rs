//! Round trips on real files, held against an independent reading by midly (P2, P3).

use formats::midi;
use midly::{MetaMessage, MidiMessage, Smf, TrackEventKind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Every sounding or describing event of a file at its tick, per file track for what belongs to one. Note-ons without
/// velocity are note-offs; ends of tracks are left out.
pub fn events(bytes: &[u8]) -> BTreeMap<(u64, String), usize> {
    let smf = Smf::parse(bytes).expect("midly reads what we read");
    let mut found = BTreeMap::new();
    for (track, events) in smf.tracks.iter().enumerate() {
        let mut tick = 0_u64;
        for event in events {
            tick += u64::from(event.delta.as_int());
            let words = match event.kind {
                TrackEventKind::Meta(MetaMessage::EndOfTrack) => break,
                TrackEventKind::Midi { channel, message } => match message {
                    MidiMessage::NoteOn { key, vel } if vel == 0 => format!("{track} off {channel} {key} 64"),
                    MidiMessage::NoteOff { key, vel } => format!("{track} off {channel} {key} {vel}"),
                    other => format!("{track} {channel} {other:?}"),
                },
                // Maps are written into the first track, wherever they stood.
                TrackEventKind::Meta(
                    meta @ (MetaMessage::Tempo(_)
                    | MetaMessage::TimeSignature(..)
                    | MetaMessage::KeySignature(..)
                    | MetaMessage::Marker(_)),
                ) => format!("{meta:?}"),
                other => format!("{track} {other:?}"),
            };
            *found.entry((tick, words)).or_insert(0) += 1;
        }
    }
    found
}

pub fn files_under(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        std::fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files_under(&path, found);
        } else if path.extension().is_some_and(|end| end == "mid") {
            found.push(path);
        }
    }
}

#[test]
fn every_file_of_the_corpus_survives() {
    let Some(corpus) = std::env::var_os("DIABELLI_CORPUS") else {
        eprintln!("skipped: DIABELLI_CORPUS is not set");
        return;
    };
    let mut files = Vec::new();
    files_under(&Path::new(&corpus).join("valid"), &mut files);
    assert!(!files.is_empty(), "the corpus has files");
    for path in files {
        let bytes = std::fs::read(&path).expect("a file");
        let opened = midi::read(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(opened.repairs, [], "{}", path.display());
        let once = midi::write(&opened.score);
        let (before, after) = (events(&bytes), events(&once));
        assert!(before == after, "{}: {:?}", path.display(), first_difference(&before, &after));
        let again = midi::write(&midi::read(&once).expect("our own file").score);
        assert!(once == again, "{}: the second writing differs", path.display());
    }
}

/// An event at its tick.
type Place = (u64, String);
type Found = BTreeMap<Place, usize>;

fn first_difference(before: &Found, after: &Found) -> Option<(Place, Option<usize>, Option<usize>)> {
    let keys = before.keys().chain(after.keys());
    let mut different = keys.filter(|key| before.get(*key) != after.get(*key));
    different.next().map(|key| (key.clone(), before.get(key).copied(), after.get(key).copied()))
}

#[test]
fn every_hostile_file_opens_or_says_why() {
    let Some(shared) = std::env::var_os("DIABELLI_SHARED") else {
        eprintln!("skipped: DIABELLI_SHARED is not set");
        return;
    };
    let mut files = Vec::new();
    files_under(&Path::new(&shared).join("hostile/midi"), &mut files);
    let mut refused = 0;
    for path in &files {
        let bytes = std::fs::read(path).expect("a file");
        match midi::read(&bytes) {
            Ok(opened) => {
                let once = midi::write(&opened.score);
                let again = midi::read(&once).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                assert_eq!(again.score.tracks, opened.score.tracks, "{}", path.display());
                assert!(once == midi::write(&again.score), "{}: the second writing differs", path.display());
                if opened.repairs.is_empty() {
                    let (before, after) = (events(&bytes), events(&once));
                    assert!(before == after, "{}: {:?}", path.display(), first_difference(&before, &after));
                }
            }
            Err(error) => {
                refused += 1;
                eprintln!("{}: {error}", path.display());
            }
        }
    }
    // An empty file and one that is no MIDI file are all that is refused.
    assert!(refused <= 2, "{refused} of {} files were refused", files.len());
}
