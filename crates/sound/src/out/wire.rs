//! The stage's end of the cables: events become messages, and only what a channel does not know yet is sent.

use super::pulse::PULSE;
use super::{Cable, Goal, PORTS, Pulse};
use crate::Schedule;
use crate::schedule::{Controls, Param};

/// Messages of one block at most; a chord on every track with all its controllers.
const ROOM: usize = 4096;

/// Channels of a port.
const CHANNELS: usize = 16;

/// A message that waits for the end of its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// Frames after the block's beginning.
    pub after: u32,
    pub to: Goal,
    pub bytes: [u8; 3],
    pub length: u8,
}

/// What is sent, and what has been sent.
#[derive(Debug)]
pub(crate) struct Wire {
    out: Vec<Outgoing>,
    /// Where in the block the stage is.
    after: u32,
    /// How each channel of each port is set, as far as it was told.
    told: Vec<Option<Controls>>,
    pub pulse: Pulse,
    /// There was no room for something.
    lost: bool,
}

impl Wire {
    pub fn new() -> Self {
        Wire {
            out: Vec::with_capacity(ROOM),
            after: 0,
            told: vec![None; PORTS * CHANNELS],
            pulse: Pulse::default(),
            lost: false,
        }
    }

    /// What follows happens so many frames after the block's beginning.
    pub fn at(&mut self, after: u32) {
        self.after = after;
    }

    /// Everything that is to be sent; nothing any more then.
    pub fn drain(&mut self) -> impl Iterator<Item = Outgoing> {
        if std::mem::take(&mut self.lost) {
            // What was lost may have been the end of a note. There is room: it was full before.
            self.out.clear();
            self.out.push(Outgoing { after: 0, to: Goal::Silence, bytes: [0; 3], length: 0 });
            self.told.fill(None);
        }
        self.after = 0;
        self.out.drain(..)
    }

    pub fn on(&mut self, cable: Cable, key: u8, velocity: u8) {
        self.send(cable, [0x90, key & 0x7F, velocity.clamp(1, 127)]);
    }

    pub fn off(&mut self, cable: Cable, key: u8) {
        self.send(cable, [0x80, key & 0x7F, 64]);
    }

    /// Every note of the channel ends (MIDI 1.0, channel mode messages).
    pub fn quiet(&mut self, cable: Cable) {
        self.set(cable, Param::Pedal, 0);
        self.send(cable, [0xB0, 123, 0]);
    }

    /// Nothing is sent there any more; if something is again, it is told everything.
    pub fn leave(&mut self, cable: Cable) {
        self.quiet(cable);
        if let Some(told) = self.told.get_mut(place(cable)) {
            *told = None;
        }
    }

    pub fn set(&mut self, cable: Cable, param: Param, value: u16) {
        let Some(told) = self.told.get_mut(place(cable)) else { return };
        match told {
            Some(controls) if controls.get(param) == value => return,
            Some(controls) => controls.set(param, value),
            // Before a channel was set up there is nothing to change but what a hand holds.
            None if param == Param::Pedal && value == 0 => return,
            None => {}
        }
        self.say(cable, param, value);
    }

    /// Sets a channel up, as far as it is set otherwise.
    pub fn set_all(&mut self, cable: Cable, controls: &Controls) {
        let Some(told) = self.told.get_mut(place(cable)) else { return };
        let before = told.replace(*controls);
        for param in Param::ALL {
            let value = controls.get(param);
            // A program belongs to its bank.
            let moved = |param: Param| before.is_none_or(|before| before.get(param) != controls.get(param));
            if moved(param) || (param == Param::Program && moved(Param::Bank)) {
                self.say(cable, param, value);
            }
        }
    }

    /// One parameter as messages. Volume, panorama, expression and modulation are sent with their upper seven bits, as
    /// most devices hear them.
    fn say(&mut self, cable: Cable, param: Param, value: u16) {
        let coarse = (value >> 7).min(127) as u8;
        let low = (value & 0x7F) as u8;
        match param {
            // The kits' bank is the SoundFont's; on the drum channel a device has its own.
            Param::Bank if cable.programs && value < 128 => self.send(cable, [0xB0, 0, low]),
            Param::Bank => {}
            Param::Program if cable.programs => {
                self.push(Goal::Port(cable.port), [0xC0 | cable.channel & 15, low, 0], 2)
            }
            Param::Program => {}
            Param::Volume => self.send(cable, [0xB0, 7, coarse]),
            Param::Pan => self.send(cable, [0xB0, 10, coarse]),
            Param::Expression => self.send(cable, [0xB0, 11, coarse]),
            Param::Modulation => self.send(cable, [0xB0, 1, coarse]),
            Param::Pedal => self.send(cable, [0xB0, 64, low]),
            Param::Reverb => self.send(cable, [0xB0, 91, low]),
            Param::Chorus => self.send(cable, [0xB0, 93, low]),
            Param::Bend => self.send(cable, [0xE0, low, coarse]),
            Param::BendRange => self.register(cable, 0, coarse, Some(low)),
            Param::FineTune => self.register(cable, 1, coarse, Some(low)),
            Param::CoarseTune => self.register(cable, 2, low, None),
        }
    }

    /// A registered parameter by data entry.
    fn register(&mut self, cable: Cable, number: u8, coarse: u8, fine: Option<u8>) {
        self.send(cable, [0xB0, 101, 0]);
        self.send(cable, [0xB0, 100, number]);
        self.send(cable, [0xB0, 6, coarse]);
        if let Some(fine) = fine {
            self.send(cable, [0xB0, 38, fine]);
        }
    }

    fn send(&mut self, cable: Cable, [status, one, two]: [u8; 3]) {
        self.push(Goal::Port(cable.port), [status | cable.channel & 15, one, two], 3);
    }

    /// The music goes on from a tick, perhaps after a leap.
    pub fn set_off(&mut self, tick: f64, tpq: u16) {
        self.speak(|pulse, say| {
            pulse.stop(say);
            pulse.start(tick, tpq, say);
        });
    }

    /// The music rests.
    pub fn halt(&mut self) {
        self.speak(|pulse, say| pulse.stop(say));
    }

    /// The place is another while the music rests.
    pub fn point(&mut self, tick: f64, tpq: u16) {
        self.speak(|pulse, say| pulse.point(tick, tpq, say));
    }

    /// The clock's pulses from sample `at` to before `until`.
    pub fn pulses(&mut self, schedule: &Schedule, at: u64, until: u64) {
        let mut pulse = std::mem::take(&mut self.pulse);
        pulse.beat(schedule, at, until, &mut |after| {
            self.after = after;
            self.push(Goal::Clocked, [PULSE, 0, 0], 1);
        });
        self.pulse = pulse;
    }

    fn speak(&mut self, what: impl FnOnce(&mut Pulse, &mut dyn FnMut(&[u8]))) {
        let mut pulse = std::mem::take(&mut self.pulse);
        what(&mut pulse, &mut |message| {
            let mut bytes = [0; 3];
            let length = message.len().min(3);
            bytes[..length].copy_from_slice(&message[..length]);
            self.push(Goal::Clocked, bytes, length as u8);
        });
        self.pulse = pulse;
    }

    fn push(&mut self, to: Goal, bytes: [u8; 3], length: u8) {
        match self.out.len() < ROOM {
            true => self.out.push(Outgoing { after: self.after, to, bytes, length }),
            false => self.lost = true,
        }
    }
}

fn place(cable: Cable) -> usize {
    usize::from(cable.port) * CHANNELS + usize::from(cable.channel & 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CABLE: Cable = Cable { port: 1, channel: 4, programs: true };

    fn sent(wire: &mut Wire) -> Vec<Vec<u8>> {
        wire.drain().map(|out| out.bytes[..usize::from(out.length)].to_vec()).collect()
    }

    #[test]
    fn a_channel_is_told_only_what_it_does_not_know() {
        let mut wire = Wire::new();
        let mut controls = Controls::start();
        controls.set(Param::Program, 40);
        wire.set_all(CABLE, &controls);
        let first = sent(&mut wire);
        assert!(first.contains(&vec![0xC4, 40]) && first.contains(&vec![0xB4, 7, 100]), "{first:?}");
        wire.set_all(CABLE, &controls);
        assert!(sent(&mut wire).is_empty());
        controls.set(Param::Bank, 3);
        wire.set_all(CABLE, &controls);
        assert_eq!(sent(&mut wire), [vec![0xB4, 0, 3], vec![0xC4, 40]]);
        wire.set(CABLE, Param::Bend, 8192);
        wire.set(CABLE, Param::Bend, 16383);
        assert_eq!(sent(&mut wire), [vec![0xE4, 127, 127]]);
        wire.leave(CABLE);
        assert_eq!(sent(&mut wire), [vec![0xB4, 123, 0]]);
        wire.set_all(CABLE, &controls);
        assert!(sent(&mut wire).len() > 10);
    }

    #[test]
    fn programs_stay_at_home_where_they_are_not_wanted() {
        let mut wire = Wire::new();
        let mut controls = Controls::start();
        controls.set(Param::Bank, 128);
        wire.set_all(Cable { programs: false, ..CABLE }, &controls);
        assert!(sent(&mut wire).iter().all(|message| message[0] & 0xF0 != 0xC0 && message[..2] != [0xB4, 0]));
        // The drum kits' bank is no bank of MIDI.
        controls.set(Param::Program, 8);
        wire.set_all(CABLE, &controls);
        assert_eq!(sent(&mut wire), [vec![0xC4, 8]]);
    }

    #[test]
    fn what_does_not_fit_is_answered_by_silence() {
        let mut wire = Wire::new();
        for _ in 0..=ROOM {
            wire.on(CABLE, 60, 90);
        }
        let out: Vec<Outgoing> = wire.drain().collect();
        assert_eq!(out, [Outgoing { after: 0, to: Goal::Silence, bytes: [0; 3], length: 0 }]);
        assert_eq!(wire.drain().count(), 0);
    }
}
