//! What the next note may be.

use crate::PitchSet;
use crate::cell::Tone;

/// Notes that may come next: any of the pitches with any of the velocities and durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    /// Pitches or drum classes; none: there is no such note.
    pub pitches: PitchSet,
    /// Velocity classes, as bits.
    pub velocities: u8,
    /// Duration classes, as bits.
    pub durations: u64,
}

/// All 48 duration classes.
const DURATIONS: u64 = (1 << 48) - 1;

impl Choice {
    /// No note.
    pub const NONE: Choice = Choice { pitches: PitchSet::NONE, velocities: 0, durations: 0 };

    /// Any of these pitches, however long (or as long as `duration`) and loud.
    pub fn free(pitches: PitchSet, duration: Option<u8>) -> Choice {
        match pitches.is_empty() {
            true => Choice::NONE,
            false => Choice { pitches, velocities: 0xff, durations: duration.map_or(DURATIONS, |class| 1 << class) },
        }
    }

    /// This note and no other.
    pub fn held(tone: &Tone) -> Choice {
        let pitches = PitchSet::only(tone.pitch);
        Choice { pitches, velocities: 1 << tone.velocity.min(7), durations: 1 << tone.duration.min(47) }
    }

    /// Whether there is such a note.
    pub fn is_some(&self) -> bool {
        !self.pitches.is_empty()
    }

    /// Whether a note of this velocity and duration is among them.
    pub fn takes(&self, velocity: Option<u8>, duration: Option<u8>) -> bool {
        self.takes_velocity(velocity) && duration.is_some_and(|class| self.durations >> class & 1 == 1)
    }

    /// Whether a note of this velocity is among them.
    pub fn takes_velocity(&self, velocity: Option<u8>) -> bool {
        velocity.is_some_and(|class| self.velocities >> class & 1 == 1)
    }
}

/// What may come next at an onset: a new note, or the next locked one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Next {
    /// New notes; never the pitch of the locked one.
    pub free: Choice,
    /// The locked note.
    pub held: Choice,
}

impl Next {
    /// Nothing.
    pub const NONE: Next = Next { free: Choice::NONE, held: Choice::NONE };

    /// Whether anything may come.
    pub fn is_some(&self) -> bool {
        self.free.is_some() || self.held.is_some()
    }

    /// Both.
    pub fn choices(&self) -> [Choice; 2] {
        [self.free, self.held]
    }

    /// The velocities that a note of this pitch may have.
    pub fn velocities(&self, pitch: u8) -> u8 {
        if self.held.pitches.has(pitch) { self.held.velocities } else { self.free.velocities }
    }
}
