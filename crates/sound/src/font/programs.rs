//! The 128 programs of the built-in bank (General MIDI 1, sound set): a timbre, an envelope and a filter each.

mod timbre;

pub(super) use timbre::Timbre;

use super::drums::{attenuation, timecents};
use super::ranges::generator;

/// How loudness runs.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// Rises in `.0` seconds, stays, and falls to nothing in `.1` when the key goes up.
    Held(f64, f64),
    /// Falls by 80 dB in `.0` seconds at middle C, sooner above, and in `.1` when the key goes up.
    Fading(f64, f64),
}

const fn held(attack: f64, release: f64) -> Shape {
    Shape::Held(attack, release)
}

const fn fading(decay: f64, release: f64) -> Shape {
    Shape::Fading(decay, release)
}

/// One program.
pub(super) struct Program {
    pub name: &'static str,
    pub tone: Timbre,
    shape: Shape,
    /// Low pass in hertz (0: open), and how far the beginning opens it, in cents.
    filter: (u16, i16),
    /// Depth of the vibrato in cents.
    vibrato: i16,
    /// Two voices so many cents down and up, left and right; 0: one voice.
    pub spread: i16,
    /// Level in dB, relative.
    level: i16,
}

const fn program(
    name: &'static str,
    tone: Timbre,
    shape: Shape,
    filter: (u16, i16),
    vibrato: i16,
    spread: i16,
    level: i16,
) -> Program {
    Program { name, tone, shape, filter, vibrato, spread, level }
}

impl Program {
    /// Its generators, without those of a zone.
    pub fn generators(&self) -> Vec<(u16, i16)> {
        // Levels reach up to 3 dB above the usual, and an attenuation is no gain: the usual lies 3 dB down.
        let mut all = vec![(generator::ATTENUATION, attenuation((self.level - 3).min(0)))];
        match self.shape {
            Shape::Held(attack, release) => {
                all.extend([(generator::ATTACK, timecents(attack)), (generator::RELEASE, timecents(release * 1.6))]);
            }
            Shape::Fading(decay, release) => {
                all.extend([
                    (generator::DECAY, timecents(decay)),
                    (generator::SUSTAIN, 1000),
                    (generator::RELEASE, timecents(release * 1.6)),
                    (generator::KEY_TO_DECAY, 25),
                ]);
            }
        }
        let (hertz, sweep) = self.filter;
        if hertz > 0 {
            // Absolute cents count from 8.176 Hz (SoundFont 2.04, 8.1.2).
            let cents = 1200.0 * (f64::from(hertz) / 8.176).log2();
            all.push((generator::FILTER_CUTOFF, cents.round() as i16));
        }
        if sweep > 0 && hertz > 0 {
            all.extend([
                (generator::MOD_ENV_TO_CUTOFF, sweep),
                (generator::MOD_ENV_DECAY, timecents(1.2)),
                (generator::MOD_ENV_SUSTAIN, 1000),
            ]);
        }
        if self.vibrato > 0 {
            // 5.2 Hz, after a moment.
            all.extend([
                (generator::VIBRATO_TO_PITCH, self.vibrato),
                (generator::VIBRATO_FREQUENCY, -784),
                (generator::VIBRATO_DELAY, timecents(0.25)),
            ]);
        }
        all
    }
}

/// All programs, in order.
#[rustfmt::skip]
pub(super) const PROGRAMS: [Program; 128] = [
    program("Grand Piano", Timbre::Piano, fading(14.0, 0.5), (5200, 1500), 0, 0, 0),
    program("Bright Piano", Timbre::Piano, fading(12.0, 0.5), (8500, 1500), 0, 0, 0),
    program("Electric Grand", Timbre::Piano, fading(11.0, 0.4), (4000, 1800), 0, 5, 0),
    program("Honky-tonk Piano", Timbre::Piano, fading(12.0, 0.4), (6500, 1200), 0, 12, -2),
    program("Electric Piano 1", Timbre::Tines, fading(11.0, 0.4), (4500, 1200), 0, 3, 0),
    program("Electric Piano 2", Timbre::Tines, fading(10.0, 0.4), (6500, 1800), 0, 6, 0),
    program("Harpsichord", Timbre::Harpsichord, fading(7.0, 0.25), (0, 0), 0, 0, -4),
    program("Clavinet", Timbre::Harpsichord, fading(5.0, 0.15), (3500, 1800), 0, 0, -3),
    program("Celesta", Timbre::Bell, fading(5.0, 0.6), (7000, 0), 0, 0, -2),
    program("Glockenspiel", Timbre::Bell, fading(5.0, 0.8), (0, 0), 0, 0, -3),
    program("Music Box", Timbre::Bell, fading(4.0, 0.8), (6000, 0), 0, 3, -3),
    program("Vibraphone", Timbre::Bar, fading(9.0, 0.8), (5000, 0), 0, 0, -1),
    program("Marimba", Timbre::Bar, fading(2.2, 0.4), (3500, 900), 0, 0, 0),
    program("Xylophone", Timbre::Bar, fading(1.2, 0.3), (0, 0), 0, 0, -1),
    program("Tubular Bells", Timbre::Chime, fading(10.0, 1.5), (0, 0), 0, 0, -2),
    program("Dulcimer", Timbre::Harpsichord, fading(6.0, 0.8), (5000, 1200), 0, 6, -3),
    program("Drawbar Organ", Timbre::Organ, held(0.008, 0.08), (0, 0), 0, 0, -5),
    program("Percussive Organ", Timbre::Organ, held(0.004, 0.08), (5000, 1800), 0, 0, -5),
    program("Rock Organ", Timbre::Organ, held(0.006, 0.08), (0, 0), 12, 6, -5),
    program("Church Organ", Timbre::Church, held(0.05, 0.35), (0, 0), 0, 4, -4),
    program("Reed Organ", Timbre::Reed, held(0.04, 0.12), (4500, 0), 0, 3, -5),
    program("Accordion", Timbre::Reed, held(0.03, 0.1), (6000, 0), 0, 9, -5),
    program("Harmonica", Timbre::Reed, held(0.02, 0.1), (4000, 0), 10, 0, -4),
    program("Bandoneon", Timbre::Reed, held(0.03, 0.12), (5000, 0), 0, 6, -5),
    program("Nylon Guitar", Timbre::Nylon, fading(6.0, 0.3), (3800, 1500), 0, 0, 0),
    program("Steel Guitar", Timbre::Steel, fading(7.0, 0.3), (6500, 1200), 0, 0, -1),
    program("Jazz Guitar", Timbre::Nylon, fading(6.0, 0.25), (2200, 1200), 0, 0, 0),
    program("Clean Guitar", Timbre::Steel, fading(8.0, 0.25), (5000, 900), 0, 4, -1),
    program("Muted Guitar", Timbre::Steel, fading(0.9, 0.12), (2200, 1200), 0, 0, 0),
    program("Overdriven Guitar", Timbre::Drive, held(0.005, 0.15), (4200, 900), 6, 0, -6),
    program("Distortion Guitar", Timbre::Drive, held(0.005, 0.15), (6000, 900), 6, 4, -7),
    program("Guitar Harmonics", Timbre::Bar, fading(4.0, 0.6), (0, 0), 0, 0, -2),
    program("Acoustic Bass", Timbre::Bass, fading(5.0, 0.15), (1400, 1500), 0, 0, 2),
    program("Fingered Bass", Timbre::Bass, fading(6.0, 0.12), (1800, 1800), 0, 0, 2),
    program("Picked Bass", Timbre::Bass, fading(6.0, 0.12), (3200, 1800), 0, 0, 1),
    program("Fretless Bass", Timbre::Bass, held(0.02, 0.12), (1200, 900), 10, 0, 0),
    program("Slap Bass 1", Timbre::Bass, fading(5.0, 0.1), (4500, 2400), 0, 0, 0),
    program("Slap Bass 2", Timbre::Bass, fading(4.0, 0.1), (5500, 2400), 0, 0, 0),
    program("Synth Bass 1", Timbre::Saw, held(0.004, 0.08), (900, 2700), 0, 0, -2),
    program("Synth Bass 2", Timbre::Square, held(0.004, 0.08), (1100, 1800), 0, 0, -2),
    program("Violin", Timbre::Bowed, held(0.09, 0.18), (6500, 0), 22, 0, -3),
    program("Viola", Timbre::Bowed, held(0.1, 0.2), (4500, 0), 20, 0, -3),
    program("Cello", Timbre::Bowed, held(0.1, 0.22), (3600, 0), 18, 0, -2),
    program("Contrabass", Timbre::Bowed, held(0.1, 0.22), (2200, 0), 12, 0, -1),
    program("Tremolo Strings", Timbre::Strings, held(0.06, 0.3), (5000, 0), 40, 7, -4),
    program("Pizzicato Strings", Timbre::Nylon, fading(0.9, 0.2), (3000, 1500), 0, 4, 0),
    program("Harp", Timbre::Nylon, fading(6.0, 1.0), (5000, 900), 0, 0, 0),
    program("Timpani", Timbre::Drum, fading(3.0, 0.8), (1500, 1200), 0, 0, 2),
    program("String Ensemble 1", Timbre::Strings, held(0.14, 0.35), (5500, 0), 8, 7, -4),
    program("String Ensemble 2", Timbre::Strings, held(0.3, 0.5), (4000, 0), 8, 8, -4),
    program("Synth Strings 1", Timbre::Saw, held(0.15, 0.4), (3500, 0), 0, 9, -5),
    program("Synth Strings 2", Timbre::Saw, held(0.35, 0.6), (2400, 0), 0, 9, -5),
    program("Choir Aahs", Timbre::Aah, held(0.18, 0.35), (0, 0), 14, 8, -4),
    program("Voice Oohs", Timbre::Ooh, held(0.15, 0.3), (0, 0), 14, 7, -3),
    program("Synth Voice", Timbre::Aah, held(0.08, 0.3), (3500, 0), 10, 5, -4),
    program("Orchestra Hit", Timbre::Strings, fading(1.2, 0.3), (7000, 900), 0, 12, -1),
    program("Trumpet", Timbre::Trumpet, held(0.035, 0.1), (5500, 900), 8, 0, -4),
    program("Trombone", Timbre::Horn, held(0.05, 0.12), (3800, 900), 6, 0, -3),
    program("Tuba", Timbre::Horn, held(0.06, 0.12), (1400, 600), 0, 0, -1),
    program("Muted Trumpet", Timbre::Nasal, held(0.03, 0.1), (5500, 600), 8, 0, -4),
    program("French Horn", Timbre::Horn, held(0.07, 0.18), (1900, 700), 4, 0, -2),
    program("Brass Section", Timbre::Trumpet, held(0.05, 0.15), (4500, 1200), 0, 7, -4),
    program("Synth Brass 1", Timbre::Saw, held(0.04, 0.15), (2200, 1800), 0, 8, -5),
    program("Synth Brass 2", Timbre::Saw, held(0.07, 0.2), (1600, 1500), 0, 6, -5),
    program("Soprano Sax", Timbre::Sax, held(0.035, 0.1), (5500, 400), 12, 0, -3),
    program("Alto Sax", Timbre::Sax, held(0.035, 0.1), (4500, 500), 12, 0, -3),
    program("Tenor Sax", Timbre::Sax, held(0.04, 0.1), (3800, 600), 12, 0, -3),
    program("Baritone Sax", Timbre::Sax, held(0.045, 0.1), (2900, 600), 8, 0, -2),
    program("Oboe", Timbre::Nasal, held(0.04, 0.1), (7000, 0), 14, 0, -3),
    program("English Horn", Timbre::Nasal, held(0.045, 0.12), (4000, 0), 12, 0, -3),
    program("Bassoon", Timbre::Bassoon, held(0.045, 0.1), (3000, 0), 6, 0, -3),
    program("Clarinet", Timbre::Clarinet, held(0.045, 0.1), (5000, 0), 3, 0, -3),
    program("Piccolo", Timbre::Flute, held(0.035, 0.1), (0, 0), 14, 0, -2),
    program("Flute", Timbre::Flute, held(0.055, 0.14), (0, 0), 16, 0, -2),
    program("Recorder", Timbre::Flute, held(0.03, 0.08), (4500, 0), 4, 0, -2),
    program("Pan Flute", Timbre::Pan, held(0.05, 0.16), (0, 0), 8, 0, -2),
    program("Bottle", Timbre::Pan, held(0.06, 0.16), (1800, 0), 6, 0, -2),
    program("Shakuhachi", Timbre::Pan, held(0.06, 0.2), (0, 300), 18, 0, -2),
    program("Whistle", Timbre::Flute, held(0.04, 0.12), (2500, 0), 18, 0, -2),
    program("Ocarina", Timbre::Flute, held(0.035, 0.12), (1800, 0), 8, 0, -2),
    program("Square Lead", Timbre::Square, held(0.004, 0.08), (6500, 0), 6, 0, -5),
    program("Saw Lead", Timbre::Saw, held(0.004, 0.08), (7000, 600), 6, 6, -6),
    program("Calliope Lead", Timbre::Pan, held(0.03, 0.12), (0, 0), 6, 5, -3),
    program("Chiff Lead", Timbre::Pan, held(0.01, 0.1), (0, 900), 6, 0, -3),
    program("Charang Lead", Timbre::Drive, held(0.006, 0.1), (6000, 600), 6, 6, -7),
    program("Voice Lead", Timbre::Ooh, held(0.04, 0.2), (0, 0), 12, 5, -3),
    program("Fifth Lead", Timbre::Fifth, held(0.006, 0.12), (5500, 600), 0, 6, -6),
    program("Bass and Lead", Timbre::Saw, held(0.004, 0.1), (2500, 1800), 0, 5, -5),
    program("New Age Pad", Timbre::Bell, held(0.02, 1.2), (6000, 0), 0, 8, -4),
    program("Warm Pad", Timbre::Saw, held(0.4, 1.0), (1300, 0), 0, 9, -4),
    program("Polysynth Pad", Timbre::Saw, held(0.06, 0.8), (3500, 900), 0, 10, -6),
    program("Choir Pad", Timbre::Aah, held(0.4, 1.0), (0, 0), 8, 10, -4),
    program("Bowed Pad", Timbre::Glass, held(0.4, 1.2), (0, 0), 6, 8, -3),
    program("Metallic Pad", Timbre::Chime, held(0.15, 1.2), (0, 0), 0, 8, -5),
    program("Halo Pad", Timbre::Ooh, held(0.5, 1.3), (0, 0), 6, 12, -3),
    program("Sweep Pad", Timbre::Saw, held(0.6, 1.2), (900, 2400), 0, 9, -5),
    program("Rain", Timbre::Bell, fading(5.0, 1.2), (0, 0), 0, 12, -3),
    program("Soundtrack", Timbre::Fifth, held(0.5, 1.2), (2500, 900), 0, 9, -5),
    program("Crystal", Timbre::Bell, fading(6.0, 1.0), (0, 0), 0, 6, -3),
    program("Atmosphere", Timbre::Nylon, fading(9.0, 1.0), (5000, 1200), 0, 8, -1),
    program("Brightness", Timbre::Glass, held(0.05, 1.0), (0, 0), 0, 9, -3),
    program("Goblins", Timbre::Glass, held(0.5, 1.2), (3000, 1800), 20, 12, -3),
    program("Echoes", Timbre::Ooh, fading(5.0, 1.2), (0, 0), 6, 10, -2),
    program("Sci-fi", Timbre::Chime, held(0.2, 1.0), (0, 900), 12, 12, -5),
    program("Sitar", Timbre::Sitar, fading(6.0, 0.4), (0, 0), 6, 0, -3),
    program("Banjo", Timbre::Harpsichord, fading(2.2, 0.2), (5000, 900), 0, 0, -3),
    program("Shamisen", Timbre::Harpsichord, fading(1.6, 0.2), (4500, 1200), 0, 0, -3),
    program("Koto", Timbre::Steel, fading(4.0, 0.4), (6000, 1500), 0, 0, -1),
    program("Kalimba", Timbre::Bar, fading(2.0, 0.5), (5000, 0), 0, 0, 0),
    program("Bagpipe", Timbre::Nasal, held(0.03, 0.06), (0, 0), 0, 6, -5),
    program("Fiddle", Timbre::Bowed, held(0.05, 0.14), (7500, 0), 18, 0, -3),
    program("Shanai", Timbre::Nasal, held(0.03, 0.1), (0, 0), 20, 0, -4),
    program("Tinkle Bell", Timbre::Bell, fading(2.5, 0.6), (0, 0), 0, 0, -3),
    program("Agogo", Timbre::Chime, fading(1.2, 0.4), (0, 0), 0, 0, -3),
    program("Steel Drums", Timbre::Steelpan, fading(3.0, 0.5), (0, 600), 0, 4, -1),
    program("Woodblock", Timbre::Bar, fading(0.5, 0.2), (0, 0), 0, 0, 0),
    program("Taiko Drum", Timbre::Drum, fading(2.0, 0.5), (1200, 1500), 0, 0, 3),
    program("Melodic Tom", Timbre::Drum, fading(1.2, 0.3), (2500, 1500), 0, 0, 2),
    program("Synth Drum", Timbre::Drum, fading(1.0, 0.3), (4000, 2400), 0, 0, 2),
    program("Reverse Cymbal", Timbre::Noise, held(1.2, 0.2), (0, 0), 0, 8, -6),
    program("Fret Noise", Timbre::Noise, fading(0.5, 0.1), (6000, 0), 0, 0, -4),
    program("Breath Noise", Timbre::Noise, fading(1.0, 0.2), (4000, 0), 0, 0, -4),
    program("Seashore", Timbre::Noise, held(1.5, 1.5), (1800, 900), 0, 10, -4),
    program("Bird Tweet", Timbre::Flute, fading(0.6, 0.1), (0, 0), 300, 0, -2),
    program("Telephone", Timbre::Bell, fading(0.5, 0.1), (0, 0), 0, 0, -3),
    program("Helicopter", Timbre::Noise, held(0.05, 0.3), (900, 0), 0, 6, -3),
    program("Applause", Timbre::Noise, held(0.6, 0.8), (5000, 0), 0, 14, -5),
    program("Gunshot", Timbre::Noise, fading(1.0, 0.3), (7000, 0), 0, 0, 0),
];
