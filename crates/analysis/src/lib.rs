//! Features of music: the one extractor that training labels, prompts, sliders and evaluation share.
//!
//! Everything here is a function of notes alone; drums never count as pitches.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod cell;
mod chord;
mod classes;
mod error;
mod groove;
mod instrument;
mod key;
mod known;
mod scale;
mod similarity;
mod symbols;

pub use cell::CellFeatures;
pub use chord::{Chord, Quality, chord_of, chords, half_bars};
pub use classes::{PitchClasses, Weights, cosine, weights};
pub use error::Error;
pub use groove::groove_similarity;
pub use instrument::{DRUMS, family_name, instrument_name, kit_name, playable_range};
pub use key::{KeyEstimate, LocalKey, key_of, key_of_weights, local_keys};
pub use known::{Known, Move, Run};
pub use scale::{auto_scale, scale};
pub use similarity::{
    Kept, SIMILARITY_BUCKETS, Tone, contour_match, kept, note_f1, onset_f1, pitch_f1, similarity, similarity_bucket,
};
pub use symbols::symbols;
