//! Offline rendering and WAV files.

use crate::piece::{piece, track};
use score::{Score, TrackId};
use sound::wav::{self, Depth};
use sound::{Error, Font, Rendering, Summary, render};
use std::fs;

fn score() -> Score {
    piece(vec![
        track(1, 0, 0, &[(0, 480, 60), (480, 480, 64), (960, 960, 67)]),
        track(2, 1, 48, &[(0, 1920, 48)]),
        track(3, 9, 0, &[(0, 10, 36), (960, 10, 38)]),
    ])
}

fn samples(score: &Score, rendering: &Rendering) -> (Vec<f32>, Summary) {
    let mut samples = Vec::new();
    let mut sink = |block: &[f32]| {
        samples.extend_from_slice(block);
        Ok(())
    };
    let summary = render(score, &Font::builtin(), rendering, &mut sink, &mut |_| true).unwrap();
    (samples, summary)
}

#[test]
fn the_same_call_gives_the_same_samples() {
    let (first, summary) = samples(&score(), &Rendering::default());
    let (second, _) = samples(&score(), &Rendering::default());
    let bits = |samples: &[f32]| samples.iter().map(|sample| sample.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&first), bits(&second));
    assert!(summary.peak > 0.05 && summary.peak <= 1.0);
    assert_eq!(summary.seconds, first.len() as f64 / 2.0 / 44_100.0);
    // One second of notes, and what rings on.
    assert!((1.2..9.01).contains(&summary.seconds), "{summary:?}");
}

#[test]
fn it_starts_without_delay_and_rings_out() {
    let (samples, _) = samples(&score(), &Rendering::default());
    let loud = samples.iter().position(|sample| sample.abs() > 0.01).unwrap() / 2;
    assert!(loud < 441, "the kick is heard {loud} frames late");
    let tail = &samples[samples.len() - 2 * 8820..];
    assert!(tail.iter().all(|sample| sample.abs() < 1.1e-4));
}

#[test]
fn every_rate_renders_the_same_music() {
    for rate in [8000, 11_025, 22_050, 96_000, 192_000] {
        let (samples, summary) = samples(&score(), &Rendering { rate, ..Rendering::default() });
        let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
        assert!(power.sqrt() > 0.005 && summary.seconds > 1.2, "{rate}: {power} {summary:?}");
    }
    for rate in [7999, 192_001] {
        let rendering = Rendering { rate, ..Rendering::default() };
        let refused = render(&score(), &Font::builtin(), &rendering, &mut |_| Ok(()), &mut |_| true);
        assert!(matches!(refused, Err(Error::Rate { value, .. }) if value == rate));
    }
}

#[test]
fn a_tail_is_as_long_as_it_is_said_and_ends_without_a_click() {
    let with = |tail| samples(&score(), &Rendering { tail: Some(tail), ..Rendering::default() });
    let ((cut, short), (_, long)) = (with(0.0), with(2.5));
    assert!((long.seconds - short.seconds - 2.5).abs() < 1e-3, "{short:?} {long:?}");
    let last = &cut[cut.len() - 8..];
    assert!(last.iter().all(|sample| sample.abs() < 0.01), "{last:?}");
    // What rings out by itself begins with the same samples.
    let (whole, _) = samples(&score(), &Rendering::default());
    let same = cut.len() - 2 * 882 - 2;
    assert!(cut[..same] == whole[..same]);
    let refused = render(
        &score(),
        &Font::builtin(),
        &Rendering { tail: Some(-1.0), ..Rendering::default() },
        &mut |_| Ok(()),
        &mut |_| true,
    );
    assert!(matches!(refused, Err(Error::Tail { .. })));
}

#[test]
fn a_gain_makes_everything_louder_as_far_as_it_goes() {
    let (plain, summary) = samples(&score(), &Rendering::default());
    let gain = 0.5 / summary.peak;
    let (half, loud) = samples(&score(), &Rendering { gain, ..Rendering::default() });
    assert!((loud.peak - 0.5).abs() < 1e-4);
    assert!(plain.iter().zip(&half).all(|(plain, half)| (plain * gain - half).abs() < 1e-6));
    let (_, cut) = samples(&score(), &Rendering { gain: 1e6, ..Rendering::default() });
    assert_eq!(cut.peak, 1.0);
}

#[test]
fn one_track_alone() {
    let only = |id| Rendering { only_track: Some(TrackId(id)), ..Rendering::default() };
    let energy = |id| samples(&score(), &only(id)).0.iter().map(|sample| sample * sample).sum::<f32>();
    assert!((1..=3).all(|id| energy(id) > 0.1));
    let missing = render(&score(), &Font::builtin(), &only(9), &mut |_| Ok(()), &mut |_| true);
    assert!(matches!(missing, Err(Error::NoTrack { track: 9, count: 3 })));
}

#[test]
fn what_is_too_long_is_refused_before_it_starts() {
    let score = piece(vec![track(1, 0, 0, &[(0, 960, 60), (2_000_000, 10, 60)])]);
    let mut asked = false;
    let refused = render(
        &score,
        &Font::builtin(),
        &Rendering { max_minutes: 10.0, ..Rendering::default() },
        &mut |_| Ok(()),
        &mut |_| {
            asked = true;
            true
        },
    );
    assert!(matches!(refused, Err(Error::TooLong { minutes, most: 10.0 }) if (17.0..18.0).contains(&minutes)));
    assert!(!asked);
    let long = Rendering { rate: 192_000, max_minutes: 1e6, ..Rendering::default() };
    let score = piece(vec![track(1, 0, 0, &[(0, 960, 60), (7_000_000, 10, 60)])]);
    let folder = tempfile::tempdir().unwrap();
    let refused =
        wav::write(&folder.path().join("a.wav"), &score, &Font::builtin(), &long, Depth::Float, &mut |_| true);
    assert!(matches!(refused, Err(Error::TooLarge { .. })));
}

#[test]
fn a_wav_file_says_what_was_rendered() {
    let folder = tempfile::tempdir().unwrap();
    let (expected, _) = samples(&score(), &Rendering::default());
    for depth in [Depth::Sixteen, Depth::TwentyFour, Depth::Float] {
        let path = folder.path().join(format!("{depth}.wav"));
        let write = || wav::write(&path, &score(), &Font::builtin(), &Rendering::default(), depth, &mut |_| true);
        let summary = write().unwrap();
        let bytes = fs::read(&path).unwrap();
        let mut reader = hound::WavReader::open(&path).unwrap();
        let spec = reader.spec();
        assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (2, 44_100, depth.bits()));
        assert_eq!(f64::from(reader.duration()) / 44_100.0, summary.seconds);
        let (read, step): (Vec<f32>, f32) = match depth {
            Depth::Float => (reader.samples::<f32>().map(Result::unwrap).collect(), 0.0),
            _ => {
                let full = ((1u32 << (depth.bits() - 1)) - 1) as f32;
                (reader.samples::<i32>().map(|sample| sample.unwrap() as f32 / full).collect(), 1.0 / full)
            }
        };
        assert_eq!(read.len(), expected.len());
        // Rounding costs half a step, dither one more.
        let worst = read.iter().zip(&expected).map(|(read, made)| (read - made).abs()).fold(0.0, f32::max);
        assert!(worst <= 1.51 * step, "{depth}: {worst}");
        write().unwrap();
        assert!(bytes == fs::read(&path).unwrap(), "{depth}: the same call writes the same bytes");
    }
}

#[test]
fn a_cancelled_recording_leaves_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.wav");
    fs::write(&path, "what was there").unwrap();
    let cancelled =
        wav::write(&path, &score(), &Font::builtin(), &Rendering::default(), Depth::Sixteen, &mut |done| done < 0.5);
    assert!(matches!(cancelled, Err(Error::Cancelled)));
    assert_eq!(fs::read(&path).unwrap(), b"what was there");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    let nowhere = folder.path().join("no/such/folder.wav");
    let refused = wav::write(&nowhere, &score(), &Font::builtin(), &Rendering::default(), Depth::Float, &mut |_| true);
    assert!(matches!(refused, Err(Error::File { .. })));
}

#[test]
fn depths_are_read_as_they_are_written() {
    for (text, depth) in [("16", Depth::Sixteen), ("24", Depth::TwentyFour), ("32f", Depth::Float)] {
        assert_eq!((text.parse::<Depth>().unwrap(), depth.to_string().as_str()), (depth, text));
        assert_eq!(serde_json::to_string(&depth).unwrap(), format!("\"{text}\""));
    }
    assert_eq!("32".parse::<Depth>().unwrap_err().to_string(), "\"32\" is no depth; choose 16, 24 or 32f");
}
