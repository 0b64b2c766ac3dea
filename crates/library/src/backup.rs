//! Backups: whole copies of the library, beside it.

use crate::database;
use crate::error::{Error, Fault, free_space};
use crate::library::Shelf;
use crate::{Library, calendar};
use sqlx::Connection;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// How many backups are kept at least, however old they are.
const KEPT: usize = 7;
/// Seconds for which every one of them is kept: thirty days.
const SAFE: i64 = 30 * 86_400;

impl Library {
    /// Makes today's backup; answers where it is, or none if there is one already. Edits can be written meanwhile.
    /// Opening the library does this; one that stays open for days should do it once a day.
    ///
    /// # Errors
    /// [`Error::DiskFull`] if less than twice its size is free, [`Error::Damaged`] if the library cannot be read to
    /// its end, [`Error::Folder`].
    pub async fn backup(&self, now: i64) -> Result<Option<PathBuf>, Error> {
        let made = self.shelf.backup(now).await;
        made.inspect_err(|error| self.shelf.note(error))
    }
}

impl Shelf {
    pub(crate) async fn backup(&self, now: i64) -> Result<Option<PathBuf>, Error> {
        let _alone = self.copying.lock().await;
        let day = format!("library-{}", calendar::date(now));
        let made = async {
            let there = all(&self.path).map_err(|error| refused(&self.path, error))?;
            if there.iter().any(|backup| name(backup).starts_with(&day)) {
                return Ok(None);
            }
            copy(&self.path, &format!("library-{}", calendar::moment(now)), now).await.map(Some)
        };
        made.await.map_err(|fault: Fault| fault.at(&self.path))
    }
}

/// Copies the library before its schema is changed from number `schema` on.
pub(crate) async fn before_change(library: &Path, schema: i64, now: i64) -> Result<(), Fault> {
    copy(library, &format!("library-{}-schema-{schema}", calendar::moment(now)), now).await.map(drop)
}

/// The backups of a library, the oldest first.
pub(crate) fn all(library: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder(library)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    let is_backup = |path: &PathBuf| name(path).starts_with("library-") && name(path).ends_with(".db");
    // The names begin with the time, so that their order is that of time.
    let mut backups: Vec<PathBuf> = paths.into_iter().filter(is_backup).collect();
    backups.sort();
    Ok(backups)
}

/// Writes a copy, checks it, and only then gives it its name.
async fn copy(library: &Path, name: &str, now: i64) -> Result<PathBuf, Fault> {
    let size = fs::metadata(library).map_or(0, |file| file.len());
    if let Some(free) = free_space(library).filter(|free| *free < size.saturating_mul(2)) {
        return Err(Error::DiskFull { path: library.to_owned(), free: Some(free) }.into());
    }
    let part = folder(library).join("unfinished.part");
    let whole = folder(library).join(format!("{name}.db"));
    fs::create_dir_all(folder(library)).map_err(|error| refused(library, error))?;
    remove(&part).map_err(|error| refused(library, error))?;
    write(library, &part).await?;
    let mut copied = database::read_only(&part).await?;
    let sound = database::check(&mut copied).await;
    copied.close().await?;
    sound?;
    publish(library, &part, &whole, now).map_err(|error| refused(library, error))?;
    Ok(whole)
}

async fn write(library: &Path, part: &Path) -> Result<(), Fault> {
    let mut connection = database::read_only(library).await?;
    let text = part.to_string_lossy();
    let written = sqlx::query("VACUUM INTO ?1").bind(&*text).execute(&mut connection).await;
    connection.close().await?;
    written?;
    Ok(())
}

fn publish(library: &Path, part: &Path, whole: &Path, now: i64) -> io::Result<()> {
    // VACUUM INTO leaves its file in the system's cache.
    File::options().write(true).open(part)?.sync_all()?;
    fs::rename(part, whole)?;
    sync_folder(whole)?;
    let backups = all(library)?;
    let surplus = backups.len().saturating_sub(KEPT);
    let old = format!("library-{}", calendar::date(now - SAFE));
    backups.iter().take(surplus).filter(|backup| name(backup) < old).try_for_each(fs::remove_file)
}

/// Puts the names in a file's folder on disk. Windows does so by itself and does not open folders.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn folder(library: &Path) -> PathBuf {
    library.with_file_name("backups")
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn refused(library: &Path, source: io::Error) -> Fault {
    Error::Folder { path: folder(library), source }.into()
}
