//! Versions of the open piece: states that somebody named, and those from before a variation was accepted.

use crate::session::Session;
use crate::studio::now;
use crate::{Error, Studio};
use library::{CheckpointId, Library, ProjectId};
use score::{Edit, Score};
use serde::Serialize;

/// What a version is called that was kept by itself.
const BEFORE: &str = "Before variation";

/// So many of those are kept; the oldest goes.
const KEPT: usize = 12;

/// The longest name, in characters.
const LONGEST: usize = 120;

/// A version of the open piece.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Its id.
    pub id: u32,
    /// What it is called.
    pub name: String,
    /// It was kept by itself, before a variation was accepted.
    pub automatic: bool,
    /// When, in seconds since 1970.
    #[cfg_attr(feature = "ts", ts(type = "number"))]
    pub made: u64,
    /// What has changed in the piece since then.
    pub since: Since,
}

/// What lies between a version and the piece as it stands, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "camelCase")]
pub struct Since {
    /// Notes that came.
    pub added: u32,
    /// Notes that went.
    pub removed: u32,
    /// Notes that are others now.
    pub altered: u32,
    /// Tracks that came, went or are set otherwise.
    pub tracks: u32,
    /// Whether tempo, metre, key, sections, title or controllers are others.
    pub rest: bool,
}

impl Since {
    fn of(edit: &Edit) -> Self {
        let tally = edit.tally();
        let [added, removed, altered, tracks] = [tally.added, tally.removed, tally.altered, tally.tracks]
            .map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        Since { added, removed, altered, tracks, rest: tally.rest > 0 }
    }
}

impl Studio {
    /// Keeps the open piece as it stands, under a name. It is on disk when this returns.
    ///
    /// # Errors
    /// [`Error::NoPiece`]; [`Error::Selection`] if the name is empty or too long; [`Error::NoVersions`];
    /// [`Error::Library`].
    pub async fn keep_version(&self, name: &str) -> Result<u32, Error> {
        let name = name.trim();
        let length = name.chars().count();
        if length == 0 || length > LONGEST {
            return Err(Error::Selection(format!("a version has a name of 1 to {LONGEST} characters, not {length}")));
        }
        let guard = self.0.session.lock().await;
        let session = guard.as_ref().ok_or(Error::NoPiece)?;
        let (library, project) = self.shelved(session)?;
        Ok(library.keep(project, name, &session.score, now()).await?.0)
    }

    /// The versions of the open piece, the newest first, each with what has changed since.
    ///
    /// # Errors
    /// As [`Studio::keep_version`].
    pub async fn versions(&self) -> Result<Vec<Version>, Error> {
        let (project, score) = {
            let guard = self.0.session.lock().await;
            let session = guard.as_ref().ok_or(Error::NoPiece)?;
            (self.shelved(session)?.1, session.score.clone())
        };
        let library = self.0.library.as_ref().ok_or(Error::NoVersions)?;
        let mut versions = Vec::new();
        for checkpoint in library.checkpoints(project).await?.into_iter().rev() {
            let then = library.checkpoint(checkpoint.id).await?;
            let now = score.clone();
            let since = Studio::beside(move || Ok(Since::of(&Edit::between(&then, &now, "")?))).await?;
            versions.push(Version {
                id: checkpoint.id.0,
                automatic: checkpoint.name == BEFORE,
                name: checkpoint.name,
                made: u64::try_from(checkpoint.made).unwrap_or_default(),
                since,
            });
        }
        Ok(versions)
    }

    /// Makes the piece what it was at a version, as one step that can be undone. Answers the revision.
    ///
    /// # Errors
    /// [`Error::NoVersion`] if the open piece has no such version, and those of [`Studio::apply`].
    pub async fn go_back(&self, version: u32) -> Result<u32, Error> {
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        let (name, then) = self.version(session, version).await?;
        let edit = Edit::between(&session.score, &then, format!("Go back to “{name}”"))?;
        self.carry_out(session, edit).await
    }

    /// Opens a version as a piece of its own, beside the one that it is a version of.
    ///
    /// # Errors
    /// As [`Studio::go_back`].
    pub async fn copy_version(&self, version: u32) -> Result<(), Error> {
        let (name, mut then) = {
            let guard = self.0.session.lock().await;
            self.version(guard.as_ref().ok_or(Error::NoPiece)?, version).await?
        };
        then.title = match then.title.as_str() {
            "" => name,
            title => format!("{title} – {name}"),
        };
        self.begin(then, None).await
    }

    /// Lets a version go for good.
    ///
    /// # Errors
    /// As [`Studio::go_back`].
    pub async fn delete_version(&self, version: u32) -> Result<(), Error> {
        let guard = self.0.session.lock().await;
        let session = guard.as_ref().ok_or(Error::NoPiece)?;
        let (library, project) = self.shelved(session)?;
        self.own(library, project, version).await?;
        Ok(library.drop_checkpoint(CheckpointId(version)).await?)
    }

    /// Keeps the piece as it stands before a variation changes it; of these only the newest are kept.
    pub(crate) async fn keep_before(&self, session: &Session) -> Result<(), Error> {
        let Ok((library, project)) = self.shelved(session) else { return Ok(()) };
        library.keep(project, BEFORE, &session.score, now()).await?;
        let mut own = library.checkpoints(project).await?;
        own.retain(|checkpoint| checkpoint.name == BEFORE);
        for old in own.iter().take(own.len().saturating_sub(KEPT)) {
            library.drop_checkpoint(old.id).await?;
        }
        Ok(())
    }

    /// The library and the piece's place in it.
    fn shelved<'a>(&'a self, session: &Session) -> Result<(&'a Library, ProjectId), Error> {
        self.0.library.as_ref().zip(session.project).ok_or(Error::NoVersions)
    }

    /// The name of a version, if it is one of this piece.
    async fn own(&self, library: &Library, project: ProjectId, version: u32) -> Result<String, Error> {
        let found = library.checkpoints(project).await?.into_iter().find(|checkpoint| checkpoint.id.0 == version);
        Ok(found.ok_or(Error::NoVersion { version })?.name)
    }

    async fn version(&self, session: &Session, version: u32) -> Result<(String, Score), Error> {
        let (library, project) = self.shelved(session)?;
        let name = self.own(library, project, version).await?;
        Ok((name, library.checkpoint(CheckpointId(version)).await?))
    }
}
