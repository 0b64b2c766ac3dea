//! Changing the piece: every change is in the journal before anybody hears of it.

use crate::session::Session;
use crate::studio::{now, now_ms};
use crate::wire::Event;
use crate::{Error, Studio};
use score::{Command, Edit, Nudge, Patch};

impl Studio {
    /// Carries out a command that was given for revision `base`; answers the revision it led to.
    ///
    /// # Errors
    /// [`Error::Stale`] if the piece has changed since `base`; [`Error::Score`] if the command cannot be done;
    /// [`Error::Library`] if it could not be written down. The piece is unchanged then.
    pub async fn apply(&self, command: &Command, base: u32) -> Result<u32, Error> {
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        if session.revision != base {
            return Err(Error::Stale { asked: base, now: session.revision });
        }
        let edit = session.score.edit_for(command)?;
        self.carry(session, edit, Nudge::of(command)).await
    }

    /// What a command would do to revision `base`: the patch that it would lead to. Nothing is changed, but what is
    /// heard is the piece as it would be, until the next change or until nothing is previewed; playback goes on.
    ///
    /// # Errors
    /// As [`Studio::apply`]. What was previewed before is given up then.
    pub async fn preview(&self, command: Option<&Command>, base: u32) -> Result<Patch, Error> {
        self.with_session(|studio, session| {
            let before = session.previewed.take();
            let foreseen = match command {
                Some(_) if session.revision != base => Err(Error::Stale { asked: base, now: session.revision }),
                Some(command) => session.foresee(command),
                None => Ok(Patch::default()),
            };
            if session.previewed != before {
                studio.sound_session(session)?;
            }
            foreseen
        })
        .await
    }

    /// Writes an edit down, then applies it and tells everybody.
    pub(crate) async fn carry_out(&self, session: &mut Session, edit: Edit) -> Result<u32, Error> {
        self.carry(session, edit, None).await
    }

    /// The same; a key that is held and a wheel that turns on are one step.
    async fn carry(&self, session: &mut Session, edit: Edit, nudge: Option<Nudge>) -> Result<u32, Error> {
        if edit.is_empty() {
            return Ok(session.revision);
        }
        let score = session.score.with(&edit)?;
        let (cursor, at) = (session.history.cursor(), now_ms());
        // What leads back to where it began stays two steps, so that the journal and this history have the same ones.
        let merged = nudge.as_ref().and_then(|nudge| session.history.merged(&edit, nudge, at));
        let again = merged.as_ref().is_some_and(Edit::is_empty);
        let merged = merged.filter(|merged| !merged.is_empty());
        if let (Some(library), Some(project)) = (&self.0.library, session.project) {
            match &merged {
                Some(merged) => library.coalesce(project, cursor, merged, now()).await?,
                None => library.append(project, cursor, &edit, now()).await?,
            };
        }
        match nudge {
            Some(nudge) if !again => drop(session.history.push_nudge(edit.clone(), nudge, at)),
            _ => session.history.push(edit.clone()),
        }
        self.0.heed(&edit);
        let changed = session.advance(score, &edit);
        self.sound_session(session)?;
        self.tell(Event::Changed(Box::new(changed)));
        Ok(session.revision)
    }

    /// Takes the last step back; without one nothing happens. Answers the revision.
    ///
    /// # Errors
    /// [`Error::NoPiece`], or [`Error::Library`] if it could not be written down.
    pub async fn undo(&self) -> Result<u32, Error> {
        self.travel(|session| session.history.undo()).await
    }

    /// Takes a step again that was taken back; without one nothing happens. Answers the revision.
    ///
    /// # Errors
    /// As [`Studio::undo`].
    pub async fn redo(&self) -> Result<u32, Error> {
        self.travel(|session| session.history.redo()).await
    }

    /// Moves along the history by the edit that `step` names, which it has already moved past.
    async fn travel(&self, step: impl FnOnce(&mut Session) -> Option<Edit>) -> Result<u32, Error> {
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        let history = session.history.clone();
        let Some(edit) = step(session) else { return Ok(session.revision) };
        let written = async {
            let score = session.score.with(&edit)?;
            if let (Some(library), Some(project)) = (&self.0.library, session.project) {
                library.move_cursor(project, session.history.cursor(), now()).await?;
            }
            Ok::<_, Error>(score)
        };
        match written.await {
            Ok(score) => {
                self.0.heed(&edit);
                let changed = session.advance(score, &edit);
                self.sound_session(session)?;
                self.tell(Event::Changed(Box::new(changed)));
                Ok(session.revision)
            }
            Err(error) => {
                session.history = history;
                Err(error)
            }
        }
    }
}
