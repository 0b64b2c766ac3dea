//! A chorus: each ear hears the sound again by a delay that swings, the two a quarter of a turn apart.
//!
//! Delay, depth and speed are rustysynth's, so that a piece sounds the same.

use crate::BLOCK;
use std::f64::consts::TAU;

/// The middle of the delay in seconds.
const DELAY: f64 = 0.002;

/// By how much it swings, in seconds.
const DEPTH: f64 = 0.0019;

/// Turns a second.
const SPEED: f64 = 0.4;

/// The chorus of both ears.
#[derive(Debug)]
pub struct Chorus {
    /// The last samples of each ear, a power of two of them.
    lines: [Vec<f32>; 2],
    at: usize,
    rate: f64,
    /// Where in its turn the swing is, 0..1.
    turn: f64,
}

impl Chorus {
    /// A silent one at `rate` samples a second.
    pub fn new(rate: u32) -> Self {
        let rate = f64::from(rate);
        let length = ((DELAY + DEPTH) * rate) as usize + BLOCK + 2;
        let line = vec![0.0; length.next_power_of_two()];
        Chorus { lines: [line.clone(), line], at: 0, rate, turn: 0.0 }
    }

    /// Adds the swinging echo of a block to what is heard.
    pub fn process(
        &mut self,
        left: &[f32; BLOCK],
        right: &[f32; BLOCK],
        out_left: &mut [f32; BLOCK],
        out_right: &mut [f32; BLOCK],
    ) {
        let after = self.turn + SPEED * BLOCK as f64 / self.rate;
        let ears = [(left, out_left, 0.0), (right, out_right, 0.25)];
        for (line, (input, out, ahead)) in self.lines.iter_mut().zip(ears) {
            let mask = line.len() - 1;
            for (offset, sample) in input.iter().enumerate() {
                line[(self.at + offset) & mask] = *sample;
            }
            // Within a block of a millisecond and a half the swing is a straight line.
            let delay = |turn: f64| self.rate * (DELAY + DEPTH * (TAU * (turn + ahead)).sin());
            let (from, to) = (delay(self.turn) as f32, delay(after) as f32);
            let step = (to - from) / BLOCK as f32;
            for (offset, out) in out.iter_mut().enumerate() {
                let back = from + step * offset as f32;
                let whole = back as usize;
                let part = back - whole as f32;
                let near = line[(self.at + offset).wrapping_sub(whole) & mask];
                let far = line[(self.at + offset).wrapping_sub(whole + 1) & mask];
                *out += near + part * (far - near);
            }
        }
        self.at += BLOCK;
        self.turn = after.fract();
    }

    /// Silences it.
    pub fn clear(&mut self) {
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
    }
}
