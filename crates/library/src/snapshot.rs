//! States along the journal that make loading quick. The journal alone would do; these only shorten the way.

use crate::document::{self, Document, beside};
use crate::error::Fault;
use crate::journal::{link, stand};
use crate::library::Shelf;
use crate::restore::{Rows, nearest, replay};
use crate::{Library, ProjectId};
use sqlx::SqliteConnection;
use std::sync::atomic::Ordering;

/// A state is stored when the cursor is this many edits from the nearest one that is. Replaying so many takes a
/// tenth of a second in a piece of 100,000 notes.
pub(crate) const EVERY: usize = 200;

/// How many of them a project has beside its first state.
const KEPT: i64 = 2;

impl Library {
    /// Stores the present state of a project beside everything else, if `due`.
    pub(crate) fn snapshot_if(&self, due: bool, project: ProjectId) {
        if !due || self.shelf.busy.swap(true, Ordering::Relaxed) {
            return;
        }
        let shelf = self.shelf.clone();
        self.beside(async move {
            let stored = shelf.snapshot(project).await;
            shelf.busy.store(false, Ordering::Relaxed);
            if let Err(fault) = stored {
                let error = shelf.explain(fault);
                tracing::warn!("piece {} will load more slowly: {error}", project.0);
            }
        });
    }
}

impl Shelf {
    async fn snapshot(&self, project: ProjectId) -> Result<(), Fault> {
        let (cursor, at, score, rows, here) = {
            let mut writer = self.writer().await;
            let connection = writer.connection(self)?;
            let cursor = stand(connection, project).await?;
            let (at, score) = nearest(connection, project, cursor).await?;
            let rows = Rows::read(connection, project, at.min(cursor), at.max(cursor)).await?;
            (cursor, at, score, rows, link(connection, project, cursor).await?)
        };
        let score = beside(move || {
            let edits = rows.verified(project)?;
            let (from, to) = if at <= cursor { (0, cursor - at) } else { (at - cursor, 0) };
            replay(project, score, from, to, &edits)
        });
        let document = Document::of(score.await?).await?;
        let mut writer = self.writer().await;
        let connection = writer.begin(self).await?;
        // Meanwhile the journal may have taken another way before this state.
        if link(connection, project, cursor).await.is_ok_and(|now| now == here) {
            document.store(connection).await?;
            insert(connection, project, cursor, &document).await?;
            prune(connection, project).await?;
        }
        writer.commit(self).await
    }
}

/// Whether the nearest stored state is so far from `cursor` that another should be stored.
pub(crate) async fn is_due(
    connection: &mut SqliteConnection,
    project: ProjectId,
    cursor: usize,
) -> Result<bool, Fault> {
    let distance: Option<i64> = sqlx::query_scalar("SELECT min(abs(cursor - ?2)) FROM snapshot WHERE project = ?1")
        .bind(project.0)
        .bind(cursor as i64)
        .fetch_one(connection)
        .await?;
    Ok(distance.is_some_and(|distance| distance >= EVERY as i64))
}

/// All stored states, as (after how many edits, checksum), the nearest to `cursor` first.
pub(crate) async fn by_distance(
    connection: &mut SqliteConnection,
    project: ProjectId,
    cursor: usize,
) -> Result<Vec<(usize, Vec<u8>)>, Fault> {
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT cursor, document FROM snapshot WHERE project = ?1 ORDER BY abs(cursor - ?2), cursor")
            .bind(project.0)
            .bind(cursor as i64)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().filter_map(|(at, sha)| Some((usize::try_from(at).ok()?, sha))).collect())
}

async fn insert(
    connection: &mut SqliteConnection,
    project: ProjectId,
    cursor: usize,
    document: &Document,
) -> Result<(), Fault> {
    sqlx::query("INSERT OR IGNORE INTO snapshot (project, cursor, document) VALUES (?1, ?2, ?3)")
        .bind(project.0)
        .bind(cursor as i64)
        .bind(&document.sha[..])
        .execute(connection)
        .await?;
    Ok(())
}

async fn prune(connection: &mut SqliteConnection, project: ProjectId) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM snapshot WHERE project = ?1 AND cursor > 0 AND id NOT IN
         (SELECT id FROM snapshot WHERE project = ?1 AND cursor > 0 ORDER BY id DESC LIMIT ?2)",
    )
    .bind(project.0)
    .bind(KEPT)
    .execute(&mut *connection)
    .await?;
    document::sweep(connection).await
}
