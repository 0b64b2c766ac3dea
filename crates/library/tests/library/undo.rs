//! R10: after random edits, undo, redo and reopening, undoing all gives the first bytes and redoing all the last.

use crate::NOW;
use crate::edits::{Dice, edit, hash, piece};
use crate::folder::Folder;
use library::{Library, ProjectId, Restored};
use score::{Edit, Score};

/// A piece as a session holds it, with the library beside it.
struct Session {
    folder: Folder,
    library: Library,
    project: ProjectId,
    score: Score,
    edits: Vec<Edit>,
    cursor: usize,
}

impl Session {
    async fn begin(score: Score) -> Self {
        let folder = Folder::new();
        let library = Library::open(folder.path(), NOW).await.unwrap();
        let project = library.create(&score, None, NOW).await.unwrap();
        Session { folder, library, project, score, edits: vec![], cursor: 0 }
    }

    async fn append(&mut self, edit: Edit) {
        self.score = self.score.with(&edit).unwrap();
        self.edits.truncate(self.cursor);
        self.cursor = self.library.append(self.project, self.cursor, &edit, NOW).await.unwrap();
        self.edits.push(edit);
    }

    async fn replace(&mut self, dice: &mut Dice) {
        let before = self.score.with(&self.edits[self.cursor - 1].inverted()).unwrap();
        let edit = edit(dice, &before);
        self.score = before.with(&edit).unwrap();
        self.edits.truncate(self.cursor - 1);
        self.cursor = self.library.coalesce(self.project, self.cursor, &edit, NOW).await.unwrap();
        self.edits.push(edit);
    }

    async fn travel(&mut self, to: usize) {
        self.library.move_cursor(self.project, to, NOW).await.unwrap();
        while self.cursor > to {
            self.cursor -= 1;
            self.score = self.score.with(&self.edits[self.cursor].inverted()).unwrap();
        }
        while self.cursor < to {
            self.score = self.score.with(&self.edits[self.cursor]).unwrap();
            self.cursor += 1;
        }
    }

    /// Closes the library or lets it fall, opens it again, and holds what it gives against what was.
    async fn reopen(&mut self, dice: &mut Dice) {
        if dice.below(2) == 0 {
            self.library.settle().await;
        }
        self.library.close().await.unwrap();
        self.library = Library::open(self.folder.path(), NOW).await.unwrap();
        let restored = self.library.load(self.project, NOW).await.unwrap();
        let expected =
            Restored { score: self.score.clone(), edits: self.edits.clone(), cursor: self.cursor, source: None };
        assert_eq!(restored, expected);
    }

    async fn step(&mut self, dice: &mut Dice) {
        match dice.below(40) {
            0 => self.reopen(dice).await,
            1..=6 if self.cursor > 0 => self.travel(self.cursor - 1).await,
            7..=10 if self.cursor < self.edits.len() => self.travel(self.cursor + 1).await,
            11 => self.travel(dice.below(self.edits.len() + 1)).await,
            12..=14 if self.cursor > 0 => self.replace(dice).await,
            _ => self.append(edit(dice, &self.score)).await,
        }
    }
}

async fn sequence(seed: u64) {
    let mut dice = Dice(seed);
    let first = piece(&mut dice, 30);
    let mut session = Session::begin(first.clone()).await;
    // Most sequences are short, some have 200 commands.
    let commands = 1 + dice.below(10) * dice.below(20) + dice.below(10);
    for _ in 0..commands {
        session.step(&mut dice).await;
    }
    session.travel(session.edits.len()).await;
    let last = hash(&session.score);
    session.reopen(&mut dice).await;
    session.travel(0).await;
    assert_eq!(session.score.to_bytes(), first.to_bytes(), "seed {seed}");
    session.reopen(&mut dice).await;
    session.travel(session.edits.len()).await;
    assert_eq!(hash(&session.score), last, "seed {seed}");
    session.reopen(&mut dice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_all_is_the_start_and_redo_all_is_the_end() {
    const SEQUENCES: u64 = 300;
    const AT_ONCE: u64 = 8;
    // What takes time is waiting for the disk, and that they can do together.
    let run = |lane: u64| async move {
        for seed in (lane..SEQUENCES).step_by(AT_ONCE as usize) {
            sequence(seed).await;
        }
    };
    let lanes: Vec<_> = (0..AT_ONCE).map(|lane| tokio::spawn(run(lane))).collect();
    for lane in lanes {
        lane.await.unwrap();
    }
}
