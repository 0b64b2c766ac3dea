//! Files whose tracks come into the open piece.

use engine::Error;
use std::path::{Path, PathBuf};

/// A MIDI file with one track; its header promises two where it is to be mended.
fn file(folder: &Path, name: &str, promised: u8) -> PathBuf {
    let path = folder.join(name);
    let track = [0, 0x90, 60, 90, 0x83, 0x60, 0x80, 60, 64, 0, 0xFF, 0x2F, 0];
    let mut bytes = b"MThd\0\0\0\x06\0\x01\0".to_vec();
    bytes.extend([promised, 0x01, 0xE0]);
    bytes.extend(b"MTrk\0\0\0");
    bytes.push(track.len() as u8);
    bytes.extend(track);
    std::fs::write(&path, bytes).unwrap();
    path
}

#[tokio::test]
async fn several_files_are_one_step_and_what_was_mended_is_said_of_each() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let before = studio.score().await.unwrap();
    let (riff, bass) = (file(home.path(), "riff.mid", 1), file(home.path(), "bass.mid", 2));
    let added = studio.add_files(&[riff.clone(), bass.clone()], 3840).await.unwrap();
    assert_eq!(added.revision, 1);
    let [reading] = added.readings.as_slice() else { panic!("{added:?}") };
    assert_eq!(reading.file, "bass.mid");
    assert_eq!(reading.remarks, ["the header promises 2 tracks, the file has 1"]);
    let after = studio.score().await.unwrap();
    assert_eq!(after.tracks.len(), before.tracks.len() + 2);
    assert!(after.tracks[before.tracks.len()..].iter().all(|track| track.notes[0].start == 3840));
    assert_eq!(studio.document().await.unwrap().history.done, ["Add 2 files"]);
    studio.undo().await.unwrap();
    assert_eq!(studio.score().await.unwrap().to_bytes(), before.to_bytes());
    assert_eq!(studio.add_files(&[riff], 0).await.unwrap().readings, []);
    assert_eq!(studio.document().await.unwrap().history.done, ["Add riff.mid"]);
}

#[tokio::test]
async fn where_one_cannot_be_read_nothing_is_added_and_the_error_names_it() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let before = studio.score().await.unwrap();
    let (riff, broken) = (file(home.path(), "riff.mid", 1), home.path().join("broken.mid"));
    std::fs::write(&broken, "no music").unwrap();
    let refused = studio.add_files(&[riff, broken.clone()], 0).await.unwrap_err();
    assert!(matches!(&refused, Error::File { path, .. } if *path == broken), "{refused}");
    assert_eq!(studio.score().await.unwrap(), before);
    assert_eq!(studio.document().await.unwrap().history.done, [""; 0]);
}
