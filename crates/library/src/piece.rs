//! What can be read of a damaged project.

use crate::document::{self, Document, Sha, beside};
use crate::error::{Error, Fault};
use crate::journal::{Row, chain, length, link, title};
use crate::restore::replay;
use crate::{ProjectId, project, snapshot};
use score::{Edit, Score};
use sqlx::SqliteConnection;

/// A project in memory, proven to be sound: its edits lead from its first state as far as they go.
pub(crate) struct Piece {
    header: Header,
    title: String,
    base: Document,
    steps: Vec<Step>,
    cursor: usize,
    checkpoints: Vec<(String, Document, i64)>,
    /// Whether nothing of it is missing.
    pub whole: bool,
}

/// Source, times of creation, opening and change, cursor, time of deletion.
type Header = (Option<Vec<u8>>, i64, i64, i64, i64, Option<i64>);

/// An edit that is as it was written.
#[derive(Clone)]
struct Step {
    edit: Edit,
    body: Vec<u8>,
    made: i64,
}

/// A stretch of history without gaps, around a state that is sound.
struct Stretch {
    /// After how many edits it begins.
    from: usize,
    base: Score,
    steps: Vec<Step>,
}

impl Piece {
    /// Reads all that is sound around the present state.
    ///
    /// # Errors
    /// A fault if its row cannot be read or no state of it is sound.
    pub async fn read(source: &mut SqliteConnection, project: ProjectId) -> Result<Self, Fault> {
        let header: Option<Header> =
            sqlx::query_as("SELECT source, created, opened, changed, cursor, deleted FROM project WHERE id = ?1")
                .bind(project.0)
                .fetch_optional(&mut *source)
                .await?;
        let header = header.ok_or(Error::NoProject { project })?;
        let cursor = usize::try_from(header.4).unwrap_or(0);
        let steps = steps(source, project, cursor).await;
        let stretch = best(source, project, cursor, &steps).await?;
        let until = stretch.from + stretch.steps.len();
        let whole = stretch.from == 0 && until == steps.len() && cursor <= until;
        Ok(Piece {
            header,
            title: stretch.base.title.clone(),
            base: Document::of(stretch.base).await?,
            steps: stretch.steps,
            cursor: cursor.clamp(stretch.from, until) - stretch.from,
            checkpoints: checkpoints(source, project).await,
            whole,
        })
    }

    /// Writes it down as a project of its own, under `id` or a new one, inside a transaction of the caller.
    pub async fn write(&self, target: &mut SqliteConnection, id: Option<ProjectId>) -> Result<ProjectId, Fault> {
        let (source, created, opened, changed, _, deleted) = &self.header;
        let id = sqlx::query_scalar(
            "INSERT INTO project (id, title, source, created, opened, changed, cursor, deleted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id",
        )
        .bind(id.map(|id| id.0))
        .bind(&self.title)
        .bind(source)
        .bind(created)
        .bind(opened)
        .bind(changed)
        .bind(self.cursor as i64)
        .bind(deleted)
        .fetch_one(&mut *target)
        .await
        .map(ProjectId)?;
        project::begin_with(target, id, &self.base).await?;
        let mut link = self.base.sha;
        for (seq, Step { edit, body, made }) in (1..).zip(&self.steps) {
            link = chain(&link, body);
            let row = Row { label: edit.label.clone(), title: title(edit), body: body.clone(), sha: link, made: *made };
            row.insert(target, id, seq).await?;
        }
        for (name, document, made) in &self.checkpoints {
            document.store(target).await?;
            sqlx::query("INSERT INTO checkpoint (project, name, document, made) VALUES (?1, ?2, ?3, ?4)")
                .bind(id.0)
                .bind(name)
                .bind(&document.sha[..])
                .bind(made)
                .execute(&mut *target)
                .await?;
        }
        Ok(id)
    }
}

/// Every edit of a journal, one row at a time; none where a row cannot be read or is not as it was written.
async fn steps(source: &mut SqliteConnection, project: ProjectId, cursor: usize) -> Vec<Option<Step>> {
    // Where the end of the journal cannot be found, the cursor says how far it goes at least.
    let count = length(source, project).await.unwrap_or(cursor);
    let mut before = link(source, project, 0).await.ok();
    let mut steps = Vec::new();
    for seq in 1..=count {
        let row = "SELECT body, sha, made FROM edit WHERE project = ?1 AND seq = ?2";
        let row = sqlx::query_as::<_, (Vec<u8>, Vec<u8>, i64)>(row).bind(project.0).bind(seq as i64);
        let Ok(Some((body, sha, made))) = row.fetch_optional(&mut *source).await else {
            before = None;
            steps.push(None);
            continue;
        };
        let sha = Sha::try_from(sha).ok();
        let sound = before.is_some_and(|before| Some(chain(&before, &body)) == sha);
        let edit = serde_json::from_slice(&body).ok().filter(|_| sound);
        steps.push(edit.map(|edit| Step { edit, body, made }));
        before = sha;
    }
    steps
}

/// The stretch of history that comes nearest to the present state.
async fn best(
    source: &mut SqliteConnection,
    project: ProjectId,
    cursor: usize,
    steps: &[Option<Step>],
) -> Result<Stretch, Fault> {
    let mut best: Option<(usize, Stretch)> = None;
    for (at, sha) in snapshot::by_distance(source, project, cursor).await? {
        let Ok(Some(body)) = document::body(source, &sha).await else { continue };
        let Ok(score) = document::parse(&sha, &body) else { continue };
        let Ok(stretch) = Stretch::around(project, at, score, steps).await else { continue };
        let missed = cursor.abs_diff(cursor.clamp(stretch.from, stretch.from + stretch.steps.len()));
        if best.as_ref().is_none_or(|(least, _)| missed < *least) {
            best = Some((missed, stretch));
        }
    }
    let (_, stretch) = best.ok_or_else(|| Fault::Piece(project, "no stored state of it is sound".into()))?;
    Ok(stretch)
}

impl Stretch {
    /// The longest one that contains the `score` after `at` edits.
    async fn around(project: ProjectId, at: usize, score: Score, steps: &[Option<Step>]) -> Result<Self, Fault> {
        let inside = at.min(steps.len());
        let from = at - steps[..inside].iter().rev().take_while(|step| step.is_some()).count();
        let until = at + steps[inside..].iter().take_while(|step| step.is_some()).count();
        let steps: Vec<Step> = steps.get(from..until).unwrap_or_default().iter().flatten().cloned().collect();
        beside(move || {
            let edits: Vec<Edit> = steps.iter().map(|step| step.edit.clone()).collect();
            let base = replay(project, score, at - from, 0, &edits)?;
            // The proof that all of it fits together.
            replay(project, base.clone(), 0, edits.len(), &edits)?;
            Ok(Stretch { from, base, steps })
        })
        .await
    }
}

/// The checkpoints that are sound.
async fn checkpoints(source: &mut SqliteConnection, project: ProjectId) -> Vec<(String, Document, i64)> {
    let rows = sqlx::query_as::<_, (String, Vec<u8>, i64)>(
        "SELECT name, document, made FROM checkpoint WHERE project = ?1 ORDER BY id",
    );
    let mut sound = Vec::new();
    for (name, sha, made) in rows.bind(project.0).fetch_all(&mut *source).await.unwrap_or_default() {
        if let (Ok(Some(body)), Ok(sha)) = (document::body(source, &sha).await, Sha::try_from(sha))
            && document::parse(&sha, &body).is_ok()
        {
            sound.push((name, Document { body, sha }, made));
        }
    }
    sound
}
