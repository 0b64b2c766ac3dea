//! The journal: edits go in before anybody hears of them, and a cursor says how many are done.

use crate::document::Sha;
use crate::error::{Error, Fault};
use crate::{Library, ProjectId, snapshot};
use score::{Change, Edit};
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

impl Library {
    /// Writes down an edit made when `cursor` edits were done. What could be redone until then is gone. Answers the
    /// new cursor, `cursor` + 1. It is on disk when this returns.
    ///
    /// # Errors
    /// [`Error::Cursor`] if the journal stands elsewhere, [`Error::NoProject`], [`Error::DamagedPiece`], and those
    /// of every write: [`Error::DiskFull`], [`Error::ReadOnly`], [`Error::Damaged`], [`Error::Database`].
    pub async fn append(&self, project: ProjectId, cursor: usize, edit: &Edit, now: i64) -> Result<usize, Error> {
        self.write(project, cursor, cursor, edit, now).await
    }

    /// Writes down `merged` instead of the last of `cursor` done edits, as for a key that is held or a drag that goes
    /// on: it leads from before that edit to the present state. Answers the cursor, which stays.
    ///
    /// # Errors
    /// As [`Library::append`]; [`Error::NoStep`] if nothing is done that could be replaced.
    pub async fn coalesce(&self, project: ProjectId, cursor: usize, merged: &Edit, now: i64) -> Result<usize, Error> {
        let Some(kept) = cursor.checked_sub(1) else {
            return Err(Error::NoStep { project, asked: 0, count: 0 });
        };
        self.write(project, cursor, kept, merged, now).await
    }

    /// Moves along the history until `cursor` edits are done: fewer than now is undo, more is redo. It is on disk
    /// when this returns.
    ///
    /// # Errors
    /// [`Error::NoStep`] if the journal is not that long, [`Error::NoProject`], and those of every write.
    pub async fn move_cursor(&self, project: ProjectId, cursor: usize, now: i64) -> Result<(), Error> {
        let moved = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            stand(connection, project).await?;
            let count = length(connection, project).await?;
            if cursor > count {
                return Err(Error::NoStep { project, asked: cursor, count }.into());
            }
            set_cursor(connection, project, cursor, now).await?;
            let due = snapshot::is_due(connection, project, cursor).await?;
            writer.commit(&self.shelf).await?;
            Ok(due)
        };
        let due = moved.await.map_err(|fault| self.shelf.explain(fault))?;
        self.snapshot_if(due, project);
        Ok(())
    }

    /// Puts `edit` after the first `kept` edits, provided that the cursor is where the caller believes it.
    async fn write(
        &self,
        project: ProjectId,
        cursor: usize,
        kept: usize,
        edit: &Edit,
        now: i64,
    ) -> Result<usize, Error> {
        let written = async {
            let body = serde_json::to_vec(edit).map_err(|error| Fault::Sql(sqlx::Error::Encode(error.into())))?;
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let stored = stand(connection, project).await?;
            if stored != cursor {
                return Err(Error::Cursor { project, asked: cursor, stored }.into());
            }
            let before = link(connection, project, kept).await?;
            cut(connection, project, kept).await?;
            let row =
                Row { label: edit.label.clone(), title: title(edit), sha: chain(&before, &body), body, made: now };
            row.insert(connection, project, kept + 1).await?;
            set_cursor(connection, project, kept + 1, now).await?;
            let due = snapshot::is_due(connection, project, kept + 1).await?;
            writer.commit(&self.shelf).await?;
            Ok(due)
        };
        let due = written.await.map_err(|fault| self.shelf.explain(fault))?;
        self.snapshot_if(due, project);
        Ok(kept + 1)
    }
}

/// One row of the journal.
pub(crate) struct Row {
    pub label: String,
    pub title: Option<String>,
    pub body: Vec<u8>,
    pub sha: Sha,
    pub made: i64,
}

impl Row {
    /// Writes it down as number `seq`, from 1.
    pub async fn insert(&self, connection: &mut SqliteConnection, project: ProjectId, seq: usize) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO edit (project, seq, label, title, body, sha, made) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(project.0)
        .bind(seq as i64)
        .bind(&self.label)
        .bind(&self.title)
        .bind(&self.body[..])
        .bind(&self.sha[..])
        .bind(self.made)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The link after `before` in a journal's chain of checksums.
pub(crate) fn chain(before: &Sha, body: &[u8]) -> Sha {
    Sha256::new().chain_update(before).chain_update(body).finalize().into()
}

/// What the piece is called after this edit, if that changes.
pub(crate) fn title(edit: &Edit) -> Option<String> {
    edit.changes.iter().rev().find_map(|change| match change {
        Change::Title { after, .. } => Some(after.clone()),
        _ => None,
    })
}

/// How many edits are done.
pub(crate) async fn stand(connection: &mut SqliteConnection, project: ProjectId) -> Result<usize, Fault> {
    let found: Option<i64> = sqlx::query_scalar("SELECT cursor FROM project WHERE id = ?1 AND deleted IS NULL")
        .bind(project.0)
        .fetch_optional(connection)
        .await?;
    let cursor = found.ok_or(Error::NoProject { project })?;
    usize::try_from(cursor).map_err(|_| Fault::Piece(project, format!("{cursor} steps of it are done")))
}

/// How many edits there are.
pub(crate) async fn length(connection: &mut SqliteConnection, project: ProjectId) -> Result<usize, Fault> {
    let last: Option<i64> = sqlx::query_scalar("SELECT max(seq) FROM edit WHERE project = ?1")
        .bind(project.0)
        .fetch_one(connection)
        .await?;
    Ok(last.map_or(0, |last| usize::try_from(last).unwrap_or(0)))
}

/// The checksum of the first state and all edits up to number `seq`.
pub(crate) async fn link(connection: &mut SqliteConnection, project: ProjectId, seq: usize) -> Result<Sha, Fault> {
    let query = match seq {
        0 => sqlx::query_scalar("SELECT document FROM snapshot WHERE project = ?1 AND cursor = ?2"),
        _ => sqlx::query_scalar("SELECT sha FROM edit WHERE project = ?1 AND seq = ?2"),
    };
    let found: Option<Vec<u8>> = query.bind(project.0).bind(seq as i64).fetch_optional(connection).await?;
    let sha = found.and_then(|sha| Sha::try_from(sha).ok());
    sha.ok_or_else(|| Fault::Piece(project, format!("step {seq} of its history is missing")))
}

/// Forgets all edits after the first `kept`, and what was kept of the states they led to.
async fn cut(connection: &mut SqliteConnection, project: ProjectId, kept: usize) -> Result<(), Fault> {
    let statements = [
        "DELETE FROM edit WHERE project = ?1 AND seq > ?2",
        "DELETE FROM snapshot WHERE project = ?1 AND cursor > ?2",
        "UPDATE checkpoint SET cursor = NULL WHERE project = ?1 AND cursor > ?2",
    ];
    for statement in statements {
        sqlx::query(statement).bind(project.0).bind(kept as i64).execute(&mut *connection).await?;
    }
    Ok(())
}

async fn set_cursor(
    connection: &mut SqliteConnection,
    project: ProjectId,
    cursor: usize,
    now: i64,
) -> Result<(), Fault> {
    sqlx::query("UPDATE project SET cursor = ?2, changed = ?3 WHERE id = ?1")
        .bind(project.0)
        .bind(cursor as i64)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
