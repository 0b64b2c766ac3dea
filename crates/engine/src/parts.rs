//! Parts: what a player gets to read.

use crate::session::instrument;
use crate::{Error, Studio};
use formats::musicxml::shared_name;
use score::TrackId;
use serde::Serialize;

/// A part: a track, or both hands of a keyboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct PartSummary {
    /// What people call it.
    pub name: String,
    /// Its tracks, from the top.
    pub tracks: Vec<TrackId>,
}

impl Studio {
    /// The parts of the open piece, in the order of its tracks; those without a note rest.
    ///
    /// # Errors
    /// [`Error::NoPiece`].
    pub async fn parts(&self) -> Result<Vec<PartSummary>, Error> {
        let (score, writing) =
            self.with_session(|_, session| Ok((session.score.clone(), session.writing.clone()))).await?;
        Studio::beside(move || {
            let plan = writing.plan(&score);
            let named = |track: &score::Track| match track.header.name.trim() {
                "" => instrument(&track.header),
                name => name.to_owned(),
            };
            let lefts: Vec<TrackId> = score.tracks.iter().filter_map(|track| plan.left(track)).collect();
            let parts = score.tracks.iter().filter(|track| !lefts.contains(&track.id)).map(|track| {
                let left = plan.left(track).and_then(|left| score.track(left).ok());
                let name = left.and_then(|left| shared_name(&named(track), &named(left)));
                let tracks = std::iter::once(track.id).chain(left.map(|left| left.id)).collect();
                PartSummary { name: name.unwrap_or_else(|| named(track)), tracks }
            });
            Ok(parts.collect())
        })
        .await
    }
}
