//! Ten thousand random operations: nothing hangs (A5 of the reliability list).

use crate::piece::{piece, track};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use score::{Event, EventKind, Lane, Score};
use sound::{Command, Font, Rack, Remote, Schedule, Stage, Transport, transport};
use std::sync::Arc;

const RATE: u32 = 16_000;
const OPERATIONS: usize = 10_000;

/// A piece of some tracks with pedals, crossing notes and chance in all of it.
fn chance(random: &mut ChaCha8Rng) -> Score {
    let tracks = (0..random.random_range(0..20u32)).map(|id| {
        let notes: Vec<(u32, u32, u8)> = (0..random.random_range(0..150))
            .map(|_| (random.random_range(0..8000), random.random_range(0..3000), random.random_range(50..62)))
            .collect();
        let mut track = track(id + 1, random.random_range(0..16), random.random_range(0..128), &notes);
        track.header.mix.mute = random.random_bool(0.1);
        track.header.mix.solo = random.random_bool(0.05);
        track
    });
    let mut score = piece(tracks.collect());
    let mut events: Vec<Event> = (0..60)
        .map(|_| {
            let controller = [64, 64, 7, 120, 123, 121, 1][random.random_range(0..7)];
            let (channel, value) = (random.random_range(0..16), random.random_range(0..128));
            Event { tick: random.random_range(0..8000), kind: EventKind::Control { channel, controller, value } }
        })
        .collect();
    events.sort_by_key(|event| event.tick);
    score.lanes = vec![Arc::new(Lane { events: Arc::new(events), end: 8000 })];
    score
}

fn operate(random: &mut ChaCha8Rng, remote: &mut Remote, pieces: &[Score], font: &Font) {
    let command = match random.random_range(0..100) {
        0..30 => Command::Play,
        30..45 => Command::Stop,
        45..65 => Command::Seek(random.random_range(0..9000)),
        65..75 => {
            let from = random.random_range(0..8000);
            Command::Loop(random.random_bool(0.8).then(|| (from, from + random.random_range(0..2000))))
        }
        75..77 => Command::ChangeRack(Rack::new(font, RATE, 20).unwrap()),
        77..90 => {
            let schedule = Schedule::new(&pieces[random.random_range(0..pieces.len())], RATE, None);
            Command::Change(Box::new(schedule))
        }
        90..95 => Command::Metronome(random.random_bool(0.5)),
        _ => Command::Preview {
            after_ms: random.random_range(0..200),
            drums: random.random_bool(0.3),
            program: 48,
            key: 60,
            velocity: 90,
        },
    };
    remote.tell(command);
}

fn fill(transport: &mut Transport, frames: usize) -> f32 {
    let mut out = vec![[0.0f32; 2]; frames];
    transport.fill(&mut out, 0.0);
    out.iter().flatten().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

#[test]
fn nothing_hangs_after_ten_thousand_operations() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let pieces: Vec<Score> = (0..24).map(|_| chance(&mut random)).collect();
    let font = Font::builtin();
    let rack = Rack::new(&font, RATE, 20).unwrap();
    let schedule = Box::new(Schedule::new(&pieces[0], RATE, None));
    let (mut transport, mut remote) = transport(Stage::new(Some(rack), schedule));
    for operation in 1..=OPERATIONS {
        operate(&mut random, &mut remote, &pieces, &font);
        let peak = fill(&mut transport, random.random_range(1..600));
        assert!(peak <= 1.0);
        if operation % 250 == 0 {
            remote.tell(Command::Stop);
            fill(&mut transport, 5 * RATE as usize);
            let stage = transport.stage();
            let (ons, offs) = stage.rack().unwrap().counts();
            assert_eq!((stage.held(), ons), (0, offs), "after {operation} operations");
            assert!(stage.rack().unwrap().asleep(), "a voice is active 5 s after stop {operation}");
        }
        while remote.anchor().is_some() {}
        remote.tend();
    }
    let (ons, offs) = transport.stage().rack().unwrap().counts();
    eprintln!("{OPERATIONS} operations, {ons} notes on, {offs} off");
    assert!(ons > 1000);
}
