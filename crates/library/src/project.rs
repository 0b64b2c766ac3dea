//! Projects: pieces that the library keeps, each with its journal.

use crate::document::{self, Document};
use crate::error::{Error, Fault};
use crate::{Library, place};
use score::Score;
use sqlx::SqliteConnection;
use std::path::{Path, PathBuf};

/// A project's name within its library. Never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectId(pub u32);

/// What the library knows of a project without loading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// What the piece is called, as it stands.
    pub title: String,
    /// The file it came from.
    pub source: Option<PathBuf>,
    /// When it was created, in seconds since 1970.
    pub created: i64,
    /// When it was last loaded.
    pub opened: i64,
    /// When it was last changed, undo and redo included.
    pub changed: i64,
}

type Row = (u32, String, Option<Vec<u8>>, i64, i64, i64);

impl Library {
    /// Begins a project with `score` as its first state; `source` is the file it came from. It is on disk when this
    /// returns.
    ///
    /// # Errors
    /// As for every write: [`Error::DiskFull`], [`Error::ReadOnly`], [`Error::Damaged`], [`Error::Database`].
    pub async fn create(&self, score: &Score, source: Option<&Path>, now: i64) -> Result<ProjectId, Error> {
        let made = async {
            let document = Document::of(score.clone()).await?;
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let id = insert(connection, &score.title, source, now).await?;
            begin_with(connection, id, &document).await?;
            writer.commit(&self.shelf).await?;
            Ok(id)
        };
        made.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// All projects, the last changed first.
    ///
    /// # Errors
    /// [`Error::Damaged`] or [`Error::Database`].
    pub async fn recent(&self) -> Result<Vec<Project>, Error> {
        let found = async {
            let mut writer = self.shelf.writer().await;
            let rows: Vec<Row> = sqlx::query_as(
                "SELECT id, coalesce((SELECT edit.title FROM edit
                                      WHERE edit.project = project.id AND seq <= cursor AND edit.title IS NOT NULL
                                      ORDER BY seq DESC LIMIT 1), title),
                        source, created, opened, changed
                 FROM project WHERE deleted IS NULL ORDER BY changed DESC, id DESC",
            )
            .fetch_all(writer.connection(&self.shelf)?)
            .await?;
            Ok(rows.into_iter().map(Project::of).collect())
        };
        found.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// Takes a project out of sight. It can be brought back for 30 days.
    ///
    /// # Errors
    /// [`Error::NoProject`], and those of every write.
    pub async fn delete(&self, project: ProjectId, now: i64) -> Result<(), Error> {
        self.mark(project, Some(now)).await
    }

    /// Brings a deleted project back.
    ///
    /// # Errors
    /// [`Error::NoProject`] if it is purged already, and those of every write.
    pub async fn bring_back(&self, project: ProjectId) -> Result<(), Error> {
        self.mark(project, None).await
    }

    async fn mark(&self, project: ProjectId, deleted: Option<i64>) -> Result<(), Error> {
        let marked = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let done =
                sqlx::query("UPDATE project SET deleted = ?2 WHERE id = ?1 AND (deleted IS NULL) <> (?2 IS NULL)")
                    .bind(project.0)
                    .bind(deleted)
                    .execute(connection)
                    .await?;
            writer.commit(&self.shelf).await?;
            if done.rows_affected() == 0 { Err(Error::NoProject { project }.into()) } else { Ok(()) }
        };
        marked.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// Removes for good what was deleted before `before`; answers how many projects that were.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn purge(&self, before: i64) -> Result<u64, Error> {
        let purged = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let done =
                sqlx::query("DELETE FROM project WHERE deleted < ?1").bind(before).execute(&mut *connection).await?;
            if done.rows_affected() > 0 {
                document::sweep(connection).await?;
            }
            writer.commit(&self.shelf).await?;
            Ok(done.rows_affected())
        };
        purged.await.map_err(|fault| self.shelf.explain(fault))
    }
}

impl Project {
    fn of((id, title, source, created, opened, changed): Row) -> Self {
        let source = source.as_deref().map(place::from_bytes);
        Project { id: ProjectId(id), title, source, created, opened, changed }
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    title: &str,
    source: Option<&Path>,
    now: i64,
) -> Result<ProjectId, Fault> {
    let id = sqlx::query_scalar(
        "INSERT INTO project (title, source, created, opened, changed) VALUES (?1, ?2, ?3, ?3, ?3) RETURNING id",
    )
    .bind(title)
    .bind(source.map(place::to_bytes))
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(ProjectId(id))
}

/// Stores the state that a project's journal begins with.
pub(crate) async fn begin_with(
    connection: &mut SqliteConnection,
    project: ProjectId,
    document: &Document,
) -> Result<(), Fault> {
    document.store(connection).await?;
    sqlx::query("INSERT INTO snapshot (project, cursor, document) VALUES (?1, 0, ?2)")
        .bind(project.0)
        .bind(&document.sha[..])
        .execute(connection)
        .await?;
    Ok(())
}
