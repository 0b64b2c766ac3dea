//! Recording: what hands play, when, and which notes that makes.
//!
//! A [`Tape`] runs all the time. It keeps what was played and where the music was meanwhile, both in the player's
//! milliseconds; a [`Take`] is what lies between two of its moments, in ticks. Nothing here knows ports or windows.

mod message;
mod run;
mod stamp;
mod take;
mod tape;

pub use message::Message;
pub use stamp::Stamp;
pub use take::{Curve, Switch, Take};
pub use tape::{Played, Taking, Tape};
