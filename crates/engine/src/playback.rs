//! Hearing the open piece: transport, preview notes, metronome. Without a sound device the position moves in silence.

use crate::lock::lock;
use crate::session::Session;
use crate::wire::{Event, Level, Range};
use crate::{Error, Studio};
use score::{Tick, TrackId};
use std::sync::Arc;

impl Studio {
    /// Starts playing where the position is.
    ///
    /// # Errors
    /// [`Error::NoPiece`].
    pub async fn play(&self) -> Result<(), Error> {
        self.with_player(|player| player.play()).await?;
        self.say_if_silent();
        Ok(())
    }

    /// Stops; the position stays, keys that are down come up, and what was recorded is put into its tracks.
    ///
    /// # Errors
    /// [`Error::NoPiece`], and those of [`Studio::end_recording`].
    pub async fn stop(&self) -> Result<(), Error> {
        self.with_player(|player| player.stop()).await?;
        self.0.release_keys(None);
        self.end_recording().await.map(drop)
    }

    /// Moves the position; playing goes on from there.
    ///
    /// # Errors
    /// [`Error::NoPiece`].
    pub async fn seek(&self, tick: Tick) -> Result<(), Error> {
        self.with_player(|player| player.seek(tick)).await
    }

    /// Plays a stretch again and again, or no longer.
    ///
    /// # Errors
    /// [`Error::NoPiece`]; [`Error::Selection`] if the stretch is empty.
    pub async fn set_loop(&self, range: Option<Range>) -> Result<(), Error> {
        if let Some(Range { from, to }) = range
            && to <= from
        {
            return Err(Error::Selection(format!("a loop from tick {from} to {to} is empty; mark at least one bar")));
        }
        self.with_player(|player| player.set_loop(range.map(|range| (range.from, range.to)))).await
    }

    /// What the machine's sound outputs are called.
    ///
    /// # Errors
    /// [`Error::Job`] if they cannot be asked for.
    pub async fn sound_outputs(&self) -> Result<Vec<String>, Error> {
        Studio::beside(|| Ok(sound::outputs())).await
    }

    /// Plays through the sound output with this name from now on; without one, or where it is not there, through the
    /// default one.
    pub fn set_sound_output(&self, name: Option<String>) {
        if let Some(player) = &self.0.player {
            player.use_output(name);
        }
    }

    /// Sounds one note with a track's instrument, as a click on the keyboard does.
    ///
    /// # Errors
    /// [`Error::NoPiece`] or [`Error::Score`] if there is no such track.
    pub async fn sound_note(&self, track: TrackId, pitch: u8, velocity: u8) -> Result<(), Error> {
        let score = self.score().await?;
        score.track(track)?;
        if let Some(player) = &self.0.player {
            player.sound_track_note(track, pitch.min(127), velocity.clamp(1, 127));
        }
        Ok(())
    }

    /// Sounds a short phrase on an instrument, as one listens to it before choosing it.
    ///
    /// # Errors
    /// None; it answers like the others so that callers need not tell them apart.
    pub async fn sound_phrase(&self, program: u8, drums: bool) -> Result<(), Error> {
        if let Some(player) = &self.0.player {
            player.sound_phrase(drums, program.min(127));
        }
        Ok(())
    }

    /// These MIDI ports hear the clock from now on: pulses, start, stop, and the place in the piece.
    ///
    /// # Errors
    /// None; it answers like the others so that callers need not tell them apart.
    pub async fn set_clocked(&self, ports: Vec<String>) -> Result<(), Error> {
        if let Some(player) = &self.0.player {
            player.set_clocked(ports);
        }
        Ok(())
    }

    /// A click on every beat while playing, or none.
    ///
    /// # Errors
    /// None; it answers like the others so that callers need not tell them apart.
    pub async fn set_metronome(&self, on: bool) -> Result<(), Error> {
        if let Some(player) = &self.0.player {
            player.set_metronome(on);
        }
        Ok(())
    }

    async fn with_player(&self, work: impl FnOnce(&sound::Player)) -> Result<(), Error> {
        self.score().await?;
        if let Some(player) = &self.0.player {
            work(player);
        }
        Ok(())
    }

    /// Gives the player what is heard now: the document, or the document with a proposal in its place.
    pub(crate) fn sound_session(&self, session: &Session) -> Result<(), Error> {
        if let Some(player) = &self.0.player {
            player.sound(&*session.heard()?);
        }
        Ok(())
    }

    /// Stops and goes back to the beginning.
    pub(crate) fn rewind(&self) {
        if let Some(player) = &self.0.player {
            player.stop();
            player.set_loop(None);
            player.seek(0);
        }
    }

    /// Tells whoever listens why nothing will be heard, if that is so.
    pub fn say_if_silent(&self) {
        if let Some(reason) = self.0.player.as_ref().and_then(sound::Player::silent_because) {
            let text = format!("{}. You can still write, and export audio.", reason.trim_end_matches('.'));
            self.tell(Event::Message { level: Level::Warning, text });
        }
    }

    /// Loads the best SoundFont beside everything else; until it is there, the built-in one sounds.
    pub(crate) fn load_font(&self) {
        let inner = Arc::downgrade(&self.0);
        std::thread::spawn(move || {
            let font = sound::Font::best();
            if let Some(inner) = inner.upgrade() {
                *lock(&inner.font) = Some(font.clone());
                if let Some(player) = &inner.player {
                    player.use_font(font);
                }
            }
        });
    }
}
