//! The file: how it is opened, checked and brought up to date.

use crate::backup;
use crate::error::{Error, Fault};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// Every schema there has been, embedded.
pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!();

/// The first SQLite without the bug that corrupts databases when a write-ahead log is reset (sqlite.org/wal.html).
const LEAST_SQLITE: &str = "3.51.3";

/// Opens the library at `path`, makes it if there is none, and brings its schema up to date after a backup.
/// With `look` every page is checked first.
///
/// # Errors
/// Faults that are damage ([`Fault::is_damage`]) are the file's own; the file is closed then.
pub(crate) async fn open(path: &Path, migrations: &Migrator, look: bool, now: i64) -> Result<SqliteConnection, Fault> {
    let model = model(migrations).await?;
    let mut connection = options(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal).connect().await?;
    match prepare(&mut connection, path, migrations, look, &model, now).await {
        Ok(()) => Ok(connection),
        Err(fault) => {
            connection.close().await.ok();
            Err(fault)
        }
    }
}

/// A second connection that never writes.
pub(crate) async fn read_only(path: &Path) -> Result<SqliteConnection, Fault> {
    Ok(options(path).read_only(true).connect().await?)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // On macOS an ordinary fsync leaves the data in the disk's cache.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON")
        // A large import leaves a large log behind; it need not keep the space.
        .pragma("journal_size_limit", "67108864")
        // Damage is found when a page is read rather than later.
        .pragma("cell_size_check", "ON")
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

async fn prepare(
    connection: &mut SqliteConnection,
    path: &Path,
    migrations: &Migrator,
    look: bool,
    model: &[Column],
    now: i64,
) -> Result<(), Fault> {
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or(0);
    let found = version(connection).await?;
    if found > known {
        return Err(Error::Newer { path: path.to_owned(), found, known }.into());
    }
    if look {
        check(connection).await?;
    }
    if 0 < found && found < known {
        backup::before_change(path, found, now).await?;
    }
    // Not `run`: its future is `Send` for one lifetime only, so that nobody could spawn what calls it.
    migrations.run_direct(None, &mut *connection, false).await?;
    if columns(connection).await? != model {
        return Err(Fault::Damage("its tables are not those of a library".into()));
    }
    Ok(())
}

/// Reads every page and holds tables and indices against each other, but for the contents of indices
/// (`PRAGMA quick_check`).
pub(crate) async fn check(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let found: Vec<String> = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_all(connection).await?;
    match found.as_slice() {
        [ok] if ok == "ok" => Ok(()),
        other => Err(Fault::Damage(other.join("; "))),
    }
}

/// The last migration that was applied; 0 for a fresh file.
async fn version(connection: &mut SqliteConnection) -> Result<i64, Fault> {
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .fetch_one(&mut *connection)
        .await?;
    if tables == 0 {
        return Ok(0);
    }
    let last: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await?;
    Ok(last.unwrap_or(0))
}

/// A column: its table, name, type, whether it may be NULL, place in the key.
type Column = (String, String, String, i64, i64);

/// The columns that a sound library has, taken from an empty one in memory.
async fn model(migrations: &Migrator) -> Result<Vec<Column>, Fault> {
    let mut memory = SqliteConnectOptions::new().in_memory(true).disable_statement_logging().connect().await?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut memory).await?;
    if numbers(&version) < numbers(LEAST_SQLITE) {
        return Err(Error::OldSqlite { found: version, least: LEAST_SQLITE }.into());
    }
    migrations.run_direct(None, &mut memory, false).await?;
    let columns = columns(&mut memory).await?;
    memory.close().await?;
    Ok(columns)
}

async fn columns(connection: &mut SqliteConnection) -> Result<Vec<Column>, Fault> {
    let found = sqlx::query_as(
        "SELECT held.name, col.name, col.type, col.\"notnull\", col.pk
         FROM sqlite_schema AS held JOIN pragma_table_info(held.name) AS col
         WHERE held.type = 'table' AND held.name NOT LIKE 'sqlite%' AND held.name NOT LIKE '\\_sqlx%' ESCAPE '\\'
         ORDER BY held.name, col.cid",
    );
    Ok(found.fetch_all(connection).await?)
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("3.51.2") < numbers(LEAST_SQLITE));
        assert!(numbers("3.51.10") > numbers(LEAST_SQLITE));
        assert!(numbers("3.6.0") < numbers(LEAST_SQLITE));
    }
}
