//! The first path without a window: open, edit, vary, accept, undo, redo, export, come back.

use engine::wire::{Event, Selection, VaryProgress, VaryRequest};
use engine::{AudioFormat, Depth, Settings, Stems, Studio};
use score::{Command, Score};
use std::path::Path;
use std::sync::{Arc, Mutex};

fn request(score: &Score, settings: Settings) -> VaryRequest {
    let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 8, cells: Vec::new() };
    VaryRequest::new(selection, settings)
}

/// A short run, so that the tests stay short.
fn settings() -> Settings {
    Settings { count: 2, ..Settings::default() }
}

#[tokio::test]
async fn from_the_demo_to_a_kept_variation_and_back() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = events.clone();
    studio.subscribe(move |event| {
        heard.lock().unwrap().push(event);
        true
    });
    let before = studio.score().await.unwrap();
    let written = Arc::new(Mutex::new(0));
    let count = written.clone();
    let run = studio
        .vary(request(&before, settings()), move |step| {
            if matches!(step, VaryProgress::Wrote { .. }) {
                *count.lock().unwrap() += 1;
            }
            true
        })
        .await
        .unwrap();
    assert_eq!(run.candidates.len(), 2);
    assert!(*written.lock().unwrap() > 0, "ghosts are shown while they are written");
    assert!(studio.score().await.unwrap().checksum() == before.checksum(), "a candidate changes nothing");

    let first = &run.candidates[0];
    let bars = before.bars();
    for note in first.notes.iter().flat_map(|track| &track.notes) {
        let bar = bars.of_onset(note.start).index as u32 + 1;
        assert!((5..=8).contains(&bar), "bar {bar}");
    }
    studio.accept(first.id).await.unwrap();
    let after = studio.score().await.unwrap();
    assert!(after.checksum() != before.checksum());
    assert!(studio.document().await.unwrap().history.done.len() == 1, "one step");
    studio.undo().await.unwrap();
    assert!(studio.score().await.unwrap().checksum() == before.checksum());
    studio.redo().await.unwrap();
    assert!(studio.score().await.unwrap().checksum() == after.checksum());
    let changes = events.lock().unwrap().iter().filter(|event| matches!(event, Event::Changed(_))).count();
    assert_eq!(changes, 3);
}

#[tokio::test]
async fn the_same_request_gives_the_same_notes_and_another_seed_gives_others() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let score = studio.score().await.unwrap();
    let mut runs = Vec::new();
    for seed in [7, 7, 900] {
        let asked = request(&score, Settings { seed, ..settings() });
        let run = studio.vary(asked, |_| true).await.unwrap();
        let notes = run.candidates.into_iter().map(|candidate| {
            let tracks = candidate.notes.into_iter().flat_map(|track| track.notes);
            tracks.map(|note| (note.start, note.length, note.pitch, note.velocity)).collect::<Vec<_>>()
        });
        runs.push(notes.collect::<Vec<_>>());
    }
    assert!(runs[0] == runs[1]);
    assert!(runs[0] != runs[2]);
}

#[tokio::test]
async fn locked_notes_stay_and_nothing_outside_moves() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let score = studio.score().await.unwrap();
    let locked = studio.note_at(score.tracks[0].id, 5, 2).await.unwrap();
    studio.apply(&Command::LockNotes { ids: vec![locked], locked: true }, 0).await.unwrap();
    let before = studio.score().await.unwrap();
    let run = studio.vary(request(&before, Settings { strength: 0.9, ..settings() }), |_| true).await.unwrap();
    let bars = before.bars();
    for candidate in &run.candidates {
        assert!(!candidate.removed.contains(&locked));
        for id in &candidate.removed {
            let note = before.tracks[0].note(*id).expect("only the selected track loses notes");
            assert!((5..=8).contains(&(bars.of_onset(note.start).index + 1)));
        }
    }
}

#[tokio::test]
async fn a_stopped_run_says_so_and_leaves_everything_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let before = studio.score().await.unwrap();
    let stopped = studio.vary(request(&before, settings()), |_| false).await;
    assert!(matches!(stopped, Err(engine::Error::Cancelled)), "{:?}", stopped.err());
    assert!(studio.score().await.unwrap().checksum() == before.checksum());
}

#[tokio::test]
async fn projects_come_back_with_their_history() {
    let home = tempfile::tempdir().unwrap();
    let (id, checksum) = {
        let studio = crate::demo(home.path()).await;
        let score = studio.score().await.unwrap();
        let ids: Vec<_> = score.tracks[0].notes.iter().take(3).map(|note| note.id).collect();
        let up = Command::MoveNotes { ids: ids.clone(), ticks: 0, semitones: 2 };
        let revision = studio.apply(&up, 0).await.unwrap();
        assert!(matches!(studio.apply(&up, 0).await, Err(engine::Error::Stale { .. })), "an old picture is refused");
        studio.apply(&Command::DeleteNotes { ids }, revision).await.unwrap();
        studio.undo().await.unwrap();
        let document = studio.document().await.unwrap();
        studio.close().await.unwrap();
        (document.project, document.checksum)
    };
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    assert_eq!(studio.recent().await.unwrap()[0].id, id);
    studio.open_project(id).await.unwrap();
    let document = studio.document().await.unwrap();
    assert_eq!(document.checksum, checksum);
    assert_eq!((document.history.done.len(), document.history.undone.len()), (1, 1));
    studio.undo().await.unwrap();
    studio.redo().await.unwrap();
    studio.redo().await.unwrap();
    assert_eq!(studio.document().await.unwrap().history.undone.len(), 0);
}

#[tokio::test]
async fn midi_and_sound_are_written_whole() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::headless();
    studio.open_demo().await.unwrap();
    let midi = folder.path().join("waltz.mid");
    studio.export_midi(&midi).await.unwrap();
    let again = Studio::headless();
    assert!(again.open_file(&midi).await.unwrap().is_empty(), "nothing to repair in our own file");
    let (wrote, read) = (studio.score().await.unwrap(), again.score().await.unwrap());
    let notes = |score: &Score| -> Vec<_> {
        let all = score.tracks.iter().flat_map(|track| track.notes.iter());
        let mut notes: Vec<_> = all.map(|note| (note.start, note.pitch, note.length, note.velocity)).collect();
        notes.sort_unstable();
        notes
    };
    assert!(notes(&wrote) == notes(&read));

    let wav = folder.path().join("waltz.wav");
    let format = AudioFormat { rate: 22_050, depth: Depth::Sixteen, stems: Stems::None, tail: None, normalise: None };
    let rendered = studio.export_audio(&wav, format, |_| true).await.unwrap();
    assert!(rendered.seconds > 30.0 && rendered.peak_db > -30.0, "{rendered:?}");
    let stopped = studio.export_audio(&folder.path().join("stopped.wav"), format, |step| step.done < 0.2).await;
    assert!(matches!(stopped, Err(engine::Error::Cancelled)));
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "only whole files: {left:?}");
}

#[tokio::test]
async fn tracks_are_written_by_themselves_beside_the_mix_or_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::headless();
    studio.open_demo().await.unwrap();
    let tracks = studio.score().await.unwrap().tracks.len();
    let format = AudioFormat { rate: 16_000, depth: Depth::Sixteen, stems: Stems::Beside, tail: None, normalise: None };
    let rendered = studio.export_audio(&folder.path().join("waltz.flac"), format, |_| true).await.unwrap();
    assert_eq!(rendered.stems.len(), tracks);
    assert!(rendered.stems.iter().all(|stem| stem.parent().unwrap().ends_with("waltz tracks")), "{:?}", rendered.stems);
    let size = |path: &std::path::Path| std::fs::metadata(path).unwrap().len();
    for file in rendered.stems.iter().chain([&folder.path().join("waltz.flac")]) {
        assert_eq!(&std::fs::read(file).unwrap()[..4], b"fLaC", "{}", file.display());
    }
    let wav = AudioFormat { stems: Stems::Only, ..format };
    let only = studio.export_audio(&folder.path().join("waltz.wav"), wav, |_| true).await.unwrap();
    assert!(!folder.path().join("waltz.wav").exists());
    for (flac, wav) in rendered.stems.iter().zip(&only.stems) {
        assert_eq!(flac.file_stem(), wav.file_stem());
        assert!(size(flac) < size(wav) * 7 / 10, "{}: {} of {}", flac.display(), size(flac), size(wav));
    }
    let float = AudioFormat { depth: Depth::Float, ..format };
    let refused = studio.export_audio(&folder.path().join("float.flac"), float, |_| true).await.unwrap_err();
    assert!(refused.to_string().contains("16 or 24 bits"), "{refused}");
    let count = std::sync::atomic::AtomicU32::new(0);
    let some = move |_| count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 40;
    let (path, only) = (folder.path().join("stopped.wav"), AudioFormat { stems: Stems::Only, ..format });
    assert!(matches!(studio.export_audio(&path, only, some).await, Err(engine::Error::Cancelled)));
    assert_eq!(std::fs::read_dir(folder.path().join("stopped tracks")).unwrap().count(), 0, "nothing half is left");
}

#[tokio::test]
async fn files_are_as_long_and_as_loud_as_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::headless();
    studio.open_demo().await.unwrap();
    let plain = AudioFormat { rate: 8_000, depth: Depth::Float, stems: Stems::None, tail: Some(0.0), normalise: None };
    let write = async |name: &str, format| studio.export_audio(&folder.path().join(name), format, |_| true).await;
    let short = write("short.wav", plain).await.unwrap();
    let long = write("long.wav", AudioFormat { tail: Some(3.0), ..plain }).await.unwrap();
    assert!((long.seconds - short.seconds - 3.0).abs() < 0.01, "{} and {}", long.seconds, short.seconds);
    assert!(short.peak_db < -1.5, "the demo is not that loud by itself: {}", short.peak_db);

    let loud = AudioFormat { stems: Stems::Beside, normalise: Some(1.0), ..plain };
    let steps = Arc::new(Mutex::new(Vec::new()));
    let told = steps.clone();
    let progress = move |step: engine::wire::Progress| {
        told.lock().unwrap().push(step.done);
        true
    };
    let made = studio.export_audio(&folder.path().join("loud.wav"), loud, progress).await.unwrap();
    assert!((made.peak_db + 1.0).abs() < 0.02, "the loudest file: {}", made.peak_db);
    let steps = steps.lock().unwrap().clone();
    assert!(steps.is_sorted() && steps.last() == Some(&1.0), "hearing it first is part of the way: {steps:?}");

    // All files have been made louder by the same: what one track is beside another stays.
    let stems = AudioFormat { normalise: None, ..loud };
    let own = studio.export_audio(&folder.path().join("own.wav"), stems, |_| true).await.unwrap();
    let peak = |path: &Path| {
        let bytes = std::fs::read(path).unwrap();
        let data = bytes.windows(4).position(|at| at == b"data").unwrap() + 8;
        let samples = bytes[data..].chunks_exact(4).map(|one| f32::from_le_bytes(one.try_into().unwrap()).abs());
        samples.fold(0.0f32, f32::max)
    };
    let gains: Vec<f32> = made.stems.iter().zip(&own.stems).map(|(loud, own)| peak(loud) / peak(own)).collect();
    assert_eq!(gains.len(), 4);
    assert!(gains.iter().all(|gain| (gain / gains[0] - 1.0).abs() < 1e-3 && *gain > 1.1), "{gains:?}");

    for wrong in [AudioFormat { tail: Some(61.0), ..plain }, AudioFormat { normalise: Some(-3.0), ..plain }] {
        let refused = write("wrong.wav", wrong).await.unwrap_err();
        assert!(refused.to_string().contains("outside 0..=60"), "{refused}");
    }
    assert!(!folder.path().join("wrong.wav").exists());
}

#[tokio::test]
async fn hearts_and_crosses_are_remembered_with_what_was_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let score = studio.score().await.unwrap();
    let run = studio.vary(request(&score, settings()), |_| true).await.unwrap();
    studio.judge(run.candidates[0].id, true).await.unwrap();
    studio.judge(run.candidates[1].id, false).await.unwrap();
    let gone = run.candidates[1].id;
    studio.reject().await.unwrap();
    assert!(matches!(studio.judge(gone, true).await, Err(engine::Error::NoCandidate { .. })));
    let project = studio.document().await.unwrap().project;
    studio.close().await.unwrap();
    drop(studio);

    let library = library::Library::open(home.path(), 0).await.unwrap();
    let verdicts = library.verdicts().await.unwrap();
    let found: Vec<_> = verdicts.iter().map(|verdict| (verdict.seed, verdict.accepted)).collect();
    assert_eq!(found, [(run.candidates[0].seed.into(), true), (run.candidates[1].seed.into(), false)]);
    assert!(verdicts.iter().all(|verdict| verdict.project.map(|project| project.0) == Some(project)));
    let asked = &verdicts[0].settings;
    assert_eq!(
        (asked["request"]["selection"]["fromBar"].as_u64(), asked["model"].as_str()),
        (Some(5), Some(&*run.model))
    );
}
