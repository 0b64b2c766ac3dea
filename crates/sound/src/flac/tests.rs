//! What is written is read back by a decoder that knows only the format's description.

use super::*;
use std::io::Cursor;

/// Reads bits, the highest first.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn bit(&mut self) -> u64 {
        let bit = self.bytes[self.at / 8] >> (7 - self.at % 8) & 1;
        self.at += 1;
        u64::from(bit)
    }

    fn take(&mut self, width: u32) -> u64 {
        (0..width).fold(0, |value, _| value << 1 | self.bit())
    }

    fn signed(&mut self, width: u32) -> i64 {
        let value = self.take(width) as i64;
        if width > 0 && value >> (width - 1) & 1 == 1 { value - (1 << width) } else { value }
    }

    fn unary(&mut self) -> u64 {
        std::iter::from_fn(|| (self.bit() == 0).then_some(())).count() as u64
    }

    fn number(&mut self) -> u64 {
        let first = self.take(8);
        let ones = (0..8).take_while(|at| first >> (7 - at) & 1 == 1).count() as u32;
        if ones == 0 {
            return first;
        }
        let mut value = first & ((1 << (7 - ones)) - 1);
        for _ in 1..ones {
            let next = self.take(8);
            assert_eq!(next >> 6, 0b10);
            value = value << 6 | next & 0x3F;
        }
        value
    }

    fn subframe(&mut self, count: usize, depth: u32) -> Vec<i64> {
        assert_eq!(self.bit(), 0);
        let kind = self.take(6);
        assert_eq!(self.bit(), 0, "no wasted bits");
        match kind {
            0 => vec![self.signed(depth); count],
            1 => (0..count).map(|_| self.signed(depth)).collect(),
            8..=12 => {
                let order = kind as usize - 8;
                let mut samples: Vec<i64> = (0..order).map(|_| self.signed(depth)).collect();
                let width = if self.take(2) == 0 { 4 } else { 5 };
                let halved = self.take(4) as u32;
                for group in 0..1usize << halved {
                    let own = (count >> halved) - if group == 0 { order } else { 0 };
                    let parameter = self.take(width) as u32;
                    for _ in 0..own {
                        let folded = self.unary() << parameter | self.take(parameter);
                        let rest = (folded >> 1) as i64 ^ -((folded & 1) as i64);
                        let before = |back: usize| samples[samples.len() - back];
                        let told = match order {
                            0 => 0,
                            1 => before(1),
                            2 => 2 * before(1) - before(2),
                            3 => 3 * before(1) - 3 * before(2) + before(3),
                            _ => 4 * before(1) - 6 * before(2) + 4 * before(3) - before(4),
                        };
                        samples.push(told + rest);
                    }
                }
                samples
            }
            other => panic!("subframe {other}"),
        }
    }
}

/// All frames of a file: what it says of itself (rate, depth, samples), and its samples.
fn read(bytes: &[u8]) -> ((u64, u64, u64), Vec<[i64; 2]>) {
    let mut reader = Reader { bytes, at: 0 };
    assert_eq!(reader.take(32), 0x664C_6143);
    assert_eq!(reader.take(32), 0x8000_0022);
    reader.take(16 + 16);
    reader.take(24 + 24);
    let rate = reader.take(20);
    assert_eq!(reader.take(3), 1);
    let depth = reader.take(5) + 1;
    let samples = reader.take(36);
    reader.at = HEADER * 8;
    let mut all = Vec::new();
    let mut number = 0;
    while reader.at < bytes.len() * 8 {
        let begin = reader.at / 8;
        assert_eq!(reader.take(16), 0xFFF8);
        let size = reader.take(4);
        assert_eq!(reader.take(4), 0);
        let assignment = reader.take(4);
        assert_eq!(reader.take(3), if depth == 16 { 4 } else { 6 });
        reader.take(1);
        assert_eq!(reader.number(), number);
        number += 1;
        let count = if size == 12 { 4096 } else { reader.take(16) as usize + 1 };
        let header = &bytes[begin..reader.at / 8];
        assert_eq!(reader.take(8) as u8, crc::Crc::<u8>::new(&crc::CRC_8_SMBUS).checksum(header));
        let depths = match assignment {
            8 => [0, 1],
            9 => [1, 0],
            10 => [0, 1],
            _ => [0, 0],
        };
        let one = reader.subframe(count, depth as u32 + depths[0]);
        let two = reader.subframe(count, depth as u32 + depths[1]);
        for (one, two) in one.into_iter().zip(two) {
            all.push(match assignment {
                8 => [one, one - two],
                9 => [one + two, two],
                10 => {
                    let sum = one << 1 | two & 1;
                    [(sum + two) >> 1, (sum - two) >> 1]
                }
                _ => [one, two],
            });
        }
        reader.at = reader.at.next_multiple_of(8);
        let frame = &bytes[begin..reader.at / 8];
        assert_eq!(reader.take(16) as u16, crc::Crc::<u16>::new(&crc::CRC_16_UMTS).checksum(frame));
    }
    ((rate, depth, samples), all)
}

#[track_caller]
fn check(samples: &[[i32; 2]], depth: u32) -> usize {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = Encoder::new(&mut file, 44_100, depth).unwrap();
    samples.iter().for_each(|&pair| encoder.push(pair).unwrap());
    encoder.finish().unwrap();
    let bytes = file.into_inner();
    let (told, found) = read(&bytes);
    assert_eq!(told, (44_100, u64::from(depth), samples.len() as u64));
    assert!(found == samples.iter().map(|pair| pair.map(i64::from)).collect::<Vec<_>>());
    bytes.len()
}

#[test]
fn every_sample_comes_back() {
    for depth in [16u32, 24] {
        let top = (1i32 << (depth - 1)) - 1;
        let tone = |at: usize, by: f64| ((at as f64 * by).sin() * f64::from(top) * 0.7) as i32;
        let music: Vec<[i32; 2]> = (0..10_001).map(|at| [tone(at, 0.01), tone(at, 0.011)]).collect();
        let size = check(&music, depth);
        assert!(size < music.len() * 2 * depth as usize / 8 * 6 / 10, "{size}");
        // Noise from a multiplicative generator, as loud as can be.
        let mut seed = 1u64;
        let mut noise = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((seed >> 33) as i64 % (i64::from(top) * 2 + 2) - i64::from(top) - 1) as i32
        };
        let loud: Vec<[i32; 2]> = (0..5_000).map(|_| [noise(), noise()]).collect();
        assert!(check(&loud, depth) < loud.len() * 2 * depth as usize / 8 + 200);
        let edges: Vec<[i32; 2]> =
            (0..4096).map(|at| if at % 2 == 0 { [top, -top - 1] } else { [-top - 1, top] }).collect();
        check(&edges, depth);
        assert!(check(&vec![[0; 2]; 50_000], depth) < 600, "silence takes nearly nothing");
        for count in [0, 1, 2, 3, 5, 17, 4095, 4096, 4097, 8192] {
            check(&music[..count], depth);
        }
    }
}
