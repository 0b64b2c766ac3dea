//! The room that all strips share: a reverb and a chorus, fed by their sends.
//!
//! rustysynth has both, but works through them sample by sample in chains of dependent steps, which took more than half
//! of a rendering's time. Delays longer than a block let a whole block be read before it is written, so here the same
//! filters run side by side.

mod chorus;
mod reverb;

use crate::BLOCK;
use chorus::Chorus;
use reverb::Reverb;

/// Below this the room is silent: -120 dBFS.
const SILENCE: f32 = 1e-6;

/// Seconds of silence after which the room sleeps; longer than any of its delays.
const DROWSY: f64 = 0.3;

/// Reverb and chorus with their inputs for the next block.
#[derive(Debug)]
pub struct Effects {
    reverb: Reverb,
    chorus: Chorus,
    wet: [f32; BLOCK],
    left: [f32; BLOCK],
    right: [f32; BLOCK],
    /// Whether anything was sent for the next block.
    sent: bool,
    /// Silent blocks since it last sounded; asleep beyond `drowsy`.
    quiet: u32,
    drowsy: u32,
}

impl Effects {
    /// A silent room at `rate` samples a second.
    pub fn new(rate: u32) -> Self {
        let drowsy = (DROWSY * f64::from(rate) / BLOCK as f64) as u32;
        Effects {
            reverb: Reverb::new(rate),
            chorus: Chorus::new(rate),
            wet: [0.0; BLOCK],
            left: [0.0; BLOCK],
            right: [0.0; BLOCK],
            sent: false,
            quiet: drowsy,
            drowsy,
        }
    }

    /// Sends a block to both; `reverb` and `chorus` are gains, 0..=1.
    pub fn send(&mut self, left: &[f32; BLOCK], right: &[f32; BLOCK], reverb: f32, chorus: f32) {
        if reverb > 0.0 {
            for (wet, (left, right)) in self.wet.iter_mut().zip(left.iter().zip(right)) {
                *wet += reverb * (left + right);
            }
        }
        if chorus > 0.0 {
            for (own, sent) in [(&mut self.left, left), (&mut self.right, right)] {
                own.iter_mut().zip(sent).for_each(|(own, sent)| *own += chorus * sent);
            }
        }
        self.sent = true;
    }

    /// Whether nothing rings on.
    pub fn asleep(&self) -> bool {
        !self.sent && self.quiet >= self.drowsy
    }

    /// Adds what the room makes of what was sent since the last block.
    pub fn add(&mut self, left: &mut [f32; BLOCK], right: &mut [f32; BLOCK]) {
        if self.asleep() {
            return;
        }
        let (mut room_left, mut room_right) = ([0.0; BLOCK], [0.0; BLOCK]);
        self.reverb.process(&self.wet, &mut room_left, &mut room_right);
        self.chorus.process(&self.left, &self.right, &mut room_left, &mut room_right);
        let mut peak = 0.0f32;
        for (mix, own) in [(left, &room_left), (right, &room_right)] {
            for (mix, own) in mix.iter_mut().zip(own) {
                *mix += own;
                peak = peak.max(own.abs());
            }
        }
        for input in [&mut self.wet, &mut self.left, &mut self.right] {
            input.fill(0.0);
        }
        // What was just sent takes a while to come back.
        self.quiet = if peak < SILENCE && !self.sent { self.quiet + 1 } else { 0 };
        self.sent = false;
        if self.asleep() {
            // What is left is far below hearing; numbers that go on towards nothing would be slow.
            self.reverb.clear();
            self.chorus.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Blocks of the room after one click with these sends.
    fn room(reverb: f32, chorus: f32, blocks: usize) -> (Effects, Vec<[f32; 2]>) {
        let mut effects = Effects::new(44_100);
        let mut click = [0.0; BLOCK];
        click[0] = 1.0;
        effects.send(&click, &click, reverb, chorus);
        let mut heard = Vec::new();
        for _ in 0..blocks {
            let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
            effects.add(&mut left, &mut right);
            heard.extend(left.iter().zip(right).map(|(left, right)| [*left, right]));
        }
        (effects, heard)
    }

    #[test]
    fn a_click_rings_for_a_while_and_then_the_room_sleeps() {
        let (effects, heard) = room(1.0, 0.0, 4 * 44_100 / BLOCK);
        let energy = |from: usize, to: usize| heard[from..to].iter().map(|frame| frame[0] * frame[0]).sum::<f32>();
        let (early, late) = (energy(0, 11_025), energy(44_100, 55_125));
        assert!(early > 1e-4 && late > 0.0 && late < early / 100.0, "{early} then {late}");
        assert!(heard[..1000].iter().all(|frame| frame[0] == 0.0), "the shortest way through the room");
        assert!(heard.iter().any(|frame| frame[0] != frame[1]), "left and right are two rooms");
        assert!(effects.asleep());
    }

    #[test]
    fn chorus_answers_within_four_milliseconds() {
        let (_, heard) = room(0.0, 0.5, 400);
        let first = heard.iter().position(|frame| frame[0] != 0.0).unwrap();
        assert!((4..=180).contains(&first), "{first}");
        let sum: f32 = heard.iter().map(|frame| frame[0]).sum();
        assert!((sum - 0.5).abs() < 0.1, "{sum}");
    }

    #[test]
    fn nothing_sent_is_nothing_heard() {
        let (effects, heard) = room(0.0, 0.0, 400);
        assert!(heard.iter().flatten().all(|sample| *sample == 0.0) && effects.asleep());
    }
}
