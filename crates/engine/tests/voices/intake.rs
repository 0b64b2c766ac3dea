//! Folders as they are looked at before anything is learnt.

use super::tune;
use engine::Studio;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use score::{Header, Note, Score, Track};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn a_folder_of_which_nothing_can_be_used_has_a_reason_for_every_file() {
    let home = tempfile::tempdir().unwrap();
    let studio = Studio::headless();
    for (name, bytes) in [("one.mid", &b"MThd"[..]), ("two.musicxml", b"<html/>"), ("three.abc", b"nothing")] {
        std::fs::write(home.path().join(name), bytes).unwrap();
    }
    let files = studio.survey(home.path().to_owned(), |_| true).await.unwrap();
    assert_eq!((files.used + files.repaired, files.rejected.len()), (0, 3));
    assert!(files.lines.iter().all(|line| !line.reason.is_empty()) && files.warnings.len() == 1, "{files:?}");
}

#[tokio::test]
async fn what_would_make_a_poor_voice_is_said_before_any_time_is_spent() {
    let home = tempfile::tempdir().unwrap();
    let studio = Studio::headless();
    let put = |folder: &str, name: u32, score: &Score| {
        std::fs::create_dir_all(home.path().join(folder)).unwrap();
        let path = home.path().join(folder).join(format!("{name}.mid"));
        std::fs::write(path, formats::midi::write(score)).unwrap();
    };
    for number in 0..4 {
        let mut drums = tune(number, 16);
        let track = Arc::make_mut(&mut drums.tracks[0]);
        let notes = track.notes.iter().map(|note| Note { pitch: 36 + note.pitch % 12, ..*note }).collect();
        *track = Track::new(1, Header { channel: 9, ..track.header.clone() }, notes);
        put("drums", number, &drums);
        put("one rules", number, &tune(number, if number == 0 { 96 } else { 8 }));
        put("good", number, &tune(number, 64));
    }
    let said =
        async |folder: &str| studio.survey(home.path().join(folder), |_| true).await.unwrap().warnings.join("; ");
    let drums = said("drums").await;
    assert!(drums.contains("all of it is drums") && drums.contains("64 bars are few"), "{drums}");
    let rules = said("one rules").await;
    assert!(rules.contains("0.mid has 80 % of all notes"), "{rules}");
    assert_eq!(said("good").await, "");
}

#[tokio::test]
async fn twenty_thousand_files_are_taken_in_and_each_has_its_line() {
    const FILES: u32 = 20_000;
    let home = tempfile::tempdir().unwrap();
    for number in 0..FILES {
        let inner = home.path().join(format!("{}", number / 1000));
        if number % 1000 == 0 {
            std::fs::create_dir(&inner).unwrap();
        }
        let mut score = tune(1, 2);
        let track = Arc::make_mut(&mut score.tracks[0]);
        // Other notes in each, so that none is like another.
        let mut chance = ChaCha8Rng::seed_from_u64(number.into());
        let notes = track.notes.iter().map(|note| Note { pitch: chance.random_range(50..80), ..*note }).collect();
        *track = Track::new(1, track.header.clone(), notes);
        std::fs::write(inner.join(format!("{number}.mid")), formats::midi::write(&score)).unwrap();
    }
    let heard = Arc::new(Mutex::new(0));
    let count = heard.clone();
    let studio = Studio::headless();
    let files = studio.survey(home.path().to_owned(), move |_| {
        *count.lock().unwrap() += 1;
        true
    });
    let files = files.await.unwrap();
    assert_eq!(files.lines.len(), FILES as usize);
    assert!(files.used + files.repaired > FILES as usize * 9 / 10, "{} used", files.used + files.repaired);
    let heard = *heard.lock().unwrap();
    assert!((100..1000).contains(&heard), "it tells how far it is, and not so often that a window drowns: {heard}");
}
