//! Why nothing was written down.

use score::TrackId;

/// A failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A track that the piece does not have.
    #[error("there is no track {}; the piece has {count}", track.0)]
    NoTrack {
        /// Which was asked for.
        track: TrackId,
        /// How many there are.
        count: usize,
    },
    /// Bars that are none.
    #[error("bars {from} to {to} are none; give a first bar that lies before the last")]
    NoBars {
        /// The first, from 0.
        from: usize,
        /// The one after the last.
        to: usize,
    },
}
