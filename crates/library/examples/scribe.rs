//! Works on the library in a folder without end: random edits, undo, redo, imports, checkpoints and backups. Says
//! each step before (`will`) and after (`did`) it was acknowledged, so that a test can kill it at any moment and
//! hold the library against what was said: `scribe FOLDER SEED`.
#![allow(missing_docs)]

#[allow(dead_code)]
#[path = "../tests/library/edits.rs"]
mod edits;

use edits::{Dice, edit, hash, piece};
use library::{Error, Library, ProjectId, Restored};
use std::io::{Write, stdout};
use std::path::PathBuf;

/// Half a day passes with each backup, so that every other one is made.
const HALF_A_DAY: i64 = 43_200;

struct Scribe {
    library: Library,
    dice: Dice,
    project: ProjectId,
    piece: Restored,
    now: i64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from).ok_or("which folder?")?;
    let seed = arguments.next().and_then(|text| text.to_str()?.parse().ok()).ok_or("which seed?")?;
    let worked = match Library::open(&folder, 1_795_478_400).await {
        Ok(library) => work(library, seed).await,
        Err(error) => Err(error),
    };
    if let Err(error) = worked {
        let what = if matches!(error, Error::Locked { .. }) { "locked" } else { "refused" };
        say(format_args!("{what} {error}"))?;
    }
    Ok(())
}

async fn work(library: Library, seed: u64) -> Result<(), Error> {
    let mut dice = Dice(seed);
    let now = 1_795_478_400;
    let project = match library.recent().await?.first() {
        Some(last) => last.id,
        None => library.create(&piece(&mut dice, 300), None, now).await?,
    };
    let piece = library.load(project, now).await?;
    let mut scribe = Scribe { library, dice, project, piece, now };
    scribe.said("did");
    loop {
        scribe.step().await?;
    }
}

impl Scribe {
    async fn step(&mut self) -> Result<(), Error> {
        let (cursor, count) = (self.piece.cursor, self.piece.edits.len());
        match self.dice.below(50) {
            0 => self.import().await,
            1 => self.library.keep(self.project, "Before variation", &self.piece.score, self.now).await.map(drop),
            2 => {
                self.now += HALF_A_DAY;
                self.library.backup(self.now).await.map(drop)
            }
            3..=9 if cursor > 0 => self.travel(cursor - 1).await,
            10..=14 if cursor < count => self.travel(cursor + 1).await,
            15..=18 if cursor > 0 => self.replace().await,
            _ => self.append().await,
        }
    }

    async fn import(&mut self) -> Result<(), Error> {
        let count = 1 + self.dice.below(3000) as u32;
        let score = piece(&mut self.dice, count);
        self.project = self.library.create(&score, None, self.now).await?;
        self.piece = Restored { score, edits: vec![], cursor: 0, source: None };
        self.said("did");
        Ok(())
    }

    async fn append(&mut self) -> Result<(), Error> {
        let cursor = self.piece.cursor;
        let edit = edit(&mut self.dice, &self.piece.score);
        self.put(cursor, &edit);
        self.said("will");
        self.library.append(self.project, cursor, &edit, self.now).await?;
        self.said("did");
        Ok(())
    }

    async fn replace(&mut self) -> Result<(), Error> {
        let cursor = self.piece.cursor;
        self.go(cursor - 1);
        let edit = edit(&mut self.dice, &self.piece.score);
        self.put(cursor - 1, &edit);
        self.said("will");
        self.library.coalesce(self.project, cursor, &edit, self.now).await?;
        self.said("did");
        Ok(())
    }

    async fn travel(&mut self, to: usize) -> Result<(), Error> {
        self.go(to);
        self.said("will");
        self.library.move_cursor(self.project, to, self.now).await?;
        self.said("did");
        Ok(())
    }

    fn put(&mut self, kept: usize, edit: &score::Edit) {
        self.piece.edits.truncate(kept);
        self.piece.edits.push(edit.clone());
        self.go(kept + 1);
    }

    fn go(&mut self, to: usize) {
        let step =
            if to < self.piece.cursor { self.piece.edits[to].inverted() } else { self.piece.edits[to - 1].clone() };
        self.piece.score = self.piece.score.with(&step).expect("an edit made for this state");
        self.piece.cursor = to;
    }

    fn said(&self, word: &str) {
        let Restored { score, edits, cursor, .. } = &self.piece;
        say(format_args!("{word} {} {cursor} {} {}", self.project.0, edits.len(), hash(score))).ok();
    }
}

fn say(line: std::fmt::Arguments) -> std::io::Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
