//! From rows back to a piece: a stored state, and the journal replayed from there.

use crate::document::{self, Sha, beside};
use crate::error::{Error, Fault};
use crate::journal::{chain, length, link, stand};
use crate::{Library, ProjectId, place, snapshot};
use score::{Edit, Score};
use sqlx::SqliteConnection;
use std::path::PathBuf;

/// A project as it was left.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    /// The piece as it stands.
    pub score: Score,
    /// Its whole history, the first edit first.
    pub edits: Vec<Edit>,
    /// How many of them are done; the rest can be redone.
    pub cursor: usize,
    /// The file it came from.
    pub source: Option<PathBuf>,
}

impl Library {
    /// Loads a project: score, history and the place in it, exactly as they were acknowledged.
    ///
    /// # Errors
    /// [`Error::NoProject`]; [`Error::DamagedPiece`] if a checksum does not fit, see [`Library::rescue`]; those of
    /// every write.
    pub async fn load(&self, project: ProjectId, now: i64) -> Result<Restored, Error> {
        let loaded = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            let cursor = stand(connection, project).await?;
            let count = length(connection, project).await?;
            let rows = Rows::read(connection, project, 0, count).await?;
            let (start, score) = nearest(connection, project, cursor).await?;
            let source = touch(connection, project, now).await?;
            writer.commit(&self.shelf).await?;
            drop(writer);
            let restored = beside(move || {
                let edits = rows.verified(project)?;
                let score = replay(project, score, start, cursor, &edits)?;
                Ok(Restored { score, edits, cursor, source: source.as_deref().map(place::from_bytes) })
            });
            Ok((restored.await?, start.abs_diff(cursor)))
        };
        let (restored, far) = loaded.await.map_err(|fault| self.shelf.explain(fault))?;
        self.snapshot_if(far >= snapshot::EVERY, project);
        Ok(restored)
    }
}

impl Library {
    /// Which state a project stands in, as a checksum over its beginning and every edit since. Two calls agree exactly
    /// if the piece is the same; nothing is loaded for it.
    ///
    /// # Errors
    /// [`Error::NoProject`]; [`Error::DamagedPiece`], [`Error::Damaged`] or [`Error::Database`].
    pub async fn stamp(&self, project: ProjectId) -> Result<[u8; 32], Error> {
        let found = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.connection(&self.shelf)?;
            let cursor = stand(connection, project).await?;
            link(connection, project, cursor).await
        };
        found.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// A project's score as it stands, without its history. It does not count as opened.
    ///
    /// # Errors
    /// As [`Library::load`], but that nothing is written.
    pub async fn peek(&self, project: ProjectId) -> Result<Score, Error> {
        let found = async {
            let (cursor, at, score, rows) = {
                let mut writer = self.shelf.writer().await;
                let connection = writer.connection(&self.shelf)?;
                let cursor = stand(connection, project).await?;
                let (at, score) = nearest(connection, project, cursor).await?;
                let rows = Rows::read(connection, project, at.min(cursor), at.max(cursor)).await?;
                (cursor, at, score, rows)
            };
            beside(move || {
                let edits = rows.verified(project)?;
                let (from, to) = if at <= cursor { (0, cursor - at) } else { (at - cursor, 0) };
                replay(project, score, from, to, &edits)
            })
            .await
        };
        found.await.map_err(|fault| self.shelf.explain(fault))
    }
}

/// The sound stored state that is nearest to `cursor`, and after how many edits it is.
pub(crate) async fn nearest(
    connection: &mut SqliteConnection,
    project: ProjectId,
    cursor: usize,
) -> Result<(usize, Score), Fault> {
    let mut why = "no state of it is stored".to_owned();
    for (at, sha) in snapshot::by_distance(connection, project, cursor).await? {
        let Some(body) = document::body(connection, &sha).await? else { continue };
        match beside(move || Ok(document::parse(&sha, &body))).await? {
            Ok(score) => return Ok((at, score)),
            Err(found) => {
                tracing::warn!("piece {}, state after step {at}: {found}", project.0);
                why = found;
            }
        }
    }
    Err(Fault::Piece(project, why))
}

/// A stretch of journal as it is stored.
pub(crate) struct Rows {
    /// How many edits come before it.
    after: usize,
    /// How many it should have.
    count: usize,
    /// The checksum of all that comes before it.
    link: Sha,
    /// Number, body and checksum of each.
    rows: Vec<(i64, Vec<u8>, Vec<u8>)>,
}

impl Rows {
    /// The edits number `after` + 1 to `until`.
    pub async fn read(
        connection: &mut SqliteConnection,
        project: ProjectId,
        after: usize,
        until: usize,
    ) -> Result<Self, Fault> {
        let link = link(connection, project, after).await?;
        let rows = sqlx::query_as(
            "SELECT seq, body, sha FROM edit WHERE project = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq",
        )
        .bind(project.0)
        .bind(after as i64)
        .bind(until as i64)
        .fetch_all(connection)
        .await?;
        Ok(Rows { after, count: until - after, link, rows })
    }

    /// The edits, if each is the one that was written, none is missing, and they are in order.
    pub fn verified(self, project: ProjectId) -> Result<Vec<Edit>, Fault> {
        let mut link = self.link;
        let mut edits = Vec::with_capacity(self.rows.len());
        for (expected, (seq, body, sha)) in (self.after + 1..).zip(&self.rows) {
            link = chain(&link, body);
            let sound = *seq == expected as i64 && link[..] == sha[..];
            let edit = if sound { serde_json::from_slice(body).ok() } else { None };
            let broken = || Fault::Piece(project, format!("step {expected} of its history is not as it was written"));
            edits.push(edit.ok_or_else(broken)?);
        }
        if edits.len() != self.count {
            return Err(Fault::Piece(
                project,
                format!("{} steps of its history are there, not {}", edits.len(), self.count),
            ));
        }
        Ok(edits)
    }
}

/// The score after `to` edits, from the `score` after `from` of them; `edits` begins with the first of all.
pub(crate) fn replay(project: ProjectId, score: Score, from: usize, to: usize, edits: &[Edit]) -> Result<Score, Fault> {
    let reach = from.max(to);
    if reach > edits.len() {
        return Err(Fault::Piece(project, format!("its history has {} steps, not {reach}", edits.len())));
    }
    let step = |score: Score, edit: &Edit| score.with(edit).map_err(|error| Fault::Piece(project, error.to_string()));
    if from <= to {
        edits[from..to].iter().try_fold(score, step)
    } else {
        edits[to..from].iter().rev().try_fold(score, |score, edit| step(score, &edit.inverted()))
    }
}

/// Remembers that a project was opened; answers where it came from.
async fn touch(connection: &mut SqliteConnection, project: ProjectId, now: i64) -> Result<Option<Vec<u8>>, Fault> {
    let path = sqlx::query_scalar("UPDATE project SET opened = ?2 WHERE id = ?1 RETURNING source");
    Ok(path.bind(project.0).bind(now).fetch_one(connection).await?)
}
