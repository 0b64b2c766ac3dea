//! Tracks that are sent to MIDI ports instead of being played here, and the clock that other devices follow.
//!
//! A stage that comes to an event of such a track writes a [`Signal`] with the moment at which what it plays at the same
//! time is heard. Signals go through a ring to a thread of their own, which keeps them until their moment and sends
//! them; the audio thread neither waits for a port nor knows whether there is one.

mod jack;
mod outlets;
mod pulse;
mod wire;

pub use jack::{Jack, Jacks, MidiJacks};
pub use outlets::{News, Outlets};
pub(crate) use pulse::Pulse;
pub(crate) use wire::{Outgoing, Wire};

/// How many ports a player sends to at most.
pub const PORTS: usize = 16;

/// Where a strip goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cable {
    /// Which port, 0..[`PORTS`].
    pub port: u8,
    /// MIDI channel, 0..=15.
    pub channel: u8,
    /// Bank and program are sent too.
    pub programs: bool,
}

/// For whom a signal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// One port.
    Port(u8),
    /// All ports that are to hear the clock.
    Clocked,
    /// All notes of all ports end; the signal has no bytes.
    Silence,
}

/// A message on its way to a port.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    /// When it is to be there, in the player's milliseconds.
    pub at_ms: f64,
    /// For whom.
    pub to: Goal,
    /// The message; behind its end 0.
    pub bytes: [u8; 3],
    /// How many bytes it has, 0..=3.
    pub length: u8,
}

impl Signal {
    /// The message.
    pub fn message(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length).min(3)]
    }
}
