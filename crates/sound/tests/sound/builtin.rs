//! The bank that the project makes itself.

use crate::piece::{piece, track};
use sound::{Font, Rendering, render};
use std::time::Instant;

/// Root mean square and peak of one note of 0.5 s.
fn loudness(channel: u8, program: u8, pitch: u8) -> (f32, f32) {
    let score = piece(vec![track(1, channel, program, &[(0, 960, pitch)])]);
    let mut samples = Vec::new();
    let rendering = Rendering { rate: 32_000, ..Rendering::default() };
    let mut sink = |block: &[f32]| {
        samples.extend_from_slice(block);
        Ok(())
    };
    let summary = render(&score, &Font::builtin(), &rendering, &mut sink, &mut |_| true).unwrap();
    // What is heard in the first half second.
    let first = &samples[..samples.len().min(32_000)];
    let power = first.iter().map(|sample| sample * sample).sum::<f32>() / first.len() as f32;
    (power.sqrt(), summary.peak)
}

#[test]
fn it_is_made_in_a_moment() {
    // The best of some runs: other tests run beside this one.
    let best = (0..5).map(|_| {
        let start = Instant::now();
        Font::builtin_image();
        start.elapsed()
    });
    let made = best.min().unwrap();
    let image = Font::builtin_image();
    eprintln!("{} bytes, made in {made:?}", image.len());
    assert_eq!(image, Font::builtin_image());
    assert!(!Font::read(&image, "built-in").unwrap().is_builtin() && Font::builtin().is_builtin());
    assert!(made.as_millis() < 150, "{made:?}");
}

#[test]
fn every_program_and_drum_is_audible_and_does_not_clip() {
    let mut quiet = Vec::new();
    for program in 0..128 {
        let (rms, peak) = loudness(0, program, 60);
        if std::env::var_os("SOUND_LEVELS").is_some() {
            eprintln!("program {program:3} rms {:6.1} dB peak {:6.1} dB", 20.0 * rms.log10(), 20.0 * peak.log10());
        }
        if !(0.002..0.3).contains(&rms) || peak > 0.85 {
            quiet.push((program, rms, peak));
        }
    }
    for pitch in 35..=81 {
        let (rms, peak) = loudness(9, 0, pitch);
        if std::env::var_os("SOUND_LEVELS").is_some() {
            eprintln!("drum {pitch:3} rms {:6.1} dB peak {:6.1} dB", 20.0 * rms.log10(), 20.0 * peak.log10());
        }
        if rms < 0.002 || peak > 0.85 {
            quiet.push((pitch, rms, peak));
        }
    }
    assert!(quiet.is_empty(), "{quiet:?}");
}
