//! Writing an SF2 image (SoundFont Technical Specification 2.04).

use super::ranges::generator;

/// Silent samples behind every sample (6.1: at least 46).
const GAP: usize = 46;

/// Mono sample (6.1, sfSampleType).
const MONO: u16 = 1;

/// One sample.
pub(super) struct Sample {
    pub frames: Vec<i16>,
    /// Where it repeats; empty: it does not.
    pub turns: std::ops::Range<usize>,
    /// Hertz.
    pub rate: u32,
    /// The key at which it sounds as it is.
    pub key: u8,
}

/// A part of an instrument: generators, and the sample they are about.
pub(super) struct Zone {
    /// First and last key.
    pub keys: (u8, u8),
    pub generators: Vec<(u16, i16)>,
    pub sample: usize,
}

/// A preset with an instrument of its own.
pub(super) struct Preset {
    pub name: &'static str,
    pub bank: u16,
    pub program: u16,
    pub zones: Vec<Zone>,
}

/// The whole bank as the bytes of a file.
pub(super) fn image(name: &str, samples: &[Sample], presets: &[Preset]) -> Vec<u8> {
    let mut info = b"INFO".to_vec();
    put(&mut info, b"ifil", &[2, 0, 4, 0]);
    put(&mut info, b"isng", b"EMU8000\0");
    put(&mut info, b"INAM", &padded(name));
    put(&mut info, b"ICOP", &padded("Made by Diabelli, MIT OR Apache-2.0"));

    let (mut wave, mut heads) = (Vec::new(), Vec::new());
    for (index, sample) in samples.iter().enumerate() {
        let from = wave.len() / 2;
        heads.extend(label(&format!("sample {index}")));
        for place in [from, from + sample.frames.len(), from + sample.turns.start, from + sample.turns.end] {
            heads.extend((place as u32).to_le_bytes());
        }
        heads.extend(sample.rate.to_le_bytes());
        heads.extend([sample.key, 0, 0, 0]);
        heads.extend(MONO.to_le_bytes());
        wave.extend(sample.frames.iter().flat_map(|frame| frame.to_le_bytes()));
        wave.extend([0; 2 * GAP]);
    }
    heads.extend(label("EOS"));
    heads.extend([0; 26]);
    let mut sound = b"sdta".to_vec();
    put(&mut sound, b"smpl", &wave);

    let mut tables = Tables::default();
    for (index, preset) in presets.iter().enumerate() {
        tables.add(index, preset);
    }
    let mut list = b"pdta".to_vec();
    for (id, table) in tables.end(presets.len()) {
        put(&mut list, id, &table);
    }
    put(&mut list, b"shdr", &heads);

    let mut form = b"sfbk".to_vec();
    for part in [info, sound, list] {
        put(&mut form, b"LIST", &part);
    }
    let mut image = Vec::with_capacity(form.len() + 8);
    put(&mut image, b"RIFF", &form);
    image
}

#[derive(Default)]
struct Tables {
    phdr: Vec<u8>,
    pbag: Vec<u8>,
    pgen: Vec<u8>,
    inst: Vec<u8>,
    ibag: Vec<u8>,
    igen: Vec<u8>,
}

impl Tables {
    fn add(&mut self, index: usize, preset: &Preset) {
        self.phdr.extend(label(preset.name));
        for value in [preset.program, preset.bank, (self.pbag.len() / 4) as u16] {
            self.phdr.extend(value.to_le_bytes());
        }
        self.phdr.extend([0; 12]);
        bag(&mut self.pbag, &self.pgen);
        put_generator(&mut self.pgen, generator::INSTRUMENT, index as u16);
        self.inst.extend(label(preset.name));
        self.inst.extend(((self.ibag.len() / 4) as u16).to_le_bytes());
        for zone in &preset.zones {
            bag(&mut self.ibag, &self.igen);
            put_generator(&mut self.igen, generator::KEY_RANGE, u16::from_le_bytes([zone.keys.0, zone.keys.1]));
            for &(number, value) in &zone.generators {
                put_generator(&mut self.igen, number, value as u16);
            }
            put_generator(&mut self.igen, generator::SAMPLE, zone.sample as u16);
        }
    }

    /// All tables with their terminators, in their order; there are no modulators.
    fn end(mut self, presets: usize) -> [(&'static [u8; 4], Vec<u8>); 8] {
        self.phdr.extend(label("EOP"));
        self.phdr.extend([0; 4]);
        self.phdr.extend((presets as u16).to_le_bytes());
        self.phdr.extend([0; 12]);
        bag(&mut self.pbag, &self.pgen);
        put_generator(&mut self.pgen, 0, 0);
        self.inst.extend(label("EOI"));
        self.inst.extend(((self.ibag.len() / 4) as u16).to_le_bytes());
        bag(&mut self.ibag, &self.igen);
        put_generator(&mut self.igen, 0, 0);
        [
            (b"phdr", self.phdr),
            (b"pbag", self.pbag),
            (b"pmod", vec![0; 10]),
            (b"pgen", self.pgen),
            (b"inst", self.inst),
            (b"ibag", self.ibag),
            (b"imod", vec![0; 10]),
            (b"igen", self.igen),
        ]
    }
}

fn put(into: &mut Vec<u8>, id: &[u8; 4], content: &[u8]) {
    into.extend(id);
    into.extend((content.len() as u32).to_le_bytes());
    into.extend(content);
}

fn put_generator(into: &mut Vec<u8>, number: u16, value: u16) {
    into.extend(number.to_le_bytes());
    into.extend(value.to_le_bytes());
}

/// A zone begins at the next generator, without modulators.
fn bag(bags: &mut Vec<u8>, generators: &[u8]) {
    bags.extend(((generators.len() / 4) as u16).to_le_bytes());
    bags.extend([0, 0]);
}

/// A name of 20 bytes, the last of them 0.
fn label(name: &str) -> [u8; 20] {
    let mut label = [0; 20];
    for (place, byte) in label[..19].iter_mut().zip(name.bytes()) {
        *place = byte;
    }
    label
}

/// A string that ends in one or two zeros, of even length.
fn padded(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.resize(text.len() / 2 * 2 + 2, 0);
    bytes
}
