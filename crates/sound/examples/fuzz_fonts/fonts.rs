//! A small font, broken in many ways, and what comes of it.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sound::{BLOCK, Command, Font, Rack, Schedule, Stage, transport};
use std::panic;

/// What happened.
#[derive(Debug, Default, Clone, Copy)]
pub struct Outcome {
    pub tried: usize,
    /// Refused with a reason.
    pub refused: usize,
    /// Loaded and played.
    pub played: usize,
    /// Faults that the fence caught while playing.
    pub faults: u32,
    /// Panics that got through.
    pub escaped: usize,
    /// Fonts that gave a sample that is no number.
    pub not_finite: usize,
    /// Fonts that gave a sample beyond -1..=1.
    pub too_loud: usize,
}

impl Outcome {
    fn add(self, other: Outcome) -> Outcome {
        Outcome {
            tried: self.tried + other.tried,
            refused: self.refused + other.refused,
            played: self.played + other.played,
            faults: self.faults + other.faults,
            escaped: self.escaped + other.escaped,
            not_finite: self.not_finite + other.not_finite,
            too_loud: self.too_loud + other.too_loud,
        }
    }
}

fn chunk(id: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&id[..], &(content.len() as u32).to_le_bytes(), content].concat()
}

fn words(values: &[i32]) -> Vec<u8> {
    values.iter().flat_map(|&value| (value as u16).to_le_bytes()).collect()
}

fn name(text: &str) -> Vec<u8> {
    let mut name = text.as_bytes().to_vec();
    name.resize(20, 0);
    name
}

/// About 10 kB: two samples, one looped; two presets and a kit, with global zones and many generators.
pub fn small_font() -> Vec<u8> {
    let wave: Vec<i32> = (0..4400).map(|at| ((f64::from(at) * 0.0713).sin() * 12_000.0) as i32).collect();
    let head = |label: &str, values: [u32; 5], key: u8| {
        let numbers = values.iter().flat_map(|value| value.to_le_bytes());
        name(label).into_iter().chain(numbers).chain([key, 0, 0, 0, 1, 0]).collect::<Vec<u8>>()
    };
    let heads = [
        head("looped", [0, 2000, 100, 1862, 44_100], 60),
        head("short loop", [2046, 3000, 2100, 2180, 22_050], 72),
        head("struck", [3046, 4300, 3046, 4300, 32_000], 48),
        head("EOS", [0; 5], 0),
    ];
    // Generators as (number, value): key range, envelopes, filter, vibrato, tuning, sample.
    let zones: [&[(i32, i32)]; 6] = [
        &[(34, -4000), (36, 1200), (37, 200), (38, -1200), (8, 9000), (9, 60), (15, 100), (16, 200)],
        &[(43, 0x3C00), (6, 20), (24, -700), (23, -2000), (17, -200), (54, 1), (53, 0)],
        &[(43, 0x7F3D), (11, 2400), (28, 1200), (29, 500), (7, 30), (54, 1), (53, 1)],
        &[(43, 0x7F00), (48, 60), (51, 2), (52, 11), (56, 100), (54, 3), (53, 0)],
        &[(43, 0x3F00), (57, 1), (58, 40), (13, 30), (22, -500), (53, 2)],
        &[(43, 0x7F40), (57, 1), (5, 100), (10, 500), (0, 10), (1, -10), (53, 2)],
    ];
    let (mut generators, mut bags) = (Vec::new(), Vec::new());
    for zone in zones {
        bags.extend([generators.len() as i32 / 2, 0]);
        generators.extend(zone.iter().flat_map(|&(number, value)| [number, value]));
    }
    bags.extend([generators.len() as i32 / 2, 0]);
    generators.extend([0, 0]);
    let instrument = |label: &str, bag: i32| [name(label), words(&[bag])].concat();
    let preset = |label: &str, program: i32, bank: i32, bag: i32| {
        [name(label), words(&[program, bank, bag]), vec![0; 12]].concat()
    };
    let parameters = [
        b"pdta".to_vec(),
        chunk(
            b"phdr",
            &[preset("one", 0, 0, 0), preset("two", 40, 0, 2), preset("kit", 0, 128, 3), preset("EOP", 0, 0, 4)]
                .concat(),
        ),
        chunk(b"pbag", &words(&[0, 0, 2, 0, 4, 0, 5, 0, 6, 0])),
        chunk(b"pmod", &[0; 10]),
        chunk(b"pgen", &words(&[48, 20, 52, 5, 51, 0, 41, 0, 41, 1, 41, 2, 0, 0])),
        chunk(b"inst", &[instrument("a", 0), instrument("b", 3), instrument("c", 4), instrument("EOI", 6)].concat()),
        chunk(b"ibag", &words(&bags)),
        chunk(b"imod", &[0; 10]),
        chunk(b"igen", &words(&generators)),
        chunk(b"shdr", &heads.concat()),
    ];
    let info =
        [b"INFO".to_vec(), chunk(b"ifil", &[2, 0, 4, 0]), chunk(b"isng", b"EMU8000\0"), chunk(b"INAM", b"small\0")];
    let samples = [b"sdta".to_vec(), chunk(b"smpl", &words(&wave))];
    let lists = [info.concat(), samples.concat(), parameters.concat()].map(|list| chunk(b"LIST", &list));
    chunk(b"RIFF", &[b"sfbk".to_vec(), lists.concat()].concat())
}

/// Breaks an image in one to six places, mostly behind the samples, where the tables are.
fn break_up(image: &mut Vec<u8>, random: &mut ChaCha8Rng) {
    let tables = image.len() - image.windows(4).rev().position(|bytes| bytes == b"pdta").map_or(0, |at| at + 4);
    for _ in 0..random.random_range(1..=6) {
        let from = if random.random_bool(0.85) { tables } else { 0 };
        let at = random.random_range(from.min(image.len() - 1)..image.len());
        match random.random_range(0..20) {
            0..8 => image[at] = random.random(),
            8..11 => image[at] ^= 1 << random.random_range(0..8),
            11..14 => {
                let value = [0, 1, 127, 128, 255][random.random_range(0..5)];
                image[at..].iter_mut().take(random.random_range(1..5)).for_each(|byte| *byte = value);
            }
            14..18 => {
                // A generator's number, a pointer or a value: words lie on even places behind the tables' heads.
                let word = (at & !1).min(image.len().saturating_sub(2));
                let value = [0u16, 1, 8, 0x7FFF, 0x8000, 0xFFFF, random.random()][random.random_range(0..7)];
                image.splice(word..word + 2, value.to_le_bytes());
            }
            18 => image.truncate(at.max(1)),
            _ => {
                let part: Vec<u8> = image[at..].iter().take(4).copied().collect();
                image.splice(at..at, part);
            }
        }
    }
}

/// Loads one font and plays chords, high and low, bent, on all presets.
fn try_font(image: &[u8], seconds: f32) -> Outcome {
    const RATE: u32 = 22_050;
    let mut outcome = Outcome { tried: 1, ..Outcome::default() };
    let Ok(font) = Font::read(image, "mutated") else {
        return Outcome { refused: 1, ..outcome };
    };
    outcome.played = 1;
    let score = score::Score::empty();
    let Ok(rack) = Rack::new(&font, RATE, 1) else { return outcome };
    let (mut transport, mut remote) = transport(Stage::new(Some(rack), Box::new(Schedule::new(&score, RATE, None))));
    for (index, key) in [0u8, 36, 48, 60, 61, 72, 96, 127].into_iter().enumerate() {
        remote.tell(Command::Preview {
            after_ms: index as u32 % 2 * 30,
            drums: index % 3 == 2,
            program: (index % 2 * 40) as u8,
            key,
            velocity: 127,
        });
    }
    let mut out = [[0.0f32; 2]; BLOCK];
    for _ in 0..(seconds * RATE as f32) as usize / BLOCK {
        transport.fill(&mut out, 0.0);
        let samples = || out.iter().flatten();
        outcome.not_finite |= usize::from(samples().any(|sample| !sample.is_finite()));
        outcome.too_loud |= usize::from(samples().any(|sample| sample.abs() > 1.0));
    }
    outcome.faults = transport.stage().rack().map_or(0, Rack::strikes);
    outcome
}

/// Tries so many mutations on two threads. Panics are not printed meanwhile.
pub fn try_fonts(count: usize, seed: u64, seconds: f32) -> Outcome {
    let image = small_font();
    let run = |first: usize| {
        let mut all = Outcome::default();
        for number in (first..count).step_by(2) {
            let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1 << 32).wrapping_add(number as u64));
            let mut mutated = image.clone();
            break_up(&mut mutated, &mut random);
            let tried = panic::catch_unwind(|| try_font(&mutated, seconds));
            all = all.add(tried.unwrap_or(Outcome { tried: 1, escaped: 1, ..Outcome::default() }));
        }
        all
    };
    // Other tests may fail beside this one, and want to be heard: only panics of these threads are kept quiet.
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some("broken fonts") {
            usual(panic);
        }
    }));
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .filter_map(|first| {
                let run = &run;
                std::thread::Builder::new().name("broken fonts".into()).spawn_scoped(scope, move || run(first)).ok()
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).fold(Outcome::default(), Outcome::add)
    })
}
