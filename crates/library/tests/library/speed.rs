//! A piece of 100,000 notes: what it takes, with room for a busy machine.

use crate::NOW;
use crate::edits::{Dice, notes, nudge, piece};
use crate::folder::Folder;
use library::Library;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_large_piece_loads_within_three_seconds_after_a_thousand_edits() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let mut dice = Dice(3);
    let mut score = piece(&mut dice, 100_000);
    let project = library.create(&score, None, NOW).await.unwrap();
    for cursor in 0..1_000 {
        let edit = notes(&mut dice, &score);
        score = score.with(&edit).unwrap();
        library.append(project, cursor, &edit, NOW).await.unwrap();
    }
    library.close().await.unwrap();
    let begun = Instant::now();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let restored = library.load(project, NOW).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!((restored.score, restored.edits.len(), restored.cursor), (score, 1_000, 1_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_ten_times_the_notes_does_not_take_a_hundred_times_as_long() {
    let folder = Folder::new();
    let library = Library::open(folder.path(), NOW).await.unwrap();
    let score = piece(&mut Dice(4), 60_000);
    let project = library.create(&score, None, NOW).await.unwrap();
    let mut least = [Duration::MAX; 2];
    let mut cursor = 0;
    for _ in 0..5 {
        for (which, count) in [3_000, 30_000].into_iter().enumerate() {
            let edit = nudge(&score, count, 10);
            let begun = Instant::now();
            cursor = library.append(project, cursor, &edit, NOW).await.unwrap();
            least[which] = least[which].min(begun.elapsed());
        }
    }
    assert!(least[1] < 40 * least[0], "{least:?}");
}
