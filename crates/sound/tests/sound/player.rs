//! The player, on whatever this machine has: with or without a sound card the same must hold.

use crate::piece::{piece, track};
use sound::{Anchor, Font, Player};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

#[track_caller]
fn next(heard: &Receiver<Anchor>, wanted: impl Fn(&Anchor) -> bool) -> Anchor {
    let (start, mut last) = (Instant::now(), None);
    while start.elapsed() < Duration::from_secs(5) {
        if let Ok(anchor) = heard.recv_timeout(Duration::from_millis(100)) {
            if wanted(&anchor) {
                return anchor;
            }
            last = Some(anchor);
        }
    }
    panic!("it was not heard within five seconds; last came {last:?}");
}

#[test]
fn it_plays_seeks_loops_and_stops() {
    let (tell, heard) = channel();
    let (measure, measured) = channel();
    let player = Player::open(
        Font::builtin(),
        move |anchor| tell.send(anchor).unwrap_or_default(),
        move |levels| measure.send(levels).unwrap_or_default(),
    );
    if let Some(reason) = player.silent_because() {
        eprintln!("silent: {reason}");
    }
    player.sound(&piece(vec![track(1, 0, 0, &[(0, 96_000, 60)])]));
    player.seek(1920);
    assert_eq!(next(&heard, |anchor| anchor.tick == 1920.0).ticks_per_second.round(), 1920.0);
    player.play();
    next(&heard, |anchor| anchor.playing);
    let moved = next(&heard, |anchor| anchor.tick > 2200.0);
    assert!(moved.tick < 2700.0, "{moved:?}");
    assert!(player.position().tick >= 2200.0);
    if player.silent_because().is_none() {
        let levels = measured.recv_timeout(Duration::from_secs(5)).unwrap();
        assert!(levels.peaks[0] > 40 && levels.tracks == [score::TrackId(1)], "{levels:?}");
    }
    player.set_loop(Some((960, 3000)));
    let turned = next(&heard, |anchor| anchor.playing && anchor.tick < 1200.0);
    assert_eq!((turned.loop_from, turned.loop_to), (Some(960), Some(3000)));
    player.stop();
    let stopped = next(&heard, |anchor| !anchor.playing);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(player.position().tick, stopped.tick);
    player.sound_note(9, 0, 38, 100);
    player.set_metronome(true);
    player.use_font(Font::builtin());
    drop(player);
    let start = Instant::now();
    while heard.recv_timeout(Duration::from_millis(10)) != Err(std::sync::mpsc::RecvTimeoutError::Disconnected) {
        assert!(start.elapsed() < Duration::from_secs(2), "the player's thread ends with it");
    }
}

#[test]
fn anchors_cross_into_the_window_in_camel_case() {
    let anchor = Anchor {
        tick: 1.5,
        at_ms: 2.0,
        playing: true,
        counting: 0,
        ticks_per_second: 3.0,
        loop_from: None,
        loop_to: Some(4),
    };
    let text = serde_json::to_string(&anchor).unwrap();
    assert_eq!(
        text,
        r#"{"tick":1.5,"atMs":2.0,"playing":true,"counting":0,"ticksPerSecond":3.0,"loopFrom":null,"loopTo":4}"#
    );
}
