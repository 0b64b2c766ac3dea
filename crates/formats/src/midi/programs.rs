//! Which program is in force on a channel of a file track: reader and writer have to agree on it.

use score::{Event, EventKind, Tick};

/// The program changes of all file tracks.
pub struct Programs {
    /// For each lane and channel the (tick, program) changes, in order.
    lanes: Vec<[Vec<(Tick, u8)>; 16]>,
    /// For each channel the changes of all lanes, by tick.
    all: [Vec<(Tick, u8)>; 16],
}

impl Programs {
    /// From the events of each lane.
    pub fn of<'a>(lanes: impl Iterator<Item = &'a [Event]>) -> Self {
        let mut programs = Programs { lanes: Vec::new(), all: Default::default() };
        for events in lanes {
            let mut lane: [Vec<(Tick, u8)>; 16] = Default::default();
            for event in events {
                if let EventKind::Program { channel, program } = event.kind {
                    lane[usize::from(channel & 15)].push((event.tick, program));
                    programs.all[usize::from(channel & 15)].push((event.tick, program));
                }
            }
            programs.lanes.push(lane);
        }
        programs.all.iter_mut().for_each(|changes| changes.sort_by_key(|change| change.0));
        programs
    }

    /// Whether a lane changes programs on a channel itself.
    pub fn stated(&self, lane: usize, channel: u8) -> bool {
        self.lanes.get(lane).is_some_and(|lane| !lane[usize::from(channel & 15)].is_empty())
    }

    /// What a lane that says nothing itself gets from the others at a tick: files may keep all programs in one track.
    pub fn inherited(&self, channel: u8, tick: Tick) -> u8 {
        let changes = &self.all[usize::from(channel & 15)];
        match changes.partition_point(|change| change.0 <= tick) {
            0 => 0,
            after => changes[after - 1].1,
        }
    }
}
