//! What the score view asks of the engine after each edit: how long the plan of a piece takes, and eight bars of it at
//! its beginning, in the middle and at its end. `fragment_time [FILE.mid]`; without a file, 100,000 notes for two hands.
#![allow(clippy::print_stdout)]

use formats::musicxml;
use notation::Plan;
use score::{Key, Note, Score, Track, TrackId, text};
use std::sync::Arc;
use std::time::Instant;

/// Two tracks of sixteenths, 16 notes to the bar each.
fn long() -> Result<Score, score::Error> {
    let mut score = text::score("C5\nC3")?;
    score.keys = Arc::new(vec![Key { tick: 0, fifths: 0, minor: false }]);
    for track in 0..2 {
        let note = |at: u32| {
            let pitch = 36 + 24 * track + (at * 7 + track * 3) % 20;
            Note::new(track * 50_000 + at, at * 240, 240, pitch as u8, 60 + (at % 40) as u8)
        };
        let header = score.tracks[track as usize].header.clone();
        score.tracks[track as usize] = Arc::new(Track::new(track, header, (0..50_000).map(note).collect()));
    }
    Ok(score)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let score = match std::env::args_os().nth(1) {
        Some(path) => formats::midi::read(&formats::read_file(path.as_ref())?)?.score,
        None => long()?,
    };
    let tracks: Vec<TrackId> =
        score.tracks.iter().filter(|track| !track.notes.is_empty()).map(|track| track.id).collect();
    let bars = score.bar_count();
    println!("{} notes, {bars} bars, {} tracks", score.note_count(), tracks.len());
    let mut plan = None;
    let planned = best(|| plan = Some(Plan::of(&score)));
    println!("plan of the whole piece: {planned:.2} ms");
    let plan = plan.unwrap_or_else(|| Plan::of(&score));
    for (name, from) in [("the beginning", 0), ("the middle", bars / 2), ("the end", bars.saturating_sub(8))] {
        let mut size = 0;
        let taken = best(|| {
            let fragment = musicxml::fragment(&score, &plan, &tracks, from..(from + 8).min(bars));
            size = fragment.map_or(0, |fragment| fragment.text.len());
        });
        println!("eight bars at {name}: {taken:.2} ms, {size} bytes");
    }
    Ok(())
}

/// The least of five times, in milliseconds.
fn best(mut work: impl FnMut()) -> f64 {
    let times = (0..5).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed().as_secs_f64() * 1e3
    });
    times.fold(f64::INFINITY, f64::min)
}
