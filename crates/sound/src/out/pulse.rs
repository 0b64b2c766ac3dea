//! The MIDI clock: 24 pulses to the quarter, and where in the song they begin (MIDI 1.0, system real time messages and
//! song position pointer).

use crate::Schedule;

/// Pulses in a quarter.
const PULSES: f64 = 24.0;
/// Pulses in a sixteenth, by which song positions are counted.
const SIXTEENTH: u64 = 6;
/// The last sixteenth that a song position can name.
const LAST: u64 = 0x3FFF;

pub(crate) const PULSE: u8 = 0xF8;
pub(crate) const START: u8 = 0xFA;
pub(crate) const CONTINUE: u8 = 0xFB;
pub(crate) const STOP: u8 = 0xFC;
pub(crate) const POSITION: u8 = 0xF2;

/// Which pulse comes next.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    /// Somebody listens.
    on: bool,
    running: bool,
    next: u64,
}

/// The message of a song position, in sixteenths.
fn position(sixteenth: u64) -> [u8; 3] {
    let at = sixteenth.min(LAST);
    [POSITION, (at & 0x7F) as u8, (at >> 7) as u8]
}

/// The first pulse at or after a tick.
fn pulse_at(tick: f64, tpq: u16) -> u64 {
    (tick.max(0.0) * PULSES / f64::from(tpq.max(1)) - 1e-6).ceil().max(0.0) as u64
}

/// The first sixteenth at or after a tick.
fn sixteenth_at(tick: f64, tpq: u16) -> u64 {
    pulse_at(tick, tpq).div_ceil(SIXTEENTH)
}

impl Pulse {
    /// Whether it has anything to say.
    pub fn is_on(&self) -> bool {
        self.on
    }

    pub fn set_on(&mut self, on: bool) {
        self.on = on;
        self.running = self.running && on;
    }

    /// The music goes on from a tick: what is said, the position first where it is not the beginning.
    pub fn start(&mut self, tick: f64, tpq: u16, say: &mut dyn FnMut(&[u8])) {
        if !self.on {
            return;
        }
        let sixteenth = sixteenth_at(tick, tpq);
        self.running = true;
        self.next = sixteenth * SIXTEENTH;
        match sixteenth {
            0 => say(&[START]),
            _ => {
                say(&position(sixteenth));
                say(&[CONTINUE]);
            }
        }
    }

    pub fn stop(&mut self, say: &mut dyn FnMut(&[u8])) {
        if std::mem::take(&mut self.running) {
            say(&[STOP]);
        }
    }

    /// The place has changed while the music rests.
    pub fn point(&self, tick: f64, tpq: u16, say: &mut dyn FnMut(&[u8])) {
        if self.on && !self.running {
            say(&position(sixteenth_at(tick, tpq)));
        }
    }

    /// Another schedule: pulses go on with the next one after a tick.
    pub fn follow(&mut self, tick: f64, tpq: u16) {
        if self.running {
            self.next = pulse_at(tick, tpq).max(self.next.min(pulse_at(tick, tpq) + SIXTEENTH));
        }
    }

    /// The frames of a block from sample `at` to before `until` at which a pulse falls.
    pub fn beat(&mut self, schedule: &Schedule, at: u64, until: u64, say: &mut dyn FnMut(u32)) {
        while self.running {
            let sample = schedule.sample(self.next as f64 * f64::from(schedule.tpq()) / PULSES);
            if sample >= until {
                return;
            }
            say(sample.saturating_sub(at) as u32);
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_the_next_sixteenth() {
        let mut said = Vec::new();
        let mut pulse = Pulse::default();
        pulse.start(0.0, 960, &mut |message| said.push(message.to_vec()));
        assert!(said.is_empty(), "nobody listens");
        pulse.set_on(true);
        pulse.start(0.0, 960, &mut |message| said.push(message.to_vec()));
        pulse.stop(&mut |message| said.push(message.to_vec()));
        pulse.stop(&mut |message| said.push(message.to_vec()));
        // Sixteenth 133 is tick 31,920; one tick later the next one is named.
        pulse.start(31_920.0, 960, &mut |message| said.push(message.to_vec()));
        assert_eq!(pulse.next, 133 * 6);
        pulse.stop(&mut |message| said.push(message.to_vec()));
        pulse.point(31_921.0, 960, &mut |message| said.push(message.to_vec()));
        let all = [vec![START], vec![STOP], vec![POSITION, 5, 1], vec![CONTINUE], vec![STOP], vec![POSITION, 6, 1]];
        assert_eq!(said, all);
        assert_eq!(position(1 << 20), [POSITION, 127, 127]);
    }
}
