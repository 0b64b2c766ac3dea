//! Half the sample rate: a half-band low pass, then every second frame.

use std::f64::consts::PI;

/// Taps: 63, of which every second but the middle one is 0.
const TAPS: usize = 63;

/// A windowed-sinc half-band filter (Blackman window; Oppenheim and Schafer, Discrete-Time Signal Processing, 7.2).
/// Delay: 31 frames of the input.
pub(super) struct Halve {
    taps: [f32; TAPS],
    past: [[f32; 2]; TAPS],
    next: usize,
    odd: bool,
}

impl Halve {
    pub fn new() -> Self {
        let middle = (TAPS / 2) as f64;
        let mut taps: [f64; TAPS] = std::array::from_fn(|index| {
            let from_middle = index as f64 - middle;
            let phase = 2.0 * PI * (index as f64 + 1.0) / (TAPS as f64 + 1.0);
            let window = 0.42 - 0.5 * phase.cos() + 0.08 * (2.0 * phase).cos();
            let sinc = if from_middle == 0.0 { 0.5 } else { (PI * from_middle / 2.0).sin() / (PI * from_middle) };
            sinc * window
        });
        let sum: f64 = taps.iter().sum();
        taps.iter_mut().for_each(|tap| *tap /= sum);
        Halve { taps: taps.map(|tap| tap as f32), past: [[0.0; 2]; TAPS], next: 0, odd: false }
    }

    /// Takes a frame in; gives one out for every second. Each sample in -1..=1.
    pub fn push(&mut self, frame: [f32; 2]) -> Option<[f32; 2]> {
        self.past[self.next] = frame;
        self.next = (self.next + 1) % TAPS;
        self.odd = !self.odd;
        if self.odd {
            return None;
        }
        let mut out = [0.0f32; 2];
        for (index, tap) in self.taps.iter().enumerate() {
            let past = self.past[(self.next + index) % TAPS];
            out[0] += tap * past[0];
            out[1] += tap * past[1];
        }
        Some(out.map(|sample| sample.clamp(-1.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loudest sample of a sine of `cycles` per input frame, once the filter is full.
    fn loudness(cycles: f64) -> f32 {
        let mut halve = Halve::new();
        let frames = (0..4000).filter_map(|frame| {
            let sample = (2.0 * PI * cycles * f64::from(frame)).sin() as f32;
            halve.push([sample; 2])
        });
        frames.skip(100).fold(0.0, |most, frame| most.max(frame[0].abs()))
    }

    #[test]
    fn low_tones_pass_and_what_would_fold_back_does_not() {
        assert!((loudness(0.0503) - 1.0).abs() < 0.01);
        assert!(loudness(0.4) < 1e-3);
    }
}
