//! What meters are told, and what a phrase sounds like, without a device.

use crate::piece::{piece, track};
use sound::{BLOCK, Command, Font, Peaks, Rack, Remote, Schedule, Stage, Transport, transport};

const RATE: u32 = 48_000;

/// A track that plays and one that rests, on their strips.
fn stage() -> (Transport, Remote) {
    let score = piece(vec![track(1, 0, 0, &[(0, 960, 60)]), track(2, 1, 40, &[(96_000, 960, 60)])]);
    let schedule = Schedule::new(&score, RATE, None);
    assert_eq!(schedule.tracks(), [score::TrackId(1), score::TrackId(2)]);
    transport(Stage::new(Some(Rack::new(&Font::builtin(), RATE, 2).unwrap()), Box::new(schedule)))
}

/// So many seconds of it: all levels that were reported, and the loudest sample of each tenth of a second.
fn seconds(transport: &mut Transport, remote: &mut Remote, seconds: f64) -> (Vec<Peaks>, Vec<f32>) {
    let (mut levels, mut tenths) = (Vec::new(), Vec::new());
    let mut out = [[0.0f32; 2]; BLOCK];
    let blocks = (seconds * f64::from(RATE) / BLOCK as f64) as usize;
    for block in 0..blocks {
        transport.fill(&mut out, 0.0);
        levels.extend(std::iter::from_fn(|| remote.levels()));
        if block % (RATE as usize / 10 / BLOCK) == 0 {
            tenths.push(0.0);
        }
        let last: &mut f32 = tenths.last_mut().unwrap();
        *last = out.iter().flatten().fold(*last, |peak, sample| peak.max(sample.abs()));
    }
    (levels, tenths)
}

#[test]
fn every_strip_is_measured_and_silence_is_told_once() {
    let (mut transport, mut remote) = stage();
    assert!(seconds(&mut transport, &mut remote, 0.5).0.is_empty(), "nothing sounds, nothing is said");
    remote.tell(Command::Play);
    let (levels, _) = seconds(&mut transport, &mut remote, 0.4);
    assert!((11..=13).contains(&levels.len()), "thirty a second: {}", levels.len());
    let loudest = levels.iter().map(|peaks| peaks.strips[0]).fold(0.0, f32::max);
    assert!(loudest > 0.01 && levels.iter().all(|peaks| peaks.strips[1..] == [0.0; 255]), "{loudest}");
    assert!(levels.iter().any(|peaks| peaks.heard[0] > 0.01 && peaks.heard[1] > 0.01));
    remote.tell(Command::Stop);
    let (levels, _) = seconds(&mut transport, &mut remote, 12.0);
    let last = levels.last().unwrap();
    assert_eq!((last.heard, last.strips[0]), ([0.0; 2], 0.0));
    assert!(levels.len() < 12 * 30, "it becomes silent, and says so once");
}

#[test]
fn a_phrase_comes_note_by_note_and_makes_room_for_another() {
    let (mut transport, mut remote) = stage();
    let note = |after_ms| Command::Preview { after_ms, drums: false, program: 13, key: 84, velocity: 100 };
    remote.tell(note(0));
    remote.tell(note(1500));
    let (_, tenths) = seconds(&mut transport, &mut remote, 2.0);
    assert!(tenths[0] > 0.005 && tenths[15] > 4.0 * tenths[14], "{tenths:?}");
    // What was still to come is dropped when something else begins at once.
    remote.tell(note(0));
    remote.tell(note(1500));
    seconds(&mut transport, &mut remote, 0.5);
    remote.tell(note(0));
    let (_, tenths) = seconds(&mut transport, &mut remote, 2.0);
    assert!(tenths[10..].iter().all(|tenth| *tenth <= tenths[9]), "{tenths:?}");
}
