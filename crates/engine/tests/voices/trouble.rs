//! What may go wrong with a folder, a disk or a library: each has its outcome, and nothing is lost.

use super::{base, knobs, plan, refused, train, tune, tunes};
use engine::{Files, Finetuning, Knobs, Learning, Studio, TrainRequest, finetune};
use score::{Note, Track};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A folder with these files, each with what it holds.
fn holding(home: &Path, files: &[(&str, Vec<u8>)]) -> Finetuning {
    let music = home.join("music");
    std::fs::create_dir_all(&music).unwrap();
    files.iter().for_each(|(name, bytes)| std::fs::write(music.join(name), bytes).unwrap());
    plan(home, music)
}

/// What is said of such a folder, of which nothing is kept.
fn refused_with(files: &[(&str, Vec<u8>)]) -> String {
    let home = tempfile::tempdir().unwrap();
    let plan = holding(home.path(), files);
    let words = refused(&plan);
    assert!(!plan.output.join("run").exists() && !plan.output.join("voice.safetensors").exists());
    words
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let home = tempfile::tempdir().unwrap();
    let words = refused(&plan(home.path(), home.path().join("music")));
    assert!(words.contains("music") && words.contains("cannot read"), "{words}");
}

#[test]
fn an_empty_folder_is_refused() {
    let words = refused_with(&[]);
    assert!(words.contains("there is no file of music in it"), "{words}");
}

#[test]
fn a_folder_without_music_is_refused() {
    let words = refused_with(&[("a.txt", b"words".to_vec()), ("b.pdf", b"%PDF-1.4".to_vec())]);
    assert!(words.contains("there is no file of music in it"), "{words}");
}

#[test]
fn a_folder_of_which_all_is_broken_is_refused_with_the_reasons() {
    let words = refused_with(&[("a.mid", b"MThd".to_vec()), ("b.musicxml", b"<html/>".to_vec())]);
    assert!(words.contains("none of its 2 files") && words.contains("a.mid"), "{words}");
}

#[test]
fn a_single_file_of_two_bars_is_too_little() {
    let words = refused_with(&[("a.mid", formats::midi::write(&tune(1, 2)))]);
    assert!(words.contains("too little") && words.contains("add more of your music"), "{words}");
}

#[test]
fn a_single_piece_is_learnt_with_a_warning() {
    let home = tempfile::tempdir().unwrap();
    let one = train(&holding(home.path(), &[("a.mid", formats::midi::write(&tune(1, 16)))])).unwrap();
    assert!(one.files.warnings.iter().any(|warning| warning.contains("one piece")), "{:?}", one.files.warnings);
}

#[test]
fn a_knob_out_of_its_range_is_named_before_anything_is_read() {
    let home = tempfile::tempdir().unwrap();
    let knobs = Knobs { replay: 1.0, ..knobs() };
    let words = refused(&Finetuning { knobs, ..plan(home.path(), home.path().join("not there")) });
    assert!(words.contains("replay is 1"), "{words}");
}

#[test]
fn two_trainings_do_not_write_into_one_folder() {
    let home = tempfile::tempdir().unwrap();
    let plan = plan(home.path(), tunes(home.path(), 5));
    let mut second = None;
    let first = finetune(&plan, &AtomicBool::new(false), |learning| {
        if second.is_none() && matches!(learning, Learning::Preparing { .. }) {
            second = Some(train(&Finetuning { resume: true, ..plan.clone() }));
        }
    });
    assert!(second.unwrap().unwrap_err().to_string().contains("another training"));
    first.unwrap();
}

#[test]
fn a_folder_that_vanishes_while_it_is_learnt_harms_nothing() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    let plan = plan(home.path(), music.clone());
    let done = finetune(&plan, &AtomicBool::new(false), |learning| {
        if matches!(learning, Learning::Preparing { .. }) && music.exists() {
            std::fs::remove_dir_all(&music).unwrap();
        }
    });
    let done = done.unwrap();
    assert!(done.gains && done.copy_rate.is_none(), "what was read is learnt, but nothing can be compared: {done:?}");
    assert!(done.files.warnings.iter().any(|warning| warning.contains("6 of 6 files were changed or removed")));
}

#[test]
fn a_folder_that_changes_while_it_is_learnt_is_learnt_as_it_was_and_then_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let music = tunes(home.path(), 6);
    let plan = plan(home.path(), music.clone());
    let changed = music.join("old/tune 0.mid");
    let before = std::fs::read(&changed).unwrap();
    let mut done = false;
    let first = finetune(&plan, &AtomicBool::new(false), |learning| {
        if !matches!(learning, Learning::Step { .. }) || std::mem::replace(&mut done, true) {
            return;
        }
        // Another note, of which the file is as long as before, a new file, and one that goes.
        let mut score = tune(0, 16);
        let track = Arc::make_mut(&mut score.tracks[0]);
        let notes = track.notes.iter().map(|note| Note { pitch: note.pitch - 12, ..*note }).collect();
        *track = Track::new(1, track.header.clone(), notes);
        let after = formats::midi::write(&score);
        assert!(after.len() == before.len() && after != before);
        std::fs::write(&changed, after).unwrap();
        std::fs::write(music.join("more.mid"), formats::midi::write(&tune(8, 16))).unwrap();
        std::fs::remove_file(music.join("new/tune 1.mid")).unwrap();
    });
    let first = first.unwrap();
    assert_eq!((first.gains, first.files.used), (true, 6));
    let said = |files: &Files| files.warnings.iter().find(|warning| warning.contains("changed or removed")).cloned();
    assert!(said(&first.files).unwrap().starts_with("2 of 6 files"), "{:?}", first.files.warnings);
    let second = train(&Finetuning { resume: true, ..plan }).unwrap();
    assert_eq!((second.files.used, said(&second.files)), (6, None), "five that are left, and the new one");
    assert!(second.files.lines.iter().any(|line| line.file == "more.mid"));
}

#[test]
fn time_for_a_few_steps_only_is_said() {
    let home = tempfile::tempdir().unwrap();
    let knobs = Knobs { minutes: 1e-6, epochs: 50.0, ..knobs() };
    let done = train(&Finetuning { knobs, ..plan(home.path(), tunes(home.path(), 6)) }).unwrap();
    let few = "there was time for 0 of the 20 steps";
    assert!(done.files.warnings.iter().any(|warning| warning.starts_with(few)), "{:?}", done.files.warnings);
}

/// At what a folder is removed.
type Moment = fn(&Learning) -> bool;

const MOMENTS: [(&str, Moment); 6] = [
    ("taken in", |learning| matches!(learning, Learning::Took { .. })),
    ("prepared", |learning| matches!(learning, Learning::Preparing { done, .. } if *done > 0)),
    ("tried out", |learning| matches!(learning, Learning::Searching { done: 1, .. })),
    ("learnt", |learning| matches!(learning, Learning::Step { .. })),
    ("measured", |learning| matches!(learning, Learning::Held { tokens, .. } if *tokens > 0)),
    ("proved", |learning| matches!(learning, Learning::Proving { .. })),
];

#[test]
fn a_voice_whose_own_folder_is_removed_says_so_at_once_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let knobs = Knobs { passages: 2, search: 0.05, ..knobs() };
    let plan = Finetuning { knobs, ..plan(home.path(), tunes(home.path(), 6)) };
    for (name, moment) in MOMENTS {
        let mut after = None;
        let ended = finetune(&plan, &AtomicBool::new(false), |learning| {
            after = after.map(|after| after + 1);
            if after.is_none() && moment(learning) {
                std::fs::remove_dir_all(&plan.output).unwrap();
                after = Some(0);
            }
        });
        let words = ended.unwrap_err().to_string();
        assert!(words.contains("was removed while the voice learnt"), "{name}: {words}");
        assert!(after.is_some_and(|after| after <= 2), "{name}: it went on for {after:?} steps");
        assert!(!plan.output.exists(), "{name}: nothing is left of it");
    }
    assert!(train(&plan).unwrap().gains, "and it can be trained again");
}

#[tokio::test]
async fn a_library_that_is_deleted_while_a_voice_learns_costs_neither_the_open_piece_nor_the_studio() {
    let home = tempfile::tempdir().unwrap();
    let library = home.path().join("library");
    let studio = Studio::open_in(&library, false).await.unwrap();
    studio.use_model(&base(home.path())).unwrap();
    studio.open_demo().await.unwrap();
    let open = studio.document().await.unwrap();
    let request = TrainRequest {
        folder: tunes(home.path(), 6),
        name: "Lost".into(),
        knobs: Knobs { epochs: 1e4, minutes: 60.0, patience: 20, ..knobs() },
        id: None,
    };
    let gone = library.clone();
    let training = studio.train_voice(request.clone(), move |learning| {
        if matches!(learning, Learning::Step { .. }) && gone.exists() {
            std::fs::remove_dir_all(&gone).unwrap();
        }
    });
    let words = training.await.unwrap_err().to_string();
    assert!(words.contains("was removed while the voice learnt"), "{words}");
    assert!(!library.join("voices").exists(), "nothing is made anew that nobody would find");

    // What is open stays open, can be kept elsewhere, and the studio goes on.
    assert_eq!(studio.document().await.unwrap().checksum, open.checksum);
    let kept = home.path().join("kept.mid");
    studio.export_midi(&kept).await.unwrap();
    assert!(Studio::headless().open_file(&kept).await.unwrap().is_empty());
    assert_eq!(studio.voices().await.unwrap(), []);
    let again = TrainRequest { name: "Again".into(), knobs: knobs(), ..request };
    assert!(studio.train_voice(again, |_| ()).await.unwrap().gains());
    assert_eq!(studio.voices().await.unwrap()[0].name, "Again");
}
