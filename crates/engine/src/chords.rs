//! The chord track: what is heard in the notes is written into it.

use crate::wire::Range;
use crate::{Error, Studio};
use score::{Command, Score};

impl Studio {
    /// Writes the chords that are heard in a stretch into the chord track, as one step, for revision `base`. Without a
    /// stretch all of the piece is heard, and chords that somebody has written stay as they are. Answers the revision.
    ///
    /// # Errors
    /// [`Error::NoChords`] if no chord is heard there, [`Error::Stale`] if the piece has changed since `base`,
    /// [`Error::Library`] if it could not be written down. The piece is unchanged then.
    pub async fn detect_chords(&self, stretch: Option<Range>, base: u32) -> Result<u32, Error> {
        let mut guard = self.0.session.lock().await;
        let session = guard.as_mut().ok_or(Error::NoPiece)?;
        if session.revision != base {
            return Err(Error::Stale { asked: base, now: session.revision });
        }
        let score = &session.score;
        let Range { from, to } = stretch.unwrap_or(Range { from: 0, to: score.end() });
        let to = to.min(Score::LAST_TICK);
        let chords = analysis::symbols(score, from..to);
        if chords.is_empty() {
            return Err(Error::NoChords);
        }
        let command = Command::WriteChords { from, to, chords, spare: stretch.is_none() };
        let mut edit = score.edit_for(&command)?;
        edit.label = "Detect chords".into();
        self.carry_out(session, edit).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn names(studio: &Studio) -> Vec<String> {
        studio.score().await.unwrap().chords.iter().map(|chord| chord.text()).collect()
    }

    #[tokio::test]
    async fn the_waltz_has_its_chords_and_what_is_written_stays() {
        let studio = Studio::headless();
        studio.open_demo().await.unwrap();
        let revision = studio.detect_chords(None, 0).await.unwrap();
        let found = names(&studio).await;
        assert_eq!(found[..8], ["C", "Am", "Dm", "G7", "C/E", "F", "G7", "C"]);
        assert_eq!(studio.document().await.unwrap().history.done, ["Detect chords"]);
        // Bars 3 and 4 by hand: all is heard again, and they stay.
        let bar = 3 * 960;
        for (at, chord) in [(2, "F#m7b5"), (3, "B7")] {
            let set = Command::SetChord { tick: at * bar, chord: chord.into() };
            studio.apply(&set, revision + at - 2).await.unwrap();
        }
        let again = studio.detect_chords(None, revision + 2).await.unwrap();
        assert_eq!(names(&studio).await[..4], ["C", "F#m7b5", "B7", "G7"]);
        assert_eq!(again, revision + 2, "nothing has changed");
        // In a selection they go, and nothing else.
        let before = names(&studio).await;
        studio.detect_chords(Some(Range { from: 2 * bar, to: 4 * bar }), again).await.unwrap();
        assert_eq!(names(&studio).await, found);
        studio.undo().await.unwrap();
        assert_eq!(names(&studio).await, before);
        assert!(matches!(studio.detect_chords(None, 99).await, Err(Error::Stale { .. })));
        let nothing = studio.detect_chords(Some(Range { from: 0, to: 0 }), again + 2).await;
        assert!(matches!(nothing, Err(Error::NoChords)), "{nothing:?}");
    }
}
