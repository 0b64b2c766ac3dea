//! Named states of a piece that are kept whatever becomes of the journal.

use crate::document::{self, Document, beside};
use crate::error::{Error, Fault};
use crate::journal::stand;
use crate::{Library, ProjectId};
use score::Score;

/// A checkpoint's name within its library. Never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CheckpointId(pub u32);

/// A state that somebody wanted to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Its id.
    pub id: CheckpointId,
    /// What it is called, such as "Before variation".
    pub name: String,
    /// After how many edits of the history it is; none once the history took another way before it.
    pub cursor: Option<usize>,
    /// When it was made, in seconds since 1970.
    pub made: i64,
}

impl Library {
    /// Keeps `score`, the present state of a project, under a name. States that are equal are stored once.
    ///
    /// # Errors
    /// [`Error::NoProject`], and those of every write.
    pub async fn keep(&self, project: ProjectId, name: &str, score: &Score, now: i64) -> Result<CheckpointId, Error> {
        let kept = async {
            let document = Document::of(score.clone()).await?;
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let cursor = stand(connection, project).await?;
            document.store(connection).await?;
            let id = sqlx::query_scalar(
                "INSERT INTO checkpoint (project, name, cursor, document, made) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
            )
            .bind(project.0)
            .bind(name)
            .bind(cursor as i64)
            .bind(&document.sha[..])
            .bind(now)
            .fetch_one(connection)
            .await?;
            writer.commit(&self.shelf).await?;
            Ok(CheckpointId(id))
        };
        kept.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// The checkpoints of a project, the oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`] or [`Error::Database`].
    pub async fn checkpoints(&self, project: ProjectId) -> Result<Vec<Checkpoint>, Error> {
        let found = async {
            let mut writer = self.shelf.writer().await;
            let rows: Vec<(u32, String, Option<i64>, i64)> =
                sqlx::query_as("SELECT id, name, cursor, made FROM checkpoint WHERE project = ?1 ORDER BY id")
                    .bind(project.0)
                    .fetch_all(writer.connection(&self.shelf)?)
                    .await?;
            let checkpoint = |(id, name, cursor, made): (u32, String, Option<i64>, i64)| Checkpoint {
                id: CheckpointId(id),
                name,
                cursor: cursor.and_then(|cursor| usize::try_from(cursor).ok()),
                made,
            };
            Ok(rows.into_iter().map(checkpoint).collect())
        };
        found.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// The score as it was at a checkpoint.
    ///
    /// # Errors
    /// [`Error::NoCheckpoint`]; [`Error::DamagedPiece`] if its checksum does not fit.
    pub async fn checkpoint(&self, checkpoint: CheckpointId) -> Result<Score, Error> {
        let loaded = async {
            let mut writer = self.shelf.writer().await;
            let found: Option<(u32, Vec<u8>, Vec<u8>)> = sqlx::query_as(
                "SELECT project, sha, body FROM checkpoint JOIN document ON document = sha WHERE checkpoint.id = ?1",
            )
            .bind(checkpoint.0)
            .fetch_optional(writer.connection(&self.shelf)?)
            .await?;
            drop(writer);
            let (project, sha, body) = found.ok_or(Error::NoCheckpoint { checkpoint: checkpoint.0 })?;
            beside(move || document::parse(&sha, &body).map_err(|what| Fault::Piece(ProjectId(project), what))).await
        };
        loaded.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// Lets a checkpoint go.
    ///
    /// # Errors
    /// [`Error::NoCheckpoint`], and those of every write.
    pub async fn drop_checkpoint(&self, checkpoint: CheckpointId) -> Result<(), Error> {
        let dropped = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let delete = sqlx::query("DELETE FROM checkpoint WHERE id = ?1").bind(checkpoint.0);
            let gone = delete.execute(&mut *connection).await?.rows_affected();
            document::sweep(connection).await?;
            writer.commit(&self.shelf).await?;
            if gone == 0 { Err(Error::NoCheckpoint { checkpoint: checkpoint.0 }.into()) } else { Ok(()) }
        };
        dropped.await.map_err(|fault| self.shelf.explain(fault))
    }
}
