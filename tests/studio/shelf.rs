//! New pieces from templates, pictures of pieces, pins, and pieces that are taken out and brought back.

use engine::{Studio, Template};
use score::{Command, NewNote, TrackId};
use std::time::{Duration, Instant};

async fn studio() -> (tempfile::TempDir, Studio) {
    let home = tempfile::tempdir().unwrap();
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    (home, studio)
}

#[tokio::test]
async fn a_template_is_a_project_that_can_be_written_in_at_once() {
    let (_home, studio) = studio().await;
    for template in Template::ALL {
        studio.new_piece(template, &[]).await.unwrap();
        let document = studio.document().await.unwrap();
        let summary = studio.templates().into_iter().find(|one| one.template == template).unwrap();
        assert_eq!(document.tracks.iter().map(|track| track.header.hue).collect::<Vec<_>>(), summary.hues);
        assert_eq!((document.meters[0].numerator, document.tempos[0].micros), (4, 500_000), "{template:?}");
        let Some(track) = document.tracks.first() else { continue };
        let notes = vec![NewNote::new(960, 960, 60, 80)];
        studio.apply(&Command::AddNotes { track: track.id, notes }, document.revision).await.unwrap();
        studio.undo().await.unwrap();
    }
    assert_eq!(studio.recent().await.unwrap().len(), Template::ALL.len());
}

#[tokio::test]
async fn a_picture_follows_its_piece() {
    let (_home, studio) = studio().await;
    studio.open_demo().await.unwrap();
    let id = studio.document().await.unwrap().project;
    let first = studio.thumbnail(id).await.unwrap();
    assert_eq!(first[..8], [32, 0, 0, 0, 4, 0, 0, 0], "32 bars, 4 tracks");
    assert!(first.len() > 16 + 4 * 200, "{}", first.len());
    assert_eq!(studio.thumbnail(id).await.unwrap(), first, "the kept one is the same");
    studio.apply(&Command::RemoveTrack { track: TrackId(0) }, 0).await.unwrap();
    let second = studio.thumbnail(id).await.unwrap();
    assert_ne!(second, first, "another state, another picture");
    studio.undo().await.unwrap();
    assert_eq!(studio.thumbnail(id).await.unwrap(), first);
    assert!(studio.thumbnail(99).await.is_err());
}

#[tokio::test]
async fn a_hundred_pieces_are_shown_quickly() {
    let (_home, studio) = studio().await;
    for _ in 0..100 {
        studio.open_demo().await.unwrap();
    }
    let list = studio.recent().await.unwrap();
    let timed = async || {
        let began = Instant::now();
        for project in &list {
            studio.thumbnail(project.id).await.unwrap();
        }
        began.elapsed()
    };
    let (drawn, kept) = (timed().await, timed().await);
    assert!(kept < Duration::from_secs(1), "{kept:?}");
    assert!(drawn < Duration::from_secs(10), "{drawn:?}");
}

#[tokio::test]
async fn a_picture_that_is_damaged_is_drawn_again() {
    let (home, studio) = studio().await;
    studio.open_demo().await.unwrap();
    let id = studio.document().await.unwrap().project;
    let first = studio.thumbnail(id).await.unwrap();
    let file = home.path().join("thumbnails").join(id.to_string());
    std::fs::write(&file, b"short").unwrap();
    assert_eq!(studio.thumbnail(id).await.unwrap(), first);
}

#[tokio::test]
async fn pins_and_pieces_that_come_back_survive_a_restart() {
    let (home, studio) = studio().await;
    studio.open_demo().await.unwrap();
    let first = studio.document().await.unwrap().project;
    studio.new_piece(Template::Quartet, &[]).await.unwrap();
    let second = studio.document().await.unwrap().project;
    studio.pin(first, true).await.unwrap();
    let refused = studio.delete_piece(second).await.unwrap_err();
    assert!(refused.to_string().contains("is open"), "{refused}");
    studio.close().await.unwrap();

    let studio = Studio::open_in(home.path(), false).await.unwrap();
    let pinned =
        |list: Vec<engine::wire::ProjectSummary>| list.into_iter().map(|one| (one.id, one.pinned)).collect::<Vec<_>>();
    assert_eq!(pinned(studio.recent().await.unwrap()), [(second, false), (first, true)]);
    studio.delete_piece(first).await.unwrap();
    assert_eq!(pinned(studio.recent().await.unwrap()), [(second, false)]);
    assert!(studio.open_project(first).await.is_err());
    studio.bring_back(first).await.unwrap();
    studio.open_project(first).await.unwrap();
    studio.pin(first, false).await.unwrap();
    assert_eq!(studio.recent().await.unwrap().iter().filter(|one| one.pinned).count(), 0);
}

#[tokio::test]
async fn tags_survive_a_restart() {
    let (home, studio) = studio().await;
    studio.open_demo().await.unwrap();
    let demo = studio.document().await.unwrap().project;
    studio.new_piece(Template::Quartet, &[]).await.unwrap();
    let quartet = studio.document().await.unwrap().project;
    let words = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
    studio.tag(demo, &words(&["waltz", " slow", "Waltz"])).await.unwrap();
    studio.tag(quartet, &words(&["sketch"])).await.unwrap();
    assert!(studio.tag(quartet, &["x".repeat(60)]).await.is_err());
    studio.tag(quartet, &[]).await.unwrap();
    studio.close().await.unwrap();

    let studio = Studio::open_in(home.path(), false).await.unwrap();
    let tags = studio.recent().await.unwrap().into_iter().map(|one| (one.id, one.tags)).collect::<Vec<_>>();
    assert_eq!(tags, [(quartet, words(&[])), (demo, words(&["slow", "waltz"]))]);
}

#[tokio::test]
async fn a_new_piece_calls_its_tracks_as_who_begins_it_does() {
    let home = tempfile::tempdir().unwrap();
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    let names = ["第一小提琴", "", "中提琴"].map(String::from);
    studio.new_piece(Template::Quartet, &names).await.unwrap();
    let named: Vec<String> =
        studio.score().await.unwrap().tracks.iter().map(|track| track.header.name.clone()).collect();
    assert_eq!(named, ["第一小提琴", "Violin II", "中提琴", "Cello"]);
}
