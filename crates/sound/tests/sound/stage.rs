//! The stage, block by block.

use crate::piece::{piece, track};
use score::{Event, EventKind, Lane, Score};
use sound::{BLOCK, Font, Rack, Schedule, Stage};
use std::sync::Arc;

const RATE: u32 = 48_000;

fn stage(score: &Score) -> Stage {
    let schedule = Box::new(Schedule::new(score, RATE, None));
    let rack = Rack::new(&Font::builtin(), RATE, schedule.strips()).unwrap();
    Stage::new(Some(rack), schedule)
}

/// Runs for so many samples; gives the loudest sample.
fn run(stage: &mut Stage, samples: u64) -> f32 {
    let mut peak = 0.0f32;
    for _ in 0..samples.div_ceil(BLOCK as u64) {
        let (left, right) = stage.block();
        peak = left.iter().chain(right).fold(peak, |peak, sample| peak.max(sample.abs()));
    }
    peak
}

fn counts(stage: &Stage) -> (u64, u64) {
    stage.rack().unwrap().counts()
}

#[test]
fn a_note_begins_in_its_block() {
    // Tick 100 is sample 2500, in the block from 2496, a multiple of every block size in use.
    let mut stage = stage(&piece(vec![track(1, 0, 16, &[(100, 960, 60)])]));
    stage.play();
    while stage.at() <= 2496 {
        assert_eq!(counts(&stage), (0, 0));
        stage.block();
    }
    assert_eq!((stage.at(), counts(&stage)), (2496 + BLOCK as u64, (1, 0)));
    // It is heard one block later, when the limiter has looked at it.
    assert!(run(&mut stage, 4800) > 0.01);
}

#[test]
fn the_loop_keeps_exact_time() {
    let mut stage = stage(&piece(vec![track(1, 0, 0, &[(0, 100, 60), (950, 100, 62), (1919, 10, 64)])]));
    // 960 to 1921 ticks: 24,025 samples, no whole number of blocks.
    stage.set_loop(Some((960, 1921)));
    stage.play();
    let turns = 40;
    run(&mut stage, 24_000);
    let blocks = 24_025 * turns / BLOCK as u64 + 1;
    for _ in 0..blocks {
        stage.block();
    }
    assert_eq!(u64::from(stage.turned()), turns);
    // Blocks end somewhere; what was rendered and where it stands differ by whole turns.
    let rendered = 24_000 + blocks * BLOCK as u64;
    assert_eq!(stage.at(), rendered - turns * 24_025);
    // Once 60 and 62; then 64 in every turn, ended by the turn.
    assert_eq!(counts(&stage), (2 + turns, 2 + turns));
}

#[test]
fn it_stops_at_the_end_and_starts_again_from_the_beginning() {
    let mut stage = stage(&piece(vec![track(1, 0, 0, &[(0, 960, 60)])]));
    stage.play();
    run(&mut stage, 100_000);
    assert!(!stage.playing());
    let anchor = stage.anchor(5.0);
    assert_eq!((anchor.tick, anchor.playing, anchor.at_ms), (3840.0, false, 5.0));
    stage.play();
    assert_eq!((stage.at(), stage.anchor(0.0).tick), (0, 0.0));
}

#[test]
fn a_seek_is_exact_and_sets_what_was_set_before() {
    let mut score = piece(vec![track(1, 0, 16, &[(0, 4000, 60), (4800, 2000, 60)])]);
    let events = vec![Event { tick: 10, kind: EventKind::Control { channel: 0, controller: 7, value: 0 } }];
    score.lanes = vec![Arc::new(Lane { events: Arc::new(events), end: 0 })];
    let mut quiet = stage(&score);
    quiet.seek(4799.0);
    assert_eq!((quiet.at(), quiet.anchor(0.0).tick), (4799 * 25, 4799.0));
    quiet.play();
    assert!(run(&mut quiet, 20_000) < 1e-4, "the volume is down since tick 10");
    score.lanes = vec![Arc::default()];
    let mut loud = stage(&score);
    loud.seek(4799.0);
    loud.play();
    assert!(run(&mut loud, 20_000) > 0.01);
}

#[test]
fn what_is_struck_again_ends_with_its_last_note() {
    let mut stage = stage(&piece(vec![track(1, 0, 16, &[(0, 960, 60), (480, 1440, 60)])]));
    stage.play();
    run(&mut stage, 25 * 900);
    assert_eq!((counts(&stage), stage.held()), ((2, 1), 2));
    run(&mut stage, 25 * 200);
    assert_eq!((counts(&stage), stage.held()), ((2, 1), 1));
    run(&mut stage, 25 * 900);
    assert_eq!((counts(&stage), stage.held()), ((2, 2), 0));
}

#[test]
fn an_edit_while_playing_ends_only_what_it_took_away() {
    let both = piece(vec![track(1, 0, 16, &[(0, 9600, 60), (0, 9600, 64)])]);
    let mut stage = stage(&both);
    stage.play();
    run(&mut stage, 24_000);
    let at = stage.at();
    stage.change(Box::new(Schedule::new(&piece(vec![track(1, 0, 16, &[(0, 9600, 60)])]), RATE, None)));
    assert_eq!((stage.at(), stage.held(), counts(&stage)), (at, 1, (2, 1)));
    assert!(stage.playing() && run(&mut stage, 4800) > 0.01);
}

#[test]
fn a_change_of_tempo_keeps_the_tick() {
    let mut score = piece(vec![track(1, 0, 0, &[(0, 9600, 60)])]);
    let mut stage = stage(&score);
    stage.seek(1234.0);
    score.tempos = Arc::new(vec![score::Tempo { tick: 0, micros: 700_001 }]);
    stage.change(Box::new(Schedule::new(&score, RATE, None)));
    assert_eq!(stage.anchor(0.0).tick, 1234.0);
}

#[test]
fn a_pedal_does_not_catch_what_a_seek_let_go() {
    let mut score = piece(vec![track(1, 0, 16, &[(0, 1900, 60), (90_000, 960, 60)])]);
    let events = vec![Event { tick: 960, kind: EventKind::Control { channel: 0, controller: 64, value: 127 } }];
    score.lanes = vec![Arc::new(Lane { events: Arc::new(events), end: 0 })];
    let mut stage = stage(&score);
    stage.play();
    run(&mut stage, 25 * 950);
    // The pedal is down there, and an organ under a pedal would sound for ever.
    stage.seek(2000.0);
    run(&mut stage, u64::from(RATE) * 4);
    assert!(stage.playing() && run(&mut stage, 4800) < 1e-3);
}

#[test]
fn the_metronome_clicks_on_the_sample() {
    let mut stage = stage(&piece(vec![track(1, 0, 0, &[(0, 960, 60)])]));
    stage.change(Box::new(Schedule::new(&piece(vec![track(1, 0, 0, &[(3839, 1, 0)])]), RATE, None)));
    stage.set_metronome(true);
    stage.play();
    let mut samples = Vec::new();
    for _ in 0..50_000 / BLOCK {
        samples.extend_from_slice(stage.block().0);
    }
    let clicks: Vec<usize> = (0..samples.len())
        .filter(|&at| samples[at] != 0.0 && samples[at.saturating_sub(2400)..at].iter().all(|&sample| sample == 0.0))
        .collect();
    // A click starts with a sample of nothing, and the limiter is one block late.
    let late = BLOCK + 1;
    assert_eq!(clicks, [late, 24_000 + late, 48_000 + late]);
}

#[test]
fn many_tracks_have_many_synthesisers() {
    let tracks = (0..40).map(|id| track(id + 1, (id % 16) as u8, id as u8, &[(0, 960, 60)])).collect();
    let mut stage = stage(&piece(tracks));
    assert!(stage.rack().unwrap().strips() >= 40);
    stage.play();
    assert!(run(&mut stage, 4800) <= 1.0);
    assert_eq!(counts(&stage), (40, 0));
}
