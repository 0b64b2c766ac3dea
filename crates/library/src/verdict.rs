//! Hearts and crosses: what became of candidates.

use crate::error::{Error, Fault};
use crate::journal::stand;
use crate::{Library, ProjectId};
use serde_json::Value;
use sqlx::SqliteConnection;

/// What somebody thought of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The piece it was written for; none once that is purged.
    pub project: Option<ProjectId>,
    /// The seed it came from.
    pub seed: u64,
    /// The settings it was asked for with; with the seed and the model they give it again.
    pub settings: Value,
    /// A heart rather than a cross.
    pub accepted: bool,
    /// When, in seconds since 1970.
    pub made: i64,
}

type Row = (Option<u32>, i64, String, bool, i64);

impl Library {
    /// Remembers a verdict.
    ///
    /// # Errors
    /// [`Error::NoProject`], and those of every write.
    pub async fn judge(&self, verdict: &Verdict) -> Result<(), Error> {
        let stored = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            if let Some(project) = verdict.project {
                stand(connection, project).await?;
            }
            verdict.insert(connection, None).await?;
            writer.commit(&self.shelf).await
        };
        stored.await.map_err(|fault| self.shelf.explain(fault))
    }

    /// All verdicts, the oldest first.
    ///
    /// # Errors
    /// [`Error::Damaged`] or [`Error::Database`].
    pub async fn verdicts(&self) -> Result<Vec<Verdict>, Error> {
        let found = async {
            let mut writer = self.shelf.writer().await;
            let rows: Vec<Row> =
                sqlx::query_as("SELECT project, seed, settings, accepted <> 0, made FROM verdict ORDER BY id")
                    .fetch_all(writer.connection(&self.shelf)?)
                    .await?;
            rows.into_iter().map(Verdict::of).collect::<Result<_, Fault>>()
        };
        found.await.map_err(|fault| self.shelf.explain(fault))
    }
}

impl Verdict {
    fn of((project, seed, settings, accepted, made): Row) -> Result<Self, Fault> {
        let settings = serde_json::from_str(&settings).map_err(|error| Fault::Damage(format!("a verdict: {error}")))?;
        Ok(Verdict { project: project.map(ProjectId), seed: seed.cast_unsigned(), settings, accepted, made })
    }

    /// The next one after number `last`, and its number; none at the end or where it cannot be read.
    pub(crate) async fn after(connection: &mut SqliteConnection, last: i64) -> Option<(i64, Self)> {
        let statement =
            "SELECT project, seed, settings, accepted <> 0, made, id FROM verdict WHERE id > ?1 ORDER BY id LIMIT 1";
        type Numbered = (Option<u32>, i64, String, bool, i64, i64);
        let found: Option<Numbered> = sqlx::query_as(statement).bind(last).fetch_optional(connection).await.ok()?;
        let (project, seed, settings, accepted, made, id) = found?;
        let verdict = Verdict::of((project, seed, settings, accepted, made)).ok()?;
        (id > last).then_some((id, verdict))
    }

    /// Writes it down, as number `id` if that is given and free. A project that is not there is left out.
    pub(crate) async fn insert(&self, connection: &mut SqliteConnection, id: Option<i64>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT OR IGNORE INTO verdict (id, project, seed, settings, accepted, made)
             VALUES (?1, (SELECT id FROM project WHERE id = ?2), ?3, ?4, ?5, ?6)",
        )
        .bind(id)
        .bind(self.project.map(|project| project.0))
        .bind(self.seed.cast_signed())
        .bind(self.settings.to_string())
        .bind(self.accepted)
        .bind(self.made)
        .execute(connection)
        .await?;
        Ok(())
    }
}
