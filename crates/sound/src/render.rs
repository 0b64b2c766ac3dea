//! Offline rendering: the same stage as the player's, as fast as it goes.

use crate::{BLOCK, Error, Font, Rack, Schedule, Stage};
use score::{Score, TrackId};
use serde::{Deserialize, Serialize};

mod halve;
use halve::Halve;

/// What rings on after the last note is written until it is below this (-80 dBFS).
const TAIL_LEVEL: f32 = 1e-4;

/// It must have been below for this long, in seconds: a slow beat between two strings is no end.
const TAIL_QUIET: f64 = 0.2;

/// Longest tail of what rings out by itself, in seconds.
const TAIL: f64 = 8.0;

/// Longest tail that can be asked for, in seconds.
const LONGEST_TAIL: f64 = 60.0;

/// A tail that is cut off fades in its last so many seconds, so that it does not click.
const FADE: f64 = 0.02;

/// Frames that are handed on at once.
const CHUNK: usize = 4096;

/// How to render.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rendering {
    /// Samples a second, 8000..=192000.
    pub rate: u32,
    /// Longest piece that is rendered, in minutes without its tail.
    pub max_minutes: f64,
    /// This track alone, muted or not; none: the mix as the player plays it.
    pub only_track: Option<TrackId>,
    /// Seconds after the end of the last note, 0..=60; none: until it has rung out.
    pub tail: Option<f64>,
    /// Every sample is multiplied by this; what is beyond full scale then is cut off.
    pub gain: f32,
}

impl Rendering {
    /// Lowest sample rate in hertz.
    pub const LEAST_RATE: u32 = 8000;
    /// Highest sample rate in hertz.
    pub const MOST_RATE: u32 = Rack::MOST_RATE;

    /// The longest that its tail can be, in seconds.
    pub fn longest_tail(&self) -> f64 {
        self.tail.unwrap_or(TAIL)
    }
}

impl Default for Rendering {
    /// 44,100 Hz, at most an hour, all tracks, until it has rung out, as loud as it is played.
    fn default() -> Self {
        Rendering { rate: 44_100, max_minutes: 60.0, only_track: None, tail: None, gain: 1.0 }
    }
}

/// What was rendered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(export))]
pub struct Summary {
    /// Length with its tail, in seconds.
    pub seconds: f64,
    /// Largest absolute sample, 0.0..=1.0.
    pub peak: f32,
}

/// Seconds from the start of the piece to the end of its last note, checked against what `rendering` allows.
pub(crate) fn length(score: &Score, rendering: &Rendering) -> Result<f64, Error> {
    let Rendering { rate, max_minutes, only_track, .. } = *rendering;
    if !(Rendering::LEAST_RATE..=Rendering::MOST_RATE).contains(&rate) {
        return Err(Error::Rate { value: rate, low: Rendering::LEAST_RATE, high: Rendering::MOST_RATE });
    }
    if let Some(tail) = rendering.tail.filter(|tail| !(0.0..=LONGEST_TAIL).contains(tail)) {
        return Err(Error::Tail { seconds: tail, most: LONGEST_TAIL });
    }
    let end = match only_track {
        Some(id) => {
            let track = score.track(id).map_err(|_| Error::NoTrack { track: id.0, count: score.tracks.len() })?;
            track.end()
        }
        None => score.end(),
    };
    let seconds = score.tempo_map().seconds(f64::from(end));
    match seconds / 60.0 {
        minutes if minutes > max_minutes => Err(Error::TooLong { minutes, most: max_minutes }),
        _ => Ok(seconds),
    }
}

/// Renders a piece into `sink`, interleaved stereo blocks of at most 4096 frames with every sample in -1..=1, until
/// its last note has rung out (below -80 dBFS, or 8 s) or as long as `rendering` says. `progress` hears 0..=1 and answers whether to go on.
/// The same call gives the same samples.
///
/// # Errors
/// [`Error::Rate`], [`Error::Tail`], [`Error::NoTrack`], [`Error::TooLong`], [`Error::Cancelled`], or what `sink` fails with.
pub fn render(
    score: &Score,
    font: &Font,
    rendering: &Rendering,
    sink: &mut dyn FnMut(&[f32]) -> Result<(), Error>,
    progress: &mut dyn FnMut(f32) -> bool,
) -> Result<Summary, Error> {
    length(score, rendering)?;
    // The synthesiser does not run below 16 kHz; such a rate is rendered at twice itself.
    let mut halve = (rendering.rate < Rack::LEAST_RATE).then(Halve::new);
    let rate = if halve.is_some() { rendering.rate * 2 } else { rendering.rate };
    let schedule = Box::new(Schedule::new(score, rate, rendering.only_track));
    let last = schedule.last();
    let rack = Rack::new(font, rate, schedule.strips())?;
    let mut stage = Stage::new(Some(rack), schedule);
    let longest = last + (rendering.longest_tail() * f64::from(rate)) as u64;
    let is_cut = rendering.tail.is_some();
    let fade = (FADE * f64::from(rate)) as u64;
    let (mut rendered, mut quiet) = (0u64, 0u64);
    let (mut frames, mut peak) = (0u64, 0.0f32);
    let mut chunk: Vec<f32> = Vec::with_capacity(2 * (CHUNK + BLOCK));
    stage.play();
    // The limiter gives a block out when it has the next: the first is nothing yet.
    stage.block();
    while rendered < longest && (is_cut || rendered < last || quiet < (TAIL_QUIET * f64::from(rate)) as u64) {
        let (left, right) = stage.block();
        let room = (longest - rendered).min(BLOCK as u64) as usize;
        let mut loudest = 0.0f32;
        for (at, (&left, &right)) in (rendered..).zip(left.iter().zip(right).take(room)) {
            loudest = loudest.max(left.abs()).max(right.abs());
            let rest = longest - at;
            let gain = if is_cut && rest < fade { rendering.gain * rest as f32 / fade as f32 } else { rendering.gain };
            let frame = [left, right].map(|sample| (sample * gain).clamp(-1.0, 1.0));
            match halve.as_mut().map(|halve| halve.push(frame)) {
                None => chunk.extend(frame),
                Some(Some(frame)) => chunk.extend(frame),
                Some(None) => {}
            }
        }
        rendered += room as u64;
        quiet = if loudest < TAIL_LEVEL { quiet + room as u64 } else { 0 };
        if chunk.len() >= 2 * CHUNK {
            hand_on(&mut chunk, &mut frames, &mut peak, sink)?;
            if !progress((rendered as f64 / last.max(1) as f64).min(1.0) as f32) {
                return Err(Error::Cancelled);
            }
        }
    }
    hand_on(&mut chunk, &mut frames, &mut peak, sink)?;
    if !progress(1.0) {
        return Err(Error::Cancelled);
    }
    Ok(Summary { seconds: frames as f64 / f64::from(rendering.rate), peak })
}

fn hand_on(
    chunk: &mut Vec<f32>,
    frames: &mut u64,
    peak: &mut f32,
    sink: &mut dyn FnMut(&[f32]) -> Result<(), Error>,
) -> Result<(), Error> {
    for part in chunk.chunks(2 * CHUNK) {
        *peak = part.iter().fold(*peak, |peak, sample| peak.max(sample.abs()));
        *frames += part.len() as u64 / 2;
        sink(part)?;
    }
    chunk.clear();
    Ok(())
}
