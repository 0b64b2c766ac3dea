//! Synthesisers behind a fence, and the rack that mixes them: one for each strip, and a room that they share.
//!
//! rustysynth indexes a font's samples with the font's own numbers, so that a damaged font can panic in the middle of
//! a block or give samples that are no numbers. Whatever touches it runs under `catch_unwind`, and what comes out is
//! looked at before it is mixed.

mod manual;

pub use manual::{Patch, Touch};

use crate::effects::Effects;
use crate::font::Sends;
use crate::schedule::{Controls, Param, STRIPS};
use crate::{Error, Font};
use manual::Manual;
use rustysynth::{Synthesizer, SynthesizerSettings};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Frames that are rendered at once, as many as FluidSynth takes. Events take effect at the block in which they lie: at
/// most 1.5 ms early.
pub const BLOCK: usize = 64;

/// The channel of its synthesiser on which a strip plays.
const STRIP: usize = 0;

/// MIDI channels of one synthesiser.
const CHANNELS: usize = Synthesizer::CHANNEL_COUNT;

/// Most voices of a strip.
const VOICES: usize = 256;

/// Voices of a rack from which on its strips have fewer each.
const ALL_VOICES: usize = 1024;

/// The least voices a strip has.
const FEWEST_VOICES: usize = 32;

/// Faults after which a synthesiser stays silent.
const STRIKES: u32 = 8;

/// A sample beyond this is a fault and no music: 36 dB over full scale.
const ABSURD: f32 = 64.0;

/// Below this a block is silence: -120 dBFS.
const SILENCE: f32 = 1e-6;

/// Half a second of silence without a held note puts a synthesiser to sleep.
const DROWSY: f64 = 0.5;

/// Length of a preview note in seconds.
const PREVIEW: f64 = 0.4;

/// One synthesiser. A fault costs it what it was sounding; the settings of its channels are put back.
struct Fenced {
    synth: Synthesizer,
    controls: [Controls; CHANNELS],
    left: [f32; BLOCK],
    right: [f32; BLOCK],
    strikes: u32,
    /// The highest sample since somebody looked.
    peak: f32,
    /// Notes begun and not ended.
    open: u32,
    /// Silent blocks since it last sounded; asleep beyond `drowsy`.
    quiet: u32,
    drowsy: u32,
}

impl Fenced {
    fn new(font: &Font, rate: u32, voices: usize) -> Result<Self, Error> {
        let refused = || Error::Rate { value: rate, low: Rack::LEAST_RATE, high: Rack::MOST_RATE };
        if !(Rack::LEAST_RATE..=Rack::MOST_RATE).contains(&rate) {
            return Err(refused());
        }
        let mut settings = SynthesizerSettings::new(rate as i32);
        settings.block_size = BLOCK;
        settings.maximum_polyphony = voices;
        // The room is ours, and one for all.
        settings.enable_reverb_and_chorus = false;
        let drowsy = (DROWSY * f64::from(rate) / BLOCK as f64) as u32;
        Ok(Fenced {
            synth: Synthesizer::new(font.samples(), &settings).map_err(|_| refused())?,
            controls: [Controls::start(); CHANNELS],
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
            strikes: 0,
            peak: 0.0,
            open: 0,
            quiet: drowsy,
            drowsy,
        })
    }

    fn guard(&mut self, work: impl FnOnce(&mut Synthesizer)) {
        if self.strikes < STRIKES && catch_unwind(AssertUnwindSafe(|| work(&mut self.synth))).is_err() {
            self.strike();
        }
    }

    /// After a fault: silence, and the channels set as they were.
    fn strike(&mut self) {
        self.strikes += 1;
        let (synth, controls) = (&mut self.synth, &self.controls);
        let reset = catch_unwind(AssertUnwindSafe(|| {
            synth.reset();
            for (channel, controls) in controls.iter().enumerate() {
                for param in Param::ALL {
                    send(synth, channel, param, controls.get(param));
                }
            }
        }));
        if reset.is_err() {
            self.strikes = STRIKES;
        }
    }

    fn set(&mut self, channel: usize, param: Param, value: u16) {
        if self.controls[channel].get(param) != value {
            self.controls[channel].set(param, value);
            self.guard(|synth| send(synth, channel, param, value));
        }
    }

    fn on(&mut self, channel: usize, key: u8, velocity: u8) {
        self.open += 1;
        self.quiet = 0;
        self.guard(|synth| synth.note_on(channel as i32, i32::from(key), i32::from(velocity)));
    }

    fn off(&mut self, channel: usize, key: u8) {
        self.open = self.open.saturating_sub(1);
        self.guard(|synth| synth.note_off(channel as i32, i32::from(key)));
    }

    fn asleep(&self) -> bool {
        self.quiet >= self.drowsy || self.strikes >= STRIKES
    }

    /// Adds its next block to the mix; whether there was one.
    fn add(&mut self, left: &mut [f32; BLOCK], right: &mut [f32; BLOCK]) -> bool {
        if self.asleep() {
            return false;
        }
        let (mut own_left, mut own_right) = (self.left, self.right);
        let before = self.strikes;
        self.guard(|synth| synth.render(&mut own_left, &mut own_right));
        if self.strikes != before {
            return false;
        }
        (self.left, self.right) = (own_left, own_right);
        // The sum of all is no number as soon as one is none, and finite while all are small.
        let samples = || self.left.iter().chain(&self.right);
        let peak = samples().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        if !samples().sum::<f32>().is_finite() || peak > ABSURD {
            self.strike();
            return false;
        }
        for (mix, own) in [(left, &self.left), (right, &self.right)] {
            for (mix, own) in mix.iter_mut().zip(own) {
                *mix += own;
            }
        }
        self.peak = self.peak.max(peak);
        self.quiet = if peak < SILENCE && self.open == 0 { self.quiet + 1 } else { 0 };
        if self.asleep() {
            self.guard(|synth| synth.note_off_all(true));
        }
        true
    }
}

/// Tells a synthesiser what a parameter is, in MIDI messages.
fn send(synth: &mut Synthesizer, channel: usize, param: Param, value: u16) {
    let (channel, value) = (channel as i32, i32::from(value));
    let (coarse, fine) = (value >> 7, value & 0x7F);
    let mut control = |controller, value| synth.process_midi_message(channel, 0xB0, controller, value);
    match param {
        Param::Bank => {
            // The percussion channel counts its banks from 128 on; on the others 128 is a bank like any.
            let base = if channel == Synthesizer::PERCUSSION_CHANNEL as i32 { 128 } else { 0 };
            control(0, value - base);
        }
        Param::Program => synth.process_midi_message(channel, 0xC0, value, 0),
        Param::Bend => synth.process_midi_message(channel, 0xE0, fine, coarse),
        Param::Pedal => control(64, value),
        // The rack's own business.
        Param::Reverb | Param::Chorus => {}
        Param::Volume | Param::Pan | Param::Expression | Param::Modulation => {
            let controller = match param {
                Param::Volume => 7,
                Param::Pan => 10,
                Param::Expression => 11,
                _ => 1,
            };
            control(controller, coarse);
            control(controller + 32, fine);
        }
        Param::BendRange | Param::FineTune | Param::CoarseTune => {
            let (number, entry) = match param {
                Param::BendRange => (0, coarse),
                Param::FineTune => (1, coarse),
                _ => (2, value),
            };
            control(101, 0);
            control(100, number);
            control(6, entry);
            control(38, fine);
            // The null parameter, so that nothing changes by accident (MIDI 1.0, registered parameter numbers).
            control(101, 127);
            control(100, 127);
        }
    }
}

/// A preview note that sounds: key and blocks left.
type Preview = Option<(u8, u32)>;

/// A preview note that is still to come.
#[derive(Clone, Copy)]
struct Coming {
    blocks: u32,
    drums: bool,
    program: u8,
    key: u8,
    velocity: u8,
}

/// All synthesisers of a player or a rendering: one for each strip and one for preview notes, and their room.
pub struct Rack {
    sends: Arc<Sends>,
    rate: u32,
    synths: Vec<Fenced>,
    previews: Fenced,
    previewed: [Preview; CHANNELS],
    next_preview: usize,
    coming: [Option<Coming>; CHANNELS],
    manual: Manual,
    effects: Effects,
    ons: u64,
    offs: u64,
}

impl std::fmt::Debug for Rack {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Rack").field("rate", &self.rate).field("synths", &self.synths.len()).finish_non_exhaustive()
    }
}

impl Rack {
    /// Lowest sample rate in hertz (rustysynth).
    pub const LEAST_RATE: u32 = 16_000;
    /// Highest sample rate in hertz (rustysynth).
    pub const MOST_RATE: u32 = 192_000;

    /// A rack for `strips` strips at `rate` samples a second.
    ///
    /// # Errors
    /// [`Error::Rate`] outside [`Rack::LEAST_RATE`]..=[`Rack::MOST_RATE`].
    pub fn new(font: &Font, rate: u32, strips: usize) -> Result<Box<Rack>, Error> {
        let count = strips.clamp(1, STRIPS);
        let voices = (ALL_VOICES / count).clamp(FEWEST_VOICES, VOICES);
        let synths = (0..count).map(|_| Fenced::new(font, rate, voices)).collect::<Result<_, _>>()?;
        Ok(Box::new(Rack { synths, ..Rack::of_previews(font, rate)? }))
    }

    /// A rack without strips, for previews alone.
    ///
    /// # Errors
    /// As [`Rack::new`].
    pub(crate) fn of_previews(font: &Font, rate: u32) -> Result<Rack, Error> {
        Ok(Rack {
            sends: font.sends().clone(),
            rate,
            synths: Vec::new(),
            previews: Fenced::new(font, rate, FEWEST_VOICES)?,
            previewed: [None; CHANNELS],
            next_preview: 0,
            coming: [None; CHANNELS],
            manual: Manual::new(font, rate)?,
            effects: Effects::new(rate),
            ons: 0,
            offs: 0,
        })
    }

    /// How many strips it has.
    pub fn strips(&self) -> usize {
        self.synths.len()
    }

    /// Notes begun and notes ended on the strips, ever.
    pub fn counts(&self) -> (u64, u64) {
        (self.ons, self.offs)
    }

    /// Counts on from another rack; the manual plays the same instruments.
    pub(crate) fn inherit(&mut self, old: &Rack) {
        (self.ons, self.offs) = (old.ons, old.offs);
        self.manual.inherit(&old.manual);
    }

    /// Whether no voice is active and nothing rings on.
    pub fn asleep(&self) -> bool {
        let coming = self.coming.iter().any(Option::is_some);
        !coming
            && self.previews.asleep()
            && self.manual.synth.asleep()
            && self.synths.iter().all(Fenced::asleep)
            && self.effects.asleep()
    }

    /// Faults of the font so far.
    pub fn strikes(&self) -> u32 {
        self.synths.iter().map(|synth| synth.strikes).sum::<u32>() + self.previews.strikes + self.manual.synth.strikes
    }

    pub(crate) fn on(&mut self, strip: u16, key: u8, velocity: u8) {
        if let Some(synth) = self.synths.get_mut(usize::from(strip)) {
            synth.on(STRIP, key, velocity);
            self.ons += 1;
        }
    }

    pub(crate) fn off(&mut self, strip: u16, key: u8) {
        if let Some(synth) = self.synths.get_mut(usize::from(strip)) {
            synth.off(STRIP, key);
            self.offs += 1;
        }
    }

    pub(crate) fn set(&mut self, strip: u16, param: Param, value: u16) {
        if let Some(synth) = self.synths.get_mut(usize::from(strip)) {
            synth.set(STRIP, param, value);
        }
    }

    pub(crate) fn set_all(&mut self, strip: u16, controls: &Controls) {
        for param in Param::ALL {
            self.set(strip, param, controls.get(param));
        }
    }

    pub(crate) fn pedals_up(&mut self) {
        for synth in &mut self.synths {
            synth.set(STRIP, Param::Pedal, 0);
        }
    }

    /// What a hand does on the manual.
    pub(crate) fn touch(&mut self, touch: Touch) {
        self.manual.touch(touch, &self.synths);
    }

    /// The manual plays this instrument too; `place` 0..=15.
    pub(crate) fn pull(&mut self, place: usize, patch: Option<Patch>) {
        self.manual.pull(place, patch);
    }

    /// How many keys of the manual are down.
    pub fn held(&self) -> u32 {
        self.manual.held()
    }

    /// The highest sample of each strip since this was last asked, before the room; 1 is full scale.
    pub(crate) fn peaks(&mut self, peaks: &mut [f32; STRIPS]) {
        peaks.fill(0.0);
        for (peak, synth) in peaks.iter_mut().zip(&mut self.synths) {
            *peak = std::mem::take(&mut synth.peak);
        }
    }

    /// A short note beside the piece so many milliseconds from now; `drums`: a key of the drum kit. One that is due at
    /// once takes the place of all that were still to come.
    pub(crate) fn preview_after(&mut self, ms: u32, drums: bool, program: u8, key: u8, velocity: u8) {
        if ms == 0 {
            self.coming = [None; CHANNELS];
            return self.preview(drums, program, key, velocity);
        }
        let blocks = (f64::from(ms) * 1e-3 * f64::from(self.rate) / BLOCK as f64) as u32;
        if let Some(free) = self.coming.iter_mut().find(|place| place.is_none()) {
            *free = Some(Coming { blocks, drums, program, key, velocity });
        }
    }

    /// A short note beside the piece, at once.
    pub(crate) fn preview(&mut self, drums: bool, program: u8, key: u8, velocity: u8) {
        let channel = self.next_preview;
        self.next_preview = (channel + 1) % CHANNELS;
        if let Some((old, _)) = self.previewed[channel].take() {
            self.previews.off(channel, old);
        }
        self.previews.set(channel, Param::Bank, if drums { 128 } else { 0 });
        self.previews.set(channel, Param::Program, u16::from(program));
        self.previews.on(channel, key, velocity);
        let blocks = (PREVIEW * f64::from(self.rate) / BLOCK as f64) as u32;
        self.previewed[channel] = Some((key, blocks));
    }

    /// Adds the next block of everything to the mix.
    pub(crate) fn add(&mut self, left: &mut [f32; BLOCK], right: &mut [f32; BLOCK]) {
        for place in 0..CHANNELS {
            match &mut self.coming[place] {
                Some(Coming { blocks: 0, drums, program, key, velocity }) => {
                    let (drums, program, key, velocity) = (*drums, *program, *key, *velocity);
                    self.coming[place] = None;
                    self.preview(drums, program, key, velocity);
                }
                Some(coming) => coming.blocks -= 1,
                None => {}
            }
        }
        for (channel, preview) in self.previewed.iter_mut().enumerate() {
            match preview {
                Some((key, 0)) => {
                    self.previews.off(channel, *key);
                    *preview = None;
                }
                Some((_, blocks)) => *blocks -= 1,
                None => {}
            }
        }
        for synth in self.synths.iter_mut().chain([&mut self.previews, &mut self.manual.synth]) {
            if synth.add(left, right) {
                let [reverb, chorus] = self.sends.of(&synth.controls[STRIP]);
                self.effects.send(&synth.left, &synth.right, reverb, chorus);
            }
        }
        self.effects.add(left, right);
    }
}
