//! The manual: keys that somebody plays now, heard beside the piece on instruments of their own, so that neither the
//! piece's notes nor its pedal meddle with them.

use super::{CHANNELS, Fenced};
use crate::schedule::{Controls, Param, beginning};
use crate::{Error, Font};
use score::Track;

/// Most voices of the manual.
const VOICES: usize = 96;

/// What a hand sets itself; the piece does not.
const OF_THE_HAND: [Param; 3] = [Param::Modulation, Param::Pedal, Param::Bend];

/// What a hand does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// A key goes down.
    Down {
        /// MIDI key, 0..=127.
        key: u8,
        /// 1..=127.
        velocity: u8,
    },
    /// A key comes up.
    Up {
        /// MIDI key, 0..=127.
        key: u8,
    },
    /// Something is turned or bent.
    Turn {
        /// Which parameter.
        param: Param,
        /// Its new value, in the parameter's own range.
        value: u16,
    },
    /// Keys that go down from now on sound with another instrument than the tracks' own.
    Program {
        /// General MIDI program, 0..=127; none: the tracks' own again.
        program: Option<u8>,
    },
    /// All keys come up, and with them the pedal; wheels go back. The program stays.
    LetGo,
}

/// An instrument that the manual plays: a track's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patch {
    /// The track's strip, which says how it is set at the moment; none while the track is silent.
    pub(crate) strip: Option<u16>,
    /// How the track begins.
    pub(crate) controls: Controls,
}

impl Patch {
    /// That of a track; `strip`: where it sounds, if it does.
    pub fn of(track: &Track, strip: Option<u16>) -> Self {
        Patch { strip, controls: beginning(track) }
    }
}

/// The synthesiser of the manual; each channel has the instrument of one track.
pub(super) struct Manual {
    pub(super) synth: Fenced,
    patches: [Option<Patch>; CHANNELS],
    /// Keys that are down, as bits.
    down: u128,
    /// The program that a hand has set.
    program: Option<u8>,
}

impl Manual {
    pub fn new(font: &Font, rate: u32) -> Result<Self, Error> {
        Ok(Manual { synth: Fenced::new(font, rate, VOICES)?, patches: [None; CHANNELS], down: 0, program: None })
    }

    /// Plays the instruments of another manual; its keys are up.
    pub fn inherit(&mut self, old: &Manual) {
        (self.patches, self.program) = (old.patches, old.program);
    }

    /// Plays this instrument too, or none at this place. Keys that are down end where the instrument is another.
    pub fn pull(&mut self, place: usize, patch: Option<Patch>) {
        let place = place.min(CHANNELS - 1);
        let program = |patch: Option<Patch>| {
            patch.map(|patch| [Param::Bank, Param::Program].map(|param| patch.controls.get(param)))
        };
        if program(self.patches[place]) != program(patch) {
            self.lift();
        }
        self.patches[place] = patch;
    }

    /// `strips`: those of the rack, which say how tracks are set.
    pub fn touch(&mut self, touch: Touch, strips: &[Fenced]) {
        match touch {
            Touch::Down { key, velocity } => self.press(key.min(127), velocity.clamp(1, 127), strips),
            Touch::Up { key } => self.release(key.min(127)),
            Touch::Turn { param, value } => {
                for place in 0..CHANNELS {
                    self.synth.set(place, param, value);
                }
            }
            Touch::Program { program } => self.program = program.map(|program| program.min(127)),
            Touch::LetGo => {
                self.lift();
                for param in OF_THE_HAND {
                    self.touch(Touch::Turn { param, value: param.start() }, strips);
                }
            }
        }
    }

    fn press(&mut self, key: u8, velocity: u8, strips: &[Fenced]) {
        self.release(key);
        self.down |= 1 << key;
        for place in 0..CHANNELS {
            let Some(patch) = self.patches[place] else { continue };
            let strip = patch.strip.and_then(|strip| strips.get(usize::from(strip)));
            let controls = strip.map_or(patch.controls, |strip| strip.controls[super::STRIP]);
            for param in Param::ALL.into_iter().filter(|param| !OF_THE_HAND.contains(param)) {
                let of_the_hand = self.program.filter(|_| param == Param::Program);
                self.synth.set(place, param, of_the_hand.map_or(controls.get(param), u16::from));
            }
            self.synth.on(place, key, velocity);
        }
    }

    fn release(&mut self, key: u8) {
        if self.down & 1 << key == 0 {
            return;
        }
        self.down &= !(1 << key);
        for place in 0..CHANNELS {
            if self.patches[place].is_some() {
                self.synth.off(place, key);
            }
        }
    }

    fn lift(&mut self) {
        while self.down != 0 {
            self.release(self.down.trailing_zeros() as u8);
        }
    }

    /// How many keys are down.
    pub fn held(&self) -> u32 {
        self.down.count_ones()
    }
}
