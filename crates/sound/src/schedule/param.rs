//! What can be set on a strip. Continuous controllers have 14 bits (MIDI 1.0 Detailed Specification).

/// A parameter of a strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Param {
    /// Bank, 0..=127; 128 holds the drum kits (SoundFont 2.04, 7.2).
    Bank,
    /// General MIDI program, 0..=127.
    Program,
    /// Channel volume with the track's gain in it, 0..=23170: the square root of 2 times full is 6 dB above it.
    Volume,
    /// Panorama with the track's in it, 0..=16383, 8192 = centre.
    Pan,
    /// Expression, 0..=16383.
    Expression,
    /// Modulation wheel, 0..=16383.
    Modulation,
    /// Sustain pedal, 0..=127, down from 64.
    Pedal,
    /// Reverb send, 0..=127.
    Reverb,
    /// Chorus send, 0..=127.
    Chorus,
    /// Pitch wheel, 0..=16383, 8192 = centre.
    Bend,
    /// Range of the pitch wheel: semitones times 128, plus cents.
    BendRange,
    /// Fine tuning, 0..=16383, 8192 = none, 100 cents to either side.
    FineTune,
    /// Coarse tuning in semitones, 64 = none.
    CoarseTune,
}

impl Param {
    /// All of them.
    pub const ALL: [Param; 13] = [
        Param::Bank,
        Param::Program,
        Param::Volume,
        Param::Pan,
        Param::Expression,
        Param::Modulation,
        Param::Pedal,
        Param::Reverb,
        Param::Chorus,
        Param::Bend,
        Param::BendRange,
        Param::FineTune,
        Param::CoarseTune,
    ];

    /// The value at which a channel starts (General MIDI 1; MIDI 1.0, reset all controllers).
    pub(crate) fn start(self) -> u16 {
        match self {
            Param::Bank | Param::Program | Param::Modulation | Param::Pedal | Param::Chorus => 0,
            Param::Volume => 100 << 7,
            Param::Pan | Param::Bend | Param::FineTune => 8192,
            Param::Expression => 127 << 7,
            Param::Reverb => 40,
            Param::BendRange => 2 << 7,
            Param::CoarseTune => 64,
        }
    }
}

/// All parameters of one strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Controls([u16; Param::ALL.len()]);

impl Controls {
    pub fn start() -> Self {
        Controls(Param::ALL.map(Param::start))
    }

    pub fn get(&self, param: Param) -> u16 {
        self.0[param as usize]
    }

    pub fn set(&mut self, param: Param, value: u16) {
        self.0[param as usize] = value;
    }
}
