//! What was played becomes notes where it was heard: no note hangs, none is backward, nothing is out of range.

use crate::piece::{piece, track};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use score::{Controller, Score, Tempo};
use sound::{Anchor, Message, Played, Take, Taking, Tape};
use std::sync::Arc;

const PEDAL: Controller = Controller::Control(64);

/// 120 to the minute and 960 ticks to the quarter: 1920 ticks a second.
fn score() -> Score {
    piece(vec![track(1, 0, 0, &[(0, 960, 60)])])
}

fn anchor(at_ms: f64, tick: f64, playing: bool, turns: Option<(u32, u32)>) -> Anchor {
    let (loop_from, loop_to) = turns.unzip();
    Anchor { tick, at_ms, playing, counting: 0, ticks_per_second: 1920.0, loop_from, loop_to }
}

/// A tape on which the music began at `at_ms` with `tick` and went on for so many milliseconds, 30 anchors a second.
fn playing(at_ms: f64, tick: f64, lasted: f64) -> Tape {
    let mut tape = Tape::new();
    tape.record(at_ms - 2000.0);
    let mut since = 0.0;
    while since < lasted {
        tape.follow(anchor(at_ms + since, tick + since * 1.92, true, None));
        since += 1000.0 / 30.0;
    }
    tape
}

fn play(tape: &mut Tape, at_ms: f64, message: Message) {
    tape.hear(Played { at_ms, source: 0, message });
}

fn note(tape: &mut Tape, key: u8, from_ms: f64, to_ms: f64) {
    play(tape, from_ms, Message::On { key, velocity: 90 });
    play(tape, to_ms, Message::Off { key, velocity: 64 });
}

fn turn(tape: &mut Tape, at_ms: f64, value: i16) {
    play(tape, at_ms, Message::Turn { controller: PEDAL, value });
}

fn shape(take: &Take) -> Vec<(u32, u32, u8)> {
    take.notes.iter().map(|note| (note.start, note.length, note.pitch)).collect()
}

fn taken(tape: &Tape, until_ms: f64) -> Vec<(u32, u32, u8)> {
    tape.take(&score(), until_ms, Taking::default()).map_or_else(Vec::new, |take| shape(&take))
}

#[test]
fn notes_are_where_they_were_heard() {
    let mut tape = playing(1000.0, 960.0, 4000.0);
    note(&mut tape, 60, 1500.0, 1750.0);
    note(&mut tape, 64, 2000.0, 2500.0);
    assert_eq!(taken(&tape, 5000.0), [(1920, 480, 60), (2880, 960, 64)]);
}

#[test]
fn a_changing_tempo_is_followed() {
    let mut score = score();
    score.tempos = Arc::new(vec![Tempo { tick: 0, micros: 500_000 }, Tempo { tick: 1920, micros: 1_000_000 }]);
    let mut tape = Tape::new();
    tape.record(0.0);
    for at in 0..90 {
        let seconds = f64::from(at) / 30.0;
        tape.follow(anchor(seconds * 1e3, score.tempo_map().tick(seconds), true, None));
    }
    // From half a second before the change to half a second after it.
    note(&mut tape, 60, 500.0, 1500.0);
    assert_eq!(shape(&tape.take(&score, 3000.0, Taking::default()).unwrap()), [(960, 960 + 480, 60)]);
}

#[test]
fn an_uneven_device_does_not_move_notes() {
    let (mut tape, mut chance) = (Tape::new(), ChaCha8Rng::seed_from_u64(5));
    tape.record(0.0);
    for at in 0..300 {
        let at_ms = 1000.0 + f64::from(at) * 1000.0 / 30.0;
        tape.follow(anchor(at_ms + chance.random_range(-8.0..8.0), (at_ms - 1000.0) * 1.92, true, None));
    }
    for beat in 1..18 {
        note(&mut tape, 60, 1000.0 + f64::from(beat) * 500.0, 1200.0 + f64::from(beat) * 500.0);
    }
    for (beat, (start, _, _)) in (1..).zip(taken(&tape, 11_000.0)) {
        let away = (i64::from(start) - beat * 960).abs();
        // 4 ms.
        assert!(away < 8, "beat {beat}: {away} ticks");
    }
}

#[test]
fn what_is_held_ends_with_the_music() {
    let mut tape = playing(1000.0, 0.0, 2000.0);
    play(&mut tape, 2000.0, Message::On { key: 60, velocity: 1 });
    turn(&mut tape, 2000.0, 127);
    tape.follow(anchor(3000.0, 3840.0, false, None));
    note(&mut tape, 61, 3500.0, 3600.0);
    let take = tape.take(&score(), 9000.0, Taking::default()).unwrap();
    assert_eq!(shape(&take), [(1920, 1920, 60)]);
    assert_eq!(take.curves[0].points, [(1920, 127), (3840, 0)], "the pedal comes up");
}

#[test]
fn a_key_twice_and_a_keyboard_that_is_gone() {
    let mut tape = playing(1000.0, 0.0, 2000.0);
    for at_ms in [1500.0, 1750.0] {
        play(&mut tape, at_ms, Message::On { key: 60, velocity: 90 });
    }
    tape.hear(Played { at_ms: 1500.0, source: 7, message: Message::On { key: 60, velocity: 90 } });
    tape.hear(Played { at_ms: 2000.0, source: 7, message: Message::AllOff });
    assert_eq!(taken(&tape, 2500.0), [(960, 480, 60), (960, 960, 60), (1440, 1440, 60)]);
}

#[test]
fn what_sounds_in_the_count_in_is_left_out_but_an_early_hand_is_not() {
    let mut tape = playing(1000.0, 3840.0, 2000.0);
    note(&mut tape, 50, 400.0, 600.0);
    turn(&mut tape, 700.0, 100);
    note(&mut tape, 60, 960.0, 1250.0);
    let take = tape.take(&score(), 2000.0, Taking::default()).unwrap();
    assert_eq!(shape(&take), [(3840, 480, 60)]);
    assert_eq!(take.curves[0].points, [(3840, 100), (5760, 0)], "the pedal was down already");
}

#[test]
fn passes_of_a_loop_lie_over_each_other_or_replace() {
    let turns = Some((0, 1920));
    let mut tape = Tape::new();
    tape.record(0.0);
    for at in 0..90 {
        let at_ms = f64::from(at) * 1000.0 / 30.0;
        tape.follow(anchor(at_ms, at_ms % 1000.0 * 1.92, true, turns));
    }
    note(&mut tape, 60, 250.0, 500.0);
    // Held over the turn: it ends there.
    note(&mut tape, 62, 750.0, 1100.0);
    note(&mut tape, 64, 1250.0, 1500.0);
    // A little before the turn: quantized it is the loop's first beat.
    note(&mut tape, 65, 1990.0, 2200.0);
    assert_eq!(taken(&tape, 2500.0), [(480, 480, 60), (480, 480, 64), (1440, 480, 62), (1901, 19, 65)]);
    let grid = Taking { grid: Some(480), replace: false };
    assert_eq!(shape(&tape.take(&score(), 2500.0, grid).unwrap())[0], (0, 19, 65));
    let replace = Taking { grid: None, replace: true };
    // The third pass went half through: what the passes before have there is gone.
    let take = tape.take(&score(), 2500.0, replace).unwrap();
    assert_eq!(shape(&take), [(1901, 19, 65)]);
    assert_eq!(take.spans, [(0, 1920)]);
}

#[test]
fn latency_is_counted_off() {
    let mut tape = playing(1000.0, 0.0, 2000.0);
    note(&mut tape, 60, 1530.0, 1780.0);
    tape.set_shift(30.0);
    assert_eq!(taken(&tape, 2900.0), [(960, 480, 60)]);
}

#[test]
fn a_phrase_is_captured_once_where_the_playhead_stands() {
    let mut tape = Tape::new();
    tape.follow(anchor(0.0, 0.0, false, None));
    note(&mut tape, 40, 1000.0, 1200.0);
    // A pause: another phrase.
    note(&mut tape, 60, 6000.0, 6250.0);
    note(&mut tape, 62, 6500.0, 7000.0);
    let take = tape.phrase(&score(), 3840, 9000.0, Taking::default()).unwrap();
    assert_eq!(shape(&take), [(3840, 480, 60), (4800, 960, 62)]);
    tape.keep(9000.0);
    assert_eq!(tape.phrase(&score(), 3840, 9500.0, Taking::default()), None);
}

#[test]
fn a_phrase_that_was_played_to_the_music_is_captured_there() {
    let mut tape = playing(1000.0, 960.0, 4000.0);
    tape.stop();
    note(&mut tape, 60, 1500.0, 1750.0);
    tape.follow(anchor(5000.0, 8640.0, false, None));
    let take = tape.phrase(&score(), 0, 9000.0, Taking::default()).unwrap();
    assert_eq!(shape(&take), [(1920, 480, 60)]);
}

/// Whatever hands, devices and clocks do.
#[test]
fn random_streams_never_give_a_hanging_or_negative_note() {
    let score = score();
    for seed in 0..3000 {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        let mut tape = Tape::new();
        if chance.random_bool(0.8) {
            tape.record(chance.random_range(-1000.0..3000.0));
        }
        tape.set_shift(chance.random_range(-200.0..200.0));
        let (mut at_ms, mut tick, mut running) = (0.0f64, 0.0f64, false);
        let turns = chance.random_bool(0.5).then(|| (chance.random_range(0..2000), chance.random_range(2001..6000)));
        for _ in 0..chance.random_range(0..400) {
            let step = chance.random_range(0.0..60.0);
            at_ms += step;
            if running {
                tick += step * 1.92;
            }
            if let Some((from, to)) = turns.filter(|(_, to)| tick >= f64::from(*to)) {
                tick = f64::from(from) + (tick - f64::from(to)) % f64::from(to - from);
            }
            match chance.random_range(0..40) {
                0 => running = !running,
                1 => tick = chance.random_range(0.0..1e5),
                _ => {}
            }
            tape.follow(anchor(at_ms + chance.random_range(-20.0..20.0), tick, running, turns));
            let key = chance.random_range(58..62);
            let message = match chance.random_range(0..8) {
                0..=2 => Message::On { key, velocity: chance.random_range(1..=127) },
                3..=4 => Message::Off { key, velocity: 64 },
                5 => Message::Turn { controller: PEDAL, value: chance.random_range(0..=127) },
                6 => Message::Turn { controller: Controller::Bend, value: chance.random_range(-8192..=8191) },
                _ => Message::AllOff,
            };
            let late = chance.random_range(-300.0..300.0);
            tape.hear(Played { at_ms: at_ms + late, source: chance.random_range(0..3), message });
        }
        let grid = chance.random_bool(0.5).then(|| chance.random_range(1..2000));
        let taking = Taking { grid, replace: chance.random_bool(0.5) };
        let until = at_ms + chance.random_range(-500.0..500.0);
        let takes = [tape.take(&score, until, taking), tape.phrase(&score, 960, until, taking)];
        for take in takes.into_iter().flatten() {
            for note in &take.notes {
                assert!(note.length >= 1 && note.start + note.length <= Score::LAST_TICK, "seed {seed}: {note:?}");
                // As long as all of it lasted, at most.
                assert!(f64::from(note.length) <= (at_ms + 4000.0) * 1.92, "seed {seed}: {note:?}");
                assert!((1..=127).contains(&note.velocity) && note.pitch < 128, "seed {seed}: {note:?}");
            }
            for curve in &take.curves {
                let (low, high) = curve.controller.range();
                assert!(curve.points.windows(2).all(|pair| pair[0].0 < pair[1].0), "seed {seed}: {curve:?}");
                assert!(curve.points.iter().all(|(_, value)| (low..=high).contains(value)), "seed {seed}");
                assert!(curve.points.iter().all(|(tick, _)| (curve.from..curve.to).contains(tick)), "seed {seed}");
                assert_eq!(curve.points.last().unwrap().1, 0, "seed {seed}: pedal and wheel go back");
            }
            assert!(take.spans.windows(2).all(|pair| pair[0].1 < pair[1].0), "seed {seed}: {:?}", take.spans);
        }
    }
}

fn program(tape: &mut Tape, at_ms: f64, program: Option<u8>) {
    play(tape, at_ms, Message::Program { program });
}

fn elsewhere(take: &Take) -> Vec<(u8, Vec<(u32, u8)>)> {
    let keys = |notes: &Vec<score::NewNote>| notes.iter().map(|note| (note.start, note.pitch)).collect();
    take.elsewhere.iter().map(|(program, notes)| (*program, keys(notes))).collect()
}

#[test]
fn programs_hold_until_the_next_and_each_note_knows_its_own() {
    let mut tape = playing(1000.0, 0.0, 4000.0);
    note(&mut tape, 60, 1500.0, 2250.0);
    program(&mut tape, 2000.0, Some(48));
    note(&mut tape, 62, 2500.0, 2750.0);
    program(&mut tape, 3000.0, Some(73));
    note(&mut tape, 64, 3500.0, 3750.0);
    program(&mut tape, 4000.0, None);
    note(&mut tape, 65, 4250.0, 4500.0);
    tape.follow(anchor(5000.0, 7680.0, false, None));
    let take = tape.take(&score(), 6000.0, Taking::default()).unwrap();
    assert_eq!(shape(&take), [(960, 1440, 60), (6240, 480, 65)], "a key that is down stays what it was");
    assert_eq!(elsewhere(&take), [(48, vec![(2880, 62)]), (73, vec![(4800, 64)])]);
    let switches: Vec<_> = take.switches.iter().map(|one| (one.from, one.to, one.program)).collect();
    assert_eq!(switches, [(1920, 3840, 48), (3840, 5760, 73)]);
    assert_eq!(take.count(), 4);
}

#[test]
fn a_program_from_before_the_music_is_that_of_the_notes_and_one_alone_is_a_take() {
    let mut tape = playing(10_000.0, 0.0, 2000.0);
    program(&mut tape, 2000.0, Some(19));
    note(&mut tape, 60, 10_500.0, 10_750.0);
    let take = tape.take(&score(), 12_000.0, Taking::default()).unwrap();
    assert_eq!(elsewhere(&take), [(19, vec![(960, 60)])]);
    assert_eq!((take.notes.len(), take.switches.len()), (0, 0), "what stood there stays as it was");

    let mut tape = playing(1000.0, 0.0, 2000.0);
    program(&mut tape, 2000.0, Some(19));
    let take = tape.take(&score(), 3000.0, Taking::default()).unwrap();
    assert_eq!((take.count(), take.switches[0].from, take.switches[0].program), (0, 1920, 19));
}

#[test]
fn a_program_is_remembered_when_the_rest_is_forgotten() {
    let mut tape = Tape::new();
    program(&mut tape, 0.0, Some(19));
    // Half an hour later it is gone from the tape, not from the keyboard.
    let late = 40.0 * 60e3;
    note(&mut tape, 60, late, late + 250.0);
    let take = tape.phrase(&score(), 960, late + 300.0, Taking::default()).unwrap();
    assert_eq!(elsewhere(&take), [(19, vec![(960, 60)])]);
}
