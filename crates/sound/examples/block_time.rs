//! What a block costs: 128 frames at 48 kHz with 64 voices sounding, with the best font there is.
//! `block_time [VOICES]`. The same music is played seven times and the least time of every block counts, so that
//! other programs do not; the mean is the thread's own processor time where the system tells it (Linux).
#![allow(clippy::print_stdout, reason = "its report is its purpose")]

use score::{Header, Mix, Note, Score, Track};
use sound::{Font, Rack, Schedule, Stage, transport};
use std::fs;
use std::sync::Arc;
use std::time::Instant;

const RATE: u32 = 48_000;
const FRAMES: usize = 128;
const BLOCKS: usize = 3000;
const RUNS: usize = 7;

/// Four tracks whose notes begin and end all the time, `voices` at once.
fn score(voices: u32) -> Score {
    let programs = [48, 16, 61, 73];
    let tracks = (0..4u32).map(|id| {
        let header = Header {
            name: String::new(),
            lane: 0,
            channel: id as u8,
            program: programs[id as usize],
            hue: 0,
            mix: Mix::default(),
            output: None,
        };
        let each = (voices / 4).max(1);
        // A bar of notes that overlap: each sounds a whole bar and begins a part of a bar after the one before.
        let notes = (0..each * 24)
            .map(|index| Note::new(id << 16 | index, index * 3840 / each, 3840, 30 + (index * 5 % 67) as u8, 90))
            .collect();
        Arc::new(Track::new(id + 1, header, notes))
    });
    Score { tracks: tracks.collect(), ..Score::empty() }
}

/// Seconds of processor time that this thread has had, to the system's own precision.
fn processor_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse::<f64>().ok().map(|nanos| nanos * 1e-9)
}

/// Plays once; microseconds of every block.
fn play(font: &Font, score: &Score) -> Result<Vec<f64>, sound::Error> {
    let schedule = Box::new(Schedule::new(score, RATE, None));
    let rack = Rack::new(font, RATE, schedule.strips())?;
    let mut stage = Stage::new(Some(rack), schedule);
    stage.seek(3840.0);
    stage.play();
    let (mut transport, _remote) = transport(stage);
    let mut out = [[0.0f32; 2]; FRAMES];
    let times = (0..BLOCKS).map(|_| {
        let start = Instant::now();
        transport.fill(&mut out, 0.0);
        start.elapsed().as_secs_f64() * 1e6
    });
    Ok(times.collect())
}

fn main() -> Result<(), sound::Error> {
    let voices = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(64);
    let (font, score) = (Font::best(), score(voices));
    let period = FRAMES as f64 / f64::from(RATE) * 1e6;
    println!("{}: {voices} voices, {FRAMES} frames at {RATE} Hz ({period:.0} us), {BLOCKS} blocks", font.name());
    let mut least = vec![f64::INFINITY; BLOCKS];
    let before = processor_time();
    for _ in 0..RUNS {
        for (least, time) in least.iter_mut().zip(play(&font, &score)?) {
            *least = least.min(time);
        }
    }
    if let Some((before, after)) = before.zip(processor_time()) {
        let micros = (after - before) * 1e6 / (RUNS * BLOCKS) as f64;
        println!("  mean {micros:8.1} us {:5.1} % of the period, processor time", 100.0 * micros / period);
    }
    least.sort_by(f64::total_cmp);
    for (label, share) in [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)] {
        let micros = least[((BLOCKS - 1) as f64 * share) as usize];
        println!("{label:>6} {micros:8.1} us {:5.1} % of the period", 100.0 * micros / period);
    }
    Ok(())
}
