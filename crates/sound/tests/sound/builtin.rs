//! The bank that the project makes itself.

use crate::piece::{piece, track};
use score::{Event, EventKind, Lane};
use sound::{Font, Rendering, render};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    // The least of some runs, in this thread's processor time where the system tells it: others run beside this one.
    let start = Instant::now();
    let clock = || {
        let stat = fs::read_to_string("/proc/thread-self/schedstat").ok();
        let spent = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
        spent.map_or_else(|| start.elapsed(), Duration::from_nanos)
    };
    let runs = (0..5).map(|_| {
        let before = clock();
        Font::builtin_image();
        clock() - before
    });
    let made = runs.min().unwrap();
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

/// How many cents the fundamental of `samples` (stereo) lies beside `hertz`: its phase against a sine of that
/// frequency, in one tenth of a second and in the next.
fn cents_off(samples: &[f32], rate: f64, hertz: f64) -> f64 {
    let window = (0.1 * rate) as usize;
    let phase = |from: usize| {
        let (mut real, mut imaginary) = (0.0f64, 0.0f64);
        for (index, frame) in samples.chunks_exact(2).skip(from).take(window).enumerate() {
            let turn = std::f64::consts::TAU * hertz * (from + index) as f64 / rate;
            let shape = 0.5 - 0.5 * (std::f64::consts::TAU * index as f64 / window as f64).cos();
            real += f64::from(frame[0]) * turn.cos() * shape;
            imaginary -= f64::from(frame[0]) * turn.sin() * shape;
        }
        imaginary.atan2(real)
    };
    let from = (0.15 * rate) as usize;
    let turns = (phase(from + window) - phase(from)) / std::f64::consts::TAU;
    let off = (turns - turns.round()) / 0.1;
    1200.0 * ((hertz + off) / hertz).log2()
}

#[test]
fn it_is_in_tune() {
    let rate = 48_000;
    // Programs of one voice without vibrato, each of another timbre.
    for program in [0, 12, 16, 24, 25, 60, 71] {
        for pitch in [41, 53, 60, 69, 74, 81, 88] {
            let mut score = piece(vec![track(1, 0, program, &[(0, 960, pitch)])]);
            // Without reverb, whose echoes shift phases.
            let dry = Event { tick: 0, kind: EventKind::Control { channel: 0, controller: 91, value: 0 } };
            score.lanes = vec![Arc::new(Lane { events: Arc::new(vec![dry]), end: 0 })];
            let mut samples = Vec::new();
            let mut sink = |block: &[f32]| {
                samples.extend_from_slice(block);
                Ok(())
            };
            let rendering = Rendering { rate, ..Rendering::default() };
            render(&score, &Font::builtin(), &rendering, &mut sink, &mut |_| true).unwrap();
            let hertz = 440.0 * 2f64.powf((f64::from(pitch) - 69.0) / 12.0);
            let off = cents_off(&samples, f64::from(rate), hertz);
            assert!(off.abs() < 3.0, "program {program}, key {pitch}: {off:.1} cents");
        }
    }
}
