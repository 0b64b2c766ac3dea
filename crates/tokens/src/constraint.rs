//! Hard constraints: what a composer, not the network, decides. One file each.
//!
//! The network chooses among what is left. Something is always left: a cell can end, or say that it has no notes.
//! Where constraints contradict one another, the weaker one gives way, and only as far as it must:
//!
//! | strength | constraint | when it gives way |
//! |---|---|---|
//! | never gives way | [`Locked`], [`Length`] | |
//! | never gives way | [`Scale`], [`Range`] | locked notes are not judged by them |
//! | never gives way | [`Polyphony`], [`Density::most`] | locked notes count, and may exceed them by themselves |
//! | 1, strongest | [`Playable`] | no pitch of the scale and range can be played |
//! | 2 | [`Order`] (keep pitches) | the bar or the most notes are used up; its pitches outside scale and range are left out; where that is all of them, any allowed pitch |
//! | 3 | [`Rhythm`] | too few pitches for a chord, or too many notes: fewer notes at that onset, or none |
//! | 4 | [`Harmony`] | no allowed pitch is in the chord: the scale's passing notes, then any allowed pitch |
//! | 5 | [`Contour`] | no allowed pitch goes that way at any open position |
//! | 6 | [`Sounding`], [`Density::least`] | no note at all is possible |
//! | 7, weakest | [`Moved`] | no other position is open |

mod contour;
mod density;
mod harmony;
mod length;
mod locked;
mod moved;
mod order;
mod playable;
mod polyphony;
mod range;
mod rhythm;
mod scale;
mod sounding;

pub use contour::Contour;
pub use density::Density;
pub use harmony::Harmony;
pub use length::Length;
pub use locked::Locked;
pub use moved::Moved;
pub use order::Order;
pub use playable::Playable;
pub use polyphony::Polyphony;
pub use range::Range;
pub use rhythm::Rhythm;
pub use scale::Scale;
pub use sounding::Sounding;

use crate::PitchSet;

/// What holds for one answered cell. The default asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    /// Pitch classes. Not for drums.
    pub scale: Option<Scale>,
    /// Lowest and highest pitch. Not for drums.
    pub range: Option<Range>,
    /// What the instrument can play. Not for drums.
    pub playable: Option<Playable>,
    /// Most notes at one onset.
    pub polyphony: Option<Polyphony>,
    /// Least and most notes.
    pub density: Option<Density>,
    /// Rhythm of the theme.
    pub rhythm: Option<Rhythm>,
    /// Pitches of the theme in their order.
    pub order: Option<Order>,
    /// Contour of the theme. Not for drums.
    pub contour: Option<Contour>,
    /// Harmony of the theme. Not for drums.
    pub harmony: Option<Harmony>,
    /// Notes that stay.
    pub locked: Locked,
    /// Onsets of the theme that new ones avoid.
    pub moved: Option<Moved>,
    /// Whether silence is refused.
    pub sounding: Option<Sounding>,
}

impl Constraints {
    /// The pitches that scale, range and instrument leave, whatever the position.
    pub(crate) fn pitches(&self) -> PitchSet {
        let scale = self.scale.map_or(PitchSet::ALL, Scale::pitches);
        let range = self.range.map_or(PitchSet::ALL, Range::pitches);
        let wanted = scale.and(range);
        let playable = self.playable.map_or(PitchSet::ALL, Playable::pitches);
        wanted.and(playable).or_else(wanted)
    }
}
