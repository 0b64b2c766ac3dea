//! R1: `kill -9` at random moments loses nothing that was acknowledged.

use crate::NOW;
use crate::edits::{Dice, hash};
use crate::folder::Folder;
use library::{Library, ProjectId};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const KILLS: u64 = 100;

/// The example that works without end; `cargo test` builds it beside the tests.
pub fn scribe() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let built = program
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/scribe")
        .with_extension(std::env::consts::EXE_EXTENSION);
    assert!(built.exists(), "{} is missing; `cargo test -p library` builds it", built.display());
    built
}

pub fn start(folder: &Path, seed: u64) -> Child {
    let mut command = Command::new(scribe());
    command.arg(folder).arg(seed.to_string()).stdout(Stdio::piped()).spawn().unwrap()
}

/// What a piece is like: steps done, steps in all, checksum.
type State = (usize, usize, String);

/// What the scribe said last about each piece, and what it was about to do.
#[derive(Default)]
pub struct Said {
    pub did: BTreeMap<u32, State>,
    will: Option<(u32, State)>,
    pub acknowledged: usize,
}

impl Said {
    pub fn hear(&mut self, text: &str) {
        self.will = None;
        // A line that the kill cut short was not said.
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [word, project, cursor, count, hash] = words[..] else { panic!("it said {line}") };
            let state = (cursor.parse().unwrap(), count.parse().unwrap(), hash.to_owned());
            let project = project.parse().unwrap();
            if word == "will" {
                self.will = Some((project, state));
            } else {
                self.did.insert(project, state);
                self.will = None;
                self.acknowledged += 1;
            }
        }
    }

    /// Holds every piece of the library against what was said.
    pub async fn check(&mut self, library: &Library) {
        let ids: Vec<u32> = library.recent().await.unwrap().iter().map(|project| project.id.0).collect();
        assert!(self.did.keys().all(|id| ids.contains(id)), "an acknowledged piece is gone");
        for id in ids {
            let restored = library.load(ProjectId(id), NOW).await.unwrap();
            let found = (restored.cursor, restored.edits.len(), hash(&restored.score));
            let about_to = self.will.as_ref().filter(|(project, _)| *project == id).map(|(_, state)| state);
            let expected = self.did.get(&id);
            // A piece that nobody heard of was being imported.
            assert!(
                expected.is_none() || expected == Some(&found) || about_to == Some(&found),
                "piece {id}: {found:?}, not {expected:?}"
            );
            self.did.insert(id, found);
        }
    }
}

async fn integrity(file: &Path) -> String {
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await.unwrap();
    sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_kills_lose_nothing_that_was_acknowledged() {
    let folder = Folder::new();
    let (mut dice, mut said) = (Dice(1), Said::default());
    let mut slowest = Duration::ZERO;
    for round in 0..KILLS {
        let mut child = start(folder.path(), round);
        // It says something once it is at work; the first kills hit it while it opens.
        let alive = Duration::from_micros(dice.below(if round < 10 { 30_000 } else { 250_000 }) as u64);
        tokio::time::sleep(alive).await;
        child.kill().unwrap();
        let mut text = String::new();
        child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
        child.wait().unwrap();
        said.hear(&text);
        let begun = Instant::now();
        let library = Library::open(folder.path(), NOW).await.unwrap();
        assert_eq!(library.notices(), [], "kill {round}");
        if let Some(last) = library.recent().await.unwrap().first() {
            library.load(last.id, NOW).await.unwrap();
        }
        slowest = slowest.max(begun.elapsed());
        said.check(&library).await;
        library.close().await.unwrap();
        assert_eq!(integrity(&folder.path().join("library.db")).await, "ok", "kill {round}");
    }
    eprintln!("{KILLS} kills, {} steps acknowledged, slowest start {slowest:?}", said.acknowledged);
    assert!(said.acknowledged > 10 * KILLS as usize, "too little happened between the kills");
    assert!(slowest < Duration::from_secs(3), "{slowest:?}");
}

/// A limit on file size stands for a disk that refuses: the write fails in the middle of whatever it was.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn writes_that_fail_half_way_lose_nothing() {
    for blocks in [300, 1_000, 1_700, 2_400] {
        let folder = Folder::new();
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        let run = Command::new("sh").args(["-c", &limited]).arg(scribe()).arg(folder.path()).arg("7").output().unwrap();
        let text = String::from_utf8(run.stdout).unwrap();
        let (said_before, refusal) = text.split_at(text.find("refused").unwrap());
        assert!(refusal.contains("library.db") || refusal.contains("backups"), "{refusal}");
        let mut said = Said::default();
        said.hear(said_before);
        let library = Library::open(folder.path(), NOW).await.unwrap();
        said.check(&library).await;
        library.close().await.unwrap();
        assert_eq!(integrity(&folder.path().join("library.db")).await, "ok");
    }
}
