//! Lanes: every event of a file that is neither a note nor in one of the shared maps.

use crate::Tick;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The events of one file track, kept in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lane {
    /// Sorted by tick; events of one tick in file order.
    pub events: Arc<Vec<Event>>,
    /// Where the file track ended, at or after its last event.
    pub end: Tick,
}

/// One event of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, in ticks.
    pub tick: Tick,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What an event says. Channels are 0..=15, data bytes 0..=127 (MIDI 1.0 Detailed Specification).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum EventKind {
    /// The channel's instrument from here on.
    Program {
        /// Channel.
        channel: u8,
        /// General MIDI program.
        program: u8,
    },
    /// A controller's new value.
    Control {
        /// Channel.
        channel: u8,
        /// Controller number.
        controller: u8,
        /// Value.
        value: u8,
    },
    /// Pitch wheel, -8192..=8191, 0 = centre.
    Bend {
        /// Channel.
        channel: u8,
        /// Wheel position.
        value: i16,
    },
    /// Pressure on all keys of a channel.
    Pressure {
        /// Channel.
        channel: u8,
        /// Value.
        value: u8,
    },
    /// Pressure on one key.
    KeyPressure {
        /// Channel.
        channel: u8,
        /// Key.
        key: u8,
        /// Value.
        value: u8,
    },
    /// System exclusive: the bytes after F0 (or after F7 if `escape`), as in the file.
    SysEx {
        /// Bytes without the status byte.
        bytes: Vec<u8>,
        /// Written as an F7 packet.
        escape: bool,
    },
    /// Any meta event that is not in a shared map: text, lyrics, names, ports, SMPTE offset and so on.
    Meta {
        /// Meta type (Standard MIDI Files 1.0).
        code: u8,
        /// Its bytes, not decoded, so that they can be written back unchanged.
        bytes: Vec<u8>,
    },
}

impl EventKind {
    /// Meta type of plain text (Standard MIDI Files 1.0).
    pub const TEXT: u8 = 0x01;
    /// Meta type of a sequence or track name.
    pub const TRACK_NAME: u8 = 0x03;
    /// Meta type of a lyric syllable.
    pub const LYRIC: u8 = 0x05;

    /// The same on another channel, if it is a channel message.
    pub(crate) fn on_channel(&self, to: u8) -> EventKind {
        let mut moved = self.clone();
        match &mut moved {
            EventKind::Program { channel, .. }
            | EventKind::Control { channel, .. }
            | EventKind::Bend { channel, .. }
            | EventKind::Pressure { channel, .. }
            | EventKind::KeyPressure { channel, .. } => *channel = to,
            EventKind::SysEx { .. } | EventKind::Meta { .. } => {}
        }
        moved
    }

    /// The channel it speaks to, if it is a channel message.
    pub fn channel(&self) -> Option<u8> {
        match *self {
            EventKind::Program { channel, .. }
            | EventKind::Control { channel, .. }
            | EventKind::Bend { channel, .. }
            | EventKind::Pressure { channel, .. }
            | EventKind::KeyPressure { channel, .. } => Some(channel),
            EventKind::SysEx { .. } | EventKind::Meta { .. } => None,
        }
    }
}
