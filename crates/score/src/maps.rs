//! What all tracks share: tempo, metre, key, chords and markers. Each map is sorted by tick; of several entries at one
//! tick the last holds.

use crate::{Chord, Tick};
use serde::{Deserialize, Serialize};

/// What stands at a tick.
pub(crate) trait Timed: Clone + PartialEq {
    /// Where.
    fn tick(&self) -> Tick;
    /// The same at another tick.
    fn at(&self, tick: Tick) -> Self;
    /// What holds where nothing is said.
    fn unsaid() -> Option<Self>;
    /// Whether it says the same, wherever it stands.
    fn is_like(&self, other: &Self) -> bool {
        self.at(other.tick()) == *other
    }
}

macro_rules! timed {
    ($($name:ty: $unsaid:expr),*) => {$(
        impl Timed for $name {
            fn tick(&self) -> Tick {
                self.tick
            }

            fn at(&self, tick: Tick) -> Self {
                let mut moved = self.clone();
                moved.tick = tick;
                moved
            }

            fn unsaid() -> Option<Self> {
                $unsaid
            }
        }
    )*};
}

timed!(
    Tempo: Some(Tempo { tick: 0, micros: Tempo::DEFAULT_MICROS }),
    Meter: Some(Meter::new(0, 4, 4)),
    Key: None,
    Chord: Some(Chord { tick: 0, symbol: None, detected: true }),
    Marker: None,
    crate::Event: None
);

/// A tempo from a tick on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Tempo {
    /// From here on.
    pub tick: Tick,
    /// Microseconds per quarter note, 1..=16_777_215 (Standard MIDI Files 1.0, Set Tempo).
    pub micros: u32,
}

impl Tempo {
    /// The tempo of a piece that states none: 120 quarters a minute (Standard MIDI Files 1.0).
    pub const DEFAULT_MICROS: u32 = 500_000;
}

/// A metre from a tick on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Meter {
    /// From here on.
    pub tick: Tick,
    /// Beats in a bar, 1..=255.
    pub numerator: u8,
    /// The beat's note value, a power of two, 1..=64.
    pub denominator: u8,
    /// MIDI clocks in a metronome click, as in the file; 24 for a quarter.
    pub clocks: u8,
    /// Notated 32nds in a MIDI quarter, as in the file; 8 as a rule.
    pub thirty_seconds: u8,
}

impl Meter {
    /// A metre with the usual click.
    pub fn new(tick: Tick, numerator: u8, denominator: u8) -> Self {
        Meter { tick, numerator, denominator, clocks: 24, thirty_seconds: 8 }
    }
}

/// A key signature from a tick on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Key {
    /// From here on.
    pub tick: Tick,
    /// Sharps (positive) or flats (negative), -7..=7.
    pub fifths: i8,
    /// Minor rather than major.
    pub minor: bool,
}

/// A named place, such as a rehearsal mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Marker {
    /// Where.
    pub tick: Tick,
    /// Its name, as bytes of the file; text is UTF-8 unless the file was older than that.
    pub text: Vec<u8>,
}
