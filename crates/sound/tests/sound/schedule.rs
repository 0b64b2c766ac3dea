//! A score in sample time, to the sample.

use crate::piece::{piece, track};
use score::{Event, EventKind, Lane, Meter, Score, Tempo};
use sound::{Action, Param, Schedule};
use std::sync::Arc;

/// 48,000 samples a second, 960 ticks to the quarter, 120 to the minute: 25 samples a tick.
const RATE: u32 = 48_000;

/// (sample, strip, key) of every note that begins, and of every note that ends.
type Places = Vec<(u64, u16, u8)>;

fn notes(schedule: &Schedule) -> (Places, Places) {
    let (mut ons, mut offs) = (Vec::new(), Vec::new());
    for event in schedule.events() {
        match event.action {
            Action::On { key, .. } => ons.push((event.at, event.strip, key)),
            Action::Off { key } => offs.push((event.at, event.strip, key)),
            _ => {}
        }
    }
    (ons, offs)
}

fn settings(schedule: &Schedule, wanted: Param) -> Vec<(u64, u16, u16)> {
    let events = schedule.events().iter();
    events
        .filter_map(|event| match event.action {
            Action::Set { param, value } if param == wanted => Some((event.at, event.strip, value)),
            _ => None,
        })
        .collect()
}

fn with_lane(mut score: Score, events: Vec<(u32, EventKind)>) -> Score {
    let events = events.into_iter().map(|(tick, kind)| Event { tick, kind }).collect();
    score.lanes = vec![Arc::new(Lane { events: Arc::new(events), end: 0 })];
    score
}

fn control(channel: u8, controller: u8, value: u8) -> EventKind {
    EventKind::Control { channel, controller, value }
}

#[test]
fn notes_lie_at_their_samples() {
    let score = piece(vec![track(1, 0, 0, &[(0, 960, 60), (960, 1, 62), (961, 0, 64)])]);
    let (ons, offs) = notes(&Schedule::new(&score, RATE, None));
    assert_eq!(ons, [(0, 0, 60), (24_000, 0, 62), (24_025, 0, 64)]);
    // A note without length ends one sample after it began.
    assert_eq!(offs, [(24_000, 0, 60), (24_025, 0, 62), (24_026, 0, 64)]);
}

#[test]
fn the_tempo_map_stretches_time() {
    let mut score = piece(vec![track(1, 0, 0, &[(0, 960, 60), (960, 960, 62), (1920, 960, 64)])]);
    score.tempos = Arc::new(vec![Tempo { tick: 960, micros: 1_000_000 }, Tempo { tick: 1440, micros: 250_000 }]);
    let schedule = Schedule::new(&score, RATE, None);
    let (ons, offs) = notes(&schedule);
    // 0.5 s, then half a quarter at 1 s and half a quarter at 0.25 s, then 0.25 s.
    assert_eq!(ons, [(0, 0, 60), (24_000, 0, 62), (54_000, 0, 64)]);
    assert_eq!(offs.last(), Some(&(66_000, 0, 64)));
    assert_eq!(schedule.tick(54_000), 1920.0);
    assert_eq!(schedule.speed(1920.0), 3840.0);
    assert_eq!((schedule.last(), schedule.end()), (66_000, schedule.sample(3840.0)));
}

#[test]
fn mute_solo_muted_notes_and_one_track_alone() {
    let mut tracks = vec![
        track(1, 0, 0, &[(0, 960, 60)]),
        track(2, 0, 5, &[(0, 960, 62), (960, 960, 63)]),
        track(3, 9, 0, &[(0, 960, 36)]),
    ];
    tracks[0].header.mix.mute = true;
    let mut second = (*tracks[1].notes).clone();
    second[1].muted = true;
    tracks[1].notes = Arc::new(second);
    let heard = |tracks: &[score::Track], only| {
        let schedule = Schedule::new(&piece(tracks.to_vec()), RATE, only);
        notes(&schedule).0.into_iter().map(|(_, _, key)| key).collect::<Vec<_>>()
    };
    assert_eq!(heard(&tracks, None), [62, 36]);
    assert_eq!(heard(&tracks, Some(tracks[0].id)), [60]);
    tracks[2].header.mix.solo = true;
    assert_eq!(heard(&tracks, None), [36]);
    tracks[0].header.mix.solo = true;
    assert_eq!(heard(&tracks, None), [36], "a muted track is silent, solo or not");
}

#[test]
fn two_tracks_of_one_channel_have_a_strip_each() {
    let mut tracks = vec![track(1, 3, 10, &[(0, 960, 60)]), track(2, 3, 20, &[(0, 960, 62)])];
    tracks[0].header.mix.gain = -120;
    tracks[1].header.mix.pan = -50;
    let score =
        with_lane(piece(tracks), vec![(480, control(3, 7, 127)), (480, control(3, 10, 64)), (480, control(2, 7, 1))]);
    let schedule = Schedule::new(&score, RATE, None);
    assert_eq!(notes(&schedule).0, [(0, 0, 60), (0, 1, 62)]);
    // Full volume turned down by 12 dB, which the synthesiser squares: 16256 / 10^(12/40).
    assert_eq!(settings(&schedule, Param::Volume), [(12_000, 0, 8147), (12_000, 1, 16_256)]);
    // The centre says nothing new to either; the second stays where its own panorama puts it.
    assert_eq!(settings(&schedule, Param::Pan), []);
}

#[test]
fn controllers_become_what_they_mean() {
    let events = vec![
        (0, control(0, 101, 0)),
        (0, control(0, 100, 0)),
        (0, control(0, 6, 12)),
        (10, control(0, 99, 1)),
        (10, control(0, 6, 3)),
        (20, EventKind::Bend { channel: 0, value: -8192 }),
        (20, control(0, 64, 127)),
        (30, control(0, 121, 0)),
        (40, control(0, 123, 0)),
    ];
    let schedule = Schedule::new(&with_lane(piece(vec![track(1, 0, 0, &[(0, 960, 60)])]), events), RATE, None);
    assert_eq!(settings(&schedule, Param::BendRange), [(0, 0, 12 << 7)]);
    assert_eq!(settings(&schedule, Param::Bend), [(500, 0, 0), (750, 0, 8192)]);
    assert_eq!(settings(&schedule, Param::Pedal), [(500, 0, 127), (750, 0, 0)]);
    assert!(schedule.events().iter().any(|event| event.at == 1000 && event.action == Action::Release));
}

#[test]
fn a_conductors_lane_speaks_to_every_track_of_its_channel() {
    let mut other = track(2, 0, 0, &[(0, 960, 62)]);
    other.header.lane = 2;
    let mut score = piece(vec![track(1, 0, 0, &[(0, 960, 60)]), other]);
    let lane =
        |value| Arc::new(Lane { events: Arc::new(vec![Event { tick: 0, kind: control(0, 91, value) }]), end: 0 });
    score.lanes = vec![lane(11), lane(22), lane(33)];
    let schedule = Schedule::new(&score, RATE, None);
    let reverb = settings(&schedule, Param::Reverb);
    assert!(reverb.contains(&(0, 0, 11)) && reverb.contains(&(0, 0, 22)) && !reverb.contains(&(0, 0, 33)));
    assert!(reverb.contains(&(0, 1, 33)) && reverb.contains(&(0, 1, 22)) && !reverb.contains(&(0, 1, 11)));
}

#[test]
fn the_metronome_counts_the_metre() {
    let mut score = piece(vec![track(1, 0, 0, &[(0, 960, 60), (3840, 10, 60)])]);
    score.meters = Arc::new(vec![Meter::new(0, 3, 4), Meter::new(2880, 6, 8)]);
    let schedule = Schedule::new(&score, RATE, None);
    let beats: Vec<(u64, bool)> = schedule.beats().iter().map(|beat| (beat.at / 25, beat.accent)).collect();
    let expected = [
        (0, true),
        (960, false),
        (1920, false),
        (2880, true),
        (3360, false),
        (3840, false),
        (4320, false),
        (4800, false),
        (5280, false),
    ];
    assert_eq!(beats, expected);
    assert_eq!(schedule.end(), 5760 * 25);
}

#[test]
fn a_stray_note_at_the_end_of_time_does_not_fill_the_memory() {
    let mut score = piece(vec![track(1, 0, 0, &[(u32::MAX - 1, 1, 60)])]);
    score.tempos = Arc::new(vec![Tempo { tick: 0, micros: 16_777_215 }]);
    let schedule = Schedule::new(&score, 192_000, None);
    assert!(schedule.beats().len() <= 200_004);
    assert_eq!(schedule.events().len(), 2);
}

#[test]
fn a_send_of_the_mixer_stands_instead_of_the_files() {
    let mut score = piece(vec![track(1, 0, 0, &[(0, 960, 60)])]);
    score = with_lane(score, vec![(480, control(0, 91, 100)), (480, control(0, 93, 50))]);
    let own = Schedule::new(&score, RATE, None);
    assert_eq!(settings(&own, Param::Reverb), [(12_000, 0, 100)]);
    Arc::make_mut(&mut score.tracks[0]).header.mix.reverb = Some(0);
    let set = Schedule::new(&score, RATE, None);
    assert!(settings(&set, Param::Reverb).is_empty());
    assert_eq!(settings(&set, Param::Chorus), [(12_000, 0, 50)]);
}
