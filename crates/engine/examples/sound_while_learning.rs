//! Whether a voice that learns ever keeps sound waiting: 64 voices of the synthesiser play, block after block as a sound
//! device asks for them, first alone and then while a voice is trained on all processors.
//!
//!     cargo run --release -p engine --example sound_while_learning -- FOLDER [seconds] [voices]
//!
//! A block is asked for when the one before it is over. It is late, and heard as a click, if it is not ready when those
//! that the device holds are played: it holds as much as the studio asks a device for.

use engine::{Finetuning, Knobs, Learning, finetune, giving_way};
use score::{Header, Mix, Note, Score, Track};
use sound::{Font, Rack, Schedule, Stage, transport};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const RATE: u32 = 48_000;

/// Frames that are asked for at once, and that a device holds beside them: what the studio asks for at this rate.
const FRAMES: usize = 1024;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("say which folder is learnt from")?);
    let seconds: f64 = arguments.next().map_or(Ok(20.0), |text| text.parse())?;
    let voices: u32 = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let out = &mut std::io::stdout();
    let (alone, worst) = play(voices, seconds)?;
    writeln!(out, "alone: {alone} of {} blocks late, the slowest took {worst:.1} ms", blocks(seconds))?;
    let home = tempfile::tempdir()?;
    let (cancel, learning) = (AtomicBool::new(false), AtomicBool::new(false));
    let plan = Finetuning {
        folder,
        output: home.path().join("voice"),
        name: None,
        knobs: Knobs { minutes: 60.0, epochs: 1e3, replay: 0.0, ..Knobs::default() },
        resume: false,
        base: None,
        corpus: None,
    };
    let (late, worst) = std::thread::scope(|scope| {
        let trained = scope.spawn(|| {
            let hear = |step: &Learning| {
                learning.fetch_or(matches!(step, Learning::Step { .. }), Ordering::Relaxed);
            };
            giving_way(|| finetune(&plan, &cancel, hear))
        });
        while !learning.load(Ordering::Relaxed) && !trained.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let played = play(voices, seconds);
        cancel.store(true, Ordering::Relaxed);
        played
    })?;
    writeln!(out, "while a voice learns: {late} of {} blocks late, the slowest took {worst:.1} ms", blocks(seconds))?;
    writeln!(out, "a block is {FRAMES} frames, {:.1} ms; {voices} voices, {}", period() * 1e3, Font::best().name())?;
    Ok(())
}

fn period() -> f64 {
    FRAMES as f64 / f64::from(RATE)
}

fn blocks(seconds: f64) -> usize {
    (seconds / period()) as usize
}

/// Plays in time; how many blocks were late, and the milliseconds of the slowest.
fn play(voices: u32, seconds: f64) -> Outcome<(usize, f64)> {
    let score = music(voices, seconds);
    let schedule = Box::new(Schedule::new(&score, RATE, None));
    let rack = Rack::new(&Font::best(), RATE, schedule.strips())?;
    let mut stage = Stage::new(Some(rack), schedule);
    stage.seek(3840.0);
    stage.play();
    let (mut transport, _remote) = transport(stage);
    let mut out = [[0.0f32; 2]; FRAMES];
    let (mut late, mut worst) = (0, 0.0_f64);
    let began = Instant::now();
    for block in 0..blocks(seconds) {
        // When the device has begun to play the last block that it holds, it asks for another one.
        let due = Duration::from_secs_f64(block as f64 * period());
        std::thread::sleep(due.saturating_sub(began.elapsed()));
        let asked = Instant::now();
        transport.fill(&mut out, 0.0);
        worst = worst.max(asked.elapsed().as_secs_f64() * 1e3);
        late += usize::from(began.elapsed() > due + Duration::from_secs_f64(period()));
    }
    Ok((late, worst))
}

/// Four tracks whose notes begin and end all the time, `voices` at once.
fn music(voices: u32, seconds: f64) -> Score {
    let each = (voices / 4).max(1);
    let bars = (seconds / 2.0).ceil() as u32 + 2;
    let tracks = [48, 16, 61, 73].into_iter().zip(0..).map(|(program, id): (u8, u32)| {
        let header = Header {
            name: String::new(),
            lane: 0,
            channel: id as u8,
            program,
            hue: 0,
            mix: Mix::default(),
            output: None,
        };
        let note = |at: u32| Note::new(id << 16 | at, at * 3840 / each, 3840, 30 + (at * 5 % 67) as u8, 90);
        Arc::new(Track::new(id + 1, header, (0..each * bars).map(note).collect()))
    });
    Score { tracks: tracks.collect(), ..Score::empty() }
}
