//! The document as token ids and back; the grammar and the constraints on what may follow.
//!
//! The format is `docs/tokens.md`; paragraph signs in this crate's comments mean its sections. One [`Cell`] is the
//! notes of one track in one bar; a [`Passage`] is a run of bars read onto the grid; a [`Window`] writes it for the
//! model; a [`Prompt`] leaves cells out and asks for them; a [`Grammar`] says at every token of the answer what may
//! follow. Nothing here knows the network.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod answer;
mod cell;
mod chords;
pub mod constraint;
mod error;
mod grammar;
pub mod grid;
pub mod instrument;
mod mask;
mod measure;
mod moves;
mod passage;
mod prompt;
pub mod vocabulary;
mod window;

pub use cell::{Cell, Shape, Tone, density_class};
pub use error::Error;
pub use grammar::Grammar;
pub use mask::{Mask, PitchSet};
pub use measure::{Measure, measures};
pub use passage::{Part, Passage, cell, last_bar, notes_of};
pub use prompt::{Controls, Hole, Keep, MOST_HOLES, Masked, Prompt};
pub use vocabulary::Id;
pub use window::{Chord, Head, Tonality, Window};
