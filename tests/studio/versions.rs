//! Versions: kept, listed with what has changed since, gone back to, copied, deleted; there after a restart.

use engine::wire::{Selection, VaryRequest};
use engine::{Error, Settings, Since, Studio};
use score::{Command, NoteId, TrackId};

async fn demo() -> (tempfile::TempDir, Studio) {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    (home, studio)
}

async fn apply(studio: &Studio, command: Command) {
    let revision = studio.document().await.unwrap().revision;
    studio.apply(&command, revision).await.unwrap();
}

async fn checksum(studio: &Studio) -> u32 {
    studio.document().await.unwrap().checksum
}

#[tokio::test]
async fn a_version_says_what_has_changed_and_is_gone_back_to_in_one_step() {
    let (home, studio) = demo().await;
    let first = checksum(&studio).await;
    let id = studio.keep_version("  First idea ").await.unwrap();
    apply(&studio, Command::DeleteNotes { ids: vec![NoteId(0), NoteId(1)] }).await;
    apply(&studio, Command::MoveNotes { ids: vec![NoteId(2)], ticks: 0, semitones: 1 }).await;
    apply(&studio, Command::SetTempo { tick: 0, micros: 600_000 }).await;
    let list = studio.versions().await.unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!((list[0].id, list[0].name.as_str(), list[0].automatic), (id, "First idea", false));
    assert_eq!(list[0].since, Since { added: 0, removed: 2, altered: 1, tracks: 0, rest: true });
    let later = checksum(&studio).await;
    let steps = studio.document().await.unwrap().history.done.len();
    studio.go_back(id).await.unwrap();
    assert_eq!(checksum(&studio).await, first);
    assert_eq!(studio.document().await.unwrap().history.done.len(), steps + 1, "one step");
    assert_eq!(studio.versions().await.unwrap()[0].since, Since::default());
    studio.undo().await.unwrap();
    assert_eq!(checksum(&studio).await, later);
    let project = studio.document().await.unwrap().project;
    studio.close().await.unwrap();

    let studio = Studio::open_in(home.path(), false).await.unwrap();
    studio.open_project(project).await.unwrap();
    studio.go_back(id).await.unwrap();
    assert_eq!(checksum(&studio).await, first, "after a restart");
}

#[tokio::test]
async fn a_version_without_tracks_that_are_there_now_is_gone_back_to() {
    let (_home, studio) = demo().await;
    let first = studio.score().await.unwrap();
    let id = studio.keep_version("Before").await.unwrap();
    apply(&studio, Command::RemoveTrack { track: TrackId(1) }).await;
    apply(&studio, Command::DuplicateTrack { track: TrackId(0) }).await;
    apply(&studio, Command::InsertBars { before: 3, count: 2 }).await;
    apply(&studio, Command::SetTitle { title: "Other".into() }).await;
    studio.go_back(id).await.unwrap();
    assert!(*studio.score().await.unwrap() == *first);
}

#[tokio::test]
async fn a_copy_is_a_piece_of_its_own() {
    let (_home, studio) = demo().await;
    let (project, first) = (studio.document().await.unwrap().project, checksum(&studio).await);
    let id = studio.keep_version("First idea").await.unwrap();
    apply(&studio, Command::DeleteNotes { ids: vec![NoteId(0)] }).await;
    let later = checksum(&studio).await;
    studio.copy_version(id).await.unwrap();
    let copy = studio.document().await.unwrap();
    assert_ne!(copy.project, project);
    assert_eq!((copy.checksum, copy.title.as_str()), (first, "Waltz in C – First idea"));
    assert!(studio.versions().await.unwrap().is_empty());
    assert!(matches!(studio.go_back(id).await, Err(Error::NoVersion { .. })), "a version of another piece");
    assert!(matches!(studio.delete_version(id).await, Err(Error::NoVersion { .. })));
    studio.open_project(project).await.unwrap();
    assert_eq!(checksum(&studio).await, later);
    studio.delete_version(id).await.unwrap();
    assert!(studio.versions().await.unwrap().is_empty());
    assert!(matches!(studio.go_back(id).await, Err(Error::NoVersion { .. })));
}

#[tokio::test]
async fn names_are_asked_for() {
    let (_home, studio) = demo().await;
    for name in ["", "   ", &"x".repeat(121)] {
        assert!(matches!(studio.keep_version(name).await, Err(Error::Selection(_))), "{name:?}");
    }
    let headless = Studio::headless();
    assert!(matches!(headless.keep_version("x").await, Err(Error::NoPiece)));
    headless.open_demo().await.unwrap();
    assert!(matches!(headless.versions().await, Err(Error::NoVersions)));
}

#[tokio::test]
async fn accepting_a_variation_keeps_what_was_there_before() {
    let (_home, studio) = demo().await;
    let first = checksum(&studio).await;
    let score = studio.score().await.unwrap();
    let selection = Selection { tracks: vec![score.tracks[0].id], from_bar: 5, to_bar: 6, cells: Vec::new() };
    let settings = Settings { count: 1, ..Settings::default() };
    let request = VaryRequest::new(selection, settings);
    let run = studio.vary(request, |_| true).await.unwrap();
    assert!(studio.versions().await.unwrap().is_empty(), "only what is accepted changes anything");
    studio.accept(run.candidates[0].id).await.unwrap();
    let list = studio.versions().await.unwrap();
    assert_eq!((list.len(), list[0].automatic), (1, true));
    studio.go_back(list[0].id).await.unwrap();
    assert_eq!(checksum(&studio).await, first);
}
