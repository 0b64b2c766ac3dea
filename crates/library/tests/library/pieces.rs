//! Projects, checkpoints, settings and verdicts.

use crate::NOW;
use crate::edits::{Dice, edit, piece};
use crate::folder::Folder;
use library::{Error, Library, ProjectId, Verdict};
use score::{Change, Edit, Score};
use serde_json::json;
use std::path::Path;

fn renamed(score: &Score, title: &str) -> Edit {
    Edit::new("Rename", vec![Change::Title { before: score.title.clone(), after: title.into() }])
}

#[tokio::test]
async fn recent_pieces_have_their_present_title_and_the_last_changed_is_first() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let score = Score { title: "Waltz".into(), ..Score::empty() };
    let first = library.create(&score, Some(Path::new("/music/walzer.mid")), NOW).await.unwrap();
    let second = library.create(&score, None, NOW + 1).await.unwrap();
    library.append(first, 0, &renamed(&score, "Slow waltz"), NOW + 2).await.unwrap();
    let recent = library.recent().await.unwrap();
    assert_eq!(recent.iter().map(|one| one.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((recent[0].title.as_str(), recent[1].title.as_str()), ("Slow waltz", "Waltz"));
    assert_eq!(recent[0].source.as_deref(), Some(Path::new("/music/walzer.mid")));
    library.move_cursor(first, 0, NOW + 3).await.unwrap();
    assert_eq!(library.recent().await.unwrap()[0].title, "Waltz");
}

#[tokio::test]
async fn a_piece_is_looked_at_without_being_opened_and_its_stamp_tells_its_states_apart() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let score = piece(&mut Dice(7), 30);
    let project = library.create(&score, None, NOW).await.unwrap();
    let first = library.stamp(project).await.unwrap();
    let named = renamed(&score, "Slow waltz");
    library.append(project, 0, &named, NOW + 5).await.unwrap();
    let second = library.stamp(project).await.unwrap();
    assert_ne!(first, second);
    assert_eq!(library.peek(project).await.unwrap(), score.with(&named).unwrap());
    library.move_cursor(project, 0, NOW + 6).await.unwrap();
    assert_eq!(library.stamp(project).await.unwrap(), first, "the same state, the same stamp");
    assert_eq!(library.peek(project).await.unwrap(), score);
    assert_eq!(library.recent().await.unwrap()[0].opened, NOW, "looking is not opening");
    let gone = ProjectId(99);
    assert!(matches!(library.stamp(gone).await, Err(Error::NoProject { .. })));
    assert!(matches!(library.peek(gone).await, Err(Error::NoProject { .. })));
}

#[tokio::test]
async fn what_a_step_was_asked_for_comes_back_with_it() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let score = Score::empty();
    let project = library.create(&score, None, NOW).await.unwrap();
    let asked = Edit { asked: Some(r#"{"seed":7,"settings":{"strength":0.7}}"#.into()), ..renamed(&score, "A") };
    let plain = renamed(&score.with(&asked).unwrap(), "B");
    library.append(project, 0, &asked, NOW).await.unwrap();
    library.append(project, 1, &plain, NOW).await.unwrap();
    library.close().await.unwrap();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    assert_eq!(library.load(project, NOW).await.unwrap().edits, [asked, plain]);
}

#[tokio::test]
async fn a_history_that_is_not_the_journals_is_refused() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let score = Score::empty();
    let project = library.create(&score, None, NOW).await.unwrap();
    let edit = renamed(&score, "A");
    assert_eq!(library.append(project, 0, &edit, NOW).await.unwrap(), 1);
    let stale = library.append(project, 0, &edit, NOW).await;
    assert!(matches!(stale, Err(Error::Cursor { asked: 0, stored: 1, .. })));
    assert!(matches!(library.move_cursor(project, 2, NOW).await, Err(Error::NoStep { asked: 2, count: 1, .. })));
    library.move_cursor(project, 0, NOW).await.unwrap();
    assert!(matches!(library.coalesce(project, 0, &edit, NOW).await, Err(Error::NoStep { .. })));
    assert!(matches!(library.load(ProjectId(99), NOW).await, Err(Error::NoProject { .. })));
    assert_eq!(library.load(project, NOW).await.unwrap().edits, [edit]);
}

#[tokio::test]
async fn a_deleted_piece_comes_back_until_it_is_purged() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let project = library.create(&Score::empty(), None, NOW).await.unwrap();
    library.delete(project, NOW).await.unwrap();
    assert!(library.recent().await.unwrap().is_empty());
    assert!(matches!(library.load(project, NOW).await, Err(Error::NoProject { .. })));
    assert!(matches!(library.delete(project, NOW).await, Err(Error::NoProject { .. })));
    library.bring_back(project).await.unwrap();
    assert_eq!(library.load(project, NOW).await.unwrap().score, Score::empty());
    library.delete(project, NOW).await.unwrap();
    library.close().await.unwrap();
    let library = Library::open(folder.path(), NOW + 29 * 86_400).await.unwrap();
    library.bring_back(project).await.unwrap();
    library.delete(project, NOW).await.unwrap();
    library.close().await.unwrap();
    let library = Library::open(folder.path(), NOW + 31 * 86_400).await.unwrap();
    assert!(matches!(library.bring_back(project).await, Err(Error::NoProject { .. })));
}

#[tokio::test]
async fn a_checkpoint_outlives_the_history_that_led_to_it() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let mut dice = Dice(5);
    let first = piece(&mut dice, 50);
    let project = library.create(&first, None, NOW).await.unwrap();
    let step = edit(&mut dice, &first);
    let second = first.with(&step).unwrap();
    library.append(project, 0, &step, NOW).await.unwrap();
    let kept = library.keep(project, "Before variation", &second, NOW).await.unwrap();
    assert_eq!(library.checkpoints(project).await.unwrap()[0].cursor, Some(1));
    library.move_cursor(project, 0, NOW).await.unwrap();
    library.append(project, 0, &renamed(&first, "Another way"), NOW).await.unwrap();
    let listed = library.checkpoints(project).await.unwrap();
    assert_eq!((listed[0].name.as_str(), listed[0].cursor), ("Before variation", None));
    assert_eq!(library.checkpoint(kept).await.unwrap(), second);
    library.drop_checkpoint(kept).await.unwrap();
    assert!(matches!(library.checkpoint(kept).await, Err(Error::NoCheckpoint { .. })));
    assert!(matches!(library.drop_checkpoint(kept).await, Err(Error::NoCheckpoint { .. })));
}

#[tokio::test]
async fn settings_and_verdicts_come_back() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    assert_eq!(library.setting::<String>("font").await.unwrap(), None);
    library.set("font", &"TimGM6mb").await.unwrap();
    library.set("font", &"FluidR3").await.unwrap();
    let project = library.create(&Score::empty(), None, NOW).await.unwrap();
    let verdict =
        |project, seed| Verdict { project, seed, settings: json!({"strength": 0.5}), accepted: true, made: NOW };
    library.judge(&verdict(Some(project), u64::MAX)).await.unwrap();
    library.judge(&Verdict { accepted: false, ..verdict(None, 3) }).await.unwrap();
    assert!(matches!(library.judge(&verdict(Some(ProjectId(9)), 1)).await, Err(Error::NoProject { .. })));
    library.close().await.unwrap();
    assert!(matches!(library.recent().await, Err(Error::Closed { .. })));
    let library = Library::open(folder.path(), NOW).await.unwrap();
    assert_eq!(library.setting::<String>("font").await.unwrap().as_deref(), Some("FluidR3"));
    assert!(matches!(library.setting::<u32>("font").await, Err(Error::Setting { .. })));
    let verdicts = library.verdicts().await.unwrap();
    assert_eq!(verdicts[0], verdict(Some(project), u64::MAX));
    assert!(!verdicts[1].accepted && verdicts[1].project.is_none());
}
