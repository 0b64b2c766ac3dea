//! The metronome's click: a short sine with an edge, higher on the first beat of a bar.

use crate::BLOCK;
use std::f64::consts::TAU;

/// Length of a click in seconds.
const LENGTH: f64 = 0.03;

/// Both clicks, made once for a sample rate, and where the sounding one is.
#[derive(Debug)]
pub(crate) struct Metronome {
    first: Vec<f32>,
    other: Vec<f32>,
    accent: bool,
    /// Next sample of the sounding click; beyond its end: silent.
    next: usize,
}

impl Metronome {
    pub fn new(rate: u32) -> Self {
        let click = |hertz: f64, level: f64| -> Vec<f32> {
            let frames = (LENGTH * f64::from(rate)) as usize;
            (0..frames)
                .map(|frame| {
                    let time = frame as f64 / f64::from(rate);
                    let decay = (-time * 160.0).exp() * (1.0 - (-time * 4000.0).exp());
                    (level * decay * (TAU * hertz * time).sin()) as f32
                })
                .collect()
        };
        let first = click(1760.0, 0.5);
        let next = first.len();
        Metronome { first, other: click(1175.0, 0.35), accent: false, next }
    }

    /// Falls silent.
    pub fn stop(&mut self) {
        self.next = self.first.len();
    }

    /// Adds what still sounds of the last click and, from `beat.0` on, the next one; `beat.1`: first of its bar.
    pub fn add(&mut self, beat: Option<(usize, bool)>, left: &mut [f32; BLOCK], right: &mut [f32; BLOCK]) {
        let from = beat.map_or(BLOCK, |(offset, _)| offset.min(BLOCK));
        self.sound(0..from, left, right);
        if let Some((_, accent)) = beat {
            (self.accent, self.next) = (accent, 0);
            self.sound(from..BLOCK, left, right);
        }
    }

    fn sound(&mut self, frames: std::ops::Range<usize>, left: &mut [f32; BLOCK], right: &mut [f32; BLOCK]) {
        let click = if self.accent { &self.first } else { &self.other };
        for (frame, sample) in frames.zip(click.iter().skip(self.next)) {
            left[frame] += sample;
            right[frame] += sample;
            self.next += 1;
        }
    }
}
