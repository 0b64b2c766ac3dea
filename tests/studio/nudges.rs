//! Keys that are held: many presses, one step, here and in the journal.

use engine::Studio;
use score::{Command, Mix, NoteId, TrackId, VelocityChange};

async fn apply(studio: &Studio, command: Command) {
    let revision = studio.document().await.unwrap().revision;
    studio.apply(&command, revision).await.unwrap();
}

async fn labels(studio: &Studio) -> Vec<String> {
    studio.document().await.unwrap().history.done
}

fn up(ids: &[u32], semitones: i32) -> Command {
    Command::MoveNotes { ids: ids.iter().map(|&id| NoteId(id)).collect(), ticks: 0, semitones }
}

#[tokio::test]
async fn presses_on_the_same_notes_are_one_step_also_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let project = studio.document().await.unwrap().project;
    let first = studio.document().await.unwrap().checksum;
    for _ in 0..5 {
        apply(&studio, up(&[0, 1], 1)).await;
    }
    for gain in [-10, -20, -30] {
        apply(&studio, Command::SetMix { track: TrackId(0), mix: Mix { gain, ..Mix::default() } }).await;
    }
    let held = labels(&studio).await;
    assert_eq!(held.len(), 2, "{held:?}");
    let last = studio.document().await.unwrap().checksum;
    studio.close().await.unwrap();
    let studio = Studio::open_in(home.path(), false).await.unwrap();
    studio.open_project(project).await.unwrap();
    assert_eq!((labels(&studio).await, studio.document().await.unwrap().checksum), (held, last));
    studio.undo().await.unwrap();
    studio.undo().await.unwrap();
    assert_eq!(studio.document().await.unwrap().checksum, first);
    studio.redo().await.unwrap();
    let score = studio.score().await.unwrap();
    let pitch = |id| score.note(NoteId(id)).unwrap().1.pitch;
    let before = engine_demo_pitches().await;
    assert_eq!([pitch(0), pitch(1)], before.map(|pitch| pitch + 5));
    studio.close().await.unwrap();
}

async fn engine_demo_pitches() -> [u8; 2] {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let score = studio.score().await.unwrap();
    [0, 1].map(|id| score.note(NoteId(id)).unwrap().1.pitch)
}

#[tokio::test]
async fn other_notes_other_commands_and_ways_back_are_steps_of_their_own() {
    let home = tempfile::tempdir().unwrap();
    let studio = crate::demo(home.path()).await;
    let first = studio.document().await.unwrap().checksum;
    apply(&studio, up(&[0], 1)).await;
    apply(&studio, up(&[1], 1)).await;
    apply(&studio, Command::SetVelocity { ids: vec![NoteId(1)], velocity: VelocityChange::Add(3) }).await;
    apply(&studio, up(&[1], 1)).await;
    // What leads back to where it began: two steps, which undo takes back one by one.
    apply(&studio, up(&[1], -1)).await;
    assert_eq!(labels(&studio).await.len(), 5);
    for _ in 0..5 {
        studio.undo().await.unwrap();
    }
    assert_eq!(studio.document().await.unwrap().checksum, first);
    // After an undo nothing is part of what was done before.
    apply(&studio, up(&[0], 1)).await;
    studio.undo().await.unwrap();
    apply(&studio, up(&[0], 1)).await;
    assert_eq!(labels(&studio).await.len(), 1);
}
