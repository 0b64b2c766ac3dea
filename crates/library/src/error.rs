//! What can go wrong with the library.

use crate::ProjectId;
use std::path::{Path, PathBuf};

/// Why the library could not do something, and what to do about it. What it was asked to write is not written then,
/// and what it had acknowledged before is safe.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no home folder to put a library into.
    #[error("no place is known for the library; set DIABELLI_HOME to a folder that you may write to")]
    NoPlace,
    /// The folder cannot be used.
    #[error("the folder {} cannot be used: {source}; make it writable, or set DIABELLI_HOME to another one", path.display())]
    Folder {
        /// The folder, or the file in it that was refused.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite takes only paths that are Unicode.
    #[error("the name of the folder {} is not Unicode; set DIABELLI_HOME to one whose name is plain text", path.display())]
    Name {
        /// The folder.
        path: PathBuf,
    },
    /// Another process has the library.
    #[error(
        "the library {} is open in another Diabelli{}; go on there, or close it and try again",
        path.display(), process.map(|id| format!(" (process {id})")).unwrap_or_default()
    )]
    Locked {
        /// The library's file.
        path: PathBuf,
        /// The other process, where the system lets us know.
        process: Option<u32>,
    },
    /// The library was written by a later version of this program. It is left as it is.
    #[error(
        "the library {} was made by a newer Diabelli (its form is {found}, this program knows up to {known}); \
         update Diabelli, or set DIABELLI_HOME to another folder", path.display()
    )]
    Newer {
        /// The library's file.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The last one known here.
        known: i64,
    },
    /// The SQLite that this program was built with can corrupt libraries.
    #[error("this program was built with SQLite {found}, which can damage libraries; build it with {least} or later")]
    OldSqlite {
        /// Its version.
        found: String,
        /// The first that is safe.
        least: &'static str,
    },
    /// No room.
    #[error(
        "the disk with {} is full{}; free some space and try again, nothing else is needed",
        path.display(), free.map(|bytes| format!(" ({} MB left)", bytes / 1_000_000)).unwrap_or_default()
    )]
    DiskFull {
        /// The file that had to grow.
        path: PathBuf,
        /// How many bytes are left for this user, if that is known.
        free: Option<u64>,
    },
    /// Not allowed to write.
    #[error("{} may not be written; make it and its folder writable, or set DIABELLI_HOME to another folder", path.display())]
    ReadOnly {
        /// The library's file.
        path: PathBuf,
    },
    /// The library's file is damaged.
    #[error(
        "the library {} is damaged ({what}); close Diabelli and start it again: \
         it sets the file aside and takes over all that can be read", path.display()
    )]
    Damaged {
        /// The library's file.
        path: PathBuf,
        /// Where it shows.
        what: String,
    },
    /// One piece is damaged, the rest of the library is not known to be.
    #[error("piece {} in {} is damaged ({what}); rescue it: what can be read of it becomes a new piece", project.0, path.display())]
    DamagedPiece {
        /// The library's file.
        path: PathBuf,
        /// Which piece.
        project: ProjectId,
        /// Where it shows.
        what: String,
    },
    /// There is no such project, or it was deleted.
    #[error("there is no piece {} in the library; it may have been deleted", project.0)]
    NoProject {
        /// The one asked for.
        project: ProjectId,
    },
    /// There is no such checkpoint.
    #[error("there is no checkpoint {checkpoint} in the library; it may have gone with its piece")]
    NoCheckpoint {
        /// The one asked for.
        checkpoint: u32,
    },
    /// The caller's history is not the journal's.
    #[error("piece {} stands at step {stored} of its history, not at {asked}; open it again", project.0)]
    Cursor {
        /// Which piece.
        project: ProjectId,
        /// Where the caller believed it stood.
        asked: usize,
        /// Where it stands.
        stored: usize,
    },
    /// There is no such place in the history.
    #[error("the history of piece {} has {count} steps; {asked} is outside 0..={count}", project.0)]
    NoStep {
        /// Which piece.
        project: ProjectId,
        /// The place asked for.
        asked: usize,
        /// How many steps there are.
        count: usize,
    },
    /// A setting does not have the form that was asked for, or cannot be written as JSON.
    #[error("the setting \"{key}\" cannot be used: {source}; it is left as it is, choose it again")]
    Setting {
        /// Its name.
        key: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The library was closed.
    #[error("the library {} is closed; open it again", path.display())]
    Closed {
        /// Its file.
        path: PathBuf,
    },
    /// Anything else that the database reports.
    #[error("the library {} could not be read or written: {source}; check the disk and try again", path.display())]
    Database {
        /// The library's file.
        path: PathBuf,
        /// What it reported.
        source: sqlx::Error,
    },
}

/// A failure inside, before it is known for which file.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The database's.
    Sql(sqlx::Error),
    /// Rows that do not fit together.
    Damage(String),
    /// One piece's rows that do not fit together.
    Piece(ProjectId, String),
    /// Said already.
    Told(Error),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Fault::Sql(error)
    }
}

impl From<sqlx::migrate::MigrateError> for Fault {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        match error {
            Execute(error) | ExecuteMigration(error, _) => Fault::Sql(error),
            // A changed or half-done migration: nobody writes those, so that the record of them is damaged.
            other => Fault::Damage(other.to_string()),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Told(error)
    }
}

impl Fault {
    /// Says it about the library's file.
    pub(crate) fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Fault::Told(error) => error,
            Fault::Damage(what) => Error::Damaged { path, what },
            Fault::Piece(project, what) => Error::DamagedPiece { path, project, what },
            Fault::Sql(source) => match result_code(&source) {
                Some(FULL) => Error::DiskFull { free: free_space(&path), path },
                Some(READONLY | PERM | CANTOPEN) => Error::ReadOnly { path },
                Some(BUSY | LOCKED) => Error::Locked { path, process: None },
                Some(CORRUPT | NOTADB | FORMAT) => Error::Damaged { path, what: source.to_string() },
                _ => Error::Database { path, source },
            },
        }
    }

    /// Whether, at opening, it is the file's own fault. Every statement is ours, so that one which the database
    /// does not understand or may not carry out means that the tables are not ours; what the disk or the system
    /// refuses does not.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Fault::Damage(_) | Fault::Piece(..) => true,
            Fault::Told(_) => false,
            Fault::Sql(sqlx::Error::Database(error)) => match primary(error.as_ref()) {
                IOERR => error.code().as_deref() == Some(SHORT_READ),
                code => matches!(code, GENERIC | CORRUPT | NOTADB | FORMAT | CONSTRAINT | MISMATCH | TOOBIG),
            },
            Fault::Sql(error) => matches!(
                error,
                sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_)
            ),
        }
    }
}

// Result codes of the SQLite C interface (sqlite.org/rescode.html); the lower byte is the primary code.
const GENERIC: i32 = 1;
const PERM: i32 = 3;
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const TOOBIG: i32 = 18;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const FORMAT: i32 = 24;
const NOTADB: i32 = 26;
/// SQLITE_IOERR_SHORT_READ: the file ends too early.
const SHORT_READ: &str = "522";

fn result_code(error: &sqlx::Error) -> Option<i32> {
    match error {
        sqlx::Error::Database(error) => Some(primary(error.as_ref())),
        _ => None,
    }
}

fn primary(error: &dyn sqlx::error::DatabaseError) -> i32 {
    error.code().and_then(|code| code.parse::<i32>().ok()).map_or(GENERIC, |code| code & 0xff)
}

/// Bytes that this user may still write beside `path`.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    fs4::available_space(path.parent()?).ok()
}
