//! The drum kit of the built-in bank: falling sines for skins, rings for metal, noise for the rest.

use super::ranges::generator;
use super::sf2::{Sample, Zone};
use super::waves::whole;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// Sample rate in hertz.
const RATE: f64 = 32_000.0;

/// Seconds in which a ring glides to 1/e of the way to where it stays.
const GLIDE: f64 = 0.03;

/// Release of a drum: a note's end does not damp it (about 8 s).
const RING: i16 = 3600;

/// A ring or a skin: from this hertz to that, loudness, and seconds to fall to 1/e.
type Ring = (f64, f64, f64, f64);

/// How a drum sounds: rings, and noise between two corner frequencies in hertz, with its loudness and fall.
struct Hit {
    rings: &'static [Ring],
    noise: (f64, f64, f64, f64),
    seconds: f64,
}

const KICK: Hit = Hit { rings: &[(150.0, 48.0, 0.9, 0.12)], noise: (800.0, 4000.0, 0.12, 0.006), seconds: 0.45 };
const STICK: Hit = Hit { rings: &[(1700.0, 1600.0, 0.5, 0.012)], noise: (1500.0, 6000.0, 0.5, 0.012), seconds: 0.12 };
const SNARE: Hit = Hit {
    rings: &[(230.0, 180.0, 0.45, 0.06), (340.0, 320.0, 0.2, 0.05)],
    noise: (1200.0, 9000.0, 0.8, 0.09),
    seconds: 0.4,
};
const CLAP: Hit = Hit { rings: &[], noise: (900.0, 3500.0, 1.2, 0.07), seconds: 0.35 };
const TOM: Hit = Hit { rings: &[(180.0, 110.0, 0.8, 0.2)], noise: (300.0, 2500.0, 0.15, 0.02), seconds: 0.8 };
const HAT: Hit = Hit { rings: &[(8400.0, 8400.0, 0.05, 0.03)], noise: (7000.0, 14_000.0, 0.9, 0.035), seconds: 0.2 };
const OPEN_HAT: Hit = Hit { rings: &[(8400.0, 8400.0, 0.05, 0.2)], noise: (6500.0, 14_000.0, 0.9, 0.25), seconds: 0.9 };
const CRASH: Hit = Hit {
    rings: &[(3120.0, 3120.0, 0.05, 0.5), (4710.0, 4710.0, 0.05, 0.4), (5930.0, 5930.0, 0.04, 0.4)],
    noise: (3500.0, 13_000.0, 0.9, 0.45),
    seconds: 1.6,
};
const RIDE: Hit = Hit {
    rings: &[(2960.0, 2960.0, 0.1, 0.4), (4370.0, 4370.0, 0.1, 0.4), (5560.0, 5560.0, 0.08, 0.3)],
    noise: (5000.0, 13_000.0, 0.35, 0.35),
    seconds: 1.3,
};
const RIDE_BELL: Hit = Hit {
    rings: &[(1480.0, 1480.0, 0.3, 0.4), (2960.0, 2960.0, 0.2, 0.35), (4130.0, 4130.0, 0.15, 0.3)],
    noise: (6000.0, 12_000.0, 0.15, 0.1),
    seconds: 1.2,
};
const TAMBOURINE: Hit = Hit {
    rings: &[(7600.0, 7600.0, 0.15, 0.06), (9100.0, 9100.0, 0.12, 0.05)],
    noise: (6000.0, 14_000.0, 0.6, 0.06),
    seconds: 0.35,
};
const COWBELL: Hit = Hit {
    rings: &[(545.0, 545.0, 0.5, 0.08), (815.0, 815.0, 0.45, 0.07)],
    noise: (1000.0, 5000.0, 0.1, 0.01),
    seconds: 0.4,
};
const VIBRASLAP: Hit = Hit { rings: &[(2500.0, 2500.0, 0.2, 0.25)], noise: (2000.0, 5000.0, 0.6, 0.25), seconds: 0.9 };
const SKIN: Hit = Hit { rings: &[(330.0, 290.0, 0.8, 0.09)], noise: (500.0, 3500.0, 0.2, 0.012), seconds: 0.4 };
const SLAP: Hit = Hit { rings: &[(400.0, 350.0, 0.6, 0.03)], noise: (1000.0, 5000.0, 0.4, 0.02), seconds: 0.2 };
const TIMBALE: Hit = Hit {
    rings: &[(420.0, 400.0, 0.6, 0.15), (930.0, 920.0, 0.3, 0.1)],
    noise: (1500.0, 6000.0, 0.3, 0.03),
    seconds: 0.6,
};
const AGOGO: Hit = Hit {
    rings: &[(870.0, 870.0, 0.6, 0.15), (2210.0, 2210.0, 0.3, 0.1)],
    noise: (2000.0, 6000.0, 0.1, 0.01),
    seconds: 0.6,
};
const SHAKER: Hit = Hit { rings: &[], noise: (5000.0, 12_000.0, 0.8, 0.03), seconds: 0.15 };
const WHISTLE: Hit = Hit { rings: &[(2350.0, 2350.0, 0.6, 0.4)], noise: (2000.0, 4000.0, 0.2, 0.4), seconds: 0.3 };
const GUIRO: Hit = Hit { rings: &[(1900.0, 2500.0, 0.2, 0.1)], noise: (2500.0, 7000.0, 0.7, 0.12), seconds: 0.3 };
const WOOD: Hit = Hit { rings: &[(1050.0, 1000.0, 0.8, 0.03)], noise: (1000.0, 4000.0, 0.15, 0.006), seconds: 0.2 };
const CLAVES: Hit = Hit { rings: &[(2500.0, 2500.0, 0.8, 0.035)], noise: (2000.0, 6000.0, 0.1, 0.004), seconds: 0.2 };
const CUICA: Hit = Hit { rings: &[(450.0, 900.0, 0.7, 0.12)], noise: (500.0, 2500.0, 0.1, 0.1), seconds: 0.3 };
const TRIANGLE: Hit = Hit {
    rings: &[(4100.0, 4100.0, 0.4, 0.5), (6300.0, 6300.0, 0.3, 0.4), (9700.0, 9700.0, 0.2, 0.3)],
    noise: (6000.0, 12_000.0, 0.1, 0.01),
    seconds: 1.3,
};

/// A key of the kit: the hit, semitones up, panorama in 0.1 %, loudness in dB, seconds after which it is choked (0:
/// never), and the group whose members cut each other short.
type Key = (u8, &'static Hit, i16, i16, i16, f64, i16);

/// General MIDI 1, percussion key map, 35 to 81.
const KEYS: [Key; 47] = [
    (35, &KICK, -2, 0, 0, 0.0, 0),
    (36, &KICK, 0, 0, 0, 0.0, 0),
    (37, &STICK, 0, 50, -3, 0.0, 0),
    (38, &SNARE, 0, 50, 0, 0.0, 0),
    (39, &CLAP, 0, -50, -2, 0.0, 0),
    (40, &SNARE, 2, 50, 0, 0.0, 0),
    (41, &TOM, -5, -200, 0, 0.0, 0),
    (42, &HAT, 0, 150, -5, 0.0, 1),
    (43, &TOM, -2, -120, 0, 0.0, 0),
    (44, &HAT, -2, 150, -7, 0.0, 1),
    (45, &TOM, 1, -40, 0, 0.0, 0),
    (46, &OPEN_HAT, 0, 150, -6, 0.0, 1),
    (47, &TOM, 4, 40, 0, 0.0, 0),
    (48, &TOM, 7, 120, 0, 0.0, 0),
    (49, &CRASH, 0, -180, -4, 0.0, 0),
    (50, &TOM, 10, 200, 0, 0.0, 0),
    (51, &RIDE, 0, 200, -5, 0.0, 0),
    (52, &CRASH, -4, 180, -4, 0.0, 0),
    (53, &RIDE_BELL, 0, 200, -5, 0.0, 0),
    (54, &TAMBOURINE, 0, 100, -5, 0.0, 0),
    (55, &CRASH, 5, -100, -5, 0.4, 0),
    (56, &COWBELL, 0, 80, -5, 0.0, 0),
    (57, &CRASH, 2, 180, -4, 0.0, 0),
    (58, &VIBRASLAP, 0, -150, -5, 0.0, 0),
    (59, &RIDE, 2, -200, -5, 0.0, 0),
    (60, &SKIN, 5, 120, -1, 0.0, 0),
    (61, &SKIN, 0, 120, -1, 0.0, 0),
    (62, &SLAP, 0, -120, -2, 0.0, 0),
    (63, &SKIN, -3, -120, -1, 0.0, 0),
    (64, &SKIN, -7, -120, -1, 0.0, 0),
    (65, &TIMBALE, 4, 80, -3, 0.0, 0),
    (66, &TIMBALE, -1, 80, -3, 0.0, 0),
    (67, &AGOGO, 4, -150, -5, 0.0, 0),
    (68, &AGOGO, -1, -150, -5, 0.0, 0),
    (69, &SHAKER, -4, -150, -4, 0.0, 0),
    (70, &SHAKER, 0, -180, -4, 0.0, 0),
    (71, &WHISTLE, 2, 120, -8, 0.12, 2),
    (72, &WHISTLE, 0, 120, -8, 0.0, 2),
    (73, &GUIRO, 3, 120, -4, 0.08, 3),
    (74, &GUIRO, 0, 120, -4, 0.0, 3),
    (75, &CLAVES, 0, 120, -5, 0.0, 0),
    (76, &WOOD, 3, 150, -3, 0.0, 0),
    (77, &WOOD, -2, 150, -3, 0.0, 0),
    (78, &CUICA, 4, -120, -4, 0.1, 4),
    (79, &CUICA, -3, -120, -4, 0.0, 4),
    (80, &TRIANGLE, 0, -150, -8, 0.1, 5),
    (81, &TRIANGLE, 0, -150, -8, 0.0, 5),
];

/// Adds the samples of the kit, gives its zones.
pub(super) fn kit(samples: &mut Vec<Sample>) -> Vec<Zone> {
    let mut made: Vec<(*const Hit, usize)> = Vec::new();
    let mut zones = Vec::new();
    for &(key, hit, up, pan, level, choke, group) in &KEYS {
        let sample = match made.iter().find(|(known, _)| std::ptr::eq(*known, hit)) {
            Some(&(_, sample)) => sample,
            None => {
                samples.push(hit.sample(made.len() as u64));
                made.push((hit, samples.len() - 1));
                samples.len() - 1
            }
        };
        let mut generators = vec![
            (generator::ROOT_KEY, i16::from(key) - up),
            (generator::PAN, pan),
            (generator::ATTENUATION, attenuation(level)),
            (generator::RELEASE, RING),
        ];
        if choke > 0.0 {
            generators.extend([(generator::DECAY, timecents(choke * 4.0)), (generator::SUSTAIN, 1000)]);
        }
        if group > 0 {
            generators.push((generator::EXCLUSIVE_CLASS, group));
        }
        zones.push(Zone { keys: (key, key), generators, sample });
    }
    zones
}

/// Attenuation in centibels for a level in dB: the synthesiser takes 40 % of what it is told.
pub(super) fn attenuation(level: i16) -> i16 {
    -level * 25
}

/// Seconds as absolute timecents (SoundFont 2.04, 8.1.2).
pub(super) fn timecents(seconds: f64) -> i16 {
    (1200.0 * seconds.max(0.001).log2()).round() as i16
}

impl Hit {
    fn sample(&self, seed: u64) -> Sample {
        let count = (self.seconds * RATE) as usize;
        let (low, high, loud, fall) = self.noise;
        let pole = |hertz: f64| 1.0 - (-TAU * (hertz / RATE).min(0.49)).exp();
        let factor = |seconds: f64| (-1.0 / (seconds * RATE)).exp();
        let (below, above) = (pole(low), pole(high));
        let mut noise = ChaCha8Rng::seed_from_u64(seed);
        let (mut soft, mut softer) = (0.0, 0.0);
        let (mut burst, fade) = (loud, factor(fall));
        let mut frames: Vec<f64> = (0..count)
            .map(|_| {
                soft += above * (noise.random_range(-1.0..1.0) - soft);
                softer += below * (soft - softer);
                burst *= fade;
                burst * (soft - softer)
            })
            .collect();
        for &(from, to, amplitude, decay) in self.rings {
            let (mut phase, mut level, mut above) = (0.0f64, amplitude, from - to);
            let (fade, settle) = (factor(decay), factor(GLIDE));
            for frame in &mut frames {
                phase += TAU * (to + above) / RATE;
                above *= settle;
                level *= fade;
                *frame += level * phase.sin();
            }
        }
        let peak = frames.iter().fold(1e-9f64, |peak, frame| peak.max(frame.abs()));
        for (index, frame) in frames.iter_mut().enumerate() {
            // Starts and ends at nothing.
            let (start, end) = (index as f64 / (0.0005 * RATE), 1.0 - index as f64 / count as f64);
            *frame *= 0.8 / peak * start.min(1.0) * (8.0 * end).min(1.0);
        }
        Sample { frames: whole(&frames), turns: 0..0, rate: RATE as u32, key: 60 }
    }
}
