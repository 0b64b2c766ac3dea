//! Whole scores, by their checksum.

use crate::error::Fault;
use score::Score;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

/// A SHA-256.
pub(crate) type Sha = [u8; 32];

/// A score ready to be stored.
pub(crate) struct Document {
    pub body: Vec<u8>,
    pub sha: Sha,
}

impl Document {
    /// Writes the score out; beside everything else, since a large one takes a while.
    pub async fn of(score: Score) -> Result<Self, Fault> {
        beside(move || {
            let body = score.to_bytes();
            Ok(Document { sha: Sha256::digest(&body).into(), body })
        })
        .await
    }

    /// Stores it, unless it is there.
    pub async fn store(&self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        // "There" must not mean a damaged twin: that one is replaced.
        sqlx::query("INSERT INTO document (sha, body) VALUES (?1, ?2) ON CONFLICT (sha) DO UPDATE SET body = ?2 WHERE body <> ?2")
            .bind(&self.sha[..])
            .bind(&self.body[..])
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// The score's bytes, as they are stored; none if they are gone.
pub(crate) async fn body(connection: &mut SqliteConnection, sha: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let found = sqlx::query_scalar("SELECT body FROM document WHERE sha = ?1").bind(sha).fetch_optional(connection);
    Ok(found.await?)
}

/// The score of these bytes, if they are those that were stored.
pub(crate) fn parse(sha: &[u8], body: &[u8]) -> Result<Score, String> {
    if Sha256::digest(body)[..] != *sha {
        return Err("a stored score is not as it was written".into());
    }
    serde_json::from_slice(body).map_err(|error| format!("a stored score is not understood: {error}"))
}

/// Removes scores that nothing refers to any more.
pub(crate) async fn sweep(connection: &mut SqliteConnection) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM document
         WHERE NOT EXISTS (SELECT 1 FROM snapshot WHERE snapshot.document = document.sha)
           AND NOT EXISTS (SELECT 1 FROM checkpoint WHERE checkpoint.document = document.sha)",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Runs `work` where it does not hold up the runtime.
pub(crate) async fn beside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(Fault::Sql(sqlx::Error::Io(std::io::Error::other(error)))),
    }
}
