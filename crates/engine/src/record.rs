//! Recording: what was played becomes part of the piece, as one step.

use crate::hands::Hands;
use crate::landing::edit;
use crate::lock::lock;
use crate::session::Session;
use crate::studio::Inner;
use crate::wire::{Event, Level, Recording};
use crate::{Error, Studio};
use score::Score;
use sound::{Take, Taking};

impl Studio {
    /// Records into the armed tracks from here on, after a count-in if the music stands still. It goes on until
    /// [`Studio::stop`] or [`Studio::end_recording`].
    ///
    /// # Errors
    /// [`Error::NoPiece`]; [`Error::Selection`] if no track is armed or there is no player; [`Error::Score`] if an armed
    /// track is gone.
    pub async fn record(&self, recording: Recording) -> Result<(), Error> {
        let score = self.score().await?;
        let player = self.0.player.as_ref().ok_or_else(no_player)?;
        {
            let mut hands = lock(&self.0.hands);
            check(&hands, &score)?;
            hands.recording = Some(recording);
            hands.tape.record(player.now_ms());
        }
        player.record(recording.count_in);
        self.tell(Event::Recording { on: true });
        self.say_if_silent();
        Ok(())
    }

    /// Ends the recording and puts what was played into the armed tracks; the music plays on. Answers the revision.
    ///
    /// # Errors
    /// [`Error::NoPiece`]; [`Error::Score`] if an armed track is gone; [`Error::Library`] if it could not be written
    /// down. What was played can still be captured then.
    pub async fn end_recording(&self) -> Result<u32, Error> {
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        let Some(player) = &self.0.player else { return Ok(session.revision) };
        let now = player.now_ms();
        let (take, recording) = {
            let mut hands = lock(&self.0.hands);
            let Some(recording) = hands.recording.take() else { return Ok(session.revision) };
            set_shift(&mut hands, &self.0);
            let take = hands.tape.take(&session.score, now, taking(recording));
            hands.tape.stop();
            (take, recording)
        };
        player.end_recording();
        self.tell(Event::Recording { on: false });
        match take {
            Some(take) => self.land(session, "Record", take, recording, now).await,
            None => Ok(session.revision),
        }
    }

    /// Puts the last phrase that was played into the armed tracks: where it was heard if the music went on meanwhile,
    /// else at the position. Answers the revision.
    ///
    /// # Errors
    /// [`Error::Selection`] if nothing was played since the last take, and those of [`Studio::end_recording`].
    pub async fn capture(&self, recording: Recording) -> Result<u32, Error> {
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        let player = self.0.player.as_ref().ok_or_else(no_player)?;
        let (now, tick) = (player.now_ms(), player.position().tick.max(0.0) as u32);
        let take = {
            let mut hands = lock(&self.0.hands);
            check(&hands, &session.score)?;
            if hands.recording.is_some() {
                return Err(Error::Selection("a recording runs and keeps what is played; stop it first".into()));
            }
            set_shift(&mut hands, &self.0);
            let take = hands.tape.phrase(&session.score, tick, now, taking(recording));
            take.ok_or_else(|| Error::Selection("nothing was played since the last take; play something first".into()))?
        };
        self.land(session, "Capture", take, recording, now).await
    }

    /// Ends the recording before something else begins; says why if that fails.
    pub(crate) async fn land_or_say(&self) {
        match self.end_recording().await {
            Ok(_) | Err(Error::NoPiece) => {}
            Err(error) => self.tell(Event::Message { level: Level::Error, text: error.to_string() }),
        }
    }

    /// Lets what a recording has so far be heard beside the piece.
    pub(crate) fn sound_take(&self) {
        let guard = self.0.session.blocking_lock();
        let (Some(session), Some(player)) = (guard.as_ref(), &self.0.player) else { return };
        let (take, tracks, how) = {
            let mut hands = lock(&self.0.hands);
            set_shift(&mut hands, &self.0);
            let Some(how) = hands.recording else { return };
            let Some(take) = hands.tape.take(&session.score, player.now_ms(), taking(how)) else { return };
            (take, hands.tracks.clone(), how)
        };
        match edit("Record", &session.score, &tracks, &take, how.replace)
            .and_then(|edit| Ok(session.score.with(&edit)?))
        {
            Ok(score) => player.sound(&score),
            Err(error) => tracing::debug!(%error, "what was recorded so far is not heard"),
        }
    }

    /// Makes a take part of the piece; what was played up to `now` is not captured again.
    async fn land(
        &self,
        session: &mut Session,
        verb: &str,
        take: Take,
        how: Recording,
        now: f64,
    ) -> Result<u32, Error> {
        let tracks = lock(&self.0.hands).tracks.clone();
        let edit = edit(verb, &session.score, &tracks, &take, how.replace)?;
        let revision = self.carry_out(session, edit).await?;
        lock(&self.0.hands).tape.keep(now);
        Ok(revision)
    }
}

fn no_player() -> Error {
    Error::Selection("nothing can be recorded without the player; open the studio with sound".into())
}

fn taking(recording: Recording) -> Taking {
    Taking { grid: recording.grid, replace: recording.replace }
}

/// The ear is later than anchors say by what was set beyond what the device says.
fn set_shift(hands: &mut Hands, inner: &Inner) {
    let shift = inner.later(hands);
    hands.tape.set_shift(shift);
}

/// Refuses when there is nothing to record into.
fn check(hands: &Hands, score: &Score) -> Result<(), Error> {
    if hands.tracks.is_empty() {
        return Err(Error::Selection("no track is armed; arm one, or choose the one to record into".into()));
    }
    hands.tracks.iter().try_for_each(|track| score.track(*track).map(drop).map_err(Error::from))
}
