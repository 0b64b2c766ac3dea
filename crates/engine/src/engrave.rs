//! The score view: some bars at a time, and whether they have changed.

use crate::wire::{Fragment, FragmentRequest};
use crate::{Error, Studio};
use formats::musicxml;
use serde::Serialize;

/// The most bars that are written at once; a system has a dozen at most.
const MOST_BARS: u32 = 64;

/// Where a drum stands on its staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct DrumPlace {
    /// The line or space, read as in treble clef: steps of C major above C-1.
    pub degree: u8,
    /// Its MIDI key.
    pub key: u8,
}

impl Studio {
    /// Where drums stand; of several at one place the first is that which has a head of its own, not a cross.
    pub fn drum_places(&self) -> Vec<DrumPlace> {
        let mut places: Vec<_> = notation::drum_places().collect();
        places.sort_by_key(|&(_, cross, key)| (cross, key));
        let degree = |octave: i8, step: u8| ((i32::from(octave) + 1) * 7 + i32::from(step)).clamp(0, 127) as u8;
        places.iter().map(|&(place, _, key)| DrumPlace { degree: degree(place.octave, place.step), key }).collect()
    }

    /// Writes some bars as MusicXML of their own, in which the ids of signs name notes of the document; or only says
    /// that they are still what the caller knows. The bars of a candidate, or of what is being tried, are written by the
    /// document's plan, so that what it leaves alone looks as it did.
    ///
    /// # Errors
    /// [`Error::Selection`] if the piece has no such bars; [`Error::Score`] if it has no such track;
    /// [`Error::NoCandidate`]; [`Error::NoPiece`].
    pub async fn fragment(&self, asked: FragmentRequest) -> Result<Fragment, Error> {
        let (score, sounding, writing, revision) = self
            .with_session(|_, session| {
                let sounding = session.shown(asked.tried, asked.candidate)?;
                Ok((session.score.clone(), sounding, session.writing.clone(), session.revision))
            })
            .await?;
        Studio::beside(move || {
            let FragmentRequest { from_bar, to_bar, .. } = asked;
            let last = sounding.written_bars().max(score.written_bars()) as u32;
            if from_bar == 0 || to_bar < from_bar || to_bar > last || to_bar - from_bar >= MOST_BARS {
                let most = format!("at most {MOST_BARS} of the bars 1..{last} can be engraved at once");
                return Err(Error::Selection(format!("{most}, not {from_bar}..{to_bar}")));
            }
            for &track in &asked.tracks {
                sounding.track(track)?;
            }
            let plan = writing.plan(&score);
            let bars = from_bar as usize - 1..to_bar as usize;
            let written = musicxml::fragment(&sounding, plan, &asked.tracks, bars)
                .map_err(|error| Error::Selection(error.to_string()))?;
            let known = written.checksums == asked.known;
            Ok(Fragment {
                revision,
                checksums: written.checksums,
                text: (!known).then_some(written.text),
                tied_before: written.tied_before,
                tied_after: written.tied_after,
                staves: written.staves,
                fifths: written.fifths,
            })
        })
        .await
    }
}
