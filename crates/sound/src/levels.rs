//! How loud it is, for meters.

use score::TrackId;
use serde::{Deserialize, Serialize};

/// The highest samples since the last report, each as one number: 0 is silence, below -60 dBFS; otherwise twice the
/// decibels above -60, so that 120 is full scale.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Levels {
    /// Tracks that have a strip.
    pub tracks: Vec<TrackId>,
    /// A level for each of them, before the room that all share.
    pub peaks: Vec<u8>,
    /// What is heard at the left.
    pub left: u8,
    /// What is heard at the right.
    pub right: u8,
}

impl Levels {
    /// A peak, 1 being full scale, as a level.
    pub(crate) fn of(peak: f32) -> u8 {
        (2.0 * (20.0 * peak.log10() + 60.0)).round().clamp(0.0, 255.0) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::Levels;

    #[test]
    fn levels_are_half_decibels_above_minus_sixty() {
        assert_eq!([0.0, 0.0005, 0.001, 0.1, 1.0, 2.0].map(Levels::of), [0, 0, 0, 80, 120, 132]);
        assert_eq!(Levels::of(f32::NAN), 0);
    }
}
