//! A room of eight comb filters and four all-passes for each ear.
//!
//! Delays and gains are Freeverb's (Jezar at Dreampoint, public domain, 2000), after M. R. Schroeder (Natural sounding
//! artificial reverberation, 1962) and J. A. Moorer (About this reverberation business, 1979): the same that
//! rustysynth uses, so that a piece sounds the same in both.

use crate::BLOCK;

/// Comb filters for each ear.
const COMBS: usize = 8;

/// Lengths of the combs' delays in samples at 44.1 kHz, left.
const COMB_DELAYS: [usize; COMBS] = [1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617];

/// The same of the all-passes.
const PASS_DELAYS: [usize; 4] = [556, 441, 341, 225];

/// By how much the delays of the right ear are longer.
const SPREAD: usize = 23;

/// Gain of the input.
const INPUT: f32 = 0.015;

/// What a comb gives back to itself: room size 0.5 · 0.28 + 0.7.
const FEEDBACK: f32 = 0.84;

/// How much of the high notes the walls swallow: 0.5 · 0.4.
const DAMPING: f32 = 0.2;

/// What an all-pass gives back to itself.
const PASS_FEEDBACK: f32 = 0.5;

/// A delay line that is read a block at a time, before the same block is written.
#[derive(Debug)]
struct Delay {
    line: Vec<f32>,
    at: usize,
}

impl Delay {
    /// `samples` at 44.1 kHz; never shorter than a block.
    fn new(rate: u32, samples: usize) -> Self {
        let length = (samples as f64 * f64::from(rate) / 44_100.0).round() as usize;
        Delay { line: vec![0.0; length.max(BLOCK)], at: 0 }
    }

    /// Puts a block in the place of what comes out, which is handed back.
    fn exchange(&mut self, block: &mut [f32; BLOCK]) {
        let first = (self.line.len() - self.at).min(BLOCK);
        self.line[self.at..self.at + first].swap_with_slice(&mut block[..first]);
        self.line[..BLOCK - first].swap_with_slice(&mut block[first..]);
        self.at = (self.at + BLOCK) % self.line.len();
    }

    /// What comes out next.
    fn read(&self, block: &mut [f32; BLOCK]) {
        let first = (self.line.len() - self.at).min(BLOCK);
        block[..first].copy_from_slice(&self.line[self.at..self.at + first]);
        block[first..].copy_from_slice(&self.line[..BLOCK - first]);
    }
}

/// The filters of one ear.
#[derive(Debug)]
struct Ear {
    combs: [Delay; COMBS],
    dull: [f32; COMBS],
    passes: [Delay; 4],
}

impl Ear {
    fn new(rate: u32, spread: usize) -> Self {
        Ear {
            combs: COMB_DELAYS.map(|delay| Delay::new(rate, delay + spread)),
            dull: [0.0; COMBS],
            passes: PASS_DELAYS.map(|delay| Delay::new(rate, delay + spread)),
        }
    }

    fn process(&mut self, input: &[f32; BLOCK], out: &mut [f32; BLOCK]) {
        let mut lines = [[0.0; BLOCK]; COMBS];
        for (comb, line) in self.combs.iter().zip(&mut lines) {
            comb.read(line);
        }
        let mut sum = [0.0; BLOCK];
        // Each comb's low-pass waits for its own last sample; eight of them side by side wait together.
        let mut dull = self.dull;
        for at in 0..BLOCK {
            let fresh = input[at] * INPUT;
            let mut all = 0.0;
            for (line, dull) in lines.iter_mut().zip(&mut dull) {
                let echo = line[at];
                all += echo;
                *dull = echo + (*dull - echo) * DAMPING;
                line[at] = fresh + *dull * FEEDBACK;
            }
            sum[at] = all;
        }
        self.dull = dull;
        for (comb, line) in self.combs.iter_mut().zip(&mut lines) {
            comb.exchange(line);
        }
        for pass in &mut self.passes {
            let mut echo = [0.0; BLOCK];
            pass.read(&mut echo);
            let mut kept = [0.0; BLOCK];
            for ((sum, echo), kept) in sum.iter_mut().zip(echo).zip(&mut kept) {
                *kept = *sum + echo * PASS_FEEDBACK;
                *sum = echo - *sum;
            }
            pass.exchange(&mut kept);
        }
        out.iter_mut().zip(sum).for_each(|(out, sum)| *out += sum);
    }
}

/// The room.
#[derive(Debug)]
pub struct Reverb {
    ears: [Ear; 2],
}

impl Reverb {
    /// A silent room at `rate` samples a second.
    pub fn new(rate: u32) -> Self {
        Reverb { ears: [Ear::new(rate, 0), Ear::new(rate, SPREAD)] }
    }

    /// Adds the room's answer to a block.
    pub fn process(&mut self, input: &[f32; BLOCK], left: &mut [f32; BLOCK], right: &mut [f32; BLOCK]) {
        self.ears[0].process(input, left);
        self.ears[1].process(input, right);
    }

    /// Silences it.
    pub fn clear(&mut self) {
        for ear in &mut self.ears {
            ear.dull = [0.0; COMBS];
            ear.combs.iter_mut().chain(&mut ear.passes).for_each(|delay| delay.line.fill(0.0));
        }
    }
}
