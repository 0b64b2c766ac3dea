//! Settings: JSON values by name.

use crate::Library;
use crate::error::{Error, Fault};
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Library {
    /// The setting called `key`; none if it was never set.
    ///
    /// # Errors
    /// [`Error::Setting`] if it has another form, [`Error::Damaged`] or [`Error::Database`].
    pub async fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let found = async {
            let mut writer = self.shelf.writer().await;
            let body: Option<String> = sqlx::query_scalar("SELECT body FROM setting WHERE key = ?1")
                .bind(key)
                .fetch_optional(writer.connection(&self.shelf)?)
                .await?;
            Ok::<_, Fault>(body)
        };
        let body = found.await.map_err(|fault| self.shelf.explain(fault))?;
        let value = body.map(|body| serde_json::from_str(&body)).transpose();
        value.map_err(|source| Error::Setting { key: key.to_owned(), source })
    }

    /// Sets it.
    ///
    /// # Errors
    /// [`Error::Setting`] if it cannot be written as JSON, and those of every write.
    pub async fn set(&self, key: &str, value: &impl Serialize) -> Result<(), Error> {
        let body = serde_json::to_string(value).map_err(|source| Error::Setting { key: key.to_owned(), source })?;
        let stored = async {
            let mut writer = self.shelf.writer().await;
            let connection = writer.begin(&self.shelf).await?;
            sqlx::query("INSERT INTO setting (key, body) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET body = ?2")
                .bind(key)
                .bind(body)
                .execute(connection)
                .await?;
            writer.commit(&self.shelf).await
        };
        stored.await.map_err(|fault| self.shelf.explain(fault))
    }
}
