//! Projects, journal and settings, kept in SQLite.
//!
//! A [`Library`] is one database file in one folder that one process writes. Every edit of a piece is a row of its
//! journal, on disk before [`Library::append`] returns; undo and redo only move a cursor along that journal, and
//! the cursor is on disk too. So nothing that was acknowledged is lost, and the undo list survives a restart.
//!
//! ```no_run
//! # async fn example(now: i64) -> Result<(), library::Error> {
//! let library = library::Library::open(&library::place()?, now).await?;
//! let piece = library.create(&score::Score::empty(), None, now).await?;
//! let cursor = library.append(piece, 0, &score::Edit::new("Nothing yet", vec![]), now).await?;
//! library.move_cursor(piece, cursor - 1, now).await?; // undo
//! let restored = library.load(piece, now).await?; // the score, all edits, and how many of them are done
//! assert_eq!((restored.edits.len(), restored.cursor), (1, 0));
//! library.close().await
//! # }
//! ```
//!
//! # How to call it
//! From inside a tokio runtime. Methods take `&self` and take turns at the one connection, so that a library can be
//! shared in an `Arc`. Append *before* the document changes for anybody else, and await to the end: a future that
//! is dropped half-way may or may not have been committed, and then only [`Library::load`] knows which. Times are
//! seconds since 1970 and always come from the caller.
//!
//! # Whatever may happen to the file
//! SQLite runs with a write-ahead log and `synchronous=FULL`. A library that is damaged is set aside, never deleted,
//! and what can still be read, exactly, is taken over into a fresh one ([`Library::notices`] says so); scores and
//! edits carry SHA-256 checksums, so that "can be read" never means "looks plausible". There is a backup for each
//! day of use, for thirty days and then as long as there are no seven later ones, and one from before each change of
//! the schema, beside it in `backups/`.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod backup;
mod calendar;
mod checkpoint;
mod database;
mod document;
mod error;
mod journal;
mod library;
mod lock;
mod piece;
mod place;
mod project;
mod rescue;
mod restore;
mod setting;
mod snapshot;
mod verdict;

pub use checkpoint::{Checkpoint, CheckpointId};
pub use error::Error;
pub use library::{Library, Notice};
pub use place::place;
pub use project::{Project, ProjectId};
pub use rescue::Rescued;
pub use restore::Restored;
pub use verdict::Verdict;
