//! What an accepted variation was asked for stays with its step of the history.

use engine::wire::{Selection, VaryRequest};
use engine::{AskedStep, Keep, Mode, Settings, Studio};
use score::Command;

fn request(score: &score::Score) -> VaryRequest {
    let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 6, cells: Vec::new() };
    let settings = Settings {
        mode: Mode::Variation,
        strength: 0.7,
        keep: vec![Keep::Contour],
        scale: "D minor".into(),
        range: Some((48, 84)),
        density: 0.25,
        polyphony: Some(3),
        temperature: 1.1,
        count: 2,
        seed: 41,
        ..Settings::default()
    };
    VaryRequest::new(selection, settings)
}

#[tokio::test]
async fn seed_model_and_all_settings_are_kept_over_undo_and_reopening_and_give_the_same_notes_again() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let before = studio.score().await.unwrap();
    let run = studio.vary(request(&before), |_| true).await.unwrap();
    let second = run.candidates[1].clone();
    studio.accept(second.id).await.unwrap();
    let accepted = studio.score().await.unwrap();
    let kept = studio.asked().await.unwrap();
    let [AskedStep { away: 0, asked }] = kept.as_slice() else { panic!("{kept:?}") };
    assert_eq!((asked.candidate, &asked.model, &asked.request), (2, &run.model, &request(&before)));

    // A step of a person has nothing of the kind, and the way to the other one is longer.
    let rename = Command::RenameTrack { track: before.tracks[0].id, name: "Air".into() };
    studio.apply(&rename, 1).await.unwrap();
    let aways = async || studio.asked().await.unwrap().iter().map(|step| step.away).collect::<Vec<_>>();
    assert_eq!(aways().await, [-1]);
    studio.undo().await.unwrap();
    studio.undo().await.unwrap();
    assert_eq!(aways().await, [1]);
    let project = studio.document().await.unwrap().project;
    studio.close().await.unwrap();
    drop(studio);

    let studio = Studio::open_in(home.path(), false).await.unwrap();
    studio.open_project(project).await.unwrap();
    let found = studio.asked().await.unwrap();
    assert_eq!((found[0].away, &found[0].asked), (1, asked));
    let again = studio.vary(found[0].asked.request.clone(), |_| true).await.unwrap();
    let same = &again.candidates[found[0].asked.candidate as usize - 1];
    assert_eq!(same.notes, second.notes);
    studio.accept(same.id).await.unwrap();
    assert_eq!(studio.score().await.unwrap().checksum(), accepted.checksum());
}

#[tokio::test]
async fn a_variation_goes_on_a_track_of_its_own_as_one_step_that_knows_the_same() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let before = studio.score().await.unwrap();
    let run = studio.vary(request(&before), |_| true).await.unwrap();
    let first = run.candidates[0].clone();
    studio.accept_beside(first.id, &["Take A".into()]).await.unwrap();
    let after = studio.score().await.unwrap();
    let (old, new) = (after.tracks.split_at(before.tracks.len()).0, &after.tracks[before.tracks.len()..]);
    assert_eq!(old, &before.tracks[..], "the piece's own tracks stay as they are");
    assert_eq!(new.iter().map(|track| track.header.name.as_str()).collect::<Vec<_>>(), ["Take A"]);
    assert_eq!(new[0].header.program, before.tracks[0].header.program);
    let bars = before.bars();
    let stays = before.tracks[0].notes.iter().filter(|note| {
        (5..=6).contains(&(bars.of_onset(note.start).index as u32 + 1)) && !first.removed.contains(&note.id)
    });
    assert_eq!(new[0].notes.len(), stays.count() + first.notes[0].notes.len());
    let history = studio.document().await.unwrap().history.done;
    assert_eq!(history.len(), 1);
    assert!(history[0].starts_with(&format!("Vary bars 5–6 on new tracks, seed {}, strength 70 %", first.seed)));
    let kept = studio.asked().await.unwrap();
    assert_eq!((kept[0].asked.candidate, &kept[0].asked.request), (1, &request(&before)));
    assert!(studio.versions().await.unwrap()[0].automatic, "how the piece was before is a version");
    studio.undo().await.unwrap();
    assert_eq!(studio.score().await.unwrap().to_bytes(), before.to_bytes());
}
