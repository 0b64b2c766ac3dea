//! How surprising the notes of a piece are to the model.

use crate::{Error, Studio};
use serde::Serialize;

/// Surprise over a piece or a part of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Surprise {
    /// Mean bits per note.
    pub bits_per_note: f64,
    /// Each note that was looked at, in the order of the score.
    pub notes: Vec<NoteSurprise>,
}

/// One note's surprise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NoteSurprise {
    /// Its track, counted from 1.
    pub track: usize,
    /// Its onset in ticks of the file.
    pub start: u32,
    /// Its key.
    pub pitch: u8,
    /// Bits that it costs the model, all its tokens together.
    pub bits: f32,
}

impl Studio {
    /// Surprise of the open piece in one teacher-forced pass per window; `bars` from 1, both included; `tracks` from
    /// 1, none meaning all. Everything around is read in any case.
    ///
    /// # Errors
    /// [`Error::NoPiece`], [`Error::NoModel`] or [`Error::Selection`] if no note is left.
    pub async fn surprise(&self, bars: Option<(u32, u32)>, tracks: &[u32]) -> Result<Surprise, Error> {
        let score = self.score().await?;
        if let Some(&track) = tracks.iter().find(|&&track| track == 0 || track as usize > score.tracks.len()) {
            let count = score.tracks.len();
            return Err(Error::Selection(format!("there is no track {track}; the piece has tracks 1..{count}")));
        }
        let (studio, tracks) = (self.clone(), tracks.to_vec());
        Studio::beside(move || {
            let all = studio.composer()?.surprise(&score)?;
            let grid = score.bars();
            let mut notes = Vec::new();
            for heard in all {
                let bar = grid.of_onset(heard.note.start).index as u32 + 1;
                let number = score.tracks.iter().position(|track| track.id == heard.track).map_or(0, |at| at + 1);
                let inside = bars.is_none_or(|(from, to)| (from..=to).contains(&bar));
                if inside && (tracks.is_empty() || tracks.contains(&(number as u32))) {
                    let (start, pitch) = (heard.note.start, heard.note.pitch);
                    notes.push(NoteSurprise { track: number, start, pitch, bits: heard.bits });
                }
            }
            if notes.is_empty() {
                return Err(Error::Selection("no note lies in those bars and tracks; choose others".into()));
            }
            let sum: f64 = notes.iter().map(|note| f64::from(note.bits)).sum();
            Ok(Surprise { bits_per_note: sum / notes.len() as f64, notes })
        })
        .await
    }
}
