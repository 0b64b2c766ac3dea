//! The library: one file, one process, one connection.

use crate::database::{self, MIGRATIONS};
use crate::error::{Error, Fault};
use crate::lock::Lock;
use crate::rescue::{self, Rescued};
use sqlx::migrate::Migrator;
use sqlx::{Connection, Executor, SqliteConnection};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinSet;

/// Above this many bytes a file is looked through only after a crash: reading it all takes longer than the eye.
const QUICKLY_READ: u64 = 256 << 20;

/// For how many seconds a deleted project can be brought back: 30 days.
const KEEP_DELETED: i64 = 30 * 86_400;

/// The open library of this user.
pub struct Library {
    pub(crate) shelf: Arc<Shelf>,
    notices: Vec<Notice>,
    /// Work beside: backup and snapshots.
    tasks: Mutex<JoinSet<()>>,
}

/// What the library and its work beside share.
pub(crate) struct Shelf {
    pub path: PathBuf,
    writer: tokio::sync::Mutex<Writer>,
    /// Damage was seen: the next start looks closely.
    suspect: AtomicBool,
    /// A snapshot is being made.
    pub busy: AtomicBool,
    /// Held while a backup is made: all of them begin in the same unfinished file.
    pub copying: tokio::sync::Mutex<()>,
}

/// The one connection. None once the library is closed.
pub(crate) struct Writer {
    open: Option<(SqliteConnection, Lock)>,
    /// A transaction was begun and not yet known to be over.
    begun: bool,
}

/// Something that people should hear about their library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// It was damaged, and a fresh one was made out of what could be read.
    SetAside {
        /// Where the damaged file is now.
        damaged: PathBuf,
        /// How the damage showed.
        why: String,
        /// What became of the pieces.
        rescued: Rescued,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Notice::SetAside { damaged, why, rescued } = self;
        write!(f, "The library was damaged ({why}). It was set aside as {} and a fresh one made. ", damaged.display())?;
        write!(f, "Taken over as they were: {} pieces; with a shorter history: {}; ", rescued.whole, rescued.cut)?;
        write!(f, "from the last backup: {}; not found again: {}.", rescued.from_backup, rescued.lost)
    }
}

impl Library {
    /// Opens the library in `folder`, and makes folder and library if there are none. Begins a backup beside the
    /// work if there is none from today, and purges what was deleted 30 days ago.
    ///
    /// # Errors
    /// [`Error::Locked`] if another process has it, [`Error::Newer`] if a later version wrote it, [`Error::Folder`],
    /// [`Error::Name`], [`Error::ReadOnly`] and [`Error::DiskFull`]. Damage is no error: see [`Library::notices`].
    pub async fn open(folder: &Path, now: i64) -> Result<Self, Error> {
        let library = Library::open_as(folder, &MIGRATIONS, now).await?;
        library.purge(now.saturating_sub(KEEP_DELETED)).await?;
        let shelf = library.shelf.clone();
        library.beside(async move {
            if let Err(error) = shelf.backup(now).await {
                shelf.note(&error);
                tracing::warn!("no backup of the library was made: {error}");
            }
        });
        Ok(library)
    }

    pub(crate) async fn open_as(folder: &Path, migrations: &Migrator, now: i64) -> Result<Self, Error> {
        let path = folder.join("library.db");
        if path.to_str().is_none() {
            return Err(Error::Name { path: folder.to_owned() });
        }
        let lock = Lock::take(folder, &path)?;
        rescue::finish(&path).map_err(|source| Error::Folder { path: folder.to_owned(), source })?;
        let size = std::fs::metadata(&path).map_or(0, |file| file.len());
        let look = !lock.after_clean_end || size <= QUICKLY_READ;
        let mut notices = Vec::new();
        let connection = match database::open(&path, migrations, look, now).await {
            Err(fault) if fault.is_damage() => {
                let why = fault.at(&path).to_string();
                notices.push(rescue::set_aside(&path, migrations, why, now).await.map_err(|fault| fault.at(&path))?);
                database::open(&path, migrations, true, now).await
            }
            opened => opened,
        };
        let connection = connection.map_err(|fault| fault.at(&path))?;
        let writer = tokio::sync::Mutex::new(Writer { open: Some((connection, lock)), begun: false });
        let [suspect, busy] = [false, false].map(AtomicBool::new);
        let shelf = Shelf { path, writer, suspect, busy, copying: tokio::sync::Mutex::default() };
        Ok(Library { shelf: Arc::new(shelf), notices, tasks: Mutex::default() })
    }

    /// What happened at opening that people should hear.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The library's file.
    pub fn path(&self) -> &Path {
        &self.shelf.path
    }

    /// Waits for the work beside (backup, snapshots) that has begun.
    pub async fn settle(&self) {
        let mut tasks = std::mem::take(&mut *self.tasks());
        while tasks.join_next().await.is_some() {}
    }

    /// Closes the file and lets other processes have it. Work beside is given up. Everything was on disk before;
    /// without this the next start looks more closely, as after a crash.
    ///
    /// # Errors
    /// [`Error::Database`] if the last step of closing failed.
    pub async fn close(&self) -> Result<(), Error> {
        let mut tasks = std::mem::take(&mut *self.tasks());
        tasks.shutdown().await;
        let mut writer = self.shelf.writer.lock().await;
        writer.finish().await;
        let Some((connection, lock)) = writer.open.take() else { return Ok(()) };
        let closed = connection.close().await;
        lock.release(closed.is_ok() && !self.shelf.suspect.load(Ordering::Relaxed));
        closed.map_err(|error| Fault::Sql(error).at(&self.shelf.path))
    }

    /// Runs `work` beside everything else, until the library is closed.
    pub(crate) fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// The connection, when it is this caller's turn, outside any transaction.
    pub async fn writer(&self) -> tokio::sync::MutexGuard<'_, Writer> {
        let mut writer = self.writer.lock().await;
        writer.finish().await;
        writer
    }

    /// Says a fault about this file, and remembers damage for the next start.
    pub fn explain(&self, fault: Fault) -> Error {
        let error = fault.at(&self.path);
        self.note(&error);
        error
    }

    /// Remembers damage for the next start.
    pub fn note(&self, error: &Error) {
        if matches!(error, Error::Damaged { .. }) {
            self.suspect.store(true, Ordering::Relaxed);
        }
    }

    /// What a call on a closed library gets.
    pub fn closed(&self) -> Error {
        Error::Closed { path: self.path.clone() }
    }
}

impl Writer {
    /// The connection, for reading.
    pub fn connection(&mut self, shelf: &Shelf) -> Result<&mut SqliteConnection, Fault> {
        match &mut self.open {
            Some((connection, _)) => Ok(connection),
            None => Err(shelf.closed().into()),
        }
    }

    /// Begins a transaction. Whoever does not [`Writer::commit`] it has done nothing.
    pub async fn begin(&mut self, shelf: &Shelf) -> Result<&mut SqliteConnection, Fault> {
        self.begun = true;
        let connection = self.connection(shelf)?;
        // IMMEDIATE: a transaction that reads first and then writes must not find that somebody else has written.
        connection.execute("BEGIN IMMEDIATE").await?;
        Ok(connection)
    }

    /// Puts the transaction on disk.
    pub async fn commit(&mut self, shelf: &Shelf) -> Result<(), Fault> {
        self.connection(shelf)?.execute("COMMIT").await?;
        self.begun = false;
        Ok(())
    }

    /// Ends a transaction that was left half-way. sqlx's own transactions lose count when SQLite has already taken
    /// one back by itself, as it does on a full disk; here "there is none" is just as good an answer.
    async fn finish(&mut self) {
        if let (true, Some((connection, _))) = (self.begun, &mut self.open) {
            connection.execute("ROLLBACK").await.ok();
            self.begun = false;
        }
    }
}
