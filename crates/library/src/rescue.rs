//! What is done about damage: the file is set aside as it is, and every piece of which the checksums fit is taken
//! over. Nothing is guessed; what cannot be proven to be as it was written is left in the file that was set aside.

use crate::backup::{self, remove, sync_folder};
use crate::error::{Error, Fault};
use crate::library::Notice;
use crate::piece::Piece;
use crate::{Library, ProjectId, Verdict, calendar, database};
use sqlx::migrate::Migrator;
use sqlx::{Connection, Executor, SqliteConnection};
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What became of the pieces of a damaged library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rescued {
    /// Pieces that were taken over as they were, history included.
    pub whole: usize,
    /// Pieces of which some of the history, or the last steps, are gone.
    pub cut: usize,
    /// Pieces that are as they were at the last backup.
    pub from_backup: usize,
    /// Pieces that could not be read anywhere.
    pub lost: usize,
}

impl Library {
    /// Makes a new project out of what can be read of a damaged one, which stays as it is: its present state if that
    /// can be reached, else the nearest, and as much of the history around it as is sound.
    ///
    /// # Errors
    /// [`Error::NoProject`]; [`Error::DamagedPiece`] if no state of it is sound; those of every write.
    pub async fn rescue(&self, project: ProjectId) -> Result<ProjectId, Error> {
        let rescued = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let piece = Piece::read(connection, project).await?;
            let id = piece.write(connection, None).await?;
            writer.commit(&self.shelf).await?;
            Ok(id)
        };
        rescued.await.map_err(|fault| self.shelf.explain(fault))
    }
}

/// Puts a fresh library, with all that can be read, in the place of the damaged one at `path`.
pub(crate) async fn set_aside(path: &Path, migrations: &Migrator, why: String, now: i64) -> Result<Notice, Fault> {
    let refused = |source| Fault::Told(Error::Folder { path: path.to_owned(), source });
    let fresh = fresh(path);
    for file in files(&fresh) {
        remove(&file).map_err(refused)?;
    }
    let mut target = database::open(&fresh, migrations, false, now).await?;
    let rescued = take_over(path, &mut target).await;
    target.close().await?;
    let rescued = rescued?;
    let damaged = put_away(path, now).map_err(refused)?;
    // Should it end here, the next start finds the fresh one and goes on.
    finish(path).map_err(refused)?;
    Ok(Notice::SetAside { damaged, why, rescued })
}

/// Ends what a crash in [`set_aside`] left half done.
pub(crate) fn finish(path: &Path) -> io::Result<()> {
    let fresh = fresh(path);
    if fresh.exists() && !path.exists() {
        fs::rename(&fresh, path)?;
        sync_folder(path)?;
    }
    Ok(())
}

/// Renames the damaged file and what belongs to it.
fn put_away(path: &Path, now: i64) -> io::Result<PathBuf> {
    let name = |count: u32| path.with_file_name(format!("library-damaged-{}-{count}.db", calendar::moment(now)));
    let aside = (1..).map(name).find(|aside| !aside.exists()).unwrap_or_else(|| name(0));
    // The library's own name goes last: while it is there, a fresh one beside it counts as unfinished.
    for (from, to) in files(path).iter().zip(files(&aside)).rev() {
        if from.exists() {
            fs::rename(from, to)?;
        }
    }
    Ok(aside)
}

fn fresh(path: &Path) -> PathBuf {
    path.with_file_name("library-fresh.db")
}

/// A database's file, its write-ahead log and that log's index.
fn files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

async fn take_over(damaged: &Path, target: &mut SqliteConnection) -> Result<Rescued, Fault> {
    let mut rescued = Rescued::default();
    let mut done = BTreeSet::new();
    let mut missing = BTreeSet::new();
    target.execute("BEGIN IMMEDIATE").await?;
    if let Ok(mut source) = database::read_only(damaged).await {
        for id in ids(&mut source).await {
            let Ok(piece) = Piece::read(&mut source, id).await else {
                missing.insert(id);
                continue;
            };
            piece.write(target, Some(id)).await?;
            *(if piece.whole { &mut rescued.whole } else { &mut rescued.cut }) += 1;
            done.insert(id);
        }
        loose_rows(&mut source, target).await?;
        source.close().await.ok();
    }
    if let Some(mut source) = last_backup(damaged).await {
        for id in ids(&mut source).await.difference(&done) {
            if let Ok(piece) = Piece::read(&mut source, *id).await {
                piece.write(target, Some(*id)).await?;
                rescued.from_backup += 1;
                missing.remove(id);
            }
        }
        loose_rows(&mut source, target).await?;
        source.close().await.ok();
    }
    target.execute("COMMIT").await?;
    rescued.lost = missing.len();
    Ok(rescued)
}

async fn last_backup(library: &Path) -> Option<SqliteConnection> {
    let path = backup::all(library).ok()?.pop()?;
    database::read_only(&path).await.ok()
}

/// All projects whose ids can be found: from both ends, so that one bad page hides only what is on it, and from the
/// index of their states.
async fn ids(source: &mut SqliteConnection) -> BTreeSet<ProjectId> {
    let ways = [
        ("SELECT id FROM project WHERE id > ?1 ORDER BY id LIMIT 1", 0),
        ("SELECT id FROM project WHERE id < ?1 ORDER BY id DESC LIMIT 1", i64::MAX),
        ("SELECT project FROM snapshot WHERE project > ?1 ORDER BY project LIMIT 1", 0),
    ];
    let mut ids = BTreeSet::new();
    for (way, start) in ways {
        let mut last = start;
        while let Ok(Some(id)) = sqlx::query_scalar::<_, i64>(way).bind(last).fetch_optional(&mut *source).await {
            // A damaged page may break the order; without this a walk could go round.
            if id == last || (id > last) != (start == 0) {
                break;
            }
            ids.extend(u32::try_from(id).map(ProjectId));
            last = id;
        }
    }
    ids
}

/// Takes over settings and verdicts, as far as they can be read and are not there yet.
async fn loose_rows(source: &mut SqliteConnection, target: &mut SqliteConnection) -> Result<(), Fault> {
    let mut last = String::new();
    let setting = "SELECT key, body FROM setting WHERE key > ?1 ORDER BY key LIMIT 1";
    while let Ok(Some((key, body))) =
        sqlx::query_as::<_, (String, String)>(setting).bind(&last).fetch_optional(&mut *source).await
    {
        if key <= last || serde_json::from_str::<serde_json::Value>(&body).is_err() {
            break;
        }
        sqlx::query("INSERT OR IGNORE INTO setting (key, body) VALUES (?1, ?2)")
            .bind(&key)
            .bind(body)
            .execute(&mut *target)
            .await?;
        last = key;
    }
    let mut last = 0;
    while let Some((id, verdict)) = Verdict::after(source, last).await {
        verdict.insert(target, Some(id)).await?;
        last = id;
    }
    Ok(())
}
