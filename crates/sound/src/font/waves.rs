//! The waveforms of the built-in bank: additive, with as many partials as fit below the highest key's limit.

use super::sf2::Sample;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// Sample rate for which lengths are chosen, in hertz; a sample's own rate differs a little, so that it is in tune.
const RATE: f64 = 44_100.0;

/// Points of a table.
const POINTS: usize = 1024;

/// The most partials of a tone.
const PARTIALS: usize = 44;

/// Partials 70 dB below the loudest are left out.
const FAINTEST: f64 = 3e-4;

/// No partial of a zone's highest key lies above this, in hertz.
const HIGHEST: f64 = 17_000.0;

/// A loop has at least this many samples: many times what the highest pitch steps at once.
const SHORTEST: f64 = 600.0;

/// Seconds in which the noise of a beginning falls to 1/e.
const BURST: f64 = 0.011;

/// Loudness of every loop, as a share of full scale, and the peak it may reach.
const LEVEL: f64 = 0.38;
const PEAK: f64 = 0.92;

/// The middle keys of the zones; a zone reaches half-way to its neighbours.
pub(super) const ROOTS: [u8; 9] = [24, 36, 48, 58, 67, 76, 86, 96, 108];

/// First and last key of a zone.
pub(super) fn keys(zone: usize) -> (u8, u8) {
    let low = if zone == 0 { 0 } else { ROOTS[zone - 1].midpoint(ROOTS[zone]) + 1 };
    let high = if zone + 1 == ROOTS.len() { 127 } else { ROOTS[zone].midpoint(ROOTS[zone + 1]) };
    (low, high)
}

/// What a tone is made of. The amplitude of partial n of a tone of f hertz is a product of its terms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tone {
    /// Falls as 1 / n^slope.
    pub slope: f64,
    /// Factor of even partials: 0 for a stopped pipe.
    pub even: f64,
    /// Falls as exp(-n f / dark), in hertz.
    pub dark: f64,
    /// Resonances of a body or a mouth: hertz, width in hertz, gain.
    pub formants: &'static [(f64, f64, f64)],
    /// Where a string is plucked or struck, as a share of its length; 0: nowhere.
    pub pluck: f64,
    /// Partials given one by one as (ratio, amplitude) instead; ratios in tenths.
    pub partials: &'static [(f64, f64)],
    /// Seconds in which a bright beginning gives way to the tone that stays; 0: it is the same from the start.
    pub strike: f64,
    /// How loud the noise of hammer, plectrum or breath is at the beginning.
    pub noise: f64,
}

/// A plain tone to vary.
pub(super) const PLAIN: Tone =
    Tone { slope: 1.0, even: 1.0, dark: 5000.0, formants: &[], pluck: 0.0, partials: &[], strike: 0.0, noise: 0.0 };

impl Tone {
    /// (number of the table's harmonic, amplitude), with `dark` scaled.
    fn spectrum(&self, hertz: f64, highest: f64, light: f64) -> Vec<(usize, f64)> {
        if !self.partials.is_empty() {
            let within = self.partials.iter().filter(|(ratio, _)| ratio * highest < HIGHEST || *ratio <= 1.0);
            return within
                .map(|&(ratio, amplitude)| {
                    let fades = (-(ratio - 1.0) * hertz / (self.dark * light)).exp().min(1.0);
                    ((ratio * 10.0).round() as usize, amplitude * fades)
                })
                .collect();
        }
        let count = ((HIGHEST / highest) as usize).clamp(1, PARTIALS);
        let partial = |number: usize| {
            let n = number as f64;
            let place = n * hertz;
            let body: f64 =
                self.formants.iter().map(|(at, width, gain)| gain * (-((place - at) / width).powi(2)).exp()).sum();
            let string = if self.pluck > 0.0 { (0.5 * TAU * n * self.pluck).sin().abs() } else { 1.0 };
            let even = if number.is_multiple_of(2) { self.even } else { 1.0 };
            let fall = n.powf(-self.slope) * (-place / (self.dark * light)).exp();
            (number, fall * (1.0 + body) * string * even)
        };
        (1..=count).map(partial).collect()
    }

    /// Harmonics of the table in one cycle of the tone.
    fn base(&self) -> f64 {
        if self.partials.is_empty() { 1.0 } else { 10.0 }
    }

    /// Its sample for a zone.
    pub fn sample(&self, zone: usize, sines: &Sines) -> Sample {
        let key = ROOTS[zone];
        let hertz = 440.0 * 2f64.powf((f64::from(key) - 69.0) / 12.0);
        let highest = hertz * 2f64.powf(f64::from(keys(zone).1.min(112).max(key) - key) / 12.0);
        let cycle = RATE / hertz * self.base();
        let cycles = (SHORTEST / cycle).ceil();
        let turn = (cycles * cycle).round();
        let rate = (turn / cycles / self.base() * hertz).round();
        let stays = sines.table(&self.spectrum(hertz, highest, 1.0));
        // Places are counted in whole numbers, so that every turn of the loop is the same.
        let (points, turn) = (cycles as usize * POINTS, turn as usize);
        let place = |index: usize| {
            let place = index % turn * points;
            (place / turn, (place % turn) as f64 / turn as f64)
        };
        let look = |table: &[f64], (at, part): (usize, f64)| {
            table[at % POINTS] * (1.0 - part) + table[(at + 1) % POINTS] * part
        };
        let mut frames = Vec::new();
        if self.strike > 0.0 || self.noise > 0.0 {
            let bright =
                if self.strike > 0.0 { sines.table(&self.spectrum(hertz, highest, 2.5)) } else { stays.clone() };
            let length = ((self.strike * 2.0).max(0.03) * RATE) as usize;
            let (mut strike, mut burst) = (Decay::new(self.strike.max(1e-3)), Decay::new(BURST));
            let mut noise = ChaCha8Rng::seed_from_u64(u64::from(key));
            let mut soft = 0.0;
            frames.extend((0..length).map(|index| {
                // Ends at nothing, so that the loop joins without a step.
                let left = 1.0 - index as f64 / length as f64;
                let share = strike.next() * left;
                soft += 0.35 * (noise.random_range(-1.0..1.0) - soft);
                let breath = self.noise * soft * burst.next() * left;
                let here = place(index);
                look(&bright, here) * share + look(&stays, here) * (1.0 - share) + breath
            }));
        }
        let from = frames.len();
        frames.extend((from..from + turn).map(|index| look(&stays, place(index))));
        let turns = from..frames.len();
        // The oscillator looks one sample past where it turns.
        frames.push(look(&stays, place(from + turn)));
        Sample { frames: whole(&frames), turns, rate: rate as u32, key }
    }
}

/// An exponential fall from 1, sample by sample.
struct Decay {
    value: f64,
    factor: f64,
}

impl Decay {
    /// To 1/e in so many seconds.
    fn new(seconds: f64) -> Self {
        Decay { value: 1.0, factor: (-1.0 / (seconds * RATE)).exp() }
    }

    fn next(&mut self) -> f64 {
        let value = self.value;
        self.value *= self.factor;
        value
    }
}

/// Samples as 16-bit numbers, turned down if they are too loud.
pub(super) fn whole(frames: &[f64]) -> Vec<i16> {
    let peak = frames.iter().fold(0.0f64, |peak, frame| peak.max(frame.abs()));
    let gain = if peak > PEAK { PEAK / peak } else { 1.0 } * f64::from(i16::MAX);
    frames.iter().map(|frame| (frame * gain).round() as i16).collect()
}

/// A sine, sampled once.
pub(super) struct Sines(Vec<f64>);

impl Sines {
    pub fn new() -> Self {
        Sines((0..POINTS).map(|point| (TAU * point as f64 / POINTS as f64).sin()).collect())
    }

    /// One turn of these harmonics, as loud as every other tone. Phases grow with the square of the number, which
    /// keeps the peaks low (Schroeder 1970).
    fn table(&self, spectrum: &[(usize, f64)]) -> Vec<f64> {
        let mut table = vec![0.0; POINTS];
        let loudest = spectrum.iter().fold(0.0f64, |most, (_, amplitude)| most.max(amplitude.abs()));
        for &(number, amplitude) in spectrum.iter().filter(|(_, amplitude)| amplitude.abs() > FAINTEST * loudest) {
            let phase = number * number * POINTS / (2 * PARTIALS);
            for (point, value) in table.iter_mut().enumerate() {
                *value += amplitude * self.0[(point * number + phase) % POINTS];
            }
        }
        let power: f64 = spectrum.iter().map(|(_, amplitude)| 0.5 * amplitude * amplitude).sum();
        let peak = table.iter().fold(0.0f64, |peak, value| peak.max(value.abs()));
        let gain = (LEVEL / power.sqrt().max(1e-9)).min(PEAK / peak.max(1e-9));
        table.iter_mut().for_each(|value| *value *= gain);
        table
    }
}
