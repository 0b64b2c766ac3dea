//! What is written is read back by another decoder.

use super::*;
use std::io::Cursor;

#[track_caller]
fn check(samples: &[[i32; 2]], depth: usize) -> usize {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = Encoder::new(&mut file, 44_100, depth).unwrap();
    samples.iter().for_each(|&pair| encoder.push(pair).unwrap());
    encoder.finish().unwrap();
    let bytes = file.into_inner();
    let mut reader = claxon::FlacReader::new(Cursor::new(&bytes)).unwrap();
    let info = reader.streaminfo();
    assert_eq!((info.sample_rate, info.bits_per_sample, info.channels), (44_100, depth as u32, 2));
    assert_eq!(info.samples.unwrap_or(0), samples.len() as u64);
    let found: Vec<i32> = reader.samples().collect::<Result<_, _>>().unwrap();
    assert!(found == samples.as_flattened());
    bytes.len()
}

#[test]
fn every_sample_comes_back() {
    for depth in [16, 24] {
        let top = (1i32 << (depth - 1)) - 1;
        let tone = |at: usize, by: f64| ((at as f64 * by).sin() * f64::from(top) * 0.7) as i32;
        let music: Vec<[i32; 2]> = (0..10_001).map(|at| [tone(at, 0.01), tone(at, 0.011)]).collect();
        let size = check(&music, depth);
        assert!(size < music.len() * 2 * depth / 8 * 6 / 10, "{size}");
        // Noise from a multiplicative generator, as loud as can be.
        let mut seed = 1u64;
        let mut noise = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((seed >> 33) as i64 % (i64::from(top) * 2 + 2) - i64::from(top) - 1) as i32
        };
        let loud: Vec<[i32; 2]> = (0..5_000).map(|_| [noise(), noise()]).collect();
        assert!(check(&loud, depth) < loud.len() * 2 * depth / 8 + 200);
        let edges: Vec<[i32; 2]> =
            (0..4096).map(|at| if at % 2 == 0 { [top, -top - 1] } else { [-top - 1, top] }).collect();
        check(&edges, depth);
        assert!(check(&vec![[0; 2]; 50_000], depth) < 600, "silence takes nearly nothing");
        for count in [0, 1, 2, 3, 5, 17, 4095, 4096, 4097, 8192] {
            check(&music[..count], depth);
        }
    }
}
