//! The limiter behind the mix: loud passages are turned down smoothly, and no sample ever leaves -1..=1.

use crate::BLOCK;

/// Loudest sample that leaves it: -1 dBFS, so that a converter's reconstruction stays below full scale.
pub(crate) const CEILING: f32 = 0.891_250_9;

/// Half-way back to full gain after a peak, in seconds.
const RECOVERY: f64 = 0.1;

/// Looks one block ahead: a block is given out when the next one's peak is known, under a gain that glides from
/// block to block and at both ends of a block is low enough for that block's peak. Delay: one [`BLOCK`].
#[derive(Debug)]
pub(crate) struct Limiter {
    left: [f32; BLOCK],
    right: [f32; BLOCK],
    /// The most gain the waiting block allows.
    allowed: f32,
    /// Gain at which the last block ended.
    gain: f32,
    recovery: f32,
}

impl Limiter {
    pub fn new(rate: u32) -> Self {
        let recovery = 1.0 - 0.5f64.powf(BLOCK as f64 / (RECOVERY * f64::from(rate)));
        Limiter { left: [0.0; BLOCK], right: [0.0; BLOCK], allowed: 1.0, gain: 1.0, recovery: recovery as f32 }
    }

    /// Takes a block in and gives the one before it out, in the same place.
    pub fn process(&mut self, left: &mut [f32; BLOCK], right: &mut [f32; BLOCK]) {
        let peak = left.iter().chain(right.iter()).fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let allowed = if peak > CEILING { CEILING / peak } else { 1.0 };
        let recovered = self.gain + (1.0 - self.gain) * self.recovery;
        let goal = recovered.min(self.allowed).min(allowed);
        let step = (goal - self.gain) / BLOCK as f32;
        for (channel, waiting) in [(left, &mut self.left), (right, &mut self.right)] {
            std::mem::swap(channel, waiting);
            let mut gain = self.gain;
            for sample in channel.iter_mut() {
                gain += step;
                // Rounding may leave a gain a hair too high; silence is not a number's business either.
                *sample = (*sample * gain).clamp(-1.0, 1.0);
            }
        }
        self.gain = goal;
        self.allowed = allowed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_stay_under_the_ceiling_and_quiet_music_is_untouched() {
        let mut limiter = Limiter::new(48_000);
        let mut most = 0.0f32;
        for block in 0..2000usize {
            let level = if block % 200 < 20 { 7.5 } else { 0.25 };
            let wave: [f32; BLOCK] = std::array::from_fn(|index| level * ((block * BLOCK + index) as f32 * 0.07).sin());
            let (mut left, mut right) = (wave, wave);
            limiter.process(&mut left, &mut right);
            most = left.iter().fold(most, |most, sample| most.max(sample.abs()));
        }
        assert!(most > 0.8 && most <= CEILING + 1e-5, "{most}");

        let mut limiter = Limiter::new(48_000);
        let quiet: [f32; BLOCK] = std::array::from_fn(|index| index as f32 / (2 * BLOCK) as f32);
        let (mut left, mut right) = (quiet, quiet);
        limiter.process(&mut left, &mut right);
        limiter.process(&mut left, &mut right);
        assert_eq!(left, quiet);
    }
}
