//! Performance to notation: what a [`score::Score`] sounds like becomes what is written on staves.
//!
//! [`sheet`] writes a whole piece, [`planned`] by a plan that is there; [`part`] and [`bars`] write some bars of it with a [`Plan`] that was made once.
//! A track goes through these steps, each in its own module: its notes are put on the likeliest grid of their beat,
//! keyboards are divided between two hands, staves into voices, voices into note values, ties, tuplets and rests, and
//! every pitch is spelled.
//!
//! **What a measure depends on.** Beside the plan, a measure depends only on notes that begin at most [`REACH`] bars
//! from it or from the onset of a note that rings in it. So after an edit only the measures around it are to be
//! written and engraved again, as long as `Plan::of` gives what it gave before.
//!
//! ```
//! let score = score::text::score("C4:1/3 D4:1/3 E4:1/3 F4:3")?;
//! let sheet = notation::sheet(&score);
//! let voice = &sheet.parts[0].staves[0].measures[0].voices[0];
//! assert_eq!(voice.elements[0].tuplet.map(|tuplet| tuplet.actual), Some(3));
//! # Ok::<(), score::Error>(())
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod beams;
mod clefs;
mod drums;
mod dynamics;
mod ends;
mod error;
mod feel;
mod frame;
mod grid;
mod hands;
mod lyrics;
mod measure;
mod metre;
mod model;
mod part;
mod plan;
mod quantize;
mod sheet;
mod spell;
mod tuplets;
mod value;
mod voices;
mod write;

pub use drums::{drum_at, drum_places};
pub use error::Error;
pub use model::{
    BarFrame, Beam, Clef, Dynamic, Element, Head, Lyric, Measure, Part, Pitch, Sheet, Staff, TempoMark, Tuplet, Voice,
};
pub use part::{REACH, part};
pub use plan::Plan;
pub use sheet::{bars, planned, sheet};
pub use value::{QUARTER, Time, Value};
