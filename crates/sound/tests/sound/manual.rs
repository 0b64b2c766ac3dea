//! Live notes and the count-in, as the audio callback hears them.

use crate::piece::{piece, track};
use sound::{BLOCK, CountIn, Font, Patch, Rack, Schedule, Stage, Touch};

const RATE: u32 = 48_000;

fn stage() -> Stage {
    let score = piece(vec![track(1, 0, 16, &[(0, 960, 60)])]);
    let rack = Rack::new(&Font::builtin(), RATE, 1).unwrap();
    let mut stage = Stage::new(Some(rack), Box::new(Schedule::endless(&score, RATE)));
    stage.pull(0, Some(Patch::of(&score.tracks[0], Some(0))));
    stage
}

fn peak(stage: &mut Stage, blocks: usize) -> f32 {
    let mut peak = 0.0f32;
    for _ in 0..blocks {
        let (left, _) = stage.block();
        peak = left.iter().fold(peak, |peak, sample| peak.max(sample.abs()));
    }
    peak
}

#[test]
fn a_key_sounds_while_it_is_down_and_stopping_lets_it_go() {
    let mut stage = stage();
    assert!(peak(&mut stage, 100) < 1e-6);
    stage.touch(Touch::Down { key: 67, velocity: 100 });
    peak(&mut stage, 3000);
    assert!(peak(&mut stage, 100) > 0.01, "an organ holds on");
    stage.touch(Touch::Up { key: 67 });
    peak(&mut stage, 3000);
    assert!(peak(&mut stage, 100) < 1e-3);
    stage.touch(Touch::Down { key: 67, velocity: 100 });
    stage.stop();
    assert_eq!(stage.rack().unwrap().held(), 0);
    peak(&mut stage, 3000);
    assert!(peak(&mut stage, 100) < 1e-3);
}

#[test]
fn a_count_in_clicks_and_the_music_begins_after_it() {
    let mut stage = stage();
    let samples = 12_345.6;
    stage.count_in(CountIn { beats: 3, in_bar: 3, samples });
    assert_eq!((stage.playing(), stage.counting()), (false, 4));
    let (mut blocks, mut clicks, mut quiet) = (0u64, Vec::new(), true);
    while !stage.playing() {
        let (left, _) = stage.block();
        let loud = left.iter().any(|sample| sample.abs() > 0.05);
        if loud && quiet {
            clicks.push(blocks * BLOCK as u64);
        }
        quiet = left.iter().all(|sample| sample.abs() < 0.005);
        blocks += 1;
        assert!(blocks < 10_000);
    }
    assert_eq!((clicks.len(), stage.at(), stage.counting()), (3, 0, 0));
    for (beat, click) in (0..).zip(clicks) {
        // The limiter looks a block ahead.
        let before_music = (blocks * BLOCK as u64 - click) as f64;
        assert!((before_music - (3 - beat) as f64 * samples).abs() < 3.0 * BLOCK as f64, "{beat}: {before_music}");
    }
    // It goes on after the end of the piece.
    peak(&mut stage, 5 * RATE as usize / BLOCK);
    assert!(stage.playing());
}

#[test]
fn a_program_of_the_hand_is_heard_from_the_next_key_on_until_the_tracks_own_comes_back() {
    let heard = |program: Option<u8>| {
        let mut stage = stage();
        stage.touch(Touch::Program { program: Some(0) });
        stage.touch(Touch::Program { program });
        stage.touch(Touch::LetGo);
        stage.touch(Touch::Down { key: 67, velocity: 100 });
        (0..200).map(|_| stage.block().0[0]).collect::<Vec<f32>>()
    };
    let (own, piano, organ) = (heard(None), heard(Some(0)), heard(Some(16)));
    assert_ne!(own, piano);
    assert_eq!(own, organ, "the track is an organ");
}
