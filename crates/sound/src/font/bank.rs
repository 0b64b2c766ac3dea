//! The built-in bank, put together: a sample of every tone for every zone of the keyboard, 128 programs, one kit.

use super::drums;
use super::programs::{PROGRAMS, Program};
use super::ranges::generator;
use super::sf2::{self, Preset, Sample, Zone};
use super::waves::{ROOTS, Sines, keys};

/// What it is called.
pub(super) const NAME: &str = "Diabelli built-in";

/// The bank as the bytes of an SF2 file; the same every time.
pub(super) fn image() -> Vec<u8> {
    let sines = Sines::new();
    let mut samples: Vec<Sample> = Vec::new();
    // Programs that share a tone share its samples.
    let mut first: Vec<(usize, usize)> = Vec::new();
    let mut presets = Vec::new();
    for (number, program) in PROGRAMS.iter().enumerate() {
        let at = match first.iter().find(|(tone, _)| *tone == program.tone as usize) {
            Some(&(_, at)) => at,
            None => {
                let at = samples.len();
                let tone = program.tone.recipe();
                samples.extend((0..ROOTS.len()).map(|zone| tone.sample(zone, &sines)));
                first.push((program.tone as usize, at));
                at
            }
        };
        let zones = (0..ROOTS.len()).flat_map(|zone| program_zones(program, zone, at + zone)).collect();
        presets.push(Preset { name: program.name, bank: 0, program: number as u16, zones });
    }
    let zones = drums::kit(&mut samples);
    presets.push(Preset { name: "Standard Kit", bank: 128, program: 0, zones });
    sf2::image(NAME, &samples, &presets)
}

/// One zone, or two a little apart in pitch and place.
fn program_zones(program: &Program, zone: usize, sample: usize) -> Vec<Zone> {
    let make = |cents: i16, pan: i16| {
        let mut generators = program.generators();
        generators.push((generator::SAMPLE_MODES, 1));
        if cents != 0 {
            generators.push((generator::FINE_TUNE, cents));
        }
        if pan != 0 {
            generators.push((generator::PAN, pan));
        }
        Zone { keys: keys(zone), generators, sample }
    };
    match program.spread {
        0 => vec![make(0, 0)],
        cents => vec![make(-cents, -250), make(cents, 250)],
    }
}
