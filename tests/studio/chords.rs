//! The chord track from the journal to the files, and what the model writes when it follows it.

use engine::wire::{FragmentRequest, Selection, VaryRequest};
use engine::{Code, Keep, Mode, MusicXml, Settings, Studio};
use score::{Command, Note, Score, Tick};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Bars 5 to 8 of the demo, other than they are: G7, C/E, F, G7.
const OTHER: [&str; 4] = ["Am", "Dm7", "E7", "F"];
const BAR: Tick = 3 * 960;

async fn demo() -> Studio {
    let studio = Studio::headless();
    studio.open_demo().await.unwrap();
    studio
}

/// Writes chords into bars from the fifth on; answers the revision.
async fn write(studio: &Studio, chords: &[&str]) -> u32 {
    let mut revision = studio.document().await.unwrap().revision;
    for (at, chord) in (4..).zip(chords) {
        let set = Command::SetChord { tick: at * BAR, chord: (*chord).into() };
        revision = studio.apply(&set, revision).await.unwrap();
    }
    revision
}

fn names(score: &Score) -> Vec<(Tick, String)> {
    score.chords.iter().map(|chord| (chord.tick / BAR, chord.text())).collect()
}

#[tokio::test]
async fn chords_are_in_the_journal_and_come_back() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let revision = write(&studio, &OTHER).await;
    let refused = studio.apply(&Command::SetChord { tick: 0, chord: "Hm".into() }, revision).await.unwrap_err();
    assert_eq!(refused.code(), Code::NoChord);
    assert!(refused.to_string().contains("\"Hm\""), "{refused}");
    studio.detect_chords(None, revision).await.unwrap();
    studio.undo().await.unwrap();
    let (score, project) = (studio.score().await.unwrap(), studio.document().await.unwrap().project);
    studio.close().await.unwrap();
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    studio.open_project(project).await.unwrap();
    assert_eq!(names(&studio.score().await.unwrap()), names(&score));
    studio.redo().await.unwrap();
    let document = studio.document().await.unwrap();
    assert!(document.chords.len() > 10 && document.chords.iter().filter(|chord| !chord.detected).count() == 4);
    while !studio.document().await.unwrap().history.done.is_empty() {
        studio.undo().await.unwrap();
    }
    assert!(studio.document().await.unwrap().chords.is_empty());
}

#[tokio::test]
async fn files_keep_chords() {
    let folder = tempfile::tempdir().unwrap();
    let studio = demo().await;
    let revision = write(&studio, &["Am7/G", "F#m7b5", "N.C.", "Bbmaj7#11"]).await;
    studio.detect_chords(Some(engine::wire::Range { from: 8 * BAR, to: 12 * BAR }), revision).await.unwrap();
    let before = studio.score().await.unwrap();
    let again = Studio::headless();
    let midi = folder.path().join("waltz.mid");
    studio.export_midi(&midi).await.unwrap();
    again.open_file(&midi).await.unwrap();
    assert_eq!(again.score().await.unwrap().chords, before.chords, "with what was heard and what was written");
    let notation = folder.path().join("waltz.musicxml");
    studio.export_musicxml(&notation, MusicXml::default()).await.unwrap();
    assert!(again.open_file(&notation).await.unwrap().is_empty());
    assert_eq!(names(&again.score().await.unwrap()), names(&before));
}

#[tokio::test]
async fn symbols_stand_above_the_first_staff_of_their_bar_only() {
    let studio = demo().await;
    let tracks: Vec<_> = studio.score().await.unwrap().tracks.iter().map(|track| track.id).collect();
    let asked = FragmentRequest { from_bar: 4, to_bar: 8, tracks, candidate: None, tried: false, known: Vec::new() };
    let before = studio.fragment(asked.clone()).await.unwrap();
    write(&studio, &["Am7/G"]).await;
    let after = studio.fragment(asked).await.unwrap();
    let changed: Vec<bool> = before.checksums.iter().zip(&after.checksums).map(|(a, b)| a != b).collect();
    assert_eq!(changed, [false, true, false, false, false]);
    let text = after.text.unwrap();
    assert_eq!(text.matches("<harmony").count(), 1);
    assert!(text.find("<harmony").unwrap() < text.find("<part id=\"P2\"").unwrap());
}

/// Of the notes that candidates write on the beats, and of all others, the share that are tones of their chord.
async fn shares(settings: Settings) -> [f64; 2] {
    let studio = demo().await;
    write(&studio, &OTHER).await;
    let score: Arc<Score> = studio.score().await.unwrap();
    let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 8, cells: Vec::new() };
    let run = studio.vary(VaryRequest::new(selection, settings), |_| true).await.unwrap();
    let mut counts = [[0.0; 2]; 2];
    for note in run.candidates.iter().flat_map(|candidate| &candidate.notes).flat_map(|track| &track.notes) {
        let held = score.chords.iter().rfind(|chord| chord.tick <= note.start).and_then(|chord| chord.symbol).unwrap();
        let beside = usize::from(!note.start.is_multiple_of(960));
        counts[beside][0] += f64::from(held.classes() >> (note.pitch % 12) & 1);
        counts[beside][1] += 1.0;
    }
    counts.map(|[inside, all]| inside / all)
}

#[tokio::test]
async fn what_is_written_follows_the_chord_track() {
    let ways = [
        (Mode::Variation, 0.3),
        (Mode::Variation, 0.5),
        (Mode::Variation, 0.9),
        (Mode::Infill, 0.5),
        (Mode::Continue, 0.5),
        (Mode::Accompany, 0.5),
    ];
    for (mode, strength) in ways {
        let settings = Settings { mode, strength, count: 8, seed: 11, ..Settings::default() };
        let [without, _] = shares(settings.clone()).await;
        let [with, _] = shares(Settings { chords: true, ..settings }).await;
        assert!(with > 0.99, "{mode:?} {strength}: {with}");
        assert!(without < 0.6, "{mode:?} {strength}: {without}");
    }
    // An ornament leaves what stands on the beats, but not where it stands against its chord.
    let [ornament, _] = shares(Settings { strength: 0.1, count: 8, chords: true, ..Settings::default() }).await;
    assert!(ornament > 0.99, "{ornament}");
}

#[tokio::test]
async fn pitches_that_are_kept_stay() {
    let studio = demo().await;
    write(&studio, &OTHER).await;
    let score = studio.score().await.unwrap();
    let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 8, cells: Vec::new() };
    let settings = Settings { chords: true, keep: vec![Keep::Pitches], count: 4, ..Settings::default() };
    let run = studio.vary(VaryRequest::new(selection, settings), |_| true).await.unwrap();
    let pitches = |notes: &[Note]| notes.iter().map(|note| note.pitch).collect::<BTreeSet<_>>();
    let old = pitches(&score.tracks[0].notes[..]);
    for candidate in &run.candidates {
        let new = pitches(&candidate.notes[0].notes);
        assert!(!new.is_empty() && new.is_subset(&old), "{new:?}");
    }
}

#[tokio::test]
async fn without_chords_nothing_is_followed() {
    let notes = async |chords: bool, track: bool| {
        let studio = demo().await;
        if track {
            write(&studio, &OTHER).await;
        }
        let score = studio.score().await.unwrap();
        let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 8, cells: Vec::new() };
        let settings = Settings { chords, count: 2, ..Settings::default() };
        let run = studio.vary(VaryRequest::new(selection, settings), |_| true).await.unwrap();
        run.candidates.into_iter().map(|candidate| candidate.notes).collect::<Vec<_>>()
    };
    let plain = notes(false, false).await;
    assert!(notes(true, false).await == plain, "the chord track is empty");
    assert!(notes(false, true).await == plain, "the chord track is not followed");
    assert!(notes(true, true).await != plain);
}
