//! Musical requests to proposals: choose what the model reads, write under constraints, and make an edit of it.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod chords;
mod composer;
mod copied;
mod dose;
mod draft;
pub mod echo;
mod error;
pub mod evaluate;
mod plan;
mod pool;
mod rank;
mod recall;
mod run;
mod settings;
mod surprise;
mod task;
mod tones;
mod view;
mod wishes;
mod write;

pub use composer::{Composer, Singer, VOICE_FILE};
pub use copied::Copied;
pub use error::Error;
pub use pool::Pool;
pub use rank::Merit;
pub use recall::recall;
pub use settings::{Keep, Mode, Settings};
pub use surprise::Surprise;
pub use task::{BARS_BEYOND, Cell, Proposal, Step, Task, Written};
