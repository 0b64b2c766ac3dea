//! The document as sound: schedule, synthesiser, mixer, transport, offline rendering.
//!
//! A [`Schedule`] is a [`score::Score`] in sample time. A [`Stage`] plays it block by block through a [`Rack`] of
//! fenced synthesisers, the metronome and the limiter; the [`Player`] drives a stage from the audio device, and
//! [`render`] drives the very same stage as fast as it goes. A damaged SoundFont is refused with a reason, and what
//! slips through cannot bring down the audio thread: see [`Font`] and [`Rack`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod anchor;
mod effects;
mod error;
pub mod flac;
mod font;
mod levels;
mod limiter;
mod metronome;
mod out;
mod player;
mod ports;
mod record;
mod render;
mod schedule;
mod stage;
mod synth;
mod transport;
pub mod wav;

pub use anchor::Anchor;
pub use error::Error;
pub use font::Font;
pub use levels::Levels;
pub use out::{Cable, Goal, Jack, Jacks, MidiJacks, News, Outlets, PORTS, Signal};
pub use player::{Player, default_output, outputs};
pub use ports::{Incoming, Ports, midi_ports};
pub use record::{Curve, Message, Played, Stamp, Switch, Take, Taking, Tape};
pub use render::{Rendering, Summary, render};
pub use schedule::{Action, Beat, Event, Param, Schedule};
pub use stage::{CountIn, Stage};
pub use synth::{BLOCK, Patch, Rack, Touch};
pub use transport::{Command, Peaks, Remote, Transport, transport};
