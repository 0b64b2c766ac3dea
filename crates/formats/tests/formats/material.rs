//! MIDI files made byte by byte, by nothing that is tested here.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Chance from a seed.
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// 0..sides; 0 where there is no side.
    pub fn below(&mut self, sides: usize) -> usize {
        (self.0.next_u64() % sides.max(1) as u64) as usize
    }

    pub fn byte(&mut self, sides: usize) -> u8 {
        self.below(sides) as u8
    }

    pub fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    pub fn bytes(&mut self, most: usize, sides: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.byte(sides)).collect()
    }

    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A variable-length quantity (Standard MIDI Files 1.0).
pub fn variable(value: u32) -> Vec<u8> {
    let septets = (0..4).rev().map(|place| (value >> (7 * place) & 0x7f) as u8);
    let mut bytes: Vec<u8> = septets.skip_while(|septet| *septet == 0).collect();
    if bytes.is_empty() {
        bytes.push(0);
    }
    let last = bytes.len() - 1;
    bytes[..last].iter_mut().for_each(|byte| *byte |= 0x80);
    bytes
}

/// A chunk with the length that it has.
pub fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [name, &(data.len() as u32).to_be_bytes()[..], data].concat()
}

/// A file; `tracks` are the events of each.
pub fn file(format: u16, division: u16, tracks: &[Vec<u8>]) -> Vec<u8> {
    let header = [format, tracks.len() as u16, division].map(u16::to_be_bytes).concat();
    let chunks = tracks.iter().map(|track| chunk(b"MTrk", track));
    [chunk(b"MThd", &header)].into_iter().chain(chunks).collect::<Vec<_>>().concat()
}

/// A file within RIFF, with a chunk behind the music.
pub fn rmi(file: &[u8]) -> Vec<u8> {
    let riff = |name: &[u8; 4], data: &[u8]| [name, &(data.len() as u32).to_le_bytes()[..], data].concat();
    let inside = [b"RMID".to_vec(), riff(b"data", file), riff(b"LIST", b"INFOICOP\x04\0\0\0none")].concat();
    riff(b"RIFF", &inside)
}

/// What ends a track.
pub const END: [u8; 4] = [0, 0xff, 0x2f, 0];

/// A sound track of up to `most` events, each note ended once, with running status here and there.
pub fn track(dice: &mut Dice, most: usize) -> Vec<u8> {
    let (mut bytes, mut running, mut open) = (Vec::new(), 0, Vec::new());
    for _ in 0..dice.below(most + 1) {
        let event = event(dice, &mut open);
        put(dice, &mut bytes, &mut running, &event);
    }
    for (channel, key) in open {
        put(dice, &mut bytes, &mut running, &[0x90 | channel, key, 0]);
    }
    bytes.extend(variable(dice.below(200) as u32));
    bytes.extend(&END[1..]);
    bytes
}

fn put(dice: &mut Dice, bytes: &mut Vec<u8>, running: &mut u8, event: &[u8]) {
    let delta = match dice.below(20) {
        0 => dice.below(5000),
        1..=9 => dice.below(130),
        _ => 0,
    };
    bytes.extend(variable(delta as u32));
    let runs = event[0] == *running && !dice.one_in(5);
    bytes.extend(&event[usize::from(runs)..]);
    *running = if event[0] < 0xf0 { event[0] } else { 0 };
}

/// One event. Few channels and keys, so that notes overlap.
fn event(dice: &mut Dice, open: &mut Vec<(u8, u8)>) -> Vec<u8> {
    let channel = *dice.of(&[0, 0, 1, 9]);
    match dice.below(24) {
        0..=7 => {
            let key = 60 + dice.byte(4);
            open.push((channel, key));
            vec![0x90 | channel, key, 1 + dice.byte(127)]
        }
        8..=14 if !open.is_empty() => {
            let (channel, key) = open.remove(dice.below(open.len()));
            if dice.one_in(2) { vec![0x90 | channel, key, 0] } else { vec![0x80 | channel, key, dice.byte(128)] }
        }
        15 => vec![0xc0 | channel, dice.byte(3)],
        16 => vec![0xb0 | channel, dice.byte(128), dice.byte(128)],
        17 => vec![0xe0 | channel, dice.byte(128), dice.byte(128)],
        18 => vec![0xd0 | channel, dice.byte(128)],
        19 => vec![0xa0 | channel, 60 + dice.byte(4), dice.byte(128)],
        20 => meta(0x51, &[dice.byte(200), dice.byte(255), 1 + dice.byte(255)]),
        21 => match dice.below(2) {
            0 => meta(0x58, &[1 + dice.byte(12), dice.byte(7), 24, 8]),
            _ => meta(0x59, &[dice.byte(15).wrapping_sub(7), dice.byte(2)]),
        },
        22 => {
            let status = if dice.one_in(2) { 0xf0 } else { 0xf7 };
            let data = dice.bytes(150, 128);
            [vec![status], variable(data.len() as u32), data].concat()
        }
        _ => {
            let code = *dice.of(&[0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x7f, 0x60]);
            let text = dice.bytes(20, 256);
            meta(code, &text)
        }
    }
}

pub fn meta(code: u8, data: &[u8]) -> Vec<u8> {
    [vec![0xff, code], variable(data.len() as u32), data.to_vec()].concat()
}

/// A small file without a fault, of any format.
pub fn small_file(dice: &mut Dice) -> Vec<u8> {
    let format = dice.below(3) as u16;
    let tracks = if format == 0 { 1 } else { 1 + dice.below(4) };
    let division = *dice.of(&[1, 2, 24, 25, 48, 96, 120, 192, 384, 480, 960, 1024, 9600]);
    let tracks: Vec<_> = (0..tracks).map(|_| track(dice, 40)).collect();
    file(format, division, &tracks)
}

/// Bytes as a test can be given them again.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
